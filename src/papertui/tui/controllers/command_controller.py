"""The command line of the main screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from papertui.app import Services
from papertui.commands.completion import Names, completions
from papertui.commands.library_changes import LibraryChange, library_change
from papertui.commands.request import Request, filter_of, list_request, order_of, parse
from papertui.commands.table import BY_WORD, OPTIONS
from papertui.errors import UsageError
from papertui.model.feed import BUILT_IN, FeedName
from papertui.model.filters import ListFilter
from papertui.model.format import plural
from papertui.model.ordering import Order
from papertui.model.paper import Paper, page_address
from papertui.services.follows import followed_text
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.list_controller import ListController, SelectionController, describe
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.list_state import is_lazy
from papertui.tui.widgets.command_line import CommandLine

#: The most lines that a command can print to be shown as a notice.
_NOTICE_LINES = 2
_Run = Callable[[Request], Awaitable[None]]
#: The actions that show on a screen what commands without arguments print.
_SCREENS = {"diff": "versions", "map": "map", "trends": "trends", "why": "why"}


class ScreenActions(NamedTuple):
    """What the screen does for commands."""

    open_feed: Callable[[FeedName], None]
    open_link: Callable[[str], None]
    open_pdf: Callable[[Paper], None]
    run_action: Callable[[str], Awaitable[object]]  # by the name of the action
    set_lines: Callable[[int], None]  # per paper
    show_help: Callable[[str], None]  # with these words
    set_order: Callable[[Order], object]
    set_filter: Callable[[ListFilter], object]
    choose_theme: Callable[[str], object]
    themes: Callable[[], tuple[str, ...]]
    tags: Callable[[], tuple[str, ...]]


class CommandController:
    """Runs commands on what is shown: the paper being read, else the selected papers, else the one under the cursor."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        library: LibraryController,
        selection: SelectionController,
        services: Services,
        actions: ScreenActions,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._library = library
        self._selection = selection
        self._services = services
        self._actions = actions
        self._line: CommandLine | None = None
        self._commands: Mapping[str, _Run] = {
            "list": self._list,
            "search": self._search_for,
            "show": self._show,
            "read": self._read,
            "open": self._open,
            "pdf": self._pdf,
            "undo": self._act,
            "redo": self._act,
            "quit": self._act,
            "export": self._export,
            "sort": self._sort,
            "filter": self._filter,
            "refresh": self._refresh,
            "follow": self._follow,
            "unfollow": self._unfollow,
            "set": self._set,
            "help": self._help,
        }

    @property
    def is_typing(self) -> bool:
        return self._line is not None and self._line.is_open

    # --- the line ------------------------------------------------------------------------------------

    async def open(self, text: str = "") -> None:
        """Show the line with `text`."""
        if self._line is None:
            self._line = CommandLine()
            await self._screen.mount(self._line, before="KeyLine")
        self._line.open(text)

    def close(self) -> None:
        if self._line is not None and self._line.is_open:
            self._line.close()
            self._lists.focus_shown()

    def typed(self, line: str) -> None:
        in_background(self._screen, self._complete, line, group="complete", exclusive=True)

    async def _complete(self, line: str) -> None:
        command = line.split(" ", 1)[0]
        spec = BY_WORD.get(command)
        about = f"{spec.word} {spec.usage}   {spec.about}" if spec else ""
        found = await asyncio.to_thread(completions, line, self._names())
        if self._line is not None:
            self._line.show_candidates(line, found, about)

    def _names(self) -> Names:
        follows = self._services.follows
        return Names(
            feeds=(*(view.kind for view in BUILT_IN), *follows.names),
            followed=tuple(follow.key for follow in follows.all),
            tags=self._actions.tags(),
            themes=self._actions.themes(),
        )

    def enter(self, line: str) -> None:
        """Run a line; keep it for corrections if it is wrong."""
        if self._line is None:
            return
        self._line.remember(line)
        try:
            request = parse(line)
        except UsageError as error:
            self._notice.warn(str(error))
            return
        self._notice.dismiss()
        self.close()
        if request is not None:
            in_background(self._screen, self._run, request, group="command")

    async def _run(self, request: Request) -> None:
        with self._notice.errors():
            if (change := library_change(request)) is not None:
                await self._change(change)
            elif (run := self._commands.get(request.command.word)) is not None:
                await run(request)
            elif (screen := _SCREENS.get(request.command.word)) is not None and not request.args:
                await self._actions.run_action(screen)
            else:
                await self._run_program(request)

    # --- papers --------------------------------------------------------------------------------------

    async def _papers(self, request: Request) -> tuple[Paper, ...]:
        """Return the papers that a request names, or those at hand.

        Raises:
            PapertuiError: there is none, or one cannot be found.
        """
        ids, rest = request.split_ids()
        request._replace(args=rest).done()
        if not ids:
            if not (papers := self._selection.targets):
                raise UsageError("There is no paper here. Give an id, such as 2604.26951.")
            return papers
        return tuple([await self._find(id_) for id_ in ids])

    async def _find(self, id_: str) -> Paper:
        return await self._services.papers.find(id_, offline=not self._context.start.uses_network)

    async def _change(self, change: LibraryChange) -> None:
        papers = tuple([await self._find(id_) for id_ in change.ids]) or self._selection.targets
        if not papers:
            raise UsageError("There is no paper here. Give an id, such as 2604.26951.")
        service = self._services.library
        words = await self._library.edit(lambda: change.run(service, papers), papers if change.adds else ())
        self._notice.show_message(words)

    async def _show(self, request: Request) -> None:
        papers = await self._papers(request)
        if request.args:  # otherwise it is shown already
            await self._search.put(f"id:{papers[0].id}")
            await self._search.shown()
            self._lists.focus()

    async def _read(self, request: Request) -> None:
        await self._show(request)
        await self._actions.run_action("read_paper")

    async def _open(self, request: Request) -> None:
        wants_pdf, request = request.option("--pdf")
        for paper in await self._papers(request):
            self._actions.open_link((wants_pdf and paper.pdf) or page_address(paper))

    async def _pdf(self, request: Request) -> None:
        for paper in await self._papers(request):
            self._actions.open_pdf(paper)

    async def _export(self, request: Request) -> None:
        from papertui.commands.export import export_request  # noqa: PLC0415 - imports the formats

        wanted = export_request(request)
        selected = self._selection.selected
        ids = [paper.id for paper in selected] if selected else None
        kept = len(self._lists.state.kept)
        words = describe(selected) if selected else f"the library, {plural(kept, 'paper')}," if kept else "no papers"
        exporter = self._services.exporter
        self._notice.show_message(await asyncio.to_thread(wanted.run, exporter, ids, words))

    # --- lists ---------------------------------------------------------------------------------------

    async def _list(self, request: Request) -> None:
        wanted = list_request(request)
        if wanted.feed is not None:
            name = self._services.follows.named(wanted.feed)
            self._services.feeds.check_period(name)
            self._actions.open_feed(name)
        if wanted.order is not None:
            self._set_order(wanted.order)
        if wanted.show is not None:
            self._set_filter(wanted.show)

    async def _search_for(self, request: Request) -> None:
        scope, request = request.value("--in")
        online, request = request.option("--online")
        if scope is not None:
            request._replace(args=(scope,)).one_of(("library", "archive"), "a scope")
            self._actions.open_feed(FeedName("library" if scope == "library" else "archive"))
        await self._search.put(" ".join(request.args))
        self._lists.focus()
        if online:
            self._search.search_online()

    async def _sort(self, request: Request) -> None:
        self._set_order(order_of(request))

    async def _filter(self, request: Request) -> None:
        self._set_filter(filter_of(request))

    def _set_order(self, order: Order) -> None:
        if order not in self._lists.state.orders:
            raise UsageError(f"This list cannot be sorted by “{order.value.label}”.")
        self._actions.set_order(order)

    def _set_filter(self, show: ListFilter) -> None:
        state = self._lists.state
        if is_lazy(state.feed.papers) or show not in state.shows:
            raise UsageError(f"This list has no filter “{show.value.label}”.")
        self._actions.set_filter(show)

    async def _refresh(self, request: Request) -> None:
        if request.args:
            await self._list(request)
        await self._actions.run_action("refresh")

    async def _follow(self, request: Request) -> None:
        if not request.args:
            raise UsageError(f"“follow” needs a feed. {request.usage}")
        text = followed_text(request.args)
        result = await self._services.follows.follow(text, offline=not self._context.start.uses_network)
        self._tabs.reload()
        self._actions.open_feed(result.follow.name)
        self._notice.show_message(f"You follow {result.follow.title} now.")

    async def _unfollow(self, request: Request) -> None:
        if not request.args:
            raise UsageError(f"“unfollow” needs a feed. {request.usage}")
        follow = await asyncio.to_thread(self._services.follows.unfollow, followed_text(request.args))
        self._tabs.reload()
        self._notice.show_message(f"You no longer follow {follow.title}; its papers stay stored.")

    # --- the app -------------------------------------------------------------------------------------

    async def _act(self, request: Request) -> None:
        request.done()
        await self._actions.run_action(request.command.word)

    async def _set(self, request: Request) -> None:
        option, *values = request.args or ("",)
        value = Request(request.command, tuple(values))
        if option == "theme":
            self._actions.choose_theme(value.one_of(self._actions.themes(), "a theme"))
        elif option == "lines":
            self._actions.set_lines(int(value.one_of(("1", "2", "3"), "a number of lines")))
        else:
            request._replace(args=(option,) if option else ()).one_of(OPTIONS, "a setting")

    async def _help(self, request: Request) -> None:
        self._actions.show_help(request.text)

    async def _run_program(self, request: Request) -> None:
        from papertui.commands.program import program_of, run_program  # noqa: PLC0415 - starts processes
        from papertui.tui.dialogs.output import OutputDialog  # noqa: PLC0415 - the first frame needs no dialog

        papers = self._selection.targets
        words = program_of(request, papers[0].id if papers else None)
        if self._context.start.offline and request.command.word in {"sync", "digest"}:
            raise UsageError("papertui runs with --offline. Restart it without --offline for this command.")
        with self._tabs.activity.running(f"running {request.command.word}"):
            output = await asyncio.to_thread(run_program, words, self._services.environ)
        text = output.text or "Done."
        self._tabs.reload()
        if len(text.splitlines()) <= _NOTICE_LINES:
            self._notice.show_message(text, warning=bool(output.exit_code))
        else:
            self._screen.app.push_screen(OutputDialog(f"papertui {' '.join(words)}", text))
