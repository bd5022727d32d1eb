"""Feeds of others: journals, conferences, blogs, in RSS, Atom or JSON Feed."""
