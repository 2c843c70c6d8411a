"""Dates, deadlines and units of time and measure."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.checks.numerals import find_numbers
from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult

_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(\d{4})年(\d{1,2})月")
_BEFORE_ZH = re.compile(r"(\d{1,4}年(?:年?底|末)?|\d{1,2}月(?:底|末)?|\d{1,2}日)(?:之|以)?前")
_FROM_ZH = re.compile(r"自(\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日)(?:\d{1,2}时)?起")
_END_ZH = re.compile(r"(\d{4})年(?:年)?[底末]")
_BY_ZH = re.compile(r"到(\d{4})年")
_SEASONS = "春夏秋冬"

_UNITS: tuple[tuple[str, str, str], ...] = (
    # class, Chinese, Japanese
    ("μg/m3", r"(?:微克/立方米|微克每立方米|[μu]g/m3)", r"(?:[μu]g/(?:m3|立方)|マイクログラム)"),
    ("mg/m3", r"(?:毫克/立方米|毫克每立方米|mg/m3)", r"(?:mg/(?:m3|立方)|ミリグラム)"),
    ("kWh", r"(?:千瓦时|千瓦·时|度电|kWh)", r"(?:kWh|kwh|キロワット時|キロワットアワー)"),
    ("kW", r"(?:千瓦(?!时|·时)|kW(?!h))", r"(?:kW(?!h)|キロワット(?!時|ア))"),
    ("t/h", r"(?:蒸吨|吨/小时|吨/时|t/h)", r"(?:蒸気トン|蒸トン|蒸発トン|t/h|トン/時|トン毎時)"),
    ("t", r"(?:吨标准煤|吨(?!/)|t(?![a-z/]))", r"(?:トン(?!/時|毎時)|t(?![a-z/]))"),
    ("kg", r"(?:千克|公斤|kg)", r"(?:kg|キログラム)"),
    ("km2", r"(?:平方公里|平方千米|km2)", r"(?:km2|平方キロ)"),
    ("km", r"(?:公里|千米|km(?!2))", r"(?:km(?!2)|キロ(?!グラム|ワット))"),
    ("m2", r"(?:平方米|m2)", r"(?:m2|平方メートル)"),
    ("m3", r"(?:立方米|m3)", r"(?:m3|立方メートル)"),
    ("元", r"元", r"元"),
    ("円", r"日元", r"円"),
    ("月数", r"个月", r"(?:か月|カ月|ヵ月|ヶ月|ケ月|箇月)"),
    ("年", r"年", r"(?:年|[カかヵヶケ箇]年)"),
    ("月", r"月", r"月"),
    ("営業日", r"个?工作日", r"(?:営業日|業務日|就業日|執務日|稼働日|労働日|開庁日|勤務日|平日)"),
    ("日", r"[日天]", r"日"),
    ("時間", r"小时", r"時間"),
    ("分", r"分钟", r"分"),
)
_ZH_UNITS = [(name, re.compile(zh)) for name, zh, _ in _UNITS]
_JA_UNITS = [(name, re.compile(ja)) for name, _, ja in _UNITS]
_COMPATIBLE = {frozenset(("営業日", "日")): False, frozenset(("月", "月数")): True}


def check_dates(zh: str, ja: str) -> list[CheckResult]:
    """Blocking findings on dates, on the side of a deadline and on units beside a figure."""
    source, target = normal(zh), normal(ja)
    found: list[CheckResult] = []
    for pattern, unit in ((_DAY, "日"), (_MONTH, "月")):
        missing = set(pattern.findall(source)) - set(pattern.findall(target))
        if unit == "月":
            months = set(re.findall(r"(\d{1,2})月", target))
            missing = {(y, m) for y, m in missing if not (m in months and y in target)}
        for parts in sorted(missing):
            found.append(_date("原文の日付「{}」が訳文にない", _MARKS[unit].format(*parts)))
    found += _deadlines(source, target)
    for season in _SEASONS:
        if f"{season}季" in source and season not in target:
            found.append(_date("季節「{}」が訳文にない", season))
    return found + _units(source, target)


_MARKS = {"日": "{}月{}日", "月": "{}年{}月"}


def _date(message: str, text: str) -> CheckResult:
    return CheckResult(
        code=Code.DATE_MISMATCH, severity="blocking", message=message.format(text), zh=text
    )


def _deadlines(source: str, target: str) -> list[CheckResult]:
    found: list[CheckResult] = []
    for match in _BEFORE_ZH.finditer(source):
        stem = re.sub(r"年?底|末", "", match[1])
        after = _text_after(target, stem, 10)
        if after is not None and re.match(r".{0,4}(?:以降|から|より後|以後)", after):
            found.append(_date("期限「{}まで」が逆になっている", match[1]))
    for match in _FROM_ZH.finditer(source):
        after = _text_after(target, match[1], 8)
        if after is not None and re.match(r".{0,5}(?:まで|以前|迄)", after):
            found.append(_date("起算日「{}から」が逆になっている", match[1]))
    for year in _BY_ZH.findall(source):
        after = _text_after(target, f"{year}年", 8)
        if after is not None and re.match(r"末?(?:以降|から(?!.{0,8}まで))", after):
            found.append(_date("期限「{}まで」が逆になっている", f"{year}年"))
    for year in _END_ZH.findall(source):
        after = _text_after(target, f"{year}年", 6)
        if after is not None and re.match(r"の?(?:年?初|以降)", after):
            found.append(_date("「{}年末」の時期が異なる", year))
    if re.search(r"次年|翌年", source) and not re.search(r"翌|次年|次の年", target):
        found.append(_date("「{}」が訳文にない", "次年"))
    return found


def _text_after(text: str, needle: str, width: int) -> str | None:
    at = text.find(needle)
    return None if at < 0 else text[at + len(needle) : at + len(needle) + width]


def _unit_at(text: str, position: int, units: list[tuple[str, re.Pattern[str]]]) -> str | None:
    for name, pattern in units:
        if pattern.match(text, position):
            return name
    return None


def _units(source: str, target: str) -> list[CheckResult]:
    """A figure whose unit is known on both sides must have the same one on both."""
    zh: dict[Decimal, set[str]] = {}
    ja: dict[Decimal, set[str | None]] = {}
    for number in find_numbers(source, "zh"):
        unit = _unit_at(source, number.end, _ZH_UNITS) if number.firm and not number.tag else None
        if unit:
            zh.setdefault(number.value, set()).add(unit)
    for number in find_numbers(target, "ja"):
        if not number.tag:
            ja.setdefault(number.value, set()).add(_unit_at(target, number.end, _JA_UNITS))
    found: list[CheckResult] = []
    for value, units in zh.items():
        given = ja.get(value)
        if not given or None in given:
            continue
        for unit in sorted(units):
            if not any(_same_unit(unit, other) for other in given if other):
                found.append(
                    CheckResult(
                        code=Code.UNIT_MISMATCH,
                        severity="blocking",
                        message=f"数値「{value}」の単位が原文（{unit}）と異なる",
                        zh=f"{value}{unit}",
                    )
                )
    return found


def _same_unit(first: str, second: str) -> bool:
    return first == second or _COMPATIBLE.get(frozenset((first, second)), False)
