"""Copying BibTeX, and the export dialog."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tui.conftest import NOW, House
from tui.screen import last_notice, press, rest, shown

pytestmark = pytest.mark.slow


async def test_bibtex_is_copied(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Y")
        assert "Copied BibTeX of “Sparse Attention at Scale”." in last_notice(pilot.app)
        await press(pilot, "space", "space", "Y")
        assert "Copied BibTeX of 2 papers." in last_notice(pilot.app)


async def test_papers_of_the_starter_feed_can_be_copied(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Y")
        assert "Copied BibTeX of" in last_notice(pilot.app)
        await press(pilot, "e", "enter")
        assert "none of these papers is stored" in last_notice(pilot.app)


async def test_export_of_paper_selection_list_and_library(
    stored: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stored.library.add(stored.stand_in.papers[:2], NOW)
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "e", "enter")
        assert "1 paper written to papers.bib." in last_notice(pilot.app)
        assert (tmp_path / "papers.bib").read_text("utf-8").count("@") == 1
        await press(pilot, "space", "space", "e")
        assert "2 selected papers" in shown(pilot.app)
        await press(pilot, "enter")
        assert "1 entry added to papers.bib, 1 already in the file." in last_notice(pilot.app)
        await press(pilot, "escape", "escape", "e", "up", "right", "enter")
        assert (tmp_path / "papers.bib").read_text("utf-8").count("@") == 5
        await press(pilot, "e", "left", "left", "left", "up", "left")
        assert pilot.app.screen.query_one(Input).value == "papers.csv"
        assert "your library, 2" in shown(pilot.app)
        await press(pilot, "enter")
        assert (tmp_path / "papers.csv").read_text("utf-8").startswith("id,title,authors")


async def test_a_file_is_replaced_only_after_confirmation(
    stored: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers.ris").write_text("Mine.", "utf-8")
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "e", "right", "right", "enter")
        assert "already exists" in shown(pilot.app)
        assert (tmp_path / "papers.ris").read_text("utf-8") == "Mine."
        await press(pilot, "enter")
        assert (tmp_path / "papers.ris").read_text("utf-8").startswith("TY  - ")


async def test_invalid_file_names_and_the_clipboard(
    stored: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "e")
        line = pilot.app.screen.query_one(Input)
        for place in ("nowhere/papers.bib", "~nobody-at-all/papers.bib", "."):
            line.value = place
            await press(pilot, "enter")
            assert pilot.app.screen.query(Input), shown(pilot.app)
            assert pilot.app.is_running
        line.value = ""
        await press(pilot, "enter")
        assert "1 paper copied as BibTeX." in last_notice(pilot.app)
    assert {path.suffix for path in stored.home.iterdir()} & {".bib"} == set()
