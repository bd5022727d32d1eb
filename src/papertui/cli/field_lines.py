"""Papers as lines of fields between tabs, for fzf, cut and awk. Later versions may only add fields at the end."""

from __future__ import annotations

from collections.abc import Mapping

from papertui.model.paper import Paper

#: The fields in their order, and what they are. An unknown one is empty.
FIELDS: Mapping[str, str] = {
    "id": "the id, for “papertui show”",
    "day": "the day in the daily papers, else of publication: 2026-04-30, 2026-04 or 2026",
    "votes": "the number of votes",
    "mark": "* for a bookmark",
    "title": "the title",
    "authors": "the authors, between commas",
}
HELP = "Fields of --lines, between tabs: " + ", ".join(f"{n} {name}" for n, name in enumerate(FIELDS, 1)) + "."


def field_line(paper: Paper, *, bookmarked: bool) -> str:
    """The line of a paper, with its end."""
    day = str(paper.featured or paper.published_date or "")[: len("2026-04-30")]
    votes = "" if paper.upvotes is None else str(paper.upvotes)
    fields = (paper.id, day, votes, "*" if bookmarked else "", paper.title, ", ".join(paper.authors))
    return "\t".join(map(_one_line, fields)) + "\n"


def _one_line(text: str) -> str:
    # Control characters would act on the terminal of the program that shows the line.
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
