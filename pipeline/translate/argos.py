"""The optional Argos engine: installed Argos packages, decoded by CTranslate2 sentence by sentence.

The one module that imports argostranslate, ctranslate2 and sentencepiece, and only once an engine
with packages is asked to work. Of argostranslate it uses the package registry and the packages'
tokenizers (`argostranslate.package`); its `translate` module needs stanza and is never imported,
and no function of it that opens the network is called.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pipeline.translate.argos_masks import mask, unmask
from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.segment import split_sentences

BEAM = 4
MAX_TOKENS = 400

Scorer = Callable[[Request, str], int]
"""How many blocking findings a rendering has: reranks the hypotheses."""


class Decodings(Protocol):
    """Keeps what the packages made of a text: decoding is some hundred times slower than all
    else. What a rendering is worth is judged anew each time."""

    def decoded(self, key: str) -> tuple[str, ...] | None: ...

    def put_decoded(self, key: str, texts: tuple[str, ...]) -> None: ...


@contextmanager
def _private_folders() -> Iterator[None]:
    """argostranslate makes folders under the home directory when imported; give it others."""
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="geppo-argos-") as folder:
        try:
            for name in names:
                os.environ[name] = str(Path(folder) / name.lower())
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _registry() -> Any:
    with _private_folders():
        import argostranslate.package
    return argostranslate.package


def package_metadata(folder: Path) -> list[dict[str, str]]:
    """from_code, to_code, package_version and folder of each package in a folder, sorted.

    Reads metadata.json alone: quick, and nothing is imported. Raises ValueError for a folder
    whose metadata cannot be read.
    """
    found: list[dict[str, str]] = []
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        try:
            data = json.loads((path / "metadata.json").read_text(encoding="utf-8"))
            row = {key: str(data[key]) for key in ("from_code", "to_code", "package_version")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path}: metadata.json is missing or damaged ({error}); "
                "remove the folder or install the package again"
            ) from error
        found.append({**row, "folder": path.name})
    return found


def version_key(version: str) -> tuple[int, ...]:
    """A package version for sorting: 1.10 comes after 1.9."""
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))


def _route(packages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The newest packages that lead from zh to ja: one direct, or zh->en and en->ja; else none."""
    ordered = sorted(packages, key=lambda row: version_key(row["package_version"]))
    by_pair = {(row["from_code"], row["to_code"]): row for row in ordered}
    if ("zh", "ja") in by_pair:
        return [by_pair["zh", "ja"]]
    if ("zh", "en") in by_pair and ("en", "ja") in by_pair:
        return [by_pair["zh", "en"], by_pair["en", "ja"]]
    return []


class _Hop:
    """One package ready to decode."""

    def __init__(self, package: Any, threads: int) -> None:
        import ctranslate2

        self._tokenizer = package.tokenizer
        self._prefix = package.target_prefix or None
        self._model = ctranslate2.Translator(
            str(package.package_path / "model"),
            device="cpu",
            inter_threads=1,
            intra_threads=threads,
            compute_type="auto",
        )

    def decode(self, sentences: Sequence[str], count: int) -> list[list[tuple[str, float]]]:
        """For each sentence up to `count` renderings with their log scores, best first."""
        tokens = [self._tokenizer.encode(sentence) for sentence in sentences]
        found: list[list[tuple[str, float]]] = [[] for _ in sentences]
        fit = [index for index, pieces in enumerate(tokens) if 0 < len(pieces) <= MAX_TOKENS]
        if not fit:
            return found
        longest = max(len(tokens[index]) for index in fit)
        results = self._model.translate_batch(
            [tokens[index] for index in fit],
            target_prefix=[[self._prefix]] * len(fit) if self._prefix else None,
            beam_size=max(BEAM, count),
            num_hypotheses=count,
            length_penalty=0.2,
            replace_unknowns=True,
            return_scores=True,
            max_decoding_length=min(MAX_TOKENS, 3 * longest + 20),
        )
        for index, result in zip(fit, results, strict=True):
            for pieces, score in zip(result.hypotheses, result.scores, strict=True):
                text = self._tokenizer.decode(pieces)
                if self._prefix and text.startswith(self._prefix):
                    text = text[len(self._prefix) :]
                found[index].append((text.strip(), float(score)))
        return found


