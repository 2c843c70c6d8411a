"""House style: である体, one width of digits, sound punctuation, no parse debris."""

from __future__ import annotations

import re

from pipeline.issues import Code
from pipeline.model import CheckResult, SegmentKind

_POLITE = re.compile(r"(?:です|ます|ました|ません|でした|ください)(?=[。」）)]|$)")
_WIDE_DIGIT = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_DOUBLED = re.compile(r"、、|。。|をを|のの(?!し)|はは|がが|にに(?!ん)|、。|「」|[（(][）)]")
_UNFINISHED = re.compile(
    # a particle with nothing before it, or with nothing after it
    r"^[はがをにでとの、。]|[はがをにでと]、。|[、。](?:は|が|を|に|の)(?=[^\w]|[\u4e00-\u9fff])|[はがをに]。|"
    r"(?<![るた])と(?:、|$)|との(?:を|は)|/[をはがの、。]|"
    # an inflection that no verb has
    r"するする|ことこと|する(?:は|が|し)|しなく、|なければならない(?![。、」）)がとに点場もこ])"
)
_WRONG_CASE = re.compile(
    r"を(?:低下|上昇|減少|増加|悪化)(?:する|し)|を[^、。を「」]{0,12}をする|"
    r"を(?:違反|存在|適合|該当|従事|協力|位置|関係)|前年同期比[^。、]{0,12}させ"
)
_TWO_OBJECTS = re.compile(r"を(?!対象|目的|中心)[\u4e00-\u9fff]{2,5}を")
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,6})[の、]?\1")
_TOPIC = re.compile(r"は、|、$|である$")
_NOUN_END = re.compile(r"(?<!場合)(?<!限り)(?<!次第)[\u4e00-\u9fff]。$")
_JOINT_ZH = re.compile(r"[与同跟]|衔接|对接|结合|协作|合作|之间|关系|差|比")
_SENTENCE = ("sentence", "target", "measure", "legal", "formula")


def check_style(zh: str, ja: str, kind: SegmentKind) -> list[CheckResult]:
    """Warnings of style; none of them blocks."""
    found: list[str] = []
    if _POLITE.search(ja):
        found.append("「です・ます」体である（である体にする）")
    if _WIDE_DIGIT.search(ja):
        found.append("全角の英数字がある（半角にする）")
    doubled = _DOUBLED.search(ja)
    if doubled:
        found.append(f"「{doubled[0]}」が重複している")
    for pattern, message in (
        (_UNFINISHED, "「{}」の前後で文が切れている（助詞と係り先を確かめる）"),
        (_WRONG_CASE, "「{}」の助詞と動詞が合わない（自動詞・他動詞を確かめる）"),
        (_TWO_OBJECTS, "「{}」で一つの動詞に「を」が二つある（目的語を確かめる）"),
        (_REPEATED, "「{}」と同じ語が続いている（原文の係り受けを確かめる）"),
    ):
        match = pattern.search(ja)
        if match and (pattern is not _REPEATED or match[1] * 2 not in zh):
            found.append(message.format(_around(ja, match)))
    if "との" in ja and not _JOINT_ZH.search(zh):
        found.append("「との」の係り先が不自然である（並列か、相手を表すかを確かめる）")
    if kind in _SENTENCE and zh.rstrip().endswith("。") and _NOUN_END.search(ja):
        found.append("文が名詞で終わっている（述語が抜けていないか確かめる）")
    if kind in ("title", "heading") and _TOPIC.search(ja):
        found.append("表題が文の形になっている")
    if (
        kind in _SENTENCE
        and zh.rstrip().endswith("。")
        and not ja.rstrip().endswith(("。", "）", ")", "」"))
    ):
        found.append("文末に句点がない")
    return [CheckResult(code=Code.STYLE, severity="warning", message=message) for message in found]


def _around(text: str, match: re.Match[str]) -> str:
    """The place of a finding with a few characters on either side."""
    return text[max(0, match.start() - 6) : match.end() + 6]
