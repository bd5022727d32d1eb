"""Hooks as real processes: they read events from stdin, run one at a time, and their failures are harmless."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from kit.papers import plain
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.changes import Change
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.services.feeds import FeedExtras, FeedService
from papertui.services.follows import FollowService
from papertui.services.hooks import Hooks
from papertui.services.library import LibraryService
from papertui.services.read_state import ReadState
from papertui.settings import HookSettings as Commands
from papertui.settings import Settings

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
WRITES = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read() + b'\\n')"
HOSTILE = Paper(
    "2604.00009",
    "$(reboot) `id` ; rm -rf ~ \N{BULLET} 題",
    abstract="“Quoted” and \\escaped.",
    authors=("Ada Lovelace",),
    sources=("huggingface",),
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive.db")
    yield archive
    archive.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "bookmarks.json", tmp_path / "backups")


def hooks_with(archive: Archive, library: Library, **commands: Any) -> Hooks:
    return Hooks(Commands(**commands), archive, library, lambda: NOW)


def python(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


def events(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_adding_and_removing_bookmarks_run_the_hook_with_the_paper(
    tmp_path: Path, archive: Archive, library: Library
) -> None:
    hooks = hooks_with(archive, library, bookmark=python(WRITES, str(tmp_path / "events")))
    keeper = LibraryService(library, lambda: NOW, hooks=hooks)
    keeper.keep([HOSTILE])
    hooks.finish()
    keeper.keep([HOSTILE])  # bookmarked already: no event
    assert not keeper.toggle(HOSTILE)
    keeper.release([HOSTILE.id])
    hooks.finish()
    kept, released = events(tmp_path / "events")
    assert (kept["event"], kept["action"], kept["at"]) == ("bookmark", "kept", "2026-04-30T18:00:00Z")
    assert (released["event"], released["action"]) == ("bookmark", "released")
    for event in (kept, released):
        (paper,) = event["papers"]
        assert (paper["id"], paper["title"], paper["abstract"]) == (HOSTILE.id, HOSTILE.title, HOSTILE.abstract)
    assert kept["papers"][0]["bookmark"]["state"] == "to read"
    assert released["papers"][0]["bookmark"] is None
    assert hooks.take_notices() == ()


def test_marking_read_runs_the_hook_once_for_each_paper(tmp_path: Path, archive: Archive, library: Library) -> None:
    archive.remember([plain(1), HOSTILE], NOW)
    hooks = hooks_with(archive, library, read=python(WRITES, str(tmp_path / "events")))
    marks = ReadState(archive, lambda: NOW, hooks)
    marks.mark([HOSTILE.id], read=True)
    hooks.finish()
    marks.mark([HOSTILE.id, plain(1).id], read=True)
    marks.mark([HOSTILE.id], read=False)
    hooks.finish()
    first, second = events(tmp_path / "events")
    assert (first["event"], first["action"]) == ("read", "read")
    assert [paper["abstract"] for paper in first["papers"]] == [HOSTILE.abstract]
    assert [paper["id"] for paper in second["papers"]] == [plain(1).id]


def test_the_abstract_is_read_from_the_library_if_the_archive_lacks_it(
    tmp_path: Path, archive: Archive, library: Library
) -> None:
    library.add([HOSTILE], NOW)  # the archive may have been deleted
    hooks = hooks_with(archive, library, read=python(WRITES, str(tmp_path / "events")))
    hooks.emit("read", "read", [HOSTILE.id])
    hooks.finish()
    assert events(tmp_path / "events")[0]["papers"][0]["abstract"] == HOSTILE.abstract


class Slow:
    """Records its arguments and waits until `go_on` is set."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began = threading.Event()
        self.bodies: list[Any] = []
        self.variables: list[Mapping[str, str]] = []
        self.commands: list[Sequence[str]] = []
        self.at_once = 0
        self.running = 0

    def __call__(
        self, command: Sequence[str], body: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
    ) -> str:
        assert seconds == 60
        self.running += 1
        self.at_once = max(self.at_once, self.running)
        self.commands.append(command)
        self.bodies.append(json.loads(body))
        self.variables.append(variables)
        self.began.set()
        while not self.go_on.wait(0.01):
            if stop.is_set():
                break
        self.running -= 1
        return ""


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.go_on.set()


