"""Tags: how they are written, and when two of them are equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from papertui.core.safe import one_line


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
