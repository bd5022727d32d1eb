"""Checks of every format of a digest."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import html5lib
from markdown_it import MarkdownIt

from papertui.digest.model import Digest
from papertui.digest.render import MOST_BYTES, as_atom, as_html, as_markdown, as_text
from papertui.digest.view import subject
from papertui.model.format import cells

ATOM = "{http://www.w3.org/2005/Atom}"
HTML = "{http://www.w3.org/1999/xhtml}"
#: The allowed elements and attributes of a mail.
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "a", "b", "span"}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "style", "href", "dir"}
#: Control characters except the line feed, and characters that change the writing direction.
TURNS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
OURS = re.compile(r"https://(?:arxiv\.org|huggingface\.co)/[\w./-]+")


def parsed(html: str) -> ET.Element:
    """Parse a document strictly: an error according to the HTML standard fails the test."""
    tree: ET.Element = html5lib.HTMLParser(strict=True).parse(html)
    return tree


def check_html(html: str) -> ET.Element:
    """Check that nothing in it is active or loaded."""
    tree = parsed(html)
    assert len(html.encode()) <= MOST_BYTES
    for element in tree.iter():
        tag: object = element.tag
        if not isinstance(tag, str):  # a comment
            continue
        assert tag.removeprefix(HTML) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
        assert "url(" not in element.get("style", "")
        if tag == f"{HTML}a":
            assert element.get("href", "").startswith(("https://", "http://", "mailto:"))
    assert "url(" not in "".join(element.text or "" for element in tree.iter(f"{HTML}style"))
    return tree


def check_text(text: str) -> None:
    for line in text.splitlines():
        assert cells(line) <= 80 or re.fullmatch(r" *https?://\S+", line), line
        assert line == line.rstrip()
    assert not TURNS.search(text)


def check_atom(xml: str) -> ET.Element:
    """Check the requirements of RFC 4287 for a feed and its entries."""
    feed = ET.fromstring(xml.encode())
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        identity = element.findtext(f"{ATOM}id", "")
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identity)
        for moment in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text or "")
        assert all(author.findtext(f"{ATOM}name") for author in element.findall(f"{ATOM}author"))
        kinds = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        assert kinds.count("alternate") <= 1
    assert feed.find(f"{ATOM}author") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def check_markdown(text: str) -> Iterator[str]:
    """Yield the addresses of the links; any other active element fails the test."""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert token.type in {
            "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "hr",
        }, token  # fmt: skip
        for child in token.children or ():
            assert child.type in {"text", "link_open", "link_close", "em_open", "em_close"}, child
            if child.type == "link_open":
                yield str(child.attrs["href"])


def check(digest: Digest) -> None:
    check_html(as_html(digest))
    check_text(as_text(digest))
    check_atom(as_atom(digest))
    assert all(url.startswith(("https://", "http://")) for url in check_markdown(as_markdown(digest)))
    assert not TURNS.search(subject(digest))
    assert "\n" not in subject(digest)
    assert cells(subject(digest)) <= 80
