import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.paper import Paper
from papertui.sources.huggingface_parse import read_entries, read_entry

DAY = date(2026, 4, 30)
ENTRY: dict[str, Any] = {
    "paper": {
        "id": "2604.26951",
        "authors": [
            {"_id": "1", "name": "Ada Lovelace", "hidden": False, "status": "claimed_verified"},
            {"name": "Hidden Person", "hidden": True},
            {"name": "Emmy  Noether"},
        ],
        "publishedAt": "2026-04-29T17:59:01.000Z",
        "submittedOnDailyAt": "2026-04-30T02:30:29.084Z",
        "title": "A Title\n  in Two Lines",
        "submittedOnDailyBy": {"user": "brought", "fullname": "Somebody Else", "name": "brought"},
        "summary": "An abstract\nin two lines.",
        "upvotes": 0,
        "discussionId": "69f2d3d4fd3c4429892f12cd",
        "ai_summary": "In short.",
        "ai_keywords": ["first thing", "second thing", "first thing", " "],
        "githubRepo": "https://github.com/a/b",
        "githubStars": 12,
        "projectPage": " https://a.example/p ",
        "organization": {"name": "lab", "fullname": "The Laboratory"},
        "mediaUrls": ["https://m.example/1.mp4", "https://m.example/2.png"],
    },
    "publishedAt": "2026-04-28T20:00:00.000Z",
    "title": "Another title",
    "summary": "Another abstract.",
    "thumbnail": "https://t.example/2604.26951.png",
    "numComments": 3,
    "submittedBy": {"name": "username", "fullname": "Full Name"},
    "isAuthorParticipating": True,
    "organization": {"name": "other"},
}
PAPER = Paper(
    id="2604.26951",
    title="A Title in Two Lines",
    abstract="An abstract in two lines.",
    authors=("Ada Lovelace", "Emmy Noether"),
    published=datetime(2026, 4, 29, 17, 59, 1, tzinfo=UTC),
    featured=DAY,
    upvotes=0,
    comments=3,
    github="https://github.com/a/b",
    stars=12,
    project="https://a.example/p",
    organization="The Laboratory",
    keywords=("first thing", "second thing"),
    tldr="In short.",
    sources=("huggingface",),
    url="https://arxiv.org/abs/2604.26951",
    pdf="https://arxiv.org/pdf/2604.26951",
    thumbnail="https://t.example/2604.26951.png",
    submitter="username",
    media=("https://m.example/1.mp4", "https://m.example/2.png"),
)
LEAST = {"paper": {"id": "2604.00001", "title": "T"}}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the full entry with another value at `path`; ``...`` removes the key."""
    entry = copy.deepcopy(ENTRY)
    *way, key = path.split(".")
    place = entry
    for part in way:
        place = place[part]
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return entry


def read(value: object, day: date | None = None) -> Paper:
    paper = read_entry(value, day)
    assert paper is not None
    return paper


def test_every_fact_is_parsed() -> None:
    assert read(ENTRY) == PAPER


def test_minimal_entry() -> None:
    assert read(LEAST) == Paper(
        id="2604.00001",
        title="T",
        sources=("huggingface",),
        url="https://arxiv.org/abs/2604.00001",
        pdf="https://arxiv.org/pdf/2604.00001",
    )


def test_bare_paper_with_counts() -> None:
    bare = ENTRY["paper"] | {"numTotalModels": 3, "numTotalDatasets": 0, "numTotalSpaces": 7, "linkedModels": []}
    paper = read(bare)
    assert (paper.models, paper.datasets, paper.spaces) == (3, 0, 7)
    assert paper.published == PAPER.published
    assert paper.submitter == "brought"
    assert paper.comments is None
    assert paper.thumbnail is None


#: Fact, key, and the value if that key cannot be read although the other places can.
FACTS = [
    ("title", "paper.title", "Another title"),
    ("abstract", "paper.summary", "Another abstract."),
    ("authors", "paper.authors", ()),
    ("published", "paper.publishedAt", None),
    ("featured", "paper.submittedOnDailyAt", None),
    ("upvotes", "paper.upvotes", None),
    ("comments", "numComments", None),
    ("github", "paper.githubRepo", None),
    ("stars", "paper.githubStars", None),
    ("project", "paper.projectPage", None),
    ("organization", "paper.organization", "other"),
    ("keywords", "paper.ai_keywords", ()),
    ("tldr", "paper.ai_summary", None),
    ("thumbnail", "thumbnail", None),
    ("submitter", "submittedBy", "brought"),
    ("media", "paper.mediaUrls", ()),
]
#: Invalid for every fact.
WRONG: list[Any] = [..., None, True, False, 1.5, -1, {}, {"name": None}, [], [None, 7, {}], "", " \n", "\x00", 2**70]


@pytest.mark.parametrize(("fact", "path", "without"), FACTS)
def test_missing_null_and_wrong_types_are_absent(fact: str, path: str, without: Any) -> None:
    for value in WRONG:
        assert read(changed(path, value)) == PAPER._replace(**{fact: without}), repr(value)


@pytest.mark.parametrize("key", [key for key in ENTRY["paper"] if key not in {"id", "title"}])
def test_only_id_and_title_are_required(key: str) -> None:
    assert read(changed(f"paper.{key}", ...)).title == PAPER.title


@pytest.mark.parametrize(
    ("path", "value", "fact", "read_as"),
    [
        ("paper.title", "0", "title", "0"),
        ("paper.id", "2604.26951v3", "id", "2604.26951"),
        ("paper.authors", ["Ada", {"name": "Emmy", "hidden": "no"}, {"name": ""}, 3], "authors", ("Ada", "Emmy")),
        ("paper.publishedAt", "2026-04-29T20:00:00-05:00", "published", datetime(2026, 4, 30, 1, tzinfo=UTC)),
        ("paper.publishedAt", "2026-04-29", "published", datetime(2026, 4, 29, tzinfo=UTC)),
        ("paper.publishedAt", "2026-13-45T00:00:00Z", "published", None),
        ("paper.publishedAt", "0001-01-01T00:00:00+14:00", "published", None),
        ("paper.publishedAt", "9999-12-31T23:59:59-14:00", "published", None),
        ("paper.submittedOnDailyAt", "2026-04-30", "featured", DAY),
        ("paper.submittedOnDailyAt", "2026-04-30T23:59:59.999Z", "featured", DAY),
        ("paper.submittedOnDailyAt", "2026-04-31T00:00:00Z", "featured", None),
        ("paper.submittedOnDailyAt", "2026-04-300", "featured", None),
        ("paper.upvotes", "12", "upvotes", None),
        ("paper.upvotes", 2**53, "upvotes", None),
        ("paper.githubRepo", "javascript:alert(1)", "github", None),
        ("paper.githubRepo", "github.com/a/b", "github", None),
        ("paper.projectPage", "file:///etc/passwd", "project", None),
        ("paper.projectPage", "https://a b.example", "project", None),
        ("thumbnail", "/thumbnails/x.png", "thumbnail", None),
        ("paper.organization", {"name": "lab"}, "organization", "lab"),
        ("paper.organization", {"name": "lab", "fullname": ""}, "organization", "lab"),
        ("paper.organization", "lab", "organization", "lab"),
        ("paper.ai_keywords", ["a", 1, None, "b"], "keywords", ("a", "b")),
        ("paper.mediaUrls", "https://m.example/1.png", "media", ("https://m.example/1.png",)),
        ("paper.mediaUrls", ["/x.png", "https://m.example/1.png"], "media", ("https://m.example/1.png",)),
        ("submittedBy", {"user": "u", "fullname": "F"}, "submitter", "u"),
        ("submittedBy", {"fullname": "F"}, "submitter", "brought"),
    ],
)
def test_odd_values_are_parsed(path: str, value: Any, fact: str, read_as: Any) -> None:
    assert getattr(read(changed(path, value)), fact) == read_as


def test_media_before_june_2024() -> None:
    assert read(LEAST | {"mediaUrl": "https://m.example/1.mp4"}).media == ("https://m.example/1.mp4",)


def test_facts_beside_the_paper() -> None:
    flat = {key: value for key, value in ENTRY["paper"].items() if key not in {"id", "authors", "publishedAt"}}
    paper = read({"paper": {"id": "2604.26951"}} | flat | {"numComments": 3})
    assert (paper.title, paper.tldr, paper.stars, paper.featured) == (PAPER.title, PAPER.tldr, PAPER.stars, DAY)


def test_entry_date_is_not_the_paper_date() -> None:
    assert read(changed("paper.publishedAt", ...)).published is None


def test_requested_day_replaces_only_a_missing_one() -> None:
    asked = date(2025, 1, 2)
    assert read(LEAST, asked).featured == asked
    assert read(ENTRY, asked).featured == DAY


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "2604.26951",
        7,
        {},
        {"paper": None},
        {"paper": [], "title": "T"},
        {"paper": {"title": "T"}},
        {"paper": {"id": "2604.00001"}},
        {"paper": {"id": "2604.00001", "title": " \n"}},
        {"paper": {"id": "2604.00001", "title": 7}},
        {"paper": {"id": 2604.00001, "title": "T"}},
        {"paper": {"id": "../../etc/passwd", "title": "T"}},
        {"paper": {"id": "2604.00001?x", "title": "T"}},
    ],
    ids=repr,
)
def test_unreadable_entry_is_counted_and_hides_no_other(bad: object) -> None:
    assert read_entry(bad) is None
    entries = read_entries([ENTRY, bad, LEAST, bad])
    assert [paper.id for paper in entries.papers] == ["2604.26951", "2604.00001"]
    assert entries.skipped == 2


def test_long_values_are_truncated_first() -> None:
    names = [{"name": f"Author {number}"} for number in range(9_000)]
    long = {"title": "word " * 2_000_000, "summary": "$x$ " * 2_000_000, "authors": names, "ai_keywords": ["k"] * 9_000}
    paper = read_entry({"paper": {"id": "2604.00001"} | long})
    assert paper is not None
    assert len(paper.title) <= 2_000
    assert len(paper.abstract) <= 50_000
    assert len(paper.authors) == 5_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["2604.26951", "2026-04-30T00:00:00Z", "https://a.example", "\ud800", "\x1b[2J"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["name", "user", "hidden", "id", "title", "paper"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(json_values, max_size=5), st.lists(json_values, max_size=5))
def test_no_entries_hide_a_valid_one(before: list[object], after: list[object]) -> None:
    entries = read_entries([*before, ENTRY, *after])
    assert PAPER in entries.papers
    assert len(entries.papers) + entries.skipped == len(before) + 1 + len(after)


@given(st.data())
def test_any_value_leaves_the_rest_readable(data: st.DataObject) -> None:
    inside = data.draw(st.booleans())
    holder = ENTRY["paper"] if inside else ENTRY
    keys = sorted(key for key in holder if key not in {"id", "title", "paper"})
    changes = data.draw(st.dictionaries(st.sampled_from(keys), json_values))
    entry = ENTRY | {"paper": ENTRY["paper"] | changes} if inside else ENTRY | changes
    paper = read(entry)
    assert (paper.id, paper.title) == (PAPER.id, PAPER.title)
    for number in (paper.upvotes, paper.comments, paper.stars):
        assert number is None or (type(number) is int and number >= 0)
    for url in (paper.github, paper.project, paper.thumbnail, *paper.media):
        assert url is None or url.startswith(("http://", "https://"))
    for words in (paper.abstract, paper.tldr, paper.organization, paper.submitter, *paper.authors, *paper.keywords):
        assert words is None or words.encode() is not None
        assert words is None or "\x1b" not in words
