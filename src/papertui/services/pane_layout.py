"""How the reader arranged the panes of the screen, remembered between visits."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.errors import UnwritableError

_KEY = "panes"
SIDES = ("left", "right", "none")


class PaneLayout(NamedTuple):
    """Where the split is, and which side pane is open."""

    wide: float = 56.0  # the width of the list in percent, beside the preview
    narrow: float = 60.0  # the height of the list in percent, above the preview
    side: str = "left"  # one of `SIDES`, on screens with room for it


class PaneLayoutStore:
    """Stores the layout. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def load(self) -> PaneLayout:
        """Return the stored layout; the default in place of what another version wrote."""
        usual = PaneLayout()
        try:
            stored = json.loads(self._archive.recall(_KEY) or "{}")
        except ValueError:
            return usual
        if not isinstance(stored, dict):
            return usual
        side = stored.get("side")
        return PaneLayout(
            _percent(stored.get("wide"), usual.wide),
            _percent(stored.get("narrow"), usual.narrow),
            side if side in SIDES else usual.side,
        )

    def save(self, layout: PaneLayout) -> None:
        """Store the layout; on a full or read-only disk, do nothing."""
        with suppress(UnwritableError):
            self._archive.note(_KEY, json.dumps(layout._asdict()))


def _percent(value: object, usual: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 100 else usual  # type: ignore[operator, arg-type]  # noqa: PLR2004
