"""Feeds of journals, conferences and blogs: RSS, Atom and JSON Feed. Parsing is pure.

Responses are checked before `feedparser` sees them (`intake`, `survey`): it keeps several copies of its input in
memory, and some of its steps take time quadratic in the length of a text.
"""
