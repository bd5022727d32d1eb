"""The repository beside the library: commits, what they hold, and how new ones are made.

It has no work tree and no index: commits are written as objects, so that nothing can be left half checked out and no
conflict marker can come into being.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.reconcile import Entry
from papertui.errors import StoreError
from papertui.folders import make_private
from papertui.store.sync.files import FOLDER, LARGEST, entry_of, text_of
from papertui.store.sync.git import Git, Ran

BRANCH = "papertui"
#: What the library here held when the last sync looked at it.
LIBRARY = f"refs/heads/{BRANCH}"
#: What the remote held when it was last asked.
INCOMING = f"refs/incoming/{BRANCH}"
#: What the library here is to hold, from before it is put there until it surely is.
MERGED = "refs/papertui/merged"
_AUTHOR, _EMAIL = "papertui", "papertui@localhost"
#: Words of git for a disk that is full or does not let it write, which is no damage.
_UNWRITTEN = (
    "No space left",
    "Permission denied",
    "Read-only file system",
    "Disk quota exceeded",
    "insufficient permission",
)


#: What git says when a reference is not what it was a moment ago, or somebody holds it.
_MOVED = ("cannot lock ref", "Another git process", ".lock': File exists")


class DamagedError(Exception):
    """The repository on this machine cannot be read; it can be made anew."""


class MovedError(DamagedError):
    """Somebody moved what the repository names: a git of a sync that was killed goes on until its work is done."""


class Blob(NamedTuple):
    """A file that is no bookmark, or none that can be read.

    Attributes:
        mode: git's word for what it is, ``100644``.
        hash: of what it holds.
    """

    mode: str
    hash: str


#: A file of a commit.
Leaf = Entry | Blob
#: All files of a commit by their paths.
State = Mapping[str, Leaf]


class Revision(NamedTuple):
    """A commit to be made.

    Attributes:
        message: the first line, and more behind an empty one.
        at: when it was done, UTC.
        leaves: files to put in place of those of its first parent, ``None`` to take one away.
        files: files with what they hold, beside those.
    """

    message: str
    at: datetime
    leaves: Mapping[str, Leaf | None]
    files: Mapping[str, bytes] = MappingProxyType({})


class Repository:
    """The repository. Every method raises `DamagedError`, or `StoreError` when the disk or git itself is the reason."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._seen: dict[tuple[str, str], Leaf] = {}
        self._tips: dict[str, str] | None = None

    def make(self) -> None:
        """Makes an empty repository, if there is none; one that is there is left as it is."""
        make_private(self.git.folder)
        self._done("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}", "--shared=0600")

    def exists(self) -> bool:
        """Whether there is a repository, whole or not."""
        return (self.git.folder / "HEAD").exists()

    def tips(self, *, anew: bool = False) -> dict[str, str]:
        """The commits that `LIBRARY`, `INCOMING` and `MERGED` name.

        Only we move them, so that git is asked once; `anew` asks it again.
        """
        if self._tips is not None and not anew:
            return self._tips
        ran = self._done("for-each-ref", "--format=%(refname) %(objectname)", LIBRARY, INCOMING, MERGED)
        if "broken" in ran.err:  # git only warns of them
            raise DamagedError(ran.err)
        self._tips = dict(line.split(" ", 1) for line in ran.text.splitlines())
        return self._tips

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        return self.git.run("cat-file", "-e", f"{commit}^{{commit}}").code == 0

    def move(self, refs: Mapping[str, str | None]) -> None:
        """Lets references name other commits, or nothing (``None``), all of them at once."""
        self._tips = None
        lines = [f"update {ref} {to}" if to else f"delete {ref}" for ref, to in refs.items()]
        self._done("update-ref", "--no-deref", "--stdin", given="\n".join(("start", *lines, "commit", "")).encode())

    def listing(self, commit: str | None) -> dict[str, Blob]:
        """All files of a commit, unread; without one there are none."""
        if commit is None:
            return {}
        listing = self._done("ls-tree", "-r", "-z", "--full-tree", commit).out.decode("utf-8", "surrogateescape")
        blobs: dict[str, Blob] = {}
        for line in listing.split("\0")[:-1]:
            facts, path = line.split("\t", 1)
            mode, _, name = facts.split(" ")
            blobs[path] = Blob(mode, name)
        return blobs

    def read(self, listing: Mapping[str, Blob], paths: Iterable[str]) -> dict[str, Leaf]:
        """Some files of a listing, the bookmarks among them read."""
        blobs = {path: listing[path] for path in paths if path in listing}
        unseen = {
            path: blob.hash
            for path, blob in blobs.items()
            if path.startswith(FOLDER) and blob.mode.startswith("100") and (path, blob.hash) not in self._seen
        }
        for (path, name), data in zip(unseen.items(), self._contents(unseen.values()), strict=True):
            self._seen[path, name] = entry_of(path, data) or blobs[path]
        return {path: self._seen.get((path, blob.hash), blob) for path, blob in blobs.items()}

    def state(self, commit: str | None) -> dict[str, Leaf]:
        """All files of a commit, the bookmarks among them read."""
        listing = self.listing(commit)
        return self.read(listing, listing)

    def differing(self, *commits: str | None) -> tuple[dict[str, Leaf], ...]:
        """For each commit the files that are not the same in all of them, the bookmarks among them read."""
        if len(set(commits)) == 1:
            return tuple({} for _ in commits)
        listings = [self.listing(commit) for commit in commits]
        paths = {path for path, _ in set().union(*(listing.items() for listing in listings))}
        apart = [path for path in sorted(paths) if len({listing.get(path) for listing in listings}) > 1]
        return tuple(self.read(listing, apart) for listing in listings)

    def content(self, blob: Blob) -> bytes:
        """What a file holds."""
        return self._contents([blob.hash])[0]

    def commit(self, ref: str, parents: Sequence[str], revisions: Iterable[Revision]) -> str:
        """Makes commits, one on top of the other, the first of them with `parents`; `ref` names the last one.

        All of them are made, or none.
        """
        self._tips = None
        author = self._author()
        stream: list[bytes] = []
        for number, revision in enumerate(revisions, start=1):
            at = f"{author} {max(0, int(revision.at.timestamp()))} +0000\n"
            message = revision.message.encode("utf-8", "replace") + b"\n"
            stream.append(f"commit {ref}\nmark :{number}\nauthor {at}committer {at}data {len(message)}\n".encode())
            stream.append(message)
            if number == 1:
                if not parents:
                    # Without a word on it, the first commit would be put on top of what `ref` names already.
                    stream.insert(0, f"reset {ref}\n\n".encode())
                stream += [f"{'merge' if n else 'from'} {name}\n".encode() for n, name in enumerate(parents)]
            stream += [_put(path, data) for path, data in revision.files.items()]
            stream += [_leaf(path, leaf) for path, leaf in revision.leaves.items()]
            stream.append(b"\n")
        number = sum(part.startswith(b"commit ") for part in stream)
        stream.append(f"get-mark :{number}\ndone\n".encode())
        # Without its end, `done`, nothing of a stream is made: who writes it may be killed.
        return self._done("fast-import", "--quiet", "--done", "--force", given=b"".join(stream)).text

    def bases(self, one: str, *others: str) -> tuple[str, ...]:
        """The newest commits that one and all others together come from, in an order of their own.

        They are several after merges on both sides.
        """
        ran = self.git.run("merge-base", "--all", one, *others)
        if ran.code not in (0, 1) or ran.err:
            raise self._problem(ran)
        return tuple(sorted(ran.text.split()))

    def apart(self, one: str, other: str) -> tuple[int, int]:
        """How many commits come to `one` and not to `other`, and the other way about."""
        ahead, behind = self._done("rev-list", "--left-right", "--count", f"{one}...{other}").text.split()
        return int(ahead), int(behind)

    def length(self, commit: str | None) -> int:
        """How many commits lead to one, itself among them; without one there are none."""
        return 0 if commit is None else int(self._done("rev-list", "--count", commit).text)

    def is_whole(self) -> bool:
        """Whether all that the references lead to is there."""
        return self.git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress").code == 0

    def tidy(self) -> None:
        """Packs what has become many small files."""
        self._done("-c", "gc.auto=3000", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet")

    def _contents(self, hashes: Iterable[str]) -> list[bytes]:
        given = "".join(f"{name}\n" for name in hashes).encode("ascii")
        if not given:
            return []
        out = memoryview(self._done("cat-file", "--batch", given=given).out)
        found, place = [], 0
        while place < len(out):
            end = bytes(out[place : place + 200]).find(b"\n") + place
            facts = bytes(out[place:end]).split()
            if len(facts) != 3 or facts[1] != b"blob":  # noqa: PLR2004 - hash, kind, size; or that it is missing
                raise DamagedError(bytes(out[place:end]).decode("utf-8", "replace"))
            size = int(facts[2])
            found.append(bytes(out[end + 1 : end + 1 + min(size, LARGEST + 1)]))
            place = end + 1 + size + 1
        return found

    def _author(self) -> str:
        """Who makes commits: the reader as git knows them, or papertui."""
        told = self.git.run("config", "--get-regexp", r"^user\.(name|email)$").text
        known = dict(line.partition(" ")[::2] for line in told.splitlines())
        name, email = (
            "".join(sign for sign in known.get(key, "") if sign.isprintable() and sign not in "<>").strip()
            for key in ("user.name", "user.email")
        )
        return f"{name or _AUTHOR} <{email or _EMAIL}>"

    def _done(self, *argv: str, given: bytes = b"") -> Ran:
        ran = self.git.run(*argv, given=given)
        if ran.code != 0:
            raise self._problem(ran)
        return ran

    def _problem(self, ran: Ran) -> Exception:
        if any(words in ran.err for words in _UNWRITTEN):
            return StoreError(
                f"The repository in {self.git.folder} cannot be written: {ran.err[-200:]}. "
                "Your bookmarks are safe; make room or check the folder, then sync again."
            )
        return MovedError(ran.err) if was_moved(ran) else DamagedError(ran.err)


def entries_of(state: State) -> dict[str, Entry]:
    """The bookmarks of a commit by the ids of their papers."""
    return {leaf.bookmark.paper.id: leaf for leaf in state.values() if isinstance(leaf, Entry)}


def _leaf(path: str, leaf: Leaf | None) -> bytes:
    if isinstance(leaf, Entry):
        return _put(path, text_of(leaf))
    name = _quoted(path)
    return b"D " + name + b"\n" if leaf is None else f"M {leaf.mode} {leaf.hash} ".encode("ascii") + name + b"\n"


def _put(path: str, data: bytes) -> bytes:
    return b"M 100644 inline " + _quoted(path) + f"\ndata {len(data)}\n".encode("ascii") + data + b"\n"


def _quoted(path: str) -> bytes:
    """A path as fast-import takes any: in quotes, like a string of C."""
    data = path.encode("utf-8", "surrogateescape")
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def was_moved(ran: Ran) -> bool:
    """Whether git failed since somebody else was at a reference at that moment; to look anew is all it takes."""
    return any(words in ran.err for words in _MOVED)
