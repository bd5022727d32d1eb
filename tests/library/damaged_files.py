"""Damages files in every way that disks, editors and other programs do, and checks what is recovered.

    python tests/library/damaged_files.py --files 300 --size 400

Each file is first recovered alone, without backup and journal: how many of the undamaged rows come back unchanged? Then
it is recovered with both: is anything missing?
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
#: The size of 100 MB of foreign data; smaller in fast tests.
LARGE = 100_000_000

Damage = Callable[[bytes, random.Random], bytes]


class Totals(NamedTuple):
    """The totals over all damaged files."""

    files: int
    #: Undamaged rows.
    intact: int
    #: Undamaged rows that were recovered unchanged without backup and journal.
    restored: int
    #: Bookmarks that were not recovered with backup and journal.
    missing: int
    #: Files with losses that were not reported.
    silent: int


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data) - 3)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 8))):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _zero_tail(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + b"\0" * (len(data) - at)


def _zero_page(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) // 4096 + 1) * 4096
    return (data[:at] + b"\0" * 4096 + data[at + 4096 :])[: len(data)]


def _head_gone(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(1, len(data) - 3) :]


def _doubled_keys(data: bytes, chance: random.Random) -> bytes:
    tables = json.loads(data)
    rows = list(tables["bookmarks"].values())
    again = chance.randrange(1, 5)
    texts = [f'"{number % again + 1}": {json.dumps(row)}' for number, row in enumerate(rows)]
    return f'{{"meta": {json.dumps(tables["meta"])}, "bookmarks": {{{", ".join(texts)}}}}}'.encode()


def _wrong_types(data: bytes, chance: random.Random) -> bytes:
    tables = json.loads(data)
    rows = tables["bookmarks"]
    for number in chance.sample(sorted(rows), 5):
        rows[number] = chance.choice([None, 5, "text", [], {"title": "no id"}, {"id": 5}])
    tables["meta"] = chance.choice([tables["meta"], [], None, "1"])
    return json.dumps(tables).encode()


def _as_list(data: bytes, chance: random.Random) -> bytes:
    rows = list(json.loads(data)["bookmarks"].values())
    return json.dumps(chance.choice([rows, {"bookmarks": rows}])).encode()


def _mark(data: bytes, chance: random.Random) -> bytes:
    return b"\xef\xbb\xbf" + (data if chance.random() < 0.5 else _cut(data, chance))


def _utf16(data: bytes, chance: random.Random) -> bytes:
    made = data.decode().encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be")))
    return made if chance.random() < 0.5 else made[: chance.randrange(2, len(made))]


def _stale_tail(data: bytes, chance: random.Random) -> bytes:
    return data + data[-chance.randrange(1, len(data)) :]


def _large(data: bytes, chance: random.Random) -> bytes:
    filling = chance.choice([b"\0", b" ", b"x", b"{", b'{"a":[', b"\xff\xfe"])
    whole = filling * (LARGE // len(filling))
    at = chance.choice([0, len(data) // 2, len(data)])
    return data[:at] + whole + data[at:]


DAMAGES: dict[str, Damage] = {
    "cut": _cut,
    "bits flipped": _flip,
    "tail zeroed": _zero_tail,
    "a page zeroed": _zero_page,
    "head gone": _head_gone,
    "doubled keys": _doubled_keys,
    "wrong types": _wrong_types,
    "a list": _as_list,
    "byte order mark": _mark,
    "UTF-16": _utf16,
    "stale tail": _stale_tail,
}


def paper(number: int) -> Paper:
    return Paper(
        f"2604.{number:05}", f"Paper {number}: “sparse” résumé", f"We show {number}. " * 9, ("Ada Lovelace", "É. Borel")
    )


def library(home: Path) -> Library:
    return Library(home / "bookmarks.json", home / "backups")


def try_all(folder: Path, files: int, size: int, seed: int, large: int = 0) -> Totals:
    """Damage `files` files, `large` of them with 100 MB of foreign data."""
    home = folder / "whole"
    marks = library(home)
    marks.add([paper(number) for number in range(size)], AT)
    marks.change(lambda kept: {id_: mark._replace(tags=("todo",)) for id_, mark in kept.items()}, "tag", AT)
    marks.remove([paper(0).id])  # which must not come back
    wanted = {mark.paper.id: mark for mark in marks.all()}
    data = (home / "bookmarks.json").read_bytes()
    rows = {row["id"]: json.dumps(row) for row in json.loads(data)["bookmarks"].values()}
    sums = Totals(0, 0, 0, 0, 0)
    for number in range(files):
        chance = random.Random(seed + number)
        name = list(DAMAGES)[number % len(DAMAGES)]
        damage = _large if number < large else DAMAGES[name]
        sums = _tried(folder / "one", home, damage(data, chance), wanted, rows, sums)
    return sums


def _tried(
    folder: Path, home: Path, damaged: bytes, wanted: dict[str, Bookmark], rows: dict[str, str], sums: Totals
) -> Totals:
    intact = _untouched(damaged, rows)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "alone").mkdir(parents=True)
    (folder / "alone" / "bookmarks.json").write_bytes(damaged)
    alone = library(folder / "alone")
    came = {mark.paper.id: mark for mark in alone.all()}
    restored = sum(came.get(id_) == wanted[id_] for id_ in intact)
    silent = bool(wanted.keys() - came) and not alone.take_notices()
    shutil.copytree(home, folder / "helped")
    (folder / "helped" / "bookmarks.json").write_bytes(damaged)
    helped = library(folder / "helped").all()
    missing = len(wanted.keys() - {mark.paper.id for mark in helped})
    assert paper(0).id not in {mark.paper.id for mark in helped}, "a removed bookmark came back"
    return Totals(
        files=sums.files + 1,
        intact=sums.intact + len(intact),
        restored=sums.restored + restored,
        missing=sums.missing + missing,
        silent=sums.silent + silent,
    )


def _untouched(damaged: bytes, rows: dict[str, str]) -> list[str]:
    """The ids of rows that are in `damaged` byte for byte, in one of the encodings."""
    texts = [damaged.decode("utf-8", "replace")]
    if b"\0" in damaged[:200] or damaged[:2] in (b"\xff\xfe", b"\xfe\xff"):
        texts += [damaged.decode(name, "replace") for name in ("utf-16-le", "utf-16-be")]
    return [id_ for id_, row in rows.items() if any(row in text for text in texts)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--size", type=int, default=400)
    parser.add_argument("--large", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    with tempfile.TemporaryDirectory() as folder:
        sums = try_all(Path(folder), asked.files, asked.size, asked.seed, asked.large)
    share = sums.restored / sums.intact
    sys.stdout.write(
        f"{sums.files} damaged files: {sums.restored} of {sums.intact} intact rows came back alone ({share:.2%}), "
        f"{sums.missing} bookmarks missing with backup and journal, {sums.silent} losses not reported\n"
    )


if __name__ == "__main__":
    main()
