"""The schedulers that a machine has."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from papertui.mail.schedule import Scheduler
from papertui.mail.schedule.cron import Cron
from papertui.mail.schedule.launchd import Launchd
from papertui.mail.schedule.systemd import Systemd


def schedulers(environ: Mapping[str, str], platform: str = sys.platform) -> Iterator[Scheduler]:
    """The schedulers of this machine, the best one first."""
    home = Path(environ.get("HOME") or Path.home())
    if platform == "darwin" and shutil.which("launchctl"):
        yield Launchd(home / "Library" / "LaunchAgents")
    if shutil.which("systemctl") and Systemd.is_here():
        config = environ.get("XDG_CONFIG_HOME") or home / ".config"
        yield Systemd(Path(config) / "systemd" / "user")
    if shutil.which("crontab"):
        yield Cron()
