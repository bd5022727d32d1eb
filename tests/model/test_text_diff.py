from papertui.model.document import Document, DocumentPart
from papertui.model.text_diff import Piece, changed_paragraphs, changed_words, marked

WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"


def document(*parts: DocumentPart) -> Document:
    return Document("A paper", parts)


def heading(mark: str, text: str) -> DocumentPart:
    return DocumentPart("heading", text, 1, mark)


def text(words: str) -> DocumentPart:
    return DocumentPart("text", words)


def test_words_that_were_added_and_removed() -> None:
    assert changed_words("a small model", "a large model") == (
        Piece("same", "a"),
        Piece("removed", "small"),
        Piece("added", "large"),
        Piece("same", "model"),
    )
    assert marked(changed_words("We use it.", "We use it twice.")) == "We use [-it.-] {+it twice.+}"


def test_equal_texts_and_other_white_space_are_no_change() -> None:
    assert changed_words("a model  of\nit", "a model of it") == ()
    assert changed_paragraphs(document(text("a b")), document(text("a b"))) == ()


def test_another_number_of_a_citation_is_no_change() -> None:
    before = document(text("As shown before [3, 4], it works."), text("Nothing."))
    after = document(text("As shown before [5,6], it works."), text("Nothing."))
    assert changed_paragraphs(before, after) == ()
    assert marked(changed_words("It is 78 ([3, 4]).", "It is 79 ([5]).")) == "It is [-78-] {+79+} ([5])."


def test_only_changed_paragraphs_with_a_little_context_and_their_section() -> None:
    before = document(heading("1", "Introduction"), text("Same."), heading("2", "Method"), text(f"{WORDS} old {WORDS}"))
    after = document(heading("1", "Introduction"), text("Same."), heading("2", "Method"), text(f"{WORDS} new {WORDS}"))
    (change,) = changed_paragraphs(before, after)
    assert (change.section, change.what) == ("2 Method", "changed")
    assert marked(change.pieces) == (
        "… seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen [-old-] {+new+} "
        "one two three four five six seven eight nine ten …"
    )


def test_paragraphs_are_paired_by_their_words() -> None:
    before = document(text("The first one is about apples and pears."), text("The last one is about bread and wine."))
    after = document(
        text("A new one comes in front."),
        text("The first one is about apples and plums."),
        text("The last one is about bread and cheese."),
    )
    changes = changed_paragraphs(before, after)
    assert [change.what for change in changes] == ["added", "changed", "changed"]
    assert marked(changes[1].pieces).endswith("[-pears.-] {+plums.+}")


def test_removed_sections_and_rows_of_tables() -> None:
    before = document(heading("A", "Limits"), text("We have none."), DocumentPart("table", "a  1\nb  2"))
    after = document(DocumentPart("table", "a  1\nb  3"))
    changes = changed_paragraphs(before, after)
    assert [(change.section, change.kind, change.what) for change in changes] == [
        ("A Limits", "heading", "removed"),
        ("A Limits", "text", "removed"),
        ("", "table", "changed"),
    ]
    assert marked(changes[2].pieces) == "b [-2-] {+3+}"


def test_long_texts_of_which_nothing_is_alike() -> None:
    before = document(*(text(f"old {number}") for number in range(300)))
    after = document(*(text(f"new{number} word") for number in range(301)))
    changes = changed_paragraphs(before, after)
    assert sum(change.what == "removed" for change in changes) == 300
    assert sum(change.what == "added" for change in changes) == 301


def test_repeated_words_and_lines_take_no_more_time_than_others() -> None:
    # difflib alone needs minutes for each of these.
    assert marked(changed_words("start " + "a " * 5000 + "end", "start " + "b a " * 5000 + "end")).startswith(
        "start [-a a"
    )
    before = document(DocumentPart("code", "\n".join(["0 0 0"] * 9000)), text("The end."))
    after = document(DocumentPart("code", "\n".join(["0 0 0", "1 1 1"] * 4500)), text("The end."))
    changes = changed_paragraphs(before, after)
    assert {change.kind for change in changes} == {"code"}
    assert all(change.pieces for change in changes)


def test_equal_beginnings_and_ends_are_kept_together() -> None:
    assert marked(changed_words("a a a", "a a a a")) == "a a a {+a+}"
    assert marked(changed_words("", "new words")) == "{+new words+}"
    assert marked(changed_words("x b c", "b c")) == "[-x-] b c"
