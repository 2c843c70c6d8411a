"""The Argos engine on a real, tiny package built here; installing packages safely."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from argos_builder import EN_JA, ZH_EN, build_package
from small_vocabulary import small_vocabulary

from pipeline.translate.argos import ArgosEngine
from pipeline.translate.argos_install import PackageError, install_package
from pipeline.translate.argos_masks import mask, unmask
from pipeline.translate.cascade import blocking_findings
from pipeline.translate.engine import Request

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("argos")
    build_package(folder / "zh_en.argosmodel", "zh", "en", ZH_EN)
    build_package(folder / "en_ja.argosmodel", "en", "ja", EN_JA)
    return folder


@pytest.fixture(scope="module")
def models(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name in ("zh_en", "en_ja"):
        install_package(packages / f"{name}.argosmodel", None, folder)
    return folder


def request_for(zh: str) -> Request:
    return Request(zh, "sentence", tuple(small_vocabulary().glossary.match(zh)))


def engine_in(folder: Path) -> ArgosEngine:
    return ArgosEngine(folder, blocking_findings(small_vocabulary()), threads=1)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the engine opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("no_network")
def test_two_hops_translate_sentence_by_sentence(models: Path) -> None:
    engine = engine_in(models)
    assert engine.available().ok
    assert engine.version == "zh_en-0.1+en_ja-0.1"
    answers = engine.translate([request_for("推进治理。"), request_for("推进。推进治理。")])
    assert [answer.ja for answer in answers if answer] == ["推進対策。", "推進。推進対策。"]


def test_terms_and_figures_survive_behind_masks(models: Path) -> None:
    [answer] = engine_in(models).translate([request_for("PM2.5浓度下降12.5%。")])
    assert answer is not None
    assert answer.ja == "PM2.5濃度低下12.5%。"
    assert answer.flags == ()


def test_a_rendering_that_loses_a_prohibition_is_refused(models: Path) -> None:
    """不得 comes out as する in this dictionary."""
    assert engine_in(models).translate([request_for("不得排放。")]) == [None]


def test_a_loop_of_the_decoder_is_refused(models: Path, tmp_path: Path) -> None:
    pairs = [("推进", "推進推進推進推進推進推進"), ("。", "。")]
    build_package(tmp_path / "p.argosmodel", "zh", "ja", pairs)
    install_package(tmp_path / "p.argosmodel", None, tmp_path / "m")
    assert engine_in(tmp_path / "m").translate([request_for("推进。")]) == [None]


def test_a_direct_package_is_preferred(models: Path, packages: Path, tmp_path: Path) -> None:
    for name in ("zh_en", "en_ja"):
        install_package(packages / f"{name}.argosmodel", None, tmp_path / "m")
    build_package(tmp_path / "d.argosmodel", "zh", "ja", [("推进", "促進"), ("。", "。")], "2.0")
    install_package(tmp_path / "d.argosmodel", None, tmp_path / "m")
    engine = engine_in(tmp_path / "m")
    assert engine.version == "zh_ja-2.0"
    [answer] = engine.translate([request_for("推进。")])
    assert answer is not None
    assert answer.ja == "促進。"


def test_the_better_hypothesis_wins(models: Path) -> None:
    """Hypotheses are ranked by blocking findings, then by the decoder's own order."""
    engine = ArgosEngine(models, lambda request, ja: 0 if ja.endswith("低下") else 1, threads=1)
    [answer] = engine.translate([Request("推进大气。")])
    assert answer is not None
    assert answer.ja.endswith("低下")


class Kept:
    """Decodings in memory, counting what was asked anew."""

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, ...]] = {}
        self.missed = 0

    def decoded(self, key: str) -> tuple[str, ...] | None:
        self.missed += key not in self.texts
        return self.texts.get(key)

    def put_decoded(self, key: str, texts: tuple[str, ...]) -> None:
        self.texts[key] = texts


def test_what_was_decoded_is_not_decoded_again(models: Path) -> None:
    kept = Kept()
    score = blocking_findings(small_vocabulary())
    requests = [request_for("推进治理。"), request_for("PM2.5浓度下降12.5%。")]
    first = ArgosEngine(models, score, threads=1, decodings=kept).translate(requests)
    missed = kept.missed
    again = ArgosEngine(models, score, threads=1, decodings=kept)
    assert again.translate(requests) == first
    assert kept.missed == missed > 0
    # Another figure stands behind the same mask: nothing to decode.
    [other] = again.translate([request_for("PM2.5浓度下降37%。")])
    assert other is not None
    assert other.ja == "PM2.5濃度低下37%。"
    assert kept.missed == missed


def test_kept_decodings_are_judged_anew(models: Path) -> None:
    kept = Kept()
    ArgosEngine(models, lambda r, ja: 0, decodings=kept).translate([Request("推进治理。")])
    strict = ArgosEngine(models, lambda r, ja: 1, decodings=kept)
    assert strict.translate([Request("推进治理。")]) == [None]


def test_another_package_decodes_for_itself(models: Path, tmp_path: Path) -> None:
    kept = Kept()
    request = [Request("推进。")]
    ArgosEngine(models, lambda r, ja: 0, decodings=kept).translate(request)
    build_package(tmp_path / "d.argosmodel", "zh", "ja", [("推进", "促進"), ("。", "。")], "2.0")
    install_package(tmp_path / "d.argosmodel", None, tmp_path / "m")
    [answer] = ArgosEngine(tmp_path / "m", lambda r, ja: 0, decodings=kept).translate(request)
    assert answer is not None
    assert answer.ja == "促進。"


