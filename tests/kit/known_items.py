"""Known-item queries: searching for a paper with half-remembered words, to measure the search."""

import gzip
import random
import re
import string
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from kit.recorded import RECORDED, day, days
from papertui.model.paper import Paper
from papertui.search.index import Index
from papertui.search.words import COMMON_WORDS, acronyms_in, query_words

#: A query and the index of the paper it is for.
Item = tuple[str, int]
KINDS = (
    "in order", "shuffled", "misspelt", "surname and word", "abstract",
    "acronym", "acronym and word", "expansion", "phrase", "joined", "split", "inside",
)  # fmt: skip
TITLES = RECORDED / "titles" / "titles-100k.tsv.gz"
_WORD = re.compile(r"[^\W\d_]{4,}")


def recorded_papers() -> list[Paper]:
    """Return the papers of all recorded days without duplicates, each in its latest version."""
    found = {row["paper"]["id"]: _paper(row["paper"]) for name in days() for row in day(name)}
    return list(found.values())


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(
        id=row["id"],
        title=" ".join(row["title"].split()),
        abstract=" ".join((row.get("summary") or "").split()),
        authors=tuple(author["name"] for author in row.get("authors", [])),
        published=datetime.fromisoformat(row["publishedAt"]),
        upvotes=row.get("upvotes"),
        organization=(row.get("organization") or {}).get("fullname"),
        keywords=tuple(row.get("ai_keywords") or ()),
        tldr=row.get("ai_summary"),
    )


def titles(path: Path) -> list[Paper]:
    """Return the papers of `read_titles`."""
    return list(read_titles(path))


