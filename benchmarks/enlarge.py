"""Generate a corpus of any size from a file of real titles, to test the search at the size of arXiv.

    python benchmarks/enlarge.py TITLES OUT [--papers 2800000] [--snapshot]

TITLES and OUT have one paper per line: id, title, day, authors (joined by "; "), separated by tabs; TITLES may be
gzipped. Real titles come first; the others are spliced from halves of two real ones, so that words and lengths stay
realistic. Authors are drawn from the real names, half of them combined from the first and last names of two people, so
that the number of distinct names grows as on arXiv. Ids and days run from 2007 to 2026. The output is reproducible.
``--snapshot`` writes lines like those of arXiv's metadata snapshot instead, with abstracts of 170 words from titles,
two in five of them with TeX characters, as in the real one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.known_items import read_titles

Row = tuple[str, str, str, list[str]]
_FIRST_YEAR, _LAST_YEAR = 2007, 2026
_WITH_TEX = 0.4


def rows(titles: Path, papers: int) -> Iterator[Row]:
    """Yield id, title, day and authors of `papers` papers."""
    dice = random.Random(5)
    real = [(paper.title.split(), paper.authors) for paper in read_titles(titles)]
    names = [name for _, authors in real for name in authors if name.split()]
    firsts = sorted({name.split()[0] for name in names})
    lasts = sorted({name.split()[-1] for name in names})
    months = [(year, month) for year in range(_FIRST_YEAR, _LAST_YEAR + 1) for month in range(1, 13)]
    each = -(-papers // len(months))
    for number in range(papers):
        year, month = months[number // each]
        place = number % each
        if number < len(real):
            words = real[number][0]
        else:
            left, right = dice.choice(real)[0], dice.choice(real)[0]
            words = left[: max(2, len(left) // 2)] + right[len(right) // 2 :]
        day = f"{year}-{month:02}-{1 + place * 27 // each:02}"
        yield f"{year % 100:02}{month:02}.{place:05}", " ".join(words), day, _authors(dice, names, firsts, lasts)


def _authors(dice: random.Random, names: list[str], firsts: list[str], lasts: list[str]) -> list[str]:
    count = min(30, max(1, int(dice.lognormvariate(1.3, 0.6))))
    if not names:
        return []
    return [
        f"{dice.choice(firsts)} {dice.choice(lasts)}" if dice.random() < 0.5 else dice.choice(names)
        for _ in range(count)
    ]


def _as_snapshot(row: Row, dice: random.Random, words: tuple[list[str], list[str]]) -> str:
    id_, title, day, authors = row
    abstract = " ".join(dice.choices(words[dice.random() < _WITH_TEX], k=170))
    parsed = [[name.split()[-1], " ".join(name.split()[:-1]), ""] for name in authors]
    return json.dumps(
        {
            "id": id_, "submitter": None, "authors": ", ".join(authors), "title": title, "comments": None,
            "journal-ref": None, "doi": None, "report-no": None, "categories": "cs.CL cs.LG", "license": None,
            "abstract": f"  {abstract}\n", "update_date": day, "authors_parsed": parsed,
            "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
        }
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("titles", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--papers", type=int, default=2_800_000)
    parser.add_argument("--snapshot", action="store_true")
    options = parser.parse_args()
    dice = random.Random(6)
    some = itertools.islice(read_titles(options.titles), 20_000)
    words = [word for paper in some for word in paper.title.split()]
    heaps = [word for word in words if not re.search(r"[\\${}^_~]|--", word)], words
    with options.out.open("w", encoding="utf-8") as out:
        for row in rows(options.titles, options.papers):
            id_, title, day, authors = row
            line = (
                _as_snapshot(row, dice, heaps) if options.snapshot else "\t".join((id_, title, day, "; ".join(authors)))
            )
            out.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
