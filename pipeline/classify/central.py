"""Whether a notice without a telling header is one of the State."""

from __future__ import annotations

import re

from pipeline.classify.document import Analysed
from pipeline.classify.documents import DocumentCues
from pipeline.classify.level import NATION
from pipeline.classify.tally import HEAD, TAIL, Tally
from pipeline.vocab import Gazetteer, Matcher

ADDRESSEE = 30
"""Characters at the start of a letter that name the addressee."""
_REPLY = re.compile(r"[^，。：]{2,4}(?:省|自治区)[^，。：]{2,12}厅：[^。]{0,3}你厅")
_CITED = ("国务院", "中共中央")
_CITED_STATUTE = re.compile(r"法》?第[一二三四五六七八九十百]{1,6}条")


class StateIssuer:
    """Tells the texts of the State by the bodies they open with, sign with or answer for."""

    def __init__(self, gazetteer: Gazetteer, cues: DocumentCues) -> None:
        self._gazetteer = gazetteer
        self._nation = cues.nation
        guards = {word: [d for d in cues.central_decoys if word in d] for word in cues.central}
        self._central = Matcher(cues.central, guards)

    def rule(
        self,
        analysed: Analysed,
        tallies: dict[str, Tally],
        local: dict[str, Tally],
        titled: set[str],
    ) -> str | None:
        """The rule that makes a text one of the State, or None. `local` are the tallies of cities
        and provinces, `titled` the places of the title."""
        view = analysed.view
        if titled & set(local):
            return None
        if self._replied_to(analysed):
            return "reply-to-a-province"
        if any(self._gazetteer.by_id[p].kind == "region" for p in titled):
            starts = [s for s in self._central.longest(view.title) if not s.start]
            return f"title-central-body:{starts[0].word}" if starts else None
        if NATION in titled:
            return "title-nation"
        if any(not s.start for s in self._central.longest(view.title)):
            return "title-central-body"
        if self._signed_centrally(analysed):
            return "signed-by-central-body"
        strongest = max((t.best for t in local.values()), default=0.0)
        in_title = self._central.longest(view.title)
        head = view.text[view.body_start : view.body_start + HEAD]
        bodies = self._central.longest(head)
        first_place = min(
            (s for t in local.values() for s, _ in t.spans if s >= view.body_start),
            default=len(view.text),
        )
        if strongest >= 5:
            return None
        if bodies and bodies[0].start + view.body_start <= first_place:
            return f"opening-central-body:{bodies[0].word}"
        if in_title:
            return f"title-central-body:{in_title[0].word}"
        if strongest >= 1.5:
            return None
        lead = view.text[: analysed.structure.lead_end]
        if analysed.findings.document_type in ("law", "standard"):
            return "statute-without-place"
        if any(word in lead for word in self._nation):
            return "speaks-of-the-nation"
        if not local and _CITED_STATUTE.search(view.text):
            return "statute-without-place"
        return None

    def _replied_to(self, analysed: Analysed) -> bool:
        """A letter that answers a department of a province (某省环境保护厅：你厅…收悉)."""
        head = analysed.view.body.lstrip()[: 3 * ADDRESSEE]
        return _REPLY.match(head) is not None

    def _signed_centrally(self, analysed: Analysed) -> bool:
        """A letter of a body of the State to a local one (甲市环境保护局：… 生态环境部办公厅)."""
        view, footer = analysed.view, analysed.structure.footer
        first = view.body.lstrip()[:ADDRESSEE]
        tail = view.text[max(view.body_start + ADDRESSEE, footer - TAIL) : footer]
        return (
            "：" in first
            and "，" not in first.split("：")[0]
            and any(hit.word not in _CITED for hit in self._central.longest(tail))
        )
