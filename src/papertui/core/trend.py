"""How the votes of a paper grow."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Observation(NamedTuple):
    """What a source said of a paper's standing at one moment.

    Attributes:
        at: when it was seen, UTC.
        upvotes: votes on Hugging Face.
        comments: comments on Hugging Face.
        stars: stars of the paper's repository.
    """

    at: datetime
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
