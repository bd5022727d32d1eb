"""Feeds of journals, conferences and blogs: RSS, Atom and JSON Feed. Pure: bytes in, values out, no network.

What comes over the network is looked through before `feedparser` sees it (`intake`, `survey`): it holds whatever it is
given in memory several times over, and some of its steps take the square of what a text is long.
"""
