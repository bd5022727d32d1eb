"""Which feed papertui opens with. Loads no Textual."""

from __future__ import annotations

from papertui.app import Services
from papertui.model.feed import FeedName
from papertui.settings import Settings


def starting_feed(services: Services, settings: Settings, *, demo: bool) -> FeedName:
    """Return the feed to open with, when none is asked for.

    Raises:
        StoreError: the archive cannot be read.
    """
    if demo:
        return FeedName("trending")
    if settings.feed != "last":
        return services.follows.named(settings.feed)
    last = services.read_state.last_feed() or FeedName("trending")
    if last.kind == "group" and last not in services.follows.groups:  # its feeds were unfollowed or moved
        return FeedName("trending")
    return last
