r"""Escaping text for TeX: special characters are escaped, accents and mathematics become commands.

Braces are always balanced: BibTeX counts them regardless of backslashes, so that even ``\{`` must have a counterpart.
Mathematics and letters from commands get a separate group, where styles do not change capitals to lower case.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pylatexenc.latexencode import get_builtin_uni2latex_dict

#: Characters that are special in TeX or that its oldest fonts print as something else.
_ACTING = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
}
#: Replacements for entries of pylatexenc's table that need a rarely loaded package or have another purpose.
_OURS = {
    "\u00a0": "~",
    "–": "--",
    "—": "---",
    "‐": "-",
    "‑": "-",
    "‒": "--",
    "―": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"{\ldots}",
    "−": "{$-$}",
    "×": r"{$\times$}",
    "→": r"{$\rightarrow$}",
    "←": r"{$\leftarrow$}",
    "↔": r"{$\leftrightarrow$}",
    "↑": r"{$\uparrow$}",
    "↓": r"{$\downarrow$}",
    "°": r"{$^{\circ}$}",
    "μ": r"{$\mu$}",
    "µ": r"{$\mu$}",
    "½": r"{$\frac{1}{2}$}",
    "¼": r"{$\frac{1}{4}$}",
    "¾": r"{$\frac{3}{4}$}",
    "√": r"{$\surd$}",
    "•": r"{$\bullet$}",
    "·": r"{$\cdot$}",
    "±": r"{$\pm$}",
    "¬": r"{$\neg$}",
    "ħ": r"{$\hbar$}",
    "ℏ": r"{$\hbar$}",
    "ℓ": r"{$\ell$}",
    "′": r"{$'$}",
    "″": r"{$''$}",
}
_ALPHABETS = (
    ("DOUBLE-STRUCK", "mathbb"),
    ("BOLD", "mathbf"),
    ("FRAKTUR", "mathfrak"),
    ("BLACK-LETTER", "mathfrak"),
    ("SANS-SERIF", "mathsf"),
    ("MONOSPACE", "mathtt"),
    ("SCRIPT", "mathcal"),
)
_ENSURED = re.compile(r"\\ensuremath\{(.*)\}", re.DOTALL)
_ACCENTED = re.compile(r"\\([`'^\"~=.])(?:\{?(\\[ij]|[A-Za-z])\}?)")
_LETTERED = re.compile(r"\\([bcdHkrtuv])\{(\\[ij]|[A-Za-z])\}")
_LETTER = re.compile(r"\\(?:a[ae]|A[AE]|oe|OE|ss|[oOlLij]|dh|DH|dj|DJ|th|TH|ng|NG)")
#: Commands that every LaTeX has, or that are in the usual packages for mathematics.
_TEXT = re.compile(r"\\text[a-z]+|[^\\{}$&%#^_~]*")
#: Combining marks and their TeX accents.
_MARKS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
    "\u0331": "b",
}  # fmt: skip
_BELOW = frozenset("\u0323\u0327\u0328\u0331")


def escaped(text: str, *, ascii_only: bool) -> str:
    """Escape `text` for a field of a bibliography.

    Args:
        text: safe text in Unicode.
        ascii_only: whether accents and mathematics become commands, as BibTeX needs. Characters without a command stay
            in UTF-8, as do all characters for biber.
    """
    return "".join(map(_for_bibtex if ascii_only else _for_biber, text))


def _for_biber(char: str) -> str:
    return _ACTING.get(char, char)


@lru_cache(maxsize=4096)
def _for_bibtex(char: str) -> str:
    if char in _ACTING:
        return _ACTING[char]
    if char < "\x7f":
        return char
    return _OURS.get(char) or _accented(char) or _styled(char) or _tabled(char) or char


def _accented(char: str) -> str:
    """Convert an ASCII letter with one or two marks to a group with a command, which BibTeX treats as one letter."""
    letter, *marks = list(unicodedata.normalize("NFD", char))
    if not marks or len(marks) > 2 or not (letter.isascii() and letter.isalpha()) or not _MARKS.keys() >= set(marks):  # noqa: PLR2004
        return ""
    made = {"i": r"\i", "j": r"\j"}.get(letter, letter) if set(marks) - _BELOW else letter
    # The innermost accent is applied first; marks above are inside those below.
    for mark in sorted(marks, key=lambda mark: mark in _BELOW):
        accent = _MARKS[mark]
        made = rf"\{accent}{made}" if len(made) == 1 and not accent.isalpha() else rf"\{accent}{{{made}}}"
    return f"{{{made}}}"


def _styled(char: str) -> str:
    """Convert a superscript, subscript or styled letter to mathematics."""
    kind, _, codes = unicodedata.decomposition(char).partition(" ")
    if kind not in {"<super>", "<sub>", "<font>"}:
        return ""
    plain = "".join(chr(int(code, 16)) for code in codes.split())
    inner = plain if plain.isascii() and plain.isalnum() else _math(plain)
    if not inner:
        return ""
    if kind == "<super>":
        return f"{{$^{{{inner}}}$}}"
    if kind == "<sub>":
        return f"{{$_{{{inner}}}$}}"
    name = unicodedata.name(char, "")
    alphabet = next((command for word, command in _ALPHABETS if word in name), "mathit")
    return f"{{$\\{alphabet}{{{inner}}}$}}" if plain.isascii() else f"{{${inner}$}}"


def _math(char: str) -> str:
    """Return the command for `char` in mathematics; empty if there is none."""
    if char in "+-=()":
        return char
    ours = _OURS.get(char, "")
    if ours.startswith("{$"):
        return ours[2:-2]
    found = _ENSURED.fullmatch(get_builtin_uni2latex_dict().get(ord(char), "")) if len(char) == 1 else None
    return found[1] if found and _whole(found[1]) else ""


def _tabled(char: str) -> str:
    """Return the entry of pylatexenc's table if every LaTeX understands it."""
    if math := _math(char):
        return f"{{${math}$}}"
    command = get_builtin_uni2latex_dict().get(ord(char), "")
    if _LETTER.fullmatch(command) or (command and _TEXT.fullmatch(command)):
        return f"{{{command}}}"
    if found := _ACCENTED.fullmatch(command) or _LETTERED.fullmatch(command):
        return f"{{\\{found[1]}{{{found[2]}}}}}"
    return ""


def _whole(math: str) -> bool:
    """Whether a piece of mathematics has balanced braces and no nested text or dollars."""
    depth = 0
    for char in math:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0 and "$" not in math and "\\text" not in math
