"""Word rows hold the words of papers as the index has them."""

import numpy as np

from kit.fictional_papers import fictional_papers
from papertui.model.paper import Paper
from papertui.recommend.rows import Corpus, CorpusPart, WordRows, author_key, people_keys, row_arrays, word_key
from papertui.search.builder import build
from papertui.search.words import words

PAPERS = fictional_papers(60)


def _part(papers: list[Paper], dead: list[int] | None = None) -> CorpusPart:
    segment = build(papers)
    arrays = row_arrays(segment, [people_keys(paper.authors, paper.organization) for paper in papers])
    return CorpusPart(segment, WordRows(arrays), np.array(dead or [], np.uint32))


def _words_of(corpus: Corpus, paper: Paper) -> set[str]:
    row = corpus.features([paper.id], {})
    return {corpus.word(number) for number in row.columns.tolist()}


def test_a_row_has_the_words_of_title_and_abstract_that_another_paper_has() -> None:
    corpus = Corpus([_part(PAPERS)])
    counts: dict[str, int] = {}
    for paper in PAPERS:
        for word in words(paper.title) | words(paper.abstract):
            counts[word] = counts.get(word, 0) + 1
    for paper in PAPERS[::7]:
        found = _words_of(corpus, paper)
        expected = words(paper.title) | words(paper.abstract)
        assert found <= expected
        assert {word for word in expected if 3 < counts[word] < len(PAPERS)} <= found


def test_rows_are_of_length_one_and_people_are_those_of_the_paper() -> None:
    corpus = Corpus([_part(PAPERS)])
    features = corpus.features([paper.id for paper in PAPERS], {})
    lengths = np.sqrt(np.bincount(features.owners, features.values**2, features.size))
    assert np.allclose(lengths, 1)
    assert features.people[3] == tuple(map(author_key, PAPERS[3].authors))


def test_a_paper_outside_the_index_has_the_same_row() -> None:
    stored, new = PAPERS[:50], PAPERS[50]
    corpus = Corpus([_part(stored)])
    whole = Corpus([_part(PAPERS)])
    row = corpus.features([new.id], {new.id: new})
    known = {corpus.word(number) for number in row.columns.tolist()}
    assert known
    assert known <= _words_of(whole, new)
    assert row.people[0] == tuple(people_keys(new.authors, None))
    assert corpus.features(["9999.99999"], {}).size == 1


def test_several_segments_are_one_corpus_and_the_newer_record_counts() -> None:
    changed = PAPERS[4]._replace(title="entirely different heading", abstract=PAPERS[9].abstract)
    corpus = Corpus([_part(PAPERS[:30], dead=[4]), _part([*PAPERS[30:], changed])])
    assert corpus.papers == len(PAPERS)
    one = Corpus([_part([*PAPERS[:4], *PAPERS[5:], changed])])
    for paper in (PAPERS[0], PAPERS[40], changed):
        missing, more = (
            _words_of(one, paper) - _words_of(corpus, paper),
            _words_of(corpus, paper) - _words_of(one, paper),
        )
        assert not missing
        assert len(more) <= 3, "the counts of rare words are approximate: those of segments are added up"
    weights = np.zeros(len(corpus.keys))
    weights[corpus.numbers(np.array([word_key(word) for word in words(PAPERS[9].abstract)], np.uint64))] = 1
    scores: dict[str, float] = {}
    for segment, docs, found in corpus.scores(weights):
        scores |= dict(zip(segment.ids.some(docs), found.tolist(), strict=True))
    assert set(scores) == {paper.id for paper in PAPERS}
    assert sorted(scores, key=lambda id_: -scores[id_])[:2] == sorted(
        [changed.id, PAPERS[9].id], key=lambda id_: -scores[id_]
    )


def test_the_scores_of_the_whole_corpus_are_those_of_single_papers() -> None:
    corpus = Corpus([_part(PAPERS[:40]), _part(PAPERS[40:])])
    weights = np.sin(np.arange(len(corpus.keys)))
    people = {author_key(PAPERS[7].authors[0]): 0.5}
    features = corpus.features([paper.id for paper in PAPERS], {})
    single = np.bincount(features.owners, features.values * weights[features.columns], features.size)
    single[7] += 0.5
    found = np.concatenate([scores for _, _, scores in corpus.scores(weights, people)])
    assert np.allclose(found, single, atol=1e-4)


def test_the_rows_of_a_large_segment_are_bounded_to_its_newest_papers() -> None:
    segment = build(PAPERS)
    corpus = Corpus([CorpusPart(segment, WordRows(row_arrays(segment, [[]] * 60, most=10)), np.empty(0, np.uint32))])
    sizes = [len(corpus.features([paper.id], {}).columns) for paper in PAPERS]
    assert not any(sizes[:50])
    assert all(sizes[50:])
    (scores,) = (found for _, _, found in corpus.scores(np.ones(len(corpus.keys))))
    assert np.isfinite(scores).all()


def test_without_papers_there_is_an_empty_corpus() -> None:
    corpus = Corpus([])
    assert corpus.features(["2604.00001"], {}).size == 1
    assert list(corpus.scores(np.empty(0))) == []
    assert corpus.last_day() == 0
    assert corpus.newest(5) == []


def test_the_newest_papers_come_first() -> None:
    dated = [paper._replace(featured=None) for paper in PAPERS[:3]]
    corpus = Corpus([_part(dated)])
    assert len(corpus.newest(2)) == 2
