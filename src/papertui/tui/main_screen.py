"""The main screen: tabs, search line, list and paper. Its actions call the controllers."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from papertui.app import Services
from papertui.instant import Shown
from papertui.model.feed import MATCHED, Feed, FeedName
from papertui.model.paper import Paper
from papertui.settings import Pictures, Settings
from papertui.tui.bindings import bindings
from papertui.tui.commands import run_command
from papertui.tui.controllers.alerts_controller import AlertsController
from papertui.tui.controllers.arrange_controller import ArrangeController
from papertui.tui.controllers.background_controller import BackgroundController
from papertui.tui.controllers.community_controller import CommunityController
from papertui.tui.controllers.community_sections import CommunitySections
from papertui.tui.controllers.completion_controller import CompletionController
from papertui.tui.controllers.context import ScreenContext, StartOptions, in_background
from papertui.tui.controllers.export_controller import ExportController
from papertui.tui.controllers.feed_controller import FeedController, first_feed
from papertui.tui.controllers.foryou_controller import ForYouController
from papertui.tui.controllers.frame_controller import FrameController
from papertui.tui.controllers.key_controller import KeyController
from papertui.tui.controllers.library_controller import AnnotationController, LibraryController
from papertui.tui.controllers.list_controller import ListController, NavigationController, SelectionController
from papertui.tui.controllers.map_controller import MapController
from papertui.tui.controllers.palette_controller import PaletteController
from papertui.tui.controllers.pane_controller import HIGH, WIDE, PaneController
from papertui.tui.controllers.paper_controller import DownloadController, PaperController
from papertui.tui.controllers.paste_controller import PasteController
from papertui.tui.controllers.place_controller import PlaceController
from papertui.tui.controllers.queue_controller import QueueController
from papertui.tui.controllers.read_controller import ReadController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.settings_controller import SettingsController
from papertui.tui.controllers.side_controller import SideController, SimilarPapers
from papertui.tui.controllers.sync_controller import SyncController
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.controllers.theme_controller import ThemeController
from papertui.tui.controllers.topic_controller import TopicController
from papertui.tui.controllers.version_controller import VersionController
from papertui.tui.controllers.visit_controller import VisitController
from papertui.tui.controllers.welcome_controller import WelcomeController
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, Keymap
from papertui.tui.list_state import ListState
from papertui.tui.reading_place import ReadingPlaces
from papertui.tui.terminal_pictures import TerminalPictures
from papertui.tui.widgets.command_line import CommandLine
from papertui.tui.widgets.completion_list import CompletionList
from papertui.tui.widgets.ground import Ground
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.pane_divider import PaneDivider
from papertui.tui.widgets.paper_list import PaperList
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.search_box import SearchBox, Typing
from papertui.tui.widgets.side_pane import SidePane
from papertui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from papertui.tui.controllers.command_controller import CommandController
    from papertui.tui.controllers.page_controller import PageController
    from papertui.tui.controllers.picture_controller import PictureController
    from papertui.tui.controllers.triage_controller import TriageController
    from papertui.tui.widgets.triage_view import TriageView

#: Seconds between two updates of the age of the feed.
_AGE_INTERVAL = 20.0
#: What the key line offers, in words by action: for the list, while reading, and with a selection.
#: On a narrow screen the last ones do not fit, except the last.
_FIRST_HINTS = ("search", "read_paper", "bookmark", "browse", "sort")
_HINTS = {action.name: action.bar for action in ACTIONS if action.bar}
_LIST_HINTS = {name: _HINTS[name] for name in _FIRST_HINTS} | _HINTS
_SEARCH_HINTS = {name: _HINTS[name] for name in _FIRST_HINTS[:2]} | {"alert": "alert me"} | _LIST_HINTS
_READING_HINTS = {
    "back": "back",
    "search": "find",
    "page_outline": "outline",
    "page_next_link": "links",
    "bookmark": "bookmark",
    "next": "next paper",
    "page_copy": "copy",
    "pdf": "PDF",
    "help": "help",
}
_SIDE_HINTS = {
    "read_paper": "open",
    "back": "back to the list",
    "next_side": "side pane",
    "next_pane": "next pane",
    "help": "help",
}
_SELECTION_HINTS = {
    "bookmark": "bookmark",
    "tags": "tags",
    "state": "state",
    "rate": "rate",
    "export": "export",
    "select": "select",
    "select_to_here": "to here",
    "back": "clear",
    "help": "help",
}
#: The actions that run before keys typed earlier, but for going back, which cancels a pending key.
_AHEAD_OF_KEYS = frozenset(action.name for action in ACTIONS if action.moves_keys and action.name != "back")
#: The greatest number of lines per paper.
_MOST_LINES = 3
#: The actions on the list, which do nothing while a paper covers it.
_FOR_THE_LIST = frozenset(
    {"sort", "filter", "compact", "scope", "online", "meaning", "select_to_here", "select_all", "read_all"}
    | {"next_pane", "previous_pane", "split_left", "split_right", "next_side"}
)


class MainScreen(Screen[None]):
    """Regions, key bindings and actions."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "PaperList"
    BLANK: ClassVar[bool] = True  # all of it is covered: its lines need not be made one by one for every frame

    def __init__(
        self,
        services: Services,
        settings: Settings,
        start: StartOptions,
        glyphs: Glyphs,
        keys: Keymap,
        terminal: TerminalPictures,
        shown: Shown | None = None,
    ) -> None:
        """Read the first feed from the disk, so that the first frame shows papers.

        Raises:
            StoreError: the archive cannot be read.
        """
        super().__init__()
        self._services = services
        self._start = start
        self._terminal = terminal
        self._picture_setting, self._is_automatic = settings.pictures, settings.refresh
        self._pictures: PictureController | None = None  # made after the first frame
        self._glyphs = glyphs
        self._keys = keys
        # Once. What `App.set_keymap` is given, Textual applies to all bindings at every key, several times.
        self._bindings.apply_keymap(dict(keys.changed))
        today = services.feeds.today()
        feed = first_feed(services.feeds, start.feed, demo=start.demo)
        state = ListState(Feed(start.feed, ()), read=services.read_state.read_ids()).with_feed(feed)
        self._strip = TabStrip(glyphs)
        self._search_box = SearchBox(glyphs)
        self._papers = PaperList(state, glyphs, today=today, row_height=1 if settings.compact else 2)
        self._preview = Preview(glyphs)
        self._notice = NoticeLine()
        self._key_line = KeyLine()

        self._connect(
            services, settings, ScreenContext(self, self._notice, keys, glyphs, services.feeds.now, start), shown
        )

    def _connect(self, services: Services, settings: Settings, context: ScreenContext, shown: Shown | None) -> None:
        """Make the controllers, which connect the regions with the services."""
        lists = ListController(context, self._papers, self._search_box)
        search = SearchController(context, lists, self._search_box, services.search, services.follows.title)
        tabs = TabController(context, lists, self._strip, services.feeds, services.follows, services.visits)
        feeds = FeedController(context, lists, search, tabs, services.feeds, services.read_state, services.visits)
        reading = ReadController(context, lists, search, tabs, services.read_state)
        library = LibraryController(context, lists, search, tabs, feeds, services.library, services.read_state)
        selection = SelectionController(context, lists, self._papers)
        self._lists, self._search, self._tabs, self._feeds = lists, search, tabs, feeds
        self._reading, self._library, self._selection = reading, library, selection
        self._pending = KeyController(context, self._key_line, tabs.titles_by_action, self._show_keys)
        self._panes = PaneController(context, lists, self._papers, self._preview, services.pane_layout, self._show_side)
        self._arrange = ArrangeController(context, lists, search, self._papers, services.feeds)
        self._navigation = NavigationController(self._papers, self._preview, self._panes.side)
        self._community = CommunityController(context, services, is_automatic=settings.refresh)
        pages = ReadingPlaces()
        self._paper = PaperController(context, lists, self._preview, reading, services.papers, pages, self._community)
        self._topics = TopicController(
            context,
            self._papers,
            tabs,
            self._community,
            services,
            self.open_feed,
            self._paper.open_link,
            self._search_stored,
        )
        self._annotations = AnnotationController(context, lists, library, services.library, services.note_drafts)
        self._downloads = DownloadController(context, reading, services)
        self._exports = ExportController(context, lists, selection, services)
        self._completions = CompletionController(
            context, lists, search, self._search_box, services.library, services.past_searches
        )
        offered = self._completions
        self._search_box.typing = Typing(self._typed, offered.values, offered.complete, offered.remove_chosen)
        self._paste = PasteController(context, lists, search, self._search_box, services.papers)
        self._themes = ThemeController(context, services, settings)
        self._trends_row = ""  # the search that was opened there, to come back to its row
        self._map = MapController(context, tabs, self._show_map, self._open_new)
        self._sync = SyncController(context, tabs, library, services, settings.sync)
        self._palette = PaletteController(
            context,
            tabs,
            services,
            self.open_feed,
            self._open_collection,
            self._themes,
            self._sync.commands,
        )
        self._similar = SimilarPapers(services.search, self._open_paper)
        self._foryou = ForYouController(context, lists, services, self._feeds.renew, self._open_paper)
        self._side = SideController(
            context,
            lists,
            tabs,
            services,
            self._panes,
            self.open_feed,
            self._open_collection,
            (
                self._foryou.section,
                *CommunitySections(context, self._community, self._paper.open_link).all,
                self._similar.section,
            ),
        )
        self._community.watch(self._side.sections_changed)
        self._queue = QueueController(context, lists, library, reading, services)
        self._alerts = AlertsController(context, lists, tabs, services, self._feeds.renew)
        self._triage: TriageController | None = None
        self._page: PageController | None = None  # made when a paper is opened
        self._shared = context
        self._commands: CommandController | None = None  # made when the command line is used
        self._versions = VersionController(context, feeds, services.versions)
        self._background = BackgroundController(context, tabs, feeds, services, settings, self._versions)
        self._welcome = WelcomeController(context, services, self._themes, tabs, self._key_line)
        self._settings = SettingsController(
            context,
            services,
            settings,
            self._themes,
            tabs,
            self._background,
            self._papers,
            use_keys=self._use_keys,
            use_pictures=self._use_pictures,
            show_feeds=self.action_follow,
            show_again=lambda: self.open_feed(tabs.open_name),
        )
        self._visit = VisitController(context, lists, self._papers, tabs, feeds, services, self._open_new)
        self._places = PlaceController(context, lists, search, tabs, self._paper, pages, services.places)
        #: The last frame of this visit and of the one before.
        self.last_frame = FrameController(context, lists, tabs, self._search_box, self._key_line, shown)

    # --- start ---------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        # Only what the first frame needs; see `_mount_deferred`.
        yield self._strip
        yield self._search_box
        with Ground(id="body"):
            yield self._papers
        yield self._key_line

    def on_mount(self) -> None:
        self.last_frame.hold()
        # Tabs and stored list first; everything else waits until they are painted.
        self._panes.apply()
        self._places.enter()
        self._tabs.show()
        self.call_after_refresh(self._settle)

    async def _settle(self) -> None:
        await self._mount_deferred()
        # Disabled while the app was loading. What was loaded stays to the end: collections need not look at it, each of
        # which would hold up a key.
        gc.freeze()
        gc.enable()
        if not self._papers.is_attached:
            return
        self._lists.redraw()
        self.set_interval(_AGE_INTERVAL, self._show_time)
        in_background(self, self._start_library, group="library")
        self._places.reopen()
        self._places.start()
        self._feeds.arrived()
        in_background(self, self._visit.start, group="visit")
        self._background.start()
        self._themes.start()
        self._welcome.start()
        self._sync.start()
        in_background(self, self._start_pictures, group="pictures")
        self.last_frame.release_when_complete()

    async def on_unmount(self) -> None:
        await self._visit.finish()
        await self._places.finish()

    def _use_keys(self) -> None:
        """Use keys that were changed while the app runs."""
        self._bindings.apply_keymap(dict(self._keys.keys))
        self.refresh_bindings()
        self._show_keys()

    async def _start_pictures(self) -> None:
        from papertui.tui.controllers.picture_controller import PictureController  # noqa: PLC0415 - not at the start

        self._pictures = PictureController(
            self._shared,
            self._preview,
            self._services,
            self._terminal,
            self._picture_setting,
            is_automatic=self._is_automatic,
            open_link=self._paper.open_link,
            is_reading=lambda: self._paper.is_open,
        )
        await self._pictures.start()

    def _use_pictures(self, setting: Pictures) -> None:
        self._picture_setting = setting
        if self._pictures is not None:
            in_background(self, self._pictures.use, setting, group="pictures")

    async def _start_library(self) -> None:
        await self._library.start()
        self._places.reopen()
        await self._annotations.show_drafts()

    async def _mount_deferred(self) -> None:
        """Mount the widgets that can wait until the list is painted. The app may end meanwhile."""
        if self._papers.is_attached:
            await self._panes.mount(self.query_one(Ground))
        if self._papers.is_attached:
            await self.mount(self._notice, before=self._key_line)
        if self._papers.is_attached:
            await self._search_box.prepare()

    # --- showing -------------------------------------------------------------------------------------

    def _show_time(self) -> None:
        """Show the age of the feed, and dates as of today: the app may stay open over midnight."""
        if self._papers.today != (today := self._services.feeds.today()):
            self._papers.today = today
            self._lists.redraw()
        self._tabs.show()
        self._side.show()

    def on_screen_resume(self) -> None:
        self._side.refresh()

    def touched(self) -> None:
        """After any key or mouse event: the list under the reader's eyes is not to move any more."""
        self._lists.touched()
        self._paper.touched()
        self._visit.touched()
        self._places.touched()

    def _typed(self, query: str) -> None:
        """Search for the typed text, in the frame of the key press."""
        self._search.typed(query)
        self._completions.update_soon()
        self._feeds.catch_up()

    @on(PaperList.Changed)
    def _show_paper(self) -> None:
        if self._preview.is_attached:  # not before the first frame
            self._paper.show_next()
            self._panes.show_place()
            self._side.show()
            self._show_keys()
            self._visit.cursor_moved()
            self._foryou.list_changed()
            self._alerts.list_changed()

    def on_descendant_focus(self) -> None:
        self._pending.cancel()
        self._panes.focus_changed()
        self._show_keys()
        self._search.show_scope()
        self._completions.update_soon()

    def on_descendant_blur(self) -> None:
        self._panes.focus_changed()

    def on_resize(self, event: events.Resize) -> None:
        self._panes.resized(event.size)
        if self._page is not None and self._paper.is_open:
            self._page.resized()

    async def take_key(self, key: str) -> bool:
        """Take a key that belongs to a count or a sequence; return whether it does."""
        is_typing = self._search_box.is_typing or self._is_commanding or self._is_finding
        if is_typing or (self._page is not None and self._page.take(key)):
            return not is_typing
        self._pending.use(reading=self._paper.is_open)
        return await self._pending.take(key)

    @property
    def _is_finding(self) -> bool:
        """Whether words to find in the paper are typed."""
        return self._page is not None and self._page.is_typing

    def on_click(self) -> None:
        self._pending.cancel()

    def _show_keys(self) -> None:
        """Show the keys for the focused pane."""
        if self._pending.is_pending:
            return
        if self._search_box.is_typing:
            self._key_line.show(self._typing_hints())
            return
        if self._is_commanding:
            self._key_line.show(CommandLine.hints(self._glyphs))
            return
        if self._page is not None and self._page.highlights.is_selecting:
            self._key_line.show(self._page.highlights.hints)
            return
        names = _LIST_HINTS
        if self._paper.is_open:
            names = _READING_HINTS
        elif self._panes.side.has_focus:
            names = _SIDE_HINTS
        elif self._lists.state.selected:
            names = _SELECTION_HINTS
        elif self._lists.state.query:
            names = _SEARCH_HINTS
        active = {bound.binding.id for bound in self.active_bindings.values() if bound.enabled}
        self._key_line.show(
            [
                KeyHint(self._keys.name(name), word, f"reading('{name}')" if name.startswith("page_") else name)
                for name, word in names.items()
                if name in active or (name.startswith("page_") and self._keys.keys[name])
            ]
        )

    def _typing_hints(self) -> list[KeyHint]:
        return [
            KeyHint("type", "to search", "search"),
            KeyHint(self._glyphs.up_down, "select", "down"),
            KeyHint(self._keys.name("read_paper"), "go to list", "read_paper"),
            KeyHint(self._keys.name("back"), "back", "back"),
        ]

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self._pending.run_clicked(message.action)

    # --- moving --------------------------------------------------------------------------------------

    def action_down(self) -> None:
        if not self._completions.move(1):
            self._navigation.step(self._pending.times)

    def action_up(self) -> None:
        if not self._completions.move(-1):
            self._navigation.step(-self._pending.times)

    def action_half_down(self) -> None:
        self._navigation.half_page(self._pending.times)

    def action_half_up(self) -> None:
        self._navigation.half_page(-self._pending.times)

    def action_page_down(self) -> None:
        self._navigation.page(self._pending.times)

    def action_page_up(self) -> None:
        self._navigation.page(-self._pending.times)

    def action_top(self) -> None:
        self._navigation.to_row(self._pending.count or 1)

    def action_first(self) -> None:
        self.action_top()

    def action_bottom(self) -> None:
        self._navigation.to_row(self._pending.count)

    def action_next_pane(self) -> None:
        self._panes.next_focus(1)

    def action_previous_pane(self) -> None:
        self._panes.next_focus(-1)

    def action_next(self) -> None:
        self._leap(1)

    def action_previous(self) -> None:
        self._leap(-1)

    def _leap(self, by: int) -> None:
        if self._page is not None and self._paper.is_open and self._page.leap(by):
            return
        if not (self._paper.is_open or self._lists.state.query):
            self._visit.leap(by)
        elif self._lists.leap(by) and self._paper.is_open:
            self._paper.opened()

    def action_back(self) -> None:
        """Go one step back; never quits the app. A notice goes as well, but takes no key."""
        if self._pending.cancel():
            return
        in_list = self._papers.has_focus
        if not self._downloads.is_running:
            self._notice.dismiss()
        if self._left_typing() or self._panes.leave_side():
            pass
        elif self._tabs.activity.is_running and in_list and not (self._search_box.text or self._lists.state.selected):
            self._feeds.cancel_fetch()
            key = self._keys.name("refresh")
            self._notice.show_message(f"Refresh cancelled; showing the stored list. {key} refreshes it.")
        elif self._downloads.cancel():
            pass
        elif self._paper.is_open:
            self._close_paper(returns=True)
        elif in_list and self._lists.state.selected:
            self._selection.clear()
        elif in_list:
            self._take_off()
        else:
            self._lists.focus()

    def _left_typing(self) -> bool:
        """Leave the search line, or what is on top of an open paper; return whether there was anything."""
        if self._search_box.is_typing:
            self._leave_typing()
            return True
        is_left = self._page is not None and self._paper.is_open and self._page.back()
        if is_left:
            self._show_keys()
        return is_left

    def _leave_typing(self) -> None:
        """Leave the completions, clear the text, take off the scope, or go to the list."""
        if self._completions.close():
            return
        if self._search_box.text:
            self._search_box.clear()
            self._completions.stay_closed()
        elif not self._search.drop_scope():
            self._lists.focus()

    def _take_off(self) -> None:
        """Take off one of search, scope, filter and order: the one that was put on top of the others."""
        if self._search_box.text:
            self._search_box.clear()
        else:
            arranged = self._search.drop_scope() or self._arrange.drop_filter() or self._arrange.drop_order()
            _ = arranged or self._welcome.close() or self._map.go_back()

    # --- search --------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if self._is_commanding and action in _AHEAD_OF_KEYS | {"back"}:  # its keys belong to the line
            return False
        if self._pending.is_pending and action in _AHEAD_OF_KEYS:  # the key belongs to what is pending
            return False
        if action in {"search", "command", "triage"}:  # while typing, their keys are ordinary letters
            return not (self._search_box.is_typing or self._is_finding)
        return not (action in _FOR_THE_LIST and self._lists.is_reading)

    async def action_search(self) -> None:
        """Search in the list; in an open paper, find words."""
        if self._page is not None and self._paper.is_open:
            self._page.start_finding()
            return
        self._close_paper()
        self.set_focus(await self._search_box.prepare())
        in_background(self, self._completions.prepare, group="completions", exclusive=True)

    async def on_paste(self, event: events.Paste) -> None:
        """Find pasted papers, or search for other pasted text, wherever the focus is."""
        event.stop()
        self._close_paper()
        await self._paste.into_screen(event.text)

    @on(CompletionList.Clicked)
    def _take_completion(self, message: CompletionList.Clicked) -> None:
        self._completions.click(message.place, removes=message.removes)

    @on(SearchBox.Pasted)
    def _find_pasted(self, message: SearchBox.Pasted) -> None:
        self._paste.into_line(message.text)

    def action_scope(self) -> None:
        self._search.next_scope()

    def action_meaning(self) -> None:
        self._search.next_mode()

    def action_online(self) -> None:
        self._search.search_online()

    async def action_like(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._close_paper()
            await self._search.search_similar(paper)

    @on(SearchBox.PartClicked)
    async def _change_search(self, message: SearchBox.PartClicked) -> None:
        await self.run_action(message.action)

    @on(PaperList.OfferChosen)
    async def _take_offer(self, message: PaperList.OfferChosen) -> None:
        await self.run_action(message.action)

    async def action_widen(self) -> None:
        """Search everything stored for the same text, and go to the matches."""
        self._search.set_scope("everything")
        await self._search.shown()
        self._lists.focus()

    def action_drop_scope(self) -> None:
        self._search.drop_scope()

    def action_drop_filter(self) -> None:
        self._arrange.drop_filter()

    def action_drop_order(self) -> None:
        self._arrange.drop_order()

    def action_sort(self) -> None:
        self._arrange.open_orders()

    def action_filter(self) -> None:
        self._arrange.open_filters()

    def action_compact(self) -> None:
        self._papers.row_height = self._papers.row_height - 1 or _MOST_LINES

    # --- the panes -----------------------------------------------------------------------------------

    def action_split_left(self) -> None:
        self._panes.move_split(-1)

    def action_split_right(self) -> None:
        self._panes.move_split(1)

    @on(PaneDivider.Dragged)
    def _drag_split(self, message: PaneDivider.Dragged) -> None:
        self._panes.drag_split(message.x, message.y)

    @on(PaneDivider.Dropped)
    def _store_split(self) -> None:
        self._panes.store()

    @on(PaneDivider.DoubleClicked)
    def action_reset_split(self) -> None:
        self._panes.reset_split()

    def action_next_side(self) -> None:
        self._panes.next_side()

    @on(SidePane.EntryOpened)
    def _open_entry(self, message: SidePane.EntryOpened) -> None:
        self._panes.leave_side()
        message.entry.run()

    def _show_side(self) -> None:
        self._side.show()

    def _open_paper(self, paper: Paper) -> None:
        self._paper.open(paper)
        self._show_keys()

    @on(PaperList.HeadingClicked)
    def _sort_by_column(self, message: PaperList.HeadingClicked) -> None:
        self._panes.sort_by(message.order)

    # --- the paper -----------------------------------------------------------------------------------

    @on(PaperList.PaperOpened)
    async def action_read_paper(self) -> None:
        """Show the paper on the whole screen; from the search line, go to the list first."""
        if self._page is not None and self._paper.is_open:
            self._page.enter()
            self._show_keys()
            return
        if (taken := self._completions.take_chosen()) is not None:
            if taken.is_whole:
                await self._search.shown()
                self._lists.focus()
            return
        # Further keys wait until the matches are there: they are meant for them.
        await self._search.shown()
        self._completions.remember(self._search.text)
        if (offer := self._lists.best_offer) is not None and offer.action != "back":
            await self.run_action(offer.action)
        elif self._search_box.is_typing:
            self._lists.focus()
        elif self._panes.side.has_focus:
            self._panes.side.open()
        else:
            self._read_paper()

    def _read_paper(self) -> None:
        self._welcome.close()  # its key to close it leaves the paper now
        self._paper.open()
        self._show_keys()

    async def action_reading(self, name: str) -> None:
        """Run an action of an open paper."""
        if name == "page_figure":
            self.action_figure()
        elif self._page is not None and self._paper.is_open:
            await self._page.run(name)

    def action_figure(self, part: int | None = None) -> None:
        """Show a figure of the open paper large, by default the nearest one."""
        if self._pictures is not None and self._paper.is_open:
            self._pictures.show(part)

    @on(Preview.Moved)
    async def _follow_text(self) -> None:
        if self._pictures is not None:
            self._pictures.moved()
        if not self._paper.is_open or not self._notice.is_attached:
            return
        if self._page is None:
            from papertui.tui.controllers.page_controller import PageController, PageParts  # noqa: PLC0415 - not at the start

            self._page = PageController(
                self._shared,
                PageParts(
                    self._lists,
                    self._paper,
                    self._preview,
                    self._strip,
                    self._library,
                    self._exports,
                    self._services,
                    self._show_keys,
                ),
            )
        await self._page.follow()

    @on(Preview.PlaceClicked)
    def _click_text(self, message: Preview.PlaceClicked) -> None:
        if self._page is not None:
            self._page.click(message.block, message.letter)

    @on(Preview.TextDrawnOver)
    def _select_text(self, message: Preview.TextDrawnOver) -> None:
        if self._page is not None and self._paper.is_open:
            self._page.highlights.draw(message.first, message.last)

    def _close_paper(self, *, returns: bool = False) -> None:
        was_open = self._paper.is_open
        self._paper.close()
        if self._page is not None and was_open:
            self._page.closed()
        if self._triage is not None:
            self._triage.paper_closed(returns=returns)
        self._show_keys()

    def action_browse(self) -> None:
        self._paper.open_in_browser()

    def action_code(self) -> None:
        self._paper.open_code()

    @on(Preview.LinkClicked)
    def _open_link(self, message: Preview.LinkClicked) -> None:
        self._paper.open_link(message.url)

    @on(Preview.ActionClicked)
    async def _run_clicked_action(self, message: Preview.ActionClicked) -> None:
        await self.run_action(message.action)

    def action_authors(self) -> None:
        self._paper.fold_authors()

    def action_topics(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._topics.open(paper)

    def _search_stored(self, query: str) -> None:
        """Search everything stored, in the list."""
        self._close_paper()
        self._search.set_scope("everything")
        in_background(self, self._search.put, query, group="put")
        self._lists.focus()

    def action_discuss(self) -> None:
        self._paper.open_discussion()

    def action_versions(self) -> None:
        if (paper := self._lists.paper) is None:
            return
        from papertui.tui.versions_screen import VersionsScreen  # noqa: PLC0415 - the first frame does not need it

        offline = not self._start.uses_network
        screen = VersionsScreen(self._services.versions, paper, self._glyphs, self._keys, offline=offline)
        self.app.push_screen(screen, lambda _: self._versions.seen())

    def action_copy_link(self) -> None:
        self._paper.copy_links(self._selection.targets)

    def action_pdf(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._downloads.open(paper)

    def action_mark_read(self) -> None:
        if papers := self._selection.targets:
            self._reading.toggle(papers, selected=bool(self._lists.state.selected))

    def action_thumb_up(self) -> None:
        self._rate(up=True)

    def action_thumb_down(self) -> None:
        self._rate(up=False)

    def _rate(self, *, up: bool) -> None:
        if papers := self._selection.targets:
            in_background(self, self._foryou.rate, papers, group="rate", up=up)

    def action_alert(self) -> None:
        self._alerts.toggle(self._search.text, self._lists.paper)

    def action_why(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._foryou.explain(paper)

    async def action_read_all(self) -> None:
        await self._reading.mark_all()

    # --- the library ---------------------------------------------------------------------------------

    @on(PaperList.StarClicked)
    def _toggle_clicked_star(self) -> None:
        if (paper := self._lists.paper) is not None:
            in_background(self, self._library.toggle_bookmarks, (paper,), group="library")

    def action_bookmark(self) -> None:
        if papers := self._selection.targets:
            in_background(self, self._library.toggle_bookmarks, papers, group="library")

    def action_tags(self) -> None:
        if papers := self._selection.targets:
            self._annotations.edit_tags(papers)

    def action_note(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._annotations.edit_note(paper)

    def action_state(self) -> None:
        if papers := self._selection.targets:
            in_background(self, self._annotations.next_state, papers, group="library")

    def action_rate(self) -> None:
        if papers := self._selection.targets:
            self._annotations.ask_rating(papers)

    def action_select(self) -> None:
        """Toggle the selection of the paper and move to the next one; while reading, scroll a page down."""
        if self._paper.is_open or self._preview.has_focus or self._panes.side.has_focus:
            self.action_page_down()
        elif self._selection.toggle():
            self._papers.move(1)

    @on(PaperList.SelectClicked)
    def _toggle_selection(self) -> None:
        self._selection.toggle()

    def action_select_to_here(self) -> None:
        self._selection.select_to_cursor()

    def action_select_all(self) -> None:
        self._selection.toggle_all()

    def action_copy_bibtex(self) -> None:
        if papers := self._selection.targets:
            in_background(self, self._exports.copy_bibtex, papers, group="export")

    def action_export(self) -> None:
        self._exports.open_dialog()

    @work(group="library")
    async def action_undo(self) -> None:
        with self._notice.errors():
            self._notice.show_message(await self._library.undo())

    @work(group="library")
    async def action_redo(self) -> None:
        with self._notice.errors():
            self._notice.show_message(await self._library.redo())

    def action_sync(self) -> None:
        self._sync.sync()

    def action_history(self) -> None:
        from papertui.tui.dialogs.history import HistoryDialog  # noqa: PLC0415 - the first frame needs no dialog

        now = self._services.feeds.now()
        self.app.push_screen(HistoryDialog(self._services.library, now, self._library.undo, self._library.redo))

    def action_collections(self) -> None:
        from papertui.tui.dialogs.collections import CollectionsDialog  # noqa: PLC0415 - the first frame needs none

        dialog = CollectionsDialog(self._services.library, self._keys, self._lists.state.query)
        self.app.push_screen(dialog, self._open_collection)

    def _open_collection(self, query: str | None) -> None:
        if query is None:
            return
        if self._tabs.open_name.kind == "library":
            self._search_box.put(query)
            self._lists.focus()
        else:
            self._places.leave()
            self._reset()
            self._feeds.open_collection(query)
            self._places.enter(only_order=True)

    # --- triage --------------------------------------------------------------------------------------

    def action_triage(self) -> None:
        self._close_paper()
        if self._triage is None:
            from papertui.tui.controllers.triage_controller import (  # noqa: PLC0415 - not at the start
                TriageActions,
                TriageController,
            )
            from papertui.tui.controllers.triage_writer import TriageWriter  # noqa: PLC0415 - as above

            self._triage = TriageController(
                self._shared,
                self._lists,
                self._tabs,
                TriageWriter(self._shared, self._library, self._reading, self._services),
                self._services,
                TriageActions(self._push_triage, self._read_paper, self.open_feed, self._visit.saw),
            )
        self._triage.open()

    def _push_triage(self, controller: TriageController, view: TriageView) -> None:
        from papertui.tui.triage_screen import TriageScreen  # noqa: PLC0415 - not at the start

        self.app.push_screen(TriageScreen(controller, view))

    def action_queue(self) -> None:
        if papers := self._selection.targets:
            in_background(self, self._queue.toggle, papers, group="library")

    # --- feeds ---------------------------------------------------------------------------------------

    def open_feed(self, name: FeedName) -> None:
        """Open a feed, in the list, as it was left."""
        self._switch(name)
        self._places.enter()

    def _open_new(self, name: FeedName) -> None:
        """Open a feed without its filter and search, which could hide the papers that are wanted."""
        self._switch(name)
        self._places.enter(only_order=True)

    def _switch(self, name: FeedName) -> None:
        self._places.leave()
        self._reset()
        self._feeds.open(name)

    def _reset(self) -> None:
        self._search_box.clear()
        self._notice.dismiss()
        self._close_paper()

    def action_view(self, number: int) -> None:
        if (name := self._tabs.at(number)) is not None:
            self.open_feed(name)

    @on(TabStrip.TabClicked)
    def _open_tab(self, message: TabStrip.TabClicked) -> None:
        self.action_view(message.place + 1)

    def action_next_view(self) -> None:
        self.open_feed(self._tabs.beside(1))

    def action_previous_view(self) -> None:
        self.open_feed(self._tabs.beside(-1))

    def action_earlier(self) -> None:
        self._step(-1)

    def action_later(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        if (name := self._feeds.step(by)) is not None:
            self.open_feed(name)

    def action_refresh(self) -> None:
        name = self._tabs.open_name
        if name.kind in {"library", "archive", "queue", "foryou", "cluster", *MATCHED}:
            self.open_feed(name)
        else:
            self._feeds.refresh()
        self._community.refresh(self._lists.paper)

    def action_follow(self) -> None:
        if self._start.demo:
            self._notice.show_message("papertui runs with --demo. Restart it without --demo to follow feeds.")
            return
        from papertui.tui.feeds_screen import FeedsScreen  # noqa: PLC0415 - the first frame does not need it

        self.app.push_screen(
            FeedsScreen(
                self._services.feeds,
                self._services.follows,
                self._services.alerts,
                self._glyphs,
                offline=self._start.offline,
            ),
            self._show_follows,
        )

    def _show_follows(self, chosen: FeedName | None) -> None:
        """Update the tabs after the feeds screen closed; open the chosen feed, if any."""
        self._tabs.reload()
        if chosen is not None:
            self.open_feed(chosen)
        else:
            self._tabs.count_new()

    def action_digest(self) -> None:
        if self._start.demo:
            self._notice.show_message("papertui runs with --demo. Restart it without --demo to see your digest.")
            return
        from papertui.tui.digest_screen import DigestScreen  # noqa: PLC0415 - imports the parts of the digest

        open_page = self._services.papers.open_page
        self.app.push_screen(
            DigestScreen(self._services.digest, self._glyphs, self._notice, open_page, offline=self._start.offline)
        )

    def action_trends(self) -> None:
        from papertui.tui.trends_screen import TrendsScreen  # noqa: PLC0415 - the first frame does not need it

        screen = TrendsScreen(self._services, self._glyphs, self._keys, cursor=self._trends_row)
        self.app.push_screen(screen, self._open_trend)

    def action_map(self) -> None:
        self._map.open()

    def _show_map(self, cursor: str) -> None:
        from papertui.tui.map_screen import MapScreen  # noqa: PLC0415 - the first frame does not need it

        self.app.push_screen(MapScreen(self._services, self._glyphs, self._keys, cursor=cursor), self._map.closed)

    def _open_trend(self, query: str | None) -> None:
        """Show the papers of a row of the trends, in the archive."""
        if query:
            self._trends_row = query
            self._open_new(FeedName("archive"))
            if "is:" in query:  # the archive alone knows nothing of what was read and kept
                self._search.set_scope("everything")
            in_background(self, self._search.put, query, group="collection")

    async def action_tab_left(self) -> None:
        await self._tabs.move(-1)

    async def action_tab_right(self) -> None:
        await self._tabs.move(1)

    # --- the app -------------------------------------------------------------------------------------

    def action_help(self) -> None:
        self._show_help()

    def _show_help(self, words: str = "") -> None:
        from papertui.tui.help_screen import help_dialog  # noqa: PLC0415 - the first frame does not need it

        runners = self._palette.run_action, self._search_for, self._type_command
        self.app.push_screen(help_dialog(self._keys, *runners, words=words), run_command)

    def _type_command(self, text: str) -> None:
        in_background(self, self._command_controller().open, text, group="palette")

    def _search_for(self, query: str) -> None:
        self._close_paper()
        in_background(self, self._search.begin, query, group="palette")

    def action_suspend(self) -> None:
        self.app.action_suspend_process()

    async def action_command(self) -> None:
        await self._command_controller().open()

    def _command_controller(self) -> CommandController:
        if self._commands is None:
            from papertui.tui.controllers.command_controller import (  # noqa: PLC0415 - most starts run no command
                CommandController,
                ScreenActions,
            )

            actions = ScreenActions(
                self.open_feed,
                self._paper.open_link,
                self._downloads.open,
                self.run_action,
                self._set_lines,
                self._show_help,
                self._arrange.set_order,
                self._arrange.set_filter,
                self._themes.choose,
                lambda: tuple(choice.name for choice in self._themes.catalog.choices()),
                lambda: self._completions.values().tags,
            )
            controllers = self._lists, self._search, self._tabs, self._library, self._selection
            self._commands = CommandController(self._shared, *controllers, self._services, actions)
        return self._commands

    @property
    def _is_commanding(self) -> bool:
        """Whether the command line is open."""
        return self._commands is not None and self._commands.is_typing

    @on(CommandLine.Changed)
    def _complete_command(self, message: CommandLine.Changed) -> None:
        self._command_controller().typed(message.line)

    @on(CommandLine.Entered)
    def _enter_command(self, message: CommandLine.Entered) -> None:
        self._command_controller().enter(message.line)

    @on(CommandLine.Left)
    def _leave_command(self) -> None:
        self._notice.dismiss()
        self._command_controller().close()

    def _set_lines(self, number: int) -> None:
        self._papers.row_height = number

    def action_palette(self) -> None:
        self._palette.open()

    def action_theme(self) -> None:
        self._themes.open()

    def action_welcome(self) -> None:
        self._welcome.open()

    def action_close_welcome(self) -> None:
        self._welcome.close()

    @work(exclusive=True, group="settings")
    async def action_settings(self) -> None:
        service = await asyncio.to_thread(lambda: self._services.settings)  # imports TOML
        from papertui.tui.settings_screen import SettingsScreen  # noqa: PLC0415 - the first frame does not need it

        settings = self._settings
        screen = SettingsScreen(service, self._glyphs, self._keys, settings.apply, self._themes.ask, settings.send_test)
        self.app.push_screen(screen, settings.closed)

    async def action_quit(self) -> None:
        """Record the open feed and what was decided, then quit."""
        if self._triage is not None:
            await self._triage.finish()
        await self._feeds.remember()
        await self._panes.remember()
        self.last_frame.take()
        self.app.exit()
