"""What is exported of an imported entry when its record or its bookmark has changed since."""

import json
from datetime import UTC, datetime

import pytest

from kit.bibliographies import ADDED, cited, one_cited, rendered
from kit.parsers import by_bibtexparser, by_csv, by_rispy
from papertui.citations.keys import keys_of, valid_key
from papertui.citations.markdown import markdown
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.zotero import zotero_item
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

ARTICLE = (
    "@article{Writer:98, author = {Ada Writer and others}, title = {On {COPPER}, by Example}, journal = {J. Ex.}, "
    "volume = 12, pages = {45--67}, year = 1998, keywords = {b; a}, annote = {Mine.}, note = {In French}}"
)
PREPRINT = (
    "@misc{w24, author = {Writer, Ada}, title = {Copper}, eprint = {2401.00001}, archivePrefix = {arXiv}, "
    "year = {2024}, howpublished = {Web}}"
)


def _bibtex(one: CitedPaper, *, notes: bool = False) -> dict[str, str]:
    (fields,) = by_bibtexparser(rendered("bibtex", one, options=ExportOptions(notes=notes))).values()
    return fields


def _with(one: CitedPaper, **facts: object) -> CitedPaper:
    """Return it with other facts of its paper."""
    paper = one.paper._replace(**facts)  # type: ignore[arg-type]
    assert one.bookmark is not None
    return one._replace(paper=paper, bookmark=one.bookmark._replace(paper=paper))


def _marked(one: CitedPaper, **fields: object) -> CitedPaper:
    """Return it with other annotations."""
    assert one.bookmark is not None
    return one._replace(bookmark=one.bookmark._replace(**fields))  # type: ignore[arg-type]


def test_unchanged_it_comes_out_as_it_went_in() -> None:
    assert _bibtex(one_cited(ARTICLE)) == {
        "author": "Ada Writer and others", "title": "On {COPPER}, by Example", "journal": "J. Ex.", "volume": "12",
        "pages": "45--67", "year": "1998", "keywords": "b; a", "annote": "Mine.", "note": "In French",
    }  # fmt: skip
    assert rendered("bibtex", one_cited(ARTICLE)).startswith("@article{Writer:98,\n")


def test_facts_that_the_entry_does_not_have_are_added() -> None:
    one = _with(one_cited(ARTICLE), doi="10.1234/jex.5", url="https://example.org/5", abstract="Later.")
    fields = _bibtex(one)
    assert (fields["doi"], fields["url"]) == ("10.1234/jex.5", "https://example.org/5")
    assert "abstract" not in fields  # only if asked for


def test_a_corrected_title_or_author_is_exported() -> None:
    fields = _bibtex(_with(one_cited(ARTICLE), title="On Copper", authors=("Ada Writer", "Ben Reader")))
    assert (fields["title"], fields["author"]) == ("On Copper", "Writer, Ada and Reader, Ben")


def test_a_date_of_arxiv_is_not_the_date_of_the_entry() -> None:
    one = _with(one_cited(ARTICLE), published=datetime(1997, 6, 12, 8, tzinfo=UTC), precision=None)
    assert {name: _bibtex(one).get(name) for name in ("year", "month")} == {"year": "1998", "month": None}


def test_a_published_preprint_becomes_an_article_under_its_key() -> None:
    one = _with(one_cited(PREPRINT), journal_ref="J. Ex. 7 (2025) 10-20", doi="10.1234/jex.7")
    text = rendered("bibtex", one)
    assert text.startswith("@article{w24,")
    fields = _bibtex(one)
    assert [fields.get(name) for name in ("journal", "volume", "pages", "year", "doi", "eprint", "howpublished")] == [
        "J. Ex.", "7", "10--20", "2025", "10.1234/jex.7", "2401.00001", "Web"
    ]  # fmt: skip
    scholar = one_cited("@article{x, title={Copper}, journal={arXiv preprint arXiv:2401.00001}, year=2024}")
    assert _bibtex(_with(scholar, journal_ref="J. Ex. 7 (2025) 10-20"))["journal"] == "J. Ex."
    assert _bibtex(scholar)["journal"] == "arXiv preprint arXiv:2401.00001"


