"""The parser of the command line, and the groups of commands. Light to import: a group is loaded when it is needed."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from papertui.cli.output import terminal_width
from papertui.errors import UsageError

if TYPE_CHECKING:
    from papertui.cli.context import Context

#: The modules with a group of commands each, and their commands, as the help page lists them. Such a module has a
#: function ``add_commands(commands: Commands)`` and the functions that run its commands.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "read": ("list", "search", "show", "read", "open"),
    "pick": ("pick",),
    "diff": ("diff",),
    "trends": ("trends",),
    "map": ("map",),
    "import_": ("import",),
    "pdf": ("pdf",),
    "bookmark": ("bookmark", "undo", "redo", "log"),
    "export": ("export",),
    "sync": ("sync",),
    "foryou": ("why", "foryou"),
    "feeds": ("refresh", "feeds"),
    "follows": ("follow", "unfollow", "follows"),
    "digest": ("digest",),
    "agents": ("mcp",),
    "doctor": ("doctor", "config"),
    "schema": ("schema",),
}
SHELLS = ("bash", "zsh", "tcsh", "fish")

_ABOUT = "Trending research papers in your terminal. Without a command, papertui opens the app."
_EPILOG = """\
examples:
  papertui                                  open the feed you viewed last
  papertui --demo                           look around without a network
  papertui list daily --limit 10
  papertui search "difusion langauge models"

exit codes:
  0 success   1 a bug   2 usage or settings   3 a source failed and no stored copy exists   4 disk   5 mail
  130 interrupted

FEED is trending, daily, weekly, monthly, rising (votes growing fastest), foryou (ranked by
what you keep), alerts (papers that match what you follow), library (your bookmarks), queue (those to
read later), archive (every stored paper), a feed you follow (see “papertui feeds list”), the URL of a feed, or one of
daily:2026-04-30  weekly:2026-W18  monthly:2026-04  arxiv:cs.CL  arxiv:cs.CL+cs.LG  arxiv-search:QUERY
hf-search:QUERY  keyword:WORDS  author:NAME  submitter:NAME  group:NAME (your feeds in a group)
org:NAME  search:QUERY  like:ID (stored papers of the last four weeks that match)  cluster:NAME (see “papertui map”)
"""

#: Larger numbers are capped at this.
_LARGEST_COUNT = 1_000_000
#: Characters of a wrong argument that an error message repeats.
_EXCERPT = 60
#: A word with a single leading dash: a one-letter option, or a tag to remove.
_MINUS = re.compile(r"-[^-]")
_WIDEST_HELP = 120


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the command line.

    Besides the options, the result has ``func``, which runs the command (``None`` for the app), and ``parser``, the
    parser of that command.

    Raises:
        UsageError: the command line is invalid.
        SystemExit: the help was printed.
    """
    parsed, rest = make_parser(argv).parse_known_args(argv)
    if rest:
        parsed.parser.refuse(rest)
    return parsed


def make_parser(argv: Sequence[str] | None = None) -> Parser:
    """The parser of all commands; given `argv`, only of the group of commands that `argv` needs."""
    parser = Parser(prog="papertui", description=_ABOUT, epilog=_EPILOG)
    parser.set_defaults(func=None, parser=parser)
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--feed", dest="view", metavar="FEED", help="open the app with this feed")
    parser.add_argument("--offline", action="store_true", help="do not use the network")
    parser.add_argument("--demo", action="store_true", help="open the app with the bundled papers")
    parser.add_argument(
        "--linear", action="store_true", help="open the app as lines of text, for screen readers and slow lines"
    )
    parser.add_argument("--completion", choices=SHELLS, help="print a shell completion script")
    commands = parser.add_commands("COMMAND", required=False)
    for group in GROUPS if argv is None else _groups_for(parser.first_argument(argv)):
        import_module(f"papertui.cli.{group}").add_commands(commands)
    return parser


