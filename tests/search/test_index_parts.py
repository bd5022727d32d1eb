"""A large index is built in parts by several processes; what is complete survives whatever happens to them."""

import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kit.papers import plain
from kit.search import stored_index
from papertui.archive.archive import Archive
from papertui.errors import StoreError
from papertui.model.paper import Paper
from papertui.search.disk import SearchIndex
from papertui.search.segment_file import UNFINISHED, read_manifest

NOW = datetime(2026, 4, 30, tzinfo=UTC)
_WORDS = ("sparse", "dense", "quantum", "neural", "causal")


def _papers(count: int, first: int = 1) -> list[Paper]:
    return [
        plain(number)._replace(
            title=f"{_WORDS[number % 5]} paper{number}",
            abstract=f"abstract{number} about {_WORDS[number % 3]} things (ST)",
            published=NOW - timedelta(days=number % 17),
        )
        for number in range(first, first + count)
    ]


def _archive(home: Path, count: int) -> Archive:
    archive = Archive(home / "archive.db")
    archive.remember(_papers(count), NOW)
    return archive


def _found(index: SearchIndex, query: str) -> list[str]:
    opened = index.fresh()
    return opened.ids(match.place for match in opened.search(query, 10).matches)


_WORK = """
import sys
from pathlib import Path
from kit.search import stored_index
from papertui.archive.archive import Archive
home = Path(sys.argv[1])
stored_index(home / "index", Archive(home / "archive.db"), part=int(sys.argv[2])).update()
"""


def _command(home: Path, part: int) -> list[str]:
    return [sys.executable, "-c", _WORK, str(home), str(part)]


def _environment() -> dict[str, str]:
    here = Path(__file__).parents[1]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")])}


@pytest.mark.slow
def test_parts_make_the_same_index(tmp_path: Path) -> None:
    archive = _archive(tmp_path, 230)
    shown: list[tuple[int, int]] = []
    in_parts = stored_index(tmp_path / "parts", archive, part=50)
    in_parts.update(lambda done, total: shown.append((done, total)))
    assert shown[-1] == (230, 230)
    assert sorted(shown) == shown
    at_once = stored_index(tmp_path / "once", archive)
    ((one,), _), ((other,), _) = in_parts.fresh().contents(), at_once.fresh().contents()
    assert one.arrays.keys() == other.arrays.keys()
    for name, values in other.arrays.items():
        assert np.array_equal(one.arrays[name], values), name
    assert _found(in_parts, "spasre paper5") == _found(at_once, "spasre paper5")


@pytest.mark.slow
def test_a_killed_build_goes_on_with_the_next_part(tmp_path: Path) -> None:
    archive = _archive(tmp_path, 3_000)
    folder = tmp_path / "index"
    worker = subprocess.Popen(_command(tmp_path, 250), env=_environment(), start_new_session=True)
    with worker:
        end = time.monotonic() + 120
        while not (folder / UNFINISHED).exists() and time.monotonic() < end:
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)
    before = read_manifest(folder, UNFINISHED)
    assert before is not None
    kept = len(before.segments)
    assert 0 < kept < 12  # or else the kill came too late
    times = {one.file: (folder / one.file).stat().st_mtime_ns for one in before.segments}
    # Papers that come in meanwhile are added, not forgotten.
    archive.remember(_papers(5, first=5_001), NOW)
    began: list[int] = []
    index = stored_index(folder, archive, part=250)

    def progress(done: int, _: int) -> None:
        began.append(done)
        assert {name: (folder / name).stat().st_mtime_ns for name in times} == times

    index.update(progress)
    assert began[0] >= kept * 250
    assert index.fresh().alive == 3_005
    for number in (1, 700, 2_999, 5_003):
        assert _found(index, f'"paper{number}"') == [plain(number).id]
    assert not (folder / UNFINISHED).exists()
    assert len(list(folder.glob("*.segment"))) == 2


@pytest.mark.slow
@pytest.mark.parametrize("change", ["nothing", "a paper changed", "damage", "another archive"])
def test_parts_that_are_outdated_are_built_again(tmp_path: Path, change: str) -> None:
    archive = _archive(tmp_path, 120)
    folder = tmp_path / "index"
    stored_index(folder, archive, part=50).update()
    # As a process leaves it that is killed before it publishes.
    (folder / "segments.json").rename(folder / UNFINISHED)
    (segment,) = folder.glob("*.segment")
    if change == "a paper changed":
        archive.remember([plain(7)._replace(title="another title, paper7 changed")], NOW + timedelta(days=1))
    elif change == "damage":
        data = bytearray(segment.read_bytes())
        data[len(data) // 2] ^= 1
        segment.write_bytes(data)
    elif change == "another archive":
        archive.close()
        for path in tmp_path.glob("archive.db*"):
            path.unlink()
        archive = _archive(tmp_path, 120)
    archive.remember(_papers(10, first=121), NOW)
    index = stored_index(folder, archive, part=120)
    was_there: list[bool] = []
    index.update(lambda *_: was_there.append(segment.exists()))
    assert all(was_there) == (change == "nothing")
    assert index.fresh().alive == 130
    for number in (7, 119, 125):
        assert _found(index, f'"paper{number}"') == [plain(number).id]
    assert bool(_found(index, '"changed"')) == (change == "a paper changed")
    assert not (folder / UNFINISHED).exists()


@pytest.mark.slow
def test_a_full_disk_is_reported_and_leaves_nothing_behind(tmp_path: Path) -> None:
    archive = _archive(tmp_path, 300)
    folder = tmp_path / "index"
    index = stored_index(folder, archive, part=100)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))  # workers inherit it
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            index.update()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(folder.glob("*.segment"))
    assert index.fresh().alive == 300
