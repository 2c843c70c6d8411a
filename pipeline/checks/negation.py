"""Negation, prohibition, obligation and exception: the most dangerous errors."""

from __future__ import annotations

import re

from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult

_PROHIBITION_ZH = re.compile(
    r"不得(?!不|超过|低于|高于|少于|多于|大于|小于)|禁止|严禁|不准|不许|不可(?!抗|分|避|持续|逆|或缺|再生|替代|降解)|不应(?!当少)|切勿|请勿|一律不"
)
_NOT_NEGATION_ZH = re.compile(
    r"拒不|不断|不同|不仅|不但|不光|不良|不论|不管|不动产|不锈钢|不定期|不透光|不得不|不可抗力|不定|"
    r"不可避免|不可分|不可持续|不可再生|不约而同|不遗余力|不懈|不忘|不少(?=企业|地区|问题|群众)|"
    r"不[得]?(?:低于|超过|高于|大于|小于|多于|少于|超|满|足(?=\d))|不间断|不透水|"
    r"无组织|无人机|无人|无害化|无车|无线|无锡|无障碍|无缝|无机|无论|无氟|无铅|无烟|"
    r"未来|未然|非道路|非化石"
)
_DEFECT_ZH = re.compile(
    r"不符|不合格|未达标|不达标|不稳定|不合理|不规范|不到位|不及时|不完善|不健全|不平衡|不充分|"
    r"不文明|不利|不力|不当|不正当|不足|未达到"
)
_DEFECT_RELATED_ZH = re.compile(r"违反|低于|未满|超过|超标|超出")
_DEFECT_JA = re.compile(
    r"な[いくか]|ず|不|未|非|禁|違反|反し|下回|超過|超え|遅|怠|欠|乏し|悪|誤|なし|満たさ|達さ|外れ"
)
_NEGATION_ZH = re.compile(r"不(?!予$)|未(?!来)|没有|(?<!全)无法|无需|无须|毋须|勿")
_MAY_DENY_ZH = re.compile(
    r"[不未无没非勿禁免否拒失缺乏弃]|停[止产工业用运]|取消|杜绝|避免|防止|严防|除外|例外|以外|之外|"
    r"除[^了尘]|限于|仅|只|废止|解除|消除|暂停|少于|低于|以内|以下|为零|零排放"
)
_OBLIGATION_JA = re.compile(
    r"な(?:け|く)れ?ば(?:なら|いけ)な(?:い|く|かった)|な(?:け|く)れ?ば(?:なら|いけ)[ずぬ]|なくては(?:なら|いけ)ない|"
    r"ねばならない|ざるを得ない|必要不可欠|不可欠"
)
_NOT_NEGATION_JA = re.compile(
    r"にもかかわらず|のみならず|だけで(?:は)?なく|ばかりで(?:は)?なく|まもなく|限りなく|少なくとも|少なく|"
    r"損な[いうわえ]|少ない|危ない|伴ない|ないし(?!な)|必ず|まず(?=、|は)|わずか|はず(?=で)|いず(?:れ|み)|みず|しずか|つなが|つなぎ|"
    r"無断|無組織|無害化|未来|未然|非道路|非化石|非電|非金属|非メタン|非政府|"
    r"途切れなく|絶え間なく|かけがえのない|水無|不断|不動産"
)
_PROHIBITION_JA = re.compile(
    r"ては(?:なら|いけ)な|ではな(?:ら|ん)な|禁止|禁じ|厳禁|認めな|認められな|許さ(?:れ)?な|許可しな|"
    r"(?:こと(?:が|は)|は)?でき(?:な|ず)|ないこと(?![がはもで])|てはなら|"
    r"ないものとする|行わな|行わず|(?<!なければ)ならない|しない"
)
_NEGATION_JA = re.compile(
    r"な(?:い(?!し|よう保)|く(?!な[くい])|かっ)|ず(?=[、。にとも）)」]|、|$|若|又|及|ま)|ぬ(?=[、。もこ])|"
    r"未(?!満)|無(?!料)|不|非(?!常)|禁(?:止|じ)|厳禁|(?:対象|適用)外|除外|"
    r"まま(?=で|に)|せず|わず|られず"
)
_DENIED_JA = re.compile(
    r"[てで]はなら(?:な[いかく]|ず)|な(?:い(?!し)|く(?!な)|かっ)|ず(?=[、。に])|禁止|厳禁"
)
_DUTY_JA = re.compile(
    r"な(?:け|く)れ?ば(?:なら|いけ)|なくては|ねばなら|ものとする|べき|こと。|必要|義務|求め|せよ"
)
_RELEASED_JA = re.compile(r"てはなら|なくても?よい|しない。|禁止")
_EXCEPTION_ZH = re.compile(
    r"除[^。；;，,]{1,60}(?:以外|之外|外)(?=[，,。；;的、]|$)|除外(?!的除外)|除[^。；;]{1,60}外(?=[，,])"
)
_EXCEPTION_JA = re.compile(
    r"除[きくいけか外]|以外|ほか|他(?:、|に|は)|例外|限りで|適用しない|でない限り"
)


