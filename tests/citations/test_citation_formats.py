"""The export formats, read by third-party parsers, with hostile papers."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from markdown_it import MarkdownIt

from kit.exports import ACTING, cited, saying
from kit.parsers import by_biber, by_bibtex, by_bibtexparser, by_csv, by_pybtex, by_rispy, by_schema
from kit.properties import at_most
from papertui.citations.bibtex import bibtex_entry
from papertui.citations.formats import FORMATS, Format
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.obsidian import BEGIN, END, obsidian_name, obsidian_note
from papertui.citations.zotero import zotero_item
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper, link_of

EVERYTHING = ExportOptions(abstracts=True, notes=True)
PAPER = Paper(
    "2604.26951",
    "Turning the TIDE: λ-Distillation of Modèles",
    "What we did & why.",
    ("Jan van der Berg Jr.", "Łukasz Borchmann", "V Team", "王小明"),
    datetime(2026, 4, 29, 17, tzinfo=UTC),
    categories=("cs.CL", "cs.LG"),
    url="https://huggingface.co/papers/2604.26951",
)
KEPT = CitedPaper(PAPER, Bookmark(PAPER, datetime(2026, 5, 1, tzinfo=UTC), ("to do",), "Fine."), "berg2026turning")
PUBLISHED = PAPER._replace(journal_ref="Phys. Rev. D 76(2), 013009-013011 (2007)", doi="10.1103/PhysRevD.76.013009")
MEETING = PAPER._replace(journal_ref="Proceedings of ICML 2026", published=None)
HARD = [
    CitedPaper(paper._replace(id=f"2601.{number:05}"), None, f"k{number}")
    for number, paper in enumerate(
        [
            PAPER,
            PUBLISHED,
            MEETING,
            PAPER._replace(authors=()),
            PAPER._replace(title='Braces { } } { \\ $ & % # _ ^ ~ " < > | @misc{x, = 𝒪(n²) ½ ℝ ∞ é ệ', published=None),
            PAPER._replace(authors=("A {B} C", "D, Jr.", '"Q" and R', "and", "Others")),
        ]
    )
]


def test_bibtex() -> None:
    assert bibtex_entry(PAPER, "key") == (
        "@misc{key,\n"
        "  author        = {van der Berg, Jr., Jan and Borchmann, {\\L}ukasz and {V Team} and 王小明},\n"
        "  title         = {Turning the {TIDE}: {$\\lambda$}-Distillation of Mod{\\`e}les},\n"
        "  year          = {2026},\n"
        "  month         = apr,\n"
        "  eprint        = {2604.26951},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass  = {cs.CL},\n"
        "  url           = {https://arxiv.org/abs/2604.26951},\n"
        "}\n"
    )
    assert bibtex_entry(PAPER).startswith("@misc{berg2026turning,\n")


def test_published_papers_name_their_journal() -> None:
    entry = by_bibtexparser(bibtex_entry(PUBLISHED, "k"))["k"]
    place = [entry[name] for name in ("journal", "volume", "number", "pages", "year", "doi")]
    assert place == ["Phys. Rev. D", "76", "2", "013009--013011", "2007", "10.1103/physrevd.76.013009"]
    assert "month" not in entry
    assert bibtex_entry(PUBLISHED).startswith("@article{")
    assert bibtex_entry(MEETING).startswith("@inproceedings{")
    assert "journal " not in bibtex_entry(MEETING)


def test_biblatex() -> None:
    (entry,) = by_bibtexparser(FORMATS["biblatex"].render([KEPT], EVERYTHING)).values()
    assert entry["title"] == "Turning the {TIDE}: λ-Distillation of Modèles"
    assert (entry["date"], entry["eprinttype"], entry["eprintclass"]) == ("2026-04-29", "arxiv", "cs.CL")
    assert (entry["abstract"], entry["annotation"], entry["keywords"]) == ("What we did \\& why.", "Fine.", "to do")


def test_csl_json() -> None:
    (item,) = by_schema(FORMATS["csl-json"].render([KEPT], ExportOptions()))
    assert item["author"] == [
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr."},
        {"family": "Borchmann", "given": "Łukasz"},
        {"literal": "V Team"},
        {"family": "王小明"},
    ]
    assert (item["type"], item["DOI"], item["issued"]) == (
        "article",
        "10.48550/arXiv.2604.26951",
        {"date-parts": [[2026, 4, 29]]},
    )


def test_ris() -> None:
    (record,) = by_rispy(FORMATS["ris"].render([KEPT], ExportOptions()))
    assert record["authors"] == ["van der Berg, Jan, Jr.", "Borchmann, Łukasz", "V Team", "王小明"]
    assert (record["type_of_reference"], record["date"], record["doi"]) == (
        "UNPB",
        "2026/04/29",
        "10.48550/arXiv.2604.26951",
    )


def test_zotero() -> None:
    item = zotero_item(KEPT)
    assert item["creators"][0] == {"firstName": "Jan, Jr.", "lastName": "van der Berg", "creatorType": "author"}
    assert item["creators"][2] == {"lastName": "V Team", "creatorType": "author", "fieldMode": 1}
    assert (item["itemType"], item["repository"], item["archiveID"]) == ("preprint", "arXiv", "arXiv:2604.26951")
    assert (item["tags"], item["notes"]) == ([{"tag": "to do"}], [{"note": "<p>Fine.</p>"}])


def test_every_name_of_a_format_is_in_the_table() -> None:
    assert tuple(FORMATS) == get_args(Format)


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_of_no_papers_is_a_valid_file(form: Format) -> None:
    text = FORMATS[form].render([], ExportOptions())
    assert text in {"", "[]\n"} or text.count("\n") == 1


def _hostile_papers_for_tex(one: CitedPaper) -> None:
    dialects: tuple[Format, ...] = ("bibtex", "biblatex")
    for dialect in dialects:
        text = FORMATS[dialect].render([one, one._replace(key="other")], EVERYTHING)
        assert list(by_bibtexparser(text)) == [one.key, "other"]
        entries = by_pybtex(text)
        assert list(entries) == [one.key, "other"]
        assert Counter(map(len, entries[one.key].persons.values())) == Counter(
            [len([name for name in one.paper.authors if name.strip()])]
            if any(map(str.strip, one.paper.authors))
            else []
        )


def _hostile_papers_for_reference_managers(one: CitedPaper) -> None:
    records = by_rispy(FORMATS["ris"].render([one, one], ExportOptions()))
    assert [record["title"] for record in records] == [" ".join(one.paper.title.split())] * 2
    notes = [" ".join(one.note.split())] if one.note.strip() else []
    assert [record.get("notes", []) for record in records] == [notes] * 2
    assert [item["id"] for item in by_schema(FORMATS["csl-json"].render([one], ExportOptions()))] == [one.key]


def _hostile_papers_in_a_table(one: CitedPaper) -> None:
    header, row = by_csv(FORMATS["csv"].render([one], ExportOptions()))
    assert header[:3] == ["id", "title", "authors"]
    assert row[0] == one.paper.id
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert row[1].removeprefix("'") == one.paper.title.removeprefix("'")


def _hostile_papers_in_markdown(one: CitedPaper) -> None:
    # A note is already Markdown.
    bare = one._replace(bookmark=one.bookmark and one.bookmark._replace(note=""))
    tokens = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .parse(FORMATS["markdown"].render([bare, bare], ExportOptions()))
    )
    kinds = Counter(token.type for token in tokens)
    assert kinds["list_item_open"] == 2
    assert not kinds.keys() & {"html_block", "heading_open", "table_open", "fence", "hr", "blockquote_open"}
    inner = [child.type for token in tokens for child in token.children or ()]
    assert not set(inner) & {"html_inline", "image", "code_inline", "em_open"}
    assert inner.count("link_open") == (2 if link_of(one.paper) else 0)


def _hostile_papers_as_notes(one: CitedPaper) -> None:
    text = obsidian_note(one)
    assert text is not None
    _, front, body = text.split("---\n", 2)
    facts = yaml.safe_load(front)
    assert (facts["id"], facts["title"], facts.get("authors", [])) == (
        one.paper.id,
        one.paper.title,
        list(one.paper.authors),
    )
    assert (body.count(BEGIN), body.count(END)) == (1, 1)
    assert obsidian_note(one, text) == text


CHECKS = (
    _hostile_papers_for_tex,
    _hostile_papers_for_reference_managers,
    _hostile_papers_in_a_table,
    _hostile_papers_in_markdown,
    _hostile_papers_as_notes,
)


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
@at_most(25)
@given(one=cited())
def test_hostile_papers(one: CitedPaper, check: Callable[[CitedPaper], None]) -> None:
    check(one)


@pytest.mark.parametrize("text", ACTING)
def test_each_text_that_is_special_in_some_format(text: str) -> None:
    for check in CHECKS:
        check(saying(text))


def test_a_note_keeps_text_of_its_user() -> None:
    text = obsidian_note(KEPT)
    assert text is not None
    mine = (
        text.replace("---\n\n", "aliases:\n  - TIDE # mine\ncssclass: wide\n---\n\nAbove.\n\n", 1)
        + "\nBelow.\n---\nMore"
    )
    again = obsidian_note(KEPT._replace(paper=PAPER._replace(title="Another title")), mine)
    assert again is not None
    assert 'title: "Another title"\n' in again
    assert "Turning" not in again.replace("citekey", "").split("Above")[1]
    assert 'citekey: "berg2026turning"\naliases:\n  - TIDE # mine\ncssclass: wide\n---\n\nAbove.\n' in again
    assert again.endswith(f"{END}\n\nBelow.\n---\nMore")
    assert obsidian_note(KEPT, again.replace("\n", "\r\n")) == mine.replace("\n", "\r\n")


@pytest.mark.parametrize("foreign", ["", "My own text", "---\na: b\n---\nText", f"No front matter {BEGIN} {END}"])
def test_files_of_other_programs_are_not_changed(foreign: str) -> None:
    assert obsidian_note(KEPT, foreign) is None


def test_names_of_notes_are_derived_from_ids() -> None:
    assert obsidian_name("2604.26951") == "2604.26951.md"
    assert obsidian_name("hep-th/9711200") == "hep-th_9711200.md"
    odd = [
        obsidian_name(id_)
        for id_ in ("doi:10.1145/1", "doi:10.1145_1", "title/0123456789abcdef", "doi:10.1/" + "x" * 300)
    ]
    assert len(set(odd)) == 4
    assert all(len(name) < 140 and "/" not in name and ":" not in name for name in odd)


def test_bibtex_reports_no_warnings(tmp_path: Path) -> None:
    by_bibtex(FORMATS["bibtex"].render(HARD, EVERYTHING), tmp_path)


def test_biber_reports_no_warnings(tmp_path: Path) -> None:
    by_biber(FORMATS["biblatex"].render(HARD, EVERYTHING), tmp_path)
