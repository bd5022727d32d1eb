"""papertui's own Markdown: the list, and the notes for Obsidian."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.exports import HOSTILE, citations, cited, cleaned
from kit.papers import plain
from kit.properties import at_most
from papertui.citations.markdown import markdown
from papertui.citations.markdown_text import escape_markdown, unescape_markdown
from papertui.citations.model import CitedPaper
from papertui.citations.obsidian import obsidian_note
from papertui.errors import UsageError
from papertui.importers.batch import Batch, ImportedBookmark
from papertui.importers.kinds import read_file
from papertui.importers.own_markdown import front_matter
from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.identity import doi_of, identified
from papertui.model.paper import Paper, link_of

AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)


def _read(path: Path, data: str) -> Batch:
    path.write_bytes(data.encode())
    (batch,) = read_file(path)
    return batch


def _again(kept: ImportedBookmark) -> CitedPaper:
    paper = identified(kept.paper)
    mark = Bookmark(paper, kept.added or AT, kept.tags, kept.note, kept.state, kept.rating, kept.entry)
    return CitedPaper(paper, mark, "k")


def _plain(one: CitedPaper) -> CitedPaper:
    """Return `one` with what the formats can hold: a bookmark, names of more than commas, tags without commas, and a
    note without blank ends.
    """
    one = cleaned(one)
    url = None if one.paper.url is None else f"https://x.example/{len(one.paper.url)}"
    # Without a year, nothing in the line separates the authors from the journal.
    journal = one.paper.journal_ref if one.paper.published else None
    authors = tuple(name for name in one.paper.authors if name.strip(", "))
    doi = one.paper.doi and doi_of(one.paper.doi)
    paper = one.paper._replace(url=url, doi=doi, journal_ref=journal, authors=authors)
    mark = one.bookmark or Bookmark(paper, AT)
    tags = tuple(dict.fromkeys(tag.replace(",", "") for tag in mark.tags if tag.replace(",", "").strip()))
    note = "\n".join(line.rstrip() for line in mark.note.splitlines()).strip("\n")
    return CitedPaper(paper, mark._replace(paper=paper, tags=tags, note=note), "k")


@given(HOSTILE)
def test_escapes_are_undone(text: str) -> None:
    assert unescape_markdown(escape_markdown(text)) == " ".join(text.split())


@at_most(200)
@given(st.lists(cited().map(_plain), min_size=1, max_size=3))
def test_list_out_in_and_out(tmp_path_factory: pytest.TempPathFactory, some: list[CitedPaper]) -> None:
    assume(any(link_of(one.paper) for one in some))
    written = markdown(some)
    batch = _read(tmp_path_factory.getbasetemp() / "x.md", written)
    assert batch.bad == ()
    assert markdown(map(_again, batch.kept)) == written


@at_most(200)
@given(cited().map(_plain))
def test_note_out_in_and_out(tmp_path_factory: pytest.TempPathFactory, one: CitedPaper) -> None:
    written = obsidian_note(one)
    assert written is not None
    (kept,) = _read(tmp_path_factory.getbasetemp() / "x.md", written).kept
    assert obsidian_note(_again(kept)) == written


def test_list_of_the_library(tmp_path: Path) -> None:
    cites = citations([plain(1), plain(2)], note="A\n\n- *note*", tags=("x", "y · z"))
    papers = [
        Paper(
            "doi:10.1234/x", "Of initials", "", ("B. C. Reader", "D.-E. O'Scholar"), journal_ref="Phys. Rev. D 76, 1"
        ),
        Paper("title/0123456789abcdef", "On a page", url="https://a.example/p", published=AT),
    ]
    cites += [CitedPaper(paper, Bookmark(paper, AT, state="read", rating=3), "k") for paper in papers]
    first, _, third, last = _read(tmp_path / "x", "# My papers\n\n" + markdown(cites)).kept
    assert (first.paper.id, first.paper.title, first.paper.authors) == ("2604.00001", plain(1).title, plain(1).authors)
    assert (str(first.paper.published_date), first.note, first.tags) == ("2026", "A\n\n- *note*", ("x", "y · z"))
    assert (third.paper.authors, third.paper.journal_ref) == (("B. C. Reader", "D.-E. O'Scholar"), "Phys. Rev. D 76, 1")
    assert (third.state, third.rating, third.paper.url) == ("read", 3, None)
    assert (last.paper.id, last.paper.url) == ("", "https://a.example/p")


def test_list_as_editors_save_it(tmp_path: Path) -> None:
    cites = citations([plain(1)], note="A\n\nnote", tags=("x",))
    written = "\n".join(line.rstrip() for line in markdown(cites).split("\n")).replace("\n", "\r\n")
    (kept,) = _read(tmp_path / "x", "\ufeff" + written).kept
    assert (kept.tags, kept.note, kept.paper.id) == (("x",), "A\n\nnote", "2604.00001")


def test_a_bad_entry_affects_no_other(tmp_path: Path) -> None:
    one, two = (markdown(citations([plain(number)])) for number in (1, 2))
    batch = _read(tmp_path / "x", f"{one}- **Only a title**\n{two}- [ ] a task\n\nWords.\n- ****\n{one}")
    assert [kept.paper.id for kept in batch.kept] == ["2604.00001", "", "2604.00002", "2604.00001"]
    assert [bad.number for bad in batch.bad] == [4, 5]


def test_note_as_obsidian_saves_it(tmp_path: Path) -> None:
    (one,) = citations([plain(1)], note="Mine.\n\n## Note\n\nMore.", tags=("x", "y"))
    written = obsidian_note(one)
    assert written is not None
    _, _, rest = written.split("---\n", 2)
    front = (
        "id: '2604.00001'\ntitle: A title that’s mine\nauthors:\n  - Ada Lovelace\n  - \"Émile Borel\"\n"
        "published: 2026-04\ntags: [x, y]\naliases:\n- z\nstate: read\nrating: 4\n"
        "added: 2026-05-01T06:12:00Z\nkeywords: []\njournal: >-\n  Annals\n  of Engines\n"
    )
    (kept,) = _read(tmp_path / "x", f"---\n{front}---\nMy words.\n{rest}").kept
    assert (kept.paper.title, kept.paper.authors) == ("A title that’s mine", ("Ada Lovelace", "Émile Borel"))
    assert (str(kept.paper.published_date), kept.paper.journal_ref) == ("2026-04", "Annals of Engines")
    assert (kept.tags, kept.state, kept.rating, kept.added) == (("x", "y"), "read", 4, AT)
    assert kept.note == "Mine.\n\n## Note\n\nMore."
    assert kept.paper.abstract == plain(1).abstract.strip()


@given(
    st.lists(st.sampled_from(["a: ", "- x", "[", "]", '"', "'", "\n", "\\U0001f600", "\\", ">-", "  ", ","])).map(
        "".join
    )
)
def test_any_front_matter(written: str) -> None:
    for value in front_matter(written).values():
        assert isinstance(value, str | list)


@pytest.mark.parametrize(
    "text",
    [
        "- **A title**\n  Words.\n",
        "- **A title**\n  [a link](https://x.example)\n",
        "---\nid: 1\n---\nwords\n",
        "- a\n- b\n",
    ],
)
def test_other_markdown_is_not_claimed(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        _read(tmp_path / "x", text)


@pytest.mark.parametrize("date", ["1998-03", "2001-03-04/2001-03-09", "1998", ""])
@pytest.mark.parametrize(
    ("authors", "fields"),
    [
        ((), {"booktitle": "Book of Samples", "editor": "Ed, I."}),
        ((), {"institution": "Labs", "number": "TR-1"}),
        (("Z. Q",), {"note": "In prep."}),
        (("Ada Writer", "B. C. Reader"), {"journaltitle": "J. Ex.", "volume": "3"}),
    ],
)
def test_authors_of_entries_with_any_date(
    tmp_path: Path, date: str, authors: tuple[str, ...], fields: dict[str, str]
) -> None:
    entry = CitationEntry("misc", "a", tuple(sorted({**fields, **({"date": date} if date else {})}.items())))
    paper = Paper("title/1", "On samples", authors=authors)

    (kept,) = _read(tmp_path / "a.md", markdown([CitedPaper(paper, Bookmark(paper, AT, entry=entry), "a")])).kept

    assert kept.paper.authors == authors
