"""PDFs in a folder: complete under their names, or partial as ``NAME.part`` for the next attempt.

``NAME.part.json`` describes a partial download: its URL, the validator for requesting the rest, and how many of its
bytes have reached the disk. Bytes after that are not trusted: after a power failure they may be anything.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, Self

from papertui.errors import StoreError
from papertui.files import flush, make_private, sweep, write_atomic

_BEGIN, _END = b"%PDF-", b"%%EOF"
#: The end marker is within this many bytes of the end. ISO 32000, 7.5.5, and what all viewers accept.
_TAIL = 1024
#: The download is flushed to disk after this many bytes.
_SETTLED_EVERY = 2**20
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})


def is_pdf(path: Path) -> bool:
    """Whether a file begins and ends like a PDF.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _is_whole(file.fileno())


def _is_whole(handle: int) -> bool:
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _TAIL, max(0, size - _TAIL))
    return os.pread(handle, len(_BEGIN), 0) == _BEGIN and _END in tail


class PdfFolder:
    """A folder of PDFs, created (0700) with the first one.

    Args:
        folder: its path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, stem: str) -> Path | None:
        """The PDF named `stem`, or with a name that begins with it and a space; ``None`` if none is complete.

        Raises:
            StoreError: the folder cannot be read.
        """
        try:
            names = sorted(os.listdir(self.folder))  # noqa: PTH208 - only names are needed
            for name in names:
                if name == f"{stem}.pdf" or (name.startswith(f"{stem} ") and name.endswith(".pdf")):
                    path = self.folder / name
                    if path.is_file() and is_pdf(path):
                        return path
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                f"The PDFs in {self.folder} cannot be read: {error.strerror or error}. Set pdf_folder in the "
                "settings to another folder."
            ) from error
        return None

    def part(self, name: str) -> PdfPart:
        """The partial download of the PDF `name`, a context manager; only one process can enter it at a time."""
        return PdfPart(self.folder / name)


def taken(path: Path) -> StoreError:
    """The error for a file that would have to be overwritten."""
    return StoreError(
        f"{path} exists and is not a complete PDF of this paper. papertui never overwrites it. Move it away, or "
        "choose another name with -o."
    )


class PdfPart:
    """A partial download. A context manager; usable by one thread at a time.

    Args:
        path: the PDF, which is created when it is complete.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data = path.with_name(f"{path.name}.part")
        self._facts = path.with_name(f"{path.name}.part.json")
        self._lock = threading.Lock()
        self._handle = -1
        self._settled = 0
        self.size = 0
        self.url = ""
        self.validator = ""
        self.total: int | None = None

    def __enter__(self) -> Self:
        """Open the partial download.

        Raises:
            StoreError: it cannot be written, or another process is downloading it.
        """
        try:
            make_private(self.path.parent)
            self._handle = self._opened()
            self._recall()
            os.ftruncate(self._handle, self.size)
        except OSError as error:
            self._close()
            self._fail(error)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close it; received data stays for the next attempt, and an empty download is deleted."""
        with self._lock:
            if self._handle >= 0 and not self.size:
                self._drop()
            self._close()

    def _opened(self) -> int:
        while True:
            handle = os.open(self._data, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                raise StoreError(
                    f"Another papertui is already downloading {self.path.name}. Wait for it, then open the PDF again."
                ) from None
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    os.close(handle)
                    raise
            # The previous owner of the lock may have finished and renamed the file.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(self._data)):  # noqa: PTH116 - like os.fstat
                    return handle
            os.close(handle)

    def _recall(self) -> None:
        """Load what was recorded about the partial data."""
        try:
            facts: Any = json.loads(self._facts.read_text(encoding="utf-8"))
            size, total = facts["size"], facts["total"]
            texts = [facts["url"], facts["validator"]]
        except (OSError, ValueError, KeyError, TypeError):
            return
        numbers = [size] if total is None else [size, total]
        if all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers):
            self.url, self.validator = texts
            self.total = total
            self.size = self._settled = max(0, min(size, os.fstat(self._handle).st_size))

    def begin(self, url: str, validator: str, total: int | None) -> None:
        """Discard the partial data, for a file that is sent from its first byte.

        Raises:
            StoreError: that is impossible.
        """
        with self._lock, self._store_errors():
            if self.size:
                os.ftruncate(self._handle, 0)
                os.fsync(self._handle)  # before the new facts, which must never describe the old bytes
            self.size = self._settled = 0
            self.url, self.validator, self.total = url, validator, total
            self._note()

    def add(self, data: bytes) -> None:
        """Append data.

        Raises:
            StoreError: it cannot be written; the data before it stays.
        """
        with self._lock, self._store_errors():
            rest = memoryview(data)
            while rest:
                written = os.pwrite(self._handle, rest, self.size)
                self.size += written
                rest = rest[written:]
            if self.size - self._settled >= _SETTLED_EVERY:
                self._settle()

    def settle(self) -> None:
        """Flush the added data to disk.

        Raises:
            StoreError: that is impossible.
        """
        with self._lock, self._store_errors():
            if self.size != self._settled:
                self._settle()

    def finish(self) -> bool:
        """Rename the file if it is a complete PDF; otherwise delete it. Returns whether it is complete.

        Raises:
            StoreError: another file has that name, or the disk reports an error.
        """
        with self._lock, self._store_errors():
            os.fsync(self._handle)
            if not _is_whole(self._handle):
                self._drop()
                return False
            try:
                self._name()
            except FileExistsError:
                raise taken(self.path) from None
            self._drop()
            flush(self.path.parent)
            return True

    def _name(self) -> None:
        try:
            self._link()
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(self.path):
                raise FileExistsError from error
            self._data.rename(self.path)

    def _link(self) -> None:
        """Give the file its final name; unlike a rename, this never replaces another file."""
        os.link(self._data, self.path)

    def _settle(self) -> None:
        os.fsync(self._handle)
        self._settled = self.size
        self._note()

    def _note(self) -> None:
        facts = {"url": self.url, "validator": self.validator, "total": self.total, "size": self._settled}
        write_atomic(self._facts, json.dumps(facts).encode(), durable=False)

    def _drop(self) -> None:
        with suppress(OSError):
            sweep(self._facts)
        for path in (self._facts, self._data):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self.size = self._settled = 0

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        """Translate OSError into StoreError."""
        try:
            yield
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> NoReturn:
        why = error.strerror or str(error)
        kept = " The downloaded part is saved; the next attempt resumes it." if self.size else ""
        raise StoreError(
            f"{self.path.name} cannot be written to {self.path.parent}: {why}. Free some space, or choose another "
            f"folder with -o or the setting pdf_folder.{kept}"
        ) from error
