"""The command `git`, run so that nothing of the reader's own set-up or of a remote can act: no shell, hooks or prompts.

Arguments are lists, secrets are in the environment and never in an argument (every user of a machine sees those), and
nothing may take longer than a limit.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.core.remote import Remote
from papertui.errors import StoreError

#: How long one command may take, in seconds: one that works on the disk, and one that crosses a network.
LOCAL_SECONDS = 120.0
FAR_SECONDS = 90.0
#: What git and what it calls may know of the environment beside everything that does not begin with ``GIT_``: a
#: process inside of a hook has ``GIT_DIR`` set, which would lead elsewhere.
_KEPT = frozenset(
    {
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH",
        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_ALLOW_PROTOCOL",
        "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSL_NO_VERIFY",
    }
)  # fmt: skip
#: Set for each command, whatever the reader's own settings of git say.
_OWN_WAY: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.logAllRefUpdates": "false",
    "core.fsync": "committed",  # what git said is done survives a power cut
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "push.followTags": "false",
    "push.recurseSubmodules": "no",
    "fetch.recurseSubmodules": "false",
    "fetch.fsckObjects": "true",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.ext.allow": "never",
    "credential.interactive": "false",
    "http.lowSpeedLimit": "1000",  # bytes in a second
    "http.lowSpeedTime": "30",  # seconds
}
#: The name that a remote has for one command; it is written nowhere.
REMOTE = "papertui-sync"


#: The first one that reads settings from ``GIT_CONFIG_COUNT``.
OLDEST = (2, 31)
_VERSION = re.compile(r"version (\d+)\.(\d+)")


class Ran(NamedTuple):
    """How a command ended.

    Attributes:
        code: its exit code; 124 when it took too long and was ended.
        out: what it wrote to stdout.
        err: what it had to say, without secrets, on one line.
    """

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Stdout as text without white space around it."""
        return self.out.decode("utf-8", "replace").strip()


class Git:
    """The command, for one repository.

    Args:
        folder: the repository, which has no work tree.
        environ: the environment variables.
        local_seconds: how long a command may take that stays on this machine.
        far_seconds: how long one may take that crosses a network.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        local_seconds: float = LOCAL_SECONDS,
        far_seconds: float = FAR_SECONDS,
    ) -> None:
        self.folder = folder
        self._seconds = local_seconds, far_seconds
        self.environ = {name: value for name, value in environ.items() if name[:4] != "GIT_" or name in _KEPT}

    def run(self, *argv: str, given: bytes = b"", remote: Remote | None = None) -> Ran:
        """Runs ``git ARGV``; `remote` can be named `REMOTE` in it, and gets the longer limit of networks.

        Raises:
            StoreError: there is no git, or no process can be started.
        """
        command = ["git", "--git-dir", str(self.folder), *argv]
        seconds = self._seconds[remote is not None]
        try:
            # A session of its own: ssh finds no terminal to ask a question on, and all can be ended as one.
            process = subprocess.Popen(  # noqa: S603 - a list of arguments, none of them from papers
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment(remote),
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise StoreError(
                "To sync, papertui needs the command git, which is not installed. Install git, then try again."
            ) from error
        except OSError as error:
            raise StoreError(f"git cannot be started: {error.strerror or error}.") from error
        with process:
            try:
                out, err = process.communicate(given, timeout=seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return Ran(124, b"", f"no answer within {seconds:g} seconds")
            except BaseException:  # interrupted, say: nothing goes on behind the reader's back
                _end(process)
                raise
        words = " ".join(err.decode("utf-8", "replace").split())
        return Ran(process.returncode, out, words if remote is None else remote.without_secrets(words))

    def check_version(self) -> None:
        """Looks whether there is a git, and one that takes settings from its environment.

        Raises:
            StoreError: there is none.
        """
        told = self.run("version").text
        found = _VERSION.search(told)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            raise StoreError(
                f"To sync, papertui needs git {OLDEST[0]}.{OLDEST[1]} or newer; here is “{told}”. Update git."
            )

    def _environment(self, remote: Remote | None) -> dict[str, str]:
        settings = dict(_OWN_WAY)
        if remote is not None:
            settings[f"remote.{REMOTE}.url"] = remote.address
            if remote.is_path:
                # Here we are both sides. What lies on a stick, or is set for all of the reader's git, must not act.
                settings[f"remote.{REMOTE}.receivepack"] = f"git -c core.hooksPath={os.devnull} receive-pack"
            if remote.password:
                secret = base64.b64encode(f"{remote.user}:{remote.password}".encode()).decode("ascii")
                settings[f"http.{remote.address}.extraHeader"] = f"Authorization: Basic {secret}"
                settings["http.followRedirects"] = "false"  # the password is for this host and no other
        environment = {
            **self.environ,
            "LC_ALL": "C",
            "LANGUAGE": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GCM_INTERACTIVE": "never",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for number, (key, value) in enumerate(settings.items()):
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return environment


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a command with all that it started, and waits for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
