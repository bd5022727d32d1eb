"""The digest screen: composes the digest and reads the record of mails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from papertui.digest.model import SendTimes
from papertui.digest.service import DigestPreview, DigestService, SendRecord
from papertui.errors import PapertuiError
from papertui.tui.digest.asking import Question
from papertui.tui.digest.pages import keys_page, log_page, preview_page, schedule_page, text_page
from papertui.tui.digest.stage import KEYS, DigestStage
from papertui.tui.digest.usual import USUAL
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.choices import Row
from papertui.tui.widgets.papertext import Block


class Looking(DigestStage):
    """Shows the digest and the log; all blocking work runs outside the event loop."""

    def __init__(self, letterbox: DigestService, signs: Glyphs, *, offline: bool) -> None:
        super().__init__(signs)
        self.letterbox = letterbox
        self.offline = offline
        self.proof: DigestPreview | None = None
        self.problem = ""
        self.record = SendRecord()
        self.question: Question | None = None
        self.timetable = SendTimes(USUAL)
        self.would: tuple[str, tuple[str, ...]] = ("", ())
        self.is_sending = False
        self._looks = 0
        # Laying out a large digest takes a while, so the blocks are cached.
        self._made: tuple[str, int, tuple[Block, ...]] = ("", 0, ())

    def on_mount(self) -> None:
        self.letterbox.forget_left()
        self.show()
        self.action_look()

    def state(self) -> str:
        """Whether the shown digest was mailed, in a few words."""
        if self.proof is None or self.proof.missing:
            return "offline" if self.offline else ""
        return "already mailed" if self.proof.mailed else "not mailed yet"

    def rows(self) -> list[Row]:
        """The rows of the options panel on this page."""
        return []

    def show(self) -> None:
        self.sheet.lay(self.page, self._blocks())
        self.choices.show(self.rows())
        self.show_state()
        self.show_where()

    def _blocks(self) -> Sequence[Block]:
        if self.page == "keys":
            return list(keys_page(KEYS))
        if self.page == "log":
            return list(log_page(self.record))
        if self.page == "schedule":
            return list(schedule_page(self.record, self.timetable, *self.would))
        if self.proof is None:
            return [Block("faint", self.problem or f"Composing the digest {self.signs.ellipsis}")]
        if self._made[:2] != (self.page, id(self.proof)):
            path = self.letterbox.settings_path
            page = preview_page(self.proof, self.signs, path) if self.page == "preview" else text_page(self.proof, path)
            self._made = self.page, id(self.proof), tuple(page)
        return self._made[2]

    def action_look(self) -> None:
        self.look()

    def look(self, rest: float = 0.0) -> None:
        """Compose the digest again, after `rest` seconds without another request."""
        self.run_worker(self._look(rest), group="look", exclusive=True)

    async def _look(self, rest: float) -> None:
        self._looks += 1
        mine = self._looks
        await asyncio.sleep(rest)
        if not self.is_sending:
            self.set_doing("composing")
        try:
            self.proof, self.problem = await self.letterbox.proof(offline=self.offline), ""
        except PapertuiError as problem:
            self.problem = str(problem)
            self.notice.tell(self.problem, warning=True)
        finally:
            if mine == self._looks and not self.is_sending and self.is_running:
                self.set_doing("")
        try:
            self.record = await asyncio.to_thread(self.letterbox.record)
        except PapertuiError as problem:
            self.notice.tell(str(problem), warning=True)
        else:
            self.recorded()
        self.show()

    def recorded(self) -> None:
        """Called when the record of mails and the schedule was read."""
