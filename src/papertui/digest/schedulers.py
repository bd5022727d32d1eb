"""Run the digest from systemd, launchd or cron.

Each can be installed and removed without touching anything else.
"""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from papertui.digest.model import Days, SendTimes
from papertui.errors import MailError, StoreError
from papertui.files import write_atomic
from papertui.model.period import PeriodKind
from papertui.model.safe_text import one_line

#: Marks everything papertui installs; files without it are not changed. Installed files contain it: keep its text.
MARK = "Made by papertui digest schedule; papertui digest unschedule takes it away."
#: Seconds. The programs are fast, but one may wait for a bus that does not answer.
_COMMAND_SECONDS = 20.0
_LONGEST_MESSAGE = 200
#: Paths, passed on as absolute paths.
_FOLDERS = ("PAPERTUI_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
_TEXTS = ("PAPERTUI_MAIL_FROM", "PAPERTUI_MAIL_TO", "NO_PROXY")
#: Addresses, passed on unless they contain a password.
_ADDRESSES = (
    "PAPERTUI_SMTP_URL", "HF_ENDPOINT", "PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL",
    "PAPERTUI_AR5IV_URL",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip
_SECRETS = ("HF_TOKEN", "PAPERTUI_FEED_LOGINS")


class ScheduledTask(NamedTuple):
    """The scheduled command."""

    words: tuple[str, ...]  # The program with its full path, and its arguments
    variables: Mapping[str, str]  # Its environment; never a secret, since others may read it


class InstalledSchedule(NamedTuple):
    """An installed schedule."""

    method: str  # ``a systemd timer``, ``a launchd agent`` or ``a line of cron``
    where: str  # Its file, or the command that shows it
    timetable: SendTimes | None  # ``None`` if it was changed by hand to other times
    active: bool  # Whether it is enabled


class Scheduler(Protocol):
    """A scheduler of this machine. Each method raises `MailError`."""

    def show(self, timetable: SendTimes, task: ScheduledTask) -> str:
        """A description of what `install` would write and run."""
        ...

    def install(self, timetable: SendTimes, task: ScheduledTask) -> InstalledSchedule:
        """Schedule `task`, replacing an existing schedule."""
        ...

    def remove(self) -> bool:
        """Remove the schedule; returns whether there was one."""
        ...

    def installed(self) -> InstalledSchedule | None:
        """The installed schedule, or ``None``."""
        ...


class CommandResult(NamedTuple):
    """The result of a program."""

    code: int
    out: str
    err: str  # Its stderr, safe and on one line


def run_command(words: Sequence[str], stdin: str = "") -> CommandResult:
    """Run a program and wait for its end.

    Raises:
        MailError: it cannot be run, or takes too long.
    """
    # Messages in English, which callers match.
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the words are ours
            words,
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            timeout=_COMMAND_SECONDS,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise MailError(
            f"“{words[0]}” did not answer within {_COMMAND_SECONDS:.0f} seconds; try again later."
        ) from error
    except OSError as error:
        raise MailError(f"“{words[0]}” cannot be run: {error.strerror or error}.") from error
    message = one_line(done.stderr.decode("utf-8", "replace"))[:_LONGEST_MESSAGE]
    return CommandResult(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), message)


def check_command(words: Sequence[str], stdin: str = "") -> None:
    """Run a program that must succeed.

    Raises:
        MailError: it failed.
    """
    answer = run_command(words, stdin)
    if answer.code:
        raise MailError(f"“{' '.join(words)}” failed with exit code {answer.code}: {answer.err or 'it gave no reason'}")


def read_ours(path: Path) -> str | None:
    """The text of a file that papertui installed; ``None`` if there is no such file.

    Raises:
        MailError: the file was not made by papertui, or it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read; check the file, or move it away.") from error
    if MARK not in text:
        raise MailError(f"{path} was not made by papertui and is left unchanged. Move it away, then try again.")
    return text


def write_ours(path: Path, text: str) -> None:
    """Write a file that papertui installs.

    Raises:
        MailError: it was not made by papertui, or it cannot be written.
    """
    read_ours(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode(), mode=None)
    except OSError as error:
        raise MailError(f"{path} cannot be written: {error.strerror or error}.") from error
    except StoreError as error:
        raise MailError(str(error)) from error


_BEGIN, _END = f"# {MARK}", "# End of papertui digest schedule."
_BLOCK = re.compile(rf"^{re.escape(_BEGIN)}\n(.*?)^{re.escape(_END)}\n", re.MULTILINE | re.DOTALL)
_CRON_DAYS: dict[Days, str] = {"every day": "*", "on weekdays": "1-5", "on Mondays": "1"}
_LINE = re.compile(r"^(\d+) (\d+) \* \* (\*|1-5|1) ", re.MULTILINE)


class Cron:
    """A crontab entry (crontab(5)) between two marker lines; all other lines are left unchanged."""

    def show(self, timetable: SendTimes, task: ScheduledTask) -> str:
        return (
            f"# added to your crontab (crontab -l)\n{_block(timetable, task)}\n"
            "# cron runs nothing while the machine sleeps; the next run covers all missed days.\n"
        )

    def install(self, timetable: SendTimes, task: ScheduledTask) -> InstalledSchedule:
        rest = _BLOCK.sub("", _crontab())
        gap = "" if not rest or rest.endswith("\n") else "\n"
        check_command(["crontab", "-"], f"{rest}{gap}{_block(timetable, task)}")
        return InstalledSchedule("a line of cron", "crontab -l", timetable, active=True)

    def remove(self) -> bool:
        text = _crontab()
        rest = _BLOCK.sub("", text)
        if rest == text:
            return False
        if rest.strip():
            check_command(["crontab", "-"], rest)
        else:
            check_command(["crontab", "-r"])
        return True

    def installed(self) -> InstalledSchedule | None:
        block = _BLOCK.search(_crontab())
        if block is None:
            return None
        match = _LINE.search(block[1])
        timetable = None
        if match and int(match[2]) < 24 and int(match[1]) < 60:  # noqa: PLR2004 - a clock
            days = next(days for days, written in _CRON_DAYS.items() if written == match[3])
            timetable = SendTimes(time(int(match[2]), int(match[1])), days)
        return InstalledSchedule("a line of cron", "crontab -l", timetable, active=match is not None)


def _crontab() -> str:
    """The user's crontab; empty if there is none.

    Raises:
        MailError: it cannot be read.
    """
    answer = run_command(["crontab", "-l"])
    if answer.code == 0:
        return answer.out
    if "no crontab" in answer.err.lower():
        return ""
    raise MailError(f"Your crontab cannot be read: {answer.err or 'crontab gave no reason'}")


def _block(timetable: SendTimes, task: ScheduledTask) -> str:
    variables = "".join(f"{name}={shlex.quote(value)} " for name, value in task.variables.items())
    # Success is reported on stdout, which is discarded; failures on stderr, which cron mails to the user.
    command = f"{variables}{shlex.join(task.words)} > /dev/null".replace("%", "\\%")
    at = timetable.at
    return f"{_BEGIN}\n{at.minute} {at.hour} * * {_CRON_DAYS[timetable.days]} {command}\n{_END}\n"


LABEL = "org.papertui.digest"
#: Monday is 1.
_LAUNCHD_DAYS: dict[Days, tuple[int, ...]] = {"every day": (), "on weekdays": (1, 2, 3, 4, 5), "on Mondays": (1,)}


class Launchd:
    """A launchd agent of macOS, see launchd.plist(5).

    A run that was missed while the machine slept is made up for.

    Args:
        folder: the user's agents, usually ``~/Library/LaunchAgents``.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{LABEL}.plist"
        self._domain = f"gui/{os.getuid()}"

    def show(self, timetable: SendTimes, task: ScheduledTask) -> str:
        return f"# {self._file}\n{_plist(timetable, task)}\n# then\nlaunchctl bootstrap {self._domain} {self._file}\n"

    def install(self, timetable: SendTimes, task: ScheduledTask) -> InstalledSchedule:
        before = read_ours(self._file)
        write_ours(self._file, _plist(timetable, task))
        if before is not None:
            run_command(["launchctl", "bootout", f"{self._domain}/{LABEL}"])  # fails if it is not loaded, which is fine
        check_command(["launchctl", "bootstrap", self._domain, str(self._file)])
        return InstalledSchedule("a launchd agent", str(self._file), timetable, active=True)

    def remove(self) -> bool:
        if read_ours(self._file) is None:
            return False
        if self._is_loaded():
            check_command(["launchctl", "bootout", f"{self._domain}/{LABEL}"])
        self._file.unlink(missing_ok=True)
        return True

    def installed(self) -> InstalledSchedule | None:
        text = read_ours(self._file)
        if text is None:
            return None
        return InstalledSchedule("a launchd agent", str(self._file), _timetable(text), self._is_loaded())

    def _is_loaded(self) -> bool:
        return run_command(["launchctl", "print", f"{self._domain}/{LABEL}"]).code == 0


def _plist(timetable: SendTimes, task: ScheduledTask) -> str:
    moment = {"Hour": timetable.at.hour, "Minute": timetable.at.minute}
    days = _LAUNCHD_DAYS[timetable.days]
    agent: dict[str, Any] = {
        "Label": LABEL,
        "ProgramArguments": list(task.words),
        "EnvironmentVariables": dict(task.variables),
        "StartCalendarInterval": [{**moment, "Weekday": day} for day in days] if days else moment,
        "ProcessType": "Background",
    }
    text = plistlib.dumps(agent, sort_keys=False).decode("utf-8")
    head, rest = text.split("<plist", 1)
    return f"{head}<!-- {MARK} -->\n<plist{rest}"


def _timetable(text: str) -> SendTimes | None:
    """The times in papertui's agent; ``None`` if they were changed by hand."""
    try:
        moments = plistlib.loads(text.encode())["StartCalendarInterval"]
        listed = moments if isinstance(moments, list) else [moments]
        at = time(listed[0]["Hour"], listed[0]["Minute"])
        weekdays = tuple(moment["Weekday"] for moment in listed if "Weekday" in moment)
    except (plistlib.InvalidFileException, ValueError, KeyError, TypeError, IndexError):
        return None
    return next((SendTimes(at, days) for days, numbers in _LAUNCHD_DAYS.items() if numbers == weekdays), None)


NAME = "papertui-digest"
_SYSTEMCTL = ("systemctl", "--user")
_SYSTEMD_DAYS: dict[Days, str] = {"every day": "", "on weekdays": "Mon..Fri ", "on Mondays": "Mon "}
_CALENDAR = re.compile(r"^OnCalendar=(|Mon\.\.Fri |Mon )\*-\*-\* (\d\d):(\d\d):00$", re.MULTILINE)


class Systemd:
    """A timer of the systemd user manager, see systemd.timer(5).

    A run that was missed while the machine slept is made up for.

    Args:
        folder: the user's units, usually ``~/.config/systemd/user``.
    """

    def __init__(self, folder: Path) -> None:
        self._service = folder / f"{NAME}.service"
        self._timer = folder / f"{NAME}.timer"

    @staticmethod
    def is_here() -> bool:
        """Whether a systemd user manager is running and can be reached."""
        return run_command([*_SYSTEMCTL, "show-environment"]).code == 0

    def show(self, timetable: SendTimes, task: ScheduledTask) -> str:
        return (
            f"# {self._service}\n{_service(task)}\n# {self._timer}\n{_timer(timetable)}\n"
            f"# then\n{' '.join(_SYSTEMCTL)} daemon-reload\n{' '.join(_SYSTEMCTL)} enable --now {NAME}.timer\n\n"
            "# A missed run is made up for at your next login. To run it while you are logged out as well:\n"
            "# loginctl enable-linger\n"
        )

    def install(self, timetable: SendTimes, task: ScheduledTask) -> InstalledSchedule:
        write_ours(self._service, _service(task))
        write_ours(self._timer, _timer(timetable))
        check_command([*_SYSTEMCTL, "daemon-reload"])
        check_command([*_SYSTEMCTL, "enable", f"{NAME}.timer"])
        # A running timer keeps its old times until it is restarted.
        check_command([*_SYSTEMCTL, "restart", f"{NAME}.timer"])
        return InstalledSchedule("a systemd timer", str(self._timer), timetable, active=True)

    def remove(self) -> bool:
        units = [path for path in (self._timer, self._service) if read_ours(path) is not None]
        if not units:
            return False
        if self._timer in units:
            check_command([*_SYSTEMCTL, "disable", "--now", f"{NAME}.timer"])
        for path in units:
            path.unlink(missing_ok=True)
        check_command([*_SYSTEMCTL, "daemon-reload"])
        return True

    def installed(self) -> InstalledSchedule | None:
        text = read_ours(self._timer)
        if text is None:
            return None
        match = _CALENDAR.search(text)
        timetable = None
        if match:
            days = next(days for days, written in _SYSTEMD_DAYS.items() if written == match[1])
            timetable = SendTimes(time(int(match[2]), int(match[3])), days)
        active = run_command([*_SYSTEMCTL, "is-active", "--quiet", f"{NAME}.timer"]).code == 0
        return InstalledSchedule("a systemd timer", str(self._timer), timetable, active)


def _service(task: ScheduledTask) -> str:
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in task.variables.items())
    words = " ".join(_quoted(word).replace("$", "$$") for word in task.words)
    return f"""\
# {MARK}
[Unit]
Description=Mail the digest of research papers
# Failures of the network or the mail server are tried again, four times in total.
StartLimitIntervalSec=4h
StartLimitBurst=4

[Service]
Type=oneshot
{variables}ExecStart={words}
Restart=on-failure
RestartSec=15min
RestartPreventExitStatus=1 2 4
"""


def _timer(timetable: SendTimes) -> str:
    return f"""\
# {MARK}
[Unit]
Description=Mail the digest of research papers {timetable.words}

[Timer]
OnCalendar={_SYSTEMD_DAYS[timetable.days]}*-*-* {timetable.at:%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(word: str) -> str:
    """Quote a word for a systemd unit file."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def task_for(kind: PeriodKind, environ: Mapping[str, str], python: str) -> tuple[ScheduledTask, tuple[str, ...]]:
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
        if name.endswith("_PROXY"):  # the lower case of these counts first
            value = environ.get(name.lower(), value)
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
    return ScheduledTask(words, variables), tuple(notices)


def _holds_password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return "@" in address


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
