"""Merged segments equal one segment built from all their papers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import papers as any_papers
from papertui.model.paper import Paper
from papertui.search.builder import Builder, MergeSource, merged
from papertui.search.segment import Segment

_TEXTS = st.text("ab cd-é散(AB)", max_size=24)
_LISTS = st.lists(_TEXTS, max_size=2).map(tuple)


def _segment(papers: list[Paper]) -> Segment:
    builder = Builder()
    for paper in papers:
        builder.add(paper, abstract=len(paper.abstract) % 2 == 0)
    return Segment(builder.arrays())


def _merged(segments: list[Segment], dead: list[list[int]]) -> Segment:
    sources = [MergeSource(each, np.array(gone, np.uint32)) for each, gone in zip(segments, dead, strict=True)]
    return Segment(
        {section.name: np.concatenate([section.dtype.type([]), *section.pieces]) for section in merged(sources)}
    )


@given(st.lists(st.lists(any_papers(texts=_TEXTS, lists=_LISTS), max_size=4), min_size=1, max_size=4))
def test_merge_equals_a_build_from_all_papers(heaps: list[list[Paper]]) -> None:
    heaps = [[paper._replace(id=f"{a}.{b}") for b, paper in enumerate(heap)] for a, heap in enumerate(heaps)]
    whole = _segment([paper for heap in heaps for paper in heap])
    made = _merged([_segment(heap) for heap in heaps], [[] for _ in heaps])
    assert made.arrays.keys() == whole.arrays.keys()
    for name, array in whole.arrays.items():
        assert array.dtype == made.arrays[name].dtype, name
        assert np.array_equal(array, made.arrays[name]), name


@given(
    st.lists(any_papers(texts=_TEXTS, lists=_LISTS), min_size=2, max_size=9),
    st.integers(1, 8),
    st.sets(st.integers(0, 8)),
)
def test_deleted_papers_are_left_out(papers: list[Paper], cut: int, gone: set[int]) -> None:
    papers = [paper._replace(id=f"{number}") for number, paper in enumerate(papers)]
    cut = min(cut, len(papers) - 1)
    dead = [[n for n in gone if n < cut], [n - cut for n in gone if cut <= n < len(papers)]]
    made = _merged([_segment(papers[:cut]), _segment(papers[cut:])], dead)
    left = _segment([paper for number, paper in enumerate(papers) if number not in gone])
    assert made.size == left.size
    for name in ("titles", "titles.starts", "ids", "ids.order", "days", "votes.docs", "votes.values", "has.code"):
        assert np.array_equal(made.arrays[name], left.arrays[name]), name
    for place in range(len(left.lexicon)):
        again = made.lexicon.place(left.lexicon.word(place))
        assert again is not None
        for ours, theirs in zip(left.postings, made.postings, strict=True):
            assert np.array_equal(ours.run(place, place + 1), theirs.run(again, again + 1))


def test_empty_segment() -> None:
    empty = _segment([])
    assert empty.size == 0
    assert _merged([empty, empty], [[], []]).size == 0
