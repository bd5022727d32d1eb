"""External programs: the browser, the PDF viewer and the commands of hooks."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from papertui.services.types import ShowFile
from papertui.settings import Settings


def viewer(chosen: Settings) -> ShowFile:
    """A function that shows a PDF in the viewer from the settings, or the default one."""

    def show(file: Path) -> bool:
        from papertui.services.programs import Viewer  # noqa: PLC0415 - needed only to show a PDF

        return Viewer(chosen.pdf_viewer).show(file)

    return show


def run_bounded(
    command: Sequence[str], told: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
) -> str:
    """See `papertui.services.programs.run`."""
    from papertui.services.programs import run_program  # noqa: PLC0415 - needed only for hooks

    return run_program(command, told, variables, seconds, stop)


def open_page(url: str) -> bool:
    """Open a page in the browser; returns whether a browser could be started."""
    import webbrowser  # noqa: PLC0415 - searches for browsers at import

    return webbrowser.open(url)
