"""``bookmark`` and its subcommands, and ``undo``, ``redo`` and ``log``, the history of the library."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from papertui.cli.listing import add_listing_options, add_similar, arranged_papers, explain_spelling, named_filters
from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, Parser, add_id, add_json, add_limit, add_offline, add_stdin
from papertui.errors import PapertuiError, SourceError, UsageError
from papertui.model.bookmark import RATINGS, STATES, Bookmark, State, tags_of
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import PaperFilter
from papertui.model.format import grouped
from papertui.model.paper import Paper, paper_id, paper_ids
from papertui.model.record import iso, public_record
from papertui.services.programs import edit_file, note_file

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.model.changes import ChangeSet, JoinedRecord, UndoResult
    from papertui.services.library import LibraryService

    #: Changes the bookmarks of papers; returns the ids to print and the exit code.
    ChangeBookmarks = Callable[[LibraryService, Sequence[str]], tuple[Sequence[str], int]]

#: Joined records that the log names for one import.
_MOST_JOINED = 50


def add_commands(commands: Commands) -> None:
    _add_bookmark(commands)
    commands.add(
        "undo", "undo the last change of the library", "papertui undo\n  papertui undo && papertui undo", undo_change
    )
    commands.add("redo", "redo the last undone change", "papertui redo", redo_change)
    log = commands.add(
        "log",
        "list the changes of the library, newest first",
        """\
papertui log
  papertui log --limit 100 --jsonl | jq -r .what""",
        print_log,
    )
    add_limit(log, 20, "changes")
    add_json(log)


def _add_bookmark(commands: Commands) -> None:
    bookmark = commands.add(
        "bookmark",
        "add, remove, list and annotate bookmarks",
        """\
papertui bookmark add 2604.26951
  papertui bookmark tag 2604.26951 +todo -old
  papertui bookmark list --tag todo --json""",
    ).add_commands("add|remove|list|tag|note|...")
    add = bookmark.add(
        "add",
        "bookmark papers",
        """\
papertui bookmark add 2604.26951 https://arxiv.org/abs/2604.24927
  papertui list daily --jsonl | jq -r 'select(.upvotes > 50).id' | papertui bookmark add --stdin""",
        add_bookmarks,
    )
    _add_ids(add)
    remove = bookmark.add(
        "remove",
        "remove bookmarks",
        """\
papertui bookmark remove 2604.26951
  papertui bookmark list --jsonl | jq -r .id | papertui bookmark remove --stdin""",
        remove_bookmarks,
    )
    _add_ids(remove)
    _add_list(bookmark)
    _add_tag(bookmark)
    _add_note(bookmark)
    state = bookmark.add(
        "state",
        "set the reading state",
        """\
papertui bookmark state 2604.26951 reading
  papertui bookmark state 2604.26951 2604.24927 read""",
        set_state,
    )
    _add_ids_and(state, "STATE", "to-read, reading or read")
    rate = bookmark.add(
        "rate",
        "rate papers from 1 to 5",
        """\
papertui bookmark rate 2604.26951 5
  papertui bookmark rate 2604.26951 2604.24927 none""",
        rate_papers,
    )
    _add_ids_and(rate, "RATING", "1 to 5, or none")
    _add_collections(bookmark)


def _add_list(bookmark: Commands) -> None:
    parser = bookmark.add(
        "list",
        "list bookmarks, newest first",
        """\
papertui bookmark list
  papertui bookmark list --tag todo --state to-read
  papertui bookmark list --rating 4 --query "sparse attention"
  papertui bookmark list --collection survey
  papertui bookmark list --sort rating --filter note
  papertui bookmark list --jsonl | jq -r .url""",
        list_bookmarks,
    )
    parser.add_argument("--tag", dest="tags", action="append", metavar="TAG", help="only with this tag; repeatable")
    parser.add_argument("--state", metavar="STATE", help="only in this state: to-read, reading or read")
    parser.add_argument("--rating", metavar="N", help="only rated N or higher; none: only without a rating")
    queries = parser.add_mutually_exclusive_group()
    queries.add_argument("--query", help="only matches of this query, best first")
    queries.add_argument("--collection", metavar="NAME", help="only matches of this saved query")
    add_listing_options(parser)
    add_similar(parser)
    add_json(parser, lines=True)


def _add_tag(bookmark: Commands) -> None:
    tag = bookmark.add(
        "tag",
        "add or remove tags",
        """\
