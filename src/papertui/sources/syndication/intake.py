"""Decode the bytes of a response and check that they can be a feed; anything else is refused with a reason."""

from __future__ import annotations

import codecs
import re

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
_NAMES = (
    "utf-8 ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r "
    "koi8-u gb2312 gbk gb18030 big5 shift_jis cp932 euc_jp euc_kr cp949 tis-620"
)
_ENCODINGS = frozenset(_NAMES.split())
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


def decoded(body: bytes, content_type: str = "") -> str:
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
