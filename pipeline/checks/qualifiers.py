"""Quantifiers and reservations: all, each, half, only, in principle, without leave."""

from __future__ import annotations

import re

from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult

_ALL = r"すべて|全|いずれ|あらゆる|いかなる|一切|各|どの|何人|誰|すみずみ"
_QUALIFIERS: tuple[tuple[Code, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (code, re.compile(zh), re.compile(ja))
    for code, zh, ja in (
        (Code.NUMBER_MISMATCH, r"所有(?!权|者|人)|全部|任何|一切|一律", _ALL + "|一律|等しく"),
        (
            Code.NUMBER_MISMATCH,
            r"每(?:个|家|年|月|日|周|季|天|辆|台|次|户|吨|千|亩|半)",
            r"各|毎|ごと|当たり|あたり|それぞれ|につき|/|いずれ|[年月週日]に?[0-9一二三]回|四半期",
        ),
        (Code.NUMBER_MISMATCH, r"半数|过半", r"半数|過半|半分|2分の1|50%|50パーセント"),
        (
            Code.NUMBER_MISMATCH,
            r"前[两二三四2-4]年",
            r"最初|初めの|前半|当初|前[2-4二三四]|[2-4二三四](?:[カか]年|年間)",
        ),
        (Code.EXCEPTION_LOST, r"原则上", r"原則"),
        (
            Code.EXCEPTION_LOST,
            r"(?<!不)仅(?!仅)(?=[限适用供在对能可])|只[能可限]",
            r"のみ|だけ|限|しか",
        ),
        (
            Code.EXCEPTION_LOST,
            r"擅自|未经(?:许可|批准|同意)",
            r"無断|勝手|なく|なし|無許可|ない|ず|未",
        ),
        (Code.EXCEPTION_LOST, r"强制(?!性)", r"強制|義務|強い|無理"),
        (Code.EXCEPTION_LOST, r"另有规定", r"別|ほかに|他に|特段"),
        (Code.EXCEPTION_LOST, r"特殊情况|确需|确有必要", r"特別|特殊|やむを得|必要|真に"),
        (Code.EXCEPTION_LOST, r"力争|争取(?=[到在实完达])", r"目指|努め|努力|図る|極力"),
    )
)


def check_qualifiers(zh: str, ja: str) -> list[CheckResult]:
    """Blocking findings where a quantifier or a reservation has no counterpart."""
    source, target = normal(zh), normal(ja)
    found: list[CheckResult] = []
    for code, chinese, japanese in _QUALIFIERS:
        match = chinese.search(source)
        if match and not japanese.search(target):
            message = f"「{match[0]}」に当たる表現が訳文にない"
            found.append(CheckResult(code=code, severity="blocking", message=message, zh=match[0]))
    return found
