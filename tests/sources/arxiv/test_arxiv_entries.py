"""Parsing of arXiv's responses and listings, from made-up bodies."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SourceError
from papertui.sources.arxiv_parse import authors, read_listing, read_response

_NS = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ENTRY = """<entry><id>http://arxiv.org/abs/2604.00001v3</id><title>On $\\lambda$
  and [red]</title><updated>2026-04-29T10:00:00Z</updated><published>2026-04-01T09:00:00Z</published>
<summary>  We withdraw
nothing. </summary><author><name> Jim\\'enez, A.</name><arxiv:affiliation>Lab</arxiv:affiliation></author>
<author><name>Bo</name></author><category term="stat.ML"/><category term="68T50"/><category term="cs.CL"/>
<arxiv:primary_category term="cs.CL"/><arxiv:comment>9 pages</arxiv:comment><arxiv:doi>10.1/x</arxiv:doi>
<arxiv:journal_ref>J. 1</arxiv:journal_ref></entry>"""


def feed(*entries: str, total: int = 1) -> bytes:
    """Return a response of the query API."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><feed {_NS}><title>arXiv Query</title>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>{''.join(entries)}</feed>"
    ).encode()


def error(words: str) -> str:
    """Return an error in the form of an entry."""
    return (
        f"<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>{words}</summary>"
        "<author><name>arXiv api core</name></author></entry>"
    )


def item(id_: str, announced: str = "new", creator: str = "Ada L., Bo", title: str = "A title") -> str:
    """Return an announcement in RSS."""
    return (
        f"<item><title>{title}</title><link>https://arxiv.org/abs/{id_}</link>"
        f"<description>arXiv:{id_}v2 Announce Type: {announced} \nAbstract: What we show.</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{id_}v2</guid><category>cs.CL</category><category>cs.LG</category>'
        f"<arxiv:announce_type>{announced}</arxiv:announce_type><dc:creator>{creator}</dc:creator></item>"
    )


def rss(*items: str, day: str = "Thu, 30 Apr 2026 00:00:00 -0400", title: str = "cs.CL updates") -> bytes:
    """Return the announcements of a day in RSS."""
    return (
        f"<rss {_NS.replace('xmlns=', 'xmlns:atom=')} version='2.0'><channel><title>{title}</title>"
        f"<pubDate>{day}</pubDate>{''.join(items)}</channel></rss>"
    ).encode()


def test_entry_is_parsed_completely() -> None:
    (entry,) = read_response(feed(ENTRY)).entries
    paper = entry.paper
    assert (paper.id, entry.version, paper.title) == ("2604.00001", 3, "On λ and [red]")
    assert paper.abstract == "We withdraw nothing."
    assert paper.authors == ("Jiménez, A.", "Bo")
    assert paper.categories == ("cs.CL", "stat.ML")
    assert paper.published == datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert entry.updated == datetime(2026, 4, 29, 10, tzinfo=UTC)
    assert (paper.doi, paper.journal_ref, entry.comment, entry.why) == ("10.1/x", "J. 1", "9 pages", "")


@pytest.mark.parametrize(
    ("was", "now", "withdrawn"),
    [
        ("9 pages", "This paper has been withdrawn by the authors", True),
        ("9 pages", "Withdrawn due to an error", True),
        ("We withdraw\nnothing", "This article was withdrawn", True),
        ("9 pages", "9 pages; the first version of the lemma is not withdrawn", False),
        ("9 pages", "Paper withdrawn by the author", True),
        ("9 pages", "This submission has been temporarily withdrawn", True),
        ("9 pages", "12 pages; withdrawn", True),
        ("9 pages", "The authors have withdrawn this paper", True),
        ("We withdraw\nnothing", "The paper has been withdrawn", True),
        ("We withdraw\nnothing", "We count banknotes withdrawn from machines", False),
        ("We withdraw\nnothing", "The paper has shown that nodes, withdrawn at random, matter", False),
    ],
)
def test_withdrawn_papers(was: str, now: str, withdrawn: bool) -> None:
    (entry,) = read_response(feed(ENTRY.replace(was, now))).entries
    assert entry.is_withdrawn is withdrawn
    assert ("withdrawn" in entry.why) is withdrawn


def test_error_entry_is_detected_by_its_id() -> None:
    answer = read_response(feed(error("incorrect id format for abc")))
    assert (answer.entries, answer.error) == ((), "incorrect id format for abc")
    titled = ENTRY.replace("On $\\lambda$\n  and [red]", "Error")
    assert [entry.paper.title for entry in read_response(feed(titled)).entries] == ["Error"]


