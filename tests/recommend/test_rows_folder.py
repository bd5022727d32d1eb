"""The files of word rows follow the index, survive damage, kills and full disks, and can be deleted."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kit.fictional_papers import fictional_papers
from kit.search import stored_index
from papertui.archive.archive import Archive
from papertui.archive.opinions import Opinions
from papertui.model.paper import Paper
from papertui.recommend.rows import Corpus, author_key
from papertui.recommend.rows_folder import RowsFolder

NOW = datetime(2026, 4, 30, tzinfo=UTC)
PAPERS = fictional_papers(120)


class Shop:
    """An archive with its index and rows."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home / "archive.db")
        self.folder = home / "index" / "rows"
        self.home = home
        self.rows = self.again()
        self.taken = 0

    def again(self) -> RowsFolder:
        """The rows as another process opens them."""
        index = stored_index(self.home / "index", self.archive)
        return RowsFolder(self.folder, index, Opinions(self.archive.database).people)

    def take(self, papers: list[Paper]) -> None:
        self.taken += 1
        self.archive.remember(papers, NOW + timedelta(seconds=self.taken))

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.rows1"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _facts(corpus: Corpus) -> tuple[int, float, int]:
    """The number of papers, a sum over all rows, and the number of authors."""
    features = corpus.features([paper.id for paper in PAPERS], {})
    return corpus.papers, round(float(features.values.sum()), 6), sum(map(len, features.people))


def test_rows_are_written_once_and_read_again(shop: Shop) -> None:
    shop.take(PAPERS)
    corpus = shop.rows.corpus()
    assert shop.rows.corpus() is corpus
    (file,) = shop.files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert shop.folder.stat().st_mode & 0o777 == 0o700
    before = file.stat().st_mtime_ns
    assert _facts(shop.again().corpus()) == _facts(corpus)
    assert file.stat().st_mtime_ns == before
    features = corpus.features([PAPERS[3].id], {})
    assert features.people[0] == tuple(map(author_key, PAPERS[3].authors))


def test_new_papers_get_rows_of_their_own_and_merged_segments_lose_theirs(shop: Shop) -> None:
    shop.take(PAPERS[:100])
    shop.rows.corpus()
    first = shop.files()
    shop.take(PAPERS[100:])
    corpus = shop.rows.corpus()
    assert set(first) < set(shop.files()), "the first rows are not made again"
    assert corpus.papers == len(PAPERS)
    stored_index(shop.home / "index", shop.archive).fresh(patient=True)
    shop.take([PAPERS[0]._replace(title="another title")])
    assert _facts(shop.again().corpus())[0] == len(PAPERS)
    segments = {path.stem for path in (shop.home / "index").glob("*.segment")}
    assert {path.name.partition("-")[0] for path in shop.files()} == segments


def test_a_folder_that_cannot_be_written(shop: Shop) -> None:
    shop.take(PAPERS)
    (shop.home / "index").mkdir()
    shop.folder.write_text("a file where the folder should be")
    assert shop.rows.corpus().papers == len(PAPERS)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[random.Random(4).randrange(len(data))] ^= 4
    path.write_bytes(data)


def _remove(path: Path) -> None:
    path.unlink()


def _other_segment(path: Path) -> None:
    os.truncate(path, path.stat().st_size)
    path.rename(path.with_name(path.name.replace(path.name.partition("-")[0], "0123456789ab")))


@pytest.mark.parametrize("damage", [_cut, _zero, _flip, _remove, _other_segment])
def test_damaged_rows_are_made_again(shop: Shop, damage: Callable[[Path], object]) -> None:
    shop.take(PAPERS)
    facts = _facts(shop.rows.corpus())
    damage(shop.files()[0])
    assert _facts(shop.again().corpus()) == facts
    assert len(shop.files()) == 1, "what is of no segment is deleted"
    assert _facts(shop.again().corpus()) == facts


_WORK = """
import resource, signal, sys
from pathlib import Path
from kit.search import stored_index
from papertui.archive.archive import Archive
from papertui.archive.opinions import Opinions
from papertui.recommend.rows_folder import RowsFolder
home, limit = Path(sys.argv[1]), int(sys.argv[2])
archive = Archive(home / "archive.db")
index = stored_index(home / "index", archive)
index.fresh()
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print("begun", flush=True)
print(RowsFolder(home / "index" / "rows", index, Opinions(archive.database).people).corpus().papers, flush=True)
"""


def _work(home: Path, limit: int = 0) -> subprocess.Popen[str]:
    here = Path(__file__).parents[1]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")])}
    return subprocess.Popen(
        [sys.executable, "-c", _WORK, str(home), str(limit)], stdout=subprocess.PIPE, env=environ, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 5_000, 30_000])
def test_a_full_disk_costs_only_the_file(shop: Shop, limit: int) -> None:
    shop.take(PAPERS)
    with _work(shop.home, limit) as worker:
        assert worker.communicate()[0].split() == ["begun", str(len(PAPERS))]
    assert worker.returncode == 0
    assert [path.name for path in shop.folder.iterdir() if path.suffix == ".part"] == []
    assert shop.again().corpus().papers == len(PAPERS)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_usable_rows(shop: Shop) -> None:
    dice = random.Random(7)
    for turn in range(6):
        shop.take(PAPERS[turn * 20 : turn * 20 + 20])
        with _work(shop.home) as worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            for _ in range(dice.randrange(40_000)):  # a moment, by work instead of time
                pass
            worker.send_signal(signal.SIGKILL)
        corpus = shop.again().corpus()
        assert corpus.papers == turn * 20 + 20
        assert np.isfinite(corpus.rarity).all()
    shop.take([PAPERS[0]._replace(title="a last title")])
    shop.again().corpus()
    assert not list(shop.folder.glob(".*.part"))
