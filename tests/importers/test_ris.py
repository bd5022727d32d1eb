"""RIS as programs and publishers write it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.recorded import SHARED
from papertui.citations.formats import FORMATS, Format
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.vocabulary import OF_RIS, TYPES
from papertui.importers.batch import Batch, ImportedBookmark
from papertui.importers.bibtex import read_bibtex
from papertui.importers.kinds import read_file
from papertui.importers.ris import read_ris
from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.identity import identified

AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)


def _read(path: Path, data: str | bytes) -> Batch:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (batch,) = read_file(path)
    return batch


def _one(*lines: str) -> ImportedBookmark:
    (kept,) = read_ris("\n".join((*lines, "ER  - ", "")).encode()).kept
    return kept


def _entry(*lines: str) -> CitationEntry:
    entry = _one(*lines).entry
    assert entry is not None
    return entry


RECORD = "TY  - JOUR\nT1  - A title\nA1  - Writer, Ada\nY1  - 2014//\nER  - \n"
#: The same record, as programs write it.
DIALECTS = {
    "plain": RECORD,
    "counter": f"1.\n{RECORD}",
    "counter in brackets": f"[1]\n{RECORD}",
    "counter without a point": f"1\n{RECORD}",
    "blank lines before": f"\n\n{RECORD}",
    "headers of a database": f'Provider: A\nDatabase: B\nContent: text/plain; charset="UTF-8"\n\n\n{RECORD}',
    "one blank": RECORD.replace("  - ", " - "),
    "one blank in some lines": RECORD.replace("A1  - ", "A1 - "),
    "no blank after the hyphen": RECORD.replace("  - ", "  -"),
    "a tab": RECORD.replace("  - ", "\t- "),
    "three blanks": RECORD.replace("  - ", "   - "),
    "more blanks after the hyphen": RECORD.replace("  - ", "  -   "),
    "indented": "\n".join(f"    {line}" for line in RECORD.splitlines()),
    "blank lines between": RECORD.replace("\n", "\n\n"),
    "blanks at the ends": RECORD.replace("\n", "   \n"),
    "lower case": RECORD.replace("TY", "ty").replace("T1", "t1").replace("A1", "a1").replace("Y1", "y1"),
    "no end": RECORD.replace("ER  - \n", ""),
    "an end without a hyphen": RECORD.replace("ER  - \n", "ER\n"),
    "an end without a blank": RECORD.replace("ER  - \n", "ER  -"),
    "no line end at the end": RECORD.rstrip("\n"),
    "CR": RECORD.replace("\n", "\r"),
    "CR LF": RECORD.replace("\n", "\r\n"),
    "BOM": f"\ufeff{RECORD}",
    "BOM and counter": f"\ufeff1.\r\n{RECORD}",
    "no-break spaces": RECORD.replace("  - ", "\u00a0\u00a0- "),
    "lower-case type": RECORD.replace("JOUR", "jour"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_dialects(dialect: str, encoding: str, tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", DIALECTS[dialect].encode(encoding))
    (kept,) = batch.kept
    assert batch.bad == ()
    assert (kept.paper.title, kept.paper.authors) == ("A title", ("Ada Writer",))
    assert (str(kept.paper.published_date), kept.entry and kept.entry.type) == ("2014", "article")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_records_in_each_dialect(dialect: str) -> None:
    record = DIALECTS[dialect]
    end = "\r" if dialect == "CR" else "\n"
    read = read_ris(f"{record}{end}{record.replace('A title', 'Another title')}".encode())
    assert [kept.paper.title for kept in read.kept] == ["A title", "Another title"]
    assert read.bad == ()


@pytest.mark.recorded
def test_counter_case(tmp_path: Path) -> None:
    (kept,) = _read(tmp_path / "x", (SHARED / "cases" / "counter-first.ris").read_bytes()).kept
    assert (kept.paper.title, kept.paper.authors) == ("A record behind a counter", ("Ada Writer",))
    assert str(kept.paper.published_date) == "2014"


def test_records_without_ends_and_with_counters() -> None:
    read = read_ris(b"1.\nTY  - JOUR\nTI  - One\n\n2.\nTY  - JOUR\nTI  - Two\n3.\nTY  - JOUR\nTI  - Three\n")
    assert [kept.paper.title for kept in read.kept] == ["One", "Two", "Three"]


def test_continuation_lines_and_text_that_looks_like_tags() -> None:
    kept = _one(
        "TY  - JOUR", "TI  - A title", "that goes on", "   and on", "AB  - We note. ", "ad - hoc",
        "AI - a short history", "it  - is", "ER-positive", "", "Second paragraph.",
        "N1  - Mine.", "", "Second line.", "AU  - Writer,", "   Ada",
        "TY - of a kind",
    )  # fmt: skip
    assert kept.paper.title == "A title that goes on and on"
    assert kept.paper.abstract == "We note. ad - hoc AI - a short history it - is ER-positive Second paragraph."
    assert kept.note == "Mine.\n\nSecond line."
    assert kept.paper.authors == ("Ada TY - of a kind Writer",)


def test_a_bad_record_affects_no_other() -> None:
    read = read_ris(f"{RECORD}TY  - JOUR\nAU  - A, B\nER  - \n{RECORD}TY  - \nER  - \n{RECORD}".encode())
    assert len(read.kept) == 3
    assert [(bad.number, bad.why) for bad in read.bad] == [(2, "it has no title")]


def test_record_without_a_type_is_read() -> None:
    (kept,) = read_ris(f"{RECORD}TI  - Untyped\nAU  - A, B\nER  - \n".encode()).kept[1:]
    assert (kept.paper.title, kept.entry and kept.entry.type) == ("Untyped", "misc")


@pytest.mark.parametrize(
    ("lines", "authors", "author"),
    [
        (["AU  - Lovelace, Ada"], ("Ada Lovelace",), ""),
        (["A1  - Lovelace, Ada", "AU  - Borel, Émile"], ("Ada Lovelace", "Émile Borel"), ""),
        (["AU  - Berg, Jan, Jr."], ("Jan Berg Jr.",), ""),
        (["AU  - Berg, Jr., Jan"], ("Jan Berg Jr.",), ""),
        (["AU  - van der Berg, Jan"], ("Jan van der Berg",), ""),
        (["AU  - García Márquez, Gabriel"], ("Gabriel García Márquez",), "García Márquez, Gabriel"),
        (["AU  - Ada Lovelace"], ("Ada Lovelace",), ""),
        (["AU  - UNESCO"], ("UNESCO",), ""),
        (["AU  - Food and Drug Administration,"], ("Food and Drug Administration",), "{Food and Drug Administration}"),
        (["AU  - The Example Collaboration"], ("The Example Collaboration",), ""),
        (["AU  - Lovelace, A.; Borel, É."], ("A. Lovelace", "É. Borel"), ""),
        (["AU  - Lovelace, A.", "Borel, É."], ("A. Lovelace", "É. Borel"), ""),
        (["AU  - Lovelace, A. and Borel, É."], ("A. Lovelace", "É. Borel"), ""),
        (["AU  - Lovelace, Ada", "AU  - et al."], ("Ada Lovelace",), "Lovelace, Ada and others"),
        (["AU  - ", "AU  - Lovelace, Ada"], ("Ada Lovelace",), ""),
    ],
)
def test_authors(lines: Sequence[str], authors: tuple[str, ...], author: str) -> None:
    kept = _one("TY  - JOUR", "TI  - A", *lines)
    assert kept.paper.authors == authors
    assert kept.entry is not None
    assert kept.entry.get("author") == author


@pytest.mark.parametrize(
    ("lines", "published", "date"),
    [
        (["PY  - 2014/05/03/spring"], "2014-05-03", "2014-05-03"),
        (["Y1  - 2014//"], "2014", "2014"),
        (["PY  - 2014", "DA  - 2014/05/03/"], "2014-05-03", "2014-05-03"),
        (["PY  - 2014", "DA  - May 3"], "2014-05-03", "2014-05-03"),
        (["DA  - July 2001"], "2001-07", "2001-07"),
        (["PY  - c2010"], "2010", "2010"),
        (["PY  - 2014", "DA  - 2016/01/01/"], "2014", "2014"),
        (["Y1  - 18-23 June 2018"], "2018-06-18", "2018-06-18/2018-06-23"),
        (["PY  - Spring 2014"], "2014", "2014-21"),
        (["PY  - in press"], "None", ""),
        ([], "None", ""),
    ],
)
def test_dates_keep_their_precision(lines: Sequence[str], published: str, date: str) -> None:
    kept = _one("TY  - JOUR", "TI  - A", *lines)
    assert kept.entry is not None
    assert str(kept.paper.published_date)[:10] == published
    assert kept.entry.get("date") == date
    assert kept.entry.get("year") == ("in press" if lines == ["PY  - in press"] else "")


@pytest.mark.parametrize(
    ("lines", "journal", "short"),
    [
        (["T2  - Annals of Engines"], "Annals of Engines", ""),
        (["JF  - Annals of Engines", "JA  - Ann. Eng."], "Annals of Engines", "Ann. Eng."),
        (["JO  - Ann. Eng.", "T2  - Annals of Engines"], "Annals of Engines", "Ann. Eng."),
        (["JO  - Annals of Engines", "JF  - Annals of Engines"], "Annals of Engines", ""),
        (["J2  - Ann. Eng."], "Ann. Eng.", ""),
        (["BT  - Annals of Engines"], "Annals of Engines", ""),
        (["T2  - Annals of Engines", "J1  - AoE"], "Annals of Engines", "AoE"),
    ],
)
def test_journals(lines: Sequence[str], journal: str, short: str) -> None:
    entry = _entry("TY  - JOUR", "TI  - A", *lines)
    assert (entry.get("journaltitle"), entry.get("shortjournal")) == (journal, short)


@pytest.mark.parametrize(
    ("type_", "lines", "title", "fields"),
    [
        ("BOOK", ["BT  - A book", "T2  - Engines", "ED  - E, F"], "A book", {"series": "Engines", "editor": "E, F"}),
        ("BOOK", ["TI  - A book", "A2  - S, E", "A3  - E, F"], "A book", {"editor": "E, F", "a2": "S, E"}),
        ("BOOK", ["TI  - A book", "A2  - E, F"], "A book", {"editor": "E, F"}),
        ("BOOK", ["TI  - A book", "SP  - 345", "NV  - 3"], "A book", {"pagetotal": "345", "volumes": "3", "pages": ""}),
        ("BOOK", ["TI  - A book", "SN  - 978-3-16-148410-0"], "A book", {"isbn": "978-3-16-148410-0", "issn": ""}),
        ("EDBOOK", ["TI  - A book", "AU  - E, F"], "A book", {"editor": "E, F"}),
        ("CHAP", ["TI  - One", "BT  - A book", "ED  - E, F"], "One", {"booktitle": "A book", "editor": "E, F"}),
        ("CHAP", ["TI  - One", "T2  - A book", "T3  - S"], "One", {"booktitle": "A book", "series": "S"}),
        ("CHAP", ["TI  - One", "T2  - A book", "SE  - 4"], "One", {"chapter": "4"}),
        ("CONF", ["TI  - One", "T2  - Proc. of X"], "One", {"booktitle": "Proc. of X"}),
        ("CPAPER", ["TI  - One", "T2  - X 2014", "C3  - Proc."], "One", {"booktitle": "Proc.", "eventtitle": "X 2014"}),
        ("CONF", ["TI  - One", "JO  - Proc. of X"], "One", {"booktitle": "Proc. of X"}),
        ("CONF", ["TI  - One", "T2  - X", "JO  - X", "JA  - X"], "One", {"booktitle": "X", "jo": "", "ja": ""}),
        ("JOUR", ["TI  - One", "VO  - 7", "VL  - 7"], "One", {"volume": "7", "vo": ""}),
        ("THES", ["TI  - One", "PB  - A University", "M3  - PhD thesis"], "One", {"institution": "A University"}),
        ("THES", ["TI  - One", "M3  - Habilitation"], "One", {"type": "Habilitation"}),
        ("RPRT", ["TI  - One", "PB  - A Lab", "SN  - TR-12"], "One", {"institution": "A Lab", "number": "TR-12"}),
        ("RPRT", ["TI  - One", "T2  - Reports", "IS  - 12"], "One", {"series": "Reports", "number": "12"}),
        ("JOUR", ["TI  - One", "SN  - 1234-567X", "SE  - Letters"], "One", {"issn": "1234-567X", "se": "Letters"}),
        ("JOUR", ["TI  - One", "VL  - 5", "IS  - 2", "SP  - 45", "EP  - 67"], "One", {"volume": "5", "pages": "45-67"}),
        ("JOUR", ["TI  - One", "SP  - 45-67", "EP  - 67"], "One", {"pages": "45-67"}),
        ("JOUR", ["TI  - One", "SP  - 45–67"], "One", {"pages": "45-67"}),
        ("JOUR", ["TI  - One", "SP  - e1000", "EP  - "], "One", {"pages": "e1000"}),
        ("JOUR", ["TI  - One", "EP  - 67", "SP  - 45"], "One", {"pages": "45-67"}),
        ("JOUR", ["TI  - One", "A4  - T, R"], "One", {"translator": "T, R"}),
        ("JOUR", ["T1  - One", "TI  - One", "ST  - O"], "One", {"shorttitle": "O", "ti": "", "t1": ""}),
        ("JOUR", ["TT  - Translated", "AU  - A, B"], "Translated", {}),
        ("NEWS", ["TI  - One", "T2  - The Daily"], "One", {"entrysubtype": "newspaper", "journaltitle": "The Daily"}),
        ("ELEC", ["TI  - One", "Y2  - 2014/05/03/"], "One", {"urldate": "2014-05-03"}),
        ("JFULL", ["JF  - Annals"], "Annals", {"journaltitle": "Annals"}),
        ("JOUR", ["TI  - One", "L1  - file:///a.pdf", "L4  - b.png"], "One", {"file": "file:///a.pdf", "l4": "b.png"}),
        ("JOUR", ["TI  - One", "C1  - x", "C8  - y", "M1  - z"], "One", {"c1": "x", "c8": "y", "m1": "z"}),
        ("JOUR", ["TI  - One", "DB  - A", "AD  - Here", "AD  - There"], "One", {"db": "A", "ad": "Here; There"}),
        ("JOUR", ["TI  - One", "ZZ  - odd", "LB  - x"], "One", {"zz": "odd", "lb": "x"}),
        ("JOUR", ["TI  - One", "U1  - pmid: 12", "U1  - Free text: x"], "One", {"pmid": "12", "u1": "Free text: x"}),
        ("JOUR", ["TI  - One", "CY  - Town", "ET  - 2nd", "LA  - en"], "One", {"location": "Town", "edition": "2nd"}),
        ("JOUR", ["TI  - One", "CN  - QA76", "RN  - N"], "One", {"library": "QA76", "note": "N"}),
        ("PAT", ["TI  - One", "A2  - An Office"], "One", {"editor": "", "a2": "Office, An"}),
        ("JOUR", ["TI  - One", "AN  - WOS:0001"], "One", {"an": "WOS:0001"}),
    ],
)  # fmt: skip
def test_every_fact_has_a_place(type_: str, lines: Sequence[str], title: str, fields: dict[str, str]) -> None:
    kept = _one(f"TY  - {type_}", *lines)
    assert kept.paper.title == title
    assert kept.entry is not None
    assert {name: kept.entry.get(name) for name in fields} == fields


def test_genre_decides_the_type() -> None:
    assert _entry("TY  - THES", "TI  - A", "M3  - Ph.D. dissertation").type == "phdthesis"
    assert _entry("TY  - THES", "TI  - A", "M3  - Master's thesis").type == "mastersthesis"
    assert _entry("TY  - RPRT", "TI  - A", "M3  - Technical report").type == "techreport"


@pytest.mark.parametrize(
    ("lines", "doi", "id_", "url"),
    [
        (["DO  - 10.1234/X"], "10.1234/x", "", None),
        (["DO  - https://doi.org/10.1234/x"], "10.1234/x", "", None),
        (["DO  - doi: 10.1234/x"], "10.1234/x", "", None),
        (["DO  - DOI 10.1234/x"], "10.1234/x", "", None),
        (["M3  - 10.1234/x"], "10.1234/x", "", None),
        (["UR  - https://dx.doi.org/10.1234/x"], "10.1234/x", "", "https://dx.doi.org/10.1234/x"),
        (["UR  - https://a.example/1; https://b.example/2"], None, "", "https://a.example/1"),
        (["UR  - https://a.example/1", "UR  - https://b.example/2"], None, "", "https://a.example/1"),
        (["DO  - 10.48550/arXiv.2604.26951"], None, "2604.26951", "https://arxiv.org/abs/2604.26951"),
        (["AN  - arXiv:2604.26951"], None, "2604.26951", "https://arxiv.org/abs/2604.26951"),
        (["UR  - http://arxiv.org/abs/2604.26951v2"], None, "2604.26951", "https://arxiv.org/abs/2604.26951"),
        (["JO  - arXiv preprint arXiv:2604.26951"], None, "2604.26951", "https://arxiv.org/abs/2604.26951"),
        (["N1  - cf. arXiv:2604.26951, doi: 10.1234/other"], None, "", None),
        (["AB  - We extend arXiv:2604.26951."], None, "", None),
    ],
)
def test_ids_of_the_work_itself(lines: Sequence[str], doi: str | None, id_: str, url: str | None) -> None:
    paper = _one("TY  - JOUR", "TI  - A", *lines).paper
    assert (paper.doi, paper.id, paper.url) == (doi, id_, url)


def test_other_addresses_are_kept() -> None:
    entry = _entry(
        "TY  - JOUR", "TI  - A", "UR  - https://a.example/1;https://b.example/2", "L1  - https://a.example/p"
    )
    assert (entry.get("url"), entry.get("ur")) == ("https://a.example/1", "https://b.example/2")


def test_keywords_notes_and_key() -> None:
    kept = _one(
        "TY  - JOUR", "TI  - A", "KW  - one", "KW  - two; three", "four", "KW  - Models, Theoretical", "ID  - key2014",
        "N1  - First.", "N1  - Second.", "N2  - The abstract.",
    )  # fmt: skip
    assert kept.tags == ("one", "two", "three", "four", "Models Theoretical")
    assert (kept.note, kept.paper.abstract) == ("First.\n\nSecond.", "The abstract.")
    assert kept.entry is not None
    assert (kept.entry.key, kept.entry.get("annotation")) == ("key2014", "First.\n\nSecond.")
    assert _one("TY  - JOUR", "TI  - A", "KW  - a b, c, d").tags == ("a b", "c", "d")
    both = _one("TY  - JOUR", "TI  - A", "AB  - The abstract.", "N2  - More.")
    assert both.entry is not None
    assert (both.paper.abstract, both.entry.get("n2")) == ("The abstract.", "More.")


def test_markup_of_publishers() -> None:
    kept = _one(
        "TY  - JOUR", "TI  - <i>E. coli</i> in H<sub>2</sub>O &amp; more: a<b and $\\lambda$", "AB  - <p>One.</p>"
    )
    assert (kept.paper.title, kept.paper.abstract) == ("E. coli in H₂O & more: a<b and λ", "One.")


#: Whole records in the style of programs and publishers, with made-up facts.
PROGRAMS = {
    "zotero": (
        "TY  - CHAP\nTI  - A chapter\nAU  - Lovelace, Ada\nT2  - A Book\nA2  - Editor, Eve\n"
        "T3  - Lecture Notes\nAB  - We.\n"
        "CY  - Town\nDA  - 2014/05//\nPY  - 2014\nDP  - Catalog\nSP  - 45\nEP  - 67\nLA  - en\nPB  - Press\n"
        "SN  - 978-3-16-148410-0\n"
        "UR  - https://a.example/1\nY2  - 2014/06/01/10:20:30\nKW  - one\nL1  - files/12/Lovelace.pdf\n"
        "ET  - 2\nVL  - 7\nER  - \n\n"
    ),
    "endnote": (
        "TY  - JOUR\nAD  - [Lovelace, A.] A Lab\nAN  - 12345\nAU  - Lovelace, Ada\nAU  - Borel, É.\n"
        "DA  - May 3\nDB  - PubMed\n"
        "DO  - 10.1234/x\nDP  - NLM\nEP  - 67\nET  - 2014/05/03\nIS  - 2\nJ2  - Ann. Eng.\nKW  - one\ntwo\n"
        "three\nLA  - eng\n"
        "N1  - 1234-5678\nLovelace, Ada\nJournal Article\nPY  - 2014\nSN  - 1234-5678\nSP  - 45\nST  - Engines\n"
        "T2  - Annals of Engines\nTI  - Engines: a title\nUR  - https://a.example/1\nVL  - 7\nID  - 12\nER  - \n\n\n"
    ),
    "mendeley": (
        "TY  - JOUR\nT1  - A title\nAU  - Lovelace, Ada\nT2  - Annals of Engines\nAB  - We.\nDA  - 2014/05//\n"
        "PY  - 2014\n"
        "VL  - 7\nIS  - 2\nSP  - 45\nEP  - 67\nPB  - Press\nUR  - https://a.example/1\nL1  - file:///C:/a.pdf\n"
        "DO  - 10.1234/x\n"
        "SN  - 12345678\nER  - \n"
    ),
    "ieee": (
        "TY  - CONF\nTI  - A title\nT2  - 2018 Conference on Engines (CoE)\nSP  - 45\nEP  - 67\n"
        "AU  - A. Lovelace\nAU  - É. Borel\n"
        "PY  - 2018\nDO  - 10.1109/COE.2018.1\nJO  - 2018 Conference on Engines (CoE)\nIS  - \n"
        "SN  - 1558-2531\nVO  - 7\nVL  - 7\n"
        "JA  - 2018 Conference on Engines (CoE)\nY1  - 18-23 June 2018\nAB  - We.\nKW  - one\nKW  - two\nER  - \n\n"
    ),
    "sciencedirect": (
        "TY  - JOUR\nT1  - A title\nAU  - Lovelace, Ada\nJO  - Annals of Engines\nVL  - 7\nSP  - 101234\n"
        "PY  - 2014\nDA  - 2014/05/03/\n"
        "SN  - 1234-5678\nDO  - https://doi.org/10.1016/j.x.2014.101234\n"
        "UR  - https://www.sciencedirect.com/science/article/pii/S1\n"
        "KW  - one\nAB  - We.\nER  - \n"
    ),
    "wikindx": (
        "TY  - RPRT\nTI  - A title\nAU  - Lovelace, Ada\nPY  - 2014///\nM3  - Working paper\nPB  - A Lab\n"
        "CY  - Town\nID  - 12\n"
        "N2  - We.\nN1  - Mine.\nKW  - one\nER  - \n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_in_and_out_and_in_again(program: str) -> None:
    (first,) = read_ris(PROGRAMS[program].encode()).kept
    assert first.entry is not None
    (second,) = read_ris(_exported("ris", first).encode()).kept
    assert second.entry is not None
    assert second.entry.type == first.entry.type
    assert (second.entry.key, second.tags) == (first.entry.key or "k", first.tags)
    assert " ".join(second.note.split()) == " ".join(first.note.split())
    fields = {name: " ".join(value.split()) for name, value in second.entry.fields}
    assert fields == {name: " ".join(value.split()) for name, value in first.entry.fields}
    assert second.paper._replace(id="", url=None) == first.paper._replace(id="", url=None)


@pytest.mark.slow
def test_hostile_record_is_bounded() -> None:
    record = "TY  - JOUR\nTI  - x\n" + "AU  - A, Bbbbbbbbbbbbbbbbbbbb\n" * 50_000 + "ER  - \n"
    read = read_ris((record + RECORD + "TY  - \n" * 1000 + RECORD).encode())
    assert [kept.paper.title for kept in read.kept] == ["A title", "A title"]
    assert read.bad[0].number == 1


@pytest.mark.parametrize("type_", [*OF_RIS, "XYZ"])
def test_every_type_comes_back(type_: str) -> None:
    (first,) = read_ris(
        f"TY  - {type_}\nTI  - A title\nT2  - A whole\nC1  - x\nA3  - S, E\nA3  - T, R\nER  - \n".encode()
    ).kept
    written = _exported("ris", first)
    assert written.startswith(f"TY  - {type_}\n")
    (second,) = read_ris(written.encode()).kept
    assert second.entry is not None
    assert first.entry is not None
    assert (second.entry.type, dict(second.entry.fields)) == (first.entry.type, dict(first.entry.fields))


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("name", ["ris", "csl-json"])
def test_types_of_bibtex_come_back(type_: str, name: Format, tmp_path: Path) -> None:
    (first,) = read_bibtex(
        f"@{type_}{{k, title={{A title}}, author={{A B}}, year=1998, publisher={{P}}}}".encode()
    ).kept
    (second,) = _read(tmp_path / "x", _exported(name, first)).kept
    assert second.entry is not None
    assert second.entry.type == type_


def test_groups_stay_groups() -> None:
    first = _one(
        "TY  - JOUR", "TI  - A", "AU  - Food and Drug Administration,", "AU  - The Example Collaboration", "AU  - B, A"
    )
    (second,) = read_ris(_exported("ris", first).encode()).kept
    assert second.entry == (first.entry and first.entry._replace(key="k"))
    assert second.paper.authors == ("Food and Drug Administration", "The Example Collaboration", "A B")


def test_records_without_keys_are_not_parents_of_others() -> None:
    read = read_ris(f"{RECORD}TY  - BOOK\nTI  - Another title\nER  - \n".encode())
    papers = [identified(kept.paper) for kept in read.kept]
    cites = [
        CitedPaper(paper, Bookmark(paper, AT, entry=kept.entry), f"k{at}")
        for at, (paper, kept) in enumerate(zip(papers, read.kept, strict=True))
    ]
    assert "crossref" not in FORMATS["biblatex"].render(cites, ExportOptions())


def test_tags_without_a_place_come_back_as_tags() -> None:
    lines = [
        "C1  - one",
        "DB  - A base",
        "M1  - 5",
        "AD  - Here",
        "UR  - https://a.example/1",
        "UR  - https://b.example/2",
    ]
    written = _exported("ris", _one("TY  - JOUR", "TI  - A", "A3  - S, E", "A3  - T, R", *lines)).splitlines()
    assert {"A3  - S, E", "A3  - T, R", *lines} <= set(written)


def _exported(name: Format, kept: ImportedBookmark) -> str:
    paper = identified(kept.paper)
    mark = Bookmark(paper, AT, kept.tags, kept.note, kept.state, kept.rating, kept.entry)
    return FORMATS[name].render([CitedPaper(paper, mark, (kept.entry and kept.entry.key) or "k")], ExportOptions())
