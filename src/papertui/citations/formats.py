"""The table of export formats.

To add a format, write a function from papers to text in this package and add an entry to `FORMATS`. Reading the table
loads none of the formats; the functions do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from papertui.citations.model import CitedPaper, ExportOptions

Format = Literal["bibtex", "biblatex", "ris", "csl-json", "markdown", "csv", "json"]


class ExportFormat(NamedTuple):
    """A format of exports."""

    #: For the reader.
    title: str
    #: What the name of a file ends with, without the dot.
    suffix: str
    #: Turns papers into the content of a file, in order; without papers the result is an empty, valid file.
    render: Callable[[Sequence[CitedPaper], ExportOptions], str]
    #: Whether entries can be appended to a file.
    appends: bool = False
    #: Whether bookmarked papers are exported as they were saved, without newer data.
    exact: bool = False


def _bibtex(cited: Sequence[CitedPaper], options: ExportOptions) -> str:
    from papertui.citations.bibtex import bibtex  # noqa: PLC0415 - imports pylatexenc

    return bibtex(cited, "bibtex", options)


def _biblatex(cited: Sequence[CitedPaper], options: ExportOptions) -> str:
    from papertui.citations.bibtex import bibtex  # noqa: PLC0415 - imports pylatexenc

    return bibtex(cited, "biblatex", options)


def _ris(cited: Sequence[CitedPaper], _: ExportOptions) -> str:
    from papertui.citations.ris import ris  # noqa: PLC0415 - imports rispy

    return ris(cited)


def _csl_json(cited: Sequence[CitedPaper], _: ExportOptions) -> str:
    from papertui.citations.csl import csl_json  # noqa: PLC0415 - needed only for this format

    return csl_json(cited)


def _markdown(cited: Sequence[CitedPaper], _: ExportOptions) -> str:
    from papertui.citations.markdown import markdown  # noqa: PLC0415 - needed only for this format

    return markdown(cited)


def _csv(cited: Sequence[CitedPaper], _: ExportOptions) -> str:
    from papertui.citations.tables import csv_table  # noqa: PLC0415 - needed only for this format

    return csv_table(cited)


def _json(cited: Sequence[CitedPaper], _: ExportOptions) -> str:
    from papertui.citations.tables import json_export  # noqa: PLC0415 - needed only for this format

    return json_export(cited)


#: In the order in which they are offered.
FORMATS: Mapping[Format, ExportFormat] = {
    "bibtex": ExportFormat("BibTeX", "bib", _bibtex, appends=True),
    "biblatex": ExportFormat("BibLaTeX", "bib", _biblatex, appends=True),
    "ris": ExportFormat("RIS", "ris", _ris),
    "csl-json": ExportFormat("CSL-JSON", "json", _csl_json),
    "markdown": ExportFormat("Markdown, with notes", "md", _markdown),
    "csv": ExportFormat("CSV", "csv", _csv),
    "json": ExportFormat("JSON, everything", "json", _json, exact=True),
}
