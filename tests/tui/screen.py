"""Helpers that press keys and read what the app shows."""

from collections.abc import Callable
from contextlib import suppress

from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled

from papertui.tui.main_screen import MainScreen
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.paper_list import PaperList

#: Rounds of the event loop after which a condition is given up.
_ROUNDS = 1000


def lines(app: App[None]) -> list[str]:
    """Return the screen as lines of text."""
    width, height = app.size
    rows = [""] * height
    for y, strips in enumerate(app.screen._compositor.render_strips(app.size)):
        rows[y] = "".join(segment.text for segment in strips)
    assert all(len(row) <= 4 * width for row in rows)
    return rows


def shown(app: App[None]) -> str:
    """Return the whole screen as one text."""
    return "\n".join(lines(app))


def list_lines(app: App[None]) -> list[str]:
    """Return the lines from the first row of the list on, without its heading."""
    return lines(app)[papers(app).content_region.y :]


def main(app: App[None]) -> MainScreen:
    """Return the main screen."""
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def last_notice(app: App[None]) -> str:
    """Return the last message on the open screen, also when its time is over."""
    return str(app.screen.query_one(NoticeLine).content)


def is_on_main(app: App[None]) -> bool:
    """Whether the main screen is open, without a dialog over it."""
    return app.screen is main(app)


def papers(app: App[None]) -> PaperList:
    """Return the list of papers."""
    return main(app).query_one(PaperList)


def titles(app: App[None]) -> list[str]:
    """Return the titles in the list, also of rows that do not fit on the screen."""
    state = papers(app).state
    return [state.paper(row).title for row in range(state.size)]


def selected(app: App[None]) -> list[str]:
    """Return the titles of the selected papers in the list."""
    state = papers(app).state
    rows = map(state.paper, range(state.size))
    return sorted(paper.title for paper in rows if paper.id in state.selected)


def search_text(app: App[None]) -> str:
    """Return the typed text in the search line."""
    return main(app).query_one(Input).value


def is_typing(app: App[None]) -> bool:
    """Whether the search line has the focus."""
    return main(app).query_one(Input).has_focus


def notice(app: App[None]) -> str:
    """Return the notice on the open screen; empty if there is none."""
    line = app.screen.query_one(NoticeLine)
    return str(line.content) if line.is_shown else ""


async def rest(pilot: Pilot[None]) -> None:
    """Wait until no message and no worker is pending, three times in a row: the end of one can start another."""
    idle = 0
    while idle < 3:
        await pilot.pause()
        app = pilot.app
        nodes = (app, *app.screen_stack, *app.screen.walk_children())
        is_busy = any(node.message_queue_size for node in nodes) or not all(one.is_finished for one in app.workers)
        idle = 0 if is_busy else idle + 1
        await _workers_end(pilot)


async def _workers_end(pilot: Pilot[None]) -> None:
    """Wait for the workers; one that another of its group replaced was cancelled."""
    while not all(worker.is_finished for worker in pilot.app.workers):
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait after each until the work it began is done."""
    for key in keys:
        await pilot.press(key)
        await _workers_end(pilot)
        await pilot.pause()
    await rest(pilot)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until `condition` is true."""
    for _ in range(_ROUNDS):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError(f"this did not happen, and the screen is\n{shown(pilot.app)}")


async def appears(pilot: Pilot[None], text: str) -> None:
    """Wait until `text` is on the screen, however its lines are broken."""
    await until(pilot, lambda: text in " ".join(shown(pilot.app).split()))


def region_of(app: App[None], text: str) -> Region:
    """Return the region of `text` on the screen."""
    for y, line in enumerate(lines(app)):
        if text in line:
            return Region(line.index(text), y, len(text), 1)
    raise AssertionError(f"{text!r} is not on the screen:\n{shown(app)}")
