"""Papers from files in every format: valid, damaged and hostile."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.recorded import HAVE_RECORDED, RECORDED, day, days
from papertui.errors import UsageError
from papertui.importers.batch import BadRecord
from papertui.importers.files import LONGEST, line_chunks
from papertui.importers.json_lines import read_lines
from papertui.importers.kinds import read_file
from papertui.model.paper import Paper


def snapshot(number: int, **changes: Any) -> dict[str, Any]:
    """Return a made-up record of arXiv's snapshot."""
    record = {
        "id": f"0704.{number:04}",
        "submitter": "Somebody",
        "authors": "Ada B. Made-Up, G. {\\'E}crivain and C. Third (Nowhere)",
        "title": 'On the\n  $\\lambda$-calculus of G\\"odel',
        "comments": "3 pages",
        "journal-ref": "J. Test 1 (2007) 2",
        "doi": "10.1000/test",
        "categories": "cs.LO math.LO",
        "abstract": "  We write\nabout $x^2$ and caf\\'e.\n",
        "versions": [
            {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
            {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
        ],
        "update_date": "2008-11-26",
        "authors_parsed": [["Made-Up", "Ada B.", ""], ["{\\'E}crivain", "G.", "Jr"], ["Third", "C.", "", "Nowhere"]],
    }
    return {**record, **changes}


def _lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def _read(path: Path, **where: int) -> tuple[list[Paper], list[BadRecord]]:
    batches = list(read_file(path, **where))
    return [p for batch in batches for p in batch.all_papers()], [bad for batch in batches for bad in batch.bad]


def test_snapshot_record(tmp_path: Path) -> None:
    path = tmp_path / "any name"
    path.write_bytes(_lines(snapshot(1)))
    (paper,), bad = _read(path)
    assert not bad
    assert paper.id == "0704.0001"
    assert paper.title == "On the λ-calculus of Gödel"
    assert paper.abstract == "We write about x² and café."
    assert paper.authors == ("Ada B. Made-Up", "G. Écrivain Jr", "C. Third")
    assert paper.published == datetime(2007, 4, 2, 19, 18, 42, tzinfo=UTC)
    assert paper.categories == ("cs.LO", "math.LO")
    assert (paper.doi, paper.journal_ref, paper.sources) == ("10.1000/test", "J. Test 1 (2007) 2", ("file",))
    assert (paper.url, paper.pdf) == ("https://arxiv.org/abs/0704.0001", "https://arxiv.org/pdf/0704.0001")


def test_optional_fields() -> None:
    bare = {"id": "hep-th/9711200v3", "title": "T", "update_date": "2008-11-26"}
    lines = read_lines(1, [json.dumps(bare).encode(), b"", b"  "])
    papers, bad = lines.all_papers(), lines.bad
    assert not bad
    assert papers[0].id == "hep-th/9711200"
    assert papers[0].published == datetime(2008, 11, 26, tzinfo=UTC)
    written = snapshot(1, authors_parsed=None, authors="A. One and B. Two, C. Three")
    assert read_lines(1, [json.dumps(written).encode()]).all_papers()[0].authors == ("A. One", "B. Two", "C. Three")


_BAD_LINES = [
    (b'{"id": "0704.0001", "title"', "not valid JSON"),
    (b"[1, 2]", "not a JSON object"),
    (b"null", "not a JSON object"),
    (b'{"id": "0704.0001", "title": "a\xff\xfe"}', "not UTF-8"),
    (b'{"title": "no id", "update_date": ""}', "no arXiv id"),
    (b'{"id": "../../etc/passwd", "title": "x", "update_date": ""}', "“../../etc/passwd” is not an arXiv id"),
    (b'{"id": "0704.0001", "title": "", "update_date": ""}', "the title is empty"),
    (b'{"id": 7, "title": [], "update_date": ""}', "the id is a number, not text"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"a":' * 100_000, "nested too deep"),
    (b"\0\0\0", "not valid JSON"),
    (None, "longer than"),
]


@pytest.mark.parametrize(("line", "why"), _BAD_LINES)
def test_bad_line_is_reported_with_its_number(line: bytes | None, why: str) -> None:
    good = json.dumps(snapshot(1)).encode()
    lines = read_lines(10, [good, line, good])
    papers, bad = lines.all_papers(), lines.bad
    assert len(papers) == 2
    assert [one.number for one in bad] == [11]
    assert why in bad[0].why


@given(st.binary(max_size=60))
def test_no_line_raises(line: bytes) -> None:
    lines = read_lines(1, [line])
    papers, bad = lines.all_papers(), lines.bad
    assert len(papers) + len(bad) <= 1


@given(st.data())
def test_damaged_record_is_a_paper_or_bad(data: st.DataObject) -> None:
    line = bytearray(json.dumps(snapshot(1)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(32, 255))
    lines = read_lines(1, [bytes(line)])
    papers, bad = lines.all_papers(), lines.bad
    assert len(papers) + len(bad) == 1


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from(sorted(snapshot(1))), _JUNK)
def test_field_of_any_type_is_parsed_or_skipped(key: str, value: Any) -> None:
    lines = read_lines(1, [json.dumps(snapshot(1, **{key: value})).encode()])
    papers, bad = lines.all_papers(), lines.bad
    assert len(papers) + len(bad) == 1
    for paper in papers:
        assert all(paper.authors)
        assert "\x1b" not in paper.title


def test_hostile_text_becomes_safe() -> None:
    paper = read_lines(1, [json.dumps(snapshot(1, title="a\x1b]0;x\x07b\u202e[/]")).encode()]).all_papers()[0]
    assert paper.title == "ab[/]"


def test_chunks_report_their_positions() -> None:
    content = b"".join(b"line %d\n" % number for number in range(100)) + b"last without end"
    ends = []
    lines: list[bytes | None] = []
    for heap in line_chunks(io.BytesIO(content), 50):
        assert heap.first == len(lines) + 1
        lines += heap.lines
        ends.append(heap.place)
    assert lines == content.splitlines()
    assert ends[-1] == len(content)
    again = [line for heap in line_chunks(io.BytesIO(content[ends[3] :]), 50, place=ends[3]) for line in heap.lines]
    assert content.endswith(b"\n".join(line or b"" for line in again))


def test_endless_line_does_not_fill_the_memory() -> None:
    content = b"x" * (3 * LONGEST) + b"\nshort\n"
    lines = [line for heap in line_chunks(io.BytesIO(content), 50) for line in heap.lines]
    assert lines == [None, b"short"]


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data)


def _zip(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("arxiv-metadata.json", data)
    return packed.getvalue()


@pytest.mark.parametrize("pack", [bytes, _gzip, _zip])
def test_compressed_and_plain_files(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    content = _lines(*(snapshot(number) for number in range(1, 40)))
    path = tmp_path / "file"
    path.write_bytes(pack(content))
    papers, bad = _read(path)
    assert [paper.id for paper in papers] == [f"0704.{number:04}" for number in range(1, 40)]
    assert not bad
    (batch,) = read_file(path)
    assert (batch.place, batch.number) == (len(content), 39)
    half = content.find(b"\n", len(content) // 2) + 1
    rest, _ = _read(path, place=half, number=content[:half].count(b"\n"))
    assert [paper.id for paper in rest] == [paper.id for paper in papers[content[:half].count(b"\n") :]]


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_truncated_compressed_file_is_partly_read(tmp_path: Path, part: float) -> None:
    content = _lines(*(snapshot(number, submitter=str(number) * 40) for number in range(1, 4000)))
    packed = gzip.compress(content)
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[: int(len(packed) * part)])
    papers, bad = _read(path)
    assert bad
    assert "truncated or damaged" in bad[-1].why
    assert papers == sorted(papers, key=lambda paper: paper.id)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name, content in [
        ("text", b"Just some words.\nAnd more of them."),
        ("binary", bytes(range(256)) * 10),
        ("empty", b""),
        ("page", b"<!doctype html><html><body>Log in</body></html>"),
        ("gz", b"\x1f\x8bnonsense"),
        ("zip", b"PK\x03\x04nonsense"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UsageError, match=name):
            _read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        _read(tmp_path / "nowhere")
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a", "x")
        archive.writestr("b", "y")
    (tmp_path / "two").write_bytes(two.getvalue())
    with pytest.raises(UsageError, match="contains 2 files"):
        _read(tmp_path / "two")


_ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
<title>arXiv Query</title>
<entry><id>http://arxiv.org/abs/2604.00001v3</id><title>A title
  over lines</title><summary> Words. </summary><published>2026-04-01T10:00:00Z</published>
<author><name> Ada Made-Up</name><arxiv:affiliation>Nowhere</arxiv:affiliation></author>
<author><name>B C</name></author><category term="cs.LG"/><category term="cs.CL"/>
<arxiv:primary_category term="cs.CL"/><arxiv:doi>10.1/x</arxiv:doi></entry>
<entry><id>https://arxiv.org/api/errors#bad</id><title>Error</title></entry>
<entry><id>http://arxiv.org/abs/2604.00002v1</id><title>0</title></entry>
%s</feed>"""


def test_atom(tmp_path: Path) -> None:
    path = tmp_path / "query.atom"
    path.write_text(_ATOM % "", encoding="utf-8")
    (first, second), bad = _read(path)
    assert first.id == "2604.00001"
    assert first.title == "A title over lines"
    assert first.authors == ("Ada Made-Up", "B C")
    assert first.categories == ("cs.CL", "cs.LG")
    assert first.published == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert first.doi == "10.1/x"
    assert second.title == "0"
    assert [one.number for one in bad] == [2]


def test_truncated_and_hostile_atom(tmp_path: Path) -> None:
    path = tmp_path / "broken.atom"
    path.write_text((_ATOM % "")[:-120], encoding="utf-8")
    papers, bad = _read(path)
    assert papers
    assert "not XML" in bad[-1].why
    bomb = '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed xmlns="x">&b;</feed>'
    path.write_text(bomb, encoding="utf-8")
    papers, bad = _read(path)
    assert not papers
    assert "refused" in bad[0].why


_LONG = "This sentence about nothing in particular is written to be as long as an abstract of a paper mostly is. "


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("glued", ["Subscribe", "Subscribe ", ""])
def test_a_saved_page(tmp_path: Path, blank: str, glued: str) -> None:
    lines = ["Some Site's logo", "Models", "Log In", "Sign Up", "Daily Papers", "by somebody and everybody"]
    lines += [f"{glued}First Title", _LONG * 2, "Second Title: With $x^2$", _LONG, "Third", _LONG, "Company", "Terms"]
    path = tmp_path / "page.txt"
    path.write_text("\n".join(line + blank for line in lines) + "\n", encoding="utf-8")
    papers, bad = _read(path)
    assert [paper.title for paper in papers] == ["First Title", "Second Title: With x²", "Third"]
    assert papers[0].abstract == (_LONG * 2).strip()
    assert {paper.id for paper in papers} == {""}
    assert bad


def test_a_day_of_daily_papers(tmp_path: Path) -> None:
    entry = {
        "paper": {"id": "2604.00001", "title": "A title", "upvotes": 7, "submittedOnDailyAt": "2026-04-30T00:00:00Z"}
    }
    path = tmp_path / "day.json"
    path.write_text(json.dumps([entry, {"paper": {}}, 3]), encoding="utf-8")
    (paper,), bad = _read(path)
    assert (paper.id, paper.upvotes, paper.featured) == ("2604.00001", 7, date(2026, 4, 30))
    assert [one.number for one in bad] == [2, 3]
    path.write_text("[{", encoding="utf-8")
    assert _read(path) == ([], [BadRecord(1, "not valid JSON from here on")])


@pytest.mark.recorded
@pytest.mark.skipif(not HAVE_RECORDED, reason="the recorded answers are not beside the project")
def test_the_recorded_snapshot_line_by_line() -> None:
    path = RECORDED / "kaggle" / "arxiv-metadata-oai-snapshot.json"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers, bad = _read(path)
    assert not bad
    assert [paper.id for paper in papers] == [record["id"] for record in records]
    for paper, record in zip(papers, records, strict=True):
        assert list(paper.categories) == record["categories"].split()
        assert len(paper.authors) == len(record["authors_parsed"])
        assert paper.published is not None
        assert f"{paper.published:%a, {paper.published.day} %b %Y %H:%M:%S} GMT" == record["versions"][0]["created"]
        assert paper.abstract
        assert "  " not in paper.title + paper.abstract


@pytest.mark.slow
@pytest.mark.recorded
@pytest.mark.skipif(not HAVE_RECORDED, reason="the recorded answers are not beside the project")
def test_the_recorded_days_and_queries() -> None:
    for name in days():
        papers, bad = _read(RECORDED / "hf_daily" / f"{name}.json")
        assert [paper.id for paper in papers] == [entry["paper"]["id"] for entry in day(name)]
        assert not bad
    for path in sorted((RECORDED / "arxiv_atom").glob("*.xml")):
        text = path.read_text(encoding="utf-8")
        if "<entry>" in text and "api/errors" not in text:
            papers, bad = _read(path)
            assert [f"/abs/{paper.id}v" in text for paper in papers] == [True] * text.count("<entry>")
            assert not bad
