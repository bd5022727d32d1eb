"""``papertui map``."""

from datetime import UTC, datetime
from pathlib import Path

from kit.shell import Run
from kit.subjects import of_subjects, subject_of
from papertui.archive.archive import Archive


def test_clusters_are_printed_and_listed_by_a_word(run: Run, home: Path) -> None:
    archive = Archive(home / "archive.db")
    archive.remember(of_subjects(), datetime(2026, 4, 30, tzinfo=UTC))
    archive.close()
    ran = run("map")
    assert ran.code == 0
    assert ran.err.startswith("80 papers in ")
    first = run("map", "--json").rows[0]
    assert ran.out.startswith(f"{first['name']} ")
    assert f"{first['papers']} papers" in ran.out.splitlines()[0]
    assert len(first["history"]) == len(first["shares"]) == 12
    assert (first["kept"], first["share_kept"]) == (0, 0)
    listed = run("list", first["feed"], "--json", "--limit", "50").rows
    assert len(listed) == first["papers"]
    assert not set("▁▂▃▄▅▆▇█").intersection(ran.out), "no bars"
    assert len({subject_of_row(row["id"]) for row in listed}) == 1
    none = run("map", "--kept", "--json")
    assert (none.code, none.rows, none.err) == (0, [], "A map needs 12 papers; 0 papers are in your library.\n")
    assert run("list", "cluster:cooking").code == 2


def subject_of_row(id_: str) -> str:
    return subject_of(next(paper for paper in of_subjects() if paper.id == id_))