def read_titles(path: Path) -> Iterator[Paper]:
    """Read papers from lines of id, title, day and authors (joined by ``; ``), separated by tabs, gzipped or not."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
        for line in lines:
            id_, title, published, authors = [*line.rstrip("\n").split("\t"), "", "", ""][:4]
            moment = datetime.fromisoformat(published + "T00:00:00+00:00") if published else None
            names = tuple(filter(None, authors.split("; ")))
            yield Paper(id_, title, authors=names, published=moment, sources=("file",))


def misspell(word: str, dice: random.Random) -> str:
    """Misspell `word` once: a letter is left out, added, replaced, or swapped with the next."""
    place = dice.randrange(len(word))
    letter = dice.choice(string.ascii_lowercase.replace(word[place].lower(), ""))
    match dice.randrange(4):
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[:place] + letter + word[place:]
        case 2:
            return word[:place] + letter + word[place + 1 :]
        case _:
            place = min(place, len(word) - 2)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _title_words(paper: Paper, dice: random.Random) -> list[str] | None:
    found = _distinctive_words(paper.title)
    places = sorted(dice.sample(range(len(found)), 3)) if len(found) >= 3 else []
    return [found[place] for place in places] or None


def _distinctive_words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in _WORD.findall(text) if word.lower() not in COMMON_WORDS))


def _query(kind: str, paper: Paper, dice: random.Random) -> str | None:
    if kind in ("phrase", "joined", "split", "inside"):
        return _word_query(kind, paper, dice)
    if kind == "abstract":
        found = _distinctive_words(paper.abstract)
        return " ".join(dice.sample(found, 4)) if len(found) >= 4 else None
    if kind == "surname and word":
        names = [name.split()[-1] for name in paper.authors if name.split()]
        found = _distinctive_words(paper.title)
        return f"{dice.choice(names)} {dice.choice(found)}" if names and found else None
    asked = _title_words(paper, dice)
    if asked is None:
        return None
    if kind != "in order":
        dice.shuffle(asked)
    return " ".join(misspell(word, dice) if kind == "misspelt" else word for word in asked)


def _word_query(kind: str, paper: Paper, dice: random.Random) -> str | None:
    """Build a query that splits, joins or shortens words of a title; the other words stay correct."""
    found = _distinctive_words(paper.title)
    if kind == "phrase":
        plain = re.findall(r"[^\W_]+", paper.title)
        return f'"{" ".join(plain[:4])}"' if len(plain) >= 4 else None
    if kind == "joined":
        twos = [(a, b) for a, b in pairwise(re.findall(r"[A-Za-z]{4,}", paper.title)) if f"{a} {b}" in paper.title]
        if not twos:
            return None
        a, b = dice.choice(twos)
        others = [word for word in found if word not in (a, b)]
        return f"{a}{b} {dice.choice(others)}".lower() if others else None
    long = [word for word in found if len(word) >= 9 and word.isascii()]
    if not long or len(found) < 3:
        return None
    word = dice.choice(long)
    rest = " ".join(dice.sample([each for each in found if each != word], 2))
    if kind == "split":
        cut = dice.randint(4, len(word) - 4)
        return f"{word[:cut]} {word[cut:]} {rest}".lower()
    return f"{rest} {word[dice.randint(2, len(word) - 6) :]}".lower()


def _acronyms(kind: str, papers: Sequence[Paper]) -> list[tuple[str, int]]:
    """Build queries for titles that contain either an acronym or its expansion, by the other one."""
    pairs: dict[str, set[str]] = {}
    for paper in papers:
        for short, long in acronyms_in(paper.title, paper.abstract):
            pairs.setdefault(short, set()).add(long)
    found = []
    for place, paper in enumerate(papers):
        title = f" {' '.join(query_words(paper.title))} "
        for short, longs in pairs.items():
            has_short = f" {short} " in title or f" {short}s " in title
            for long in longs:
                has_long = f" {long} " in title
                if kind == "expansion" and has_short and not has_long and len(longs) == 1:
                    found.append((f"{long} {_other(title, short)}".strip(), place))
                elif kind != "expansion" and has_long and not has_short and len(short) >= 3:
                    found.append((short if kind == "acronym" else f"{short} {_other(title, long)}".strip(), place))
    return found


def _other(title: str, without: str) -> str:
    """Return the longest word of a title that is not in `without`."""
    return max((word for word in title.split() if word not in without.split()), key=len, default="")


def items(kind: str, papers: Sequence[Paper], count: int, seed: int = 7) -> list[Item]:
    """Return at most `count` queries of one of `KINDS` for random papers; fewer if not enough papers qualify."""
    dice = random.Random(f"{kind} {seed}")
    if kind in ("acronym", "acronym and word", "expansion"):
        sought = _acronyms(kind, papers)
        return dice.sample(sought, min(count, len(sought)))
    places = dice.sample(range(len(papers)), min(len(papers), count * 2))
    asked = [(_query(kind, papers[place], dice), place) for place in places]
    return [(query, place) for query, place in asked if query is not None][:count]


def pairs(papers: Sequence[Paper], count: int, seed: int = 9) -> list[tuple[str, str, int]]:
    """Return queries of two to four title words: correct, misspelled, and the index of the paper."""
    dice = random.Random(seed)
    made = []
    for place in dice.sample(range(len(papers)), min(len(papers), 2 * count)):
        found, size = _distinctive_words(papers[place].title), dice.choice((2, 3, 4))
        if len(found) >= size:
            words = dice.sample(found, size)
            made.append((" ".join(words), " ".join(misspell(word, dice) for word in words), place))
    return made[:count]


def hits(found: Callable[[str, int], Sequence[int]], sought: Sequence[Item]) -> tuple[float, float]:
    """Return the shares of `sought` found in first place and among the first ten."""
    first = ten = 0
    for query, place in sought:
        best = list(found(query, 10))
        first += best[:1] == [place]
        ten += place in best
    return first / max(1, len(sought)), ten / max(1, len(sought))


def asking(index: Index) -> Callable[[str, int], Sequence[int]]:
    """Adapt `index` for `hits`."""
    return lambda query, limit: [match.place for match in index.search(query, limit).matches]
