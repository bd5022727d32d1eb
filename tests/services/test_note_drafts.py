"""Drafts of notes survive the process that wrote them."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import papertui
from papertui.errors import StoreError
from papertui.services.note_drafts import NoteDrafts

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
ID = "hep-th/9711200"
_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from papertui.services.note_drafts import NoteDrafts

draft = NoteDrafts(Path(sys.argv[1]), lambda: datetime(2026, 4, 30, 18, tzinfo=UTC)).open(sys.argv[2])
print("found:", draft.found and draft.found.text, flush=True)
for line in sys.stdin:
    draft.save(line.strip(), "stored")
    print("saved", flush=True)
"""


@contextmanager
def _window(folder: Path, id_: str = ID) -> Iterator[subprocess.Popen[str]]:
    """A window of another process that has the note open; a line to its stdin is a draft."""
    environment = os.environ | {"PYTHONPATH": str(Path(papertui.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder), id_],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _type(window: subprocess.Popen[str], text: str) -> None:
    assert window.stdin is not None
    assert window.stdout is not None
    window.stdin.write(f"{text}\n")
    window.stdin.flush()
    while window.stdout.readline() != "saved\n":
        assert window.poll() is None


def _drafts(folder: Path, minutes: int = 0) -> NoteDrafts:
    return NoteDrafts(folder, lambda: NOW + timedelta(minutes=minutes))


def _found(drafts: NoteDrafts, id_: str = ID) -> str | None:
    """Return what a new dialog would offer, without keeping it open."""
    draft = drafts.open(id_)
    text = None if draft.found is None else draft.found.text
    if draft._lock is not None:
        draft._lock.release()
    return text


def test_nothing_is_created_before_something_is_typed(tmp_path: Path) -> None:
    drafts = _drafts(tmp_path / "drafts")
    assert drafts.open(ID).found is None
    drafts.open(ID).remove()
    assert drafts.left() == ()
    assert not (tmp_path / "drafts").exists()


def test_a_draft_is_private_and_gone_when_the_note_is_saved(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "drafts"
    draft = _drafts(folder).open(ID)
    draft.save("An idea\n\n👩‍🔬 “é”", "")
    draft.save("An idea\n\n👩‍🔬 “é” — more", "")
    (file,) = folder.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    draft.remove()
    assert list(folder.iterdir()) == []
    draft.remove()
    draft.save("again", "")
    assert len(list(folder.glob("*.json"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_draft_of_a_killed_window_is_offered_again(tmp_path: Path, how: signal.Signals) -> None:
    with _window(tmp_path) as window:
        _type(window, "half a thou")
        _type(window, "half a thought")
        assert _found(_drafts(tmp_path)) is None, "the other window still has it"
        assert _drafts(tmp_path).left() == ()
        window.send_signal(how)
        window.wait()
    assert _drafts(tmp_path).left() == (ID,)
    assert _found(_drafts(tmp_path), "hep-th/9711201") is None
    draft = _drafts(tmp_path).open(ID)
    assert draft.found is not None
    assert (draft.found.text, draft.found.note, draft.found.at) == ("half a thought", "stored", NOW)
    # This window continues it, in the same file.
    draft.save("half a thought, finished", "stored")
    assert len(list(tmp_path.glob("*.json"))) == 1
    draft.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_windows_do_not_take_each_others_draft(tmp_path: Path) -> None:
    with _window(tmp_path) as one, _window(tmp_path) as two:
        _type(one, "from one")
        _type(two, "from two")
        three = _drafts(tmp_path, minutes=1).open(ID)
        assert three.found is None
        three.save("from three", "stored")
        three.remove()
        one.kill()
        one.wait()
        assert _found(_drafts(tmp_path)) == "from one"
        two.kill()
        two.wait()
    # Both were left: the newest first, then the other one.
    texts = set()
    for _ in range(2):
        draft = _drafts(tmp_path).open(ID)
        assert draft.found is not None
        texts.add(draft.found.text)
        draft.remove()
    assert texts == {"from one", "from two"}
    assert list(tmp_path.iterdir()) == []


def test_the_newest_draft_is_offered_first(tmp_path: Path) -> None:
    for minutes, text in ((5, "newest"), (1, "oldest"), (3, "between")):
        draft = _drafts(tmp_path, minutes).open("2604.00001")
        draft._path = tmp_path / f"{draft._path.name[:20]}-{text}.json"
        draft.save(text, "")
        assert draft._lock is not None
        draft._lock.release()
    assert _found(_drafts(tmp_path), "2604.00001") == "newest"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"id": 7}', b"\xff", b'{"id": "x", "text": [], "note": "", "at": ""}']
)
def test_a_damaged_draft_is_ignored(tmp_path: Path, content: bytes) -> None:
    draft = _drafts(tmp_path).open(ID)
    draft.save("text", "")
    assert draft._lock is not None
    draft._lock.release()
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(content)
    assert _drafts(tmp_path).open(ID).found is None
    assert _drafts(tmp_path).left() == ()


def test_hostile_text_in_a_draft_is_made_safe(tmp_path: Path) -> None:
    draft = _drafts(tmp_path).open(ID)
    draft.save("a\x1b[31mb", "")
    assert draft._lock is not None
    draft._lock.release()
    assert _found(_drafts(tmp_path)) == "ab"


def test_a_draft_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_bytes(b"not a folder")
    draft = _drafts(tmp_path / "drafts").open(ID)
    with pytest.raises(StoreError, match="The draft of this note cannot be saved: "):
        draft.save("text", "")
    draft.remove()
    assert (tmp_path / "drafts").read_bytes() == b"not a folder"
