"""The TeX of formulas as LaTeXML writes it into a page."""

from __future__ import annotations

import re
from typing import Final

from papertui.model.safe_text import one_line
from papertui.tex.dressing import undressed
from papertui.tex.scan import without_comments

# LaTeXML writes TeX without blanks. Add them, except in scripts.
_COMMA: Final = re.compile(r"(?<![\\\d]),(?=\S)|(?<=\d),(?![\d\s])")
_EQUALS: Final = re.compile(r"(?<![=<>:!\\^_{])=(?!=)")


def clean_tex(tex: str) -> str:
    """Return the TeX of a formula as it is kept: on one line, without comments."""
    return one_line(without_comments(tex))


def spaced(tex: str, *, display: bool = False) -> str:
    """Return `tex` with blanks after commas and, in a displayed formula, around equals signs."""
    tex = _COMMA.sub(", ", undressed(tex))
    return _EQUALS.sub(" = ", tex) if display else tex
