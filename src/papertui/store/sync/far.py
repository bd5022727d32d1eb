"""The repository that machines meet in: asked, fetched from, sent to."""

from __future__ import annotations

import re
from pathlib import Path

from papertui.core.remote import Remote
from papertui.errors import SourceError, StoreError, UsageError
from papertui.store.sync.files import FORMAT, FORMAT_FILE, format_of
from papertui.store.sync.git import REMOTE, Git, Ran
from papertui.store.sync.repository import BRANCH, INCOMING, DamagedError, MovedError, Repository, was_moved

_HERE = f"refs/heads/{BRANCH}"
_SHUT = (
    "Authentication failed", "could not read Username", "could not read Password", "Permission denied (",
    "Host key verification failed", "terminal prompts disabled", "HTTP 401", "HTTP 403", "returned error: 401",
    "returned error: 403",
)  # fmt: skip
#: Somebody else sent something while we did: not only a branch that went on, but also its file being written.
_RACED = (
    "fetch first", "non-fast-forward", "stale info", "incorrect old value", "failed to update ref", "cannot lock ref",
    "reference already exists", "failed to lock",
)  # fmt: skip
_LONGEST = 160


class Far:
    """The remote, seen from our repository.

    Args:
        git: our repository's git.
        remote: where it is.
    """

    def __init__(self, git: Git, remote: Remote) -> None:
        self._git = git
        self._remote = remote

    def tip(self) -> str | None:
        """The commit that the remote's branch names; ``None`` when it has none.

        Raises:
            SourceError: it cannot be reached.
        """
        ran = self._git.run("ls-remote", "--quiet", REMOTE, _HERE, remote=self._remote)
        if ran.code != 0:
            raise self._unreached(ran)
        return next((line.split("\t")[0] for line in ran.text.splitlines() if line.endswith(f"\t{_HERE}")), None)

    def fetch(self, repository: Repository) -> str:
        """Fetches the branch; returns the commit it names.

        Raises:
            SourceError: the remote cannot be reached.
            DamagedError: our repository cannot take it.
        """
        ran = self._git.run(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", REMOTE,
            f"+{_HERE}:{INCOMING}", remote=self._remote,
        )  # fmt: skip
        if ran.code != 0:
            if was_moved(ran):
                raise MovedError(ran.err)
            if not repository.is_whole():
                raise DamagedError(ran.err)
            raise self._unreached(ran)
        return repository.tips(anew=True)[INCOMING]

    def push(self, commit: str, repository: Repository) -> bool:
        """Sends a commit with all that led to it; ``False`` when somebody else sent something meanwhile.

        Raises:
            SourceError: the remote cannot be reached, or takes nothing from us.
            DamagedError: our repository cannot be read.
        """
        ran = self._git.run("push", "--porcelain", "--quiet", REMOTE, f"{commit}:{_HERE}", remote=self._remote)
        if ran.code == 0:
            return True
        told = f"{ran.out.decode('utf-8', 'replace')} {ran.err}"
        if any(words in told for words in _RACED):
            return False
        if "rejected]" in told:
            refused = next(line for line in told.splitlines() if "rejected]" in line)
            why = refused.rpartition("(")[2].partition(")")[0]
            raise SourceError(
                f"{self._remote.shown} takes no changes: {self._remote.without_secrets(why)[:_LONGEST]}. "
                f"Allow pushes to its branch {BRANCH}, or set another repository up."
            )
        if not repository.is_whole():
            raise DamagedError(ran.err)
        raise self._unreached(ran)

    def _unreached(self, ran: Ran) -> SourceError:
        shown = self._remote.shown
        # git tells the reason first, and ends with general advice.
        words = ran.err.replace("fatal: ", "").replace("error: ", "")
        words = re.split("Please make sure|Could not read from remote", words)[0].strip().rstrip(".")
        why = f" ({words[:_LONGEST]})" if words else ""
        if any(sign in ran.err for sign in _SHUT):
            return SourceError(
                f"git is not let in at {shown}{why}. Set up a key or a credential helper, so that "
                f"“git ls-remote {shown}” asks no questions."
            )
        return SourceError(f"{shown} cannot be reached{why}.")


def check_format(repository: Repository, commit: str) -> None:
    """Refuses a commit that is not of a library, or of one that a newer papertui wrote.

    Raises:
        UsageError: it holds something else.
        StoreError: a newer papertui wrote it.
    """
    about = repository.listing(commit).get(FORMAT_FILE)
    number = None if about is None else format_of(repository.content(about))
    if number is None:
        raise UsageError(
            f"The branch {BRANCH} of that repository holds something else than a papertui library. "
            "Set up another repository, an empty one for example."
        )
    if number > FORMAT:
        raise StoreError(
            f"The library there was written by a newer papertui (format {number}, this papertui knows {FORMAT}). "
            "Update papertui; nothing was changed."
        )


def make_if_missing(remote: Remote, git: Git) -> bool:
    """Makes a bare repository at a path where there is nothing yet; whether it did.

    Raises:
        UsageError: nothing can be made there, or something else lies there.
    """
    path = Path(remote.address)
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}. Is the stick plugged in?")
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            return False
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    ran = Git(path, git.environ).run("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}")
    if ran.code != 0:
        raise UsageError(f"No repository can be made in {path}: {ran.err[:_LONGEST]}.")
    return True
