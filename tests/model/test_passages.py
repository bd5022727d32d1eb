"""Highlighted passages: taken from a text, found again in another version, merged, taken back."""

import pytest
from hypothesis import given

from kit.passages import AT, PASSAGES
from papertui.model.passages import (
    Passage,
    PassageRange,
    PassageText,
    joined_passages,
    merged_passages,
    restored_passages,
)
from papertui.model.record import highlights_from_record, highlights_record

TEXT = (
    "1 Introduction",
    "Attention is all we need. It is fast, and it is simple [3]. Nobody has measured it at this scale.",
    "",
    "2 Method",
    "We train on 4,096 chips. It is fast, and it is simple [3]. The loss falls for 40 days.",
    "Attention is costly for long texts.",
)
PARTS = ("S1", "S1.p1", "", "S2", "S2.p1", "S2.p2")


def passage_of(words: str, text: tuple[str, ...] = TEXT, *, skip: int = 0) -> tuple[Passage, PassageRange]:
    """Return the passage with some words of one paragraph, that in the later paragraph with `skip`."""
    paragraph = [number for number, one in enumerate(text) if words in one][skip]
    start = text[paragraph].index(words)
    where = PassageRange(paragraph, start, paragraph, start + len(words))
    return PassageText(text, PARTS).passage(where, "2 Method", AT), where


def test_a_passage_knows_its_place_and_the_words_around_it() -> None:
    passage, _ = passage_of("We train on 4,096 chips.")
    assert (passage.part, passage.section) == ("S2.p1", "2 Method")
    assert passage.before == "it at this scale 2 Method"
    assert passage.after == "It is fast and it is"
    assert 0.4 < passage.place < 0.6


@pytest.mark.parametrize("skip", [0, 1])
def test_of_equal_words_those_between_the_same_words_are_found(skip: int) -> None:
    passage, where = passage_of("It is fast, and it is simple [3].", skip=skip)
    assert PassageText(TEXT, PARTS).find(passage) == where
    moved = ("0 Preface", "A new first section.", *TEXT)
    assert PassageText(moved, ("", "", *PARTS)).find(passage) == where._replace(
        first=where.first + 2, last=where.last + 2
    )


def test_a_passage_of_several_paragraphs_is_found() -> None:
    text = PassageText(TEXT, PARTS)
    where = PassageRange(3, 2, 5, 9)
    passage = text.passage(where, "2 Method", AT)
    assert passage.quote.split("\n")[0] == "Method"
    assert passage.quote.endswith("40 days.\nAttention")
    assert text.find(passage) == where


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("Chips train. It is\u00a0fast, and it is simple (3). The loss.", "It is\u00a0fast, and it is simple (3)"),
        ("Chips train. It is fast, and above all it is simple [3].", "It is fast, and above all it is simple [3]."),
        (
            "We train on 4,096 chips. It was fast, and was simple [3]. The loss falls for 40 days.",
            "It was fast, and was simple [3].",
        ),
    ],
)
def test_a_passage_is_found_in_a_new_version(version: str, expected: str) -> None:
    passage, _ = passage_of("It is fast, and it is simple [3].", skip=1)
    newer = ("2 Method", version)
    found = PassageText(newer, ("S9", "S9.p1")).find(passage)
    assert found is not None
    assert (found.first, version[found.start : found.end].rstrip("])")) == (1, expected.rstrip("])"))


def test_a_passage_that_was_taken_out_is_not_found() -> None:
    passage, _ = passage_of("It is fast, and it is simple [3].")
    assert PassageText(("Nothing of it stays here.", "It is fast, that is all."), ("", "")).find(passage) is None


def test_passages_of_signs_only_are_found() -> None:
    text = PassageText(("a → b", "∎"), ("", ""))
    passage = text.passage(PassageRange(1, 0, 1, 1), "", AT)
    assert text.find(passage) == PassageRange(1, 0, 1, 1)
    assert PassageText(("a",), ("",)).find(passage) is None


# --- merging -----------------------------------------------------------------------------------------


@given(PASSAGES, PASSAGES, PASSAGES)
def test_both_machines_merge_to_the_same(
    base: tuple[Passage, ...], ours: tuple[Passage, ...], theirs: tuple[Passage, ...]
) -> None:
    merged = merged_passages(base, ours, theirs)
    assert merged == merged_passages(base, theirs, ours)
    assert merged_passages(base, ours, base) == ours
    mine, other, start = ({one.key: one for one in side} for side in (ours, theirs, base))
    result = {one.key: one for one in merged}
    for key in {*mine, *other} - start.keys():
        comments = [side[key].comment for side in (mine, other) if key in side]
        assert all(comment in result[key].comment for comment in comments), "no passage and no comment is lost"


def test_a_removal_loses_against_a_new_comment_only() -> None:
    one = Passage("one", AT)
    assert merged_passages([one], [], [one]) == ()
    commented = one._replace(comment="Why?")
    assert merged_passages([one], [], [commented]) == (commented,)


@given(PASSAGES, PASSAGES)
def test_joining_twice_changes_nothing(one: tuple[Passage, ...], other: tuple[Passage, ...]) -> None:
    joined = joined_passages(one, other)
    assert joined_passages(joined, other) == joined


@given(PASSAGES, PASSAGES, PASSAGES)
def test_taking_back_a_step_keeps_later_changes(
    before: tuple[Passage, ...], after: tuple[Passage, ...], now: tuple[Passage, ...]
) -> None:
    assert restored_passages(before, after, after) == (before, False)
    made, _ = restored_passages(before, after, now)
    touched = {one.key for one in (*before, *after)}
    assert [one for one in made if one.key not in touched] == [one for one in now if one.key not in touched]


# --- JSON --------------------------------------------------------------------------------------------


@given(PASSAGES)
def test_records_come_back(passages: tuple[Passage, ...]) -> None:
    assert highlights_from_record(highlights_record(passages)) == passages


def test_damaged_records_are_left_out() -> None:
    good = {"quote": "one", "at": "2026-04-30T00:00:00Z", "comment": 3, "place": 7, "part": None}
    bad = [None, 3, {}, {"quote": " ", "at": "2026-04-30T00:00:00Z"}, {"quote": "x", "at": "then"}]
    assert highlights_from_record({"highlights": [*bad, good]}) == (Passage("one", AT),)
    assert highlights_from_record({"highlights": "one"}) == ()
    assert highlights_record(()) == {}
