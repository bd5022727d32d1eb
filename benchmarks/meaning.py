"""Measure the search by meaning beside the search by words, BM25 and both together, in one run.

    python benchmarks/meaning.py [--vectors FILE] [--titles FILE --papers N] [--json]

Over the recorded papers, with titles and abstracts only:

- ``summaries``: the summary that the service has of a paper, without the words that share a stem with its title;
- ``keywords``: three or four of its keywords, without the words of its title;
- ``paraphrases``: the queries of ``paraphrases.tsv``, graded by keywords and abstracts.

Figures are hit@1, hit@10 and nDCG@10 (Järvelin and Kekäläinen, 2002). With ``--papers N`` that many other titles are searched, too.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.known_items import TITLES, read_titles, recorded_papers
from papertui.model.paper import Paper
from papertui.search.index import index_over
from papertui.search.vectors import WordVectors, read_vectors, word_vectors
from papertui.search.words import SMALL_WORDS, words

#: Returns the places of papers, the best first.
Rank = Callable[[str], Sequence[int]]
#: The grade of each relevant paper by its place.
Grades = Mapping[int, int]
_STEM = 5
_KEYWORDS = 4
_TEN = 10


def stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text)}


def without_title(text: str, title: str) -> str:
    """Return `text` without the words that share a stem with `title`."""
    there = stems(title)
    return " ".join(word for word in re.findall(r"[\w-]+", text) if not stems(word) & there)


def tasks(papers: Sequence[Paper], searched: Sequence[Paper]) -> dict[str, list[tuple[str, Grades]]]:
    """Return the queries of each task with what is relevant, by the place in `searched`."""
    place = {paper.id: number for number, paper in enumerate(searched)}
    made: dict[str, list[tuple[str, Grades]]] = {"summaries": [], "keywords": [], "paraphrases": []}
    for paper in papers:
        grades = {place[paper.id]: 1}
        if paper.tldr and (query := without_title(paper.tldr, paper.title)):
            made["summaries"].append((query, grades))
        chosen = [query for keyword in paper.keywords if (query := without_title(keyword, paper.title))][:_KEYWORDS]
        if len(chosen) >= _KEYWORDS - 1:
            made["keywords"].append((" ".join(chosen), grades))
    for line in Path(__file__).with_name("paraphrases.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        query, expression = line.split("\t")
        sought = re.compile(rf"\b(?:{expression})", re.IGNORECASE)
        graded: dict[int, int] = {}
        for paper in papers:
            if sought.search(" ; ".join((paper.title, *paper.keywords))):
                graded[place[paper.id]] = 2
            elif sought.search(paper.abstract):
                graded[place[paper.id]] = 1
        made["paraphrases"].append((query, graded))
    return made


def gain(grades: Sequence[int]) -> float:
    """Return the discounted cumulative gain of the first ten."""
    return sum(float((2**grade - 1) / np.log2(place + 2)) for place, grade in enumerate(grades[:_TEN]))


def figures(rank: Rank, queries: Sequence[tuple[str, Grades]]) -> tuple[float, float, float]:
    """Return hit@1, hit@10 and nDCG@10."""
    first = ten = total = 0.0
    for query, relevant in queries:
        grades = [relevant.get(place, 0) for place in rank(query)[:_TEN]]
        first += bool(grades[:1]) and grades[0] > 0
        ten += any(grades)
        total += gain(grades) / gain(sorted(relevant.values(), reverse=True)) if relevant else 0
    count = len(queries)
    return round(first / count, 3), round(ten / count, 3), round(total / count, 3)


class BM25:
    """Okapi BM25 (Robertson and Zaragoza, 2009), with k1 1.2 and b 0.75."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        self._norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for place, count in enumerate(counts):
            for word, times in count.items():
                self._postings.setdefault(word, []).append((place, times))

    def rank(self, query: str) -> Sequence[int]:
        scores = np.zeros(len(self._norm), np.float32)
        for word in set(re.findall(r"\w+", query.lower())) - SMALL_WORDS:
            if entries := self._postings.get(word):
                places, times = np.array(entries).T
                idf = np.log(1 + (len(scores) - len(entries) + 0.5) / (len(entries) + 0.5))
                scores[places] += idf * times * 2.2 / (times + self._norm[places])
        return best(scores)


def best(scores: np.ndarray) -> Sequence[int]:
    top = np.argpartition(-scores, min(_TEN, len(scores) - 1))[:_TEN]
    return [int(place) for place in top[np.argsort(-scores[top])]]


def matrix(vectors: WordVectors, papers: Sequence[Paper]) -> np.ndarray:
    zero = np.zeros(256, np.float32)
    rows = [vectors.vector(words(f"{paper.title} ; {paper.abstract}")) for paper in papers]
    return np.array([zero if row is None else row for row in rows])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure the search by meaning.")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--titles", type=Path, default=TITLES)
    parser.add_argument("--papers", type=int, default=0)
    parser.add_argument("--asked", type=int, default=300, help="queries of each task at most")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    vectors = word_vectors() if options.vectors is None else read_vectors(options.vectors)
    papers = recorded_papers()
    others = [paper for paper, _ in zip(read_titles(options.titles), range(options.papers), strict=False)]
    bare = [paper._replace(keywords=(), tldr=None, authors=(), organization=None) for paper in (*papers, *others)]
    index, table = index_over(bare), matrix(vectors, bare)
    bm25 = BM25([f"{paper.title} {paper.abstract}" for paper in bare])

    def similarity(query: str) -> np.ndarray:
        vector = vectors.vector(words(query))
        return np.zeros(len(bare), np.float32) if vector is None else table @ vector

    def lexical(query: str) -> np.ndarray:
        scores = np.zeros(len(bare), np.float32)
        for match in index.search(query, 2000, fields=False).matches:
            scores[match.place] = match.score
        return scores

    def plain(query: str) -> str:
        return " ".join(word for word in re.findall(r"[\w-]+", query) if word.lower() not in SMALL_WORDS)

    def fused(query: str) -> Sequence[int]:
        by_words = lexical(plain(query))
        trust = 4.0 if by_words.max() >= 0.4 else 0.5
        return best(similarity(query) + trust * by_words)

    ranks: dict[str, Rank] = {
        "words (today)": lambda query: best(lexical(query)),
        "words without function words": lambda query: best(lexical(plain(query))),
        "BM25": bm25.rank,
        "meaning": lambda query: best(similarity(query)),
        "fused": fused,
    }
    dice = random.Random(1)
    asked = {
        task: queries if len(queries) <= options.asked else dice.sample(queries, options.asked)
        for task, queries in tasks(papers, bare).items()
    }
    measured = {name: {task: figures(rank, queries) for task, queries in asked.items()} for name, rank in ranks.items()}
    if options.json:
        print(json.dumps(measured))
        return
    for name, by_task in measured.items():
        shown = "   ".join(f"{task} {'/'.join(map(str, values))}" for task, values in by_task.items())
        print(f"{name:30} {shown}")


if __name__ == "__main__":
    main()
