"""A slow and simple implementation of the filters, to compare the index with."""

from collections.abc import Callable

from papertui.model.paper import Paper
from papertui.search.language import Filter
from papertui.search.results import ReaderMarks
from papertui.search.words import fold


def passes(one: Filter, paper: Paper, marks: ReaderMarks) -> bool:
    return _passes(one, paper, marks) is not one.negated


def _passes(one: Filter, paper: Paper, marks: ReaderMarks) -> bool:
    mark = marks.kept.get(paper.id)
    ways: dict[str, Callable[[], bool]] = {
        "is": lambda: any(
            {
                "bookmarked": mark is not None,
                "read": paper.id in marks.read,
                "unread": paper.id not in marks.read,
                "new": paper.id in marks.new,
            }[name]
            for name in one.names
        ),
        "tag": lambda: mark is not None and bool({fold(t) for t in mark.tags} & {fold(name) for name in one.names}),
        "state": lambda: mark is not None and mark.state.replace(" ", "-") in one.names,
        "rating": lambda: mark is not None and _counts(mark.rating, one),
        "has": lambda: any(
            {
                "note": mark is not None and bool(mark.note),
                "tag": mark is not None and bool(mark.tags),
                "rating": mark is not None and mark.rating is not None,
                "code": paper.github is not None,
                "abstract": bool(paper.abstract),
                "doi": paper.doi is not None,
                "project": paper.project is not None,
                "tldr": paper.tldr is not None,
            }[name]
            for name in one.names
        ),
        "cat": lambda: any(
            fold(held) == fold(name) or ("." not in name and fold(held).startswith(f"{fold(name)}."))
            for held in paper.categories
            for name in one.names
        ),
        "source": lambda: bool(set(paper.sources) & set(one.names)),
        "since": lambda: (day := _day(paper)) > 0 and day >= one.day.toordinal(),
        "until": lambda: (day := _day(paper)) > 0 and day <= one.day.toordinal(),
        "year": lambda: one.numbers[0] <= _year(paper) <= one.numbers[1],
        "votes": lambda: _counts(paper.upvotes, one),
        "stars": lambda: _counts(paper.stars, one),
        "comments": lambda: _counts(paper.comments, one),
    }
    return ways[one.key]()


def _day(paper: Paper) -> int:
    moment = paper.featured or paper.published
    return 0 if moment is None else moment.toordinal()


def _year(paper: Paper) -> int:
    moment = paper.published or paper.featured
    return 0 if moment is None else moment.year


def _counts(value: int | None, one: Filter) -> bool:
    least, most = one.numbers
    if value is None:
        return False
    return {
        "..": least <= value <= most,
        "=": value == least,
        ">": value > least,
        ">=": value >= least,
        "<": value < least,
        "<=": value <= least,
    }[one.op]
