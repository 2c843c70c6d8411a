"""geppo sources on a small web of this machine: list, check, try, new, done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Geppo
from web.build import build_web
from web.response import Query, Response, Web, data, html
from web.server import serve

from pipeline.model import SourceReport
from pipeline.sample import SAMPLE
from pipeline.sources import load_sources
from pipeline.steps.frozen import differences
from pipeline.steps.probe import failures_in_a_row
from pipeline.steps.sources import id_of
from pipeline.store import Store

ALWAYS = ("--days", "9000")
"""The web's month moves ever further into the past."""


@pytest.fixture(scope="module")
def web() -> Web:
    return build_web(visit=1)


@pytest.fixture
def port(web: Web) -> Iterator[int]:
    with serve(web) as port:
        yield port


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, geppo: Geppo) -> Path:
    """A project root of its own with the sources of the sample web."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "glossary").symlink_to(ROOT / "glossary")
    (home / "pyproject.toml").write_text("")
    for path in (SAMPLE.folder / "sources").glob("*.yml"):
        level = yaml.safe_load(path.read_text("utf-8"))["level"]
        target = home / "spiders" / "sources" / level / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    monkeypatch.setenv("GEPPO_HOME", str(home))
    return home


def column(home: Path, source_id: str) -> str:
    sources = {s.id: s for s in load_sources(home / "spiders" / "sources")}
    return sources[source_id].columns[0].url


def test_check_names_every_state_and_keeps_nothing_but_the_run(
    geppo: Geppo, home: Path, port: int, tmp_path: Path
) -> None:
    ran = geppo("sources", "check", "--all", "--json", "--loopback-port", port, *ALWAYS)
    found = {line["id"]: line for line in json.loads(ran.out)}
    assert ran.code == 1, "some sources of the sample web are dead"
    health = {key: line["health"] for key, line in found.items()}
    assert {key: state for key, state in health.items() if state != "ok"} == {
        "hb": "blocked", "hn": "empty", "ty": "dns_failure",
    }  # fmt: skip
    assert found["ty"]["robots"] == "unreachable"
    assert found["hn"]["problems"]
    for key, line in found.items():
        if line["health"] != "ok":
            continue
        (detail,) = line["details"]
        assert line["list_parsed"], key
        assert line["newest_date"], key
        assert line["items"] >= line["recent"] >= 1, key
        assert detail["title"], key
        assert detail["body_length"] > 300, key
    assert found["gov"]["details"][0]["document_number"].startswith("国")
    assert not (tmp_path / "data" / "archive").exists() or not list(
        (tmp_path / "data" / "archive").glob("*/*.warc.gz")
    )
    assert {path.suffix for path in (tmp_path / "data" / "runs").iterdir()} == {".log"}


def test_check_asks_for_one_list_page_and_one_article(
    geppo: Geppo, home: Path, web: Web, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = web.get
    monkeypatch.setattr(
        web,
        "get",
        lambda method, host, target, *rest: (
            asked.append(target) or answer(method, host, target, *rest)
        ),
    )
    assert geppo("sources", "check", "ts", "--loopback-port", port, *ALWAYS).code == 0
    columns = len(next(s for s in load_sources(home / "spiders/sources") if s.id == "ts").columns)
    assert "/robots.txt" in asked
    assert len(asked) == 1 + columns + 1


def test_the_third_failure_in_a_row_raises_an_alarm(
    geppo: Geppo, home: Path, port: int, tmp_path: Path
) -> None:
    for _ in range(2):
        ran = geppo("sources", "check", "ty", "--loopback-port", port)
        assert ran.code == 1
        assert "ALARM" not in ran.err
    ran = geppo("sources", "check", "ty", "--loopback-port", port)
    assert ran.code == 1
    assert "ALARM: ty failed 3 runs in a row" in ran.err
    assert "ALARM: ty failed 3 runs in a row" in geppo("sources", "list").out
    (line,) = [x for x in json.loads(geppo("sources", "list", "--json").out) if x["id"] == "ty"]
    assert (line["health"], line["failures"], line["alarm"]) == ("dns_failure", 3, True)
    assert "no such host" in line["message"]
    file = home / "spiders" / "sources" / "city" / "ty.yml"
    file.write_text(file.read_text("utf-8").replace("status: active", "status: blocked"), "utf-8")
    assert "status: blocked" in file.read_text("utf-8")
    assert "ALARM" not in geppo("sources", "list").out, "a declared block is no news"


def test_check_compares_with_the_last_run(
    geppo: Geppo, home: Path, port: int, tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    store.put_runs(
        [SourceReport(source_id="ts", health="timeout", started_at=long_ago, newest_date="2019-12")]
    )
    store.close()
    ran = geppo("sources", "check", "ts", "--loopback-port", port, *ALWAYS)
    assert ran.code == 0, ran.out
    assert "timeout → ok" in ran.out
    assert "2019-12 → 2026-10-30" in ran.out


def test_a_failed_run_is_counted_until_the_next_good_one() -> None:
    def run(health: str) -> SourceReport:
        at = datetime(2026, 10, 1, tzinfo=UTC)
        return SourceReport.model_validate({"source_id": "a", "health": health, "started_at": at})

    states = ["blocked", "disabled", "empty", "ok", "timeout"]
    assert failures_in_a_row([run(state) for state in states]) == 2
    assert failures_in_a_row([]) == 0
    assert failures_in_a_row([run("below_minimum"), run("timeout")]) == 0


@pytest.mark.parametrize(
    ("source_id", "family"),
    [("gov", "govcn"), ("zhu", "gkmlpt"), ("sh", "auto")],
)
def test_try_finds_the_family_of_an_address(
    geppo: Geppo, home: Path, port: int, tmp_path: Path, source_id: str, family: str
) -> None:
    url = column(home, source_id)
    ran = geppo("sources", "try", url, "--json", "--loopback-port", port, *ALWAYS)
    found = json.loads(ran.out)
    assert found["family"] == family
    assert found["listed"]
    assert found["listed"][0]["url"].startswith("http")
    assert found["details"][0]["body_length"] > 300
    assert json.loads(geppo("sources", "list", "--json").out)[0]["health"] is None, "not a run"


def test_try_shows_the_effect_of_a_selector(geppo: Geppo, home: Path, port: int) -> None:
    options = ("--loopback-port", port, *ALWAYS)
    good = geppo("sources", "try", "ts", *options)
    assert good.code == 0, good.out
    assert "文号" in good.out
    ran = geppo("sources", "try", "ts", "--selector", "body=.nowhere", *options)
    assert ran.code == 1
    assert "selector 'body' of ts matched nothing" in ran.out
    ran = geppo("sources", "try", "ts", "--selector", "list_item=li.nowhere", *options)
    assert ran.code == 1
    assert "matched nothing" in ran.out


def test_try_names_what_is_wrong_with_a_page(
    geppo: Geppo, home: Path, web: Web, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = "".join(
        f"<li><a href='/[/b]{n}.html'>[red]标题[/b]第{n}项工作</a> 2026-10-0{n}</li>"
        for n in range(1, 9)
    )
    challenge = html("<script>document.cookie='k=1';location.reload()</script>")
    monkeypatch.setitem(web.pages, ("script.example", "/tz/"), lambda: challenge)
    monkeypatch.setitem(web.pages, ("markup.example", "/tz/"), lambda: html(f"<ul>{listed}</ul>"))
    options = ("--loopback-port", port, *ALWAYS)
    ran = geppo("sources", "try", "http://script.example/tz/", *options)
    assert ran.code == 1
    assert "blocked with status 200" in ran.out
    ran = geppo("sources", "try", "http://markup.example/tz/", *options)
    assert ran.code == 1
    assert "[red]标题[/b]第1项工作" in ran.out
    assert "status 404" in ran.out
    bad = ("--selector", "list_item=li[", "--family", "trs_wcm")
    ran = geppo("sources", "try", "http://markup.example/tz/", *bad, *options)
    assert ran.code == 1
    assert "li[" in ran.out


@pytest.fixture
def searched(home: Path, web: Web, port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A source whose column is gone and whose site has a search over it."""
    host, old = "sthj.sousuo.example", web.articles["ts-04"]
    url = f"https://{host}/search?q={{word}}&no={{page}}"
    path = home / "spiders" / "sources" / "city" / "sousuo.yml"
    path.write_text(
        "id: sousuo\nname: 某市\nname_ja: 某市\nfamily: trs_wcm\nlevel: city\nplace: '130200'\n"
        f"issuer: 某市\ncolumns: [{{url: 'https://{host}/tzgg/'}}]\nevidence: none\n"
        f"sweep: {{url: '{url}', params: {{words: 大气}}}}\n",
        encoding="utf-8",
    )
    moved = old.replace("sthj.tangshan.example", host)
    article = web.get("GET", "sthj.tangshan.example", old.split("example", 1)[1])
    monkeypatch.setitem(web.pages, (host, moved.split("example", 1)[1]), lambda: article)
    results = {
        "list": [{"title": "关于推进清洁取暖工作的通知", "url": moved, "date": "2026-10-20"}]
    }

    def answer(query: Query) -> Response:
        assert query["q"] == "大气"
        return data(
            json.dumps(results if query["no"] == "1" else {"list": []}).encode(), "text/json"
        )

    monkeypatch.setitem(web.endpoints, (host, "/search"), answer)
    return "sousuo"


