"""Japanese for what the records say in English, and the commands that change what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import Layer, LinkKind, SegmentState
from pipeline.project import Project
from pipeline.render.names import DOCUMENT_TYPE_JA, HEALTH_JA, LEVEL_JA, SEARCHED_JA
from pipeline.steps.evidence import Role
from pipeline.steps.explain import Decision
from pipeline.vocab import Vocabulary

LAYER_JA: dict[Layer, str] = {
    "memory": "翻訳メモリ",
    "template": "定型文",
    "target": "目標値の定型",
    "argos": "Argos翻訳",
    "transfer": "変換エンジン",
    "kanji": "漢字の置換え",
    "human": "担当者",
}
SEGMENT_JA: dict[SegmentState, str] = {
    "machine": "検査済",
    "doubtful": "要確認",
    "untranslated": "未訳",
    "approved": "承認済",
}
STATUS_JA = {
    "active": "稼働",
    "unverified": "未検証",
    "blocked": "遮断",
    "manual": "手動",
    "retired": "廃止",
}
ROLE_JA: dict[Role, str] = {
    "page": "本文",
    "list": "一覧",
    "attachment": "添付",
    "copy": "他の掲載先",
}
LINK_JA: dict[LinkKind, str] = {
    "implements": "上位文書",
    "amends": "改正対象",
    "repeals": "廃止対象",
    "interprets": "解説対象",
    "cites": "引用",
}
KIND_JA = {
    "analyst": "担当者の判断",
    "relevance": "大気分野",
    "measure": "措置区分",
    "not given": "付与しない措置区分",
    "place": "地域",
    "level": "階層",
    "document type": "文書種別",
    "key plan": "重点計画",
    "needs check": "要確認",
}
_PLAIN: dict[str, Mapping[str, str]] = {
    "analyst": {"included": "掲載", "excluded": "除外"},
    "relevance": {"air": "該当", "not_air": "非該当"},
    "key plan": {"yes": "該当", "no": "非該当"},
    "level": {str(id): name for id, name in LEVEL_JA.items()},
    "document type": {str(id): name for id, name in DOCUMENT_TYPE_JA.items()},
}
_PLACE_ROLE = re.compile(r" \((issuer|target|mentioned)\)$")
_PLACE_ROLE_JA = {"issuer": "（発出）", "target": "（対象）", "mentioned": "（言及）"}


def decision_ja(decision: Decision, vocabulary: Vocabulary) -> str:
    """What a decision says, without the ids."""
    kind, value = decision.kind, decision.value
    if kind in _PLAIN:
        return _PLAIN[kind].get(value, value)
    if kind == "place":
        return _PLACE_ROLE.sub(lambda m: _PLACE_ROLE_JA[m[1]], value).partition(" ")[2] or value
    if kind == "needs check":
        measures = vocabulary.measures.by_id
        names = (measures[one].name_ja if one in measures else one for one in value.split())
        return "、".join("大気分野" if name == "air" else name for name in names)
    return value.partition(" ")[2] or value


def health_ja(health: str | None, *, searched: bool = False) -> str:
    """How a source fared, in Japanese; 未実行 for a source never read."""
    name = HEALTH_JA.get(health or "not_run", health or "")
    return f"{name}（{SEARCHED_JA}）" if searched else name


@dataclass(frozen=True)
class Commands:
    """The commands of one issue, exactly as they are typed."""

    option: str
    """`--month 2026-10`, `--window 2015-01..2026-12` or `--sample`."""
    inferred: bool
    """Entry numbers of a real month name their issue; those of others need the option."""

    @classmethod
    def of(cls, project: Project, label: str) -> Commands:
        if project.sample:
            return cls("--sample", inferred=False)
        window = ".." in label
        return cls(f"--{'window' if window else 'month'} {label}", inferred=not window)

    def issue(self, name: str) -> str:
        """A command on the whole issue: draft, bulletin, render, status, publish."""
        return f"geppo {name} {self.option}"

    def entry(self, name: str, number: str) -> str:
        """A command on an entry: approve, approve --plan, explain, evidence."""
        return f"geppo {name} {number}" + ("" if self.inferred else f" {self.option}")

    def exclude(self, number: str) -> str:
        return f'geppo exclude {number} --reason "理由" {self.option}'

    def include(self, notice: str) -> str:
        return f"geppo include {notice} {self.option}"
