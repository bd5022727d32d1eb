"""Measure the speed and quality of the search and of its alternatives in one run.

    python benchmarks/search.py [--titles FILE] [--papers N] [--seed N] [--asked N] [--rivals N] [--json] [--short]

The papers are those of a file of titles (id, title, day, authors; separated by tabs; optionally gzipped), by default
the recorded hundred thousand, written to an archive with its index; with ``--home`` those of an existing archive.
``benchmarks/enlarge.py`` generates a file of 2.8 million from any such file. The recorded papers, which have abstracts,
and made-up ones are searched as well. The figures are

- each keystroke of queries typed letter by letter (milliseconds until the best twenty results with their fields);
- how often a known paper is first, and among ten: two to four words of a title in any order, correct and with a slip
  in each; three words in order, shuffled, misspelt; a surname and a word; words of the abstract; acronyms for their
  expansions and the reverse; phrases; words joined, split, and the ends of words;
- opening, the first query after it, memory, files, and how soon a thousand new papers are found;
- the same titles with rapidfuzz, SQLite, fzf and frizbee, if installed.

``--short`` searches only the made-up and the recorded papers, and exits with code 1 if a value is below its floor.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from engines import Find, Fzf, asking_ids, batch_fzf, frizbee, stored, token_set, trigrams

from kit.fictional_papers import fictional_papers
from kit.known_items import KINDS, TITLES, asking, hits, items, pairs, read_titles, recorded_papers
from kit.recorded import HAVE_RECORDED
from papertui.archive.archive import Archive
from papertui.model.paper import Paper
from papertui.search.disk import SearchIndex
from papertui.search.index import Index, index_over
from papertui.search.updates import IndexUpdates

Figures = dict[str, Any]
#: The shares found first and among the first ten that ``--short`` requires, slightly below the measured values.
FLOORS: dict[str, dict[str, tuple[float, float]]] = {
    "made up": {
        "in order": (0.95, 0.99), "shuffled": (0.95, 0.99), "misspelt": (0.94, 0.98),
        "surname and word": (0.85, 0.96), "abstract": (0.88, 0.96),
    },
    "recorded": {
        "in order": (0.95, 0.98), "shuffled": (0.93, 0.98), "misspelt": (0.92, 0.97),
        "surname and word": (0.63, 0.89), "abstract": (0.80, 0.96), "acronym and word": (0.76, 0.93),
        "expansion": (0.72, 0.92), "phrase": (0.94, 0.95), "joined": (0.83, 0.88), "split": (0.92, 0.97),
        "inside": (0.90, 0.96),
    },
}  # fmt: skip
#: The minimum speed of a keystroke over 10,000 papers relative to `token_set_ratio` with two threads (medians).
FASTER = 2.0


def spread(times: Sequence[float]) -> Figures:
    """Return the median and the tail of some milliseconds."""
    half, most, nearly_all = np.percentile(times, [50, 95, 99]).tolist()
    return {"p50": round(half, 2), "p95": round(most, 2), "p99": round(nearly_all, 2), "max": round(max(times), 2)}


def timed(ask: Callable[[str, int], object], queries: Sequence[str]) -> list[float]:
    """Return the milliseconds of each query."""
    times = []
    for query in queries:
        began = time.perf_counter()
        ask(query, 20)
        times.append((time.perf_counter() - began) * 1000)
    return times


def letter_by_letter(queries: Sequence[str]) -> list[str]:
    """Return the content of the search line after each key."""
    return [query[:end] for query in queries for end in range(1, len(query) + 1)]


def quality(papers: Sequence[Paper], index: Index, asked: int, seed: int) -> Figures:
    """Return for each kind of query the shares found first and among ten, and the time of a whole query."""
    find = asking(index)
    found: Figures = {}
    for kind in KINDS:
        sought = items(kind, papers, asked, seed)
        if sought:
            first, ten = hits(find, sought)
            took = median(timed(find, [query for query, _ in sought[:100]]))
            found[kind] = {"asked": len(sought), "first": round(first, 3), "ten": round(ten, 3), "ms": round(took, 2)}
    return found


def right_and_wrong(
    find: Callable[[str, int], Sequence[str]], papers: Sequence[Paper], asked: int, seed: int
) -> Figures:
    """Return queries of two to four title words in any order: correct, and with a slip in each word."""
    sought = [(right, wrong, papers[place].id) for right, wrong, place in pairs(papers, asked, seed)]
    figures: Figures = {"asked": len(sought)}
    for name, which in (("right", 0), ("misspelt", 1)):
        best = [(list(find(one[which], 10)), one[2]) for one in sought]
        figures[name] = {
            "first": round(sum(ids[:1] == [id_] for ids, id_ in best) / len(best), 3),
            "ten": round(sum(id_ in ids for ids, id_ in best) / len(best), 3),
        }
    return figures


def anonymous() -> float:
    """Return the memory of this process without mapped files, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.split("RssAnon:")[1].split()[0]) / 1024, 1)


