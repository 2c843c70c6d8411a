"""geppo explain: why a notice is labelled, ordered and linked as it is."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.text import Text

from pipeline.cli.app import MonthOption, SampleOption, WindowOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.showing import print_json
from pipeline.consultations import contact_lines
from pipeline.errors import InputError
from pipeline.misread import may_be_misread
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.render.text import clean, clip
from pipeline.standing import figure_ja, period_ja
from pipeline.steps.explain import Decision, Evidence, Explanation, explain, in_context
from pipeline.translate.targets import target_row
from pipeline.vocab import Vocabulary

_ENTRY = re.compile(r"(\d{4}-\d{2})-\d{3,}")
_SHOWN = 160
_MAX_LINES = 40


@app.command("explain", epilog="Example: geppo explain 2026-10-016")
def explain_command(
    subject: Annotated[
        str, typer.Argument(metavar="NOTICE|ENTRY", help="Notice id (n-...) or entry number.")
    ],
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on standard output instead.")
    ] = False,
) -> None:
    """Show each label of a notice with its evidence, targets, figures, links, importance; of one
    that was left out, why."""
    number = _ENTRY.fullmatch(subject)
    if number and month is None and window is None and not sample:
        month = number[1]
    if subject.startswith("S-") and window is None:
        raise InputError(f"{subject} is of a special issue: give its --window too")
    with opened(month, window, sample=sample) as (project, chosen):
        by_number = {n: key for key, n in project.folder(chosen).numbers().items()}
        notice = project.store.notice(by_number.get(subject, subject))
        if notice is None:
            raise InputError(
                f"{subject} is neither a notice of the store nor an entry of "
                f"{project.label(chosen)}; write an id (n- and 12 characters) or a number such as "
                "2026-10-016, with the --month, --window or --sample of its issue"
            )
        found = explain(project, notice)
        if as_json:
            print_json(_as_json(found))
        else:
            _show(project, found)


def _as_json(found: Explanation) -> dict[str, Any]:
    """The same as `_show`, for other programs."""
    notice, insight = found.notice, found.insight
    return {
        "notice": notice.id,
        "entry": found.entry,
        "merged_into": found.merged_into,
        "title": notice.title,
        "document_number": notice.document_number,
        "date": notice.date_placed,
        "source": notice.source_id,
        "url": notice.url,
        "decisions": [_decision_json(decision) for decision in found.decisions],
        "targets": [target.model_dump(mode="json") for target in found.targets],
        "observations": [one.model_dump(mode="json") for one in insight.observations],
        "links": [link.model_dump(mode="json") for link in insight.links],
        "consultation": insight.consultation and insight.consultation.model_dump(mode="json"),
        "importance": {"score": insight.importance.score, "reason": insight.importance.line},
    }


def _decision_json(decision: Decision) -> dict[str, Any]:
    value = asdict(decision)
    value["learned"] = [push.model_dump(mode="json") for push in decision.learned]
    return value


def _show(project: Project, found: Explanation) -> None:
    notice = found.notice
    _say(Text(clean(notice.title), "bold"))
    facts = (notice.id, found.entry, notice.document_number, notice.date_placed, notice.source_id)
    _say("  " + "  ".join(fact for fact in facts if fact))
    if notice.url:
        _say(f"  {notice.url}")
    if found.merged_into:
        _say(f"  copy of {found.merged_into}")
    _head("labels")
    for decision in found.decisions:
        score = "" if decision.score is None else f"  {decision.score:.2f}"
        _say(f"  {decision.kind}: {decision.value}{score}  [{decision.rule}]")
        for evidence in decision.evidence:
            _say(_context(evidence))
        for push in decision.learned:
            _say(f"      分析者の判断から: {push.signal} {push.weight:+.2f}（{push.decisions}件）")
    _targets(found, project.vocabulary)
    _observations(found, project.vocabulary)
    _links(found)
    _consultation(found)
    _head("importance")
    _say(f"  {found.insight.importance.line}")


def _targets(found: Explanation, vocabulary: Vocabulary) -> None:
    _head(f"targets ({len(found.targets)})")
    misread = may_be_misread(found.notice)
    for target in found.targets[:_MAX_LINES]:
        row = target_row(target, vocabulary, misread=misread(target.clause))
        parts = (row.indicator, row.value, row.period, row.base, row.scope)
        why = " ".join(w for w in (target.family, target.ground, "doubtful" * target.doubtful) if w)
        _say(f"  {' '.join(part for part in parts if part)}  [{why}]")
        if target.span:
            _say(_context(in_context(found.notice, target.span)))
        else:
            _say(f"      {clip(clean(target.clause), _SHOWN)}")


def _observations(found: Explanation, vocabulary: Vocabulary) -> None:
    observations = found.insight.observations
    _head(f"observations ({len(observations)})")
    for one in observations[:_MAX_LINES]:
        place = vocabulary.gazetteer.by_id.get(one.place)
        name = place.ja if place else one.place
        rank = f" 第{one.rank}位" if one.rank is not None and one.family != "rank" else ""
        _say(f"  {name} {period_ja(one.period)} {one.family} {figure_ja(one)}{rank}")
        if one.span:
            _say(_context(in_context(found.notice, one.span)))
        else:
            _say(f"      {clip(clean(one.clause), _SHOWN)}")
    if len(observations) > _MAX_LINES:
        _say(f"  ... {len(observations) - _MAX_LINES} more")


def _links(found: Explanation) -> None:
    _head(f"links ({len(found.insight.links)})")
    for link in found.insight.links[:_MAX_LINES]:
        name = " ".join(part for part in (link.title and f"《{link.title}》", link.number) if part)
        where = link.to or "not in the store"
        _say(f"  {link.kind}: {name} -> {where}  [{link.rule}]")
        if link.span:
            _say(_context(in_context(found.notice, link.span)))


def _consultation(found: Explanation) -> None:
    asked = found.insight.consultation
    if asked is None:
        return
    _head("consultation")
    _say(f"  until {asked.deadline or '-'}: {asked.document or '-'}")
    for line in contact_lines(asked.contact):
        _say(f"  {line}")


def _head(words: str) -> None:
    _say(Text(words, "bold underline"))


def _context(evidence: Evidence) -> Text:
    """Evidence in its context. The marks stay where a terminal shows no styles."""
    line = Text(f"      {evidence.where}: …{clean(evidence.before)}")
    line.append(f"〖{clip(clean(evidence.text), _SHOWN)}〗", "bold reverse")
    line.append(f"{clean(evidence.after)}…")
    return line


def _say(line: str | Text) -> None:
    # Scraped text is never markup, and its control characters never reach the terminal.
    out.print(line if isinstance(line, Text) else Text(clean(line)))