@pytest.fixture
def hooks(slow: Slow, archive: Archive, library: Library) -> Hooks:
    return Hooks(Commands(("a",), ("b",), ("c",), 60), archive, library, lambda: NOW, slow)


def test_events_during_a_run_are_queued_and_merged(hooks: Hooks, slow: Slow) -> None:
    hooks.emit("bookmark", "kept", [plain(1)])
    assert slow.began.wait(20)
    for number in range(2, 302):
        hooks.emit("bookmark", "kept", [plain(number)])
    hooks.emit("bookmark", "released", [plain(2)])
    hooks.emit("bookmark", "kept", [plain(2)])
    hooks.emit("refresh", "new", [plain(7)], "daily:2026-04-30")
    slow.go_on.set()
    hooks.finish()
    happened = [(body["action"], len(body["papers"])) for body in slow.bodies]
    assert happened == [("kept", 1), ("kept", 300), ("released", 1), ("kept", 1), ("new", 1)]
    assert slow.at_once == 1
    assert slow.bodies[-1]["feed"] == "daily:2026-04-30"
    assert "feed" not in slow.bodies[0]
    assert slow.commands == [("a",)] * 4 + [("c",)]


@pytest.mark.slow
def test_variables_contain_only_ids(hooks: Hooks, slow: Slow) -> None:
    slow.go_on.set()
    hooks.emit("bookmark", "kept", [HOSTILE, plain(1)])
    hooks.finish()
    assert slow.variables == [
        {
            "PAPERTUI_HOOK_EVENT": "bookmark",
            "PAPERTUI_HOOK_ACTION": "kept",
            "PAPERTUI_HOOK_COUNT": "2",
            "PAPERTUI_HOOK_IDS": f"{HOSTILE.id} {plain(1).id}",
        }
    ]
    hooks.emit("refresh", "new", [plain(number) for number in range(1, 9000)], "x")
    hooks.finish()
    assert len(slow.variables[-1]["PAPERTUI_HOOK_IDS"]) < 32_001
    assert len(slow.bodies[-1]["papers"]) == 8999


def test_the_queue_is_limited(hooks: Hooks, slow: Slow) -> None:
    hooks.emit("bookmark", "kept", [plain(1)])
    assert slow.began.wait(20)
    for _ in range(80):  # alternating, since similar events are merged
        hooks.emit("bookmark", "released", [plain(1)])
        hooks.emit("bookmark", "kept", [plain(1)])
    slow.go_on.set()
    hooks.finish()
    assert len(slow.bodies) == 101
    assert hooks.take_notices() == ("Hooks took too long, and 60 events ran no command. See [hooks] in the settings.",)
    assert hooks.take_notices() == ()


def test_finish_at_once_stops_the_running_command(hooks: Hooks, slow: Slow) -> None:
    hooks.emit("bookmark", "kept", [plain(1)])
    assert slow.began.wait(20)
    hooks.emit("read", "read", [plain(1)])
    hooks.finish(at_once=True)
    assert slow.running == 0
    assert len(slow.bodies) == 1
    assert "1 event ran no command" in hooks.take_notices()[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (python("import sys; sys.exit('no \x1b[31m room')"), "ended with status 1: no room."),
        (
            ("/no/such/program",),
            "The hook “read” (program in [hooks] of the settings) could not be started: No such file or directory.",
        ),
        (python("import time; time.sleep(99)"), "was stopped."),
        (python("raise SystemExit(3)"), "ended with status 3."),
    ],
)
def test_a_failure_is_reported_in_one_sentence(
    archive: Archive, library: Library, command: tuple[str, ...], said: str
) -> None:
    slow = "sleep" in command[-1]
    hooks = hooks_with(archive, library, read=command, timeout=0.5 if slow else 60)
    for _ in range(1 if slow else 2):
        hooks.emit("read", "read", [plain(1)])
    if not slow:  # finish waits no longer than the limit of one command, which is what ends the slow one
        hooks.finish()
    while not (notices := hooks.take_notices()):
        sleep(0.01)
    (sentence,) = notices
    assert sentence.startswith("The hook “read” (")
    assert sentence.endswith(said)
    assert sentence.isprintable()


