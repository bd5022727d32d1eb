"""A settings file keeps its line ends and its byte order mark, whatever edits it."""

import codecs
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SettingsError
from papertui.model.feed import FeedName, Follow
from papertui.settings import DigestSettings
from papertui.settings.edit import SettingsFile
from papertui.settings.toml_file import load

TEXT = """\
# my settings
[app]
theme = "ink"  # mine

[feeds.first]
title = "First"
arxiv = "cs.CL"

[digest]
feeds = [
  "daily",
  "first",
]
"""
NEW = Follow("second", "Second", FeedName("arxiv", "cs.LG"))
#: Everything that changes the settings.
EDITS: dict[str, Callable[[SettingsFile], object]] = {
    "follow": lambda file: file.follow(NEW),
    "unfollow": lambda file: file.unfollow("first"),
    "hide": lambda file: file.hide("first", hidden=True),
    "order": lambda file: file.order(("daily", "first")),
    "sync": lambda file: file.sync_with("git@forge.example:me/papers.git", auto=True),
    "digest": lambda file: file.digest(DigestSettings(top=3)),
}


#: Whatever reads the settings.
_READERS: tuple[Callable[[Path], object], ...] = (load, lambda path: SettingsFile(path).follow(NEW))


def _edited(path: Path, data: bytes, edit: Callable[[SettingsFile], object]) -> bytes:
    path.write_bytes(data)
    edit(SettingsFile(path))
    load(path)
    return path.read_bytes()


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_ends_and_mark_stay(tmp_path: Path, edit: Callable[[SettingsFile], object], mark: bytes, end: str) -> None:
    plain = _edited(tmp_path / "plain.toml", TEXT.encode(), edit)
    assert plain != TEXT.encode()
    data = _edited(tmp_path / "settings.toml", mark + TEXT.replace("\n", end).encode(), edit)
    assert data == mark + plain.replace(b"\n", end.encode()), "the same edit, but for the line ends"


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_without_a_final_line_end_stays_one(
    tmp_path: Path, edit: Callable[[SettingsFile], object], end: str
) -> None:
    data = _edited(tmp_path / "settings.toml", TEXT.rstrip().replace("\n", end).encode(), edit)
    plain = _edited(tmp_path / "plain.toml", TEXT.encode(), edit)
    assert data == plain.replace(b"\n", end.encode()).rstrip()


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_mixed_line_ends_stay_outside_the_edited_line(tmp_path: Path, edit: Callable[[SettingsFile], object]) -> None:
    lines = [line + ("\r\n" if number % 2 else "\n") for number, line in enumerate(TEXT.splitlines())]
    data = _edited(tmp_path / "settings.toml", "".join(lines).encode(), edit)
    after = data.decode().splitlines(keepends=True)
    unchanged = [line for line in lines if line.strip() and line.strip() in {other.strip() for other in after}]
    assert [line for line in after if line in unchanged] == unchanged


def test_a_changed_line_keeps_its_end(tmp_path: Path) -> None:
    data = b'[feeds.a]\r\ntitle = "A"\narxiv = "cs.CL"\r\nhidden = true\n[app]\ntheme = "ink"\n'
    after = _edited(tmp_path / "settings.toml", data, lambda file: file.hide("a", hidden=False))
    assert after == b'[feeds.a]\r\ntitle = "A"\narxiv = "cs.CL"\r\n[app]\ntheme = "ink"\n'


def test_an_edit_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(codecs.BOM_UTF8 + TEXT.rstrip().replace("\n", "\r\n").encode())
    before = path.stat()
    SettingsFile(path).hide("first", hidden=False)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


@given(
    st.lists(st.sampled_from(["\n", "\r\n"]), min_size=12, max_size=12), st.sampled_from(sorted(EDITS)), st.booleans()
)
def test_any_mixture_of_line_ends_can_be_edited(
    tmp_path_factory: pytest.TempPathFactory, ends: list[str], name: str, is_cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("ends")
    text = "".join(map("".join, zip(TEXT.splitlines(), [*ends, "\n"], strict=True)))
    data = _edited(folder / "settings.toml", (text.rstrip() if is_cut else text).encode(), EDITS[name])
    plain = _edited(folder / "plain.toml", TEXT.encode(), EDITS[name])
    assert tomllib.loads(data.decode()) == tomllib.loads(plain.decode())
    assert data.decode().replace("\r\n", "\n").rstrip("\n") == plain.decode().rstrip("\n")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_utf_16_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "settings.toml"
    data = TEXT.encode(encoding)
    path.write_bytes(data)
    for read in _READERS:
        with pytest.raises(SettingsError) as caught:
            read(path)
        assert str(caught.value) == f"{path} is UTF-16 text or not text at all. Save the settings as UTF-8 text."
    assert path.read_bytes() == data


def test_other_encodings_are_reported_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b'[app]\ntheme = "ink"  # caf\xe9\n')
    for read in _READERS:
        with pytest.raises(SettingsError, match="line 2: this is not UTF-8"):
            read(path)
