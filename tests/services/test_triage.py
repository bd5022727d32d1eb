"""Decisions of the triage: what they change, one step each, and taking them back."""

import pytest

from kit.papers import plain
from papertui.model.feed import FeedName
from papertui.model.passages import Passage
from papertui.model.queue import LATER
from papertui.services.queue import queued_ids
from papertui.services.triage import Applied, Decision
from services.conftest import Harness

ONE, TWO, THREE = plain(1), plain(2), plain(3)


def _state(harness: Harness) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Return the tags of the bookmarks by id, and the read marks."""
    marks = harness.services.library.by_id()
    return {id_: mark.tags for id_, mark in marks.items()}, harness.services.read_state.read_ids()


def _queue(harness: Harness) -> tuple[str, ...]:
    return queued_ids(harness.library, harness.services.read_state.read_ids())


@pytest.mark.parametrize(
    ("decision", "bookmarks", "read", "steps"),
    [
        (Decision("keep"), {ONE.id: ()}, [], 1),
        (Decision("keep", ("nlp", "to cite")), {ONE.id: ("nlp", "to cite")}, [], 1),
        (Decision("later"), {ONE.id: (LATER,)}, [], 1),
        (Decision("skip"), {}, [ONE.id], 0),
        (Decision("read"), {}, [ONE.id], 0),
    ],
)
def test_a_decision_is_one_step_and_can_be_taken_back(
    harness: Harness, decision: Decision, bookmarks: dict[str, tuple[str, ...]], read: list[str], steps: int
) -> None:
    triage = harness.services.triage
    applied = triage.apply(ONE, decision)  # the paper is not even stored, as those of the bundled feed
    assert _state(harness) == (bookmarks, frozenset(read))
    assert len(harness.services.library.log(9)) == steps
    assert triage.take_back(applied) == ()
    assert _state(harness) == ({}, frozenset())


def test_several_decisions_are_taken_back_one_by_one(harness: Harness) -> None:
    triage = harness.services.triage
    done = [triage.apply(paper, Decision("keep", ("nlp",))) for paper in (ONE, TWO, THREE)]
    assert triage.take_back(done[2]) == ()
    assert triage.take_back(done[1]) == ()
    assert _state(harness)[0] == {ONE.id: ("nlp",)}


def test_an_earlier_decision_is_taken_back_without_the_later_ones(harness: Harness) -> None:
    triage, library = harness.services.triage, harness.services.library
    first = triage.apply(ONE, Decision("keep"))
    triage.apply(TWO, Decision("keep"))
    assert triage.take_back(first) == ()
    assert _state(harness)[0].keys() == {TWO.id}
    library.undo()  # that was a step as well
    assert _state(harness)[0].keys() == {ONE.id, TWO.id}


def test_what_was_changed_since_stays(harness: Harness) -> None:
    triage, library = harness.services.triage, harness.services.library
    applied = triage.apply(ONE, Decision("keep"))
    library.note(ONE.id, "Compare.")
    assert triage.take_back(applied) == (f"{ONE.id} was changed after it was bookmarked, so its bookmark stays.",)
    assert _state(harness)[0].keys() == {ONE.id}


def test_a_paper_that_was_opened_and_queued_is_unread_again(harness: Harness) -> None:
    harness.services.read_state.mark([ONE.id], read=True)
    applied = harness.services.triage.apply(ONE, Decision("later"))
    assert _queue(harness) == (ONE.id,)
    assert applied.marked is False
    assert harness.services.triage.take_back(applied) == ()
    assert _state(harness) == ({}, frozenset([ONE.id]))


def test_the_queue_is_oldest_first_and_papers_leave_it_when_read_or_dropped(harness: Harness) -> None:
    services = harness.services
    for paper in (ONE, TWO, THREE):
        services.triage.apply(paper, Decision("later"))
        harness.clock[0] = harness.clock[0].replace(minute=harness.clock[0].minute + 1)
    assert _queue(harness) == (ONE.id, TWO.id, THREE.id)
    services.read_state.mark([ONE.id], read=True)
    services.library.set_state([TWO.id], "read")
    services.library.tag([THREE.id], (), (LATER,))
    assert _queue(harness) == ()
    services.library.set_state([ONE.id], "reading")  # begun, not finished
    assert _queue(harness) == (ONE.id,)


def test_a_highlight_keeps_a_paper_that_is_dropped_from_the_queue(harness: Harness) -> None:
    services = harness.services
    services.triage.apply(ONE, Decision("later"))
    services.library.highlight(ONE.id, Passage("It is fast.", harness.clock[0]))
    services.triage.apply(ONE, Decision("skip"), is_queue=True)
    assert [one.quote for one in services.library.by_id()[ONE.id].highlights] == ["It is fast."]


def test_decisions_in_the_queue(harness: Harness) -> None:
    services = harness.services
    for paper in (ONE, TWO, THREE):
        services.triage.apply(paper, Decision("later"))
    services.library.note(THREE.id, "compare")
    kept = services.triage.apply(ONE, Decision("keep", ("nlp",)), is_queue=True)
    services.triage.apply(TWO, Decision("skip"), is_queue=True)
    dropped = services.triage.apply(THREE, Decision("skip"), is_queue=True)
    # A bookmark with a note is more than a place in the queue.
    assert _state(harness)[0] == {ONE.id: ("nlp",), THREE.id: ()}
    assert services.triage.take_back(dropped) == ()
    assert _queue(harness) == (THREE.id,)
    assert services.triage.take_back(kept) == ()
    assert _queue(harness) == (ONE.id, THREE.id)
    services.triage.apply(ONE, Decision("keep"), is_queue=True)
    read = services.triage.apply(THREE, Decision("read"), is_queue=True)
    assert (_queue(harness), services.library.by_id()[THREE.id].state) == ((), "read")
    assert services.triage.take_back(read) == ()
    assert _queue(harness) == (THREE.id,)


def test_runs_are_remembered_by_list(harness: Harness) -> None:
    triage, day = harness.services.triage, FeedName("daily", "2026-04-30")
    assert triage.decided(day) == {}
    triage.remember(day, {TWO.id: Decision("keep", ("nlp",)), ONE.id: Decision("skip")})
    assert triage.decided(day) == {TWO.id: Decision("keep"), ONE.id: Decision("skip")}
    for number in range(40):
        triage.remember(FeedName("keyword", str(number)), {ONE.id: Decision("skip")})
    assert triage.decided(day) == {}
    assert triage.decided(FeedName("keyword", "39"))


def test_what_was_not_changed_needs_no_step(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    assert harness.services.triage.apply(ONE, Decision("keep")) == Applied(ONE)


def test_hints_are_learnt_from_the_bookmarks(harness: Harness) -> None:
    library = harness.services.library
    about = [
        (plain(number)._replace(title=f"Diffusion transformers for video, part {number}"), "video")
        for number in range(3)
    ] + [(plain(number)._replace(title=f"Agents that browse, part {number}"), "agents") for number in range(4, 6)]
    for paper, tag in about:
        library.keep([paper])
        library.tag([paper.id], [tag, LATER])
    hints = harness.services.triage.tag_hints()
    assert hints.most_used(9) == ("video", "agents")
    assert hints.fitting(plain(9)._replace(title="A diffusion video", authors=()))[0] == "video"
    assert hints.fitting(plain(9)._replace(title="Cooking", authors=())) == ()
