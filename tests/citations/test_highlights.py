"""Highlighted passages in exports and imports: Markdown, notes for Obsidian, JSON; and in the library."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.exports import HOSTILE
from kit.papers import plain
from kit.passages import PASSAGES
from kit.properties import at_most
from papertui.citations.markdown import markdown
from papertui.citations.model import CitedPaper
from papertui.citations.obsidian import obsidian_note
from papertui.importers.batch import ImportedBookmark
from papertui.importers.kinds import read_file
from papertui.library.bookmarks import Library
from papertui.library.rows import is_whole, row_of
from papertui.model.bookmark import Bookmark
from papertui.model.passages import Passage
from papertui.model.record import public_record
from papertui.model.safe_text import one_line, safe
from papertui.services.library import LibraryService

AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)
PASSAGE = Passage(
    "It is *fast*.\n2 < 3, said [3].",
    AT,
    comment="Why?\n\n> Because of *that*.",
    section="3.2 Training",
    part="S3.p2",
    before="before",
    after="after",
    place=0.5,
)


def cited(*passages: Passage, note: str = "") -> CitedPaper:
    return CitedPaper(plain(1), Bookmark(plain(1), AT, note=note, highlights=passages), "k")


def read_again(path: Path, text: str) -> ImportedBookmark:
    path.write_text(text, encoding="utf-8")
    (batch,) = read_file(path)
    assert not batch.bad
    return batch.kept[0]


def test_the_list_quotes_each_passage_with_its_section_and_the_comment_below() -> None:
    lines = markdown([cited(PASSAGE, note="My note.")]).splitlines()
    start = lines.index("  My note.")
    at = AT.strftime("%Y\\u002d%m\\u002d%dT%H:%M:%SZ")
    facts = f'{{"at": "{at}", "part": "S3.p2", "before": "before", "after": "after", "place": 0.5}}'
    assert lines[start : start + 9] == [
        "  My note.",
        "",
        "  **Highlights**",
        "",
        "  > It is \\*fast\\*.",
        "  >",
        "  > 2 &lt; 3, said \\[3\\].",
        "  >",
        f"  > — 3.2 Training <!-- papertui: {facts} -->",
    ]
    assert lines[start + 9 :] == ["", "  Why?", "", "  > Because of *that*.", ""]


def test_the_note_for_obsidian_has_them_under_a_heading() -> None:
    note = obsidian_note(cited(PASSAGE, note="My note.")) or ""
    assert "\n## Note\n\nMy note.\n\n## Highlights\n\n> It is \\*fast\\*.\n>\n> 2 &lt; 3" in note
    assert "\n\nWhy?\n\n> Because of *that*.\n\n<!-- papertui: end -->" in note
    assert "Highlights" not in (obsidian_note(cited()) or "")


def _tidy(passage: Passage, texts: tuple[str, str, str]) -> Passage:
    """Return a passage with other texts, as the app makes them."""
    quote, comment, section = texts
    lines = filter(None, (" ".join(line.split()) for line in safe(quote).splitlines()))
    tidy = "\n".join(line.rstrip() for line in safe(comment).splitlines()).strip("\n")
    return passage._replace(quote="\n".join(lines) or "x", comment=tidy, section=one_line(section))


_HOSTILE_TEXTS = st.tuples(HOSTILE, HOSTILE, HOSTILE)


def _with_texts(passages: tuple[Passage, ...], texts: list[tuple[str, str, str]]) -> tuple[Passage, ...]:
    tidy = (_tidy(passage, text) for passage, text in zip(passages, texts, strict=False))
    return tuple({one.key: one for one in tidy}.values())


_HOSTILE_PASSAGES = st.builds(_with_texts, PASSAGES, st.lists(_HOSTILE_TEXTS, min_size=3, max_size=3))


@at_most(50)
@given(_HOSTILE_PASSAGES, st.sampled_from(["", "My note.", "**Highlights**", "## Highlights\n\n> a quote"]))
def test_they_come_back_from_each_format(
    tmp_path_factory: pytest.TempPathFactory, passages: tuple[Passage, ...], note: str
) -> None:
    path = tmp_path_factory.mktemp("exports")
    one = cited(*passages, note=note)
    expected = {passage.key: passage for passage in passages}
    for name, text in (
        ("list.md", markdown([one])),
        ("note.md", obsidian_note(one) or ""),
        ("papers.json", json.dumps([public_record(one.paper, one.bookmark)])),
    ):
        found = read_again(path / name, text)
        assert {passage.key: passage for passage in found.highlights} == expected, name
        assert found.note == note


def test_an_edited_comment_of_a_note_is_imported(tmp_path: Path) -> None:
    note = obsidian_note(cited(PASSAGE)) or ""
    found = read_again(tmp_path / "note.md", note.replace("Why?", "Now I know."))
    assert [one.comment for one in found.highlights] == ["Now I know.\n\n> Because of *that*."]


# --- the library -------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path: Path) -> LibraryService:
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups", now=lambda: AT)
    library.add([plain(1)], AT)
    return LibraryService(library, lambda: AT)


def test_highlights_are_kept_commented_removed_and_undone(service: LibraryService) -> None:
    id_ = plain(1).id
    plain_one = PASSAGE._replace(comment="")
    assert service.highlight(id_, plain_one)
    assert not service.highlight(id_, plain_one), "the same passage is highlighted once"
    assert service.comment(id_, PASSAGE.key, "Why?\n")
    (kept,) = service.by_id()[id_].highlights
    assert kept == PASSAGE._replace(comment="Why?")
    assert service.annotations()[id_].highlights == (kept,)
    assert service.remove_highlight(id_, PASSAGE.key)
    assert not service.remove_highlight(id_, PASSAGE.key)
    steps = [step.what for step in service.log()]
    assert steps[:3] == [
        f"remove a highlight of {id_}", f"comment on a highlight of {id_}", f"highlight a passage of {id_}",
    ]  # fmt: skip
    service.undo()
    assert service.by_id()[id_].highlights == (kept,)
    service.undo()
    service.undo()
    assert service.by_id()[id_].highlights == ()


def test_other_fields_are_found_in_the_row_of_a_highlight(service: LibraryService) -> None:
    id_ = plain(1).id
    service.highlight(id_, PASSAGE._replace(quote='x, "added": "2020-01-01T00:00:00Z"'))
    service.tag([id_], ["todo"])
    mark = service.annotations()[id_]
    assert (mark.added, mark.tags, len(mark.highlights)) == (AT, ("todo",), 1)


def test_rows_without_highlights_are_as_before() -> None:
    bare = Bookmark(plain(1), AT)
    assert "highlights" not in row_of(bare)
    assert is_whole(row_of(bare._replace(highlights=(PASSAGE,))))
    assert not is_whole(row_of(bare) | {"highlights": "lost"})
