"""The user's programs that papertui starts: a PDF viewer, an editor and hooks. Never through a shell.

Light to import. Commands are lists of arguments, and no text of a paper is ever among them.
"""
