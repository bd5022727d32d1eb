"""Measure the search by meaning beside the search by words, BM25, and BM25 with feedback, in one run.

    python benchmarks/meaning.py [--papers N] [--titles FILE] [--asked N] [--json] [--short]

Over the recorded papers, with titles and abstracts only:

- ``summaries``: the summary that the service has of a paper, without the words that share a stem with its title;
- ``keywords``: three or four of its keywords, without the words of its title;
- ``paraphrases``: the queries of ``paraphrases.tsv``, graded by keywords and abstracts. The numbers of the search were
  chosen on every second of the first of them, ``tuned``; the others are ``held``. Those written later, ``fresh``, were
  used for no choice;
- ``likes``: from a paper to those that share two keywords or more.

Figures are hit@1, hit@10 and nDCG@10 (Järvelin and Kekäläinen, 2002), and the milliseconds of a query (median). With
``--papers N`` that many other titles are searched, too. ``--short`` asks fewer queries of papertui alone, and exits
with code 1 if a figure is below its floor.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.known_items import TITLES, read_titles, recorded_papers
from kit.recorded import HAVE_RECORDED
from papertui.model.paper import Paper
from papertui.search import meaning
from papertui.search.builder import paper_vector
from papertui.search.index import Index, index_over
from papertui.search.results import SearchMode
from papertui.search.words import SMALL_WORDS, characteristic_words, words

#: Returns the places of papers, the best first.
Rank = Callable[[str], Sequence[int]]
#: The grade of each relevant paper by its place.
Grades = Mapping[int, int]
Task = Sequence[tuple[str, Grades]]
Array = NDArray[np.float32]
_STEM = 5
_KEYWORDS = 4
_TEN = 10
_SHARED = 2
#: The nDCG@10 that ``--short`` requires over the recorded papers, slightly below the measured values.
FLOORS = {
    ("meaning", "paraphrases held"): 0.35,
    ("papertui", "paraphrases held"): 0.35,
    ("papertui", "paraphrases fresh"): 0.30,
    ("papertui", "summaries"): 0.82,
    ("papertui", "keywords"): 0.93,
    ("papertui", "likes"): 0.17,
}
#: The queries of each task of ``--short``.
_FEW = 50


class Measured(NamedTuple):
    """The figures of one system in one task."""

    first: float
    ten: float
    ndcg: float
    #: Milliseconds of a query.
    took: float


def stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text)}


def without_title(text: str, title: str) -> str:
    """Return `text` without the words that share a stem with `title`."""
    there = stems(title)
    return " ".join(word for word in re.findall(r"[\w-]+", text) if not stems(word) & there)


def described(papers: Sequence[Paper]) -> dict[str, Task]:
    """Return queries from the summaries and the keywords of papers, each with its paper."""
    summaries: list[tuple[str, Grades]] = []
    keywords: list[tuple[str, Grades]] = []
    for place, paper in enumerate(papers):
        if paper.tldr and (query := without_title(paper.tldr, paper.title)):
            summaries.append((query, {place: 1}))
        chosen = [query for keyword in paper.keywords if (query := without_title(keyword, paper.title))][:_KEYWORDS]
        if len(chosen) >= _KEYWORDS - 1:
            keywords.append((" ".join(chosen), {place: 1}))
    return {"summaries": summaries, "keywords": keywords}


def paraphrases(papers: Sequence[Paper]) -> dict[str, Task]:
    """Return the queries of ``paraphrases.tsv`` with the grades of papers."""
    asked: list[tuple[str, Grades]] = []
    fresh: list[tuple[str, Grades]] = []
    held = asked
    for line in Path(__file__).with_name("paraphrases.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            held = fresh if line.startswith("# Fresh") else asked
            continue
        query, expression = line.split("\t")
        sought = re.compile(rf"\b(?:{expression})", re.IGNORECASE)
        graded: dict[int, int] = {}
        for place, paper in enumerate(papers):
            if sought.search(" ; ".join((paper.title, *paper.keywords))):
                graded[place] = 2
            elif sought.search(paper.abstract):
                graded[place] = 1
        held.append((query, graded))
    return {"paraphrases tuned": asked[1::2], "paraphrases held": asked[::2], "paraphrases fresh": fresh}


def likes(papers: Sequence[Paper]) -> Task:
    """Return the ids of papers with those that share two keywords or more."""
    keys = [{keyword.casefold() for keyword in paper.keywords} for paper in papers]
    alike = [
        (paper.id, {other: 1 for other, theirs in enumerate(keys) if other != place and len(own & theirs) >= _SHARED})
        for place, (paper, own) in enumerate(zip(papers, keys, strict=True))
    ]
    return [(id_, grades) for id_, grades in alike if grades]


def gain(grades: Sequence[int]) -> float:
    """Return the discounted cumulative gain of the first ten."""
    return sum(float((2**grade - 1) / np.log2(place + 2)) for place, grade in enumerate(grades[:_TEN]))


def measured(rank: Rank, task: Task) -> Measured:
    """Return the figures of one way to rank."""
    first = ten = total = 0.0
    times = []
    for query, relevant in task:
        began = time.perf_counter()
        places = rank(query)[:_TEN]
        times.append((time.perf_counter() - began) * 1000)
        grades = [relevant.get(place, 0) for place in places]
        first += bool(grades[:1]) and grades[0] > 0
        ten += any(grades)
        total += gain(grades) / gain(sorted(relevant.values(), reverse=True)) if relevant else 0
    count = len(task)
    return Measured(round(first / count, 3), round(ten / count, 3), round(total / count, 3), round(median(times), 2))


class BM25:
    """Okapi BM25 (Robertson and Zaragoza, 2009), with k1 1.2 and b 0.75; with feedback, RM3 (Lavrenko and Croft, 2001).

    The feedback is 10 papers and 20 words, with half of the weight.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
        self._lengths = np.array([sum(count.values()) for count in self._counts], np.float32)
        self._norm = 1.2 * (0.25 + 0.75 * self._lengths / self._lengths.mean())
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for place, count in enumerate(self._counts):
            for word, times in count.items():
                self._postings.setdefault(word, []).append((place, times))

    def rank(self, query: str) -> Sequence[int]:
        return best(self._scores(self._weights(query)))

    def with_feedback(self, query: str) -> Sequence[int]:
        weights = self._weights(query)
        scores = self._scores(weights)
        model: Counter[str] = Counter()
        for place in best(scores):
            for word, times in self._counts[place].items():
                if word not in SMALL_WORDS:
                    model[word] += float(scores[place]) * times / float(self._lengths[place])  # type: ignore[assignment]
        likely = dict(model.most_common(20))
        most = sum(likely.values()) or 1.0
        mixed = {word: 0.5 * weight / len(weights) for word, weight in weights.items()}
        for word, weight in likely.items():
            mixed[word] = mixed.get(word, 0.0) + 0.5 * weight / most
        return best(self._scores(mixed))

    @staticmethod
    def _weights(query: str) -> dict[str, float]:
        return dict.fromkeys(set(re.findall(r"\w+", query.lower())) - SMALL_WORDS, 1.0)

    def _scores(self, weights: Mapping[str, float]) -> Array:
        scores = np.zeros(len(self._norm), np.float32)
        for word, weight in weights.items():
            if entries := self._postings.get(word):
                places, times = np.array(entries).T
                idf = np.log(1 + (len(scores) - len(entries) + 0.5) / (len(entries) + 0.5))
                scores[places] += weight * idf * times * 2.2 / (times + self._norm[places])
        return scores