def at_size(home: Path, sample: Sequence[Paper], asked: int, seed: int) -> Figures:
    """Measure the index on disk: opening, typing, searches for known papers, additions."""
    archive = Archive(home / "archive.db")
    keeper = SearchIndex(home / "index", IndexUpdates(archive.database), archive.papers)
    keeper.fresh(patient=True)
    # Another instance, as in a program that was just started.
    keeper = SearchIndex(home / "index", IndexUpdates(archive.database), archive.papers)
    before, began = anonymous(), time.perf_counter()
    index = keeper.current()
    opened = (time.perf_counter() - began) * 1000
    assert isinstance(index, Index)
    find = asking_ids(index)
    first = timed(find, ["difusion languge"])[0]
    typed = letter_by_letter([wrong for _, wrong, _ in pairs(sample, 40, seed)])
    timed(find, typed[:60])
    keys = timed(find, typed)
    figures: Figures = {
        "papers": index.alive, "opened ms": round(opened, 2), "first query ms": round(first, 1),
        "keystroke ms": spread(keys), "keystrokes": len(keys),
        "found": right_and_wrong(find, sample, asked, seed),
        "memory MiB": {"before": before, "after": anonymous()},
        "files MB": round(sum(path.stat().st_size for path in (home / "index").iterdir()) / 1e6, 1),
    }  # fmt: skip
    like = [(time.perf_counter(), index.like(paper, 20), time.perf_counter()) for paper in sample[:100]]
    figures["like ms"] = spread([(end - start) * 1000 for start, _, end in like])
    return figures


def added(home: Path, sample: Sequence[Paper]) -> float:
    """Return the milliseconds until a thousand new papers, already in the archive, are found."""
    archive = Archive(home / "archive.db")
    keeper = SearchIndex(home / "index", IndexUpdates(archive.database), archive.papers)
    keeper.fresh()
    stamp = int(time.time())
    new = [
        paper._replace(id=f"9{stamp % 1000:03}.{place:05}", title=f"{paper.title} new{stamp}{place}")
        for place, paper in enumerate(sample[:1000])
    ]
    archive.remember(new, datetime.now(UTC))
    began = time.perf_counter()
    index = keeper.fresh()
    found = index.search(f'"new{stamp}7" ', 1).total
    took = (time.perf_counter() - began) * 1000
    assert found == 1
    return round(took, 1)


def rivals(texts: Sequence[str], queries: Sequence[tuple[str, int]], keys: Sequence[str], folder: Path) -> Figures:
    """Measure the alternatives with the same queries over the same titles."""
    made: dict[str, Find | None] = {
        "rapidfuzz token_set_ratio, 2 threads": token_set(texts),
        "SQLite FTS5 trigram": trigrams(texts),
        "frizbee": frizbee(texts),
        "fzf --filter": batch_fzf(texts, folder),
    }
    figures: Figures = {}
    for name, find in made.items():
        if find is None:
            figures[name] = "not installed"
            continue
        first, ten = hits(find, queries)
        took = spread(timed(find, [query for query, _ in queries]))
        figures[name] = {"ms": took, "first": round(first, 3), "ten": round(ten, 3)}
    if Fzf.is_there():
        fzf = Fzf(texts, folder)
        settled = []
        for query in keys:
            settled += [fzf.type(letter) for letter in query]
            fzf.clear()
        fzf.close()
        figures["fzf, interactive, per key"] = {"ms": spread(settled)}
    return figures


