"""The commands after ``:`` in one table: what can be typed, what it does, and what completes it.

A command of the shell has the same name and the same options here. Where it needs an id, the papers at hand stand for
it. Only “pick” and “mcp” are not here: they use the terminal, which the app has.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

#: What an argument names.
Argument = Literal[
    "", "feed", "followed", "order", "filter", "tag", "state", "rating", "format", "path", "option", "command"
]


class CommandSpec(NamedTuple):
    """A command."""

    word: str
    usage: str  # its arguments
    about: str
    #: What its first argument is, and the further ones.
    argument: Argument = ""
    further: Argument = ""
    aliases: tuple[str, ...] = ()
    #: Words that its first argument can be.
    choices: tuple[str, ...] = ()
    #: Whether only the shell's program has it: it runs, and what it prints is shown.
    is_program: bool = False


COMMANDS = (
    CommandSpec("list", "FEED [DAY]", "open a feed: list daily 2026-04-29, list arxiv:cs.CL", "feed", aliases=("ls",)),
    CommandSpec("search", "QUERY [--in library|archive] [--online]", "search; without a query, show all again"),
    CommandSpec("show", "[ID]", "show a paper; an id or address alone does so, too"),
    CommandSpec("read", "[ID]", "read a paper"),
    CommandSpec("open", "[ID] [--pdf]", "open the paper, or its PDF, in the browser"),
    CommandSpec("pdf", "[ID]", "open the PDF; download it first if needed"),
    CommandSpec(
        "bookmark", "add|remove|tag|note|state|rate|... [ID ...]", "as in the shell, on the papers at hand", "command",
        choices=("add", "remove", "tag", "note", "state", "rate", "list", "tags", "collections"),
    ),
    CommandSpec("tag", "add|remove TAG, or +TAG -TAG", "add or remove tags", "tag", "tag", choices=("add", "remove")),
    CommandSpec("note", "TEXT", "set the note"),
    CommandSpec("state", "STATE", "set the reading state: to-read, reading or read", "state"),
    CommandSpec("rate", "RATING", "rate from 1 to 5, or none", "rating"),
    CommandSpec("undo", "", "undo the last change of the library"),
    CommandSpec("redo", "", "redo the last undone change"),
    CommandSpec("log", "", "list the changes of the library", is_program=True),
    CommandSpec("export", "[FORMAT] FILE", "write the selected papers, or the library, to a file", "format", "path"),
    CommandSpec("import", "FILE", "import bookmarks or papers", "path", "path", is_program=True),
    CommandSpec("sort", "ORDER", "sort the list; “feed” is the order of the feed", "order"),
    CommandSpec("filter", "NAME", "filter the list; “all” shows everything again", "filter"),
    CommandSpec("refresh", "[FEED]", "fetch the feed again", "feed", aliases=("r",)),
    CommandSpec(
        "follow", "KIND VALUE, or FEED", "follow an author, org, keyword, search, paper (like ID) or feed, and open it",
        "feed",
    ),
    CommandSpec("unfollow", "KIND VALUE, or FEED", "stop following", "followed"),
    CommandSpec("follows", "", "list what you follow, with the numbers of new papers", is_program=True),
    CommandSpec(
        "feeds", "list|add|remove|import|export", "your feeds, as in the shell", "command",
        choices=("list", "add", "remove", "import", "export"), is_program=True,
    ),
    CommandSpec(
        "sync", "[setup|status]", "sync the library between machines", "command",
        choices=("setup", "status"), is_program=True,
    ),
    CommandSpec(
        "digest", "[schedule|unschedule|status]", "print or mail the digest", "command",
        choices=("schedule", "unschedule", "status"), is_program=True,
    ),
    CommandSpec(
        "foryou", "status|pause|resume|reset|...", "what For you learned, as in the shell", "command",
        choices=("status", "reset", "pause", "resume", "like", "dislike", "unrate", "mute", "pin", "clear"),
        is_program=True,
    ),
    CommandSpec("why", "[ID]", "say what speaks for a paper", is_program=True),
    CommandSpec("diff", "[ID] [--from V] [--to V]", "print what changed between two versions", is_program=True),
    CommandSpec("trends", "[--weeks N]", "list topics that rise and fall", is_program=True),
    CommandSpec("map", "[--kept]", "list clusters of the stored or the kept papers", is_program=True),
    CommandSpec("doctor", "[--network]", "check files and settings", is_program=True),
    CommandSpec(
        "config", "path|show|schema", "print the settings, where they are, or their JSON Schema", "command",
        choices=("path", "show", "schema"), is_program=True,
    ),
    CommandSpec("schema", "[COMMAND] [--jsonl]", "print the JSON Schema of what a command prints", is_program=True),
    CommandSpec("set", "theme NAME, or lines 1|2|3", "change how the app looks until it ends", "option"),
    CommandSpec("help", "[WORDS]", "show keys and commands, those with these words", aliases=("h",)),
    CommandSpec("quit", "", "quit", aliases=("q", "exit")),
)  # fmt: skip
BY_WORD = {name: command for command in COMMANDS for name in (command.word, *command.aliases)}
#: What can be set.
OPTIONS = ("theme", "lines")
