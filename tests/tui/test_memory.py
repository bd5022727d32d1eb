"""The memory of a long session: what is kept of closed dialogs and of lines that are not shown any more."""

import gc
import importlib
import pkgutil
import weakref
from collections import Counter
from functools import partial

import pytest
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.app import App
from textual.color import Color
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.strip import Strip

import papertui.tui
from papertui.tui.dialogs.note import NoteDialog
from papertui.tui.dialogs.output import OutputDialog
from papertui.tui.memory import empty_large_caches, forget_closed
from tui.conftest import House
from tui.screen import is_on_main, press, rest, until


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
        assert len(kept) <= 2, "the last ones may still be named by a task that ends"


def test_large_caches_of_drawn_pieces_are_emptied() -> None:
    for number in range(600):
        Segment(f"a title of some length, number {number}").split_cells(7)
        Strip.blank(number)
    empty_large_caches()
    assert Segment._split_cells.cache_info().currsize < 100
    assert Strip.blank.cache_info().currsize < 100


def test_small_caches_stay() -> None:
    empty_large_caches()
    Strip.blank.cache_clear()
    Strip.blank(7)
    empty_large_caches()
    assert Strip.blank.cache_info().currsize == 1


def test_drawn_lines_of_closed_widgets_are_forgotten() -> None:
    caches = [StylesCache() for _ in range(100)]
    for number, cache in enumerate(caches):
        cache.get_inner_outer(Color(number, 0, 0), Color(0, 0, 0))
    kept = [weakref.ref(cache) for cache in caches]
    del caches, cache
    empty_large_caches()
    gc.collect()
    assert not [one for one in kept if one() is not None]


#: Keys on the main screen that open each dialog and screen.
_OPENED = {
    "CollectionsDialog": ["C"],
    "ChoiceDialog": ["asterisk"],
    "ExportDialog": ["e"],
    "HistoryDialog": ["H"],
    "KeyDialog": ["comma", *"redo the last", "enter"],
    "Menu": ["s"],
    "NoteDialog": ["a"],
    "OutputDialog": [],  # of a command that runs as a process: put on the screen by the test
    "PaletteDialog": ["ctrl+p"],
    "TagsDialog": ["t"],
    "WelcomeDialog": ["f1"],
    "DigestScreen": ["D"],
    "FeedsScreen": ["F"],
    "MapScreen": ["M"],
    "SettingsScreen": ["comma"],
    "TrendsScreen": ["W"],
    "VersionsScreen": ["d"],
    "TriageScreen": ["Z"],
    "WhyDialog": ["w"],
    "PipeDialog": ["enter", "vertical_line"],
    "CommentDialog": ["enter", "v", "c"],
}
#: They need a text with citations and wide tables; `test_page` opens them.
_OF_TEXTS = {"ReferenceDialog", "WideScreen"}


def _screens() -> set[str]:
    """Return the names of all dialogs and screens that open over the main one."""
    modules = (
        importlib.import_module(one.name) for one in pkgutil.walk_packages(papertui.tui.__path__, "papertui.tui.")
    )
    found = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    own = {one for one in found if issubclass(one, ModalScreen) and one.__module__.startswith("papertui.")}
    return {one.__name__ for one in own} - {"BarsScreen", "Dialog"}


def test_every_screen_is_tried() -> None:
    assert _screens() - _OF_TEXTS == set(_OPENED)


def _is_open(app: App[None], name: str) -> bool:
    return type(app.screen).__name__ == name


@pytest.mark.slow
async def test_closed_screens_are_forgotten(stored: House) -> None:
    """Each is opened twice, so that what the second one replaces is seen as well as what the last one leaves."""
    kept: list[weakref.ref[DOMNode]] = []
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        for name, keys in _OPENED.items():
            for _ in range(2):
                await press(pilot, *keys)
                if not keys:
                    pilot.app.push_screen(OutputDialog("papertui stats", "many\nlines"))
                await until(pilot, partial(_is_open, pilot.app, name))
                kept += [weakref.ref(node) for node in pilot.app.screen.walk_children(with_self=True)]
                while not is_on_main(pilot.app):
                    await press(pilot, "escape")
            await press(pilot, "escape", "escape")
        empty_large_caches()
        forget_closed(pilot.app)
        gc.collect()
        left = [node for one in kept if (node := one()) is not None]
        assert not Counter(type(node).__name__ for node in left)
