"""What mailing needs, all of which is loaded when something is mailed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from papertui.desk.mailroom import MailOffice
from papertui.settings import MailSettings, Places, Settings
from papertui.store.mailed import MailLedger
from papertui.wiring.digests import templates


def mail_office(environ: Mapping[str, str], where: Places, chosen: Settings) -> Callable[[], MailOffice]:
    """Opens what writes mails, hands them over and has them sent by themselves."""

    def opened() -> MailOffice:
        from papertui.mail.office import Office  # noqa: PLC0415 - brings Jinja, email and smtplib with it

        return Office(environ, templates(where, chosen), sys.executable)

    return opened


def mail_ledger(where: Places) -> Callable[[], MailLedger]:
    """Opens the ledger of what was mailed."""

    def opened() -> MailLedger:
        from papertui.store.ledger import Ledger  # noqa: PLC0415 - brings filelock with it

        return Ledger(where.ledger)

    return opened


def mail_settings(environ: Mapping[str, str], chosen: Settings) -> Callable[[], MailSettings]:
    """Reads from whom, to whom and through which server is mailed."""

    def read() -> MailSettings:
        from papertui.settings.mail import with_variables  # noqa: PLC0415 - reads addresses

        return with_variables(chosen.mail, environ)

    return read
