"""The passwords of feeds that ask for one (HTTP Basic, RFC 7617)."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable, Mapping

from papertui.errors import SettingsError, SourceError, UsageError
from papertui.model.feed import Follow
from papertui.model.feed_address import (
    KEYRING_SERVICE,
    LOGINS_VARIABLE,
    FeedAddress,
    parse_feed_address,
    password_places,
)
from papertui.model.mailbox import Password


class FeedLogins:
    """Finds the password of a feed's user. Thread-safe; each password is looked up once.

    It comes from the command line of this process, else from ``PAPERTUI_FEED_LOGINS``, else from the feed's
    ``password_command``, else from the keyring.

    Args:
        environ: the environment variables.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._commands: Mapping[str, tuple[str, tuple[str, ...]]] = {}
        self._known: dict[str, Password] = {}
        self._given: dict[str, Password] = {}
        self._lock = threading.Lock()

    def use_commands(self, follows: Iterable[Follow]) -> None:
        """Use the ``password_command`` of the followed feeds."""
        self._commands = {
            follow.name.detail: (follow.key, follow.password_command) for follow in follows if follow.password_command
        }

    def give(self, account: str, password: Password) -> None:
        """Use a password that the reader typed, as long as this process runs."""
        self._given[account] = password

    def keep(self, account: str, password: Password) -> bool:
        """Store a password in the keyring; return whether there is one that took it."""
        from papertui.sources.passwords import keep_in_keyring  # noqa: PLC0415 - needed for a new password only

        return keep_in_keyring(KEYRING_SERVICE, account, password)

    def forget(self, account: str) -> None:
        """Look for a password again: the service did not accept it."""
        with self._lock:
            self._known.pop(account, None)

    def authorization(self, address: FeedAddress) -> dict[str, str]:
        """The header with user and password; empty for an address without a user.

        Raises:
            SourceError: there is no password.
        """
        if not address.user:
            return {}
        if ":" in address.user:
            raise SourceError(f"{address.host}: a user name cannot contain a colon; check the URL of the feed.")
        with self._lock:  # a program may prompt the reader: once, not once for each feed of the account
            account = address.account
            password = self._given.get(account) or self._known.get(account)
            if password is None:
                password = self._known[account] = self._found(address)
        pair = f"{address.user}:{password.reveal()}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}

    def _found(self, address: FeedAddress) -> Password:
        from papertui.sources.passwords import password_in_keyring, printed_password  # noqa: PLC0415 - runs programs

        if (password := self._in_environment(address.account)) is not None:
            return password
        key, command = self._commands.get(address.name, ("NAME", ()))
        table = f"[feeds.{key}]"
        if command:
            try:
                return printed_password(command, table=table, failure=SourceError, quiet=True)
            except SettingsError as problem:  # one feed that cannot be fetched, not a reason to fetch no other
                raise SourceError(str(problem)) from problem
        text = password_in_keyring(KEYRING_SERVICE, address.account, table=table, failure=SourceError)
        if text:
            return Password(text)
        raise SourceError(
            f"There is no password for {address.user} at {address.host}. {password_places(address.account)}"
        )

    def _in_environment(self, account: str) -> Password | None:
        for number, text in enumerate(self._environ.get(LOGINS_VARIABLE, "").split(), start=1):
            try:
                address = parse_feed_address(text)
            except UsageError:  # its message quotes what may be a part of a password
                address = None
            if address is None or address.password is None:
                raise SourceError(
                    f"{LOGINS_VARIABLE}, address {number} is not an https URL with a user and a password. Write it "
                    "like https://ada:password@example.org."
                )
            if address.account == account:
                return address.password
        return None
