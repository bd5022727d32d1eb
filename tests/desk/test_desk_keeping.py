"""A bookmark follows its paper when that gets a better id."""

from datetime import timedelta

from desk.conftest import Office
from papertui.core.identity import identified
from papertui.core.paper import Paper

_PRINTED = identified(Paper("", "Sparse Attention: A Survey", doi="10.1145/7", sources=("journal.example",)))
_ON_ARXIV = Paper("2604.00001", "Sparse attention, a survey", sources=("arxiv",))


def test_the_star_follows_and_one_key_takes_it_away(office: Office) -> None:
    office.archive.remember([_PRINTED], office.clock[0])
    assert office.desk.library.toggle(_PRINTED)
    office.archive.remember([_ON_ARXIV], office.clock[0] + timedelta(hours=1))
    paper = office.archive.paper(_ON_ARXIV.id)
    assert paper is not None
    assert paper.sources == ("arxiv", "journal.example")
    assert office.desk.library.ids() == {_PRINTED.id, _ON_ARXIV.id}
    assert office.desk.library.by_id()[_ON_ARXIV.id].paper.id == _PRINTED.id
    assert not office.desk.library.toggle(paper)
    assert office.desk.library.ids() == frozenset()
