"""The project's own rules (templates and transfer) behind the cascade's protocols."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.templates import TitleTemplates
from pipeline.translate.transfer import TransferEngine, Transferred
from pipeline.vocab import Vocabulary

LEXICON = "lexicon"
PATTERNS = "patterns"


def rules_version(glossary_dir: Path) -> str:
    """A short hash of what decides the rules' Japanese besides the terms: the lexicon, the
    patterns, and the code that applies them."""
    here = Path(__file__).parent
    files = [path for name in (LEXICON, PATTERNS) for path in (glossary_dir / name).glob("*")]
    files += [path for name in ("transfer", "templates") for path in (here / name).glob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: (path.parent.name, path.name)):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _proposal(answer: Transferred | None) -> Proposal | None:
    if answer is None or not answer.ja.strip():
        return None
    return Proposal(
        answer.ja,
        origins=tuple(answer.origins),
        unknown_share=answer.unknown_share,
        flags=tuple(answer.flags),
        effort=answer.effort,
    )


class RuleEngine:
    """The transfer engine as an `Engine`."""

    name = "transfer"

    def __init__(self, vocabulary: Vocabulary, glossary_dir: Path) -> None:
        self.version = rules_version(glossary_dir)
        self.engine = TransferEngine(vocabulary, glossary_dir / LEXICON, glossary_dir / PATTERNS)

    def available(self) -> Availability:
        return Availability(True)

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]:
        return [_proposal(self.engine.translate(r.zh, r.kind)) for r in requests]


class TemplateEngine:
    """Title and formula templates as the cascade's `Templates`."""

    def __init__(self, templates: TitleTemplates, version: str) -> None:
        self.version = version
        self._templates = templates

    def render(self, request: Request) -> Proposal | None:
        """The template's answer, None where no template fits."""
        return _proposal(self._templates.render(request.zh, request.kind))


def rule_layers(vocabulary: Vocabulary, glossary_dir: Path) -> tuple[RuleEngine, TemplateEngine]:
    """Transfer and templates of one glossary folder; the templates fill their slots by it."""
    transfer = RuleEngine(vocabulary, glossary_dir)
    templates = TitleTemplates(vocabulary, transfer.engine, glossary_dir / PATTERNS)
    return transfer, TemplateEngine(templates, transfer.version)
