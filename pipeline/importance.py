"""How much a notice matters: points by the rules of importance.yml, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pipeline.classify.cues import CueError, mapping_of, read_yaml
from pipeline.model import (
    DOCUMENT_TYPES,
    Classification,
    Level,
    Link,
    LinkKind,
    Notice,
    Target,
)
from pipeline.vocab import Vocabulary

MAX_READ = 100_000
"""Characters of a body in which prohibitions and deadlines are looked for."""
_PROHIBITION = re.compile(r"不得|禁止|严禁")
_DEADLINE = re.compile(
    r"20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:之?前|以前)|自20\d\d年\d{1,2}月\d{1,2}日起(?:施行|实施|执行)"
)
_TYPES_JA = {
    "law": "法令・条例", "plan": "計画・方案", "notice": "通知", "announcement": "公告・通告",
    "draft_for_comment": "意見募集案", "standard": "基準・規格", "interpretation": "解説",
    "news": "ニュース", "data_release": "データ公表", "other": "その他",
}  # fmt: skip
_LEVELS_JA = {"central": "国", "region": "重点地域", "province": "省", "city": "市"}
_LINKS_JA: dict[LinkKind, str] = {
    "implements": "上位文書の実施", "amends": "既存文書の改正", "repeals": "既存文書の廃止",
    "interprets": "文書の解説", "cites": "他文書の引用",
}  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """Points for each of several things, up to a maximum."""

    each: float
    max: float

    def points(self, count: int) -> float:
        return min(self.max, self.each * count)


@dataclass(frozen=True)
class Weights:
    """The content of importance.yml."""

    document_type: Mapping[str, float]
    level: Mapping[str, float]
    key_plan: float
    partner_place: float
    targets: Counted
    prohibitions: Counted
    deadline: float
    consultation: float
    links: Mapping[str, float]
    measures: Mapping[str, float]
    highlights: int
    least: float


@dataclass(frozen=True)
class Reason:
    """One rule that gave points, in Japanese."""

    ja: str
    points: float


@dataclass(frozen=True)
class Importance:
    """The points of a notice and where they come from, the most first."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def line(self) -> str:
        """The reasons in one line: 重点計画（＋5）、計画・方案（＋4）."""
        if not self.reasons:
            return "該当する項目なし（0点）"
        parts = "、".join(f"{reason.ja}（{reason.points:+g}）" for reason in self.reasons)
        return f"{self.score:g}点：{parts}"


NO_IMPORTANCE = Importance(0.0, ())


def load_weights(path: Path, vocabulary: Vocabulary) -> Weights:
    """Read importance.yml. Raises CueError, naming the field and the remedy."""
    data = mapping_of(path, read_yaml(path), "the file")
    known = {
        "document_type": set(DOCUMENT_TYPES),
        "level": set(get_args(Level)),
        "links": set(get_args(LinkKind)),
        "measures": set(vocabulary.measures.by_id),
    }
    tables: dict[str, dict[str, float]] = {}
    for name, ids in known.items():
        table = mapping_of(path, data.get(name, {}), name)
        for key in table:
            if key not in ids:
                raise CueError(
                    f"{path}: {name} names {key!r}, which is unknown; use: {' '.join(sorted(ids))}"
                )
        tables[name] = {key: _number(path, f"{name} {key}", value) for key, value in table.items()}
    chosen = mapping_of(path, data.get("highlights", {}), "highlights")
    return Weights(
        document_type=tables["document_type"],
        level=tables["level"],
        links=tables["links"],
        measures=tables["measures"],
        key_plan=_number(path, "key_plan", data.get("key_plan", 0)),
        partner_place=_number(path, "partner_place", data.get("partner_place", 0)),
        targets=_counted(path, data, "targets"),
        prohibitions=_counted(path, data, "prohibitions"),
        deadline=_number(path, "deadline", data.get("deadline", 0)),
        consultation=_number(path, "consultation", data.get("consultation", 0)),
        highlights=int(_number(path, "highlights count", chosen.get("count", 5))),
        least=_number(path, "highlights least", chosen.get("least", 0)),
    )


def _number(path: Path, field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -100 <= value <= 100:
        raise CueError(f"{path}: {field} is {value!r}; write a number from -100 to 100")
    return float(value)


def _counted(path: Path, data: Mapping[str, object], field: str) -> Counted:
    entry = mapping_of(path, data.get(field, {}), field)
    return Counted(
        _number(path, f"{field} each", entry.get("each", 0)),
        _number(path, f"{field} max", entry.get("max", 0)),
    )


def importance(
    notice: Notice,
    labels: Classification,
    targets: Sequence[Target],
    links: Sequence[Link],
    vocabulary: Vocabulary,
    weights: Weights,
    *,
    deadline: str | None = None,
) -> Importance:
    """The points of a notice. `deadline` is the closing date of its consultation.

    Deterministic; nothing but its arguments is read.
    """
    body = notice.body[:MAX_READ]
    found: list[Reason] = []

    def add(ja: str, points: float) -> None:
        if points:
            found.append(Reason(ja, points))

    add(_TYPES_JA[labels.document_type], weights.document_type.get(labels.document_type, 0))
    add(_LEVELS_JA[labels.level], weights.level.get(labels.level, 0))
    if labels.key_plan:
        add("重点計画", weights.key_plan)
    partner = _partner(labels, vocabulary)
    if partner is not None:
        add(f"連携地域（{partner}）", weights.partner_place)
    if targets:
        add(f"定量目標{len(targets)}件", weights.targets.points(len(targets)))
    # In news and data the words tell of somebody else's prohibition.
    if labels.document_type not in ("news", "data_release", "interpretation"):
        count = sum(1 for _ in _PROHIBITION.finditer(body))
        add(f"禁止規定{count}か所", weights.prohibitions.points(count))
        if _DEADLINE.search(body):
            add("期限の定め", weights.deadline)
    if deadline is not None:
        add("意見募集の締切", weights.consultation)
    for kind in dict.fromkeys(link.kind for link in links):
        add(_LINKS_JA[kind], weights.links.get(kind, 0))
    for label in labels.measures:
        measure = vocabulary.measures.by_id.get(label.id)
        if measure is not None:
            add(measure.name_ja, weights.measures.get(label.id, 0))
    found.sort(key=lambda reason: -reason.points)
    return Importance(round(sum(reason.points for reason in found), 2), tuple(found))


def _partner(labels: Classification, vocabulary: Vocabulary) -> str | None:
    """The Japanese name of the first partner place the notice is of or about."""
    for label in labels.places:
        if label.role == "mentioned":
            continue
        for place in vocabulary.partners.places:
            if vocabulary.gazetteer.contains(place, label.id):
                return vocabulary.gazetteer.by_id[place].ja
    return None


def highlights(
    scored: Sequence[tuple[str, Importance]], weights: Weights
) -> tuple[tuple[str, Importance], ...]:
    """The candidates of 今月のポイント among (entry number, importance), the first first."""
    ranked = sorted(scored, key=lambda item: (-item[1].score, item[0]))
    return tuple(
        (number, one) for number, one in ranked[: weights.highlights] if one.score >= weights.least
    )
