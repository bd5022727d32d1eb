"""Locks between processes."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kit.shell import environment
from papertui.locks import ProcessLock

_HOLDER = """
import sys
from pathlib import Path
from papertui.locks import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path / "new" / "lock"), ProcessLock(tmp_path / "new" / "lock")
    assert first.acquire()
    assert not first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
    second.release()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_another_thread_may_release(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "lock")
    assert lock.acquire()
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    assert ProcessLock(tmp_path / "lock").acquire()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert not ProcessLock(path).acquire()
        holder.kill()
        holder.wait()
        assert ProcessLock(path).acquire(60)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(OSError, match=r"lock"):
        ProcessLock(tmp_path / "lock").acquire()
