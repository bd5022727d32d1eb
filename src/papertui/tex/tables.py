"""What TeX's commands stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pylatexenc.latex2text import get_default_latex_context_db

# --- commands and their characters -------------------------------------------------------------------
# Most entries come from pylatexenc. They are overridden where its choice has another purpose: papers name their methods
# after planets and star signs, and accents and spaces are handled elsewhere.


def names(text: str) -> frozenset[str]:
    """Return the set of words in `text`."""
    return frozenset(text.split())


#: Functions and operators that are written as words, separated from their arguments by a space.
FUNCTIONS: Final = {
    name: name
    for name in names(
        "arccos arccosh arcsin arcsinh arctan arctanh arg argmax argmin cos cosh cot coth csc curl deg det diag dim "
        "div erf exp gcd grad hom inf ker lcm lg ln log max min Pr rank sec sgn sin sinh span sup supp tan tanh Tr tr"
    )
} | {"lim": "lim", "liminf": "lim inf", "limsup": "lim sup", "varinjlim": "lim", "varprojlim": "lim", "bmod": "mod"}

_MENDED: Final = {
    "prime": "′", "ast": "*", "star": "⋆", "Re": "ℜ", "Im": "ℑ", "imath": "ı", "jmath": "ȷ", "ne": "≠", "neg": "¬",
    "gets": "←", "iff": "⟺", "implies": "⟹", "land": "∧", "lor": "∨", "degree": "°", "triangle": "△", "doublecap": "⋒",
    "blacktriangleleft": "◀", "thicksim": "∼", "thickapprox": "≈", "vDash": "⊨", "models": "⊨", "vartriangle": "△",
    "oiint": "∯", "oiiint": "∰", "backslash": "\\", "colon": ":", "dotsm": "⋯", "lbrack": "[", "rbrack": "]", "S": "§",
    "pounds": "£", "copyright": "©", "ddag": "‡", "ddagger": "‡", "eth": "ð", "checkmark": "✓", "cmark": "✓",
    "xmark": "✗", "coloneqq": "≔", "coloneq": "≔", "eqcolon": "≕", "triangleq": "≜", "bigsqcup": "⨆", "bigoplus": "⨁",
    "bigotimes": "⨂", "bigodot": "⨀", "biguplus": "⨄", "clubsuit": "♣", "diamondsuit": "♢", "heartsuit": "♡",
    "spadesuit": "♠", "Diamond": "◇", "Box": "□", "qed": "∎", "lVert": "‖", "rVert": "‖", "textvisiblespace": "␣",
    "longleftarrow": "⟵", "upharpoonright": "↾", "restriction": "↾", "ss": "ß", "SS": "ẞ", "slash": "/", "lt": "<",
    "gt": ">", "textless": "<", "textgreater": ">", "textbar": "|", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textdegree": "°", "celsius": "℃", "micro": "µ", "vdots": "⋮", "owns": "∋", "varDelta": "Δ",
    "varGamma": "Γ", "varLambda": "Λ", "varOmega": "Ω", "varPhi": "Φ", "varPi": "Π", "varPsi": "Ψ", "varSigma": "Σ",
    "varTheta": "Θ", "varUpsilon": "Υ", "varXi": "Ξ", "msun": "M⊙", "Msun": "M⊙", "rsun": "R⊙", "lsun": "L⊙",
    "jpsi": "J/ψ",
    "P": "¶", "lparen": "(", "rparen": ")", "llbracket": "⟦", "rrbracket": "⟧", "vcentcolon": ":", "differentialD": "d",
    "upmu": "µ", "coprod": "∐", "textmu": "µ", "bigstar": "★", "dashrightarrow": "⇢", "dashleftarrow": "⇠",
    "circledR": "®",
    "farcs": ".″", "farcm": ".′", "fdg": ".°", "arcsec": "″", "arcmin": "′", "fs": ".ˢ", "sun": "☉", "solar": "☉",
    "micron": "µm", "degr": "°",
    "longrightarrow": "⟶", "varsubsetneq": "⊊", "varsupsetneq": "⊋", "textbackslash": "\\", "Vert": "‖", "hookto": "↪",
}  # fmt: skip
#: Letters of national alphabets: in TeX a space after them only ends the command.
LETTERS: Final = {
    "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "ij": "ĳ",
}  # fmt: skip
_NOT_OURS: Final = names(
    "today ensuremath sqrt ket bra braket ketbra frac nicefrac textfrac url hint hints hinweis hinweise id Ident "
    "quad qquad enskip textcompwordmark nolinebreak dddot ddddot male recorder original image mercury venus jupiter "
    "saturn uranus neptune pluto aries taurus gemini cancer leo virgo libra scorpio sagittarius capricornus aquarius "
    "pisces rightmoon estimates hermitconjmatrix truestate forcesextra between homothetic Angle Equal not item"
)


def _table() -> dict[str, str]:
    left_out = {*_NOT_OURS, *FUNCTIONS, *LETTERS}
    table = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        sign = spec.simplify_repl
        if (
            isinstance(sign, str)
            and spec.macroname.isalpha()
            and spec.macroname not in left_out
            and sign.strip()
            and "%" not in sign
            and "<" not in sign
        ):
            table[spec.macroname] = sign
    return table | _MENDED


#: Command without backslash -> the characters it stands for.
SIGNS: Final = _table()

#: Relations: spaces on both sides.
RELATIONS: Final = frozenset("≤≥⩽⩾≦≧≨≩≪≫≮≯≰≱≲≳≶≷≺≻≼≽≾≿⊀⊁⪅⪆⊂⊃⊆⊇⊈⊉⊊⊋⊏⊐⊑⊒∈∉∋∼∽≃≅≈≊≍≐≑≔≕≜≠≡∝∥∦→←↔⇒⇐⇔⟶⟵⟷⟹⟸⟺↦⟼↪↩↠⇌⇀⊢⊣⊨⊩⊪∣∤⊥⋈")
#: Binary operators: the spacing of the source stays.
JOINTS: Final = frozenset("±∓×÷·∘∙⊗⊕⊖⊙⊘⊠⊞∩∪∧∨∖⊔⊓⊎⋆⋊⋉≀∗")
#: Large operators.
LARGE: Final = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂⨀⨆⋁⋀")

_RAISED = (
    "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ"
    "AᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠϕᵠχᵡ**∗*⋆⋆′′″″†† ‡‡∘°°°⊤ᵀ⊺ᵀ±±∓∓"
).replace(" ", "")
_LOWERED = "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩϕᵩχᵪ"
RAISED: Final = dict(zip(_RAISED[::2], _RAISED[1::2], strict=True))
LOWERED: Final = dict(zip(_LOWERED[::2], _LOWERED[1::2], strict=True))

VULGAR: Final = {
    ("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "5"): "⅕",
    ("2", "5"): "⅖",
    ("3", "5"): "⅗", ("4", "5"): "⅘", ("1", "6"): "⅙", ("5", "6"): "⅚", ("1", "7"): "⅐", ("1", "8"): "⅛",
    ("3", "8"): "⅜",
    ("5", "8"): "⅝", ("7", "8"): "⅞", ("1", "9"): "⅑", ("1", "10"): "⅒", ("0", "3"): "↉",
}  # fmt: skip
ROOTS: Final = {"3": "∛", "4": "∜"}

#: Accents on letters in running text: commands of one character.
ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
    "t": "\u0361",
}  # fmt: skip
#: Accents in mathematics.
HATS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "Hat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "Tilde": "\u0303",
    "bar": "\u0304", "Bar": "\u0304", "overline": "\u0305", "vec": "\u20d7", "overrightarrow": "\u20d7",
    "Vec": "\u20d7",
    "dot": "\u0307", "Dot": "\u0307", "ddot": "\u0308", "dddot": "\u20db", "ddddot": "\u20dc", "check": "\u030c",
    "widecheck": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
    "underline": "\u0332", "underbar": "\u0332", "cancel": "\u0338", "bcancel": "\u0338", "xcancel": "\u0338",
}  # fmt: skip


# --- commands by their effect ------------------------------------------------------------------------

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
            "mathopen mathclose mathpunct mathinner operatorname operatornamewithlimits smash "
            "rlap llap clap mathrlap mathllap mathclap smashoperator vbox vtop vcenter circled ooalign fbox "
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
    "ifmmode fi hfill allowbreak nobreak ensuremath mathstrut strut unskip ignorespaces"
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
WORDS: Final = names(
    "text intertext shortintertext textrm textit textbf textsf texttt textsc textnormal textup textsl emph mbox hbox"
)
#: Commands whose first argument only affects the appearance and is dropped -> the number of arguments that stay.
DRESSING: Final = {
    "hspace": 0, "vspace": 0, "kern": 0, "mkern": 0, "color": 0, "phantom": 0, "hphantom": 0, "vphantom": 0,
    "label": 0, "tag": 0, "rule": 0, "textcolor": 1, "raisebox": 1, "colorbox": 1, "scalebox": 1, "rotatebox": 1,
    "foreignlanguage": 1, "parbox": 1, "mathcolor": 1,
}  # fmt: skip
AROUND: Final = {
    "abs": "||", "norm": "‖‖", "ket": "|⟩", "bra": "⟨|", "braket": "⟨⟩", "ceil": "⌈⌉", "floor": "⌊⌋", "expval": "⟨⟩",
}  # fmt: skip
STACKED: Final = {"overset": "^", "stackrel": "^", "underset": "_"}
#: Braces and brackets over or below a formula.
BRACES: Final = {"underbrace": "⏟", "overbrace": "⏞", "underbracket": "⎵", "overbracket": "⎴"}
ARROWS: Final = {"xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xmapsto": "↦"}
