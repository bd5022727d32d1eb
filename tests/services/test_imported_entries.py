"""Imported entries in the library: changes, undo, other processes, damage, sync, and papertui's own files."""

import json
from pathlib import Path

from kit.bibliographies import imported
from kit.machines import Clock, Machine, bare_repository
from kit.papers import plain
from papertui.citations.keys import own_key
from papertui.citations.model import ExportOptions
from papertui.importers.batch import ImportedBookmark
from papertui.importers.kinds import read_file
from papertui.importers.service import Importer
from papertui.library.bookmarks import Library
from papertui.library.rows import merge_rows, row_of
from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.record import bookmark_record
from services.conftest import Harness

BIB = (
    "@book{Writer:85, author = {Writer, Ada}, title = {The {BOOK} of Examples}, publisher = {Ex \\& Co}, "
    "year = {1985}, custom-x = {50\\%}, note = {Signed}}\n"
    "@article{r98, author = {Garcia Marquez, Gabriel and others}, title = {Copper}, journal = {J. Ex.}, volume = 3, "
    "year = 1998, month = may, doi = {10.1234/ABC}}\n"
)


async def _imported(harness: Harness, text: str = BIB) -> dict[str, Bookmark]:
    path = harness.home / "refs.bib"
    path.write_text(text, encoding="utf-8")
    read = Importer(harness.archive, lambda: harness.clock[0]).run(path, lambda _: None)
    await harness.services.bookmark_importer.take_in(read.kept)
    return {mark.entry.key: mark for mark in harness.library.all() if mark.entry is not None}


def _exported(harness: Harness) -> str:
    return harness.services.exporter.export("bibtex", None, ExportOptions())


async def test_they_survive_changes_and_undo(harness: Harness) -> None:
    marks = await _imported(harness)
    assert sorted(marks) == ["Writer:85", "r98"]
    before, library = _exported(harness), harness.services.library
    id_ = marks["Writer:85"].paper.id
    library.note(id_, "A note of mine")
    library.tag([id_], add=("new",))
    library.rate([id_], 5)
    library.undo()
    library.undo()
    library.undo()
    assert _exported(harness) == before
    library.undo()  # the import
    assert library.by_id() == {}
    library.redo()
    assert _exported(harness) == before
    # Another process reads the same.
    other = Library(harness.home / "bookmarks.json", harness.home / "backups")
    assert {mark.entry for mark in other.all()} == {mark.entry for mark in marks.values()}


async def test_an_entry_is_added_to_a_bookmark_and_undo_takes_it_back(harness: Harness) -> None:
    await _imported(harness)
    library = harness.services.library
    marks = library.by_id()
    id_ = next(id_ for id_, mark in marks.items() if mark.entry and mark.entry.key == "r98")
    bare = marks[id_]._replace(entry=None)
    library.release([id_])
    library.keep([bare.paper])
    assert library.by_id()[id_].entry is None
    await _imported(harness)
    assert library.by_id()[id_].entry == marks[id_].entry
    library.undo()
    assert library.by_id()[id_].entry is None


async def test_keys_of_other_papers_avoid_imported_ones(harness: Harness) -> None:
    await _imported(harness, "@misc{lovelace2026paper, title = {Copper}}")
    harness.services.library.keep([plain(1)])
    harness.archive.remember([plain(2)], harness.clock[0])
    ids = ["2604.00001", "2604.00002", *(id_ for id_ in harness.library.ids() if id_.startswith("title/"))]
    keys = [one.key for one in harness.services.exporter.cited(ids)]
    assert keys == [f"{own_key(plain(1))}b", f"{own_key(plain(2))}c", "lovelace2026paper"]
    assert own_key(plain(1)) == own_key(plain(2)) == "lovelace2026paper"


