"""Feeds of every format: valid, damaged and hostile. All titles and names are invented."""

import codecs
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.recorded import RECORDED
from papertui.errors import SourceError
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper
from papertui.sources.feeds.parse import SyndicatedFeed, parse_feed
from papertui.sources.feeds.sanitize import truncate

URL = "https://www.journal.example/feeds/new.xml"


def rss(items: str, head: str = "<title>Journal of Examples</title>") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
        f' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{head}{items}</channel></rss>'
    ).encode()


def item(inside: str, title: str = "A made-up work") -> bytes:
    return rss(f"<item><title>{title}</title>{inside}</item>")


def one(body: bytes, url: str = URL) -> Paper:
    feed = parse_feed(body, url)
    assert feed.skipped == 0
    (paper,) = feed.papers
    return paper


JOURNAL = rss(
    """
    <item>
      <title>On the growth of invented gardens</title>
      <link>/articles/7?from=rss&amp;n=1</link>
      <guid isPermaLink="false">journal.example/7</guid>
      <description>Short.</description>
      <content:encoded><![CDATA[<p>Gardens grow &amp; <b>gar</b>dens wither.</p><script>alert("no")</script>
        <style>p {}</style><p>We count them.</p>]]></content:encoded>
      <dc:creator>Ada Writer</dc:creator>
      <dc:creator>Gärtner, Otto</dc:creator>
      <pubDate>Tue, 03 Mar 2026 10:00:00 +0200</pubDate>
      <category>Horticulture</category><category>cs.CL</category>
      <prism:doi>10.1234/ABC.7</prism:doi>
      <prism:publicationName>Journal of Examples</prism:publicationName>
      <prism:volume>12</prism:volume><prism:number>3</prism:number><prism:startingPage>45</prism:startingPage>
      <enclosure url="/articles/7.pdf" type="application/pdf" length="1"/>
    </item>
    """,
    "<title>Journal of Examples</title><link>https://www.journal.example/</link>"
    "<lastBuildDate>Wed, 04 Mar 2026 00:00:00 GMT</lastBuildDate>",
)


def test_a_journal_in_rss() -> None:
    feed = parse_feed(JOURNAL, URL, "application/rss+xml")
    assert feed == SyndicatedFeed(
        title="Journal of Examples",
        home="https://www.journal.example/",
        papers=(
            Paper(
                id="doi:10.1234/abc.7",
                title="On the growth of invented gardens",
                abstract="Gardens grow & gardens wither. We count them.",
                authors=("Ada Writer", "Otto Gärtner"),
                published=datetime(2026, 3, 3, 8, tzinfo=UTC),
                keywords=("Horticulture",),
                categories=("cs.CL",),
                sources=("journal.example",),
                url="https://www.journal.example/articles/7?from=rss&n=1",
                pdf="https://www.journal.example/articles/7.pdf",
                doi="10.1234/abc.7",
                journal_ref="Journal of Examples 12(3), 45",
            ),
        ),
        skipped=0,
        updated=datetime(2026, 3, 4, tzinfo=UTC),
    )


def test_a_journal_in_rdf() -> None:
    body = b"""<?xml version="1.0"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:p="http://prismstandard.org/namespaces/1.2/basic/">
      <channel rdf:about="https://rdf.example/"><title>Annals of Nothing</title>
        <link>https://rdf.example/</link></channel>
      <item rdf:about="https://rdf.example/1">
        <title>Nothing, twice</title><link>https://rdf.example/1</link>
        <description>It was nothing.</description>
        <dc:creator>A. One, B. Two and C. Three</dc:creator>
        <dc:identifier>doi:10.5555/nothing.1</dc:identifier>
        <dc:date>2026-02-01</dc:date>
        <p:publicationName>Annals of Nothing</p:publicationName>
      </item>
    </rdf:RDF>"""
    paper = one(body)
    assert parse_feed(body, URL).title == "Annals of Nothing"
    assert (paper.id, paper.title, paper.abstract) == ("doi:10.5555/nothing.1", "Nothing, twice", "It was nothing.")
    assert paper.authors == ("A. One", "B. Two", "C. Three")
    assert paper.published == datetime(2026, 2, 1, tzinfo=UTC)
    assert paper.journal_ref == "Annals of Nothing"


