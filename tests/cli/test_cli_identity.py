"""Which records are one work, from the command line: imports, undo, the log, and feeds."""

import re
from pathlib import Path
from typing import Any

import pytest

from kit.fictional_service import FictionalService
from kit.recorded import SHARED
from kit.shell import Run

pytestmark = pytest.mark.slow

_CASES = SHARED / "cases"
_EQUAL_TITLES = """
@book{a, author = {Maker, Eve}, title = {Number theory}, publisher = {A Press}, year = 1932}
@book{b, author = {Baker, Dan}, title = {Number Theory}, publisher = {B Press}, year = 1966}
@incollection{c, author = {Maker, Eve}, title = {Primes}, booktitle = {A Handbook}, doi = {10.1234/hb}, year = 2001}
@incollection{d, author = {Baker, Dan}, title = {Fields}, booktitle = {A Handbook}, doi = {10.1234/hb}, year = 2001}
@article{e, author = {Maker, Eve}, title = {Letters from a board}, journal = {Ac.}, volume = 3, number = 1, year=2001}
@article{f, author = {Maker, Eve}, title = {Letters from a board}, journal = {Ac.}, volume = 3, number = 2, year=2001}
@misc{g, author = {Baker, Dan}, title = {Number theory}, eprint = {2401.00002}, archiveprefix = {arXiv}, year = 2024}
"""
_ITEM = """<item><title>{title}</title><link>https://lab.example/{name}</link><guid>https://lab.example/{name}</guid>
<pubDate>Thu, 30 Apr 2026 08:00:00 GMT</pubDate><description>{words}</description></item>"""


def _feed(*items: tuple[str, str, str]) -> tuple[str, bytes]:
    body = "".join(_ITEM.format(title=title, name=name, words=words) for title, name, words in items)
    return "application/rss+xml", f"<rss version='2.0'><channel><title>Lab</title>{body}</channel></rss>".encode()


def _marks(run: Run) -> dict[str, Any]:
    return {row["id"]: row for row in run("bookmark", "list", "--json").rows}


