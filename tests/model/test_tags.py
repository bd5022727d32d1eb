"""Tags."""

from hypothesis import given
from hypothesis import strategies as st

from papertui.model.bookmark import in_use, renamed, tag_counts, tags_of, with_tags

_TAGS = st.lists(st.text(min_size=1, max_size=6), max_size=5).map(tags_of)


def test_typed_text_becomes_tags() -> None:
    assert tags_of(["+todo", " to  cite ", "a,b", "--old", "TODO", "", "+", "x\ny"]) == (
        "todo", "to cite", "a", "b", "old", "x y",
    )  # fmt: skip


def test_tags_contain_no_control_characters() -> None:
    assert tags_of(["\x1b[31mred\x07"]) == ("red",)


def test_tags_ignore_case() -> None:
    assert with_tags(("NLP", "old"), ["nlp", "new"], ["OLD"]) == ("NLP", "new")
    assert renamed(("a", "Todo", "b"), "todo", "to-read") == ("a", "to-read", "b")
    assert renamed(("to-read", "todo"), "todo", "to-read") == ("to-read",)
    assert renamed(("nlp",), "nlp", "NLP") == ("NLP",)
    assert renamed(("a",), "b", "c") == ("a",)
    assert tag_counts([("NLP", "a"), ("nlp",), ("NLP",)]) == {"NLP": 3, "a": 1}
    assert tuple(in_use(["nlp", "x"], ["NLP"])) == ("NLP", "x")


@given(_TAGS, _TAGS, _TAGS)
def test_adding_and_removing(tags: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    made = with_tags(tags, add, remove)
    assert with_tags(made, add, ()) == made
    folded = [tag.casefold() for tag in made]
    assert len(set(folded)) == len(folded)
    assert {tag.casefold() for tag in add} <= set(folded)
    assert tags_of(made) == made
