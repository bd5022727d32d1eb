"""One entry of a feed as a `Paper`: text out of HTML, names of authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from papertui.errors import UsageError
from papertui.model import text
from papertui.model.feed import CATEGORIES
from papertui.model.identity import doi_of, entry_id, identified
from papertui.model.paper import Paper, paper_id

#: Longer texts are truncated: no abstract is longer.
_LONGEST_MARKUP = 200_000
LONGEST = 20_000
#: Elements whose content is not text to read.
_UNREAD = "script|style|svg|iframe|object|noscript|template|head|annotation|annotation-xml"
#: Elements that do not separate words.
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "tt u var wbr math mi mn mo mrow ms mtext msub msup msubsup mstyle semantics inf italic bold sc"
)
_INLINE = frozenset(_INLINE_NAMES.split())
#: Not `html.parser`: it takes quadratic time on some broken markup, and feeds contain mathematics (``a<b and c>d``)
#: that is not markup. So only valid names of HTML or MathML elements count as tags.
_TAG = re.compile(
    rf"""
      <!--.*?(?:-->|\Z)
    | <!\[CDATA\[|\]\]>
    | <[!?][A-Za-z\[][^<>]*>
    | <(?P<unread>{_UNREAD})\b[^<>]*+(?:/>|>.*?(?:</(?P=unread)\s*>|\Z))
    | </?(?:[a-z]{{1,8}}:)?(?P<name>[a-z][a-z0-9-]{{1,30}})(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>
    | </?(?:[a-z]{{1,8}}:)?(?P<letter>[a-z])(?:\s+[\w:-]+\s*=(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?\s*/?>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: Python refuses to parse numbers of some thousand digits, and no character code has more than seven.
_NO_LETTER = re.compile(r"&#(?:[xX][0-9A-Fa-f]{8}|[0-9]{9})[0-9A-Fa-f]*;?")


def text_of(markup: str) -> str:
    """Return the visible text of `markup`, truncated to the length of an abstract; white space is unchanged."""
    without = _TAG.sub(_parted, markup[:_LONGEST_MARKUP])
    return shortened(unescape(_NO_LETTER.sub("\N{REPLACEMENT CHARACTER}", without)))


def shortened(text: str) -> str:
    """Return `text`, truncated after a word if it is longer than any abstract."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rsplit(None, 1)
    return f"{kept[0]} …" if kept else ""


def _parted(tag: re.Match[str]) -> str:
    """Return the replacement of a tag: nothing within a word, else a space."""
    name = tag["name"] or tag["letter"]
    return "" if name is not None and name.lower() in _INLINE else " "


#: Collaborations at particle colliders list three thousand authors.
_MOST_AUTHORS = 5_000
_LONGEST_AUTHOR = 200
_PARENTHESES = re.compile(r"\([^()]*\)")
_AND = re.compile(r"\s*,?\s+(?:and|und|et|&)\s+(?!al\b)|\s*;\s*|\s*&\s+", re.IGNORECASE)
_OTHERS = re.compile(r",?\s+et\s+al\b\.?\s*$", re.IGNORECASE)
_BY = re.compile(r"^(?:by|authors?:)\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"<?\b[\w.+-]{1,64}@[\w.-]{1,255}>?|https?://\S+", re.ASCII)
_AFTER_NAMES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d."})


def people(lines: Iterable[str]) -> tuple[str, ...]:
    """Return every author once, as safe text.

    Args:
        lines: the author texts of the feed, with one or more authors each. ``Writer, Ada`` becomes ``Ada Writer``.
    """
    names: dict[str, None] = {}
    for line in lines:
        for part in _parts(line):
            name = text.name(part[:_LONGEST_AUTHOR])
            if name and len(names) < _MOST_AUTHORS:
                names[name] = None
    return tuple(names)


def _parts(line: str) -> list[str]:
    line = _PARENTHESES.sub(" ", text_of(line))
    line = _ADDRESS.sub(" ", _BY.sub("", " ".join(line.split())))
    line = _OTHERS.sub("", line)
    groups = [group.strip(" ,;") for group in _AND.split(line)]
    groups = [group for group in groups if group]
    if len(groups) > 1 and all(_is_turned(group) for group in groups):
        return [_turned(group) for group in groups]
    return [name for group in groups for name in _by_commas(group)]


def _by_commas(group: str) -> list[str]:
    """Split at commas; ``Writer, Ada`` stays one name, as neither part has two words that could be a name."""
    parts: list[str] = []
    for part in (piece.strip() for piece in group.split(",")):
        if parts and part.lower() in _AFTER_NAMES:
            parts[-1] = f"{parts[-1]} {part}"
        elif part:
            parts.append(part)
    if len(parts) == 2 and _is_turned(group):  # noqa: PLR2004 - a family name and what comes before it
        return [_turned(group)]
    return parts


def _is_turned(group: str) -> bool:
    """Whether `group` may be one name, family name first: one comma, and one side is a single word."""
    parts = [part.split() for part in group.split(",")]
    return len(parts) == 2 and all(parts) and (len(parts[0]) == 1 or len(parts[1]) == 1)  # noqa: PLR2004


def _turned(group: str) -> str:
    family, _, given = group.partition(",")
    if given.strip().lower() in _AFTER_NAMES:
        return f"{family.strip()} {given.strip()}"
    return f"{given.strip()} {family.strip()}"


_LONGEST_TITLE = 1_000
_LONGEST_LABEL = 100
_MOST_LABELS = 30
#: A text without a title is titled by its first words.
_WORDS_OF_A_TITLE = 12
_CATEGORIES = frozenset(CATEGORIES)
_ARXIVS = re.compile(
    r"(?:oai:)?arxiv(?:\.org)?:(?P<id>\S{1,40})|"
    r"https?://(?:www\.|export\.|rss\.)?arxiv\.org/(?:abs|pdf|html)/(?P<page>[^?#\s]{1,60})(?:[?#]\S*)?",
    re.IGNORECASE,
)
#: In arXiv's feeds this precedes the abstract: https://info.arxiv.org/help/rss_specifications.html
_ANNOUNCED = re.compile(r"\s*arXiv:\S{1,40}\s+Announce Type:\s*\S{1,40}\s+Abstract:\s*")
_DOI_PREFIX = re.compile(r"\s*(?:info:doi/|urn:doi:)", re.IGNORECASE)


class RawText(NamedTuple):
    """A text in a feed, and whether it is HTML."""

    value: str
    is_html: bool = True


class RawEntry(NamedTuple):
    """The facts that a feed gives about one entry, not yet made safe."""

    title: RawText = RawText("")
    #: Summaries and contents, of which the longest is used.
    texts: tuple[RawText, ...] = ()
    #: One or more names in each.
    authors: tuple[str, ...] = ()
    #: In UTC.
    published: datetime | None = None
    #: Categories, tags and keywords.
    labels: tuple[str, ...] = ()
    #: The identifier in the feed.
    guid: str = ""
    #: The address of its page, possibly relative.
    link: str = ""
    #: All addresses that may be a DOI.
    links: tuple[str, ...] = ()
    #: Addresses of PDFs, possibly relative.
    pdfs: tuple[str, ...] = ()
    #: Values marked as a DOI.
    dois: tuple[str, ...] = ()
    #: Where it was published.
    journal: str = ""
    #: The address of a thumbnail.
    image: str = ""


class FeedContent(NamedTuple):
    """The content of a feed, not yet made safe."""

    title: RawText
    home: str
    updated: datetime | None
    entries: tuple[RawEntry, ...]


#: A guid that is shorter, or a number, counts the entries of one page rather than of a site.
_SHORTEST_GUID = 8
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


def names_of(entries: Sequence[RawEntry]) -> list[str]:
    """Return what each entry is known by within its feed: its guid, else its link, and its title only if it must be.

    Some feeds give all entries one guid or one link.
    """
    links: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for entry in entries:
        links.setdefault(entry.guid.strip(), set()).add(entry.link.strip())
        titles.setdefault(entry.link.strip(), set()).add(entry.title.value.strip())
    return [_name_of(entry, links, titles) for entry in entries]


def _name_of(entry: RawEntry, links: dict[str, set[str]], titles: dict[str, set[str]]) -> str:
    guid, link = entry.guid.strip(), entry.link.strip()
    is_vague = len(guid) < _SHORTEST_GUID or guid.isdigit()
    if guid and len(links[guid]) == 1 and (not is_vague or not link):
        return _SCHEME.sub("", guid)
    if link and len(titles[link]) > 1:
        link = f"{link} {guid if guid and len(links[guid]) == 1 else entry.title.value.strip()}"
    elif is_vague and guid and len(links[guid]) == 1:
        link = f"{link} {guid}"
    return _SCHEME.sub("", link)


def paper_of(entry: RawEntry, base: str, name: str = "") -> Paper | None:
    """Return the paper that `entry` describes; ``None`` if it has neither title nor text.

    Args:
        entry: the facts from the feed.
        base: the address of the feed, for relative addresses; its host becomes the source.
        name: what it is known by in its feed, see `names_of`.
    """
    abstract = _abstract(entry.texts)
    title = text.title(_read(entry.title)[:_LONGEST_TITLE]) or _first_words(abstract)
    if not title:
        return None
    labels = _unique(text.title(_shown(label)[:_LONGEST_LABEL]) for label in entry.labels)
    url = absolute(entry.link, base)
    doi = _doi((*entry.dois, entry.guid, entry.link, *entry.links))
    return identified(
        Paper(
            id=_arxiv_id((entry.link, entry.guid)) or "",
            title=title,
            abstract=abstract,
            authors=people(entry.authors),
            published=entry.published,
            keywords=tuple(label for label in labels if label not in _CATEGORIES)[:_MOST_LABELS],
            categories=tuple(label for label in labels if label in _CATEGORIES),
            sources=(host(base),),
            url=url,
            pdf=next((found for pdf in entry.pdfs if (found := absolute(pdf, base))), None),
            thumbnail=absolute(entry.image, base),
            doi=doi,
            journal_ref=text.title(entry.journal[:_LONGEST_TITLE]) or None,
        ),
        entry_id(host(base), name) if name else "",
    )


def absolute(address: str, base: str) -> str | None:
    """Resolve `address` against `base`; ``None`` if the result is not a web address."""
    if not address.strip():
        return None
    try:
        return text.web_url(urljoin(base, address.strip()))
    except ValueError:  # an unclosed bracket of an IPv6 address
        return None


def host(address: str) -> str:
    """Return the host in `address`, without ``www.``."""
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        name = ""
    return text.plain(name.removeprefix("www."))


def _read(raw: RawText) -> str:
    return text_of(raw.value) if raw.is_html else shortened(raw.value)


def _shown(label: str) -> str:
    return text_of(label[: 4 * _LONGEST_LABEL])


def _abstract(texts: Iterable[RawText]) -> str:
    """Return the longest of `texts`, as plain text: a summary is often the beginning of the content."""
    longest = max((_read(one) for one in texts), key=len, default="")
    return text.prose(_ANNOUNCED.sub("", longest, count=1) if _ANNOUNCED.match(longest) else longest)


def _first_words(line: str) -> str:
    words = line.split(" ", _WORDS_OF_A_TITLE)
    if len(words) <= _WORDS_OF_A_TITLE:
        return line[:_LONGEST_TITLE]
    return " ".join(words[:_WORDS_OF_A_TITLE])[:_LONGEST_TITLE] + " …"


def _arxiv_id(addresses: Iterable[str]) -> str | None:
    """Return the first arXiv id among `addresses`; addresses on other hosts do not count."""
    for address in addresses:
        found = _ARXIVS.fullmatch(address.strip())
        if found is None:
            continue
        try:
            return paper_id(found["id"] or f"https://arxiv.org/abs/{found['page']}")
        except UsageError:
            continue
    return None


def _doi(values: Iterable[str]) -> str | None:
    return next((doi for one in values if (doi := doi_of(_DOI_PREFIX.sub("doi:", one, count=1)))), None)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
