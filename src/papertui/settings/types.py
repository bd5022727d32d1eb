"""The types of settings: how a value of TOML becomes the value of a field and back, and what is allowed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from papertui.errors import UsageError
from papertui.model.feed import BUILT_IN, FeedName, parse_feed_name
from papertui.model.feed import Kind as FeedKind
from papertui.model.group_names import usual_group_name
from papertui.model.mailbox import parse_mailbox, parse_mailboxes, parse_server
from papertui.model.remote import remote_of
from papertui.settings import TEXTUAL_THEMES, THEMES

#: What `papertui.settings.toml_file` writes.
TomlValue = str | bool | int | float | tuple[str, ...]
#: How a value is edited: ``choices`` is a list of some of the choices, ``command`` a program and its arguments.
Kind = Literal["switch", "choice", "choices", "number", "text", "list", "command", "theme"]


def _identity(value: Any) -> Any:  # noqa: ANN401 - the value of any setting
    return value


class ValueType(NamedTuple):
    """The values that a setting takes."""

    #: The end of the sentence “NAME must be …”.
    allowed: str
    #: Turns a value of TOML into the value of the field. Raises `ValueError` for a value that is not allowed, or
    #: `UsageError` with a reason.
    read: Callable[[Any], Any]
    #: The values as a JSON Schema, for editors. It accepts all that `read` accepts, and perhaps more: what depends on
    #: other settings or on files is not in it. Its patterns are those that Python, JavaScript and Rust share.
    schema: Mapping[str, Any]
    #: Turns the value of the field into a value of TOML, without secrets; ``None`` if it is not set.
    write: Callable[[Any], TomlValue | None] = _identity
    #: All values (of a list: all parts), if they are few.
    choices: tuple[str, ...] = ()
    kind: Kind = "text"


_NOT_BLANK: Mapping[str, Any] = {"type": "string", "pattern": r"\S"}


def _list_of(part: Mapping[str, Any], **limits: object) -> Mapping[str, Any]:
    return {"type": "array", "items": part, **limits}


def any_of(values: Sequence[str]) -> str:
    """``"a", "b" or "c"``."""
    texts = [f'"{value}"' for value in values]
    return f"{', '.join(texts[:-1])} or {texts[-1]}"


def _fitting(fits: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A reader of values that `fits` accepts; lists become tuples."""

    def read(value: Any) -> Any:  # noqa: ANN401 - any value of TOML
        if not fits(value):
            raise ValueError
        return tuple(value) if isinstance(value, list) else value

    return read


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError("this must be a non-empty string")
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and len(set(value)) == len(value)


def choice(values: tuple[str, ...]) -> ValueType:
    return ValueType(
        any_of(values), _fitting(lambda value: value in values), {"enum": list(values)}, choices=values, kind="choice"
    )


def some_of(values: tuple[str, ...]) -> ValueType:
    return ValueType(
        f"a list of {any_of(values)}",
        _fitting(lambda value: isinstance(value, list) and all(part in values for part in value)),
        _list_of({"enum": list(values)}),
        choices=values,
        kind="choices",
    )


def integer(least: int, most: int) -> ValueType:
    return ValueType(
        f"an integer from {least} to {most}",
        _fitting(lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most),
        {"type": "integer", "minimum": least, "maximum": most},
        kind="number",
    )


def seconds(least: float, most: float) -> ValueType:
    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError
        return float(value)

    schema = {"type": "number", "minimum": least, "maximum": most}
    return ValueType(f"a number of seconds from {least:g} to {most:g}, for example 10", read, schema, kind="number")


def _read_share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST_SHARE:
        raise ValueError
    return float(value)


_LARGEST_SHARE = 0.5
SHARE = ValueType(
    "a number from 0 to 0.5, for example 0.1 for one in ten",
    _read_share,
    {"type": "number", "minimum": 0, "maximum": _LARGEST_SHARE},
)


def _is_command(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(part, str) and "\0" not in part for part in value)
        and (not value or _is_text(value[0]))
    )


def command(example: str) -> ValueType:
    """A program and its arguments; an empty list means no command."""
    schema = _list_of({"type": "string"}, prefixItems=[_NOT_BLANK])
    return ValueType(
        f"a program and its arguments, all strings, for example {example}",
        _fitting(_is_command),
        schema,
        kind="command",
    )


