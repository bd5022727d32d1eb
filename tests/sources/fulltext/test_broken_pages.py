"""Broken HTML pages of papers: the cost is linear in their length."""

import tracemalloc

import pytest

from papertui.errors import SourceError
from papertui.sources.fulltext.latexml import read_html

_HEAD = b'<!doctype html><html><body><article class="ltx_document"><h1 class="ltx_title_document">A title</h1>'


@pytest.mark.slow
@pytest.mark.parametrize("never_closed", [b"<tr><td>a", b"<div>a", b"<ul><li>a", b"<figure>a", b"<blockquote>a"])
def test_unclosed_elements_do_not_fill_the_memory(never_closed: bytes) -> None:
    page = _HEAD + b"<p>Words of the paper.</p><table>" + never_closed * 150_000
    tracemalloc.start()
    try:
        document = read_html(page)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert document.title == "A title"
    assert document.parts[0].text == "Words of the paper."
    assert most < 40 * 2**20


@pytest.mark.slow
def test_closed_elements_are_not_limited() -> None:
    page = _HEAD + b"".join(b"<p>Paragraph <b>%d</b>.</p>" % number for number in range(30_000))
    assert len(read_html(page).parts) == 30_000


@pytest.mark.parametrize("page", [b"", b"<html>", b"<html><body>Log in</body></html>", b"\0" * 100, b"<" * 10_000])
def test_page_without_a_paper_is_reported(page: bytes) -> None:
    with pytest.raises(SourceError, match="no HTML version of this paper"):
        read_html(page)
