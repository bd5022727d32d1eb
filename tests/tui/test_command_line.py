"""The command line of the app."""

from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot

from papertui.model.feed import FeedName
from papertui.settings import Settings
from tui.conftest import House
from tui.screen import appears, is_on_main, last_notice, lines, main, papers, press, rest, shown, titles, until

pytestmark = pytest.mark.slow


def open_feed(app: object) -> FeedName:
    return main(app)._tabs.open_name  # type: ignore[arg-type]


async def enter(pilot: Pilot[None], line: str) -> str:
    """Type a command and run it; return the notice."""
    await press(pilot, "colon")
    pilot.app.post_message(Paste(line))
    await press(pilot, "enter")
    return last_notice(pilot.app) if is_on_main(pilot.app) else ""


async def test_commands_act_on_what_is_shown(stored: House, tmp_path: Path) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)

        async def command(line: str) -> str:
            return await enter(pilot, line)

        assert await command("tag add todo") == "+todo on 1 paper."
        assert stored.library.ids() == {"2604.00001"}
        await command("sort votes")
        assert titles(pilot.app)[0] == "On $n$ Bodies"
        assert await command("rate 4") == "Rating: 4."
        assert await command("state 2604.00002 reading") == "Reading state: reading."
        assert await command("bookmark note Read it again.") == "Note saved."
        await command("filter bookmarked")
        assert len(titles(pilot.app)) == 2
        await command("filter all")
        await press(pilot, "space", "space")
        assert await command("bookmark remove") == "2 bookmarks removed." or "removed" in last_notice(pilot.app)
        await command("undo")
        assert "Undone" in last_notice(pilot.app)
        file = tmp_path / "out.bib"
        assert "Exported the library, 2 papers, as BibTeX" in await command(f"export bibtex {file}")
        assert file.read_text(encoding="utf-8").count("@") == 2
        await command("set lines 1")
        assert papers(pilot.app).row_height == 1
        await command("set theme paper")
        assert pilot.app.theme == "paper"
        await command("list daily 2026-04-29")
        assert open_feed(pilot.app) == FeedName("daily", "2026-04-29")
        await command("ls library")
        assert open_feed(pilot.app).kind == "library"
        await command("list trending --sort title")
        assert titles(pilot.app)[0] == "A Survey of Agents"
        await command("search robots")
        await until(pilot, lambda: titles(pilot.app) == ["Robots That Read"])
        await command("search")
        await command("2604.00003")
        await until(pilot, lambda: titles(pilot.app)[:1] == ["A Survey of Agents"])
        await command("open 2604.00002")
        assert stored.opened[-1].endswith("2604.00002")
        await command("read")
        assert main(pilot.app)._paper.is_open
        await command("q")
    assert pilot.app._exit


async def test_following(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await enter(pilot, "follow arxiv:cs.CL")
        assert open_feed(pilot.app) == FeedName("arxiv", "cs.CL")
        assert "cs.CL" in lines(pilot.app)[0]
        await enter(pilot, "unfollow arxiv:cs.CL")
        assert last_notice(pilot.app).startswith("You no longer follow")


async def test_errors_are_one_sentence_and_keep_the_line(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await enter(pilot, "lits")
        assert last_notice(pilot.app) == "There is no command “lits”; did you mean list? “help” lists the commands."
        assert ":lits" in shown(pilot.app).replace(": ", ":")
        await press(pilot, "escape")
        assert papers(pilot.app).has_focus
        await enter(pilot, "sort vots")
        assert last_notice(pilot.app) == "“vots” is not an order; did you mean votes?"
        await press(pilot, "colon", "backspace")
        assert papers(pilot.app).has_focus


async def test_completion_and_history(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "colon", *"so", "tab", *"vo", "tab", "enter")
        assert titles(pilot.app)[0] == "On $n$ Bodies"
        await press(pilot, "colon", *"filter re")
        assert "reading" in lines(pilot.app)[-3]
        await press(pilot, "escape", "colon", "up")
        assert "sort votes" in shown(pilot.app)
        await press(pilot, "escape", "colon", *"sort ")
        await appears(pilot, "feed")
        await press(pilot, "tab", "tab")
        first = main(pilot.app)._command_controller()._line
        assert first is not None
        assert first.text == "sort votes" or first.text.startswith("sort ")
        await press(pilot, "shift+tab", "enter")
        assert last_notice(pilot.app) or is_on_main(pilot.app)


async def test_letters_that_are_keys_are_typed(stored: House) -> None:
    async with stored.app(settings=Settings(refresh=False, keys={"preset": "vim"})).run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "colon", *"list g/5q")
        line = main(pilot.app)._command_controller()._line
        assert line is not None
        assert line.text == "list g/5q"
        await press(pilot, "ctrl+u", *"help votes", "enter")
        assert not is_on_main(pilot.app)
        assert "votes:>20" in shown(pilot.app)


async def test_other_commands_of_the_shell_show_what_they_print(stored: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTUI_HOME", str(stored.home))
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await enter(pilot, "config path")
        assert last_notice(pilot.app) == str(stored.home / "settings.toml")
        await enter(pilot, "config show")
        await appears(pilot, "[app]")
        await press(pilot, "q")
        assert is_on_main(pilot.app)
        await enter(pilot, "config edit")
        assert "in a shell" in last_notice(pilot.app)


async def test_what_has_a_screen_opens_it(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        for command, title in (("map", "Map: stored papers"), ("diff", "Versions")):
            await enter(pilot, command)
            await appears(pilot, title)
            await press(pilot, "escape")
            assert is_on_main(pilot.app)


async def test_no_letter_is_lost_however_fast_one_types(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        signs = {"colon": ":", "space": " ", "enter": "\r"}
        for key in ("colon", *"sort", "space", *"votes", "enter"):
            pilot.app.post_message(Key(key, signs.get(key, key)))
        await until(pilot, lambda: titles(pilot.app)[0] == "On $n$ Bodies")
        await press(pilot, "slash", *"a:b")
        assert main(pilot.app)._search_box.text == "a:b"