def test_an_entry_that_is_published_keeps_its_place() -> None:
    one = _with(one_cited(ARTICLE), journal_ref="Another Journal 1 (1999) 1-2")
    assert (_bibtex(one)["journal"], _bibtex(one)["year"]) == ("J. Ex.", "1998")
    talk = one_cited("@inproceedings{t, title={A talk}, booktitle={Proc. of Examples}, year=2001}")
    assert _bibtex(talk)["booktitle"] == "Proc. of Examples"
    assert "journal" not in _bibtex(talk)


def test_tags_and_notes_are_the_readers() -> None:
    one = one_cited(ARTICLE)
    assert _bibtex(_marked(one, tags=("a", "new")))["keywords"] == "a, new"
    assert "keywords" not in _bibtex(_marked(one, tags=()))
    # A changed note is the reader's own, which is exported only if asked for.
    assert "annote" not in _bibtex(_marked(one, note="Private"))
    assert _bibtex(_marked(one, note="Private"), notes=True)["annote"] == "Private"
    assert _bibtex(one)["note"] == "In French"


def test_rating_and_state_of_jabref_follow_the_bookmark() -> None:
    one = one_cited("@misc{k, title={T}, ranking={rank4}, readstatus={skimmed}}")
    assert one.bookmark is not None
    assert (one.bookmark.rating, one.bookmark.state) == (4, "reading")
    assert (_bibtex(one)["ranking"], _bibtex(one)["readstatus"]) == ("rank4", "skimmed")
    later = _bibtex(_marked(one, rating=2, state="read"))
    assert (later["ranking"], later["readstatus"]) == ("rank2", "read")
    assert "ranking" not in _bibtex(_marked(one, rating=None))


def test_nothing_is_invented() -> None:
    one = one_cited("@book{b, title={A book}, author={Writer, Ada}, year=1998}")
    assert rendered("bibtex", one) == (
        "@book{b,\n  author        = {Writer, Ada},\n  title         = {A book},\n  year          = {1998},\n}\n"
    )
    assert json.loads(rendered("csl-json", one)) == [
        {"id": "b", "type": "book", "title": "A book", "author": [{"family": "Writer", "given": "Ada"}],
         "issued": {"date-parts": [[1998]]}}
    ]  # fmt: skip
    assert rendered("ris", one) == "TY  - BOOK\nTI  - A book\nAU  - Writer, Ada\nPY  - 1998\nID  - b\nER  - \n"
    assert "http" not in rendered("markdown", one) + rendered("csv", one)
    old = _with(one, url="https://huggingface.co/papers?q=A%20book")  # as older versions stored it
    assert "url" not in _bibtex(old)
    assert zotero_item(old).get("url", "") == ""


def test_an_editor_without_an_author_stays_an_editor() -> None:
    one = one_cited("@book{b, title={A book}, editor={Scholar, Cy and Writer, Ada}, year=1998}")
    assert one.paper.authors == ()
    assert _bibtex(one) == {"editor": "Scholar, Cy and Writer, Ada", "title": "A book", "year": "1998"}
    assert [item.get("author") for item in json.loads(rendered("csl-json", one))] == [None]
    (record,) = by_rispy(rendered("ris", one))
    assert record["secondary_authors"] == ["Scholar, Cy", "Writer, Ada"]
    assert "Cy Scholar, Ada Writer (eds.)" in markdown([one])


def test_the_key_field_is_only_written_where_styles_need_it() -> None:
    assert "key" not in _bibtex(one_cited("@manual{m, title={A manual}, organization={Example}}"))
    assert _bibtex(one_cited("@misc{m, key={Anon}, title={A manual}}"))["key"] == "Anon"
    bare = CitedPaper(Paper("2604.00001", "A paper"), None, "k")
    assert by_bibtexparser(rendered("bibtex", bare))["k"]["key"] == "A paper"


