"""A disk that is full or read-only: what reads works, with one notice, and what writes exits with 4."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.bad_disk import DISKS, NAMESPACE, Disk, can_mount, run_on
from kit.fictional_service import NOW, FictionalService, serve_fictional_papers
from kit.machines import bare_repository
from kit.recorded import SHARED, hub
from kit.shell import Ran, command, environment, spawn

pytestmark = pytest.mark.slow

ONE, TWO, THREE = "2604.00001", "2604.00002", "2604.00003"
READING = (
    "bookmark list", "bookmark list --query graph", "bookmark tags", f"bookmark note {ONE}", "list daily --offline",
    "list daily --json", "list trending", "list archive --offline", "list library", "list rising --offline",
    "search graph", "search graph --json", "search graph --online", f"show {ONE}", f"show {THREE} --json",
    f"read {ONE} --offline", f"read {TWO}", "export", "export --format json", f"export --ids {THREE}", "log",
    "digest", "digest --offline --html", "digest status", "config show", "doctor", "feeds list", "feeds export",
    "sync status", f"open {ONE}",
)  # fmt: skip
#: Messages besides the notice that the disk cannot be written.
EXPECTED = (
    "Showing the list stored",
    "Votes were recorded",
    "Opened ",
    "papers are stored for",
    "No new papers",
    "This is Hugging Face",
)
WRITING = (
    f"bookmark add {THREE}", f"bookmark remove {ONE}", f"bookmark tag {ONE} +new", f"bookmark note {ONE} text",
    f"bookmark state {ONE} read", f"bookmark rate {ONE} 5", "bookmark tags --rename a b",
    "bookmark collections --save x graph", "undo", "feeds add arxiv:cs.LG", "feeds remove cs-ai",
    "feeds import {}/feeds.opml", "import {}/one.bib", "import {}/papers.json", "import {}/ids.txt", "refresh daily",
    "refresh", "config edit", "doctor --restore previous", "sync setup {}/remote", "export -o {}/disk/x.bib",
)  # fmt: skip


class Home(NamedTuple):
    """A home with papers, bookmarks, feeds and a full text, and the variables for it."""

    folder: Path
    variables: dict[str, str]

    @property
    def disk(self) -> Path:
        return self.folder / "disk"

    @property
    def path(self) -> Path:
        return self.disk / "home"

    def argv(self, words: str) -> list[str]:
        return words.format(self.folder).split()


@pytest.fixture(scope="module")
def service() -> Iterator[FictionalService]:
    with serve_fictional_papers() as fictional_service:
        fictional_service.texts[ONE] = fictional_service.texts[TWO] = "# A paper\n\nText of the paper.\n"
        yield fictional_service


@pytest.fixture(scope="module")
def filled(service: FictionalService, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that no test may change."""
    folder = tmp_path_factory.mktemp("filled")
    home = Home(folder, {**service.variables, "PAPERTUI_NOW": NOW, "EDITOR": "true", "BROWSER": "true"})
    home.path.mkdir(parents=True)
    home.variables["PAPERTUI_HOME"] = str(home.path)
    (folder / "feeds.opml").write_text(
        '<opml version="2.0"><body><outline text="x" xmlUrl="https://a.example/feed"/></body></opml>'
    )
    (folder / "one.bib").write_text("@article{a, title={Quite Another Paper}, author={Ada Lovelace}, year=2001}")
    (folder / "papers.json").write_text(json.dumps([{"id": "2604.00011", "title": "Other", "abstract": "x"}]))
    (folder / "ids.txt").write_text("2604.00004\n")
    bare_repository(folder / "remote")
    for words in (
        "refresh daily trending", f"bookmark add {ONE} {TWO}", f"bookmark tag {ONE} +a", f"bookmark note {ONE} good",
        "feeds add arxiv:cs.CL arxiv:cs.AI", f"read {ONE}", "search graph",
    ):  # fmt: skip
        assert spawn(*words.split(), **home.variables).code == 0, words
    return home


