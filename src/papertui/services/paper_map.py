"""The map: the stored or the kept papers in clusters by their vectors, with names, sizes and growth by week."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.archive.archive import Archive
from papertui.errors import UsageError
from papertui.files import make_private, write_atomic
from papertui.library.bookmarks import Library
from papertui.model.feed import KEPT_CLUSTER, Feed, FeedName
from papertui.model.format import grouped
from papertui.model.identity import is_made
from papertui.services.types import Clock, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from papertui.search.clusters import Centers
    from papertui.search.disk import SearchIndex
    from papertui.search.segment import Segment

    Numbers = NDArray[np.int64]

#: The weeks of the bars. The last one ends with the last day with papers.
WEEKS = 12
_WEEK = 7
#: The fewest papers with a map.
FEWEST = 12
#: Papers that clusters are found with, and of each cluster those that its name is found with.
_SAMPLE, _NAMED_BY = 10_000, 250
#: Clusters are found again when this share of the papers came or went, and at least so many papers.
_CHANGED, _FEW_CHANGED = 0.25, 10
#: The most papers that are shown of a cluster, the newest.
_LENGTH = 1_000
_PAGE = 20_000
#: Incremented when clusters or names are found in another way.
_VERSION = 1


class Cluster(NamedTuple):
    """Papers that are about the same."""

    name: str
    feed: FeedName
    papers: int
    kept: int  # of them
    history: tuple[int, ...]  # its papers of each week, the oldest week first; of kept papers, by the day of keeping
    share: float  # of the papers of the last week, from 0 to 1
    before: float  # of the papers of the weeks before

    def shares(self, weeks: Sequence[int]) -> tuple[float, ...]:
        """Return its share of the papers of each week, given their numbers."""
        return tuple(own / max(1, number) for own, number in zip(self.history, weeks, strict=True))

    @property
    def change(self) -> float | None:
        """How much greater its share is than before, from -1 on; ``None`` if there are too few papers to say."""
        last, before = self.history[-1], sum(self.history[:-1])
        if not before or last + before < _FEW_CHANGED:
            return None
        return self.share / self.before - 1


class PaperMap(NamedTuple):
    """The clusters, the largest first."""

    is_kept: bool
    clusters: tuple[Cluster, ...]
    papers: int
    placed: int  # papers in a cluster: those with a known word
    kept: int  # of all papers
    weeks: tuple[int, ...]  # all papers of each week, the oldest week first
    last: date | None  # the last day with papers
    today: date


class _Piece(NamedTuple):
    """Some papers of a segment of the index."""

    segment: Segment
    docs: Numbers


class _Found(NamedTuple):
    """Clusters, and how many papers there were when they were found."""

    papers: int
    centers: Centers
    names: tuple[str, ...]


class MapService:
    """Makes maps. Every method blocks and raises `StoreError`.

    Args:
        archive: the stored papers.
        library: the bookmarks.
        stored_index: returns the index, which has the vectors.
        folder: where the clusters are stored; it can be deleted at any time.
        now: the clock.
    """

    def __init__(
        self, archive: Archive, library: Library, stored_index: Callable[[], SearchIndex], folder: Path, now: Clock
    ) -> None:
        self._archive = archive
        self._library = library
        self._stored_index = stored_index
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[bool, _Found] = {}
        #: Those of the last map: its rows can be opened after others were found, as when a feed arrives meanwhile.
        self._shown: dict[bool, _Found] = {}
        #: The clusters of all papers of a segment, by the id of the segment.
        self._labels: dict[int, tuple[Segment, Centers, NDArray[np.int8]]] = {}

    def report(self, *, kept: bool = False, again: bool = False, progress: Progress | None = None) -> PaperMap:
        """Return the map of everything stored, or of the library.

        Args:
            kept: whether of the library.
            again: whether to find the clusters again, though few papers came or went.
            progress: called while clusters are found.
        """
        with self._lock:
            return self._report(kept=kept, again=again, progress=progress)

    def feed(self, name: FeedName) -> Feed:
        """Return the newest papers of a cluster.

        Raises:
            UsageError: there is no such cluster.
        """
        is_kept = name.detail.startswith(KEPT_CLUSTER)
        with self._lock:
            pieces = self._pieces(kept=is_kept)
            wanted = name.detail.removeprefix(KEPT_CLUSTER)
            found = self._shown.get(is_kept)
            if found is None or wanted not in found.names:
                found = self._found(pieces, kept=is_kept, again=False, progress=None)
            place = _place(wanted, () if found is None else found.names)
            if found is None or place is None:
                shown = "papertui map --kept" if is_kept else "papertui map"
                raise UsageError(f"There is no cluster “{name.detail}”. “{shown}” prints them.")
            ids, total = self._newest(pieces, found.centers, place)
        papers = self._archive.papers(ids)
        missing = [id_ for id_ in ids if id_ not in papers]
        papers |= self._library.whole(missing) if missing else {}
        shown_papers = tuple(papers[id_] for id_ in ids if id_ in papers)
        cut = f"The {grouped(len(ids))} newest of {grouped(total)} papers."
        return Feed(name, shown_papers, None, "archive", (cut,) if total > len(ids) else ())

    # --- papers ----------------------------------------------------------------------------------------

    def _pieces(self, *, kept: bool) -> list[_Piece]:
        import numpy as np  # noqa: PLC0415 - heavy

        parts = self._stored_index().parts()
        pieces = []
        wanted = self._kept_ids() if kept else []
        left = np.ones(len(wanted), bool)
        for part in reversed(parts):
            alive = np.ones(part.segment.size, bool)
            alive[part.dead] = False
            docs = np.flatnonzero(alive)
            if kept:
                found = part.segment.docs(wanted)
                held = (found >= 0) & left
                held[held] = alive[found[held]]
                left &= ~held
                docs = np.sort(found[held])
            pieces.append(_Piece(part.segment, docs))
        if left.any():
            pieces += self._only_kept([wanted[place] for place in np.flatnonzero(left)])
        return [piece for piece in pieces if len(piece.docs)]

    def _only_kept(self, ids: Sequence[str]) -> Iterator[_Piece]:
        """Papers that are in the library only."""
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.search.builder import build  # noqa: PLC0415 - brings numpy with it

        papers = self._library.whole(ids)
        if papers:
            segment = build([papers[id_] for id_ in sorted(papers)])
            yield _Piece(segment, np.arange(segment.size))

    def _kept_ids(self) -> list[str]:
        """The ids of the kept papers, as they are now."""
        ids = self._library.newest()
        made = [id_ for id_ in ids if is_made(id_)]
        better = self._archive.better_ids(made) if made else {}
        return list(dict.fromkeys(better.get(id_, id_) for id_ in ids))

    # --- clusters --------------------------------------------------------------------------------------

    def _found(self, pieces: Sequence[_Piece], *, kept: bool, again: bool, progress: Progress | None) -> _Found | None:
        """The clusters, from the disk if the papers are mostly the same; ``None`` with too few papers."""
        number = sum(len(piece.docs) for piece in pieces)
        if number < FEWEST:
            return None
        known = self._known.get(kept) or self._stored(kept=kept)
        if known is None or again or abs(number - known.papers) > max(_FEW_CHANGED, _CHANGED * known.papers):
            known = self._made(pieces, number, progress)
            self._store(known, kept=kept)
        self._known[kept] = known
        return known

    def _made(self, pieces: Sequence[_Piece], number: int, progress: Progress | None) -> _Found:
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.search.cluster_names import cluster_names  # noqa: PLC0415 - needed for a new map
        from papertui.search.clusters import centers_of, usual_number  # noqa: PLC0415 - brings numpy with it

        sample = _sampled(pieces)
        rows = np.concatenate([piece.segment.vectors[piece.docs] for piece, _ in sample])
        names = [id_ for _, some in sample for id_ in some]
        # In the order of the checksums, however the index is divided.
        order = sorted(np.flatnonzero(rows.any(1)).tolist(), key=lambda place: (_checksum(names[place]), names[place]))
        vectors, ids = rows[order], [names[place] for place in order]
        centers = centers_of(vectors, usual_number(number), progress)
        labels = centers.nearest(vectors)
        members = [np.flatnonzero(labels == place)[:_NAMED_BY].tolist() for place in range(centers.number)]
        chosen = [[ids[member] for member in some] for some in members]
        wanted = [id_ for some in chosen for id_ in some]
        papers = self._archive.papers(wanted)
        missing = [id_ for id_ in wanted if id_ not in papers]
        papers |= self._library.whole(missing) if missing else {}
        texts = [[papers[id_] for id_ in some if id_ in papers] for some in chosen]
        return _Found(number, centers, tuple(cluster_names(texts, _acronyms(pieces))))

    def _file(self, *, kept: bool) -> Path:
        return self._folder / ("kept.json" if kept else "stored.json")

    def _stored(self, *, kept: bool) -> _Found | None:
        """The clusters on the disk; ``None`` if there are none, or others than this version finds."""
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.search.clusters import Centers  # noqa: PLC0415 - brings numpy with it
        from papertui.search.vectors import DIMENSIONS  # noqa: PLC0415 - as above

        with suppress(OSError, ValueError, TypeError, KeyError):
            record = json.loads(self._file(kept=kept).read_bytes())
            centers = np.array(record["centers"], np.float32).reshape(-1, DIMENSIONS)
            mean = np.array(record["mean"], np.float32).reshape(DIMENSIONS)
            names = tuple(map(str, record["names"]))
            if record["version"] == _version() and len(names) == len(centers):
                return _Found(int(record["papers"]), Centers(mean, centers), names)
        return None

    def _store(self, found: _Found, *, kept: bool) -> None:
        record = {
            "version": _version(),
            "papers": found.papers,
            "names": found.names,
            "mean": found.centers.mean.astype(float).round(6).tolist(),
            "centers": found.centers.centers.astype(float).round(6).tolist(),
        }
        with suppress(OSError):  # a full or read-only disk: found again next time
            make_private(self._folder)
            write_atomic(self._file(kept=kept), json.dumps(record, ensure_ascii=False).encode(), durable=False)

    def _labels_of(self, piece: _Piece, centers: Centers) -> NDArray[np.int8]:
        """The clusters of the papers of a piece."""
        known = self._labels.get(id(piece.segment))
        if known is not None and known[0] is piece.segment and known[1] is centers:
            return known[2][piece.docs]
        if 2 * len(piece.docs) < piece.segment.size:
            return centers.nearest(piece.segment.vectors[piece.docs])
        labels = centers.nearest(piece.segment.vectors)
        self._labels[id(piece.segment)] = piece.segment, centers, labels
        return labels[piece.docs]

    # --- numbers ---------------------------------------------------------------------------------------

    def _report(self, *, kept: bool, again: bool, progress: Progress | None) -> PaperMap:
        import numpy as np  # noqa: PLC0415 - heavy

        today = self._now().date()
        pieces = self._pieces(kept=kept)
        number = sum(len(piece.docs) for piece in pieces)
        found = self._found(pieces, kept=kept, again=again, progress=progress)
        if found is not None:
            self._shown[kept] = found
        nothing = PaperMap(kept, (), number, 0, 0, (0,) * WEEKS, None, today)
        if found is None:
            return nothing
        labels = np.concatenate([self._labels_of(piece, found.centers) for piece in pieces])
        held = {id(piece.segment) for piece in pieces}
        self._labels = {key: known for key, known in self._labels.items() if kept or key in held}
        days = self._kept_days(pieces) if kept else np.concatenate([_days(piece) for piece in pieces])
        is_kept = np.ones(len(labels), bool) if kept else np.concatenate(self._are_kept(pieces))
        end = today.toordinal()
        seen = days[(days > 0) & (days <= end)]
        last = int(seen.max()) if len(seen) else 0
        slots = WEEKS - 1 - (last - days) // _WEEK
        slots[(days <= 0) | (days > last) | (slots < 0)] = WEEKS
        totals = np.bincount(slots, minlength=WEEKS + 1)[:WEEKS]
        clusters = []
        for place, name in enumerate(found.names):
            inside = labels == place
            history = np.bincount(slots[inside], minlength=WEEKS + 1)[:WEEKS]
            if inside.any():
                clusters.append(
                    Cluster(
                        name,
                        FeedName("cluster", f"{KEPT_CLUSTER if kept else ''}{name}"),
                        int(inside.sum()),
                        int((is_kept & inside).sum()),
                        tuple(history.tolist()),
                        int(history[-1]) / max(1, int(totals[-1])),
                        int(history[:-1].sum()) / max(1, int(totals[:-1].sum())),
                    )
                )
        clusters.sort(key=lambda cluster: (-cluster.papers, cluster.name))
        return nothing._replace(
            clusters=tuple(clusters),
            placed=int((labels >= 0).sum()),
            kept=int(is_kept.sum()),
            weeks=tuple(totals.tolist()),
            last=date.fromordinal(last) if last else None,
        )

    def _are_kept(self, pieces: Sequence[_Piece]) -> list[NDArray[np.bool_]]:
        import numpy as np  # noqa: PLC0415 - heavy

        ids = self._kept_ids()
        made = []
        for piece in pieces:
            flags = np.zeros(piece.segment.size, bool)
            docs = piece.segment.docs(ids)
            flags[docs[docs >= 0]] = True
            made.append(flags[piece.docs])
        return made

    def _kept_days(self, pieces: Sequence[_Piece]) -> Numbers:
        """The day on which each paper was kept."""
        import numpy as np  # noqa: PLC0415 - heavy

        marks = self._library.annotations()
        ids = self._library.newest()
        made = [id_ for id_ in ids if is_made(id_)]
        better = self._archive.better_ids(made) if made else {}
        days = {better.get(id_, id_): marks[id_].added.astimezone(UTC).date().toordinal() for id_ in ids}
        shown = (id_ for piece in pieces for id_ in piece.segment.ids.some(piece.docs))
        return np.array([days.get(id_, 0) for id_ in shown], np.int64)

    def _newest(self, pieces: Sequence[_Piece], centers: Centers, place: int) -> tuple[list[str], int]:
        """The ids of the newest papers of a cluster, the newest first, and how many papers it has."""
        import numpy as np  # noqa: PLC0415 - heavy

        found: list[tuple[int, str]] = []
        total = 0
        for piece in pieces:
            docs = piece.docs[self._labels_of(piece, centers) == place]
            total += len(docs)
            docs = docs[np.argsort(piece.segment.days[docs], kind="stable")[-_LENGTH:]]
            found += zip(piece.segment.days[docs].tolist(), piece.segment.ids.some(docs), strict=True)
        return [id_ for _, id_ in sorted(found, reverse=True)[:_LENGTH]], total


def _version() -> list[int]:
    from papertui.search.vectors import MODEL  # noqa: PLC0415 - brings numpy with it

    return [_VERSION, MODEL]


def _days(piece: _Piece) -> Numbers:
    """The days of papers as ordinals; 0 if unknown."""
    import numpy as np  # noqa: PLC0415 - heavy

    from papertui.search.segment import FIRST_DAY  # noqa: PLC0415 - brings numpy with it

    days = piece.segment.days[piece.docs].astype(np.int64)
    return np.where(days > 0, days + FIRST_DAY, 0)


def _sampled(pieces: Sequence[_Piece]) -> list[tuple[_Piece, list[str]]]:
    """Some thousand papers with their ids: always the same ones, however the index is divided."""
    import numpy as np  # noqa: PLC0415 - heavy

    if sum(len(piece.docs) for piece in pieces) <= _SAMPLE:
        return [(piece, piece.segment.ids.some(piece.docs)) for piece in pieces]
    keys = [np.concatenate(list(_keys(piece))) for piece in pieces]
    limit = np.partition(np.concatenate(keys), _SAMPLE - 1)[_SAMPLE - 1]
    made = []
    for piece, own in zip(pieces, keys, strict=True):
        some = piece._replace(docs=piece.docs[own <= limit])
        made.append((some, some.segment.ids.some(some.docs)))
    return made


def _keys(piece: _Piece) -> Iterator[NDArray[np.uint32]]:
    import numpy as np  # noqa: PLC0415 - heavy

    for start in range(0, len(piece.docs), _PAGE):
        ids = piece.segment.ids.some(piece.docs[start : start + _PAGE])
        yield np.array([_checksum(id_) for id_ in ids], np.uint32)


def _checksum(id_: str) -> int:
    return zlib.crc32(id_.encode())


def _acronyms(pieces: Sequence[_Piece]) -> Mapping[str, str]:
    """What letters stand for most often."""
    best: dict[str, tuple[int, str]] = {}
    for piece in pieces:
        for letters, words, count in piece.segment.acronyms():
            best[letters] = max(best.get(letters, (0, "")), (count, words))
    return {letters: words for letters, (_, words) in best.items()}


def _place(wanted: str, names: Sequence[str]) -> int | None:
    """Return the place of the name that a reader wrote: all of it, a part of it, or the beginning of a word."""
    sought = " ".join(wanted.casefold().split())
    folded = [name.casefold() for name in names]
    parts = [name.split(", ") for name in folded]
    words = [" ".join(some).replace("-", " ").split() for some in parts]
    ways = (
        [sought == name for name in folded],
        [sought in some for some in parts],
        [any(word.startswith(sought) for word in some) for some in words],
    )
    return next((way.index(True) for way in ways if any(way)), None)
