"""The list of papers of linear mode, and what its keys do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from papertui.app import Services
from papertui.cli.linear.terminal import Terminal
from papertui.cli.paper_text import TextStyle, document_lines, paper_details
from papertui.errors import PaperNotFoundError, PapertuiError, SourceError, UsageError
from papertui.model.bookmark import STATES, State
from papertui.model.document import Document
from papertui.model.feed import Feed, FeedName, parse_day, period, step
from papertui.model.filters import ListFilter
from papertui.model.format import grouped, plural
from papertui.model.ordering import Order
from papertui.model.paper import Paper, link_of, page_address
from papertui.tui.key_reader import REPEATED, KeyReader
from papertui.tui.keymap import ACTIONS, Keymap, setting_name, shown_key
from papertui.tui.list_state import ListState, is_lazy

#: Papers of a page.
_PAGE = 10
#: The most matches of a search.
_MOST_MATCHES = 1_000
_MOST_REPEATS = 99
_NEXT_STATE: Mapping[State, State] = dict(zip(STATES, (*STATES[1:], STATES[0]), strict=True))
_LIBRARY = FeedName("library")


class LinearSession:
    """Shows papers one by one; each event is a line.

    Args:
        terminal: where keys come from and lines go to.
        services: the services.
        keys: the keys in force.
        style: how texts are formatted.
        run_command: runs a command line.
        offline: never use the network.
        demo: show only the bundled papers.
    """

    def __init__(
        self,
        terminal: Terminal,
        services: Services,
        keys: Keymap,
        style: TextStyle,
        run_command: Callable[[LinearSession, str], None],
        *,
        offline: bool = False,
        demo: bool = False,
    ) -> None:
        self.terminal = terminal
        self.services = services
        self.is_offline = offline or demo
        self._keys = keys
        self._reader = KeyReader(keys)
        self._style = style
        self._run_command = run_command
        self._demo = demo
        self._titles = {setting_name(action): action for action in ACTIONS}
        self._count: int | None = None
        self.state = ListState(Feed(FeedName("trending"), ()), read=services.read_state.read_ids())
        self._row = 0
        self._notices_given: set[str] = set()
        self.is_ended = False
        terminal.on_continue = self.say_paper
        #: What keys do, by the setting names of actions.
        self._actions: Mapping[str, Callable[[], None]] = {
            "down": lambda: self._move(self._times),
            "up": lambda: self._move(-self._times),
            "half_down": lambda: self._move(_PAGE // 2 * self._times),
            "half_up": lambda: self._move(-(_PAGE // 2) * self._times),
            "page_down": lambda: self._move(_PAGE * self._times),
            "page_up": lambda: self._move(-_PAGE * self._times),
            "first": lambda: self._go(self._times - 1),
            "top": lambda: self._go(self._times - 1),
            "bottom": lambda: self._go((self._count or self.state.size) - 1),
            "next": lambda: self._leap(1),
            "previous": lambda: self._leap(-1),
            "search": self._ask_search,
            "back": self._back,
            "sort": self._next_order,
            "filter": self._next_filter,
            "read_paper": self.read,
            "browse": lambda: self.open_page(self._needed()),
            "pdf": lambda: self.run_line("pdf"),
            "code": self._open_code,
            "copy_link": lambda: self.say(link_of(self._needed()) or "This paper has no link."),
            "copy_bibtex": self._say_bibtex,
            "mark_read": self._mark_read,
            "bookmark": self._toggle_bookmark,
            "tags": lambda: self._ask("Tags, such as +todo -old:", "tag"),
            "note": lambda: self._ask("Note:", "note"),
            "rate": lambda: self._ask("Rating, 1 to 5 or none:", "rate"),
            "state": self._next_state,
            "export": lambda: self._ask("Export to the file:", "export"),
            "undo": lambda: self.run_line("undo"),
            "redo": lambda: self.run_line("redo"),
            "history": lambda: self.run_line("log"),
            "previous_view": lambda: self._beside(-1),
            "next_view": lambda: self._beside(1),
            "earlier": lambda: self._step(-1),
            "later": lambda: self._step(1),
            "refresh": self.refresh,
            "follow": lambda: self.run_line("feeds list"),
            "digest": lambda: self.run_line("digest"),
            "map": lambda: self.run_line("map"),
            "help": self.say_keys,
            "command": self._ask_command,
            "palette": self._ask_command,
            "quit": self.end,
            **{f"view_{number}": lambda number=number: self._view(number) for number in range(1, 10)},  # type: ignore[misc]
        }

    # --- keys ----------------------------------------------------------------------------------------

    def run(self, name: FeedName) -> None:
        """Open a feed, then follow keys until the reader quits or the input ends."""
        self.say("papertui, linear mode. " + self._hint())
        with_errors(self, lambda: self.open(name))
        while not self.is_ended and (key := self.terminal.key()) is not None:
            self.press(key)
        with_errors(self, self._remember)

    def _hint(self) -> str:
        names = [(self._keys.name("help"), "lists the keys"), (self._keys.name("quit"), "quits")]
        return ", ".join(f"{key} {words}" for key, words in names) + "."

    def press(self, key: str) -> None:
        """Do what a key does."""
        press = self._reader.press(key)
        if press.kind == "wait":
            return
        action = press.action or self._keys.actions.get((key,), "")
        if press.kind == "unknown" or not action:
            words = press.keys or shown_key(key)
            self.say(f"No action has the key “{words}”. {self._keys.name('help')} lists the keys.")
        elif action not in self._actions:
            self.say(f"“{self._titles[action].title}” is for the screen only.")
        else:
            repeats = min(press.times or 1, _MOST_REPEATS) if action in REPEATED else 1
            self._count = press.times
            for _ in range(repeats):
                with_errors(self, self._actions[action])
            self._count = None

    @property
    def _times(self) -> int:
        return self._count or 1

    def say(self, text: str) -> None:
        self.terminal.say(text)

    def say_keys(self, words: str = "") -> None:
        """Print the keys of linear mode, those whose line has all of `words`."""
        lines = [
            f"{self._keys.names(name).replace('  ', ' or ')}: {action.title}."
            for name, action in self._titles.items()
            if name in self._actions
        ]
        wanted = words.casefold().split()
        self.page(line for line in lines if all(word in line.casefold() for word in wanted))

    def end(self) -> None:
        self.is_ended = True

    def _remember(self) -> None:
        if not self._demo:
            name = self.state.feed.name
            is_calendar = name.kind in {"daily", "weekly", "monthly"}
            self.services.read_state.remember_feed(FeedName(name.kind) if is_calendar else name)

    # --- feeds ---------------------------------------------------------------------------------------

    def open(self, name: FeedName, *, fetch: bool = False) -> None:
        """Show a feed: as stored if that is fresh, otherwise fetched.

        Raises:
            PapertuiError: it cannot be shown.
        """
        feed = self.services.feeds.starter(name) if self._demo else self._feed(name, fetch=fetch)
        self.state = self.state.with_feed(feed)._replace(show=ListFilter.ALL, order=Order.FEED).with_feed(feed)
        self._row = 0
        self.load_marks()
        with_errors(self, self._load_context)
        self.say(f"{self.title(feed.name)}, {plural(self.state.size, 'paper')}.")
        notices = [notice for notice in feed.notices if notice not in self._notices_given]
        self._notices_given.update(notices)
        for notice in notices:
            self.say(notice)
        self.say_paper()

    def _feed(self, name: FeedName, *, fetch: bool) -> Feed:
        feeds = self.services.feeds
        stored = feeds.stored(name)
        is_local = name.kind in {"library", "archive"}
        if stored is not None and not fetch and (is_local or self.is_offline or feeds.is_fresh(stored)):
            return stored
        if is_local:
            return stored or Feed(name, ())
        if self.is_offline and stored is None and (starter := feeds.starter(name)).papers:
            return starter
        if not self.is_offline:
            self.say(f"Fetching {self.title(name)}.")
        try:
            return asyncio.run(feeds.serve(name, offline=self.is_offline))
        except SourceError as error:
            if not (starter := feeds.starter(name)).papers:
                raise
            self.say(str(error))
            return starter
        except KeyboardInterrupt:
            self.say("Cancelled.")
            return stored or Feed(name, ())

    def _load_context(self) -> None:
        feed = self.state.feed
        if not is_lazy(feed.papers) and feed.origin not in {"starter", "opening"}:
            self.state = self.state.with_context(self.services.feeds.context(feed))

    def load_marks(self) -> None:
        """Read the bookmarks and what was read.

        Raises:
            StoreError: they cannot be read.
        """
        marks = self.services.library.by_id()
        self.state = self.state.with_marks(marks=marks, read=self.services.read_state.read_ids())
        self._row = max(0, min(self._row, self.state.size - 1))

    def title(self, name: FeedName) -> str:
        """Return the title of a feed with its period: ``Daily, Thu 30 Apr``."""
        if name.kind == "daily" and name.detail:
            day = parse_day(name.detail)
            return f"Daily, {day:%a} {day.day} {day:%b}"
        if name.kind in {"weekly", "monthly"} and name.detail:
            return f"{name.kind.capitalize()}, {name.detail}"
        return self.services.follows.title(name) if name.detail else name.kind.capitalize()

    @property
    def tabs(self) -> Sequence[FeedName]:
        tabs = self.services.follows.tabs()  # an empty queue has none, as on the screen
        hidden = {
            *(() if self.services.feeds.queued() else ("queue",)),
            *(() if self.services.alerts.is_used else ("alerts",)),
        }
        return tuple(name for name in tabs if name.kind not in hidden)

    def _view(self, number: int) -> None:
        if number > len(self.tabs):
            raise UsageError(f"There are only {len(self.tabs)} feeds with a key.")
        self.open(self.tabs[number - 1])

    def _beside(self, by: int) -> None:
        kind = self.state.feed.name
        places = [place for place, name in enumerate(self.tabs) if name == kind or (name.kind == kind.kind)]
        self.open(self.tabs[((places[0] if places else 0) + by) % len(self.tabs)])

    def _step(self, by: int) -> None:
        name = step(self.state.feed.name, by)
        span = period(name)
        if span is None:
            raise UsageError("Only Daily, Weekly and Monthly have earlier and later lists.")
        if span[0] > self.services.feeds.today():
            raise UsageError(f"{self.title(self.state.feed.name)} is the latest list.")
        self.open(name)

    def refresh(self) -> None:
        """Fetch the feed again.

        Raises:
            UsageError: papertui is offline.
        """
        if self.is_offline:
            raise UsageError("papertui runs offline. Restart it without --offline or --demo to fetch papers.")
        self.open(self.state.feed.name, fetch=True)

    # --- moving --------------------------------------------------------------------------------------

    @property
    def paper(self) -> Paper | None:
        return self.state.paper(self._row) if self._row < self.state.size else None

    def _needed(self) -> Paper:
        if (paper := self.paper) is None:
            raise UsageError("There is no paper here.")
        return paper

    def say_paper(self) -> None:
        """Say where the reader is: ``12 of 240: title``."""
        paper, state = self.paper, self.state
        if paper is None:
            self.say("No matches." if state.query else "No papers.")
            return
        facts = [] if paper.upvotes is None else [plural(paper.upvotes, "vote")]
        facts += ["bookmarked"] if paper.id in state.kept else []
        facts += ["read"] if paper.id in state.read else []
        words = f" ({', '.join(facts)})" if facts else ""
        self.say(f"{grouped(self._row + 1)} of {grouped(state.size)}: {paper.title}{words}")

    def _move(self, by: int) -> None:
        self._go(self._row + by)

    def _go(self, row: int) -> None:
        new = max(0, min(row, self.state.size - 1))
        if new == self._row and row != new and self.state.size:
            self.say("This is the first paper." if row < new else "This is the last paper.")
        self._row = new
        self.say_paper()

    def _leap(self, by: int) -> None:
        state, row = self.state, self._row + by
        while not state.query and 0 <= row < state.size and state.paper(row).id in state.read:
            row += by
        if not 0 <= row < state.size:
            raise UsageError(f"No more {'matches' if state.query else 'unread papers'}.")
        self._row = row
        self.say_paper()

    # --- search, order and filter --------------------------------------------------------------------

    def _ask_search(self) -> None:
        if (query := self.terminal.line("Search:")) is not None:
            self.search(query)

    def search(self, query: str) -> None:
        """Search the open feed, then everything stored if it has no match; show all papers for an empty query.

        Raises:
            PapertuiError: the query is wrong, or the stores cannot be read.
        """
        self._row = 0
        if not query.strip():
            self.state = self.state.with_results("", None)
            self.say(f"{self.title(self.state.feed.name)}, {plural(self.state.size, 'paper')}.")
            self.say_paper()
            return
        service = self.services.search
        service.check(query)
        papers = self.state.feed.papers
        found = None
        if not is_lazy(papers):
            results = service.index(papers).search(query, today=self.services.feeds.today())
            found = self.state.with_results(query, results)
        if found is None or not found.size:
            session = service.open("archive" if found is None else "everything", None)
            response = session.answer(query, _MOST_MATCHES, fields=False, similar=True)
            if found is not None:
                self.say(f"No match in {self.title(self.state.feed.name)}; searching everything stored.")
            found = self.state.with_results(query, response.results, beyond=response.papers, of=response.of)
        self.state = found
        self.say(f"{plural(found.size, 'match', 'matches')} for “{query.strip()}”.")
        self.say_paper()

    def _back(self) -> None:
        if self._reader.cancel():
            return
        if self.state.query:
            self.search("")
        elif self.state.show is not ListFilter.ALL:
            self.set_filter(ListFilter.ALL)
        else:
            self.say_paper()

    def _next_order(self) -> None:
        orders = self.state.orders
        self.set_order(orders[(orders.index(self.state.order) + 1) % len(orders)])

    def set_order(self, order: Order) -> None:
        """Sort by `order`.

        Raises:
            UsageError: this feed does not have it.
        """
        if is_lazy(self.state.feed.papers) or order not in self.state.orders:
            raise UsageError(f"This list cannot be sorted by “{order.value.label}”.")
        self.state = self.state.with_order(order)
        self._row = 0
        self.say(f"Sorted: {order.value.words or 'as in the feed'}.")
        self.say_paper()

    def _next_filter(self) -> None:
        shows = self.state.shows
        self.set_filter(shows[(shows.index(self.state.show) + 1) % len(shows)])

    def set_filter(self, show: ListFilter) -> None:
        """Show only the papers of `show`.

        Raises:
            UsageError: this feed does not have it.
        """
        if is_lazy(self.state.feed.papers) or show not in self.state.shows:
            raise UsageError(f"This list has no filter “{show.value.label}”.")
        self.state = self.state.with_show(show)
        self._row = 0
        self.say(f"Filter: {show.value.words or 'all papers'}, {grouped(self.state.size)}.")
        self.say_paper()

    # --- the paper -----------------------------------------------------------------------------------

    def find(self, id_: str) -> Paper:
        """Return a paper by its id.

        Raises:
            PapertuiError: it is not found.
        """
        return asyncio.run(self.services.papers.find(id_, offline=self.is_offline))

    def read(self, paper: Paper | None = None) -> None:
        """Print a paper with its full text, in pages.

        Raises:
            PapertuiError: there is no paper.
        """
        paper = paper or self._needed()
        bookmark = self.state.marks.get(paper.id)
        lines = paper_details(paper, self._style, bookmark).splitlines()
        try:
            document = asyncio.run(self.services.papers.text(paper.id, offline=self.is_offline)).document
        except PaperNotFoundError:
            end = f"There is no full text. {self._keys.name('pdf')} opens the PDF."
        except PapertuiError as error:
            end = str(error)
        else:
            lines += ["", *self._text(document)]
            end = "End of the paper."
        if self.page([*lines, end]):
            self._mark_opened(paper)

    def _text(self, document: Document) -> Iterable[str]:
        return (line.rstrip("\n") for line in document_lines(document, self._style))

    def page(self, lines: Iterable[str]) -> bool:
        """Print lines, on a terminal in pages; return whether any was printed."""
        text = [part for line in lines for part in self.terminal.broken(line)]
        size = self.terminal.lines_per_page or max(1, len(text))
        for start in range(0, len(text), size):
            for line in text[start : start + size]:
                self.say(line)
            left = len(text) - start - size
            if left > 0:
                self.say(f"{plural(left, 'more line')}. Space continues, Escape stops.")
                if self.terminal.key() in {None, "escape", "q"}:
                    self.say_paper()
                    break
        return bool(text)

    def _mark_opened(self, paper: Paper) -> None:
        if self.services.papers.stored(paper.id) is not None and self.services.read_state.mark_opened([paper.id]):
            self.state = self.state.with_marks(read=self.state.read | {paper.id})

    def open_page(self, paper: Paper) -> None:
        """Open the page of a paper in the browser.

        Raises:
            UsageError: no browser could be started.
        """
        self._open(page_address(paper))
        self._mark_opened(paper)

    def _open(self, url: str) -> None:
        if not self.services.papers.open_page(url):
            raise UsageError(f"No browser could be started. Open {url}")
        self.say(f"Opened {url}")

    def _open_code(self) -> None:
        if (url := self._needed().github) is None:
            raise UsageError("This paper has no known code repository.")
        self._open(url)

    def _say_bibtex(self) -> None:
        from papertui.citations.bibtex import bibtex_entry  # noqa: PLC0415 - imports the TeX tables

        self.say(bibtex_entry(self._needed()).strip())

    def _mark_read(self) -> None:
        paper = self._needed()
        is_read = paper.id in self.state.read
        self.services.read_state.mark([paper.id], read=not is_read)
        self.state = self.state.with_marks(read=self.state.read ^ {paper.id})
        self.say("Marked as unread." if is_read else "Marked as read.")

    # --- the library ---------------------------------------------------------------------------------

    def _toggle_bookmark(self) -> None:
        is_bookmarked = self.services.library.toggle(self._needed())
        self.load_marks()
        undo = self._keys.name("undo")
        self.say("Bookmarked." if is_bookmarked else f"Bookmark removed. {undo} undoes this.")

    def _next_state(self) -> None:
        mark = self.state.marks.get(self._needed().id)
        self.run_line(f"state {'reading' if mark is None else _NEXT_STATE[mark.state].replace(' ', '-')}")

    def _ask(self, prompt: str, command: str) -> None:
        self._needed()
        answer = self.terminal.line(prompt)
        if answer and answer.strip():
            self.run_line(f"{command} {answer}")

    # --- commands ------------------------------------------------------------------------------------

    def _ask_command(self) -> None:
        if (line := self.terminal.line(":")) is not None:
            self.run_line(line)

    def run_line(self, line: str) -> None:
        """Run a command.

        Raises:
            PapertuiError: it is wrong, or failed.
        """
        self._run_command(self, line)


def with_errors(session: LinearSession, work: Callable[[], object]) -> None:
    """Run `work`; say what went wrong."""
    try:
        work()
    except PapertuiError as error:
        session.say(str(error))
    for notice in (*session.services.library.take_notices(), *session.services.read_state.take_notices()):
        session.say(notice)
