"""Decode, truncate, validate and repair XML before feedparser reads it."""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from xml.parsers import expat
from xml.sax.saxutils import escape

from papertui.errors import SourceError

# Decode the bytes of a response and check that they can be a feed; anything else is refused with a reason.

#: Feeds of whole journals with abstracts have some hundred kilobytes; ten times as much is not a feed.
LARGEST = 8 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, which has the same first bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),  # https://www.w3.org/TR/xml/#sec-guessing
    (b"\0<\0?", "utf-16-be"),
)
#: Encodings in use for feeds. Python knows others (punycode, utf-7) that can hide content or are slow to decode.
_INTAKE_NAMES = (
    "utf-8 ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r "
    "koi8-u gb2312 gbk gb18030 big5 shift_jis cp932 euc_jp euc_kr cp949 tis-620"
)
_ENCODINGS = frozenset(_INTAKE_NAMES.split())
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r"\bcharset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
#: What precedes the first element: white space, declarations, comments.
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_HEAD = 20_000
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title|script|meta|div|p)\b", re.IGNORECASE)
_FEED = re.compile(r"<(?:!doctype\s+(?:rss|rdf)|(?:[\w.-]+:)?(?:rss|feed|rdf|channel))\b|\{", re.IGNORECASE)
#: The first element, or constructs that may contain something similar.
_ROOT = re.compile(r"(?P<root><(?=[A-Za-z_]))|<!--.*?(?:-->|\Z)|<\?.*?(?:>|\Z)", re.DOTALL)
#: https://www.w3.org/TR/xml/#sec-prolog-dtd
_DEFINES = re.compile(r"<!ENTITY|<!DOCTYPE[^<>\[]*\[", re.IGNORECASE)


def decode(body: bytes, content_type: str = "") -> str:
    """Decode `body` by its byte order mark, UTF-8, the encoding it or its `content_type` declares, or Windows-1252.

    Raises:
        SourceError: it is empty, or too large.
    """
    if len(body) > LARGEST:
        raise SourceError(
            f"The feed is larger than {LARGEST // 1024 // 1024} megabytes, which is the limit; use a feed of its "
            "newest entries."
        )
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            text = body.decode(encoding, "replace").removeprefix("\ufeff")
            break
    else:
        declared, charset = _DECLARED.match(body), _CHARSET.search(content_type)
        named = [declared[1].decode("ascii")] if declared else []
        text = _first_that_fits(body, ["utf-8", *named, *([charset[1]] if charset else [])])
    if not text.strip():
        raise SourceError("The feed is empty; try again later, or check its address in a browser.")
    return text


def _first_that_fits(body: bytes, encodings: list[str]) -> str:
    """Try UTF-8 first, whatever is declared: text in another encoding is hardly ever valid UTF-8."""
    for name in encodings:
        try:
            if codecs.lookup(name).name in _ENCODINGS:
                return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    # Never fails, and an invalid byte affects no other character: https://encoding.spec.whatwg.org/#windows-1252
    return body.decode("utf-8" if _mostly_utf8(body) else "cp1252", "replace")


def _mostly_utf8(body: bytes) -> bool:
    """Whether UTF-8 loses fewer characters than it decodes: a feed that is truncated or damaged somewhere."""
    text = body.decode("utf-8", "replace")
    others = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") * 2 <= others


def is_page(body: bytes, content_type: str = "") -> bool:
    """Whether `body` is an HTML page, by its first element, or else by its `content_type`."""
    head = body[:_HEAD].replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff\ufffd")
    found = _PROLOG.match(head)
    start = found.end() if found else 0
    if _PAGE.match(head, start):
        return True
    kind = content_type.split(";", 1)[0].strip().lower()
    return kind in {"text/html", "application/xhtml+xml"} and not _FEED.match(head, start)


def without_prolog(text: str) -> str:
    """Return the XML `text` from its first element on, so that no document type reaches a parser.

    Raises:
        SourceError: it defines entities (a few bytes may expand to gigabytes, or read files:
            https://en.wikipedia.org/wiki/Billion_laughs_attack), or has no element.
    """
    found = next((token for token in _ROOT.finditer(text) if token["root"]), None)
    start = found.start() if found else len(text)
    if _DEFINES.search(text, 0, start):
        raise SourceError(
            "The feed defines XML entities (<!ENTITY>), which papertui refuses as a security risk; report it to the "
            "publisher, or use another feed."
        )
    if found is None:
        raise no_feed()
    return text[start:]


def no_feed() -> SourceError:
    """Return the error for what is neither a feed nor a page."""
    return SourceError(
        "This address is not a feed (RSS, Atom or JSON Feed); open the site in a browser and copy the address of its "
        "feed."
    )


# Truncate a feed that is too long.

#: The most entries read; feeds of whole archives are longer, and old at their end.
MOST_ENTRIES = 2_000
#: The most tags read: each costs the parser about half a kilobyte and some microseconds.
MOST_TAGS = 100_000
_ENTRY_ENDS = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,40}>")
_ATTRIBUTES = re.compile(r"<[A-Za-z_][^<>]{4000}[^<>]*")
_MOST_ATTRIBUTES = 200
#: The most attributes in all, including those of HTML in texts.
_MOST_VALUES = 400_000
#: An address may contain an embedded picture; none is larger.
_LONGEST_TAG = 1_000_000


