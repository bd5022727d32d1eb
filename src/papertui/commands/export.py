"""``export`` on the command line: ``export bibtex FILE``, with the options of the shell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from papertui.citations.formats import FORMATS, Format
from papertui.commands.request import Request
from papertui.errors import UsageError

if TYPE_CHECKING:
    from papertui.citations.export import Exporter


_BY_SUFFIX: Mapping[str, Format] = {"bib": "bibtex", "ris": "ris", "md": "markdown", "csv": "csv", "json": "json"}


class ExportRequest(NamedTuple):
    """Where to export to, and how."""

    format: Format
    file: Path
    appends: bool = False

    def run(self, exporter: Exporter, ids: Sequence[str] | None, papers: str) -> str:
        """Write `papers`, the words for those with `ids`; return a sentence about it."""
        if self.appends:
            result = exporter.append(self.file, self.format, ids)
            return f"{len(result.added)} added to {self.file}."
        exporter.write(self.file, self.format, ids)
        return f"Exported {papers} as {FORMATS[self.format].title} to {self.file}."


def export_request(request: Request) -> ExportRequest:
    """Read the arguments: the format is that of the file's name unless it is given.

    Raises:
        UsageError: they are wrong.
    """
    chosen, request = request.value("--format")
    append, request = request.value("--append")
    output, request = request.value("-o")
    long, request = request.value("--output")
    args = list(request.args)
    if args and args[0] in FORMATS:
        chosen = args.pop(0)
    name = append or output or long or (args.pop(0) if args else "")
    request._replace(args=tuple(args)).done()
    if chosen is not None:
        request._replace(args=(chosen,)).one_of(list(FORMATS), "a format")
    if not name:
        raise UsageError("“export” needs a FILE: export bibtex ~/papers.bib.")
    suffix = Path(name).suffix.removeprefix(".").casefold()
    try:
        file = Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"The folder “{name}” begins with the home folder of an unknown user.") from error
    return ExportRequest(cast(Format, chosen or _BY_SUFFIX.get(suffix, "bibtex")), file, appends=append is not None)
