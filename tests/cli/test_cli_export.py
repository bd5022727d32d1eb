"""``papertui export``, and ``papertui import`` of what it wrote."""

import json
from pathlib import Path

import pytest

from kit.parsers import by_bibtexparser, by_csv, by_rispy, by_schema
from kit.shell import Run
from sources.test_zotero import stand_in

IDS = ("2604.00001", "2604.00002", "2604.00003")


def test_without_a_library_nothing_is_exported(run: Run, home: Path, tmp_path: Path) -> None:
    for form, text in [("bibtex", ""), ("json", "[]\n"), ("csl-json", "[]\n")]:
        ran = run("export", "--format", form)
        assert (ran.code, ran.out) == (0, text)
        assert ran.err.startswith("Nothing to export: the library is empty.")
    assert run("export", "-o", str(tmp_path / "x.bib")).code == 0
    assert not (tmp_path / "x.bib").exists()
    assert not (home / "bookmarks.json").exists()


def test_every_format_on_stdout(run: Run) -> None:
    run("bookmark", "add", *IDS)
    assert len(by_bibtexparser(run("export").out)) == 3
    assert len(by_bibtexparser(run("export", "--format", "biblatex").out)) == 3
    assert len(by_rispy(run("export", "--format", "ris").out)) == 3
    assert len(by_schema(run("export", "--format", "csl-json").out)) == 3
    assert len(by_csv(run("export", "--format", "csv").out)) == 4
    assert run("export", "--format", "markdown").out.count("- **") == 3
    assert [row["id"] for row in run("export", "--format", "json").rows] == [
        mark["id"] for mark in run("bookmark", "list", "--json").rows
    ]


def test_the_file_name_selects_the_format_and_the_file_is_replaced(run: Run, tmp_path: Path) -> None:
    run("bookmark", "add", *IDS)
    starts = {"bib": "@misc{", "ris": "TY  - ", "md": "- **", "csv": "id,title,authors", "json": "[\n{"}
    for end, start in starts.items():
        path = tmp_path / f"x.{end}"
        path.write_text("old")
        ran = run("export", "-o", str(path))
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert path.read_text().startswith(start)
    assert run("export", "-o", "-").out.startswith("@misc{")
    ran = run("export", "-o", str(tmp_path / "no" / "x.bib"))
    assert ran.code == 4
    assert "create the folder first" in ran.err


def test_ids_are_fetched_and_missing_ones_reported(run: Run) -> None:
    ran = run("export", "--ids", "2604.00009", "https://arxiv.org/abs/2604.00001", "2604.09999")
    assert ran.code == 3
    assert [entry["eprint"] for entry in by_bibtexparser(ran.out).values()] == ["2604.00009", "2604.00001"]
    assert "2604.09999" in ran.err
    ran = run("export", "--ids", "2604.00004", "--offline")
    assert (ran.code, ran.out) == (3, "")
    assert run("export", "--ids", "nonsense").code == 2


@pytest.mark.slow
def test_a_query_selects_papers(run: Run) -> None:
    run("refresh", "trending")
    run("bookmark", "add", IDS[0])
    everything = run("export", "--query", "paper")
    assert len(by_bibtexparser(everything.out)) == 4
    assert len(by_bibtexparser(run("export", "--query", "paper", "--in", "library").out)) == 1
    ran = run("export", "--query", "paper", "--limit", "2")
    assert len(by_bibtexparser(ran.out)) == 2
    assert ran.err == "Exporting the best 2 of 4; --limit N exports more.\n"
    nothing = run("export", "--query", "is:bookmarked tag:none")
    assert (nothing.code, nothing.out) == (0, "")
    assert "Nothing to export" in nothing.err
    assert run("export", "--query", "tag:none", "--format", "json").out == "[]\n"
    assert run("export", "--limit", "3").code == 2


def test_usage_errors(run: Run) -> None:
    assert run("export", "--format", "docx").code == 2
    assert run("export", "--zotero", "--format", "ris").err == "--zotero uses a fixed format; leave out --format.\n"
    assert run("export", "-o", "a", "--append", "b").code == 2


def test_append_adds_missing_entries(run: Run, tmp_path: Path) -> None:
    run("bookmark", "add", *IDS)
    path = tmp_path / "refs.bib"
    path.write_text("@misc{mine, eprint = {2604.00002}}")
    ran = run("export", "--append", str(path))
    assert (ran.code, ran.out, ran.err) == (0, "", f"{path}: 2 entries added; 1 already in the file.\n")
    assert path.read_text().startswith("@misc{mine, eprint = {2604.00002}}\n\n@misc{")
    assert run("export", "--append", str(path), "--format", "csv").code == 2


def test_a_folder_of_notes(run: Run, tmp_path: Path) -> None:
    run("bookmark", "add", *IDS)
    (tmp_path / "2604.00001.md").write_text("Mine.")
    ran = run("export", "--folder", str(tmp_path))
    assert ran.code == 0
    assert ran.err == (
        f"{tmp_path}: 2 notes written.\n2604.00001.md was not written by papertui, or was changed by hand; skipped.\n"
    )
    assert run("export", "--folder", str(tmp_path / "no")).code == 2


