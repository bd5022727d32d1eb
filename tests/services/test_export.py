"""Export: what is exported, how it is added to files, and that the reader's own text is never lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.papers import plain
from kit.parsers import by_bibtexparser, by_csv, by_pybtex
from papertui.citations.model import ExportOptions
from papertui.errors import StoreError, UsageError
from papertui.model.bookmark import Bookmark
from services.conftest import Harness

AT = datetime(2026, 4, 30, 6, tzinfo=UTC)


def _keep(harness: Harness, *numbers: int) -> None:
    harness.services.library.keep([plain(number) for number in numbers])


def _eprints(text: str) -> list[str]:
    return [fields["eprint"] for fields in by_bibtexparser(text).values()]


def test_an_export_contains_the_library_or_the_named_papers(harness: Harness) -> None:
    _keep(harness, 1, 2)
    harness.archive.remember([plain(7)], AT)
    exporter = harness.services.exporter
    assert set(_eprints(exporter.export("bibtex"))) == {"2604.00001", "2604.00002"}
    assert _eprints(exporter.export("biblatex", ["2604.00007", "2604.00001", "9999.99999"])) == [
        "2604.00007",
        "2604.00001",
    ]
    assert [row["bookmark"] is None for row in json.loads(exporter.export("json", ["2604.00007", "2604.00001"]))] == [
        True,
        False,
    ]
    assert by_csv(exporter.export("csv"))[0][0] == "id"


def test_newer_data_is_cited_but_not_exported_as_json(harness: Harness) -> None:
    _keep(harness, 1)
    later = plain(1)._replace(sources=("arxiv",), doi="10.1103/abc", categories=("cs.CL",), title="Changed")
    harness.archive.remember([later], AT)
    (entry,) = by_bibtexparser(harness.services.exporter.export("bibtex")).values()
    assert (entry["doi"], entry["primaryClass"]) == ("10.1103/abc", "cs.CL")
    assert "Changed" not in entry["title"]
    (row,) = json.loads(harness.services.exporter.export("json"))
    assert row["doi"] is None


def test_a_key_does_not_depend_on_the_exported_papers(harness: Harness) -> None:
    same = [plain(number)._replace(title="Same") for number in (3, 1, 2)]
    harness.services.library.keep(same)
    exporter = harness.services.exporter
    keys = {fields["eprint"]: key for key, fields in by_bibtexparser(exporter.export("bibtex")).items()}
    assert keys["2604.00003"] == "lovelace2026samec"
    for id_, key in keys.items():
        assert list(by_bibtexparser(exporter.export("bibtex", [id_]))) == [key]


def test_writing_replaces_the_file(harness: Harness, tmp_path: Path) -> None:
    _keep(harness, 1)
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    size = harness.services.exporter.write(path, "csv")
    assert path.read_bytes().startswith(b"id,title,authors")
    assert path.stat().st_size == size
    assert path.read_bytes().count(b"\r\n") == 2
    with pytest.raises(StoreError, match="create the folder first"):
        harness.services.exporter.write(tmp_path / "no" / "x", "csv")


MINE = (
    "% My references\n@string{me = {Me}}\n"
    "@Article{Own:1, author = me, title={{Own}}, eprint = {arXiv:2604.00001v3}, odd={x}}\n"
    "@misc{lovelace2026paper, title={Other}, url={http://arxiv.org/abs/2604.00002}}\n"
    "@comment{@misc{c, eprint={2604.00003}}}\n"
    "@inproceedings{p, title = {A}, doi = {https://doi.org/10.1103/ABC}, crossref={x}}\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", ["", "\n", "text without an end"])
def test_appending_adds_what_is_missing_and_keeps_every_byte(
    harness: Harness, tmp_path: Path, end: str, tail: str
) -> None:
    _keep(harness, 1, 2, 3)
    harness.services.library.keep([plain(4)._replace(doi="10.1103/abc")])
    path = tmp_path / "refs.bib"
    old = (MINE + tail).replace("\n", end).encode()
    path.write_bytes(old)
    done = harness.services.exporter.append(path, "bibtex")
    assert (done.added, done.already_there, done.notice) == (("2604.00003",), 3, "")
    new = path.read_bytes()
    assert new.startswith(old)
    assert end == "\n" or b"\n" not in new.replace(b"\r\n", b"")
    added = by_pybtex(new[len(old) :].decode())
    # An entry in the file has that key already.
    assert list(added) == ["lovelace2026paperd"] or list(added) == ["lovelace2026paperc"]
    again = harness.services.exporter.append(path, "bibtex")
    assert (again.added, again.already_there) == ((), 4)
    assert path.read_bytes() == new


def test_appending_creates_the_file(harness: Harness, tmp_path: Path) -> None:
    _keep(harness, 1)
    assert harness.services.exporter.append(tmp_path / "new.bib", "biblatex").added == ("2604.00001",)
    assert (tmp_path / "new.bib").read_text().startswith("@online{")


def test_appending_to_unsuitable_files_is_an_error(harness: Harness, tmp_path: Path) -> None:
    _keep(harness, 1)
    exporter = harness.services.exporter
    path = tmp_path / "x.bib"
    for data, why in [
        ("@misc{a, title={x}}".encode("utf-16"), "UTF-16"),
        (b"@misc{a, title={x\n", "is not closed"),
        ("@misc{a, title={é}}\n".encode("latin-1"), "is not in UTF-8, which the new entries need"),
    ]:
        path.write_bytes(data)
        with pytest.raises(UsageError, match=why):
            exporter.append(path, "bibtex")
        assert path.read_bytes() == data
    with pytest.raises(UsageError, match="needs --format bibtex or --format biblatex"):
        exporter.append(path, "ris")


def test_appending_ascii_to_a_file_in_another_encoding(harness: Harness, tmp_path: Path) -> None:
    harness.services.library.keep([plain(1)._replace(title="Résumé")])
    path = tmp_path / "x.bib"
    old = "@misc{a, title={é}}\n".encode("latin-1")
    path.write_bytes(old)
    done = harness.services.exporter.append(path, "bibtex")
    assert "plain ASCII" in done.notice
    assert path.read_bytes().startswith(old + b"\n@misc{lovelace2026resume,")


def test_a_folder_of_notes(harness: Harness, tmp_path: Path) -> None:
    _keep(harness, 1, 2, 3)
    folder = tmp_path / "notes"
    with pytest.raises(UsageError, match="There is no folder"):
        harness.services.exporter.leaves(folder)
    folder.mkdir()
    (folder / "2604.00003.md").write_text("Mine alone.")
    done = harness.services.exporter.leaves(folder)
    assert done == (2, 0, ("2604.00003.md",))
    note = folder / "2604.00001.md"
    note.write_text(note.read_text() + "My thoughts.\n")

    def tag(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        return {"2604.00001": kept["2604.00001"]._replace(tags=("read this",))}

    harness.library.change(tag, "tag", AT)
    assert harness.services.exporter.leaves(folder) == (1, 1, ("2604.00003.md",))
    assert 'tags: ["read-this"]\n' in note.read_text()
    assert note.read_text().endswith("My thoughts.\n")
    assert (folder / "2604.00003.md").read_text() == "Mine alone."


async def test_each_bookmark_is_sent_to_zotero_once(harness: Harness) -> None:
    _keep(harness, 1, 2)
    push = harness.services.exporter.push
    assert await push() == (2, 0)
    _keep(harness, 3)
    assert await push() == (1, 2)
    assert await push() == (0, 3)
    assert await push(["2604.00001"]) == (1, 0)


def test_abstracts_are_exported_on_request(harness: Harness) -> None:
    _keep(harness, 1)
    assert "abstract" not in harness.services.exporter.export("bibtex")
    assert "abstract" in harness.services.exporter.export("bibtex", options=ExportOptions(abstracts=True))
