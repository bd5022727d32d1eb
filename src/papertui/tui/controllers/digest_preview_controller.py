"""The digest that would be mailed now, its options, and the record of mails."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.message import Message
from textual.screen import Screen

from papertui.digest.service import DigestPart, DigestPreview, DigestService, SendRecord
from papertui.errors import PapertuiError
from papertui.settings import MOST_PAPERS, DigestSettings
from papertui.tui.controllers.context import Activity, in_background
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.option_rows import OptionRow


class DigestChanged(Message):
    """The digest, its options, its schedule or the record of mails changed."""


class RecordRead(Message):
    """The record of mails and the schedule were read."""


class DigestPreviewController:
    """Composes the digest; all blocking work runs outside the event loop."""

    def __init__(
        self,
        screen: Screen[None],
        notice: NoticeLine,
        activity: Activity,
        service: DigestService,
        *,
        offline: bool,
    ) -> None:
        self._screen = screen
        self._notice = notice
        self._activity = activity
        self._service = service
        self.offline = offline
        #: ``None`` while the digest is composed for the first time, or when that failed.
        self.preview: DigestPreview | None = None
        #: Why the digest could not be composed; empty if it could.
        self.problem = ""
        self.record = SendRecord()

    @property
    def state_words(self) -> str:
        """Whether the shown digest was mailed, in a few words."""
        if self.preview is None or self.preview.missing:
            return "offline" if self.offline else ""
        return "already mailed" if self.preview.mailed else "not mailed yet"

    @property
    def lacks_settings(self) -> bool:
        """Whether the digest cannot be mailed because settings are missing."""
        return self.preview is not None and bool(self.preview.missing)

    def compose(self, delay: float = 0.0) -> None:
        """Compose the digest again, after `delay` seconds without another request."""
        in_background(self._screen, self._compose, delay, group="look", exclusive=True)

    async def _compose(self, delay: float) -> None:
        await asyncio.sleep(delay)
        if self.preview is None and not self.offline:
            await self._show_stored()
        with self._activity.running("composing" if self.preview is None else "looking for newer papers"):
            try:
                self.preview, self.problem = await self._service.proof(offline=self.offline), ""
            except PapertuiError as error:
                self.problem = str(error)
                self._notice.warn(self.problem)
        self._screen.post_message(DigestChanged())
        with self._notice.errors():
            await self.read_record()
            self._screen.post_message(RecordRead())
        self._screen.post_message(DigestChanged())

    async def _show_stored(self) -> None:
        """Show the digest of what is stored: fetching takes seconds."""
        # If nothing is stored, or the settings are wrong, composing with the network says so.
        with self._activity.running("composing"), suppress(PapertuiError):
            self.preview = await self._service.stored_proof()
        self._screen.post_message(DigestChanged())

    async def read_record(self) -> None:
        """Read the record of mails and the schedule.

        Raises:
            PapertuiError: they cannot be read.
        """
        self.record = await asyncio.to_thread(self._service.record)


#: Seconds after the last change before the digest is composed again.
_COMPOSE_DELAY = 0.15
#: The id of the row of a section: this and its key.
SECTION = "section "


class DigestOptionsController:
    """Changes the options, shows their effect at once, and saves them in the settings on request."""

    def __init__(
        self, screen: Screen[None], notice: NoticeLine, service: DigestService, preview: DigestPreviewController
    ) -> None:
        self._screen = screen
        self._notice = notice
        self._service = service
        self._preview = preview

    def rows(self) -> list[OptionRow]:
        """Return the rows of the options panel."""
        options = self._service.chosen
        return [
            OptionRow("contents", "head", "Contents"),
            OptionRow("period", "value", "Period", f"one {options.period}"),
            OptionRow("top", "value", "Papers", f"{options.top} per section"),
            OptionRow("gap1", "fact", ""),
            OptionRow("sections", "head", "Sections"),
            *(OptionRow(f"pin {name}", "fact", "", f"{name}, pinned") for name in self._service.pinned()),
            *(OptionRow(SECTION + part.key, "tick", part.title, on=part.wanted) for part in self._service.parts()),
            OptionRow("gap2", "fact", ""),
            OptionRow("save", "do", "Save in the settings", "w")
            if self._service.is_changed
            else OptionRow("saved", "fact", "", "Same as in the settings"),
            OptionRow("gap3", "fact", ""),
            OptionRow("mail", "head", "Mail"),
            *self._mail_rows(),
        ]

    def _mail_rows(self) -> list[OptionRow]:
        upcoming, preview = self._preview.record.upcoming, self._preview.preview
        rows = [OptionRow("page(4)", "do", "Schedule", f"{upcoming:%a, %H:%M}" if upcoming else "off")]
        if preview is None:
            return rows
        if preview.missing:
            return [OptionRow("unset", "fact", "", f"not set: {', '.join(preview.missing)}"), *rows]
        return [
            OptionRow("send", "do", "Send again" if preview.mailed else "Send now", "s"),
            OptionRow("test", "do", "Send a test to myself", "t"),
            *rows,
        ]

    def change(self, row: str, by: int) -> None:
        """Change the value of a row by `by` steps."""
        if row == "period":
            self.next_period()
        elif row == "top":
            self.change_papers(by)

    def next_period(self) -> None:
        options = self._service.chosen
        self._choose(options._replace(period="week" if options.period == "day" else "day"))

    def change_papers(self, by: int) -> None:
        """Have `by` more papers in each section."""
        options = self._service.chosen
        top = min(MOST_PAPERS, max(1, options.top + by))
        if top != options.top:
            self._choose(options._replace(top=top))

    def toggle_section(self, key: str) -> None:
        self._choose_sections(
            [part._replace(wanted=not part.wanted) if part.key == key else part for part in self._service.parts()]
        )

    def move_section(self, key: str, by: int) -> None:
        """Move a section by `by` places."""
        parts = [part for part in self._service.parts() if part.wanted]
        place = next(place for place, part in enumerate(parts) if part.key == key)
        if 0 <= place + by < len(parts):
            parts.insert(place + by, parts.pop(place))
            self._choose_sections(parts)

    def _choose_sections(self, parts: list[DigestPart]) -> None:
        if any(part.wanted for part in parts):
            self._choose(self._service.with_parts(tuple(parts)))
        else:
            self._notice.show_message("A digest needs at least one section.")

    def _choose(self, options: DigestSettings) -> None:
        """Show changed options at once, and the digest a moment later."""
        self._service.choose(options)
        self._screen.post_message(DigestChanged())
        self._preview.compose(_COMPOSE_DELAY)

    async def save(self) -> None:
        """Save the options in the settings."""
        if not self._service.is_changed:
            self._notice.show_message("The options are the same as in the settings.")
            return
        with self._notice.errors():
            await self._service.keep()
            self._notice.show_message(f"Saved in {self._service.settings_path}.")
            self._screen.post_message(DigestChanged())