#: Whether the theme exists is checked by `papertui.settings.schema.read_settings`.
THEME = ValueType(
    f'{any_of(THEMES)}, a theme of Textual such as "nord", or the name of your file in the folder themes',
    _fitting(_is_text),
    {"anyOf": [{"enum": [*THEMES, *TEXTUAL_THEMES]}, _NOT_BLANK]},
    kind="theme",
)
SWITCH = ValueType(
    "true or false",
    _fitting(lambda value: isinstance(value, bool)),
    {"type": "boolean"},
    choices=("true", "false"),
    kind="switch",
)
FOLDER = ValueType(
    'the full path of a folder, for example "~/papers"',
    _fitting(lambda value: isinstance(value, str) and (not value or (value[0] in "/~" and "\0" not in value))),
    {"type": "string", "pattern": "^($|[/~])"},
)
RELATIVE_FOLDER = ValueType(
    "the path of a folder",
    _fitting(lambda value: isinstance(value, str) and value.isprintable()),
    {"type": "string"},
)


# --- names of feeds; `papertui.settings.schema` checks that they exist -------------------------------

_BUILT_IN = [view.kind for view in BUILT_IN]
_FEED_NAME = {"anyOf": [{"enum": _BUILT_IN}, _NOT_BLANK]}
_FEED_NAMES = _list_of(_FEED_NAME, uniqueItems=True)
VIEW = ValueType(
    '"last" or the name of a feed, for example "trending", "daily" or "library"',
    _fitting(_is_text),
    {"anyOf": [{"enum": ["last", *_BUILT_IN]}, _NOT_BLANK]},
)
VIEWS = ValueType(
    'a list of feeds, each once, for example ["trending", "daily", "library"]',
    _fitting(_are_names),
    _FEED_NAMES,
    kind="list",
)
FEEDS = ValueType(
    'a list of feeds, each once, for example ["trending", "arxiv:cs.CL", "rising", "library"]',
    _fitting(_are_names),
    _FEED_NAMES,
    kind="list",
)


# --- one feed ----------------------------------------------------------------------------------------


def _read_title(value: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in " ".join(_text(value).split()))


TITLE = ValueType("a non-empty string", _read_title, _NOT_BLANK)


