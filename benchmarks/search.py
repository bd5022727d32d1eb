"""How fast and how well the search finds, beside what else could be used.

    python benchmarks/search.py [--titles FILE.tsv.gz] [--short] [--json]

Quality: known papers are sought by words of theirs (three of the title in order, shuffled, and shuffled with a slip in
each; a surname and a word of the title; four words of the abstract); the share found first and among the first ten.
Speed: the same queries typed letter by letter, each keystroke a search for the best hundred.
Rivals: rapidfuzz over whole titles (`token_set_ratio`, `WRatio`), and SQLite's FTS5 with trigrams. They are given whole
queries over the titles (with the authors where a surname is sought) and no abstracts.

Papers: made-up ones, always; recorded ones and a file of titles (id, title, day, authors; tabs between; gzipped) where
they lie beside the project or are named. ``--short`` takes under 20 seconds and exits with 1 when a floor is missed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.known_items import KINDS, TITLES, asking, hits, items, recorded_papers, titles
from kit.made_up_papers import made_up_papers
from kit.recorded import HAVE_RECORDED
from papertui.core.paper import Paper
from papertui.core.search.index import index_over

Find = Callable[[str, int], Sequence[int]]
Row = dict[str, float | int | str]

#: What ``--short`` asks of the index, by corpus and kind: the share found first and among the first ten.
FLOORS: dict[str, dict[str, tuple[float, float]]] = {
    "made up": {
        "in order": (0.95, 0.99),
        "shuffled": (0.95, 0.99),
        "misspelt": (0.95, 0.98),
        "surname and word": (0.88, 0.97),
        "abstract": (0.90, 0.97),
    },
    "recorded": {
        "in order": (0.95, 0.98),
        "shuffled": (0.92, 0.98),
        "misspelt": (0.89, 0.96),
        "surname and word": (0.63, 0.88),
        "abstract": (0.80, 0.96),
    },
}
#: How many times faster than `WRatio` over the same titles a keystroke must be, by the median. Holds on any machine.
FASTER = 20.0


def brute(texts: Sequence[str], scorer: Callable[..., float]) -> Find:
    """Compares the query with every text."""
    lowered = [text.lower() for text in texts]

    def find(query: str, limit: int) -> Sequence[int]:
        scores = process.cdist([query.lower()], lowered, scorer=scorer, dtype=np.float32)[0]
        best: list[int] = np.argsort(-scores, kind="stable")[:limit].tolist()
        return best

    return find


def trigrams(texts: Sequence[str]) -> Find:
    """Asks SQLite for the texts that share most groups of three letters with the query."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE papers USING fts5(text, tokenize='trigram')")
    base.executemany("INSERT INTO papers(rowid, text) VALUES (?, ?)", enumerate(texts))

    def find(query: str, limit: int) -> Sequence[int]:
        groups = {word[at : at + 3].replace('"', "") for word in query.split() for at in range(max(1, len(word) - 2))}
        asked = " OR ".join(f'"{group}"' for group in sorted(groups))
        sql = "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?"
        return [place for (place,) in base.execute(sql, (asked, limit))]

    return find


def timed(find: Find, queries: Sequence[str]) -> list[float]:
    """Milliseconds for each query."""
    times = []
    for query in queries:
        began = time.perf_counter()
        find(query, 100)
        times.append((time.perf_counter() - began) * 1000)
    return times


def letter_by_letter(queries: Sequence[str]) -> list[str]:
    return [query[:end] for query in queries for end in range(1, len(query) + 1)]


def row(name: str, corpus: str, kind: str, quality: tuple[float, float], times: Sequence[float]) -> Row:
    slow = quantiles(times, n=20)[-1]
    return {
        "corpus": corpus, "search": name, "kind": kind, "first": round(quality[0], 3), "ten": round(quality[1], 3),
        "p50 ms": round(median(times), 2), "p95 ms": round(slow, 2), "max ms": round(max(times), 2),
    }  # fmt: skip


