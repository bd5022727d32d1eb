"""Tables of TeX commands by their effect: alphabets, spacing, abbreviations, fractions and so on."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from papertui.core.tex.signs import names

_HOLES: Final = {
    "SCRIPT": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "FRAKTUR": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "DOUBLE-STRUCK": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "BOLD": {},
}
_GREEK_BOLD = {"ϵ": "𝛜", "ϑ": "𝛝", "ϰ": "𝛞", "ϕ": "𝛟", "ϱ": "𝛠", "ϖ": "𝛡", "∂": "𝛛", "∇": "𝛁"}


def _alphabet(style: str) -> dict[int, str]:
    """Build the map from ASCII letters (also digits and Greek for some styles) to a math alphabet of Unicode."""
    table = {}
    for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)):
        letter = chr(code)
        case = "CAPITAL" if letter.isupper() else "SMALL"
        hole = _HOLES[style].get(letter)
        table[code] = hole or unicodedata.lookup(f"MATHEMATICAL {style} {case} {letter.upper()}")
    if style == "DOUBLE-STRUCK":
        table[ord("1")] = "𝟙"
    if style == "BOLD":
        table |= {ord("0") + n: chr(ord("𝟎") + n) for n in range(10)}
        table |= {ord("α") + n: chr(ord("𝛂") + n) for n in range(25)}
        table |= {ord("Α") + n: chr(ord("𝚨") + n) for n in range(25) if chr(ord("Α") + n).isalpha()}
        table |= {ord(plain): bold for plain, bold in _GREEK_BOLD.items()}
    return table


_SCRIPT, _FRAKTUR, _DOUBLE, _BOLD = (_alphabet(style) for style in _HOLES)
_UPRIGHT: Final[Mapping[int, str]] = MappingProxyType({})
#: Commands that select an alphabet; an empty map means upright or slanted, which a terminal cannot show.
ALPHABETS: Final[Mapping[str, Mapping[int, str]]] = (
    dict.fromkeys(("mathcal", "mathscr", "cal", "Cal", "scr", "EuScript"), _SCRIPT)
    | dict.fromkeys(("mathfrak", "frak", "goth", "gothic"), _FRAKTUR)
    | dict.fromkeys(("mathbb", "Bbb", "mathds", "mathbbm", "bb", "bbm"), _DOUBLE)
    | dict.fromkeys(("mathbf", "bf", "boldsymbol", "bm", "pmb", "bold", "bolds", "mathbold", "bfseries"), _BOLD)
    | dict.fromkeys(
        names(
            "mathrm mathit mathsf mathtt mathnormal rm it sf tt sl sc em textnormal mathord mathop mathbin mathrel "
            "mathopen mathclose mathpunct mathinner operatorname operatornamewithlimits underbrace overbrace smash "
            "boxed hbox upshape itshape rmfamily sffamily ttfamily normalfont uppercase lowercase protect mathstrut"
        ),
        _UPRIGHT,
    )
)
#: The commands among those that apply until the end of the group.
SWITCHES: Final = names(
    "cal Cal frak bf rm it sf tt sl sc em bfseries upshape itshape rmfamily sffamily ttfamily normalfont bb"
)
#: Common author macros for blackboard letters.
SETS: Final = {
    "R": "ℝ", "C": "ℂ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "RR": "ℝ", "CC": "ℂ", "NN": "ℕ", "ZZ": "ℤ", "QQ": "ℚ",
    "PP": "ℙ", "FF": "𝔽",
}  # fmt: skip
#: Commands that only affect size, position or spacing.
SILENT: Final = names(
    "left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr limits nolimits "
    "displaystyle textstyle scriptstyle scriptscriptstyle tiny scriptsize footnotesize small normalsize large Large "
    "LARGE huge Huge nonumber notag noindent xspace protect expandafter relax boldmath unboldmath centering leavevmode "
    "hfill allowbreak nobreak ensuremath mathstrut strut unskip ignorespaces"
)
#: Commands that produce white space.
BLANKS: Final = names(
    "quad qquad enskip enspace thinspace space par newline linebreak hfil medspace thickspace smallskip medskip bigskip"
)
#: Common author macros for abbreviations.
ABBREVIATIONS: Final = {
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "cf": "cf.", "vs": "vs.", "wrt": "w.r.t.",
    "aka": "a.k.a.", "Eg": "E.g.", "Ie": "I.e.", "Cf": "Cf.", "LaTeX": "LaTeX", "TeX": "TeX", "ldots": "…", "dots": "…",
    "BibTeX": "BibTeX",
}  # fmt: skip

FRACTIONS: Final = names("frac dfrac tfrac cfrac nicefrac sfrac textfrac xfrac")
BINOMIALS: Final = names("binom dbinom tbinom")
WORDS: Final = names("text textrm textit textbf textsf texttt textsc textnormal textup textsl emph mbox hbox")
#: Commands whose first argument only affects the appearance and is dropped -> the number of arguments that stay.
DRESSING: Final = {
    "hspace": 0, "vspace": 0, "kern": 0, "mkern": 0, "color": 0, "phantom": 0, "hphantom": 0, "vphantom": 0,
    "label": 0, "tag": 0, "rule": 0, "textcolor": 1, "raisebox": 1, "colorbox": 1, "scalebox": 1, "mathcolor": 1,
}  # fmt: skip
AROUND: Final = {
    "abs": "||", "norm": "‖‖", "ket": "|⟩", "bra": "⟨|", "braket": "⟨⟩", "ceil": "⌈⌉", "floor": "⌊⌋", "expval": "⟨⟩",
}  # fmt: skip
STACKED: Final = {"overset": "^", "stackrel": "^", "underset": "_"}
ARROWS: Final = {"xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xmapsto": "↦"}
