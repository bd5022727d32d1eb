"""How many stored papers the authors, keywords and other topics of a paper have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertui.archive.archive import Archive
from papertui.model.topics import Topic
from papertui.services.search import SearchService


class TopicService:
    """Counts the papers of topics.

    Args:
        archive: knows submitters, which the search does not.
        search: counts everything else, as its results will show it.
    """

    def __init__(self, archive: Archive, search: SearchService) -> None:
        self._archive = archive
        self._search = search

    def count_each(self, topics: Iterable[Topic]) -> Iterator[tuple[Topic, int]]:
        """Yield each topic with the number of its stored papers. Blocks.

        Raises:
            StoreError: the disk cannot be read.
        """
        session = self._search.open("everything")
        for topic in topics:
            if topic.query:
                yield topic, session.answer(topic.query, 1, fields=False).results.total
            elif topic.feed is not None:
                yield topic, self._archive.count_submitted_by(topic.feed.detail)
