"""The notice line above the key line."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

#: Seconds a notice is shown. A warning is shown until it is dismissed.
_STAY = 4.0


class NoticeLine(Static):
    """Shows a sentence; hidden when there is none."""

    DEFAULT_CSS = """
    NoticeLine { height: auto; max-height: 3; padding: 0 1; display: none; }
    NoticeLine.-told { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(Content(""))
        self._timer: Timer | None = None

    @property
    def is_told(self) -> bool:
        """Whether a notice is shown."""
        return self.has_class("-told")

    @property
    def is_warning(self) -> bool:
        """Whether a warning is shown."""
        return self.is_told and self.has_class("-warning")

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Show `text`: a warning until it is dismissed, a notice for a few seconds."""
        self.dismiss()
        self.update(Content(text))
        self.add_class("-told")
        self.set_class(warning, "-warning")
        if not warning:
            self._timer = self.set_timer(_STAY, self.dismiss)

    def dismiss(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("-told")
