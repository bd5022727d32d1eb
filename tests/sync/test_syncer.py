"""Sync of the library between several machines."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from kit.machines import BARE, Machine, by_hand, git
from kit.papers import plain
from papertui.errors import SourceError, StoreError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.changes import Change, ChangeSet
from papertui.model.paper import Paper
from papertui.model.remote import Remote, remote_of
from papertui.sync.exchange import Syncer, SyncResult, sync_lock
from papertui.sync.git import Git, GitResult
from papertui.sync.repository import path_of

from .conftest import Meeting

pytestmark = pytest.mark.slow

HARNESS = Path(__file__).with_name("sync_harness.py")
DAWN = datetime(2026, 4, 30, tzinfo=UTC)
ONE, TWO, THREE = plain(1), plain(2), plain(3)


def same(meeting: Meeting) -> bool:
    return meeting.one.marks() == meeting.two.marks()


def test_any_sequence_of_changes_syncs_and_kills_converges() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, HARNESS, "--operations", "30", "--seed", "3"],
        env=environment, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all end equal, nothing lost" in done.stdout


def test_two_separate_libraries_are_merged(meeting: Meeting) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.two.keep(TWO, THREE)
    meeting.one.change(TWO.id, tags=("a",), note="From one")
    meeting.two.change(TWO.id, tags=("b",), state="read")
    meeting.one.sync(meeting.remote)
    done = meeting.two.sync(meeting.remote)
    assert (done.received, done.kept, done.lost) == (2, 3, ())
    meeting.one.sync(meeting.remote)
    assert same(meeting)
    both = meeting.one.marks()[TWO.id]
    assert (set(both.tags), both.note, both.state) == ({"a", "b"}, "From one", "read")
    assert both.paper.abstract == TWO.abstract


def test_an_up_to_date_sync_sends_nothing(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    assert meeting.one.sync(meeting.remote).sent == 1
    before = git(meeting.path, "rev-parse", "papertui")
    assert meeting.one.sync(meeting.remote)[:2] == (0, 0)
    assert git(meeting.path, "rev-parse", "papertui") == before


def test_the_repository_can_be_read_by_people(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    meeting.one.change(ONE.id, tags=("todo",))
    meeting.one.sync(meeting.remote)
    assert git(meeting.path, "log", "--format=%s|%an|%as", "papertui").splitlines() == [
        f"Tag {ONE.id} {ONE.title} +todo|papertui|2026-04-30",
        f"Add {ONE.id} {ONE.title}|papertui|2026-04-30",
    ]
    assert git(meeting.path, "ls-tree", "-r", "--name-only", "papertui").splitlines() == [
        "README.md",
        path_of(ONE.id),
        "papertui.json",
    ]
    text = git(meeting.path, "show", f"papertui:{path_of(ONE.id)}")
    assert list(json.loads(text)) == sorted(json.loads(text))
    diff = git(meeting.path, "diff", "--numstat", "papertui~1", "papertui")
    assert diff.startswith("8\t2\t")


def test_the_newer_note_wins_and_the_other_is_reported_and_in_the_history(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    meeting.two.change(ONE.id, note="The older note")
    away = meeting.path.rename(meeting.path.with_name("away.git"))
    with pytest.raises(SourceError):
        meeting.two.sync(meeting.remote)
    away.rename(meeting.path)
    meeting.one.change(ONE.id, note="The newer note")
    meeting.one.sync(meeting.remote)
    done = meeting.two.sync(meeting.remote)
    assert [(lost.id, lost.kept, lost.other) for lost in done.lost] == [(ONE.id, "The newer note", "The older note")]
    meeting.one.sync(meeting.remote)
    assert same(meeting)
    assert meeting.one.marks()[ONE.id].note == "The newer note"
    assert "The older note" in git(meeting.path, "log", "-1", "--format=%B", "papertui")
    assert "The older note" in git(meeting.path, "log", "-p", "--full-history", "papertui", "--", path_of(ONE.id))


def test_a_removal_is_synced_and_loses_to_a_change(meeting: Meeting) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    meeting.one.library.remove([ONE.id, TWO.id])
    meeting.two.change(TWO.id, rating=5)
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    meeting.one.sync(meeting.remote)
    assert same(meeting)
    assert list(meeting.one.marks()) == [TWO.id]


def test_changes_wait_while_the_remote_is_unreachable(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    away = meeting.path.rename(meeting.path.with_name("away.git"))
    for paper in (TWO, THREE):
        meeting.one.keep(paper)
        with pytest.raises(SourceError, match="cannot be reached"):
            meeting.one.sync(meeting.remote)
    state = meeting.one.exchange.state()
    assert (state.waiting, state.ahead, state.behind) == (0, 2, 0)
    assert "cannot be reached" in state.failure
    away.rename(meeting.path)
    assert meeting.one.sync(meeting.remote).sent == 2
    state = meeting.one.exchange.state()
    assert (state.ahead, state.failure, state.synced) == (0, "", state.tried)


def test_changes_during_a_sync_are_kept(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    meeting.two.change(ONE.id, tags=("theirs",), note="Theirs")
    meeting.two.sync(meeting.remote)

    class Meanwhile(Library):
        def change(self, *arguments: Any, **options: Any) -> ChangeSet | None:
            meeting.one.change(ONE.id, tags=("ours",), note="Ours")  # the app is open as well
            return super().change(*arguments, **options)

    home = meeting.one.home
    slow = Meanwhile(home / "bookmarks.json", home / "backups")
    done = Syncer(slow, home / "bookmarks.json", home / "sync", BARE, meeting.one.clock).sync(meeting.remote)
    assert [lost.other for lost in done.lost] == ["Theirs"]
    assert set(meeting.one.marks()[ONE.id].tags) == {"ours", "theirs"}
    assert meeting.one.exchange.state().waiting == 1
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    assert same(meeting)
    assert meeting.two.marks()[ONE.id].note == "Ours"


def test_another_machine_may_push_first(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.two.keep(TWO)
    threads = [
        threading.Thread(target=lambda machine=machine: machine.sync(meeting.remote))
        for machine in (meeting.one, meeting.two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    assert same(meeting)
    assert set(meeting.one.marks()) == {ONE.id, TWO.id}


def test_only_one_sync_runs_at_a_time(meeting: Meeting, tmp_path: Path) -> None:
    meeting.one.keep(ONE)
    again = Machine(tmp_path / "one", meeting.one.clock)
    with sync_lock(meeting.one.folder, 0), pytest.raises(StoreError, match="Another sync is running"):
        again.sync(meeting.remote)


def test_only_one_background_sync_waits(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    with sync_lock(meeting.one.folder, 0):
        waiting = FileLock(meeting.one.folder.with_name("sync.queue.lock"))
        with waiting.acquire(timeout=0):
            assert meeting.one.exchange.sync(meeting.remote, background=True) == SyncResult(0, 0, 1)
        with pytest.raises(StoreError, match="is running"):  # no other sync is waiting, so this one waits
            meeting.one.exchange.sync(meeting.remote, background=True)
    assert meeting.one.exchange.sync(meeting.remote, background=True).sent == 1


def test_other_branches_and_files_are_not_changed(meeting: Meeting) -> None:
    tree = git(meeting.path, "mktree")
    commit = git(meeting.path, "commit-tree", tree, "-m", "Another project")
    git(meeting.path, "update-ref", "refs/heads/main", commit)
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    assert git(meeting.path, "rev-parse", "main") == commit
    # Somebody adds a licence in the web interface of the forge.
    by_hand(meeting.path, {'LICENCE "of" ours': b"Public domain\n"})
    meeting.one.keep(TWO)
    meeting.one.sync(meeting.remote)
    assert git(meeting.path, "show", 'papertui:LICENCE "of" ours') == "Public domain"


def test_a_branch_that_is_not_a_library_is_refused(meeting: Meeting) -> None:
    commit = by_hand(meeting.path, {"main.c": b"int main;"})
    meeting.one.keep(ONE)
    with pytest.raises(UsageError, match="is not a papertui library"):
        meeting.one.sync(meeting.remote)
    assert git(meeting.path, "rev-parse", "papertui") == commit


def test_a_library_of_a_newer_papertui_is_refused(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    commit = by_hand(meeting.path, {"papertui.json": b'{"format": 2}'})
    meeting.two.keep(TWO)
    with pytest.raises(StoreError, match="newer papertui"):
        meeting.two.sync(meeting.remote)
    assert (git(meeting.path, "rev-parse", "papertui"), list(meeting.two.marks())) == (commit, [TWO.id])


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b"\xff", b'{"id": "2604.00009", "title": "x"}', b"[" * 100_000],
    ids=["cut", "another type", "not UTF-8", "another paper", "nested deeply"],
)
def test_an_unreadable_file_removes_no_bookmark(meeting: Meeting, data: bytes) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.one.sync(meeting.remote)
    by_hand(meeting.path, {path_of(ONE.id): data})
    done = meeting.one.sync(meeting.remote)
    assert done.notices == (f"{path_of(ONE.id)} in the repository cannot be read as a bookmark and was not changed.",)
    assert set(meeting.one.marks()) == {ONE.id, TWO.id}
    assert meeting.one.sync(meeting.remote).sent == 1  # and is repaired from the library
    assert meeting.two.sync(meeting.remote).notices == ()
    assert same(meeting)


def test_texts_from_a_repository_are_sanitized(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    row = json.loads(git(meeting.path, "show", f"papertui:{path_of(ONE.id)}"))
    row |= {"title": "\x1b]0;gone\x07Title", "note": "a\x1b[2Jb\u202e", "tags": ["t\x9b31m", 7], "upvotes": "many"}
    row |= {"edited": {"note": "0001-01-01T00:00:00+23:59", "tags": ["x"]}, "state": "eaten"}
    by_hand(meeting.path, {path_of(ONE.id): json.dumps(row).encode()})
    meeting.one.sync(meeting.remote)
    mark = meeting.one.marks()[ONE.id]
    assert (mark.paper.title, mark.note, mark.tags, mark.paper.upvotes) == ("Title", "ab", ("t",), None)


def test_a_missing_bookmark_file_is_restored(meeting: Meeting) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.one.sync(meeting.remote)
    for file in meeting.one.home.glob("bookmarks.json*"):
        file.unlink()
    done = meeting.one.sync(meeting.remote)
    assert set(meeting.one.marks()) == {ONE.id, TWO.id}
    assert done.notices[0].startswith("2 bookmarks were missing without having been removed, and were restored")
    meeting.one.library.remove([ONE.id, TWO.id])  # a real removal
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    assert meeting.two.marks() == {}


def test_rows_lost_by_damage_are_not_removed_everywhere(meeting: Meeting) -> None:
    meeting.one.keep(ONE, TWO, THREE)
    meeting.one.sync(meeting.remote)
    home = meeting.one.home

    class Journaled(Library):
        def steps(self, limit: int | None = None) -> tuple[ChangeSet, ...]:
            del limit
            return (ChangeSet(1, DAWN, "release", (Change(THREE.id, Bookmark(THREE, DAWN), None),)),)

    tables = json.loads((home / "bookmarks.json").read_text(encoding="utf-8"))
    rows = {number: row for number, row in tables["bookmarks"].items() if row["id"] == ONE.id}
    (home / "bookmarks.json").write_text(json.dumps({**tables, "bookmarks": rows}), encoding="utf-8")
    library = Journaled(home / "bookmarks.json", home / "backups")
    done = Syncer(library, home / "bookmarks.json", home / "sync", BARE, meeting.one.clock).sync(meeting.remote)
    assert done.notices[0].startswith("1 bookmark was missing without having been removed, and was restored")
    meeting.two.sync(meeting.remote)
    assert set(meeting.one.marks()) == set(meeting.two.marks()) == {ONE.id, TWO.id}


def test_messages_of_background_syncs_are_kept_for_the_next_one(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    by_hand(meeting.path, {path_of(ONE.id): b"{"})
    reported = meeting.one.exchange.sync(meeting.remote, background=True).notices
    assert len(reported) == 1
    assert meeting.one.exchange.state().news == reported
    assert meeting.one.sync(meeting.remote).notices == reported
    assert meeting.one.sync(meeting.remote).notices == ()
    assert meeting.one.exchange.state().news == ()


@pytest.mark.parametrize("damage", ["objects", "refs", "config", "HEAD", "packs"])
def test_a_damaged_repository_is_rebuilt(meeting: Meeting, damage: str) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    meeting.two.change(ONE.id, tags=("theirs",))
    meeting.two.sync(meeting.remote)
    meeting.one.library.remove([TWO.id])
    meeting.one.change(ONE.id, tags=("ours",))
    folder = meeting.one.folder
    match damage:
        case "objects":
            for file in (folder / "objects").rglob("*"):
                if file.is_file():
                    file.chmod(0o600)
                    file.write_bytes(b"\0" * 20)
        case "packs":
            for file in (folder / "objects").rglob("*"):
                if file.is_file():
                    file.unlink()
        case "refs":
            (folder / "refs" / "heads" / "papertui").write_bytes(b"\0" * 40)
        case _:
            (folder / damage).write_bytes(b"\0" * 40)
    done = meeting.one.sync(meeting.remote)
    assert any("was damaged and is rebuilt" in notice for notice in done.notices)
    assert list(meeting.one.home.glob("sync.damaged-*"))
    meeting.two.sync(meeting.remote)
    assert same(meeting)
    # Changes since the last sync are still recognized, including the removal.
    assert list(meeting.one.marks()) == [ONE.id]
    assert set(meeting.one.marks()[ONE.id].tags) == {"ours", "theirs"}


def test_damage_found_offline_is_reported_later_and_changes_wait(meeting: Meeting) -> None:
    meeting.one.keep(ONE, TWO)
    meeting.one.sync(meeting.remote)
    meeting.one.library.remove([ONE.id])
    (meeting.one.folder / "HEAD").write_bytes(b"")
    away = meeting.path.rename(meeting.path.with_name("away.git"))
    for _ in range(2):
        with pytest.raises(SourceError, match="cannot be reached"):
            meeting.one.sync(meeting.remote)
    away.rename(meeting.path)
    assert any("is rebuilt" in notice for notice in meeting.one.sync(meeting.remote).notices)
    assert list(meeting.one.marks()) == [TWO.id]


def test_leftovers_of_git_are_deleted(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    meeting.one.keep(TWO)
    for name in ("HEAD.lock", "config.lock", "refs/heads/papertui.lock", "packed-refs.lock"):
        (meeting.one.folder / name).touch()
    assert meeting.one.sync(meeting.remote).sent == 1


def test_another_remote_gets_everything(meeting: Meeting, tmp_path: Path) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    other, made = meeting.one.exchange.prepare(remote_of(str(tmp_path / "stick.git")))
    assert made
    assert meeting.one.sync(other).sent == 1
    assert git(tmp_path / "stick.git", "symbolic-ref", "HEAD") == "refs/heads/papertui"
    assert meeting.one.exchange.prepare(other) == (other, False)
    with pytest.raises(UsageError, match="does not exist"):
        meeting.one.exchange.prepare(remote_of(str(tmp_path / "not" / "there.git")))


def test_a_folder_with_other_files_is_not_changed(meeting: Meeting, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    remote, made = meeting.one.exchange.prepare(remote_of(str(tmp_path / "photos")))
    assert not made
    with pytest.raises(SourceError, match="cannot be reached"):
        meeting.one.sync(remote)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_a_remote_that_rejects_pushes(meeting: Meeting) -> None:
    hook = meeting.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    meeting.one.keep(ONE)
    with pytest.raises(SourceError, match="rejected the push: pre-receive hook declined"):
        meeting.one.sync(remote_of(meeting.path.as_uri()))
    assert meeting.one.exchange.state().ahead == 1
    # Hooks on a drive do not run.
    assert meeting.one.sync(meeting.remote).sent == 1


def test_a_folder_that_cannot_be_written(meeting: Meeting) -> None:
    meeting.one.home.mkdir(exist_ok=True)
    meeting.one.folder.write_text("a file, where the repository should be")
    meeting.one.keep(ONE)
    with pytest.raises(StoreError):
        meeting.one.sync(meeting.remote)
    assert list(meeting.one.marks()) == [ONE.id]


def test_all_files_are_private(meeting: Meeting) -> None:
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    for path in (meeting.one.folder, *meeting.one.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_ids_of_every_kind_have_separate_files(meeting: Meeting) -> None:
    ids = ("hep-th/9711200", "doi:10.1145/3292500.A", "doi:10.1145/3292500.a", "title/0123456789abcdef", "2604.00001")
    meeting.one.keep(*(Paper(id_, f"Paper {id_}") for id_ in ids))
    meeting.one.sync(meeting.remote)
    meeting.two.sync(meeting.remote)
    assert same(meeting)
    assert set(meeting.two.marks()) == set(ids)


@pytest.mark.parametrize("command", ["fast-import", "fetch"])
def test_a_late_git_of_a_killed_sync_is_not_damage(meeting: Meeting, command: str) -> None:
    """It runs until its work is done, so references may move when the next sync has started."""
    meeting.one.keep(ONE)
    meeting.one.sync(meeting.remote)
    meeting.two.keep(THREE)
    meeting.two.sync(meeting.remote)
    late: list[str] = []

    class LateGit(Git):
        def run(self, *argv: str, given: bytes = b"", remote: Remote | None = None) -> GitResult:
            if not late and command in argv:
                late.append(command)
                super().run(*argv, given=given, remote=remote)
                return GitResult(1, b"", "error: cannot lock ref 'refs/heads/papertui': is at 12 but expected 34")
            return super().run(*argv, given=given, remote=remote)

    meeting.one.keep(TWO)
    one = meeting.one
    exchange = Syncer(one.library, one.home / "bookmarks.json", one.folder, BARE, one.clock, git=LateGit)
    done = exchange.sync(meeting.remote)
    assert (late, done.notices) == ([command], ())
    assert not list(one.home.glob("sync.damaged*"))
    meeting.two.sync(meeting.remote)
    assert same(meeting)
