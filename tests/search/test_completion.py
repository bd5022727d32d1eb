"""The list of completions of the search line."""

import pytest

from kit.papers import plain
from papertui.search.completion import Completion, CompletionValues, completions, last_names
from papertui.search.index import index_over

KNOWN = CompletionValues(
    tags=("idea", "todo"),
    authors=("Chen", "Wang"),
    numbers={"tag": {"idea": 1, "todo": 7}, "author": {"Chen": 2, "Wang": 1}, "cat": {"cs.CV": 9}},
    more_authors=lambda begun: {name: 40 for name in ("chen", "cheng") if name.startswith(begun.lower())},
    collections={"Thesis": "tag:todo rating:4"},
    past=("attention heads", "tag:todo", "author:chen"),
)


def _labels(text: str, known: CompletionValues = KNOWN, most: int = 8) -> list[str]:
    return [one.label for one in completions(text, known, most)]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("aut", ["author:", "author:chen"]),
        ("at", []),  # too few letters
        ("graph aut", ["author:"]),
        ("-aut", ["author:"]),
        ("cate", ["cat:"]),  # an alias
        ("tag:", ["todo", "idea"]),  # the most frequent first
        ("tag:i", ["idea"]),
        ("tag:idea", []),
        ("is:", ["new", "unread", "read"]),
        ("since:", ["7d", "30d", "yesterday", "today"]),
        ("votes:", [">20", ">100"]),
        ("author:ch", ["Cheng", "Chen"]),  # of everything stored as well
        ("cat:cs.C", ["cs.CV"]),
        ("the", ["Thesis"]),
        ("atte", ["attention heads"]),
        ("attention ", ["attention heads"]),
        ("nokey:x", []),
    ],
)
def test_what_is_offered(text: str, labels: list[str]) -> None:
    assert _labels(text)[: max(1, len(labels))] == labels


def test_an_empty_line_offers_past_searches_and_keys() -> None:
    assert _labels("")[:4] == ["attention heads", "tag:todo", "author:chen", "author:"]
    assert len(_labels("", most=3)) == 3


def test_a_line_keeps_what_stands_before() -> None:
    assert completions("graph -tag:t", KNOWN, 8)[0] == Completion("graph -tag:todo", "todo", "value", "", 7)
    assert completions("cat:cs.CL,cs.CV", KNOWN, 8) == []
    assert completions("cat:cs.CL,cs.C", KNOWN, 1)[0].line == "cat:cs.CL,cs.CV"
    assert completions("the", KNOWN, 8)[0].line == "tag:todo rating:4"


def test_last_names_are_counted() -> None:
    papers = [plain(1)._replace(authors=("Wei Chen", "Li Wang")), plain(2)._replace(authors=("A Chen",))]
    assert last_names(papers) == {"Chen": 2, "Wang": 1}


def test_an_index_names_authors() -> None:
    papers = [plain(number)._replace(authors=("Émile Borel", "Wei Chen")) for number in range(3)]
    index = index_over([*papers, plain(4)._replace(authors=("Bora Cheng",), title="Chess")])
    assert index.words_in("authors", "che", 5) == {"chen": 3, "cheng": 1}
    assert index.words_in("authors", "Ém", 5) == {"emile": 3}
    assert index.words_in("authors", "bor", 1) == {"borel": 3}
    assert index.words_in("authors", "zzz", 5) == {}
