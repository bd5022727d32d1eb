"""Export in any format by its name."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.core.citation import Choices, Cited, Format
from papertui.core.citation.bibtex import bibtex
from papertui.core.citation.csl import csl_json
from papertui.core.citation.markdown import markdown
from papertui.core.citation.ris import ris
from papertui.core.citation.table import table
from papertui.core.citation.whole import whole


def written(cited: Sequence[Cited], form: Format, choices: Choices) -> str:
    """Format papers as a file in the format `form`, in order; without papers the result is an empty, valid file."""
    match form:
        case "bibtex" | "biblatex":
            return bibtex(cited, form, choices)
        case "ris":
            return ris(cited)
        case "csl-json":
            return csl_json(cited)
        case "markdown":
            return markdown(cited)
        case "csv":
            return table(cited)
        case "json":
            return whole(cited)