def _imported(run: Run, path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    ran = run("import", str(path))
    assert ran.code == 0, ran.err
    return ran.err


def test_works_with_one_title_or_one_doi_stay_apart(run: Run, tmp_path: Path) -> None:
    assert "joined:" not in _imported(run, tmp_path / "a.bib", _EQUAL_TITLES)
    marks = _marks(run)
    assert sorted((row["title"], row["authors"][0], row["published"][:4]) for row in marks.values()) == [
        ("Fields", "Dan Baker", "2001"),
        ("Letters from a board", "Eve Maker", "2001"),
        ("Letters from a board", "Eve Maker", "2001"),
        ("Number Theory", "Dan Baker", "1966"),
        ("Number theory", "Dan Baker", "2024"),
        ("Number theory", "Eve Maker", "1932"),
        ("Primes", "Eve Maker", "2001"),
    ]
    backwards = "\n".join(reversed(_EQUAL_TITLES.strip().splitlines()))
    assert "0 bookmarks added, 7 unchanged." in _imported(run, tmp_path / "b.bib", backwards)
    assert _marks(run).keys() == marks.keys()


def test_the_order_of_a_file_makes_no_difference(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _imported(run, tmp_path / "a.bib", _EQUAL_TITLES)
    ids = set(_marks(run))
    monkeypatch.setenv("PAPERTUI_HOME", str(home.with_name("other")))
    _imported(run, tmp_path / "b.bib", "\n".join(reversed(_EQUAL_TITLES.strip().splitlines())))
    assert set(_marks(run)) == ids


@pytest.mark.parametrize(
    "field",
    [
        "note = {Comment on arXiv:1706.03762}",
        "note = {See https://arxiv.org/abs/1706.03762}",
        "annote = {arXiv:1706.03762}",
        "abstract = {We reply to arXiv:1706.03762.}",
        "comment = {https://arxiv.org/abs/1706.03762}",
        "howpublished = {Reply to arXiv:1706.03762}",
        "url = {https://blog.example/?about=https://arxiv.org/abs/1706.03762}",
        "journal = {Replies to arXiv:1706.03762}",
        "keywords = {arXiv:1706.03762}",
    ],
)
def test_an_id_that_is_mentioned_is_not_the_id(run: Run, tmp_path: Path, field: str) -> None:
    _imported(run, tmp_path / "a.bib", f"@article{{a, author = {{Maker, Eve}}, title = {{A reply}}, {field}}}")
    (row,) = _marks(run).values()
    assert "1706.03762" not in (row["id"], row["url"])


@pytest.mark.parametrize(
    "field",
    [
        "journal = {arXiv preprint arXiv:1706.03762}",
        "journal = {CoRR}, volume = {abs/1706.03762}",
        "eprint = {1706.03762}, archiveprefix = {arXiv}",
        "url = {http://arxiv.org/pdf/1706.03762v5.pdf}",
        r"howpublished = {\url{https://arxiv.org/abs/1706.03762}}",
        "doi = {10.48550/arXiv.1706.03762}",
        "number = {arXiv:1706.03762 [cs.CL]}",
    ],
)
def test_an_id_in_its_own_field_is_the_id(run: Run, tmp_path: Path, field: str) -> None:
    _imported(run, tmp_path / "a.bib", f"@article{{a, author = {{Maker, Eve}}, title = {{A reply}}, {field}}}")
    assert list(_marks(run)) == ["1706.03762"]


@pytest.mark.parametrize(("tag", "is_id"), [("N1", False), ("N2", False), ("AB", False), ("UR", True)])
def test_ids_in_ris(run: Run, tmp_path: Path, tag: str, *, is_id: bool) -> None:
    record = f"TY  - JOUR\nTI  - A reply\nAU  - Maker, Eve\n{tag}  - https://arxiv.org/abs/1706.03762\nER  - \n"
    _imported(run, tmp_path / "a.ris", record)
    assert (list(_marks(run)) == ["1706.03762"]) is is_id


_FIRST = "@article{a, title = {A long title about the corrosion of copper}, year = 2015}\n"
_SECOND = (
    "@article{b, author = {Maker, Eve}, title = {A Long Title about the Corrosion of Copper}, year = 2015, "
    "journal = {Journal of Examples}, volume = 7, abstract = {It corrodes.}, doi = {10.1234/7}, "
    "keywords = {copper}, annote = {Read again.}}\n"
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_FIRST, _SECOND),
        (_FIRST.replace("year = 2015", "doi = {10.1234/7}"), _SECOND),
        (
            _FIRST.replace("year = 2015", "eprint = {1501.00007}"),
            _SECOND.replace("doi =", "eprint = {1501.00007}, doi ="),
        ),
        (_SECOND, _FIRST.replace("year = 2015", "year = 2015, keywords = {other}")),
    ],
    ids=["title", "doi", "arxiv", "the other way round"],
)
def test_undo_parts_joined_records_and_leaves_nothing_behind(run: Run, tmp_path: Path, first: str, second: str) -> None:
    _imported(run, tmp_path / "a.bib", first)
    before = run("bookmark", "list", "--json").rows
    shown = run("show", before[0]["id"], "--offline", "--json").rows
    exported = run("export", "--format", "json").rows
    said = _imported(run, tmp_path / "b.bib", second)
    assert "0 bookmarks added, 1 merged." in said
    after = run("bookmark", "list", "--json").rows
    assert [row["journal_ref"] for row in after] == ["Journal of Examples 7 (2015)"]
    assert run("undo").code == 0
    assert run("bookmark", "list", "--json").rows == before
    assert run("show", before[0]["id"], "--offline", "--json").rows == shown
    assert run("export", "--format", "json").rows == exported
    assert run("export", "--format", "bibtex").out.count("Maker") == (0 if first != _SECOND else 1)
    for _ in range(2):
        assert run("redo").code == 0
        assert run("bookmark", "list", "--json").rows == after
        assert run("undo").code == 0
        assert run("bookmark", "list", "--json").rows == before
        assert run("show", before[0]["id"], "--offline", "--json").rows == shown
    assert "1 merged" in _imported(run, tmp_path / "b.bib", second)
    assert [row["journal_ref"] for row in _marks(run).values()] == ["Journal of Examples 7 (2015)"]


def test_joined_records_are_counted_and_named(run: Run, tmp_path: Path) -> None:
    said = _imported(run, tmp_path / "a.bib", _FIRST + _SECOND + _SECOND.replace("@article{b", "@article{c"))
    assert "1 bookmark added." in said
    assert "2 records joined: the same work as another one. “papertui log” names them.\n" in said
    lines = run("log").out.splitlines()
    assert re.fullmatch(
        r" +joined “A long title about the corrosion of copper” \(title/[0-9a-f]{16}\) into doi:10.1234/7: "
        "the same title, and nothing contradicts",
        lines[1],
    )
    assert lines[2].strip() == "joined “A Long Title about the Corrosion of Copper” into doi:10.1234/7: the same DOI"
    (step,) = run("log", "--json").rows
    assert [one["into"] for one in step["joined"]] == ["doi:10.1234/7"] * 2
    assert "joined:" not in _imported(run, tmp_path / "b.bib", _FIRST)


def test_without_the_archive_an_import_still_finds_the_bookmark(run: Run, home: Path, tmp_path: Path) -> None:
    _imported(run, tmp_path / "a.bib", _FIRST)
    for file in home.glob("archive.db*"):
        file.unlink()
    assert "0 bookmarks added, 1 merged." in _imported(run, tmp_path / "b.bib", _SECOND)


# --- feeds -------------------------------------------------------------------------------------------


