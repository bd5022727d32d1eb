"""Commands that change bookmarks: what they do to papers, and the sentence about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from papertui.commands.request import Request
from papertui.commands.table import BY_WORD
from papertui.errors import UsageError
from papertui.model.bookmark import RATINGS, STATES, State, tags_of
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.library import LibraryService

_STATES: dict[str, State] = {state.replace(" ", "-"): state for state in STATES}
_RATINGS: dict[str, int | None] = {**{str(number): number for number in RATINGS}, "none": None}


class LibraryChange(NamedTuple):
    """A change of the bookmarks of papers."""

    #: The papers that the command names; empty for those at hand.
    ids: tuple[str, ...]
    #: Makes the change; returns a sentence about it.
    run: Callable[[LibraryService, Sequence[Paper]], str]
    #: Whether papers without a bookmark get one.
    adds: bool = True


def library_change(request: Request) -> LibraryChange | None:
    """Return the change that a command stands for; ``None`` for another command.

    Raises:
        UsageError: its arguments are wrong.
    """
    word = request.command.word
    if word == "bookmark":
        sub, *rest = request.args or ("add",)
        if ids := request.split_ids()[0] if request.args and sub not in request.command.choices else ():
            sub, rest = "add", list(ids)
        text = request.text.removeprefix(sub).strip()
        if sub in {"tag", "note", "state", "rate"}:
            return library_change(Request(BY_WORD[sub], tuple(rest), text))
        if sub not in {"add", "remove"}:
            return None
        return _bookmark(request._replace(args=tuple(rest)), adds=sub == "add")
    changes = {"tag": _tag, "note": _note, "state": _state, "rate": _rate}
    return changes[word](request) if word in changes else None


def _bookmark(request: Request, *, adds: bool) -> LibraryChange:
    ids, rest = request.split_ids()
    request._replace(args=rest).done()

    def run(library: LibraryService, papers: Sequence[Paper]) -> str:
        changed = library.keep(papers) if adds else library.release(paper.id for paper in papers)
        word = "added" if adds else "removed"
        return f"Bookmark {word}." if len(changed) == 1 else f"{plural(len(changed), 'bookmark')} {word}."

    return LibraryChange(ids, run, adds)


def _tag(request: Request) -> LibraryChange:
    ids, rest = request.split_ids()
    word = rest[0] if rest else ""
    if word in {"add", "remove"}:
        tags = tags_of(rest[1:])
        add, remove = (tags, ()) if word == "add" else ((), tags)
    else:
        add, remove = (tags_of(tag for tag in rest if not tag.startswith("-")),
                       tags_of(tag for tag in rest if tag.startswith("-")))  # fmt: skip
    if not (add or remove):
        raise UsageError(f"“tag” needs a tag. {request.usage}")

    def run(library: LibraryService, papers: Sequence[Paper]) -> str:
        changed = library.tag([paper.id for paper in papers], add, remove)
        words = " ".join([*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)])
        return f"{words} on {plural(len(changed), 'paper')}." if changed else "No tags changed."

    return LibraryChange(ids, run, bool(add))


def _note(request: Request) -> LibraryChange:
    first, _, rest = request.text.partition(" ")
    ids = Request(request.command, (first,)).split_ids()[0]
    text = rest.strip() if ids else request.text

    def run(library: LibraryService, papers: Sequence[Paper]) -> str:
        if len(papers) > 1:
            raise UsageError("A note is for one paper.")
        library.note(papers[0].id, text)
        return "Note saved." if text else "Note removed."

    return LibraryChange(ids, run)


def _state(request: Request) -> LibraryChange:
    ids, rest = request.split_ids()
    state = _STATES[request._replace(args=("-".join(rest),) if rest else ()).one_of(list(_STATES), "a state")]

    def run(library: LibraryService, papers: Sequence[Paper]) -> str:
        changed = library.set_state([paper.id for paper in papers], state)
        return f"Reading state{_on(papers, changed)}: {state}."

    return LibraryChange(ids, run)


def _rate(request: Request) -> LibraryChange:
    ids, rest = request.split_ids()
    rating = _RATINGS[request._replace(args=rest).one_of(list(_RATINGS), "a rating")]

    def run(library: LibraryService, papers: Sequence[Paper]) -> str:
        changed = library.rate([paper.id for paper in papers], rating)
        return f"Rating{_on(papers, changed)}: {rating or 'none'}."

    return LibraryChange(ids, run)


def _on(papers: Sequence[Paper], changed: Sequence[str]) -> str:
    return f" on {plural(len(changed), 'paper')}" if len(papers) > 1 else ""
