"""``papertui sync`` as a shell sees it."""

import json
import os
import time
from pathlib import Path

import pytest

from kit.machines import git
from kit.shell import Run, spawn

pytestmark = pytest.mark.slow


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The home of another machine."""
    return tmp_path / "other"


def test_first_time_on_two_machines(run: Run, home: Path, other: Path, tmp_path: Path) -> None:
    remote = str(tmp_path / "papers.git")
    run("bookmark", "add", "2604.00001")
    ran = run("sync", "setup", remote)
    assert (ran.code, ran.out) == (0, "")
    assert f"Created a repository in {remote}." in ran.err
    assert "1 change sent" in ran.err
    # No git identity and no home: a separate process, as cron would start it.
    bare = {"PAPERTUI_HOME": str(other), "HOME": "", "XDG_CONFIG_HOME": "", "GIT_CONFIG_NOSYSTEM": "1"}
    ran = spawn("sync", "setup", remote, "--quiet", **bare)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    kept = spawn("bookmark", "list", "--json", **bare)
    assert [row["id"] for row in kept.rows] == ["2604.00001"]
    assert kept.rows == run("bookmark", "list", "--json").rows
    assert spawn("bookmark", "remove", "2604.00001", **bare).code == 0
    assert spawn("sync", **bare).code == 0
    ran = run("sync")
    assert (ran.code, ran.out) == (0, "")
    assert "1 bookmark changed here, 0 bookmarks in total" in ran.err
    assert run("bookmark", "list", "--json").rows == []
    subjects = git(tmp_path / "papers.git", "log", "--format=%s", "papertui").splitlines()
    assert [subject.split()[0] for subject in subjects] == ["Remove", "Add"]
    assert (home / "sync" / "HEAD").exists()


def test_sync_needs_setup_first(run: Run) -> None:
    ran = run("sync")
    assert (ran.code, ran.out) == (2, "")
    assert "“papertui sync setup REMOTE”" in ran.err
    assert run("sync", "status").out.startswith("remote    none; “papertui sync setup REMOTE”")


def test_an_unreachable_remote_is_one_sentence_and_exit_code_3(run: Run, tmp_path: Path) -> None:
    run("sync", "setup", str(tmp_path / "papers.git"))
    run("bookmark", "add", "2604.00001")
    (tmp_path / "papers.git").rename(tmp_path / "unplugged.git")
    ran = run("sync")
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert "cannot be reached" in ran.err
    assert "1 change waits here." in ran.err
    status = run("sync", "status")
    assert "waiting   1 change" in status.out
    assert "failed    just now: " in status.out
    (record,) = run("sync", "status", "--json").rows
    assert record.keys() == {"remote", "auto", "synced", "tried", "failure", "waiting", "ahead", "behind", "news"}
    assert (record["ahead"], record["waiting"], record["auto"]) == (1, 0, False)
    assert run("sync", "status", "--jsonl").lines == [record]
    (tmp_path / "unplugged.git").rename(tmp_path / "papers.git")
    assert "1 change sent" in run("sync").err


@pytest.mark.parametrize("remote", ["ext::sh -c true", "ftp://example.org/x", "http://me:s3cret@example.org/x", ""])
def test_invalid_remotes_are_rejected(run: Run, home: Path, remote: str) -> None:
    ran = run("sync", "setup", remote)
    assert (ran.code, ran.out) == (2, "")
    assert "s3cret" not in ran.err
    assert not (home / "settings.toml").exists()


def test_the_overwritten_note_is_reported(run: Run, home: Path, other: Path, tmp_path: Path) -> None:
    remote = str(tmp_path / "papers.git")
    run("bookmark", "add", "2604.00001")
    run("sync", "setup", remote)
    there = {"PAPERTUI_HOME": str(other), "PAPERTUI_NOW": "2026-04-30T20:00:00Z"}
    spawn("sync", "setup", remote, **there)
    _note(other, "The newer note")
    _note(home, "The older note")
    assert spawn("sync", **there).code == 0
    ran = run("sync")
    assert "The note of 2604.00001 was changed on two machines." in ran.err
    assert "“The older note”" in ran.err


def _note(home: Path, text: str) -> None:
    """Write a note as another program using TinyDB would."""
    file = home / "bookmarks.json"
    tables = json.loads(file.read_text(encoding="utf-8"))
    next(iter(tables["bookmarks"].values()))["note"] = text
    file.write_text(json.dumps(tables), encoding="utf-8")


def test_changes_are_synced_automatically_with_auto(run: Run, tmp_path: Path) -> None:
    remote = tmp_path / "papers.git"
    run("sync", "setup", str(remote), "--auto")
    assert run("bookmark", "add", "2604.00001").code == 0
    for _ in range(6000):
        if "2604.00001" in git(remote, "ls-tree", "-r", "--name-only", "papertui"):
            break
        time.sleep(0.05)
    else:
        pytest.fail("nothing was sent")
    assert run("sync").code == 0  # waits until the other one has ended
    assert "automatic" in run("sync", "status").out
    run("sync", "setup", str(remote), "--no-auto")
    assert "automatic" not in run("sync", "status").out


def test_secrets_are_never_pushed(run: Run, home: Path, tmp_path: Path) -> None:
    (home / "settings.toml").write_text("[keys]\nquit = 'x'\n", encoding="utf-8")
    run("bookmark", "add", "2604.00001")
    run("list")
    run("sync", "setup", str(tmp_path / "papers.git"))
    names = git(tmp_path / "papers.git", "ls-tree", "-r", "--name-only", "papertui").splitlines()
    assert names == ["README.md", "bookmarks/2604.00001.json", "papertui.json"]
    assert os.environ["PAPERTUI_HOME"] not in git(tmp_path / "papers.git", "log", "-p", "papertui")