def test_imported_keys_are_kept_and_unique() -> None:
    first, second = cited("@misc{Same, title={One paper}}\n@misc{same, title={Another paper}}")
    assert [first.key.lower(), second.key.lower()] == ["same", "sameb"] or [second.key, first.key] == ["same", "Sameb"]
    own = Paper("2604.00001", "Turning", authors=("Ada Zhang",), published=datetime(2026, 1, 1, tzinfo=UTC))
    keys = keys_of([own, first.paper], {first.paper.id: "zhang2026turning"})
    assert keys == {first.paper.id: "zhang2026turning", own.id: "zhang2026turningb"}


@pytest.mark.parametrize(
    ("key", "valid"),
    [
        ("DBLP:conf/x/Y-1_2+3", "DBLP:conf/x/Y-1_2+3"),
        ("Smith 2020", "Smith2020"),
        ("a,b}c\\d%e#f~g\"h'i(j)k=l", "abcdefghijkl"),
        ("http://zotero.org/users/1/items/ABC", "http://zotero.org/users/1/items/ABC"),
        (" {}", ""),
    ],
)
def test_keys_are_valid(key: str, valid: str) -> None:
    assert valid_key(key) == valid


def test_a_parent_that_is_exported_is_referred_to_and_comes_later() -> None:
    text = (
        "@proceedings{p, title={Proc. of Examples}, editor={Scholar, Cy}, publisher={Example Press}, year=2001}\n"
        "@inproceedings{c, crossref={P}, title={A talk}, author={Writer, Ada}, pages={1--2}}"
    )
    parent, child = cited(text)
    both = rendered("bibtex", parent, child)
    assert by_bibtexparser(both)["c"] == {
        "author": "Writer, Ada", "title": "A talk", "pages": "1--2", "crossref": "p"
    }  # fmt: skip
    assert both.index("@proceedings") > both.index("@inproceedings")
    assert _bibtex(child) == {
        "author": "Writer, Ada", "title": "A talk", "pages": "1--2", "booktitle": "Proc. of Examples", "year": "2001",
        "editor": "Scholar, Cy", "publisher": "Example Press",
    }  # fmt: skip
    (record,) = by_rispy(rendered("ris", child))
    assert (record["secondary_title"], record["year"]) == ("Proc. of Examples", "2001")
    assert str(child.paper.published_date) == "2001"


def test_commands_of_the_file_come_with_its_entries() -> None:
    text = (
        '@preamble{"\\newcommand{\\swap}[2]{#2#1} \\newcommand{\\unused}{x}"}\n'
        "@book{b, title={A \\swap{b}{a} book}, year={{\\noopsort{1998b}}1998}}"
    )
    one = one_cited(text)
    assert (one.paper.title, str(one.paper.published_date)) == ("A ab book", "1998")
    made = rendered("bibtex", one)
    assert made.startswith('@preamble{ "\\providecommand{\\swap}[2]{#2#1}" }\n\n@book{b,\n')
    assert "title         = {A \\swap{b}{a} book}" in made
    assert "year          = {{\\noopsort{1998b}}1998}" in made
    assert "unused" not in made


def test_types_are_those_of_each_format() -> None:
    def types(kind: str, extra: str = "") -> tuple[str, str, str, str, str]:
        one = one_cited(f"@{kind}{{k, title={{T}}, year=1998{extra}}}")
        return (
            rendered("bibtex", one).partition("{")[0][1:],
            rendered("biblatex", one).partition("{")[0][1:],
            rendered("ris", one)[6:10].strip(),
            json.loads(rendered("csl-json", one))[0]["type"],
            zotero_item(one)["itemType"],
        )

    assert types("ARTICLE") == ("article", "article", "JOUR", "article-journal", "journalArticle")
    assert types("book") == ("book", "book", "BOOK", "book", "book")
    assert types("inbook") == ("inbook", "inbook", "CHAP", "chapter", "bookSection")
    assert types("conference") == ("conference", "conference", "CPAP", "paper-conference", "conferencePaper")
    assert types("phdthesis") == ("phdthesis", "phdthesis", "THES", "thesis", "thesis")
    assert types("thesis", ", type={mathesis}") == ("mastersthesis", "thesis", "THES", "thesis", "thesis")
    assert types("report") == ("techreport", "report", "RPRT", "report", "report")
    assert types("online") == ("online", "online", "ELEC", "webpage", "webpage")
    assert types("dataset") == ("dataset", "dataset", "DATA", "dataset", "dataset")
    assert types("software") == ("software", "software", "COMP", "software", "computerProgram")
    assert types("patent") == ("patent", "patent", "PAT", "patent", "patent")
    assert types("mvcollection") == ("book", "mvcollection", "EDBO", "book", "book")
    assert types("unpublished") == ("unpublished", "unpublished", "UNPB", "manuscript", "manuscript")
    assert types("hal") == ("hal", "hal", "GEN", "document", "document")
    assert types("article", ", entrysubtype={magazine}") == (
        "article", "article", "MGZN", "article-magazine", "magazineArticle"
    )  # fmt: skip


