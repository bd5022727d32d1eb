"""Measure which records are joined that are not one work, and which are not joined that are.

    python benchmarks/identity.py TITLES [DAY.json ...] [--entries 20000] [--seed 1] [--twice] [--json]

TITLES has lines of id, title, day and authors (joined by "; "), separated by tabs, and may be gzipped; DAY.json are
responses of Hugging Face's daily papers, whose papers have all their authors. From them, works are made that have
authors, a year and a place of publication; a tenth of them have the title of another work on purpose: other authors,
another decade, another volume of the same journal, another DOI, another arXiv id. Half of the works are given twice,
and differ as records from different programs do: case, punctuation, accents or TeX, initials, family name first, the
year, the DOI, the authors, preprint or journal. All of them are one BibTeX file, in random order, which is imported by
the real command; the tag of each entry says which work it is. ``--twice`` imports the file in the opposite order into
another home, which must join the same records.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus import read_titles

from papertui.model.identity import folded, is_generic
from papertui.sources.huggingface_parse import read_entries

_TEX = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030c": "v ", "\u0327": "c "}
_JOURNALS = ("Journal of Examples", "Annals of Samples", "Acta Exemplaria", "Transactions on Specimens")
_MEETINGS = ("Conference on Examples", "Symposium on Samples")
_EQUAL = 0.1
_FEWEST_FOR_TITLE_ALONE = 4


class Work(NamedTuple):
    """One work, as its publisher would describe it."""

    title: str
    authors: tuple[str, ...]
    year: int
    journal: str = ""
    volume: int = 0
    number: int = 0
    booktitle: str = ""
    doi: str = ""
    arxiv: str = ""


def material(titles: Path, days: Sequence[Path]) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield title, authors (perhaps none) and year of recorded papers, each title once."""
    seen: set[str] = set()
    papers = [*(paper for day in days for paper in read_entries(json.loads(day.read_bytes())).papers)]
    for paper in [*papers, *read_titles(titles)]:
        letters = folded(paper.title)
        if letters in seen or is_generic(letters) or any(sign in paper.title for sign in "$\\{}@%#"):
            continue
        seen.add(letters)
        yield paper.title, paper.authors, paper.published.year if paper.published else 0


def made_works(titles: Path, days: Sequence[Path], count: int, dice: random.Random) -> list[Work]:
    """Return `count` works, some of which have the title of another one."""
    found = list(material(titles, days))
    names = sorted(
        {name for _, authors, _ in found for name in authors if len(name.split()) > 1 and name.isprintable()}
    )
    dice.shuffle(found)
    works: list[Work] = []
    for title, authors, year in found:
        people = authors or tuple(dice.sample(names, dice.choice((1, 2, 2, 3, 4, 6, 9))))
        works.append(_published(Work(title, people, year or dice.randint(1995, 2025)), len(works), dice))
        if dice.random() < _EQUAL:
            first, used = works[-1], set(people)
            how = dice.choice(("authors", "authors", "years", "column", "doi", "arxiv"))
            for place in range(dice.choice((1, 1, 1, 2, 4))):
                unused = [name for name in dice.sample(names, 20) if name not in used]
                if other := _other(first, how, place + 1, len(works), unused, dice):
                    works.append(other)
                    used |= set(other.authors)  # no person is an author of two of them; namesakes are
        if len(works) >= count:
            break
    return works[:count]


def _published(work: Work, number: int, dice: random.Random) -> Work:
    kind = dice.choice(("journal", "journal", "meeting", "preprint", "both", "book"))
    if kind in {"journal", "both"}:
        volume = dice.randint(1, 90)
        doi = f"10.{1234 + number % 7}/jex.{number}" if dice.random() < 0.8 else ""
        work = work._replace(journal=dice.choice(_JOURNALS), volume=volume, number=dice.randint(1, 12), doi=doi)
    if kind == "meeting":
        work = work._replace(booktitle=f"Proc. {number % 40 + 1}th {dice.choice(_MEETINGS)}")
    if kind in {"preprint", "both"}:
        work = work._replace(
            arxiv=f"{work.year % 100:02}{dice.randint(1, 12):02}.{number:05}" if work.year > 2007 else ""
        )
    return work


