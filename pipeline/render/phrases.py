"""Japanese for what the log says in English: remarks of the collection, rules of the labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from pipeline.model import LeftOut
from pipeline.render.names import HEALTH_JA

_Told = Callable[[re.Match[str], "_Inner"], str]
_Inner = Callable[[str], str]
_DEPTH = 4
"""A remark quotes a remark (list page 2: status 404 at ...) no deeper than this."""
_ADDED = "manual"


def _kind(name: str) -> str:
    return HEALTH_JA.get(name, name)


# A string is filled with the groups; a function is given the match and how to say what it quotes.
_REMARKS: tuple[tuple[re.Pattern[str], str | _Told], ...] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"blocked with status (\d+) at (\S+)", r"閲覧を拒否された（状態コード\1、\2）"),
        (r"status (\d+) at (\S+)", r"状態コード\1（\2）"),
        (r"no such host: (\S+)", r"ホスト名\1を解決できない"),
        (r"column (\S+) is empty", r"一覧に項目がない（\1）"),
        (r"robots\.txt forbids this page", "robots.txtにより取得が禁じられている"),
        (
            r"not fetched: (\d+), (\w+), (.+)",
            lambda m, say: f"取得できないページ：{m[1]}件（{_kind(m[2])}。例：{say(m[3])}）",
        ),
        (r"list page (\d+): (.+)", lambda m, say: f"一覧の{m[1]}ページ目：{say(m[2])}"),
        (r"stopped after (\d+) list pages of column (\d+)", r"一覧\2を\1ページで打ち切った"),
        (r"stopped before the end \((.+)\)", r"途中で終了した（\1）"),
        (r"not read to the end: (.+)", lambda m, say: f"最後まで読み取れなかった（{say(m[1])}）"),
        (r"see (\S+), then collect again", r"記録（\1）を確認し、再度収集すること"),
        (r"(\d+) in the window, (\d+) promised", r"対象期間内は\1件（想定は\2件以上）"),
        (r"pages without a body: (\d+) of (\d+)", r"本文を読み取れないページ：\2件中\1件"),
        (r"items leading to another site: (\d+)", r"他のサイトへの項目（対象外）：\1件"),
        (r"files on another site: (\d+)", r"他のサイトにあるファイル（対象外）：\1件"),
        (r"items without the source's keywords: (\d+)", r"指定の語を含まない項目（対象外）：\1件"),
        (r"pages whose reading ended in (\w+): (\d+)", r"読取りに失敗したページ：\2件（\1）"),
        (r"declared (\w+)", lambda m, _: f"「{_kind(m[1])}」として登録している"),
        (r"valid until ([\d-]+)", r"登録の有効期限：\1"),
        (r"redirected to the error page (\S+)", r"エラーページへ転送された（\1）"),
        (r"redirected to the home page (\S+)", r"トップページへ転送された（\1）"),
        (r"redirected to another site, (\S+)", r"他のサイトへ転送された（\1）"),
        (r"redirected to (\S+)", r"転送された（\1）"),
        (r"redirected in a circle at (\S+)", r"転送が循環している（\1）"),
        (r"redirected again and again", "転送が繰り返された"),
        (r"(\S+) answers 200 but says there is no such page", r"ページが存在しない（\1）"),
        (r"the connection ended before the page did", "受信の途中で接続が切れた"),
        (
            r"larger than the setting max_attachment_bytes allows: (.+)",
            r"容量が設定の上限を超える（\1）",
        ),
        (
            r"seen again, (\w+): (.+)",
            lambda m, say: f"再訪時に取得できない（{_kind(m[1])}。{say(m[2])}）",
        ),
        (r"no list where one was expected at (\S+)", r"一覧が見当たらない（\1）"),
        (r"the reply holds no .+ at (\S+)", r"応答に一覧がない（\1）"),
        (r"no repeated dated links found at (\S+)", r"日付のある一覧が見当たらない（\1）"),
        (r"selector \w+ \(.+\) matched nothing at (\S+)", r"一覧の指定に合う箇所がない（\1）"),
        (
            r"searched instead: (\d+) found, (\d+) of them in the window",
            r"サイト内検索で補完した（\1件、うち対象期間内\2件）",
        ),
        (
            r"searched instead, without an answer: (.+)",
            lambda m, say: f"サイト内検索も読み取れない（{say(m[1])}）",
        ),
    )
)
_QUOTED_URL = re.compile(r"(.+) \((https?://[^\s()]+)\)")

_RULES = {
    "no-air-words": "大気に関する語がない",
    "weak-air-words": "大気に関する語が少ない",
    "no-text": "本文がない",
    "instrument": "大気関連の制度",
    "general-plan-with-air": "大気を含む総合計画",
    "no usable date": "使用できる日付がない",
}
_VETOES = {
    "procurement": "調達・入札",
    "indoor-air": "室内空気",
    "ozone-layer": "オゾン層保護",
    "recruitment": "採用・人事",
    "eia": "環境影響評価の手続",
    "party": "党務",
    "meteorology": "気象",
    "carbon-market": "炭素市場・気候変動",
    "green-transition": "グリーン転換全般",
    "budget-accounts": "予算・決算",
    "administration": "行政組織・権限",
    "boiler-safety": "ボイラーの安全",
    "figurative-environment": "比喩としての「環境」",
    "fireworks-safety": "花火の安全",
    "no-air-subject": "大気を扱わない",
}
_SUBJECTS = {
    "water": "水環境",
    "soil": "土壌・土地",
    "waste": "廃棄物",
    "nuclear": "放射線・原子力",
    "noise": "騒音",
    "nature": "自然保護",
    "safety": "安全管理",
    "social": "社会・経済",
    "administration": "行政一般",
    "climate": "気候変動",
}
_RULE_KINDS: dict[str, Callable[[str], str]] = {
    "veto": lambda name: f"対象外（{_VETOES.get(name, name)}）",
    "other-subject": lambda name: f"他分野が主題（{_SUBJECTS.get(name, name)}）",
    "title-cue": lambda word: f"題名の語「{word}」",
    "heading-cue": lambda word: f"見出しの語「{word}」",
    "body-cue": lambda word: f"本文の語「{word}」",
    "learned": lambda signal: f"分析者の判断から（{signal}）",
}
_EXCLUDED = re.compile(r"excluded by ([^:]+): (.*)", re.DOTALL)


def remark_ja(message: str | None) -> str | None:
    """What the collection remarks of a source; the parts no phrase is known for, as they are."""
    if not message:
        return message
    return "；".join(_say(part, _DEPTH) for part in message.split("; "))


def _say(part: str, depth: int) -> str:
    if not depth:
        return part

    def inner(text: str) -> str:
        return _say(text, depth - 1)

    for pattern, told in _REMARKS:
        match = pattern.fullmatch(part)
        if match is not None:
            return match.expand(told) if isinstance(told, str) else told(match, inner)
    quoted = _QUOTED_URL.fullmatch(part)
    return f"{inner(quoted[1])}（{quoted[2]}）" if quoted else part


def rule_ja(rule: str) -> str:
    """Why a notice was left out or is not placed; an unknown rule as it is."""
    excluded = _EXCLUDED.fullmatch(rule)
    if excluded:
        reason = "" if excluded[2] in ("", "-") else f"：{excluded[2]}"
        return f"{excluded[1]}が除外{reason}"
    kind, _, name = rule.partition(":")
    if name and kind in _RULE_KINDS:
        return _RULE_KINDS[kind](name)
    return _RULES.get(rule, rule)


def left_out_ja(notice: LeftOut) -> str:
    """Why a notice was left out, marked where an analyst should look."""
    return ("要確認：" if notice.doubtful else "") + rule_ja(notice.rule)


def source_ja(source: str, url: str | None) -> str:
    """The name of a source; for a notice added by hand the host of its page, else 手動追加."""
    if source != _ADDED:
        return source
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return host or "手動追加"
