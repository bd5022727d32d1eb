import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.bookmark import TagEdit, begun, read_tags


@pytest.mark.parametrize(
    ("line", "add", "remove"),
    [
        ("todo", ("todo",), ()),
        ("+todo -old new", ("todo", "new"), ("old",)),
        ("to read, -old school", ("to read",), ("old school",)),
        ("a,b", ("a", "b"), ()),
        ("-a +a", (), ("a",)),
        ("a A", ("a",), ()),
        (" + - , ", (), ()),
        ("", (), ()),
    ],
)
def test_tags_to_add_and_remove(line: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    assert read_tags(line) == TagEdit(add, remove)
    assert bool(read_tags(line)) is bool(add or remove)


@pytest.mark.parametrize(
    ("line", "before", "part"),
    [("", "", ""), ("to", "", "to"), ("+to", "+", "to"), ("a -ol", "a -", "ol"), ("to read, no", "to read, ", "no"),
     ("a ", "a ", "")],
)  # fmt: skip
def test_the_tag_that_is_being_typed(line: str, before: str, part: str) -> None:
    assert begun(line) == (before, part)


@given(st.text(max_size=60))
def test_any_line_can_be_parsed(line: str) -> None:
    wish = read_tags(line)
    assert "".join(begun(line)) == line
    assert not {tag.casefold() for tag in wish.add} & {tag.casefold() for tag in wish.remove}
    for tag in (*wish.add, *wish.remove):
        assert tag.strip() == tag
        assert "," not in tag
        assert "\n" not in tag