def test_entries_of_a_column_are_separate_and_stay_what_they_were(run: Run, service: FictionalService) -> None:
    items = [("This week in tin", "17", "Old news."), ("This week in tin", "18", "New news.")]
    service.pages["/column"] = _feed(*items)
    rows = run("list", f"{service.address}/column", "--json").rows
    assert [row["abstract"] for row in rows] == ["Old news.", "New news."]
    run("bookmark", "add", rows[0]["id"])
    (mark,) = run("bookmark", "list", "--json").rows
    service.pages["/column"] = _feed(*items, ("This week in tin", "19", "News of May."))
    assert run("refresh", f"{service.address}/column").out.endswith(": 1 new paper of 3\n")
    assert run("bookmark", "list", "--json").rows == [mark]
    service.pages["/column"] = _feed(*items[:1], ("This week in tin (corrected)", "18", "New news."))
    later = run("list", f"{service.address}/column", "--json").rows
    assert [row["id"] for row in later] == [row["id"] for row in rows]
    assert later[1]["title"] == "This week in tin (corrected)"


def test_an_article_with_the_title_of_an_arxiv_paper_is_a_row_of_its_own(run: Run, service: FictionalService) -> None:
    paper = run("list", "daily", "--json").rows[0]
    service.pages["/blog"] = _feed((paper["title"], "about", "Why we like it."))
    (row,) = run("list", f"{service.address}/blog", "--json").rows
    assert (row["id"].partition("/")[0], row["abstract"]) == ("title", "Why we like it.")
    assert run("show", paper["id"], "--offline", "--json").rows[0]["abstract"] == paper["abstract"]


def test_a_refresh_says_how_many_records_were_joined(run: Run, service: FictionalService, tmp_path: Path) -> None:
    _imported(
        run, tmp_path / "a.bib", "@article{a, author = {Maker, Eve}, title = {Tin in examples}, doi = {10.1234/9}}"
    )
    item = _ITEM.format(title="Tin in examples", name="9", words="Tin.").replace(
        "<guid>", "<author>Eve Maker</author><guid>"
    )
    body = f"<rss version='2.0'><channel><title>J</title>{item}</channel></rss>"
    service.pages["/j"] = (
        "application/rss+xml",
        body.replace("https://lab.example/9</guid>", "https://doi.org/10.1234/9</guid>").encode(),
    )
    assert run("refresh", f"{service.address}/j").out.endswith(": 1 new paper of 1\n")
    saved = "@misc{b, author = {E. Maker}, title = {Tin in examples}}"
    assert "1 record joined:" in _imported(run, tmp_path / "b.bib", saved)


# --- the shared cases --------------------------------------------------------------------------------


@pytest.mark.recorded
def test_case_same_title(run: Run) -> None:
    assert "5 bookmarks added." in run("import", str(_CASES / "same-title.bib")).err
    found = sorted((row["authors"][0], row["published"][:4], row["journal_ref"]) for row in _marks(run).values())
    assert found == [
        ("Ada Writer", "1969", None),
        ("Ada Writer", "1983", "J. Ex. 4 (1983)"),
        ("Ada Writer", "1985", "J. Ex. 6 (1985)"),
        ("Ben Reader", "1984", None),
        ("Cy Scholar", "2000", None),
    ]


@pytest.mark.recorded
def test_case_same_title_doi(run: Run) -> None:
    run("import", str(_CASES / "same-title-doi.bib"))
    row = _marks(run)["2401.00001"]
    assert (row["published"][:4], row["doi"], row["journal_ref"]) == ("2024", None, None)
    assert len(_marks(run)) == 2


@pytest.mark.recorded
def test_case_mentions_other_paper(run: Run, tmp_path: Path) -> None:
    run("import", str(_CASES / "mentions-other-paper.bib"))
    assert len(_marks(run)) == 2
    assert not any("1706.03762" in (row["id"], row["url"] or "") for row in _marks(run).values())
    bib = tmp_path / "mine.bib"
    bib.write_bytes((_CASES / "mentions-other-paper.bib").read_bytes())
    (tmp_path / "real.bib").write_text(
        "@misc{v, author = {Vaswani, Ashish}, title = {Attention Is All You Need}, eprint = {1706.03762}, year = 2017}"
    )
    run("import", str(tmp_path / "real.bib"))
    assert run("export", "--append", str(bib), "--query", "attention is all you need").code == 0
    assert "Vaswani" in bib.read_text(encoding="utf-8")


@pytest.mark.recorded
def test_case_weekly_column(run: Run, service: FictionalService) -> None:
    service.pages["/weekly"] = ("application/rss+xml", (_CASES / "weekly-column.xml").read_bytes())
    rows = run("list", f"{service.address}/weekly", "--json").rows
    assert [row["title"] for row in rows] == ["This week in copper"] * 2 + ["Research highlights"] * 2
    assert len({row["id"] for row in rows}) == 4
