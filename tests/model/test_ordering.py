import pytest

from papertui.model.filters import ListContext
from papertui.model.ordering import Order
from papertui.model.paper import Paper

PAPERS = [Paper("a", "b", upvotes=3), Paper("b", "A", upvotes=None), Paper("c", "c", upvotes=3, stars=1)]


def _sorted(order: Order, context: ListContext = ListContext()) -> str:  # noqa: B008 - immutable
    return "".join(PAPERS[place].id for place in order.apply(range(3), PAPERS.__getitem__, context))


@pytest.mark.parametrize("order", Order)
def test_every_order_has_words(order: Order) -> None:
    assert order.value.label == order.value.label.lower().replace(" ", "-")
    assert order.value.about
    assert order.value.words or order is Order.FEED


def test_labels_are_different() -> None:
    assert len({order.value.label for order in Order}) == len(Order)


def test_equal_papers_stay_as_they_come() -> None:
    assert _sorted(Order.VOTES) == "acb"
    assert _sorted(Order.COMMENTS) == "abc"
    assert _sorted(Order.TITLE) == "bac"


def test_papers_that_are_not_rising_come_last() -> None:
    assert _sorted(Order.RISING, ListContext(speeds={"b": 0.5, "c": -2.0})) == "bca"


def test_the_order_of_the_feed_is_the_same_object() -> None:
    assert Order.FEED.apply(PAPERS, lambda paper: paper, ListContext()) is PAPERS
