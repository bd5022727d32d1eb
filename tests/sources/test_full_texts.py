"""Which service's text of a paper is read."""

from pathlib import Path

import httpx
import pytest

from kit.web import Web
from papertui.errors import PaperNotFoundError, SettingsError
from papertui.model.document import TextKind
from papertui.sources.ar5iv import Ar5iv
from papertui.sources.arxiv import ArXiv
from papertui.sources.combined import CombinedSource, Member
from papertui.sources.http import HttpClient
from papertui.sources.huggingface import HuggingFace
from papertui.sources.registry import source_opener

PAGE = '<div id="watermark-tr">arXiv:2604.00001v2</div><article class="ltx_document"><p class="ltx_p">{}</p></article>'
MARKDOWN = "Title: T\n\nURL Source: {}\n\nMarkdown Content:\nFrom Markdown.\n"
OF_ARXIV = MARKDOWN.format("https://arxiv.org/html/2604.00001v3")
THEIR_PAGE = MARKDOWN.format("https://huggingface.co/papers/2604.00001")


def services(client: HttpClient) -> CombinedSource:
    arxiv = ArXiv(client, api="https://a.example", rss="https://a.example", site="https://arxiv.example")
    return CombinedSource(
        Member("Hugging Face", frozenset(), HuggingFace(client, "https://hub.example")),
        Member("arXiv", frozenset(), arxiv),
        Member("ar5iv", frozenset(), Ar5iv(client, "https://ar5iv.example")),
    )


async def read(
    kind: TextKind | None = None, *, html: str | None = None, markdown: str | None = None, old: str | None = None
) -> tuple[str, str, int, list[str]]:
    """Return the first words of the text, its source, its version, and the hosts that were asked."""
    pages = {"arxiv.example": html, "hub.example": markdown, "ar5iv.example": old}

    def reply(request: httpx.Request) -> httpx.Response:
        page = pages[request.url.host]
        return httpx.Response(404) if page is None else httpx.Response(200, text=page)

    web = Web(reply)
    async with web.client() as client:
        text = await services(client).text("2604.00001", kind)
    document = text.document
    return document.parts[0].text, document.source, document.version, [request.url.host for request in web.requests]


async def test_arxivs_html_is_read_before_the_markdown_made_from_it() -> None:
    assert await read(html=PAGE.format("Of arXiv."), markdown=OF_ARXIV) == ("Of arXiv.", "html", 2, ["arxiv.example"])


async def test_the_markdown_is_read_where_there_is_no_html() -> None:
    assert (await read(markdown=OF_ARXIV))[:3] == ("From Markdown.", "markdown", 3)


@pytest.mark.parametrize("markdown", [THEIR_PAGE, "From Markdown.\n"])
async def test_a_services_own_page_is_not_the_paper(markdown: str) -> None:
    with pytest.raises(PaperNotFoundError, match="no full text"):
        await read(markdown=markdown)


async def test_ar5iv_is_read_last() -> None:
    words, source, _, asked = await read(markdown=THEIR_PAGE, old=PAGE.format("Of ar5iv."))
    assert (words, source) == ("Of ar5iv.", "html")
    assert asked == ["arxiv.example", "hub.example", "ar5iv.example"]
    with pytest.raises(PaperNotFoundError):  # it redirects to arXiv's page about the paper
        await read(old="<html>About the paper</html>")


async def test_one_kind_can_be_asked_for() -> None:
    assert (await read("markdown", html=PAGE.format("Of arXiv."), markdown=OF_ARXIV))[0] == "From Markdown."
    with pytest.raises(PaperNotFoundError, match="no HTML version"):
        await read("html", markdown=OF_ARXIV)


async def test_ar5iv_is_asked_only_where_its_address_is_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PAPERTUI_AR5IV_URL"):
        source_opener({"PAPERTUI_AR5IV_URL": "nonsense"}, tmp_path)
    source_opener({}, tmp_path)
