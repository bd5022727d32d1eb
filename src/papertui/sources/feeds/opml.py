"""Read and write lists of feeds in OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from papertui.errors import SourceError, UsageError
from papertui.model import text
from papertui.model.feed_address import parse_feed_address
from papertui.model.group_names import group_name, group_parts, usual_group_name
from papertui.model.mailbox import Password
from papertui.sources.feeds.repair import repair
from papertui.sources.feeds.sanitize import decode, without_prolog

LARGEST = 4 * 1024 * 1024
#: Nobody reads more feeds, and each one is fetched.
_MOST = 10_000
_LONGEST_TITLE = 200
_MOST_TAGS = 100_000
#: Folders inside folders beyond this number are joined: no reader shows more.
_DEEPEST = 10
#: Types of outlines whose ``url`` is a feed, as some programs write it.
_FEED_TYPES = frozenset({"rss", "atom", "feed", "json", "jsonfeed", "rss1", "rdf"})
#: An ampersand that begins no reference that XML knows.
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")


class Outline(NamedTuple):
    """One feed of a list."""

    #: The title in the list, else the address.
    title: str
    #: With the user, without the password.
    url: str
    #: The folders it is in and the categories it has, as `papertui.model.group_names` writes them.
    groups: tuple[str, ...] = ()
    password: Password | None = None
    #: Where it is in the file; 0 when it is to be written.
    line: int = 0


class UnreadOutline(NamedTuple):
    """An outline that names no feed."""

    line: int
    title: str
    why: str  # a sentence


class FeedList(NamedTuple):
    """The contents of a list, in its order."""

    outlines: tuple[Outline, ...]
    unread: tuple[UnreadOutline, ...] = ()


def read_opml(body: bytes) -> FeedList:
    """Return the feeds in `body`, from all folders; one that is listed twice is returned twice.

    Raises:
        UsageError: it is not OPML.
    """
    if len(body) > LARGEST or body.count(b"<") > _MOST_TAGS:
        raise UsageError("The list of feeds is too long; split it into several files.")
    try:
        root, lines = _read(body)
    except DefusedXmlException:
        raise UsageError(
            "The list of feeds defines a document type, which papertui refuses as a security risk; remove the line "
            "with <!DOCTYPE from the file."
        ) from None
    except (ParseError, ValueError, LookupError):  # an unknown encoding, or one not allowed in XML
        raise _no_opml() from None
    if _local(root) != "opml":
        raise _no_opml()
    outlines: list[Outline] = []
    unread: list[UnreadOutline] = []
    for element, folders in _outlines(root):
        attributes = _attributes(element)
        title, line = _title(attributes), lines[element]
        address = _address(attributes)
        if not address:
            if not len(element):
                unread.append(UnreadOutline(line, title, "It names no feed: it has no xmlUrl."))
        elif len(outlines) == _MOST:
            unread.append(UnreadOutline(line, title, f"It comes after the first {_MOST:,} feeds; split the list."))
        else:
            try:
                url = parse_feed_address(address)
            except UsageError as problem:
                unread.append(UnreadOutline(line, title, str(problem)))
                continue
            groups = _groups(folders, attributes.get("category", ""))
            outlines.append(Outline(title or url.name, url.name, groups, url.password, line))
    return FeedList(tuple(outlines), tuple(unread))


def _outlines(root: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield every outline with the titles of the folders it is in, in the order of the file."""
    # An explicit stack: recursion into deep nesting would end in a RecursionError.
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        if _local(element) == "outline":
            yield element, folders
            attributes = _attributes(element)
            # A feed with outlines inside was not closed.
            title = _title(attributes) if len(element) and not _address(attributes) else ""
            if title and len(folders) < _DEEPEST:
                folders = (*folders, title)
        waiting.extend((child, folders) for child in reversed(element))


def _attributes(element: Element) -> dict[str, str]:
    return {name.rpartition("}")[2].lower(): value for name, value in element.items()}


def _title(attributes: dict[str, str]) -> str:
    return text.plain((attributes.get("title") or attributes.get("text") or "")[:_LONGEST_TITLE])


def _address(attributes: dict[str, str]) -> str:
    if address := attributes.get("xmlurl", "").strip():
        return address
    return attributes.get("url", "").strip() if attributes.get("type", "").strip().lower() in _FEED_TYPES else ""


def _groups(folders: tuple[str, ...], category: str) -> tuple[str, ...]:
    """Return the folder as the name of a group, and the categories: ``/Science/Physics,tag`` (OPML 2.0)."""
    names = [group_name(folders)] if folders else []
    names += [text.plain(part) for part in category.split(",")]
    return tuple(dict.fromkeys(filter(None, map(usual_group_name, names))))


class _LineBuilder(TreeBuilder):
    """Builds the tree and notes the line of each element."""

    def __init__(self) -> None:
        super().__init__()
        self.parser: DefusedXMLParser | None = None
        self.lines: dict[Element, int] = {}

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        element = super().start(tag, attrs)
        if self.parser is not None:
            self.lines[element] = self.parser.parser.CurrentLineNumber
        return element


def _parsed(whole: bytes | str) -> tuple[Element, dict[Element, int]]:
    builder = _LineBuilder()
    parser = builder.parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    parser.feed(whole)
    root: Element = parser.close()
    return root, builder.lines


def _read(body: bytes) -> tuple[Element, dict[Element, int]]:
    whole = body.lstrip()
    try:
        root, lines = _parsed(whole)
        before = body[: len(body) - len(whole)].count(b"\n")
    except DefusedXmlException:  # also a ValueError, but not repairable
        raise
    except (ParseError, ValueError, LookupError):
        # Some programs write lists with stray ampersands, or in another encoding than declared.
        try:
            decoded = decode(body)
            written = without_prolog(decoded)
        except SourceError as problem:
            raise _no_opml() from problem
        if not written.rstrip().lower().endswith("</opml>"):
            raise _no_opml() from None  # truncated: the user could not see that feeds are missing
        try:
            # Alone, this keeps the line of each outline; `repair` writes each tag on one line.
            root, lines = _parsed(_STRAY_AMPERSAND.sub("&amp;", written))
        except ParseError:
            root, lines = _parsed(repair(written))
        before = decoded[: len(decoded) - len(written)].count("\n")
    return root, {element: line + before for element, line in lines.items()}


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """Return `outlines` as an OPML file for other programs.

    A feed in several groups is in the folder of each, as other feed readers write it.

    Args:
        outlines: the feeds.
        title: the title of the list.
    """
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = text.plain(title)
    body = SubElement(root, "body")
    folders: dict[tuple[str, ...], Element] = {(): body}
    for outline in outlines:
        name = text.plain(outline.title)
        for group in outline.groups or ("",):
            folder = _folder(folders, group_parts(group))
            SubElement(folder, "outline", type="rss", text=name, title=name, xmlUrl=text.plain(outline.url))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _folder(folders: dict[tuple[str, ...], Element], parts: tuple[str, ...]) -> Element:
    for end in range(1, len(parts) + 1):
        if parts[:end] not in folders:
            title = text.plain(parts[end - 1])
            folders[parts[:end]] = SubElement(folders[parts[: end - 1]], "outline", text=title, title=title)
    return folders[parts]


def _local(element: Element) -> str:
    """Return the name of an element without a namespace: OPML has none, but some programs add one."""
    return element.tag.rpartition("}")[2].lower()


def _no_opml() -> UsageError:
    return UsageError("The file is not a list of feeds (OPML); export the subscriptions of your feed reader again.")
