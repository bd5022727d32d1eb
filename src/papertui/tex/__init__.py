r"""Conversion of TeX in titles, abstracts and names to Unicode: ``$\lambda$`` to λ, ``G\"odel`` to Gödel.

Text that cannot be converted stays unchanged. pylatexenc provides the table of commands; the parser is in this package,
because pylatexenc's conversion drops unknown commands (``\method``), takes prices for mathematics and fails on broken
input.
"""

from __future__ import annotations

import re

from papertui.tex.prose import set_formula, set_text

_QUOTES = re.compile(r"``|`\S")
#: Far longer than any abstract; a longer text is returned unchanged.
LONGEST = 100_000


def unicode_text(text: str, *, scripts: bool = True) -> str:
    """Convert the TeX in `text` to Unicode. Never fails; the time is linear in the length.

    A text that would become empty is returned unchanged: a title must not become empty.

    Args:
        text: running text with mathematics between dollars, and possibly commands and scripts outside of them.
        scripts: whether ``x_i^2`` and ``2^{128}`` outside of dollars are mathematics. In names they are not.
    """
    if not has_tex(text) or len(text) > LONGEST:
        return text
    return set_text(text, scripts=scripts) or text


def unicode_formula(text: str) -> str:
    """Convert a formula without surrounding dollars to Unicode. Never fails; the time is linear in the length."""
    if not has_tex(text) and text.isalnum():
        return text
    return text if len(text) > LONGEST else set_formula(text) or text


def has_tex(text: str) -> bool:
    """Whether a text may contain TeX."""
    # Searching for each in turn is ten times as fast as one pattern, and four times as fast as a loop.
    return (
        "$" in text
        or "\\" in text
        or "{" in text
        or "}" in text
        or "^" in text
        or "_" in text
        or "~" in text
        or "--" in text
        or ("`" in text and _QUOTES.search(text) is not None)
    )