def measure(corpus: str, papers: Sequence[Paper], asked: int, rivals: int) -> list[Row]:
    """Rows for one corpus: `asked` queries of each kind for the index, `rivals` of each for every rival."""
    began = time.perf_counter()
    index = index_over(papers)
    built = time.perf_counter() - began
    print(f"{corpus}: {len(papers):,} papers, index built in {built:.2f} s", file=sys.stderr)
    find = asking(index)
    rows = []
    plain = [paper.title for paper in papers]
    with_authors = [f"{paper.title} {' '.join(paper.authors)}" for paper in papers]
    others: dict[str, Callable[[Sequence[str]], Find]] = {
        "token_set_ratio": lambda texts: brute(texts, fuzz.token_set_ratio),
        "WRatio": lambda texts: brute(texts, fuzz.WRatio),
        "FTS5 trigram": trigrams,
    }
    over_titles = {name: make(plain) for name, make in others.items()} if rivals else {}
    for kind in KINDS:
        sought = items(kind, papers, asked)
        if not sought:
            continue
        typed = letter_by_letter([query for query, _ in sought[:25]])
        rows.append(row("word index", corpus, kind, hits(find, sought), timed(find, typed)))
        few = sought[:rivals]
        for name, make in others.items() if few and kind != "abstract" else ():
            rival = make(with_authors) if kind == "surname and word" else over_titles[name]
            rows.append(row(name, corpus, kind, hits(rival, few), timed(rival, [query for query, _ in few])))
    return rows


def failures(rows: Sequence[Row]) -> list[str]:
    """What fell below a floor, a sentence each."""
    found = []
    for one in rows:
        floor = FLOORS.get(str(one["corpus"]), {}).get(str(one["kind"]))
        if one["search"] == "word index" and floor and (float(one["first"]) < floor[0] or float(one["ten"]) < floor[1]):
            found.append(f"{one['corpus']}, {one['kind']}: {one['first']} and {one['ten']} instead of {floor}.")
    return found


def ratio(papers: Sequence[Paper]) -> float:
    """How many times faster a keystroke is than one pass of `WRatio` over the titles."""
    index = index_over(papers, with_abstracts=False)
    queries = [query for query, _ in items("misspelt", papers, 20)]
    ours = median(timed(asking(index), letter_by_letter(queries)))
    return median(timed(brute([paper.title for paper in papers], fuzz.WRatio), queries[:8])) / ours


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=Path, default=TITLES)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    asked, rivals = (150, 0) if options.short else (400, 40)
    invented = made_up_papers(10_000)
    rows = measure("made up", invented[:2000], asked, rivals)
    if HAVE_RECORDED:
        rows += measure("recorded", recorded_papers(), asked, rivals)
    else:
        print("Skipped: the recorded papers are not beside the project.", file=sys.stderr)
    if not options.short and options.titles.exists():
        rows += measure("titles", titles(options.titles), asked, rivals // 2)
    elif not options.short:
        print(f"Skipped: there is no file {options.titles.name} of titles.", file=sys.stderr)
    faster = ratio(invented)
    if options.json:
        print(json.dumps({"rows": rows, "faster": round(faster, 1)}, indent=1))
    else:
        for line in (tuple[object, ...](rows[0]), *(tuple[object, ...](one.values()) for one in rows)):
            print("  ".join(f"{value!s:>{17 if at in (1, 2) else 9}}" for at, value in enumerate(line)))
        print(f"A keystroke over 10,000 titles is {faster:.1f} times faster than WRatio (at least {FASTER} wanted).")
    missed = failures(rows)
    if faster < FASTER:
        missed.append(f"Only {faster:.1f} times faster than WRatio instead of {FASTER}.")
    for sentence in missed:
        print(f"Missed: {sentence}", file=sys.stderr)
    return 1 if options.short and missed else 0


if __name__ == "__main__":
    sys.exit(main())