def _read_groups(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise ValueError
    names = [usual_group_name(text) for text in value]
    if not all(names):
        raise ValueError
    return tuple(dict.fromkeys(names))


GROUPS = ValueType(
    'a list of names, for example ["Journals", "Science/Physics"]', _read_groups, _list_of(_NOT_BLANK), kind="list"
)


def feed_of(kind: FeedKind) -> ValueType:
    """The category, query or address that defines a feed of this kind."""

    def read(value: object) -> FeedName:
        text = _text(value)
        name = parse_feed_name(text if kind == "url" else f"{kind}:{text}")
        if name.kind != kind:
            raise ValueError
        return name

    def write(name: FeedName) -> str | None:
        return name.detail if name.kind == kind else None

    return ValueType("the URL of a feed, as in https://example.org/feed.xml", read, _NOT_BLANK, write)


_INTERVAL = re.compile(r"(\d{1,4})\s*(min|m|h|d)", re.ASCII)
_UNITS = {"min": timedelta(minutes=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SHORTEST_INTERVAL = timedelta(minutes=5)


def _read_interval(value: object) -> timedelta:
    match = _INTERVAL.fullmatch(_text(value).strip())
    interval = int(match[1]) * _UNITS[match[2]] if match else timedelta(0)
    if interval < _SHORTEST_INTERVAL:
        raise ValueError
    return interval


def _write_interval(interval: timedelta | None) -> str | None:
    if interval is None:
        return None
    minutes = int(interval / timedelta(minutes=1))
    if minutes % 1440 == 0:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


#: At least five minutes, or an hour or a day, in at most four digits.
_INTERVAL_PATTERN = (
    r"^\s*((0{0,3}[5-9]|0{0,2}[1-9][0-9]|0?[1-9][0-9]{2}|[1-9][0-9]{3})\s*(min|m)"
    r"|(0{0,3}[1-9]|0{0,2}[1-9][0-9]|0?[1-9][0-9]{2}|[1-9][0-9]{3})\s*(h|d))\s*$"
)
INTERVAL = ValueType(
    'at least five minutes: "30 min", "6 h" or "1 d"',
    _read_interval,
    {"type": "string", "pattern": _INTERVAL_PATTERN},
    _write_interval,
)


# --- mute --------------------------------------------------------------------------------------------

_CATEGORY = r"[A-Za-z]+(?:-[A-Za-z]+)*(?:\.(?:[A-Za-z]+(?:-[A-Za-z]+)*|\*))?"
_MUTED_CATEGORY = re.compile(_CATEGORY, re.ASCII)


def _texts(fits: Callable[[str], object], example: str, pattern: str = r"\S") -> ValueType:
    """A list of texts, each of which `fits` accepts."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(text, str) and fits(text.strip()) for text in value):
            raise ValueError
        return tuple(dict.fromkeys(" ".join(text.split()) for text in value))

    schema = _list_of({"type": "string", "pattern": pattern})
    return ValueType(f"a list of {example}", read, schema, kind="list")


def _has_letters(text: str) -> bool:
    return text.isprintable() and any(map(str.isalnum, text))


MUTED_WORDS = _texts(_has_letters, 'words or phrases, for example ["blockchain", "state of the art"]')
REASONS = _texts(_has_letters, 'reasons, for example ["benchmark", "author:Ada Lovelace"]')
MUTED_AUTHORS = _texts(_has_letters, 'names, for example ["Ada Lovelace", "C. Babbage"]')
MUTED_CATEGORIES = _texts(
    _MUTED_CATEGORY.fullmatch,
    'arXiv categories or whole archives, for example ["cs.CR", "econ"]',
    rf"^\s*{_CATEGORY}\s*$",
)


# --- mail and sync -----------------------------------------------------------------------------------

_UNSUBSCRIBE = re.compile(r"(?:https://|mailto:)[!-;=?-~]+", re.ASCII)


def _read_words(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value) and value[0].strip():
        return tuple(value)
    try:
        return tuple(shlex.split(_text(value)))
    except ValueError as error:
        raise UsageError("a closing quotation mark is missing") from error


def _read_unsubscribe(value: object) -> str:
    text = _text(value).strip()
    if _UNSUBSCRIBE.fullmatch(text):
        return text
    try:
        mailbox = parse_mailbox(text)
    except UsageError as error:
        raise UsageError("this must be a web address (https://...) or a mail address") from error
    if not mailbox.address.isascii():
        raise UsageError("this address must be ASCII")
    return f"mailto:{mailbox.address}"


def _read_remote(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - `ValueError` is what a reader raises
    if value:
        remote_of(value)
    return value


_ADDRESS: Mapping[str, Any] = {"type": "string", "pattern": r"\S@\S"}
MAILBOX = ValueType(
    "a mail address",
    lambda value: parse_mailbox(_text(value)),
    _ADDRESS,
    lambda mailbox: str(mailbox) if mailbox else None,
)
MAILBOXES = ValueType(
    "mail addresses",
    lambda value: parse_mailboxes(map(_text, value if isinstance(value, list) else [value])),
    # An element may have no address: " , " stands for none.
    {"anyOf": [_NOT_BLANK, _list_of(_NOT_BLANK)]},
    lambda mailboxes: tuple(map(str, mailboxes)) or None,
    kind="list",
)
MAIL_SERVER = ValueType(
    "the address of a mail server",
    lambda value: parse_server(_text(value)),
    {"type": "string", "pattern": r"^\s*[Ss][Mm][Tt][Pp][Ss]?://"},
    lambda server: server.url if server else None,
)
#: A program and its arguments, as a list or as one string with the quotes of a shell.
COMMAND_LINE = ValueType(
    "a program and its arguments",
    _read_words,
    {"anyOf": [_NOT_BLANK, _list_of({"type": "string"}, prefixItems=[_NOT_BLANK], minItems=1)]},
    lambda words: words or None,
    kind="command",
)
UNSUBSCRIBE = ValueType(
    "a web address or a mail address",
    _read_unsubscribe,
    {"type": "string", "pattern": r"\S@\S|^\s*(https://|mailto:)"},
    lambda target: target or None,
)
REMOTE = ValueType(
    "a folder or the URL of a git repository",
    _read_remote,
    {"type": "string"},
    lambda remote: remote_of(remote).shown if remote else "",
)
