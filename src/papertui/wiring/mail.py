"""The parts needed for mail, loaded when something is mailed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from papertui.digest.delivery import MailOffice
from papertui.digest.outbox import MailLedger
from papertui.paths import Paths
from papertui.settings import MailSettings, Settings
from papertui.wiring.digests import templates


def mail_office(environ: Mapping[str, str], where: Paths, chosen: Settings) -> Callable[[], MailOffice]:

    def opened() -> MailOffice:
        from papertui.digest.mailer import Mailer  # noqa: PLC0415 - brings Jinja, email and smtplib with it

        return Mailer(environ, templates(where, chosen), sys.executable)

    return opened


def mail_ledger(where: Paths) -> Callable[[], MailLedger]:

    def opened() -> MailLedger:
        from papertui.digest.outbox import Ledger  # noqa: PLC0415 - brings filelock with it

        return Ledger(where.ledger)

    return opened


def mail_settings(environ: Mapping[str, str], chosen: Settings) -> Callable[[], MailSettings]:
    """The mail settings, with the environment variables applied when they are first read."""

    def read() -> MailSettings:
        from papertui.settings.schema import with_variables  # noqa: PLC0415 - parses addresses

        return with_variables(chosen.mail, environ)

    return read