def test_a_step_runs_hooks_for_added_and_removed_bookmarks(hooks: Hooks, slow: Slow) -> None:
    slow.go_on.set()
    one, two, three = (Bookmark(plain(number), NOW) for number in (1, 2, 3))
    hooks.emit_changes(
        [
            Change("1", None, one),
            Change("2", two, None),
            Change("3", three, three._replace(note="x")),
            Change("4", None, None),
        ]
    )
    hooks.emit_changes(
        [Change(two.paper.id, two._replace(paper=plain(2)._replace(abstract="")), None)], {plain(2).id: plain(2)}
    )
    hooks.finish()
    happened = [(body["action"], [paper["id"] for paper in body["papers"]]) for body in slow.bodies]
    assert happened == [("released", [plain(2).id]), ("kept", [plain(1).id]), ("released", [plain(2).id])]
    assert slow.bodies[-1]["papers"][0]["abstract"] == plain(2).abstract


def test_without_a_command_no_paper_is_looked_up(tmp_path: Path, archive: Archive) -> None:
    class Unasked(Library):
        def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
            raise AssertionError(f"nobody needs {ids}")

    library = Unasked(tmp_path / "bookmarks.json", tmp_path / "backups")
    hooks = hooks_with(archive, library, read=("a",))
    keeper = LibraryService(library, lambda: NOW, hooks=hooks)
    assert keeper.keep([HOSTILE]) == keeper.release([HOSTILE.id]) == (HOSTILE.id,)
    hooks.finish()
    assert hooks.take_notices() == ()
    assert not hooks_with(archive, library).is_set


def test_a_damaged_store_is_reported_and_no_command_runs(tmp_path: Path, slow: Slow, library: Library) -> None:
    (tmp_path / "archive").mkdir()
    archive = Archive(tmp_path / "archive")
    hooks = Hooks(Commands(read=("a",), timeout=60), archive, library, lambda: NOW, slow)
    hooks.emit("read", "read", [plain(1)])
    hooks.finish()
    assert slow.bodies == []
    assert hooks.take_notices()[0].startswith("The hook “read” (a in [hooks] of the settings) was not run: ")
    hooks.emit("read", "read", [plain(1)])  # the next event is tried again
    hooks.finish()
    assert len(hooks.take_notices()) == 1


async def test_new_papers_of_a_feed_run_the_hook(
    archive: Archive, library: Library, hooks: Hooks, slow: Slow, tmp_path: Path
) -> None:
    slow.go_on.set()
    stand_in = StandInSource((plain(1), plain(2)))
    follows = FollowService(Settings(), tmp_path / "settings.toml", stand_in.open)
    feeds = FeedService(archive, library, stand_in.open, lambda: NOW, follows, FeedExtras(hooks))
    await feeds.refresh(FeedName("daily"))
    await asyncio.to_thread(hooks.finish)  # events that wait for a command are joined
    await feeds.refresh(FeedName("daily"))
    stand_in.papers = (plain(1), plain(2), plain(3))
    await feeds.refresh(FeedName("daily"))
    await asyncio.to_thread(hooks.finish)
    happened = [(body["event"], body["feed"], [paper["id"] for paper in body["papers"]]) for body in slow.bodies]
    assert happened == [
        ("refresh", "daily:2026-04-30", [plain(1).id, plain(2).id]),
        ("refresh", "daily:2026-04-30", [plain(3).id]),
    ]
