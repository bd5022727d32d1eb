"""Reading a paper on the whole screen: finding, sections, links, marks, looks, copies and pipes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from textual.app import SuspendNotSupported

from papertui.app import Services
from papertui.errors import UsageError
from papertui.model.paper import Paper, link_of
from papertui.model.paper_ids import papers_in
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.export_controller import ExportController
from papertui.tui.controllers.highlight_controller import HighlightController
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.paper_controller import PaperController
from papertui.tui.dialogs.menu import Menu, MenuItem
from papertui.tui.keymap import shown_key
from papertui.tui.page_text import Found, PageLink, PageText
from papertui.tui.reading_place import ReadingPlace, place_from
from papertui.tui.side_sections import SideEntry, SideSection
from papertui.tui.text_layout import cut
from papertui.tui.widgets.find_line import FindLine
from papertui.tui.widgets.preview import MEASURE, Look, PageLook, Preview
from papertui.tui.widgets.side_pane import SidePane
from papertui.tui.widgets.tab_strip import TabStrip

#: Minimum width of the screen for the outline beside the text.
ROOM_FOR_OUTLINE = 160
_STEP, _FEWEST, _MOST = 4, 40, 160
#: Cells that a wide table is moved by one key.
_PAN = 8
_LONGEST_SECTION = 28
#: Authors that a citation names.
_NAMED = 2
#: Commands that are remembered.
_PAST = 30
#: Places to go back to.
_JUMPS = 100
#: Lines above the heading of a section that was gone to.
_ABOVE = 1
#: How actions on a selection begin.
_SELECTED = "select_"
#: Keys of what is remembered between starts.
_LOOK, _PIPES, _MARKS = "reading look", "reading pipes", "marks "


class _Jump(NamedTuple):
    """A place that was left."""

    paper: Paper
    place: ReadingPlace | None


class PageParts(NamedTuple):
    """What the page works with."""

    lists: ListController
    paper: PaperController
    preview: Preview
    strip: TabStrip
    library: LibraryController
    exports: ExportController
    services: Services
    show_keys: Callable[[], None]


class PageController:
    """What can be done in the text of the open paper."""

    def __init__(self, context: ScreenContext, parts: PageParts) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._glyphs = context.glyphs
        self._parts = parts
        self._preview = parts.preview
        self._services = parts.services
        self._text = PageText((), None)
        self._paper_id = ""
        self._find = FindLine(context.glyphs.slash, self._typed)
        #: The place where the search began.
        self._origin = 0, 0
        self._found: Found | None = None
        self._link: PageLink | None = None
        self._pans: dict[int, int] = {}
        self._jumps: list[_Jump] = []
        self._awaits = ""
        self._outline = SidePane(context.glyphs)
        self._outline.id = "outline"
        self._outline.can_focus = False
        self._look = PageLook()
        self._is_beside = True
        self._hides_citations = False
        self._pipes: tuple[str, ...] = ()
        self._marks: dict[str, dict[str, ReadingPlace]] = {}
        self._is_loaded = self._is_open = False
        self.highlights = HighlightController(
            context,
            parts.preview,
            parts.lists,
            parts.library,
            parts.services.library,
            self._go,
            parts.show_keys,
        )
        #: The section that the outline beside the text marks.
        self._current = -2

    # --- opening and leaving -------------------------------------------------------------------------

    async def follow(self) -> None:
        """After a paper was opened, or its text or the visible part of it changed."""
        if not self._is_open:
            self._is_open = True
            await self._opened()
        self.moved()

    async def _opened(self) -> None:
        """Show what belongs to reading."""
        if not self._find.is_attached:
            await self._screen.mount(self._find, before=self._screen.query_one("KeyLine"))
            await self._screen.query_one("#body").mount(self._outline)
        if not self._is_loaded:
            self._is_loaded = True
            with self._notice.errors():
                self._remembered(await asyncio.to_thread(self._services.places.load))
        self._preview.hide_citations(hides=self._hides_citations)
        self._preview.set_look(self._look)
        self._preview.set_marks(self._looks)

    def _remembered(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what is remembered from earlier starts."""
        match facts.get(_LOOK, {}):
            case {"width": int(width), "columns": int(columns), "outline": bool(beside)}:
                self._look = PageLook(max(_FEWEST, min(width, _MOST)), 2 if columns > 1 else 1)
                self._is_beside = beside
                self._hides_citations = facts[_LOOK].get("citations") is False
        match facts.get(_PIPES, {}):
            case {"commands": list(commands)}:
                self._pipes = tuple(one for one in commands if isinstance(one, str))[:_PAST]
        for key, marks in facts.items():
            if key.startswith(_MARKS):
                places = {name: place_from(place) for name, place in marks.items() if isinstance(place, Mapping)}
                self._marks[key.removeprefix(_MARKS)] = {
                    name: place for name, place in places.items() if place is not None
                }

    def closed(self) -> None:
        """After the list is shown again."""
        self._is_open = False
        self.highlights.leave()
        self._stop_finding()
        self._link, self._awaits = None, ""
        self._jumps.clear()
        self._preview.set_marks(None)
        self._parts.strip.show_place("")
        self._outline.remove_class("-shown")

    def _keep(self, key: str, facts: Mapping[str, Any]) -> None:
        if not self._context.start.demo:
            in_background(self._screen, self._write, {key: facts}, group="places")

    async def _write(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        with self._notice.errors():
            await asyncio.to_thread(self._services.places.keep, facts)

    # --- following what is shown ---------------------------------------------------------------------

    def moved(self) -> None:
        """After the text or its visible part changed."""
        if not self._parts.paper.is_open:
            return
        blocks = self._preview.text_blocks
        if blocks is not self._text.blocks:
            before, self._text = self._text, PageText(blocks, self._preview.document)
            if self._preview.paper_id != self._paper_id:
                self._paper_id, self._pans = self._preview.paper_id, {}
                self._preview.set_pans({})
                self._stop_finding()
                self._link = None
            self._follow_blocks(before)
            self._show_outline()
        self.highlights.follow(self._text)
        self._show_place()

    def _follow_blocks(self, before: PageText) -> None:
        """Keep what is chosen after the blocks changed: the lines above the text may be others."""
        shift = self._text.part_block(0) - before.part_block(0)
        if before.document is not self._text.document:
            self._link = self._found = None
        if self._link is not None:
            self._link = self._link._replace(block=self._link.block + shift)
        if self._found is not None:
            self._found = self._found._replace(block=self._found.block + shift)
        if self._find.has_class("-shown"):
            self._text.finder.search(self._find.input.value)
            self._show_found(moves=False)

    def _show_place(self) -> None:
        """Show section, progress and minutes left."""
        visible = self._preview.visible_blocks
        if not visible:
            return
        words = []
        # Of the first whole lines: a heading below the top names what is read.
        at = self._text.section_at(min(visible.start + 2, visible.stop - 1))
        if at >= 0:
            heading = self._text.headings[at]
            sign = "§" if self._glyphs.is_unicode else "sec. "
            words.append(
                f"{sign}{heading.number}"
                if heading.number
                else cut(heading.text, _LONGEST_SECTION, self._glyphs.ellipsis)
            )
        words.append(f"{round(100 * self._preview.share)} %")
        if minutes := self._text.minutes_left(visible.start):
            words.append(f"{minutes} min")
        self._parts.strip.show_place(f" {self._glyphs.dot} ".join(words))
        if self._outline.has_class("-shown"):
            self._mark_section(at)

    def _show_outline(self) -> None:
        headings = self._text.headings
        wide = self._screen.app.size.width >= ROOM_FOR_OUTLINE
        is_shown = wide and self._is_beside and len(headings) > 1
        self._outline.set_class(is_shown, "-shown")
        self._current = -2

    def _mark_section(self, at: int) -> None:
        if at == self._current:
            return
        self._current = at
        top = min((heading.level for heading in self._text.headings), default=1)
        entries = tuple(
            SideEntry(
                f"{'  ' * (heading.level - top)}{heading.text}",
                partial(self._go_to_heading, place),
                is_current=place == at,
            )
            for place, heading in enumerate(self._text.headings)
        )
        self._outline.show("Outline", (SideSection("Outline", entries),), follows=True)

    def resized(self) -> None:
        self._show_outline()
        self._show_place()

    def _looks(self, block: int) -> list[tuple[int, int, Look]]:
        """Return what is drawn over the text of a block."""
        if block >= len(self._text.blocks) or self._text.blocks is not self._preview.text_blocks:
            return []
        looks = self.highlights.looks(block)
        looks += [(one.start, one.end, "linked") for one in self._text.links(block)]
        looks += [(start, end, "match") for start, end in self._text.finder.within(block)] if self._is_finding else []
        chosen: Found | PageLink | None = self._link or self._found
        if chosen is not None and chosen.block == block:
            looks.append((chosen.start, chosen.end, "chosen"))
        return sorted(looks, key=lambda one: one[2] == "selected")  # over the colours of links

    # --- keys ----------------------------------------------------------------------------------------

    @property
    def is_typing(self) -> bool:
        """Whether the line to find words has the focus."""
        return self._screen.focused is self._find.input  # `has_focus` follows only after the next keys

    def take(self, key: str) -> bool:
        """Take the letter of a mark; return whether one was awaited."""
        if not self._awaits:
            return self.highlights.take(key)
        what, self._awaits = self._awaits, ""
        if len(key) == 1 and key.isascii() and key.islower():
            self._set_mark(key) if what == "mark" else self._go_to_mark(key)
        else:
            self._notice.show_message(f"Marks are named by the letters a to z, not {shown_key(key)}.")
        return True

    async def run(self, name: str) -> None:
        """Run an action of the keymap, or of the key line of a selection, by its name."""
        if name.startswith(_SELECTED):
            self.highlights.run(name.removeprefix(_SELECTED))
            return
        actions: Mapping[str, Callable[[], object]] = {
            "page_outline": self.open_outline,
            "page_next_section": partial(self._step_section, 1),
            "page_previous_section": partial(self._step_section, -1),
            "page_next_link": partial(self._step_link, 1),
            "page_previous_link": partial(self._step_link, -1),
            "page_return": self._return,
            "page_pan_left": partial(self._pan, -1),
            "page_pan_right": partial(self._pan, 1),
            "page_narrower": partial(self._widen, -_STEP),
            "page_wider": partial(self._widen, _STEP),
            "page_columns": self._change_columns,
            "page_beside": self._toggle_beside,
            "page_copy": self._open_copies,
            "page_pipe": self._ask_command,
            "page_mark": partial(self._await, "mark"),
            "page_to_mark": partial(self._await, "jump"),
            "page_select": self._select,
            "page_citations": self._toggle_citations,
            "page_highlights": self.highlights.open_list,
        }
        actions[name]()

    def back(self) -> bool:
        """Leave what is on top of the text; return whether there was anything."""
        if self._awaits:
            self._awaits = ""
        elif self.highlights.leave():
            pass
        elif self._find.has_class("-shown"):
            self._stop_finding()
            self._screen.set_focus(self._preview)
        elif self._link is not None:
            self._choose(None)
        else:
            return False
        return True

    def enter(self) -> None:
        """Go from the find line to the text, or follow the chosen link."""
        if self.is_typing:
            self._screen.set_focus(self._preview)
            if not self._find.input.value:
                self._stop_finding()
        elif self.highlights.is_selecting:
            self.highlights.run("highlight")
        elif self._link is not None:
            self._follow(self._link)

    # --- finding -------------------------------------------------------------------------------------

    @property
    def _is_finding(self) -> bool:
        return self._find.has_class("-shown") and bool(self._text.finder.query)

    def start_finding(self) -> None:
        """Open the line to find words."""
        self._link = None
        self._origin = self._preview.top_block, 0
        self._find.add_class("-shown")
        self._screen.set_focus(self._find.input)
        self._parts.show_keys()

    def _typed(self, query: str, *, moves: bool = True) -> None:
        """Search for what is typed, from where the search began."""
        finder = self._text.finder
        finder.search(query)
        self._found = finder.after(*self._origin) if moves else None
        self._show_found(moves=moves)

    def _show_found(self, *, moves: bool = True) -> None:
        finder = self._text.finder
        if self._found is None:
            self._find.show_count("no match" if finder.query and not finder.count else "")
        else:
            self._find.show_count(f"{finder.number(self._found)} of {finder.count}")
        self._preview.set_marks(self._looks)
        if self._found is not None and moves:
            self._show_letter(self._found.block, self._found.start)

    def leap(self, by: int) -> bool:
        """Go to the next match or the one before; return whether something is searched."""
        if not self._is_finding:
            return False
        finder = self._text.finder
        block, letter = (self._found.block, self._found.start) if self._found else (self._preview.top_block, 0)
        self._found = finder.after(block, letter + bool(self._found)) if by > 0 else finder.before(block, letter)
        self._link = None
        self._show_found()
        return True

    def _stop_finding(self) -> None:
        self._find.remove_class("-shown")
        self._found = None
        if self._text.blocks:
            self._text.finder.search("")
        self._preview.set_marks(self._looks)

    def _show_letter(self, block: int, letter: int) -> None:
        """Scroll to a letter, in a wide line also to the side."""
        shown = self._text.blocks[block]
        if shown.role == "code":
            room, pan = self._preview.wide_room(shown), self._pans.get(shown.part, 0)
            if not pan <= letter < pan + room - _PAN:
                self._pans[shown.part] = max(0, letter - room // 2)
                self._preview.set_pans(self._pans)
        self._preview.reveal(block, letter)

    # --- sections ------------------------------------------------------------------------------------

    def open_outline(self) -> None:
        headings = self._text.headings
        if not headings:
            self._notice.show_message("This text has no sections.")
            return
        top = min(heading.level for heading in headings)
        at = self._text.section_at(min(self._preview.top_block + 2, len(self._text.blocks) - 1))
        items = [
            MenuItem(str(place), f"{'  ' * (heading.level - top)}{heading.text}", is_current=place == at)
            for place, heading in enumerate(headings)
        ]
        keys = self._context.keys
        menu = Menu("Outline", items, beside=self._preview, glyphs=self._glyphs, opener=keys.keys["page_outline"])
        self._screen.app.push_screen(menu, self._go_to_chosen)

    def _go_to_chosen(self, place: str | None) -> None:
        if place is not None:
            self._go_to_heading(int(place))

    def _go_to_heading(self, place: int) -> None:
        self._screen.set_focus(self._preview)
        self._go(self._text.headings[place].block)

    def _go(self, block: int, letter: int = 0) -> None:
        """Go to a letter of a block; one can return."""
        self._remember_jump()
        self._preview.reveal(block, letter, above=_ABOVE)

    def _select(self) -> None:
        """Select the sentence of the match, else the first one that begins on the page."""
        if self._found is not None:
            self.highlights.start(self._found.block, self._found.start)
        elif blocks := self._text.blocks:
            self.highlights.start(*self._preview.first_letter if blocks is self._preview.text_blocks else (0, 0))

    def _step_section(self, by: int) -> None:
        headings = [heading.block for heading in self._text.headings]
        if not headings:
            self._notice.show_message("This text has no sections.")
            return
        row = self._preview.line_of_top(_ABOVE)
        if by > 0:
            block = next((one for one in headings if self._preview.row_of(one) > row), None)
        else:
            block = next((one for one in reversed(headings) if self._preview.row_of(one) < row), 0)
        if block is None:
            self._notice.show_message("This is the last section.")
        else:
            self._preview.reveal(block, above=_ABOVE)

    # --- links ---------------------------------------------------------------------------------------

    def _stops(self, block: int) -> Sequence[PageLink]:
        """Return what can be chosen in a block: links, or a table or listing that is cut."""
        shown = self._text.blocks[block]
        if shown.role != "code" or shown.part < 0:
            return self._text.links(block)
        if self._text.part_block(shown.part) == block and self._is_wide(shown.part):
            return (PageLink(block, 0, len(shown.text), "wide", shown.part),)
        return ()

    def _lines_of(self, part: int) -> list[str]:
        first = self._text.part_block(part)
        lines = []
        for block in self._text.blocks[first:]:
            if block.part != part:
                break
            lines.append(block.text)
        return lines

    def _is_wide(self, part: int) -> bool:
        room = self._preview.wide_room(self._text.blocks[self._text.part_block(part)])
        return any(len(line.rstrip()) > room for line in self._lines_of(part))

    def _step_link(self, by: int) -> None:
        visible = self._preview.visible_blocks
        if not visible:
            return
        link = self._link
        if link is None or link.block not in visible:
            start, letter = (visible.start, -1) if by > 0 else (visible.stop - 1, 1 << 30)
        else:
            start, letter = link.block, link.start
        blocks = range(start, len(self._text.blocks)) if by > 0 else range(start, -1, -1)
        for block in blocks:
            stops = self._stops(block)
            if block == start:
                stops = [one for one in stops if (one.start > letter if by > 0 else one.start < letter)]
            if stops:
                self._choose(stops[0] if by > 0 else stops[-1])
                return
        self._notice.show_message("There are no more links." if by > 0 else "There are no links before.")

    def _choose(self, link: PageLink | None) -> None:
        self._link = link
        self._preview.set_marks(self._looks)
        if link is not None:
            self._preview.reveal(link.block, link.start)

    def click(self, block: int, letter: int) -> None:
        """Follow the link at a letter, if there is one."""
        if self._parts.paper.is_open and self._text.blocks is self._preview.text_blocks:
            for link in self._text.links(block):
                if link.start <= letter < link.end:
                    self._choose(link)
                    self._follow(link)
                    return
            self.highlights.click(block, letter)

    def _follow(self, link: PageLink) -> None:
        match link.kind:
            case "reference":
                self._open_reference(link.part)
            case "place":
                self._go(self._text.part_block(link.part))
            case "address":
                self._parts.paper.open_link(link.url)
            case "wide":
                from papertui.tui.wide_screen import WideScreen  # noqa: PLC0415 - seldom needed

                lines = self._lines_of(link.part)
                self._screen.app.push_screen(WideScreen(lines, is_unicode=self._glyphs.is_unicode))

    def _open_reference(self, part: int) -> None:
        from papertui.tui.dialogs.reference import ReferenceAction, ReferenceDialog  # noqa: PLC0415 - as above

        if self._text.document is None:
            return
        entry = self._text.document.parts[part]
        named = papers_in(entry.text)
        if not named:  # named by its link only
            named = papers_in(" ".join(span.target for span in entry.spans))
        id_ = named[0].id if named else ""
        block = self._text.part_block(part)
        url = next((one.url for one in self._text.links(block) if one.url), "")

        def act(what: ReferenceAction | None) -> None:
            match what:
                case "read":
                    in_background(self._screen, self._open_paper, id_, group="follow", exclusive=True)
                case "keep":
                    in_background(self._screen, self._keep_paper, id_, group="library")
                case "browse":
                    self._parts.paper.open_link(url)
                case "copy":
                    self._copy(entry.text, "the reference")
                case "go":
                    self._go(block)
                case None:
                    pass

        self._screen.app.push_screen(ReferenceDialog(entry.mark, entry.text, id_, has_link=bool(url)), act)

    async def _paper(self, id_: str) -> Paper:
        return await self._services.papers.find(id_, offline=not self._context.start.uses_network)

    async def _open_paper(self, id_: str) -> None:
        self._notice.show_message(f"Opening {id_} {self._glyphs.ellipsis}")
        with self._notice.errors():
            paper = await self._paper(id_)
            if self._parts.paper.is_open:
                self._notice.dismiss()
                self._remember_jump()
                self._parts.paper.turn_to(paper)

    async def _keep_paper(self, id_: str) -> None:
        with self._notice.errors():
            paper = await self._paper(id_)
            await self._parts.library.toggle_bookmarks((paper,))

    # --- going back ----------------------------------------------------------------------------------

    def _remember_jump(self) -> None:
        if (paper := self._parts.lists.paper) is not None:
            self._jumps = [*self._jumps[-_JUMPS:], _Jump(paper, self._preview.place)]

    def _return(self) -> None:
        if not self._jumps:
            self._notice.show_message("There is no place to go back to.")
            return
        jump = self._jumps.pop()
        if (paper := self._parts.lists.paper) is None or paper.id != jump.paper.id:
            self._parts.paper.turn_to(jump.paper)
        self._go_to_place(jump.paper.id, jump.place)

    def _go_to_place(self, id_: str, place: ReadingPlace | None) -> None:
        if place is None:
            self._preview.release()
            self._preview.scroll_to(y=0, animate=False, force=True)
        else:
            self._preview.go_to(id_, place)

    # --- marks ---------------------------------------------------------------------------------------

    def _await(self, what: str) -> None:
        self._awaits = what
        if what == "mark":
            self._notice.show_message("Mark this place: press a letter.")
            return
        marks = ", ".join(sorted(self._marks.get(self._preview.paper_id, {})))
        self._notice.show_message(f"Go to a mark: {marks}." if marks else "No marks are set in this paper.")
        self._awaits = what if marks else ""

    def _set_mark(self, name: str) -> None:
        id_ = self._preview.paper_id
        place = self._preview.place or self._preview.place_of(0)
        marks = self._marks.setdefault(id_, {})
        marks[name] = place
        self._keep(f"{_MARKS}{id_}", {one: kept.stored() for one, kept in marks.items()})
        key = self._context.keys.name("page_to_mark")
        self._notice.show_message(f"Mark {name} is set; {key} {name} returns to it.")

    def _go_to_mark(self, name: str) -> None:
        id_ = self._preview.paper_id
        if (place := self._marks.get(id_, {}).get(name)) is None:
            self._notice.show_message(f"There is no mark {name} in this paper.")
            return
        self._notice.dismiss()
        self._remember_jump()
        self._go_to_place(id_, place)

    # --- looks ---------------------------------------------------------------------------------------

    def _set_look(self, look: PageLook) -> None:
        self._look = look
        self._preview.set_look(look)
        self._keep_look()

    def _keep_look(self) -> None:
        look: dict[str, Any] = {"width": self._look.width, "columns": self._look.columns, "outline": self._is_beside}
        self._keep(_LOOK, look | ({"citations": False} if self._hides_citations else {}))

    def _widen(self, by: int) -> None:
        width = max(_FEWEST, min(self._look.width + by, _MOST))
        self._set_look(self._look._replace(width=width))
        shown = self._preview.measure
        usual = " (as usual)" if width == MEASURE else ""
        fits = "" if shown == width else f"; {shown} fit here"
        self._notice.show_message(f"Lines of {width} columns{usual}{fits}.")

    def _change_columns(self) -> None:
        self._set_look(self._look._replace(columns=2 if self._look.columns == 1 else 1))
        if self._look.columns > self._preview.columns:
            needed = 2 * self._look.width
            self._notice.show_message(
                f"Two columns need more than {needed} cells. {self._context.keys.name('page_narrower')} makes lines "
                "shorter."
            )

    def _toggle_beside(self) -> None:
        self._is_beside = not self._is_beside
        self._keep_look()
        self._show_outline()
        self._show_place()
        if self._screen.app.size.width < ROOM_FOR_OUTLINE:
            self._notice.show_message(f"The outline is beside the text on screens of {ROOM_FOR_OUTLINE} columns.")

    def _toggle_citations(self) -> None:
        self._hides_citations = not self._hides_citations
        self._preview.hide_citations(hides=self._hides_citations)
        self._keep_look()
        key = self._context.keys.name("page_citations")
        state, other = ("hidden", "shows") if self._hides_citations else ("shown", "hides")
        self._notice.show_message(f"Citations are {state}. {key} {other} them.")

    def _pan(self, way: int) -> None:
        """Move the chosen wide table, else the first one that is visible."""
        visible = self._preview.visible_blocks
        parts = dict.fromkeys(
            block.part for block in self._text.blocks[visible.start : visible.stop] if block.role == "code"
        )
        chosen = self._link.part if self._link is not None and self._link.kind == "wide" else -1
        wide = [part for part in parts if part >= 0 and (part in self._pans or self._is_wide(part))]
        if not wide:
            return
        part = chosen if chosen in wide else wide[0]
        room = self._preview.wide_room(self._text.blocks[self._text.part_block(part)])
        most = max(0, max(map(len, self._lines_of(part))) - room + 1)
        self._pans[part] = max(0, min(self._pans.get(part, 0) + way * _PAN, most))
        self._preview.set_pans(self._pans)

    # --- copies --------------------------------------------------------------------------------------

    def _here(self) -> int:
        """Return the block that is meant: that of the chosen link or match, else the first one at the top."""
        if (chosen := self._link or self._found) is not None:
            return chosen.block
        visible = self._preview.visible_blocks
        first = (number for number in visible if self._text.blocks[number].role in {"text", "formula", "short"})
        return next((one for one in first if self._text.blocks[one].text), visible.start if visible else 0)

    def _open_copies(self) -> None:
        if (paper := self._parts.lists.paper) is None or not self._text.blocks:
            return
        number = self._here()
        block = self._text.blocks[number]
        paragraph = cut(block.text, 40, self._glyphs.ellipsis)
        tex = self._tex(number)
        items = [
            MenuItem("link", "The link of this paper", "l", reason="" if link_of(paper) else "none"),
            MenuItem("paragraph", f"Paragraph: {paragraph}", "p"),
            MenuItem("quote", "The paragraph as a quote with its source", "q"),
            MenuItem("formula", "The formula as TeX", "f", reason="" if tex else "not known here"),
            MenuItem("citation", "Citation of this paper", "c"),
            MenuItem("bibtex", "BibTeX of this paper", "b"),
        ]

        def copy(what: str | None) -> None:
            match what:
                case "link":
                    self._parts.paper.copy_links((paper,))
                case "paragraph":
                    self._copy(block.text, "the paragraph")
                case "quote":
                    self._copy(f"“{block.text}”\n{self._source(paper, number)}\n", "the quote with its source")
                case "formula":
                    self._copy(tex, "the formula")
                case "citation":
                    self._copy(self._source(paper, -1), "the citation")
                case "bibtex":
                    in_background(self._screen, self._parts.exports.copy_bibtex, (paper,), group="export")

        opener = self._context.keys.keys["page_copy"]
        self._screen.app.push_screen(
            Menu("Copy", items, beside=self._preview, glyphs=self._glyphs, opener=opener), copy
        )

    def _tex(self, number: int) -> str:
        """Return the TeX of the formula of a block, or of the formulas in its text, one a line."""
        block, document = self._text.blocks[number], self._text.document
        if document is None or block.part < 0:
            return ""
        part = document.parts[block.part]
        return part.tex or "\n".join(span.tex for span in part.spans if span.tex)

    def _source(self, paper: Paper, number: int) -> str:
        """Return a citation in words, with the section of a block."""
        first = paper.authors[0] if paper.authors else ""
        authors = f"{first} et al." if len(paper.authors) > _NAMED else " and ".join(paper.authors)
        year = f" ({paper.published.year})" if paper.published is not None else ""
        at = self._text.section_at(number) if number >= 0 else -1
        section = f", {self._text.headings[at].text}" if at >= 0 else ""
        return f"{authors}{year}. {paper.title}{section}. {link_of(paper) or paper.id}".lstrip(". ")

    def _copy(self, text: str, what: str) -> None:
        self._screen.app.copy_to_clipboard(text)
        self._notice.show_message(f"Copied {what}.")

    # --- pipes ---------------------------------------------------------------------------------------

    def _ask_command(self) -> None:
        from papertui.tui.dialogs.pipe import Pipe, PipeDialog  # noqa: PLC0415 - as above

        at = self._text.section_at(min(self._preview.top_block + 2, max(0, len(self._text.blocks) - 1)))
        section = self._text.headings[at].text if at >= 0 else ""
        block = self._text.headings[at].block if at >= 0 else 0

        def run(pipe: Pipe | None) -> None:
            if pipe is not None:
                text = self._text.section_text(block) if pipe.is_section else self._text.text()
                in_background(self._screen, self._run_command, pipe.command, text, group="pipe")

        self._screen.app.push_screen(PipeDialog(self._pipes, section, is_unicode=self._glyphs.is_unicode), run)

    async def _run_command(self, command: str, text: str) -> None:
        self._pipes = (command, *(one for one in self._pipes if one != command))[:_PAST]
        self._keep(_PIPES, {"commands": list(self._pipes)})
        with self._notice.errors():
            self._pipe(command, text)
            self._notice.show_message(f"“{cut(command, 40, self._glyphs.ellipsis)}” got the text.")

    def _pipe(self, command: str, text: str) -> None:
        """Run a command in the terminal, with the text on its input.

        Raises:
            UsageError: it failed, or the terminal cannot be left.
        """
        from papertui.services.programs import pipe_text  # noqa: PLC0415 - needed only for a command

        try:
            with self._screen.app.suspend():
                problem = pipe_text(command, text, os.environ)
        except SuspendNotSupported as error:
            raise UsageError("This terminal cannot run a command outside papertui.") from error
        if problem:
            raise UsageError(problem)
