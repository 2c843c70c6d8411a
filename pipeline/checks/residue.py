"""What a Japanese text must not hold: leftover Chinese, loops, odd lengths, broken brackets."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.checks.text import is_simplified_only, normal
from pipeline.issues import Code
from pipeline.model import CheckResult

# Chinese words that kanji conversion leaves behind and no Japanese reader knows.
_NOT_JAPANESE = (
    "監測", "執法", "鍋炉", "鍋爐", "柴油", "汽油", "臭氧", "防治", "揚塵", "機動車", "圧減",
    "加強", "落実", "落實", "圧実", "印発", "印發", "開展", "推動", "排放", "控制", "完善", "提升",
    "達到", "平台", "信息", "挙報", "罰款", "責令", "監管", "整改", "預案", "予案", "機制", "攻堅",
    "統籌", "鼓励", "微克", "立方米", "百分点", "平方公里", "蒸噸", "万噸", "公斤", "壓減", "質量",
    "秸稈", "煙花", "焼烤", "顆粒物", "氮", "烴", "揮発性有機物", "産能", "結構", "貨車", "車輛",
    "城市", "産品", "水平", "辦法", "辦公", "数拠", "數據", "網格", "綠色", "緑色", "低碳", "碳",
    "減污", "環評", "現将", "截至", "截止", "為了", "以及", "或者", "并且", "進一歩", "進一步",
    "不再", "不得", "不予", "応当", "應當", "其中", "我省", "我市", "我国", "対于", "関于",
    "對於", "關於", "有関", "同比", "環比", "工作日", "収到", "勧阻", "檔案", "措施", "設施",
    "隠患", "物料", "環節", "搶険", "機組", "線索", "和諧", "税款", "時段", "文件", "廃物", "烘",
    "儲糧", "連運", "散貨", "大宗", "営運", "経紀人", "収貯", "評級", "土方", "停運", "倒空",
    "服務", "你", "們", "名録", "企事業", "缶区", "出租", "公交", "環衛", "毎輌", "請於",
    "身体健康", "属地", "の之", "下郷", "涉", "渉気", "上馬", "盲目", "清単", "能源", "減按",
)  # fmt: skip
_ALLOWED_CONTEXT = {
    "産能": re.compile("(?<=生)産能"),
    "質量": re.compile("質量(?:保存|流量|数|分率|濃度|比|、|の保存)"),
    "水平": re.compile("水平(?:方向|距離|面|線|に|な)"),
    "城市": re.compile("[都結名宮]城市"),
    "不得": re.compile("不得(?:手|意|策)"),
    "結構": re.compile("結構(?:な|だ|である)"),
    "盲目": re.compile("盲目的"),
    "大宗": re.compile("大宗(?:師|家|寺)"),
    "環衛": re.compile("循環衛"),
    "能源": re.compile("機能源"),
    "緑色": re.compile("緑色(?:の|に|で|を|、|信号|植)"),
}
# Chinese word, its kanji form that a Japanese reader would take for something else, severity
_FALSE_FRIENDS = (
    ("汽车", "汽車", True), ("火车", "火車", True), ("饭店", "飯店", True), ("情况", "情況", True),
    ("单位", "単位", False), ("项目", "項目", False), ("工作", "工作", False),
    ("领导", "領導", True), ("落后", "落後", True), ("调度", "調度", True), ("交警", "交警", True),
)  # fmt: skip
_QUOTED = re.compile(r"[（(]原文[：:][^）)]{0,200}[）)]|[（(]中国語[：:][^）)]{0,200}[）)]")
_LOOP = re.compile(r"(.{2,16}?)\1{2,}")
_CHAR_LOOP = re.compile(r"([^\d.・…\s0-])\1{4,}")
_PAIRS = {"（": "）", "(": ")", "「": "」", "『": "』", "〔": "〕", "【": "】", "[": "]"}
_CHINESE_MARKS = re.compile(r"[《》“”‘’；，]")


def check_residue(zh: str, ja: str, allowed: Collection[str] = ()) -> list[CheckResult]:
    """Findings on leftover Chinese, repetition, length and brackets.

    `allowed` holds characters that stand in approved Japanese names although they are rare there
    (圳 in 深圳).
    """
    if not ja.strip():
        return [_found(Code.UNTRANSLATED, "訳文が空である")] if zh.strip() else []
    found = _leftovers(zh, ja, allowed)
    found += _loops(zh, ja)
    found += _length(zh, ja)
    found += _brackets(zh, ja)
    return found


def _found(code: Code, message: str, ja: str | None = None, blocking: bool = True) -> CheckResult:
    severity = "blocking" if blocking else "warning"
    return CheckResult.model_validate(
        {"code": code, "severity": severity, "message": message, "ja": ja}
    )


def _leftovers(zh: str, ja: str, allowed: Collection[str]) -> list[CheckResult]:
    text = _QUOTED.sub("", ja)
    found: list[CheckResult] = []
    simplified = sorted({c for c in text if is_simplified_only(c) and c not in allowed})
    if simplified:
        shown = "".join(simplified[:20])
        found.append(_found(Code.RESIDUAL_CHINESE, f"簡体字「{shown}」が訳文に残っている", shown))
    words = [word for word in _NOT_JAPANESE if word in text and not _in_context(word, text)]
    if words:
        shown = "、".join(words[:8])
        found.append(
            _found(Code.RESIDUAL_CHINESE, f"日本語として通じない語「{shown}」がある", words[0])
        )
    for chinese, kanji, blocking in _FALSE_FRIENDS:
        if chinese in zh and kanji in text:
            message = f"「{chinese}」が「{kanji}」のまま残っている"
            found.append(_found(Code.RESIDUAL_CHINESE, message, kanji, blocking))
    marks = sorted(set(_CHINESE_MARKS.findall(text)))
    if marks:
        shown = "".join(marks)
        found.append(_found(Code.STYLE, f"中国語の約物「{shown}」が残っている", shown, False))
    body = normal(zh)
    if len(body) > 8 and normal(ja) == body and re.search("[\u4e00-\u9fff]{6}", body):
        found.append(_found(Code.UNTRANSLATED, "訳文が原文と同じである"))
    return found


def _in_context(word: str, text: str) -> bool:
    pattern = _ALLOWED_CONTEXT.get(word)
    return pattern is not None and text.count(word) <= len(pattern.findall(text))


def _loops(zh: str, ja: str) -> list[CheckResult]:
    if len(ja) > 4000:
        ja = ja[:4000]
    for pattern in (_LOOP, _CHAR_LOOP):
        match = pattern.search(ja)
        if match and not pattern.search(zh[:4000]) and not set(match[1]) <= set(" 　・…-―.0"):
            return [_found(Code.REPETITION, f"「{match[1]}」が繰り返されている", match[1])]
    return []


def _length(zh: str, ja: str) -> list[CheckResult]:
    source, target = len(normal(zh)), len(normal(ja))
    if source < 12:
        return []
    ratio = target / source
    if ratio < 0.55:
        return [_found(Code.LENGTH_RATIO, f"訳文が短すぎる（原文比{ratio:.2f}）")]
    if ratio > 3.5:
        return [_found(Code.LENGTH_RATIO, f"訳文が長すぎる（原文比{ratio:.2f}）")]
    if ratio < 0.85:
        message = f"訳文がやや短い（原文比{ratio:.2f}）"
        return [_found(Code.LENGTH_RATIO, message, blocking=False)]
    return []


def _brackets(zh: str, ja: str) -> list[CheckResult]:
    if _balanced(ja) or not _balanced(zh.translate(_TITLE_MARKS)):
        return []
    return [_found(Code.BRACKETS, "括弧の対応が取れていない", blocking=False)]


_TITLE_MARKS = str.maketrans("《》“”‘’〈〉", "「」「」『』「」")


def _balanced(text: str) -> bool:
    closing = {close: opening for opening, close in _PAIRS.items()}
    stack: list[str] = []
    for char in text:
        if char in _PAIRS:
            stack.append(char)
        elif char in closing and (not stack or stack.pop() != closing[char]):
            return False
    return not stack
