"""Words decide when they fit a paper; else the papers nearest in meaning are found."""

import random
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from papertui.model.paper import Paper
from papertui.search import meaning, ranking, vectors
from papertui.search.builder import build
from papertui.search.index import Index, index_over
from papertui.search.lookup import SegmentRef, TermLookup
from papertui.search.results import Results
from papertui.search.segment import Segment
from papertui.search.vectors import DIMENSIONS, read_vectors, rounded, signs, word_vectors, write_vectors
from papertui.search.words import SMALL_WORDS

_TEXTS = {
    "drafts": (
        "Speculative decoding for language models",
        "A small draft model proposes tokens. The target verifies them in parallel, which lowers the latency.",
    ),
    "bits": (
        "Four-bit quantization of weights",
        "We compress large networks. The low-precision weights fit into the memory of mobile devices.",
    ),
    "robots": (
        "A vision-language-action policy",
        "Robotic manipulation from demonstrations. The policy follows instructions in households.",
    ),
    "proteins": (
        "Folding of proteins by diffusion",
        "Molecular structures are sampled. Amino acid sequences determine the backbone.",
    ),
    "speech": (
        "Recognition of spoken dialogue",
        "Acoustic features are encoded. The transcripts have fewer errors of words.",
    ),
}
PAPERS = [Paper(id_, title, abstract) for id_, (title, abstract) in _TEXTS.items()]
_NOT_WRITTEN = "shrinking huge neural nets for phones"


def _ids(results: Results, papers: list[Paper] = PAPERS) -> list[str]:
    return [papers[match.place].id for match in results.matches]


@pytest.fixture(scope="module")
def index() -> Index:
    return index_over(PAPERS)


def test_a_paper_without_the_words_is_found_by_meaning(index: Index) -> None:
    results = index.search(_NOT_WRITTEN, mode="auto")
    assert results.by_meaning
    assert _ids(results)[0] == "bits"
    assert results.total == len(results.matches)
    assert [match.score for match in results.matches] == sorted((one.score for one in results.matches), reverse=True)


@pytest.mark.parametrize("query", ["speculative decoding", "speclative decodng", "proteins", "of", "id:bits"])
def test_words_that_fit_decide_as_without_meaning(index: Index, query: str) -> None:
    assert index.search(query, mode="auto") == index.search(query, mode="words")
    assert not index.search(query, mode="auto").by_meaning


def test_a_mode_can_be_chosen(index: Index) -> None:
    assert index.search("speculative decoding", mode="meaning").by_meaning
    assert _ids(index.search("speculative decoding", mode="meaning"))[0] == "drafts"
    assert not index.search(_NOT_WRITTEN, mode="words").by_meaning


@pytest.mark.parametrize("query", ["xyzzy", "xyzzy plugh frobnicate", "zebra", ""])
def test_what_has_no_meaning_is_searched_by_words(index: Index, query: str) -> None:
    assert index.search(query, mode="auto") == index.search(query, mode="words")
    if query != "zebra":
        assert index.search(query, mode="meaning") == index.search(query, mode="words")


def test_misspelt_words_mean_the_words_of_the_index(index: Index) -> None:
    right = index.search("quantization of networks", mode="meaning")
    assert index.search("quantizaton of netwroks", mode="meaning") == right


def test_filters_fields_and_exclusions_hold(index: Index) -> None:
    best = _ids(index.search(_NOT_WRITTEN, mode="auto"))[0]
    assert best not in _ids(index.search(f"{_NOT_WRITTEN} -weights", mode="auto"))
    assert _ids(index.search(f"{_NOT_WRITTEN} title:proteins", mode="meaning")) == ["proteins"]
    assert _ids(index.search(f'{_NOT_WRITTEN} "spoken dialogue"', mode="meaning")) == ["speech"]
    assert _ids(index.search(_NOT_WRITTEN, mode="meaning", within=np.array([0, 3])))[0] in {"drafts", "proteins"}
    assert len(index.search("networks", 2, mode="meaning").matches) <= 2


def test_deleted_papers_are_not_found_by_meaning() -> None:
    index = Index([build(PAPERS)], dead=[np.array([1], np.uint32)])
    assert "bits" not in _ids(index.search(_NOT_WRITTEN, mode="meaning"))


