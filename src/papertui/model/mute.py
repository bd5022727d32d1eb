"""The rules that keep papers out of feeds, as values; `papertui.services.mute` applies them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

#: The settings of a table of rules, and what one of their values is called.
RuleKind = Literal["words", "authors", "categories"]
_CALLED: dict[RuleKind, str] = {"words": "word", "authors": "author", "categories": "category"}


class MuteRules(NamedTuple):
    """The rules of one table of the settings."""

    words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class MuteRule(NamedTuple):
    """The rule that mutes a paper."""

    kind: RuleKind
    value: str  # as the settings have it
    feed: str = ""  # the feed it is for, as the settings name it; empty for all

    @property
    def table(self) -> str:
        """The table of the settings that has it."""
        return f"[mute.feeds.{self.feed}]" if self.feed else "[mute]"

    @property
    def words(self) -> str:
        """What a row says: ``muted: word “survey”``."""
        return f"muted: {_CALLED[self.kind]} “{self.value}”"

    def record(self) -> dict[str, Any]:
        """Return it as a JSON value."""
        return {"by": self.kind, "value": self.value, "feed": self.feed or None}
