"""Every command takes an id as people paste it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.fictional_service import FictionalService
from kit.pdf_server import a_pdf
from kit.shell import Run

pytestmark = pytest.mark.slow

ID = "2604.00001"
PASTED = (
    f"arXiv:{ID} [cs.CL]",
    f"[{ID}]",
    f"{ID}v3.pdf",
    f"arXiv.{ID}",
    f"<https://ar5iv.labs.arxiv.org/html/{ID}>",
    f"https://doi.org/10.48550/arXiv.{ID}.",
    f"[A title](https://hf-mirror.com/papers/{ID}?lang=zh)",
    f"Lovelace et al., Diffusion Without Tears, 2026, arXiv:{ID}v2, costs 2023.12345 words",
    "２６０４．００００１",
)


@pytest.mark.parametrize("text", PASTED)
def test_commands_with_one_id(run: Run, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "true")
    assert run("bookmark", "add", text).out == f"{ID}\n"
    assert run("show", text, "--json").rows[0]["id"] == ID
    assert run("bookmark", "note", text, "A note").out == f"{ID}\n"
    assert run("bookmark", "note", text).out == "A note\n"
    assert run("bookmark", "tag", text, "+todo").out == f"{ID}\n"
    assert [row["id"] for row in run("export", "--format", "json", "--ids", text).rows] == [ID]
    assert run("search", "--like", text, "--json").code == 0
    assert run("open", text).err == f"Opened https://arxiv.org/abs/{ID}\n"
    assert run("bookmark", "remove", text).out == f"{ID}\n"
    assert run("bookmark", "list", "--json").rows == []
    assert run("search", text, "--json").rows[0]["id"] == ID


def test_read_and_pdf(run: Run, service: FictionalService, home: Path) -> None:
    service.pages[f"/arxiv/pdf/{ID}"] = ("application/pdf", a_pdf(5000))
    assert run("pdf", f"[{ID}]").out == f"{home / 'pdfs' / f'{ID}.pdf'}\n"
    run("list")
    assert ID in run("read", f"https://papers.cool/arxiv/{ID}", "--json").out


def test_lines_of_stdin_and_of_lists(run: Run, tmp_path: Path) -> None:
    lines = "arXiv:2604.00001 [cs.CL]\n\n- [2604.00002], a good one\n2604.00003 2604.00001\n2023.12345 words\n"
    added = run("bookmark", "add", "--stdin", stdin=lines)
    assert (added.code, added.out) == (2, "2604.00001\n2604.00002\n")
    assert "Line 4: “2604.00003 2604.00001” names several papers: 2604.00003 and 2604.00001." in added.err
    assert "Line 5: “2023.12345 words” is not an arXiv id." in added.err
    run("undo")
    (tmp_path / "list.txt").write_text(lines, encoding="utf-8")
    imported = run("import", str(tmp_path / "list.txt"))
    assert imported.code == 0
    assert "2 bookmarks added." in imported.err
    assert "line 4: several papers, 2604.00003 and 2604.00001; write one per line" in imported.err
    assert "line 5: " in imported.err


def test_what_a_shell_makes_of_an_id_with_blanks(run: Run) -> None:
    assert run("bookmark", "add", "arXiv:", "2604.00001", "[cs.CL]", "2604.00002").out == "2604.00001\n2604.00002\n"
    assert run("bookmark", "add", "[cs.CL]").code == 2
    assert run("bookmark", "add", "2604.00001", "").code == 2
    assert run("bookmark", "add", "2604.00001", "nonsense").code == 2


def test_two_ids_in_one_argument_are_an_error_that_names_both(run: Run) -> None:
    for command in ("show", "open", "read"):
        ran = run(command, "2604.00001 2604.00002")
        assert (ran.code, ran.out) == (2, "")
        assert "2604.00001 and 2604.00002" in ran.err


def test_a_query_of_words_with_an_id_shows_that_paper_first(run: Run) -> None:
    run("list")
    for query in ("models 2604.00003", "https://arxiv.org/abs/2604.00003 diffusion language models"):
        assert run("search", query, "--json").rows[0]["id"] == "2604.00003"
        assert run("search", query, "--json", "--limit", "1").rows[0]["id"] == "2604.00003"
        assert len(run("search", query, "--json").rows) > 1


def test_ids_with_and_without_a_subject_class_are_one_paper(run: Run, tmp_path: Path) -> None:
    rows = '{"id": "math/0309136", "title": "Knots and surgery", "update_date": "2003-09-08", "versions": []}\n'
    (tmp_path / "a.json").write_text(rows, encoding="utf-8")
    (tmp_path / "b.json").write_text(rows.replace("math/", "math.GT/"), encoding="utf-8")
    assert "1 new" in run("import", str(tmp_path / "a.json")).err
    assert "0 new" in run("import", str(tmp_path / "b.json")).err
    assert run("show", "math.GT/0309136", "--json", "--offline").rows[0]["id"] == "math/0309136"
    assert run("bookmark", "add", "math.GT/0309136").out == "math/0309136\n"
    assert run("bookmark", "add", "math/0309136").code == 0
    assert [row["id"] for row in run("bookmark", "list", "--json").rows] == ["math/0309136"]
    bib = run("export", "--ids", "math.GT/0309136").out
    assert "= {math/0309136}" in bib
    (tmp_path / "c.bib").write_text(bib.replace("math/0309136", "math.GT/0309136"), encoding="utf-8")
    assert "0 bookmarks added, 1 merged" in run("import", str(tmp_path / "c.bib")).err, (
        "the entry is new, the paper is not"
    )
