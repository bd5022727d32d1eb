"""What the digest's screen begins with, and its steps."""

from __future__ import annotations

from datetime import time, timedelta

#: When the digest is mailed, as long as nothing else was chosen.
USUAL = time(8)
#: The time of day is turned by so much.
STEP = timedelta(minutes=15)
#: Seconds of rest after a choice before the digest is composed anew.
REST = 0.15
