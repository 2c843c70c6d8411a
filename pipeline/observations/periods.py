"""Which months a released figure covers: 9月, 1—9月, 前三季度, 上半年, 2025年10月至2026年3月."""

from __future__ import annotations

import re
from dataclasses import dataclass

_Y = r"20\d\d"
_TO = r"[-—～至到]{1,2}"
_HAN = {"一": 1, "二": 2, "三": 3, "四": 4}

BASE = (
    rf"同比|(?:比|较|与|相较于?|相比于?)(?:(?P<base_year>{_Y})年(?:同期|同月|同季度?)?(?!\d{{1,2}}月)"
    r"|上一?年度?(?:同期|同月)?|去年(?:同期|同月)?|同期)(?:相比)?"
)
"""Words that open a comparison with the year before."""
OTHER_BASE = (
    r"环比|(?:比|较|与)(?:上个?月|上季度|上一?周|前一?日|前一?[周月天]"
    rf"|(?:{_Y}年)?\d{{1,2}}月)(?:份)?(?:相比)?"
)
"""Words that open a comparison with another time."""
_FEAST = (
    r"(?:国庆|中秋|春节|元旦|清明|五一|端午|劳动节|元宵|双节){1,3}[节”\"]{0,2}[、和及]?"
    r"(?:长假|小长假|假期|假日|期间|节日)|(?:长|小长)?假期|假日期间|节日期间|除夕"
)
"""Days of a holiday: no month and no year."""
PERIOD = (
    rf"(?P<feast>(?:(?:{_Y}年|今年|本年)(?:的)?)?(?:{_FEAST})(?![^，。；\n]{{0,8}}影响))"
    rf"|(?P<day>(?:{_Y}年)?\d{{1,2}}月\d{{1,2}}日(?:{_TO}(?:{_Y}年)?(?:\d{{1,2}}月)?\d{{1,2}}日)?)"
    rf"|(?P<y1>{_Y})年?{_TO}(?P<y2>{_Y})年(?:度)?(?P<season>秋冬季|采暖季|取暖季)"
    rf"|(?:(?P<sy>{_Y})年|(?:今年|本年)(?:前)?)?(?P<m1>\d{{1,2}})月?{_TO}"
    rf"(?:(?P<ey>{_Y})年)?(?P<m2>\d{{1,2}})月(?:份)?(?!\d)"
    rf"|(?:(?P<fy>{_Y})年|今年|本年)?前(?P<first>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})个?月"
    rf"|(?:(?P<qy>{_Y})年|今年|本年)?(?P<quarters>前三季度|前二季度|上半年|下半年)"
    rf"|(?:(?P<qqy>{_Y})年|今年|本年)?第?(?P<quarter>[一二三四1-4])季度"
    rf"|(?P<my>{_Y})年(?P<mm>\d{{1,2}})月(?:份)?(?!\d)"
    rf"|(?P<since>今年以来|{_Y}年以来|截[至止](?:{_Y}年)?(?:\d{{1,2}}月)?(?:\d{{1,2}}日|[底末])?|入[冬秋]以来|近[三五十]?年|本周|上周|[“\"]?十[一二三四五]五[”\"]?)"
    rf"|(?P<year>{_Y})年(?:全年|度)?(?!\d{{1,2}}月|[底末前以]|同期)"
    r"|(?:今年|本年)(?P<this>\d{1,2})月(?:份)?(?![\d底末])"
    r"|(?<![\d.年])(?P<m>\d{1,2})月(?:份)?(?![\d底末])"
    r"|(?P<whole>全年)|(?P<here>本月|当月)"
)
"""A span of time; the groups say of which form."""
_DAYS = re.compile(
    rf"(?:(?P<y1>{_Y})年)?(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})日{_TO}"
    rf"(?:(?P<y2>{_Y})年)?(?:(?P<m2>\d{{1,2}})月)?(?P<d2>\d{{1,2}})日"
)
_UNTIL = re.compile(
    rf"截[至止](?:(?P<y>{_Y})年)?(?P<m>\d{{1,2}})月(?:(?P<d>\d{{1,2}})日|(?P<end>[底末]))"
)
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass
class Calendar:
    """What a document settles about years and its own month. `year` is that of its title or
    date, `own` the single month it is about, `month` the month of its publication."""

    year: int | None
    month: int | None = None
    own: str | None = None
    explicit: bool = False

    def resolve(self, match: re.Match[str], current: str | None) -> str | None:
        """The period of a match of PERIOD, or None where no whole months are meant.

        `YYYY`, `YYYY-MM` or `YYYY-MM..YYYY-MM`.
        """
        found = match.groupdict()
        if found["day"]:
            return self._whole_months(found["day"])
        if found["since"]:
            return self._until(found["since"])
        if found["feast"]:
            return None
        if found["season"]:
            return f"{found['y1']}-10..{found['y2']}-03" if found["y1"] < found["y2"] else None
        if found["m2"]:
            return self._months(found)
        if found["first"]:
            return self._span(self._known(found["fy"]), 1, _number(found["first"]))
        if found["quarters"]:
            year = self._known(found["qy"])
            first, last = {
                "前三季度": (1, 9), "前二季度": (1, 6), "上半年": (1, 6), "下半年": (7, 12),
            }[found["quarters"]]  # fmt: skip
            return self._span(year, first, last)
        if found["quarter"]:
            number = _HAN.get(found["quarter"]) or int(found["quarter"])
            return self._span(self._known(found["qqy"]), number * 3 - 2, number * 3)
        if found["mm"]:
            return self._span(self._known(found["my"]), int(found["mm"]), int(found["mm"]))
        if found["year"]:
            self._known(found["year"])
            return str(found["year"])
        if found["m"] or found["this"]:
            month = int(found["m"] or found["this"])
            return self._span(self._year_of(month), month, month)
        if found["whole"]:
            year = int(current[:4]) if current else self.year
            return str(year) if year else None
        return current if current and len(current) == 7 else self.own

    def _whole_months(self, text: str) -> str | None:
        """Months named by their first and last day (10月1日至12月31日)."""
        match = _DAYS.fullmatch(text)
        if match is None or match["d1"] != "1":
            return None
        last = int(match["m2"] or match["m1"])
        found = {"sy": match["y1"], "m1": match["m1"], "ey": match["y2"], "m2": str(last)}
        return self._months(found) if _is_last(int(match["d2"]), last) else None

    def _until(self, text: str) -> str | None:
        """截至11月30日: the year as far as the month that is over."""
        match = _UNTIL.fullmatch(text)
        if match is None or not (match["end"] or _is_last(int(match["d"] or 0), int(match["m"]))):
            return None
        month = int(match["m"])
        year = self._known(match["y"]) if match["y"] else self._year_of(month)
        return self._span(year, 1, month)

    def _months(self, found: dict[str, str | None]) -> str | None:
        first, last = int(found["m1"] or 0), int(found["m2"] or 0)
        start = self._known(found["sy"]) if found["sy"] else None
        if found["ey"]:
            end = int(found["ey"])
            begin = start if start is not None else end - (1 if first > last else 0)
            return _range(begin, first, end, last)
        year = start if start is not None else self._year_of(last)
        if year is None:
            return None
        if first > last:
            return _range(year, first, year + 1, last) if start else None
        return _range(year, first, year, last)

    def _known(self, year: str | None) -> int | None:
        if year is None:
            return self.year
        self.year, self.explicit = int(year), True
        return self.year

    def _year_of(self, month: int) -> int | None:
        """The year of a month named alone: a month after publication is of the year before."""
        if self.year is None:
            return None
        if not self.explicit and self.month is not None and month > self.month:
            return self.year - 1
        return self.year

    @staticmethod
    def _span(year: int | None, first: int, last: int) -> str | None:
        return _range(year, first, year, last) if year is not None else None


def _range(start: int, first: int, end: int, last: int) -> str | None:
    if not (1 <= first <= 12 and 1 <= last <= 12) or (start, first) > (end, last):
        return None
    if (start, first) == (end, last):
        return f"{start}-{first:02d}"
    return f"{start}-{first:02d}..{end}-{last:02d}"


def _is_last(day: int, month: int) -> bool:
    return 1 <= month <= 12 and day in ((28, 29) if month == 2 else (_LAST_DAYS[month - 1],))


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    digits = "一二三四五六七八九"
    if text[0] == "十":
        return 10 + (digits.index(text[1]) + 1 if len(text) > 1 and text[1] in digits else 0)
    return digits.index(text[0]) + 1


def year_before(period: str) -> int:
    """The year before the one a period ends in."""
    return int(period.split("..")[-1][:4]) - 1
