"""Operations that build nouns: compounds, coordination, templates, quantities."""

from __future__ import annotations

import re

from pipeline.translate.transfer.chart import Node, Rule
from pipeline.translate.transfer.phrase import WEAK_NO, Ja, Noun, Piece, glue, text_of
from pipeline.translate.transfer.segment import Token
from pipeline.translate.transfer.values import Value, fill, ja_of, noun_ja, symbol

# --- nouns -----------------------------------------------------------------------------------

_LONG_TAIL = 10
_REFERRED = ("条", "項", "号", "法", "例", "規定", "省", "市", "国")
_ADJECTIVAL = re.compile(r"[^ぁ-んァ-ヶ]{1,4}[のいなるた][^ぁ-ん]")


def joint(left: Noun, right: Noun) -> str:
    """What stands between the parts of a compound: a weak の or nothing."""
    head, tail = text_of(right.ja), left.tail
    if not tail or not head or head[0] in "、のと" or {"article", "number"} & right.features:
        return ""
    if "standard" in left.features:
        return "の"
    if {"quantity", "percent"} & right.features:
        return ""
    if {"article", "docno"} & left.features or head in ("規定", "要求", "原則"):
        return "の" if tail.endswith(_REFERRED) else ""
    if "place" in left.features:
        return "" if "place" in right.features else WEAK_NO
    if "time" in left.features or _ADJECTIVAL.match(head):
        return WEAK_NO
    if len(head) == 1 or "quote" in left.features or tail[-1] in "%るいくし":
        return ""
    if ("verbal" in right.features and len(tail) >= 6) or len(tail) + len(head) > _LONG_TAIL:
        return WEAK_NO
    return ""


def as_noun(value: Value) -> Noun:
    """Any value as a noun."""
    return value if isinstance(value, Noun) else Noun(noun_ja(value))


def _compound(values: list[Value], rule: Rule, node: Node) -> Value:
    left, right = as_noun(values[0]), as_noun(values[1])
    mark = joint(left, right)
    features = right.features - {"place", "time"} | ({"quote"} & left.features)
    return Noun(left.ja + glue(mark, left.ja) + right.ja, features)


def _acted(values: list[Value], rule: Rule, node: Node) -> Value:
    """An action word before what it is done to: 处理 + 固体废物 -> 固形廃棄物の処理."""
    left, right = as_noun(values[0]), as_noun(values[1])
    if len(left.ja) > 1 or "verbal" not in left.features:
        return _compound(values, rule, node)
    return Noun(right.ja + glue("の", right.ja) + left.ja, left.features)


def _text(values: list[Value], rule: Rule, node: Node) -> Value:
    features = frozenset(rule.options.get("features", "").split())
    if "keep" in rule.options:
        features |= as_noun(values[symbol(rule, "keep")]).features
    return Noun(fill(rule.templates["ja"], values, node), features)


_CONJUNCTIONS = {
    "、": "、", "和": "及び", "及": "及び", "与": "及び", "以及": "並びに", "或": "又は",
    "或者": "又は", "暨": "兼", "及其": "及びその", "并": "及び",
}  # fmt: skip


def _list(values: list[Value], rule: Rule, node: Node) -> Value:
    left, right = as_noun(values[0]), as_noun(values[-1])
    token = values[1]
    conjunction = "" if len(values) == 2 else "、"
    if len(values) == 3 and isinstance(token, Token):
        conjunction = _CONJUNCTIONS.get(token.text, "、")
    items = left.items or (("", left.ja),)
    items = (*items, (conjunction, right.ja))
    return Noun(_join(items, False), right.features & {"place"}, items)


def _join(items: tuple[tuple[str, Ja], ...], et_cetera: bool) -> Ja:
    marks = [conjunction for conjunction, _ in items[1:]]
    if not et_cetera and set(marks) == {"、"}:
        marks[-1] = "及び"
    if "又は" in marks and "及び" not in marks:
        marks = [mark if mark != "及び" else "又は" for mark in marks]
    out: list[Piece] = list(items[0][1])
    for mark, (_, ja) in zip(marks, items[1:], strict=True):
        out += glue(mark, tuple(out))
        out += ja
    return tuple(out)


