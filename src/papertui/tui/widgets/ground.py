"""What the panes are on."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Horizontal


class Ground(Horizontal):
    """Holds the panes, which cover it: its lines need not be made one by one for every frame."""

    BLANK: ClassVar[bool] = True
