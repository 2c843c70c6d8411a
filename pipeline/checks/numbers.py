"""Figures: nothing lost, nothing invented, nothing swapped."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise

from pipeline.checks.numerals import Number, find_numbers, find_ranges
from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult

_IDENTIFIERS = (
    # symbol, Chinese name (or what implies the symbol), Japanese name
    ("PM2.5", "细颗粒物", "微小粒子状物質"),
    ("PM10", "可吸入颗粒物", "粒子状物質"),
    ("SO2", "二氧化硫", "二酸化硫黄"),
    ("NO2", "二氧化氮", "二酸化窒素"),
    ("NOX", "氮氧化物", "窒素酸化物"),
    ("CO2", "二氧化碳", "二酸化炭素"),
    ("O3", "臭氧", "オゾン"),
    ("VOC", "挥发性有机", "揮発性有機"),
    ("AQI", "空气质量指数", "大気質指数"),
)
_IDENTIFIER = re.compile(
    r"PM2\.5|PM10|SO2|NO2|NOX|(?<![A-Z])CO2|(?<![A-Z])O3|VOC|AQI", re.IGNORECASE
)
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【](\d{4})[〕\])】]年?第?(\d{1,5})号")
_TABLE = re.compile(r"(?<=[^代])表(\d{1,2})(?!\d)")
_RESPECTIVE = re.compile(r"分别[^。；;]{0,80}")
_EACH = re.compile(r"每|小时(?:均|浓度|值)|日均|单")
_HALF = re.compile(r"半数|半年|一半|过半|季度|双|成|世纪|初|首|单|整|零|全额")


def check_numbers(zh: str, ja: str) -> list[CheckResult]:
    """Blocking findings on figures, ranges, pairings, identifiers and document numbers."""
    source, target = normal(zh), normal(ja)
    found = _figures(source, target)
    found += _order(source, target)
    found += _identifiers(source, target)
    found += _document_numbers(source, target)
    return found


def _blocking(message: str, zh: str | None = None, ja: str | None = None) -> CheckResult:
    return CheckResult(
        code=Code.NUMBER_MISMATCH, severity="blocking", message=message, zh=zh, ja=ja
    )


def _figures(source: str, target: str) -> list[CheckResult]:
    zh, ja = find_numbers(source, "zh"), find_numbers(target, "ja")
    stock = Counter((value, number.tag) for number in ja for value in number.values)
    loose = Counter(value for number in ja for value in number.values)
    found: list[CheckResult] = []
    for number in zh:
        if not number.firm:
            continue
        keys = [(value, number.tag) for value in number.values]
        hit = next((key for key in keys if stock[key] > 0), None)
        if hit is None and number.tag == "":
            hit = next(((v, "") for v in number.values if loose[v] > 0), None)
        if hit is None:
            text = number.shown()
            found.append(_blocking(f"原文の数値「{text}」が訳文にない", zh=text))
        else:
            stock[hit] -= 1
            loose[hit[0]] -= 1
    found += [
        _blocking(f"訳文の数値「{text}」が原文にない", ja=text)
        for text in _invented(source, zh, ja)
    ]
    return found


def invented_figures(zh: str, ja: str) -> list[str]:
    """The figures of the Japanese that the Chinese does not hold, as an analyst reads them."""
    source = normal(zh)
    return _invented(source, find_numbers(source, "zh"), find_numbers(normal(ja), "ja"))


def _invented(source: str, zh: list[Number], ja: list[Number]) -> list[str]:
    allowed = _allowed(source, zh)
    return [
        number.shown()
        for number in ja
        if number.firm and not any((value, number.tag) in allowed for value in number.values)
    ]


def _allowed(source: str, zh: list[Number]) -> set[tuple[Decimal, str]]:
    allowed: set[tuple[Decimal, str]] = {
        (value, number.tag) for number in zh for value in number.values
    }
    allowed |= {(value, "") for value, tag in allowed if tag == "plan"}
    if _EACH.search(source):
        allowed.add((Decimal(1), ""))
    if _HALF.search(source):
        allowed |= {(Decimal(value), "") for value in ("0", "1", "2", "3", "6", "10", "100")}
        allowed |= {(Decimal("50"), "%")}
    if any(number.tag == "plan" for number in zh) or "五年" in source:
        allowed.add((Decimal(5), ""))
    return allowed


def _order(source: str, target: str) -> list[CheckResult]:
    found: list[CheckResult] = []
    ja = find_numbers(target, "ja")
    for first, second in find_ranges(source, "zh"):
        if first.value == second.value or not (first.firm and second.firm):
            continue
        if _swapped(ja, first, second):
            shown = f"{first.shown()}～{second.shown()}"
            found.append(_blocking(f"範囲「{shown}」の順序が訳文と異なる", zh=shown))
    shares = [number for number in find_numbers(source, "zh") if number.tag == "%"]
    for first, second in pairwise(shares):
        if first.value != second.value and _swapped(ja, first, second):
            shown = f"{first.shown()}、{second.shown()}"
            found.append(_blocking(f"割合の並ぶ順序が原文と異なる：{shown}", zh=shown))
    for match in _RESPECTIVE.finditer(source):
        numbers = [n for n in find_numbers(match[0], "zh") if n.firm]
        for first, second in pairwise(numbers):
            if min(first.value, second.value) > 31 and _swapped(ja, first, second):
                shown = f"{first.shown()}、{second.shown()}"
                found.append(_blocking(f"「分别」で並ぶ数値の順序が異なる：{shown}", zh=shown))
    return found


def _swapped(ja: list[Number], first: Number, second: Number) -> bool:
    """Whether the only place of `second` in the Japanese comes before that of `first`."""
    a = [n.start for n in ja if set(n.values) & set(first.values) and n.tag == first.tag]
    b = [n.start for n in ja if set(n.values) & set(second.values) and n.tag == second.tag]
    return len(a) == 1 and len(b) == 1 and b[0] < a[0]


def _identifiers(source: str, target: str) -> list[CheckResult]:
    found: list[CheckResult] = []
    for name, chinese, japanese in _IDENTIFIERS:
        in_zh = {hit.upper() for hit in _IDENTIFIER.findall(source)}
        in_ja = {hit.upper() for hit in _IDENTIFIER.findall(target)}
        if (name in in_zh or chinese in source) and name not in in_ja and japanese not in target:
            found.append(_blocking(f"原文の「{name}」が訳文にない", zh=name))
        implied = chinese in source or (name == "NOX" and "氮" in source)
        if name in in_ja and name not in in_zh and not implied:
            found.append(_blocking(f"訳文の「{name}」が原文にない", ja=name))
    return found


def _document_numbers(source: str, target: str) -> list[CheckResult]:
    for number in sorted(set(_TABLE.findall(source))):
        if not re.search(rf"表{number}(?!\d)|第{number}表", target):
            return [_blocking(f"「表{number}」が訳文にない", zh=f"表{number}")]
    wanted = Counter(_DOCUMENT_NUMBER.findall(source))
    given = Counter(_DOCUMENT_NUMBER.findall(target))
    return [
        _blocking(f"文書番号「〔{year}〕{number}号」が訳文と一致しない", zh=f"〔{year}〕{number}号")
        for year, number in (wanted - given)
    ]
