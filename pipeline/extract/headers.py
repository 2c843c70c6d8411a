"""公文要素: what a Chinese official document says of itself (GB/T 9704).

Document number (发文字号), issuing bodies, dates, addressees, validity: from the labelled table,
else from the first lines and the signature; never from a citation in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.dates import first_day, is_full
from pipeline.families.base import Article, DateKind
from pipeline.families.datetext import find_dates, first_date, plain
from pipeline.families.dom import squeeze, tidy
from pipeline.model import Block

_OPEN, _CLOSE = r"[〔\[﹝［【(（〈]", r"[〕\]﹞］】)）〉]"
_NUMBER = re.compile(
    rf"([\u4e00-\u9fa5A-Za-z]{{1,16}}(?:\s{{0,2}}[\u4e00-\u9fa5A-Za-z]{{1,6}})?)\s{{0,3}}{_OPEN}\s{{0,2}}"
    rf"((?:19|20)\d{{2}})\s{{0,2}}年?{_CLOSE}\s{{0,3}}(?:第\s{{0,2}})?(\d{{1,5}})\s{{0,3}}号"
)
_BARE = re.compile(
    rf"{_OPEN}\s{{0,2}}((?:19|20)\d{{2}})\s{{0,2}}{_CLOSE}\s{{0,3}}(?:第)?(\d{{1,5}})\s{{0,3}}号"
)
_ORDER = re.compile(
    r"([\u4e00-\u9fa5]{0,24}(?:令|主席令|国令|部令))\s{0,4}[（(]?第?\s{0,3}(\d{1,5}|[一二三四五六七八九十百零〇]{1,6})\s{0,3}号"
)
_YEARLY = re.compile(
    r"([\u4e00-\u9fa5、]{0,30}?(?:公告|通告|通报|令)?)\s{0,4}[（(]?((?:19|20)\d{2})\s{0,2}年\s{0,2}第\s{0,2}(\d{1,5})\s{0,2}号"
)
_ORDER_NAME = re.compile(r"[\u4e00-\u9fa5、\s]{2,40}(?:令|公告|通告)")
_ORDER_ONLY = re.compile(r"[（(]?第\s{0,3}(\d{1,5}|[一二三四五六七八九十百]{1,6})\s{0,3}号[）)]?")
_STATE = re.compile(r"^中华人民共和国")
_CITED = re.compile(r"[《》]|根据|按照|依据|印发|废止|修订|修改|转发|参照|关于|通知")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_PROMULGATED = re.compile(r"^[（(].{0,120}(?:公布|发布|通过|修正|修订|施行|批准)")
_ADDRESSEE = re.compile(r"[\u4e00-\u9fa5（）()“”、，,\s;；0-9]{2,400}[：:]")
_RECIPIENT = re.compile(
    r"各|政府|[局厅委部办院处校园县市区](?:[、，,：:）)]|$)|单位|公司|企业|集团|机构"
)
_NOT_ADDRESSEE = re.compile(
    r"^第.{1,6}条|所称|是指|下列|以下|工作中|如下|事项|附件|时间|地点|电话|联系|答|问|来源|要求|目标|记者|通知为|注|标题"
)
_ISSUER = re.compile(
    r"[\u4e00-\u9fa5（）()“”]{0,30}?(?:人民政府办公厅|人民政府办公室|人民政府|办公厅|办公室|委员会|发展改革委|"
    r"卫生健康委|管委会|领导小组|指挥部|国务院|中共中央|省委|市委|生态环境厅|生态环境局|环境保护局|环境保护厅|"
    r"人民代表大会常务委员会|支队|总队|中心|集团|公司|大学|学院|[厅局署部委院会行站])"
)
_TITLE_PREFIX = re.compile(r"^(.{2,60}?)(?:关于|印发|发布|公布|转发)")
_ORDER_ISSUER = re.compile(r"(?:中华人民共和国)?([\u4e00-\u9fa5]{2,30})令第")
_SEPARATOR = re.compile(r"[、，,;；\s]+")
_MONTHS_IN_NUMBER = re.compile(
    rf"{_OPEN}\s{{0,2}}((?:19|20)\d{{2}})\s{{0,2}}{_CLOSE}|((?:19|20)\d{{2}})年第"
)
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?(?:年|—|-|–)")
_FIRST_LINES = 4


def normalise_number(text: str | None) -> str | None:
    """A document number in its standard form 穗环〔2026〕1号, or None where there is none.

    Orders (国令第707号) and yearly numbers (公告2021年第2号) are kept as they are written, without
    white space."""
    if not text:
        return None
    text = tidy(text).translate(_DIGITS)
    match = _NUMBER.search(text)
    if match:
        return f"{squeeze(match[1])}〔{match[2]}〕{int(match[3])}号"
    match = _YEARLY.search(text) or _ORDER.search(text)
    if match:
        return squeeze(match[0]).lstrip("（(")
    match = _BARE.search(text)
    if match:
        return f"〔{match[1]}〕{int(match[2])}号"
    short = squeeze(text)
    return short if 2 <= len(short) <= 30 and re.search(r"\d", short) and "号" in short else None


def _number_in_line(text: str, following: str) -> str | None:
    """The document number a line near the top states: the line is little else."""
    text = tidy(text).translate(_DIGITS)
    if len(text) > 120 or "公报" in text:
        # 国务院公报2007年第23号 names the gazette's issue, not the document.
        return None
    match = _NUMBER.search(text) or _BARE.search(text)
    if match:
        rest = squeeze(text[: match.start()] + text[match.end() :])
        if len(rest) <= 6 and not _CITED.search(rest):
            return normalise_number(match[0])
        return None
    text = squeeze(text) if len(text) <= 42 and _ORDER_NAME.fullmatch(squeeze(text)) else text
    if _ORDER_NAME.fullmatch(text) and not _CITED.search(text[:-2]):
        only = _ORDER_ONLY.fullmatch(tidy(following).translate(_DIGITS))
        if only:
            return squeeze(f"{text}第{only[1]}号")
        yearly = _YEARLY.fullmatch(tidy(following).translate(_DIGITS).strip("（）()"))
        if yearly:
            return squeeze(text) + squeeze(following).strip("（）()")
    order = _ORDER.search(text)
    if order:
        rest = squeeze(text[: order.start()] + text[order.end() :])
        if _PROMULGATED.match(text) and text.count("号") == 1:
            return _STATE.sub("", re.sub(r"^[（(年月日0-9]+", "", normalise_number(order[0]) or ""))
        if len(rest) <= 6:
            return normalise_number(order[0])
    yearly = _YEARLY.search(text)
    if yearly:
        rest = squeeze(text[: yearly.start()] + text[yearly.end() :]).strip("（）()")
        if len(rest) <= 6:
            return normalise_number(yearly[0])
    return None


def document_number(
    fields: dict[str, str], blocks: Sequence[Block], heading: str, title: str | None
) -> str | None:
    """The document number: the table's, else one standing above the body or in its first
    lines, else one at the end of the title. Citations are never taken."""
    number = normalise_number(fields.get("文号"))
    if number and not (_ORDER_ONLY.fullmatch(number) and blocks):
        return number
    lines = [block.text for block in blocks[: _FIRST_LINES + 2] if block.kind != "table"]
    for position, line in enumerate(lines[:_FIRST_LINES]):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        stated = _number_in_line(line, following)
        if stated:
            return stated
    if number:
        return number
    above = _NUMBER.findall(heading.translate(_DIGITS)) if len(heading) < 600 else []
    if len(set(above)) == 1 and not _CITED.search(heading.replace(title or "", "")):
        return normalise_number(heading.replace(title or "", ""))
    ending = re.search(r"[（(]([^（()）]{4,40}号)[）)]$", title or "")
    if ending and not _CITED.search(ending[1]):
        return normalise_number(ending[1])
    return None


def document_date(fields: dict[str, str], blocks: Sequence[Block]) -> str | None:
    """成文日期: the table's, else that of the signature, else that in brackets under the title."""
    told = first_date(fields.get("成文日期"))
    if told:
        return told
    for block in blocks:
        if block.kind == "signature":
            found = first_date(block.text)
            if found:
                return found
    for block in blocks[:_FIRST_LINES]:
        text = plain(block.text).strip()
        if text.startswith(("(", "（")) and len(text) <= 160:
            found = first_date(text)
            if found:
                return found
    for block in reversed(blocks[-4:]):
        match = re.search(r"印发\s{0,2}$", block.text)
        if match and len(block.text) <= 60:
            return first_date(block.text)
    return None


