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
    # particles without their noun or verb
    r"^[はがをにでと、。]|[、。](?:は|が|を|に|の)(?=[^\w]|[\u4e00-\u9fff])|"
    r"との(?:を|は)|(?<![るた])と(?:、|$)|(?:まで|から)に、。|そのが|が[0-9]が|"
    # inflection that cannot be
    r"起する|するする|ことこと|する(?:は|が|し)、|しなく、|"
    r"なければならない(?![。、」）)がとに点場もこ])|(.{2,6}[でに])\1|もの(?=行為|情報|事項)|"
    # verbs with the wrong case or voice
    r"を(?:低下|上昇|減少|増加|悪化)(?:する|し)|/[をはがの、。]|凡に|"
    r"を(?:違反|存在|適合|該当|従事|協力|位置|関係)|を[^、。を「」]{0,12}をする|年に赴|であることにより|"
    r"前年同期比[^。、]{0,12}させた|は、[\u4e00-\u9fff]{2}し、|」に基づく「|"
    # a verb taken for a noun before its own object, a word said twice
    r"(?:排出|防止|保護|処理|被覆|執行|公表)(?=大気汚染|大気環境|重点大気|排ガス|悪臭|固形|全て)|"
    r"([\u4e00-\u9fff]{2})\2|"
    # Chinese left standing as if it were Japanese
    r"現、|請は|使用(?=低|高|石油|新|優)"
)
_TWO_OBJECTS = re.compile(r"を(?!対象|目的|中心)[\u4e00-\u9fff]{2,5}を")
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
    if _DEBRIS.search(ja) or _TWO_OBJECTS.search(ja):
        found.append("文の組立てに不自然な箇所がある")
    if "との" in ja and not _JOINT_ZH.search(zh):
        found.append("並列の「と」の係り先が不自然である")
    if kind in _SENTENCE and zh.rstrip().endswith("。") and _NOUN_END.search(ja):
        found.append("文が名詞で終わっている")
    if kind in ("title", "heading") and _TOPIC.search(ja):
        found.append("表題が文の形になっている")
    if (
        kind in _SENTENCE
        and zh.rstrip().endswith("。")
        and not ja.rstrip().endswith(("。", "）", ")", "」"))
    ):
        found.append("文末に句点がない")
    return [CheckResult(code=Code.STYLE, severity="warning", message=message) for message in found]
