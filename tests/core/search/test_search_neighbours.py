"""No word within the forgiven slips is overlooked, and the vocabulary says what a typed word may mean."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from papertui.core.search import typos
from papertui.core.search.neighbours import Neighbours
from papertui.core.search.vocabulary import Vocabulary

_LETTERS = st.text("abcdé散", min_size=1, max_size=11)


@given(st.sets(_LETTERS, max_size=60), _LETTERS)
def test_every_word_near_enough_is_found(names: set[str], word: str) -> None:
    ordered = sorted(names)
    near = {ordered[place] for place in Neighbours(ordered).near(word).tolist()}
    most = typos.slips_allowed(word)
    for name in ordered if most else []:
        cuts = [name, *(name[:cut] for cut in range(len(word) - most, len(word) + most + 1) if cut < len(name))]
        if min(OSA.distance(word, cut) for cut in cuts) <= most:
            assert name in near


def test_few_words_that_are_not_near_are_compared() -> None:
    dice = random.Random(1)
    ordered = sorted({"".join(dice.choices("abcdefghijklmnop", k=dice.randint(3, 12))) for _ in range(20_000)})
    for word in dice.sample(ordered, 50):
        assert len(Neighbours(ordered[:2000]).near(word)) < 200


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
    assert typos.slips_allowed(word) == slips


def _meant(names: str, word: str, *, typing: bool = False) -> dict[str, float]:
    ordered = sorted(names.split())
    places, fit = Vocabulary(ordered).meanings(word, typing=typing)
    best: dict[str, float] = {}
    for place, worth in zip(places.tolist(), fit.tolist(), strict=True):
        best[ordered[place]] = max(worth, best.get(ordered[place], 0.0))
    return best


def test_likeness_has_an_order() -> None:
    meant = _meant("diffusion diffusions diffusionlike difusion infusion", "diffusion")
    assert sorted(meant, key=meant.__getitem__, reverse=True)[:3] == ["diffusion", "diffusions", "diffusionlike"]
    assert meant["diffusion"] == 1
    assert all(0 < worth < 1 for name, worth in meant.items() if name != "diffusion")
    assert {"difusion", "infusion"} <= set(meant)


@pytest.mark.parametrize(
    "typed", ["difusion", "diiffusion", "diffosion", "idffusion", "xiffusion", "iffusion", "diffusio"]
)
def test_slips_of_every_kind_anywhere(typed: str) -> None:
    assert "diffusion" in _meant("alpha beta diffusion gamma", typed)


@pytest.mark.parametrize("typed", ["difus", "dfifu", "xiffu", "diffsu", "iffusi", "dfif"])
def test_slips_in_a_word_still_being_typed(typed: str) -> None:
    assert "diffusion" in _meant("alpha beta diffusion gamma", typed, typing=True)


def test_a_finished_word_is_a_weaker_beginning_than_an_unfinished_one() -> None:
    assert (
        _meant("transformers", "trans", typing=True)["transformers"] > _meant("transformers", "trans")["transformers"]
    )


def test_inside_a_word_from_four_letters_on() -> None:
    assert "transformer" in _meant("transformer", "former")
    assert "transformer" not in _meant("transformer", "for")


def test_a_word_as_it_stands_is_hardly_taken_for_another() -> None:
    assert _meant("modal model", "modal")["model"] < _meant("model", "modal")["model"]
    assert _meant("chat that", "chat") == {"chat": 1.0}
    assert "that" in _meant("that", "chat")
    assert _meant("llm llama lim", "llm") == {"llm": 1.0}


def test_one_word_may_be_two() -> None:
    ordered = ["diffuse", "diffusion", "for", "merging", "model", "models", "transformer"]
    vocabulary = Vocabulary(ordered)

    def halves(word: str, *, typing: bool = False) -> list[tuple[str, list[str]]]:
        found = vocabulary.halves(word, typing=typing)
        return [(ordered[left[0]], [ordered[place] for place in right.tolist()]) for left, right in found]

    assert halves("diffusionmodels") == [("diffusion", ["models"])]
    assert halves("diffusionmod") == []
    assert halves("diffusionmod", typing=True) == [("diffusion", ["model", "models"])]
    assert halves("former", typing=True) == []


@given(st.sets(_LETTERS, max_size=30), _LETTERS, st.booleans())
def test_meanings_are_words_with_a_worth(names: set[str], word: str, typing: bool) -> None:
    ordered = sorted(names)
    places, fit = Vocabulary(ordered).meanings(word, typing=typing)
    assert len(places) == len(fit)
    assert all(0 <= place < len(ordered) for place in places.tolist())
    assert all(0 < worth <= 1 for worth in fit.tolist())
    assert {name for name in ordered if name.startswith(word)} <= {ordered[place] for place in places.tolist()}