def issuing_bodies(
    fields: dict[str, str],
    title: str | None,
    blocks: Sequence[Block],
    number: str | None,
    default: str | None,
) -> tuple[str, ...]:
    """Who issued the document: the title's prefix, else the signature, the order's name
    (广州市人民政府令第179号), the table, the source."""
    prefix = _TITLE_PREFIX.match(tidy(title or ""))
    if prefix:
        found = _bodies(prefix[1])
        if found:
            return found
    for position, block in enumerate(blocks):
        if block.kind != "signature":
            continue
        signed: list[str] = []
        for line in blocks[position:]:
            if line.kind != "signature" or first_date(line.text):
                break
            signed.extend(_bodies(line.text))
        if signed:
            return tuple(dict.fromkeys(signed))
        break
    order = _ORDER_ISSUER.match(number or "")
    if order and _bodies(order[1]):
        return _bodies(order[1])
    for label in ("发布机构", "联合发文", "来源"):
        found = _bodies(fields.get(label, ""))
        if found and len(found[0]) >= 5:
            return found
    return (default,) if default else ()


def _bodies(text: str) -> tuple[str, ...]:
    parts = [part for part in _SEPARATOR.split(text) if part]
    if parts and all(_ISSUER.fullmatch(part) for part in parts):
        return tuple(dict.fromkeys(parts))
    return ()


