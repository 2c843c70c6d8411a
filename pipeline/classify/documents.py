"""Document type and key plan, by the ordered rules of documents.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from spacy.tokens import Doc

from pipeline.classify.cues import CueError, mapping_of, read_yaml, words_of
from pipeline.classify.document import Analysed, of
from pipeline.model import DOCUMENT_TYPES, DocumentType
from pipeline.vocab import Partners

_OPENING = 300
_NEWS_OPENING = 60
_LONGEST_TITLE = 80
_TRAIL = re.compile(r"(?:[（〔][^（）〔〕]{1,30}[）〕]|[》”！!。、,，\s]|\d{1,2})+$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEARS = re.compile(r"(?:19|20)\d\d年?\s?[—\-～至到－]{1,2}\s?(?:(?:19|20)\d\d|\d\d年)")
_OF_ONE_YEAR = re.compile(
    r"(?:19|20)\d\d年(?:度|第[一二三四]季度)?(?:工作方案|工作要点|工作计划|重点任务|任务分解|工作安排|目标任务)"
)
_YEARS_PLAN = re.compile(
    r"(?:19|20)\d\d年度?[^，。》\d]{0,12}?(?:蓝天|大气|空气|治霾|减霾|污染防治)"
    r"[^，。》]{0,12}?(?:行动方案|行动计划|工作方案|实施方案|工作计划|年度计划|改善计划)"
)
_TWO_PARTS = re.compile(r"[\u4e00-\u9fff）\d%]{5}[ \u3000]{1,3}[\u4e00-\u9fff\d]{5}")
_REPORTED_DAY = re.compile(r"^[^\n。，]{0,30}?\d{1,2}月(?:\d{1,2}日)?(?:上午|下午|晚|，)")


@dataclass(frozen=True)
class Rule:
    """One rule of documents.yml; empty conditions do not ask anything."""

    id: str
    type: DocumentType
    ends: tuple[str, ...]
    starts: tuple[str, ...]
    any: tuple[str, ...]
    none: tuple[str, ...]
    body: tuple[str, ...]
    no_body: tuple[str, ...]
    articles: int
    yearly: bool
    news: bool
    not_news: bool
    one_part: bool
    bare: bool


@dataclass(frozen=True)
class DocumentCues:
    """The content of documents.yml."""

    rules: tuple[Rule, ...]
    news_title: tuple[str, ...]
    news_formal: tuple[str, ...]
    news_body: tuple[str, ...]
    yearly: tuple[str, ...]
    not_yearly: tuple[str, ...]
    key_title: tuple[str, ...]
    key_not: tuple[str, ...]
    key_seasons: tuple[str, ...]
    key_statutes: tuple[str, ...]
    key_earliest: int
    central: tuple[str, ...]
    central_decoys: tuple[str, ...]
    nation: tuple[str, ...]
    local: tuple[str, ...]
    cases: tuple[str, ...]


def load_documents(path: Path) -> DocumentCues:
    """Read documents.yml. Raises CueError."""
    data = mapping_of(path, read_yaml(path), "the file")
    rules = data.get("rules")
    if not isinstance(rules, list) or not rules:
        raise CueError(f"{path}: rules is no list; write one entry a rule")
    news, yearly, key, level = (
        mapping_of(path, data.get(name, {}), name)
        for name in ("news", "yearly", "key_plan", "level")
    )
    earliest = key.get("earliest", 0)
    if not isinstance(earliest, int):
        raise CueError(f"{path}: key_plan earliest is no year; write for example 2016")
    return DocumentCues(
        rules=tuple(_rule(path, number, item) for number, item in enumerate(rules, start=1)),
        news_title=words_of(path, news, "title"),
        news_formal=words_of(path, news, "formal"),
        news_body=words_of(path, news, "body"),
        yearly=words_of(path, yearly, "any"),
        not_yearly=words_of(path, yearly, "not"),
        key_title=words_of(path, key, "title"),
        key_not=words_of(path, key, "not"),
        key_seasons=words_of(path, key, "seasons"),
        key_statutes=words_of(path, key, "statutes"),
        key_earliest=earliest,
        central=words_of(path, level, "central"),
        central_decoys=words_of(path, level, "decoys"),
        nation=words_of(path, level, "nation"),
        local=words_of(path, level, "local"),
        cases=words_of(path, level, "cases"),
    )


def _rule(path: Path, number: int, item: object) -> Rule:
    entry = mapping_of(path, item, f"rule {number}")
    kind = entry.get("type")
    if kind not in DOCUMENT_TYPES or not isinstance(entry.get("id"), str):
        raise CueError(
            f"{path}: rule {number} needs an id and a type of {', '.join(DOCUMENT_TYPES)}"
        )
    articles = entry.get("articles", 0)
    if not isinstance(articles, int):
        raise CueError(f"{path}: articles of rule {number} is no whole number")
    words = {
        name: words_of(path, entry, name)
        for name in ("ends", "starts", "any", "none", "body", "no_body")
    }
    return Rule(
        id=cast(str, entry["id"]),
        type=kind,
        articles=articles,
        yearly=bool(entry.get("yearly")),
        news=bool(entry.get("news")),
        not_news=bool(entry.get("not_news")),
        one_part=bool(entry.get("one_part")),
        bare=bool(entry.get("bare")),
        **words,
    )


def bare_title(title: str) -> str:
    """The title without trailing brackets and marks: （试行）, （2021年修订）."""
    for _ in range(3):
        shorter = _TRAIL.sub("", title)
        if shorter == title or not shorter:
            break
        title = shorter
    return title


def first_line(analysed: Analysed) -> str:
    """What stands for a missing title: the first line of the body, unless it is a sentence."""
    line = analysed.view.body.lstrip()[:_LONGEST_TITLE].split("\n")[0].strip()
    return "" if len(line) >= _LONGEST_TITLE or "。" in line or "，" in line else line


class DocumentStage:
    """Decides the document type, and whether the title is a yearly split of tasks."""

    def __init__(self, cues: DocumentCues) -> None:
        self._cues = cues

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        findings = analysed.findings
        title = analysed.title or first_line(analysed)
        bare = bare_title(title)
        opening = analysed.view.body[:_OPENING]
        findings.yearly = self._is_yearly(title)
        two_part = _TWO_PARTS.search(analysed.notice.title) is not None
        news = self._is_news(title, opening) or (
            two_part and not title.startswith(self._cues.news_formal)
        )
        for rule in self._cues.rules:
            if (
                (not rule.ends or bare.endswith(rule.ends) or title.endswith(rule.ends))
                and (not rule.starts or title.startswith(rule.starts))
                and (not rule.any or any(word in title for word in rule.any))
                and not any(word in title for word in rule.none)
                and (not rule.body or any(word in opening for word in rule.body))
                and not any(word in opening for word in rule.no_body)
                and analysed.structure.articles >= rule.articles
                and (findings.yearly or not rule.yearly)
                and (news or not rule.news)
                and not (rule.one_part and two_part)
                and not (rule.bare and analysed.view.body)
                and not (rule.not_news and self._begins_as_report(opening))
            ):
                findings.document_type = rule.type
                findings.document_type_rule = f"type:{rule.id}"
                break
        return doc

    def _is_yearly(self, title: str) -> bool:
        cues = self._cues
        if _OF_ONE_YEAR.search(title) and not _YEARS.search(title):
            return True
        if any(word in title for word in cues.not_yearly) or _YEARS.search(title):
            return False
        years = set(_YEAR.findall(title))
        named = any(word in title for word in cues.yearly) or _YEARS_PLAN.search(title)
        return len(years) == 1 and bool(named)

    def _is_news(self, title: str, opening: str) -> bool:
        cues = self._cues
        if title.startswith(cues.news_formal):
            return False
        if any(word in title for word in cues.news_title):
            return True
        return self._begins_as_report(opening)

    def _begins_as_report(self, opening: str) -> bool:
        start = opening[:_NEWS_OPENING]
        first = start.split("。")[0]
        reported = any(word in first for word in self._cues.news_body)
        return reported or bool(_REPORTED_DAY.match(start))


class KeyPlanStage:
    """Which plans deserve a full translation: long-term and seasonal plans, air statutes."""

    def __init__(self, cues: DocumentCues, partners: Partners) -> None:
        self._cues = cues
        self._partners = frozenset(partners.places)
        self._homes = self._partners | {place[:2] + "0000" for place in partners.places}

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        findings = analysed.findings
        if findings.relevance is None or findings.relevance.id != "air":
            return doc
        rule = self._rule(analysed)
        findings.key_plan = rule is not None
        findings.key_plan_rule = rule
        return doc

    def _rule(self, analysed: Analysed) -> str | None:
        findings, cues = analysed.findings, self._cues
        title = analysed.title or first_line(analysed)
        if any(word in title for word in cues.key_not) or findings.yearly:
            return None
        if findings.document_type == "law":
            statute = any(bare_title(title).endswith(word) for word in cues.key_statutes)
            place = findings.places[0].id if findings.places else None
            ours = place == "100000" or place in self._partners
            return "key:air-statute" if statute and ours else None
        if findings.document_type != "plan":
            return None
        found = next((word for word in cues.key_title if word in title), None)
        if found is None and _YEARS.search(title):
            found = "span-of-years"
        if found is None:
            return None
        first = findings.places[0].id if findings.places else ""
        lasting = first == "100000" or first.startswith("r-") or first in self._homes
        if not lasting and self._year(analysed) < cues.key_earliest:
            return None
        if self._single_year(title):
            return None
        return f"key:title-cue:{found}"

    def _single_year(self, title: str) -> bool:
        """Whether the plan is for one year: neither a span of years nor a season."""
        if _YEARS.search(title) or any(word in title for word in self._cues.key_seasons):
            return False
        return len(set(_YEAR.findall(title))) == 1

    def _year(self, analysed: Analysed) -> int:
        date = analysed.notice.date_placed or analysed.notice.date_publication
        if date:
            return int(date[:4])
        years = [int(year) for year in _YEAR.findall(analysed.title or first_line(analysed))]
        return max(years, default=9999)
