"""Full texts: stored, replaced by better and newer ones, and read from a PDF where nothing else is."""

import zlib
from datetime import timedelta

import pytest

from kit.papers import plain
from kit.pdf_pages import Typeset, pdf_of
from papertui.errors import SourceError
from papertui.model.document import Document, TextKind
from papertui.model.feed import Feed, FeedName
from papertui.services.papers import made_from
from papertui.sources.source import FullText
from services.conftest import Harness

ONE = plain(1)
OLD = '{"title":"T","parts":[["text","Of an older papertui.",0,""]]}'


def keep_old(harness: Harness) -> None:
    harness.archive.keep_text(ONE.id, "huggingface", harness.clock[0], zlib.compress(OLD.encode()))


async def first_words(harness: Harness, *, offline: bool = False) -> str:
    return (await harness.services.papers.text(ONE.id, offline=offline)).document.parts[-1].text


async def test_a_text_is_fetched_once(harness: Harness) -> None:
    assert await first_words(harness) == await first_words(harness) == "We begin."
    assert [asked for asked in harness.stand_in.asked if asked.startswith("text")] == [f"text {ONE.id}"]


async def test_a_text_of_an_older_papertui_is_fetched_again(harness: Harness) -> None:
    keep_old(harness)
    assert await first_words(harness, offline=True) == "Of an older papertui."
    assert await first_words(harness) == "We begin."
    assert await first_words(harness, offline=True) == "We begin."


async def test_it_is_kept_where_nothing_better_can_be_fetched(harness: Harness) -> None:
    keep_old(harness)
    harness.stand_in.failing = True
    assert await first_words(harness) == "Of an older papertui."


async def test_a_newer_version_replaces_an_older_text(harness: Harness) -> None:
    await first_words(harness)
    at = harness.clock[0] + timedelta(days=1)
    harness.archive.keep_feed(Feed(FeedName("arxiv", "cs.CL"), [ONE], at, "arxiv", why={ONE.id: "replace"}))
    await first_words(harness)
    assert [asked for asked in harness.stand_in.asked if asked.startswith("text")] == [f"text {ONE.id}"] * 2


async def test_the_pdf_is_read_where_no_service_has_the_text(harness: Harness) -> None:
    harness.stand_in.sent = pdf_of([Typeset("Words of the PDF.", 72, 700)])
    text = await harness.services.papers.text("2604.77777")
    assert (text.origin, text.document.source) == ("pdf", "pdf")
    assert text.document.parts[0].text == "Words of the PDF."
    stored = harness.services.papers.stored_text("2604.77777")
    assert stored == text


async def test_a_kind_that_is_not_stored_needs_the_network(harness: Harness) -> None:
    await first_words(harness)
    with pytest.raises(SourceError, match="of kind markdown of 2604"):
        await harness.services.papers.text(ONE.id, offline=True, kind="markdown")


@pytest.mark.parametrize(
    ("source", "version", "said"),
    [
        ("html", 3, "This is the HTML of arXiv, version 3."),
        ("markdown", 0, "This is Hugging Face's Markdown of arXiv's HTML: formulas and tables in it may be wrong."),
        ("pdf", 0, "This is the text of the PDF: formulas and tables in it may be wrong."),
    ],
)
def test_it_says_what_a_text_was_made_from(source: TextKind, version: int, said: str) -> None:
    assert made_from(FullText(Document("T", (), source=source, version=version), "arxiv")) == said
