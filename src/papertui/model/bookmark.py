"""Bookmarks, their tags, and the line that adds and removes tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from papertui.model.paper import Paper
from papertui.model.passages import Passage
from papertui.model.safe_text import one_line

State = Literal["to read", "reading", "read"]
STATES: tuple[State, ...] = get_args(State)
RATINGS = range(1, 6)


class CitationEntry(NamedTuple):
    """An entry of a bibliography, as far as `Paper` and `Bookmark` do not hold its facts.

    What types and fields there are is described in `papertui.citations.vocabulary`.
    """

    type: str  # in lower case, as BibLaTeX names it: ``article``, ``inbook``, ``phdthesis``
    key: str = ""  # the citation key; empty if the file has none
    #: Sorted by their names in BibLaTeX or, where it has none, in the file.
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """Return the value of a field; empty if there is none."""
        return next((value for field, value in self.fields if field == name), "")

    def sorted(self) -> CitationEntry:
        """Return it with its fields in order, so that equal entries are equal values."""
        return self._replace(fields=tuple(sorted(dict(self.fields).items())))


class Bookmark(NamedTuple):
    """A bookmarked paper with the user's annotations."""

    #: A copy from the time of bookmarking, complete enough to be read without archive and network.
    paper: Paper
    added: datetime  # UTC
    tags: tuple[str, ...] = ()  # in the order given
    note: str = ""  # Markdown
    state: State = "to read"
    rating: int | None = None  # 1 to 5
    entry: CitationEntry | None = None  # if it was imported from a bibliography
    highlights: tuple[Passage, ...] = ()  # in the order of the text


# --- tags --------------------------------------------------------------------------------------------


def tags_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Parse tags from `texts`, without duplicates.

    A tag is one line without commas, which separate tags, and without a leading ``+`` or ``-``, which stand for adding
    and removing. Tags that differ only in case are equal; the first spelling is used.
    """
    tags: dict[str, str] = {}
    for text in texts:
        for part in text.split(","):
            tag = one_line(part).lstrip("+- ").rstrip()
            if tag:
                tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def with_tags(tags: Sequence[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """Return `tags` without `remove`, followed by the tags of `add` that are missing."""
    gone = {tag.casefold() for tag in remove}
    kept = [tag for tag in tags if tag.casefold() not in gone]
    seen = {tag.casefold() for tag in kept}
    for tag in add:
        if tag.casefold() not in seen:
            seen.add(tag.casefold())
            kept.append(tag)
    return tuple(kept)


def renamed(tags: Sequence[str], old: str, new: str) -> tuple[str, ...]:
    """Return `tags` with `old` replaced by `new`, without duplicates."""
    if old.casefold() not in {tag.casefold() for tag in tags}:
        return tuple(tags)
    made: dict[str, str] = {}
    for tag in tags:
        name = new if tag.casefold() in {old.casefold(), new.casefold()} else tag
        made.setdefault(name.casefold(), name)
    return tuple(made.values())


def tag_counts(each: Iterable[Sequence[str]]) -> dict[str, int]:
    """Count the bookmarks with each tag, the most frequent first.

    Tags that differ only in case are equal; the most frequent spelling is used.
    """
    spellings: dict[str, Counter[str]] = {}
    for tags in each:
        for folded, tag in {tag.casefold(): tag for tag in tags}.items():
            spellings.setdefault(folded, Counter())[tag] += 1
    counted = ((_usual(spelt), spelt.total()) for spelt in spellings.values())
    return dict(sorted(counted, key=lambda pair: (-pair[1], pair[0].casefold())))


def in_use(tags: Iterable[str], used: Iterable[str]) -> Iterator[str]:
    """Yield `tags`, each with its spelling in `used` if it occurs there."""
    written = {tag.casefold(): tag for tag in used}
    return (written.get(tag.casefold(), tag) for tag in tags)


def _usual(spelt: Counter[str]) -> str:
    return min(spelt, key=lambda tag: (-spelt[tag], tag))


# --- lines that edit tags: ``+todo -old`` ------------------------------------------------------------


class TagEdit(NamedTuple):
    """The tags to add and to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.add or self.remove)


def pieces(line: str) -> list[str]:
    """Split `line` at its commas, so that tags may contain blanks; at blanks if it has no comma."""
    return [piece.strip() for piece in line.split(",")] if "," in line else line.split()


def read_tags(line: str) -> TagEdit:
    """Parse `line`: a tag that begins with ``-`` is removed, any other is added."""
    typed = [piece for piece in pieces(line) if piece]
    removed = tags_of(piece for piece in typed if piece.startswith("-"))
    gone = {tag.casefold() for tag in removed}
    added = tags_of(piece for piece in typed if not piece.startswith("-"))
    return TagEdit(tuple(tag for tag in added if tag.casefold() not in gone), removed)


def begun(line: str) -> tuple[str, str]:
    """Split `line` before the tag that is being typed, after its sign."""
    start = max(line.rfind(","), -1 if "," in line else line.rfind(" ")) + 1
    while start < len(line) and line[start] in " +-":
        start += 1
    return line[:start], line[start:]
