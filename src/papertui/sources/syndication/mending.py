"""Damaged XML made whole: cut feeds, stray ampersands, tags that do not match, prefixes nobody declared.

In one pass that never looks back, so that a hostile feed takes no longer than another.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.sax.saxutils import escape

from papertui.sources.syndication.excerpt import too_much

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
#: Where nesting ends: what lies deeper is read as lying here.
_DEEPEST = 100
#: Each of these may become five letters.
_MOST_REFERENCES = 500_000
_MOST_PREFIXES = 100
#: The prefixes feeds use, for those that forgot to say so.
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


def mended(text: str) -> str:
    """The XML `text`, well-formed: what was open at its end is closed, and what cannot be markup is text.

    Raises:
        SourceError: there is more in it to mend than anybody damages by mistake.
    """
    if text.count("&") > _MOST_REFERENCES:
        raise too_much()
    mending = _Mending()
    for token in _TOKEN.finditer(_FORBIDDEN.sub("", text)):
        mending.take(token)
        if mending.is_done():
            break
    return mending.result()


class _Mending:
    """What is made so far, and what is open in it."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._open: list[str] = []
        self._prefixes: set[str] = set()

    def take(self, token: re.Match[str]) -> None:
        """Adds what `token` means here."""
        if token["start"]:
            self._begin(token["start"], token["attributes"])
        elif token["end"]:
            self._close(token["end"])
        elif token["data"] is not None and self._open:
            self._made.append(escape(token["data"]))
        elif token["text"] and self._open:
            self._made.append(_REFERENCE.sub(_written, token["text"]).replace("<", "&lt;").replace("]]>", "]]&gt;"))

    def is_done(self) -> bool:
        """Whether the root has ended: nothing that follows belongs to the feed."""
        return bool(self._made) and not self._open

    def result(self) -> str:
        """What is made, with everything closed."""
        if len(self._prefixes) > _MOST_PREFIXES:
            raise too_much()
        self._made += (f"</{name}>" for name in reversed(self._open))
        return _declared("".join(self._made), self._prefixes)

    def _begin(self, name: str, attributes: str) -> None:
        self._made.append(_tag(name, attributes, self._prefixes))
        if attributes.rstrip().endswith("/") or len(self._open) >= _DEEPEST:
            self._made.append("/>")
        else:
            self._made.append(">")
            self._open.append(name)

    def _close(self, name: str) -> None:
        """Closes `name` and what is open inside of it; an end of what never began is passed over."""
        while name in self._open:
            last = self._open.pop()
            self._made.append(f"</{last}>")
            if last == name:
                return


def _tag(name: str, attributes: str, prefixes: set[str]) -> str:
    """The start of a tag up to its end, each attribute once, and every value in quotes."""
    told: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        value = found[2] or found[3] or (found[4] or "").removesuffix("/")
        told.setdefault(found[1], _REFERENCE.sub(_written, value).replace('"', "&quot;").replace("<", "&lt;"))
    if not told.get("xmlns", "-"):
        del told["xmlns"]
    told = {key: value for key, value in told.items() if value or not key.startswith("xmlns:")}
    prefixes.update(key.split(":", 1)[0] for key in (name, *told) if ":" in key)
    return "".join((f"<{name}", *(f' {key}="{value}"' for key, value in told.items())))


def _declared(text: str, prefixes: set[str]) -> str:
    """`text` with every prefix declared at its root; those nobody knows get an address of their own."""
    root = re.match(r"<[^>]*?(?=/?>)", text)
    if root is None:
        return text
    missing = sorted(prefix for prefix in prefixes - {"xml", "xmlns"} if f" xmlns:{prefix}=" not in root[0])
    told = "".join(f' xmlns:{prefix}="{_SPACES.get(prefix, f"urn:unknown:{prefix}")}"' for prefix in missing)
    return root[0] + told + text[root.end() :]


def _written(found: re.Match[str]) -> str:
    """A reference as XML knows it: HTML's named ones as their letters, a stray ampersand as one."""
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
