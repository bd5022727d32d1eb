"""A phrase finds every paper that has it, in any text."""

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.known_items import recorded_papers
from kit.search import LONG_AGO
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.search.builder import build
from papertui.search.filters import PhraseMatcher, in_words
from papertui.search.index import Index, index_over
from papertui.search.query import Phrase
from papertui.search.results import ReaderMarks
from papertui.search.words import query_words


@pytest.mark.parametrize(
    ("phrase", "text", "is_in"),
    [
        ("large language models", "We train Large Language Models.", True),
        ("large language models", "large-language models", True),
        ("large language models", "large\nlanguage\n\n models", True),
        ("large language models", "large ‘language’ models’ size", True),
        ("large language models", "large language modelsX", False),
        ("large language models", "xlarge language models", False),
        ("large language models", "large languages models", False),
        ("large language models", "large (and small) language models", False),
        ("state of the art", "the state-of-the-art, again", True),
        ("state of the art", "the state–of–the–art", True),
        ("k means", "using k-means", True),
        ("k means", "using 𝑘-means", True),
        ("top 3 results", "top-3 results", True),
        ("llama 3", "Llama 3.1 is", False),
        ("llama 3", "Llama 3. It is", True),
        ("3 models", "0.3 models", False),
        ("c library", "a C++ library", False),
        ("c++ library", "a C++ library", True),
        ("net framework", "the .NET framework", True),
        ("lightthinker from reasoning", "LightThinker++: From Reasoning", True),
        ("schrodinger equation", "Schrödinger’s — no, the Schrödinger equation", True),
        ("扩散 模型", "扩散模型", False),
        ("扩散模型", "一种扩散模型。", True),
    ],
)
def test_phrases_in_texts(phrase: str, text: str, is_in: bool) -> None:
    words = tuple(query_words(phrase))
    assert PhraseMatcher(Phrase(words)).in_text(text) is is_in


_TEXT = st.lists(
    st.sampled_from(["large", "language", "models", "a", "3", "c", "-", ".", " ", "++", "é", "_", ".1", "#"]),
    max_size=14,
).map("".join)


@given(_TEXT, st.lists(st.sampled_from(["large", "language", "a", "3", "c", "models"]), min_size=2, max_size=3))
def test_the_fast_way_agrees_with_the_words_of_the_text(text: str, words: list[str]) -> None:
    phrase = Phrase(tuple(words))
    assert PhraseMatcher(phrase).in_text(text) == in_words(phrase, query_words(text))


class _Reader:
    """Reads papers, and notes which ones."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = {paper.id: paper for paper in papers}
        self.asked: list[str] = []

    def __call__(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        self.asked.extend(ids)
        return {id_: self._papers[id_] for id_ in ids}


def _many() -> list[Paper]:
    """Three thousand papers with all the words, every third one in the order of the phrase."""
    texts = ("the large language models of today", "models of a large language", "language of large models")
    return [Paper(f"{number:05}", f"Paper {number}", texts[number % 3]) for number in range(3000)]


def test_a_phrase_in_thousands_of_abstracts_is_found_in_all_and_read_once() -> None:
    papers = _many()
    reader = _Reader(papers)
    index = Index([build(papers)], papers=reader)
    results = index.search('"large language models"')
    assert results.total == 1000
    assert {match.place % 3 for match in results.matches} == {0}
    assert len(reader.asked) == 3000
    assert index.search('"large language models" paper', 20).total == 1000
    assert index.search('paper -"large language models"').total == 2000
    assert len(reader.asked) == 3000


def test_only_papers_that_the_filters_let_through_are_read() -> None:
    papers = [paper._replace(upvotes=place) for place, paper in enumerate(_many())]
    reader = _Reader(papers)
    index = Index([build(papers)], papers=reader)
    assert index.search('"large language models" votes:>2990 ').total == 3
    assert len(reader.asked) < 20


def test_phrases_in_all_fields() -> None:
    papers = [
        Paper("title", "Sparse attention heads"),
        Paper("abstract", "X", "On sparse attention."),
        Paper("tldr", "X", tldr="Sparse attention works."),
        Paper("keyword", "X", keywords=("sparse attention",)),
        Paper("apart", "X", keywords=("sparse", "attention")),
        Paper("organization", "X", organization="Sparse Attention Inc."),
        Paper("author", "X", authors=("Sparse Attention",)),
        Paper("initials", "X", authors=("J. Smith",)),
        Paper("note", "X"),
        Paper("tag", "X"),
    ]
    marks = ReaderMarks(
        {
            "note": Bookmark(papers[8], LONG_AGO, (), "My sparse attention."),
            "tag": Bookmark(papers[9], LONG_AGO, ("sparse attention",)),
        }
    )
    index = index_over(papers, marks)

    def ids(query: str) -> set[str]:
        return {papers[match.place].id for match in index.search(query).matches}

    everywhere = {paper.id for paper in papers} - {"apart", "initials"}
    assert ids('"sparse attention"') == everywhere
    assert ids('title:"sparse attention"') == {"title"}
    assert ids('note:"sparse attention"') == {"note"}
    assert ids('author:"J. Smith"') == {"initials"}
    assert ids('author:"J. S."') == set()


@pytest.mark.slow
@pytest.mark.recorded
@pytest.mark.parametrize(
    "phrase",
    [
        "large language models",
        "reinforcement learning",
        "state of the art",
        "in this paper",
        "chain of thought",
        "we propose",
    ],
)
def test_recorded_papers_with_a_phrase_are_all_found(phrase: str) -> None:
    papers = recorded_papers()
    # Twice as many as there are, so that no limit of a few hundred texts goes unnoticed.
    papers += [paper._replace(id=f"x{paper.id}") for paper in papers]
    pattern = re.compile(r"(?<![^\W_])" + r"[\W_]+".join(phrase.split()) + r"(?![^\W_])", re.IGNORECASE)
    meant = {
        place
        for place, paper in enumerate(papers)
        if any(
            pattern.search(text)
            for text in (paper.title, paper.abstract, paper.tldr or "", paper.organization or "", *paper.keywords)
        )
    }
    index = Index([build(papers)], papers=_Reader(papers))
    results = index.search(f'"{phrase}"')
    assert {match.place for match in results.matches} == meant
    assert results.total == len(meant) > 50
