"""Papers that have the words as typed come first; those that match only by another spelling are told apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.known_items import items, recorded_papers
from papertui.model.paper import Paper
from papertui.search.index import Index, index_over
from papertui.search.words import fold, tokens, typed_words, words

WORKS = [
    Paper("godel", "Theorems revisited", "The proof of Gödel, again.", ("Li Chen",)),
    Paper("model", "Models of language", "Large models.", ("Wei Cheng", "Ann Li")),
    Paper("modal", "Modal logic", "Necessity.", ("Chen Wu",)),
    Paper("code", "Programming in C++", "With C#, F# and .NET, in R or g++.", ("Bo Shen",)),
    Paper("c", "The C language", "A survey of compilers, with R2 and ROUGE.", ("Zhen Yu",)),
    Paper("means", "Clustering with k-means", "It means that k is given. GPT-4o writes.", ("A. O'Neil",)),
    Paper("score", "An F1 score of 0.9", "GPT-4 and GPT 4 differ; k nearest means.", ("Jean-Luc Chenier",)),
    Paper("rope", "Properties of embeddings", "Positions.", ("D. D'Angelo",)),
    Paper("star", "A* search on grids", "Notepad++ was used, and LightThinker++.", ("K. Ng",)),
]
INDEX = index_over(WORKS)


def _both(query: str, index: Index = INDEX, papers: list[Paper] = WORKS) -> tuple[list[str], list[str]]:
    """Return the ids of the papers that match as typed, and by another spelling."""
    results = index.search(query)
    typed = [papers[match.place].id for match in results.matches if not match.similar]
    similar = [papers[match.place].id for match in results.matches if match.similar]
    assert (len(typed), len(similar)) == (results.total, results.similar)
    assert [match.similar for match in results.matches] == [False] * len(typed) + [True] * len(similar)
    return typed, similar


@pytest.mark.parametrize(
    ("query", "typed", "similar"),
    [
        ("godel", ["godel"], ["model"]),
        ("modal", ["modal"], ["model"]),
        ("mod", ["model", "modal"], []),
        ("C++", ["code"], ["c"]),
        ("c++ ", ["code"], ["c"]),
        ("C#", ["code"], ["c"]),
        ("g++", ["code"], []),
        (".net", ["code"], []),
        ("net", ["code"], []),
        ("A*", ["star"], None),
        ("notepad", ["star"], []),
        ("lightthinker", ["star"], []),
        ("R", ["code"], ["c", "godel"]),
        ("C", ["c"], None),
        ("k-means", ["means"], ["score"]),
        ("kmeans", ["means"], []),
        ("GPT-4", ["means", "score"], []),
        ("gpt-4o", ["means"], ["score"]),
        ("F1", ["score"], []),
        ("rope", [], ["rope"]),
        ("title:C++", ["code"], ["c"]),
        ("-C++ language", ["c", "model"], []),
        ("zzzz", [], []),
    ],
)
def test_words_as_typed_and_in_another_spelling(query: str, typed: list[str], similar: list[str] | None) -> None:
    found = _both(query)
    assert sorted(found[0]) == sorted(typed)
    if similar is not None:
        assert sorted(found[1]) == sorted(similar)


@pytest.mark.parametrize(
    ("query", "first", "typed"),
    [
        # Exact names, then names that begin so, then (below the rule) near misses.
        ("author:chen", ["godel", "modal"], ["godel", "modal", "model", "score"]),
        ("author:shen", ["code"], ["code"]),
        ("author:o'neil", ["means"], ["means"]),
        ("author:d'angelo", ["rope"], ["rope"]),
        ('author:"A. O\'Neil"', ["means"], ["means"]),
        ("author:jean-luc", ["score"], ["score"]),
    ],
)
def test_exact_names_come_first(query: str, first: list[str], typed: list[str]) -> None:
    found, _ = _both(query)
    assert sorted(found[: len(first)]) == sorted(first)
    assert sorted(found) == sorted(typed)


def test_near_misses_of_a_name_are_not_rescued_by_other_words() -> None:
    papers = [
        Paper("x", "Diffusion transformers for speech", authors=("Wei Cheng",)),
        Paper("y", "Diffusion transformers for video", authors=("Bo Zhen",)),
    ]
    typed, similar = _both("author:chen diffusion transformers", index_over(papers), papers)
    assert (typed, similar) == (["x"], ["y"])


def test_a_paper_with_the_word_is_as_typed_even_if_a_similar_word_is_in_its_title() -> None:
    papers = [Paper("both", "A model of logic", "It is modal."), Paper("none", "A model of language", "Nothing.")]
    index = index_over(papers)
    assert _both("modal", index, papers) == (["both"], ["none"])
    match, other = index.search("modal").matches
    assert match.fields == ("abstract",)
    assert other.fields == ("title",)


def test_several_words() -> None:
    papers = [
        Paper("all", "Sparse attention for speech"),
        Paper("two", "Sparse attention"),
        Paper("near", "Sparse attrition for speech"),
    ]
    index = index_over(papers)
    assert _both("sparse attention speech", index, papers)[0][0] == "all"
    # Nobody has the misspelt word: the others do not suffice alone, so all are similar, and the best is the best.
    typed, similar = _both("spase attentoin speech", index, papers)
    assert (typed, similar[0]) == ([], "all")
    # A word inside a word of a title counts beside other words.
    worlds = [Paper("code2", "Code2Worlds for agents"), Paper("other", "Wordless codes")]
    assert _both("code worlds agents", index_over(worlds), worlds)[0] == ["code2"]


def test_results_as_an_answer() -> None:
    results = INDEX.search("godel")
    assert [match.similar for match in results.as_typed().matches] == [False]
    assert results.as_typed().similar == 1
    misspelt = INDEX.search("gdoel theorms")
    assert misspelt.total == 0
    assert misspelt.as_typed() == misspelt


@pytest.mark.parametrize("limit", [1, 2, 3, None])
def test_the_limit_leaves_out_similar_papers_first(limit: int | None) -> None:
    results = INDEX.search("godel", limit)
    assert [WORKS[match.place].id for match in results.matches] == ["godel", "model"][:limit]
    assert (results.total, results.similar) == (1, 1)


def test_many_similar_papers_never_push_out_the_one_that_has_the_word() -> None:
    papers = [Paper(f"{number}", f"Limits of study {number}") for number in range(3000)]
    papers[7] = Paper("7", "Something else", "It names Kimi once.")
    results = index_over(papers).search("kimi", 5)
    assert (results.total, results.matches[0].place) == (1, 7)
    assert results.similar > 2000


_WORD = st.sampled_from(
    ["model", "modal", "models", "diffusion", "c++", "c#", "r", "k-means", "gpt-4", "gödel", "a", "in"]
)


@given(st.lists(st.lists(_WORD, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6), _WORD)
def test_single_words_are_typed_if_and_only_if_a_word_begins_so(titles: list[str], query: str) -> None:
    papers = [Paper(str(place), title) for place, title in enumerate(titles)]
    typed = {match.place for match in index_over(papers).search(query).matches if not match.similar}
    ((word, *_),) = typed_words(query)
    meant = {
        place
        for place, title in enumerate(titles)
        if any(name.startswith(word) for name in words(title)) and len(word) > 1
    }
    if len(word) > 1:
        assert typed == meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C++ and C# or F#", {"c++", "and", "c#", "or", "f#"}),
        ("C++17, g++/clang", {"c++", "17", "g++", "clang"}),
        (".NET and ASP.NET", {".net", "net", "and", "asp"}),
        ("An end .The start", {"an", "end", ".the", "the", "start"}),
        ("A* and C∗-algebras", {"a*", "and", "c*", "algebras"}),
        ("**a** *b*", {"a", "b"}),
        ("k-means, k–means", {"k", "means", "kmeans"}),
        ("Llama-3.1-8B-Instruct", {"llama", "3.1", "8b", "instruct", "llama3.18b"}),
        ("state-of-the-art", {"state", "of", "the", "art"}),
        ("tag#1 #2 a#b", {"tag", "1", "2", "a", "b"}),
    ],
)
def test_words_of_a_text(text: str, found: set[str]) -> None:
    assert words(text) == found
    # What is highlighted is what is indexed, but for the word without its sign.
    assert {token.word for token in tokens(fold(text))} >= {word for word in found if f".{word}" not in found}


def test_signs_are_highlighted() -> None:
    def marked(query: str, text: str) -> list[str]:
        return [text[start:end] for start, end in INDEX.spans(query, text)]

    assert marked("c++", "The C++ and C languages") == ["C++"]
    assert marked("net", "With .NET") == ["NET"]
    assert marked("k-means", "k-means and means") == ["k", "means"]
    assert marked("R", "R is for readers") == ["R"]


@pytest.mark.slow
@pytest.mark.recorded
def test_recorded_papers_that_have_a_word_come_first() -> None:
    papers = recorded_papers()[-490:]
    index = index_over(papers)

    def texts(paper: Paper) -> str:
        parts = [
            paper.title,
            paper.abstract,
            paper.tldr or "",
            paper.organization or "",
            *paper.keywords,
            *paper.authors,
        ]
        return fold(" ; ".join(parts))

    for word in ("kimi", "godel", "mamba", "qwen", "robot", "lora", "chen", "agentic"):
        meant = {place for place, paper in enumerate(papers) if re.search(rf"(?<![^\W_]){word}", texts(paper))}
        results = index.search(word)
        assert {match.place for match in results.matches if not match.similar} >= meant, word
        assert results.total <= len(meant) + 2, word  # and acronyms
    for query, most in (("C++", 5), ("R", 12), ("k-means", 5), ("GPT-4", 12), ("F1", 12), (".NET", 3)):
        assert index.search(query).total <= most, query


@pytest.mark.slow
@pytest.mark.recorded
def test_misspelt_queries_are_answered_as_before() -> None:
    """A slip in every word: the paper is first, whichever side of the rule it is on."""
    papers = recorded_papers()
    index = index_over(papers)
    sought = items("misspelt", papers, 200, seed=5)
    answers = [index.search(query, 10).as_typed().matches for query, _ in sought]
    first = sum(bool(found) and found[0].place == place for found, (_, place) in zip(answers, sought, strict=True))
    assert first >= 0.92 * len(sought)
