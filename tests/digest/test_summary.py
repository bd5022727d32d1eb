import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import TEXTS, papers
from papertui.digest.view import cut, summary
from papertui.model.format import cells
from papertui.model.paper import Paper


def summarized(abstract: str, room: int = 60) -> str:
    return summary(Paper("2604.00001", "A title", abstract), room)


def test_the_one_sentence_summary_is_preferred() -> None:
    assert summary(Paper("2604.00001", "A title", "Long. " * 90, tldr="In short.")) == "In short."


FORGETS = "We study how sparse attention forgets."
NAMES = "Smith et al. found that Fig. 2 of A. Jones is a good guess."
CHINESE = "我们提出一种新的注意力机制并证明它比以前的方法更快。"


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("", ""),
        ("We show a thing.", "We show a thing."),
        (f"{FORGETS} It does so slowly, as we then show.", FORGETS),
        (f"{NAMES} We prove it, in a way.", NAMES),
        (
            "Short one. Then a sentence follows which is far too long for the room there is.",
            "Short one. Then a sentence follows which is far too long…",
        ),
        (
            "A single sentence without an end that goes on and on over the room",
            "A single sentence without an end that goes on and on over…",
        ),
        (CHINESE * 3, CHINESE),
    ],
)
def test_otherwise_the_first_sentences_are_used(abstract: str, expected: str) -> None:
    assert summarized(abstract) == expected


@given(papers(texts=st.text(st.sampled_from("ab. 模!?…"), max_size=300) | TEXTS), st.integers(2, 200))
def test_a_summary_fits_the_room(paper: Paper, room: int) -> None:
    assert cells(summary(paper, room)) <= max(room, 1)


@given(TEXTS, st.integers(1, 40))
def test_cut_leaves_texts_that_fit(text: str, room: int) -> None:
    made = cut(text, room)
    assert cells(made) <= room
    assert made == text if cells(text) <= room else made.endswith("…")
