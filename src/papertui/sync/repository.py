"""The git repository beside the library: its commits and its files."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.errors import StoreError
from papertui.files import make_private
from papertui.library.rows import bookmark_of, row_of
from papertui.model.merge import BookmarkState, FieldEdit
from papertui.model.record import iso, moment_from
from papertui.model.safe_text import safe
from papertui.sync.git import Git, GitResult

# --- bookmarks as JSON files -------------------------------------------------------------------------

#: The format of the files. A repository with a greater number is not touched.
FORMAT = 1
FORMAT_FILE = "papertui.json"
README_FILE = "README.md"
FOLDER = "bookmarks/"
#: In bytes; a bookmark with a long abstract has some kilobytes.
LARGEST = 2_000_000
_README = """\
# A papertui library

The bookmarks of one person, one file each in `bookmarks/`, synced between machines by papertui.
To use it on another machine:

    papertui sync setup ADDRESS-OF-THIS-REPOSITORY

Each change is a commit. Files may also be edited by hand; papertui skips and reports those that it cannot read.
"""
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_LONGEST_NAME = 120
#: Names of devices on Windows, where a USB drive may also be used.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.ASCII)


def fixed_files() -> dict[str, bytes]:
    """The files of every repository besides its bookmarks."""
    about = json.dumps({"format": FORMAT, "of": "papertui"}, indent=2, sort_keys=True) + "\n"
    return {FORMAT_FILE: about.encode("ascii"), README_FILE: _README.encode("utf-8")}


def format_of(data: bytes) -> int | None:
    """The format number of a repository; ``None`` if there is none."""
    try:
        about: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    number = about.get("format") if isinstance(about, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def path_of(id_: str) -> str:
    """The file of the paper with this id, unique on every file system.

    ``2604.26951`` is ``bookmarks/2604.26951.json``. In ids with slashes, colons or capitals these are replaced, and a
    part of the hash is appended to keep the name unique.
    """
    if _PLAIN_NAME.fullmatch(id_) and len(id_) <= _LONGEST_NAME and not _DEVICES.fullmatch(id_) and ".." not in id_:
        return f"{FOLDER}{id_}.json"
    name = re.sub(r"[^a-z0-9.-]+", "_", id_.lower(), flags=re.ASCII).strip("._-")[:_LONGEST_NAME]
    return f"{FOLDER}{name.replace('..', '_')}~{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:10]}.json"


def text_of(entry: BookmarkState) -> bytes:
    """The file of an entry: JSON with sorted keys and unescaped characters."""
    edited = entry.edited
    moments = {"note": edited.note, "state": edited.state, "rating": edited.rating}
    times: dict[str, Any] = {name: iso(moment) for name, moment in moments.items() if moment is not None}
    times |= {"tags": {tag: iso(moment) for tag, moment in edited.tags.items()}} if edited.tags else {}
    # Rows of the bookmark file have no abstract; here it is included, so that the other machine has it offline.
    row = row_of(entry.bookmark) | {"abstract": entry.bookmark.paper.abstract, "edited": times}
    return (json.dumps(row, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8", "replace")


def entry_of(path: str, data: bytes) -> BookmarkState | None:
    """The entry in a file; ``None`` if there is none, or if it does not match the file name."""
    if len(data) > LARGEST:
        return None
    try:
        row: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or path_of(safe(row["id"])) != path:
        return None
    try:
        bookmark = bookmark_of(row)
    except (ValueError, OverflowError):
        return None
    edits = row.get("edited")
    times: Mapping[str, Any] = edits if isinstance(edits, dict) else {}
    given = times.get("tags")
    tags = {tag: moment for tag in bookmark.tags if (moment := _moment(given, tag)) is not None}
    edited = FieldEdit(_moment(times, "note"), _moment(times, "state"), _moment(times, "rating"), tags)
    return BookmarkState(bookmark, edited)


def _moment(times: object, name: str) -> datetime | None:
    if not isinstance(times, dict):
        return None
    try:
        return moment_from(times.get(name))
    except OverflowError:  # the first or the last year, and a zone that leads beyond it
        return None


# --- commits -----------------------------------------------------------------------------------------
# The repository has no work tree and no index. Commits are written as objects, so there are no partial checkouts and no
# conflict markers.

BRANCH = "papertui"
#: The state of the library at the last sync.
LIBRARY = f"refs/heads/{BRANCH}"
#: The state of the remote when it was last fetched.
INCOMING = f"refs/incoming/{BRANCH}"
#: The state that the library is about to get, until it surely has it.
MERGED = "refs/papertui/merged"
_AUTHOR, _EMAIL = "papertui", "papertui@localhost"
#: Messages of git for a full or read-only disk, which do not mean damage.
_UNWRITTEN = (
    "No space left",
    "Permission denied",
    "Read-only file system",
    "Disk quota exceeded",
    "insufficient permission",
    "File too large",
)


#: Messages of git when a reference has changed meanwhile or is locked.
_MOVED = ("cannot lock ref", "Another git process", ".lock': File exists")


class DamagedRepositoryError(Exception):
    """The repository on this machine is damaged and can be rebuilt."""


class BranchMovedError(DamagedRepositoryError):
    """A reference was moved by another process: the git of a killed sync runs until its work is done."""


class Blob(NamedTuple):
    """A file that is not a bookmark, or an unreadable one."""

    #: The file mode of git, such as ``100644``.
    mode: str
    hash: str


#: A file of a commit.
FileEntry = BookmarkState | Blob
#: All files of a commit by path.
State = Mapping[str, FileEntry]


class Revision(NamedTuple):
    """A commit to be made."""

    message: str
    #: The time of the change, UTC.
    at: datetime
    #: The files that differ from the first parent; ``None`` deletes one.
    leaves: Mapping[str, FileEntry | None]
    #: More files, by path, with their contents.
    files: Mapping[str, bytes] = MappingProxyType({})


class Repository:
    """The local repository. Methods raise `DamagedRepositoryError`, or `StoreError` if the disk or git itself fails."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._seen: dict[tuple[str, str], FileEntry] = {}
        self._tips: dict[str, str] | None = None

    def make(self) -> None:
        """Create an empty repository; an existing one is not changed."""
        make_private(self.git.folder)
        self._done("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}", "--shared=0600")

    def exists(self) -> bool:
        """Whether there is a repository, intact or not."""
        return (self.git.folder / "HEAD").exists()

    def tips(self, *, again: bool = False) -> dict[str, str]:
        """The commits that `LIBRARY`, `INCOMING` and `MERGED` name.

        They are cached, because only papertui moves them; `again` reads them again.
        """
        if self._tips is not None and not again:
            return self._tips
        ran = self._done("for-each-ref", "--format=%(refname) %(objectname)", LIBRARY, INCOMING, MERGED)
        if "broken" in ran.err:  # git only warns about them
            raise DamagedRepositoryError(ran.err)
        self._tips = dict(line.split(" ", 1) for line in ran.text.splitlines())
        return self._tips

    def has(self, commit: str) -> bool:
        """Whether a commit exists here."""
        return self.git.run("cat-file", "-e", f"{commit}^{{commit}}").code == 0

    def move(self, refs: Mapping[str, str | None]) -> None:
        """Set references to other commits, or delete them (``None``), in one transaction."""
        self._tips = None
        lines = [f"update {ref} {to}" if to else f"delete {ref}" for ref, to in refs.items()]
        self._done("update-ref", "--no-deref", "--stdin", given="\n".join(("start", *lines, "commit", "")).encode())

    def listing(self, commit: str | None) -> dict[str, Blob]:
        """All files of a commit, without their contents; empty without a commit."""
        if commit is None:
            return {}
        listing = self._done("ls-tree", "-r", "-z", "--full-tree", commit).out.decode("utf-8", "surrogateescape")
        blobs: dict[str, Blob] = {}
        for line in listing.split("\0")[:-1]:
            facts, path = line.split("\t", 1)
            mode, _, name = facts.split(" ")
            blobs[path] = Blob(mode, name)
        return blobs

    def read(self, listing: Mapping[str, Blob], paths: Iterable[str]) -> dict[str, FileEntry]:
        """Some files of a listing, with parsed bookmarks."""
        blobs = {path: listing[path] for path in paths if path in listing}
        unseen = {
            path: blob.hash
            for path, blob in blobs.items()
            if path.startswith(FOLDER) and blob.mode.startswith("100") and (path, blob.hash) not in self._seen
        }
        for (path, name), data in zip(unseen.items(), self._contents(unseen.values()), strict=True):
            self._seen[path, name] = entry_of(path, data) or blobs[path]
        return {path: self._seen.get((path, blob.hash), blob) for path, blob in blobs.items()}

    def state(self, commit: str | None) -> dict[str, FileEntry]:
        """All files of a commit, with parsed bookmarks."""
        listing = self.listing(commit)
        return self.read(listing, listing)

    def differing(self, *commits: str | None) -> tuple[dict[str, FileEntry], ...]:
        """For each commit the files that are not equal in all of them, with parsed bookmarks."""
        if len(set(commits)) == 1:
            return tuple({} for _ in commits)
        listings = [self.listing(commit) for commit in commits]
        paths = {path for path, _ in set().union(*(listing.items() for listing in listings))}
        apart = [path for path in sorted(paths) if len({listing.get(path) for listing in listings}) > 1]
        return tuple(self.read(listing, apart) for listing in listings)

    def content(self, blob: Blob) -> bytes:
        return self._contents([blob.hash])[0]

    def commit(self, ref: str, parents: Sequence[str], revisions: Iterable[Revision]) -> str:
        """Make a chain of commits, the first of them with `parents`, and set `ref` to the last one; returns it.

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
                    # Without a reset, the first commit would get the current commit of `ref` as its parent.
                    stream.insert(0, f"reset {ref}\n\n".encode())
                stream += [f"{'merge' if n else 'from'} {name}\n".encode() for n, name in enumerate(parents)]
            stream += [_put(path, data) for path, data in revision.files.items()]
            stream += [_leaf(path, leaf) for path, leaf in revision.leaves.items()]
            stream.append(b"\n")
        number = sum(part.startswith(b"commit ") for part in stream)
        stream.append(f"get-mark :{number}\ndone\n".encode())
        # Without the final `done`, git discards the whole stream, in case the writer was killed.
        return self._done("fast-import", "--quiet", "--done", "--force", given=b"".join(stream)).text

    def bases(self, one: str, *others: str) -> tuple[str, ...]:
        """The merge bases of one commit and the merge of all others, sorted.

        There are several after both sides merged each other.
        """
        ran = self.git.run("merge-base", "--all", one, *others)
        if ran.code not in (0, 1) or ran.err:
            raise self._problem(ran)
        return tuple(sorted(ran.text.split()))

    def apart(self, one: str, other: str) -> tuple[int, int]:
        """The number of commits only in `one`, and of those only in `other`."""
        ahead, behind = self._done("rev-list", "--left-right", "--count", f"{one}...{other}").text.split()
        return int(ahead), int(behind)

    def length(self, commit: str | None) -> int:
        """The number of commits in the history of one, including itself; 0 without a commit."""
        return 0 if commit is None else int(self._done("rev-list", "--count", commit).text)

    def is_whole(self) -> bool:
        """Whether everything reachable from the references exists."""
        return self.git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress").code == 0

    def tidy(self) -> None:
        """Pack loose objects if there are many."""
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
            if len(facts) != 3 or facts[1] != b"blob":  # noqa: PLR2004 - hash, kind and size, unless it is missing
                raise DamagedRepositoryError(bytes(out[place:end]).decode("utf-8", "replace"))
            size = int(facts[2])
            found.append(bytes(out[end + 1 : end + 1 + min(size, LARGEST + 1)]))
            place = end + 1 + size + 1
        return found

    def _author(self) -> str:
        """The author of commits: the user configured in git, or papertui."""
        lines = self.git.run("config", "--get-regexp", r"^user\.(name|email)$").text
        known = dict(line.partition(" ")[::2] for line in lines.splitlines())
        name, email = (
            "".join(sign for sign in known.get(key, "") if sign.isprintable() and sign not in "<>").strip()
            for key in ("user.name", "user.email")
        )
        return f"{name or _AUTHOR} <{email or _EMAIL}>"

    def _done(self, *argv: str, given: bytes = b"") -> GitResult:
        ran = self.git.run(*argv, given=given)
        if ran.code != 0:
            raise self._problem(ran)
        return ran

    def _problem(self, ran: GitResult) -> Exception:
        if ran.code == -signal.SIGXFSZ:  # ended by a limit on the size of files
            ran = ran._replace(err="File too large")
        if any(words in ran.err for words in _UNWRITTEN):
            return StoreError(
                f"The repository in {self.git.folder} cannot be written: {ran.err[-200:]}. "
                "Your bookmarks are safe. Free some space or check the folder, then sync again."
            )
        return BranchMovedError(ran.err) if was_moved(ran) else DamagedRepositoryError(ran.err)


def entries_of(state: State) -> dict[str, BookmarkState]:
    """The bookmarks of a commit by the ids of their papers."""
    return {leaf.bookmark.paper.id: leaf for leaf in state.values() if isinstance(leaf, BookmarkState)}


def _leaf(path: str, leaf: FileEntry | None) -> bytes:
    if isinstance(leaf, BookmarkState):
        return _put(path, text_of(leaf))
    name = _quoted(path)
    return b"D " + name + b"\n" if leaf is None else f"M {leaf.mode} {leaf.hash} ".encode("ascii") + name + b"\n"


def _put(path: str, data: bytes) -> bytes:
    return b"M 100644 inline " + _quoted(path) + f"\ndata {len(data)}\n".encode("ascii") + data + b"\n"


def _quoted(path: str) -> bytes:
    """A path for fast-import, quoted like a C string."""
    data = path.encode("utf-8", "surrogateescape")
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def was_moved(ran: GitResult) -> bool:
    """Whether git failed because another process moved or locked a reference; reading it again solves that."""
    return any(words in ran.err for words in _MOVED)