def test_check_and_try_tell_the_failure_and_the_search(
    geppo: Geppo, port: int, searched: str
) -> None:
    options = ("--loopback-port", port, *ALWAYS)
    ran = geppo("sources", "check", searched, "--json", *options)
    (line,) = json.loads(ran.out)
    assert ran.code == 1, "the column is still dead"
    assert (line["health"], line["swept"], line["list_parsed"]) == ("http_error", 1, False)
    assert "status 404" in " ".join(line["problems"])
    assert line["details"][0]["body_length"] > 300
    ran = geppo("sources", "try", searched, *options)
    assert ran.code == 1
    assert "family trs_wcm, http_error + search, robots" in ran.out
    assert "关于推进清洁取暖工作的通知" in ran.out
    assert "http_error + search" in geppo("sources", "list").out
    listed = {x["id"]: x for x in json.loads(geppo("sources", "list", "--json").out)}
    assert (listed[searched]["swept"], listed["ts"]["swept"]) == (1, None)


def test_the_search_itself_can_be_tried(geppo: Geppo, port: int, searched: str) -> None:
    options = ("--loopback-port", port, *ALWAYS)
    ran = geppo("sources", "try", searched, "--search", *options)
    assert ran.code == 0, ran.out
    assert "family site_search, ok" in ran.out
    assert "关于推进清洁取暖工作的通知" in ran.out
    ran = geppo("sources", "try", "ts", "--search", *options)
    assert ran.code == 2
    assert "ts has no search" in ran.err
    assert "sweep:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "--all"),
        (("check", "nobody"), "no source 'nobody'"),
        (("try", "ts", "--selector", "body"), "name=css"),
        (("try", "ts", "--family", "wordpress"), "trs_wcm"),
        (("try", "http://[bad"), "no web address"),
        (("try", "http://a b/"), "no web address"),
        (("new", "http:///x"), "no web address"),
        (("done", "ts"), "manual_check"),
        (("new", "https://x.example/a/", "--id", "Bad Id"), "small letters"),
        (("new", "https://x.example/a/", "--id", "ts"), "already a source"),
    ],
)
def test_wrong_arguments_say_what_is_right(
    geppo: Geppo, home: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = geppo("sources", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_new_writes_a_file_that_works_and_a_pair_to_review(
    geppo: Geppo, home: Path, port: int
) -> None:
    url = column(home, "sy")
    file = home / "spiders" / "sources" / "city" / "sy.yml"
    file.unlink()
    options = ("--loopback-port", port, *ALWAYS)
    ran = geppo("sources", "new", url, "--id", "shenyang", *options)
    assert ran.code == 0, ran.err
    assert "set reviewed to true" in ran.out
    written = home / "spiders" / "sources" / "city" / "shenyang.yml"
    lines = written.read_text("utf-8").splitlines()
    assert len(lines) <= 12
    made = next(s for s in load_sources(home / "spiders/sources") if s.id == "shenyang")
    assert (made.place, made.level, made.family, made.status) == (
        "210100", "city", "trs_wcm", "active",
    )  # fmt: skip
    assert "瀋陽" in made.name_ja
    assert geppo("sources", "check", "shenyang", *options).code == 0

    folder = home / "tests" / "pages" / "shenyang"
    assert {path.name for path in folder.iterdir()} == {
        "list.html", "detail.html", "expected.json",
    }  # fmt: skip
    (fault,) = differences(folder)
    assert "not reviewed" in fault
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    expected["reviewed"] = True
    (folder / "expected.json").write_text(json.dumps(expected), "utf-8")
    assert differences(folder) == []
    written.write_text("family: auto")
    assert differences(folder) == [], "a pair carries the selectors of its day"
    expected["detail"]["title"] = "别的题目"
    expected["list"]["items"] += 1
    (folder / "expected.json").write_text(json.dumps(expected), "utf-8")
    assert len(differences(folder)) == 2

    written.unlink()
    again = geppo("sources", "new", url, "--id", "shenyang", *options)
    assert again.code == 2
    assert "never overwritten" in again.err


@pytest.mark.parametrize("source_id", ["js", "xt"])
def test_lists_from_an_api_freeze_too(geppo: Geppo, home: Path, port: int, source_id: str) -> None:
    source = next(s for s in load_sources(home / "spiders/sources") if s.id == source_id)
    (home / "spiders" / "sources" / source.level / f"{source_id}.yml").unlink()
    ran = geppo(
        "sources", "new", source.columns[0].url, "--id", "fresh", "--place", source.place,
        "--loopback-port", port, *ALWAYS,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    folder = home / "tests" / "pages" / "fresh"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert expected["list"]["items"] >= 1
    (fault,) = differences(folder)
    assert "not reviewed" in fault


def test_new_refuses_what_it_cannot_read(
    geppo: Geppo, home: Path, web: Web, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = geppo("sources", "new", "https://nowhere.example/tz/", "--loopback-port", port)
    assert dead.code == 2
    assert "no such host" in dead.err
    nameless = html(
        "<html><body><ul>"
        + "".join(
            f"<li><a href='/a/{n}.html'>关于第{n}项工作安排的通知</a> 2026-10-{n:02}</li>"
            for n in range(1, 9)
        )
        + "</ul></body></html>"
    )
    monkeypatch.setitem(web.pages, ("plain.example", "/"), lambda: nameless)
    ran = geppo("sources", "new", "https://plain.example/", "--loopback-port", port, *ALWAYS)
    assert ran.code == 2
    assert "--name" in ran.err
    ran = geppo(
        "sources", "new", "https://plain.example/", "--name", "某地生态局",
        "--loopback-port", port, *ALWAYS,
    )  # fmt: skip
    assert ran.code == 2
    assert "--place" in ran.err
    assert not (home / "tests").exists()


def test_manual_sources_remind_until_somebody_looked(geppo: Geppo, home: Path) -> None:
    path = home / "spiders" / "sources" / "city" / "byhand.yml"
    path.write_text(
        "id: byhand\nname: 某市\nname_ja: 某市\nfamily: auto\nlevel: city\nplace: '130200'\n"
        "issuer: 某市\nstatus: manual\nevidence: none\n"
        "manual_check: {interval: 31, message: 毎月サイトを確認する。}\n",
        encoding="utf-8",
    )

    def state() -> dict[str, object]:
        lines = json.loads(geppo("sources", "list", "--json").out)
        return next(line for line in lines if line["id"] == "byhand")

    assert (state()["overdue"], state()["checked_by_hand"]) == (True, None)
    shown = geppo("sources", "list").out
    assert "due: byhand: 毎月サイトを確認する。" in shown
    ran = geppo("sources", "done", "byhand", "--who", "田中")
    assert ran.code == 0, ran.err
    after = state()
    assert after["overdue"] is False
    due = date.fromisoformat(str(after["manual_due"]))
    assert due - date.fromisoformat(str(after["checked_by_hand"])) == timedelta(days=31)
    checks = home.parent / "bulletins" / "manual_checks.jsonl"
    checks.write_text(checks.read_text() + "not json\n")
    ran = geppo("sources", "list")
    assert ran.code == 2
    assert "line 2" in ran.err


@pytest.mark.parametrize(
    ("status", "health", "due"),
    [
        ("manual", None, True),
        ("unverified", None, True),
        ("unverified", "ok", True),
        ("active", None, False),
        ("active", "ok", False),
        ("active", "blocked", True),
        ("retired", "blocked", False),
    ],
)
def test_a_check_by_hand_is_due_while_no_spider_reads_well(
    geppo: Geppo, home: Path, tmp_path: Path, status: str, health: str | None, due: bool
) -> None:
    path = home / "spiders" / "sources" / "city" / "ts.yml"
    text = path.read_text("utf-8").replace("status: active", f"status: {status}")
    check = "manual_check: {interval: 31, message: 毎月確認する。}\n"
    path.write_text(text + check, encoding="utf-8")
    if health:
        store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
        at = datetime(2026, 10, 1, tzinfo=UTC)
        store.put_runs(
            [SourceReport.model_validate({"source_id": "ts", "health": health, "started_at": at})]
        )
        store.close()
    lines = json.loads(geppo("sources", "list", "--json").out)
    (line,) = [line for line in lines if line["id"] == "ts"]
    assert line["overdue"] is due


def test_a_family_or_place_nobody_knows_is_said_before_anything_runs(
    geppo: Geppo, home: Path
) -> None:
    path = home / "spiders" / "sources" / "city" / "ts.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("family: zycms", "family: zycm").replace("130200", "139999"))
    for command in (("sources", "list"), ("collect", "--month", "2026-10")):
        ran = geppo(*command)
        assert ran.code == 2
        assert "ts.yml: family: zycm is unknown; choose one of" in ran.err
        assert "ts.yml: place: 139999 is not in glossary/places.csv" in ran.err


def test_ids_come_from_hosts() -> None:
    assert id_of("https://sthjt.hubei.gov.cn/tzgg/") == "hubei-sthjt"
    assert id_of("https://www.mee.gov.cn/x/") == "mee"
    assert id_of("https://www.gov.cn/") == "new-source"


def test_frozen_pairs_read_as_reviewed() -> None:
    folders = (path.parent for path in (ROOT / "tests" / "pages").glob("*/expected.json"))
    assert [fault for folder in folders for fault in differences(folder)] == []
