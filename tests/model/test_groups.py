"""Groups of followed feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.feed import FeedName, Follow, groups, members, named, outer_groups, parse_feed_name, tabs, titled
from papertui.model.group_names import group_name, group_parts, usual_group_name


def _follow(key: str, *in_groups: str, hidden: bool = False) -> Follow:
    return Follow(key, key, FeedName("author", key), hidden=hidden, groups=in_groups)


FOLLOWS = (_follow("a", "Science/Physics"), _follow("b", "AI//ML", "Science"), _follow("c"), _follow("d", "AI//ML"))


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9), min_size=1, max_size=4))
def test_titles_survive_in_the_name_of_a_group(titles: list[str]) -> None:
    titles = [title for title in titles if title.strip("/")]
    # A slash at the end of a title is followed by the slash between two titles, which no reader could tell apart.
    if titles and not any(title.startswith("/") or title.endswith("/") for title in titles):
        assert group_parts(group_name(titles)) == tuple(titles)
        assert usual_group_name(group_name(titles)) == group_name(titles)


@pytest.mark.parametrize(
    ("text", "name"),
    [(" Science / Physics ", "Science/Physics"), ("/Science/Physics", "Science/Physics"), ("AI//ML", "AI//ML"),
     ("a\tb", "a b"), ("//", ""), (" / ", ""), ("", ""), ("x\x1b[31m", "x")],
)  # fmt: skip
def test_the_usual_form_of_a_name(text: str, name: str) -> None:
    assert usual_group_name(text) == name


def test_groups_have_the_feeds_of_the_groups_inside() -> None:
    assert [name.detail for name in groups(FOLLOWS)] == ["Science", "Science/Physics", "AI//ML"]
    assert [follow.key for follow in members(FeedName("group", "Science"), FOLLOWS)] == ["a", "b"]
    assert [follow.key for follow in members(FeedName("group", "Science/Physics"), FOLLOWS)] == ["a"]
    assert members(FeedName("group", "Sci"), FOLLOWS) == ()
    assert outer_groups(FOLLOWS[1]) == (FeedName("group", "AI//ML"), FeedName("group", "Science"))
    assert titled(FeedName("group", "AI//ML")) == "AI/ML"


@pytest.mark.parametrize("text", ["group:ai/ml", "group:AI//ML", "group: AI / ML"])
def test_a_group_is_named_in_any_case_and_with_any_number_of_slashes(text: str) -> None:
    assert named(text, FOLLOWS) == FeedName("group", "AI//ML")


def test_an_unknown_group_is_an_error_that_names_the_groups() -> None:
    with pytest.raises(UsageError, match="“group:Science”, “group:Science/Physics”, “group:AI//ML”"):
        named("group:Arts", FOLLOWS)
    with pytest.raises(UsageError, match="No feed is in a group"):
        named("group:Arts", [FOLLOWS[2]])
    assert parse_feed_name("group:Arts") == FeedName("group", "Arts")


def test_a_group_has_a_tab_in_place_of_its_feeds() -> None:
    shown = [str(name) for name in tabs(FOLLOWS)]
    assert shown[5:-5] == ["group:Science", "group:AI//ML", "author:c"]
    chosen = tabs(FOLLOWS, ["group:science/physics", "daily", "b", "library"])
    assert [str(name) for name in chosen] == [
        "group:Science/Physics", "daily", "author:b", "group:Science", "group:AI//ML", "author:c", "library",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="There is no group"):
        tabs(FOLLOWS, ["group:Arts"])


@pytest.mark.parametrize("name", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f52c lab"])
def test_letters_and_signs_that_are_joined_stay_joined(name: str) -> None:
    assert usual_group_name(name) == name


def test_a_sign_of_many_parts_is_shortened() -> None:
    assert len(usual_group_name("g" + "\U0001f468\u200d" * 800)) < 20
