"""The settings screen, themes and keys chosen on the screen."""

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kit.smtp_server import smtp_server
from papertui.settings import Settings
from papertui.settings.toml_file import load
from papertui.tui.settings_screen import SettingsScreen
from tui.conftest import House
from tui.screen import appears, is_on_main, last_notice, lines, main, papers, press, region_of, rest, shown, until

pytestmark = pytest.mark.slow

#: Textual draws the ends of a scrollbar and cut lines with these; keys have arrows, meanings quotes.
NOT_OURS = dict.fromkeys(map(ord, "▁▂▃▄▅▆▇█…←→↑↓“”"))
FILE = """\
# mine
[app]
compact = true  # small
"""


def settings_file(house: House, text: str) -> Path:
    path = house.home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def meaning(pilot: Pilot[None]) -> str:
    """Return what the screen says about the setting under the cursor."""
    return str(pilot.app.screen.query_one("#meaning").render())


async def open_settings(pilot: Pilot[None], *typed: str) -> None:
    await rest(pilot)
    await press(pilot, "comma")
    assert isinstance(pilot.app.screen, SettingsScreen)
    await press(pilot, *typed)


async def test_a_switch_is_found_changed_at_once_and_reset(stored: House) -> None:
    path = settings_file(stored, FILE)
    async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"compact")
        assert "one line per paper" in meaning(pilot).casefold()
        assert "default: off" in meaning(pilot)
        assert papers(pilot.app).row_height == 1
        await press(pilot, "enter")
        assert path.read_text(encoding="utf-8") == FILE.replace("true", "false")
        assert papers(pilot.app).row_height == 2
        await press(pilot, "right")
        assert path.read_text(encoding="utf-8") == FILE.replace("true", "false"), "the arrow moves in the typed text"
        await press(pilot, "ctrl+r")
        assert path.read_text(encoding="utf-8") == "# mine\n[app]\n"
        await press(pilot, "escape", "escape")
        assert is_on_main(pilot.app)


async def test_a_number_is_checked_as_typed(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await open_settings(pilot, *"maximum", "enter", *"00")
        assert "“top” must be an integer from 1 to 100." in shown(pilot.app)
        await press(pilot, "enter")
        assert not (stored.home / "settings.toml").exists(), "a wrong value is not written"
        await press(pilot, "backspace", "backspace", "backspace")
        assert "must be" not in shown(pilot.app)
        await press(pilot, "enter")
        assert load(stored.home / "settings.toml").digest.top == 1
        await press(pilot, "enter", *"7", "escape")
        assert load(stored.home / "settings.toml").digest.top == 1, "Esc cancels"
        assert isinstance(pilot.app.screen, SettingsScreen)


async def test_what_is_used_from_the_next_start_says_so(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"symbols drawn")
        assert "from the next start" in meaning(pilot)
        await press(pilot, "enter")
        assert load(stored.home / "settings.toml").signs == "ascii"
        assert last_notice(pilot.app) == "signs is saved. It is used from the next start."


async def test_another_change_of_the_file_is_noticed(stored: House) -> None:
    path = settings_file(stored, FILE)
    async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"compact")
        path.write_text(FILE.replace("true", "false"), encoding="utf-8")
        await press(pilot, "enter")
        assert "“compact” was changed in" in last_notice(pilot.app)
        assert path.read_text(encoding="utf-8") == FILE.replace("true", "false")
        assert papers(pilot.app).row_height == 2, "the new value is used"
        await press(pilot, "enter")
        assert path.read_text(encoding="utf-8") == FILE


async def test_a_file_with_an_error_is_named_and_kept(stored: House) -> None:
    path = settings_file(stored, FILE)
    async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
        path.write_text("[app\n", encoding="utf-8")
        await open_settings(pilot)
        await appears(pilot, "line 1:")
        await press(pilot, *"compact", "enter")
        assert "line 1:" in last_notice(pilot.app)
        assert path.read_text(encoding="utf-8") == "[app\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_cannot_be_written_is_named(stored: House) -> None:
    path = settings_file(stored, FILE)
    async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
        stored.home.chmod(0o500)
        try:
            await open_settings(pilot, *"compact", "enter")
        finally:
            stored.home.chmod(0o700)
        assert "cannot be written" in last_notice(pilot.app)
        assert path.read_text(encoding="utf-8") == FILE


async def test_a_key_is_pressed_conflicts_are_named_and_it_works_at_once(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"add or remove the bo", "enter")
        await press(pilot, "z")
        assert "z is the key of “One, two or three lines per paper”. Give that another key first." in last_notice(
            pilot.app
        )
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, SettingsScreen), "nothing to save"
        await press(pilot, "ctrl+h")
        assert "cannot be used" in last_notice(pilot.app)
        await press(pilot, "j")
        assert "j is the key of “Next paper; scroll down while reading”." in last_notice(pilot.app)
        await press(pilot, "enter")
        assert dict(load(stored.home / "settings.toml").keys) == {"bookmark": "j", "down": "down"}
        await press(pilot, "escape", "escape", "j")
        await until(pilot, lambda: papers(pilot.app).state.kept)
        await press(pilot, "comma", *"add or remove the bo", "ctrl+r")
        assert dict(load(stored.home / "settings.toml").keys) == {"down": "down"}
        assert "b" in lines(pilot.app)[3]


