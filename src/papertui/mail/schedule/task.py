"""What a scheduled run is given: the program by its full path, and of the environment what is no secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from papertui.core.digest import PeriodKind
from papertui.mail.schedule import Task

#: Folders, taken along with their full paths.
_FOLDERS = ("PAPERTUI_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
_TEXTS = ("PAPERTUI_MAIL_FROM", "PAPERTUI_MAIL_TO", "NO_PROXY")
#: Addresses, taken along unless they hold a password.
_ADDRESSES = (
    "PAPERTUI_SMTP_URL", "HF_ENDPOINT", "PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip
_SECRETS = ("HF_TOKEN",)


def task_for(kind: PeriodKind, environ: Mapping[str, str], python: str) -> tuple[Task, tuple[str, ...]]:
    """What mails the digest of a day or a week.

    Args:
        kind: of what.
        environ: the environment variables of now.
        python: the interpreter papertui runs with, by its full path.

    Returns:
        The task, and a sentence for each variable that is left out because it is a secret.
    """
    variables: dict[str, str] = {}
    told = []
    for name in (*_FOLDERS, *_TEXTS, *_ADDRESSES):
        value = environ.get(name, "")
        # A line end would begin another line in the file that is written.
        if not value or not value.isprintable():
            continue
        if name in _FOLDERS:
            value = os.path.abspath(os.path.expanduser(value))  # noqa: PTH100, PTH111 - no such folder may be there
        if name in _ADDRESSES and _holds_password(value):
            told.append(
                "PAPERTUI_SMTP_URL holds a password, which a scheduled run is not given: set “url” under [mail] and "
                "put the password into the keyring or a password_command."
                if name == "PAPERTUI_SMTP_URL"
                else f"{name} holds a password, which a scheduled run is not given."
            )
            continue
        variables[name] = value
    told += [f"{name} is a secret, and a scheduled run is not given it." for name in _SECRETS if environ.get(name)]
    # -P: a file papertui.py in the folder it is run in is not taken for the program.
    words = (python, "-P", "-m", "papertui", "digest", "--send", *(("--period", kind) if kind != "day" else ()))
    return Task(words, variables), tuple(told)


def _holds_password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return "@" in address
