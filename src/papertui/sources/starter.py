"""The bundled papers shown before the first fetch, and without a network.

Light to import: it loads no network library.
"""

from __future__ import annotations

import json
from importlib import resources

from papertui.model.feed import Feed, FeedName
from papertui.model.record import paper_from_record

SOURCE = "starter"


def starter_feed(content: str | None = None) -> Feed:
    """Return the starter feed.

    Args:
        content: read instead of the bundled file, in the same form: ``{"note": str, "papers": [records]}``.

    Returns:
        The papers in the order of the file; the note of the file, if any, becomes the notice of the feed.
    """
    if content is None:
        content = (resources.files("papertui.sources") / "starter.json").read_text(encoding="utf-8")
    kept = json.loads(content)
    papers = tuple(paper_from_record(record)._replace(sources=(SOURCE,)) for record in kept["papers"])
    return Feed(FeedName("trending"), papers, None, SOURCE, (kept["note"],) if kept.get("note") else ())
