"""The remote repository: query, fetch and push."""

from __future__ import annotations

import re
from pathlib import Path

from papertui.errors import SourceError, StoreError, UsageError
from papertui.model.remote import Remote
from papertui.sync.git import REMOTE, Git, GitResult
from papertui.sync.repository import (
    BRANCH,
    FORMAT,
    FORMAT_FILE,
    INCOMING,
    BranchMovedError,
    DamagedRepositoryError,
    Repository,
    format_of,
    was_moved,
)

_HERE = f"refs/heads/{BRANCH}"
_SHUT = (
    "Authentication failed", "could not read Username", "could not read Password", "Permission denied (",
    "Host key verification failed", "terminal prompts disabled", "HTTP 401", "HTTP 403", "returned error: 401",
    "returned error: 403",
)  # fmt: skip
#: Another machine pushed at the same time: the branch has moved, or its file is being written.
_RACED = (
    "fetch first", "non-fast-forward", "stale info", "incorrect old value", "failed to update ref", "cannot lock ref",
    "reference already exists", "failed to lock",
)  # fmt: skip
_LONGEST = 160


class RemoteRepo:
    """The remote, as seen from the local repository.

    Args:
        git: git for the local repository.
        remote: its address.
    """

    def __init__(self, git: Git, remote: Remote) -> None:
        self._git = git
        self._remote = remote

    def tip(self) -> str | None:
        """The commit of the remote's branch; ``None`` if the branch does not exist.

        Raises:
            SourceError: it cannot be reached.
        """
        ran = self._git.run("ls-remote", "--quiet", REMOTE, _HERE, remote=self._remote)
        if ran.code != 0:
            raise self._unreached(ran)
        return next((line.split("\t")[0] for line in ran.text.splitlines() if line.endswith(f"\t{_HERE}")), None)

    def fetch(self, repository: Repository) -> str:
        """Fetch the branch; returns its commit.

        Raises:
            SourceError: the remote cannot be reached.
            DamagedRepositoryError: the local repository is damaged.
        """
        ran = self._git.run(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", REMOTE,
            f"+{_HERE}:{INCOMING}", remote=self._remote,
        )  # fmt: skip
        if ran.code != 0:
            if was_moved(ran):
                raise BranchMovedError(ran.err)
            if not repository.is_whole():
                raise DamagedRepositoryError(ran.err)
            raise self._unreached(ran)
        return repository.tips(again=True)[INCOMING]

    def push(self, commit: str, repository: Repository) -> bool:
        """Push a commit with its history; ``False`` if another machine pushed first.

        Raises:
            SourceError: the remote cannot be reached, or rejects the push.
            DamagedRepositoryError: the local repository is damaged.
        """
        ran = self._git.run("push", "--porcelain", "--quiet", REMOTE, f"{commit}:{_HERE}", remote=self._remote)
        if ran.code == 0:
            return True
        output = f"{ran.out.decode('utf-8', 'replace')} {ran.err}"
        if any(words in output for words in _RACED):
            return False
        if "rejected]" in output:
            refused = next(line for line in output.splitlines() if "rejected]" in line)
            why = refused.rpartition("(")[2].partition(")")[0]
            raise SourceError(
                f"{self._remote.shown} rejected the push: {self._remote.without_secrets(why)[:_LONGEST]}. "
                f"Allow pushes to its branch {BRANCH}, or set up another repository."
            )
        if not repository.is_whole():
            raise DamagedRepositoryError(ran.err)
        raise self._unreached(ran)

    def _unreached(self, ran: GitResult) -> SourceError:
        shown = self._remote.shown
        # git gives the reason first and general advice at the end.
        words = ran.err.replace("fatal: ", "").replace("error: ", "")
        words = re.split("Please make sure|Could not read from remote", words)[0].strip().rstrip(".")
        why = f" ({words[:_LONGEST]})" if words else ""
        if any(sign in ran.err for sign in _SHUT):
            return SourceError(
                f"{shown} denies access{why}. Set up a key or a credential helper, so that "
                f"“git ls-remote {shown}” works without a prompt."
            )
        return SourceError(f"{shown} cannot be reached{why}.")


def check_format(repository: Repository, commit: str) -> None:
    """Reject a commit that is not of a papertui library, or that a newer papertui wrote.

    Raises:
        UsageError: it is not a papertui library.
        StoreError: a newer papertui wrote it.
    """
    about = repository.listing(commit).get(FORMAT_FILE)
    number = None if about is None else format_of(repository.content(about))
    if number is None:
        raise UsageError(
            f"The branch {BRANCH} of that repository is not a papertui library. "
            "Set up another repository, such as an empty one."
        )
    if number > FORMAT:
        raise StoreError(
            f"The remote library was written by a newer papertui (format {number}, this papertui knows {FORMAT}). "
            "Update papertui. Nothing was changed."
        )


def make_if_missing(remote: Remote, git: Git) -> bool:
    """Create a bare repository at a path where nothing exists yet; returns whether it did.

    Raises:
        UsageError: no repository can be created there.
    """
    path = Path(remote.address)
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist. Create it, or connect its drive.")
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            return False
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    ran = Git(path, git.environ).run("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}")
    if ran.code != 0:
        raise UsageError(f"No repository can be created in {path}: {ran.err[:_LONGEST]}.")
    return True
