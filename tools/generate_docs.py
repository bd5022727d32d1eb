"""Writes the generated parts of the documentation: tables, the command reference, the messages and the man page.

    python tools/generate_docs.py [--check]

A page marks such a part by ``<!-- generated: NAME -->`` and ``<!-- /generated -->``. With ``--check`` nothing is
written; the exit code is 1 when a page is out of date.

Each generator imports what it reads from papertui in its first lines, and nothing else here knows papertui's modules.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from command_tree import Command, command_tree
from man_page import man_page
from user_messages import Message, messages_by_package

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MAN_PAGE = DOCS / "man" / "papertui.1"

EXIT_CODES = (
    ("0", "Success."),
    ("1", "A bug in papertui. Please report it with the traceback."),
    ("2", "The command line or the settings are wrong."),
    ("3", "A source failed and nothing stored could serve, or the paper is not known."),
    ("4", "A file or the disk cannot be read or written."),
    ("5", "The mail could not be sent."),
    ("130", "Interrupted by Ctrl+C, or nothing was chosen in “papertui pick”."),
)
ENVIRONMENT = (
    ("PAPERTUI_HOME", "One folder for settings, data and cache, instead of the folders of the platform."),
    ("HF_ENDPOINT", "A mirror of Hugging Face."),
    ("HF_TOKEN", "A token for Hugging Face. It is sent to that service only."),
    ("PAPERTUI_ARXIV_API_URL", "A mirror of arXiv's query API."),
    ("PAPERTUI_ARXIV_RSS_URL", "A mirror of arXiv's daily listings."),
    ("PAPERTUI_ARXIV_SITE_URL", "A mirror of arXiv's site, for full texts and PDFs."),
    ("PAPERTUI_AR5IV_URL", "ar5iv or a server like it, for full texts of older papers. Without it, none is asked."),
    ("PAPERTUI_SMTP_URL", "The mail server: smtp://user:password@host:587 or smtps://... It overrides [mail] url."),
    ("PAPERTUI_MAIL_FROM", "The sender of the digest. It overrides [mail] from."),
    ("PAPERTUI_MAIL_TO", "The recipients of the digest. It overrides [mail] to."),
    (
        "PAPERTUI_FEED_LOGINS",
        "Users and passwords of feeds: https://user:password@example.org, several separated by blanks.",
    ),
    ("PAPERTUI_ZOTERO_URL", "The URL of a running Zotero, if it is not the default."),
    ("PAPERTUI_INSTANT", "0: do not show the last screen again while the app starts."),
    ("PAPERTUI_NOW", "An ISO 8601 timestamp to use as the current time, for tests and digests of a past day."),
    ("VISUAL, EDITOR", "The editor for notes and settings."),
    ("BROWSER", "The browser."),
    ("PAGER", "The pager for “papertui read” and “papertui diff” in a terminal."),
    ("FZF_PREVIEW_COLUMNS", "Set by fzf: the width of “papertui show” in its preview."),
    ("NO_COLOR", "Set to anything: no colours."),
    ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "The proxies to use."),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Certificates to trust instead of the bundled ones."),
)
#: By their places under ``PAPERTUI_HOME``.
FILES = (
    ("settings.toml", "Your settings. “papertui config path” prints where the file is."),
    ("themes/", "Your own themes, a TOML file each."),
    ("bookmarks.json", "Your library: a TinyDB file with a table “bookmarks”."),
    ("bookmarks.abstracts.jsonl", "The abstracts of your bookmarks, so that you can read them without a network."),
    ("bookmarks.journal.jsonl", "Every change of the library, for undo, redo and log."),
    ("bookmarks.rows", "Where the rows of a large library are. Safe to delete: it is written again."),
    ("backups/", "The library before the last change, on each of the last 7 days and in each of the last 5 weeks."),
    ("drafts/", "Notes that are being typed, until they are saved. They are not synchronised."),
    ("mailed.db", "What was mailed, when and to whom (SQLite)."),
    ("sync/", "The git repository that synchronises the library, if you set it up."),
    ("pdfs/", "Downloaded PDFs. Without PAPERTUI_HOME they are among your documents."),
    ("archive.db", "Every paper and feed that was fetched, and what you saw (SQLite). Papers come back when deleted."),
    ("index/", "The search index and the clusters of the map. Safe to delete: it is rebuilt from the archive."),
    (
        "cache/",
        "Figures (at most 200 MB), thumbnails, cached responses and the rate limits of services. Safe to delete.",
    ),
)
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def line_fields() -> str:
    """The fields of --lines."""
    from papertui.cli.field_lines import FIELDS

    return _table(("Field", "Holds"), [(f"{n} {name}", about) for n, (name, about) in enumerate(FIELDS.items(), 1)])


def theme_colors() -> str:
    """What a theme as a file may set."""
    from papertui.settings.theme_files import BASE, COLORS

    rows = [
        (f"`{BASE}`", "the theme that gives the colours which are not set"),
        *((f"`{c}`", m) for c, m in COLORS.items()),
    ]
    return _table(("Field", "Colours"), rows)


def keys() -> str:
    """Every action of the screen, by its group."""
    from papertui.tui.keymap import ACTIONS, READING_ACTIONS, TRIAGE_ACTIONS, setting_name, shown_keys

    lines: list[str] = []
    for group, actions in groupby((*ACTIONS, *READING_ACTIONS, *TRIAGE_ACTIONS), key=lambda action: action.group):
        lines += [f"## {group}", "", "| Keys | Action | Name in `[keys]` |", "|---|---|---|"]
        for action in actions:
            shown = " ".join(_code(shown_keys(key)) for key in action.keys.split(","))
            lines.append(f"| {shown} | {_cell(action.title)} | `{setting_name(action)}` |")
        lines.append("")
    return "\n".join(lines).rstrip()


def key_presets() -> str:
    """The presets of keys: what each is, and the keys that differ from the defaults."""
    from papertui.tui.key_presets import PRESETS
    from papertui.tui.keymap import ACTIONS, setting_name, shown_keys

    lines: list[str] = []
    for name, preset in PRESETS.items():
        if not name:
            continue
        rows = [
            (" ".join(_code(shown_keys(key)) for key in preset.keys[label].split(",")), _cell(action.title))
            for action in ACTIONS
            if (label := setting_name(action)) in preset.keys and preset.keys[label] != action.keys
        ]
        lines += [f'### preset = "{name}"', "", f"{preset.about[:1].upper()}{preset.about[1:]}.", ""]
        lines += [_table(("Keys", "Action"), rows), ""]
    return "\n".join(lines).rstrip()


def app_commands() -> str:
    """The commands of the command line in the app."""
    from papertui.commands.table import COMMANDS

    rows = [
        (
            _code(f":{spec.word} {spec.usage}".rstrip()),
            " ".join(_code(f":{alias}") for alias in spec.aliases),
            _cell(f"{spec.about[:1].upper()}{spec.about[1:]}"),
        )
        for spec in COMMANDS
    ]
    return _table(("Command", "Also", "Does"), rows)


def search() -> str:
    """What can be typed into the search line."""
    from papertui.search.language import help_lines

    return _table(("In the search line", "Finds"), [(_code(example), _cell(about)) for example, about in help_lines()])


def filters() -> str:
    """The words before a colon: other spellings, and the values where they are a fixed list."""
    from papertui.search.language import KEYS

    rows = [
        (
            _code(f"{key.name}:"),
            " ".join(_code(f"{alias}:") for alias in key.aliases),
            " ".join(map(_code, key.values)) or "any",
        )
        for key in KEYS
    ]
    return _table(("Name", "Also", "Values"), rows)


def agent_tools() -> str:
    """The tools for agents with their arguments."""
    from papertui.agents.tools import TOOLS

    rows = [
        (
            _code(tool.name) + (", with `--allow-changes`" if tool.changes else ""),
            tool.about,
            "; ".join(
                f"`{one.name}`{'' if one.is_required else ' (optional)'}: "
                f"{', '.join(map(_code, one.choices)) or one.about.rstrip('.')}"
                for one in tool.parameters
            ),
        )
        for tool in TOOLS
    ]
    return _table(("Tool", "Says to agents", "Arguments"), rows)


def entry_types() -> str:
    """What the types of entries are called in each format."""
    from papertui.citations.vocabulary import TYPES

    rows = [
        (f"`{name}`", f"`{kind.bibtex or name}`", f"`{kind.ris}`", f"`{kind.csl}`", f"`{kind.zotero}`")
        for name, kind in TYPES.items()
    ]
    return _table(("Type", "BibTeX", "RIS", "CSL", "Zotero"), rows)


def entry_fields() -> str:
    """What the fields of entries are called in each format."""
    from papertui.citations.vocabulary import CSL_DATES, CSL_FIELDS, CSL_NAMES, OF_BIBTEX, RIS_FIELDS

    bibtex = {name: ours for ours, name in OF_BIBTEX.items()}
    csl = {**CSL_NAMES, **CSL_DATES, "title": "title", "keywords": "keyword", **CSL_FIELDS}
    ris = {**RIS_FIELDS, "date": "PY", "pages": "SP", "keywords": "KW", "annotation": "N1"}
    rows = [
        tuple(
            f"`{table[name]}`" if name in table else ""
            for table in ({name: name}, bibtex | {name: bibtex.get(name, name)}, ris, csl)
        )
        for name in dict.fromkeys((*csl, *ris))
    ]
    return _table(("Field", "BibTeX", "RIS", "CSL"), rows)


def formats() -> str:
    """The formats of exports, and what a file of each is called at its end."""
    from papertui.citations.formats import FORMATS

    return _table(("`--format`", "File"), [(_code(name), _code(f".{form.suffix}")) for name, form in FORMATS.items()])


def imports() -> str:
    """The kinds of files that can be imported, and what becomes of their content."""
    from papertui.importers.kinds import KINDS

    rows = [(_cell(kind.title), kind.content) for kind in KINDS]
    return _table(("File", "Becomes"), rows)


def commands() -> str:
    """Every command with its line of help."""
    program = _program()
    rows = [(_code(program.name), "open the screen")]
    rows += [
        (f"[{_code(command.name)}](#{_anchor(command.name)})", _cell(command.short))
        for command in program.walk()
        if command is not program and (command.runs_alone or not command.commands)
    ]
    return _table(("Command", "Does"), rows)


def command_reference() -> str:
    """Every command with its arguments, options and examples."""
    return "\n\n".join(_reference_of(command) for command in _program().walk())


def exit_codes() -> str:
    """The exit codes."""
    return _table(("Code", "Meaning"), EXIT_CODES)


def environment() -> str:
    """The environment variables."""
    rows = [(" ".join(map(_code, names.split(", "))), _cell(meaning)) for names, meaning in ENVIRONMENT]
    return _table(("Variable", "Meaning"), rows)


def files() -> str:
    """The files."""
    return _table(("File", "Holds"), [(_code(name), _cell(meaning)) for name, meaning in FILES])


def settings() -> str:
    """Every setting with its default, except those of feeds and keys."""
    from papertui.settings.schema import FEED, TABLES

    return "\n\n".join(f"## [{table.name}]\n\n{_settings_of(table.name)}" for table in TABLES if table is not FEED)


def feed_settings() -> str:
    """The settings of one feed."""
    from papertui.settings.schema import FEED

    return _settings_of(FEED.name)


def messages() -> str:
    """The sentences that users see, by package."""
    lines: list[str] = []
    for package, found in messages_by_package(ROOT / "src" / "papertui").items():
        lines += [f"## {package}", ""]
        for title, fits in _MESSAGE_KINDS.items():
            chosen = sorted(
                {_message(message) for message in found if fits(message)}, key=lambda text: (text.casefold(), text)
            )
            if chosen:
                lines += [f"**{title}**", "", *(f"- {text}" for text in chosen), ""]
    return "\n".join(lines).rstrip()


def manual() -> str:
    """The man page."""
    from papertui import __version__

    return man_page(_program(), __version__, exit_codes=EXIT_CODES, environment=ENVIRONMENT, files=FILES)


GENERATORS: Mapping[str, Callable[[], str]] = {
    "keys": keys,
    "key-presets": key_presets,
    "app-commands": app_commands,
    "search": search,
    "filters": filters,
    "agent-tools": agent_tools,
    "formats": formats,
    "imports": imports,
    "entry-types": entry_types,
    "entry-fields": entry_fields,
    "commands": commands,
    "command-reference": command_reference,
    "exit-codes": exit_codes,
    "environment": environment,
    "files": files,
    "settings": settings,
    "feed-settings": feed_settings,
    "theme-colors": theme_colors,
    "line-fields": line_fields,
    "messages": messages,
}


def _is_sentence(message: Message) -> bool:
    return message.text.endswith((".", "?", "!", ".”"))


_MESSAGE_KINDS: Mapping[str, Callable[[Message], bool]] = {
    "Errors": lambda message: message.kind == "error",
    "Help": lambda message: message.kind == "help",
    "Sentences": lambda message: message.kind == "text" and _is_sentence(message),
    "Labels and parts of sentences": lambda message: message.kind == "text" and not _is_sentence(message),
}


def _message(message: Message) -> str:
    text = re.sub(r"([\\`*_<>\[\]#])", r"\\\1", message.text)
    return f"{text} — `{message.error}`" if message.error else text


def _program() -> Command:
    from papertui.cli.parser import make_parser

    return command_tree(make_parser())


def _reference_of(command: Command) -> str:
    lines = [f"## {command.name}", "", command.about, "", "```text", command.usage, "```"]
    rows = [(_code(argument.usage), _cell(argument.help)) for argument in (*command.arguments, *command.options)]
    if rows:
        lines += ["", _table(("Argument", "Meaning"), rows)]
    if command.examples:
        lines += ["", "```bash", command.examples, "```"]
    for text, as_is in command.paragraphs:
        if not text.startswith("exit codes:"):  # a table of the page
            lines += ["", "```text", text, "```"] if as_is else ["", _cell(" ".join(text.split()))]
    return "\n".join(lines)


def _settings_of(name: str) -> str:
    from papertui.settings.schema import TABLES
    from papertui.settings.toml_file import value_text

    table = next(table for table in TABLES if table.name == name)
    rows = []
    for setting in table.settings:
        default = table.default(setting)
        override = f"; {_code(setting.variable)} overrides it" if setting.variable else ""
        shown = "" if default is None else _code(value_text(default))
        rows.append((_code(setting.key), shown, f"{_cell(setting.meaning)}{override}"))
    return _table(("Setting", "Default", "Meaning"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"([|<*_\[\]])", r"\\\1", text)


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _generated(page: str) -> str:
    return _PART.sub(lambda part: f"{part[1]}\n{GENERATORS[part[2]]()}\n\n{part[3]}", page)


def main() -> int:
    """Writes the pages, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    check = parser.parse_args().check
    pages = {path: _generated(path.read_text(encoding="utf-8")) for path in sorted(DOCS.glob("*.md"))}
    pages[MAN_PAGE] = manual()
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(pages[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} {'is out of date' if check else 'written'}\n")
    if check and stale:
        sys.stdout.write("Run: python tools/generate_docs.py\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
