"""The keys of the query language in one table, used by the parser, help, completion and the README."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """A key of the query language."""

    name: str
    aliases: tuple[str, ...]
    #: The allowed values, if they are fixed.
    values: tuple[str, ...]
    example: str
    #: A short description.
    about: str
    #: The public name of the field it searches; empty for a filter.
    field: str = ""


KEYS = (
    Key("title", ("ti",), (), "title:diffusion", "the word is in the title", "title"),
    Key("author", ("au", "by"), (), 'author:"Li Chen"', "the word is in an author's name", "authors"),
    Key("abstract", ("abs",), (), "abstract:ablation", "the word is in the abstract", "abstract"),
    Key("keyword", ("kw",), (), "keyword:agents", "the word is in a keyword", "keywords"),
    Key("org", ("organization",), (), "org:deepmind", "the word is in the organisation's name", "organization"),
    Key("note", (), (), "note:compare", "the word is in your note", "note"),
    Key("id", (), (), "id:2604.26951", "the paper with that id", "id"),
    Key("cat", ("category",), (), "cat:cs.CL", "in a category, or in one below it (cat:cs); several: cat:cs.CL,cs.LG"),
    Key("tag", (), (), "tag:todo", "bookmarked with a tag of yours"),
    Key("state", (), ("to-read", "reading", "read"), "state:reading", "bookmarked, and to-read, reading or read"),
    Key("rating", (), (), "rating:4", "bookmarked and rated at least 4; also rating:=5, rating:1..2"),
    Key("is", (), ("unread", "read", "bookmarked"), "is:unread", "unread, read or bookmarked"),
    Key(
        "has", (), ("code", "note", "tag", "rating", "abstract", "doi", "project", "tldr"), "has:code",
        "with code, a note, tag or rating of yours, an abstract, a DOI, a project page, or a one-line summary (tldr)",
    ),
    Key("votes", (), (), "votes:>20", "by votes; also votes:20..50, and votes:20 for at least 20"),
    Key("stars", (), (), "stars:>100", "by stars of the code"),
    Key("comments", (), (), "comments:>5", "by comments"),
    Key("since", ("after",), (), "since:2026-03", "from a year, month or day on; also since:7d, since:yesterday"),
    Key("until", ("before",), (), "until:2026-03-15", "up to the end of a year, month or day"),
    Key("source", (), (), "source:arxiv", "from a source: huggingface, arxiv, file, or a feed's host"),
)  # fmt: skip
#: Syntax without a key.
OTHERS = (
    ("attention is all", "words in any order; also misspelt, joined or split, and an incomplete last word"),
    ('"mixture of experts"', "these words in this order"),
    ("-survey", "without this word; also -author:chen, -tag:done, -cat:cs.CV"),
    ("like:2604.26951", "papers similar to that one, in the whole archive"),
)


def key_named(name: str) -> Key | None:
    """Return the key with the name or alias `name`, in upper or lower case."""
    name = name.lower()
    return next((key for key in KEYS if name == key.name or name in key.aliases), None)


def help_lines() -> list[tuple[str, str]]:
    """Return examples and their descriptions, for help pages."""
    return [*OTHERS, *((key.example, key.about) for key in KEYS)]