def truncate(text: str) -> str:
    """Return the XML `text` without the entries beyond the limits; what follows the last one stays, to close the feed.

    Raises:
        SourceError: it has more markup than any feed.
    """
    for tag in _ATTRIBUTES.finditer(text):
        if len(tag[0]) > _LONGEST_TAG or tag[0].count('="') + tag[0].count("='") > _MOST_ATTRIBUTES:
            raise too_much()
    last = kept = 0
    tags = 0
    for number, end in enumerate(_ENTRY_ENDS.finditer(text), 1):
        if number <= MOST_ENTRIES and tags <= MOST_TAGS:
            tags += text.count("<", last if number == 1 else kept, end.end())
            if tags <= MOST_TAGS:
                kept = end.end()
        last = end.end()
    if last > kept > 0:
        text = text[:kept] + text[last:]
    if text.count("<") > MOST_TAGS or text.count('="') + text.count("='") > _MOST_VALUES:
        raise too_much()
    return text


def too_much() -> SourceError:
    """Return the error for input that is too expensive to parse."""
    return SourceError(
        "The feed has more markup than any real feed and was not read; report it to the publisher, or use another feed."
    )


# Check XML before `feedparser` parses it: whether it is well-formed, and whether it would be slow to parse.
#
# Some steps of feedparser take quadratic time: it compares the labels of an entry with each other, and searches names
# for mail addresses with a pattern that restarts at every letter. Real feeds are not affected, so generous limits apply
# here and anything beyond them is refused.

_SURVEY_DEEPEST = 150
_ENTRIES = frozenset({"item", "entry"})
_LABELS = frozenset({"category", "keywords", "subject", "tags"})
_SURVEY_NAMES = frozenset(
    {"author", "creator", "contributor", "managingeditor", "webmaster", "publisher", "owner", "name", "email"}
)
_DATES = frozenset(
    {"pubdate", "date", "published", "updated", "issued", "modified", "created", "expirationdate", "lastbuilddate"}
    | {"valid", "publicationdate", "coverdate"}
)
_LONGEST_DATE = 500
#: Elements that contain an address, which feedparser resolves against that of the feed.
_ADDRESSES = frozenset({"comments", "docs", "guid", "href", "icon", "id", "link", "logo", "uri", "url"})
#: An address may contain an embedded picture.
_LONGEST_ADDRESS = 100_000
_READ = _LABELS | _SURVEY_NAMES | _DATES | _ADDRESSES
#: Each is compared with every element in a namespace unknown to feedparser.
_MOST_NAMESPACES = 200
#: The most comparisons of labels in all: an entry of a hundred labels costs ten thousand.
_MOST_COMPARISONS = 4_000_000
_LONG_WORD = re.compile(r"[A-Za-z0-9_.+-]{80}")
_PARTS = re.compile(r"[,\s]+")
_SEPARATOR = " "


def validate(text: str) -> None:
    """Parse the XML `text` and check it against the limits.

    Raises:
        xml.parsers.expat.ExpatError: it is not well-formed.
        SourceError: parsing it would take too much time or memory.
    """
    looked = _Look()
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = looked.namespace
    parser.StartElementHandler = looked.start
    parser.EndElementHandler = looked.end
    parser.CharacterDataHandler = looked.data
    parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - the method takes no keywords


class _Look:
    """The handlers of the parser and their counts."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.pieces: list[str] = []
        self.labels = 0
        self.comparisons = 0
        self.namespaces: set[tuple[str | None, str | None]] = set()

    def namespace(self, prefix: str | None, address: str | None) -> None:
        self.namespaces.add((prefix, address))
        if len(self.namespaces) > _MOST_NAMESPACES:
            raise too_much()

    def start(self, name: str, _: object) -> None:
        local = name.rpartition(_SEPARATOR)[2].lower()
        self.path.append(local)
        if len(self.path) > _SURVEY_DEEPEST:
            raise too_much()
        if local in _ENTRIES:
            self.labels = 0
        if local in _LABELS:
            self._label(1)
        self.pieces = []

    def data(self, text: str) -> None:
        if self.path[-1] in _READ:
            self.pieces.append(text)

    def end(self, _: str) -> None:
        local = self.path.pop()
        text = "".join(self.pieces)
        self.pieces = []
        if local in {"keywords", "tags"}:
            self._label(len(_PARTS.findall(text)))
        too_long = (
            (local in _SURVEY_NAMES and _LONG_WORD.search(text) is not None)
            or (local in _DATES and len(text) > _LONGEST_DATE)
            or (local in _ADDRESSES and len(text) > _LONGEST_ADDRESS)
        )
        if too_long:
            raise too_much()

    def _label(self, more: int) -> None:
        self.labels += more
        self.comparisons += self.labels * more
        if self.comparisons > _MOST_COMPARISONS:
            raise too_much()


# Repair damaged XML: truncated feeds, stray ampersands, mismatched tags, undeclared prefixes.
#
# One pass without backtracking, so that a hostile feed takes no longer than another.

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
_MENDING_DEEPEST = 100
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


def repair(text: str) -> str:
    """Return the XML `text` made well-formed: open elements are closed, and what cannot be markup becomes text.

    Raises:
        SourceError: it has more to repair than any accident causes.
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
    """The output so far, and its open elements."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._open: list[str] = []
        self._prefixes: set[str] = set()

    def take(self, token: re.Match[str]) -> None:
        """Add the output for `token`."""
        if token["start"]:
            self._begin(token["start"], token["attributes"])
        elif token["end"]:
            self._close(token["end"])
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
        self._made += (f"</{name}>" for name in reversed(self._open))
        return _declared("".join(self._made), self._prefixes)

    def _begin(self, name: str, attributes: str) -> None:
        self._made.append(_tag(name, attributes, self._prefixes))
        if attributes.rstrip().endswith("/") or len(self._open) >= _MENDING_DEEPEST:
            self._made.append("/>")
        else:
            self._made.append(">")
            self._open.append(name)

    def _close(self, name: str) -> None:
        """Close `name` and the open elements inside; an end tag without a start tag is ignored."""
        while name in self._open:
            last = self._open.pop()
            self._made.append(f"</{last}>")
            if last == name:
                return


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
