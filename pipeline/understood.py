"""The records of understanding: labels, targets, observations, links, each with its evidence.

`pipeline.model` hands them on with all others.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pipeline.collected import DocumentType, Level, Record
from pipeline.dates import PartialDate


class Span(Record):
    """A piece of evidence: characters [start, end) of the title or the body."""

    where: Literal["title", "body", "attachment", "metadata"]
    start: int
    end: int
    text: str


class Push(Record):
    """What analysts' decisions add to a label: a signal the notice carries, the log-odds it adds,
    and how many decisions it was learned from."""

    signal: str
    weight: float
    decisions: int


class Label(Record):
    """One decided label: its score (0..1), the rule or model that decided, its evidence, and what
    was learned from analysts."""

    id: str
    score: float
    rule: str
    spans: tuple[Span, ...] = ()
    learned: tuple[Push, ...] = ()


class PlaceLabel(Record):
    """A place a notice concerns. `id` is an adcode or region id."""

    id: str
    role: Literal["issuer", "target", "mentioned"]
    rule: str
    spans: tuple[Span, ...] = ()


class Classification(Record):
    """The labels of one notice. `relevance.id` is air or not_air, `relevance.score` the
    probability of air. `considered` are measure types not given, but near the line or taken away
    by what analysts taught. `doubts` names what is near the line: `air`, or measure types;
    `needs_check`: there is a doubt, so an analyst should look (要確認)."""

    notice_id: str
    relevance: Label
    measures: tuple[Label, ...] = ()
    considered: tuple[Label, ...] = ()
    places: tuple[PlaceLabel, ...] = ()
    level: Level
    document_type: DocumentType
    document_type_rule: str
    key_plan: bool = False
    key_plan_rule: str | None = None
    needs_check: bool = False
    doubts: tuple[str, ...] = ()
    version: str

    @property
    def is_air(self) -> bool:
        return self.relevance.id == "air"


Comparator = Literal[
    "at_most", "at_least", "less_than", "more_than", "about", "within", "equal", "strive"
]


class Target(Record):
    """A quantified target. A reduction has a negative value; `unit` is normalised
    (μg/m3, %, 日, 万t, 台, 万戸, t/(月·km2) ...). `comparators` may hold `strive` beside another.
    `indicator` is the Chinese name as written, `family` one of shared names (pm25, o3, aqi_days,
    heavy_days, voc, nox, coal, capacity, vehicles, households, other ...)."""

    indicator: str
    family: str
    value: Decimal
    value_max: Decimal | None = None
    unit: str
    comparators: tuple[Comparator, ...] = ()
    base_year: str | None = None
    target_year: str | None = None
    period: str | None = None
    scope: str | None = None
    """Place id of the scope, where it is not the whole document's."""
    clause: str
    span: Span | None = None
    ground: str | None = None
    """Why it is held to be a goal (pipeline.targets.goals.Ground); None for a table's."""
    doubtful: bool = False
    """Perhaps no target of this document (要確認): a wider area's figure it quotes, or a figure
    that nothing but its bound calls a goal. Never told as a fact."""


class Observation(Record):
    """A released figure of air quality. `indicator` is the Chinese name as written, `family` a
    shared name (pm25, pm10, o3, so2, no2, co, aqi_days, heavy_days, index, rank); `unit` is
    normalised (μg/m3, mg/m3, %, 日, 位; "" for the composite index).
    `period` is YYYY, YYYY-MM or YYYY-MM..YYYY-MM; `place` an adcode or region id.
    `change` is signed and measured from the same period of the year before, in `change_unit`
    (%, ポイント, 日, μg/m3; "" for the index). `rank` 1 is the best."""

    indicator: str
    family: str
    value: Decimal
    unit: str
    period: str
    place: str
    change: Decimal | None = None
    change_unit: str | None = None
    rank: int | None = None
    clause: str
    span: Span | None = None


LinkKind = Literal["cites", "implements", "amends", "repeals", "interprets"]


class Link(Record):
    """A reference of a notice to another document. `number` is its 文号, `title` its Chinese
    title without 《》; `to` is the id of the notice it means, None for one outside the store."""

    kind: LinkKind
    title: str | None = None
    number: str | None = None
    to: str | None = None
    rule: str
    span: Span | None = None


class Contact(Record):
    """Where opinions are sent, each as the text gives it."""

    email: str | None = None
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    fax: str | None = None
    person: str | None = None
    platform: str | None = None
    web: str | None = None


class Consultation(Record):
    """A call for opinions (征求意见). `document` is the Chinese title of what it is on."""

    deadline: PartialDate | None = None
    contact: Contact = Contact()
    document: str | None = None
