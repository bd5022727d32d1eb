"""Helpers that read what the app shows."""

from collections.abc import Callable
from time import monotonic

from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot

from papertui.tui.screens.browse import Browse


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


def browse(app: App[None]) -> Browse:
    """Return the main screen."""
    screen = app.screen_stack[0]
    assert isinstance(screen, Browse)
    return screen


async def rest(pilot: Pilot[None]) -> None:
    """Wait until no message and no worker is pending, three times in a row: the end of one can start another."""
    idle = 0
    while idle < 3:
        await pilot.pause()
        app = pilot.app
        nodes = (app, *app.screen_stack, *app.screen.walk_children())
        is_busy = any(node.message_queue_size for node in nodes) or not all(one.is_finished for one in app.workers)
        idle = 0 if is_busy else idle + 1
        await pilot.app.workers.wait_for_complete()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for a condition, however long a busy machine takes; after a minute, fail with the screen."""
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end, f"It did not happen:\n{shown(pilot.app)}"
        await pilot.pause(0.02)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait until their effects are done."""
    await pilot.press(*keys)
    await rest(pilot)


def region_of(app: App[None], text: str) -> Region:
    """Return the region of `text` on the screen."""
    for y, line in enumerate(lines(app)):
        if text in line:
            return Region(line.index(text), y, len(text), 1)
    raise AssertionError(f"{text!r} is not on the screen:\n{shown(app)}")
