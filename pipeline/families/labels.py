"""The labelled facts of a page: the 公开目录 table and lines such as 来源：… 发布时间：…"""

from __future__ import annotations

import re

from pipeline.families.base import Element
from pipeline.families.body import Layout
from pipeline.families.dom import text_of, tidy

# Each spelling seen on pages -> the name used in Article.fields.
LABELS = {
    "索引号": "索引号", "索取号": "索引号",
    "文号": "文号", "发文字号": "文号", "发文文号": "文号", "文件编号": "文号", "公文文号": "文号",
    "文件号": "文号", "发文号": "文号",
    "发布机构": "发布机构", "发文机关": "发布机构", "发布机关": "发布机构", "发文单位": "发布机构",
    "发布单位": "发布机构", "制发机关": "发布机构", "发文机构": "发布机构",
    "公开责任部门": "发布机构",
    "信息来源": "来源", "来源": "来源", "稿件来源": "来源", "文章来源": "来源", "本文来源": "来源",
    "联合发文单位": "联合发文",
    "成文日期": "成文日期", "生成日期": "成文日期", "发文日期": "成文日期", "成文时间": "成文日期",
    "印发日期": "成文日期", "制发日期": "成文日期", "签署日期": "成文日期",
    "发布日期": "发布日期", "公开日期": "发布日期", "发布时间": "发布日期", "公布日期": "发布日期",
    "发表时间": "发布日期", "发布于": "发布日期", "公开时间": "发布日期", "信息时间": "发布日期",
    "上传时间": "发布日期", "发稿时间": "发布日期", "公示时间": "发布日期",
    "名称": "标题", "标题": "标题", "信息名称": "标题", "文件名称": "标题", "公文名称": "标题",
    "主题词": "主题词", "关键词": "主题词",
    "主题分类": "分类", "体裁分类": "体裁", "分类": "分类", "体裁": "体裁", "公文种类": "体裁",
    "有效性": "有效性", "文件状态": "有效性", "效力状态": "有效性", "时效": "有效性",
    "是否有效": "有效性", "时效性": "有效性", "信息有效性": "有效性", "效力": "有效性",
    "实施日期": "实施日期", "施行日期": "实施日期", "生效日期": "实施日期",
    "失效日期": "失效日期", "废止日期": "失效日期", "统一编号": "统一编号",
}  # fmt: skip
_SPACES = r"[\s\u3000\xa0]{0,8}"
_SPELLED = sorted(LABELS, key=len, reverse=True)
_LABEL = re.compile(
    r"([\[【])?" + _SPACES
    + "(" + "|".join(_SPACES.join(map(re.escape, label)) for label in _SPELLED) + ")"
    + _SPACES + r"[\]】）)]?" + _SPACES + r"([：:])?"
)  # fmt: skip
_MARKED = re.compile(
    "(" + "|".join(_SPACES.join(map(re.escape, label)) for label in _SPELLED) + ")"
    + _SPACES + "[：:]"
)  # fmt: skip
_NOTHING = re.compile(
    r"[-—－_/,，、.。;；:：\s〔〕\[\]()（）号]*|无|暂无|空|null|None", re.IGNORECASE
)
_MAX_VALUE = 300


def clean_value(value: str) -> str | None:
    """A table's value, or None for the marks that stand for nothing (-, ----, 无, 〔〕号)."""
    value = tidy(value)
    return None if _NOTHING.fullmatch(value) else value


def _name(spelled: str) -> str:
    return LABELS[re.sub(r"[\s\u3000\xa0]", "", spelled)]


def _following(element: Element) -> str:
    """What stands after a label: the rest of its element, its tail, or the next cell."""
    inner = _rest(element)
    if inner.strip():
        return inner
    node: Element = element
    for _ in range(3):
        if node.tail and node.tail.strip(" ：:\n\t\r\xa0\u3000"):
            return node.tail
        following = node.getnext()
        if following is not None:
            return text_of(following) if isinstance(following.tag, str) else ""
        parent = node.getparent()
        if parent is None or parent.tag in ("tr", "ul", "table", "body", "dl", "tbody"):
            return ""
        node = parent
    return ""


def read_fields(page: Layout, body: Element | None) -> dict[str, str]:
    """Label -> value of the page's labelled facts outside the body; empty marks left out."""
    found: dict[str, str] = {}
    for element in page.order:
        if element.tag in ("a", "title") or (body is not None and page.inside(element, body)):
            continue
        if element.text:
            _read_text(found, element, element.text.strip())
        for child in element:
            if child.tail and len(child.tail) > 3:
                _read_tail(found, child, child.tail.strip())
    return found


def _read_text(found: dict[str, str], element: Element, own: str) -> None:
    if not 2 <= len(own) <= 400:
        return
    match = _LABEL.match(own)
    if not match:
        inner = _MARKED.search(own)
        if inner:
            _keep(found, _name(inner[1]), own[inner.end() :] + " " + _rest(element))
        return
    rest = own[match.end() :]
    name = _name(match[2])
    if not rest.strip():
        _keep(found, name, _following(element))
    elif match[1] or match[3] or name == "文号":
        _keep(found, name, rest + " " + _rest(element))


def _read_tail(found: dict[str, str], before: Element, text: str) -> None:
    match = _MARKED.search(text[:400])
    if match:
        value = text[match.end() :]
        following = before.getnext()
        if not value.strip() and following is not None and isinstance(following.tag, str):
            value = text_of(following)
        _keep(found, _name(match[1]), value[: 2 * _MAX_VALUE])


def _rest(element: Element) -> str:
    """The text of an element after its own first text, children and their tails."""
    parts: list[str] = []
    size = 0
    for child in element:
        if isinstance(child.tag, str):
            parts.append(text_of(child))
        parts.append(child.tail or "")
        size += len(parts[-1]) + len(parts[-2]) if len(parts) > 1 else 0
        if size > 2 * _MAX_VALUE:
            break
    return " ".join(parts)


def _keep(found: dict[str, str], name: str, value: str) -> None:
    """Store a value, cut where the next label begins (several facts in one element)."""
    value = value.lstrip(" ：:\xa0\u3000\n\r\t")
    marks = list(_MARKED.finditer(value))
    first = value[: marks[0].start()] if marks else value
    following = _LABEL.match(value)
    if following and not marks and following.end() == len(value.strip()):
        first = ""
    cleaned = clean_value(first)
    if cleaned and len(cleaned) <= _MAX_VALUE:
        found.setdefault(name, cleaned)
    for position, mark in enumerate(marks):
        end = marks[position + 1].start() if position + 1 < len(marks) else len(value)
        cleaned = clean_value(value[mark.end() : end])
        if cleaned and len(cleaned) <= _MAX_VALUE:
            found.setdefault(_name(mark[1]), cleaned)