def test_unreadable_entries_hide_no_others() -> None:
    untitled = ENTRY.replace("<title>", "<name>").replace("</title>", "</name>")
    answer = read_response(feed("<entry><title>No id</title></entry>", ENTRY, untitled))
    assert (len(answer.entries), answer.skipped) == (1, 2)


def test_listing_has_announce_types() -> None:
    listing = read_listing(rss(item("2604.00001"), item("2604.00002", "replace-cross"), item("2604.00003", "absonly")))
    assert [(entry.paper.id, entry.version, entry.announced) for entry in listing.entries] == [
        ("2604.00001", 2, "new"),
        ("2604.00002", 2, "replace-cross"),
        ("2604.00003", 2, "absonly"),
    ]
    assert listing.entries[0].paper.abstract == "What we show."
    assert listing.entries[0].paper.published is None, "the day of an announcement is not that of a submission"
    assert listing.day == date(2026, 4, 30)


def test_listing_as_atom() -> None:
    body = feed(
        "<updated>2026-04-30T00:00:00-04:00</updated><entry><id>oai:arXiv.org:hep-th/9711200v3</id><title>T</title>"
        '<link href="https://arxiv.org/abs/hep-th/9711200" rel="alternate"/>'
        "<summary>arXiv:hep-th/9711200v3 Announce Type: cross \nAbstract: S.</summary>"
        '<category term="hep-th"/><arxiv:announce_type>cross</arxiv:announce_type><dc:creator>Ada</dc:creator></entry>'
    )
    (entry,) = read_listing(body).entries
    assert (entry.paper.id, entry.version, entry.announced, entry.paper.abstract) == (
        "hep-th/9711200",
        3,
        "cross",
        "S.",
    )
    assert read_listing(body).day == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ("Ada Lovelace, \\'Emile Borel", ["Ada Lovelace", "Émile Borel"]),
        ("A. Jim\\'enez (Lab, Town, (Old) Land), B. {\\v{C}}apek", ["A. Jiménez", "B. Čapek"]),
        ("Sammy Davis, Jr., Bo", ["Sammy Davis Jr.", "Bo"]),
        ("{The A, B and C Collaboration}, Bo", ["The A, B and C Collaboration", "Bo"]),
        ("Ada (never closed, Bo", ["Ada", "Bo"]),
        ("Ada (1), Bo ((1) Lab, Town)", ["Ada", "Bo"]),
        ("Ada Lovelace, Bo Ek and Cy Dee", ["Ada Lovelace", "Bo Ek", "Cy Dee"]),
        ("Ada Lovelace, Institute for Data and Society", ["Ada Lovelace", "Institute for Data and Society"]),
        ("", []),
        (" , ,", []),
    ],
)
def test_authors_in_one_text(creator: str, names: list[str]) -> None:
    assert list(authors(creator)) == names


def test_authors_without_creator_elements() -> None:
    atom = "<title>cs.CL</title>" + ENTRY.replace("<author><name>Bo</name></author>", "")
    (entry,) = read_listing(feed(atom)).entries
    assert entry.paper.authors == ("Jiménez", "A.")


@given(st.text(max_size=60))
def test_any_author_text_is_accepted(creator: str) -> None:
    assert all(name.strip() == name != "" for name in authors(creator))


def test_empty_days_and_unknown_categories() -> None:
    weekend = read_listing(rss(day="Sat, 01 Aug 2026 00:00:00 -0400"))
    assert (weekend.entries, weekend.day, weekend.is_error) == ((), date(2026, 8, 1), False)
    assert read_listing(rss(title="Feed error for query: cs.XX")).is_error


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><feed>&b;</feed>'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "broken XML"),
        (b"<feed", "broken XML"),
        (b"Rate exceeded.", "broken XML"),
        (_BOMB, "document type"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"\n\n <html><head/></html>", "web page"),
        (b"<opml/>", "other than the requested data"),
        (b"<?xml version='1.0' encoding='no-such'?><feed/>", "other than the requested data"),
        (b"<a>" * 200_000, "broken XML"),
        (b"<feed>" + b"<entry>&</entry>" * 100_000 + b"</feed>", "broken XML"),
        (b"<feed>" + b"<a/>" * 1_100_000 + b"</feed>", "far more markup"),
        (b"<feed>" + b"".join(b"<a%x/>" % number for number in range(2_000)) + b"</feed>", "far more markup"),
        (b"<feed>" + b"<a b=''/>" * 410_000 + b"</feed>", "far more markup"),
        (b"<feed>" + b"<a xmlns='b'/>" * 21_000 + b"</feed>", "far more markup"),
    ],
)
def test_invalid_responses_are_reported(body: bytes, words: str) -> None:
    for read in (read_response, read_listing):
        with pytest.raises(SourceError, match=words):
            read(body)


