"""The tags dialog: a line to add and remove tags, and a list to tick, rename, merge and delete them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input

from papertui.model.bookmark import TagEdit, begun, read_tags
from papertui.model.format import plural
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog, DialogList, column_gap
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.text_line import TextLine

_HINT = "+todo -old, or just todo"
_HINTS = (
    KeyHint("Enter", "apply"),
    KeyHint("Tab", "complete"),
    KeyHint("Down", "go to list"),
    KeyHint("Space", "tick", "tick"),
    KeyHint("r", "rename or merge", "rename"),
    KeyHint("d", "delete everywhere", "delete"),
    KeyHint("Esc", "cancel", "close"),
)


class _TagSuggester(Suggester):
    """Completes the tag being typed."""

    def __init__(self, matching: Callable[[str], list[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._matching = matching

    async def get_suggestion(self, value: str) -> str | None:
        before, part = begun(value)
        # A suggestion can only continue the text, so it must start with the typed part.
        matches = [tag for tag in self._matching(part) if tag.casefold().startswith(part.casefold())] if part else []
        return before + matches[0] if matches and matches[0] != part else None


class TagsDialog(Dialog[TagEdit]):
    """Returns the tags to add and to remove."""

    DEFAULT_CSS = """
    TagsDialog DialogList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "tick", "Add or remove"),
        ("r", "rename", "Rename or merge"),
        ("d,delete", "delete", "Delete from all bookmarks"),
    ]

    def __init__(
        self, library: LibraryService, glyphs: Glyphs, keys: Keymap, about: str, tags: Sequence[Sequence[str]]
    ) -> None:
        """Create the dialog.

        Args:
            library: provides the tags in use.
            glyphs: the symbols for ticks.
            keys: the keys of the main screen.
            about: the papers to tag, in a few words.
            tags: the current tags of each paper.
        """
        super().__init__()
        self._library = library
        self._glyphs = glyphs
        self._keys = keys
        self._about = about
        self._papers = max(1, len(tags))
        #: The number of these papers with a tag, by casefolded tag.
        self._counts = Counter(tag for several in tags for tag in {tag.casefold() for tag in several})
        #: The number of bookmarks with each tag.
        self._used: dict[str, int] = {}
        #: What ticking has changed: tags to add (true) and to remove.
        self._ticks: dict[str, bool] = {}
        self._renaming = ""
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Tags", self._about)
            # Each pasted line is a tag, which may contain blanks.
            yield TextLine(_HINT, join=", ".join, suggester=_TagSuggester(self._matching))
            yield self.notice
            yield DialogList()
            yield KeyLine(_HINTS, wraps=True)

    @work(exclusive=True, group="tags")
    async def on_mount(self) -> None:
        await self._read()

    async def _read(self) -> None:
        with self.notice.errors():
            self._used = await asyncio.to_thread(self._library.tags)
        self._show()

    def _matching(self, part: str) -> list[str]:
        """Return the tags in use that start with `part`, then those containing it; tags of these papers first."""
        part = part.casefold()
        tags = [tag for tag in self._used if part in tag.casefold()]
        return sorted(tags, key=lambda tag: (not tag.casefold().startswith(part), -self._counts[tag.casefold()]))

    def _show(self) -> None:
        line = self.query_one(Input).value
        self._shown = self._matching(line if self._renaming else begun(line)[1])
        self.query_one(DialogList).show([self._row(tag) for tag in self._shown])

    def _row(self, tag: str) -> Content:
        count = self._counts[tag.casefold()]
        tick = self._ticks.get(tag)
        if tick is None:
            glyph = self._glyphs.selected if count == self._papers else "-" if count else " "
            sign, style = f" {glyph} ", "$primary"
        elif tick:
            sign, style = " + ", "bold $growth"
        else:
            sign, style = (" × " if self._glyphs.is_unicode else " . "), "$accent"
        some = f"   on {count} of these {self._papers}" if 0 < count < self._papers else ""
        gap = column_gap(tag, self._shown)
        return Content.assemble((sign, style), (f"#{tag}", "bold"), (f"{gap}{self._used[tag]:>3}{some}", "$faint"))

    @on(Input.Changed)
    def _filter(self) -> None:
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Accept the suggestion with Tab; without one, Tab goes to the list as usual."""
        line = self.query_one(Input)
        if line.has_focus and event.key == "tab":
            before = line.value
            line.action_cursor_right()
            if line.value != before:
                event.stop()
                event.prevent_default()

    # --- applying ------------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _submit(self, message: Input.Submitted) -> None:
        if self._renaming:
            self._rename(self._renaming, message.value.strip())
        else:
            self._apply()

    @on(DialogList.OptionSelected)
    def _select(self, message: DialogList.OptionSelected) -> None:
        # Without ticks or typed text, Enter toggles the tag under the cursor.
        if not self._ticks and not self.query_one(Input).value.strip():
            self._toggle(self._shown[message.option_index])
        self._apply()

    def _apply(self) -> None:
        typed = read_tags(self.query_one(Input).value)
        add = (*typed.add, *(tag for tag, added in self._ticks.items() if added))
        remove = (*typed.remove, *(tag for tag, added in self._ticks.items() if not added))
        self.dismiss(TagEdit(add, remove) if add or remove else None)

    # --- the list ------------------------------------------------------------------------------------

    @property
    def _tag(self) -> str | None:
        """The tag under the cursor, while the list has the focus."""
        row = self.query_one(DialogList).row
        return None if row is None else self._shown[row]

    def action_tick(self) -> None:
        if (tag := self._tag) is not None:
            self._toggle(tag)
            self._show()

    def _toggle(self, tag: str) -> None:
        """Go on to the next change of a tag: none, add it, remove it, as far as that changes something."""
        count = self._counts[tag.casefold()]
        changes: list[bool | None] = [None]
        changes += [True] if count < self._papers else []
        changes += [False] if count else []
        change = changes[(changes.index(self._ticks.get(tag)) + 1) % len(changes)]
        if change is None:
            self._ticks.pop(tag, None)
        else:
            self._ticks[tag] = change

    def action_rename(self) -> None:
        if (tag := self._tag) is not None:
            self._renaming = tag
            line = self.query_one(Input)
            self.notice.warn(
                f"New name for “{tag}” on all bookmarks. If the tag already exists, the two are merged. "
                "Enter = rename, Esc = cancel"
            )
            line.value = tag
            line.focus()
            line.cursor_position = len(tag)

    @work(exclusive=True, group="tags")
    async def _rename(self, old: str, new: str) -> None:
        is_merge = new.casefold() in {tag.casefold() for tag in self._used if tag != old}
        with self.notice.errors():
            changed = await asyncio.to_thread(self._library.rename_tag, old, new)
            count = self._counts.pop(old.casefold(), 0)
            self._counts[new.casefold()] = max(self._counts[new.casefold()], count)
            self._stop_renaming()
            words = f"Merged “{old}” into" if is_merge else f"Renamed “{old}” to"
            self.notice.warn(f"{words} “{new}” on {plural(len(changed), 'paper')}.")
            await self._read()

    def _stop_renaming(self) -> None:
        self._renaming = ""
        self.query_one(Input).value = ""
        self.notice.dismiss()

    def action_delete(self) -> None:
        if (tag := self._tag) is not None:
            self._delete(tag)

    @work(exclusive=True, group="tags")
    async def _delete(self, tag: str) -> None:
        with self.notice.errors():
            ids = [mark.paper.id for mark in await asyncio.to_thread(self._library.bookmarks)]
            changed = await asyncio.to_thread(lambda: self._library.tag(ids, (), (tag,)))
            del self._counts[tag.casefold()]
            self._ticks.pop(tag, None)
            undo = self._keys.name("undo")
            self.notice.warn(
                f"Removed “{tag}” from {plural(len(changed), 'paper')}. {undo} on the main screen restores it."
            )
            await self._read()

    def action_close(self) -> None:
        if self._renaming:
            self._stop_renaming()
        else:
            self.dismiss(None)
