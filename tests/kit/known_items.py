"""Known papers sought by what a reader half remembers of them: the measure of a search."""

import gzip
import random
import re
import string
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kit.recorded import RECORDED, day, days
from papertui.core.paper import Paper
from papertui.core.search import Searcher
from papertui.core.search.words import COMMON

#: What is sought (a query) and where it is.
Item = tuple[str, int]
KINDS = ("in order", "shuffled", "misspelt", "surname and word", "abstract")
TITLES = RECORDED / "titles" / "titles-100k.tsv.gz"
_WORD = re.compile(r"[^\W\d_]{4,}")


def recorded_papers() -> list[Paper]:
    """The papers of all recorded days, each once, as the service last told of it."""
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
    """Papers from lines of id, title, day and authors (joined by ``; ``), with tabs between, gzipped."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            id_, title, published, authors = line.rstrip("\n").split("\t")
            moment = datetime.fromisoformat(published + "T00:00:00+00:00") if published else None
            found.append(Paper(id_, title, authors=tuple(filter(None, authors.split("; "))), published=moment))
    return found


def misspell(word: str, dice: random.Random) -> str:
    """`word` with one slip anywhere in it: a letter left out, added, replaced, or swapped with the next."""
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
    found = _telling(paper.title)
    places = sorted(dice.sample(range(len(found)), 3)) if len(found) >= 3 else []
    return [found[place] for place in places] or None


def _telling(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in _WORD.findall(text) if word.lower() not in COMMON))


def _query(kind: str, paper: Paper, dice: random.Random) -> str | None:
    if kind == "abstract":
        found = _telling(paper.abstract)
        return " ".join(dice.sample(found, 4)) if len(found) >= 4 else None
    if kind == "surname and word":
        names = [name.split()[-1] for name in paper.authors if name.split()]
        found = _telling(paper.title)
        return f"{dice.choice(names)} {dice.choice(found)}" if names and found else None
    asked = _title_words(paper, dice)
    if asked is None:
        return None
    if kind != "in order":
        dice.shuffle(asked)
    return " ".join(misspell(word, dice) if kind == "misspelt" else word for word in asked)


def items(kind: str, papers: Sequence[Paper], count: int, seed: int = 7) -> list[Item]:
    """At most `count` queries of one of `KINDS`, for papers drawn by lot; fewer where the papers hold no such words."""
    dice = random.Random(f"{kind} {seed}")
    places = dice.sample(range(len(papers)), min(len(papers), count * 2))
    asked = [(_query(kind, papers[place], dice), place) for place in places]
    return [(query, place) for query, place in asked if query is not None][:count]


def hits(found: Callable[[str, int], Sequence[int]], sought: Sequence[Item]) -> tuple[float, float]:
    """The share of `sought` that is found first, and among the first ten."""
    first = ten = 0
    for query, place in sought:
        best = list(found(query, 10))
        first += best[:1] == [place]
        ten += place in best
    return first / max(1, len(sought)), ten / max(1, len(sought))


def asking(searcher: Searcher) -> Callable[[str, int], Sequence[int]]:
    """`searcher` as `hits` wants it."""
    return lambda query, limit: [match.place for match in searcher.search(query, limit).matches]
