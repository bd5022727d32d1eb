"""The settings as a TOML file, read strictly: everything invalid is reported with its line, nothing is skipped."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from papertui.errors import SettingsError, UsageError
from papertui.model.feed import Follow, named, tabs
from papertui.settings import PDF_NAMES, PREFETCH, SIGNS, THEMES, Settings
from papertui.settings.digest import CHOICES as DIGEST
from papertui.settings.digest import read_digest
from papertui.settings.feeds import every_text, read_feeds, setting_of
from papertui.settings.hooks import COMMANDS, is_command, read_hooks
from papertui.settings.mail import MEANINGS as MAIL
from papertui.settings.mail import read_mail, written
from papertui.settings.syncing import AUTO_MEANING, REMOTE_MEANING, read_sync, shown_remote

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
#: ``(at line 3, column 5)`` at the end of what tomllib says.
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_SHOWN = 60
#: The permission bits of everybody but the owner of the file.
_OTHERS = 0o077


class _Option(NamedTuple):
    """One setting of ``[app]``."""

    #: The allowed values, as the end of a sentence.
    allowed: str
    #: What it does, for `as_toml`.
    meaning: str
    fits: Callable[[object], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_tabs(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and len(set(value)) == len(value)


def _are_prefetched(value: object) -> bool:
    return isinstance(value, list) and all(part in PREFETCH for part in value)


def _is_folder(value: object) -> bool:
    return isinstance(value, str) and (not value or (value[0] in "/~" and "\0" not in value))


def _quoted(values: tuple[str, ...]) -> str:
    texts = [f'"{value}"' for value in values]
    return f"{', '.join(texts[:-1])} or {texts[-1]}"


_APP: Mapping[str, _Option] = {
    "theme": _Option(_quoted(THEMES), f"colours: {_quoted(THEMES)}", lambda value: value in THEMES),
    "feed": _Option(
        '"last" or the name of a feed, for example "trending", "daily" or "library"',
        'the first view: "last", or the name of a feed such as "trending", "daily" or "library"',
        _is_text,  # `_check_names` checks that the feed exists
    ),
    "compact": _Option("true or false", "one line per paper: true or false", lambda value: isinstance(value, bool)),
    "signs": _Option(_quoted(SIGNS), f"the symbols drawn: {_quoted(SIGNS)}", lambda value: value in SIGNS),
    "refresh": _Option(
        "true or false", "refresh outdated feeds while the app is open", lambda value: isinstance(value, bool)
    ),
    "prefetch": _Option(
        f"a list of {_quoted(PREFETCH)}",
        f"what to fetch in advance, a list of {_quoted(PREFETCH)} (texts of bookmarks)",
        _are_prefetched,
    ),
    "pdf_folder": _Option(
        'the full path of a folder, for example "~/papers"',
        'the folder of PDFs, for example "~/papers"; empty: a folder in your documents',
        _is_folder,
    ),
    "pdf_names": _Option(
        _quoted(PDF_NAMES),
        f'how PDFs are named, {_quoted(PDF_NAMES)} ("2604.26951 Zhang - Turning the TIDE.pdf")',
        lambda value: value in PDF_NAMES,
    ),
    "pdf_viewer": _Option(
        'a program and its arguments, all strings, for example ["zathura", "{file}"]',
        'the viewer of PDFs, for example ["zathura", "{file}"]; empty: the default of this machine',
        is_command,
    ),
    "tabs": _Option(
        'a list of views and feeds, each once, for example ["trending", "daily", "library"]',
        'the tabs and their order, for example ["trending", "daily", "library"]; empty: all',
        _are_tabs,
    ),
}
#: The allowed tables, each as it is written.
_TABLES = {
    "app": "[app]",
    "digest": "[digest]",
    "feeds": "[feeds.NAME]",
    "hooks": "[hooks]",
    "keys": "[keys]",
    "mail": "[mail]",
    "sync": "[sync]",
}
_KEYS_ALLOWED = 'one or more keys, for example "b" or "b,space"'
_KEYS_MEANING = 'action = "key" or "key,key"; ? in the app shows all actions'


def load(path: Path) -> Settings:
    """The settings in the file at `path`.

    Raises:
        SettingsError: the file cannot be read, is not valid TOML, or has an unknown key or an invalid value; the
            message names the file, the line and what is allowed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The settings in {path} cannot be read: {error.strerror or error}.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}, line {line}: this is not UTF-8. Save the settings as UTF-8 text.") from error
    settings = parse(text, str(path))
    server = settings.mail.server
    if server is not None and server.password is not None and path.stat().st_mode & _OTHERS:
        raise SettingsError(
            f"{path} contains the password of the mail server, and others on this machine can read it. Make it "
            f"private (chmod 600 {path}), or move the password to the keyring or a password_command."
        )
    return settings


