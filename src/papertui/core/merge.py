"""Two accounts of one paper made into one."""

from __future__ import annotations

from datetime import date, datetime

from papertui.core.paper import Paper

_STARTER = ("starter",)


def merge(old: Paper, new: Paper, *, newer: bool) -> Paper:
    """One paper out of two accounts of it; what a poorer account lacks, the richer one keeps.

    The *later* account is `new` if `newer` says so, else `old`, so that
    ``merge(a, b, newer=True) == merge(b, a, newer=False)``: in which order two accounts arrive does not matter. An
    account that comes only from the starter feed counts as the earlier one, whatever its moment.

    - Texts, addresses, keywords and media: the later one that is not empty. Yet an abstract or a list of authors that
      is only the beginning of the other one was cut off, and does not replace it.
    - Numbers: the later one that is known.
    - ``published``: the earlier moment, since that is the first version. ``featured``: the later day.
    - ``categories`` and ``sources``: both, those of the earlier account first.

    Merging a run of accounts in the order of their moments gives the same however it is bracketed, save where a text
    was cut off.

    Args:
        old: the account at hand.
        new: the account that comes in, of the same paper.
        newer: whether `new` was seen at the same time as `old` or later.
    """
    first, last = (old, new) if newer else (new, old)
    if last.sources == _STARTER and first.sources != _STARTER:
        first, last = last, first
    return Paper(
        id=old.id,
        title=last.title or first.title,
        abstract=_whole(first.abstract, last.abstract),
        authors=first.authors if first.authors[: len(last.authors)] == last.authors else last.authors,
        published=_earlier(first.published, last.published),
        featured=_later(first.featured, last.featured),
        upvotes=_known(first.upvotes, last.upvotes),
        comments=_known(first.comments, last.comments),
        github=last.github or first.github,
        stars=_known(first.stars, last.stars),
        project=last.project or first.project,
        organization=last.organization or first.organization,
        keywords=last.keywords or first.keywords,
        tldr=last.tldr or first.tldr,
        categories=_union(first.categories, last.categories),
        sources=_union(first.sources, last.sources),
        url=last.url or first.url,
        pdf=last.pdf or first.pdf,
        thumbnail=last.thumbnail or first.thumbnail,
        doi=last.doi or first.doi,
        journal_ref=last.journal_ref or first.journal_ref,
        submitter=last.submitter or first.submitter,
        media=last.media or first.media,
        models=_known(first.models, last.models),
        datasets=_known(first.datasets, last.datasets),
        spaces=_known(first.spaces, last.spaces),
    )


def _whole(first: str, last: str) -> str:
    # A service that cuts an abstract may mark the cut, so the mark is no part of what is compared.
    cut = len(last) < len(first) and first.startswith(last.removesuffix("...").rstrip("… "))
    return first if cut else last


def _known(first: int | None, last: int | None) -> int | None:
    return first if last is None else last


def _earlier(first: datetime | None, last: datetime | None) -> datetime | None:
    return first or last if first is None or last is None else min(first, last)


def _later(first: date | None, last: date | None) -> date | None:
    return first or last if first is None or last is None else max(first, last)


def _union(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    return first if first == last or not last else tuple(dict.fromkeys(first + last))
