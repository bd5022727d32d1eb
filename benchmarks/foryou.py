"""Replay readers over recorded days, and measure how well methods rank what each of them keeps next.

    python benchmarks/foryou.py [FOLDER] [--readers 90] [--seed 2] [--short] [--json]

FOLDER has the daily papers as Hugging Face returned them, one file for each day (`2026-04-30.json`). A reader has two
to four interests, which are words of the keywords that Hugging Face's model gave to papers, or follows two
organisations and six authors. A reader keeps most of what matches, some of the papers with the most votes of a day, and
rarely another one. A method learns from what was shown until the reader has N bookmarks, and then ranks the papers of
each of the next ten days ("day"), and those of the next five days as one list ("week"). The figures are nDCG@10, the
means over readers.

The methods see titles, abstracts, authors, organisations and votes, never the keywords that decide what is kept.

- `foryou`: what papertui does.
- `words`: the same without authors, organisations and votes.
- `svm`: arxiv-sanity-lite (serve.py): a linear SVM with C=0.1 and balanced classes on TF-IDF words. Its objective is
  that of scikit-learn's LinearSVC; here, it is minimised by the L-BFGS of papertui.
- `zotero`: zotero-arxiv-daily (reranker/base.py): the similarity with each kept paper, weighted by how lately it was
  kept.
- `votes`, `newest`, `random`.

Without a folder, the papers are made of random words on twenty subjects: that shows that the method works and how fast
it is, not how good it is, so that the floors of quality do not apply.

The exit code is 1 if a floor is missed (--no-floors ignores them).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.paper import Paper
from papertui.recommend import model
from papertui.recommend.rows import Corpus, CorpusPart, Features, WordRows, people_keys, row_arrays, sums
from papertui.search.builder import build
from papertui.sources.huggingface_parse import read_entries

Floats = NDArray[np.float64]

BOOKMARKS = (3, 8, 20, 50)
FLOORS = {"day": {8: 0.46, 20: 0.50, 50: 0.55}, "week": {8: 0.26, 20: 0.28, 50: 0.39}}
#: The most CPU milliseconds.
BUDGETS = {"train_100_ms": 50.0, "rank_10000_ms": 20.0}
_DAYS, _WEEK, _AT = 10, 5, 10
_REPEATS = 5
#: Subjects of interest, as expressions over the keywords of papers.
SUBJECTS = (
    r"video (gen|diff|edit)|text-to-video", r"image edit|inpaint|text-to-image", r"speech|audio|music|voice",
    r"robot|manipulation|vision-language-action|embodied", r"gui |computer.use|web agent|browser",
    r"code gen|software engineer|program|repository", r"mathemat|theorem|formal proof",
    r"3d|gaussian splat|nerf|mesh", r"retriev|rag\b|rerank|embedding model", r"mixture.of.experts|\bmoe\b|routing",
    r"quantiz|pruning|compress|kv cache", r"sparse attention|linear attention|long.context|context window",
    r"speculative|parallel decod|inference effic", r"diffusion language|masked diffusion|discrete diffusion",
    r"world model|simulat", r"multi-agent|agent commun|swarm", r"memory|personal",
    r"safety|jailbreak|red.team|adversar|attack", r"reward model|preference|rlhf|\bdpo\b",
    r"verifiable reward|rlvr|grpo", r"distill|on-policy dist", r"tokeniz|vocabular",
    r"optimi[sz]er|muon|adam|learning rate", r"interpret|sparse autoencoder|circuit|mechanistic",
    r"hallucinat|factual|uncertain|calibrat", r"ocr|document|table|chart",
    r"medical|clinical|health|biolog|protein|molec", r"autonomous driv|trajectory predict|navigation",
    r"benchmark|evaluation suite|leaderboard", r"synthetic data|data curat|data select|filtering",
    r"deep research|search agent|tool us|tool call", r"human motion|avatar|talking|facial", r"scaling law|pre-?train",
    r"unified multimodal|visual tokeni|any-to-any", r"flow matching|rectified|one-step|consistency model",
    r"spatial reason|depth|point cloud|camera", r"multilingual|translation|low-resource",
    r"recommend|user model|e-commerce",
)  # fmt: skip


class Day(NamedTuple):
    """The papers of a day by their places in the list of all."""

    name: str
    papers: list[int]


class World(NamedTuple):
    """All papers, day by day."""

    papers: list[Paper]
    days: list[Day]
    corpus: Corpus
    features: Features
    votes: Floats
    subjects: tuple[str, ...] = SUBJECTS


class Reader(NamedTuple):
    """What a reader keeps: for each paper, whether."""

    kept: NDArray[np.bool_]
    follows_people: bool


Method = Callable[[World, NDArray[np.int64], NDArray[np.bool_], Sequence[int]], Floats]


def read_world(folder: Path) -> World:
    """Read the papers of all days."""
    papers: dict[str, int] = {}
    known: list[Paper] = []
    days = []
    for path in sorted(folder.glob("????-??-??.json")):
        shown = []
        for paper in read_entries(json.loads(path.read_text(encoding="utf-8"))).papers:
            if paper.id not in papers:
                papers[paper.id] = len(known)
                known.append(paper)
                shown.append(papers[paper.id])
        if shown:
            days.append(Day(path.stem, shown))
    corpus = corpus_of(known)
    features = corpus.features([paper.id for paper in known], {})
    return World(known, days, corpus, features, np.array([paper.upvotes or 0 for paper in known], float))


def made_world() -> World:
    """Return papers of random words, twenty a day for sixty days, each on one of twenty subjects."""
    random = np.random.default_rng(3)
    subjects = [[f"subject{number}word{place}" for place in range(40)] for number in range(20)]
    usual = [f"usual{place}" for place in range(3000)]
    chances = 1 / np.arange(20, 3020)
    chances /= chances.sum()
    known: list[Paper] = []
    days: list[Day] = []
    for day in range(60):
        places = []
        for number in range(20):
            subject = int(random.integers(20))
            text = [*random.choice(subjects[subject], 8), *random.choice(usual, 90, p=chances)]
            random.shuffle(text)
            author = f"Author {subject} {random.integers(12)}"
            places.append(len(known))
            known.append(
                Paper(
                    f"26{day // 28 + 1:02}.{day:02}{number:03}", " ".join(text[:9]), " ".join(text[9:]), (author,),
                    upvotes=int(random.integers(100)), organization=f"Organisation {subject}",
                    keywords=(f"subject {subject}",),
                )
            )  # fmt: skip
        days.append(Day(f"day {day}", places))
    corpus = corpus_of(known)
    features = corpus.features([paper.id for paper in known], {})
    return World(known, days, corpus, features, np.array([paper.upvotes or 0 for paper in known], float), ())


def corpus_of(papers: Sequence[Paper]) -> Corpus:
    """Return the corpus of papers, as the index of an archive has them."""
    segment = build(papers)
    rows = row_arrays(segment, [people_keys(paper.authors, paper.organization) for paper in papers])
    return Corpus([CorpusPart(segment, WordRows(rows), np.empty(0, np.uint32))])


def make_reader(world: World, random: np.random.Generator, *, people: bool) -> Reader:
    """Return a reader with interests, or one who follows people."""
    if people:
        matches = _followed(world, random)
    else:
        keywords = [paper.keywords for paper in world.papers]
        all_keywords = sorted({word for words in keywords for word in words})
        patterns = [_interest(world, random, all_keywords) for _ in range(random.integers(2, 5))]
        matches = np.array([any(p.search(word) for p in patterns for word in words) for words in keywords])
    chance = np.full(len(world.papers), 0.01)
    for day in world.days:
        ranked = sorted(day.papers, key=lambda place: -world.votes[place])
        chance[ranked[:1]] = 0.12
        chance[ranked[1:3]] = 0.05
    chance[matches] = 0.75
    return Reader(random.random(len(chance)) < chance, people)


def _interest(world: World, random: np.random.Generator, keywords: Sequence[str]) -> re.Pattern[str]:
    if world.subjects and random.random() < 0.7:  # the others are single keywords
        return re.compile(str(random.choice(world.subjects)), re.IGNORECASE)
    return re.compile(re.escape(str(random.choice(keywords))), re.IGNORECASE)


def _followed(world: World, random: np.random.Generator) -> NDArray[np.bool_]:
    organizations: defaultdict[str, set[int]] = defaultdict(set)
    authors: defaultdict[str, set[int]] = defaultdict(set)
    for place, paper in enumerate(world.papers):
        if paper.organization:
            organizations[paper.organization].add(place)
        for name in paper.authors:
            authors[name].add(place)
    matches = np.zeros(len(world.papers), bool)
    for table, number, least in ((organizations, 2, 8), (authors, 6, 3)):
        names = sorted(name for name, places in table.items() if len(places) >= least)
        for name in random.choice(names, min(number, len(names)), replace=False):
            matches[list(table[str(name)])] = True
    return matches


def ndcg(scores: Floats, kept: NDArray[np.bool_]) -> float:
    """Return nDCG@10 of a ranking."""
    order = np.argsort(-scores, kind="stable")[:_AT]
    discounts = 1 / np.log2(np.arange(2, _AT + 2))
    best = discounts[: min(_AT, int(kept.sum()))].sum()
    return float((kept[order] * discounts[: len(order)]).sum() / best)


# --- methods: from what was shown, and which of it was kept, to scores of the papers of a list -------


def rows(features: Features, places: NDArray[np.int64] | Sequence[int]) -> Features:
    """Return some rows of a matrix."""
    places = np.asarray(places, np.int64)
    number = np.full(features.size, -1, np.int64)
    number[places] = np.arange(len(places))
    inside = number[features.owners] >= 0
    owners = number[features.owners[inside]]
    return Features(
        owners, features.columns[inside], features.values[inside], tuple(features.people[place] for place in places)
    )


def dense(features: Features, width: int) -> Floats:
    """Return the matrix with all its zeros."""
    made = np.zeros((features.size, width))
    made[features.owners, features.columns] += features.values
    return made


class Trained:
    """Methods that learn, with the last model of a reader kept for all of that reader's lists."""

    def __init__(self) -> None:
        self._last: tuple[bytes, model.Model] | None = None
        self._svm: tuple[bytes, Floats] | None = None
        self.milliseconds: dict[int, list[float]] = defaultdict(list)

    def learned(self, world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_]) -> model.Model:
        """Return the model of papertui."""
        state = shown.tobytes() + kept.tobytes()
        if self._last is None or self._last[0] != state:
            some = rows(world.features, shown)
            start = time.process_time()
            trained = model.train(world.corpus, some, kept)
            self.milliseconds[int(kept.sum())].append((time.process_time() - start) * 1000)
            self._last = state, trained
        return self._last[1]

    def foryou(self, world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
        """Rank as papertui does."""
        learned = self.learned(world, shown, kept)
        found = model.scores(world.corpus, learned, rows(world.features, new))
        return model.with_votes(found, world.votes[list(new)], learned.kept)

    def words(self, world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
        """Rank by words alone."""
        learned = self.learned(world, shown, kept)
        return model.scores(world.corpus, learned, rows(world.features, new), people=False)

    def svm(self, world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
        """Rank as arxiv-sanity-lite does."""
        state = shown.tobytes() + kept.tobytes()
        if self._svm is None or self._svm[0] != state:
            self._svm = state, _svm(rows(world.features, shown), kept, len(world.corpus.keys))
        some = rows(world.features, new)
        return sums(some.owners, some.values * self._svm[1][some.columns], some.size)


def _svm(some: Features, kept: NDArray[np.bool_], width: int) -> Floats:
    """Return the weights of LinearSVC(C=0.1, class_weight="balanced"): squared hinge, the bias regularised."""
    signs = np.where(kept, 1.0, -1.0)
    share = 0.1 * np.where(kept, len(kept) / (2 * kept.sum()), len(kept) / (2 * (~kept).sum()))

    def objective(point: Floats) -> tuple[float, Floats]:
        margins = 1 - signs * (np.bincount(some.owners, some.values * point[some.columns], some.size) + point[-1])
        margins = np.maximum(margins, 0)
        slopes = -2 * share * signs * margins
        gradient = point.copy()
        gradient[:width] += np.bincount(some.columns, some.values * slopes[some.owners], width)
        gradient[-1] += slopes.sum()
        return float((share * margins**2).sum() + 0.5 * point @ point), gradient

    return model.minimise(objective, np.zeros(width + 1))[:width]


def zotero(world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
    """Rank as zotero-arxiv-daily does, with the similarity of TF-IDF words."""
    lately = shown[kept][::-1]
    weights = 1 / (1 + np.log10(np.arange(len(lately)) + 1))
    width = len(world.corpus.keys)
    profile = (weights / weights.sum()) @ dense(rows(world.features, lately), width)
    some = rows(world.features, new)
    return sums(some.owners, some.values * profile[some.columns], some.size)


def votes(world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
    """Rank by votes."""
    del shown, kept
    return world.votes[list(new)]


def newest(world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
    """Rank by the time of publication."""
    del shown, kept
    moments = [world.papers[place].published for place in new]
    return np.array([0.0 if moment is None else moment.timestamp() for moment in moments])


def at_random(world: World, shown: NDArray[np.int64], kept: NDArray[np.bool_], new: Sequence[int]) -> Floats:
    """Rank by the checksums of ids."""
    del shown, kept
    return np.array([zlib.crc32(world.papers[place].id.encode()) for place in new], float)


# --- the replay --------------------------------------------------------------------------------------


def replay(world: World, reader: Reader, methods: dict[str, Method]) -> dict[tuple[str, str, int], float]:
    """Return the figures of one reader by method, list and number of bookmarks."""
    found = {}
    for number in BOOKMARKS:
        shown: list[int] = []
        at = 0
        for at, day in enumerate(world.days):  # noqa: B007 - the day of the last bookmark
            shown += day.papers
            if int(reader.kept[shown].sum()) >= number:
                break
        else:
            continue
        # Exactly this many bookmarks: what comes after the last one was not shown yet.
        while int(reader.kept[shown].sum()) > number or not reader.kept[shown[-1]]:
            shown.pop()
        after = world.days[at + 1 : at + 1 + _DAYS]
        if len(after) < _DAYS:
            continue
        seen = np.array(shown)
        lists = {"day": [one.papers for one in after], "week": [[p for one in after[:_WEEK] for p in one.papers]]}
        for name, method in methods.items():
            for kind, each in lists.items():
                figures = [
                    ndcg(method(world, seen, reader.kept[seen], new), reader.kept[new])
                    for new in each
                    if reader.kept[new].any()
                ]
                if figures:
                    found[name, kind, number] = float(np.mean(figures))
    return found


def bootstrap(differences: Floats, random: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of a mean."""
    means = random.choice(differences, (2000, len(differences))).mean(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def speeds(world: World) -> dict[str, float]:
    """Return the CPU milliseconds of training at 100 kept of 1,600 papers, and of ranking 10,000."""
    size = 10_000
    papers = [world.papers[place % len(world.papers)]._replace(id=f"p{place}") for place in range(size)]
    corpus = corpus_of(papers)
    random = np.random.default_rng(1)
    ids = [f"p{place}" for place in random.choice(len(world.papers), min(1_600, len(world.papers)), replace=False)]
    features = corpus.features(ids, {})
    kept = np.zeros(len(ids), bool)
    kept[:100] = True
    train, again, rank = [], [], []
    for _ in range(_REPEATS):
        start = time.process_time()
        learned = model.train(corpus, features, kept)
        train.append(time.process_time() - start)
        kept[:101] = True
        start = time.process_time()
        model.train(corpus, features, kept, before=learned)
        again.append(time.process_time() - start)
        kept[100:] = False
        start = time.process_time()
        for _, _, found in corpus.scores(learned.of_words(corpus)):
            np.argsort(-found)
        rank.append(time.process_time() - start)
    return {
        "train_100_ms": min(train) * 1000, "one_more_ms": min(again) * 1000, "rank_10000_ms": min(rank) * 1000,
    }  # fmt: skip


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description="Replay readers, and measure rankings of what they keep next.")
    parser.add_argument("folder", type=Path, nargs="?", help="daily papers, one JSON file a day")
    parser.add_argument("--readers", type=int, default=90)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--short", action="store_true", help="30 readers, for CI")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--no-floors", action="store_true", help="exit with 0 although a floor is missed")
    asked = parser.parse_args()
    world = made_world() if asked.folder is None else read_world(asked.folder)
    if not world.papers:
        sys.exit(f"There is no day in {asked.folder}.")
    random = np.random.default_rng(asked.seed)
    number = 30 if asked.short else asked.readers
    trained = Trained()
    methods: dict[str, Method] = {
        "random": at_random, "newest": newest, "votes": votes, "zotero": zotero, "svm": trained.svm,
        "words": trained.words, "foryou": trained.foryou,
    }  # fmt: skip
    readers = [make_reader(world, random, people=place % 3 == 2) for place in range(number)]
    results = [replay(world, reader, methods) for reader in readers]
    means = {
        f"{name} {kind} {count}": float(np.mean([one[key] for one in results if (key := (name, kind, count)) in one]))
        for name in methods for kind in ("day", "week") for count in BOOKMARKS
        if any((name, kind, count) in one for one in results)
    }  # fmt: skip
    gains = {}
    for kind in ("day", "week"):
        for count in BOOKMARKS:
            pairs = [one for one in results if ("foryou", kind, count) in one]
            if not pairs:
                continue
            for rival in ("svm", "votes"):
                apart = np.array([one["foryou", kind, count] - one[rival, kind, count] for one in pairs])
                gains[f"foryou - {rival} {kind} {count}"] = [float(apart.mean()), *bootstrap(apart, random), len(apart)]
    missed = [
        f"foryou {kind} {count}: {means[f'foryou {kind} {count}']:.3f}, the floor is {floor}"
        for kind, floors in FLOORS.items() for count, floor in floors.items()
        if means.get(f"foryou {kind} {count}", 0.0) < floor
    ]  # fmt: skip
    missed += [f"{key}: {gain[0]:+.3f}" for key, gain in gains.items() if " svm " in key and gain[0] <= 0]
    timed = speeds(world)
    if asked.folder is None:
        worse = (
            key for key in means if key.startswith("foryou ") and means[key] < means[key.replace("foryou", "random")]
        )
        missed = [f"{key} is not better than at random" for key in worse]
    missed += [f"{key}: {timed[key]:.1f}, the budget is {most:g}" for key, most in BUDGETS.items() if timed[key] > most]
    report = {
        "papers": len(world.papers), "days": len(world.days), "readers": number, "seed": asked.seed,
        "ndcg@10": means, "gains": gains, "milliseconds": timed, "missed": missed,
    }  # fmt: skip
    if asked.json:
        print(json.dumps(report, indent=1))
    else:
        _print(report, list(methods))
    sys.exit(bool(missed) and not asked.no_floors)


def _print(report: dict[str, object], methods: Sequence[str]) -> None:
    means, gains, timed = report["ndcg@10"], report["gains"], report["milliseconds"]
    assert isinstance(means, dict)
    assert isinstance(gains, dict)
    assert isinstance(timed, dict)
    print(f"{report['papers']} papers of {report['days']} days, {report['readers']} readers, seed {report['seed']}")
    print("nDCG@10, day/week       " + "".join(f"{f'{count} bookmarks':>15}" for count in BOOKMARKS))
    for name in methods:
        cells = [
            f"{means.get(f'{name} day {count}', 0):.3f}/{means.get(f'{name} week {count}', 0):.3f}"
            for count in BOOKMARKS
        ]
        print(f"{name:<24}" + "".join(f"{cell:>15}" for cell in cells))
    for key, (mean, low, high, count) in gains.items():
        print(f"{key:<28} {mean:+.3f} [{low:+.3f}, {high:+.3f}] {count} readers")
    print(", ".join(f"{key} {value:.1f}" for key, value in timed.items()))
    for sentence in report["missed"] if isinstance(report["missed"], list) else ():
        print(f"MISSED {sentence}")


if __name__ == "__main__":
    main()