def parse(text: str, name: str = "settings.toml") -> Settings:
    """The settings in `text`.

    Args:
        text: TOML.
        name: the name of the file, for messages.

    Raises:
        SettingsError: see `load`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_malformed(str(error), text, name)) from error
    except RecursionError as error:
        raise SettingsError(f"{name}, line 1: values are nested too deeply. No setting is a nested value.") from error
    for table, values in tables.items():
        if table not in _TABLES:
            hint = " It belongs in the table [app]." if table in _APP else ""
            known = f"Allowed tables: {', '.join(_TABLES.values())}"
            raise _wrong(text, name, (table,), f"unknown table or setting “{_shown(table)}”.{hint} {known}")
        if not isinstance(values, dict):
            raise _wrong(text, name, (table,), f"“{table}” must be a table that begins with a line [{table}]")
    app, keys = tables.get("app", {}), tables.get("keys", {})
    for key, value in app.items():
        if fault := _fault_of_choice(key, value):
            raise _wrong(text, name, ("app", key), fault)
    for key, value in keys.items():
        if not isinstance(value, str) or not all(part.strip() for part in value.split(",")):
            raise _wrong(text, name, ("keys", key), f"“{_shown(key)}” must be {_KEYS_ALLOWED}")
    follows = read_feeds(tables.get("feeds", {}), lambda path, sentence: _wrong(text, name, path, sentence))
    hooks = read_hooks(tables.get("hooks", {}), lambda path, sentence: _wrong(text, name, path, sentence))
    _check_names(app, follows, lambda key, sentence: _wrong(text, name, ("app", key), sentence))
    lists = {key: tuple(value) for key, value in app.items() if isinstance(value, list)}
    sync = read_sync(tables.get("sync", {}), lambda path, sentence: _wrong(text, name, path, sentence))
    digest = read_digest(tables.get("digest", {}), follows, lambda path, sentence: _wrong(text, name, path, sentence))
    mail = read_mail(tables.get("mail", {}), lambda path, sentence: _wrong(text, name, path, sentence))
    return Settings(**{**app, **lists}, follows=follows, hooks=hooks, keys=keys, sync=sync, digest=digest, mail=mail)


def _check_names(
    app: Mapping[str, Any], follows: tuple[Follow, ...], wrong: Callable[[str, str], SettingsError]
) -> None:
    """Reject names of feeds that do not exist."""
    if (feed := app.get("feed", "last")) != "last":
        try:
            named(feed, follows)
        except UsageError as error:
            raise wrong("feed", f"“feed” must be {_APP['feed'].allowed}") from error
    try:
        tabs(follows, app.get("tabs", ()))
    except UsageError as error:
        raise wrong("tabs", f"{error}; “tabs” must be {_APP['tabs'].allowed}") from error


def _fault_of_choice(key: str, value: object) -> str:
    if key not in _APP:
        return f"unknown setting “{_shown(key)}” in [app]. Allowed: {', '.join(_APP)}"
    return "" if _APP[key].fits(value) else f"“{key}” must be {_APP[key].allowed}"


def as_toml(settings: Settings) -> str:
    """`settings` as TOML that `parse` reads, each with a comment on its meaning and allowed values."""
    lines = ["[app]"]
    for name in Settings._fields:
        if name in _APP:
            lines += [f"# {_APP[name].meaning}", f"{name} = {_written(getattr(settings, name))}"]
    for follow in settings.follows:
        kind, value = setting_of(follow.name)
        lines += ["", f"[feeds.{_key(follow.key)}]", f"title = {_written(follow.title)}", f"{kind} = {_written(value)}"]
        lines += [f"every = {_written(every_text(follow.every))}"] if follow.every else []
        lines += ["hidden = true"] if follow.hidden else []
    lines += ["", "[hooks]"]
    for key, meaning in COMMANDS.items():
        lines += [
            f"# a command that runs {meaning}: a program and its arguments",
            f"{key} = {_written(getattr(settings.hooks, key))}",
        ]
    lines += ["# seconds after which a command is killed", f"timeout = {settings.hooks.timeout!r}"]
    lines += ["", "[digest]"]
    for name, choice in DIGEST.items():
        lines += [f"# {choice.meaning}", f"{name} = {_written(getattr(settings.digest, name))}"]
    lines += ["", "[mail]"]
    mail = written(settings.mail)
    for name, meaning in MAIL.items():
        lines += [f"# {meaning}", *([f"{name} = {_written(mail[name])}"] if name in mail else [])]
    lines += ["", "[keys]", f"# {_KEYS_MEANING}"]
    lines += [f"{_key(name)} = {_written(value)}" for name, value in settings.keys.items()]
    lines += ["", "[sync]", f"# {REMOTE_MEANING}", f"remote = {_written(shown_remote(settings.sync))}"]
    lines += [f"# {AUTO_MEANING}", f"auto = {_written(settings.sync.auto)}"]
    return "\n".join(lines) + "\n"


def _written(value: str | bool | int | tuple[str, ...]) -> str:  # noqa: FBT001 - the value of a setting
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    # TOML's basic strings are JSON strings, except that JSON does not escape DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _written(name)


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN])


def _malformed(reason: str, text: str, name: str) -> str:
    found = _PLACE.search(reason)
    line = found[1] if found and found[1] else max(1, len(text.splitlines()))
    what = _PLACE.sub("", reason)
    return f'{name}, line {line}: {what}. Settings are TOML, for example: theme = "ink".'


def _wrong(text: str, name: str, path: tuple[str, ...], sentence: str) -> SettingsError:
    return SettingsError(f"{name}, line {_line_of(text, path)}: {sentence}.")


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """The line of the value at `path` in `text`.

    tomllib reports no lines. But the file can be parsed up to each of its lines in turn, and the value begins right
    after the last prefix that is valid TOML without it. That works however the value is written.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    before = 0
    for number in range(1, len(lines) + 1):
        try:
            tables: Any = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        for step in path:
            tables = tables.get(step) if isinstance(tables, dict) else None
        if tables is not None:
            break
        before = number
    return before + 1
