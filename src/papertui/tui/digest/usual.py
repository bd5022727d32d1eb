"""Defaults and step sizes of the digest screen."""

from __future__ import annotations

from datetime import time, timedelta

#: Default time for the mail.
USUAL = time(8)
#: Step of the time of day.
STEP = timedelta(minutes=15)
#: Seconds after the last change before the digest is composed again.
REST = 0.15
