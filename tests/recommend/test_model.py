"""What is learned from kept papers."""

import numpy as np
import pytest

from kit.fictional_papers import fictional_papers
from papertui.model.paper import Paper
from papertui.recommend import model
from papertui.recommend.reasons import speaking
from papertui.recommend.rows import Corpus, CorpusPart, WordRows, author_key, people_keys, row_arrays, word_key
from papertui.search.builder import build

PAPERS = fictional_papers(200)


def _about(paper: Paper, *more: str, author: str = "") -> Paper:
    names = (author, *paper.authors) if author else paper.authors
    return paper._replace(abstract=f"{paper.abstract} {' '.join(more)}", authors=names)


#: Every eighth paper is about drafters; of the others, every fifth is about robots. Ada wrote some of the first.
MIXED = [
    _about(paper, "speculative", "drafter", author="Ada Lovelace" if place % 24 == 0 else "")
    if place % 8 == 0
    else _about(paper, "robot", "gripper")
    if place % 5 == 0
    else paper
    for place, paper in enumerate(PAPERS)
]


def _corpus(papers: list[Paper]) -> Corpus:
    segment = build(papers)
    arrays = row_arrays(segment, [people_keys(paper.authors, paper.organization) for paper in papers])
    return Corpus([CorpusPart(segment, WordRows(arrays), np.empty(0, np.uint32))])


CORPUS = _corpus(MIXED)
IDS = [paper.id for paper in MIXED]
FEATURES = CORPUS.features(IDS[:120], {})
KEPT = np.arange(120) % 8 == 0
AFTER = CORPUS.features(IDS[120:], {})


def test_papers_on_the_same_subject_come_first() -> None:
    learned = model.train(CORPUS, FEATURES, KEPT)
    found = model.scores(CORPUS, learned, AFTER)
    best = set(np.argsort(-found)[:10].tolist())
    assert len(best & {place for place in range(80) if (place + 120) % 8 == 0}) >= 9
    assert (learned.kept, learned.shown) == (15, 105)


def test_training_again_from_the_last_weights_gives_the_same_order() -> None:
    learned = model.train(CORPUS, FEATURES, KEPT)
    more = KEPT.copy()
    more[5] = True
    fresh = model.scores(CORPUS, model.train(CORPUS, FEATURES, more), AFTER)
    warm = model.scores(CORPUS, model.train(CORPUS, FEATURES, more, before=learned), AFTER)
    assert np.corrcoef(fresh, warm)[0, 1] > 0.99


def test_the_weights_are_those_of_the_least_loss() -> None:
    learned = model.train(CORPUS, FEATURES, KEPT)
    weights = learned.of_words(CORPUS)

    def loss(factor: float) -> float:
        found = np.bincount(FEATURES.owners, FEATURES.values * weights[FEATURES.columns] * factor, FEATURES.size)
        people = [sum(learned.people.get(key, 0.0) for key in keys) for keys in FEATURES.people]
        margins = np.where(KEPT, 1, -1) * (found + model.PEOPLE * np.array(people) + learned.bias)
        share = np.where(KEPT, 120 / 30, 120 / 210)
        norm = factor**2 * weights @ weights + sum(weight**2 for weight in learned.people.values())
        return float((share * np.log1p(np.exp(-margins))).sum() + norm / 2)

    assert loss(1) < loss(0.8)
    assert loss(1) < loss(1.25)


def test_an_author_counts_from_two_kept_papers_on_and_if_kept_often() -> None:
    assert author_key("ada LOVELACE") in model.train(CORPUS, FEATURES, KEPT).people
    rare = np.zeros(120, bool)
    rare[[0, 8, 16]] = True  # one paper of Ada alone
    assert author_key("Ada Lovelace") not in model.train(CORPUS, FEATURES, rare).people
    usual = [_about(paper, author="Everywhere") for paper in MIXED]
    corpus = _corpus(usual)
    learned = model.train(corpus, corpus.features(IDS[:120], {}), KEPT)
    assert author_key("Everywhere") not in learned.people, "an author of all papers says nothing"


def test_what_is_muted_has_no_weight_and_what_is_pinned_has_the_greatest() -> None:
    muted = model.Tuning({word_key("drafter"), author_key("Ada Lovelace")})
    learned = model.train(CORPUS, FEATURES, KEPT, tuning=muted)
    assert word_key("drafter") not in learned.keys.tolist()
    assert author_key("Ada Lovelace") not in learned.people
    pinned = model.pinned_model(learned, {word_key("gripper")}, {author_key("Somebody")})
    weights = dict(zip(pinned.keys.tolist(), pinned.weights.tolist(), strict=True))
    assert weights[word_key("gripper")] == max(weights.values())
    assert author_key("Somebody") in pinned.people
    assert word_key("gripper") in model.pinned_model(model.nothing_learned(0), {word_key("gripper")}).keys.tolist()


def test_votes_weigh_more_with_few_bookmarks() -> None:
    weights = [model.votes_weight(number) for number in (1, 3, 8, 50, 1000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] == pytest.approx(model.VOTES, abs=0.01)
    found, votes = np.array([0.3, 0.0, 0.1]), np.array([0.0, 500.0, 3.0])
    assert model.with_votes(found, votes, 0).argmax() == 1, "without bookmarks, votes alone decide"
    assert model.with_votes(found, votes, 100).argmax() == 0
    assert model.with_votes(np.empty(0), np.empty(0), 3).size == 0
    assert model.with_votes(np.ones(3), np.zeros(3), 3).tolist() == [0, 0, 0]


def test_the_reasons_are_the_words_the_author_and_the_nearest_kept_paper() -> None:
    learned = model.train(CORPUS, FEATURES, KEPT)
    kept = CORPUS.features([id_ for id_, is_kept in zip(IDS, KEPT, strict=False) if is_kept], {})
    found = speaking(CORPUS, learned, CORPUS.features([IDS[168]], {}), kept)  # on drafters, and by Ada
    assert {"drafter", "speculative"} <= {one.word for one in found.words[:3]}
    assert [one.kept for one in found.people if one.key == author_key("Ada Lovelace")] == [5]
    shares = [*(one.share for one in found.words), *(one.share for one in found.people)]
    assert 0 < sum(shares) <= 1.0001
    assert found.like
    assert found.like[0].words
    against = speaking(CORPUS, learned, CORPUS.features([IDS[125]], {}), kept)
    assert {"robot", "gripper"} & set(against.against)
