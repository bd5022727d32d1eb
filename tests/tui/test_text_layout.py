from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from papertui.tui.text_layout import cut, filled, runs, within, wrap

LINES = st.text(
    st.one_of(
        st.sampled_from("ab  ,.-é中文字かな한국😀👨‍👩‍👧e\u0301\u0627\u0644שλ𝒪½"),
        st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]),
    ),
    max_size=120,
).map(lambda text: " ".join(text.split()))


@given(LINES, st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_no_text(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(text[start:end]) <= width for start, end in lines)
    assert "".join(text[start:end] for start, end in lines).replace(" ", "") == text.replace(" ", "")
    assert all(end <= start for (_, end), (start, _) in pairwise(lines))


@given(LINES, st.integers(0, 60))
def test_cut_text_fits(text: str, width: int) -> None:
    shown = cut(text, width, "…")
    assert cell_len(shown) <= width
    assert shown in {text, ""} or shown.endswith("…")


def test_lines_break_between_words_and_wide_characters() -> None:
    text = "one two three"
    assert [text[a:b] for a, b in wrap(text, 8)] == ["one two", "three"]
    assert [len(text) for text in ("扩散语言模型"[a:b] for a, b in wrap("扩散语言模型", 5))] == [2, 2, 2]
    assert wrap("", 10) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a cross-architecture one", ["a cross-", "architecture", "one"]),
        ("arxiv.org/abs/2604.12345", ["arxiv.org/", "abs/", "2604.12345"]),
        ("state-of-the-art", ["state-of-the-", "art"]),
        ("Qwen and GPT-4", ["Qwen and", "GPT-4"]),
        ("values of 1 -x or 1/2", ["values of 1", "-x or 1/2"]),
        ("some --flag-name", ["some --flag-", "name"]),
    ],
)
def test_words_break_after_hyphens_and_slashes(text: str, lines: list[str]) -> None:
    assert [text[a:b] for a, b in wrap(text, 13)] == lines


@pytest.mark.parametrize("whole", ["👨\u200d👩\u200d👧", "👍🏽", "한"])
def test_no_line_breaks_inside_a_grapheme(whole: str) -> None:
    text = f"ab{whole}cd{whole}{whole} {whole}" * 3
    for width in range(2, 12):
        lines = [text[a:b] for a, b in wrap(text, width)]
        assert sum(line.count(whole) for line in lines) == 12, (width, lines)


@pytest.mark.slow
def test_long_text_is_wrapped() -> None:
    assert len(wrap("x" * 100_000, 80)) == 1250
    assert len(wrap("word " * 20_000, 80)) == 1250


def test_runs_keep_every_character() -> None:
    plain, hit = Style(), Style(underline=True)
    marked = runs("diffusion", plain, ((0, 3), (5, 99)), hit)
    assert [(text, bool(style and style.underline)) for text, style, _ in marked] == [
        ("dif", True), ("fu", False), ("sion", True),
    ]  # fmt: skip
    assert runs("", plain) == []
    assert within(((0, 4), (6, 9)), 3, 8) == [(0, 1), (3, 5)]


@given(LINES, st.integers(1, 60))
def test_a_filled_line_has_the_exact_width(text: str, width: int) -> None:
    strip = filled([Segment(text, Style())], Style(bold=True), width)
    assert strip.cell_length == width
    assert sum(cell_len(segment.text) for segment in strip) == width
