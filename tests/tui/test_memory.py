"""The memory of a long session: what is kept of closed dialogs and of lines that are not shown any more."""

import gc

import pytest
from rich.segment import Segment
from textual.strip import Strip

from papertui.tui.dialogs.note import NoteDialog
from papertui.tui.memory import empty_large_caches, forget_closed
from tui.conftest import House
from tui.screen import is_on_main, papers, press, rest, until


@pytest.mark.slow
async def test_closed_notes_are_forgotten(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        for _ in range(5):
            await press(pilot, "a", "escape")
            await until(pilot, lambda: is_on_main(pilot.app))
        forget_closed(pilot.app)
        gc.collect()
        kept = [one for one in gc.get_objects() if isinstance(one, NoteDialog) and one.app is pilot.app]
        assert len(kept) <= 1


def test_large_caches_of_drawn_pieces_are_emptied() -> None:
    for number in range(600):
        Segment(f"a title of some length, number {number}").split_cells(7)
        Strip.blank(number)
    empty_large_caches()
    assert Segment._split_cells.cache_info().currsize == 0
    assert Strip.blank.cache_info().currsize == 0


def test_small_caches_stay() -> None:
    empty_large_caches()
    Strip.blank.cache_clear()
    Strip.blank(7)
    empty_large_caches()
    assert Strip.blank.cache_info().currsize == 1


async def test_a_line_of_the_list_keeps_no_pieces(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        line = papers(pilot.app).render_line(0)
        line.divide([5, 20, line.cell_length])
        again = papers(pilot.app).render_line(0)
        assert again == line
        assert not again._divide_cache.keys()
