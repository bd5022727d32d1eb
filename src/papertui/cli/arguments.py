"""An argument parser whose errors are full sentences. Light to import."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from papertui.cli.output import terminal_width
from papertui.errors import UsageError

#: Larger numbers are capped at this.
_MOST = 1_000_000
_SHOWN = 60
#: A word with a single leading dash: a one-letter option, or a tag to remove.
_MINUS = re.compile(r"-[^-]")
_WIDEST = 120


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Help text as wide as the terminal, up to a readable width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(terminal_width(os.environ), _WIDEST) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` with a sentence that says what to do."""

    def __init__(self, **choices: Any) -> None:  # noqa: ANN401 - argparse's own, which grow with each Python
        super().__init__(allow_abbrev=False, formatter_class=_Layout, **choices)
        self._minus: str | None = None

    def take_minus(self, dest: str) -> None:
        """Collect words like ``-todo`` as values in `dest`; argparse would look for an option ``-t``."""
        self._minus = dest

    def parse_known_args(  # type: ignore[override]  # of its forms, the one that argparse calls
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as argparse does, after setting aside the words that `take_minus` collects."""
        if self._minus is None:
            return super().parse_known_args(args, namespace)
        words = list(sys.argv[1:] if args is None else args)
        end = words.index("--") if "--" in words else len(words)
        taken = [word for word in words[:end] if _MINUS.match(word) and word != "-h"]
        rest_of_words = [word for word in words[:end] if word not in taken]
        parsed, rest = super().parse_known_args([*rest_of_words, *words[end:]], namespace)
        setattr(parsed, self._minus, taken)
        return parsed, rest

    def error(self, message: str) -> NoReturn:
        """Raise a message of argparse as a sentence.

        Raises:
            UsageError: always.
        """
        needed = re.fullmatch(r"the following arguments are required: (.+)", message)
        apart = re.fullmatch(r"argument (.+): not allowed with argument (.+)", message)
        wrong = re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL)
        if needed:
            what = f"“{self.prog}” needs {' or '.join(needed[1].rsplit('|', 1)).replace('|', ', ')}."
        elif apart:
            what = f"{apart[2]} and {apart[1]} cannot be used together; choose one."
        elif wrong:
            what = f"{wrong[1]} {wrong[2]}."
        else:
            what = f"{message[:1].upper()}{message[1:]}."
        raise UsageError(f"{what} See “{self.prog} --help”.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        # argparse's own message is longer and suggests nothing.
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        name = f"There is no “{self.prog} {_shown(value)}”"
        if action.option_strings:
            name = f"{action.option_strings[-1]} cannot be “{_shown(value)}”"
        raise UsageError(f"{name}{_nearest(value, known)} Choose {', '.join(known)}.")

    def refuse(self, rest: list[str]) -> NoReturn:
        """Raise an error for arguments that no option or positional accepted.

        Raises:
            UsageError: always.
        """
        word = next((text for text in rest if text.startswith("-") and text != "-"), rest[0])
        if not word.startswith("-"):
            raise UsageError(
                f"“{self.prog}” got an unexpected argument “{_shown(word)}”. Quote arguments that contain spaces; "
                f"see “{self.prog} --help”."
            )
        option = word.split("=", 1)[0]
        known = [name for name in self._option_string_actions if name.startswith("--")]
        hint = _nearest(option, known)
        raise UsageError(f"“{self.prog}” has no option “{_shown(option)}”{hint} See “{self.prog} --help”.")


def _nearest(wrong: object, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a typo only

    near = get_close_matches(str(wrong), known, n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _shown(text: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(text)[:_SHOWN])


def at_least_one(text: str) -> int:
    """Parse a positive integer.

    Raises:
        ArgumentTypeError: `text` is not a positive integer.
    """
    if text.isascii() and text.isdigit() and (number := int(text[:_SHOWN])) >= 1:
        return min(number, _MOST)
    raise argparse.ArgumentTypeError(f"must be a positive integer, not “{_shown(text)}”")
