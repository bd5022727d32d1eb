"""The menu beside the list."""

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset, Region, Size
from textual.pilot import Pilot
from textual.widgets import Static

from papertui.tui.dialogs.dialog import DialogList
from papertui.tui.dialogs.menu import Menu, MenuItem, beside, free_letters
from papertui.tui.glyphs import ASCII, UNICODE, Glyphs
from papertui.tui.theme import INK
from tui.screen import lines, region_of, shown, until

ITEMS = (
    MenuItem("feed", "as they come", "f", 40),
    MenuItem("votes", "votes", "v", 40, is_current=True, direction="↓"),
    MenuItem("rising", "rising", "u", reason="no votes yet"),
    MenuItem("new", "newest", "n", 1240),
)
NAMES = tuple(MenuItem(str(number), f"Author {number}", section="Authors") for number in range(30))


class Desk(App[None]):
    """A list and a preview; ``s`` opens the menu."""

    CSS = "#list { width: 60%; height: 1fr; } Screen { layout: horizontal; }"

    def __init__(self, items: tuple[MenuItem, ...], glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.items, self.glyphs = items, glyphs
        self.chosen: list[str | None] = []
        self.register_theme(INK)
        self.theme = INK.name

    def compose(self) -> ComposeResult:
        yield Static("LIST", id="list")
        yield Static("PREVIEW")

    def key_s(self) -> None:
        near = self.query_one("#list")
        self.push_screen(Menu("Sort", self.items, beside=near, glyphs=self.glyphs, opener="s"), self.chosen.append)


async def _opened(pilot: Pilot[None]) -> Menu:
    await pilot.press("s")
    await until(pilot, lambda: isinstance(pilot.app.screen, Menu) and "Sort" in shown(pilot.app))
    menu = pilot.app.screen
    assert isinstance(menu, Menu)
    return menu


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["v"], "votes"),
        (["enter"], "votes"),  # the cursor starts at the current item
        (["j", "enter"], "new"),  # over the one that cannot be chosen
        (["up", "enter"], "feed"),
        (["s"], None),
        (["escape"], None),
        (["u", "escape"], None),  # an item that cannot be chosen
        (["end", "enter"], "new"),
        (["home", "enter"], "feed"),
    ],
)
async def test_letters_and_enter_choose_and_the_opening_key_closes(keys: list[str], chosen: str | None) -> None:
    app = Desk(ITEMS)
    async with app.run_test(size=(80, 20)) as pilot:
        await _opened(pilot)
        await pilot.press(*keys)
        await until(pilot, lambda: app.chosen)
        assert app.chosen == [chosen]


async def test_it_shows_counts_reasons_and_the_current_item_and_leaves_the_list_visible() -> None:
    async with Desk(ITEMS).run_test(size=(80, 20)) as pilot:
        await _opened(pilot)
        rows = lines(pilot.app)
        assert rows[0].startswith("LIST")
        assert region_of(pilot.app, "╭").x == 48  # the right edge of the list
        assert "✓ v votes" in shown(pilot.app)
        assert "↓ 40" in shown(pilot.app)
        assert "no votes yet" in shown(pilot.app)
        assert "1,240" in shown(pilot.app)


async def test_a_click_chooses_and_a_click_outside_closes() -> None:
    app = Desk(ITEMS)
    async with app.run_test(size=(80, 20)) as pilot:
        await _opened(pilot)
        row = region_of(pilot.app, "newest")
        await pilot.click(offset=(row.x, row.y))
        await until(pilot, lambda: app.chosen == ["new"])
        await _opened(pilot)
        await pilot.click(offset=(2, 10))
        await until(pilot, lambda: app.chosen == ["new", None])


async def test_a_long_menu_is_filtered_by_typing() -> None:
    app = Desk(NAMES)
    async with app.run_test(size=(80, 20)) as pilot:
        await _opened(pilot)
        assert "Authors" in shown(pilot.app)
        await pilot.press(*"27")
        await until(pilot, lambda: "Author 26" not in shown(pilot.app) and "Author 3 " not in shown(pilot.app))
        await pilot.press("enter")
        await until(pilot, lambda: app.chosen == ["27"])


async def test_counts_can_arrive_later_and_the_cursor_stays() -> None:
    app = Desk(ITEMS)
    async with app.run_test(size=(80, 20)) as pilot:
        menu = await _opened(pilot)
        await pilot.press("j")
        menu.show([item._replace(number=7) for item in ITEMS])
        await until(pilot, lambda: "7" in shown(pilot.app))
        assert menu.query_one(DialogList).highlighted == 3


@pytest.mark.parametrize("size", [(3, 2), (12, 5), (60, 18), (300, 80)])
async def test_it_fits_any_screen(size: tuple[int, int]) -> None:
    app = Desk(ITEMS, ASCII)
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(DialogList).option_count)
        assert not set("…╭─✓") & set(shown(app))
        await pilot.press("v")
        await until(pilot, lambda: app.chosen == ["votes"])


@pytest.mark.parametrize(
    ("neighbour", "place"),
    [
        (Region(0, 2, 60, 20), Offset(60, 2)),
        (Region(0, 2, 90, 20), Offset(70, 2)),  # over the edge of the list, rather than off the screen
        (Region(0, 2, 100, 10), Offset(70, 13)),  # nothing is beside the list
    ],
)
def test_it_opens_beside_the_list_or_below(neighbour: Region, place: Offset) -> None:
    assert beside(neighbour, Size(30, 10), Size(100, 24)) == place


def test_letters_that_are_taken_are_replaced() -> None:
    assert free_letters(["f", "s", "v", "k"], {"s"}) == ["f", "a", "v", "b"]
