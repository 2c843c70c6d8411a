"""Japanese names of the ids that an issue prints, and the standing sentences of its layout."""

from __future__ import annotations

from typing import get_args

from pipeline.model import DOCUMENT_TYPES, Coverage, DocumentType, Level, LinkKind

SAMPLE = "見本（架空の内容）"
UNREVIEWED = "機械翻訳（未校閲）"
REVIEWED = "校閲済"
DOUBTFUL = "［要確認］"

DOCUMENT_TYPE_JA: dict[DocumentType, str] = dict(
    zip(
        DOCUMENT_TYPES,
        (
            "法令・条例", "計画・方案", "通知", "公告・通告", "意見募集案",
            "基準・規格", "解説", "ニュース", "データ公表", "その他",
        ),
        strict=True,
    )
)  # fmt: skip

LEVEL_JA: dict[Level, str] = dict(
    zip(get_args(Level), ("国", "地域", "省・直轄市", "市"), strict=True)
)

HEALTH_JA = {
    "ok": "正常",
    "empty": "新着なし",
    "below_minimum": "件数不足",
    "blocked": "遮断",
    "dns_failure": "名前解決不可",
    "timeout": "応答なし",
    "http_error": "HTTPエラー",
    "redirected": "転送",
    "layout_changed": "ページ構成変更",
    "spider_error": "収集処理の失敗",
    "disabled": "停止中",
    "unverified": "未検証",
    "not_run": "未実行",
    "manual": "手動確認",
}

SEARCHED_JA = "検索で補完"


def health_ja(source: Coverage) -> str:
    """How a source fared, as printed: what its search added is told beside, never instead."""
    name = HEALTH_JA.get(source.health, source.health)
    return f"{name}（{SEARCHED_JA}）" if source.searched else name


CHANGE_JA = {"revised": "改訂", "vanished": "削除", "restored": "再掲載"}

CHANGES_NOTE = (
    "既刊号に掲載した資料のうち、発行後にページの内容が改められ、又は閲覧できなくなったものを示す。"
    "既刊号の記事は変更していない。"
)
RELATION_JA: dict[LinkKind, str] = {
    "implements": "の実施版",
    "amends": "を改正",
    "repeals": "を廃止",
    "interprets": "の解説",
    "cites": "を引用",
}

AIR_NOTE = (
    "本号の記事が公表した値を示す。括弧内は前年同期からの増減である。"
    "速報値を含み、国が確定した値と異なることがある。"
)
COUNT_NOTE = (
    "一つの文書が複数の措置区分に当たる場合は、それぞれの区分に計上した。"
    "最下段の「掲載件数」は文書の実数である。"
)
DEADLINE_NOTE = "意見募集期限の早い順に示す。期限の記載がない募集案は各節の項目を参照されたい。"
TERMS_NOTE = "本号の記事に現れる用語の訳し方を示す。"
COVERAGE_NOTE = (
    "当期に調査した情報源とその状況を示す。「正常」「新着なし」「件数不足」以外の情報源は、"
    "当期の一覧を確認できていない。"
)
SEARCHED_NOTE = (
    f"「{SEARCHED_JA}」は、一覧に代え、又は加えて、サイト内検索で見つかった資料を収めたことを示す。"
    "一覧を確認したことにはならない。"
)
LEFT_OUT_NOTE = (
    "収集したが本号に掲載しなかった資料を示す。掲載に戻すときは「戻す操作」欄のコマンドを用いる。"
    "題名の和訳は、確度の足りる機械翻訳だけを校閲せずに添えた。"
)
UNPLACED_NOTE = "公表の時期を特定できなかったため、特定の月に配置していない資料を示す。"
PLANS_NOTE = (
    "重要な計画・方案の全文和訳である。仮訳であり、正文は中国語の原文である。"
    "［要確認］を付した文は訳文の確度が低く、直下に原文を添えた。"
)
PLANS_NOTE_BILINGUAL = (
    "重要な計画・方案の全文を、原文と対照して示す。訳文は仮訳であり、正文は中国語の原文である。"
    "［要確認］を付した文は訳文の確度が低い。"
)
LEGEND = (
    f"「{UNREVIEWED}」を付した記事は、機械による翻訳を担当者がまだ確認していないものである。",
    f"「{DOUBTFUL}」を付した文は、訳文の確度が低いため、利用の前に原文を確認されたい。",
    "記事番号は発行後も変わらない。引用や照会の際に用いられたい。",
    "「公表日」は発出機関がウェブサイトで公表した日、「成文日」は文書に記された日である。",
)