papertui bookmark tag 2604.26951 +todo -old
  papertui bookmark tag 2604.26951 2604.24927 "+to cite"
  papertui bookmark list --tag old --jsonl | jq -r .id | papertui bookmark tag --stdin -old

+todo adds the tag todo, -todo removes it. A stored paper without a bookmark is bookmarked first.""",
        tag_papers,
    )
    tag.add_argument(
        "words", nargs="*", metavar="ID|+TAG|-TAG", help="papers, tags to add and tags to remove, in any order"
    )
    tag.collect_minus_words("minus")
    add_stdin(tag)
    tags = bookmark.add(
        "tags",
        "list the tags in use, or rename one",
        """\
papertui bookmark tags
  papertui bookmark tags --rename todo to-read     (merges the two if to-read exists)""",
        print_tags,
    )
    tags.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="rename a tag on all bookmarks")
    add_json(tags)


def _add_note(bookmark: Commands) -> None:
    parser = bookmark.add(
        "note",
        "write or print the note on a paper",
        """\
papertui bookmark note 2604.26951
  papertui bookmark note 2604.26951 "Compare with their table 3."
  papertui bookmark note 2604.26951 --edit
  papertui bookmark note 2604.26951 - < note.md
  papertui bookmark note 2604.26951 ""             (removes the note)""",
        note_paper,
    )
    add_id(parser)
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the note; - reads stdin (default: print the note)")
    parser.add_argument("--edit", action="store_true", help="edit the note in $VISUAL or $EDITOR")


def _add_collections(bookmark: Commands) -> None:
    parser = bookmark.add(
        "collections",
        "list, save or delete saved queries",
        """\
papertui bookmark collections
  papertui bookmark collections --save survey "tag:survey sparse attention"
  papertui bookmark collections --drop survey
  papertui bookmark list --collection survey

