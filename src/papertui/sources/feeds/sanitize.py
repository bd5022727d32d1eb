"""Decode feeds, and refuse, truncate or check what would be dangerous or slow to parse."""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from papertui.errors import SourceError

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
_ENCODING_NAMES = (
    "utf-8 ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r "
    "koi8-u gb2312 gbk gb18030 big5 shift_jis cp932 euc_jp euc_kr cp949 tis-620"
)
_ENCODINGS = frozenset(_ENCODING_NAMES.split())
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
        raise SourceError("The feed is empty; try again later, or check its URL in a browser.")
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
        "This URL is not a feed (RSS, Atom or JSON Feed); open the site in a browser and copy the URL of its feed."
    )


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


_DEEPEST = 150
_ENTRIES = frozenset({"item", "entry"})
_LABELS = frozenset({"category", "keywords", "subject", "tags"})
_NAMES = frozenset(
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
_READ = _LABELS | _NAMES | _DATES | _ADDRESSES
#: Each is compared with every element in a namespace unknown to feedparser.
_MOST_NAMESPACES = 200
#: The most comparisons of labels in all: an entry of a hundred labels costs ten thousand.
_MOST_COMPARISONS = 4_000_000
_LONG_WORD = re.compile(r"[A-Za-z0-9_.+-]{80}")
_PARTS = re.compile(r"[,\s]+")
_SEPARATOR = " "


def validate(text: str) -> None:
    """Check whether the XML `text` is well-formed, and whether `feedparser` would be slow to parse it.

    Some steps of feedparser take quadratic time: it compares the labels of an entry with each other, and searches names
    for mail addresses with a pattern that restarts at every letter. Real feeds are not affected, so generous limits
    apply, and anything beyond them is refused.

    Raises:
        xml.parsers.expat.ExpatError: it is not well-formed.
        SourceError: parsing it would take too much time or memory.
    """
    structure = _Structure()
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = structure.namespace
    parser.StartElementHandler = structure.start
    parser.EndElementHandler = structure.end
    parser.CharacterDataHandler = structure.data
    parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - the method takes no keywords


class _Structure:
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
        if len(self.path) > _DEEPEST:
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
            (local in _NAMES and _LONG_WORD.search(text) is not None)
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
