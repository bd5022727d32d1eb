"""Runs papertui on a disk that is full or read-only.

As a module: in a mount namespace, where every user may mount, unless the system forbids it. As a program: what runs in
that namespace.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from kit.shell import Ran, command, environment

#: A disk without free space; a disk that cannot be written at all; a process that may not write any file.
Disk = Literal["full", "read-only", "limited"]
DISKS: tuple[Disk, ...] = ("full", "read-only", "limited")
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
_SIZE = "24m"


def refuse_writes(home: Path) -> None:
    """Make everything in `home` unwritable for this process, whoever runs it. The archive must be closed.

    SQLite follows no link for its shared memory, and a folder is no lock.
    """
    (home / "archive.db-shm").symlink_to("nowhere")
    (home / "bookmarks.json.lock").unlink(missing_ok=True)
    (home / "bookmarks.json.lock").mkdir()


def allow_writes(home: Path) -> None:
    """Undo `refuse_writes`."""
    (home / "archive.db-shm").unlink()
    (home / "bookmarks.json.lock").rmdir()


def can_mount() -> bool:
    """Whether this machine lets its users mount disks for themselves."""
    if shutil.which("unshare") is None:
        return False
    probe = [*NAMESPACE, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def run_on(
    disk: Disk,
    folder: Path,
    commands: Sequence[Sequence[str]],
    afterwards: Sequence[Sequence[str]] = (),
    **changes: str,
) -> list[Ran]:
    """Run papertui with each of `commands` while a folder is on such a disk, then `afterwards` when it has room again.

    The disk holds a copy of the folder under its own name; the folder itself does not change, unless it is `limited`.
    """
    job = {
        "disk": disk, "disk_folder": str(folder), "commands": commands, "afterwards": afterwards, "changes": changes,
    }  # fmt: skip
    namespace = () if disk == "limited" else NAMESPACE
    done = subprocess.run(
        [*namespace, sys.executable, __file__],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return [Ran(*result) for result in json.loads(done.stdout)]


def _run(argv: Sequence[str], changes: Mapping[str, str], *, limited: bool) -> Ran:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run(
        command(*argv),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment(**changes),
        check=False,
        preexec_fn=limit if limited else None,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _mount(*argv: str) -> None:
    subprocess.run(["mount", *argv], check=True)


def _fill(disk: Path) -> None:
    with (disk / "fill").open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def _main() -> None:
    job = json.load(sys.stdin)
    kind, disk = job["disk"], Path(job["disk_folder"])
    if kind != "limited":
        copy = Path(tempfile.mkdtemp(dir=disk.parent)) / "copy"
        shutil.copytree(disk, copy, symlinks=True)
        _mount("-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(disk))
        shutil.copytree(copy, disk, symlinks=True, dirs_exist_ok=True)
    if kind == "full":
        _fill(disk)
    if kind == "read-only":
        _mount("-o", "remount,ro", str(disk))
    results = [_run(argv, job["changes"], limited=kind == "limited") for argv in job["commands"]]
    if kind == "full":
        (disk / "fill").unlink()
    if kind == "read-only":
        _mount("-o", "remount,rw", str(disk))
    results += [_run(argv, job["changes"], limited=False) for argv in job["afterwards"]]
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    _main()
