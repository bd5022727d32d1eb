"""The scheduled command: the program with its full path, and environment variables that are not secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from papertui.core.digest import PeriodKind
from papertui.mail.schedule import Task

#: Paths, passed on as absolute paths.
_FOLDERS = ("PAPERTUI_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
_TEXTS = ("PAPERTUI_MAIL_FROM", "PAPERTUI_MAIL_TO", "NO_PROXY")
#: Addresses, passed on unless they contain a password.
_ADDRESSES = (
    "PAPERTUI_SMTP_URL", "HF_ENDPOINT", "PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip
_SECRETS = ("HF_TOKEN",)


def task_for(kind: PeriodKind, environ: Mapping[str, str], python: str) -> tuple[Task, tuple[str, ...]]:
    """The command that mails the digest of a day or a week.

    Args:
        kind: daily or weekly.
        environ: the current environment variables.
        python: the full path of the Python interpreter.

    Returns:
        The task, and a sentence for each variable that is left out because it is secret.
    """
    variables: dict[str, str] = {}
    notices = []
    for name in (*_FOLDERS, *_TEXTS, *_ADDRESSES):
        value = environ.get(name, "")
        # A line end would start another line in the file that is written.
        if not value or not value.isprintable():
            continue
        if name in _FOLDERS:
            value = os.path.abspath(os.path.expanduser(value))  # noqa: PTH100, PTH111 - it may not exist
        if name in _ADDRESSES and _holds_password(value):
            notices.append(
                "PAPERTUI_SMTP_URL contains a password and is not passed to scheduled runs: set “url” under [mail], "
                "and store the password in the keyring or use password_command."
                if name == "PAPERTUI_SMTP_URL"
                else f"{name} contains a password and is not passed to scheduled runs."
            )
            continue
        variables[name] = value
    notices += [f"{name} is a secret and is not passed to scheduled runs." for name in _SECRETS if environ.get(name)]
    # -P: a file papertui.py in the current folder is not imported.
    words = (python, "-P", "-m", "papertui", "digest", "--send", *(("--period", kind) if kind != "day" else ()))
    return Task(words, variables), tuple(notices)


def _holds_password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return "@" in address