A collection is a saved query of the library. It is evaluated each time it is used.""",
        edit_collections,
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), help="save a query under a name")
    actions.add_argument("--drop", metavar="NAME", help="delete a saved query; its papers stay")
    add_json(parser)


def _add_ids(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="arXiv ids or URLs of papers")
    add_stdin(parser)
    add_offline(parser)


def _add_ids_and(parser: Parser, metavar: str, values: str) -> None:
    parser.add_argument("words", nargs="+", metavar=f"ID... {metavar}", help=f"papers, followed by {values}")
    add_stdin(parser)


# --- add, remove, list -------------------------------------------------------------------------------


def add_bookmarks(context: Context) -> int:
    """Bookmark papers; print each id when its change is durable, also when nothing changed."""

    def add(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        papers, code = [], 0
        for id_ in ids:
            try:
                papers.append(asyncio.run(context.services.papers.find(id_, offline=context.args.offline)))
            except SourceError as error:
                print_message(str(error))
                code = error.exit_code
        library.keep(papers)
        return [paper.id for paper in papers], code

    return _change_each(context, context.args.ids, add)


def remove_bookmarks(context: Context) -> int:
    """Remove bookmarks; print each id when its change is durable, also when nothing changed."""

    def remove(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.release(ids)
        return ids, 0

    return _change_each(context, context.args.ids, remove)


def list_bookmarks(context: Context) -> int:
    """Print bookmarks, the newest first; with a query, the best match first."""
    args = context.args
    wanted = PaperFilter(
        named_filters(context),
        tags_of(args.tags or ()),
        None if args.state is None else _state(args.state),
        None if args.rating is None else _rating(args.rating),
    )
    library = FeedName("library")
    if args.query is not None or args.collection is not None:
        feed = Feed(library, _matches(context))
    elif args.similar:
        raise UsageError("--similar needs --query or --collection.")
    else:
        feed = asyncio.run(context.services.feeds.serve(library))
    context.print_papers(arranged_papers(context, feed, wanted))
    return 0


def _matches(context: Context) -> Sequence[Paper]:
    args = context.args
    query = args.query
    if query is None:
        saved = context.services.library.collections()
        query = saved.get(args.collection)
        if query is None:
            hint = f"Choose {', '.join(saved)}." if saved else "“papertui bookmark collections --save” saves one."
            raise UsageError(f"There is no collection “{args.collection}”. {hint}")
    context.services.search.check(query)
    answer = context.open_search("library").answer(query, None, fields=False, similar=args.similar)
    if answer.results.problems:
        raise UsageError(" ".join(answer.results.problems))
    papers = [paper for paper in answer.papers if paper.id]
    explain_spelling(context, query, answer.results, len(papers))
    return papers


def _change_each(context: Context, texts: Sequence[str], change: ChangeBookmarks) -> int:
    """Change the library as one undo step: all of `texts` at once, or each id from stdin as it arrives.

    Prints each id when its change is durable; returns the exit code.

    Raises:
        UsageError: no ids were given, or one of them is invalid.
    """
    args = context.args
    if args.stdin == bool(texts):
        raise UsageError(
            "--stdin reads the ids from stdin; leave out the ids on the command line."
            if args.stdin
            else f"“{args.parser.prog}” needs at least one ID, or --stdin."
        )
    if not args.stdin:
        ids, code = change(context.services.library, paper_ids(texts))
        _print_ids(ids)
        return code
    library = context.services.library.as_one_step()
    worst = 0
    for number, line in enumerate(sys.stdin or (), start=1):
        if not line.strip():
            continue
        try:
            ids, code = change(library, [paper_id(line)])
        except (UsageError, SourceError) as error:
            print_message(f"Line {number}: {error}")
            worst = max(worst, error.exit_code)
            continue
        _print_ids(ids)
        worst = max(worst, code)
    return worst


def _print_ids(ids: Sequence[str]) -> None:
    write("".join(f"{id_}\n" for id_ in ids), now=True)


def _state(text: str) -> State:
    for state in STATES:
        if text.strip().lower().replace("-", " ") == state:
            return state
    raise UsageError(f"“{text[:40]}” is not a reading state. Write to-read, reading or read.")


def _rating(text: str) -> int:
    """Parse a rating, 0 for ``none``."""
    if text.strip().lower() == "none":
        return 0
    if text.strip() in {str(rating) for rating in RATINGS}:
        return int(text)
    raise UsageError(f"“{text[:40]}” is not a rating. Write a number from 1 to 5, or none.")


# --- tags, states, ratings, notes, collections -------------------------------------------------------


def tag_papers(context: Context) -> int:
    args = context.args
    ids = [word for word in args.words if not word.startswith("+")]
    add = [word[1:] for word in args.words if word.startswith("+")]
    remove = [word[1:] for word in args.minus]
    if not add and not remove:
        raise UsageError("No tags given. Write +todo to add a tag, -todo to remove one.")

    def tag(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.tag(ids, add, remove)
        return ids, 0

    return _change_each(context, ids, tag)


def set_state(context: Context) -> int:
    *ids, last = context.args.words
    state = _state(last)

    def change(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.set_state(ids, state)
        return ids, 0

    return _change_each(context, ids, change)


def rate_papers(context: Context) -> int:
    *ids, last = context.args.words
    rating = _rating(last) or None

    def rate(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.rate(ids, rating)
        return ids, 0

    return _change_each(context, ids, rate)


def print_tags(context: Context) -> int:
    """Print the tags in use with the number of bookmarks; or rename one and print the changed ids."""
    args, library = context.args, context.services.library
    if args.rename:
        old, new = args.rename
        changed = library.rename_tag(old, new)
        if not changed:
            print_message(f"No bookmark has the tag “{old}”.")
        _print_ids(changed)
        return 0
    counts = library.tags() if context.has_library() else {}
    if args.json or args.jsonl:
        write_records(({"tag": tag, "bookmarks": number} for tag, number in counts.items()), lines=args.jsonl)
        return 0
    if not counts:
        print_message("No tags yet. “papertui bookmark tag ID +todo” adds one.")
    width = max((len(str(number)) for number in counts.values()), default=0)
    write("".join(f"{number:>{width}}  {printable(tag)}\n" for tag, number in counts.items()))
    return 0


def note_paper(context: Context) -> int:
    args, library = context.args, context.services.library
    id_ = paper_id(args.id)
    bookmark = context.bookmarks().get(id_)
    old = "" if bookmark is None else bookmark.note
    if args.edit:
        if args.text is not None:
            raise UsageError("--edit opens the existing note; leave out the text, or --edit.")
        _edit_note(context, id_, old)
    elif args.text is None:
        if bookmark is None:
            raise UsageError(f"{id_} is not in your library. “papertui bookmark add {id_}” adds it.")
        write("".join(f"{printable(line)}\n" for line in old.splitlines()))
    else:
        text = args.text if args.text != "-" else (sys.stdin.read() if sys.stdin else "")
        library.note(id_, text)
        _print_ids([id_])
    return 0


def _edit_note(context: Context, id_: str, old: str) -> None:
    """Edit a note in the user's editor. On an error the text stays in a file that is named."""
    path = note_file(old)
    try:
        if failure := edit_file(path, context.environ):
            raise UsageError(f"{failure} The note is unchanged.")
        text = path.read_text(encoding="utf-8", errors="replace")
        if not context.services.library.note(id_, text):
            print_message("The note is unchanged.")
    except PapertuiError as error:
        if path.read_bytes().strip() in {b"", old.strip().encode()}:
            path.unlink()
            raise
        print_message(f"Your text is saved in {path}")
        raise error from None
    path.unlink()


