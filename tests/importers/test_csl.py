"""CSL-JSON as Zotero, pandoc, Mendeley, doi.org and papertui write it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.exports import citations
from kit.papers import plain
from papertui.citations.formats import FORMATS
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.vocabulary import OF_CSL
from papertui.importers.batch import Batch, ImportedBookmark
from papertui.importers.csl import csl_works, is_csl
from papertui.importers.files import Head
from papertui.importers.kinds import read_file
from papertui.importers.works import bookmark
from papertui.model.bookmark import Bookmark
from papertui.model.identity import identified

AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "id": "lovelace2014",
    "type": "article-journal",
    "title": "A title",
    "author": [{"family": "Lovelace", "given": "Ada"}],
    "issued": {"date-parts": [[2014, 5, 3]]},
    "container-title": "Annals of Engines",
}


def _read(path: Path, data: str | bytes) -> Batch:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (batch,) = read_file(path)
    return batch


def _one(**variables: object) -> ImportedBookmark:
    (work,) = csl_works(json.dumps({**ITEM, **variables}))
    assert not isinstance(work, str)
    kept = bookmark(work)
    assert kept is not None
    return kept


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([ITEM]),
        json.dumps([ITEM], indent=2),
        json.dumps(ITEM),
        json.dumps(ITEM, indent=2),
        json.dumps({"items": [ITEM]}),
        json.dumps({"total": 1, "start": "0", "items": [ITEM]}, indent=2),
        json.dumps({"references": [ITEM]}),
        json.dumps(ITEM) + "\n",
        "\ufeff" + json.dumps([ITEM]),
        "\n\n " + json.dumps([ITEM]),
        json.dumps([dict(reversed(ITEM.items()))]),
        json.dumps([{"abstract": "We. " * 7_000, **ITEM}]),
        json.dumps([{**ITEM, "abstract": "We. " * 30_000}]),
        json.dumps([{"type": "nonsense"}, ITEM])[:-1] + "]",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_shapes(data: str, encoding: str, tmp_path: Path) -> None:
    kept = _read(tmp_path / "x", data.encode(encoding)).kept[-1]
    assert (kept.paper.title, kept.paper.authors) == ("A title", ("Ada Lovelace",))
    assert str(kept.paper.published_date)[:10] == "2014-05-03"
    assert kept.entry is not None
    assert (kept.entry.type, kept.entry.key) == ("article", "lovelace2014")


def test_items_below_each_other(tmp_path: Path) -> None:
    data = json.dumps(ITEM) + "\n" + json.dumps({**ITEM, "title": "Another"}) + "\n"
    assert [kept.paper.title for kept in _read(tmp_path / "x", data).kept] == ["A title", "Another"]


def test_a_bad_item_affects_no_other(tmp_path: Path) -> None:
    one = json.dumps(ITEM)
    deep = "[" * 100_000 + "]" * 100_000
    data = (
        f'[{one}, {{"type": "book"}}, 5, {{"title": "x",}}, {one}, {{"title": {"9" * 5000}}}, {{"a": {deep}}}, {one}]'
    )
    batch = _read(tmp_path / "x", data)
    assert [kept.paper.title for kept in batch.kept] == ["A title"] * 3
    assert [(bad.number, bad.why) for bad in batch.bad] == [
        (2, "it has no title"),
        (3, "it is not an object"),
        (4, "it is not valid JSON"),
        (6, "it is not valid JSON"),
        (7, "it is not valid JSON"),
    ]


def test_truncated_file_keeps_what_is_whole(tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", json.dumps([ITEM, ITEM])[:-30])
    assert (len(batch.kept), [bad.number for bad in batch.bad]) == (1, [2])
    assert "truncated" in batch.bad[0].why


@pytest.mark.parametrize(
    ("issued", "published", "date"),
    [
        ({"date-parts": [[2014, 5, 3]]}, "2014-05-03", "2014-05-03"),
        ({"date-parts": [["2014", "05"]]}, "2014-05", "2014-05"),
        ({"date-parts": [[2014]]}, "2014", "2014"),
        ({"date-parts": [2014, 5]}, "2014-05", "2014-05"),
        ({"date-parts": [[2014, None]]}, "2014", "2014"),
        ({"date-parts": [[None]]}, "None", ""),
        ({"date-parts": [[]]}, "None", ""),
        ({"date-parts": [[2014, 2, 30]]}, "2014-02", "2014-02"),
        ({"date-parts": [[2014, 5, 3], [2014, 5, 7]]}, "2014-05-03", "2014-05-03/2014-05-07"),
        ({"date-parts": [[2014], [2016]]}, "2014", "2014/2016"),
        ({"date-parts": [[2014]], "season": 1}, "2014", "2014-21"),
        ({"date-parts": [[2014]], "season": "Summer"}, "2014", "2014-22"),
        ({"date-parts": [[1850]], "circa": True}, "1850", "1850~"),
        ({"date-parts": [[1850]], "circa": "1"}, "1850", "1850~"),
        ({"date-parts": [[1850]], "circa": False}, "1850", "1850"),
        ({"raw": "2014-05-03"}, "2014-05-03", "2014-05-03"),
        ({"raw": "May 2014"}, "2014-05", "2014-05"),
        ({"literal": "Spring 2014"}, "2014", "2014-21"),
        ({"literal": "in press"}, "None", "in press"),
        ("2014-05", "2014-05", "2014-05"),
        ("2014~", "2014", "2014~"),
        (2014, "2014", "2014"),
        (None, "None", ""),
        ({"date-parts": "2014"}, "None", ""),
        ([2014], "None", ""),
    ],
)
def test_dates(issued: object, published: str, date: str) -> None:
    kept = _one(issued=issued)
    assert kept.entry is not None
    assert str(kept.paper.published_date)[:10] == published
    assert (kept.entry.get("date") or kept.entry.get("year")) == date


@pytest.mark.parametrize(
    ("person", "author", "entry"),
    [
        ({"family": "Lovelace", "given": "Ada"}, "Ada Lovelace", ""),
        ({"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}, "Jan van der Berg", ""),
        ({"family": "Berg", "given": "Jan", "suffix": "Jr."}, "Jan Berg Jr.", ""),
        ({"family": "Humboldt", "given": "Alexander", "dropping-particle": "von"}, "Alexander von Humboldt", None),
        ({"family": "García Márquez", "given": "Gabriel"}, "Gabriel García Márquez", "García Márquez, Gabriel"),
        ({"literal": "The Example Collaboration"}, "The Example Collaboration", ""),
        ({"literal": "Food and Drug Administration"}, "Food and Drug Administration", "{Food and Drug Administration}"),
        ({"name": "Example Group of Many"}, "Example Group of Many", "{Example Group of Many}"),
        ({"family": "UNESCO"}, "UNESCO", ""),
        ({"given": "Plato"}, "Plato", ""),
        ("Ada Lovelace", "Ada Lovelace", "{Ada Lovelace}"),
    ],
)
def test_names(person: object, author: str, entry: str | None) -> None:
    kept = _one(author=[person])
    assert kept.paper.authors == (author,)
    assert kept.entry is not None
    assert entry is None or kept.entry.get("author") == entry


@pytest.mark.parametrize("type_", OF_CSL)
def test_every_type_is_known_and_recognised(type_: str) -> None:
    kept = _one(type=type_)
    assert kept.entry is not None
    assert kept.entry.type == OF_CSL[type_][0]
    paper = identified(kept.paper)
    mark = Bookmark(paper, AT, kept.tags, kept.note, kept.state, kept.rating, kept.entry)
    (item,) = json.loads(FORMATS["csl-json"].render([CitedPaper(paper, mark, "k")], ExportOptions()))
    assert item["type"] == type_
    assert is_csl(Head(json.dumps([{**ITEM, "type": type_}]).encode()))


def test_variables() -> None:
    kept = _one(
        volume=7, issue="2", page="45-67", publisher="Press", edition=2, language="en", ISSN="1234-5678", PMID="12",
        PMCID="PMC34", DOI="10.1234/X", URL="https://a.example/1", note="A remark", annote="Mine.\n\nMore.",
        keyword="one, two; three", source="Catalog", editor=[{"family": "Editor", "given": "Eve"}], version="1.0",
        accessed={"date-parts": [[2014, 6, 1]]}, interviewer=[{"family": "Asker", "given": "Ann"}], abstract="We.",
        submitted={"date-parts": [[2013, 1]]}, custom={"eprintclass": "cs.CL", "mine": "x"}, medium="print",
    )  # fmt: skip
    entry = kept.entry
    assert entry is not None
    expected = {
        "journaltitle": "Annals of Engines", "volume": "7", "number": "2", "pages": "45-67", "publisher": "Press",
        "edition": "2", "language": "en", "issn": "1234-5678", "pmid": "12", "pmcid": "PMC34", "note": "A remark",
        "annotation": "Mine.\n\nMore.", "source": "Catalog", "editor": "Editor, Eve", "version": "1.0",
        "urldate": "2014-06-01", "interviewer": "Asker, Ann", "submitted": "2013-01", "eprintclass": "cs.CL",
        "mine": "x", "medium": "print", "url": "https://a.example/1",
    }  # fmt: skip
    assert {name: entry.get(name) for name in expected} == expected
    assert (kept.paper.doi, kept.tags, kept.note) == ("10.1234/x", ("one two", "three"), "Mine.\n\nMore.")


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ({"type": "chapter", "container-title": "A Book", "number": "3"}, {"booktitle": "A Book", "number": "3"}),
        ({"type": "thesis", "publisher": "A University", "genre": "PhD Thesis"}, {"institution": "A University"}),
        ({"type": "report", "publisher": "A Lab", "number": "TR-1"}, {"institution": "A Lab", "number": "TR-1"}),
        ({"type": "book", "collection-title": "S", "collection-number": "4"}, {"series": "S", "number": "4"}),
        (
            {"type": "paper-conference", "event-title": "X 2014", "event-place": "Y"},
            {"eventtitle": "X 2014", "venue": "Y"},
        ),
        ({"type": "article-newspaper"}, {"entrysubtype": "newspaper", "journaltitle": "Annals of Engines"}),
    ],
)
def test_variables_depend_on_the_type(item: dict[str, Any], fields: dict[str, str]) -> None:
    entry = _one(**item).entry
    assert entry is not None
    assert {name: entry.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    ("item", "id_", "doi"),
    [
        ({"number": "arXiv:2604.26951", "publisher": "arXiv", "type": "article"}, "2604.26951", None),
        ({"DOI": "10.48550/arXiv.2604.26951"}, "2604.26951", None),
        ({"URL": "http://arxiv.org/abs/2604.26951v2"}, "2604.26951", None),
        ({"archive": "arXiv", "archive_location": "2604.26951", "DOI": "10.1234/x"}, "2604.26951", "10.1234/x"),
        ({"note": "see arXiv:2604.26951"}, "", None),
        ({"abstract": "We extend arXiv:2604.26951"}, "", None),
        ({"URL": "https://doi.org/10.1234/x"}, "", "10.1234/x"),
    ],
)
def test_ids_of_the_work_itself(item: dict[str, Any], id_: str, doi: str | None) -> None:
    paper = _one(**item).paper
    assert (paper.id, paper.doi) == (id_, doi)


def test_of_doi_org() -> None:
    kept = _one(
        type="journal-article", title=["A <i>title</i>"], ISSN=["1234-5678", "8765-4321"], subject=["Engines"],
        reference=[{"key": "1", "DOI": "10.1234/other"}], link=[{"URL": "https://b.example"}], id=None, URL=None,
        **{"container-title": ["Annals"], "reference-count": 5, "indexed": {"date-parts": [[2020, 1, 1]]}},
        abstract="<jats:title>Abstract</jats:title><jats:p>We &amp; you.</jats:p>", DOI="10.1234/x",
    )  # fmt: skip
    assert (kept.paper.title, kept.paper.abstract, kept.paper.doi) == ("A title", "We & you.", "10.1234/x")
    assert kept.entry is not None
    assert (kept.entry.type, kept.entry.get("issn"), kept.entry.get("journaltitle")) == (
        "article", "1234-5678, 8765-4321", "Annals",
    )  # fmt: skip


def test_keys() -> None:
    for variables, key in (
        ({"citation-key": "a"}, "a"),
        ({"id": 12}, "12"),
        ({"id": "http://z/items/1"}, "http://z/items/1"),
    ):
        entry = _one(**variables).entry
        assert entry is not None
        assert entry.key == key


@pytest.mark.parametrize(
    "type_", ["article-journal", "book", "chapter", "paper-conference", "thesis", "report", "webpage"]
)
def test_in_and_out_and_in_again(type_: str) -> None:
    first = _one(
        type=type_, volume="7", issue="2", page="45-67", publisher="Press", edition="2", ISBN="978-3-16-148410-0",
        editor=[{"family": "van der Berg", "given": "Jan"}], note="A remark", annote="Mine.\n\nMore.", source="Catalog",
        genre="Essay", language="en", accessed={"date-parts": [[2014, 6, 1]]}, DOI="10.1234/x", keyword="one, two",
        interviewer=[{"family": "Asker", "given": "Ann"}], abstract="We.", URL="https://a.example/1",
        issued={"date-parts": [[2014, 5], [2014, 6]]},
    )  # fmt: skip
    paper = identified(first.paper)
    assert first.entry is not None
    mark = Bookmark(paper, AT, first.tags, first.note, first.state, first.rating, first.entry)
    written = FORMATS["csl-json"].render([CitedPaper(paper, mark, first.entry.key)], ExportOptions())
    (work,) = csl_works(written)
    assert not isinstance(work, str)
    second = bookmark(work)
    assert second is not None
    assert second.entry is not None
    assert dict(second.entry.fields) == dict(first.entry.fields)
    assert second.entry[:2] == first.entry[:2]
    assert second._replace(entry=None) == first._replace(entry=None)


def test_other_json_is_not_claimed() -> None:
    cites = citations([plain(1)], note='"type": "book"', tags=("type",))
    for data in (
        FORMATS["json"].render(cites, ExportOptions()),
        json.dumps(
            [{"paper": {"id": "2604.26951", "title": "T", "type": "article"}, "title": "T", "publishedAt": "x"}]
        ),
        json.dumps({"id": "0704.0001", "title": "T", "authors": "A", "versions": [{"type": "book"}]}),
        json.dumps([{"type": "book"}]),
        json.dumps([{"type": "Feature", "title": "x"}]),
        json.dumps(["type", "book", "title"]),
        "[",
        "{",
    ):
        assert not is_csl(Head(data.encode()))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [*ITEM, "date-parts", "season", "circa", "family", "literal", "custom", "keyword", "x"]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=15,
    )
)
def test_any_json(value: object) -> None:
    for work in csl_works(json.dumps([value])):
        assert isinstance(work, str) or bookmark(work) is None or work.title or work.fields


@given(st.text('[]{}",:\\ \n1a', max_size=60))
def test_any_text(written: str) -> None:
    is_csl(Head(b"[" + written.encode()))
    list(csl_works(written))