def test_function_words_do_not_hurt_long_queries() -> None:
    common = Paper("common", "What it is about and how it was done with them", "It is what we have been up to.")
    papers = [*PAPERS, common]
    query = "how can we have the weights of it in low precision, and what is it about"
    results = index_over(papers).search(query, mode="words")
    assert _ids(results, papers)[0] == "bits"


def test_function_words_are_no_words_of_science() -> None:
    assert not SMALL_WORDS & {"use", "using", "new", "method", "model", "learning", "show", "based", "propose"}
    assert all(word.isascii() and word.islower() for word in SMALL_WORDS)


def test_vectors_in_memory_are_made_when_they_are_needed() -> None:
    segment = build(PAPERS)
    index = Index([segment])
    for end in range(1, len("speculative decoding")):
        index.search("speculative decoding"[:end], mode="auto", typing=True)
    assert "_vector_arrays" not in vars(segment)
    index.prepare_meaning()
    assert "_vector_arrays" in vars(segment)


def test_similar_papers_may_use_other_words(index: Index) -> None:
    paper = Paper("new", "Compressing nets", "Pruned and quantized parameters for on-device use.")
    assert _ids(index.like(paper, 1)) == ["bits"]


# --- words beside meaning ----------------------------------------------------------------------------


def test_rare_words_say_more_than_common_ones_and_plurals_count() -> None:
    papers = [Paper(f"p{place}", "A model", "Its data." if place else "Its octopuses.") for place in range(40)]
    lookup = TermLookup([SegmentRef(build(papers), 0)], len(papers))
    (common, _), (rare, most) = lookup.evidence(["model"]), lookup.evidence(["octopuse"])
    assert np.flatnonzero(rare).tolist() == [0]
    assert rare[0] == pytest.approx(most)
    assert common.max() < rare[0] / 10
    both, all_words = lookup.evidence(["model", "octopuse", "unknown"])
    assert both[0] == pytest.approx(common[0] + rare[0])
    assert all_words > both[0]


def test_a_name_whose_meaning_is_unknown_finds_its_paper_beside_words_that_nobody_wrote() -> None:
    papers = [Paper(f"p{place}", f"A model called zorbl{place}", "Its data and other things.") for place in range(30)]
    results = index_over(papers).search("zorbl17 lambda", mode="auto")
    assert results.by_meaning
    assert index_over(papers).ids([results.matches[0].place]) == ["p17"]


def test_words_that_a_paper_may_have_by_chance_add_nothing() -> None:
    evidence = np.array([0.0, 0.8, 1.6, 3.2], np.float32)
    added = ranking.beyond_chance(evidence, 3.2)
    assert added[:2].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert 0 < added[2] < added[3]
    assert ranking.beyond_chance(evidence[:2], 0.8)[1] > 0  # all words, although they are few


def test_papers_with_all_words_come_first_and_others_with_words_follow(index: Index) -> None:
    words = "demonstrations households instructions"
    results = index.search(words, mode="auto")
    assert results.by_meaning
    assert _ids(results)[0] == "robots"
    common = [Paper(f"c{place}", f"Title {place}", "We measure apples and pears in gardens.") for place in range(150)]
    many = index_over([*PAPERS, *common])
    found = many.search("apples pears gardens", mode="auto")
    assert len(found.matches) == found.total == len(common)
    assert [match.score for match in found.matches] == sorted((one.score for one in found.matches), reverse=True)
    few = many.search("apples pears gardens", 7, mode="auto")
    assert few.matches == found.matches[:7]
    assert few.total == found.total


def test_words_in_other_spellings_decide(index: Index) -> None:
    query = "demonstratons households instructions"
    assert index.search(query, mode="auto") == index.search(query, mode="words")


def test_what_is_common_to_all_papers_says_nothing() -> None:
    assert np.linalg.norm(meaning.common_to([SegmentRef(build(PAPERS), 0)])) < 0.1
    alike = build([PAPERS[1]._replace(id=str(place)) for place in range(500)])
    common = meaning.common_to([SegmentRef(alike, 0)])
    assert 0.8 < np.linalg.norm(common) < 1
    assert not meaning.common_to([]).any()


# --- the passage -------------------------------------------------------------------------------------


