"""New versions and withdrawn papers in rows and preview, and the screen of changes."""

from datetime import timedelta

import pytest

from kit.papers import plain
from papertui.archive.versions import VersionLog
from papertui.model.document import Document, DocumentPart
from papertui.model.text_diff import Piece, TextChange, VersionComparison
from papertui.model.versions import PaperNews, SeenVersion
from papertui.settings import Settings
from papertui.sources.source import FullText
from papertui.tui.diff_rows import diff_rows
from papertui.tui.glyphs import ASCII, UNICODE
from papertui.tui.versions_screen import VersionsScreen
from tui.conftest import NOW, House
from tui.screen import is_on_main, last_notice, lines, press, rest, shown, until

ONE = plain(1).id
BEFORE = NOW - timedelta(days=9)


def seen(number: int, abstract: str) -> SeenVersion:
    return SeenVersion(ONE, number, NOW + timedelta(days=1), abstract)


def html(number: int, words: str) -> FullText:
    fill = tuple(DocumentPart("text", f"Paragraph {place} of version {number}.") for place in range(30))
    parts = (DocumentPart("heading", "Method", 1, "2"), DocumentPart("text", words), *fill)
    return FullText(Document("A paper", parts, source="html", version=number), "arxiv")


@pytest.fixture
def kept(house: House) -> House:
    """The first paper is kept, and its version 2 is out."""
    house.library.add([house.stand_in.papers[0]], BEFORE)
    house.stand_in.known_versions = (seen(1, "We use a small model."), seen(2, "We use a large model."))
    house.stand_in.version_texts = {(ONE, 1): html(1, "It has ten layers."), (ONE, 2): html(2, "It has 12 layers.")}
    log = VersionLog(house.archive.database)
    log.keep(house.stand_in.known_versions[:1], (), NOW)
    log.keep(house.stand_in.known_versions[1:], [PaperNews(ONE, "new-version", NOW, 2, 1)], NOW)
    return house


async def test_what_is_new_is_in_the_row_and_the_preview_and_d_shows_what_changed(kept: House) -> None:
    async with kept.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await until(pilot, lambda: "v2 is out" in shown(pilot.app))
        assert "Version 2 is out; you had version 1. d shows" in shown(pilot.app)
        await press(pilot, "d")
        await until(pilot, lambda: "{+" not in shown(pilot.app) and "small large" in shown(pilot.app))
        text = shown(pilot.app)
        assert "It has ten 12 layers." in text
        assert "v1 → v2" in lines(pilot.app)[0]
        await press(pilot, "n")
        top = lines(pilot.app)[1]
        await press(pilot, "n")
        assert lines(pilot.app)[1] != top
        await press(pilot, "d")
        assert is_on_main(pilot.app)
        await until(pilot, lambda: "v2 is out" not in shown(pilot.app))


async def test_what_cannot_be_compared_is_said_in_the_screen(house: House) -> None:
    async with house.app(offline=True).run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, VersionsScreen)
        await until(pilot, lambda: "papertui is offline." in " ".join(shown(pilot.app).split()))
        await press(pilot, "escape")
        assert is_on_main(pilot.app)


@pytest.mark.slow
async def test_plain_signs_and_small_screens(kept: House) -> None:
    async with kept.app(settings=Settings(signs="ascii")).run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: "[-small-] {+large+}" in shown(pilot.app))
        for size in ((3, 2), (20, 5), (300, 80)):
            await pilot.resize_terminal(*size)
            await rest(pilot)
            lines(pilot.app)
        await press(pilot, "G", "k", "ctrl+d", "ctrl+u", "N", "l", "escape")


async def test_a_publication_found_by_a_refresh_is_said(house: House) -> None:
    house.library.add([house.stand_in.papers[0]], BEFORE)
    house.stand_in.known_versions = (
        SeenVersion(ONE, 1, BEFORE, doi="10.1000/182", journal_ref="J. Things 7 (2026) 1"),
    )
    async with house.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "R")
        await until(pilot, lambda: "Published: J. Things 7 (2026) 1, 10.1000/182." in last_notice(pilot.app))
        assert house.library.by_id()[ONE].paper.doi == "10.1000/182"
        await press(pilot, "u")
        assert house.library.by_id()[ONE].paper.doi is None


async def test_a_new_version_found_by_a_refresh_names_the_paper(house: House) -> None:
    house.library.add([house.stand_in.papers[0]], BEFORE)
    house.stand_in.known_versions = (SeenVersion(ONE, 2, NOW + timedelta(days=1)),)
    async with house.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "R")
        await until(pilot, lambda: "Version 2 is out." in last_notice(pilot.app))
        assert house.stand_in.papers[0].title in last_notice(pilot.app)
        assert ONE not in last_notice(pilot.app)


# --- rows --------------------------------------------------------------------------------------------

CHANGES = VersionComparison(
    ONE,
    "A paper",
    1,
    3,
    (),
    (
        TextChange("2 Method", "text", (Piece("skipped"), Piece("same", "It has"), Piece("removed", "ten layers."))),
        TextChange("2 Method", "text", (Piece("added", "A paragraph of many words that needs two lines here."),)),
        TextChange("3 Data", "text", (Piece("removed", "Gone."),)),
    ),
    ("The text of version 9 is missing.",),
)


def test_sections_signs_and_looks() -> None:
    rows = diff_rows(CHANGES, 42, UNICODE, with_marks=False)
    assert [f"{row.sign:1} {row.text}".rstrip() for row in rows if row.text] == [
        "  A paper",
        "  Version 1 to version 3: 3 paragraphs of",
        "  the text changed.",
        "  The text of version 9 is missing.",
        "  Abstract",
        "  It did not change.",
        "  2 Method",
        "  … It has ten layers.",
        "+ A paragraph of many words that needs two",
        "+ lines here.",
        "  3 Data",
        "- Gone.",
    ]
    looks = {row.text[start:end]: look for row in rows for start, end, look in row.marks}
    assert looks["ten layers."] == looks["Gone."] == "removed"
    assert looks["lines here."] == "added"
    assert [row.text for row in rows if row.is_change] == [
        "… It has ten layers.",
        "A paragraph of many words that needs two",
        "Gone.",
    ]


def test_marks_where_looks_may_not_show() -> None:
    text = [row.text for row in diff_rows(CHANGES, 80, ASCII, with_marks=True)]
    assert "~ It has [-ten layers.-]" in text
    assert "{+A paragraph of many words that needs two lines here.+}" in text