@pytest.mark.parametrize("zh", ["", "。", "推进" * 600, "😀\x00", "QX00QX推进。", "（（（"])
def test_odd_text_never_raises(models: Path, zh: str) -> None:
    [answer] = engine_in(models).translate([request_for(zh)])
    assert answer is None or isinstance(answer.ja, str)


def test_without_packages_nothing_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from pipeline.translate.argos import ArgosEngine; from pipeline.translate.engine import "
        "Request;"
        f"e = ArgosEngine(Path({str(tmp_path / 'none')!r}), lambda r, j: 0);"
        "assert not e.available().ok; assert e.translate([Request('好')]) == [None];"
        "bad = {'argostranslate', 'ctranslate2', 'sentencepiece', 'stanza'} & set(sys.modules);"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_nothing_is_written_to_the_home_folder(models: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "from pathlib import Path; from pipeline.translate.argos import ArgosEngine;"
        "from pipeline.translate.engine import Request;"
        f"e = ArgosEngine(Path({str(models)!r}), lambda r, j: 0, threads=1);"
        "assert e.translate([Request('推进。')])[0].ja == '推進。'"
    )
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, env={**clean, "HOME": str(home)}
    )
    assert list(home.iterdir()) == []


def test_why_the_engine_cannot_work_is_said(models: Path, packages: Path, tmp_path: Path) -> None:
    assert "no Argos package" in (engine_in(tmp_path).available().reason or "")
    install_package(packages / "zh_en.argosmodel", None, tmp_path)
    assert "no route zh->ja" in (engine_in(tmp_path).available().reason or "")
    (tmp_path / "stray").mkdir()
    assert "metadata.json is missing" in (engine_in(tmp_path).available().reason or "")


def test_a_damaged_model_makes_the_engine_unavailable(packages: Path, tmp_path: Path) -> None:
    build_package(tmp_path / "d.argosmodel", "zh", "ja", [("推进", "推進")])
    folder = install_package(tmp_path / "d.argosmodel", None, tmp_path / "m")
    (folder / "model" / "model.bin").write_bytes(b"broken")
    engine = engine_in(tmp_path / "m")
    assert engine.translate([request_for("推进")]) == [None]
    assert "cannot be loaded" in (engine.available().reason or "")


def test_masks_come_back_exactly_once() -> None:
    zh = "PM2.5浓度下降12%。"
    masked = mask(zh, small_vocabulary().glossary.match(zh))
    assert masked.text == "QX00QX下降QX01QX。"
    assert unmask("QX00QXはqx 01 qx低下。", masked) == "PM2.5濃度は12%低下。"
    for damaged in ("QX00QX低下。", "QX00QXQX00QXQX01QX", "QX00QXQX01QXQX02QX", "QX00QXQX01QXQX"):
        assert unmask(damaged, masked) is None


def test_a_wrong_checksum_is_refused(packages: Path, tmp_path: Path) -> None:
    file = packages / "zh_en.argosmodel"
    good = hashlib.sha256(file.read_bytes()).hexdigest()
    assert install_package(file, good.upper(), tmp_path / "a").is_dir()
    with pytest.raises(PackageError, match="sha256"):
        install_package(file, "0" * 64, tmp_path / "b")
    assert not (tmp_path / "b").exists() or not list((tmp_path / "b").iterdir())


def test_installing_again_replaces(packages: Path, tmp_path: Path) -> None:
    first = install_package(packages / "zh_en.argosmodel", None, tmp_path)
    (first / "left-over").write_text("x")
    assert install_package(packages / "zh_en.argosmodel", None, tmp_path) == first
    assert not (first / "left-over").exists()
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


GOOD = {
    "p/metadata.json": json.dumps({"from_code": "zh", "to_code": "ja", "package_version": "1"}),
    "p/model/model.bin": "x",
    "p/sentencepiece.model": "x",
}


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({**GOOD, "../evil": "x"}, "unsafe path"),
        ({**GOOD, "/etc/evil": "x"}, "unsafe path"),
        ({**GOOD, "p\\..\\..\\evil": "x"}, "unsafe path"),
        ({**GOOD, "other/file": "x"}, "exactly one folder"),
        ({**GOOD, "p/zeros": "0" * 5_000_000}, "suspiciously large"),
        ({**GOOD, "p/metadata.json": "{"}, "metadata.json is missing or damaged"),
        ({**GOOD, "p/metadata.json": '{"from_code": "zh"}'}, "lacks to_code, package_version"),
        ({key: value for key, value in GOOD.items() if "bin" not in key}, "model.bin is missing"),
        ({key: value for key, value in GOOD.items() if "sent" not in key}, "sentencepiece.model"),
        ({}, "exactly one folder"),
    ],
)
def test_unsafe_or_odd_packages_are_refused(
    tmp_path: Path, members: dict[str, str], message: str
) -> None:
    file = write_zip(tmp_path / "p.argosmodel", members)
    with pytest.raises(PackageError, match=message):
        install_package(file, None, tmp_path / "models")
    assert not list((tmp_path / "models").iterdir())
    assert not (tmp_path / "evil").exists()


def test_a_link_or_a_broken_zip_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("p/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    for name, data in (("link", buffer.getvalue()), ("broken", b"no zip"), ("cut", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(PackageError):
            install_package(tmp_path / name, None, tmp_path / "models")
    with pytest.raises(PackageError, match="is no file"):
        install_package(tmp_path / "absent", None, tmp_path / "models")
