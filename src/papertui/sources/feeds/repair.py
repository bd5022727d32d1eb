"""Repair damaged XML: truncated feeds, stray ampersands, mismatched tags, undeclared prefixes.

One pass without backtracking, so that a hostile feed takes no longer than another.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import NamedTuple
from xml.sax.saxutils import escape

from papertui.sources.feeds.sanitize import too_much

_NAME = r"[A-Za-z_][\w.-]{0,100}+(?::[A-Za-z_][\w.-]{0,100}+)?"
_TOKEN = re.compile(
    rf"""
      <!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)
    | <!--.*?(?:-->|\Z)
    | <\?[^<>]*(?:>|\Z)
    | <![A-Za-z\[][^<>]*>
    | </\s*(?P<end>{_NAME})[^<>]*(?:>|\Z)
    | <(?P<start>{_NAME})(?=[\s/>]|\Z)(?P<attributes>(?:[^<>"']|"[^"<]*"|'[^'<]*')*)(?:>|\Z)
    | (?P<text>[^<]+|<)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"""({_NAME})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_REFERENCE = re.compile(
    r"&(?:\#(?P<decimal>[0-9]{1,7});|\#[xX](?P<hex>[0-9A-Fa-f]{1,6});|(?P<name>[A-Za-z0-9]{2,31});)?"
)
#: What XML allows: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LAST = 0x10FFFF
#: The deepest nesting; deeper elements are flattened.
_DEEPEST = 100
#: Each of these may become five characters.
_MOST_REFERENCES = 500_000
_MOST_PREFIXES = 100
#: The namespaces of common prefixes, for feeds that do not declare them.
_SPACES = {
    "arxiv": "http://arxiv.org/schemas/atom",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


#: Elements of the list itself; one in another was not closed.
_ENTRIES = frozenset({"item", "entry"})
#: Elements of HTML that texts leave open, without harm.
_LEFT_OPEN_NAMES = (
    "a abbr b big blockquote body br center cite code col dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i img input li ol "
    "p pre q s small span strike strong sub sup table tbody td th thead tr tt u ul wbr"
)
_LEFT_OPEN = frozenset(_LEFT_OPEN_NAMES.split())
#: Elements of an entry that have no elements of a feed in them.
_LEAF_NAMES = "title link guid id pubdate published updated date description summary category comments creator"
_LEAVES = frozenset(_LEAF_NAMES.split())
_FURTHER_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")


class RepairedXml(NamedTuple):
    """Well-formed XML made of damaged XML."""

    text: str
    #: Whether more than signs and HTML had to be repaired, so that entries may be missing or mixed.
    is_incomplete: bool


def repair(text: str) -> str:
    """Return the XML `text` made well-formed; see `repaired_xml`."""
    return repaired_xml(text).text


def repaired_xml(text: str) -> RepairedXml:
    """Make the XML `text` well-formed: open elements are closed, and what cannot be markup becomes text.

    Raises:
        SourceError: it has more to repair than any accident causes.
    """
    if text.count("&") > _MOST_REFERENCES:
        raise too_much()
    output = _Repair()
    text = _FORBIDDEN.sub("", text)
    for token in _TOKEN.finditer(text):
        output.take(token)
        if output.is_done():
            output.is_incomplete |= _FURTHER_ENTRY.search(text, token.end()) is not None
            break
    return RepairedXml(output.result(), output.is_incomplete)


class _Repair:
    """The output so far, and its open elements."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._open: list[str] = []
        self._prefixes: set[str] = set()
        self.is_incomplete = False

    def take(self, token: re.Match[str]) -> None:
        """Add the output for `token`."""
        if token["start"]:
            self._begin(token["start"], token["attributes"])
        elif token["end"]:
            self._end(token["end"])
        elif token["data"] is not None and self._open:
            self._made.append(escape(token["data"]))
        elif token["text"] and self._open:
            self._made.append(_REFERENCE.sub(_written, token["text"]).replace("<", "&lt;").replace("]]>", "]]&gt;"))

    def is_done(self) -> bool:
        """Whether the root is closed: what follows does not belong to the feed."""
        return bool(self._made) and not self._open

    def result(self) -> str:
        """Return the output with all elements closed."""
        if len(self._prefixes) > _MOST_PREFIXES:
            raise too_much()
        self.is_incomplete |= bool(self._open)
        self._made += (f"</{name}>" for name in reversed(self._open))
        return _declared("".join(self._made), self._prefixes)

    def _begin(self, name: str, attributes: str) -> None:
        if _local(name) in _ENTRIES and name in self._open:
            self.is_incomplete = True
            self._close(name)
        elif self._open and _local(name) in _LEAVES and _local(self._open[-1]) in _LEAVES - {_local(name)}:
            self.is_incomplete = True
            self._close(self._open[-1])
        self._made.append(_tag(name, attributes, self._prefixes))
        if attributes.rstrip().endswith("/") or len(self._open) >= _DEEPEST:
            self._made.append("/>")
        else:
            self._made.append(">")
            self._open.append(name)

    def _end(self, name: str) -> None:
        if name in self._open:
            self._close(name)
        elif _local(name) in _ENTRIES | _LEAVES:
            self.is_incomplete = True  # its beginning is damaged

    def _close(self, name: str) -> None:
        """Close `name` and the open elements inside."""
        while name in self._open:
            last = self._open.pop()
            self._made.append(f"</{last}>")
            if last == name:
                return
            self.is_incomplete |= _local(last) not in _LEFT_OPEN


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _tag(name: str, attributes: str, prefixes: set[str]) -> str:
    """Return a start tag without its end, each attribute once, every value quoted."""
    values: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        value = found[2] or found[3] or (found[4] or "").removesuffix("/")
        values.setdefault(found[1], _REFERENCE.sub(_written, value).replace('"', "&quot;").replace("<", "&lt;"))
    if not values.get("xmlns", "-"):
        del values["xmlns"]
    values = {key: value for key, value in values.items() if value or not key.startswith("xmlns:")}
    prefixes.update(key.split(":", 1)[0] for key in (name, *values) if ":" in key)
    return "".join((f"<{name}", *(f' {key}="{value}"' for key, value in values.items())))


def _declared(text: str, prefixes: set[str]) -> str:
    """Declare every prefix at the root of `text`; unknown ones get a generated namespace."""
    root = re.match(r"<[^>]*?(?=/?>)", text)
    if root is None:
        return text
    missing = sorted(prefix for prefix in prefixes - {"xml", "xmlns"} if f" xmlns:{prefix}=" not in root[0])
    declarations = "".join(f' xmlns:{prefix}="{_SPACES.get(prefix, f"urn:unknown:{prefix}")}"' for prefix in missing)
    return root[0] + declarations + text[root.end() :]


def _written(found: re.Match[str]) -> str:
    """Return a reference valid in XML: HTML's names become characters, a stray ampersand is escaped."""
    if (name := found["name"]) is not None:
        if name in {"amp", "lt", "gt", "quot", "apos"}:
            return found[0]
        return escape(html5.get(f"{name};", f"&{name};"))
    digits, base = (found["decimal"], 10) if found["decimal"] else (found["hex"], 16)
    if not digits:
        return "&amp;"
    code = int(digits, base)
    if code > _LAST or _FORBIDDEN.match(chr(code)):
        return ""
    return found[0]
