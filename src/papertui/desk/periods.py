"""The period of a request, according to the ledger."""

from __future__ import annotations

from datetime import date

from papertui.core.digest import Period
from papertui.core.mailing.series import covers, current, due, latest
from papertui.desk.dispatch import Request
from papertui.store.mailed import MailLedger


def due_period(request: Request, ledger: MailLedger, today: date) -> Period | None:
    """The period to mail; ``None`` if it was mailed already.

    Raises:
        StoreError: the ledger cannot be read.
    """
    if request.day is None and not request.to:
        period = due(request.kind, today, ledger.covered(request.series), ledger.first_tried(request.series))
    else:
        period = _named(request, today)
    return None if period is None or covers(ledger.spans(request.series), period) else period


def last_period(request: Request, ledger: MailLedger, today: date) -> Period:
    """The period mailed last, or the period of the request.

    Raises:
        StoreError: the ledger cannot be read.
    """
    last = None if request.day else ledger.last_sent(request.series)
    return _named(request, today) if last is None else last.period


def _named(request: Request, today: date) -> Period:
    return latest(request.kind, today) if request.day is None else current(request.kind, request.day)
