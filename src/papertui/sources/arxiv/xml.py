"""XML from a service, read without being fooled."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.errors import SourceError
from papertui.sources.syndication.intake import decoded, is_page
from papertui.sources.syndication.mending import mended

#: Tags and attributes that are affordable. The largest page of papers by collaborations has half as many.
_MOST_TAGS, _MOST_ATTRIBUTES, _MOST_NAMESPACES = 1_000_000, 400_000, 20_000
#: Tags that are mended where they are broken, which takes memory several times over; a full listing has 45,000.
_MOST_MENDED = 150_000
#: Names of elements are kept for as long as a body is read. arXiv knows some thirty.
_MOST_NAMES = 1_000
_NAME = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_PAPERS = frozenset({"entry", "item"})
#: What ends a body that came whole, but for white space and comments.
_ENDS = ("</feed>", "</rss>", ":feed>", ":RDF>")


def parsed(body: bytes, service: str, roots: tuple[str, ...]) -> Element:
    """The root element of the XML in `body`.

    Definitions of entities are refused: an answer of some bytes could unfold to gigabytes, or read other files. A
    letter that no XML has, a stray ampersand or a wrong encoding takes no paper with it; a body that was cut is not
    taken, as nobody would see that it was.

    Args:
        body: as it came.
        service: who sent it, for messages.
        roots: the tags one of which the root must have.

    Raises:
        SourceError: it is no XML, another kind of it, or made to fill the memory.
    """
    if is_page(body):
        raise SourceError(
            f"{service} answered with a web page instead of data: perhaps a login page of the network; open a browser "
            "to see."
        )
    if _is_too_much(body):
        raise SourceError(
            f"{service} answered with far more markup than anybody can mean, which was refused; try again later."
        )
    try:
        root = _read(body)
    except DefusedXmlException:
        raise SourceError(
            f"{service} answered with XML that defines a document type, which is refused; try again later."
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"{service} answered with broken XML; try again in a moment.") from error
    if root.tag not in roots:
        raise SourceError(f"{service} answered with something that is not the data asked for; try again later.")
    return root


def words(element: Element | None) -> str:
    """The text in `element`, that of elements inside of it as well."""
    return "" if element is None else "".join(element.itertext())


def _read(body: bytes) -> Element:
    root: Element
    try:
        # What is not meant as UTF-8 is hardly ever valid in it, whatever is declared.
        whole: bytes | str = body if b"\0" in body else body.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = body
    try:
        root = fromstring(whole, forbid_dtd=True)
    except DefusedXmlException:  # a ValueError, too; there is nothing to mend
        raise
    except (ParseError, ValueError, LookupError):
        text = _mended(body)
        if not text:
            raise
        root = fromstring(text, forbid_dtd=True)
        if not any(element.tag.rpartition("}")[2] in _PAPERS for element in root.iter()):
            raise  # what is left of it would pass for a day without papers
    return root


def _mended(body: bytes) -> str:
    """The XML in `body` made well-formed; empty if it was cut, or is larger than what can be mended."""
    if body.count(b"<") > _MOST_MENDED or body.count(b"&") > _MOST_MENDED:
        return ""
    try:
        # Without the declaration of an encoding that it has no longer.
        text = _DECLARATION.sub("", decoded(body), count=1)
        return mended(text) if text.rstrip().endswith(_ENDS) else ""
    except SourceError:
        return ""


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
