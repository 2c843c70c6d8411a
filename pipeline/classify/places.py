"""Which places a notice concerns, and the level of its issuer.

The place of the issuer comes first, then its province, then a named region: most specific first.
Names in footers, 抄送 and in the names of responsible bodies do not count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

from spacy.tokens import Doc

from pipeline.classify.central import ADDRESSEE, StateIssuer
from pipeline.classify.document import Analysed, of
from pipeline.classify.documents import DocumentCues
from pipeline.classify.level import JAPAN, NATION, central_issuer, level_of
from pipeline.classify.tally import HEAD, TAIL, Tallier, Tally
from pipeline.model import PlaceLabel
from pipeline.vocab import Gazetteer, Vocabulary

Role = Literal["issuer", "target", "mentioned"]
Chosen = tuple[str, Role, str]
"""A place, its role, and the rule that chose it ("" for that of its tally)."""
_APART = 5
"""Characters between a province and a city that are no address."""
_BESIDE = ("及", "和", "与")
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,24}?(?:厅|政府|办公室|委员会|委|局)关于")
_WITH_JAPAN = re.compile(r"中日(?=[两友环大城合政韩“])|日中(?=[两友环合])|日本")
_VENUE = re.compile(r"[^，。]{0,4}?(?:召开|举行|举办|开幕|闭幕|落幕|启动|签)")
_MAX_CITIES = 3
_THROUGHOUT = 3
"""A region a text of the State names so often is one it is about."""
_MAX_LISTED = 6
_FEW_MEMBERS = 4
"""Regions with no more members are named with them (长三角: one municipality, three provinces)."""
_COUNTIES = ("县", "市", "旗")
_DATE_BEFORE = re.compile(r"(?:[\d年月—\-～、和至]|季度|上半年|前三季度)*")


class PlaceStage:
    """Finds the places of a notice and the level they imply."""

    def __init__(self, vocabulary: Vocabulary, cues: DocumentCues) -> None:
        self._gazetteer: Gazetteer = vocabulary.gazetteer
        self._organizations = vocabulary.organizations
        self._tallier = Tallier(vocabulary.gazetteer, vocabulary.organizations)
        self._partners = frozenset(vocabulary.partners.places)
        self._cues = cues
        self._state = StateIssuer(vocabulary.gazetteer, cues)

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        findings = analysed.findings
        findings.matches = [
            match
            for match in self._gazetteer.find(analysed.view.text)
            if not analysed.structure.muted[match.start]
        ]
        tallies = self._tallier.tallies(analysed)
        order: dict[str, Chosen] = {}
        for chosen in self._order(analysed, tallies):
            # A place chosen twice keeps its first role and rule.
            order.setdefault(chosen[0], chosen)
        labels = []
        for place, role, rule in order.values():
            tally = tallies.get(place)
            spans = analysed.spans(tally.spans, 3) if tally else ()
            decided = rule or (tally.rule if tally else "place")
            labels.append(PlaceLabel(id=place, role=role, rule=decided, spans=spans))
        findings.places = tuple(labels)
        findings.level = level_of(labels, self._gazetteer)
        return doc

    def _order(self, analysed: Analysed, tallies: dict[str, Tally]) -> list[Chosen]:
        """(place, role, rule) in the order of the bulletin."""
        kinds = {place: self._gazetteer.by_id[place].kind for place in tallies}
        abroad = [p for p in (JAPAN,) if p in tallies and tallies[p].best >= 1.5]
        local = {p: t for p, t in tallies.items() if kinds[p] in ("prefecture", "province")}
        titled = {p for p, t in tallies.items() if t.rule == "title-place"}
        regions = [
            p for p, t in sorted(tallies.items(), key=lambda item: -item[1].points)
            if kinds[p] == "region" and t.best >= 1.5
        ]  # fmt: skip
        in_title = [p for p in regions if p in titled]
        if _WITH_JAPAN.search(analysed.title) and not self._seat(analysed, titled):
            return [(JAPAN, "target", ""), (NATION, "target", "foreign-and-nation")]
        header = central_issuer(analysed.notice, self._organizations)
        central = header or self._state.rule(analysed, tallies, local, titled)
        if central:
            order: list[Chosen] = [(p, "target", "") for p in abroad]
            # Only a header stands above the places of a title; those addressed are no target.
            order.extend((p, "target", "") for p in local if p in titled)
            order.append((NATION, "issuer", central))
            order.extend((p, "target", "") for p in regions)
            order.extend(
                (p, "target", "named-throughout")
                for p, t in tallies.items()
                if kinds[p] == "region" and p not in regions and len(t.spans) >= _THROUGHOUT
            )
            return order
        if in_title and not titled & set(local):
            home = self._home(analysed, tallies, in_title)
            if home is None:
                order = [(p, "target", "") for p in abroad]
                return [*order, *self._regional(analysed, tallies, in_title)]
            order = [(p, "target", "member-of-region") for p in self._members(tallies, in_title)]
            order.append((home, "issuer", "province-of-region"))
            return [*order, *((p, "target", "") for p in in_title)]
        strong = {p: t for p, t in local.items() if t.best >= 1.5} or local
        if not strong and abroad:
            return [(JAPAN, "target", ""), (NATION, "target", "foreign-and-nation")]
        if not strong:
            beside: list[Chosen] = [(p, "target", "") for p in regions]
            bare = not analysed.view.body and not self._speaks_locally(analysed)
            return [(NATION, "issuer", "title-without-place"), *beside] if bare else beside
        main = max(strong, key=lambda p: (strong[p].points, kinds[p] == "prefecture"))
        main = self._specific(main, strong, kinds)
        issuer = (
            self._issuer(analysed, main)
            or self._opening(analysed, main)
            or self._signing(analysed, tallies, main)
        )
        if issuer is not None:
            return [(main, "target", ""), (issuer, "issuer", "title-issuer")]
        order = self._local(analysed, tallies, main, titled)
        named = [*abroad, *in_title, *self._headed(analysed, tallies, bool(titled))]
        order.extend((p, "target", "") for p in dict.fromkeys(named))
        return order

    def _headed(self, analysed: Analysed, tallies: dict[str, Tally], titled: bool) -> list[str]:
        """Regions named in a heading, or first of all places of the body."""
        headings = bytearray(len(analysed.view.text))
        for section in analysed.structure.sections:
            if section.level <= 2:
                headings[section.start : section.heading_end] = b"\x01" * (
                    section.heading_end - section.start
                )
        return [
            place
            for place, tally in tallies.items()
            if self._gazetteer.by_id[place].kind == "region"
            and (
                (tally.best >= 4 and not titled) or any(headings[start] for start, _ in tally.spans)
            )
        ]

    def _issuer(self, analysed: Analysed, main: str) -> str | None:
        """The province whose office writes about one of its cities (X省…厅关于Y市…的复函)."""
        match = _ISSUER.match(analysed.title)
        if match is None:
            return None
        named = [m for m in analysed.findings.matches if m.end <= match.end()]
        if not named or named[0].start or self._gazetteer.by_id[named[0].id].kind != "province":
            return None
        above = named[0].id in self._gazetteer.ancestors(main)
        return named[0].id if above else None

    def _opening(self, analysed: Analysed, main: str) -> str | None:
        """The province a title opens with, before it comes to one of its cities
        (X省公布排名 Y市居首); not that of an address (X省Y市)."""
        titled = [m for m in analysed.findings.matches if m.end <= analysed.view.title_end]
        dated = _DATE_BEFORE.match(analysed.title)
        opens = titled and dated and titled[0].start == dated.end()
        if len(titled) < 2 or not opens or titled[0].id != self._province(main):
            return None
        between = analysed.title[titled[0].end : titled[1].start]
        apart = len(between) >= _APART or between.endswith(_BESIDE)
        return titled[0].id if apart and self._gazetteer.up(titled[1].id) == main else None

    def _signing(self, analysed: Analysed, tallies: dict[str, Tally], main: str) -> str | None:
        """The province that signs a letter to one of its cities (Y市人民政府：… X省…厅)."""
        first = analysed.view.body.lstrip()[:ADDRESSEE].split("：")
        province = self._province(main)
        tally = tallies.get(province or "")
        if len(first) < 2 or "，" in first[0] or tally is None:
            return None
        addressed = any(
            self._gazetteer.up(m.id) == main
            and analysed.view.body_start <= m.start < analysed.view.body_start + len(first[0]) + 2
            for m in analysed.findings.matches
        )
        signed = max(start for start, _ in tally.spans) >= analysed.structure.footer - TAIL
        return province if addressed and signed else None

    def _specific(self, main: str, strong: dict[str, Tally], kinds: Mapping[str, str]) -> str:
        """The city rather than its province, where both are named alike (湖北省孝感市)."""
        if kinds[main] != "province":
            return main
        cities = [
            p for p in strong
            if kinds[p] == "prefecture" and main in self._gazetteer.ancestors(p)
            and strong[p].points >= 0.6 * strong[main].points
            and strong[p].best >= 4
        ]  # fmt: skip
        return max(cities, key=lambda p: strong[p].points) if len(cities) == 1 else main

    def _local(
        self, analysed: Analysed, tallies: dict[str, Tally], main: str, titled: Collection[str]
    ) -> list[Chosen]:
        # In the order of the text: that of a set differs from process to process.
        titled = [p for p in tallies if p in titled]
        order: list[Chosen] = [(main, "issuer", "")]
        kind = self._gazetteer.by_id[main].kind
        order.extend(
            (p, "issuer", "issued-together")
            for p in titled
            if p != main
            and self._gazetteer.by_id[p].kind == "province"
            and p not in self._gazetteer.ancestors(main)
        )
        others = [
            p for p in titled
            if p != main and self._gazetteer.by_id[p].kind == "prefecture"
        ]  # fmt: skip
        if kind == "prefecture":
            order.extend((p, "target", "") for p in others[:_MAX_CITIES])
            if not titled:
                order.extend((p, "target", "named-together") for p in self._list(analysed, main))
            county = self._county(analysed, main)
            if county:
                order[0] = (main, "target", "city-of-county")
                order.insert(0, (county, "issuer", "title-place"))
            province = self._province(main)
            if province:
                order.append((province, "target", "province-of-city"))
            return order
        cities = sorted(others, key=lambda p: tallies[p].spans[0])
        named = [
            p for p, t in tallies.items()
            if p in self._partners and p not in cities and p != main
            and main in self._gazetteer.ancestors(p) and t.best >= 0.6
        ]  # fmt: skip
        # Several partner cities of a province are an enumeration: none of them stands out.
        cities += named if len(named) == 1 else []
        if not titled:
            peers = [
                p
                for p, t in tallies.items()
                if p != main and self._gazetteer.by_id[p].kind == "province" and t.best >= 1.5
            ]
            order.extend((p, "target", "named-together") for p in peers[:_MAX_CITIES])
        if any(word in analysed.title for word in self._cues.cases):
            cases = self._cases(analysed, main)
            if len(cases) <= _MAX_LISTED:
                return [*order, *((p, "mentioned", "city-of-case") for p in cases)]
        inside = [p for p in cities if main in self._gazetteer.ancestors(p)]
        first: list[Chosen] = [(p, "mentioned", "partner-city-named") for p in inside[:_MAX_CITIES]]
        return [*order, *first]

    def _cases(self, analysed: Analysed, province: str) -> list[str]:
        """The cities of a province, and their counties by full name, whose cases a text tells."""
        known = self._gazetteer.by_id
        cases: list[str] = []
        for match in analysed.findings.matches:
            if match.start < analysed.view.body_start:
                continue
            name = analysed.view.text[match.start : match.end]
            whole = known[match.id].zh == name and name.endswith("县")
            for place in (match.id, self._gazetteer.up(match.id)):
                wanted = known[place].kind == "prefecture" or (whole and place == match.id)
                if wanted and province in self._gazetteer.ancestors(place):
                    cases.append(place)
        return list(dict.fromkeys(cases))

    def _list(self, analysed: Analysed, main: str) -> list[str]:
        """The cities listed with the first place of the body (成都、德阳、眉山、资阳四市)."""
        text, body = analysed.view.text, analysed.view.body_start
        listed: list[str] = []
        end = -1
        for match in analysed.findings.matches:
            if match.start < body:
                continue
            joined = text[end : match.start] in ("、", "和")
            if end >= 0 and not joined:
                break
            listed.append(match.id)
            end = match.end
        cities = [p for p in listed if self._gazetteer.by_id[p].kind == "prefecture"]
        together = main in cities and len(cities) == len(listed) <= _MAX_LISTED
        return [p for p in cities if p != main] if together else []

    def _county(self, analysed: Analysed, city: str) -> str | None:
        """The county (not a district) whose own document this is: it opens the title."""
        for match in analysed.findings.matches[:3]:
            place = self._gazetteer.by_id[match.id]
            inside = city in self._gazetteer.ancestors(match.id)
            if match.start >= analysed.view.title_end:
                break
            if place.kind == "county" and inside and place.zh.endswith(_COUNTIES):
                return match.id
        return None

    def _speaks_locally(self, analysed: Analysed) -> bool:
        """Whether a title without a place is of some province, city or county, or a headline,
        which may be of anywhere."""
        kind = analysed.findings.document_type
        return kind == "news" or any(word in analysed.title for word in self._cues.local)

    def _province(self, place: str) -> str | None:
        for above in self._gazetteer.ancestors(place):
            if self._gazetteer.by_id[above].kind == "province":
                return above
        return None

    def _seat(self, analysed: Analysed, titled: set[str]) -> bool:
        """Whether the title names a place that is more than where a meeting was held."""
        title = analysed.title
        return any(
            m.end <= analysed.view.title_end
            and self._gazetteer.up(m.id) in titled - {JAPAN, NATION}
            and not (title[m.start - 1 : m.start] == "在" and _VENUE.match(title, m.end))
            for m in analysed.findings.matches
        )

    def _home(
        self, analysed: Analysed, tallies: dict[str, Tally], regions: list[str]
    ) -> str | None:
        """The one province whose matter these regions are (长株潭: 湖南省), where its name opens
        the body."""
        members = [m for region in regions for m in self._gazetteer.by_id[region].members]
        provinces = {self._province(member) for member in members}
        home = provinces.pop() if len(provinces) == 1 else None
        tally = tallies.get(home or "")
        head = analysed.view.body_start + HEAD
        return home if tally and any(start < head for start, _ in tally.spans) else None

    def _members(self, tallies: dict[str, Tally], regions: list[str]) -> list[str]:
        members = [m for region in regions for m in self._gazetteer.by_id[region].members]
        return [m for m in dict.fromkeys(members) if m in tallies][:_MAX_LISTED]

    def _regional(
        self, analysed: Analysed, tallies: dict[str, Tally], regions: list[str]
    ) -> list[Chosen]:
        order: list[Chosen] = [(p, "issuer", "title-region") for p in regions]
        for region in regions:
            members = self._gazetteer.by_id[region].members
            if len(members) <= _FEW_MEMBERS and len(regions) == 1:
                order.extend((member, "target", "member-of-region") for member in members)
            start, end = tallies[region].spans[0]
            spelt = self._gazetteer.spelt_out(analysed.view.text[start:end])
            order.extend((province, "target", "province-in-name") for province in spelt)
        for place in sorted(tallies, key=lambda p: tallies[p].spans[0]):
            kind = self._gazetteer.by_id[place].kind
            if kind == "province" and tallies[place].best >= 0.6:
                order.append((place, "target", "named-beside-region"))
        return list(dict.fromkeys(order))
