"""What in a rendering tells whether its Chinese was understood: named figures for `confidence`.

Most compare the order of the words on both sides (by their origins) with what Chinese grammar
asks: an object after its verb comes before it in Japanese, what stands before 的 goes before its
noun, the two sides of 、 stay together. Two verbs side by side (`serial`) may be a verb and its
object, two verbs of one object, or parts of one word. Three tell how hard the engine found the
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model import CheckResult, Origin, SegmentKind
from pipeline.translate.engine import Proposal

MAX_READ = 1_500
"""Characters of a segment whose signals are read; a segment is a sentence."""

_VERBS = frozenset(
    """
    监督 保护 建设 生产 使用 经营 进行 采取 责令 发展 要求 实施 加强 监测 运输 施工
    改正 负责 利用 控制 制定 建立 处理 组织 检验 推进 开展 禁止 治理 报告 销售 培训
    检查 完善 产生 公布 处罚 执行 实行 鼓励 通过 规范 审批 落实 监管 设置 推动 公开
    批准 优化 整治 改善 支持 改革 健全 提高 统一 提供 协调 绿化 维修 评价 覆盖 新建
    登记 确定 采用 保障 预警 办理 适用 决定 拒不 加快 研究 安装 兼并 重组 减少 开发
    发布 限制 指导 密闭 造成 完成 实现 强化 评估 停止 转型 给予 监控 防止 防治 取得
    推广 调整 考核 拆除 行驶 改造 用于 编制 承担 促进 提出 履行 引导 核查 解决 受理
    检测 统筹 做好 焚烧 合作 淘汰 共享 确保 停产 维护 协同 包括 构成 坚持 明确 加大
    追究 收集 保持 建成 作出 遵守 扩建 处置 配套 审查 提升 发现 没收 设立 开放 备案
    运营 推行 具有 净化 应用 设计 配备 变更 替代 公示 危害 提交 布局 查处 审核 接受
    具备 投入 转让 探索 申报 修复 损害 回收 采购 印发 划定 委托 核发 增加 发挥 涉及
    堆放 受到 降低 整改 启动 扩大 通报 报送 更新 联网 保证 应对 部署 告知 出具 响应
    分配 装卸 征收 管控 升级 新增 建改 改建 修改 安排 构建 深化 形成 加工 承诺 伪造
    缴纳 配置 贯彻 保存 突出 消除 开采 储存 削减 核定 破坏 注册 报废 确认 恢复 授权
    制造 取消 选择 计算 转移 考虑 增强 消耗 反馈 倡导 取暖 泄漏 督促 燃烧 交流 提前
    补偿 划分 排查 打击 遏制 压减 召开 支援 排放 排污 影响 分析 输送 避免 引领 解除
    燃用 新增 替代 再生 催化 吸附 脱硝 脱硫 密封 喷涂 转为 改用 指使 篡改 扩能 减量 增效 分享
    普及 退出 参与 抽查 关闭 成立 起草 关停 减排 综合 协商 运行
    """.split()  # noqa: SIM905
)
_HEADS = re.compile(
    "设施|设备|装置|标准|措施|方式|方法|计划|制度|体系|系统|能力|量|率|值|者|费|业|企业|机构|单位|部门|"
    "期间|期限|时间|过程|工程|技术|水平|状况|情况|要求|目标|任务|工作|管理|活动|行为|项目|指标|效果|作业|"
    "区域|范围|规定|数据|信息|平台|机制|清单|源|口|场|园区|政策|职责|义务|工艺|试点|作用|中心|站|网络|强度|"
    "限值|总量|浓度|责任|方案|办法|预案|台账|名单|比例|占比|人员|资金|点|物|力度|条件|结构|因素|问题|证"
)
"""Nouns that a verb before them qualifies (处理设施), where others would be its object."""
_GOVERNING = frozenset(
    """
    加强 强化 推进 完善 健全 优化 提升 提高 加快 推动 开展 实施 落实 严格 深化 加大
    促进 建立 构建 推广 控制 扩大 发展 保障 改善 坚持 推行 降低 减少 淘汰 鼓励 支持
    规范 统筹 明确 压减 严控 遏制 禁止 确保 采取 制定 完成 提供 公布 发布 履行 执行
    承担 取得 具备 遵守 公开 编制 提出 给予 进行 做好 形成 接受 发挥 造成 作出 实现
    增加 调整 发现 解决 改正 使用 责令 要求 需要 拒不 委托 停止 限制 避免 防止
    """.split()  # noqa: SIM905
)
"""Verbs that take what follows as their object even in a heading of two words."""
_ENUMERATOR = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,6}[章节条]\s?|[（(]?[一二三四五六七八九十\d]{1,4}[）)、.．]\s?"
)
_ITEM = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]")
_DUTY = re.compile(r"，(?:应当|应|可以|不得|必须|要)")
_HAN = re.compile(r"[一-鿿A-Za-z0-9]")
_KANA_END = re.compile(r"[ぁ-ん]$")
_DENIED = re.compile(r"な[いくか]|ず|ぬ|[未不非無禁欠除]")
_JOINED = re.compile(r"、|及び|又は|並びに|若しくは|・|と|や")
_LINKS = frozenset(("、", "和", "与", "及", "或", "或者", "以及"))
_BREAKS = "，。；：！？,;:"
_PLAIN = frozenset("市省县区国全各其该本内中前后下按就因现已仍还占量率级站船车台附")
"""Characters that are words of their own often enough."""

_TEXT: dict[str, re.Pattern[str]] = {
    "dangling": re.compile(
        r"[にでとはがをのし]、。|、。|[はがをに]。$|(?:基づき|従い|より|対し|して)。$|[一-鿿ァ-ヶー](?<!場合)。$|"
        r"^(?:[（(]?\d{0,3}[)）.]\s?|第\d{1,4}条 )?-?[はがをにので、]"
    ),
    "two_objects": re.compile(r"を[^、。をる]{1,14}を"),
    "predicative": re.compile(r"である(?:こと|ため|が)"),
    "adverbial": re.compile(r"[くでに]、"),
    "agentive": re.compile(r"による"),
    "passive": re.compile(r"られ|され"),
    "repeated": re.compile(r"([一-鿿]{2,6})[の、を]\1"),
}
_SOURCE: dict[str, re.Pattern[str]] = {
    "by": re.compile(r"由(?!于)"),
    "through": re.compile(r"经(?![济营验])"),
    "have": re.compile(r"(?<![所没拥国原现])有(?![关效机序色害毒限力条])"),
}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the source with its Japanese. `clause` counts the source's clauses, `rank` is its
    place in the Japanese, `after` the Japanese between it and the next word."""

    zh: str
    start: int
    end: int
    clause: int
    rank: int
    ja: str
    after: str
    origin: str

    @property
    def verb(self) -> bool:
        return self.zh in _VERBS

    @property
    def inflected(self) -> bool:
        return bool(_KANA_END.search(self.ja.rstrip("、・ ")))