def best(scores: Array) -> Sequence[int]:
    top = np.argpartition(-scores, min(_TEN, len(scores) - 1))[:_TEN]
    return [int(place) for place in top[np.argsort(-scores[top])] if scores[place] > 0]


def finder(index: Index, mode: SearchMode) -> Rank:
    """Return the ranking of papertui."""
    return lambda query: [match.place for match in index.search(query, _TEN, fields=False, mode=mode).matches]


class Alike:
    """Ways to find similar papers."""

    def __init__(self, index: Index, papers: Sequence[Paper]) -> None:
        self._index = index
        self._papers = {paper.id: (place, paper) for place, paper in enumerate(papers)}

    def fused(self, id_: str) -> Sequence[int]:
        return [match.place for match in self._index.like(self._papers[id_][1], _TEN).matches]

    def by_words(self, id_: str) -> Sequence[int]:
        place, paper = self._papers[id_]
        shared, _ = self._index._finder.sharing(characteristic_words(paper))  # noqa: SLF001 - one of the two halves
        shared[place] = 0
        return best(shared)

    def by_meaning(self, id_: str) -> Sequence[int]:
        place, paper = self._papers[id_]
        vector = paper_vector(paper)
        if vector is None:
            return ()
        allowed = np.arange(len(self._papers)) != place
        near = meaning.nearest(self._index._parts, vector, allowed, _TEN)  # noqa: SLF001 - the other half
        return [int(place) for place in near.docs]