def test_zotero(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("bookmark", "add", *IDS)
    with stand_in() as zotero:
        monkeypatch.setenv("PAPERTUI_ZOTERO_URL", zotero.address)
        assert run("export", "--zotero").err == "3 papers sent to Zotero.\n"
        assert run("export", "--zotero").err == "0 papers sent to Zotero; 3 had been sent before.\n"
        items = zotero.asked[0][1]["items"]
        assert {item["archiveID"] for item in items} == {f"arXiv:{id_}" for id_ in IDS}
    monkeypatch.setenv("PAPERTUI_ZOTERO_URL", "http://127.0.0.1:9")
    ran = run("export", "--zotero", "--ids", IDS[0])
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "Zotero is not running on this machine; start it, then try again.\n"
    monkeypatch.setenv("PAPERTUI_ZOTERO_URL", "http://zotero.example")
    assert run("export", "--zotero", "--ids", IDS[0]).code == 2


@pytest.mark.slow
def test_zotero_resumes_after_a_failure(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "many.bib").write_text(
        "".join(f"@misc{{k{n}, title={{T {n}}}, eprint={{2604.{n:05}}}}}\n" for n in range(120))
    )
    run("import", str(tmp_path / "many.bib"))
    with stand_in() as zotero:
        monkeypatch.setenv("PAPERTUI_ZOTERO_URL", zotero.address)
        zotero.most = 60
        ran = run("export", "--zotero")
        assert ran.code == 3
        assert "50 papers were sent before that and will not be sent again." in ran.err
        zotero.most = 1000
        assert run("export", "--zotero").err == "70 papers sent to Zotero; 50 had been sent before.\n"


def test_a_json_export_restores_the_same_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("bookmark", "add", *IDS)
    rows = run("export", "--format", "json").rows
    rows[0]["bookmark"] |= {"tags": ["to do", "a"], "note": "Mine.\n\n*More.*", "state": "reading", "rating": 5}
    rows[1]["bookmark"]["added"] = "2025-01-02T03:04:05.678901Z"
    path = tmp_path / "library.json"
    path.write_text(json.dumps(rows))
    monkeypatch.setenv("PAPERTUI_HOME", str(tmp_path / "home"))
    ran = run("import", str(path))
    assert (ran.code, ran.err) == (0, f"{path}: 3 bookmarks read.\n3 bookmarks added.\n")
    back = run("export", "--format", "json")
    assert sorted(back.rows, key=lambda row: str(row["id"])) == sorted(rows, key=lambda row: str(row["id"]))
    path.write_text(back.out)
    monkeypatch.setenv("PAPERTUI_HOME", str(tmp_path / "other"))
    run("import", str(path))
    assert run("export", "--format", "json").out == back.out


@pytest.mark.slow
@pytest.mark.parametrize("form", ["bibtex", "biblatex", "ris", "json"])
def test_exports_can_be_imported(form: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("bookmark", "add", *IDS)
    path = tmp_path / "library"
    assert run("export", "--format", form, "-o", str(path)).code == 0
    rows = run("bookmark", "list", "--json").rows
    monkeypatch.setenv("PAPERTUI_HOME", str(tmp_path / "home"))
    assert run("import", str(path), "--offline").code == 0
    back = run("bookmark", "list", "--json").rows
    facts = ("id", "title", "authors")
    assert [[row[fact] for fact in facts] for row in back] == [[row[fact] for fact in facts] for row in rows]
    assert [row["published"][:7] for row in back] == [row["published"][:7] for row in rows]


def test_an_import_is_merged_and_reported(run: Run, tmp_path: Path) -> None:
    run("bookmark", "add", IDS[0])
    bib = tmp_path / "refs.bib"
    bib.write_text(
        "@misc{a, title={A}, eprint={2604.00001}, keywords={x}}\n@misc{b, title={B}, doi={10.1145/3292500}}\n"
        "@misc{c, year=1}\n@misc{d, title = {D\n"
    )
    ids = tmp_path / "ids.txt"
    ids.write_text("2604.00003\n2604.00001\n2604.09999\n# end\n")
    ran = run("import", str(bib), str(ids))
    assert ran.code == 3
    assert ran.err == (
        f"{bib}: 2 bookmarks read; 2 entries could not be read.\n"
        f"{bib}, entry 3: the entry c has no title\n"
        f"{bib}, entry 4: the entry d in line 4 is not closed\n"
        f"{ids}: 3 bookmarks read.\n"
        "Neither Hugging Face nor arXiv knows the paper 2604.09999; check the id.\n"
        "2 bookmarks added, 1 merged, 1 not found.\n"
    )
    rows = {row["id"]: row for row in run("bookmark", "list", "--json").rows}
    assert rows.keys() == {"2604.00001", "2604.00003", "doi:10.1145/3292500"}
    assert rows["2604.00001"]["bookmark"]["tags"] == ["x"]
    assert rows["2604.00001"]["title"] != "A"
    assert run("show", "doi:10.1145/3292500", "--json").rows[0]["title"] == "B"