async def test_a_key_that_the_triage_has_as_well_names_the_action_of_the_list(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"add or remove the bo", "enter")
        await press(pilot, "n")
        assert "n is the key of “Next match or new paper" in last_notice(pilot.app)


async def test_a_theme_is_previewed_in_the_settings_and_saved(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, "enter")
        await press(pilot, *"nord")
        assert pilot.app.theme == "nord"
        await press(pilot, "escape")
        assert pilot.app.theme == "ink"
        await press(pilot, "enter", *"dracula", "enter")
        assert pilot.app.theme == "dracula"
        assert load(stored.home / "settings.toml").theme == "dracula"


async def test_every_theme_is_in_the_list_and_the_chosen_one_is_saved(stored: House) -> None:
    (stored.home / "themes").mkdir()
    (stored.home / "themes" / "mine.toml").write_text('base = "nord"\n', encoding="utf-8")
    async with stored.app().run_test(size=(120, 60)) as pilot:
        await rest(pilot)
        await press(pilot, "T")
        titles = [command.title for command in pilot.app.screen._commands]  # type: ignore[attr-defined]
        assert {f"Theme {name}" for name in ("ink", "ansi", "mine", "nord", "tokyo-night")} <= set(titles)
        await press(pilot, *"mine", "enter")
        assert pilot.app.theme == "mine"
        assert load(stored.home / "settings.toml").theme == "mine"


async def test_a_theme_that_cannot_be_used_is_explained_after_the_start(stored: House) -> None:
    (stored.home / "themes").mkdir()
    (stored.home / "themes" / "mine.toml").write_text('text = "grey"\n', encoding="utf-8")
    async with stored.app(settings=Settings(theme="mine", refresh=False)).run_test(size=(120, 40)) as pilot:
        await appears(pilot, "“text” must be a colour such as “#1c1f26”.")
        assert pilot.app.theme == "ink"


async def test_the_terminal_colours_are_used_as_they_are(stored: House) -> None:
    async with stored.app(settings=Settings(theme="ansi", refresh=False)).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert pilot.app.native_ansi_color
        for strip in pilot.app.screen._compositor.render_strips(pilot.app.size):
            for _, style, _ in strip:
                for color in (style.color, style.bgcolor) if style else ():
                    assert color is None or color.is_default or color.number is not None, color
        pilot.app.theme = "paper"
        await rest(pilot)
        assert not pilot.app.native_ansi_color


async def test_mail_is_tested_and_passwords_are_not_shown(stored: House) -> None:
    path = settings_file(stored, '[mail]\nurl = "smtp://ada:secret@mail.example.org"\n')
    path.chmod(0o600)
    async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
        await open_settings(pilot, *"mail server")
        assert "smtp://ada@mail.example.org:587" in shown(pilot.app)
        await press(pilot, "enter")
        assert "secret" not in shown(pilot.app)
        await press(pilot, "enter")
        assert "secret" in path.read_text(encoding="utf-8"), "saved as it was"
        await press(pilot, "escape", *"send a test", "enter")
        await appears(pilot, "The digest cannot be mailed. Set")


async def test_mail_settings_typed_here_are_used_for_the_test(stored: House) -> None:
    with smtp_server() as (inbox, port):
        path = settings_file(stored, f'[mail]\nfrom = "ada@example.org"\nurl = "smtp://127.0.0.1:{port}"\n')
        async with stored.app(settings=load(path)).run_test(size=(120, 40)) as pilot:
            await open_settings(pilot, *"recipients", "enter", *"bob@example.org", "enter")
            await press(pilot, "escape", *"send a test", "enter")
            await appears(pilot, "The test was mailed to bob@example.org. It is not recorded.")
        assert [mail.to for mail in inbox.mails] == [("bob@example.org",)]


@pytest.mark.parametrize("size", [(3, 2), (60, 18), (300, 80)])
async def test_it_fits_every_size(size: tuple[int, int], stored: House) -> None:
    async with stored.app(settings=Settings(signs="ascii", refresh=False)).run_test(size=size) as pilot:
        await open_settings(pilot, "down", "enter", "escape", "tab")
        assert "".join(lines(pilot.app)).translate(NOT_OURS).isascii()
        await press(pilot, "escape", "escape")
        assert is_on_main(pilot.app)


async def test_the_mouse_chooses_sections_and_changes_settings(stored: House) -> None:
    async with stored.app().run_test(size=(120, 24)) as pilot:
        await open_settings(pilot)
        x, y, *_ = region_of(pilot.app, "Digest ")
        await pilot.click(offset=(x, y))
        await rest(pilot)
        x, y, *_ = region_of(pilot.app, "send_empty")
        await pilot.click(offset=(x, y))
        await rest(pilot)
        assert not load(stored.home / "settings.toml").digest.send_empty
        assert main(pilot.app)._services.settings.settings.digest.send_empty is False
