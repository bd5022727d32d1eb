"""The results of the index and their order."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from kit.search import kept
from papertui.model.paper import Paper
from papertui.search.index import ABSTRACTS_UP_TO, Index, index_over
from papertui.search.results import Results


def _paper(id_: str, title: str, *authors: str, abstract: str = "", **facts: object) -> Paper:
    return Paper(id=id_, title=title, authors=authors, abstract=abstract, **facts)  # type: ignore[arg-type]


PAPERS = [
    _paper(
        "2604.26951",
        "Turning the TIDE: Cross-Architecture Distillation for Diffusion Large Language Models",
        "Gongbo Zhang",
        "Wen Wang",
        "Li Yuan",
        abstract="Diffusion language models are distilled across architectures, tokenizers and scales.",
        categories=("cs.CL", "cs.LG"),
        keywords=("knowledge distillation", "masked diffusion"),
        organization="Peking University",
    ),
    _paper(
        "1706.03762",
        "Attention Is All You Need",
        "Ashish Vaswani",
        "Łukasz Kaiser",
        abstract="A network based solely on attention, the Transformer, dispensing with recurrence.",
        categories=("cs.CL",),
    ),
    _paper(
        "2106.01357",
        "Diffusion Schrödinger Bridge with Applications to Score-Based Generative Modeling",
        "Valentin De Bortoli",
        abstract="Progressively applying Gaussian noise transforms complex data distributions.",
        categories=("stat.ML",),
    ),
    _paper(
        "1901.02860",
        "Transformer-XL: Attentive Models beyond a Fixed-Length Context",
        "Zihang Dai",
        abstract="Pre-training of recurrent memory helps to model longer dependency.",
    ),
    _paper("hep-th/9711200", "The Large N Limit of Superconformal Field Theories", "Juan Maldacena"),
    _paper("2304.00001", "扩散模型的高效采样", "王伟", abstract="一种新的方法。"),
    _paper("2304.00002", "Gödel Agents and the Pretraining of Sparse Memory", "Chen Wei", tldr="Self-reference pays."),
    _paper("2304.00003", "Диффузионные модели для языка", "Анна Иванова"),
    _paper("2304.00004", "Scaling Laws for Mixture of Experts", "Yoon Kim", abstract="Sparse routing of tokens."),
    _paper("2304.00005", "확산 언어 모델", "김철수"),
]
INDEX = index_over(
    PAPERS,
    kept(PAPERS, {"2304.00004": ("moe", "to discuss")}, {"1706.03762": "The one that started the gold rush."}),
)


def found(query: str, index: Index = INDEX) -> list[str]:
    return [PAPERS[match.place].id for match in index.search(query).matches]


@pytest.mark.parametrize(
    ("query", "id_"),
    [
        ("attention need", "1706.03762"),
        ("need attention", "1706.03762"),
        ("models language diffusion", "2604.26951"),
        ("difusion languge", "2604.26951"),
        ("diffusoin languaeg", "2604.26951"),
        ("xiffusion langage", "2604.26951"),
        ("distilation architcture", "2604.26951"),
        ("tide distil", "2604.26951"),
        ("distill", "2604.26951"),
        ("schrodinger", "2106.01357"),
        ("Schrödinger", "2106.01357"),
        ("shrodinger brigde", "2106.01357"),
        ("SCHRÖDINGER", "2106.01357"),
        ("godel", "2304.00002"),
        ("gödel", "2304.00002"),
        ("kaiser lukasz", "1706.03762"),
        ("łukasz", "1706.03762"),
        ("vaswani", "1706.03762"),
        ("vasvani", "1706.03762"),
        ("zhang tide", "2604.26951"),
        ("de bortoli", "2106.01357"),
        ("fixed length", "1901.02860"),
        ("fixedlength", "1901.02860"),
        ("fixed-length", "1901.02860"),
        ("transformerxl", "1901.02860"),
        ("sparsememory", "2304.00002"),
        ("super conformal", "hep-th/9711200"),
        ("conformal", "hep-th/9711200"),
        ("2604.26951", "2604.26951"),
        ("2604.26951v2", "2604.26951"),
        ("arxiv:2604.26951", "2604.26951"),
        ("https://arxiv.org/pdf/1706.03762v7", "1706.03762"),
        ("2604.2", "2604.26951"),
        ("2604.", "2604.26951"),
        ("hep-th/9711200", "hep-th/9711200"),
        ("hep-th", "hep-th/9711200"),
        ("stat.ML", "2106.01357"),
        ("stat.M", "2106.01357"),
        ("peking", "2604.26951"),
        ("knowledge", "2604.26951"),
        ("tokenizers", "2604.26951"),
        ("self reference", "2304.00002"),
        ("moe", "2304.00004"),
        ("discuss", "2304.00004"),
        ("gold rush", "1706.03762"),
        ("扩散", "2304.00001"),
        ("采样", "2304.00001"),
        ("模", "2304.00001"),
        ("王伟", "2304.00001"),
        ("модели", "2304.00003"),
        ("дифузионные", "2304.00003"),
        ("иванова", "2304.00003"),
        ("언어", "2304.00005"),
        ("김철", "2304.00005"),
    ],
)
def test_intended_paper_comes_first(query: str, id_: str) -> None:
    assert found(query)[:1] == [id_]


@pytest.mark.parametrize("query", ["pretraining", "pre training", "pre-training", "pre-trainin", "pretrainng"])
def test_hyphens_do_not_matter(query: str) -> None:
    assert set(found(query)[:2]) == {"1901.02860", "2304.00002"}


@pytest.mark.parametrize(
    ("query", "id_"),
    [
        ("Turning the TIDE: Cross-Architecture Distillation", "2604.26951"),
        ("language models diffusion zhang", "2604.26951"),
        ("Diffusion Schrödinger Bridge", "2106.01357"),
        ("2604.26951", "2604.26951"),
        ("cs.CL attention", "1706.03762"),
        ("扩散模型的高效采样", "2304.00001"),
        ("Диффузионные модели", "2304.00003"),
        ("확산 언어", "2304.00005"),
        ("fixed-length context", "1901.02860"),
    ],
)
def test_paper_stays_visible_at_every_keystroke(query: str, id_: str) -> None:
    for end in range(1, len(query) + 1):
        assert id_ in found(query[:end]), query[:end]


@pytest.mark.parametrize("query", ["", "   ", "?!", "🙂", "\n\t", "zzzzqqqq", "xkcdwtf blorb"])
def test_queries_without_results(query: str) -> None:
    assert INDEX.search(query) == Results((), 0, asked=any(map(str.isalpha, query)))


def test_empty_index() -> None:
    for papers in ([], [Paper("", "")], [_paper("", "🙂")]):
        index = index_over(papers)
        for query in ("a", "attention", "扩散", "pre-training ", "diffusionmodels"):
            assert index.search(query) == Results((), 0)


def test_titles_count_more_than_authors_then_keywords_then_abstracts() -> None:
    papers = [
        _paper("1", "Something else", abstract="On entropy."),
        _paper("2", "Something else", keywords=("entropy",)),
        _paper("3", "Something else", "Entropy Jones"),
        _paper("4", "Entropy else"),
    ]
    results = index_over(papers).search("entropy ")
    assert [papers[match.place].id for match in results.matches] == ["4", "3", "2", "1"]
    assert [match.fields for match in results.matches] == [("title",), ("authors",), ("keywords",), ("abstract",)]


def test_matching_fields_are_ordered_by_weight() -> None:
    (first, *_) = INDEX.search("distillation ").matches
    assert first.fields == ("title", "keywords")
    (first, *_) = INDEX.search("diffusion wang ").matches
    assert first.fields == ("title", "authors", "keywords", "abstract")
    (first, *_) = INDEX.search("gold ").matches
    assert first.fields == ("note",)


def test_exact_words_come_before_misspelt_and_longer_ones() -> None:
    papers = [_paper("1", "Diffusers"), _paper("2", "Suffusion"), _paper("3", "Diffusions"), _paper("4", "Diffusion")]
    index = index_over(papers)
    assert [match.place for match in index.search("diffusion ").matches] == [3, 2]
    assert [match.place for match in index.search("difusion ").matches] == [3, 2]
    assert index.search("sufusion ").matches[0].place == 1


def test_rare_words_weigh_more() -> None:
    papers = [_paper(str(place), "A model of language") for place in range(20)]
    papers += [_paper("20", "A zeugma of things"), _paper("21", "The model of things")]
    best = index_over(papers).search("model zeugma nothing")
    assert best.matches[0].place == 20


def test_word_order_decides_between_equal_matches() -> None:
    papers = [_paper("1", "Models for language"), _paper("2", "Language for models")]
    index = index_over(papers)
    assert [match.place for match in index.search("models for language").matches] == [0, 1]
    assert [match.place for match in index.search("language for models").matches] == [1, 0]


def test_newer_and_popular_papers_come_first_among_equals() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    papers = [
        _paper("1", "Sparse coding", published=old, upvotes=3),
        _paper("2", "Sparse coding", published=new, upvotes=3),
        _paper("3", "Sparse coding", published=old, upvotes=300),
        _paper("4", "Sparse coding", published=new, upvotes=300),
        _paper("5", "Sparse coding", featured=date(2020, 1, 1)),
        _paper("6", "Sparse coding"),
    ]
    order = [papers[match.place].id for match in index_over(papers).search("sparse").matches]
    assert order[0] == "4"
    assert set(order[1:3]) == {"2", "3"}
    assert order[3:] == ["1", "5", "6"]


def test_papers_with_every_word_are_counted_if_there_are_any() -> None:
    results = INDEX.search("diffusion language models")
    assert results.total == len(results.matches) == 1
    lacking = INDEX.search("diffusion bridge nonexistentword")
    assert PAPERS[lacking.matches[0].place].id == "2106.01357"
    assert lacking.matches[0].score < 0.5 < INDEX.search("diffusion bridge").matches[0].score


def test_exact_word_is_not_flooded_by_similar_ones() -> None:
    papers = [_paper(str(place), "On the state of things", abstract="What that chart shows.") for place in range(50)]
    papers.append(_paper("50", "Chat with papers"))
    assert index_over(papers).search("chat ").total == 1


def test_split_compound_counts_for_both_words() -> None:
    index = index_over([_paper("1", "A Dataset of Speech"), _paper("2", "Data of Speech")])
    (best, *_) = index.search("data set ").matches
    assert (best.place, best.score > 0.6) == (0, True)


def test_correction_of_a_short_word_weighs_less() -> None:
    papers = [_paper("1", "Fo ideogram dragons", upvotes=9), _paper("2", "Survey of ideogram generation")]
    assert index_over(papers).search("generation fo ideogram ").matches[0].place == 1


def test_limit_does_not_change_the_count() -> None:
    papers = [_paper(str(place), f"Sparse model {place}") for place in range(900)]
    index = index_over(papers)
    whole = index.search("sparse")
    assert whole.total == len(whole.matches) == 900
    scores = [match.score for match in whole.matches]
    assert scores == sorted(scores, reverse=True)
    for limit in (0, 1, 10, 127, 128, 129, 300, 899, 900, 5000):
        assert index.search("sparse", limit) == Results(whole.matches[:limit], 900)
    assert index.search("sparse", -1).matches == ()


@pytest.mark.slow
def test_large_indexes_omit_abstracts_by_default() -> None:
    assert ABSTRACTS_UP_TO == 20_000
    paper = _paper("1", "A title", abstract="Entropy.", tldr="Enthalpy.")
    assert index_over([paper]).search("entropy").total == 1
    assert index_over([paper] * 20_001).search("entropy").total == 0
    assert index_over([paper] * 20_001).search("title", 1).total == 20_001
    assert index_over([paper], with_abstracts=False).search("enthalpy").total == 0


@pytest.mark.slow
def test_threads_get_the_same_results() -> None:
    queries = [
        query[:end] for query in ("diffusion language", "attention need", "sparse memory") for end in range(1, 15)
    ]
    alone = [index_over(PAPERS).search(query) for query in queries]
    shared = index_over(PAPERS)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(shared.search, queries)) == alone


def test_unused_index_is_freed_immediately() -> None:
    gc.disable()
    try:
        index = index_over(PAPERS)
        index.search("diffusion")
        held = weakref.ref(index)
        del index
        assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("https://arxiv.org/abs/1706.03762v7", "1706.03762"),
        ("diffusion models 1706.03762", "1706.03762"),
        ("[1706.03762] diffusion language models", "1706.03762"),
        ("sparse sampling and routing of tokens, see arXiv:hep-th/9711200 for more", "hep-th/9711200"),
    ],
)
def test_the_paper_whose_id_is_in_the_query_is_first(query: str, first: str) -> None:
    for limit in (None, 1, 3):
        found = INDEX.search(query, limit)
        assert INDEX.ids(match.place for match in found.matches)[0] == first
        assert "id" in found.matches[0].fields
        assert limit is None or len(found.matches) <= limit
        assert found.total + found.similar >= len(found.matches)
    scores = [match.score for match in INDEX.search(query).matches]
    assert scores == sorted(scores, reverse=True)
    places = [match.place for match in INDEX.search(query).matches]
    assert len(places) == len(set(places))


def test_the_other_words_of_a_query_with_an_id_are_searched() -> None:
    found = INDEX.search("schrodinger bridge 1706.03762")
    assert INDEX.ids(match.place for match in found.matches) == ["1706.03762", "2106.01357"]
    assert found.total == 2


def test_filters_hold_for_the_paper_whose_id_is_in_the_query() -> None:
    found = INDEX.search("1706.03762 diffusion cat:stat")
    assert "1706.03762" not in INDEX.ids(match.place for match in found.matches)
    assert INDEX.search("2401.00001 diffusion").matches
