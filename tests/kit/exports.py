"""Papers and bookmarks to export, and an exporter over real parts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from kit.papers import TEXTS, papers
from papertui.archive.archive import Archive
from papertui.citations import keys
from papertui.citations.export import Exporter
from papertui.citations.keys import own_key
from papertui.citations.model import CitedPaper
from papertui.library.bookmarks import Library
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.paper import Paper
from papertui.model.safe_text import safe
from papertui.model.text import web_url
from papertui.services.types import Clock

#: Text that is special in some format and must be exported literally.
ACTING = (
        "{", "}", "{{", "}}", "\\", "\\}", "\\{", "$", "%", "#", "&", "_", "^", "~", '"', "'", ",", ";", "=1+1",
        "@misc{x,", "\n", "\r\n", "\n@article{k,\n", "---", "\n---\n", ": ", "- ", "|", "<b>", "[x](y)", "-->",
        "<!-- papertui: end -->", "`", "**", "\n\nER  - \n\nTY  - BOOK\n", "\nTI  - x", " and ", "λ", "𝒪(n²)", "½", "é",
        "ệ", "王小明", "🤖", "\u2028", "+49", "-1", "\t", "null", "yes", "!tag", "*", "Ünïcode", "GPT-4", "title = {x}",
)  # fmt: skip
#: Texts built from them, made safe as all texts from outside are.
HOSTILE = st.lists(st.sampled_from(ACTING) | TEXTS, max_size=6).map("".join).map(safe)
_LINES = HOSTILE.map(lambda text: " ".join(text.split()))
_IDS = st.sampled_from(["2604.26951", "hep-th/9711200", "doi:10.1145/3292500.3330701", "title/0123456789abcdef"])
_ADDRESSES = ("url", "pdf", "github", "project", "thumbnail")
_AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)


def hostile_papers() -> st.SearchStrategy[Paper]:
    """Papers with arbitrary texts, each on one line."""
    made = papers(_IDS, _LINES, st.lists(_LINES.filter(bool), max_size=3).map(tuple))
    return made.map(_entered)


def _entered(paper: Paper) -> Paper:
    """Clean all texts and addresses of a paper, and give it a title."""
    facts = {name: _safe(value) for name, value in paper._asdict().items()}
    facts |= {name: url and web_url(url) for name in _ADDRESSES if (url := facts[name]) is not None}
    facts["media"] = tuple(url for url in map(web_url, facts["media"]) if url)
    return Paper(**{**facts, "title": facts["title"] or "A title"})


def _safe(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_safe, value))
    return safe(value) if isinstance(value, str) else value


@st.composite
def cited(draw: st.DrawFn) -> CitedPaper:
    """A hostile paper, with or without a bookmark."""
    paper = draw(hostile_papers())
    mark = Bookmark(
        paper,
        _AT,
        tuple(draw(st.lists(_LINES.filter(bool), max_size=3))),
        draw(HOSTILE),
        draw(st.sampled_from(STATES)),
        draw(st.none() | st.integers(1, 5)),
    )
    return CitedPaper(paper, draw(st.sampled_from([mark, None])), own_key(paper))


def cleaned(one: CitedPaper) -> CitedPaper:
    """Return `one` with facts as papers from outside have them: no white space around them, no semicolons in lists."""
    facts = {name: _clean(value) for name, value in one.paper._asdict().items()}
    return one._replace(paper=Paper(**{**facts, "abstract": facts["abstract"] or ""}))


def _clean(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(line for item in value if (line := " ".join(item.replace(";", "").split())))
    return (" ".join(value.split()) or None) if isinstance(value, str) else value


def saying(text: str) -> CitedPaper:
    """Return a bookmarked paper whose texts all are `text`."""
    line = " ".join(safe(text).split())
    paper = Paper("2604.26951", f"{line} A {line} title {line}", f"{line} {line}", (line or "A", f"B {line}"),
                  keywords=(line,), tldr=line, journal_ref=line or None)  # fmt: skip
    mark = Bookmark(paper, _AT, (line,) if line else (), f"{safe(text)}\n{safe(text)}\nA note")
    return CitedPaper(paper, mark, "saying")


def citations(papers: Sequence[Paper], *, note: str = "", tags: tuple[str, ...] = ()) -> list[CitedPaper]:
    """Bookmark papers and assign their keys."""
    named = keys.keys_of(papers)
    return [CitedPaper(paper, Bookmark(paper, _AT, tags, note), named[paper.id]) for paper in papers]


def exporter(archive: Archive, library: Library, now: Clock) -> Exporter:
    """Return an exporter of real files without Zotero."""

    async def nobody(items: Sequence[Mapping[str, Any]]) -> None:
        del items

    return Exporter(archive, library, nobody, now)
