"""The export dialog: papers, format and file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from papertui.citations.export import Exporter
from papertui.citations.formats import FORMATS, Format
from papertui.errors import PapertuiError
from papertui.model.format import plural
from papertui.model.safe_text import one_line
from papertui.tui.dialogs.cycler import Cycler
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.glyphs import Glyphs

_ZOTERO = "Zotero on this machine"
_STEM = "papers"
_KEYS = (("Enter", "export"), ("Tab", "next line"), ("← →", "choose"), ("Esc", "cancel"))


class ExportSet(NamedTuple):
    """Papers that can be exported together."""

    #: What they are, in a few words.
    name: str
    #: ``None`` for the whole library.
    ids: tuple[str, ...] | None


class ExportDialog(Dialog[str]):
    """Returns a sentence about the result."""

    DEFAULT_CSS = """
    Export #place { height: 1; padding: 0 1; }
    Export #place Static { width: 10; color: $faint; }
    Export #place Input { width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "export", "Export")]

    def __init__(self, exporter: Exporter, signs: Glyphs, heaps: Sequence[ExportSet]) -> None:
        """Create the dialog.

        Args:
            exporter: writes the papers.
            signs: the symbols for arrows.
            heaps: what can be exported, the most likely first.
        """
        super().__init__()
        self._exporter = exporter
        self._signs = signs
        self._heaps = tuple(heaps)
        self._proposed = ""
        self._asked: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        arrows = self._signs.arrow_left == "‹"
        keys = _KEYS if arrows else tuple((key if key != "← →" else "left/right", words) for key, words in _KEYS)
        with Vertical():
            yield self.head("Export", "for LaTeX, Zotero, Obsidian, spreadsheets")
            yield Cycler("What", [heap.name for heap in self._heaps], self._signs, id="what")
            yield Cycler("Format", [*(form.title for form in FORMATS.values()), _ZOTERO], self._signs, id="format")
            with Horizontal(id="place"):
                yield Static("File")
                yield Input(placeholder="empty: copy to the clipboard", select_on_focus=False)
            yield self.voice()
            yield self.keys_line(*keys)

    def on_mount(self) -> None:
        self._propose()
        self.query_one("#format").focus()

    @property
    def _format(self) -> Format | None:
        place = self.query_one("#format", Cycler).place
        return tuple(FORMATS)[place] if place < len(FORMATS) else None

    def on_cycler_turned(self, message: Cycler.Turned) -> None:
        message.stop()
        self._propose()

    def _propose(self) -> None:
        line, form = self.query_one(Input), self._format
        self.query_one("#place").display = form is not None
        if form is not None and line.value == self._proposed:
            line.value = self._proposed = f"{_STEM}.{FORMATS[form].suffix}"

    def on_key(self, event: events.Key) -> None:
        steps = {"down": 1, "up": -1, "j": 1, "k": -1}
        if event.key in steps and not (event.is_printable and self.query_one(Input).has_focus):
            event.stop()
            event.prevent_default()
            self.focus_next() if steps[event.key] > 0 else self.focus_previous()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_export()

    def action_export(self) -> None:
        heap = self._heaps[self.query_one("#what", Cycler).place]
        name = self.query_one(Input).value.strip()
        self.run_worker(self._export(heap, self._format, name), exclusive=True, group="export")

    async def _export(self, heap: ExportSet, form: Format | None, name: str) -> None:
        try:
            said = await self._done(heap, form, name)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        except (OSError, ValueError, RuntimeError) as error:  # invalid names: a NUL, an unknown home folder
            self.say(f"“{one_line(name)}” cannot be written: {one_line(str(error))}. Give another name.")
            return
        if said:
            self.dismiss(said)

    async def _done(self, heap: ExportSet, form: Format | None, name: str) -> str:
        """Export; return a sentence about the result, empty when the reader has to confirm first.

        Raises:
            PapertuiError: the export failed.
        """
        if form is None:
            given, before = await self._exporter.push(heap.ids)
            rest = f" {plural(before, 'paper')} had been sent before." if before else ""
            return f"{plural(given, 'paper')} sent to Zotero.{rest}"
        number = len(await asyncio.to_thread(self._exporter.cited, heap.ids))
        if not number:
            self.say("Nothing to export: none of these papers is stored. Refresh (R) or bookmark (b) them first.")
            return ""
        papers = plural(number, "paper")
        if not name:
            text = await asyncio.to_thread(self._exporter.export, form, heap.ids)
            self.app.copy_to_clipboard(text)
            return f"{papers} copied as {FORMATS[form].title}."
        path = _place(name)
        exists = await asyncio.to_thread(path.exists)
        if exists and FORMATS[form].appends:
            added = await asyncio.to_thread(self._exporter.append, path, form, heap.ids)
            words = f"{plural(len(added.added), 'entry', 'entries')} added to {one_line(str(path))}"
            return f"{words}, {added.there} already there. {added.notice}".strip()
        if exists and self._asked != (name, form):
            self._asked = (name, form)
            self.say(f"{one_line(str(path))} already exists. Press Enter again to replace it, or change the name.")
            return ""
        await asyncio.to_thread(self._exporter.write, path, form, heap.ids)
        return f"{papers} written to {one_line(str(path))}."


def _place(name: str) -> Path:
    # As in a shell, ``~`` is the home folder.
    return Path(name).expanduser()