def _other(work: Work, how: str, place: int, number: int, names: Sequence[str], dice: random.Random) -> Work | None:
    """Return another work with the same title, which differs as works do."""
    if how == "authors":
        people = tuple(dice.sample(names, dice.choice((1, 2, 3, 5))))
        return _published(Work(work.title, people, work.year + dice.randint(-3, 3)), number, dice)
    if how == "years":
        year = work.year + 6 * place
        return _published(Work(work.title, work.authors, year), number, dice)
    if how == "column" and work.journal:
        return work._replace(volume=work.volume + place, doi="", arxiv="", year=work.year + 1)
    if how == "doi" and work.doi:
        return work._replace(doi=f"10.4321/other.{number}", arxiv="", volume=work.volume + place)
    if how == "arxiv" and work.arxiv:
        return work._replace(arxiv=f"{work.arxiv[:4]}.{99999 - number:05}", doi="", journal="")
    return None


# --- the differences of records of one work ----------------------------------------------------------


def varied(work: Work, dice: random.Random) -> Work:
    """Return a record of the same work as another program would write it."""
    ways = dice.sample(list(_WAYS), dice.choice((1, 1, 2, 3)))
    for way in sorted(ways, key=list(_WAYS).index):
        work = _WAYS[way](work, dice)
    return work


def _case(work: Work, dice: random.Random) -> Work:
    return work._replace(title=dice.choice((str.upper, str.lower, str.title))(work.title))


def _punctuation(work: Work, dice: random.Random) -> Work:
    swapped = (
        work.title.replace(":", " --")
        .replace("-", dice.choice("- \u2013"))
        .replace(" and ", dice.choice((" and ", " \\& ")))
    )
    return work._replace(title=swapped.replace(",", "") + dice.choice(("", ".")))


def _plain(work: Work, dice: random.Random) -> Work:
    def bare(text: str) -> str:
        return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))

    del dice
    return work._replace(title=bare(work.title), authors=tuple(map(bare, work.authors)))


def _tex(work: Work, dice: random.Random) -> Work:
    del dice
    return work._replace(title=_in_tex(work.title), authors=tuple(map(_in_tex, work.authors)))


def _in_tex(text: str) -> str:
    return re.sub(
        r"(\w)([\u0300-\u036f])",
        lambda found: f"{{\\{_TEX[found[2]]}{found[1]}}}" if found[2] in _TEX else found[0],
        unicodedata.normalize("NFD", text),
    )


def _initials(work: Work, dice: random.Random) -> Work:
    del dice
    return work._replace(authors=tuple(_initialed(name) for name in work.authors))


def _initialed(name: str) -> str:
    *given, family = name.split()
    return " ".join([*(f"{word[0]}." for word in given), family])


def _family_first(work: Work, dice: random.Random) -> Work:
    del dice
    return work._replace(
        authors=tuple(f"{name.split()[-1]}, {' '.join(name.split()[:-1])}".strip(", ") for name in work.authors)
    )


def _year(work: Work, dice: random.Random) -> Work:
    return work._replace(year=work.year + dice.choice((-1, 1)))


def _without_doi(work: Work, dice: random.Random) -> Work:
    del dice
    return work._replace(doi="")


def _preprint(work: Work, dice: random.Random) -> Work:
    """Return the preprint of what appeared in a journal, or the other way round."""
    del dice
    return (
        work._replace(journal="", volume=0, number=0, doi="", booktitle="") if work.arxiv else work._replace(arxiv="")
    )


def _without_authors(work: Work, dice: random.Random) -> Work:
    del dice
    is_enough = len(re.findall(r"\w+", work.title)) >= _FEWEST_FOR_TITLE_ALONE and len(folded(work.title)) > 17
    return work._replace(authors=()) if is_enough else work


def _fewer_authors(work: Work, dice: random.Random) -> Work:
    return work._replace(authors=work.authors[: dice.randint(1, 3)])


_WAYS = {
    "case": _case, "punctuation": _punctuation, "plain": _plain, "initials": _initials,
    "family": _family_first, "year": _year, "doi": _without_doi, "preprint": _preprint, "authors": _without_authors,
    "fewer": _fewer_authors, "tex": _tex,
}  # fmt: skip


def entry(work: Work, number: int, place: int) -> str:
    """Return a record as BibTeX; the keyword says which work it is."""
    fields = {
        "title": work.title,
        "author": " and ".join(f"{{{name}}}" if "," in name and " " not in name else name for name in work.authors),
        "year": str(work.year),
        "journal": work.journal,
        "volume": str(work.volume or ""),
        "number": str(work.number or ""),
        "booktitle": work.booktitle,
        "doi": work.doi,
        "eprint": work.arxiv,
        "archiveprefix": "arXiv" if work.arxiv else "",
        "keywords": f"w{number}",
    }
    kind = "article" if work.journal else "inproceedings" if work.booktitle else "misc"
    body = ",\n  ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{k{place},\n  {body}\n}}\n"


