"""Links between documents: what a notice cites, implements, amends, repeals or interprets.

Documents are named by 《title》, by 文号, or by both. What a mention means is told by the words
before it (贯彻落实《甲》), after it (《甲》同时废止) and by the title of the notice itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.classify.text import View, plain, view
from pipeline.dedupe import normal_title
from pipeline.extract.headers import normalise_number
from pipeline.model import Link, LinkKind, Notice

VERSION = "1"
"""Raised when the same notice would give other links."""
MAX_LINKS = 60
MAX_READ = 300_000
"""Characters of a body that are read."""

_NUMBER = r"[\u4e00-\u9fff]{1,14}[〔（](?:19|20)\d\d[〕）]第?\d{1,5}号"
_MENTION = re.compile(
    r"《(?P<title>[^《》\n]{2,120})》(?:（(?P<note>[^（）\n]{3,60}(?:（\d{4}）[^（）\n]{1,30})?)）)?"
)
_BARE = re.compile(rf"(?P<open>（)?(?P<number>{_NUMBER})")
_IN_NOTE = re.compile(_NUMBER)
_STANDARD = re.compile(r"(?:GB|HJ|DB\d{0,2})(?:/T)? ?\d{1,6}(?:\.\d{1,3})?[-—]\d{2,4}")
_SENTENCE_START = re.compile(r"[。；\n！？]")
_JOINED = re.compile(r"(?:[、，和及与]|以及|或者?|等){0,2}")
_CARRIED_OUT = re.compile(r"(?:贯彻落实|贯彻|落实|推进|组织实施|转发)[^。；，]{0,14}$")
_BASED = re.compile(r"(?:根据|按照|依据|依照|遵照|执行)[^。；，]{0,14}$")
_REPEALED = re.compile(r"废止|停止执行|不再执行|失效")
_NOT_REPEALED = re.compile(r"(?:未|不予|尚未)(?:被)?(?:废止|失效)|废止的")
_NOTE = re.compile(r"^（[^（）]{0,60}）")
_AMENDING = re.compile(r"(?:修改|修正|修订)$")
_AMENDED_AFTER = re.compile(
    r"^(?:中的|的部分条款|部分条款)?(?:(?:作出?|进行)(?:如下|以下)?(?:修改|修订|修正)|修改单|修正案)"
)
_AMENDMENT = re.compile(r"关于(?:修改|修正|修订)|修正案|修改单|的决定$")
_PLANS = re.compile(r"方案|计划|规划|意见|通知|纲要|要点|部署|行动|决定|公告")
_STATUTES = re.compile(r"(?:法|条例|标准|办法|规定|规范|导则|规程|细则)(?:（[^）]{0,20}）)?$")
_EXPLAINING = re.compile(r"解读|图解|读懂|答记者问|问答|新闻发布会|起草说明|编制说明")
_EXPLAINED = re.compile(
    r"^(?:【[^】]{1,8}】|\[[^\]]{1,8}\])?(?:一图读懂|图解|政策解读|解读)[：:｜|—\-·]{0,2}(?P<after>.{6,100})$"
    r"|^(?:关于)?(?P<before>.{6,100}?)(?:的)?(?:政策|文件|有关情况的?)?(?:解读|起草说明|编制说明)(?:（.{1,12}）)?$"
)
_ISSUING = re.compile(r"关于(?:印发|发布|公布|下发)(?P<inner>.{4,120}?)的(?:通知|公告|通告|决定)")
_OTHERS_WORK = re.compile(r"修改|修正|贯彻|落实|转发|废止|执行|解读|图解|读懂|答记者问|问答|实施《")
_NO_DOCUMENTS = re.compile(
    r"(?:日报|晚报|时报|早报|周报|环境报|新闻联播|杂志|月刊|反馈单|登记表|申请表|汇总表|清单|名单|承诺书)$"
)
_BEFORE_NUMBER = re.compile(
    r"根据|按照|依据|依照|贯彻|落实|执行|实施|和|及|与|的|以|条例|决定|法|规定|通知|方案|意见|计划|精神"
)
"""Words that run into a document number without a mark between."""
_PREFIX = 8
"""Characters before the year of a document number at most."""
_MIN_TITLE = 6
_LEAD = 800
"""Characters of a body in which 根据《…方案》 names what the notice carries out."""
_STRENGTH: tuple[LinkKind, ...] = ("repeals", "amends", "interprets", "implements", "cites")


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    title: str | None
    number: str | None


def find_links(notice: Notice) -> tuple[Link, ...]:
    """The documents a notice refers to, each once with its strongest kind, in order of the text.

    Linear in the length of the text. `to` is always None: see `resolve`.
    """
    seen = view(notice.title, notice.body[:MAX_READ])
    own = _own_titles(seen.title)
    own_number = normalise_number(notice.document_number) if notice.document_number else None
    found: dict[str, Link] = {}
    for link in _links(seen, own_number):
        title = normal_title(link.title) if link.title else ""
        if link.kind != "interprets" and link.number in (None, own_number) and _is_own(title, own):
            continue
        key = title or link.number or ""
        if link.number and not title:
            known = next((k for k, v in found.items() if v.number == link.number), None)
            key = known or key
        before = found.get(key)
        if before is None:
            if len(found) < MAX_LINKS:
                found[key] = link
            continue
        stronger = _STRENGTH.index(link.kind) < _STRENGTH.index(before.kind)
        first, second = (link, before) if stronger else (before, link)
        found[key] = first.model_copy(
            update={"number": first.number or second.number, "title": first.title or second.title}
        )
    return tuple(found.values())


def _own_titles(title: str) -> frozenset[str]:
    """Normalised titles of the document the notice itself is."""
    names = set() if "转发" in title else {normal_title(title)}
    if not _OTHERS_WORK.search(title):
        names.update(normal_title(match["title"]) for match in _MENTION.finditer(title))
    issued = _ISSUING.search(title)
    if issued:
        names.add(normal_title(issued["inner"]))
    return frozenset(names)


def _is_own(title: str, own: frozenset[str]) -> bool:
    """Whether a title is that of the notice itself, with or without the name of its place."""
    return title in own or any(
        len(name) >= _MIN_TITLE and 0 < len(title) - len(name) <= 8 and title.endswith(name)
        for name in own
    )


def _links(seen: View, own_number: str | None) -> Iterator[Link]:
    explained = _explained(seen.title)
    if explained:
        yield Link(kind="interprets", title=explained, rule="link:title-interprets")
    previous: _Mention | None = None
    previous_kind: tuple[LinkKind, str] | None = None
    for mention in _mentions(seen.text, own_number):
        if previous is not None and previous_kind is not None:
            joined = _JOINED.fullmatch(seen.text, previous.end, mention.start)
        else:
            joined = None
        kind = previous_kind if joined and previous_kind else _kind(seen, mention)
        if kind[0] == "implements" and mention.title and _STATUTES.search(mention.title):
            kind = ("cites", "link:legal-basis")
        previous, previous_kind = mention, kind
        yield Link(
            kind=kind[0],
            title=mention.title,
            number=mention.number,
            rule=kind[1],
            span=seen.span(mention.start, mention.end),
        )


def _explained(title: str) -> str | None:
    """The document a title without 《》 says it explains."""
    if "《" in title or not _EXPLAINING.search(title):
        return None
    match = _EXPLAINED.match(title)
    name = (match["after"] or match["before"]) if match else None
    return name.strip('：:“”" ') if name else None


def _mentions(text: str, own_number: str | None) -> Iterator[_Mention]:
    """The documents named in the text, in order: 《title》（number）, and numbers alone."""
    found: list[_Mention] = []
    covered = 0
    numbers = list(_BARE.finditer(text))
    position = 0
    for match in _MENTION.finditer(text):
        while position < len(numbers) and numbers[position].start() < match.start():
            bare = _bare(text, numbers[position], own_number)
            if bare is not None and bare.start >= covered:
                found.append(bare)
            position += 1
        note = match["note"] or ""
        inside = _IN_NOTE.search(note)
        standard = _STANDARD.search(note)
        number = normalise_number(inside[0]) if inside else (standard[0] if standard else None)
        covered = match.end()
        title = match["title"].strip()
        if _NO_DOCUMENTS.search(title) or (number is not None and number == own_number):
            continue
        if len(normal_title(title)) < _MIN_TITLE and number is None:
            continue
        end = match.end() if number else match.start() + len(match["title"]) + 2
        found.append(_Mention(match.start(), end, title, number))
    for match in numbers[position:]:
        bare = _bare(text, match, own_number)
        if bare is not None and bare.start >= covered:
            found.append(bare)
    yield from found


def _bare(text: str, match: re.Match[str], own_number: str | None) -> _Mention | None:
    """A number alone, where the words before it say it is another document's."""
    spelled = match["number"]
    verb = max((found.end() for found in _BEFORE_NUMBER.finditer(spelled)), default=0)
    number = normalise_number(spelled[verb:])
    if number is None or number == own_number or number.index("〔") > _PREFIX:
        return None
    start = match.start("number") + verb
    before = text[max(0, start - 20) : start]
    if not (match["open"] or _CARRIED_OUT.search(before) or _BASED.search(before)):
        return None
    return _Mention(start, match.end(), None, number)


