"""Reading a line of the command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from papertui.commands.table import BY_WORD, CommandSpec
from papertui.errors import UsageError
from papertui.model.feed import parse_day, parse_month, parse_week
from papertui.model.filters import SYNONYMS, ListFilter
from papertui.model.ordering import Order
from papertui.model.paper import paper_id
from papertui.model.paper_ids import ids_in

ORDERS = {order.value.label: order for order in Order}
FILTERS = {one.value.label: one for one in ListFilter}
#: The longest line that is quoted in a message.
_EXCERPT = 60


class Request(NamedTuple):
    """A command with its arguments."""

    command: CommandSpec
    args: tuple[str, ...] = ()
    #: The arguments as typed.
    text: str = ""

    def option(self, name: str) -> tuple[bool, Request]:
        """Return whether the option `name` is among the arguments, and the request without it."""
        rest = tuple(arg for arg in self.args if arg != name)
        return len(rest) < len(self.args), self._replace(args=rest)

    def value(self, name: str) -> tuple[str | None, Request]:
        """Return the value of the option `name`, and the request without both.

        Raises:
            UsageError: the value is missing.
        """
        for place, arg in enumerate(self.args):
            if arg == name:
                if place + 1 == len(self.args):
                    raise UsageError(f"{name} needs a value.")
                return self.args[place + 1], self._replace(args=self.args[:place] + self.args[place + 2 :])
            if arg.startswith(f"{name}="):
                return arg.removeprefix(f"{name}="), self._replace(args=self.args[:place] + self.args[place + 1 :])
        return None, self

    def done(self) -> None:
        """Check that no argument is left.

        Raises:
            UsageError: one is.
        """
        if self.args:
            raise UsageError(f"“{self.command.word}” has no “{self.args[0]}”. {self.usage}")

    @property
    def usage(self) -> str:
        return f"It is written {self.command.word} {self.command.usage}".rstrip() + "."

    def split_ids(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids of papers among the arguments, and the other arguments."""
        ids = {arg: ids_in(arg) for arg in self.args if not arg.startswith(("+", "-"))}
        named = [id_ for arg in self.args for id_ in ids.get(arg, ())[:1]]
        return tuple(dict.fromkeys(named)), tuple(arg for arg in self.args if not ids.get(arg))

    def one_of(self, table: Sequence[str], what: str) -> str:
        """Return the only argument, which is one of `table`.

        Raises:
            UsageError: it is not.
        """
        word = " ".join(self.args)
        if word in table:
            return word
        if not word:
            raise UsageError(f"“{self.command.word}” needs {what}: {', '.join(table)}.")
        near = get_close_matches(word, table, n=1)
        hint = f"; did you mean {near[0]}?" if near else f". Choose {', '.join(table)}."
        raise UsageError(f"“{word[:_EXCERPT]}” is not {what}{hint}")


def parse(line: str) -> Request | None:
    """Parse a line; ``None`` for an empty one. A command can be shortened as long as no other begins so.

    Raises:
        UsageError: there is no such command, or a quote is not closed.
    """
    word, _, text = line.strip().removeprefix(":").strip().partition(" ")
    if not word:
        return None
    spec = BY_WORD.get(word) or _shortened(word)
    if spec is None:
        if ids_in(line):
            return Request(BY_WORD["show"], (paper_id(line),), line.strip())
        near = get_close_matches(word, BY_WORD, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(f"There is no command “{word[:_EXCERPT]}”{hint} “help” lists the commands.")
    text = text.strip()
    if spec.word in {"search", "note"}:  # quotes belong to the text
        return Request(spec, tuple(text.split()), text)
    try:
        return Request(spec, tuple(shlex.split(text)), text)
    except ValueError as error:
        raise UsageError(f"A quote in “{text[:_EXCERPT]}” is not closed.") from error


def _shortened(word: str) -> CommandSpec | None:
    meant = {spec.word: spec for name, spec in BY_WORD.items() if name.startswith(word)}
    return next(iter(meant.values())) if len(meant) == 1 else None


class ListRequest(NamedTuple):
    """What ``list`` asks for."""

    feed: str | None
    order: Order | None
    show: ListFilter | None


def list_request(request: Request) -> ListRequest:
    """Read the arguments of ``list``.

    Raises:
        UsageError: they are wrong.
    """
    day, request = request.value("--date")
    week, request = request.value("--week")
    month, request = request.value("--month")
    order, request = request.value("--sort")
    show, request = request.value("--filter")
    feed, period, *rest = (*request.args, "", "")
    if any(rest):
        request._replace(args=tuple(rest)).done()
    for kind, text, read in (("daily", day, parse_day), ("weekly", week, parse_week), ("monthly", month, parse_month)):
        if text is not None:
            read(text)
            feed, period = kind, text
    if period:
        feed = f"{feed}:{period}"
    return ListRequest(
        feed or None,
        ORDERS[request._replace(args=(order,)).one_of(list(ORDERS), "an order")] if order else None,
        filter_of(request._replace(args=(show,))) if show else None,
    )


def order_of(request: Request) -> Order:
    """Return the order that ``sort`` names.

    Raises:
        UsageError: there is no such order.
    """
    return ORDERS[request.one_of(list(ORDERS), "an order")]


def filter_of(request: Request) -> ListFilter:
    """Return the filter that ``filter`` names.

    Raises:
        UsageError: there is no such filter.
    """
    named = request._replace(args=tuple(SYNONYMS.get(arg, arg) for arg in request.args))
    return FILTERS[named.one_of(list(FILTERS), "a filter")]