@pytest.fixture
def home(filled: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    shutil.copytree(filled.folder, tmp_path, dirs_exist_ok=True)
    home = Home(tmp_path, dict(filled.variables))
    home.variables["PAPERTUI_HOME"] = str(home.path)
    return home


def _on(disk: Disk, home: Home, commands: Sequence[str], afterwards: Sequence[str] = ()) -> list[Ran]:
    if disk != "limited" and not can_mount():
        pytest.skip("this machine does not let its users mount disks")
    return run_on(disk, home.disk, list(map(home.argv, commands)), list(map(home.argv, afterwards)), **home.variables)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _check_reading(disk: Disk, home: Home, words: str, ran: Ran) -> None:
    assert ran.code == 0, (words, ran)
    assert "Traceback" not in ran.err, (words, ran)
    notices = [line for line in ran.err.splitlines() if not any(part in line for part in EXPECTED)]
    # A limit of the process shows only when something is written.
    assert len(notices) == 1 or (disk == "limited" and not notices), (words, ran.err)
    for notice in notices:
        assert str(home.path) in notice, words
        assert ("read-only" if disk == "read-only" else "full") in notice, words


def _check_writing(words: str, ran: Ran) -> None:
    assert ran.code == 4, (words, ran)
    assert ran.out == "", (words, ran)
    assert len(ran.err.splitlines()) == 1, (words, ran.err)
    assert ran.err.endswith(".\n"), (words, ran.err)


@pytest.mark.parametrize("disk", DISKS)
def test_what_reads_works_and_what_writes_exits_with_4(disk: Disk, home: Home) -> None:
    before = [spawn(*home.argv(words), **home.variables) for words in ("bookmark list --json", "export")]
    afterwards = ("bookmark list --json", "export", "doctor", f"bookmark add {THREE}", "refresh daily", "search graph")
    results = _on(disk, home, (*READING, *WRITING), afterwards)
    read, wrote, after = results[: len(READING)], results[len(READING) : -len(afterwards)], results[-len(afterwards) :]
    for words, ran in zip(READING, read, strict=True):
        _check_reading(disk, home, words, ran)
    for words, ran in zip(WRITING, wrote, strict=True):
        _check_writing(words, ran)
    assert read[READING.index("export")].out == before[1].out
    assert all(part in read[READING.index("search graph")].out for part in ("Graph Networks", "2604.0000"))
    assert "Text of the paper." in read[READING.index(f"read {ONE} --offline")].out
    assert [ran.out for ran in after[:2]] == [ran.out for ran in before], "nothing is lost when the disk has room again"
    assert [(ran.code, ran.err) for ran in after] == [(0, "")] * len(afterwards)
    assert "FAILS" not in after[2].out


def test_nothing_is_left_half_written(home: Home) -> None:
    before = _files(home.path)
    _on("limited", home, WRITING)
    after = _files(home.path)
    assert {name: data for name, data in after.items() if name in before} == before
    left = {name for name, data in after.items() if data and name not in before}
    assert not {name for name in left if not name.startswith("cache/")}, left


@pytest.mark.parametrize("disk", DISKS)
def test_a_list_shows_what_was_fetched(disk: Disk, home: Home, service: FictionalService) -> None:
    day = service.days["2026-04-30"]
    paper = {**day[0]["paper"], "id": "2604.00777", "title": "Just Announced"}
    service.days["2026-04-30"] = [{**day[0], "paper": paper, "title": "Just Announced"}, *day]
    commands = ("list daily", "search announced --online", "show 2604.00777", "export --ids 2604.00777", "digest")
    try:
        for words, ran in zip(commands, _on(disk, home, commands), strict=True):
            _check_reading(disk, home, words, ran)
            assert "Just Announced" in ran.out, (words, ran)
    finally:
        service.days["2026-04-30"] = day


@pytest.mark.parametrize("disk", DISKS)
def test_a_home_that_was_never_written_is_usable(disk: Disk, home: Home) -> None:
    home.variables["PAPERTUI_HOME"] = str(home.disk / "new" / "home")
    commands = ("list daily", "bookmark list", "search graph", "log", "doctor")
    for words, ran in zip(commands, _on(disk, home, commands), strict=True):
        assert ran.code == 0, (words, ran)
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("damage", ["bookmarks", "archive", "index", "deleted archive", "log of a killed process"])
def test_damage_does_not_stop_reading(home: Home, damage: str) -> None:
    disk: Disk = "full" if damage == "deleted archive" else "read-only"
    path = home.path
    match damage:
        case "bookmarks":
            data = (path / "bookmarks.json").read_bytes()
            (path / "bookmarks.json").write_bytes(data[:-30])
        case "archive":
            (path / "archive.db").write_bytes(b"not a database" * 1000)
        case "index":
            for segment in (path / "index").glob("*.segment"):
                segment.write_bytes(segment.read_bytes()[:-9])
        case "deleted archive":
            (path / "archive.db").unlink()
        case _:
            data = (path / "archive.db").read_bytes()
            assert data[18:20] == b"\2\2", "it has a log"
            (path / "archive.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(60))
    before = _files(path)
    commands = ("bookmark list --json", "export", "search graph", "list daily")
    results = _on(disk, home, commands)
    for words, ran in zip(commands, results, strict=True):
        assert ran.code == 0, (words, ran)
        assert "Traceback" not in ran.err, (words, ran)
    marks = {row["id"]: row["bookmark"]["note"] for row in results[0].rows}
    assert marks == {ONE: "good", TWO: ""}
    assert _files(path) == before


@pytest.mark.recorded
def test_the_case_of_the_issue(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("this machine does not let its users mount disks")
    program = tmp_path / "bin" / "papertui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command())} "$@"\n')
    program.chmod(0o700)
    with hub(today="2026-04-30") as address:
        names = ("PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL")
        variables = {"HF_ENDPOINT": address, **dict.fromkeys(names, f"{address}/arxiv"), "PAPERTUI_NOW": NOW}
        path = f"{program.parent}:{os.environ['PATH']}"
        done = subprocess.run(
            [*NAMESPACE, "bash", str(SHARED / "cases" / "disk-full.sh")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(**variables, PATH=path, TMPDIR=str(tmp_path)),
            check=True,
        )
    _, *parts = done.stdout.decode().split("\n-- ")
    assert len(parts) == 10
    for part in parts:
        disk, _, _ = part.partition(":")
        assert part.rstrip().endswith("exit 0"), part
        assert part.count("Nothing new is stored in ") == 1, part
        assert ("because the disk is full" if disk == "full" else "because the disk is read-only") in part
        assert "GLM-5V-Turbo" in part or "search" in part
