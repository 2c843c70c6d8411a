"""What an issue says of its own reach: which sources were read, and the terms it explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.dates import Window
from pipeline.model import Coverage, Source, SourceReport, Term
from pipeline.vocab import Glossary
from pipeline.vocab import Term as GlossaryTerm

READ = frozenset({"ok", "empty", "below_minimum"})
"""Health of a source whose list was read in this run."""
MANY_TERMS = 60
TO_CONFIRM = "訳語は要確認"


def nothing_found(window: Window, read: int) -> str:
    """What stands in an empty section, of whose sources `read` were read: without any, nothing
    can be said of what was published."""
    if not read:
        when = "当月は" if window.is_month else "当該期間は"
        return f"{when}、情報源を調査していない（収集状況を参照）。"
    when = "当月" if window.is_month else "当該期間中"
    return f"{when}、該当する公表は確認されませんでした（調査した情報源：{read}件）。"


def was_read(report: SourceReport | None) -> bool:
    """Whether the list of a source was really read in this run."""
    return report is not None and report.list_parsed and report.health in READ


def coverage_of(
    sources: Sequence[Source], reports: Mapping[str, SourceReport], counts: Mapping[str, int]
) -> tuple[Coverage, ...]:
    """One line a source, with its notices; the last for those added by hand, if any."""
    rows = [
        _row(source, reports.get(source.id), counts.get(source.id, 0))
        for source in sources
        if source.status != "retired"
    ]
    declared = {source.id for source in sources}
    added = sum(count for source, count in counts.items() if source not in declared)
    if added:
        rows.append(
            Coverage(source_id="manual", name_ja="手動追加", health="manual", notices=added)
        )
    return tuple(rows)


def _row(source: Source, report: SourceReport | None, count: int) -> Coverage:
    return Coverage.model_validate(
        {
            "source_id": source.id,
            "name_ja": source.name_ja,
            "health": _health(source, report),
            "notices": count,
            "note": report.message if report else None,
            "searched": report is not None and report.swept is not None,
        }
    )


def _health(source: Source, report: SourceReport | None) -> str:
    if report is None:
        return source.status if source.status != "active" else "not_run"
    if report.health in READ and not report.list_parsed:
        return "unverified"
    return report.health


def terms_of(texts: Iterable[str], glossary: Glossary) -> tuple[Term, ...]:
    """用語の手引き: the terms of these Chinese texts that carry a gloss or a note or are still
    to be confirmed, the most frequent of them."""
    seen = Counter(match.term.zh for text in texts for match in glossary.match(text))
    explained = [
        glossary.by_zh[zh]
        for zh in sorted(seen, key=lambda word: (-seen[word], word))
        if _explanation(glossary.by_zh[zh])
    ]
    return tuple(
        Term(zh=term.zh, ja=term.ja, note=_explanation(term))
        for term in sorted(explained[:MANY_TERMS], key=lambda term: (term.category, term.ja))
    )


def _explanation(term: GlossaryTerm) -> str | None:
    doubt = TO_CONFIRM if term.status == "to_confirm" else None
    return "。".join(part for part in (term.first_mention, term.note, doubt) if part) or None
