"""The export dialog: papers, format and file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from papertui.citations.export import Exporter
from papertui.citations.formats import FORMATS, Format
from papertui.model.format import plural
from papertui.model.safe_text import one_line
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.option_rows import Cycler
from papertui.tui.widgets.text_line import TextLine

_ZOTERO = "Zotero on this machine"
_STEM = "papers"
#: Formats whose files are appended to.
_FOR_TEX = frozenset({"bibtex", "biblatex"})
#: Keys that move between the lines.
_STEPS = {"down": 1, "up": -1, "j": 1, "k": -1}


class ExportSet(NamedTuple):
    """Papers that can be exported together."""

    name: str  # what they are, in a few words
    ids: tuple[str, ...] | None  # ``None`` for the whole library


class ExportDialog(Dialog[str]):
    """Returns a sentence about the result."""

    DEFAULT_CSS = """
    ExportDialog #place { height: 1; padding: 0 1; }
    ExportDialog #place Static { width: 10; color: $faint; }
    ExportDialog #place Input { width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "export", "Export")]

    def __init__(self, exporter: Exporter, glyphs: Glyphs, keys: Keymap, sets: Sequence[ExportSet]) -> None:
        """Create the dialog.

        Args:
            exporter: writes the papers.
            glyphs: the symbols for arrows.
            keys: the keys of the main screen.
            sets: what can be exported, the most likely first.
        """
        super().__init__()
        self._exporter = exporter
        self._glyphs = glyphs
        self._keys = keys
        self._sets = tuple(sets)
        self._proposed_name = ""
        #: The file the reader was asked about, and its format.
        self._confirmed_for: tuple[str, Format] | None = None

    def compose(self) -> ComposeResult:
        arrows = "← →" if self._glyphs.is_unicode else "left/right"
        hints = (
            KeyHint("Enter", "export", "export"),
            KeyHint("Tab", "next line"),
            KeyHint(arrows, "choose"),
            KeyHint("Esc", "cancel", "close"),
        )
        with Vertical():
            yield self.title_line("Export", "for LaTeX, Zotero, Obsidian, spreadsheets")
            yield Cycler("What", [one.name for one in self._sets], self._glyphs, id="what")
            yield Cycler("Format", [*(form.title for form in FORMATS.values()), _ZOTERO], self._glyphs, id="format")
            with Horizontal(id="place"):
                yield Static("File")
                yield TextLine("empty: copy to the clipboard")
            yield self.notice
            yield KeyLine(hints, wraps=True)

    def on_mount(self) -> None:
        self._propose_name()
        self.query_one("#format").focus()

    @property
    def _format(self) -> Format | None:
        """The format; ``None`` for Zotero."""
        place = self.query_one("#format", Cycler).place
        return tuple(FORMATS)[place] if place < len(FORMATS) else None

    @on(Cycler.Changed)
    def _propose_name(self) -> None:
        """Propose a file name, unless the reader typed one."""
        line, form = self.query_one(Input), self._format
        self.query_one("#place").display = form is not None
        if form is not None and line.value == self._proposed_name:
            line.value = self._proposed_name = f"{_STEM}.{FORMATS[form].suffix}"

    def on_key(self, event: events.Key) -> None:
        if event.key in _STEPS and not (event.is_printable and self.query_one(Input).has_focus):
            event.stop()
            event.prevent_default()
            self.focus_next() if _STEPS[event.key] > 0 else self.focus_previous()

    @on(Input.Submitted)
    def action_export(self) -> None:
        chosen = self._sets[self.query_one("#what", Cycler).place]
        self._export(chosen.ids, self._format, self.query_one(Input).value.strip())

    @work(exclusive=True, group="export")
    async def _export(self, ids: tuple[str, ...] | None, form: Format | None, name: str) -> None:
        with self.notice.errors():
            try:
                result = await (self._send_to_zotero(ids) if form is None else self._write(ids, form, name))
            except (OSError, ValueError, RuntimeError) as error:  # invalid names: a NUL, an unknown home folder
                self.notice.warn(f"“{one_line(name)}” cannot be written: {one_line(str(error))}. Give another name.")
                return
            if result:
                self.dismiss(result)

    async def _send_to_zotero(self, ids: tuple[str, ...] | None) -> str:
        """Send papers to Zotero; return a sentence about the result.

        Raises:
            PapertuiError: Zotero cannot be reached, or refuses them.
        """
        sent, before = await self._exporter.push(ids)
        rest = f" {plural(before, 'paper')} had been sent before." if before else ""
        return f"{plural(sent, 'paper')} sent to Zotero.{rest}"

    async def _write(self, ids: tuple[str, ...] | None, form: Format, name: str) -> str:
        """Write papers to a file or the clipboard; return a sentence about the result, empty if nothing was done.

        Raises:
            PapertuiError: the export failed.
        """
        number = len(await asyncio.to_thread(self._exporter.cited, ids))
        if not number:
            refresh, bookmark = self._keys.name("refresh"), self._keys.name("bookmark")
            self.notice.warn(
                f"Nothing to export: none of these papers is stored. "
                f"Refresh ({refresh}) or bookmark ({bookmark}) them first."
            )
            return ""
        papers = plural(number, "paper")
        if not name:
            text = await asyncio.to_thread(self._exporter.export, form, ids)
            self.app.copy_to_clipboard(text)
            return f"{papers} copied as {FORMATS[form].title}."
        path = _path(name)
        shown_path = one_line(str(path))
        exists = await asyncio.to_thread(path.exists)
        if exists and form in _FOR_TEX:
            added = await asyncio.to_thread(self._exporter.append, path, form, ids)
            words = f"{plural(len(added.added), 'entry', 'entries')} added to {shown_path}"
            return f"{words}, {added.already_there} already in the file. {added.notice}".strip()
        if exists and self._confirmed_for != (name, form):
            self._confirmed_for = (name, form)
            self.notice.warn(f"{shown_path} already exists. Press Enter again to replace it, or change the name.")
            return ""
        await asyncio.to_thread(self._exporter.write, path, form, ids)
        return f"{papers} written to {shown_path}."


def _path(name: str) -> Path:
    # As in a shell, ``~`` is the home folder.
    return Path(name).expanduser()
