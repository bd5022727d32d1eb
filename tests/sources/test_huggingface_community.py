"""The discussion of a paper and what cites it, in the documented shape and in odd ones."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.discussions import comment, detail, reply, repo
from kit.properties import at_most
from kit.web import Reply, Web, as_json
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.community import Comment, Community, HubUser, community_from_json, community_json
from papertui.sources.huggingface import HuggingFace
from papertui.sources.huggingface_community import comment_text, read_community

HUB = "https://hub.example"


def texts(community: Community) -> list[tuple[int, str]]:
    """Return depth and text of each comment."""
    return [(one.depth, written(one)) for one in community.comments]


def written(one: Comment) -> str:
    return " | ".join(part.text for part in one.text.parts)


async def fetched(*replies: Reply) -> tuple[Community, Web]:
    web = Web(*replies)
    async with web.client() as client:
        return await HuggingFace(client, HUB).community("2604.00001v2"), web


async def test_one_request_is_enough_when_it_has_everything() -> None:
    community, web = await fetched(as_json(detail()))
    assert web.urls == [f"{HUB}/api/papers/2604.00001?field=comments"]
    assert community.submitter == HubUser("lichen", "Li Chen")
    assert [(one.kind, one.id, one.likes, one.downloads) for one in community.repos] == [
        ("model", "lab/large", 1, 4000),
        ("model", "lab/small", 3, 17),
        ("space", "lab/demo", 9, None),
    ]
    assert texts(community) == [(0, "See the code (https://github.com/a/b)."), (1, "Thanks.")]
    first = community.comments[0]
    assert (first.author, first.at) == (HubUser("ada", "Ada Reader"), datetime(2026, 4, 30, 9, tzinfo=UTC))


async def test_all_repositories_are_asked_for_when_some_are_missing() -> None:
    every = {"models": [repo(f"lab/m{n}", n, n) for n in range(120)], "datasets": [repo("lab/d")], "spaces": []}
    community, web = await fetched(as_json(detail(numTotalModels=120)), as_json(every))
    assert web.urls[1:] == [f"{HUB}/api/arxiv/2604.00001/repos"]
    models, total = community.of_kind("model")
    assert ([one.id for one in models[:2]], len(models), total) == (["lab/m119", "lab/m118"], 50, 120)
    assert [one.id for one in community.of_kind("dataset")[0]] == ["lab/d"]


@pytest.mark.parametrize("refusal", [as_json({"error": "Not Found"}, 404), as_json([]), as_json({"models": 3})])
async def test_without_the_list_of_repositories_those_of_the_paper_are_shown(refusal: httpx.Response) -> None:
    community, _ = await fetched(as_json(detail(numTotalModels=12)), refusal)
    models, total = community.of_kind("model")
    assert ([one.id for one in models], total) == (["lab/large", "lab/small"], 12)
    assert len(community.comments) == 2


async def test_an_unknown_paper_and_a_failure_are_errors() -> None:
    with pytest.raises(PaperNotFoundError):
        await fetched(as_json({"error": "no"}, 404))
    with pytest.raises(SourceError, match="status 403"):
        await fetched(as_json({}, 403))


# --- comments ----------------------------------------------------------------------------------------


def test_replies_follow_their_comment_by_age_however_they_come() -> None:
    flat = [reply("r2", "a", "second", hour=12), comment("b", "later", hour=11), comment("a", "first", hour=8),
            reply("r1", "a", "one", hour=10), reply("rr", "r1", "deep", hour=13)]  # fmt: skip
    wanted = [(0, "first"), (1, "one"), (2, "deep"), (1, "second"), (0, "later")]
    assert texts(read_community({"comments": flat})) == wanted
    one = comment("r1", "one", hour=10, replies=[comment("rr", "deep", hour=13)])
    nested = [comment("b", "later", hour=11), comment("a", "first", hour=8, replies=[flat[0], one])]
    assert texts(read_community({"comments": nested})) == wanted


def test_replies_in_a_circle_or_to_nobody_are_no_trap() -> None:
    circle = [reply("a", "b"), reply("b", "a"), reply("c", "c", "own"), reply("d", "gone", "orphan")]
    assert texts(read_community({"comments": circle})) == [(0, "own"), (0, "orphan")]


def test_hidden_comments_leave_only_a_place_for_their_replies() -> None:
    gone, empty = comment("a"), comment("b")
    gone["data"] = {"hidden": True}
    empty["data"] = {"hidden": True, "latest": {"raw": "secret"}}
    status = comment("s", type="status-change")
    assert texts(read_community({"comments": [gone, empty, status, reply("c", "a")]})) == [
        (0, "(hidden)"),
        (1, "Thanks."),
    ]


@pytest.mark.parametrize(
    "odd", [None, 3, "x", [], {}, {"data": 3}, {"data": {"latest": "x"}}, {"data": {"latest": {}}}]
)
def test_an_odd_comment_does_not_hide_the_others(odd: object) -> None:
    assert texts(read_community({"comments": [odd, comment("a", "here")]})) == [(0, "here")]


def test_missing_facts_of_a_comment_are_absent() -> None:
    found = read_community({"comments": [{"data": {"latest": {"raw": "Hi"}}, "author": 3, "createdAt": "soon"}]})
    assert (found.comments[0].author, found.comments[0].at) == (HubUser("unknown"), None)


def test_comments_are_bounded() -> None:
    many = read_community({"comments": [comment(str(number)) for number in range(2000)]})
    assert len(many.comments) == 300
    deep: dict[str, Any] = comment("x0")
    for number in range(1, 200):
        deep = comment(f"x{number}", replies=[deep])
    assert max(one.depth for one in read_community({"comments": [deep]}).comments) == 3
    long = comment_text("word " * 100_000)
    assert long.parts[-1].text == "The rest of this comment is left out."
    assert sum(len(part.text) for part in long.parts) < 21_000


@pytest.mark.parametrize(
    ("markdown", "parts"),
    [
        ("One\ntwo\n\nthree", [("text", "One two"), ("text", "three")]),
        ("# Big\nwords", [("heading", "Big"), ("text", "words")]),
        ("- a\n- b", [("item", "a"), ("item", "b")]),
        ("> said\n\nno", [("quote", "said"), ("text", "no")]),
        ("```\n[a](https://b.example)\n  x\n```", [("code", "[a](https://b.example)\n  x")]),
        ("<https://a.example/b>", [("text", "https://a.example/b")]),
        ("Title: not a preface", [("text", "Title: not a preface")]),
        ("[https://a.example](https://a.example)", [("text", "https://a.example")]),
        ("we use $\\alpha$", [("text", "we use α")]),
        ("<b>bold</b> [red]no markup[/red]", [("text", "bold [red]no markup[/red]")]),
        ("", [("text", "(no text)")]),
        ("<img src=x>", [("text", "<img src=x>")]),
        ("a\x1b[31mb\x07\u202ec", [("text", "abc")]),
    ],
)
def test_the_markdown_of_a_comment_becomes_safe_parts(markdown: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.kind, part.text) for part in comment_text(markdown).parts] == parts


# --- repositories and anything else ------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd", [None, 3, {}, {"id": 3}, {"id": "a b"}, {"id": "../../x/y"}, {"id": "a/b", "private": True}]
)
def test_an_odd_repository_does_not_hide_the_others(odd: object) -> None:
    found = read_community({"linkedModels": [odd, repo("lab/m"), repo("lab/m")]})
    assert [one.id for one in found.repos] == ["lab/m"]


def test_addresses_of_repositories_lead_to_their_pages() -> None:
    facts = {"linkedModels": [repo("a/m")], "linkedDatasets": [repo("a/d")], "linkedSpaces": [repo("a/s")]}
    assert [one.url for one in read_community(facts).repos] == [
        "https://huggingface.co/a/m", "https://huggingface.co/datasets/a/d", "https://huggingface.co/spaces/a/s",
    ]  # fmt: skip


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["comments", "id", "data", "latest", "raw", "replies", "linkedModels", "author", "name", "type",
                         "createdAt", "submittedOnDailyBy", "numTotalModels", "models"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@at_most(150)
@given(_JSON, _JSON)
def test_nothing_in_a_response_is_a_trap_and_everything_read_can_be_stored(facts: object, repos: object) -> None:
    community = read_community(facts, repos)
    assert community_from_json(community_json(community)) == community


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"submitter":null,"comments":[3],"repos":[],"totals":[0,0,0]}'])
def test_a_damaged_store_is_refused(damaged: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence
        community_from_json(damaged)
