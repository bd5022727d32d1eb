"""An argument parser that complains in sentences. Light to import."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from papertui.errors import UsageError
from papertui.printing.streams import terminal_width

#: More of anything is taken as this much.
_MOST = 1_000_000
_SHOWN = 60
#: A word with one dash before it, which may be an option of one letter or a tag to take away.
_MINUS = re.compile(r"-[^-]")
_WIDEST = 120


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, but not so wide that it is hard to read."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(terminal_width(os.environ), _WIDEST) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises its complaints as `UsageError`, each a sentence that says what to do."""

    def __init__(self, **choices: Any) -> None:  # noqa: ANN401 - argparse's own, which grow with each Python
        super().__init__(allow_abbrev=False, formatter_class=_Layout, **choices)
        self._minus: str | None = None

    def take_minus(self, dest: str) -> None:
        """Lets words like ``-todo`` be values, kept as `dest`, where argparse would look for an option ``-t``."""
        self._minus = dest

    def parse_known_args(  # type: ignore[override]  # of its forms, the one that argparse calls
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse's; words that `take_minus` is about are taken out first."""
        if self._minus is None:
            return super().parse_known_args(args, namespace)
        words = list(sys.argv[1:] if args is None else args)
        end = words.index("--") if "--" in words else len(words)
        taken = [word for word in words[:end] if _MINUS.match(word) and word != "-h"]
        kept = [word for word in words[:end] if word not in taken]
        asked, rest = super().parse_known_args([*kept, *words[end:]], namespace)
        setattr(asked, self._minus, taken)
        return asked, rest

    def error(self, message: str) -> NoReturn:
        """Raises what argparse found wrong.

        Raises:
            UsageError: always.
        """
        needed = re.fullmatch(r"the following arguments are required: (.+)", message)
        apart = re.fullmatch(r"argument (.+): not allowed with argument (.+)", message)
        wrong = re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL)
        if needed:
            what = f"“{self.prog}” needs {' or '.join(needed[1].rsplit('|', 1)).replace('|', ', ')}."
        elif apart:
            what = f"{apart[2]} and {apart[1]} do not go together; choose one."
        elif wrong:
            what = f"{wrong[1]}: {wrong[2]}."
        else:
            what = f"{message[:1].upper()}{message[1:]}."
        raise UsageError(f"{what} See “{self.prog} --help”.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        # argparse says the same at more length and without the nearest one.
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        name = f"There is no “{self.prog} {_shown(value)}”"
        if action.option_strings:
            name = f"{action.option_strings[-1]} cannot be “{_shown(value)}”"
        raise UsageError(f"{name}{_nearest(value, known)} Choose {', '.join(known)}.")

    def refuse(self, rest: list[str]) -> NoReturn:
        """Complains of arguments that nothing was made of.

        Raises:
            UsageError: always.
        """
        word = next((text for text in rest if text.startswith("-") and text != "-"), rest[0])
        if not word.startswith("-"):
            raise UsageError(
                f"“{self.prog}” takes no further “{_shown(word)}”. Put quotes around words that belong together; "
                f"see “{self.prog} --help”."
            )
        option = word.split("=", 1)[0]
        known = [name for name in self._option_string_actions if name.startswith("--")]
        hint = _nearest(option, known)
        raise UsageError(f"“{self.prog}” has no option “{_shown(option)}”{hint} See “{self.prog} --help”.")


def _nearest(wrong: object, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a slip only

    near = get_close_matches(str(wrong), known, n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _shown(text: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(text)[:_SHOWN])


def at_least_one(text: str) -> int:
    """A number of papers.

    Raises:
        UsageError: it is no whole number from 1 on.
    """
    if text.isascii() and text.isdigit() and (number := int(text[:_SHOWN])) >= 1:
        return min(number, _MOST)
    raise UsageError(f"“{_shown(text)}” is no number of papers. Write a whole number from 1 on, for example 20.")