def _list_etc(values: list[Value], rule: Rule, node: Node) -> Value:
    """A、B等 and A、B等N."""
    left = as_noun(values[0])
    ja = _join(left.items, True) if left.items else left.ja
    ja += glue("等", ja)
    if "head" in rule.options:
        head = ja_of(values[symbol(rule, "head")])
        ja += glue("の", ja) + head
    return Noun(ja)


def _of(values: list[Value], rule: Rule, node: Node) -> Value:
    """NP 的 NP: の; but 排放的污染物 is what is emitted: 排出する汚染物質. An action that names
    what it is done to (颗粒物排放的…) stays a noun."""
    left, right = as_noun(values[0]), as_noun(values[-1])
    ja = left.ja
    if len(ja) == 1 and {"verbal", "acts"} <= left.features and "verbal" not in right.features:
        return Noun(ja + glue("する", ja) + right.ja, right.features)
    return Noun(ja + glue("の", ja) + right.ja, right.features)


_PROVISIONS = (
    "条",
    "項",
    "号",
    "法",
    "例",
    "規定",
    "弁法",
    "規則",
    "細則",
    "許可証",
    "基準",
    "計画",
    "方案",
    "目録",
    "リスト",
    "」",
)


def _provided(values: list[Value], rule: Rule, node: Node) -> Value:
    """第五条规定的 N: what a provision says (に規定する), or a body lays down (が規定する)."""
    left, right = as_noun(values[0]), as_noun(values[-1])
    said = "に規定する" if text_of(left.ja).endswith(_PROVISIONS) else "が規定する"
    return Noun(left.ja + glue(said, left.ja) + right.ja, right.features)


def _share_and(values: list[Value], rule: Rule, node: Node) -> Value:
    """A short list before its head: 铁路、水路 + 运输 -> 鉄道・水路輸送."""
    left, right = as_noun(values[0]), as_noun(values[1])
    short = all(len(text_of(ja)) <= 5 for _, ja in left.items)
    plain = not any(mark == "又は" for mark, _ in left.items)
    if not (left.items and short and plain):
        return _compound([Noun(left.ja, frozenset({"place"})), right], rule, node)
    out: list[Piece] = []
    for _, ja in left.items:
        out += glue("・" if out else "", tuple(out))
        out += ja
    return Noun((*out, *right.ja), right.features)


def _nominal(values: list[Value], rule: Rule, node: Node) -> Value:
    return Noun(noun_ja(values[0]), frozenset({"verbal"}))


def _counter(rule: Rule, number: Ja, noun: Ja) -> Ja:
    """A bare 個 becomes the counter the rule's options give for the noun's ending, or none."""
    if not text_of(number).endswith("個"):
        return number
    counter = next(
        (
            name
            for name, endings in rule.options.items()
            if not name.isascii() and text_of(noun).endswith(tuple(endings.split()))
        ),
        "",
    )
    return (*number[:-1], number[-1]._replace(text=number[-1].text[:-1] + counter))


def _quantity(values: list[Value], rule: Rule, node: Node) -> Value:
    noun = ja_of(values[1])
    number = _counter(rule, ja_of(values[0]), noun)
    return Noun(number + glue("の", number) + noun)


def _counted(values: list[Value], rule: Rule, node: Node) -> Value:
    """The number after its noun: 充电站20个 -> 充電ステーション20か所."""
    noun, number = noun_ja(values[0]), noun_ja(values[1])
    counted = _counter(rule, number, noun)
    return Noun(noun + (number if text_of(counted)[-1].isdigit() else counted))


NOUN_OPERATIONS = {
    "compound": _compound, "acted": _acted, "text": _text, "list": _list, "etc": _list_etc,
    "nominal": _nominal, "quantity": _quantity, "counted": _counted,
    "spread": _share_and, "of": _of,
    "provided": _provided,
}  # fmt: skip
