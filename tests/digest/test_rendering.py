from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.digest_checks import ATOM, HTML, OURS, check, check_atom, check_html, check_markdown
from kit.digests import HOSTILE, NOW, digest_of, hostile, hostile_digest
from kit.papers import papers, plain
from kit.properties import at_most
from papertui.digest.model import Digest, DigestSection
from papertui.digest.render import as_atom, as_html, as_markdown, as_text
from papertui.digest.view import subject
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.period import day_of

WEEKEND = "No papers on Saturday 25 April 2026: nothing is published at the weekend."


def test_the_plain_text_form() -> None:
    paper = plain(33)._replace(
        title="Sparse Attention for Impatient Readers", authors=tuple(f"Writer {n}" for n in range(6)),
        abstract="We read less. It helps.", github="https://github.com/a/b", stars=1200,
    )  # fmt: skip
    digest = digest_of([paper], reasons=("cs.CL new", "HF trending"))
    entry = digest.entries[0]._replace(before=None, bookmark=None)
    section = DigestSection("trending", "Trending on Thu 30 Apr", (entry,), "It is old.", 9, FeedName("trending"))
    assert as_text(digest._replace(sections=(section,)), unsubscribe="https://example.org/stop") == (
        "Papers of Thursday 30 April 2026\n\n1 paper.\n\n\nTrending on Thu 30 Apr\n\nIt is old.\n\n"
        "1. Sparse Attention for Impatient Readers\n"
        "   Writer 0, Writer 1, Writer 2 and 3 others\n"
        "   33 votes, 1.2k stars on GitHub\n"
        "   We read less. It helps.\n"
        "   Why: cs.CL new; HF trending\n"
        "   https://huggingface.co/papers/2604.00033\n"
        "   PDF: https://arxiv.org/pdf/2604.00033\n"
        "   Code: https://github.com/a/b\n\n"
        "And 9 more:\nhttps://huggingface.co/papers/date/2026-04-30\n\n\n"
        "Composed by papertui on 30 April 2026, 18:00 UTC.\n"
        "To unsubscribe:\nhttps://example.org/stop\n"
    )


def test_votes_are_shown_with_their_change() -> None:
    fresh, again = digest_of([plain(120), plain(120)]).entries[1], digest_of([plain(120)]).entries[0]
    text = as_text(
        Digest(day_of(NOW.date()), NOW, (DigestSection("a", "A", (fresh,)), DigestSection("b", "B", (again,))))
    )
    assert "120 votes, +1 since yesterday" in text
    assert "again: 120 votes, +119 since 27 Apr" in text


def test_a_digest_without_papers_gives_the_reason_in_every_format() -> None:
    saturday = date(2026, 4, 25)
    digest = Digest(day_of(saturday), NOW, (), (WEEKEND,))
    assert subject(digest) == "No papers: Sat 25 Apr"
    assert WEEKEND in " ".join(as_text(digest).split())
    for form in (as_html, as_markdown, as_atom):
        assert WEEKEND in form(digest)
    check(digest)


def test_the_subject_names_the_first_paper() -> None:
    digest = digest_of([plain(1)._replace(title="Sparse " * 30), plain(2)])
    assert subject(digest) == "Papers of Thu 30 Apr: Sparse Sparse Sparse Sparse Sparse Sparse… and 1 more"
    assert subject(digest_of([plain(1)._replace(title="Sparse")])) == "Papers of Thu 30 Apr: Sparse"


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_titles_stay_text(text: str) -> None:
    digest = digest_of([hostile(1, text), hostile(2, text)])
    check(digest)
    assert "\n" not in subject(digest)
    tree = check_html(as_html(digest))
    links = [element.get("href", "") for element in tree.iter(f"{HTML}a")]
    assert links
    for url in (*links, *check_markdown(as_markdown(digest))):
        assert OURS.fullmatch(url), url


@pytest.mark.slow
def test_hostile_texts_stay_text() -> None:
    check(hostile_digest())


@pytest.mark.parametrize("way", ["https://a.example/stop?u=1&v=2", "mailto:stop@a.example?subject=no%20more"])
def test_an_unsubscribe_address_is_shown_in_every_format(way: str) -> None:
    digest = digest_of([plain()])
    links = [element.get("href") for element in check_html(as_html(digest, unsubscribe=way)).iter(f"{HTML}a")]
    assert links[-1] == way
    assert as_text(digest, unsubscribe=way).endswith(f"\n{way}\n")
    assert list(check_markdown(as_markdown(digest, unsubscribe=way)))[-1] == way


@pytest.mark.slow
@pytest.mark.parametrize("way", ['https://a.example/"><script>', "javascript:alert(1)", "mailto:a\nb", "a@b.example"])
def test_an_invalid_unsubscribe_address_is_not_shown(way: str) -> None:
    digest = digest_of([plain()])
    for form in (as_html, as_text, as_markdown):
        assert form(digest, unsubscribe=way) == form(digest)


@pytest.mark.slow
def test_a_long_digest_is_cut_and_counts_the_rest() -> None:
    many = [plain(number)._replace(title=f"Paper {number} " + "with a title " * 12) for number in range(400)]
    digest = digest_of(many, 40)
    html = as_html(digest)
    check_html(html)
    shown = html.count("<h3 ")
    assert 40 < shown < 400
    assert f"{400 - shown} more papers did not fit into this mail." in html
    assert all(f"Part {start}</h2>" in html for start in range(0, 400, 40))
    assert as_text(digest).count("with a title with a title") >= 400
    assert as_atom(digest).count("<entry>") == 400


@pytest.mark.slow
def test_too_many_sections_are_cut_as_well() -> None:
    sections = tuple(DigestSection(f"keyword:{n}", f"Part {n}", (), "Nothing. " * 50) for n in range(400))
    check(digest_of([plain(1)])._replace(sections=sections))


def test_atom_entries_keep_their_ids() -> None:
    first, second = (digest_of([plain(1), plain(number)]) for number in (2, 3))
    ids = [
        [entry.findtext(f"{ATOM}id") for entry in check_atom(as_atom(digest)).iter(f"{ATOM}entry")]
        for digest in (first, second)
    ]
    assert ids[0][0] == ids[1][0]
    assert ids[0][1] != ids[1][1]
    feeds = [check_atom(as_atom(digest)).findtext(f"{ATOM}id") for digest in (first, second)]
    assert feeds[0] == feeds[1]
    published = check_atom(as_atom(first, "https://a.example/papers.atom"))
    assert published.findtext(f"{ATOM}id") not in feeds
    links = [link.attrib for link in published.findall(f"{ATOM}link")]
    assert links == [{"rel": "self", "type": "application/atom+xml", "href": "https://a.example/papers.atom"}]


@at_most(25)
@given(st.lists(papers(st.integers(0, 10**5 - 1).map("2604.{:05}".format)), max_size=4, unique_by=lambda p: p.id))
def test_any_papers_can_be_rendered(some: list[Paper]) -> None:
    check(digest_of(some))