def test_dates_in_csl() -> None:
    def issued(field: str) -> object:
        return json.loads(rendered("csl-json", one_cited(f"@misc{{k, title={{T}}, {field}}}")))[0].get("issued")

    assert issued("date={1998-05-03}") == {"date-parts": [[1998, 5, 3]]}
    assert issued("date={1998/2000}") == {"date-parts": [[1998], [2000]]}
    assert issued("date={1998~}") == {"date-parts": [[1998]], "circa": True}
    assert issued("date={2003-21}") == {"date-parts": [[2003]], "season": 1}
    assert issued("year={in press}") == {"literal": "in press"}
    assert issued("note={x}") is None


def test_letters_are_unicode_in_biblatex_and_stay_tex_in_bibtex() -> None:
    one = one_cited(
        "@misc{k, author={Mar{\\'\\i}n, Jos{\\'e}}, title={Na{\\\"\\i}ve}, publisher={Stra{\\ss}e {\\&} Co}}"
    )
    assert _bibtex(one) == {
        "author": "Mar{\\'\\i}n, Jos{\\'e}", "title": 'Na{\\"\\i}ve', "publisher": "Stra{\\ss}e {\\&} Co"
    }  # fmt: skip
    (fields,) = by_bibtexparser(rendered("biblatex", one)).values()
    assert (fields["author"], fields["title"]) == ("Marín, José", "Naïve")
    assert "Straße & Co" in rendered("ris", one)
    assert "José Marín" in rendered("csv", one)


def test_an_entry_without_a_title_gets_none() -> None:
    one = one_cited("@misc{k, key={Anon}, note={A note on notes}}")
    assert one.paper.title == "A note on notes"
    assert _bibtex(one) == {"note": "A note on notes", "key": "Anon"}


def test_the_fields_of_entries_are_columns_of_the_table() -> None:
    ones = [one_cited(ARTICLE), CitedPaper(Paper("2604.00001", "A paper"), Bookmark(Paper("x", "x"), ADDED), "k")]
    header, entry, bare = by_csv(rendered("csv", *ones))
    row, other = dict(zip(header, entry, strict=True)), dict(zip(header, bare, strict=True))
    assert (row["key"], row["type"], row["journaltitle"], row["volume"]) == ("Writer:98", "article", "J. Ex.", "12")
    assert (row["entry.note"], row["note"], row["pages"]) == ("In French", "Mine.", "45–67")
    assert (other["key"], other["type"], other["journaltitle"]) == ("k", "", "")


def test_zotero_gets_the_fields_of_the_type_and_the_rest_as_better_bibtex_has_it() -> None:
    item = zotero_item(one_cited(ARTICLE.replace("note = {In French}", "assignee = {Ex}, issn = {1234-5678}")))
    assert [item.get(name) for name in ("publicationTitle", "volume", "pages", "date", "ISSN")] == [
        "J. Ex.", "12", "45-67", "1998", "1234-5678"
    ]  # fmt: skip
    assert item["extra"] == "Citation Key: Writer:98\ntex.assignee: Ex\ntex.author: Writer, Ada and others"
