"""How many examples a property is tested with."""

from typing import Any

from hypothesis import settings


def at_most(examples: int, **others: Any) -> settings:
    """Return settings for a property whose examples are costly: fewer of them, and no more than the profile allows."""
    assert settings.default is not None
    return settings(max_examples=min(examples, settings.default.max_examples), **others)
