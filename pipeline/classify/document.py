"""The one segmentation all stages share: a spaCy document over the view of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.classify.structure import Structure
from pipeline.classify.text import View
from pipeline.model import DocumentType, Label, Level, Notice, PlaceLabel, Span, Target
from pipeline.vocab import Cutter, PlaceMatch


@dataclass
class Findings:
    """What the stages have found so far; each stage fills its own fields."""

    matches: list[PlaceMatch] = field(default_factory=list)
    places: tuple[PlaceLabel, ...] = ()
    level: Level = "city"
    document_type: DocumentType = "other"
    document_type_rule: str = ""
    yearly: bool = False
    targets: tuple[Target, ...] = ()
    relevance: Label | None = None
    measures: tuple[Label, ...] = ()
    considered: tuple[Label, ...] = ()
    doubts: tuple[str, ...] = ()
    key_plan: bool = False
    key_plan_rule: str | None = None


@dataclass(frozen=True)
class Analysed:
    """A notice read once: its plain view, the words (spaCy Doc over the view) and its parts."""

    notice: Notice
    view: View
    structure: Structure
    doc: Doc
    cutter: Cutter

    @property
    def title(self) -> str:
        return self.view.title

    @property
    def findings(self) -> Findings:
        found: Findings = self.doc.user_data["findings"]
        return found

    def words(self) -> frozenset[str]:
        """The different words of title and body, names of places left out."""
        places = {self.view.text[m.start : m.end] for m in self.findings.matches}
        words: frozenset[str] = self.doc.user_data["words"]
        return words - places

    def spans(self, places: Sequence[tuple[int, int]], limit: int = 6) -> tuple[Span, ...]:
        """Evidence for characters [start, end) of the view, the first `limit` of them."""
        return tuple(self.view.span(start, end) for start, end in places[:limit])

    def weight(self, position: int) -> float:
        """How much a cue word counts where it stands: not in footers, little in 指导思想."""
        if self.structure.muted[position]:
            return 0.0
        return 0.2 if self.structure.discounted[position] else 1.0


def of(doc: Doc) -> Analysed:
    """The analysed notice a pipeline component works on."""
    analysed: Analysed = doc.user_data["analysed"]
    return analysed


class CutterTokenizer:
    """spaCy tokenizer that cuts as the project's cutter does. The text is kept exactly."""

    def __init__(self, cutter: Cutter, vocab: Vocab, tools: object) -> None:
        self.vocab = vocab
        self.tools = tools
        self.cutter = cutter

    def __call__(self, text: str) -> Doc:
        words = self.cutter.cut(text)
        doc = Doc(self.vocab, words=words, spaces=[False] * len(words))
        # To ask each token for its text takes longer than the cutting.
        doc.user_data["words"] = frozenset(words)
        return doc