def signals(
    zh: str, kind: SegmentKind, proposal: Proposal, checks: Sequence[CheckResult]
) -> dict[str, float]:
    """Name -> figure, 0 where nothing is odd, seldom above 3."""
    zh, ja = zh[:MAX_READ], proposal.ja[: 3 * MAX_READ]
    flags, effort = proposal.flags, proposal.effort
    words = _words(zh, ja, proposal.origins)
    clauses = [clause for clause in re.split(f"[{_BREAKS}]", zh) if clause]
    found = {name: _many(pattern.findall(ja)) for name, pattern in _TEXT.items()}
    found |= {name: _many(pattern.findall(zh)) for name, pattern in _SOURCE.items()}
    found |= _order(words, zh)
    found |= {
        "longest_clause": min(3.0, max(map(len, clauses), default=0) / 20),
        "extra_commas": max(0.0, min(3.0, (ja.count("、") - len(clauses) - zh.count("、")) / 3)),
        "inflected": min(3.0, sum(word.inflected for word in words) / 3),
        "single": _many([w for w in words if _alone(w)]),
        "unknown": min(3.0, 10 * proposal.unknown_share),
        "cost": min(3.0, max(0.0, effort.cost / 8)),
        "strain": min(3.0, max(0.0, 2 * effort.cost / effort.words)) if effort.words else 0.0,
        "unsteady": min(3.0, 5 * (1 - effort.steady)),
        "flags": _many(flags),
        "lost_word": float("lost_word" in flags),
        "warnings": _many([check for check in checks if check.severity == "warning"]),
        "legal": float(kind == "legal" or ("的，" in zh and "場合" in ja)),
    }
    return found


def _many(found: Sequence[object]) -> float:
    return float(min(3, len(found)))


def _alone(word: _Word) -> bool:
    """One character read by itself: often the half of a word nobody knew."""
    single = len(word.zh) == 1 and "一" <= word.zh <= "鿿"
    return single and word.origin in ("lexicon", "kanji") and word.zh not in _PLAIN


def _words(zh: str, ja: str, origins: Sequence[Origin]) -> list[_Word]:
    spans = sorted(
        (
            origin
            for origin in origins
            if origin.kind not in ("pattern", "memory")
            and origin.zh_end <= len(zh)
            and origin.ja_end <= len(ja)
            and _HAN.search(zh[origin.zh_start : origin.zh_end])
            and not (origin.zh_start == 0 and _ENUMERATOR.fullmatch(zh[: origin.zh_end]))
        ),
        key=lambda origin: (origin.zh_start, origin.ja_start),
    )
    order = sorted(range(len(spans)), key=lambda index: spans[index].ja_start)
    ranks = {index: rank for rank, index in enumerate(order)}
    nexts = {first: spans[second].ja_start for first, second in pairwise(order)}
    words: list[_Word] = []
    clause = at = 0
    for index, span in enumerate(spans):
        clause += sum(char in _BREAKS for char in zh[at : span.zh_start])
        at = max(at, span.zh_start)
        end = nexts.get(index, len(ja))
        words.append(_Word(
            zh[span.zh_start : span.zh_end], span.zh_start, span.zh_end, clause, ranks[index],
            ja[span.ja_start : span.ja_end], ja[span.ja_end : end], span.kind,
        ))  # fmt: skip
    return words


