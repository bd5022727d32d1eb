"""Limits of settings, for callers that change settings without reading any."""

from __future__ import annotations

#: The greatest number of papers in a section of a digest; nobody reads a longer list to its end.
MOST_PAPERS = 100
