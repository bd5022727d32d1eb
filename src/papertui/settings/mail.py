"""``[mail]``: the sender, the recipients and the server of the mailed digest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from papertui.errors import SettingsError, UsageError
from papertui.model.mailbox import Mailbox, parse_mailbox, parse_mailboxes, parse_server
from papertui.settings import MailSettings
from papertui.settings.feeds import Wrong

#: What each setting does, for the comments of `papertui config`.
MEANINGS: Mapping[str, str] = {
    "from": 'the sender of the digest, for example "papertui <ada@example.org>"',
    "to": 'the recipients: an address or a list of addresses, for example ["ada@example.org"]',
    "url": 'the mail server: "smtp://ada@mail.example.org:587", smtps://..., or smtp://localhost',
    "password_command": 'a program that prints the password, for example ["pass", "mail"]; otherwise the keyring',
    "unsubscribe": 'where other recipients unsubscribe, an address: "https://..." or "ada@example.org"',
}
_TARGET = re.compile(r"(?:https://|mailto:)[!-;=?-~]+", re.ASCII)


def read_mail(values: Mapping[str, Any], wrong: Wrong) -> MailSettings:
    """Validate the table ``mail``.

    Raises:
        Exception: the error made by `wrong` for the first invalid value.
    """
    readers: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
        "from": ("sender", _sender),
        "to": ("to", _recipients),
        "url": ("server", lambda value: parse_server(_text(value))),
        "password_command": ("password_command", _command),
        "unsubscribe": ("unsubscribe", _unsubscribe),
    }
    chosen = {}
    for key, value in values.items():
        if key not in readers:
            shown = "".join(c if c.isprintable() else "?" for c in key[:60])
            raise wrong(("mail", key), f"unknown setting “{shown}” in [mail]. Allowed: {', '.join(readers)}")
        name, read = readers[key]
        try:
            chosen[name] = read(value)
        except UsageError as error:
            raise wrong(("mail", key), f"“{key}”: {str(error).rstrip('.')}") from error
    return MailSettings(**chosen)


def with_variables(chosen: MailSettings, environ: Mapping[str, str]) -> MailSettings:
    """`chosen`, overridden by ``PAPERTUI_SMTP_URL``, ``PAPERTUI_MAIL_FROM`` and ``PAPERTUI_MAIL_TO``.

    Raises:
        SettingsError: one of the variables is invalid. A malformed server address is not shown: it may hold a password.
    """
    readers = {
        "PAPERTUI_SMTP_URL": ("server", parse_server),
        "PAPERTUI_MAIL_FROM": ("sender", parse_mailbox),
        "PAPERTUI_MAIL_TO": ("to", lambda text: parse_mailboxes([text])),
    }
    changes: dict[str, Any] = {}
    for variable, (name, read) in readers.items():
        if text := environ.get(variable, "").strip():
            try:
                changes[name] = read(text)
            except UsageError as error:
                raise SettingsError(f"{variable} is invalid. {error}") from error
    return chosen._replace(**changes)


def written(chosen: MailSettings) -> dict[str, str | tuple[str, ...]]:
    """The settings as the file has them, without a password; unset ones are omitted."""
    facts: dict[str, str | tuple[str, ...]] = {
        "from": str(chosen.sender) if chosen.sender else "",
        "to": tuple(map(str, chosen.to)),
        "url": chosen.server.url if chosen.server else "",
        "password_command": chosen.password_command,
        "unsubscribe": chosen.unsubscribe,
    }
    return {key: value for key, value in facts.items() if value}


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError("this must be a non-empty string")
    return value


def _sender(value: object) -> Mailbox:
    return parse_mailbox(_text(value))


def _recipients(value: object) -> tuple[Mailbox, ...]:
    texts = value if isinstance(value, list) else [value]
    return parse_mailboxes(map(_text, texts))


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value) and value[0].strip():
        return tuple(value)
    try:
        words = tuple(shlex.split(_text(value)))
    except ValueError as error:
        raise UsageError("a closing quotation mark is missing") from error
    return words


def _unsubscribe(value: object) -> str:
    text = _text(value).strip()
    if _TARGET.fullmatch(text):
        return text
    try:
        box = parse_mailbox(text)
    except UsageError as error:
        raise UsageError("this must be a web address (https://...) or a mail address") from error
    if not box.address.isascii():
        raise UsageError("this address must be ASCII")
    return f"mailto:{box.address}"