@pytest.mark.parametrize(
    ("title", "is_read_as"),
    [
        ("Caf\xe9", "Café"),
        ("A\x0cB", "AB"),
        ("A & B", "A & B"),
        ("A&nbsp;B", "A B"),
        ("A &#x1b;[2J B", "A [2J B"),
        ("<![CDATA[On <html> & more]]>", "On <html> & more"),
        ("H<sub>2</sub>O", "H2O"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_invalid_xml_characters_are_repaired(title: str, is_read_as: str, encoding: str) -> None:
    body = feed(ENTRY.replace("On $\\lambda$\n  and [red]", title)).decode().encode(encoding)
    (entry,) = read_response(body).entries
    assert (entry.paper.title, entry.paper.id) == (is_read_as, "2604.00001")


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "no-such"])
def test_valid_utf_8_overrides_the_declared_encoding(declared: str) -> None:
    body = feed(ENTRY.replace(">Bo<", ">Bö<")).replace(b"encoding='UTF-8'", f"encoding='{declared}'".encode())
    assert read_response(body).entries[0].paper.authors[1] == "Bö"


@pytest.mark.parametrize("cut", ["</entry>", "</title>", "</summary>", "<entry>"])
def test_a_malformed_response_is_read_in_part(cut: str) -> None:
    body = feed(ENTRY.replace(cut, "", 1), ENTRY.replace("2604.00001", "2604.00002")).replace(b"Bo", b"B & o")
    result = read_response(body)
    assert result.is_malformed
    assert "2604.00002" in [entry.paper.id for entry in result.entries]
    assert len(result.entries) == (1 if cut == "<entry>" else 2)
    assert not read_response(feed(ENTRY).replace(b"Bo", b"B & o")).is_malformed


def test_a_malformed_listing_is_read_in_part() -> None:
    listing = read_listing(rss(item("2604.00001", "One").replace("</item>", ""), item("2604.00002", "Two")))
    assert listing.is_malformed
    assert [entry.paper.id for entry in listing.entries] == ["2604.00001", "2604.00002"]


def test_truncated_response_is_refused() -> None:
    body = feed(ENTRY, ENTRY.replace("2604.00001", "2604.00002"))
    for end in (b"</entry></feed>", b"</feed>"):
        with pytest.raises(SourceError, match="broken XML"):
            read_response(body.replace(b"Bo", b"B & o").removesuffix(end))


@pytest.mark.parametrize(
    ("element", "doi"),
    [
        ("<arxiv:doi>https://doi.org/10.1145/3292500.A1</arxiv:doi>", "10.1145/3292500.A1"),
        ("<arxiv:doi>10.1103/PhysRevD.76 10.1103/PhysRevD.77</arxiv:doi>", "10.1103/PhysRevD.76"),
        ('<link title="doi" rel="related" href="https://dx.doi.org/10.1145/3292500"/>', "10.1145/3292500"),
        ("", None),
    ],
)
def test_doi_is_found(element: str, doi: str | None) -> None:
    (entry,) = read_response(feed(ENTRY.replace("<arxiv:doi>10.1/x</arxiv:doi>", element))).entries
    assert entry.paper.doi == doi


@pytest.mark.parametrize("primary", ["<arxiv:primary_category term='14J60'/>", ""])
def test_codes_of_other_schemes_are_not_categories(primary: str) -> None:
    terms = '<category term="68T50"/><category term="cs.CL"/>'
    entry = ENTRY.replace('<arxiv:primary_category term="cs.CL"/>', primary).replace(
        '<category term="stat.ML"/><category term="68T50"/><category term="cs.CL"/>', terms
    )
    assert read_response(feed(entry)).entries[0].paper.categories == ("cs.CL",)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", ""])
def test_invalid_date_hides_no_paper(moment: str) -> None:
    entry = ENTRY.replace("2026-04-29T10:00:00Z", moment).replace("2026-04-01T09:00:00Z", moment)
    (read,) = read_response(feed(entry)).entries
    assert (read.paper.published, read.updated) == (None, None)


def test_response_text_is_safe_for_terminals() -> None:
    (entry,) = read_response(feed(ENTRY.replace("Bo", "B\u202eo\u009b31m"))).entries
    assert entry.paper.authors[1].isprintable()