def short() -> int:
    """Run for about a minute and compare with the floors."""
    missed = []
    corpora = {"made up": fictional_papers(2000)}
    if HAVE_RECORDED:
        corpora["recorded"] = recorded_papers()
    else:
        print("Skipped: the recorded papers are not beside the project.")
    for name, papers in corpora.items():
        for kind, figures in quality(papers, index_over(papers), 150, 7).items():
            floor = FLOORS[name].get(kind)
            print(f"{name:9} {kind:17} first {figures['first']:.3f}  ten {figures['ten']:.3f}  {figures['ms']:.2f} ms")
            if floor and (figures["first"] < floor[0] or figures["ten"] < floor[1]):
                missed.append(f"{name}, {kind}: {figures['first']} and {figures['ten']} instead of {floor}.")
    many = fictional_papers(10_000)
    queries = [query for query, _ in items("misspelt", many, 20)]
    ours = median(timed(asking(index_over(many, with_abstracts=False)), letter_by_letter(queries)))
    theirs = median(timed(token_set([paper.title for paper in many]), queries))
    print(
        f"A keystroke over 10,000 titles takes {ours:.2f} ms, token_set_ratio {theirs:.2f}: {theirs / ours:.1f} times."
    )
    if theirs / ours < FASTER:
        missed.append(f"Only {theirs / ours:.1f} times faster than token_set_ratio instead of {FASTER}.")
    for sentence in missed:
        print(f"Missed: {sentence}", file=sys.stderr)
    return 1 if missed else 0


def full(options: argparse.Namespace, folder: Path) -> Figures:
    """Run everything that the options select."""
    home = options.home or folder / "home"
    figures: Figures = {}
    if options.home is None:
        began = time.perf_counter()
        stored(iter(read_titles(options.titles)), home)
        figures["made s"] = round(time.perf_counter() - began, 1)
    # A sample of the whole file, not of its beginning.
    count = sum(1 for _ in read_titles(options.titles))
    step = max(1, count // options.sample)
    sample = [paper for place, paper in enumerate(read_titles(options.titles)) if not place % step]
    figures["index"] = at_size(home, sample, options.asked, options.seed)
    if options.home is None:
        figures["1,000 new papers found after ms"] = added(home, sample)
    if HAVE_RECORDED:
        recorded = recorded_papers()
        figures["recorded papers"] = quality(recorded, index_over(recorded), options.asked, options.seed)
    if options.rivals:
        texts = [paper.title for paper in read_titles(options.titles)]
        places = {paper.id: place for place, paper in enumerate(read_titles(options.titles))}
        chosen = [(wrong, places[sample[place].id]) for _, wrong, place in pairs(sample, options.rivals, options.seed)]
        figures["rivals"] = rivals(texts, chosen, [query for query, _ in chosen[:5]], folder)
        best = figures["rivals"]["rapidfuzz token_set_ratio, 2 threads"]["ms"]["p50"]
        figures["times faster than token_set_ratio"] = round(best / figures["index"]["keystroke ms"]["p50"], 1)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=Path, default=TITLES, help="a file of titles")
    parser.add_argument("--home", type=Path, help="a folder with an archive.db of these titles")
    parser.add_argument(
        "--sample", type=int, default=4000, help="the number of papers that known papers are drawn from"
    )
    parser.add_argument("--asked", type=int, default=400, help="queries of each kind")
    parser.add_argument("--rivals", type=int, default=20, help="queries for each alternative; 0 skips them")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    if options.short:
        return short()
    if not options.titles.exists():
        print(f"The file {options.titles} does not exist; name one with --titles.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        figures = full(options, Path(folder))
    print(json.dumps(figures, indent=1) if options.json else "\n".join(_lines(figures)))
    return 0


def _lines(figures: Figures, before: str = "") -> list[str]:
    lines = []
    for name, value in figures.items():
        flat = isinstance(value, dict) and not any(isinstance(inner, dict) for inner in value.values())
        if isinstance(value, dict) and not flat:
            lines += [f"{before}{name}", *_lines(value, before + "  ")]
        else:
            text = "  ".join(f"{key} {inner}" for key, inner in value.items()) if flat else str(value)
            lines.append(f"{before}{name:<38} {text}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
