"""``p``: PDFs are downloaded, opened and cancelled; failing hooks are reported."""

import asyncio
import sys

import pytest

from papertui.settings import HookSettings, Settings
from papertui.tui.widgets.notice_line import NoticeLine
from tui.conftest import House
from tui.screen import appears, main, papers, press, rest, search_text, shown

pytestmark = pytest.mark.slow

ID = "2604.00001"


async def test_the_pdf_is_downloaded_opened_and_marked_read(stored: House) -> None:
    async with stored.app().run_test(size=(160, 30)) as pilot:
        await rest(pilot)
        paper = papers(pilot.app).paper
        assert paper is not None
        await press(pilot, "p")
        file = stored.home / "pdfs" / f"{paper.id}.pdf"
        assert stored.opened == [str(file)]
        assert file.read_bytes() == stored.stand_in.sent
        assert f"Opened {file}"[:60] in shown(pilot.app)
        assert stored.archive.read_ids() == {paper.id}
        stored.stand_in.failing = True
        await press(pilot, "p")  # already downloaded
        assert len(stored.opened) == 2


async def test_offline_opens_only_downloaded_pdfs(stored: House) -> None:
    async with stored.app(offline=True).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        paper = papers(pilot.app).paper
        assert paper is not None
        await press(pilot, "p")
        assert f"The PDF of {paper.id} is not stored, and papertui is offline" in shown(pilot.app)
        (stored.home / "pdfs").mkdir()
        (stored.home / "pdfs" / f"{paper.id}.pdf").write_bytes(stored.stand_in.sent)
        await press(pilot, "p")
        assert len(stored.opened) == 1
    assert stored.stand_in.asked == []


async def test_the_app_stays_usable_during_a_download_and_esc_cancels_it(stored: House) -> None:
    stored.stand_in.goes_on = asyncio.Event()
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        paper = papers(pilot.app).paper
        assert paper is not None
        await pilot.press("p")
        await appears(pilot, f"Downloading the PDF of {paper.id}: 0.0 of 0.0 MB. Esc cancels.")
        await pilot.press("p")  # ignored while downloading
        await pilot.press("j", "slash", *"robots", "enter")
        await appears(pilot, "1 of 5")
        await pilot.press("escape")
        await appears(pilot, "Download cancelled; it will resume next time.")
        assert (stored.home / "pdfs" / f"{paper.id}.pdf.part").exists()
        assert search_text(pilot.app) == "robots"  # cleared by the next Esc
        await press(pilot, "escape", "escape", "home")
        assert search_text(pilot.app) == ""
        stored.stand_in.goes_on.set()
        await press(pilot, "p")
        await appears(pilot, "Opened")
    assert stored.stand_in.asked == [f"pdf {paper.id} {paper.pdf}"] * 2
    assert stored.archive.read_ids() == {paper.id}


async def test_without_a_viewer_the_path_is_shown(stored: House) -> None:
    stored.viewers[0] = False
    async with stored.app().run_test(size=(200, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "p")
        assert "No viewer could be started. The PDF is" in shown(pilot.app)
        assert main(pilot.app).query_one(NoticeLine).is_warning
    assert stored.archive.read_ids() == frozenset()


@pytest.mark.parametrize("sent", [b"<html>Log in</html>" * 99, b"%PDF-1.5 and then nothing"])
async def test_a_response_that_is_not_a_pdf_is_rejected(stored: House, sent: bytes) -> None:
    stored.stand_in.sent = sent
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "p")
        assert "is incomplete and was discarded" in " ".join(shown(pilot.app).split())
    assert stored.opened == []


async def test_a_failing_hook_is_reported(stored: House) -> None:
    fails = (sys.executable, "-c", "import sys; print('x' * 5000); sys.exit('no room for [b]papers[/b]')")
    settings = Settings(refresh=False, hooks=HookSettings(bookmark=fails, read=fails))
    async with stored.app(settings=settings).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b")
        assert len(stored.library.ids()) == 1
        await appears(pilot, "The hook “bookmark”")
        await appears(pilot, "no room for [b]papers[/b].")
        assert "xxxx" not in shown(pilot.app)
