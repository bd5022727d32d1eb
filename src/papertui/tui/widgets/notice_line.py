"""The notice line: one message for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from papertui.errors import PapertuiError

#: Seconds a notice is shown. A warning is shown until it is dismissed.
_NOTICE_SECONDS = 4.0


class NoticeLine(Static):
    """Shows a message; hidden when there is none."""

    DEFAULT_CSS = """
    NoticeLine { height: auto; max-height: 3; padding: 0 1; display: none; color: $growth; }
    NoticeLine.-warning { color: $accent; }
    NoticeLine.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(Content(""))
        self._timer: Timer | None = None
        self._cause = ""

    @property
    def is_shown(self) -> bool:
        return self.has_class("-shown")

    @property
    def is_warning(self) -> bool:
        """Whether a warning is shown."""
        return self.is_shown and self.has_class("-warning")

    def show_message(self, text: str, *, warning: bool = False) -> None:
        """Show `text`: a warning until it is dismissed, a notice for a few seconds."""
        self.dismiss()
        self._cause = ""
        self.update(Content(text))
        self.add_class("-shown")
        self.set_class(warning, "-warning")
        if not warning:
            self._timer = self.set_timer(_NOTICE_SECONDS, self.dismiss)

    def warn(self, text: str, *, cause: str = "") -> None:
        """Show `text` until it is dismissed, or until what failed works again: see `resolve`."""
        self.show_message(text, warning=True)
        self._cause = cause

    def show_summary(self, text: str) -> None:
        """Show `text` until the reader does something: see `expire`."""
        self.show_message(text)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def expire(self) -> None:
        """After the first key: a summary goes after the time of a notice."""
        if self.is_shown and self._timer is None and not self.is_warning:
            self._timer = self.set_timer(_NOTICE_SECONDS, self.dismiss)

    def resolve(self, cause: str) -> None:
        """Hide the warning about `cause`, if it is shown."""
        if self._cause == cause:
            self.dismiss()

    def warn_each(self, texts: Iterable[str]) -> None:
        """Show each of `texts` as a warning; the last one stays."""
        for text in texts:
            self.warn(text)

    def errors(self) -> _ShownErrors:
        """Show a `PapertuiError` raised in the ``with`` block as a warning; the code after the block runs."""
        return _ShownErrors(self)

    def dismiss(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("-shown")


class _ShownErrors:
    # Not a generator: the return type of `__exit__` shows the type checker that errors end here.
    def __init__(self, line: NoticeLine) -> None:
        self._line = line

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, PapertuiError):
            return False
        self._line.warn(str(error))
        return True
