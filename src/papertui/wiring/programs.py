"""Other programs: the browser, a viewer of PDFs, commands of the reader's own."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from papertui.desk.doors import ShowFile
from papertui.settings import Settings


def viewer(chosen: Settings) -> ShowFile:
    """Shows a PDF in the program the reader chose, or the usual one."""

    def show(file: Path) -> bool:
        from papertui.programs.viewer import Viewer  # noqa: PLC0415 - needed when a PDF is shown

        return Viewer(chosen.pdf_viewer).show(file)

    return show


def run_bounded(
    command: Sequence[str], told: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
) -> str:
    """Runs a command of the reader's own, see `papertui.programs.bounded.run`."""
    from papertui.programs.bounded import run  # noqa: PLC0415 - needed for hooks alone

    return run(command, told, variables, seconds, stop)


def open_page(url: str) -> bool:
    """Opens a page in the browser; whether one could be started."""
    import webbrowser  # noqa: PLC0415 - looks for browsers when it is loaded

    return webbrowser.open(url)
