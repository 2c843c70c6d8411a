"""Titles and formulae that follow a set form: the form gives the frame, transfer the slots.

Templates are data: `glossary/patterns/templates.yml`. A template matches the whole text; its
literal parts are found one after the other, so matching is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.model import Origin, SegmentKind
from pipeline.translate.engine import Effort
from pipeline.translate.transfer.engine import TransferEngine, Transferred
from pipeline.translate.transfer.lexicon import LexiconError
from pipeline.translate.transfer.normalize import normalize, to_arabic
from pipeline.vocab import Vocabulary

FILE = "templates.yml"
_SLOT = re.compile(r"\{([a-z]+)(?::([a-z]+))?\}")
_ORG_ENDINGS = (
    "政府", "厅", "局", "部", "委", "院", "会", "办公室", "指挥部", "中心", "署", "办", "组", "司",
    "处", "部门", "单位", "管委会", "集团", "省", "市", "区", "县", "站",
)  # fmt: skip
_TABLES = {"kind": "kinds", "issue": "issue_verbs", "what": "whats", "ask": "asks", "law": "laws"}
_TYPES = frozenset(("org", "doc", "quoted", "act", "np", "text", "alarm", *_TABLES))
_LONGEST = 400
_ISSUERS = re.compile(r"(?<=[局厅委会部院府室])[ \u3000](?=[\u4e00-\u9fff])")
"""The gap between bodies that issue together."""


@dataclass(frozen=True, slots=True)
class _Template:
    zh: tuple[str | tuple[str, str], ...]
    ja: tuple[str | tuple[str, str], ...]


def _parse(text: str, where: str) -> tuple[str | tuple[str, str], ...]:
    parts: list[str | tuple[str, str]] = []
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            parts.append(text[at : match.start()])
        kind = match[2] or ""
        if kind and kind not in _TYPES:
            raise LexiconError(f"{where}: unknown slot type {kind!r}; use {sorted(_TYPES)}")
        parts.append((match[1], kind))
        at = match.end()
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)


def _load(path: Path, data: Any, key: str) -> tuple[_Template, ...]:
    templates: list[_Template] = []
    for number, item in enumerate(data.get(key, []), 1):
        where = f"{path}: {key} {number}"
        if not isinstance(item, dict) or not {"zh", "ja"} <= item.keys():
            raise LexiconError(f"{where}: needs zh and ja")
        template = _Template(_parse(str(item["zh"]), where), _parse(str(item["ja"]), where))
        names = {part[0] for part in template.zh if isinstance(part, tuple)}
        used = {part[0] for part in template.ja if isinstance(part, tuple)}
        if names != used:
            raise LexiconError(f"{where}: slots of zh and ja differ: {sorted(names ^ used)}")
        templates.append(template)
    return tuple(templates)


class TitleTemplates:
    """The templates of one glossary; slots are filled by the transfer engine."""

    def __init__(self, vocabulary: Vocabulary, engine: TransferEngine, patterns_dir: Path) -> None:
        self._vocabulary = vocabulary
        self._engine = engine
        path = patterns_dir / FILE
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, yaml.YAMLError) as error:
            raise LexiconError(f"{path}: not readable: {error}") from error
        if not isinstance(data, dict):
            raise LexiconError(f"{path}: needs a mapping with titles and formulae")
        self._titles = _load(path, data, "titles")
        self._formulae = _load(path, data, "formulae")
        self._tables: dict[str, dict[str, str]] = {
            slot: {str(k): str(v) for k, v in (data.get(name) or {}).items()}
            for slot, name in _TABLES.items()
        }

    def render(self, zh: str, kind: SegmentKind) -> Transferred | None:
        """The Japanese where a template fits the whole text, else None."""
        text = zh.strip()
        if not text or len(text) > _LONGEST:
            return None
        shift = zh.index(text[0])
        normalized = normalize(_ISSUERS.sub("、", text) if kind == "title" else text)
        body, tail = normalized.text, ""
        if kind == "title":
            templates = self._titles
        else:
            templates = self._formulae
            if body.endswith(("。", "；")):
                body, tail = body[:-1], "。"
        for template in templates:
            slots = self._match(template, body)
            if slots is None:
                continue
            filled = self._fill(template, body, slots)
            if filled is not None:
                source = normalized.source
                origins = tuple(
                    o.model_copy(
                        update={
                            "zh_start": shift + source[o.zh_start],
                            "zh_end": shift + source[o.zh_end],
                        }
                    )
                    for o in filled.origins
                )
                end = (
                    ""
                    if filled.ja.endswith(("。", "：", ")")) or kind == "title"
                    else (tail or "。")
                )
                return replace(filled, ja=filled.ja + end, origins=origins)
        return None

    # --- matching -----------------------------------------------------------------------------

    def _match(self, template: _Template, text: str) -> dict[str, tuple[int, int]] | None:
        slots: dict[str, tuple[int, int]] = {}
        at = 0
        parts = template.zh
        for index, part in enumerate(parts):
            if isinstance(part, str):
                if not text.startswith(part, at):
                    return None
                at += len(part)
                continue
            end = self._slot_end(part, parts, index, text, at)
            if end is None or end <= at or not self._fits(part[1], text[at:end]):
                return None
            slots[part[0]] = (at, end)
            at = end
        return slots if at == len(text) else None

    def _slot_end(
        self,
        part: tuple[str, str],
        parts: tuple[str | tuple[str, str], ...],
        index: int,
        text: str,
        at: int,
    ) -> int | None:
        if index + 1 == len(parts):
            return len(text)
        following = parts[index + 1]
        if part[1] == "quoted":
            return _closing(text, at)
        if part[1] in _TABLES and not isinstance(following, str):
            known = [w for w in self._tables[part[1]] if text.startswith(w, at)]
            return at + len(max(known, key=len)) if known else None
        if not isinstance(following, str):
            return None
        rest = parts[index + 2 :]
        if len(rest) <= 1 and part[1] in ("doc", "act", "np"):
            found = text.rfind(following, at)
        else:
            found = _find_outside(text, following, at)
        return found if found > 0 else None

    def _fits(self, kind: str, text: str) -> bool:
        if kind == "org":
            plain = "《" not in text and "关于" not in text and len(text) <= 80
            return plain and text.endswith(_ORG_ENDINGS)
        if kind == "quoted":
            return text.startswith("《") and text.endswith("》")
        if kind == "doc":
            return len(text) > 1 and (not text.startswith("《") or _closing(text, 0) == len(text))
        if kind == "alarm":
            return text.endswith(("预警", "响应")) and len(text) < 25 and "并" not in text
        if kind == "np":
            joined = text.startswith(("和", "与", "、")) or text.endswith(("并", "和", "与", "、"))
            return len(text) <= 120 and not joined
        if kind in _TABLES and kind != "ask":
            return text in self._tables[kind]
        return True

    # --- filling ------------------------------------------------------------------------------

    def _fill(
        self, template: _Template, text: str, slots: dict[str, tuple[int, int]]
    ) -> Transferred | None:
        types = {part[0]: part[1] for part in template.zh if isinstance(part, tuple)}
        parts: list[Transferred | str] = []
        for part in template.ja:
            if isinstance(part, str):
                parts.append(part)
                continue
            start, end = slots[part[0]]
            answer = self._slot(types[part[0]], text[start:end], start)
            if answer is None:
                return None
            unknown = answer.unknown_share * (end - start) / len(text)
            parts.append(replace(answer, unknown_share=unknown))
        return _sum(parts)

    def _bodies(self, text: str, base: int) -> Transferred | None:
        """Bodies that issue together: A B, A、B, A等十二部门. None where `text` is one body."""
        others = _AND_OTHERS.fullmatch(text)
        found = list(_NAME.finditer(others[1] if others else text))
        if len(found) < 2 and others is None:
            return None
        parts = [self._slot("org", one[0], base + one.start()) for one in found]
        bodies = [part for part in parts if part is not None]
        if others is None:
            return _joined(bodies, "、", "")
        count = to_arabic(others[2]) if others[2] else "の"
        return _joined(bodies, "、", f"等{count}{_OTHERS.get(others[3], '部門')}")

    def _slot(self, kind: str, text: str, base: int) -> Transferred | None:
        if kind in _TABLES:
            known = self._tables[kind].get(text)
            if known is not None:
                return _whole(known, base, len(text), "pattern")
            if kind == "ask":
                asked = self._engine.translate("请" + text, "sentence")
                return replace(asked, ja=asked.ja.rstrip("。"), origins=())
            return None
        if kind == "org":
            known = self._vocabulary.organizations.ja(text)
            if known is not None:
                return _whole(known, base, len(text), "term")
            several = self._bodies(text, base)
            if several is not None:
                return several
        shift = base
        if kind in ("doc", "quoted") and text.startswith("《"):
            text, shift = text[1:-1], base + 1
        form: SegmentKind = "heading" if kind == "act" else "title"
        answer = self._engine.translate(text, form)
        origins = tuple(
            origin.model_copy(
                update={"zh_start": origin.zh_start + shift, "zh_end": origin.zh_end + shift}
            )
            for origin in answer.origins
        )
        ja = answer.ja.rstrip("。")
        if kind in ("doc", "quoted"):
            ja = ja.replace("「", "『").replace("」", "』")
        return replace(answer, ja=ja, origins=origins)


_AND_OTHERS = re.compile(
    r"(.{2,40}?)等(?:([一二三四五六七八九十两\d]{1,3})个?)?(部门|单位|委局|厅局|部委)"
)
_OTHERS = {"单位": "機関"}
_NAME = re.compile(r"[^\s、]+")


def _joined(found: Sequence[Transferred], mark: str, end: str) -> Transferred:
    parts: list[Transferred | str] = []
    for one in found:
        parts += [mark, replace(one, unknown_share=one.unknown_share / len(found))]
    return _sum([*parts[1:], end])


def _sum(parts: Sequence[Transferred | str]) -> Transferred:
    """Renderings and fixed Japanese one after the other; their unknown shares are added."""
    ja = ""
    origins: list[Origin] = []
    flags: set[str] = set()
    unknown, effort = 0.0, Effort()
    for part in parts:
        if isinstance(part, str):
            ja += part
            continue
        origins += (
            origin.model_copy(
                update={
                    "ja_start": origin.ja_start + len(ja),
                    "ja_end": origin.ja_end + len(ja),
                }
            )
            for origin in part.origins
        )
        ja += part.ja
        flags |= set(part.flags)
        unknown += part.unknown_share
        effort += part.effort
    return Transferred(ja, tuple(origins), round(unknown, 4), tuple(sorted(flags)), effort)


def _whole(ja: str, start: int, size: int, kind: str) -> Transferred:
    origin = Origin.model_validate(
        {"zh_start": start, "zh_end": start + size, "ja_start": 0, "ja_end": len(ja), "kind": kind}
    )
    return Transferred(ja, (origin,), 0.0, (), Effort())


def _closing(text: str, at: int) -> int | None:
    """End of the 《》 that opens at `at`."""
    if not text.startswith("《", at):
        return None
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == "《") - (text[index] == "》")
        if depth == 0:
            return index + 1
    return None


def _find_outside(text: str, literal: str, at: int) -> int:
    """First occurrence of `literal` outside 《》, from `at`; -1 when there is none."""
    index = at
    while index < len(text):
        if text[index] == "《":
            close = _closing(text, index)
            if close is not None:
                index = close
                continue
        if text.startswith(literal, index) and index > at:
            return index
        index += 1
    return -1
