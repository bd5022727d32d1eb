from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.cli.output import printable
from papertui.cli.paper_text import TextStyle, paper_details, paper_lines
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

TODAY = date(2026, 4, 30)
PAPER = Paper(
    id="2604.26951",
    title="Turning the TIDE",
    abstract="Long " * 60 + "end.",
    authors=("Gongbo Zhang", "Wen Wang"),
    published=datetime(2026, 4, 29, tzinfo=UTC),
    upvotes=1234,
    comments=2,
    stars=3,
)


def test_a_pipe_gets_full_titles_without_colours() -> None:
    paper = PAPER._replace(title="word " * 100 + "end")
    assert paper_lines(paper, TextStyle(TODAY), bookmarked=True) == (
        f"1.2k ★ {paper.title}\n       2604.26951 · Gongbo Zhang +1 · 29 Apr · ✦ 3 · 2 comments\n"
    )


def test_a_paper_without_metadata() -> None:
    assert paper_lines(Paper("2604.00001", "T"), TextStyle(TODAY), bookmarked=False) == "       T\n       2604.00001\n"
    assert paper_details(Paper("2604.00001", "T"), TextStyle(TODAY), None) == "T\n2604.00001\n"


def test_a_terminal_gets_colours_and_truncated_lines() -> None:
    first, second = paper_lines(PAPER, TextStyle(TODAY, 20, colour=True), bookmarked=False).splitlines()
    assert first == "1.2k   \x1b[1mTurning the…\x1b[0m"
    assert second == "       \x1b[2m2604.26951 ·…\x1b[0m"


@pytest.mark.parametrize(
    ("title", "width", "cut"),
    [
        ("abcdefgh", 15, "abcdefgh"),
        ("abcdefghi", 15, "abcdefg…"),
        ("你好你好", 15, "你好你好"),
        ("你好你好a", 15, "你好你…"),
        ("e\u0301" * 8, 15, "e\u0301" * 8),
        ("e\u0301" * 9, 15, "e\u0301" * 7 + "…"),
        ("word word", 12, "word…"),
        ("abc", 1, "…"),
    ],
)
def test_titles_are_cut_to_cells(title: str, width: int, cut: str) -> None:
    lines = paper_lines(Paper("2604.00001", title), TextStyle(TODAY, width), bookmarked=False)
    assert lines.splitlines()[0] == f"       {cut}"


def test_ascii_signs() -> None:
    lines = paper_lines(PAPER, TextStyle(TODAY, 40, ascii=True), bookmarked=True)
    assert lines.isascii()
    assert lines.splitlines()[0] == "1.2k * Turning the TIDE"
    assert lines.endswith("~\n")


@given(st.text(max_size=300), st.integers(1, 120))
def test_details_keep_every_word_at_any_width(abstract: str, width: int) -> None:
    details = paper_details(Paper("2604.00001", "T", abstract), TextStyle(TODAY, width), None)
    assert details.split()[2:] == abstract.split()


def test_details_are_wrapped_at_a_readable_width() -> None:
    lines = paper_details(PAPER, TextStyle(TODAY, 200), None).splitlines()
    assert max(map(len, lines)) in range(70, 81)
    assert max(map(len, paper_details(PAPER, TextStyle(TODAY, 40), None).splitlines())) <= 40


def test_tags_and_note_are_shown_without_control_characters() -> None:
    mark = Bookmark(
        PAPER, datetime(2026, 4, 30, tzinfo=UTC), ("to\x1bdo", "later"), "A note.\nAnd \x9b31mmore.", "reading"
    )
    lines = paper_details(PAPER, TextStyle(TODAY), mark).splitlines()
    at = lines.index("★ bookmarked 30 Apr 2026 · reading · to\ufffddo, later")
    assert lines[at + 1 : at + 3] == ["A note.", "And \ufffd31mmore."]


@given(st.text())
def test_printable_replaces_control_characters(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) == len(text)
    assert printable(shown) == shown