def run(options: argparse.Namespace) -> dict[str, dict[str, Measured]]:
    """Measure everything."""
    papers = recorded_papers()
    others = [paper for paper, _ in zip(read_titles(options.titles), range(options.papers), strict=False)]
    bare = [paper._replace(keywords=(), tldr=None, authors=(), organization=None) for paper in (*papers, *others)]
    index = index_over(bare, with_abstracts=True)
    index.prepare_meaning()
    dice = random.Random(1)

    def some(task: Task) -> Task:
        return task if len(task) <= options.asked else dice.sample(task, options.asked)

    asked = {name: some(task) for name, task in (described(papers) | paraphrases(papers)).items()}
    ranks: dict[str, Rank] = {"meaning": finder(index, "meaning"), "papertui": finder(index, "auto")}
    if not options.short:
        bm25 = BM25([f"{paper.title} {paper.abstract}" for paper in bare])
        ranks |= {"BM25": bm25.rank, "BM25 + RM3": bm25.with_feedback, "words": finder(index, "words")}
    figures = {name: {task: measured(rank, queries) for task, queries in asked.items()} for name, rank in ranks.items()}
    alike, task = Alike(index, bare), some(likes(papers))
    for name, similar in (("words", alike.by_words), ("meaning", alike.by_meaning), ("papertui", alike.fused)):
        figures.setdefault(name, {})["likes"] = measured(similar, task)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the search by meaning.")
    parser.add_argument("--titles", type=Path, default=TITLES)
    parser.add_argument("--papers", type=int, default=0, help="search this many other titles, too")
    parser.add_argument("--asked", type=int, default=300, help="queries of each task at most")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--short", action="store_true", help="fewer queries, compared with floors")
    options = parser.parse_args(arguments)
    if not HAVE_RECORDED:
        print("Skipped: the recorded papers are not beside the project.")
        return 0
    if options.short:
        options.asked = _FEW
    figures = run(options)
    if options.json:
        record = {name: {task: one._asdict() for task, one in tasks.items()} for name, tasks in figures.items()}
        print(json.dumps(record))
    else:
        for name, tasks in figures.items():
            for task, one in tasks.items():
                hits = f"first {one.first:.3f}  ten {one.ten:.3f}  nDCG {one.ndcg:.3f}"
                print(f"{name:11} {task:18} {hits}  {one.took:.2f} ms")
    missed = [
        f"{name}, {task}: {figures[name][task].ndcg} instead of {floor}."
        for (name, task), floor in FLOORS.items()
        if options.short and figures[name][task].ndcg < floor
    ]
    for sentence in missed:
        print(f"Missed: {sentence}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
