"""Safe parsing of XML from a service."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.errors import SourceError
from papertui.sources.feeds.repair import RepairedXml, repaired_xml
from papertui.sources.feeds.sanitize import decode, is_page

#: Limits on tags and attributes. The largest page of papers by collaborations has half as many.
_MOST_TAGS, _MOST_ATTRIBUTES, _MOST_NAMESPACES = 1_000_000, 400_000, 20_000
#: Limit on the tags of XML that is repaired, which takes several times the memory; a full listing has 45,000.
_MOST_REPAIRED = 150_000
#: The parser keeps the names of elements while it reads a body. arXiv uses some thirty.
_MOST_NAMES = 1_000
_NAME = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_PAPERS = frozenset({"entry", "item"})
#: The ends of a complete body, before white space and comments.
_ENDS = ("</feed>", "</rss>", ":feed>", ":RDF>")


class ParsedXml(NamedTuple):
    """The XML in a response."""

    root: Element
    #: Whether entries may be missing or mixed, because more than signs had to be repaired.
    is_malformed: bool


def parse_xml(body: bytes, service: str, roots: tuple[str, ...]) -> ParsedXml:
    """Parse the XML in `body`.

    Entity definitions are refused: a response of a few bytes could expand to gigabytes, or read other files. An invalid
    character, a stray ampersand or a wrong encoding is repaired; a truncated body is refused, as the user could not see
    that papers are missing.

    Args:
        body: the raw bytes.
        service: the name of the service, for messages.
        roots: the allowed tags of the root element.

    Raises:
        SourceError: it is not XML, another kind of XML, or designed to fill the memory.
    """
    if is_page(body):
        raise SourceError(
            f"{service} responded with a web page instead of data: perhaps the login page of a network; open a browser "
            "to check."
        )
    if _is_too_much(body):
        raise SourceError(
            f"{service} responded with far more markup than expected, which was refused; try again later."
        )
    try:
        found = _read(body)
    except DefusedXmlException:
        raise SourceError(
            f"{service} responded with XML that defines a document type, which is refused; try again later."
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"{service} responded with broken XML; try again in a moment.") from error
    if found.root.tag not in roots:
        raise SourceError(f"{service} responded with something other than the requested data; try again later.")
    return found


def words(element: Element | None) -> str:
    """Return the text in `element`, including the elements inside."""
    return "" if element is None else "".join(element.itertext())


def _read(body: bytes) -> ParsedXml:
    try:
        # Text in another encoding is hardly ever valid UTF-8, whatever is declared.
        whole: bytes | str = body if b"\0" in body else body.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = body
    try:
        return ParsedXml(fromstring(whole, forbid_dtd=True), is_malformed=False)
    except DefusedXmlException:  # also a ValueError, but not repairable
        raise
    except (ParseError, ValueError, LookupError):
        repaired = _repaired(body)
        if repaired is None:
            raise
        root: Element = fromstring(repaired.text, forbid_dtd=True)
        if not any(element.tag.rpartition("}")[2] in _PAPERS for element in root.iter()):
            raise  # what is left would look like a day without papers
        return ParsedXml(root, repaired.is_incomplete)


def _repaired(body: bytes) -> RepairedXml | None:
    """Return the XML in `body` made well-formed; ``None`` if it was truncated, or is too large to repair."""
    if body.count(b"<") > _MOST_REPAIRED or body.count(b"&") > _MOST_REPAIRED:
        return None
    try:
        # Without the declaration of an encoding that no longer applies.
        text = _DECLARATION.sub("", decode(body), count=1)
        return repaired_xml(text) if text.rstrip().endswith(_ENDS) else None
    except SourceError:
        return None


def _is_too_much(body: bytes) -> bool:
    tags = body.count(b"<")
    if tags > _MOST_TAGS or body.count(b"xmlns") > _MOST_NAMESPACES:
        return True
    if body.count(b'="') + body.count(b"='") > _MOST_ATTRIBUTES:
        return True
    names: set[bytes] = set()
    for found in _NAME.finditer(body):
        names.add(found[1][:100])
        if len(names) > _MOST_NAMES:
            return True
    return False
