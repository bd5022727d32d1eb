"""The reader's words for papers: how they are written, and when two of them are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from papertui.core.safe import one_line


def tags_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags that readers mean by `texts`, each once.

    A tag is one line without commas (these part two tags) and without ``+`` or ``-`` before it, which stand for adding
    and removing. Case is kept, but two tags that differ in nothing else are one, written as it came first.
    """
    tags: dict[str, str] = {}
    for text in texts:
        for part in text.split(","):
            tag = one_line(part).lstrip("+- ").rstrip()
            if tag:
                tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def with_tags(tags: Sequence[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """`tags` without those of `remove`, and with those of `add` behind them that are not there yet."""
    gone = {tag.casefold() for tag in remove}
    kept = [tag for tag in tags if tag.casefold() not in gone]
    there = {tag.casefold() for tag in kept}
    for tag in add:
        if tag.casefold() not in there:
            there.add(tag.casefold())
            kept.append(tag)
    return tuple(kept)


def renamed(tags: Sequence[str], old: str, new: str) -> tuple[str, ...]:
    """`tags` with `new` in the place of `old`, once."""
    if old.casefold() not in {tag.casefold() for tag in tags}:
        return tuple(tags)
    made: dict[str, str] = {}
    for tag in tags:
        name = new if tag.casefold() in {old.casefold(), new.casefold()} else tag
        made.setdefault(name.casefold(), name)
    return tuple(made.values())


def tag_counts(each: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many bookmarks bear each tag, the most borne first; tags that differ in case alone are one.

    Such a tag is written as it is most often.
    """
    spellings: dict[str, Counter[str]] = {}
    for tags in each:
        for folded, tag in {tag.casefold(): tag for tag in tags}.items():
            spellings.setdefault(folded, Counter())[tag] += 1
    counted = ((_usual(spelt), spelt.total()) for spelt in spellings.values())
    return dict(sorted(counted, key=lambda pair: (-pair[1], pair[0].casefold())))


def in_use(tags: Iterable[str], used: Iterable[str]) -> Iterator[str]:
    """`tags`, each written as it is in `used` where it is there."""
    written = {tag.casefold(): tag for tag in used}
    return (written.get(tag.casefold(), tag) for tag in tags)


def _usual(spelt: Counter[str]) -> str:
    return min(spelt, key=lambda tag: (-spelt[tag], tag))
