"""The command palette: finds actions by prefixes of their words."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from papertui.tui.keymap import ACTIONS, Action


def matches(query: str, text: str) -> bool:
    """Whether every word of `query` is a prefix of a word of `text`."""
    words = text.casefold().replace(",", " ").replace(":", " ").split()
    return all(any(word.startswith(part) for word in words) for part in query.casefold().split())


class Actions(Provider):
    """The actions of the main screen.

    Textual's fuzzy matcher is not used: it can take seconds for one long text.
    """

    async def discover(self) -> Hits:
        for action in self._offered():
            yield DiscoveryHit(action.title, partial(self._run, action), help=action.group)

    async def search(self, query: str) -> Hits:
        for action in self._offered():
            if matches(query, f"{action.title} {action.group}"):
                score = 1.0 if matches(query, action.title) else 0.5
                yield Hit(score, Content(action.title), partial(self._run, action), help=action.group)

    @staticmethod
    def _offered() -> list[Action]:
        return [action for action in ACTIONS if action.name not in {"palette", "back", "first"}]

    async def _run(self, action: Action) -> None:
        await self.screen.run_action(action.name)
