"""Editing in an external editor, with scripts as editors."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from papertui.errors import UsageError
from papertui.services.programs import edit_text


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Puts temporary files where the test can see them."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tempfile.tempdir = None
    yield
    tempfile.tempdir = None


def _editor(folder: Path, script: str) -> dict[str, str]:
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return {"EDITOR": f"'{path}' --wait"}


def _left(folder: Path) -> list[Path]:
    return list(folder.glob("papertui-note-*"))


def test_edited_text_is_returned_without_control_characters(tmp_path: Path) -> None:
    environ = _editor(tmp_path, r'[ "$1" = --wait ] && stat -c %a "$2" >> "$2"; printf "x\033[31my\n" >> "$2"')
    assert edit_text("Old.", environ) == "Old.\n600\nxy"
    assert not _left(tmp_path)
    assert edit_text("", {**environ, "VISUAL": "true"}) == ""


def test_a_missing_editor(tmp_path: Path) -> None:
    for command in (str(tmp_path / "none"), "'"):
        with pytest.raises(UsageError, match="Set EDITOR"):
            edit_text("Old.", {"EDITOR": command})
    assert not _left(tmp_path)


def test_a_failing_editor_keeps_the_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="status 3"):
        edit_text("Old.", _editor(tmp_path, "exit 3"))
    assert not _left(tmp_path)
    with pytest.raises(UsageError, match="Your text is in"):
        edit_text("Old.", _editor(tmp_path, 'printf "New." > "$2"; exit 1'))
    assert [path.read_text("utf-8") for path in _left(tmp_path)] == ["New."]


def test_an_editor_that_deletes_the_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        edit_text("Old.", _editor(tmp_path, 'rm "$2"'))
