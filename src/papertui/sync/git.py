"""The command `git`, isolated from the user's configuration and from the remote: no shell, hooks or prompts.

Arguments are lists. Secrets are passed in the environment, never as arguments, which every user of a machine can see.
Every command has a time limit.
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

from papertui.errors import StoreError
from papertui.model.remote import Remote

#: The time limits of a command in seconds: on the local disk, and over a network.
LOCAL_SECONDS = 120.0
NETWORK_SECONDS = 90.0
#: The variables that begin with ``GIT_`` and are passed to git; all others of them are dropped: a process inside a
#: hook has ``GIT_DIR`` set, which names another repository.
_KEPT = frozenset(
    {
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH",
        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_ALLOW_PROTOCOL",
        "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSL_NO_VERIFY",
    }
)  # fmt: skip
#: Set for each command, overriding the user's git configuration.
_OWN_WAY: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.logAllRefUpdates": "false",
    "core.fsync": "committed",  # what git reports as done survives a power failure
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
    "http.lowSpeedLimit": "1000",  # bytes per second
    "http.lowSpeedTime": "30",  # seconds
}
#: The name of the remote during one command; it is not written to any file.
REMOTE = "papertui-sync"


#: The first version that supports ``GIT_CONFIG_COUNT``.
OLDEST = (2, 31)
_VERSION = re.compile(r"version (\d+)\.(\d+)")


class GitResult(NamedTuple):
    """The result of a command."""

    #: The exit code; 124 if the command exceeded its time limit and was killed.
    code: int
    #: Its stdout.
    out: bytes
    #: Its stderr on one line, without secrets.
    err: str

    @property
    def text(self) -> str:
        """Stdout as text, stripped."""
        return self.out.decode("utf-8", "replace").strip()


class Git:
    """The command for one repository.

    Args:
        folder: the bare repository.
        environ: the environment variables.
        local_seconds: the time limit of a command on this machine.
        network_seconds: the time limit of a command over a network.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        local_seconds: float = LOCAL_SECONDS,
        network_seconds: float = NETWORK_SECONDS,
    ) -> None:
        self.folder = folder
        self._seconds = local_seconds, network_seconds
        self.environ = {name: value for name, value in environ.items() if name[:4] != "GIT_" or name in _KEPT}

    def run(self, *argv: str, given: bytes = b"", remote: Remote | None = None) -> GitResult:
        """Run ``git ARGV``. With `remote`, which is called `REMOTE` in it, the time limit of networks applies.

        Raises:
            StoreError: git is missing, or no process can be started.
        """
        command = ["git", "--git-dir", str(self.folder), *argv]
        seconds = self._seconds[remote is not None]
        try:
            # In a new session ssh has no terminal to prompt on, and the whole process group can be killed.
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
                return GitResult(124, b"", f"no answer within {seconds:g} seconds")
            except BaseException:  # such as KeyboardInterrupt: no process is left running
                _end(process)
                raise
        words = " ".join(err.decode("utf-8", "replace").split())
        return GitResult(process.returncode, out, words if remote is None else remote.without_secrets(words))

    def check_version(self) -> None:
        """Check that git is installed and recent enough.

        Raises:
            StoreError: it is not.
        """
        version = self.run("version").text
        match = _VERSION.search(version)
        if match is None or (int(match[1]), int(match[2])) < OLDEST:
            raise StoreError(
                f"To sync, papertui needs git {OLDEST[0]}.{OLDEST[1]} or newer; installed is “{version}”. Update git."
            )

    def _environment(self, remote: Remote | None) -> dict[str, str]:
        settings = dict(_OWN_WAY)
        if remote is not None:
            settings[f"remote.{REMOTE}.url"] = remote.address
            if remote.is_path:
                # Both sides run on this machine. Hooks on the drive or in the user's configuration must not run.
                settings[f"remote.{REMOTE}.receivepack"] = f"git -c core.hooksPath={os.devnull} receive-pack"
            if remote.password:
                secret = base64.b64encode(f"{remote.user}:{remote.password}".encode()).decode("ascii")
                settings[f"http.{remote.address}.extraHeader"] = f"Authorization: Basic {secret}"
                settings["http.followRedirects"] = "false"  # the password must not be sent to another host
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
    """Kill a command with all its children, and wait for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
