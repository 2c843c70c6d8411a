"""House style: である体, one width of digits, sound punctuation, no parse debris."""

from __future__ import annotations

import re

from pipeline.issues import Code
from pipeline.model import CheckResult, SegmentKind

_POLITE = re.compile(r"(?:です|ます|ました|ません|でした|ください)(?=[。」）)]|$)")
_WIDE_DIGIT = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_DOUBLED = re.compile(
    r"、、|。。|をを|のの(?!し)|はは|がが|にに|、。|「」|「「|[（(][）)]|の、|に厳重に厳"
)
_DEBRIS = re.compile(
    r"^[はがをにでと、。]|[、。](?:は|が|を|に|の)(?=[^\w]|[\u4e00-\u9fff])|"
    r"起する|するする|ことこと|する(?:は|が|し)、|との(?:を|は)|、と(?:、|の|$)|と、[。、]|"
    r"なければならない(?![。、」）)がとに点場もこ])|しなく、|(.{2,6}に)\1|を違反|そのが|"
    r"(?:まで|から)に、。|を[^、。を「」]{0,12}をする"
)
_TWO_OBJECTS = re.compile(r"を(?!対象|目的|中心)[\u4e00-\u9fff]{2,5}を")
_TOPIC = re.compile(r"は、|、$|である$")
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
    if _DEBRIS.search(ja) or _TWO_OBJECTS.search(ja):
        found.append("文の組立てに不自然な箇所がある")
    if kind in ("title", "heading") and _TOPIC.search(ja):
        found.append("表題が文の形になっている")
    if kind in _SENTENCE and zh.rstrip().endswith("。") and not ja.rstrip().endswith(
        ("。", "）", ")", "」")
    ):
        found.append("文末に句点がない")
    return [
        CheckResult(code=Code.STYLE, severity="warning", message=message) for message in found
    ]