ATOM = """<?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example/posts/">
      <title type="html">A &lt;em&gt;quiet&lt;/em&gt; blog</title><updated>2026-05-01T00:00:00Z</updated>
      <link rel="self" href="https://blog.example/feed"/><link href="https://blog.example/"/>
      <entry>
        <title type="text">Why a &lt; b matters</title><id>tag:blog.example,2026:1</id>
        <link rel="alternate" href="one"/><link rel="related" href="https://doi.org/10.7777/related"/>
        <link rel="enclosure" type="application/pdf" href="one.pdf"/>
        <published>2026-04-30T23:30:00-02:00</published><updated>2026-05-02T00:00:00Z</updated>
        <author><name>Ada Writer</name></author><author><name>Bo Reader</name></author>
        <summary>Short.</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Because <i>it</i> does.</p><p>So.</p></div>
        </content>
      </entry>
    </feed>"""


def test_a_blog_in_atom() -> None:
    feed = parse_feed(ATOM.encode(), "https://blog.example/feed")
    assert (feed.title, feed.home) == ("A quiet blog", "https://blog.example/")
    (paper,) = feed.papers
    assert (paper.title, paper.abstract) == ("Why a < b matters", "Because it does. So.")
    assert paper.authors == ("Ada Writer", "Bo Reader")
    assert paper.published == datetime(2026, 5, 1, 1, 30, tzinfo=UTC)
    assert paper.url == "https://blog.example/posts/one"
    assert paper.pdf == "https://blog.example/posts/one.pdf"
    assert paper.id == "doi:10.7777/related"


JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Notes [red]",
    "home_page_url": "https://notes.example/",
    "authors": [{"name": "The House"}],
    "items": [
        {
            "id": "https://notes.example/1",
            "title": "First note",
            "content_html": "<p>One &amp; two</p>",
            "content_text": "One",
            "date_published": "2026-01-02T03:04:05+01:00",
            "authors": [{"name": "Ada Writer"}, {"url": "https://x.example"}],
            "tags": ["notes", "cs.AI", 7],
            "attachments": [{"url": "/1.pdf", "mime_type": "application/pdf"}, 3],
        },
        {"id": 2, "url": "second", "content_text": " ".join(f"word{number}" for number in range(30))},
        {"id": "3", "url": "https://arxiv.org/abs/2601.00001v2", "title": "Elsewhere", "author": {"name": "Old Style"}},
        {"id": "4"},
        "no item",
    ],
}


def test_a_json_feed() -> None:
    feed = parse_feed(json.dumps(JSON_FEED).encode(), "https://notes.example/feed.json", "application/feed+json")
    assert (feed.title, feed.home, feed.skipped) == ("Notes [red]", "https://notes.example/", 2)
    first, second, third = feed.papers
    assert (first.title, first.abstract, first.authors) == ("First note", "One & two", ("Ada Writer",))
    assert (first.url, first.pdf) == ("https://notes.example/1", "https://notes.example/1.pdf")
    assert (first.keywords, first.categories) == (("notes",), ("cs.AI",))
    assert first.published == feed.updated == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert second.title == " ".join(f"word{number}" for number in range(12)) + " …"
    assert (second.url, second.authors) == ("https://notes.example/second", ("The House",))
    assert (third.id, third.authors) == ("2601.00001", ("Old Style",))


@pytest.mark.slow
@pytest.mark.recorded
def test_arxivs_own_feed() -> None:
    feed = parse_feed((RECORDED / "arxiv_rss" / "rss_cs.CL.xml").read_bytes(), "https://rss.arxiv.org/rss/cs.CL")
    assert len(feed.papers) == 139
    assert feed.skipped == 0
    assert all(is_arxiv(paper.id) and paper.authors and "cs.CL" in paper.categories for paper in feed.papers)
    assert not any("Announce Type" in paper.abstract for paper in feed.papers)


@pytest.mark.parametrize(
    ("inside", "id_"),
    [
        ("<link>https://arxiv.org/abs/2604.26951v2</link>", "2604.26951"),
        ("<link>http://export.arxiv.org/pdf/hep-th/9711200v1</link>", "hep-th/9711200"),
        ('<guid isPermaLink="false">oai:arXiv.org:2604.26951v3</guid>', "2604.26951"),
        ("<prism:doi>10.48550/arXiv.2604.26951</prism:doi>", "2604.26951"),
        ("<link>https://doi.org/10.1234/X</link>", "doi:10.1234/x"),
        ("<dc:identifier>info:doi/10.1234/X</dc:identifier>", "doi:10.1234/x"),
        ("<link>https://a.example/?of=https://arxiv.org/abs/2604.26951</link>", "title/"),
        ("<link>https://arxiv.org.evil.example/abs/2604.26951</link>", "title/"),
        ("<link>https://arxiv.org/abs/nothing</link>", "title/"),
        ("<guid>2604.26951</guid>", "title/"),
    ],
)
def test_ids_of_works(inside: str, id_: str) -> None:
    found = one(item(inside)).id
    assert found == id_ or (id_ == "title/" and found.startswith(id_))


