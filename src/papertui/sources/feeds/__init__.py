"""Feeds of journals, conferences and blogs: RSS, Atom and JSON Feed."""
