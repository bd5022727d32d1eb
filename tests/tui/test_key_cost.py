"""What a key does not cost: parts of the screen that stay as they are."""

from papertui.tui.widgets.preview import Preview
from tui.conftest import House
from tui.screen import main, press, rest


async def test_a_paper_that_is_shown_is_not_laid_out_again(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        screen = main(pilot.app)
        preview = screen.query_one(Preview)
        laid_out = preview._lines
        screen._paper.show_next()  # as after news about comments
        await rest(pilot)
        assert preview._lines is laid_out
        await press(pilot, "j")
        assert preview._lines is not laid_out