def test_duplicates_are_merged_and_empty_entries_skipped() -> None:
    feed = parse_feed(
        rss(
            "<item><title>Some work</title><description>first</description></item>"
            "<item><title>some WORK</title><description>second</description></item><item><link>x</link></item>"
        ),
        URL,
    )
    assert [paper.abstract for paper in feed.papers] == ["first"]
    assert feed.skipped == 1


def test_feed_without_entries() -> None:
    assert parse_feed(rss(""), URL) == SyndicatedFeed("Journal of Examples", None, (), 0, None)
    assert parse_feed(rss("", ""), URL).title == "journal.example"
    assert parse_feed(b'{"version": "https://jsonfeed.org/version/1", "items": []}', URL).papers == ()


@pytest.mark.parametrize(
    "body",
    [
        item("", "Café ‘und’ Öl").replace(b"UTF-8", b"iso-8859-1").decode().encode("cp1252"),
        codecs.BOM_UTF8 + item("", "Café ‘und’ Öl"),
        item("", "Café ‘und’ Öl").decode().encode("utf-16"),
        item("", "Café ‘und’ Öl").decode().encode("utf-16-le"),
        b"\n  " + item("", "Café ‘und’ Öl"),
        item("", "Caf&#233; &#8216;und&#8217; &#xD6;l"),
        item("", "Caf&eacute; &lsquo;und&rsquo; &Ouml;l"),
        item("", "<![CDATA[Caf&eacute; &#8216;und&rsquo; Öl]]>"),
    ],
)
def test_encodings(body: bytes) -> None:
    assert one(body).title == "Café ‘und’ Öl"


def test_declared_encoding_is_used() -> None:
    assert one(item("", "Żółw śpi").replace(b"UTF-8", b"iso-8859-2").decode().encode("iso-8859-2")).title == "Żółw śpi"


def test_encoding_from_the_content_type() -> None:
    body = item("", "Привет, сад").replace(b'encoding="UTF-8"', b"").decode().encode("koi8-r")
    assert parse_feed(body, URL, "text/xml; charset=KOI8-R").papers[0].title == "Привет, сад"


def test_invalid_byte_affects_no_other_character() -> None:
    body = item("<description>" + "żółw " * 50 + "</description>", "Gärten").replace("ä".encode(), b"\xe4", 1)
    assert one(body).abstract.startswith("żółw żółw")


def test_hostile_text_becomes_safe() -> None:
    escapes = "a&#27;[31mb\u202ec[red]d[/]\x9b31m\u200be"
    paper = one(
        rss(
            f"<item><title>{escapes}</title><description>{escapes}</description><dc:creator>{escapes}</dc:creator>"
            f"<category>{escapes}</category><prism:publicationName>{escapes}</prism:publicationName>"
            "<link>javascript:alert(1)</link><enclosure type='application/pdf' url='file:///etc/passwd'/></item>",
            f"<title>{escapes}</title><link>data:text/html,x</link>",
        )
    )
    assert paper.url is None
    assert paper.pdf is None
    for text in (paper.title, paper.abstract, *paper.authors, *paper.keywords, str(paper.journal_ref)):
        assert text.startswith("a[31mbc[red]d[/]"), text
        assert text.endswith("31me"), text
        assert text.isprintable()


def test_escape_sequences_in_json() -> None:
    body = {"title": "x\x1b[2Jy", "items": [{"title": "a\x1b]0;t\x07b\u202e", "content_html": "\x1b[31mred&#27;"}]}
    feed = parse_feed(json.dumps(body).encode(), URL)
    assert (feed.title, feed.papers[0].title, feed.papers[0].abstract) == ("xy", "ab", "red")


@pytest.mark.parametrize(
    "cut", ["<prism:volume>12", "<link>/art", '<enclosure url="/a', "<dc:creator>Gärt", "dens wither."]
)
def test_truncated_feed_is_partly_read(cut: str) -> None:
    body = JOURNAL.decode()
    paper = one(body[: body.index(cut) + len(cut)].encode())
    assert paper.title == "On the growth of invented gardens"


