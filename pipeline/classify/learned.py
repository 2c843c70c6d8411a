"""What analysts' decisions taught: signals a notice carries, and what each adds to a label.

`bulletins/learned.yml`, written by `geppo learn`: a line deleted there is forgotten, and without
the file nothing was learned. The signals are plain words an analyst can check: `title:渣土`
(a word of the title), `cue:渣土` (a cue word of the measure type), `source:` and `column:` (where
the notice was found), `veto:` (the rule that kept it out) and `always` (the label as such).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.classify.cues import CueError, Hit, read_yaml
from pipeline.classify.document import Analysed
from pipeline.model import Label, Push

AIR = "air"
"""The label whose weights decide relevance; the others are measure types."""
ALWAYS = "always"
_SURE = 1e-6
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,}")
_NOTE = """\
# 分析者の判断（掲載・除外、措置区分の訂正）から geppo learn が求めた重み。
# 行を消せばその学習は使われなくなる。ファイルを消せば何も学ばなかったことになる。
"""


class Weight(BaseModel):
    """One line of learned.yml: the log-odds `signal` adds to `label`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    signal: str
    weight: float
    decisions: int


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[Weight, ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """The learned weights, and the decisions they were learned from (by key)."""

    weights: tuple[Weight, ...] = ()
    decisions: frozenset[str] = frozenset()
    _by_label: dict[str, dict[str, Push]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_label: dict[str, dict[str, Push]] = {}
        for one in self.weights:
            push = Push(signal=one.signal, weight=one.weight, decisions=one.decisions)
            by_label.setdefault(one.label, {})[one.signal] = push
        object.__setattr__(self, "_by_label", by_label)

    def pushes(self, label: str, signals: Callable[[], Iterable[str]]) -> tuple[Push, ...]:
        """What was learned of a label for a notice that carries `signals`, the strongest first.
        `signals` is only asked where something was learned."""
        known = self._by_label.get(label)
        if not known:
            return ()
        found = [known[signal] for signal in signals() if signal in known]
        return tuple(sorted(found, key=lambda push: (-abs(push.weight), push.signal)))

    @cached_property
    def version(self) -> str:
        """A short hash of the weights; empty where there are none."""
        if not self.weights:
            return ""
        text = "\n".join(one.model_dump_json() for one in self.weights)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_text(self) -> str:
        """The content of learned.yml."""
        lines = [_NOTE, "weights:" if self.weights else "weights: []"]
        for one in self.weights:
            values = one.model_dump(mode="json")
            shown = yaml.safe_dump(
                values, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000
            )
            lines.append(f"- {shown.strip()}")
        listed = sorted(self.decisions)
        lines.append("decisions:" if listed else "decisions: []")
        lines += [f"- {key}" for key in listed]
        return "\n".join(lines) + "\n"


UNLEARNED = Learned()


def load_learned(path: Path | None) -> Learned:
    """Read learned.yml; nothing where it is absent. Raises CueError."""
    if path is None or not path.exists():
        return UNLEARNED
    try:
        content = _File.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CueError(
            f"{path}: {where}: {first['msg']}; correct it, or delete the file and run geppo learn"
        ) from error
    return Learned(content.weights, frozenset(content.decisions))


def moved(probability: float, pushes: Sequence[Push]) -> float:
    """A probability after the pushes, which add up in log-odds."""
    if not pushes:
        return probability
    sure = min(max(probability, _SURE), 1 - _SURE)
    total = math.log(sure / (1 - sure)) + sum(push.weight for push in pushes)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def rule_of(pushes: Sequence[Push]) -> str:
    """The rule of a label that what was learned decided."""
    return f"learned:{pushes[0].signal}"


class TitleWords:
    """The words of a title that may tell its subject: no places, figures or single characters."""

    def __init__(self, analysed: Analysed) -> None:
        self._analysed = analysed

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """`title:` signals, each once, in the order of the title."""
        analysed = self._analysed
        title = analysed.view.text[: analysed.view.title_end]
        places = [title[m.start : m.end] for m in analysed.findings.matches if m.end <= len(title)]
        found = [
            f"title:{word}"
            for word in sorted(set(analysed.cutter.parts(title)), key=lambda w: (title.find(w), w))
            if _WORD.fullmatch(word) and not any(word in place for place in places)
        ]
        return tuple(found)


def relevance_signals(analysed: Analysed, veto: Label | None) -> tuple[str, ...]:
    """The signals that may speak for or against air."""
    signals = list(TitleWords(analysed).signals)
    signals.append(f"source:{analysed.notice.source_id}")
    column = column_of(analysed.notice.url)
    if column is not None:
        signals.append(f"column:{column}")
    if veto is not None:
        signals.append(veto.rule)
    return tuple(signals)


def measure_signals(
    titled: TitleWords, evidence: tuple[Sequence[Hit], Sequence[Hit], Sequence[Hit]]
) -> tuple[str, ...]:
    """The signals that may speak for or against a measure type with these hits."""
    words = dict.fromkeys(hit.word for hits in evidence for hit in hits)
    return (*titled.signals, *(f"cue:{word}" for word in words), ALWAYS)


def column_of(url: str | None) -> str | None:
    """The column a page lies in, by its address: host and folders, those of dates left out."""
    if not url:
        return None
    parts = urlsplit(url)
    folders = [part for part in parts.path.split("/")[:-1] if part]
    named = [part for part in folders if not re.fullmatch(r"[\d_-]*\d[\d_-]*|t\d+_\d+", part)]
    return "/".join([parts.netloc, *named]) if parts.netloc and named else None
