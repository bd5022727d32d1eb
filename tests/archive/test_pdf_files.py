"""PDFs on disk: complete under their names or partial next to them, and never written over another file."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from kit.pdf_server import a_pdf
from papertui.archive.pdf_files import PdfFolder, PdfPart, is_pdf
from papertui.errors import StoreError

NAME = "2604.26951.pdf"
BODY = a_pdf(3_000_000)


def begin(folder: Path, data: bytes, *, total: int | None = None) -> None:
    """Leave the first bytes of a PDF, like an interrupted download."""
    with PdfFolder(folder).part(NAME) as part:
        part.begin("https://a.example/x", '"one"', total)
        part.add(data)
        part.settle()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_pdf_appears_when_it_is_complete(tmp_path: Path) -> None:
    folder = PdfFolder(tmp_path / "new" / "pdfs")
    begin(folder.folder, BODY[:2_500_000], total=len(BODY))
    assert folder.find("2604.26951") is None
    with folder.part(NAME) as part:
        assert (part.size, part.url, part.validator, part.total) == (
            2_500_000,
            "https://a.example/x",
            '"one"',
            len(BODY),
        )
        part.add(BODY[2_500_000:])
        assert part.finish()
    assert left(folder.folder) == [NAME]
    assert folder.find("2604.26951") == folder.folder / NAME
    assert (folder.folder / NAME).read_bytes() == BODY
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_a_pdf_is_found_by_the_id_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "2604.26951 Zhang - Turning the TIDE.pdf").write_bytes(a_pdf(1000))
    (tmp_path / "2604.269512.pdf").write_bytes(a_pdf(1000))
    (tmp_path / "2604.26952.pdf").write_bytes(b"no pdf")
    (tmp_path / "2604.26953.pdf").mkdir()
    folder = PdfFolder(tmp_path)
    assert folder.find("2604.26951") == tmp_path / "2604.26951 Zhang - Turning the TIDE.pdf"
    assert folder.find("2604.2695") is None
    assert folder.find("2604.26952") is None
    assert folder.find("2604.26953") is None
    assert PdfFolder(tmp_path / "none").find("2604.26951") is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (BODY, True),
        (BODY[:-20], False),
        (b" " + BODY, False),
        (b"", False),
        (b"%PDF-%%EOF", True),
        (BODY + b"\n" * 900, True),
    ],
)
def test_complete_and_incomplete_pdfs(tmp_path: Path, data: bytes, whole: bool) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    assert is_pdf(tmp_path / "a.pdf") is whole


def test_another_file_is_never_overwritten(tmp_path: Path) -> None:
    for content in (b"my notes", a_pdf(2000)):
        (tmp_path / NAME).write_bytes(content)
        with PdfFolder(tmp_path).part(NAME) as part:
            part.begin("u", "", None)
            part.add(BODY)
            with pytest.raises(StoreError, match="exists and is not a complete PDF"):
                part.finish()
        assert (tmp_path / NAME).read_bytes() == content


def test_without_hard_links_it_is_renamed(tmp_path: Path) -> None:
    class Stick(PdfPart):
        def _link(self) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

    with Stick(tmp_path / NAME) as part:
        part.begin("u", "", None)
        part.add(BODY)
        assert part.finish()
    assert left(tmp_path) == [NAME]
    with Stick(tmp_path / NAME) as part:
        part.begin("u", "", None)
        part.add(a_pdf(2000))
        with pytest.raises(StoreError, match="exists and is not a complete PDF"):
            part.finish()
    assert (tmp_path / NAME).read_bytes() == BODY


def test_a_second_download_of_one_pdf_is_refused(tmp_path: Path) -> None:
    with PdfFolder(tmp_path).part(NAME) as part:
        part.begin("u", "", None)
        part.add(BODY[:1000])
        with pytest.raises(StoreError, match=r"already downloading 2604\.26951\.pdf"), PdfFolder(tmp_path).part(NAME):
            pass
        part.add(BODY[1000:])
        assert part.finish()
    assert (tmp_path / NAME).read_bytes() == BODY


def test_unflushed_bytes_are_not_trusted(tmp_path: Path) -> None:
    with PdfFolder(tmp_path).part(NAME) as part:
        part.begin("u", '"a"', len(BODY))
        part.add(BODY[:1_500_000])
        part.add(BODY[1_500_000:2_000_000])  # not flushed before the power failure
        with PdfFolder(tmp_path / "copy").part("x"):
            pass
        for name in left(tmp_path):
            if name != "copy":
                (tmp_path / "copy" / name).write_bytes((tmp_path / name).read_bytes())
    with (tmp_path / "copy" / f"{NAME}.part").open("ab") as garbage:
        garbage.write(bytes(5_000_000))
    with PdfFolder(tmp_path / "copy").part(NAME) as part:
        assert part.size == 1_500_000
        part.add(BODY[1_500_000:])
        assert part.finish()
    assert (tmp_path / "copy" / NAME).read_bytes() == BODY


@pytest.mark.parametrize(
    "facts",
    [
        b"", b"{", b"[]", b"null", b'{"url": 1, "validator": "", "total": null, "size": 5}', b"\xff\xfe",
        b'{"url": "u", "validator": "v", "total": "5", "size": 5}', b'{"url": "u", "validator": "v", "size": 5}',
        b'{"url": "u", "validator": "v", "total": null, "size": true}',
    ],
)  # fmt: skip
def test_damaged_facts_restart_the_download(tmp_path: Path, facts: bytes) -> None:
    begin(tmp_path, BODY[:5000])
    (tmp_path / f"{NAME}.part.json").write_bytes(facts)
    with PdfFolder(tmp_path).part(NAME) as part:
        assert (part.size, part.url) == (0, "")
    assert left(tmp_path) == []


def test_recorded_sizes_are_limited_to_the_file(tmp_path: Path) -> None:
    begin(tmp_path, BODY[:5000])
    os.truncate(tmp_path / f"{NAME}.part", 3000)
    with PdfFolder(tmp_path).part(NAME) as part:
        assert part.size == 3000
    facts = json.loads((tmp_path / f"{NAME}.part.json").read_text())
    assert facts["size"] == 5000  # unchanged, because nothing was added


def test_a_symlink_in_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / f"{NAME}.part").symlink_to(victim)
    with pytest.raises(StoreError, match="cannot be written"), PdfFolder(tmp_path).part(NAME):
        pass
    assert victim.read_bytes() == b"precious"


def test_an_impossible_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    below = PdfFolder(tmp_path / "file" / "below").part(NAME)
    with pytest.raises(StoreError, match=r"cannot be written to .*/file/below: Not a directory"), below:
        pass
    with pytest.raises(StoreError, match="cannot be read"):
        PdfFolder(tmp_path / "file").find("x")


def test_data_after_the_end_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    with PdfFolder(tmp_path).part(NAME) as part:
        part.begin("u", "", None)
    with pytest.raises(StoreError):
        part.add(b"late")
    assert left(tmp_path) == []
