"""Where the reader is: the places in lists and in the texts of papers, kept between starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from papertui.archive.archive import Archive
from papertui.archive.visits import VisitLog
from papertui.errors import UnwritableError
from papertui.services.types import Clock


class Places:
    """Places by a key, each a few facts. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive, now: Clock) -> None:
        self._log = VisitLog(archive.database)
        self._now = now

    def load(self) -> dict[str, Mapping[str, Any]]:
        """Return the stored places; what another version wrote in another form is left out."""
        places: dict[str, Mapping[str, Any]] = {}
        for key, text in self._log.places().items():
            with suppress(ValueError):
                if isinstance(value := json.loads(text), dict):
                    places[key] = value
        return places

    def keep(self, places: Mapping[str, Mapping[str, Any]]) -> None:
        """Store places; an empty one is removed. On a full or read-only disk, do nothing."""
        texts = {key: json.dumps(value, ensure_ascii=False) if value else "" for key, value in places.items()}
        with suppress(UnwritableError):
            self._log.keep_places(texts, self._now())
