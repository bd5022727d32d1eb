"""``bookmark tag``, ``tags``, ``state``, ``rate`` and ``collections``."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.cli.errand import Context
from papertui.cli.library import change_each, rating_of, state_of
from papertui.cli.output import printable, say, write, write_records
from papertui.errors import UsageError
from papertui.services.library import LibraryService


def tag(context: Context) -> int:
    args = context.asked
    ids = [word for word in args.words if not word.startswith("+")]
    add = [word[1:] for word in args.words if word.startswith("+")]
    remove = [word[1:] for word in args.minus]
    if not add and not remove:
        raise UsageError("No tags given. Write +todo to add a tag, -todo to remove one.")

    def change(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.tag(ids, add, remove)
        return ids, 0

    return change_each(context, ids, change)


def state(context: Context) -> int:
    *ids, last = context.asked.words
    to = state_of(last)

    def change(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.set_state(ids, to)
        return ids, 0

    return change_each(context, ids, change)


def rate(context: Context) -> int:
    *ids, last = context.asked.words
    to = rating_of(last) or None

    def change(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.rate(ids, to)
        return ids, 0

    return change_each(context, ids, change)


def tags(context: Context) -> int:
    """Print the tags in use with the number of bookmarks; or rename one and print the changed ids."""
    args, library = context.asked, context.services.library
    if args.rename:
        old, new = args.rename
        changed = library.rename_tag(old, new)
        if not changed:
            say(f"No bookmark has the tag “{old}”.")
        write("".join(f"{id_}\n" for id_ in changed), now=True)
        return 0
    counts = library.tags() if context.has_library() else {}
    if args.json or args.jsonl:
        write_records(({"tag": tag, "bookmarks": number} for tag, number in counts.items()), lines=args.jsonl)
        return 0
    if not counts:
        say("No tags yet. “papertui bookmark tag ID +todo” adds one.")
    width = max((len(str(number)) for number in counts.values()), default=0)
    write("".join(f"{number:>{width}}  {printable(tag)}\n" for tag, number in counts.items()))
    return 0


def collections(context: Context) -> int:
    args, library = context.asked, context.services.library
    if args.save:
        name, query = args.save
        say(
            f"Saved as “{name}”."
            if library.save_collection(name, query)
            else f"“{name}” is already saved with this query."
        )
        return 0
    if args.drop is not None:
        if not library.drop_collection(args.drop):
            raise UsageError(f"There is no collection “{args.drop}”.")
        say(f"Deleted “{args.drop}”; its papers stay. “papertui undo” restores it.")
        return 0
    saved = library.collections() if context.has_library() else {}
    if args.json or args.jsonl:
        write_records(({"name": name, "query": query} for name, query in saved.items()), lines=args.jsonl)
        return 0
    if not saved:
        say("No collections yet. “papertui bookmark collections --save NAME QUERY” saves a query.")
    width = max(map(len, saved), default=0)
    write("".join(f"{printable(name):<{width}}  {printable(query)}\n" for name, query in saved.items()))
    return 0