def test_the_nearest_sentence_is_highlighted(index: Index) -> None:
    abstract = PAPERS[1].abstract
    ((start, end),) = index.spans(_NOT_WRITTEN, abstract, "abstract", by_meaning=True)
    assert abstract[start:end] in {"We compress large networks.", abstract.partition(". ")[2]}
    assert index.spans("weights", abstract, "abstract") != ((start, end),)
    assert index.nearest_sentence(_NOT_WRITTEN, "Only one sentence about networks") is None
    assert index.nearest_sentence("xyzzy", abstract) is None


def test_abbreviations_do_not_end_a_sentence(index: Index) -> None:
    text = "As shown by Chen et al. 2020, networks are compressed, e.g. A and B on phones. Proteins fold. Cells divide."
    span = index.nearest_sentence(_NOT_WRITTEN, text)
    assert span is not None
    assert text[slice(*span)] == "As shown by Chen et al. 2020, networks are compressed, e.g. A and B on phones."


# --- the scan ----------------------------------------------------------------------------------------


@given(arrays(np.uint64, st.integers(0, 40)))
def test_ones_are_counted_with_and_without_numpy_2(bits: np.ndarray) -> None:
    counted = [int(each).bit_count() for each in bits]
    assert meaning.counted_ones(bits).tolist() == counted
    assert meaning._ones(bits).tolist() == counted


def test_the_scan_of_signs_finds_what_all_vectors_would() -> None:
    rng = np.random.default_rng(3)
    table = rng.standard_normal((9_000, DIMENSIONS)).astype(np.float32)
    sought = rng.standard_normal(DIMENSIONS).astype(np.float32)
    sought /= np.linalg.norm(sought)
    near = rng.choice(9_000, 20, replace=False)
    table[near] += 12 * sought
    parts, offset = [], 0
    for piece in (table[:4_000], table[4_000:]):
        numbers = rounded(piece)
        empty = {**build([]).arrays, "days": np.zeros(len(piece), np.uint16), "vectors": numbers.ravel()}
        columns = {f"signs.{place}": column for place, column in enumerate(signs(numbers))}
        parts.append(SegmentRef(Segment(empty | columns), offset))
        offset += len(piece)
    allowed = np.ones(9_000, np.bool_)
    allowed[near[0]] = False
    found = meaning.nearest(parts, sought, allowed, 19)
    assert set(found.docs.tolist()) == set(near[1:].tolist())
    exact = table[found.docs] @ sought / np.linalg.norm(table[found.docs], axis=1)
    assert np.allclose(found.likeness, exact, atol=0.01)


# --- the file of vectors -----------------------------------------------------------------------------


def test_the_model_is_the_one_that_an_index_names() -> None:
    path = Path(vectors.__file__).with_name("words.vectors")
    assert zlib.crc32(path.read_bytes()) == vectors.MODEL
    assert path.stat().st_size <= 7_000_000
    assert len(word_vectors()) > 25_000
    assert not [word for word in SMALL_WORDS if word in word_vectors()]


def test_a_file_of_vectors_is_read_as_written(tmp_path: Path) -> None:
    dice = random.Random(2)
    table = np.array([[dice.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(3)], np.float32)
    write_vectors(tmp_path / "some.vectors", ["a", "bb", "ccc"], table)
    read = read_vectors(tmp_path / "some.vectors")
    vector = read.vector(["bb", "unknown"])
    assert vector is not None
    assert float(vector @ table[1] / np.linalg.norm(table[1])) > 0.999
    assert read.vector(["unknown"]) is None
    (tmp_path / "other").write_bytes(b"something else\n")
    with pytest.raises(ValueError, match="does not hold word vectors"):
        read_vectors(tmp_path / "other")


def test_vectors_of_many_papers_are_those_of_each() -> None:
    known = word_vectors()
    texts = [
        ("neural networks", "sparse attention"),
        ("", "graphs"),
        ("xqzzy", ""),
        ("", ""),
        ("graph", "graph of graphs"),
    ]
    rows = [[known.rows(part.split()) for part in text] for text in texts]
    pairs = [
        (
            np.repeat(np.arange(len(rows)), [len(row[place]) for row in rows]),
            np.concatenate([row[place] for row in rows]),
        )
        for place in (0, 1)
    ]
    made = known.papers(len(rows), *pairs)
    assert made.shape == (len(texts), DIMENSIONS)
    for vector, row in zip(made, rows, strict=True):
        alone = known.paper(*row)
        assert np.array_equal(vector, np.zeros(DIMENSIONS) if alone is None else rounded(alone))