def test_damaged_feed_is_read() -> None:
    body = item("<description>Fish & Chips <b>2 < 3</b></i> &nbsp;&unknown;</description><media:x a=1>", "R&D")
    paper = one(body)
    assert paper.title == "R&D"
    assert paper.abstract == "Fish & Chips 2 < 3 &unknown;"


PAGES = [
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Who are you?</body></html>",
    b"\xef\xbb\xbf\n<!-- x --><HTML><body>Sign in</body>",
    b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html xmlns="http://www.w3.org/1999/xhtml"/>',
]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    "<rss version='2.0'><channel><title>&b;</title></channel></rss>"
)
OUTSIDE = '<!DOCTYPE rss [ <!ENTITY x SYSTEM "file:///etc/passwd"> ]><rss><channel><title>&x;</title></channel></rss>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        *((page, "is a web page, not a feed; open it") for page in PAGES),
        (b"", "is empty; try again"),
        (b" \n ", "is empty; try again"),
        (BOMB.encode(), "ENTITY"),
        (BOMB.encode("utf-16"), "ENTITY"),
        (BOMB.replace("?>", "?><!-- <a> -->", 1).encode(), "ENTITY"),
        (OUTSIDE.encode(), "ENTITY"),
        (OUTSIDE.replace("ENTITY", "ENTITY %").encode(), "ENTITY"),
        (b"Not found", "not a feed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>", "not a feed"),
        (b'{"error": "not found"}', "not a feed"),
        (b'["items"]', "not a feed"),
        (b'{"items": [', "damaged JSON"),
        (b'{"items": ' + b"[" * 100_000, "more markup than any real feed"),
        (b"<rss><channel>" + b"<a>" * 5_000, "more markup than any real feed"),
        (b"<rss><channel>" + b"<a/>" * 200_000, "more markup than any real feed"),
        (b"<rss " + b"".join(b'a%d="" ' % number for number in range(1_000)) + b"/>", "more markup than any real feed"),
        (b"<rss><channel>" + b'<a b="1" c="2" d="" e="" f="" />' * 90_000, "more markup than any real feed"),
        (item("<author>" + "a" * 1_000 + "</author>"), "more markup than any real feed"),
        (item("<category>x</category>" * 3_000), "more markup than any real feed"),
        (item("<tags>" + "x," * 3_000 + "</tags>"), "more markup than any real feed"),
        (item("<pubDate>" + "1" * 1_000 + "</pubDate>"), "more markup than any real feed"),
        (item("<link>" + "../" * 50_000 + "</link>"), "more markup than any real feed"),
        (
            item("".join(f'<a xmlns:n{number}="u:{number}"/>' for number in range(300))),
            "more markup than any real feed",
        ),
        (item("".join(f"<n{number}:a>" for number in range(300))), "more markup than any real feed"),
        (item("&" * 600_000), "more markup than any real feed"),
        (item('<a xmlns:xmlns="x"/>&'), "is damaged and cannot be read"),
        (item("<gml:pos/>"), "has content that cannot be read"),
        (b" " * 9_000_000, "larger than 8 megabytes"),
    ],
)
def test_invalid_feeds_are_refused_with_a_reason(body: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why) as refused:
        parse_feed(body, URL)
    assert ";" in str(refused.value)
    assert str(refused.value).endswith(".")


def test_content_type_marks_a_page_unless_it_is_a_feed() -> None:
    with pytest.raises(SourceError, match="web page"):
        parse_feed(b"<center>502</center>", URL, "text/html; charset=utf-8")
    assert parse_feed(JOURNAL, URL, "text/html").papers


def test_entity_in_text_is_allowed() -> None:
    text = "<![CDATA[Write &lt;!DOCTYPE x [ &lt;!ENTITY a 'b'> <!ENTITY c 'd'>]]>"
    assert one(item(f"<description>{text}</description>")).title == "A made-up work"


@pytest.mark.slow
def test_long_feed_is_truncated() -> None:
    many = rss("".join(f"<item><title>Work number {number}</title></item>" for number in range(3_000)))
    feed = parse_feed(many, URL)
    assert len(feed.papers) == 2_000
    assert feed.papers[-1].title == "Work number 1999"
    oddly_closed = many.replace(b"</item>", b"</item" + b" " * 50 + b">")
    assert len(parse_feed(oddly_closed, URL).papers) == 2_000
    assert truncate(many.decode()).count("<item>") == 2_000
    items = [{"title": f"Work number {number}"} for number in range(3_000)]
    assert len(parse_feed(json.dumps({"items": items}).encode(), URL).papers) == 2_000


