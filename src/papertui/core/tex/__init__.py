r"""TeX in titles, abstracts and names, turned into Unicode: ``$\lambda$`` to λ, ``G\"odel`` to Gödel, ``x_i^2`` to xᵢ².

What cannot be turned stays as it was sent: nothing is dropped. pylatexenc knows what the commands stand for; reading is
done here, because its own conversion loses what it does not know (``\method``), takes prices for mathematics and fails
on broken input.
"""

from __future__ import annotations

import re

from papertui.core.tex.prose import set_formula, set_text

#: Where none of these is, there is no TeX. Looking for each in turn is ten times as fast as one pattern.
_SIGNS = ("\\", "$", "{", "}", "^", "_", "~", "--")
_QUOTES = re.compile(r"``|`\S")
#: No abstract is nearly as long; what is longer is a file somebody named so.
LONGEST = 100_000


def unicode_text(text: str, *, scripts: bool = True) -> str:
    """`text` with its TeX in Unicode. Never fails, whatever comes; takes time in proportion to the length.

    A text of nothing but commands without letters stays as it is: a title must not become empty.

    Args:
        text: running text with mathematics between dollars, and perhaps commands and scripts outside of them.
        scripts: whether ``x_i^2`` and ``2^{128}`` outside of dollars are mathematics. In names they are not.
    """
    if not _has_tex(text) or len(text) > LONGEST:
        return text
    return set_text(text, scripts=scripts) or text


def unicode_formula(text: str) -> str:
    """A formula without dollars around it, in Unicode. Never fails; takes time in proportion to the length."""
    if not _has_tex(text) and text.isalnum():
        return text
    return text if len(text) > LONGEST else set_formula(text) or text


def _has_tex(text: str) -> bool:
    return any(sign in text for sign in _SIGNS) or ("`" in text and _QUOTES.search(text) is not None)