def _kind(seen: View, mention: _Mention) -> tuple[LinkKind, str]:
    text = seen.text
    in_title = mention.start < seen.title_end
    low = 0 if in_title else max(seen.body_start, mention.start - 60)
    before = text[low : mention.start]
    cut = max((m.end() for m in _SENTENCE_START.finditer(before)), default=0)
    before = before[cut:]
    high = seen.title_end if in_title else min(len(text), mention.end + 80)
    after = re.split(r"[。；\n]", text[mention.end : high], maxsplit=1)[0]
    if in_title and _EXPLAINING.search(seen.title):
        return "interprets", "link:title-interprets"
    clause = re.split("，", _NOTE.sub("", after), maxsplit=1)[0]
    if _REPEALED.search(clause) and not _NOT_REPEALED.search(clause):
        return "repeals", "link:repealed-after"
    if re.search(r"废止$|停止执行$", before):
        return "repeals", "link:repealed-before"
    # A plan that has a catalogue revised is no amendment of it.
    amends = in_title or _AMENDMENT.search(seen.title) is not None
    if (amends and _AMENDING.search(before)) or _AMENDED_AFTER.match(after):
        return "amends", "link:amending"
    if _CARRIED_OUT.search(before):
        return "implements", "link:carried-out"
    lead = in_title or mention.start < seen.body_start + _LEAD
    planned = mention.title is None or _PLANS.search(mention.title)
    if lead and planned and _BASED.search(before):
        return "implements", "link:based-on"
    if mention.title is None and re.match(r"(?:根据|按照|落实|贯彻)", before[-2:]):
        return "implements", "link:based-on"
    return "cites", "link:cited"