def test_long_abstract_is_cut_after_a_word() -> None:
    paper = one(item("<description>" + "word " * 100_000 + "</description>", "x" * 5_000_000))
    assert len(paper.title) == 1_000
    assert 19_000 < len(paper.abstract) <= 20_002
    assert paper.abstract.endswith("word …")


@given(st.data())
def test_damaged_journal_is_a_feed_or_refused(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([JOURNAL, ATOM.encode(), json.dumps(JSON_FEED).encode()])))
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b"<>&\"'/:;#[]{}x0 \0\xff"))
    try:
        feed = parse_feed(bytes(body), URL)
    except SourceError:
        return
    assert all(paper.id and paper.title and paper.title.isprintable() for paper in feed.papers)


@given(
    st.lists(
        st.sampled_from(
            [
                "<rss>",
                "<item>",
                "</item>",
                "<title>",
                "</title>",
                "<link href='//['/>",
                "<x:y ",
                "<![CDATA[",
                "]]>",
                "&#9;",
                "&amp;",
                "&",
                "<",
                ">",
                "<!--",
                "-->",
                "text",
                "<content type='xhtml'>",
                "</content>",
                "<id>",
                "http://[",
                "<author>",
                "</author>",
                "<date>9999-99-99</date>",
                "<date>0000</date>",
                "<source>",
                "<image>",
                "<svg>",
                "<category term=''/>",
                "<textinput>",
                "<enclosure/>",
                "<media:content url='['>",
                "</media:content>",
                "<content mode='base64'>",
                "<georss:point>1</georss:point>",
                "<itunes:keywords>a b</itunes:keywords>",
                "<media:credit role='x'>",
                "</media:credit>",
                "<dc:contributor>",
                "<psc:chapter start='x'/>",
                "<gml:pos>",
            ]
        ),
        max_size=15,
    )
)
def test_any_markup_is_a_feed_or_refused(tokens: list[str]) -> None:
    try:
        parse_feed(b"<rss version='2.0'><channel><item>" + "".join(tokens).encode(), URL)
    except SourceError:
        return


_HOME = "<link>https://lab.example/</link>"
_DAYS = ("Thu, 02 Apr 2026 08:00:00 GMT", "Thu, 09 Apr 2026 08:00:00 GMT", "Thu, 16 Apr 2026 08:00:00 GMT")


@pytest.mark.parametrize(
    "same",
    ["", _HOME, f"{_HOME}<guid>https://lab.example/</guid>", "<link>https://lab.example/column</link>"],
    ids=["neither guid nor link", "the site", "the site twice", "one page"],
)
def test_instalments_without_an_id_differ_by_their_days(same: str) -> None:
    items = [f"<item><title>This week in zinc</title>{same}<pubDate>{day}</pubDate></item>" for day in _DAYS]

    feed = parse_feed(rss("".join(items)), URL)

    assert len({paper.id for paper in feed.papers}) == len(_DAYS)
    # The next one is new, and the others stay what they were.
    later = rss("".join(items).replace("</item>", "<description>News.</description></item>"))
    assert {paper.id for paper in parse_feed(later, URL).papers} == {paper.id for paper in feed.papers}


def test_a_feed_of_one_instalment_without_an_id_has_a_new_one_each_week() -> None:
    first, second = (
        one(rss(f"<item><title>This week in zinc</title><pubDate>{day}</pubDate></item>")) for day in _DAYS[:2]
    )

    assert first.id != second.id


def test_entries_with_one_guid_and_link_differ_by_their_titles() -> None:
    same = f"{_HOME}<guid>https://lab.example/</guid>"
    items = "".join(f"<item><title>On the {metal} of the week</title>{same}</item>" for metal in ("zinc", "tin"))

    assert len(parse_feed(rss(items), URL).papers) == 2


def test_two_versions_of_an_entry_are_one_paper() -> None:
    same = "<link>https://lab.example/7</link><guid>https://lab.example/7</guid>"
    titles = zip(("On zink", "On zinc (corrected)"), _DAYS, strict=False)
    items = "".join(f"<item><title>{title}</title>{same}<pubDate>{day}</pubDate></item>" for title, day in titles)

    assert len(parse_feed(rss(items), URL).papers) == 1


def test_an_entry_given_twice_is_one_paper() -> None:
    twice = f"<item><title>This week in zinc</title>{_HOME}<pubDate>{_DAYS[0]}</pubDate></item>" * 2

    assert len(parse_feed(rss(twice), URL).papers) == 1
