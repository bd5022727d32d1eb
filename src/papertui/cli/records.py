"""Papers as the commands print them, with what the bookmark knows."""

from __future__ import annotations

from typing import Any

from papertui.model.bookmark import Bookmark
from papertui.model.merge import filled
from papertui.model.paper import Paper
from papertui.model.record import public_record


def with_saved_facts(paper: Paper, bookmark: Bookmark | None) -> Paper:
    """`paper` with the facts that only its bookmark has, such as the repository of a paper from a sync."""
    return paper if bookmark is None else filled(paper, bookmark.paper)


def record_of(paper: Paper, bookmark: Bookmark | None) -> dict[str, Any]:
    """A paper as the commands print it in JSON."""
    return public_record(with_saved_facts(paper, bookmark), bookmark)
