"""The bundled papers for the first minute without network, and for a look around.

Light to import: no network comes with it.
"""

from __future__ import annotations

import json
from importlib import resources

from papertui.core.feed import Feed, FeedName
from papertui.core.record import paper_from_record

SOURCE = "starter"


def starter_feed(content: str | None = None) -> Feed:
    """The starter feed.

    Args:
        content: what to read instead of the bundled file, in its form: ``{"note": str, "papers": [records]}``.

    Returns:
        Its papers in the order of the file; the file's note, if it has one, is the feed's notice.
    """
    if content is None:
        content = (resources.files("papertui.sources") / "starter.json").read_text(encoding="utf-8")
    kept = json.loads(content)
    papers = tuple(paper_from_record(record)._replace(sources=(SOURCE,)) for record in kept["papers"])
    return Feed(FeedName("trending"), papers, None, SOURCE, (kept["note"],) if kept.get("note") else ())