# --- resolving --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """How other documents can name a notice."""

    id: str
    title: str
    number: str | None = None


class Library:
    """The notices of the store by document number and by title."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._numbers: dict[str, set[str]] = {}
        self._titles: dict[str, set[str]] = {}
        for reference in references:
            number = normalise_number(reference.number) if reference.number else None
            if number:
                self._numbers.setdefault(number, set()).add(reference.id)
            for title in names_of(reference.title):
                self._titles.setdefault(title, set()).add(reference.id)

    def find(self, link: Link, own_id: str) -> str | None:
        """The one notice a link means; None where there is none, or more than one."""
        if link.number:
            by_number = self._numbers.get(link.number, set()) - {own_id}
            if len(by_number) == 1:
                return next(iter(by_number))
        if link.title:
            by_title = self._titles.get(normal_title(link.title), set()) - {own_id}
            if len(by_title) == 1:
                return next(iter(by_title))
        return None


def names_of(title: str) -> frozenset[str]:
    """The normalised names under which others cite a document of this title."""
    seen = plain("".join(title.split()))
    if _EXPLAINING.search(seen):
        return frozenset()
    names = {normal_title(seen)}
    issued = _ISSUING.search(seen)
    if issued:
        names.add(normal_title(issued["inner"]))
    else:
        quoted = [match["title"] for match in _MENTION.finditer(seen)]
        if len(quoted) == 1 and not _OTHERS_WORK.search(seen) and "征求" not in seen:
            names.add(normal_title(quoted[0]))
    return frozenset(name for name in names if len(name) >= _MIN_TITLE)


def resolve(links: Sequence[Link], library: Library, own_id: str) -> tuple[Link, ...]:
    """The links with `to` filled in where the store holds the document."""
    return tuple(link.model_copy(update={"to": library.find(link, own_id)}) for link in links)


def shown_title(title: str) -> str:
    """The title under which a document is known: 空气质量持续改善行动计划 for
    国务院关于印发〈空气质量持续改善行动计划〉的通知."""
    issued = _ISSUING.search(title)
    return issued["inner"].strip("〈〉《》<> ") if issued else title
