"""Every word within the allowed slips is found, and the meanings of a typed word are correct."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from papertui.search import ranking
from papertui.search.builder import Builder
from papertui.search.lookup import as_typed, misspelt
from papertui.search.segment import Segment, lexicon_arrays, spread
from papertui.search.spelling import LEVELS, SHORTEST, Level, near_words, neighbour_arrays, slips_allowed

_LETTERS = st.text("abcdé散", min_size=1, max_size=11)


def _segment(names: list[str]) -> Segment:
    """Build a segment with these words and no papers."""
    arrays = Builder().arrays()
    arrays["words"], arrays["words.starts"] = lexicon_arrays(names)
    return Segment({**arrays, **neighbour_arrays(names)})


def _near(names: list[str], word: str) -> set[str]:
    if not slips_allowed(word):
        return set()
    arrays = neighbour_arrays(names)
    length = min(len(word), LEVELS[-1])
    level = Level(*(arrays[f"near{length}.{part}"] for part in Level._fields))
    nodes = near_words(level, word)
    return {names[place] for place in spread(level.first[nodes].astype(int), level.last[nodes].astype(int)).tolist()}


@given(st.sets(_LETTERS, max_size=60), _LETTERS)
def test_every_close_word_is_found(names: set[str], word: str) -> None:
    ordered = sorted(names)
    found = _near(ordered, word)
    most = slips_allowed(word)
    for name in ordered if most else []:
        cuts = [name, *(name[:cut] for cut in range(len(word) - most, len(word) + most + 1) if cut < len(name))]
        if min(OSA.distance(word, cut) for cut in cuts) <= most:
            assert name in found


@given(st.sets(_LETTERS, max_size=60), _LETTERS, st.booleans())
def test_meanings_are_exactly_the_words_within_the_slips(names: set[str], word: str, typing: bool) -> None:
    ordered = sorted(names)
    most = slips_allowed(word)
    meant: dict[str, float] = {}
    for meaning in misspelt(_segment(ordered), word, typing=typing, known=False):
        assert meaning.words is not None
        for place in meaning.words.tolist():
            meant[ordered[place]] = max(meaning.fit, meant.get(ordered[place], 0.0))
    for name in ordered if most else []:
        far = OSA.distance(word, name)
        if 0 < far <= most:
            assert meant[name] >= ranking.misspelt(len(word), far)
        cuts = [name[:cut] for cut in range(max(1, len(word) - most), len(word) + most + 1) if cut < len(name)]
        begun = min((OSA.distance(word, cut) for cut in cuts), default=99)
        # A word that is not longer than the typed one is not a completion of it.
        if far > most and 0 < begun <= most and typing and len(name) > len(word):
            assert name in meant
        if far > most and begun > most:
            assert name not in meant


@pytest.mark.slow
def test_few_distant_words_are_compared() -> None:
    dice = random.Random(1)
    ordered = sorted({"".join(dice.choices("abcdefghijklmnop", k=dice.randint(3, 12))) for _ in range(20_000)})[:2000]
    for word in dice.sample(ordered, 50):
        assert len(_near(ordered, word)) < 200 or len(word) == SHORTEST


@pytest.mark.parametrize(
    ("word", "slips"),
    [
        ("ai", 0),
        ("llm", 1),
        ("diffusn", 1),
        ("diffusio", 2),
        ("2604.26951", 0),
        ("gpt4", 1),
        ("扩散", 0),
        ("Ελλαδα", 1),
    ],
)
def test_slips_allowed(word: str, slips: int) -> None:
    assert slips_allowed(word) == slips


def _meant(names: str, word: str, *, typing: bool = False) -> dict[str, float]:
    ordered = sorted(names.split())
    segment = _segment(ordered)
    known = any(name.startswith(word) if typing else name == word for name in ordered)
    found = [(meaning, False) for meaning in as_typed(segment, word, typing=typing)]
    found += [(meaning, True) for meaning in misspelt(segment, word, typing=typing, known=known)]
    best: dict[str, float] = {}
    for meaning, corrected in found:
        places = range(meaning.first, meaning.last) if meaning.words is None else meaning.words.tolist()
        for place in places:
            fit = meaning.fit * (ranking.KNOWN if known and corrected else 1)
            best[ordered[place]] = max(fit, best.get(ordered[place], 0.0))
    return best


def test_similarity_has_an_order() -> None:
    meant = _meant("diffusion diffusions diffusionlike difusion infusion", "diffusion")
    assert sorted(meant, key=meant.__getitem__, reverse=True)[:3] == ["diffusion", "diffusions", "diffusionlike"]
    assert meant["diffusion"] == 1
    assert all(0 < worth < 1 for name, worth in meant.items() if name != "diffusion")
    assert {"difusion", "infusion"} <= set(meant)


@pytest.mark.parametrize(
    "typed", ["difusion", "diiffusion", "diffosion", "idffusion", "xiffusion", "iffusion", "diffusio"]
)
def test_all_kinds_of_slips(typed: str) -> None:
    assert "diffusion" in _meant("alpha beta diffusion gamma", typed)


@pytest.mark.parametrize("typed", ["difus", "dfifu", "xiffu", "diffsu", "iffusi", "dfif"])
def test_slips_in_an_incomplete_word(typed: str) -> None:
    assert "diffusion" in _meant("alpha beta diffusion gamma", typed, typing=True)


def test_complete_word_weighs_less_as_a_beginning() -> None:
    assert (
        _meant("transformers", "trans", typing=True)["transformers"] > _meant("transformers", "trans")["transformers"]
    )


def test_matches_inside_words_from_four_letters() -> None:
    assert "transformer" in _meant("transformer", "former")
    assert "transformer" not in _meant("transformer", "for")


def test_existing_word_is_rarely_corrected() -> None:
    assert _meant("modal model", "modal")["model"] < _meant("model", "modal")["model"]
    assert _meant("chat that", "chat") == {"chat": 1.0}
    assert "that" in _meant("that", "chat")
    assert _meant("llm llama lim", "llm")["lim"] < 0.5
    assert "llama" not in _meant("llm llama lim", "llm")


@given(st.sets(_LETTERS, max_size=30), _LETTERS, st.booleans())
def test_meanings_have_valid_words_and_scores(names: set[str], word: str, typing: bool) -> None:
    ordered = sorted(names)
    meant = _meant(" ".join(ordered), word, typing=typing)
    assert all(0 < worth <= 1 for worth in meant.values())
    assert {name for name in ordered if name.startswith(word)} <= set(meant)
