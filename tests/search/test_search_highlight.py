"""Highlighted letters, shown in brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.steps import steps
from papertui.search.highlight import spans


def shown(query: str, text: str) -> str:
    marked, end = "", 0
    for start, stop in spans(query, text):
        marked += f"{text[end:start]}[{text[start:stop]}]"
        end = stop
    return marked + text[end:]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("diffusion", "Large [Diffusion] Models"),
        ("models large", "[Large] Diffusion [Models]"),
        ("diff", "Large [Diff]usion Models"),
        ("diff mod", "Large [Diff]usion [Mod]els"),
        ("difusion", "Large [Dif]f[usion] Models"),
        ("difusion ", "Large [Dif]f[usion] Models"),
        ("dixfusion", "Large [Di]f[fusion] Models"),
        ("diffuusion", "Large [Diffusion] Models"),
        ("idffusion", "Large D[iffusion] Models"),
        ("usion", "Large Diff[usion] Models"),
        ("sio", "Large Diffusion Models"),
        ("diffusionmodels", "Large [Diffusion] [Models]"),
        ("l d m", "[L]arge [D]iffusion [M]odels"),
        ("zebra", "Large Diffusion Models"),
        ("", "Large Diffusion Models"),
        ("…", "Large Diffusion Models"),
    ],
)
def test_highlighted_letters(query: str, marked: str) -> None:
    assert shown(query, marked.replace("[", "").replace("]", "")) == marked


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("schrodinger", "The [Schrödinger] Bridge"),
        ("schrodnger", "The [Schröd]i[nger] Bridge"),
        ("strasse", "Die [Straße]"),
        ("stras", "Die [Straß]e"),
        ("flow", "[ﬂow] matching"),
        ("fl", "[ﬂ]ow matching"),
        ("ete", "[e\u0301te\u0301] indien"),
        ("erdos renyi", "[Erdős]–[Rényi] graphs"),
        ("σισυφος", "Ο [Σίσυφος]"),
        ("扩散", "连续[扩散]模型"),
        ("扩散模型", "连续[扩散模型]"),
        ("散", "连续扩[散]模型"),
        ("pretraining", "On [pre]-[training] data"),
        ("pre-training", "On [pretraining] data"),
        ("pre training", "On [pre]-[training] data"),
        ("2604.26", "[2604.26]951 · 29 Apr"),
        ("cs.cl", "cs.LG [cs.CL]"),
        ("שלום", "a [שלום] b"),
        ("hello", "🙂 [hello] 🙂"),
    ],
)
def test_highlights_are_positions_in_the_original_text(query: str, marked: str) -> None:
    assert shown(query, marked.replace("[", "").replace("]", "")) == marked


def test_corrections_are_highlighted_only_without_a_better_match() -> None:
    assert shown("modal", "A modal model") == "A [modal] model"
    assert shown("modal", "A model") == "A [mod]e[l]"
    assert shown("chat", "What that chair is") == "What that [cha]ir is"
    assert shown("chat ", "What that is") == "What that is"


_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("abc -é\u0301ßﬁ扩散. ")), max_size=200)


@given(_TEXT, _TEXT)
def test_spans_are_ordered_and_within_the_text(query: str, text: str) -> None:
    found = spans(query, text)
    end = -1
    for start, stop in found:
        assert end < start < stop <= len(text)
        end = stop


@given(st.text(min_size=1, max_size=60))
def test_text_matches_itself(text: str) -> None:
    marked = {place for start, stop in spans(text, text) for place in range(start, stop)}
    first = next((place for place, letter in enumerate(text) if letter.isascii() and letter.isalnum()), None)
    if first is not None and not any(sign in text for sign in '/:-"'):
        assert first in marked


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a", "a-", "ab ", "扩", "-", "e\u0301"])
@pytest.mark.parametrize("query", ["aaaa", "abba bab", "扩散", "a" * 10_000, "a-" * 5000])
def test_work_grows_with_the_text_and_not_with_its_square(query: str, text: str) -> None:
    once, twice = (steps(spans, query, text * size) for size in (2_000, 4_000))
    assert twice <= 2.2 * once + 100
