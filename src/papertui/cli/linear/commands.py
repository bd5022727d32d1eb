"""Commands in linear mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from papertui.cli.linear.session import LinearSession
from papertui.commands.export import export_request
from papertui.commands.library_changes import library_change
from papertui.commands.program import program_of, run_program
from papertui.commands.request import Request, filter_of, list_request, order_of, parse
from papertui.errors import PaperNotFoundError, UsageError
from papertui.model.changes import UndoResult
from papertui.model.feed import FeedName
from papertui.model.paper import Paper, page_address
from papertui.services.follows import followed_text

#: The number of papers requested from the services.
_ONLINE_LIMIT = 100


def run_command(session: LinearSession, line: str) -> None:
    """Run a command line.

    Raises:
        PapertuiError: it is wrong, or failed.
    """
    request = parse(line)
    if request is None:
        return
    if (change := library_change(request)) is not None:
        papers = tuple(session.find(id_) for id_ in change.ids) or _here(session)
        library = session.services.library
        try:
            words = change.run(library, papers)
        except PaperNotFoundError:  # a bundled paper is not stored
            if not change.adds:
                raise
            library.keep(papers)
            words = change.run(library, papers)
        session.load_marks()
        session.say(words)
    elif (run := COMMANDS.get(request.command.word)) is not None:
        run(session, request)
    else:
        output = run_program(
            program_of(request, None if session.paper is None else session.paper.id), session.services.environ
        )
        session.page((output.text or "Done.").splitlines())
        session.load_marks()


def _here(session: LinearSession) -> tuple[Paper, ...]:
    if (paper := session.paper) is None:
        raise UsageError("There is no paper here. Give an id, such as 2604.26951.")
    return (paper,)


def _papers(session: LinearSession, request: Request) -> tuple[Paper, ...]:
    ids, rest = request.split_ids()
    request._replace(args=rest).done()
    return tuple(session.find(id_) for id_ in ids) or _here(session)


def _list(session: LinearSession, request: Request) -> None:
    wanted = list_request(request)
    if wanted.feed is not None:
        name = session.services.follows.named(wanted.feed)
        session.services.feeds.check_period(name)
        session.open(name)
    if wanted.order is not None:
        session.set_order(wanted.order)
    if wanted.show is not None:
        session.set_filter(wanted.show)


def _search(session: LinearSession, request: Request) -> None:
    scope, request = request.value("--in")
    online, request = request.option("--online")
    query = " ".join(request.args)
    if online and not session.is_offline:
        for notice in asyncio.run(session.services.search.fetch(query, _ONLINE_LIMIT)):
            session.say(notice)
    if scope is not None:
        request._replace(args=(scope,)).one_of(("library", "archive"), "a scope")
        session.open(FeedName("library" if scope == "library" else "archive"))
    session.search(query)


def _show(session: LinearSession, request: Request) -> None:
    if request.args:
        session.search(f"id:{_papers(session, request)[0].id}")
    else:
        session.say_paper()


def _read(session: LinearSession, request: Request) -> None:
    session.read(_papers(session, request)[0])


def _open(session: LinearSession, request: Request) -> None:
    wants_pdf, request = request.option("--pdf")
    for paper in _papers(session, request):
        if wants_pdf:
            url = paper.pdf or page_address(paper)
            session.services.papers.open_page(url)
            session.say(f"Opened {url}")
        else:
            session.open_page(paper)


def _pdf(session: LinearSession, request: Request) -> None:
    ids = [paper.id for paper in _papers(session, request)]
    session.say("Downloading the PDF.")
    session.page(run_program(["pdf", *ids], session.services.environ).text.splitlines())


def _export(session: LinearSession, request: Request) -> None:
    wanted = export_request(request)
    session.say(wanted.run(session.services.exporter, None, "the library"))


def _undo(session: LinearSession, request: Request) -> None:
    request.done()
    library = session.services.library
    word = request.command.word
    result = library.undo() if word == "undo" else library.redo()
    session.load_marks()
    session.say(_words(word, result))


def _words(word: str, result: UndoResult | None) -> str:
    if result is None:
        return f"Nothing to {word}."
    return " ".join((f"{'Undone' if word == 'undo' else 'Redone'}: {result.step.in_words}.", *result.left))


def _refresh(session: LinearSession, request: Request) -> None:
    if request.args:
        _list(session, request)
    session.refresh()


def _follow(session: LinearSession, request: Request) -> None:
    text = followed_text(request.args)
    result = asyncio.run(session.services.follows.follow(text, offline=session.is_offline))
    session.say(f"You follow {result.follow.title} now.")
    session.open(result.follow.name)


def _unfollow(session: LinearSession, request: Request) -> None:
    follow = session.services.follows.unfollow(followed_text(request.args))
    session.say(f"You no longer follow {follow.title}; its papers stay stored.")


def _set(_: LinearSession, request: Request) -> None:
    raise UsageError(f"“set {request.text}”: linear mode has no colours and one line per paper.".replace(" ”", "”"))


#: The commands that act on the session, by their words; library changes and programs are not among them.
COMMANDS: Mapping[str, Callable[[LinearSession, Request], None]] = {
    "list": _list,
    "search": _search,
    "show": _show,
    "read": _read,
    "open": _open,
    "pdf": _pdf,
    "undo": _undo,
    "redo": _undo,
    "export": _export,
    "sort": lambda session, request: session.set_order(order_of(request)),
    "filter": lambda session, request: session.set_filter(filter_of(request)),
    "refresh": _refresh,
    "follow": _follow,
    "unfollow": _unfollow,
    "set": _set,
    "help": lambda session, request: session.say_keys(request.text),
    "quit": lambda session, _: session.end(),
}
