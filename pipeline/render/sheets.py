"""The sheets of the workbook: 一覧, 目標値, 収集状況, 除外一覧, 用語; 大気質, 改訂・削除 if any."""

from __future__ import annotations

from datetime import date

from pipeline.dates import first_day, is_full
from pipeline.model import Bulletin, Entry
from pipeline.render import names
from pipeline.render.entries import related_runs
from pipeline.render.phrases import left_out_ja, remark_ja, source_ja
from pipeline.render.text import clean, date_ja, day_ja
from pipeline.render.tree import Column, Sheet, SheetValue, plain


def sheets(bulletin: Bulletin, order: list[Entry], place: dict[str, str]) -> tuple[Sheet, ...]:
    """The sheets. `order` is the printed order of the entries, `place` the heading under
    which each stands. A full date is a date, a partial one its Japanese text."""
    return (
        _entries(order, place),
        _targets(order),
        *((_air(bulletin),) if bulletin.air else ()),
        *_changes(bulletin),
        _coverage(bulletin),
        _left_out(bulletin),
        _terms(bulletin),
    )


def _day(value: str | None) -> date | str | None:
    return first_day(value) if value and is_full(value) else date_ja(value)


def _sheet(
    name: str,
    columns: tuple[Column, ...],
    rows: list[tuple[SheetValue, ...]],
    printed: int | None = None,
) -> Sheet:
    cleaned = tuple(
        tuple(clean(value) if isinstance(value, str) else value for value in row) for row in rows
    )
    return Sheet(name, columns, cleaned, len(columns) if printed is None else printed)


def _entries(order: list[Entry], place: dict[str, str]) -> Sheet:
    columns = (
        Column("記事番号", 12),
        Column("節", 15),
        Column("件名", 38),
        Column("原題", 34),
        Column("発出機関", 17),
        Column("公表日", 15, "date"),
        Column("意見募集期限", 15, "date"),
        Column("文書種別", 12),
        Column("措置区分", 20),
        Column("対象自治体", 14),
        Column("校閲", 18),
        Column("備考", 10),
        Column("成文日", 15, "date"),
        Column("文書番号", 20),
        Column("発出レベル", 12),
        Column("全文和訳", 9),
        Column("取得日", 15),
        Column("出典URL", 50, "link"),
        Column("関連文書", 40),
        Column("意見提出先", 40),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (
            entry.number,
            place[entry.number],
            entry.heading,
            entry.title_zh,
            "、".join(entry.issuers),
            _day(entry.date_publication),
            _day(entry.deadline),
            names.DOCUMENT_TYPE_JA[entry.document_type],
            "、".join(entry.measures),
            "、".join(entry.places),
            names.UNREVIEWED if entry.unreviewed else names.REVIEWED,
            "、".join(w for w, on in (("補遺", entry.late), ("日付不明", entry.undated)) if on),
            _day(entry.date_document),
            entry.document_number,
            names.LEVEL_JA[entry.level],
            "対象" if entry.key_plan else None,
            day_ja(entry.fetched_at),
            entry.url,
            "、".join(plain(related_runs(row)) for row in entry.related) or None,
            "　".join(entry.contacts) or None,
        )
        for entry in order
    ]
    return _sheet("一覧", columns, rows, printed=12)


def _targets(order: list[Entry]) -> Sheet:
    columns = (
        Column("記事番号", 13),
        Column("件名", 34),
        Column("指標", 24),
        Column("目標値", 18),
        Column("期限・期間", 18),
        Column("基準", 14),
        Column("範囲", 16),
        Column("現況", 26),
        Column("原文", 44),
        Column("校閲", 18),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (
            entry.number,
            entry.heading,
            row.indicator,
            row.value,
            row.period,
            row.base,
            row.scope,
            row.now,
            row.source,
            names.UNREVIEWED if entry.unreviewed else names.REVIEWED,
        )
        for entry in order
        for row in entry.targets
    ]
    return _sheet("目標値", columns, rows)


def _changes(bulletin: Bulletin) -> tuple[Sheet, ...]:
    if not bulletin.changes:
        return ()
    columns = (
        Column("記事番号", 13),
        Column("区分", 8),
        Column("件名", 38),
        Column("原題", 34),
        Column("最終確認日", 16),
        Column("変更確認日", 16),
        Column("旧", 44),
        Column("新", 44),
        Column("出典URL", 50, "link"),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (
            change.number,
            names.CHANGE_JA[change.kind],
            change.heading,
            change.title_zh,
            day_ja(change.seen_before_at),
            day_ja(change.noticed_at),
            *("".join(line.text for line in change.lines if line.sign == sign) for sign in "-+"),
            change.url,
        )
        for change in bulletin.changes
    ]
    return (_sheet("改訂・削除", columns, rows, printed=8),)


def _air(bulletin: Bulletin) -> Sheet:
    columns = (
        Column("都市・地域", 16),
        Column("期間", 22),
        Column("PM2.5", 22),
        Column("オゾン", 22),
        Column("優良日数・割合", 24),
        Column("出典の記事", 26),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (row.place, row.period, row.pm25, row.o3, row.days, "、".join(row.entries))
        for row in bulletin.air
    ]
    return _sheet("大気質", columns, rows)


def _coverage(bulletin: Bulletin) -> Sheet:
    columns = (
        Column("情報源", 40),
        Column("状況", 18),
        Column("件数", 8, "number"),
        Column("備考", 60),
        Column("情報源ID", 24),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (
            source.name_ja,
            names.health_ja(source),
            source.notices,
            remark_ja(source.note),
            source.source_id,
        )
        for source in bulletin.coverage
    ]
    return _sheet("収集状況", columns, rows)


def _left_out(bulletin: Bulletin) -> Sheet:
    listed = [
        (kind, notice)
        for kind, notices in (("不掲載", bulletin.left_out), ("日付不明", bulletin.unplaced))
        for notice in notices
    ]
    rendered = any(notice.title_ja for _, notice in listed)
    columns = (
        Column("区分", 10),
        Column("原題", 46),
        *((Column("題名（和訳・未校閲）", 36),) if rendered else ()),
        Column("情報源", 20),
        Column("得点", 8, "number"),
        Column("判定の根拠", 20),
        Column("戻す操作", 32),
        Column("URL", 50, "link"),
    )
    rows: list[tuple[SheetValue, ...]] = [
        (
            kind,
            notice.title,
            *((notice.title_ja,) if rendered else ()),
            source_ja(notice.source, notice.url),
            round(notice.score, 4),
            left_out_ja(notice),
            notice.command,
            notice.url,
        )
        for kind, notice in listed
    ]
    return _sheet("除外一覧", columns, rows, printed=len(columns) - 1)


def _terms(bulletin: Bulletin) -> Sheet:
    columns = (Column("原語", 28), Column("訳語", 32), Column("説明", 60))
    rows: list[tuple[SheetValue, ...]] = [(t.zh, t.ja, t.note) for t in bulletin.terms]
    return _sheet("用語", columns, rows)
