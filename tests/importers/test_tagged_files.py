"""EndNote's refer, PubMed's MEDLINE and Web of Science's plain text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.importers.batch import Batch, ImportedBookmark
from papertui.importers.endnote import endnote_works
from papertui.importers.kinds import read_file
from papertui.importers.pubmed import pubmed_works
from papertui.importers.web_of_science import web_of_science_works
from papertui.importers.works import Work, bookmark

SCHOLAR = """\
%0 Journal Article
%T A title
%A Lovelace, Ada
%A Borel, Émile
%J Annals of Engines
%V 7
%N 2
%P 45-67
%@ 1234-5678
%D 2014
%I Press
"""
ENDNOTE = """\
%0 Book Section
%A Lovelace, Ada
%A Food and Drug Administration,
%E Editor, Eve
%T A chapter
 that goes on
%B A Book
%S Lecture Notes
%C Town
%I Press
%D 2014
%8 May 3
%P 45-67
%7 2nd
%6 3
%@ 978-3-16-148410-0
%R 10.1234/x
%U https://a.example/1
%> https://a.example/1.pdf
%F Lovelace2014
%M 12345
%K one
two; three
%X We note.

Second paragraph.
%Z Mine.
%< Research.
%[ 2014/06/01
%9 Essay
%G eng
%1 custom
%~ A base
%W A provider

%0 Thesis
%A Lovelace, Ada
%T A thesis
%I A University
%9 PhD thesis
"""
PUBMED = """\

PMID- 12345678
OWN - NLM
STAT- MEDLINE
DCOM- 20140601
LR  - 20150101
IS  - 1234-5678 (Electronic)
IS  - 8765-4321 (Linking)
VI  - 7
IP  - 2
DP  - 2014 May-Jun
TI  - A title that is long enough to be wrapped by the database, which it does at some
      eighty characters.
PG  - 45-67
LID - 10.1234/x [doi]
LID - e1000 [pii]
AB  - BACKGROUND: We note.
      METHODS: We count.
FAU - Lovelace, Ada
AU  - Lovelace A
AD  - A Lab, Town.
FAU - García Márquez, Gabriel Jr
AU  - García Márquez G Jr
CN  - Example Study Group
LA  - eng
GR  - R01/HL/NHLBI NIH HHS/United States
PT  - Journal Article
PT  - Review
PL  - England
TA  - Ann Eng
JT  - Annals of engines
JID - 0123456
SB  - IM
MH  - Humans
MH  - *Algorithms
MH  - Models, Theoretical/*methods
OT  - engines
PMC - PMC3456
EDAT- 2014/05/03 06:00
AID - 10.1234/x [doi]
SO  - Ann Eng. 2014 May-Jun;7(2):45-67. doi: 10.1234/x.

PMID- 23456789
DP  - 2013
TI  - Another.
AU  - van der Berg JK
AU  - Berg J 3rd
PT  - Journal Article
"""
WOS = """\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Lovelace, A
   Borel, E
AF Lovelace, Ada
   Borel, Emile
TI A title that
   goes on
SO ANNALS OF ENGINES
LA English
DT Article
DE one; two
   words
ID ENGINES; WHEELS
AB We note.
C1 [Lovelace, Ada] A Lab.
CR Old A, 1999, X
TC 5
PU PRESS
PI TOWN
SN 1234-5678
EI 8765-4321
J9 ANN ENG
PD MAY 3
PY 2014
VL 7
IS 2
BP 45
EP 67
DI 10.1234/x
PM 12345678
UT WOS:000000000000001
ER

PT J
AU Lovelace, A
TI Another
SO ANNALS
PY 2013
AR 101234
ER

EF
"""


def _read(path: Path, data: str) -> Batch:
    path.write_bytes(data.encode())
    (batch,) = read_file(path)
    return batch


def _facts(kept: ImportedBookmark) -> dict[str, str]:
    assert kept.entry is not None
    return dict(kept.entry.fields)


@pytest.mark.parametrize(
    "data",
    [
        SCHOLAR,
        "\ufeff" + SCHOLAR,
        SCHOLAR.replace("\n", "\r\n"),
        SCHOLAR.replace("\n", "\r"),
        "\n\n" + SCHOLAR,
        "\n".join(f"  {line}" for line in SCHOLAR.splitlines()),
        SCHOLAR.replace("%0 Journal Article\n", "").replace("%J", "%0 Journal Article\n%J"),
    ],
)
def test_endnote_of_google_scholar(data: str, tmp_path: Path) -> None:
    (kept,) = _read(tmp_path / "x", data).kept
    assert (kept.paper.title, kept.paper.authors) == ("A title", ("Ada Lovelace", "Émile Borel"))
    assert kept.paper.journal_ref == "Annals of Engines 7(2), 45-67 (2014)"
    assert kept.entry is not None
    assert kept.entry.type == "article"
    assert _facts(kept) == {
        "date": "2014", "journaltitle": "Annals of Engines", "volume": "7", "number": "2", "pages": "45-67",
        "issn": "1234-5678", "publisher": "Press",
    }  # fmt: skip


def test_endnote_keeps_every_fact(tmp_path: Path) -> None:
    first, second = _read(tmp_path / "x", ENDNOTE).kept
    assert first.paper.title == "A chapter that goes on"
    assert first.paper.authors == ("Ada Lovelace", "Food and Drug Administration")
    assert (first.paper.doi, first.paper.pdf, str(first.paper.published_date)[:10]) == (
        "10.1234/x", "https://a.example/1.pdf", "2014-05-03",
    )  # fmt: skip
    assert (first.tags, first.note) == (("one", "two", "three"), "Mine.")
    assert first.paper.abstract == "We note. Second paragraph."
    assert first.entry is not None
    assert first.entry[:2] == ("incollection", "Lovelace2014")
    expected = {
        "editor": "Editor, Eve", "booktitle": "A Book", "series": "Lecture Notes", "location": "Town",
        "publisher": "Press", "date": "2014-05-03", "pages": "45-67", "edition": "2nd", "volumes": "3",
        "isbn": "978-3-16-148410-0", "url": "https://a.example/1", "note": "Research.", "urldate": "2014-06-01",
        "type": "Essay", "language": "eng", "c1": "custom", "db": "A base", "dp": "A provider", "an": "12345",
    }  # fmt: skip
    assert expected.items() <= _facts(first).items()
    assert second.entry is not None
    assert (second.entry.type, second.entry.get("institution")) == ("phdthesis", "A University")


def test_refer_without_types_is_separated_by_blank_lines(tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", "%A Ada Lovelace\n%T One\n%D 1998\n\n\n%A É. Borel\n%T Two\n\n%A Nobody\n")
    assert [(kept.paper.title, kept.paper.authors) for kept in batch.kept] == [
        ("One", ("Ada Lovelace",)),
        ("Two", ("É. Borel",)),
    ]
    assert [bad.number for bad in batch.bad] == [3]


@pytest.mark.parametrize(
    "data", [PUBMED, PUBMED.replace("\n", "\r\n"), "\ufeff" + PUBMED.lstrip(), PUBMED.replace("PMID-", "PMID -")]
)
def test_pubmed(data: str, tmp_path: Path) -> None:
    first, second = _read(tmp_path / "x", data).kept
    assert first.paper.title == (
        "A title that is long enough to be wrapped by the database, which it does at some eighty characters"
    )
    assert first.paper.authors == ("Ada Lovelace", "Gabriel García Márquez Jr", "Example Study Group")
    assert (first.paper.doi, str(first.paper.published_date)) == ("10.1234/x", "2014-05")
    assert first.paper.abstract == "BACKGROUND: We note. METHODS: We count."
    assert first.tags == ("Humans", "Algorithms", "Models Theoretical/methods", "engines")
    assert first.entry is not None
    assert first.entry.type == "article"
    expected = {
        "pmid": "12345678", "pmcid": "PMC3456", "pii": "e1000", "journaltitle": "Annals of engines",
        "shortjournal": "Ann Eng", "volume": "7", "number": "2", "pages": "45-67", "issn": "1234-5678, 8765-4321",
        "date": "2014-05/2014-06", "type": "Review", "language": "eng", "location": "England", "ad": "A Lab, Town.",
        "url": "https://pubmed.ncbi.nlm.nih.gov/12345678/",
    }  # fmt: skip
    assert expected.items() <= _facts(first).items()
    assert second.paper.authors == ("JK van der Berg", "J Berg 3rd")
    assert second.paper.title == "Another"


def test_web_of_science(tmp_path: Path) -> None:
    first, second = _read(tmp_path / "x", WOS).kept
    assert (first.paper.title, first.paper.authors) == ("A title that goes on", ("Ada Lovelace", "Emile Borel"))
    assert (first.paper.doi, str(first.paper.published_date)[:10]) == ("10.1234/x", "2014-05-03")
    assert first.tags == ("one", "two words", "ENGINES", "WHEELS")
    expected = {
        "journaltitle": "ANNALS OF ENGINES", "shortjournal": "ANN ENG", "volume": "7", "number": "2", "pages": "45-67",
        "issn": "1234-5678, 8765-4321", "publisher": "PRESS", "location": "TOWN", "language": "English",
        "pmid": "12345678", "an": "WOS:000000000000001",
    }  # fmt: skip
    assert expected.items() <= _facts(first).items()
    assert _facts(second)["pages"] == "101234"


def test_a_bad_record_affects_no_other(tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", PUBMED.replace("TI  - Another.\n", "") + "\n" + PUBMED)
    assert [bad.number for bad in batch.bad] == [2]
    assert len(batch.kept) == 3


@given(st.lists(st.sampled_from(["%0 Book\n", "%T x", "%A a, b", "\n", "\n\n", "%", "  y", "%D 2014\n"])).map("".join))
def test_any_refer(written: str) -> None:
    _check(list(endnote_works(written)))


@given(
    st.lists(
        st.sampled_from(["PMID- 1\n", "TI  - x", "FAU - a, b", "AU  - b J\n", "\n", "      y", "DP  - 2014\n"])
    ).map("".join)
)
def test_any_medline(written: str) -> None:
    _check(list(pubmed_works(written)))


@given(
    st.lists(st.sampled_from(["PT J\n", "TI x", "AU a, b", "   c, d\n", "\n", "ER\n", "PY 2014\n", "EF\n"])).map(
        "".join
    )
)
def test_any_web_of_science(written: str) -> None:
    _check(list(web_of_science_works(written)))


def _check(works: list[Work | str]) -> None:
    for work in works:
        kept = work if isinstance(work, str) else bookmark(work)
        assert kept is None or isinstance(kept, str) or kept.paper.title
