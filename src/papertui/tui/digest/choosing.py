"""The digest screen with its options: period, sections and number of papers."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from papertui.errors import PapertuiError
from papertui.settings import MOST_PAPERS
from papertui.tui.digest.looking import Looking
from papertui.tui.digest.usual import REST
from papertui.tui.widgets.choices import OptionRows, Row


class Choosing(Looking):
    """Changes the options, shows their effect at once, and saves them in the settings on request."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("p", "period", "Day or week"),
        ("plus,equals_sign", "papers(1)", "More papers"),
        ("minus", "papers(-1)", "Fewer papers"),
        ("w", "keep", "Save the options in the settings"),
        ("R", "look", "Compose again"),
    ]

    def rows(self) -> list[Row]:
        """The rows of the options panel."""
        chosen = self.letterbox.chosen
        return [
            Row("what", "head", "Contents"),
            Row("period", "value", "Period", f"one {chosen.period}"),
            Row("top", "value", "Papers", f"{chosen.top} per section"),
            Row("gap1", "fact", ""),
            Row("sections", "head", "Sections"),
            *(Row(f"pin {name}", "fact", "", f"{name}, pinned") for name in self.letterbox.pinned()),
            *(Row(f"part {part.key}", "tick", part.title, on=part.wanted) for part in self.letterbox.parts()),
            Row("gap2", "fact", ""),
            Row("keep", "do", "Save in the settings", "w")
            if self.letterbox.is_changed
            else Row("kept", "fact", "", "Same as in the settings"),
            Row("gap3", "fact", ""),
            Row("mail", "head", "Mail"),
            *self._mail_rows(),
        ]

    def _mail_rows(self) -> list[Row]:
        upcoming = self.record.upcoming
        schedule = f"{upcoming:%a, %H:%M}" if upcoming else "off"
        rows = [Row("timing", "do", "Schedule", schedule)]
        if self.proof is None:
            return rows
        if self.proof.missing:
            return [Row("unset", "fact", "", f"not set: {', '.join(self.proof.missing)}"), *rows]
        return [
            Row("send", "do", "Send again" if self.proof.mailed else "Send now", "s"),
            Row("test", "do", "Send a test to myself", "t"),
            *rows,
        ]

    def changed(self) -> None:
        """Show a changed option at once, and the digest a moment later."""
        self.show()
        self.look(REST)

    def action_period(self) -> None:
        chosen = self.letterbox.chosen
        self.letterbox.choose(chosen._replace(period="week" if chosen.period == "day" else "day"))
        self.changed()

    def action_papers(self, by: int) -> None:
        chosen = self.letterbox.chosen
        top = min(MOST_PAPERS, max(1, chosen.top + by))
        if top != chosen.top:
            self.letterbox.choose(chosen._replace(top=top))
            self.changed()

    def turn(self, row: str, by: int) -> None:
        """Change a value of this page by `by` steps."""
        if row == "period":
            self.action_period()
        elif row == "top":
            self.action_papers(by)

    def on_choices_turned(self, message: OptionRows.Turned) -> None:
        message.stop()
        self.turn(message.row, message.by)

    async def on_choices_pressed(self, message: OptionRows.Pressed) -> None:
        message.stop()
        kind, _, key = message.row.partition(" ")
        if kind == "part":
            self._take(key)
        else:
            await self.run_action("page(4)" if kind == "timing" else kind)

    def _take(self, key: str) -> None:
        parts = tuple(
            part._replace(wanted=not part.wanted) if part.key == key else part for part in self.letterbox.parts()
        )
        if not any(part.wanted for part in parts):
            self.notice.tell("A digest needs at least one section.")
            return
        self.letterbox.choose(self.letterbox.with_parts(parts))
        self.changed()

    def on_choices_moved(self, message: OptionRows.Moved) -> None:
        message.stop()
        parts = [part for part in self.letterbox.parts() if part.wanted]
        place = next(place for place, part in enumerate(parts) if f"part {part.key}" == message.row)
        to = place + message.by
        if 0 <= to < len(parts):
            parts.insert(to, parts.pop(place))
            self.letterbox.choose(self.letterbox.with_parts(tuple(parts)))
            self.changed()

    def action_keep(self) -> None:
        self.run_worker(self._keep(), group="keep")

    async def _keep(self) -> None:
        if not self.letterbox.is_changed:
            self.notice.tell("The options are the same as in the settings.")
            return
        try:
            await self.letterbox.keep()
        except PapertuiError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self.notice.tell(f"Saved in {self.letterbox.settings_path}.")
        self.show()