def addressees(blocks: Sequence[Block]) -> str | None:
    """主送机关: the line ending in a colon that opens the text."""
    for block in blocks[:6]:
        text = block.text
        if block.kind == "paragraph" and _ADDRESSEE.fullmatch(text):
            if block.level or not _RECIPIENT.search(text):
                continue
            if not _NOT_ADDRESSEE.search(text):
                return text.rstrip("：:")
    return None


def publication_date(
    article: Article, listed: str | None
) -> tuple[str | None, tuple[tuple[DateKind, str], ...], bool]:
    """(发布日期, every candidate, whether candidates disagree by more than a day).

    Order of trust: displayed, table, metadata, list, URL."""
    order: tuple[DateKind, ...] = ("displayed", "table", "meta", "list", "url")
    candidates: list[tuple[DateKind, str]] = list(article.dates)
    if listed:
        candidates.append(("list", listed))
    chosen = next((value for kind in order for found, value in candidates if found == kind), None)
    if chosen is None:
        return None, tuple(candidates), False
    disagree = is_full(chosen) and any(
        is_full(value) and abs((first_day(value) - first_day(chosen)).days) > 1
        for kind, value in candidates
        if kind != "stored"
    )
    return chosen, tuple(candidates), disagree


def year_of_number(number: str | None) -> str | None:
    """The year inside a document number."""
    match = _MONTHS_IN_NUMBER.search(number or "")
    return (match[1] or match[2]) if match else None


def year_of_title(title: str | None) -> str | None:
    """The first year a title names."""
    match = _TITLE_YEAR.search(plain(title or ""))
    return match[1] if match else None


def latest_text_date(blocks: Sequence[Block]) -> str | None:
    """The last day written in the closing lines, for texts without a marked signature."""
    for block in reversed(blocks[-6:]):
        if block.kind != "table" and len(block.text) <= 40:
            for _, _, value in find_dates(block.text):
                return value
    return None