def records(titles: Path, days: Sequence[Path], entries: int, seed: int) -> list[tuple[Work, int]]:
    """Return `entries` records, each with the number of its work, in random order."""
    dice = random.Random(seed)
    works = made_works(titles, days, entries * 2 // 3, dice)
    found = [(work, number) for number, work in enumerate(works)]
    again = dice.sample(found, min(len(found), entries - len(found)))
    bare: set[str] = set()
    for work, number in again:
        record = varied(work, dice)
        if not any((record.authors, record.doi, record.arxiv, record.journal, record.booktitle)):
            # Two works with one title of which nothing else is known are one record, whatever is made of it.
            if folded(record.title) in bare:
                record = record._replace(authors=work.authors)
            bare.add(folded(record.title))
        found.append((record, number))
    dice.shuffle(found)
    return found


def imported(path: Path, home: Path) -> tuple[list[frozenset[str]], float]:
    """Import a file into a new home; return the works of each bookmark, and the seconds."""
    environ = {**os.environ, "PAPERTUI_HOME": str(home)}
    run = [sys.executable, "-m", "papertui"]
    began = time.perf_counter()
    subprocess.run([*run, "import", str(path)], env=environ, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    listed = subprocess.run(
        [*run, "bookmark", "list", "--jsonl"], env=environ, check=True, capture_output=True, text=True
    )
    return [frozenset(json.loads(line)["bookmark"]["tags"]) for line in listed.stdout.splitlines()], seconds


def figures(bookmarks: Sequence[frozenset[str]], given: Sequence[tuple[Work, int]]) -> dict[str, float | int]:
    """Count the bookmarks that are more than one work, and the works given twice that are more than one bookmark."""
    bookmarks_of = Counter(tag for tags in bookmarks for tag in tags)
    twice = [f"w{number}" for number, times in Counter(number for _, number in given).items() if times > 1]
    missed = sum(bookmarks_of[tag] > 1 for tag in twice)
    titles = Counter(folded(work.title) for work, number in {number: (work, number) for work, number in given}.values())
    return {
        "entries": len(given),
        "works": len({number for _, number in given}),
        "works with the title of another": sum(times for times in titles.values() if times > 1),
        "works given twice": len(twice),
        "bookmarks": len(bookmarks),
        "works without a bookmark": sum(not bookmarks_of[f"w{number}"] for number in {number for _, number in given}),
        "wrong joins": sum(len(tags) > 1 for tags in bookmarks),
        "missed joins": missed,
        "missed joins, %": round(100 * missed / max(1, len(twice)), 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("titles", type=Path)
    parser.add_argument("days", type=Path, nargs="*")
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="print some of the wrong and missed ones")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    given = records(options.titles, options.days, options.entries, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.bib"
        path.write_text("\n".join(entry(work, number, place) for place, (work, number) in enumerate(given)), "utf-8")
        bookmarks, seconds = imported(path, Path(folder) / "home")
        result: dict[str, float | int | bool] = {**figures(bookmarks, given), "import, s": round(seconds, 1)}
        if options.twice:
            back = [entry(work, number, place) for place, (work, number) in enumerate(reversed(given))]
            path.write_text("\n".join(back), "utf-8")
            again, _ = imported(path, Path(folder) / "other")
            result["the same in the opposite order"] = Counter(bookmarks) == Counter(again)
    print(json.dumps(result, indent=1) if options.json else "\n".join(f"{n:<34} {v}" for n, v in result.items()))
    _show(bookmarks, given, options.show)
    return 0


def _show(bookmarks: Sequence[frozenset[str]], given: Sequence[tuple[Work, int]], most: int) -> None:
    by_work: dict[str, list[Work]] = {}
    for work, number in given:
        by_work.setdefault(f"w{number}", []).append(work)
    counts = Counter(tag for tags in bookmarks for tag in tags)
    wrong = [sorted(tags) for tags in bookmarks if len(tags) > 1]
    missed = [[tag] for tag, times in counts.items() if times > 1]
    for title, some in (("wrong", wrong), ("missed", missed)):
        for tags in some[:most]:
            print(title, *(work for tag in tags for work in by_work[tag]), sep="\n   ")


if __name__ == "__main__":
    sys.exit(main())
