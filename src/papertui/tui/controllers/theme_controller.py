"""Shows and saves the theme."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from papertui.app import Services
from papertui.settings import Settings
from papertui.tui.commands import Command, run_command
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.theme import INK
from papertui.tui.widgets.key_line import KeyHint

if TYPE_CHECKING:
    from papertui.tui.theme_catalog import ThemeCatalog


class ThemeController:
    """The theme in use, and all others.

    Args:
        context: the screen.
        services: the settings.
        settings: the settings at the start.
    """

    def __init__(self, context: ScreenContext, services: Services, settings: Settings) -> None:
        self._context = context
        self._services = services
        self._wanted = settings.theme

    @property
    def catalog(self) -> ThemeCatalog:
        from papertui.tui.theme_catalog import ThemeCatalog  # noqa: PLC0415 - the first frame needs one theme

        return ThemeCatalog(self._services.themes_folder)

    def start(self) -> None:
        """Show why the theme of the settings is not in use, if it is not."""
        if self._wanted not in {"auto", self._context.screen.app.theme}:
            with self._context.notice.errors():
                self.catalog.load(self._wanted)

    def show(self, name: str) -> bool:
        """Use a theme until papertui ends; a notice says why one cannot be used."""
        app = self._context.screen.app
        name = INK.name if name == "auto" else name
        with self._context.notice.errors():
            app.register_theme(self.catalog.load(name))
            app.theme = name
        return app.theme == name

    def choose(self, name: str) -> None:
        """Use a theme, and save it in the settings."""
        if self.show(name):
            in_background(self._context.screen, self._save, name, group="settings")

    async def _save(self, name: str) -> None:
        service = await asyncio.to_thread(lambda: self._services.settings)  # imports TOML

        def save() -> None:
            service.read()
            service.set(next(state for state in service.states() if state.path == ("app", "theme")), name)

        with self._context.notice.errors():
            await asyncio.to_thread(save)
            self._context.notice.show_message(f"Theme {name}.")

    def ask(self, choose: Callable[[str], object]) -> None:
        """Open the list of themes, each shown while the cursor is on it; call `choose` with the chosen one."""
        from papertui.tui.dialogs.palette import PaletteDialog, PaletteForm, make_line  # noqa: PLC0415 - as above

        app, before = self._context.screen.app, self._context.screen.app.theme
        commands = list(self.commands(choose))
        start = next((place for place, command in enumerate(commands) if command.title == f"Theme {before}"), 0)
        # The screen below is not dimmed, so that the themes can be judged.
        hints = KeyHint("Enter", "choose", "run"), KeyHint("Esc", "close", "close")
        form = PaletteForm("-clear", hints, make_line=partial(make_line, "a theme"), start=start)
        app.push_screen(PaletteDialog(commands, partial(self.show, before), form), run_command)

    def open(self) -> None:
        self.ask(self.choose)

    def commands(self, choose: Callable[[str], object]) -> Iterator[Command]:
        """All themes as commands that preview them and call `choose`."""
        for choice in self.catalog.choices():
            show = partial(self.show, choice.name)
            yield Command(f"Theme {choice.name}", f"{choice.about}", partial(choose, choice.name), preview=show)
