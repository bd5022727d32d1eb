"""PDFs as a reader wants them: there once, there for good."""

import asyncio
from pathlib import Path

import pytest

from kit.papers import plain
from papertui.errors import SourceError, StoreError
from papertui.model.paper import Paper
from papertui.services.pdfs import PdfFile, PdfService
from services.conftest import Harness

ID = plain(1).id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pdfs"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_pdf_is_brought_once(harness: Harness, folder: Path) -> None:
    pdf = await harness.services.pdfs.get(ID)
    assert pdf == PdfFile(ID, folder / f"{ID}.pdf", 2000, fetched=True)
    harness.stand_in.failing = True
    assert await harness.services.pdfs.get(ID) == pdf._replace(fetched=False)
    assert await harness.services.pdfs.get(ID, offline=True) == pdf._replace(fetched=False)
    assert harness.stand_in.asked == [f"pdf {ID} None"]


async def test_offline_what_is_not_there_is_told(harness: Harness, folder: Path) -> None:
    with pytest.raises(SourceError, match="is not stored, and papertui is offline"):
        await harness.services.pdfs.get(ID, offline=True)
    assert names(folder) == []


async def test_names_for_people_and_those_of_ids_find_each_other(harness: Harness, folder: Path) -> None:
    paper = Paper(ID, "Turning the TIDE: A Story", authors=("Gongbo Zhang",))
    harness.archive.remember([paper], harness.clock[0])
    readable = PdfService(
        harness.archive, harness.services.papers, harness.stand_in.open_pdfs, lambda _: True, folder, readable=True
    )
    pdf = await readable.get(ID)
    assert pdf.file.name == f"{ID} Zhang - Turning the TIDE.pdf"
    assert (await harness.services.pdfs.get(ID)).file == pdf.file
    other = await harness.services.pdfs.get(plain(2).id)
    assert (await readable.get(plain(2).id)).file == other.file
    # Not stored: its title is asked for; where nobody knows it, the id will do.
    assert (await readable.get(plain(3).id)).file.name.startswith(f"{plain(3).id} ")
    assert (await readable.get("2604.99999")).file.name == "2604.99999.pdf"


async def test_the_address_of_the_paper_goes_along(harness: Harness) -> None:
    paper = Paper("doi:10.1145/7", "On Sevens", pdf="https://a.example/7.pdf", sources=("a.example",))
    harness.archive.remember([paper], harness.clock[0])
    pdf = await harness.services.pdfs.get("doi:10.1145/7")
    assert pdf.file.name == "doi_10.1145_7.pdf"
    assert harness.stand_in.asked == ["pdf doi:10.1145/7 https://a.example/7.pdf"]


async def test_what_is_no_whole_pdf_is_told_and_not_kept(harness: Harness, folder: Path) -> None:
    harness.stand_in.sent = harness.stand_in.sent[:-30]
    with pytest.raises(SourceError, match="is incomplete and was discarded"):
        await harness.services.pdfs.get(ID)
    assert names(folder) == []


async def test_something_else_in_its_place_stays_and_is_told(harness: Harness, folder: Path) -> None:
    file = folder / f"{ID}.pdf"
    file.parent.mkdir()
    file.write_bytes(b"my notes")
    with pytest.raises(StoreError, match="exists and is not a complete PDF of this paper"):
        await harness.services.pdfs.get(ID)
    assert file.read_bytes() == b"my notes"
    assert harness.stand_in.asked == []


async def test_a_file_that_was_named_holds_the_paper_it_was_named_for(harness: Harness, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    assert (await harness.services.pdfs.get(ID, file=file)).fetched
    assert not (await harness.services.pdfs.get(ID, file=file)).fetched
    with pytest.raises(StoreError, match="papertui never overwrites it"):
        await harness.services.pdfs.get(plain(2).id, file=file)
    (tmp_path / "b.pdf").write_bytes(harness.stand_in.sent)  # a PDF of an unknown paper
    with pytest.raises(StoreError, match="papertui never overwrites it"):
        await harness.services.pdfs.get(ID, file=tmp_path / "b.pdf")


async def test_a_failure_leaves_nothing(harness: Harness, folder: Path) -> None:
    harness.stand_in.failing = True
    with pytest.raises(SourceError, match="cannot be reached"):
        await harness.services.pdfs.get(ID)
    assert names(folder) == []


async def test_given_up_in_the_middle_it_goes_on_the_next_time(harness: Harness, folder: Path) -> None:
    harness.stand_in.goes_on = asyncio.Event()
    half = asyncio.Event()
    getting = asyncio.create_task(harness.services.pdfs.get(ID, progress=lambda *_: half.set()))
    await half.wait()
    with pytest.raises(StoreError, match="already downloading"):
        await harness.services.pdfs.get(ID)
    getting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await getting
    assert (folder / f"{ID}.pdf.part").stat().st_size == 1000
    harness.stand_in.goes_on.set()
    assert (await harness.services.pdfs.get(ID)).fetched


async def test_the_viewer_is_given_the_file(harness: Harness) -> None:
    assert harness.services.pdfs.show(Path("x.pdf"))
    assert harness.opened == ["x.pdf"]
