"""BibTeX and BibLaTeX files as they are in the wild, from the file to the bookmark."""

import gzip
from pathlib import Path

import pytest

from kit.recorded import SHARED
from papertui.importers.batch import Batch
from papertui.importers.bibtex import read_bibtex
from papertui.importers.kinds import read_file
from papertui.model.bookmark import CitationEntry

CASES = SHARED / "cases"


def _read(path: Path, data: str | bytes) -> Batch:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (batch,) = read_file(path)
    return batch


def _entry(text: str) -> CitationEntry:
    (kept,) = read_bibtex(text.encode()).kept
    assert kept.entry is not None
    return kept.entry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        (
            "@Book{b1, title={A title}, address={Berlin}, edition={2nd}, isbn={1}, year=1985, month=may, custom-x={Y}}",
            CitationEntry("book", "b1", (
                ("location", "Berlin"), ("edition", "2nd"), ("isbn", "1"), ("date", "1985-05"), ("custom-x", "Y"),
            )),
        ),
        (
            "@phdthesis{t, title={A title}, school={Univ. \\& Co}, note={A note}}",
            CitationEntry("phdthesis", "t", (("institution", "Univ. & Co"), ("note", "A note"))),
        ),
        # What exports would write in another way keeps its TeX.
        (
            "@misc{m, title={{All of It}}, author={Ada Writer}, publisher={{\\'E}ditions {Ex}}, pages={1-2}}",
            CitationEntry("misc", "m", (
                ("title+tex", "{All of It}"), ("author+tex", "Ada Writer"), ("publisher", "Éditions Ex"),
                ("publisher+tex", "{\\'E}ditions {Ex}"), ("pages", "1-2"),
            )),
        ),
        # Names that papers do not hold exactly.
        (
            "@misc{m, title={Copper}, author={Garcia Marquez, Gabriel and {NASA} and others}}",
            CitationEntry("misc", "m", (("author", "Garcia Marquez, Gabriel and {NASA} and others"),)),
        ),
        # Addresses and file names stay as they are.
        (
            "@misc{m, title={Copper}, url={http://x.org/a_b?c=1&d=%20#e}, file={:C\\:/a_b.pdf:PDF}, doi={10.1234/ABC}}",
            CitationEntry("misc", "m", (
                ("url", "http://x.org/a_b?c=1&d=%20#e"), ("file", ":C\\:/a_b.pdf:PDF"), ("doi", "10.1234/ABC"),
            )),
        ),
        (
            "@misc{m, title={Copper}, url={http://x.org/a{\\_}b\\%20}}",
            CitationEntry("misc", "m", (("url", "http://x.org/a_b%20"), ("url+tex", "http://x.org/a{\\_}b\\%20"))),
        ),
        # What the record of an arXiv paper holds is not kept twice.
        (
            "@misc{m, title={Copper}, eprint={2401.00001}, archivePrefix={arXiv}, primaryClass={cs.CL}}",
            CitationEntry("misc", "m", ()),
        ),
        (
            "@misc{m, title={Copper}, eprint={2401.00001v2}}",
            CitationEntry("misc", "m", (("eprint", "2401.00001v2"),)),
        ),
        (
            "@misc{m, title={Copper}, eprint={12345}, eprinttype={pubmed}}",
            CitationEntry("misc", "m", (("eprint", "12345"), ("eprinttype", "pubmed"))),
        ),
        # Tags, note and abstract belong to the bookmark and the paper.
        (
            "@misc{m, title={Copper}, keywords={a, b}, annote={Mine}, abstract={Long}}",
            CitationEntry("misc", "m", (("annotation", "Mine"), ("abstract", ""))),
        ),
        # Both names of one field.
        (
            "@article{m, title={Copper}, journal={J1}, journaltitle={J2}}",
            CitationEntry("article", "m", (("journal", "J1"), ("journaltitle", "J2"))),
        ),
    ],
)  # fmt: skip
def test_entries(text: str, entry: CitationEntry) -> None:
    assert _entry(text).sorted() == entry.sorted()


