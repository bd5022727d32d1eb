"""The commands of the palette."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from papertui.app import Services
from papertui.model.feed import MATCHED, FeedName
from papertui.model.format import plural
from papertui.tui.commands import Command, run_command
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.controllers.theme_controller import ThemeController
from papertui.tui.keymap import ACTIONS, setting_name

#: Actions that the palette does not offer: they only make sense as keys, or are offered in a better form.
_ONLY_KEYS = frozenset({"palette", "back", "first", "previous_view", "next_view"})


class PaletteController:
    """Opens the palette and runs what is chosen.

    Args:
        context: the screen.
        tabs: the views.
        services: the library, for its tags and collections.
        open_feed: opens a view.
        open_query: opens a search of the library.
        themes: all themes.
        more: returns further commands.
    """

    def __init__(
        self,
        context: ScreenContext,
        tabs: TabController,
        services: Services,
        open_feed: Callable[[FeedName], None],
        open_query: Callable[[str | None], None],
        themes: ThemeController,
        more: Callable[[], Iterable[Command]] = tuple,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._tabs = tabs
        self._services = services
        self._open_feed = open_feed
        self._open_query = open_query
        self._themes = themes
        self._more = more

    def open(self) -> None:
        in_background(self._screen, self._open, group="palette", exclusive=True)

    async def _open(self) -> None:
        from papertui.tui.dialogs.palette import PaletteDialog  # noqa: PLC0415 - the first frame needs no dialog

        tags: dict[str, int] = {}
        collections: dict[str, str] = {}
        with self._context.notice.errors():
            collections = dict(await asyncio.to_thread(self._services.library.collections))
            tags = dict(await asyncio.to_thread(self._services.library.tags))
        app = self._screen.app
        themes = self._themes.commands(self._themes.choose)
        reset = partial(in_background, self._screen, self._screen.run_action, "reset_split", group="palette")
        panes = [Command("Reset the split of list and paper", "Move", reset)]
        commands = [
            *self._views(),
            *self._actions(),
            *panes,
            *self._more(),
            *self._queries(collections, tags),
            *themes,
        ]
        app.push_screen(PaletteDialog(commands, partial(self._themes.show, app.theme)), run_command)

    def _views(self) -> Iterator[Command]:
        for name in self._tabs.names:
            key = self._tabs.key_of(name)
            yield Command(f"Open {self._tabs.title_of(name)}", "view", partial(self._open_feed, name), key)
        for follow in self._services.follows.all:
            if follow.name.kind in MATCHED and follow.name not in self._tabs.names:
                yield Command(
                    f"Open {follow.title}", f"followed {follow.name.kind}", partial(self._open_feed, follow.name)
                )

    def _actions(self) -> Iterator[Command]:
        for action in ACTIONS:
            if action.name not in _ONLY_KEYS and not action.name.startswith("view("):
                keys = self._context.keys.name(setting_name(action))
                yield Command(action.title, action.group, partial(self.run_action, action.name), keys)

    def run_action(self, name: str) -> None:
        """Run an action of the screen, after the dialog that offered it is closed."""
        in_background(self._screen, self._screen.run_action, name, group="palette")

    def _queries(self, collections: Mapping[str, str], tags: Mapping[str, int]) -> Iterator[Command]:
        for name, query in collections.items():
            yield Command(f"Open “{name}”", f"collection {query}", partial(self._open_query, query))
        for tag, number in tags.items():
            query = f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
            yield Command(f"Open #{tag}", f"tag, {plural(number, 'paper')}", partial(self._open_query, query))
