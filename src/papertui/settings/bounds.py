"""Bounds of what can be set, for those who change settings without reading any."""

from __future__ import annotations

#: A section of a digest with more papers is a list nobody reads to its end.
MOST_PAPERS = 100
