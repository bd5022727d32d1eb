"""Lists of feeds, from papertui and from other programs."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model import text
from papertui.model.feed_address import parse_feed_address
from papertui.sources.feeds.opml import Outline, read_opml, write_opml

NESTED = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>Mine</title></head><body>
  <outline text="Group"><outline text="Inner">
    <outline type="rss" text="short" title="Caf\xe9 [red]" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>
  </outline></outline>
  <outline type="rss" text="Only text" xmlurl=" https://b.example/ "/>
  <outline type="rss" text="again" xmlUrl="https://b.example/"/>
  <outline type="rss" text="no feed" htmlUrl="https://c.example/"/>
  <outline type="rss" text="not of the web" xmlUrl="file:///etc/passwd"/>
  <outline type="rss" xmlUrl="http://d.example"/>
</body></opml>"""


def test_list_of_another_program() -> None:
    read = read_opml(NESTED)
    assert read.outlines == (
        Outline("Café [red]", "https://a.example/feed?x=1&y=2", ("Group/Inner",), line=4),
        Outline("Only text", "https://b.example/", line=6),
        Outline("again", "https://b.example/", line=7),
        Outline("http://d.example", "http://d.example", line=10),
    )
    assert [(entry.line, entry.title, entry.why.partition(".")[0]) for entry in read.unread] == [
        (8, "no feed", "It names no feed: it has no xmlUrl"),
        (9, "not of the web", "“file:///etc/passwd” is not the URL of a feed"),
    ]


def _plain(body: bytes) -> tuple[Outline, ...]:
    """The feeds without their lines; nothing may be left out."""
    read = read_opml(body)
    assert not read.unread
    return tuple(outline._replace(line=0) for outline in read.outlines)


def test_written_list() -> None:
    written = write_opml([Outline('A "b" <c> & d', "https://a.example/?x=1&y=2")], "Feeds\x1b[31m & more")
    assert written == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>Feeds &amp; more</title>\n'
        '  </head>\n  <body>\n    <outline type="rss" text="A &quot;b&quot; &lt;c&gt; &amp; d" '
        'title="A &quot;b&quot; &lt;c&gt; &amp; d" xmlUrl="https://a.example/?x=1&amp;y=2" />\n  </body>\n</opml>\n'
    )


_TITLES = st.text(max_size=80).map(text.plain).filter(bool)
_URLS = st.text(string.ascii_letters + string.digits + "/?&=%;~'()é", max_size=40).map(
    lambda path: parse_feed_address(f"https://a.example/{path}").name
)
_GROUPS = st.lists(st.sampled_from(["A", "A/B", "C//D", "Ä & <x>"]), max_size=3, unique=True).map(tuple)
_OUTLINES = st.lists(st.builds(Outline, _TITLES, _URLS, _GROUPS), max_size=8, unique_by=lambda outline: outline.url)