class ArgosEngine:
    """Translates by installed Argos packages, zh->ja or zh->en->ja.

    Glossary terms and numbers are masked, and each mask must come back exactly once; else the
    sentence is tried without masks; what then loses a figure or a term is refused (None).
    `score` counts blocking findings and chooses among the hypotheses. `decodings` keep what was
    decoded, so that a changed term or memory makes only the sentences it touches decode again.
    """

    name = "argos"

    def __init__(
        self,
        packages_dir: Path,
        score: Scorer,
        threads: int = 2,
        decodings: Decodings | None = None,
    ) -> None:
        self._dir = packages_dir
        self._score = score
        self._threads = threads
        self._decodings = decodings
        self._hops: list[_Hop] | None = None
        self._route_version = ""
        self._broken: str | None = None

    @property
    def version(self) -> str:
        """The packages of the route and their versions; `none` where there is no route."""
        try:
            route = _route(package_metadata(self._dir))
        except ValueError:
            return "none"
        names = [f"{r['from_code']}_{r['to_code']}-{r['package_version']}" for r in route]
        return "+".join(names) or "none"

    def available(self) -> Availability:
        """Whether a route from zh to ja is installed. Imports nothing."""
        if self._broken:
            return Availability(False, self._broken)
        try:
            packages = package_metadata(self._dir)
        except ValueError as error:
            return Availability(False, str(error))
        if not packages:
            return Availability(False, f"no Argos package in {self._dir}")
        if not _route(packages):
            pairs = ", ".join(f"{row['from_code']}->{row['to_code']}" for row in packages)
            return Availability(False, f"no route zh->ja in {self._dir}: installed are {pairs}")
        return Availability(True)

    def _load(self) -> list[_Hop]:
        if self._hops is None:
            package = _registry().Package
            route = _route(package_metadata(self._dir))
            self._route_version = self.version
            self._hops = [_Hop(package(self._dir / row["folder"]), self._threads) for row in route]
        return self._hops

    def _ready(self) -> list[_Hop]:
        """The hops, loaded; none where the engine cannot work (`available` says why)."""
        if not self.available().ok:
            return []
        try:
            return self._load()
        except (OSError, RuntimeError, ValueError, KeyError, ImportError) as error:
            self._broken = f"Argos packages in {self._dir} cannot be loaded: {error}"
            return []

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]:
        """One proposal a request, None where the engine refuses or cannot work."""
        hops = self._ready()
        return [self._answer(hops, request) if hops else None for request in requests]

    def raw(self, zh: str) -> str | None:
        """What the packages themselves make of a sentence, unchecked: shows that they decode.
        None where they cannot work."""
        hops = self._ready()
        texts = _decode(hops, zh) if hops else []
        return _tidy(texts[0]) if texts else None

    def _answer(self, hops: list[_Hop], request: Request) -> Proposal | None:
        """The request sentence by sentence; refused as a whole when one sentence is."""
        parts = _sentences(request)
        if len(parts) == 1:
            return self._one(hops, request)
        answers = [self._one(hops, part) for part in parts]
        sound = [answer for answer in answers if answer is not None]
        if len(sound) < len(parts):
            return None
        flags = tuple(dict.fromkeys(flag for answer in sound for flag in answer.flags))
        return Proposal("".join(answer.ja for answer in sound), flags=flags)

    def _one(self, hops: list[_Hop], request: Request) -> Proposal | None:
        masked = mask(request.zh, request.terms)
        if masked.masks:
            texts = [
                text
                for raw in self._decoded(hops, masked.text)
                if (text := unmask(raw, masked)) is not None
            ]
            best = self._best(request, texts)
            if best:
                return best
        flags = ("unmasked",) if masked.masks else ()
        return self._best(request, self._decoded(hops, request.zh), flags)

    def _decoded(self, hops: list[_Hop], text: str) -> Sequence[str]:
        if self._decodings is None:
            return _decode(hops, text)
        key = hashlib.sha256(f"{self._route_version} {BEAM}\x1f{text}".encode()).hexdigest()
        known = self._decodings.decoded(key)
        if known is None:
            known = tuple(_decode(hops, text))
            self._decodings.put_decoded(key, known)
        return known

    def _best(
        self, request: Request, texts: Sequence[str], flags: tuple[str, ...] = ()
    ) -> Proposal | None:
        sound = [text for text in dict.fromkeys(map(_tidy, texts)) if text]
        if not sound:
            return None
        ranked = sorted(sound, key=lambda text: (self._score(request, text), sound.index(text)))
        if self._score(request, ranked[0]):
            return None
        return Proposal(ranked[0], hypotheses=tuple(ranked[1:]), flags=flags)


def _sentences(request: Request) -> list[Request]:
    """The request cut into sentences, each with its own terms."""
    parts: list[Request] = []
    position = 0
    for sentence in split_sentences(request.zh) or [request.zh]:
        start = request.zh.index(sentence, position)
        position = start + len(sentence)
        terms = tuple(
            match._replace(start=match.start - start, end=match.end - start)
            for match in request.terms
            if start <= match.start and match.end <= position
        )
        parts.append(Request(sentence, request.kind, terms))
    return parts


def _decode(hops: list[_Hop], sentence: str) -> list[str]:
    """The renderings of a sentence through all hops, by summed score, best first."""
    beams = [(sentence, 0.0)]
    for hop in hops:
        answers = hop.decode([source for source, _ in beams], BEAM)
        beams = [
            (text, score + more)
            for (_, score), answer in zip(beams, answers, strict=True)
            for text, more in answer
            if text
        ]
    beams.sort(key=lambda beam: -beam[1])
    return [text for text, _ in beams]


def _tidy(text: str) -> str:
    """Spaces between Japanese characters are the tokenizer's, not the text's."""
    kept = []
    for index, char in enumerate(text):
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        if char == " " and not (before.isascii() and after.isascii()):
            continue
        kept.append(char)
    return "".join(kept).strip()
