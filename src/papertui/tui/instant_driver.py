"""The driver of a start that already shows the last frame: it goes on where `papertui.instant` began."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from papertui.instant import Shown

_ALTERNATE_SCREEN = "\x1b[?1049h"


def continuing(shown: Shown) -> type[LinuxDriver]:
    """Return the driver for a terminal on which `shown` is."""

    class ContinuingDriver(LinuxDriver):
        """Enters the alternate screen only when it comes back to it: a second time would clear the frame."""

        _is_entered = True

        def write(self, data: str) -> None:
            if self._is_entered and data == _ALTERNATE_SCREEN:
                self._is_entered = False
                return
            super().write(data)

        def start_application_mode(self) -> None:
            is_first = self._is_entered
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if is_first:
                self.attrs_before = shown.attributes  # not those of the frame
                shown.hand_over()

    return ContinuingDriver
