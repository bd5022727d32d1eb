"""Programs of the reader's own that papertui starts: a viewer for PDFs, and hooks. Never through a shell.

Light to import. Programs are given as lists of arguments; nothing that a paper says is ever one of them.
"""