def _order(words: Sequence[_Word], zh: str) -> dict[str, float]:
    found = dict.fromkeys(
        ("inverted", "juxtaposed", "split_noun", "relative", "bare_head", "coordination",
         "toward", "negation", "tail", "turned_pair", "scrambled", "serial"), 0.0,
    )  # fmt: skip
    by_rank = {word.rank: word for word in words}
    for index, (word, after) in enumerate(pairwise(words)):
        gap = zh[word.end : after.start]
        follows = after.rank == word.rank + 1
        found["serial"] += word.verb and after.verb and not gap and word.clause == after.clause
        if word.verb and not gap and follows and not after.verb and not word.inflected:
            bare = not word.after or word.after == "の"
            found["juxtaposed"] += bare and not _HEADS.match(after.zh)
        if not gap and word.verb and word.zh not in _GOVERNING:
            last = index + 2 == len(words) or words[index + 2].clause != after.clause
            thing = _HEADS.match(after.zh) or (after.verb and last)
            taken = after.after.startswith("を") and word.rank == after.rank + 1
            found["split_noun"] += bool(thing) and taken
        if gap in _LINKS:
            found["coordination"] += _torn(word, after)
        elif gap == "的":
            before = by_rank.get(after.rank - 1)
            found["relative"] += (
                before is None
                or before.start >= after.start
                or before.clause != after.clause
                or "、" in before.after
            )
    for word in words:
        following = by_rank.get(word.rank + 1)
        if following and following.clause < word.clause:
            found["scrambled"] += 1
        if following and following.start < word.start and following.clause == word.clause:
            between = zh[following.start : word.end]
            turned = word.after.startswith(("の", "な", "である"))
            found["inverted"] += turned and "的" not in between and not _governed(words, following)
        if word.after.startswith("に対し"):
            found["toward"] += "的" in _rest_of_clause(zh, word.end)
    found["negation"] = _negation(words, zh)
    found["relative"] += _headless(words, zh)
    found |= _heads(words)
    return {name: min(3.0, value) for name, value in found.items()}


def _governed(words: Sequence[_Word], verb: _Word) -> bool:
    """Whether a verb is the noun another verb asks for (推动 改善 水质: 水質の改善)."""
    index = words.index(verb)
    return verb.verb and index > 0 and words[index - 1].verb


def _torn(first: _Word, second: _Word) -> bool:
    """Whether two words joined by 、 or 和 do not stand joined in the Japanese."""
    if second.rank < first.rank:
        return True
    if first.verb or second.verb:
        return False
    return second.rank > first.rank + 1 or not _JOINED.search(first.after)


def _rest_of_clause(zh: str, start: int) -> str:
    end = start
    while end < len(zh) and zh[end] not in _BREAKS:
        end += 1
    return zh[start:end]


def _negation(words: Sequence[_Word], zh: str) -> float:
    """Negations that do not stand on the word they deny."""
    missing = 0
    for match in re.finditer("[不未]", zh):
        at = match.start()
        denied = next((w for w in words if w.end > at and (w.verb or w.start <= at)), None)
        if denied is not None and not _DENIED.search(denied.ja + denied.after):
            missing += 1
    return float(missing)


def _headless(words: Sequence[_Word], zh: str) -> int:
    """Noun phrases V … 的 H whose verb was read as the verb of the sentence: as the subject of a
    duty in the next clause (接受备案的部门，应当…), or as an item of a list."""
    found = 0
    for clause in sorted({word.clause for word in words}):
        members = [word for word in words if word.clause == clause]
        particle = zh.rfind("的", members[0].start, members[-1].start)
        heads = [word for word in members if word.start > particle]
        verbs = [word for word in members if word.verb and word.start < particle]
        if particle < 0 or not heads or not verbs:
            continue
        rest = zh[members[-1].end :]
        item = _ITEM.match(zh) and not rest.strip("。；;")
        if (item or _DUTY.match(rest)) and verbs[-1].rank > heads[-1].rank:
            found += 1
    return found


def _heads(words: Sequence[_Word]) -> dict[str, float]:
    """Clauses that open with a verb which is none in Japanese, or whose object it left behind."""
    bare = tail = turned = 0
    for clause in sorted({word.clause for word in words}):
        members = [word for word in words if word.clause == clause]
        head = members[0]
        if len(members) == 1:
            continue
        follower = members[1]
        if len(members) <= 3 and head.zh not in _GOVERNING and head.rank > follower.rank:
            turned += "の" in (follower.after[:1], members[-1].after[:1])
        if not head.verb:
            continue
        if not head.inflected and not head.after.startswith(("を", "し", "さ", "す")):
            bare += 1
        own = next((i for i, word in enumerate(members) if i and word.verb), len(members))
        tail += sum(word.rank > head.rank for word in members[1:own])
    return {"bare_head": float(bare), "tail": float(tail), "turned_pair": float(turned)}
