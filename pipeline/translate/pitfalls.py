"""Chinese constructions that are misread silently: a rendering without the Japanese each of them
asks for is not to be trusted, however smooth it looks."""

from __future__ import annotations

import re
from typing import NamedTuple


class Pitfall(NamedTuple):
    """A construction of the source, and what a sound rendering of it shows."""

    name: str
    zh: re.Pattern[str]
    ja: re.Pattern[str]


_CASE = re.compile(
    r"場合|(?:もの|者|企業|事業者|機関|単位|個人|業者|車両)(?:は|に|で|を|が|について)"
)
_NEVER = re.compile(r"(?!)")

PITFALLS = (
    Pitfall(
        "case_without_comma",
        re.compile(
            r"[未不逾达超无][^，。；：、]{1,30}的(?=依法|依规|一律|不予|不得|不再|从严|责令|予以|给予|"
            r"限期|立即|实施|由|视为|按)"
        ),
        _CASE,
    ),
    Pitfall("denied_topic", re.compile(r"[未不达][^，。；：]{0,30}的，"), _CASE),
    Pitfall(
        "denied_recipient",
        re.compile(r"的[^的，。；]{1,16}，(?:一律|原则上|暂)?不予"),
        re.compile(r"場合|に(?:は|対し)|について|を[^、。]{1,12}(?:しない|せず)"),
    ),
    Pitfall(
        "no_longer",
        re.compile(r"不再(?![生利])"),
        re.compile(r"今後|以後|以降|もはや|これ以上|なくな|再び"),
    ),
    Pitfall(
        "zero",
        re.compile(r"[为到达]零(?![售部件点碳排星])"),
        re.compile(r"(?:ゼロ|0)(?:で|と|に|を|。|件|%)"),
    ),
    Pitfall(
        "passive_times",
        re.compile(r"被[^，。；]{1,10}[一二两三四五六七八九十\d](?:次|回)"),
        re.compile(r"回(?:以上)?[^、。を]{0,8}(?:され|受け|られ)"),
    ),
    Pitfall(
        "one_by_one",
        re.compile(r"一([家个项户座批件处台])[、，]?[^，。；、]{1,5}一\1"),
        re.compile(r"ごと|ずつ|次第|たび"),
    ),
    Pitfall(
        "less_than",
        re.compile(r"不足[\d一二三四五六七八九十百千]"),
        re.compile(r"未満(?:の(?!奨励|支給|許可)|で|と|に|、|。)|(?:満た|達し)(?:な|ず)"),
    ),
    Pitfall(
        "spot_check_as_verb",
        re.compile(r"抽查[^，。；的]{1,12}(?:率|合格|比例|浓度)[为达低高不]"),
        re.compile(r"抜取検査[^を、。]{0,6}(?:で|によ|の|に)"),
    ),
    Pitfall(
        "counted_relative",
        re.compile(r"对\d{1,6}[家个]未?[^，。的]{1,20}的"),
        re.compile(r"(?:[るたいうの])\d{1,6}(?:社|カ所|か所|件|つ|の)"),
    ),
    Pitfall(
        "level_split",
        re.compile(r"(?:提升|提高)[^，。；]{0,12}水平"),
        re.compile(r"水準(?:を|が|は|の(?:着実な)?(?:向上|引上げ|底上げ)|向上)"),
    ),
    Pitfall(
        "heading_noun",
        re.compile(r"(?:完成|淘汰|整改)时限$|实施步骤$"),
        re.compile(r"(?:期限|手順|ステップ|段階)$"),
    ),
    Pitfall(
        "only_who",
        re.compile(r"只有[^。；]{1,40}(?:方可|才能|方能)"),
        re.compile("限り|のみが|だけが"),
    ),
    Pitfall(
        "but_for",
        re.compile(r"(?<!并)非经(?![营济常])"),
        re.compile(r"受けず|なしに|得ず|なければ"),
    ),
    Pitfall(
        "more_than_before",
        re.compile(r"[多少高低]于(?:上年|去年|前|往年|同期)"),
        re.compile(r"上回|下回|超え|多く|少なく|高く|低く|以上|以下|未満"),
    ),
    Pitfall(
        "not_all", re.compile(r"并非|不是所有|未必"), re.compile(r"わけではな|とは限らな|限らず")
    ),
    Pitfall(
        "neither",
        re.compile(r"既不[^，。]{1,20}，也不"),
        re.compile(r"も[^、。]{0,12}ず|もせず|もな"),
    ),
    Pitfall("able", re.compile(r"[用买办住]得|[看听说]得"), _NEVER),
)


def pitfalls(zh: str, ja: str) -> tuple[str, ...]:
    """Names of the constructions in `zh` whose Japanese `ja` does not show."""
    return tuple(
        pitfall.name for pitfall in PITFALLS if pitfall.zh.search(zh) and not pitfall.ja.search(ja)
    )
