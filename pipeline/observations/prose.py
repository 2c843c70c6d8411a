"""Released figures in sentences: who, when, which indicator, how much, how it changed.

A sentence is read from left to right as a row of tokens. A figure counts only when nothing but
words of filling stands between an indicator and its value; anything else breaks the reading, so
that what is not understood is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from pipeline.observations.cues import ObservationCues
from pipeline.observations.figures import Draft, change_unit, is_absurd
from pipeline.observations.periods import Calendar, year_before
from pipeline.observations.state import Named, State, about, close, told_before
from pipeline.observations.tokens import Token, decimal_of, token_pattern, token_text, tokens

_FILLER = re.compile(
    r"(?:为|是|达到|达|有|约|共计|共|累计|平均|均|总|全部|实现|录得|取得|完成|保持在|稳定在|在|的|了|至|到|"
    r"改善|幅度|变化|变幅|[，、：:（）()和与及“”\" ]|分别|其中|数据|情况|大气|环境|空气质量|空气|"
    r"地级及以上|城市|设区市|设区|整体|总体|去年|上年|同期|相比|水平|"
    r"首次|连续|国家|占|达标|优于|二级|一级|较好|较差|较高|较低){0,20}+"
)
_SENTENCE_ENDS = "。！？"
_CLAUSE_STARTS = "，；。：、\n （“"
_COUNTED = tuple("年月日级类起项家台辆个位名次时点号〕")
"""After a figure without unit: what is counted is no value of an indicator."""
_URBAN = ("区", "市区", "城区", "主城区", "中心城区")
_BRACKETED = re.compile(r"（(?=\d)")
_SHARE = re.compile(r"占比?(?:为|达)?$")
_MAX_LISTED = 40
"""Indicators or places that share one 分别 at most."""
_OPEN_ENDED = "以左～-—至"


Home = Callable[[str], str | None]
"""The place a scope word (全市) means."""


class ProseReader:
    """Reads paragraphs; built once for the words of observations.yml."""

    def __init__(self, cues: ObservationCues) -> None:
        self._cues = cues
        self._pattern = token_pattern(cues)
        self._ahead = re.compile(
            rf"(?:[、，和及与]\d{{1,4}}(?:\.\d{{1,3}})?){{1,40}}(?P<unit>{cues.unit})"
        )

    def read(
        self,
        text: str,
        places: Sequence[tuple[int, int, str]],
        calendar: Calendar,
        period: str | None,
        place: str | None,
        home: Home,
    ) -> tuple[list[Draft], str | None]:
        """The figures of one paragraph, and the period it settles last. Linear in its length."""
        own = [place] if place else []
        state = State(period, own, topic=list(own))
        found: list[Draft] = []
        position = 0
        previous: Token | None = None
        for token in tokens(text, places, self._pattern):
            self._gap(text[position : token.start], state)
            self._take(text, token, previous, state, calendar, home, found)
            position = token.end
            previous = token
        return found, state.period

    # --- between tokens ----------------------------------------------------------------------

    def _gap(self, gap: str, state: State) -> None:
        if not gap:
            return
        if any(mark in gap for mark in _SENTENCE_ENDS) or "\n" in gap:
            close(state)
        elif "；" in gap or ";" in gap:
            if not state.told and state.aside is not None:
                # 1—8月居第六，8月居第八；…: the second was named in passing.
                state.period, state.told = state.aside, True
            state.pending, state.last, state.recent, state.early = [], [], [], None
            state.direction, state.shared, state.level, state.skip = None, False, False, False
            state.mute = "" if state.mute == "clause" else state.mute
        elif "，" in gap and state.mute == "clause":
            state.mute = ""
        if "分别" in gap:
            state.shared = True
        if len(gap) > 40 or not _FILLER.fullmatch(gap):
            state.pending = []
            state.direction = None
            state.level = False
            # 改善幅度最大的是: what follows no longer tells of the figures before.
            state.last = []

    # --- tokens ------------------------------------------------------------------------------

    def _take(
        self,
        text: str,
        token: Token,
        previous: Token | None,
        state: State,
        calendar: Calendar,
        home: Home,
        found: list[Draft],
    ) -> None:
        kind, match = token.kind, token.match
        if kind == "place":
            self._place(text, token, previous, state)
        elif kind in ("scope", "many", "elsewhere"):
            if text[max(0, token.start - 1) : token.start] in ("在", "占", "居", "为"):
                state.pending, state.last = [], []
                return
            meant = {"many": "100000"}.get(kind)
            if kind == "scope":
                meant = home(token_text(text, token))
            state.places = [meant] if meant else []
            about(state)
            self._new_subject(state)
        elif kind == "period":
            assert match is not None
            state.aside = state.period
            state.period, state.told = calendar.resolve(match, state.period), False
            state.mode, state.last = "", []
        elif kind == "base":
            assert match is not None
            year = match["base_year"]
            usual = not (year and state.period and int(year) != year_before(state.period))
            state.mode = "year" if usual else "other"
            state.direction, state.skip, state.yearly = None, False, usual
            state.opened = usual and text.startswith("与", token.start)
        elif kind == "earlier":
            state.mode, state.skip = "year", True
        elif kind == "other":
            state.mode, state.direction, state.yearly = "other", None, False
        elif kind == "from":
            state.skip = True
        elif kind == "indicator":
            self._indicator(text, token, previous, state)
        elif kind in ("unsure", "aside"):
            state.mute = "sentence" if kind == "unsure" else state.mute or "clause"
            state.pending = []
        elif kind == "level":
            state.level, state.direction, state.skip = True, None, False
        elif kind == "direction":
            state.direction = token_text(text, token).removesuffix("了")
        elif kind == "hold":
            if state.opened and state.pending and not state.mode:
                state.mode = "year"
            self._change(state, Decimal(0), None)
        elif kind == "rank":
            assert match is not None
            if state.recent and state.recent[-1].rank is None and not state.mute:
                state.recent[-1].rank = int(match["place_no"])
            state.last, state.pending = [], []
        else:
            self._number(text, token, state, found)

    def _place(self, text: str, token: Token, previous: Token | None, state: State) -> None:
        assert token.place is not None
        if text.startswith(_URBAN, token.end) and not text.startswith("区域", token.end):
            # 杭州市区 is less than the city: its figures are others.
            state.places = []
            self._new_subject(state)
            return
        before = text[token.start - 1] if token.start else "\n"
        joined = (
            previous is not None
            and previous.kind == "place"
            and text[previous.end : token.start] in ("、", "和", "与", "及")
            and len(state.places) < _MAX_LISTED
        )
        if joined:
            state.places.append(token.place)
            return
        if state.carried and not state.mute and _BRACKETED.match(text, token.end):
            # …较好的是大同（3.12）、朔州（3.30）: each place with its figure.
            state.places, state.pending = [token.place], list(state.carried)
            state.last, state.mode, state.direction, state.shared = [], "", None, False
            return
        adjacent = previous is not None and previous.end == token.start
        among = text[max(0, token.start - 3) : token.start].rstrip("，").endswith("其中")
        starts = before in _CLAUSE_STARTS or among
        if starts or (adjacent and previous is not None and previous.kind in ("period", "place")):
            state.places = [token.place]
            if not among:
                about(state)
            self._new_subject(state)
            return
        state.pending, state.last = [], []

    @staticmethod
    def _new_subject(state: State) -> None:
        """Another place: the indicator of the clause before may be meant again (徐州市为31…)."""
        state.pending = list(state.carried)
        state.last, state.recent, state.early = [], [], None
        state.mode, state.direction, state.shared = "", None, False
        state.level, state.skip = False, False

    def _indicator(self, text: str, token: Token, previous: Token | None, state: State) -> None:
        assert token.match is not None
        family = self._cues.family(token.match["name"])
        named = Named(token_text(text, token), family, token.start)
        joined = (
            previous is not None
            and previous.kind == "indicator"
            and text[previous.end : token.start] in ("、", "和", "与", "及", "，")
            and len(state.pending) < _MAX_LISTED
        )
        state.pending = [*state.pending, named] if joined else [named]
        state.carried = list(state.pending)
        state.last, state.early = [], None
        state.direction, state.shared, state.level, state.skip = None, False, False, False
        # 同比 before an indicator tells of what follows; after a figure it told of that.
        if previous is None or previous.kind != "base":
            state.mode = ""
        state.step = 0

    def _number(self, text: str, token: Token, state: State, found: list[Draft]) -> None:
        match = token.match
        assert match is not None
        value = decimal_of(match["value"])
        unit = self._cues.units.get(match["unit"] or "", None)
        if state.skip:
            state.skip = False
            return
        if state.mute:
            state.pending = []
            return
        arrow = match["arrow"]
        turned = state.direction or arrow
        if turned and not state.mode and state.yearly and state.last:
            state.mode = "year"
        if turned and not state.mode and state.opened and state.pending:
            state.mode = "year"
        if turned and not state.level and state.mode:
            if unit is None and (match["next"] or "") in _COUNTED:
                state.last = []
                return
            amount = -value if arrow in ("-", "↓") else value
            self._change(state, amount, unit)
            return
        following = match["next"] or ""
        listed = state.shared and following == "、"
        open_ended = following and following in _OPEN_ENDED
        if turned or open_ended or (unit is None and following in _COUNTED and not listed):
            state.pending = []
            return
        if unit == "%" and state.last and _SHARE.search(text, max(0, token.start - 4), token.start):
            self._share(text, token, state, found, value)
            return
        self._value(text, token, state, found, value, unit)

    def _share(
        self, text: str, token: Token, state: State, found: list[Draft], value: Decimal
    ) -> None:
        """优良天数283天，占77.5%: the share of the days just told."""
        days = state.last[-1]
        if days.unit != "日" or "%" not in days.family.units or value > 100:
            return
        share = Draft(
            days.indicator, days.family, value, "%", days.period, days.place, days.start, token.end
        )
        found.append(share)
        state.recent.append(share)

    def _value(
        self,
        text: str,
        token: Token,
        state: State,
        found: list[Draft],
        value: Decimal,
        unit: str | None,
    ) -> None:
        """A value for what is named: one for one, or as many as are named with 分别."""
        many = state.shared and (len(state.pending) > 1 or len(state.places) > 1)
        if not state.pending or not state.period or not state.places:
            return
        if many:
            row = max(len(state.pending), len(state.places))
            if min(len(state.pending), len(state.places)) > 1 or state.step >= row:
                return
            unit = unit or self._unit_ahead(text, token.end)
            named = state.pending[state.step if len(state.pending) > 1 else 0]
            place = state.places[state.step if len(state.places) > 1 else 0]
            state.step += 1
        elif len(state.pending) == 1 and len(state.places) == 1:
            named, place = state.pending[0], state.places[0]
        else:
            state.pending = []
            return
        if unit is None:
            plain = "" in named.family.units or named.family.unit == "μg/m3"
            unit = named.family.unit if plain else None
            if unit == "μg/m3" and not (
                value >= 2 and text[token.end : token.end + 1] in "，、。；（"
            ):
                unit = None
        if unit is None or unit not in named.family.units or is_absurd(value, unit, state.period):
            state.pending = []
            return
        draft = Draft(
            indicator=named.name,
            family=named.family,
            value=value,
            unit=unit,
            period=state.period,
            place=place,
            start=min(named.start, token.start),
            end=token.end,
        )
        if state.early is not None:
            draft.change, draft.change_unit = state.early
            state.early = None
        found.append(draft)
        state.paragraph.append(draft)
        state.told = True
        state.recent.append(draft)
        if many and state.step > 1:
            state.last.append(draft)
        else:
            state.last = [draft]
        state.level, state.mode, state.direction = False, "", None
        if many and state.step >= max(len(state.pending), len(state.places)):
            state.pending, state.shared, state.step = [], False, 0
        elif not many:
            state.pending = []

    def _unit_ahead(self, text: str, position: int) -> str | None:
        """In 33、49、24微克/立方米 the unit follows the last figure."""
        match = self._ahead.match(text, position, position + 240)
        return self._cues.units[match["unit"]] if match else None

    def _change(self, state: State, value: Decimal, unit: str | None) -> None:
        """A change on the year before: to the nearest figure that can have it."""
        word, mode = state.direction, state.mode
        if not state.shared:
            state.direction = None
        if mode != "year" or state.mute:
            return
        if state.shared and len(state.last) > 1:
            todo = next((draft for draft in state.last if draft.change is None), None)
            candidates = [todo] if todo else []
        else:
            candidates = list(reversed(state.recent[-2:])) if state.last else []
        for draft in candidates:
            measured = change_unit(draft.family, draft.unit, unit, value)
            if draft.change is None and measured is not None:
                sign = self._cues.sign(word, draft.family) if word else 1
                draft.change, draft.change_unit = value * sign + 0, measured
                return
        if state.pending and len(state.pending) == 1 and not state.last:
            family = state.pending[0].family
            measured = change_unit(family, family.unit, unit, value)
            if measured is not None:
                sign = self._cues.sign(word, family) if word else 1
                known = told_before(state, family, measured) if state.opened else None
                if known is not None:
                    known.change, known.change_unit = value * sign + 0, measured
                    return
                state.early = (value * sign, measured)