@given(_OUTLINES, st.text(max_size=20))
def test_opml_round_trip(outlines: list[Outline], title: str) -> None:
    # A feed is written into the folder of each of its groups.
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in _plain(write_opml(outlines, title).encode()):
        groups[one[:2]] = (*groups.get(one[:2], ()), *one.groups)
    assert {key: set(found) for key, found in groups.items()} == {one[:2]: set(one.groups) for one in outlines}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not a list of feeds"),
        (b"not XML", "not a list of feeds"),
        (b"<opml><body>", "not a list of feeds"),
        (b"<rss version='2.0'/>", "not a list of feeds"),
        (b"<?xml version='1.0' encoding='nonsense'?><opml/>", "not a list of feeds"),
        (b"<?xml version='1.0' encoding='utf-7'?><opml/>", "not a list of feeds"),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml>&a;</opml>", "DOCTYPE"),
        (b"<opml>" + b"<outline/>" * 200_000 + b"</opml>", "too long"),
        (b"<opml>" + b" " * 5_000_000 + b"</opml>", "too long"),
    ],
)
def test_invalid_lists_are_refused_with_a_reason(body: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        read_opml(body)
    assert ";" in str(refused.value)


@pytest.mark.parametrize(
    ("outline", "encoding", "read"),
    [
        ('text="A & B" xmlUrl="https://a.example/f?a=1&b=2"', "utf-8", Outline("A & B", "https://a.example/f?a=1&b=2")),
        ('text="Café" xmlUrl="https://a.example/f"', "latin-1", Outline("Café", "https://a.example/f")),
        ('text="A" xmlUrl="feed://a.example/f"', "utf-8", Outline("A", "http://a.example/f")),
        ('text="A" xmlUrl="feed:https://a.example/f"', "utf-8", Outline("A", "https://a.example/f")),
    ],
)
def test_lists_of_real_programs(outline: str, encoding: str, read: Outline) -> None:
    body = f'<?xml version="1.0" encoding="utf-8"?><opml><body><outline {outline}/></body></opml>'.encode(encoding)
    assert _plain(body) == (read,)


@pytest.mark.slow
def test_deeply_nested_list() -> None:
    inner = '<outline text="x" xmlUrl="https://a.example/"/>'
    deep = f"<opml>{'<outline>' * 20_000}{inner}{'</outline>' * 20_000}</opml>"
    assert _plain(deep.encode()) == (Outline("x", "https://a.example/"),)


@pytest.mark.parametrize(
    ("outline", "groups"),
    [
        ('<outline text="A/B"><outline xmlUrl="https://a.example/"/></outline>', ("A//B",)),
        ('<outline text=" "><outline xmlUrl="https://a.example/"/></outline>', ()),
        ('<outline xmlUrl="https://a.example/" category="/Boston/Weather, tag,,/"/>', ("Boston/Weather", "tag")),
        ('<outline title="A" text="x"><outline category="A,B" xmlUrl="https://a.example/"/></outline>', ("A", "B")),
        ('<body><outline text="A"/><outline xmlUrl="https://a.example/"/></body>', ()),
        ('<o:outline xmlns:o="urn:x" text="A"><o:outline XMLURL="https://a.example/"/></o:outline>', ("A",)),
        ('<outline text="A"><outline type="rss" url="https://a.example/"/></outline>', ("A",)),
    ],
)
def test_folders_and_categories_are_groups(outline: str, groups: tuple[str, ...]) -> None:
    (found,) = read_opml(f"<opml>{outline}</opml>".encode()).outlines
    assert (found.url, found.groups) == ("https://a.example/", groups)


def test_a_feed_that_is_not_closed_is_no_folder() -> None:
    found = read_opml(
        b'<opml><outline text="A" xmlUrl="https://a.example/"><outline xmlUrl="https://b.example/"/></opml>'
    )
    assert [(one.url, one.groups) for one in found.outlines] == [("https://a.example/", ()), ("https://b.example/", ())]


@pytest.mark.parametrize("start", ["", "\n\n", '<?xml version="1.0"?>\n<!-- a\n comment -->\n'])
@pytest.mark.parametrize("title", ["A", "A & B"])  # the latter has to be repaired
def test_the_lines_are_those_of_the_file(start: str, title: str) -> None:
    body = f'{start}<opml>\n<body>\n\n<outline\n text="{title}" xmlUrl="https://a.example/"/>\n<outline text="x"/>'
    read = read_opml(f"{body}</body></opml>".encode())
    line = start.count("\n") + 4
    assert [outline.line for outline in read.outlines] == [line]
    assert [entry.line for entry in read.unread] == [line + 2]


def test_more_feeds_than_anybody_reads_are_listed() -> None:
    outlines = "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(10_001))
    read = read_opml(f"<opml>{outlines}</opml>".encode())
    assert (len(read.outlines), len(read.unread)) == (10_000, 1)
    assert "after the first 10,000 feeds" in read.unread[0].why


def test_a_password_is_beside_the_address() -> None:
    (found,) = read_opml(b'<opml><outline xmlUrl="https://ada:geheim@a.example/"/></opml>').outlines
    assert (found.url, found.title) == ("https://ada@a.example/", "https://ada@a.example/")
    assert found.password is not None
    assert found.password.reveal() == "geheim"
    assert "geheim" not in repr(found)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_refused(body: bytes) -> None:
    try:
        read_opml(b"<opml>" + body + b"</opml>")
    except UsageError:
        return
