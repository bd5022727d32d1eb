"""Files of bookmarks as other tools write them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.exports import citations, cited
from kit.papers import plain
from kit.properties import at_most
from papertui.citations.bibtex_parse import existing_entries
from papertui.citations.formats import FORMATS
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.errors import UsageError
from papertui.importers.batch import Batch, ImportedBookmark
from papertui.importers.bibtex import read_bibtex
from papertui.importers.kinds import read_file
from papertui.importers.own_json import read_own
from papertui.importers.ris import read_ris


def _read(path: Path, data: str | bytes) -> Batch:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (batch,) = read_file(path)
    return batch


# Entries in the style of each tool, with made-up facts and texts.
TOOLS = {
    "arxiv": (
        (
            "@misc{lovelace2026notes,\n      title={Notes on the {Analytical} Engine}, \n      "
            "author={Ada Lovelace and "
            "Luigi F. Menabrea},\n      year={2026},\n      eprint={2604.26951},\n      archivePrefix={arXiv},\n"
            "      primaryClass={cs.CL},\n      url={https://arxiv.org/abs/2604.26951}, \n}\n"
        ),
        "2604.26951",
    ),
    "scholar": (
        (
            "@article{lovelace2026notes,\n  title={Notes on the Analytical Engine},\n  author={Lovelace, Ada and "
            "Menabrea, Luigi F},\n  journal={arXiv preprint arXiv:2604.26951},\n  year={2026}\n}\n"
        ),
        "2604.26951",
    ),
    "zotero": (
        (
            "\n@misc{lovelace_notes_2026,\n\ttitle = {Notes on the {Analytical} {Engine}},\n\turl = "
            "{http://arxiv.org/abs/2604.26951},\n\tdoi = {10.48550/arXiv.2604.26951},\n\tabstract = {We note.},\n\t"
            "urldate = {2026-05-01},\n\tpublisher = {arXiv},\n\tauthor = {Lovelace, Ada and Menabrea, Luigi F.},\n\t"
            "month = apr,\n\tyear = {2026},\n\tnote = {arXiv:2604.26951 [cs]},\n\tkeywords = "
            "{Computer Science, engines},"
            "\n\tannote = {Comment: 14 pages},\n}\n"
        ),
        "2604.26951",
    ),
    "jabref": (
        (
            "% Encoding: UTF-8\n\n@Article{Lovelace2026,\n  author       = {Ada Lovelace and Luigi F. Menabrea},\n"
            "  date         = {2026-04-29},\n  title        = {Notes on the Analytical Engine},\n  eprint = "
            "{http://arxiv.org/abs/2604.26951v2},\n  eprinttype = {arXiv},\n  groups = {x},\n  "
            "ranking      = {rank4},\n"
            "  readstatus   = {skimmed},\n  timestamp = {2026-05-01},\n  comment = {Mine.},\n}\n\n"
            "@Comment{jabref-meta: databaseType:biblatex;}\n"
        ),
        "2604.26951",
    ),
    "dblp": (
        (
            "@article{DBLP:journals/corr/abs-2604-26951,\n  author       = {Ada Lovelace and\n      "
            "            Luigi F. "
            "Menabrea},\n  title        = {Notes on the Analytical Engine},\n  journal      = "
            "{CoRR},\n  volume       = "
            "{abs/2604.26951},\n  year         = {2026},\n  url          = "
            "{https://doi.org/10.48550/arXiv.2604.26951},\n"
            "  eprinttype    = {arXiv},\n  eprint       = {2604.26951},\n  bibsource    = {dblp computer science}\n}\n"
        ),
        "2604.26951",
    ),
    "acm": (
        (
            "@inproceedings{10.1145/3292500.3330701,\nauthor = {Lovelace, Ada and Menabrea, Luigi "
            "F.},\ntitle = {Notes on "
            "the Analytical Engine},\nyear = {2026},\nisbn = {9781450362016},\npublisher = {Association},\ndoi = "
            "{10.1145/3292500.3330701},\nbooktitle = {Proceedings of Engines},\npages = {1–9},\nseries = {KDD '26}\n}\n"
        ),
        "",
    ),
    "strings": (
        (
            '@string{me = "Ada Lovelace"}\n@STRING(they = {Luigi F. Menabrea})\nA comment.\n@preamble{"\\newcommand"}\n'
            '@Misc(k, author = me # " and " # they, title = "Notes on the " # {Analytical} # " Engine", year = 2026,\n'
            ' eprint = "2604.26951")\n'
        ),
        "2604.26951",
    ),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_bibtex_of_other_tools(tool: str, tmp_path: Path) -> None:
    text, id_ = TOOLS[tool]
    batch = _read(tmp_path / "x", text)
    (kept,) = batch.kept
    assert batch.bad == ()
    assert (kept.paper.id, kept.paper.title) == (id_, "Notes on the Analytical Engine")
    assert kept.paper.authors[0] == "Ada Lovelace"
    assert kept.paper.authors[1].rstrip(".").replace(".", "") == "Luigi F Menabrea"
    assert kept.paper.published is not None
    assert kept.paper.published.year == 2026


def test_reader_facts_from_other_tools(tmp_path: Path) -> None:
    (jabref,) = _read(tmp_path / "x", TOOLS["jabref"][0]).kept
    assert jabref[1:7] == (datetime(2026, 5, 1, tzinfo=UTC), (), "Mine.", "reading", 4, False)
    (zotero,) = _read(tmp_path / "x", TOOLS["zotero"][0]).kept
    assert (zotero.tags, zotero.note) == (("Computer Science", "engines"), "Comment: 14 pages")
    assert (zotero.paper.abstract, zotero.paper.doi) == ("We note.", None)
    (acm,) = _read(tmp_path / "x", TOOLS["acm"][0]).kept
    assert (acm.paper.doi, acm.paper.journal_ref) == ("10.1145/3292500.3330701", "Proceedings of Engines")


def test_damaged_entry_affects_no_other(tmp_path: Path) -> None:
    text = "@misc{a, title={One}, year=2026}\n@misc{b, title={Two\n@misc{c, title={Three}}\n@misc{d, year=1999}\n"
    text += "@misc{a, title={Again one}}\n@misc{e, title={Four}, title={Fourth}}\n"
    batch = _read(tmp_path / "x", text)
    assert [kept.paper.title for kept in batch.kept] == ["One", "Three", "Again one", "Four"]
    assert [bad.number for bad in batch.bad] == [2, 4]
    assert "line 2" in batch.bad[0].why
    assert (batch.unit, batch.number) == ("entry", 6)


def test_crossref_fills_missing_fields() -> None:
    read = read_bibtex(
        b"@inproceedings{c, title={Child}, author={A B}, crossref={P}}\n@proceedings{p, title={Whole}, year={1999}}\n"
    )
    child = read.kept[0].paper
    assert (child.title, child.journal_ref, child.published) == ("Child", "Whole", datetime(1999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("encoding", "mark", "notice"),
    [
        ("utf-8", b"", False),
        ("utf-8", b"\xef\xbb\xbf", False),
        ("utf-16", b"", False),
        ("cp1252", b"", True),
        ("koi8-r", b"% Encoding: KOI8_R\n", True),
    ],
)
def test_encodings(encoding: str, mark: bytes, notice: bool, tmp_path: Path) -> None:
    title = "Привет" if encoding == "koi8-r" else "Études"
    batch = _read(tmp_path / "x", mark + f"@misc{{a,\r\n title={{{title}}}}}\r\n".encode(encoding))
    assert [kept.paper.title for kept in batch.kept] == [title]
    assert bool(batch.notices) == notice


def test_ris_of_other_tools(tmp_path: Path) -> None:
    text = (
        "\ufeffTY  - JOUR\r\nT1  - Notes on $\\lambda$ Engines\r\nA1  - Lovelace, Ada\r\n"
        "AU  - Menabrea, Luigi F., Jr.\r\n"
        "Y1  - 2026/04/29/\r\nJO  - Phys. Rev. D\r\nVL  - 76\r\nSP  - 1\r\nEP  - 9\r\nN2  - We note.\r\nKW  - one\r\n"
        "KW  - two\r\nM3  - 10.1/x\r\nUR  - https://arxiv.org/abs/hep-th/9711200\r\nZZ  - odd\r\nER  - \r\n\r\n"
        "TY  - CONF\r\nTI  - Cut off\r\nAU  - A"
    )
    batch = _read(tmp_path / "x", text)
    first, second = batch.kept
    assert (first.paper.id, first.paper.title) == ("hep-th/9711200", "Notes on λ Engines")
    assert first.paper.authors == ("Ada Lovelace", "Luigi F. Menabrea Jr.")
    assert first.paper.published == datetime(2026, 4, 29, tzinfo=UTC)
    assert (first.paper.journal_ref, first.tags) == ("Phys. Rev. D 76, 1-9 (2026)", ("one", "two"))
    assert second.paper.title == "Cut off"


def test_a_list_of_ids(tmp_path: Path) -> None:
    text = (
        "# To read\n\n2604.26951\n- https://arxiv.org/abs/2604.24927v2  # by Chen\nhep-th/9711200,\n"
        "doi:10.1145/3292500.3330701\n2604.26951v3\nsome words\nhttps://huggingface.co/papers/2604.00001\n"
    )
    batch = _read(tmp_path / "x", text)
    assert batch.ids == ("2604.26951", "2604.24927", "hep-th/9711200", "doi:10.1145/3292500.3330701", "2604.00001")
    assert [(bad.number, bad.why) for bad in batch.bad] == [(8, "not an arXiv id, a DOI or the URL of a paper")]


@pytest.mark.parametrize("text", ["", "words\nof a letter\n2604.26951\n", "@home\n", "TY", "\0\0"])
def test_unknown_files_are_not_bookmarks(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has an unknown format"):
        _read(tmp_path / "x", text)


def test_too_large_bibliography_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="larger than 32 MB"):
        _read(tmp_path / "x", b"@misc{a, title={x}}\n" + b" " * (32 << 20))


def test_own_json(tmp_path: Path) -> None:
    cites = citations([plain(1), plain(2)], note="A\n\nnote", tags=("x", "y z"))
    cites.append(CitedPaper(plain(3), None, "k"))
    text = FORMATS["json"].render(cites, ExportOptions())
    batch = _read(tmp_path / "x", text)
    assert [CitedPaper(kept.paper, None, "") for kept in batch.kept] == [
        CitedPaper(plain(1), None, ""),
        CitedPaper(plain(2), None, ""),
    ]
    assert batch.kept[0][1:] == (cites[0].bookmark.added, ("x", "y z"), "A\n\nnote", "to read", None, True, None, ())  # type: ignore[union-attr]
    assert batch.papers == (plain(3),)
    lines = "".join(json.dumps(row) + "\n" for row in json.loads(text)) + "not json\n"
    again = _read(tmp_path / "x", lines)
    assert (again.kept, again.papers, again.bad[0].number) == (batch.kept, batch.papers, 4)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["id", "title", "bookmark", "added", "tags", "note", "state", "rating", "authors"]),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json(value: object) -> None:
    papers, kept, bad = read_own([value])
    assert len(papers) + len(kept) + len(bad) == 1


@at_most(60)
@given(cited())
def test_hostile_papers_round_trip(one: CitedPaper) -> None:
    rows = json.loads(FORMATS["json"].render([one], ExportOptions()))
    papers, kept, _ = read_own(rows)
    assert [mark.paper for mark in kept] + list(papers) == [one.paper]
    (by_ris,) = read_ris(FORMATS["ris"].render([one], ExportOptions()).encode()).kept
    (by_tex,) = read_bibtex(FORMATS["biblatex"].render([one], ExportOptions()).encode()).kept
    for back in (by_ris, by_tex):
        assert isinstance(back, ImportedBookmark)
        assert len(back.paper.authors) <= len(one.paper.authors)
        if not one.paper.id.startswith("title/"):
            assert (back.paper.id or f"doi:{back.paper.doi}") == one.paper.id


@given(st.lists(st.sampled_from([*"@{}(),=\"'#\\%\n aA1", "@misc{", "title = {", "},\n", "\r\n"]), max_size=60))
def test_any_bibtex(pieces: list[str]) -> None:
    text = "".join(pieces)
    read = read_bibtex(text.encode())
    assert len(read.kept) + len(read.bad) == read.entries
    existing_entries(text)


@given(
    st.lists(
        st.sampled_from(["TY  - ", "ER  - ", "TI  - ", "AU  - ", "\n", "x", " ", "PY  - 2", "\t", "UR  - "]),
        max_size=40,
    )
)
def test_any_ris(pieces: list[str]) -> None:
    read = read_ris("".join(pieces).encode())
    assert len(read.kept) + len(read.bad) == read.entries


@pytest.mark.slow
def test_record_without_an_end_is_skipped_quickly() -> None:
    read = read_ris(b"TY  - JOUR\nTI  - x\n" + b"more\n" * 1_000_000 + b"\nTY  - JOUR\nTI  - y\nER  - \n")
    assert ([kept.paper.title for kept in read.kept], read.bad[0].why) == (
        ["y"],
        "it is longer than 1024 kB",
    )


def test_imported_json_has_only_web_addresses() -> None:
    row = {
        "id": "2604.26951v2",
        "title": "T",
        "url": "javascript:x",
        "pdf": "https://a.example/p",
        "github": "file:///etc",
    }
    papers, _, bad = read_own([{**row, "bookmark": None}, {**row, "id": "../../x"}, {**row, "id": "=1+1"}])
    (paper,) = papers
    assert (paper.id, paper.url, paper.pdf, paper.github) == ("2604.26951", None, "https://a.example/p", None)
    assert [one.number for one in bad] == [2, 3]
