"""Hostile titles are shown as harmless text; mathematics and all scripts are shown unchanged."""

import re
from datetime import UTC, datetime

import pytest

from papertui.model.feed import Feed, FeedName
from papertui.sources.huggingface_parse import read_entry
from tui.conftest import NOW, House
from tui.screen import papers, press, region_of, rest, shown

pytestmark = pytest.mark.slow

EVIL = (
    "[@click=app.quit]Quit[/] [/] A[t] [bold red]x \x1b[31mred\x1b[0m \x1b]0;owned\x07 \x1b]52;c;ZXZpbA==\x07"
    "\x1bP1$r\x1b\\ \x9b2J \x90q\x9c \u202egnip\u202c \u2066x\u2069 \U000e0041 \x00\x07\x7f end"
)
MATHS = "O(n²) ≤ λ∑ᵢ xᵢ ∈ ℝᵈ, 𝒪(½) — Gödel, 扩散模型, اللغة, שפה, 👩‍🔬"
#: Never sent to a terminal: control characters, directional overrides and isolates, tags.
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def _entry(id_: str, text: str) -> dict[str, object]:
    return {
        "title": text, "numComments": 2, "submittedBy": {"name": text},
        "paper": {
            "id": id_, "title": text, "summary": f"{text} summary", "authors": [{"name": text}, {"name": text}],
            "upvotes": 3, "ai_summary": text, "ai_keywords": [text, "plain"], "organization": {"fullname": text},
            "publishedAt": "2026-04-29T00:00:00.000Z", "githubRepo": "javascript:alert(1)",
            "projectPage": "https://example.org/\x1b[2J",
        },
    }  # fmt: skip


@pytest.fixture
def hostile(house: House) -> House:
    papers = [read_entry(_entry("2604.00001", EVIL)), read_entry(_entry("2604.00002", MATHS)),
              read_entry(_entry("2604.00003", "Z\u0351\u0352\u0353\u0354\u0355\u0356" * 30 + " zalgo")),
              read_entry(_entry("2604.00004", "W" * 5_000))]  # fmt: skip
    kept = tuple(paper for paper in papers if paper is not None)
    assert len(kept) == 4
    house.archive.keep_feed(Feed(FeedName("trending"), kept, NOW, "huggingface"))
    house.library.add(kept, datetime(2026, 4, 30, tzinfo=UTC))
    return house


@pytest.mark.parametrize(
    "keys", [(), ("enter",), ("5",), ("6",), ("7",), ("slash", *"quit end"), ("z",), ("j", "b"), ("y",), ("o",)]
)
async def test_no_control_characters_on_any_screen(hostile: House, keys: tuple[str, ...]) -> None:
    async with hostile.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, *keys)
        for _ in range(4):
            text = shown(pilot.app)
            assert not FORBIDDEN.findall(text)
            assert pilot.app.is_running
            await press(pilot, "down")


async def test_markup_is_shown_literally(hostile: House) -> None:
    async with hostile.app().run_test(size=(160, 40)) as pilot:
        await rest(pilot)
        text = shown(pilot.app)
        assert "[@click=app.quit]Quit[/] [/] A[t] [bold red]x" in text
        paper = papers(pilot.app).paper
        assert paper is not None
        assert paper.github is None
        await pilot.click(offset=region_of(pilot.app, "[@click=app.quit]").translate((12, 0)).offset)
        assert pilot.app.is_running


async def test_mathematics_and_scripts_are_shown_unchanged(hostile: House) -> None:
    async with hostile.app().run_test(size=(160, 40)) as pilot:
        await rest(pilot)
        assert MATHS in shown(pilot.app)
