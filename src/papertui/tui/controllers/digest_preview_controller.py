"""The digest that would be mailed now, and the record of mails."""

from __future__ import annotations

import asyncio

from textual.message import Message
from textual.screen import Screen

from papertui.digest.service import DigestPreview, DigestService, SendRecord
from papertui.errors import PapertuiError
from papertui.tui.controllers.activity import Activity
from papertui.tui.widgets.notice_line import NoticeLine


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
        self._screen.run_worker(self._compose(delay), group="look", exclusive=True)

    async def _compose(self, delay: float) -> None:
        await asyncio.sleep(delay)
        with self._activity.running("composing"):
            try:
                self.preview, self.problem = await self._service.proof(offline=self.offline), ""
            except PapertuiError as error:
                self.problem = str(error)
                self._notice.warn(self.problem)
        with self._notice.errors():
            await self.read_record()
            self._screen.post_message(RecordRead())
        self._screen.post_message(DigestChanged())

    async def read_record(self) -> None:
        """Read the record of mails and the schedule.

        Raises:
            PapertuiError: they cannot be read.
        """
        self.record = await asyncio.to_thread(self._service.record)