async def test_entries_without_ids_are_appended_once(harness: Harness, tmp_path: Path) -> None:
    await _imported(harness, "@book{w85, title = {The {Book}}, year = 1985}\n@misc{nodate, title = {A misc}}")
    path = tmp_path / "mine.bib"
    path.write_text("@book{other, title = {{The Book}}, year = {1985}}\n@book{o2, title={A misc}, year = 1999}\n")
    done = harness.services.exporter.append(path, "bibtex")
    assert (len(done.added), done.already_there) == (1, 1)
    assert "@misc{nodate," in path.read_text()
    assert harness.services.exporter.append(path, "bibtex").added == ()


async def test_a_second_import_changes_nothing(harness: Harness) -> None:
    await _imported(harness)
    kept = [one._replace(paper=mark.paper) for one, mark in zip(imported(BIB), harness.library.all(), strict=True)]
    again = await harness.services.bookmark_importer.take_in(kept)
    assert (again.added, again.merged, again.same) == ((), (), 2)


async def test_papertuis_own_json_holds_everything(harness: Harness, tmp_path: Path) -> None:
    marks = await _imported(harness)
    text = harness.services.exporter.export("json")
    rows = {row["bookmark"]["key"]: row for row in json.loads(text)}
    assert rows["Writer:85"]["published"] == "1985"
    assert (rows["r98"]["published"], rows["r98"]["bookmark"]["type"]) == ("1998-05", "article")
    assert rows["Writer:85"]["bookmark"]["fields"] == {
        "custom-x": "50%", "date": "1985", "note": "Signed", "publisher": "Ex & Co",
    }  # fmt: skip
    (tmp_path / "own.json").write_text(text, encoding="utf-8")
    (batch,) = read_file(tmp_path / "own.json")
    assert {one.entry for one in batch.kept} == {mark.entry for mark in marks.values()}
    assert bookmark_record(marks["r98"])["key"] == "r98"


def test_of_two_rows_of_a_damaged_file_one_entry_stays_whole() -> None:
    book, article = (mark for mark in _marks())
    one, two = row_of(book), row_of(article) | {"id": book.paper.id}
    (merged,) = merge_rows([one | {"fields": {}}, two]).values()
    assert (merged["key"], merged["type"], merged["fields"]) == ("Writer:85", "book", {})
    (merged,) = merge_rows([{name: value for name, value in one.items() if name != "type"}, two]).values()
    assert (merged["key"], merged["type"]) == ("r98", "article")
    assert merged["fields"] == two["fields"]


def _marks() -> list[Bookmark]:
    clock = Clock()
    return [
        Bookmark(one.paper._replace(id=f"2604.0000{number}"), clock(), entry=one.entry and one.entry.sorted())
        for number, one in enumerate(imported(BIB))
    ]


def test_they_are_synced(tmp_path: Path) -> None:
    clock = Clock()
    remote = bare_repository(tmp_path / "remote")
    home, laptop = Machine(tmp_path / "home", clock), Machine(tmp_path / "laptop", clock)
    marks = {mark.paper.id: mark for mark in _marks()}
    home.library.change(lambda _: marks, "import", clock())
    home.sync(remote)
    laptop.sync(remote)
    assert laptop.marks() == home.marks()
    # Both change; nothing of the entries is lost, and nothing more is left to send.
    first, second = marks
    laptop.change(first, note="From the laptop")
    home.change(second, entry=CitationEntry("article", "new", (("volume", "4"),)))
    for machine in (laptop, home, laptop):
        machine.sync(remote)
    assert laptop.marks() == home.marks()
    assert laptop.marks()[first].entry == marks[first].entry
    assert laptop.marks()[second].entry == CitationEntry("article", "new", (("volume", "4"),))
    assert (home.sync(remote).sent, laptop.sync(remote).sent) == (0, 0)


async def test_hostile_entries_are_made_safe(harness: Harness) -> None:
    one = imported("@misc{k, title={Copper}, owner={a}}")[0]
    hostile = CitationEntry("mi\x07sc", "k\n\x00", (("own\x07er", "\x1b[31mred\u202e"),))
    await harness.services.bookmark_importer.take_in(
        [ImportedBookmark(one.paper._replace(id="2604.00001"), entry=hostile)]
    )
    (mark,) = harness.library.all()
    assert mark.entry == CitationEntry("misc", "k", (("owner", "red"),))
