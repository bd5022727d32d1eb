"""Searches made before, for the completion of the search line."""

from __future__ import annotations

import json
from contextlib import suppress

from papertui.archive.archive import Archive
from papertui.errors import UnwritableError

_KEY = "past searches"
_MOST = 50
#: A longer text was pasted, not typed.
_LONGEST = 200


class PastSearches:
    """The last searches, the newest first. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def all(self) -> tuple[str, ...]:
        text = self._archive.recall(_KEY)
        try:
            queries = [] if text is None else json.loads(text)
        except ValueError:  # damaged: nothing depends on it
            return ()
        return tuple(query for query in queries if isinstance(query, str)) if isinstance(queries, list) else ()

    def add(self, query: str) -> tuple[str, ...]:
        """Put a search first; return all."""
        query = query.strip()
        if not query or len(query) > _LONGEST:
            return self.all()
        return self._write((query, *(one for one in self.all() if one != query))[:_MOST])

    def remove(self, query: str) -> tuple[str, ...]:
        """Forget a search; return the others."""
        return self._write(tuple(one for one in self.all() if one != query))

    def _write(self, queries: tuple[str, ...]) -> tuple[str, ...]:
        with suppress(UnwritableError):  # on a full or read-only disk they last until papertui ends
            self._archive.note(_KEY, json.dumps(queries, ensure_ascii=False))
        return queries
