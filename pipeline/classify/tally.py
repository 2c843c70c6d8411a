"""What speaks for each place a notice names: points by where the name stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.classify.document import Analysed
from pipeline.classify.text import View
from pipeline.vocab import Gazetteer, Organizations, PlaceMatch

HEAD = 160
"""Characters of the body in which the notice's own document number and issuer stand."""
TAIL = 80
"""Characters at the end of the body in which the issuer signs."""
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,10}〔(?:19|20)\d\d〕\d{1,5}号")
_VISITORS = re.compile(
    r"(?:市|省)?(?:党政|政府|环保|生态环境局|环保局|生态环境厅|环保厅|友好)?"
    r"(?:考察|代表|访问|学习|调研|交流)(?:团|组|一行)|(?:市|省)?[\u4e00-\u9fff]{0,8}一行(?:来|赴|到)"
)
_VENUE = re.compile(r"(?:市|省)?(?:召开|举行|举办|开幕|闭幕|签署|签约|签订)")
_SOMEBODY = re.compile(r"(?:市|省)?(?:某|一家|一企业|籍)")
_ASIDE = 0.15
"""Points of a place a text only mentions."""
_CITED_BEFORE = re.compile(r"(?:根据|依据|按照?|落实|依|贯彻|执行|《[^》]{0,40}》（|和|、)$")


@dataclass
class Tally:
    """What speaks for one place: points, the rule of the strongest sign, where it is named."""

    points: float = 0.0
    best: float = 0.0
    rule: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)

    def add(self, points: float, rule: str, start: int, end: int) -> None:
        self.points += points
        if points > self.best:
            self.best, self.rule = points, rule
        self.spans.append((start, end))


class Tallier:
    """Weighs the places of notices."""

    def __init__(self, gazetteer: Gazetteer, organizations: Organizations) -> None:
        self._gazetteer = gazetteer
        self._organizations = organizations

    def tallies(self, analysed: Analysed) -> dict[str, Tally]:
        """By place id (counties count for their city), what speaks for it."""
        view, structure = analysed.view, analysed.structure
        tallies: dict[str, Tally] = {}
        first_in_body = True
        tail = max(structure.footer - TAIL, view.body_start)
        in_title = sum(1 for match in analysed.findings.matches if match.start < view.title_end)
        for match in analysed.findings.matches:
            place = self._gazetteer.up(match.id)
            tally = tallies.setdefault(place, Tally())
            if self._aside(view, match):
                tally.add(_ASIDE, "place-in-passing", match.start, match.end)
                continue
            if match.start < view.title_end:
                points = 12.0 if match.start == 0 or in_title == 1 else 9.0
                tally.add(points, "title-place", match.start, match.end)
                continue
            weight = 0.3 if structure.discounted[match.start] else 1.0
            if match.start < view.body_start + HEAD:
                points = (4.0 if first_in_body and weight == 1.0 else 1.5) * weight
                first_in_body = first_in_body and weight < 1.0
                tally.add(points, "opening-place", match.start, match.end)
            elif match.start >= tail and not self._listed(analysed, match):
                tally.add(2.5 * weight, "signature-place", match.start, match.end)
            elif match.start < structure.lead_end:
                tally.add(0.6 * weight, "lead-place", match.start, match.end)
            elif tally.points < 3:
                tally.add(_ASIDE * weight, "body-place", match.start, match.end)
        self._number(analysed, tallies)
        self._header(analysed, tallies)
        return tallies

    def _aside(self, view: View, match: PlaceMatch) -> bool:
        """Whether the name is that of guests (天津市考察团), of the place where a meeting was held
        (在武汉召开) or, in a title, of a company that is not named (河北某公司)."""
        text = view.text
        if _VISITORS.match(text, match.end):
            return True
        if match.start < view.title_end and _SOMEBODY.match(text, match.end):
            return True
        return text[match.start - 1 : match.start] == "在" and bool(_VENUE.match(text, match.end))

    def _header(self, analysed: Analysed, tallies: dict[str, Tally]) -> None:
        """The place of the issuing body, and of the government whose site published it."""
        bodies = analysed.notice.issuing_bodies
        issuer = self._organizations.resolve(bodies[0]) if bodies else None
        host = self._gazetteer.of_url(analysed.notice.url or "")
        for place, points, rule in (
            (issuer.place if issuer else None, 6.0, "issuing-body"),
            (host, 3.0, "site-of-place"),
        ):
            if place is not None and self._gazetteer.by_id[place].kind != "country":
                tallies.setdefault(self._gazetteer.up(place), Tally()).add(points, rule, 0, 0)

    def _listed(self, analysed: Analysed, match: PlaceMatch) -> bool:
        text = analysed.view.text
        return text[match.end : match.end + 1] == "、" or text[match.start - 1] == "、"

    def _number(self, analysed: Analysed, tallies: dict[str, Tally]) -> None:
        """The issuer's place by the document number (津环规范〔2024〕3号)."""
        view = analysed.view
        known = max(tallies, key=lambda place: tallies[place].points) if tallies else None
        numbers: list[tuple[str, int, int]] = []
        if analysed.notice.document_number:
            numbers.append((analysed.notice.document_number, 0, 0))
        head = view.text[: view.body_start + HEAD]
        for match in _NUMBER.finditer(head):
            if not _CITED_BEFORE.search(head[max(0, match.start() - 45) : match.start()]):
                numbers.append((match[0], match.start(), match.end()))
                break
        for number, start, end in numbers[:1]:
            issuer = self._organizations.by_prefix(number, known)
            if issuer is not None:
                place = self._gazetteer.up(issuer.place)
                tallies.setdefault(place, Tally()).add(5.0, "document-number", start, end)
