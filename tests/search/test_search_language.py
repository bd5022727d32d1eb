"""The query language: words, phrases, fields, filters; no input is an error."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.search.completion import CompletionValues, complete
from papertui.search.language import KEYS, Filter, describe, help_lines, key_named
from papertui.search.query import Phrase, parse

TODAY = date(2026, 4, 30)


def _filters(text: str) -> tuple[Filter, ...]:
    return parse(text, TODAY).filters


@pytest.mark.parametrize(
    ("text", "words", "fields"),
    [
        ("author:chen sparse", ("chen", "sparse"), ("authors", "")),
        ("AU:Chen", ("chen",), ("authors",)),
        ("title:pre-training", ("pre", "training"), ("title", "title")),
        ("abs:ablation kw:agents", ("ablation", "agents"), ("abstract", "keywords")),
        ("org:deepmind", ("deepmind",), ("organization",)),
        ("TIDE: Cross", ("tide", "cross"), ("", "")),
        ("foo:bar", ("foo", "bar"), ("", "")),
        ("12:30", ("12", "30"), ("", "")),
        ("https://example.org/a", ("https", "example", "org", "a"), ("", "", "", "")),
        ("pre-training gpt-", ("pre", "training", "gpt"), ("", "", "")),
        ("sparse -", ("sparse",), ("",)),
        ("a -b", ("a",), ("",)),
        ("- b", ("b",), ("",)),
        ("chen author:chen", ("chen", "chen"), ("", "authors")),
    ],
)  # fmt: skip
def test_words_and_their_fields(text: str, words: tuple[str, ...], fields: tuple[str, ...]) -> None:
    asked = parse(text)
    assert (asked.words, asked.fields) == (words, fields)
    assert not asked.filters


@pytest.mark.parametrize(
    "text",
    ["2604.26951", "arXiv:2604.26951 [cs.CL]", "[2604.26951]", "2604.26951v3.pdf", "arXiv.2604.26951",
     "arxiv 2604.26951", " https://arxiv.org/pdf/2604.26951v2#page=2\n",
     "<https://hf-mirror.com/papers/2604.26951>", "2604.26951\ufeff",
     '"2604.26951"', "https://www.alphaxiv.org/overview/2604.26951 2604.26951v1", "doi: 10.48550/arXiv.2604.26951."],
)  # fmt: skip
def test_a_pasted_id_is_that_one_id(text: str) -> None:
    asked = parse(text)
    assert (asked.words, asked.named) == (("2604.26951",), "2604.26951")
    assert not asked.problems


def test_one_id_among_words_names_a_paper() -> None:
    asked = parse("tide https://arxiv.org/abs/2604.26951v1 is:unread difus")
    assert asked.named == "2604.26951"
    assert asked.words == ("tide", "difus")
    assert asked.typing
    assert [filter_.key for filter_ in asked.filters] == ["is"]
    alone = parse("https://arxiv.org/abs/2604.26951v1 is:unread")
    assert (alone.words, alone.named) == (("2604.26951",), "2604.26951")


@pytest.mark.parametrize(
    "text",
    ["2604.26951 2604.26952", "id:2604.26951", "-2604.26951 tide", "-https://arxiv.org/abs/2604.26951",
     "note:2604.26951", "2023.12345 words", "2604.2695", "12:30", "gpt-4.1204"],
)  # fmt: skip
def test_no_paper_is_named(text: str) -> None:
    assert not parse(text).named


def test_phrases_are_exact_and_may_be_incomplete() -> None:
    asked = parse('"mixture of experts" moe')
    assert asked.phrases == (Phrase(("mixture", "of", "experts")),)
    assert asked.exact == (True, True, True, False)
    assert asked.typing
    typing = parse('"mixture of exp')
    assert (typing.phrases, typing.exact, typing.typing) == ((), (True, True, False), True)
    assert parse('author:"Li Chen" x').phrases == (Phrase(("li", "chen"), "authors"),)
    assert parse('"one" x').phrases == ()
    assert parse('"one" x').exact == (True, False)
    assert parse('""').is_empty


def test_exclusions() -> None:
    asked = parse('-survey -"two words" -author:chen agents ')
    assert asked.without == (Phrase(("survey",)), Phrase(("two", "words")), Phrase(("chen",), "authors"))
    assert asked.words == ("agents",)
    assert asked.plain == "agents"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cat:cs.CL", Filter("cat", "=", ("cs.CL",))),
        ("cat:cs.CL,cs.LG", Filter("cat", "=", ("cs.CL", "cs.LG"))),
        ("-cat:cs.CV", Filter("cat", "=", ("cs.CV",), negated=True)),
        ("is:Unread", Filter("is", "=", ("unread",))),
        ("is:starred", Filter("is", "=", ("bookmarked",))),
        ("has:github", Filter("has", "=", ("code",))),
        ("votes:20", Filter("votes", ">=", (20,))),
        ("votes:>20", Filter("votes", ">", (20,))),
        ("votes:<=20", Filter("votes", "<=", (20,))),
        ("votes:=20", Filter("votes", "=", (20,))),
        ("stars:20..50", Filter("stars", "..", (20, 50))),
        ("since:2026", Filter("since", ">=", date(2026, 1, 1))),
        ("since:2026-03", Filter("since", ">=", date(2026, 3, 1))),
        ("since:2026-3-5", Filter("since", ">=", date(2026, 3, 5))),
        ("since:7d", Filter("since", ">=", TODAY - timedelta(days=7))),
        ("since:yesterday", Filter("since", ">=", date(2026, 4, 29))),
        ("until:2026-02", Filter("until", "<=", date(2026, 2, 28))),
        ("until:2026", Filter("until", "<=", date(2026, 12, 31))),
        ("source:arxiv", Filter("source", "=", ("arxiv",))),
        ("tag:todo", Filter("tag", "=", ("todo",))),
    ],
)
def test_filters(text: str, found: Filter) -> None:
    asked = parse(f"{text} x", TODAY)
    assert asked.filters == (found,)
    assert asked.words == ("x",)
    assert not asked.problems
    assert describe(asked.filters)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("is:redd", "is:unread, is:read or is:bookmarked"),
        ("has:x", "has:code"),
        ("votes:many", "votes:>20"),
        ("since:soon", "since:2026-03"),
        ("since:2026-02-30", "since:2026-03"),
        ("auther:chen", "author:"),
        ("vote:20", "votes:"),
    ],
)
def test_invalid_filter_is_explained_and_ignored(text: str, allowed: str) -> None:
    asked = parse(f"agents {text} x", TODAY)
    (problem,) = asked.problems
    assert allowed in problem.sentence
    assert f"agents {text} x"[problem.start : problem.end] == text
    assert not asked.filters
    assert "agents" in asked.words


@pytest.mark.parametrize(
    "text",
    [
        "is:", "is:re", "votes:", "votes:>", "votes:20..", "since:2026-", "since:20", "since:2026-0",
        "since:2026-02-0", "until:2026-12-", "since:yes", "cat:", "author:", "has:c", "year:", "year:20", "year:>",
        "year:2015..20", "like:", "like:26", "-is:", "rating:", "votes:50..2",
    ],
)  # fmt: skip
def test_incomplete_input_is_explained_as_such_and_ignored(text: str) -> None:
    asked = parse(f"agents {text}", TODAY)
    assert asked.words == ("agents",)
    assert not asked.filters
    (problem,) = asked.problems
    assert problem.unfinished
    # Followed by a blank, nothing more is to come.
    (problem,) = parse(f"agents {text} ", TODAY).problems
    assert not problem.unfinished


@pytest.mark.parametrize(
    "text",
    [
        "since:2026-13", "since:2026-00", "until:2026-02-31", "until:2026-02-30", "since:2026-04-31", "since:2026-1-32",
        "since:tomorrow", "since:7x", "since:20266", "since:2026-02-031", "is:xyz", "is:read,xyz",
        "state:done", "has:pdf", "votes:abc", "votes:-5", "votes:1e3", "stars:many", "comments:5,6", "rating:0",
        "rating:9", "rating:>7", "year:20177", "year:2017-2015", "year:soon", "year:<", "vote:20", "auther:chen",
    ],
)  # fmt: skip
def test_wrong_values_are_wrong_also_at_the_end(text: str) -> None:
    (problem,) = parse(text, TODAY).problems
    assert problem.unfinished is (text == "year:<")
    assert problem.sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("year:2017", (2017, 2017)),
        ("year:=2017", (2017, 2017)),
        ("year:2015..2017", (2015, 2017)),
        ("year:2015-2017", (2015, 2017)),
        ("year:>2015", (2016, 9999)),
        ("year:>=2015", (2015, 9999)),
        ("year:<2015", (1, 2014)),
        ("year:<=2015", (1, 2015)),
        ("-year:2017", (2017, 2017)),
    ],
)
def test_years(text: str, years: tuple[int, int]) -> None:
    (one,) = _filters(text)
    assert (one.numbers, one.negated) == (years, text.startswith("-"))
    assert describe([one])


def test_names_at_the_end_may_be_incomplete_only_while_typing() -> None:
    assert not parse("cat:cs.C", TODAY).filters[0].typing
    assert parse("cat:cs.C", TODAY, typing=True).filters[0].typing
    assert not parse("cat:cs.C ", TODAY, typing=True).filters[0].typing
    assert not parse('tag:"to" x', TODAY, typing=True).filters[0].typing


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("R", ("r",), (True,)),
        ("r", ("r",), (False,)),
        ("R package", ("r", "package"), (True, False)),
        ("vitamin d deficiency", ("vitamin", "d", "deficiency"), (False, True, False)),
        ("deep r", ("deep", "r"), (False, False)),
        ("C++", ("c++",), (False,)),
        ("图", ("图",), (False,)),
    ],
)
def test_single_letters_are_words_if_they_are_complete(
    text: str, words: tuple[str, ...], whole: tuple[bool, ...]
) -> None:
    asked = parse(text)
    assert (asked.words, asked.whole) == (words, whole)


def test_words_with_hyphens() -> None:
    assert parse("k-means").words == ("kmeans",)
    assert parse("k-means").parts == (("k", "means"),)
    assert parse("pre-training").words == ("pre", "training")
    assert parse('"k-means clustering"').phrases == (Phrase(("k", "means", "clustering")),)
    assert parse("-k-means x").without == (Phrase(("k", "means")),)
    assert parse("title:GPT-4").words == ("gpt4",)


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    asked = parse(text, TODAY)
    assert len(asked.words) == len(asked.fields) == len(asked.exact)
    for problem in asked.problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.sentence.endswith((".", "?"))
    assert isinstance(describe(asked.filters), str)


_PIECES = st.sampled_from(
    [
        "agents",
        '"',
        '"a b"',
        "-x",
        "-",
        "cat:",
        "cat:cs.CL",
        "votes:",
        ">3",
        "is:read",
        "since:1d",
        ":",
        "author:",
        "\n",
        "é",
        "扩散",
    ]
)


@given(st.lists(_PIECES, max_size=8), st.sampled_from(["", " "]))
def test_any_combination_of_parts_is_a_query(pieces: list[str], between: str) -> None:
    asked = parse(between.join(pieces), TODAY)
    assert len(asked.words) == len(asked.fields) == len(asked.exact)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("aut", "author:"),
        ("sparse aut", "sparse author:"),
        ("au", None),
        ("autoencoder", None),
        ("is:un", "is:unread"),
        ("is:", None),
        ("-is:r", "-is:read"),
        ("cat:cs.c", "cat:cs.cC"),
        ("cat:cs.CL,stat.M", "cat:cs.CL,stat.ME"),
        ("has:n", "has:note"),
        ("tag:to", "tag:todo"),
        ("author:ch", "author:chen"),
        ("author:", None),
        ("since:7", "since:7d"),
        ("source:hug", "source:huggingface"),
        ("is:unread ", None),
        ("nokey:x", None),
        ("is:unread", None),
    ],
)
def test_completion(text: str, becomes: str | None) -> None:
    assert complete(text, CompletionValues(tags=("todo",), authors=("Wang", "Chen"))) == becomes


@given(st.text())
def test_completion_only_adds(text: str) -> None:
    made = complete(text, CompletionValues())
    assert made is None or (made.startswith(text) and len(made) > len(text))


def test_keys_have_working_aliases_and_examples() -> None:
    for key in KEYS:
        assert all(key_named(name) is key for name in (key.name, *key.aliases))
        asked = parse(f"{key.example} ", TODAY)
        assert not asked.problems
        assert asked.filters or asked.fields[0] == key.field
    assert len(help_lines()) > len(KEYS)
