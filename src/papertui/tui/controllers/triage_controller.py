"""The triage: a paper at a time, a key for each decision.

A key acts on the state at once; the disk follows, see `TriageWriter`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import monotonic
from typing import NamedTuple

from papertui.app import Services
from papertui.errors import PapertuiError, StoreError
from papertui.model.bookmark import TagEdit
from papertui.model.feed import MADE_HERE, FeedName
from papertui.model.format import plural
from papertui.model.paper import Paper, page_address
from papertui.model.queue import is_queued
from papertui.model.tag_hints import TagHints
from papertui.services.triage import Choice, Decision
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import NONE_AS_TYPED, ListController, describe
from papertui.tui.controllers.paper_controller import extras_of
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.controllers.triage_writer import TriageJob, TriageWriter, WriteListener
from papertui.tui.keymap import TRIAGE_ACTIONS, setting_name
from papertui.tui.triage_state import MOST_TAGS, Pace, TriageState, started, tag_slots, tally
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.paper_text import Block
from papertui.tui.widgets.triage_lines import Progress
from papertui.tui.widgets.triage_list import TriageRow
from papertui.tui.widgets.triage_view import TriageView

#: Views of bookmarks: a decision does not make their papers disappear, so a run is not remembered there.
_OF_BOOKMARKS = frozenset({"library", "queue"})
_DONE: Mapping[Choice, str] = {"keep": "kept", "later": "for later", "read": "read", "skip": "skipped"}
_HINTS = tuple((setting_name(action), action.bar) for action in TRIAGE_ACTIONS if action.bar)


class TriageActions(NamedTuple):
    """What the triage does with the main screen."""

    push_view: Callable[[TriageController, TriageView], None]  # opens a screen with the widgets
    read_paper: Callable[[], None]  # puts the paper under the cursor of the list on the whole screen
    open_feed: Callable[[FeedName], None]  # opens a feed in the list
    saw: Callable[[Paper], None]  # called with each paper that is shown


class TriageController:
    """Knows the run of the triage, shows it and writes what is decided.

    Args:
        context: the main screen, which outlives the screen of the triage.
        lists: the papers.
        tabs: the open feed and the others.
        writer: writes what is decided.
        services: know earlier decisions, tags and other feeds.
        actions: of the main screen.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        tabs: TabController,
        writer: TriageWriter,
        services: Services,
        actions: TriageActions,
    ) -> None:
        self._context = context
        self._lists = lists
        self._tabs = tabs
        self._writer = writer
        writer.listener = WriteListener(self._changed, self._saved, self._failed, self._warn)
        self._services = services
        self._push_view, self._read_paper, self._open_feed, self._saw = actions
        self._view: TriageView | None = None
        #: The feed and the query of the run.
        self._run: tuple[FeedName, str] | None = None
        self._state = TriageState(())
        self._pace = Pace()
        self._last: tuple[Paper, str] | None = None
        self._hints = TagHints()
        self._usual_tags: tuple[str, ...] = ()
        self._has_tags = False
        self._typed_tags: tuple[str, ...] = ()
        #: The next tab with papers to decide about, and how many.
        self._next: tuple[FeedName, int] | None = None
        self._is_reading = False
        #: What is not remembered yet.
        self._noted: dict[FeedName, Mapping[str, Decision]] = {}
        #: The keys pressed before the bookmarks were known; ``None`` once they are.
        self._held: list[Callable[[], None]] | None = None

    # --- opening and leaving -------------------------------------------------------------------------

    def open(self) -> None:
        """Start a run over the list, or go on with it; right after the start, as soon as the bookmarks are known."""
        if self._writer.library_loaded.is_set():
            self._begin()
        else:
            self._held = []
            self._open_view()
            in_background(self._context.screen, self._begin_loaded, group="triage notes")

    async def _begin_loaded(self) -> None:
        await self._writer.library_loaded.wait()
        held, self._held = self._held or [], None
        if self._view is None:  # the reader left
            return
        self._view.close()
        self._view = None
        self._begin()
        for act in held:
            act()

    def _holds(self, act: Callable[[], None]) -> bool:
        """Keep an action for later while the bookmarks are not known; return whether that is so."""
        if self._held is not None:
            self._held.append(act)
        return self._held is not None

    def _open_view(self) -> None:
        self._view = TriageView(self._context.glyphs, self._context.keys)
        self._push_view(self, self._view)

    def _begin(self) -> None:
        papers = self._lists.shown
        notice = self._context.notice
        if papers is None:
            notice.show_message("This is the whole archive. Search first, then decide about the matches.")
            return
        if not papers and self._lists.state.size:
            notice.show_message(f"{NONE_AS_TYPED} Change the query.")
            return
        waiting = tuple(self._waiting(papers))
        run = self._tabs.open_name, self._lists.state.query
        if run == self._run and self._state.papers:
            self._state = self._reopened(waiting).resumed(waiting)
        elif not waiting:
            notice.show_message(self._nothing_words(papers))
            return
        else:
            self._run, self._state, self._pace, self._last = run, started(waiting), Pace(), None
            self._held = []  # until the earlier decisions are known, which a new one would replace
            in_background(self._context.screen, self._load, papers, run, group="triage notes")
        self._next = None
        self._open_view()

    def _waiting(self, papers: tuple[Paper, ...]) -> Iterator[Paper]:
        """Yield the papers to decide about."""
        state, kind = self._lists.state, self._tabs.open_name.kind
        decided = self._writer.decided
        for paper in papers:
            is_read = paper.id in state.read
            if paper.id in decided:
                continue
            if kind == "queue":
                mark = state.marks.get(paper.id)
                if mark is not None and is_queued(paper.id, mark, state.read):
                    yield paper
            elif not is_read and (kind == "library" or paper.id not in state.kept):
                yield paper

    def _reopened(self, waiting: tuple[Paper, ...]) -> TriageState:
        """The state without decisions that were taken back elsewhere, such as by an undo in the list."""
        state = self._state
        if self._tabs.open_name.kind in _OF_BOOKMARKS:
            return state
        for paper in waiting:
            if paper.id in state.decisions:
                state = state.without(paper.id)
        return state

    def _nothing_words(self, papers: tuple[Paper, ...]) -> str:
        if not papers:
            return "There are no papers to decide about."
        if self._tabs.open_name.kind == "queue":
            return "Nothing waits in the queue."
        if len(papers) == 1:
            return "Nothing to decide: the only paper here is read or bookmarked."
        return f"Nothing to decide: all {len(papers)} papers are read or bookmarked."

    async def _load(self, papers: tuple[Paper, ...], run: tuple[FeedName, str]) -> None:
        """Load what was decided about this list before, and the tags to suggest."""
        decided: Mapping[str, Decision] = {}
        with self._notice.errors():
            if self._is_remembered:
                decided = await asyncio.to_thread(self._services.triage.decided, run[0])
            self._hints = await asyncio.to_thread(self._services.triage.tag_hints)
        self._usual_tags, self._has_tags = self._hints.most_used(MOST_TAGS), True
        held, self._held = self._held or [], None
        if run == self._run:
            self._state = self._state.with_earlier(papers, decided)
            for act in held:
                act()
            self.show()

    @property
    def _is_remembered(self) -> bool:
        return self._run is not None and not self._run[1] and self._run[0].kind not in _OF_BOOKMARKS

    def leave(self) -> None:
        """Go back to the list, with the cursor on the paper shown."""
        if self._view is None or not self._view.is_open:
            return
        self._view.close()
        self._view = None
        if self._held is not None:
            self._held = None
            return
        if self._state.paper is not None:
            self._lists.go_to(self._state.paper.id)
        elif self._tabs.open_name.kind in _OF_BOOKMARKS:
            self._run = None  # what was left in the queue is offered again the next time

    async def finish(self) -> None:
        """Wait until everything decided is on the disk."""
        await self._writer.is_idle.wait()

    # --- deciding ------------------------------------------------------------------------------------

    def decide(self, choice: Choice, tags: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> None:
        """Decide about the paper shown, and go to the next one; at the end, show what was decided so."""
        if self._holds(partial(self.decide, choice, tags, without)):
            return
        paper = self._state.paper
        if paper is None:
            self._open_decided(choice)
            return
        decision = Decision(choice, tags, without)
        if (earlier := self._state.decisions.get(paper.id)) is not None:
            self._take_back(paper, earlier)
        self._state = self._state.decide(decision)
        self._pace = self._pace.decided(monotonic())
        words = " ".join([_DONE[choice], *(f"#{tag}" for tag in tags)])
        self._last = paper, f"{words}: {paper.title}"
        if tags:
            self._hints.add(paper, tags)
        self._note()
        self._writer.write(paper, decision, is_queue=self._run is not None and self._run[0].kind == "queue")
        self.show()

    def keep_with(self, number: int) -> None:
        """Keep the paper shown, with the tag on a number key."""
        if not self._has_tags and self._held is None:
            self._held = []  # until the tags are known
        if self._holds(partial(self.keep_with, number)):
            return
        slots = self._slots()
        if self._state.paper is None:
            return
        if number <= len(slots):
            self.decide("keep", (slots[number - 1][0],))
        else:
            key = self._context.keys.name("tags")
            self._notice.show_message(f"No tag has the number {number} yet. {key} keeps the paper with new tags.")

    def ask_tags(self) -> None:
        """Ask for the tags to keep the paper with."""
        if self._holds(self.ask_tags) or (paper := self._state.paper) is None:
            return
        from papertui.tui.dialogs.tags import TagsDialog  # noqa: PLC0415 - needed only to type tags

        mark = self._lists.state.marks.get(paper.id)
        tags = [() if mark is None else mark.tags]
        context = self._context
        dialog = TagsDialog(self._services.library, context.glyphs, context.keys, describe((paper,)), tags)
        context.screen.app.push_screen(dialog, self._keep_tagged)

    def _keep_tagged(self, edit: TagEdit | None) -> None:
        if edit is not None:
            known = {tag.casefold() for tag, _ in self._slots()}
            new = (tag for tag in edit.add if tag.casefold() not in known)
            self._typed_tags = tuple(dict.fromkeys((*self._typed_tags, *new)))[-MOST_TAGS:]
            self.decide("keep", edit.add, edit.remove)

    def undo(self) -> None:
        """Go back to the paper decided last, and take the decision back."""
        if self._holds(self.undo):
            return
        if not self._state.undoable:
            key = self._context.keys.name("undo")
            self._notice.show_message(f"Nothing to take back here. {key} in the list undoes earlier changes.")
            return
        id_ = self._state.undoable[-1]
        earlier = self._state.decisions[id_]
        self._state = self._state.without(id_).at(id_)
        self._note()
        if (paper := self._state.paper) is not None:
            self._take_back(paper, earlier)
            self._last = paper, f"taken back: {_DONE[earlier.choice]}"
        self.show()

    def show_place(self, place: int) -> None:
        """Show a paper of the run."""
        self._state = self._state._replace(place=place)
        self.show()

    def step(self, by: int) -> None:
        """Show the paper before or after; at the end, go on with the next tab."""
        if self._holds(partial(self.step, by)):
            return
        if self._state.is_done and by > 0:
            self._open_next()
        else:
            self._state = self._state.step(by)
            self.show()

    def _take_back(self, paper: Paper, earlier: Decision) -> None:
        self._writer.take_back(paper, was_skipped=earlier.choice in {"read", "skip"})

    def _changed(self) -> None:
        """After something was written."""
        self._show_state()
        if self._state.is_done and not self._writer.pending:
            self.show()

    async def _saved(self) -> None:
        """Remember the decisions, once all are on the disk."""
        noted, self._noted = self._noted, {}
        with self._notice.errors():
            for name, decisions in noted.items():
                await asyncio.to_thread(self._services.triage.remember, name, decisions)

    def _note(self) -> None:
        """Note the decisions of this list, to be remembered."""
        if self._is_remembered and self._run is not None:
            self._noted[self._run[0]] = self._state.decisions

    def _failed(self, job: TriageJob, error: PapertuiError) -> None:
        """Say that a decision is not on the disk; the paper is to be decided about again."""
        title = job.paper.title
        if job.decision is None:
            self._notice.warn(f"“{title}”: the decision was not taken back. {error}")
            return
        if self._state.decisions.get(job.paper.id) == job.decision:
            is_done = self._state.is_done
            self._state = self._state.without(job.paper.id)
            self._note()
            if is_done:
                self._state = self._state.at(job.paper.id)
        self._notice.warn(f"“{title}” is not decided. {error}")
        self.show()

    def _warn(self, words: str) -> None:
        self._notice.warn(words)

    # --- showing -------------------------------------------------------------------------------------

    @property
    def _notice(self) -> NoticeLine:
        return self._context.notice if self._view is None else self._view.notice

    def show(self) -> None:
        """Show the paper and the progress, or what was decided."""
        view = self._view
        if view is None or self._held is not None or not view.is_mounted:
            return
        paper = self._state.paper
        if paper is None:
            self._show_end(view)
        else:
            made = self._state.decisions.get(paper.id)
            words = "" if made is None else " ".join([_DONE[made.choice], *(f"#{tag}" for tag in made.tags)])
            extras = extras_of(paper, self._lists.state, self._context.today)
            view.page.show_paper(paper, extras, self._lists.highlight, words[:1].upper() + words[1:])
            self._saw(paper)
            view.show_tags(self._slots())
            view.show_keys(_HINTS)
        self._show_state()

    def _show_state(self) -> None:
        """Show the progress, and the last decision: its star appears when it is on the disk."""
        if (view := self._view) is None or not view.is_mounted:
            return
        state = self._state
        number, total = min(state.place + 1, len(state.papers)), len(state.papers)
        view.head.show(
            Progress(self._title, len(state.decisions), total, f"{number} of {total}", self._pace.words(state.left))
        )
        if view.list.size.width:  # it is shown
            view.list.show(tuple(map(self._row, state.papers)), state.place)
        if self._last is None:
            view.status.show("", "")
            return
        paper, words = self._last
        glyphs = self._context.glyphs
        is_written = paper.id not in self._writer.pending
        is_kept = paper.id in self._lists.state.kept
        sign = (glyphs.star if is_kept else glyphs.selected) if is_written else glyphs.ellipsis
        view.status.show(sign, words)

    def _row(self, paper: Paper) -> TriageRow:
        """A line of the list beside the paper: the star appears when it is on the disk."""
        glyphs, made = self._context.glyphs, self._state.decisions.get(paper.id)
        if made is None:
            return TriageRow(paper.title)
        is_kept = paper.id in self._lists.state.kept
        signs: Mapping[Choice, str] = {"later": glyphs.arrow_right, "read": glyphs.selected, "skip": ""}
        kept = glyphs.star if is_kept else glyphs.ellipsis
        return TriageRow(paper.title, kept if made.choice == "keep" else signs[made.choice], is_decided=True)

    @property
    def _title(self) -> str:
        query = self._run[1] if self._run else ""
        return f"{self._tabs.open_title}, “{query}”" if query else self._tabs.open_title

    def _slots(self) -> tuple[tuple[str, bool], ...]:
        paper = self._state.paper
        if paper is None:
            return ()
        return tag_slots(self._usual_tags, self._typed_tags, self._hints.fitting(paper))

    # --- the end -------------------------------------------------------------------------------------

    def _show_end(self, view: TriageView) -> None:
        view.page.show_end(tuple(self._end_blocks()))
        view.show_tags(())
        state = self._state
        hints = [("bookmark", "open the library")] if state.chosen("keep") else []
        hints += [("triage_later", "open the queue")] if state.chosen("later") else []
        hints += [("triage_next", f"next: {self._tabs.title_of(self._next[0])}")] if self._next else []
        view.show_keys([*hints, ("undo", "undo"), ("triage_previous", "back"), ("back", "list")])
        if self._next is None:
            in_background(self._context.screen, self._find_next, group="triage notes", exclusive=True)

    def _end_blocks(self) -> Iterator[Block]:
        state, glyphs = self._state, self._context.glyphs
        yield Block("title", "Inbox zero")
        yield Block("text", "")
        yield Block("facts", f"{self._title}: {plural(len(state.papers), 'paper')}, {tally(state)}.")
        if pending := self._writer.pending:
            yield Block("faint", f"Saving {len(pending)} {glyphs.ellipsis}")
        sections: tuple[tuple[Choice, str, str], ...] = (
            ("keep", "Kept", glyphs.star), ("later", "For later", glyphs.dot), ("read", "Read", glyphs.selected),
        )  # fmt: skip
        for choice, head, sign in sections:
            papers = state.chosen(choice)
            if papers:
                yield Block("text", "")
                yield Block("head", f"{head} {len(papers)}")
            for paper in papers:
                tags = "".join(f"  #{tag}" for tag in state.decisions[paper.id].tags)
                yield Block("text", f"{paper.title}{tags}", mark=sign)
        yield Block("text", "")
        yield Block("head", "Next")
        for action, words in self._steps():
            yield Block("text", words, mark=f"{self._context.keys.name(action):<4}")

    def _steps(self) -> Iterator[tuple[str, str]]:
        """Yield what to do next, by the action that does it."""
        state = self._state
        if later := state.chosen("later"):
            yield "triage_later", f"Open the queue, with {plural(len(later), 'paper')} of this list."
        if state.chosen("keep"):
            yield "bookmark", "Open the library."
        if self._next is not None:
            name, number = self._next
            yield "triage_next", f"Go on with {self._tabs.title_of(name)}: {plural(number, 'paper')} to decide about."
        if state.undoable:
            yield "undo", "Take the last decision back."
        yield "back", "Go back to the list."

    async def _find_next(self) -> None:
        """Find the next tab with papers to decide about."""
        names, name = self._tabs.names, self._tabs.open_name
        at = next((place for place, one in enumerate(names) if one.kind == name.kind and one == name), -1)
        for other in (*names[at + 1 :], *names[: at + 1]):
            if other.kind in MADE_HERE or other.kind == name.kind:
                continue
            try:
                number = await asyncio.to_thread(self._count_waiting, other)
            except StoreError:  # reported when that tab is opened
                continue
            if number:
                self._next = other, number
                if self._view is not None and self._state.is_done:
                    self.show()
                return

    def _count_waiting(self, name: FeedName) -> int:
        feed = self._services.feeds.stored(name)
        if feed is None:
            return 0
        state = self._lists.state
        hidden = feed.replaced | feed.muted.keys() | state.read | state.kept
        return sum(paper.id not in hidden for paper in feed.papers)

    def _open_next(self) -> None:
        if self._next is not None:
            name, _ = self._next
            self.leave()
            self._open_feed(name)
            self.open()

    def _open_decided(self, choice: Choice) -> None:
        """Open the view of what was kept, or the queue."""
        names: Mapping[Choice, FeedName] = {"keep": FeedName("library"), "later": FeedName("queue")}
        if choice in names:
            self.leave()
            self._open_feed(names[choice])

    # --- reading -------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the full text of the paper in the reader of the main screen."""
        if self._holds(self.read):
            return
        if (paper := self._state.paper) is None:
            self.leave()
            return
        if not self._lists.go_to(paper.id):
            self._notice.show_message("This paper left the list. The browser has it.")
            return
        self.leave()
        self._is_reading = True
        self._read_paper()

    def paper_closed(self, *, returns: bool) -> None:
        """After the reader was closed: go on with the triage, if the reader came from it and goes one step back."""
        was_reading, self._is_reading = self._is_reading, False
        if was_reading and returns:
            self.open()

    def browse(self) -> None:
        if (paper := self._state.paper) is not None:
            self.open_link(page_address(paper))

    def open_link(self, url: str) -> None:
        """Open a link in the browser."""
        in_background(self._context.screen, self._open_link, url, group="browser")

    async def _open_link(self, url: str) -> None:
        if await asyncio.to_thread(self._services.papers.open_page, url):
            self._notice.show_message(f"Opened {url}")
        else:
            self._notice.warn(f"No browser could be started. Open {url}")
