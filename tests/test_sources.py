"""Source files: what analysts may write, and what they are told when it is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from pipeline import families
from pipeline.model import Source
from pipeline.sources import SourceError, load_sources, source_by_id, sweep_of

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "spiders" / "sources"
GOOD = """\
# 甲市の局サイト
id: jia-sthjj
name: 甲市生态环境局
name_ja: 甲市生態環境局
level: city
place: 130200
issuer: 甲市生态环境局
family: trs_wcm
columns:
  - url: https://sthjj.jia.example/tzgg/
    name: 通知公告
    params: {column: 3155}
expected: {min: 1, max: 60}
status: active
evidence: seen live
checked_at: 2026-10-03
"""


def write(folder: Path, text: str, name: str = "jia-sthjj", level: str = "city") -> Path:
    path = folder / level / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_and_dates_are_texts_without_quotes(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (source,) = load_sources(tmp_path, families=families.families, places={"130200"})
    assert (source.place, source.checked_at) == ("130200", "2026-10-03")
    assert source.columns[0].params == {"column": "3155"}
    assert source_by_id([source], "jia-sthjj") is source
    with pytest.raises(SourceError, match="did you mean jia-sthjj"):
        source_by_id([source], "jia-hbj")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name_ja: 甲市生態環境局\n", "", r"jia-sthjj\.yml:2: name_ja: .*add this field"),
        ("family:", "famly:", r"jia-sthjj\.yml:8: famly: .*correct its spelling"),
        ("min: 1", "min: some", r"jia-sthjj\.yml:13: expected\.min: "),
        ("status: active", "status: running", r":14: status: .*choose one of the values"),
        ("id: jia-sthjj", "id: Jia_sthjj", r":2: id: .*small letters"),
        ("checked_at: 2026-10-03", "checked_at: 2026-13-03", r":16: checked_at"),
        ("checked_at: 2026-10-03\n", "", r"checked_at: missing"),
        ("status: active", "status: active\nstatus: retired", r":15: status: written twice"),
        ("family: trs_wcm", "family: trs", r"family: trs is unknown; choose one of .*trs_wcm"),
        ("place: 130200", "place: 139999", r"place: 139999 is not in glossary/places\.csv"),
        ("https://sthjj", "sthjj", r"columns\.0\.url: .*begin with https"),
        ("level: city", "level: province", r"the file lies in city/; move it to province/"),
        ("id: jia-sthjj", "id: yi-sthjj", r"yi-sthjj differs from the file name"),
        ("status: active", "status: manual", r"manual_check: missing"),
        ("    name: 通知公告", "   name: 通知公告", r"jia-sthjj\.yml:\d+: broken YAML"),
    ],
)
def test_a_fault_names_file_line_field_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SourceError, match=said):
        load_sources(tmp_path, families=families.families, places={"130200"})


SWEEP = """\
sweep:
  url: https://sthjj.jia.example/search?q={word}&p={page}
  params: {first: 0, words: 大气 臭氧}
  selectors: {list_item: ol > li}
"""


def test_eight_lines_are_enough(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```yaml\n# spiders/sources/city/")[2].partition("```")[0]
    name, _, text = block.partition(".yml\n")
    assert len(text.strip().splitlines()) <= 8
    write(tmp_path, text, name)
    (source,) = load_sources(tmp_path, families=families.families, places={"130200"})
    assert (source.issuer, source.level, source.status) == (source.name, "city", "unverified")


def test_a_search_is_the_source_with_other_lists(tmp_path: Path) -> None:
    own = "selectors: {list_item: .old li, body: .content}\n"
    write(tmp_path, GOOD + own + SWEEP)
    (source,) = load_sources(tmp_path, families=families.families)
    search = sweep_of(source)
    assert search is not None
    assert (search.family, search.sweep, search.expected.min) == ("site_search", None, 0)
    assert [(c.url, c.params["first"]) for c in search.columns] == [
        ("https://sthjj.jia.example/search?q={word}&p={page}", "0")
    ]
    assert search.selectors == {"list_item": "ol > li", "body": ".content"}
    assert sweep_of(source.model_copy(update={"sweep": None})) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("q={word}", "q=x", r"jia-sthjj\.yml:17: sweep: .*no \{word\} in url or params\.form"),
        ("https://sthjj.jia.example/s", "sthjj.jia.example/s", r"sweep\.url: .*begin with https"),
        ("sweep:\n", "sweep:\n  family: bing\n", r"sweep\.family: bing is unknown; .*so_gov"),
        ("  params", "  parms", r"jia-sthjj\.yml:19: sweep\.parms: .*correct its spelling"),
    ],
)
def test_a_fault_of_a_search_is_named_too(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SWEEP
    write(tmp_path, GOOD + SWEEP.replace(old, new))
    with pytest.raises(SourceError, match=said):
        load_sources(tmp_path, families=families.families)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("level: city", "level: province"), level="province")
    write(tmp_path, "- just\n- a list\n", "list")
    (tmp_path / "city/gbk.yml").write_bytes("name: 甲市".encode("gb18030"))
    (tmp_path / "city/other.yaml").write_text(GOOD)
    with pytest.raises(SourceError) as caught:
        load_sources(tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    for part in ("already the id of", "list.yml: no `name: value`", "gbk.yml: not UTF-8", "rename"):
        assert part in str(caught.value)
    with pytest.raises(SourceError, match="no such folder"):
        load_sources(tmp_path / "missing")


@pytest.fixture(scope="module")
def shipped() -> tuple[Source, ...]:
    with (ROOT / "glossary/places.csv").open(encoding="utf-8", newline="") as stream:
        places = {row["id"] for row in csv.DictReader(stream)}
    return load_sources(SHIPPED, families=families.families, places=places)


def test_the_shipped_sources_are_sound_and_claim_no_more_than_is_known(
    shipped: tuple[Source, ...],
) -> None:
    assert len(shipped) >= 45
    assert [source.level for source in shipped] == sorted(
        (source.level for source in shipped), key=["central", "region", "province", "city"].index
    )
    for source in shipped:
        assert "Not checked live" in source.evidence, source.id
        assert source.checked_at is None, source.id
        assert source.status in ("unverified", "blocked", "manual"), source.id
        if source.status != "unverified":
            assert source.manual_check, source.id
    assert source_by_id(shipped, "hubei-sthjt").status == "blocked"
    titles = [source.name_ja for source in shipped]
    assert len(set(titles)) == len(titles)


def test_every_partner_place_has_a_source(shipped: tuple[Source, ...]) -> None:
    partners = yaml.safe_load((ROOT / "glossary/partners.yml").read_text(encoding="utf-8"))
    covered = {source.place for source in shipped}
    missing = {place for partner in partners for place in partner["places"]} - covered
    assert not missing