def _finding(code: Code, message: str, zh: str | None = None) -> CheckResult:
    return CheckResult(code=code, severity="blocking", message=message, zh=zh)


def check_negation(zh: str, ja: str) -> list[CheckResult]:
    """Blocking findings where a prohibition, negation or exception is lost or invented."""
    source, target = normal(zh), normal(ja)
    positive = _OBLIGATION_JA.sub("〓", target)
    cleaned = _NOT_NEGATION_JA.sub("〓", positive)
    prohibited = [match[0] for match in _PROHIBITION_ZH.finditer(source)]
    plain = _NOT_NEGATION_ZH.sub("〓", _PROHIBITION_ZH.sub("〓", source))
    defects = _DEFECT_ZH.findall(plain)
    plain = _DEFECT_ZH.sub("〓", plain)
    negated = [match[0] for match in _NEGATION_ZH.finditer(plain)]
    prohibitions_ja = len(_PROHIBITION_JA.findall(cleaned))
    negations_ja = len(_NEGATION_JA.findall(cleaned))
    found: list[CheckResult] = []
    if prohibited and prohibitions_ja < _needed(len(prohibited)):
        found.append(
            _finding(
                Code.NEGATION_LOST,
                f"禁止の表現（{'、'.join(prohibited)}）が訳文に反映されていない",
                zh=prohibited[0],
            )
        )
    elif negations_ja < _needed(len(prohibited) + len(negated)):
        found.append(
            _finding(
                Code.NEGATION_LOST,
                f"否定の表現（{'、'.join(prohibited + negated)}）が訳文で不足している",
                zh=(prohibited + negated)[0],
            )
        )
    related = len(_DEFECT_RELATED_ZH.findall(plain))
    needed = len(prohibited) + len(negated) + len(defects) + related
    if defects and len(_DEFECT_JA.findall(cleaned)) < needed:
        found.append(
            _finding(
                Code.NEGATION_LOST,
                f"否定の表現（{'、'.join(defects)}）が訳文に反映されていない",
                zh=defects[0],
            )
        )
    denials = len(_MAY_DENY_ZH.findall(source))
    if len(_DENIED_JA.findall(cleaned)) > denials + bool(denials):
        found.append(_finding(Code.NEGATION_LOST, "原文にない否定が訳文に現れている"))
    spared = re.search(r"可以?(?:不(?!得)|免)", _NOT_NEGATION_ZH.sub("〓", source))
    if spared and re.search(r"(?:こと(?:が|は)?)?でき(?:ない|ず)", target):
        found.append(
            _finding(
                Code.NEGATION_LOST, "「…しなくてよい」が「できない」になっている", zh=spared[0]
            )
        )
    duty = re.search(r"(?<!不)(?:应当|必须)", source)
    if duty and not _DUTY_JA.search(target) and _RELEASED_JA.search(target):
        found.append(_finding(Code.NEGATION_LOST, "義務（应当）が逆になっている", zh=duty[0]))
    exceptions = _EXCEPTION_ZH.findall(source)
    if exceptions and not _EXCEPTION_JA.search(target):
        found.append(
            _finding(Code.EXCEPTION_LOST, f"除外（{exceptions[0]}）が訳文にない", zh=exceptions[0])
        )
    return found


def _needed(count: int) -> int:
    """How many negations the Japanese must show: a very long list may share one."""
    return count if count <= 6 else count - 1