def test_xdata_is_put_in_and_is_no_paper() -> None:
    text = (
        "@xdata{one, publisher={Example Press}, xdata={two}}\n@xdata{two, location={Berlin}}\n"
        "@book{b, title={A title}, xdata={one}}\n@set{s, entryset={a,b}}"
    )
    (kept,) = read_bibtex(text.encode()).kept
    assert kept.entry is not None
    assert dict(kept.entry.fields) == {"publisher": "Example Press", "location": "Berlin"}


def test_what_crossref_gives_is_marked() -> None:
    text = (
        "@article{c, crossref={Whole}, title={An article}, author={Writer, Ada}}\n"
        "@article{whole, key={GAJ}, title={A whole issue}, journal={J. Ex.}, volume=4, year=1986, month=jul}\n"
        "@inbook{i, crossref={b}, title={A chapter}, date={1987}}\n"
        "@book{b, title={A book}, author={Reader, Ben}, subtitle={On books}, date={1986}, doi={10.1/2}}\n"
        "@misc{loop1, crossref={loop2}, title={One loop}}\n@misc{loop2, crossref={loop1}, title={Two loops}}\n"
        "@misc{lost, crossref={nowhere}, title={Lost child}}"
    )
    entries = {one.entry.key: dict(one.entry.fields) for one in read_bibtex(text.encode()).kept if one.entry}
    assert entries["c"] == {
        "crossref": "Whole", "journaltitle+crossref": "J. Ex.", "volume+crossref": "4", "date+crossref": "1986-07"
    }  # fmt: skip
    assert entries["i"] == {
        "crossref": "b", "date": "1987", "booktitle+crossref": "A book", "booksubtitle+crossref": "On books",
        "author+crossref": "Reader, Ben", "bookauthor+crossref": "Reader, Ben",
    }  # fmt: skip
    assert entries["lost"] == {"crossref": "nowhere"}


@pytest.mark.parametrize("line", ["% a line of a comment\n", "%\n", "A line that is no entry.\n"])
def test_long_comments_before_the_first_entry(line: str, tmp_path: Path) -> None:
    text = line * (120_000 // len(line)) + "@misc{k, title = {A title}}\n"
    assert [one.paper.title for one in _read(tmp_path / "x", text).kept] == ["A title"]


def test_comments_that_are_longer_than_what_is_looked_at(tmp_path: Path) -> None:
    text = "% comment\n\n" * 100_000 + "@misc{k, title = {A title}}\n"
    assert len(_read(tmp_path / "x", text).kept) == 1
    assert len(_read(tmp_path / "y", gzip.compress(text.encode())).kept) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "@book{müller, title = {Über Beispiele}, publisher = {Größe}}\n"
    (kept,) = _read(tmp_path / "x", text.encode(encoding)).kept
    assert kept.entry is not None
    assert (kept.paper.title, kept.entry.key, kept.entry.get("publisher")) == ("Über Beispiele", "müller", "Größe")


def test_a_damaged_entry_is_named() -> None:
    read = read_bibtex(b"@misc{a, title={A}}\n@misc{bad, title={B\n@misc{c, title={C}}\n@misc{d, year=1}")
    assert [one.paper.title for one in read.kept] == ["A", "C"]
    assert [(one.number, one.why) for one in read.bad] == [
        (2, "the entry bad in line 2 is not closed"),
        (4, "the entry d has no title"),
    ]


@pytest.mark.recorded
def test_the_case_of_the_dotless_i() -> None:
    (kept,) = read_bibtex((CASES / "dotless-i.bib").read_bytes()).kept
    assert kept.paper.authors == ("José Marín", "Max Díaz", "Loïc Naïf")
    assert kept.paper.title == "A study of índices"


@pytest.mark.recorded
def test_the_case_of_plain_entries() -> None:
    kept = read_bibtex((CASES / "plain-article.bib").read_bytes()).kept
    assert [(one.entry.type, one.entry.key) for one in kept if one.entry] == [
        ("article", "writer1998copper"), ("inproceedings", "reader2001talk"), ("book", "scholar1985book"),
        ("phdthesis", "writer1999thesis"), ("inbook", "x"), ("techreport", "y"),
    ]  # fmt: skip
    assert [str(one.paper.published_date) for one in kept] == ["1998", "2001", "1985", "1999", "1986", "1990"]
    assert [one.paper.url for one in kept] == [None] * 6