def _groups_for(command: str | None) -> Iterable[str]:
    if command is None:
        return ()
    # All groups for an unknown command: the error message lists the known ones.
    return [group for group, commands in GROUPS.items() if command in commands] or GROUPS


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help text as wide as the terminal, up to a readable width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(terminal_width(os.environ), _WIDEST_HELP) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` with a sentence that says what to do."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own, which grow with each Python
        super().__init__(allow_abbrev=False, formatter_class=_HelpFormatter, **options)
        self._minus: str | None = None

    def add_commands(self, metavar: str, *, required: bool = True) -> Commands:
        """Give this parser subcommands; `metavar` stands for them in the usage line."""
        # Without `prog`, argparse would import modules to format a usage line that is never printed.
        made = self.add_subparsers(title="commands", metavar=metavar, prog=self.prog, required=required)
        return Commands(made)

    def collect_minus_words(self, dest: str) -> None:
        """Collect words like ``-todo`` as values in `dest`; argparse would look for an option ``-t``."""
        self._minus = dest

    def first_argument(self, argv: Sequence[str]) -> str | None:
        """The first word of `argv` that is neither an option nor the value of one; ``--help`` counts as such a word."""
        words = iter(argv)
        for word in words:
            option = self._option_string_actions.get(word)
            if isinstance(option, argparse._HelpAction) or (option is None and not word.startswith("-")):  # noqa: SLF001
                return word
            if option is not None and option.nargs is None:
                next(words, None)
        return None

    def parse_known_args(  # type: ignore[override]  # of its forms, the one that argparse calls
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as argparse does, after setting aside the words that `collect_minus_words` names."""
        if self._minus is None:
            return super().parse_known_args(args, namespace)
        words = list(sys.argv[1:] if args is None else args)
        end = words.index("--") if "--" in words else len(words)
        taken = [word for word in words[:end] if _MINUS.match(word) and word != "-h"]
        others = [word for word in words[:end] if word not in taken]
        parsed, rest = super().parse_known_args([*others, *words[end:]], namespace)
        setattr(parsed, self._minus, taken)
        return parsed, rest

    def error(self, message: str) -> NoReturn:
        """Raise a message of argparse as a sentence.

        Raises:
            UsageError: always.
        """
        missing = re.fullmatch(r"the following arguments are required: (.+)", message)
        conflict = re.fullmatch(r"argument (.+): not allowed with argument (.+)", message)
        invalid = re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL)
        if missing:
            sentence = f"“{self.prog}” needs {' or '.join(missing[1].rsplit('|', 1)).replace('|', ', ')}."
        elif conflict:
            sentence = f"{conflict[2]} and {conflict[1]} cannot be used together; choose one."
        elif invalid:
            sentence = f"{invalid[1]} {invalid[2]}."
        else:
            sentence = f"{message[:1].upper()}{message[1:]}."
        raise UsageError(f"{sentence} See “{self.prog} --help”.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        # argparse's own message is longer and suggests nothing.
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        name = f"There is no “{self.prog} {_excerpt(value)}”"
        if action.option_strings:
            name = f"{action.option_strings[-1]} cannot be “{_excerpt(value)}”"
        raise UsageError(f"{name}{_suggestion(value, known)} Choose {', '.join(known)}.")

    def refuse(self, rest: list[str]) -> NoReturn:
        """Raise an error for arguments that no option or positional accepted.

        Raises:
            UsageError: always.
        """
        word = next((text for text in rest if text.startswith("-") and text != "-"), rest[0])
        if not word.startswith("-"):
            raise UsageError(
                f"“{self.prog}” got an unexpected argument “{_excerpt(word)}”. Quote arguments that contain spaces; "
                f"see “{self.prog} --help”."
            )
        option = word.split("=", 1)[0]
        known = [name for name in self._option_string_actions if name.startswith("--")]
        hint = _suggestion(option, known)
        raise UsageError(f"“{self.prog}” has no option “{_excerpt(option)}”{hint} See “{self.prog} --help”.")


class Commands:
    """The subcommands of a parser."""

    def __init__(self, subparsers: argparse._SubParsersAction[Parser]) -> None:
        self._subparsers = subparsers

    def add(
        self,
        name: str,
        short: str,
        examples: str,
        func: Callable[[Context], int] | None = None,
        *,
        standalone: bool = False,
        auto_sync: bool = True,
    ) -> Parser:
        """Add a command.

        Args:
            name: as typed.
            short: one line of help.
            examples: command lines, then paragraphs of help.
            func: runs the command and returns the exit code; ``None`` for a command that needs a subcommand.
            standalone: whether it must work even if the settings are invalid.
            auto_sync: whether to sync after it changed bookmarks, if the settings say so.
        """
        about = f"{short[:1].upper()}{short[1:]}."
        command = self._subparsers.add_parser(name, help=short, description=about, epilog=f"examples:\n  {examples}")
        command.set_defaults(func=func, parser=command, standalone=standalone, auto_sync=auto_sync)
        return command


def _suggestion(wrong: object, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a typo only

    near = get_close_matches(str(wrong), known, n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _excerpt(text: object) -> str:
    from papertui.model.feed_address import hidden_password  # noqa: PLC0415 - needed after an error only

    text = hidden_password(str(text))
    return "".join(c if c.isprintable() else "?" for c in str(text)[:_EXCERPT])


# --- shared options ----------------------------------------------------------------------------------


def positive_integer(text: str) -> int:
    if text.isascii() and text.isdigit() and (number := int(text[:_EXCERPT])) >= 1:
        return min(number, _LARGEST_COUNT)
    raise argparse.ArgumentTypeError(f"must be a positive integer, not “{_excerpt(text)}”")


def add_json(parser: Parser, *, lines: bool = False) -> None:
    """Add ``--json`` and ``--jsonl``, and for lists of papers also ``--lines``."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON array")
    forms.add_argument("--jsonl", action="store_true", help="print one JSON object per line")
    if lines:
        forms.add_argument(
            "--lines", action="store_true", help="print one line per paper, with tabs between its fields"
        )


def add_limit(parser: Parser, default: int | None = None, what: str = "papers") -> None:
    suffix = f" (default: {default})" if default else ""
    parser.add_argument(
        "--limit", type=positive_integer, default=default, metavar="N", help=f"at most N {what}{suffix}"
    )


def add_offline(parser: Parser) -> None:
    # Suppressed, so that an --offline before the command is kept.
    parser.add_argument("--offline", action="store_true", default=argparse.SUPPRESS, help="do not use the network")


def add_id(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="an arXiv id or the URL of a paper")


def add_stdin(parser: Parser) -> None:
    parser.add_argument("--stdin", action="store_true", help="read one id per line; print each once it is saved")
