"""Which files are recognised as what, by their content."""

import json
from pathlib import Path

import pytest

from kit.exports import citations
from kit.papers import plain
from papertui.citations.formats import FORMATS
from papertui.citations.model import ExportOptions
from papertui.citations.obsidian import obsidian_note
from papertui.errors import UsageError
from papertui.importers.files import Head
from papertui.importers.kinds import KINDS, read_file

#: Text in notes and abstracts that looks like the beginning of another format.
_OTHERS = (
    "title,authors,doi\n", "TY  - JOUR\nTI  - x\n", "%0 Book\n%T x\n", "PMID- 1\nTI  - x\n", "PT J\nTI x\n",
    '[{"type": "book", "title": "x"}]\n', "@article{k,\n", "- **x**\n  [arXiv:2604.00001](https://arxiv.org/abs/2604.00001)\n",
    "---\nid: x\n---\n<!-- papertui: begin -->\n", '{"id": "0704.0001", "title": "x"}\n', "<feed>\n", "2604.26951\n",
)  # fmt: skip
_KIND_OF = {
    "bibtex": "BibTeX and BibLaTeX",
    "biblatex": "BibTeX and BibLaTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "markdown": "papertui's list in Markdown",
    "csv": "CSV with a header row",
    "json": "papertui's JSON",
}
_STARTS = {
    "RIS": "TY  - JOUR\nTI  - x\n",
    "EndNote (.enw)": "%0 Book\n%T x\n",
    "PubMed (.nbib)": "PMID- 1\nTI  - x\n",
    "Web of Science (plain text)": "FN x\nVR 1.0\nPT J\nTI x\n",
    "CSL-JSON": '{"id": 1, "type": "book", "title": "x"}',
    "BibTeX and BibLaTeX": "@misc{a, title={x}}\n",
    "CSV with a header row": "title;doi\nx;y\n",
    "arXiv's metadata snapshot (JSON lines)": '{"id": "0704.0001", "title": "x", "authors_parsed": []}\n',
    "Hugging Face's daily papers (JSON)": '[{"paper": {"id": "2604.26951", "title": "x"}, "title": "x"}]',
    "arXiv's query API (Atom)": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>',
    "lists of arXiv ids, DOIs or URLs": "2604.26951\n10.1145/3292500.3330701\n",
}


def _kind(data: str) -> str:
    head = Head(data.encode()[: 1 << 16])
    return next((kind.title for kind in KINDS if kind.fits(head)), "")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", _OTHERS)
def test_every_export_is_recognised_whatever_it_contains(name: str, text: str) -> None:
    papers = [plain(1)._replace(abstract=text.replace("\n", " ") + "."), plain(2)]
    data = FORMATS[name].render(citations(papers, note=text * 2, tags=("x",)), ExportOptions(True, True))  # type: ignore[index]
    assert _kind(data) == _KIND_OF[name]


@pytest.mark.parametrize("text", _OTHERS)
def test_notes_are_recognised_whatever_they_contain(text: str) -> None:
    (one,) = citations([plain(1)], note=text)
    assert _kind(obsidian_note(one) or "") == "papertui's notes in Markdown"


@pytest.mark.parametrize("kind", _STARTS)
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"])
def test_by_the_content(kind: str, mark: str) -> None:
    assert _kind(mark + _STARTS[kind]) == kind


def test_every_kind_has_an_example() -> None:
    assert {*_STARTS, *_KIND_OF.values(), "papertui's notes in Markdown", "paper sites saved as text"} == {
        kind.title for kind in KINDS
    }


@pytest.mark.parametrize(
    "data",
    ["words", "\0", "%PDF-1.5\n%\xe2\n", "<html></html>", "a,b,c\n1,2,3\n", "% a comment\n% more\n", '{"a": 1}\n'],
)
def test_unknown_file_names_what_can_be_read(data: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data.encode("latin-1"))
    with pytest.raises(UsageError, match="unknown format") as raised:
        list(read_file(path))
    for kind in KINDS:
        assert kind.title in str(raised.value)


def test_json_of_other_services_is_unknown_or_bad(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(json.dumps([{"type": "Feature", "title": "x"}]))
    (batch,) = read_file(path)
    assert (batch.kept, batch.papers, [bad.number for bad in batch.bad]) == ((), (), [1])