def edit_collections(context: Context) -> int:
    args, library = context.args, context.services.library
    if args.save:
        name, query = args.save
        context.services.search.check(query)
        print_message(
            f"Saved as “{name}”."
            if library.save_collection(name, query)
            else f"“{name}” is already saved with this query."
        )
        return 0
    if args.drop is not None:
        if not library.drop_collection(args.drop):
            raise UsageError(f"There is no collection “{args.drop}”.")
        print_message(f"Deleted “{args.drop}”; its papers stay. “papertui undo” restores it.")
        return 0
    saved = library.collections() if context.has_library() else {}
    if args.json or args.jsonl:
        write_records(({"name": name, "query": query} for name, query in saved.items()), lines=args.jsonl)
        return 0
    if not saved:
        print_message("No collections yet. “papertui bookmark collections --save NAME QUERY” saves a query.")
    width = max(map(len, saved), default=0)
    write("".join(f"{printable(name):<{width}}  {printable(query)}\n" for name, query in saved.items()))
    return 0


# --- undo, redo, log ---------------------------------------------------------------------------------


def undo_change(context: Context) -> int:
    result = context.services.library.undo() if context.has_library() else None
    return _print_undone("Undone", result, "Nothing to undo.")


def redo_change(context: Context) -> int:
    result = context.services.library.redo() if context.has_library() else None
    return _print_undone("Redone", result, "Nothing to redo.")


def _print_undone(verb: str, result: UndoResult | None, nothing: str) -> int:
    if result is None:
        print_message(nothing)
        return 0
    for sentence in result.left:
        print_message(sentence)
    write(f"{verb}: {printable(result.step.what)}{_single_title(result.step)}\n", now=True)
    return 0


def print_log(context: Context) -> int:
    args = context.args
    steps = context.services.library.log(args.limit) if context.has_library() else ()
    if args.json or args.jsonl:
        write_records(map(_step_record, steps), lines=args.jsonl)
        return 0
    if not steps:
        print_message("No changes yet.")
    for step in steps:
        when = step.at.astimezone()
        write(f"{step.number:>5}  {when:%Y-%m-%d %H:%M}  {_step_words(step)}{_single_title(step)}\n")
        joined = step.imported.joined
        write("".join(f"       {printable(_joined_words(one))}\n" for one in joined[:_MOST_JOINED]))
        if len(joined) > _MOST_JOINED:
            write(f"       and {grouped(len(joined) - _MOST_JOINED)} more; --json lists all\n")
    return 0


def _joined_words(one: JoinedRecord) -> str:
    own = "" if one.id == one.into else f" ({one.id})"
    return f"joined “{one.title}”{own} into {one.into}" + (f": {one.why}" if one.why else "")


def _step_words(step: ChangeSet) -> str:
    what = printable(step.what)
    if step.undoes is not None:
        return f"undo of {step.undoes}: {what}"
    return what if step.redoes is None else f"redo of {step.redoes}: {what}"


def _single_title(step: ChangeSet) -> str:
    """The title of the changed bookmark if the step changed only one."""
    bookmarks = [change.after or change.before for change in step.changes]
    return f"  {printable(bookmarks[0].paper.title)}" if len(bookmarks) == 1 and bookmarks[0] is not None else ""


def _step_record(step: ChangeSet) -> dict[str, Any]:
    return {
        "number": step.number,
        "at": iso(step.at),
        "what": step.what,
        "undoes": step.undoes,
        "redoes": step.redoes,
        "changes": [
            {
                "id": change.id,
                "title": None if (bookmark := change.after or change.before) is None else bookmark.paper.title,
                "before": _bookmark_record(change.before),
                "after": _bookmark_record(change.after),
            }
            for change in step.changes
        ],
        "collections": [query._asdict() for query in step.queries],
        **({"joined": [one._asdict() for one in step.imported.joined]} if step.imported.joined else {}),
    }


def _bookmark_record(bookmark: Bookmark | None) -> Any:  # noqa: ANN401 - as JSON
    return None if bookmark is None else public_record(bookmark.paper, bookmark)["bookmark"]
