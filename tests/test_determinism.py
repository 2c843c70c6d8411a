"""The same input gives the same Japanese and the same labels in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PROGRAM = """
import hashlib, sys
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, "tests")
from notices import notice
from web.content import load_docs
from pipeline.classify import Analyzer
from pipeline.settings import load_settings
from pipeline.translate.cascade import build_translator
from pipeline.translate.segment import split_sentences
from pipeline.vocab import load_vocabulary
settings = load_settings(Path.cwd())
vocabulary = load_vocabulary(settings.glossary_dir)
translator = build_translator(vocabulary, settings.glossary_dir, settings)
analyzer = Analyzer(vocabulary, settings.glossary_dir / "cues")
digest = hashlib.sha256()
for doc in list(load_docs().values())[::4]:
    analysed = analyzer.analyse(notice("https://x.example/" + doc.id, doc.title, doc.body))
    digest.update(analyzer.classify(analysed).model_dump_json().encode())
    for target in analyzer.extract_targets(analysed):
        digest.update(target.model_dump_json().encode())
    for zh in split_sentences(doc.body)[:12]:
        digest.update(translator.translate(zh).model_dump_json().encode())
print(translator.version, analyzer.version, digest.hexdigest())
"""


def test_two_processes_agree() -> None:
    printed = []
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.append(ran.stdout)
    assert printed[0] == printed[1]
