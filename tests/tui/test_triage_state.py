"""The state of a triage: places, decisions, undo, the time left and the tags on the number keys."""

from kit.papers import plain
from papertui.services.triage import Decision
from papertui.tui.triage_state import Pace, TriageState, started, tag_slots, tally

PAPERS = tuple(plain(number) for number in range(1, 6))
KEEP, LATER, SKIP = Decision("keep"), Decision("later"), Decision("skip")


def _number(state: TriageState) -> int | None:
    return None if state.paper is None else PAPERS.index(state.paper) + 1


def test_decisions_go_on_to_the_next_paper_and_end() -> None:
    state = started(PAPERS)
    places = []
    for decision in (KEEP, SKIP, LATER, SKIP, SKIP):
        places.append(_number(state))
        state = state.decide(decision)
    assert places == [1, 2, 3, 4, 5]
    assert state.is_done
    assert state.left == 0
    assert tally(state) == "1 kept, 1 for later, 3 skipped"
    assert state.decide(KEEP) == state


def test_papers_passed_over_come_at_the_end() -> None:
    state = started(PAPERS).step(1).decide(SKIP).step(1)
    assert _number(state) == 4
    state = state.decide(SKIP).decide(SKIP)
    assert _number(state) == 1
    state = state.decide(SKIP)
    assert _number(state) == 3
    assert state.decide(SKIP).is_done


def test_a_decision_can_be_changed_and_taken_back() -> None:
    state = started(PAPERS).decide(SKIP).decide(KEEP).step(-2)
    assert _number(state) == 1
    state = state.decide(LATER)
    assert _number(state) == 3
    assert state.undoable == (PAPERS[1].id, PAPERS[0].id)
    state = state.without(PAPERS[0].id).at(PAPERS[0].id)
    assert (_number(state), state.left) == (1, 4)


def test_steps_stay_within_the_papers() -> None:
    state = started(PAPERS)
    assert _number(state.step(-1)) == 1
    assert _number(state.step(9)) == 5


def test_a_run_goes_on_where_it_was_left() -> None:
    state = started(PAPERS).decide(SKIP).decide(KEEP)
    again = state.resumed((plain(9), *PAPERS[2:]))
    assert [paper.id for paper in again.papers] == [paper.id for paper in (*PAPERS[:2], plain(9), *PAPERS[2:])]
    assert _number(again) == 3
    # The paper shown was opened meanwhile, and so is read.
    assert [paper.id for paper in state.resumed(PAPERS[3:]).papers] == [paper.id for paper in PAPERS]
    restarted = started(PAPERS[2:]).with_earlier(PAPERS, {PAPERS[1].id: KEEP, PAPERS[0].id: SKIP, "gone": SKIP})
    assert (_number(restarted), restarted.left, len(restarted.papers)) == (3, 3, 5)
    # A paper that is unread again is to be decided about again.
    assert started(PAPERS).with_earlier(PAPERS, {PAPERS[0].id: SKIP}).left == 5


def test_the_time_left_follows_the_pace() -> None:
    pace = Pace()
    for at in (0.0, 10.0, 20.0):
        pace = pace.decided(at)
    assert pace.words(30) == ""
    pace = pace.decided(30.0)
    assert pace.words(30) == "about 5 min left"
    assert pace.words(1) == "less than a minute left"
    assert pace.words(0) == ""
    # A break for coffee changes nothing.
    assert pace.decided(3000.0).words(30) == "about 5 min left"
    for at in range(3100, 3200, 2):
        pace = pace.decided(float(at))
    assert pace.words(30) == "about 1 min left"


def test_tags_keep_their_numbers() -> None:
    usual = ("a", "b", "c", "d", "e", "f", "g")
    before = tag_slots(usual, (), ("x", "B"))
    assert before == (("a", False), ("b", True), ("c", False), ("d", False), ("e", False), ("f", False), ("x", True))
    after = tag_slots(usual, ("new",), ("y",))
    assert after[:6] == (("a", False), ("b", False), ("c", False), ("d", False), ("e", False), ("f", False))
    assert after[6:] == (("new", False), ("y", True))
    assert len(tag_slots(usual, ("1", "2", "3", "4"), ("x",))) == 9
