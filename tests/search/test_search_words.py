"""Folding, words and queries."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.search.query import MOST_WORDS, parse
from papertui.search.words import fold, fold_with_places, query_words, tokens, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Schrödinger", "schrodinger"),
        ("GÖDEL", "godel"),
        ("Straße", "strasse"),
        ("ﬁne ﬂow", "fine flow"),
        ("Erdős–Rényi", "erdos-renyi"),
        ("C♯ C∗ −1", "c# c* -1"),
        ("Łukasz Sørensen Æsir Œuvre Đorđe Ístanbul İ ı", "lukasz sorensen aesir oeuvre dorde istanbul i i"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёжик", "ежик"),
        ("ＧＰＴ－４", "gpt-4"),
        ("x²", "x2"),
        ("𝒩(0, 𝟏)", "n(0, 1)"),
        ("co\u00adoperate", "cooperate"),
        ("e\u0301te\u0301", "ete"),
        ("非エルミート", "非エルミート"),
        ("データ", "テータ"),
    ],
)
def test_folding(text: str, plain: str) -> None:
    assert fold(text) == plain
    assert fold_with_places(text).text == plain


@given(st.text())
def test_folded_letters_keep_their_positions(text: str) -> None:
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    for letter, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert letter in fold(text[start:end])
    assert list(folded.starts) == sorted(folded.starts)


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text())
def test_composed_and_decomposed_text_fold_to_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Turning the TIDE: a Model", {"turning", "the", "tide", "a", "model"}),
        ("pre-training", {"pre", "training", "pretraining"}),
        ("state-of-the-art", {"state", "of", "the", "art"}),
        ("2604.26951", {"2604.26951"}),
        ("Qwen2.5-VL", {"qwen2.5", "vl", "qwen2.5vl"}),
        ("扩散模型", {"扩散", "散模", "模型", "型"}),
        ("用GPT做", {"用", "gpt", "做"}),
        ("हिन्दी", {"हनद"}),
        ("_under_score_", {"under", "score"}),
        ("🙂 — …", set()),
        ("", set()),
    ],
)
def test_words_of_a_text(text: str, found: set[str]) -> None:
    assert words(text) == found
    assert {token.word for token in tokens(fold(text))} == found


@given(st.text())
def test_token_positions(text: str) -> None:
    folded = fold(text)
    for token in tokens(folded):
        assert "".join(folded[place] for place in token.letters) == token.word


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab-. 扩散é"))))
def test_all_indexed_words_can_be_highlighted(text: str) -> None:
    assert words(text) <= {token.word for token in tokens(fold(text))} | set(words(text.replace("/", " ")))


@pytest.mark.parametrize(
    ("typed", "words_", "typing"),
    [
        ("Sparse Attention", ("sparse", "attention"), True),
        ("sparse attention ", ("sparse", "attention"), False),
        ("  sparse  ", ("sparse",), False),
        ("pre-training", ("pre", "training"), True),
        ("2604.", ("2604",), True),
        ("2604.26951", ("2604.26951",), True),
        ("cs.CL", ("cs.cl",), True),
        ("cs.C", ("cs", "c"), True),
        ("hep-th/9711200", ("hep-th/9711200",), True),
        ("arXiv:2604.26951v2", ("2604.26951",), False),
        ("https://arxiv.org/abs/2604.26951v1", ("2604.26951",), False),
        ("https://huggingface.co/papers/2604.26951", ("2604.26951",), False),
        ("input/output", ("input", "output"), True),
        ("the cat the", ("the", "cat"), False),
        ('"exact words" -not', ("exact", "words"), False),
        ("扩散模", ("扩散", "散模"), True),
        ("扩", ("扩",), True),
        ("", (), False),
        ("  \n", (), False),
        ("?!… 🙂", (), False),
    ],
)
def test_query_words(typed: str, words_: tuple[str, ...], typing: bool) -> None:
    asked = parse(typed)
    assert (asked.words, asked.typing) == (words_, typing)


def test_pasted_book_is_truncated() -> None:
    asked = parse(" ".join(f"word{place}" for place in range(5000)))
    assert asked.words == tuple(f"word{place}" for place in range(MOST_WORDS))
    assert not asked.typing
    assert len(parse("x" * 100_000).words[0]) < 100


@given(st.text())
def test_query_words_are_index_words(text: str) -> None:
    plain = [word for word in query_words(text) if "/" not in word and not word[:1].isalpha()]
    assert set(plain) <= words(text)
