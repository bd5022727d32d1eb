"""Lists of feeds, from papertui and from other programs."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model import text
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
    assert read_opml(NESTED) == (
        Outline("Café [red]", "https://a.example/feed?x=1&y=2"),
        Outline("Only text", "https://b.example/"),
        Outline("http://d.example", "http://d.example"),
    )


def test_written_list() -> None:
    written = write_opml([Outline('A "b" <c> & d', "https://a.example/?x=1&y=2")], "Feeds\x1b[31m & more")
    assert written == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>Feeds &amp; more</title>\n'
        '  </head>\n  <body>\n    <outline type="rss" text="A &quot;b&quot; &lt;c&gt; &amp; d" '
        'title="A &quot;b&quot; &lt;c&gt; &amp; d" xmlUrl="https://a.example/?x=1&amp;y=2" />\n  </body>\n</opml>\n'
    )


_TITLES = st.text(max_size=80).map(text.plain).filter(bool)
_URLS = st.text(string.ascii_letters + string.digits + "/?&=%;~'()é", max_size=40).map(
    lambda path: f"https://a.example/{path}"
)
_OUTLINES = st.lists(st.builds(Outline, _TITLES, _URLS), max_size=8, unique_by=lambda outline: outline.url)


@given(_OUTLINES, st.text(max_size=20))
def test_opml_round_trip(outlines: list[Outline], title: str) -> None:
    assert read_opml(write_opml(outlines, title).encode()) == tuple(outlines)


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
    assert read_opml(body) == (read,)


def test_deeply_nested_list() -> None:
    inner = '<outline text="x" xmlUrl="https://a.example/"/>'
    deep = f"<opml>{'<outline>' * 20_000}{inner}{'</outline>' * 20_000}</opml>"
    assert read_opml(deep.encode()) == (Outline("x", "https://a.example/"),)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_refused(body: bytes) -> None:
    try:
        read_opml(b"<opml>" + body + b"</opml>")
    except UsageError:
        return
