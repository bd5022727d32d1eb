"""The search index follows the archive, survives damage to its files, and reports it."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kit.papers import plain
from kit.search import stored_index
from papertui.archive.archive import Archive
from papertui.errors import StoreError
from papertui.model.paper import Paper
from papertui.search.builder import paper_vector
from papertui.search.disk import SearchIndex
from papertui.search.segment_file import VERSION
from papertui.search.vectors import MODEL, rounded, signs

NOW = datetime(2026, 4, 30, tzinfo=UTC)
_WORDS = "sparse dense deep graph quantum neural robust causal latent linear convex random".split()  # noqa: SIM905


def _papers(first: int, count: int) -> list[Paper]:
    dice = random.Random(first)
    return [
        plain(number)._replace(
            title=f"{dice.choice(_WORDS)} {dice.choice(_WORDS)} paper{number}",
            abstract=f"abstract{number} about {dice.choice(_WORDS)} things",
        )
        for number in range(first, first + count)
    ]


class Shop:
    """An archive and its index."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home / "archive.db")
        self.folder = home / "index"
        self.index = stored_index(self.folder, self.archive)
        self.taken = 0

    def again(self) -> SearchIndex:
        """The index as another process opens it."""
        return stored_index(self.folder, self.archive)

    def take(self, papers: list[Paper]) -> None:
        self.taken += 1
        self.archive.remember(papers, NOW + timedelta(seconds=self.taken))

    def segments(self) -> list[Path]:
        return sorted(self.folder.glob("*.segment"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _listed(shop: Shop) -> set[str]:
    """The current segment files."""
    body = (shop.folder / "segments.json").read_bytes().partition(b"\n")[2]
    return {one["file"] for one in json.loads(body)["segments"]}


def _found(index: SearchIndex, query: str) -> set[str]:
    opened = index.fresh()
    return set(opened.ids(match.place for match in opened.search(query).matches))


def test_an_empty_archive(shop: Shop) -> None:
    assert shop.index.current() is None
    assert shop.index.fresh().alive == 0
    assert _found(shop.again(), "anything") == set()


def test_new_papers_are_found_and_changed_papers_once(shop: Shop) -> None:
    shop.take(_papers(1, 30))
    assert _found(shop.index, '"paper7" ') == {plain(7).id}
    for start in range(31, 91, 10):
        shop.take(_papers(start, 10))
        assert _found(shop.index, f'"paper{start + 3}" ') == {plain(start + 3).id}
    shop.take([_papers(7, 1)[0]._replace(title="a new name", upvotes=99)])
    assert _found(shop.index, "title:name ") == {plain(7).id}
    assert _found(shop.index, '"paper7" ') == set()
    assert _found(shop.again(), "votes:99 ") == {plain(7).id}
    current = shop.again().current()
    assert current is not None
    assert current.alive == shop.archive.count() == 90
    assert len(shop.segments()) <= 4
    assert shop.index.take_notices() == ()


def test_papers_that_arrive_while_the_index_is_built_are_found_once(shop: Shop) -> None:
    shop.take(_papers(1, 5))
    later = plain(6)._replace(title="a later graph", published=NOW, featured=NOW.date())
    index = shop.index.fresh(lambda *_: shop.take([later]))
    assert index.alive == 5
    assert [found.ids([match.place]) for found in [shop.index.fresh()] for match in found.search("later ").matches] == [
        [later.id]
    ]
    assert shop.index.fresh().alive == 6


def test_nothing_is_written_without_changes(shop: Shop) -> None:
    shop.take(_papers(1, 20))
    shop.index.fresh()
    before = {path.name: path.stat().st_mtime_ns for path in shop.folder.iterdir()}
    index = shop.again()
    assert index.fresh() is index.fresh()
    assert {path.name: path.stat().st_mtime_ns for path in shop.folder.iterdir()} == before


def test_a_new_archive_is_indexed_from_scratch(shop: Shop, tmp_path: Path) -> None:
    shop.take(_papers(1, 20))
    shop.index.fresh()
    shop.archive.close()
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    other = Shop(tmp_path)
    other.take(_papers(100, 5))
    assert _found(other.index, '"paper3" ') == set()
    assert _found(other.index, '"paper102" ') == {plain(102).id}


@pytest.mark.slow
def test_merging_reduces_segments_and_keeps_all_papers(shop: Shop) -> None:
    for start in range(1, 400, 20):
        shop.take(_papers(start, 20))
        shop.index.fresh()
    index = shop.index.fresh(patient=True)
    assert index.alive == 400
    assert len(shop.segments()) <= 3
    for number in (1, 20, 199, 400):
        assert _found(shop.index, f'"paper{number}" ') == {plain(number).id}
        assert _found(shop.index, f'"abstract{number}" ') == {plain(number).id}


def _check_vectors(shop: Shop, numbers: Iterable[int]) -> None:
    """Check that the index has the vectors of these papers as they are made from their texts."""
    index = shop.again().fresh()
    ids = [plain(number).id for number in numbers]
    papers = shop.archive.papers(ids)
    for id_ in ids:
        (doc,) = index.docs([id_]).tolist()
        segment, local = index._home(doc)
        vector = paper_vector(papers[id_])
        assert vector is not None
        assert np.array_equal(segment.vectors[local], rounded(vector))
        assert [int(column[local]) for column in segment.signs] == [int(one[0]) for one in signs(rounded(vector)[None])]


@pytest.mark.slow
def test_vectors_follow_the_archive(shop: Shop) -> None:
    for start in range(1, 121, 20):
        shop.take(_papers(start, 20))
        shop.index.fresh()
    shop.take([_papers(7, 1)[0]._replace(title="graph of proteins", abstract="Molecules fold.")])
    _check_vectors(shop, (1, 7, 60, 120))
    assert shop.index.fresh(patient=True).alive == 120
    _check_vectors(shop, range(1, 121))
    index = shop.index.fresh()
    best = index.search("folding of proteins and molecules", 1, mode="meaning")
    assert index.ids(match.place for match in best.matches) == [plain(7).id]


def _place_of(path: Path, name: str) -> tuple[int, int]:
    """Return the place of an array in a segment file and its length in bytes."""
    data = path.read_bytes()
    size = int.from_bytes(data[-32:-24], "little")
    kind, start, length, _ = json.loads(data[-32 - size : -32])[name]
    return start, length * np.dtype(kind).itemsize


@pytest.mark.parametrize("name", ["vectors", "signs.0", "signs.3"])
def test_damaged_vectors_are_rebuilt_and_reported(shop: Shop, name: str) -> None:
    shop.take(_papers(1, 40))
    shop.index.fresh()
    (path,) = shop.segments()
    start, length = _place_of(path, name)
    data = bytearray(path.read_bytes())
    data[start + length // 2] ^= 4
    path.write_bytes(data)
    _check_vectors(shop, range(1, 41))
    assert shop.again().take_notices() == ()
    (rebuilt,) = shop.segments()
    assert rebuilt != path


def test_an_index_with_vectors_of_other_words_is_rebuilt(shop: Shop) -> None:
    shop.take(_papers(1, 10))
    shop.index.fresh()
    (path,) = shop.segments()
    listed = shop.folder / "segments.json"
    body = listed.read_bytes().partition(b"\n")[2]
    body = body.replace(b'"vectors": %d' % MODEL, b'"vectors": 17')
    assert b'"vectors": 17' in body
    listed.write_bytes(b"%d %d\n" % (VERSION, zlib.crc32(body)) + body)
    index = shop.again()
    assert index.fresh().alive == 10
    assert index.take_notices() == ()
    assert shop.segments() != [path]


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _remove(path: Path) -> None:
    path.unlink()


def _other_version(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"papertui index 6", b"papertui index 5"))


def _zero_tail(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 64)
        file.write(bytes(64))


@pytest.mark.slow
@pytest.mark.parametrize("damage", [_cut, _zero, _empty, _remove, _other_version, _zero_tail])
@pytest.mark.parametrize("which", ["segment", "list"])
def test_damaged_files_are_rebuilt_and_reported(shop: Shop, damage: Callable[[Path], None], which: str) -> None:
    shop.take(_papers(1, 60))
    shop.index.fresh()
    damage(shop.segments()[0] if which == "segment" else shop.folder / "segments.json")
    index = shop.again()
    assert _found(index, '"paper33" ') == {plain(33).id}
    assert index.fresh().alive == 60
    # A missing list, or one of another version, is not damage: there is no index yet.
    is_damage = which == "segment" or damage not in (_remove, _other_version)
    assert bool(index.take_notices()) is (is_damage and not (which == "list" and damage is _other_version))
    assert shop.again().fresh().alive == 60


@pytest.mark.slow
def test_every_flipped_bit_is_detected(shop: Shop) -> None:
    shop.take(_papers(1, 40))
    shop.index.fresh()
    dice = random.Random(5)
    answers = {number: {plain(number).id} for number in range(1, 41, 7)}
    for _ in range(40):
        path = dice.choice([*shop.segments(), shop.folder / "segments.json"])
        data = bytearray(path.read_bytes())
        place = dice.randrange(len(data))
        data[place] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
        index = shop.again()
        for number, ids in answers.items():
            assert _found(index, f'"paper{number}" ') == ids
        assert index.fresh().alive == 40


def test_swapped_segments_are_detected(shop: Shop, tmp_path: Path) -> None:
    shop.take(_papers(1, 50))
    shop.index.fresh()
    (tmp_path / "other").mkdir()
    other = Shop(tmp_path / "other")
    other.take(_papers(51, 50))
    other.index.fresh()
    shop.segments()[0].write_bytes(other.segments()[0].read_bytes())
    index = shop.again()
    assert _found(index, '"paper3" ') == {plain(3).id}
    assert _found(index, '"paper60" ') == set()
    assert "damaged" in index.take_notices()[0]


def test_a_folder_that_cannot_be_written(shop: Shop) -> None:
    shop.take(_papers(1, 20))
    shop.folder.write_text("a file where the folder should be")
    index = shop.again()
    assert _found(index, '"paper3" ') == {plain(3).id}
    assert "cannot be written" in index.take_notices()[0]


@pytest.mark.slow
def test_new_papers_are_indexed_in_memory_while_another_process_writes(shop: Shop) -> None:
    shop.take(_papers(1, 20))
    shop.index.fresh()
    shop.take(_papers(21, 5))
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(shop.folder / "lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert _found(shop.again(), '"paper23" ') == {plain(23).id}
        assert _found(shop.again(), '"paper3" ') == {plain(3).id}
        holder.kill()
    assert len(_listed(shop)) == 1
    assert _found(shop.again(), '"paper23" ') == {plain(23).id}


_HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
_WORK = """
import resource, signal, sys
from pathlib import Path
from kit.search import stored_index
from papertui.archive.archive import Archive
home, limit = Path(sys.argv[1]), int(sys.argv[2])
archive = Archive(home / "archive.db")
archive.count()
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
index = stored_index(home / "index", archive)
print("begun", flush=True)
opened = index.fresh(patient=True)
found = opened.ids(match.place for match in opened.search('"paper3" ').matches)
print(opened.alive, *found, *index.take_notices(), flush=True)
"""


def _work(home: Path, limit: int = 0) -> list[str]:
    return [sys.executable, "-c", _WORK, str(home), str(limit)]


def _environment() -> dict[str, str]:
    here = Path(__file__).parents[1]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")])}


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 5_000, 20_000, 60_000])
def test_search_works_on_a_full_disk_and_reports_it(shop: Shop, tmp_path: Path, limit: int) -> None:
    shop.take(_papers(1, 300))
    shop.index.fresh()
    shop.take(_papers(301, 300))
    done = subprocess.run(_work(tmp_path, limit), capture_output=True, text=True, env=_environment(), check=True)
    output = done.stdout.splitlines()[1]
    assert output.startswith(f"600 {plain(3).id}")
    assert "cannot be written" in output
    assert _found(shop.again(), '"paper301" ') == {plain(301).id}
    assert shop.again().fresh().alive == 600
    assert not [path for path in shop.folder.iterdir() if path.name.startswith(".segments-")]


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_usable_index(shop: Shop, tmp_path: Path) -> None:
    dice = random.Random(11)
    total = 0
    for turn in range(12):
        shop.take(_papers(total + 1, 120))
        total += 120
        worker = subprocess.Popen(_work(tmp_path), stdout=subprocess.PIPE, env=_environment())
        with worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            time.sleep(dice.random() * 0.08)
            worker.send_signal(signal.SIGKILL)
        index = shop.again()
        opened = index.fresh(patient=turn % 3 == 0)
        assert opened.alive == total
        number = dice.randint(1, total)
        assert _found(index, f'"paper{number}" ') == {plain(number).id}
    _check_vectors(shop, range(1, total + 1, 7))
    # The next change deletes unfinished files.
    shop.take(_papers(total + 1, 1))
    shop.index.fresh()
    assert {path.name for path in shop.segments()} == _listed(shop)


def test_an_unreadable_archive_is_reported(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(StoreError):
        shop.index.fresh()


def test_files_are_private(shop: Shop) -> None:
    shop.take(_papers(1, 3))
    shop.index.fresh()
    assert shop.folder.stat().st_mode & 0o777 == 0o700
    for path in shop.segments():
        assert path.stat().st_mode & 0o777 == 0o600
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
