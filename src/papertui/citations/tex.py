r"""The fields of a bibliography: text to TeX, with protected capitals, and TeX to text.

Braces are always balanced: BibTeX counts them regardless of backslashes, so that even ``\{`` must have a counterpart.
Mathematics and letters from commands get a separate group, where styles do not change capitals to lower case. Reading
TeX is the work of `papertui.tex`; only what is specific to bibliographies is here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pylatexenc.latexencode import get_builtin_uni2latex_dict

from papertui.citations.tex_letters import letters_of
from papertui.model.safe_text import one_line, paragraphs
from papertui.tex import LONGEST, unicode_text

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


def escape_tex(text: str, *, ascii_only: bool) -> str:
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


_WORD = re.compile(r"[^\s]+|\s+")
_EDGES = re.compile(r"^([^\w]*)(.*?)([^\w+#°²]*)$", re.DOTALL)
_PART = re.compile(r"[^-‐‑–—/]+|[-‐‑–—/]+")
#: The minimum share of lower-case words among the long words of a title in sentence case.
_SENTENCE = 0.4
_LONG = 4
_ENDS = (":", ".", "?", "!", "—", "–")
#: Names of people, places and languages, which always have a capital.
_PROPER = frozenset(
    """
    abelian african american arabic asian australian banach bayes bayesian bell bernoulli bloch boltzmann
    boolean borel bose brazilian british brownian byzantine calabi canadian cantor cartesian carlo casimir
    cauchy chebyshev chinese cooper copernican coulomb darwinian dirac dirichlet dutch dyson earth einstein
    english erdős euclid euclidean euler eulerian european fermi feynman finnish fock fourier french fréchet
    frobenius galerkin galois gauss gaussian german gibbs gödel greek green hamilton hamiltonian hebrew
    heisenberg hermite hermitian hessian higgs hilbert hindi hubble hubbard indian indonesian ising italian
    jacobian japanese jupiter kalman kepler keplerian kolmogorov korean lagrange lagrangian langevin laplace
    laplacian latin lebesgue legendre lie lipschitz lorentz lorentzian lyapunov majorana markov markovian mars
    maxwell monte moon moore nash newton newtonian noether norwegian pareto pauli persian planck platonic
    poincaré poisson polish portuguese pythagorean ramanujan rényi riemann riemannian runge russian rydberg
    schrödinger schur schwarzschild shannon shapley sinkhorn sobolev spanish swedish sylow taylor thai tikhonov
    turing turkish ukrainian urdu vietnamese wasserstein weierstrass weyl wiener wigner zeeman zeno zipf
    """.split()  # noqa: SIM905 - a list of words is easier to read
)


def protect_capitals(title: str, *, ascii_only: bool) -> str:
    """Escape `title` for a bibliography, with braces around words whose capitals must stay.

    Styles convert titles to lower case except for the first letter and the first one after a colon. Text in braces is
    not changed. Braces around a whole title would force its capitalisation on every style, so only acronyms and the
    names of models and people get them.
    """
    sentence = _is_sentence(title)
    pieces: list[str] = []
    first = True
    for word in _WORD.findall(title):
        if word.isspace():
            pieces.append(" ")
            continue
        pieces.append(_word(word, first=first, sentence=sentence, ascii_only=ascii_only))
        first = word.endswith(_ENDS)
    return "".join(pieces)


def _is_sentence(title: str) -> bool:
    """Whether `title` is in sentence case: only names have capitals."""
    long = [word for word in title.split()[1:] if len(word) > _LONG and word.isalpha()]
    small = sum(word.islower() for word in long)
    return bool(long) and small >= _SENTENCE * len(long)


def _word(word: str, *, first: bool, sentence: bool, ascii_only: bool) -> str:
    found = _EDGES.match(word)
    before, core, behind = found.groups() if found else ("", word, "")
    parts = _PART.findall(core)
    needs = [
        _needs(part, first=first and number == 0, sentence=sentence and number == 0)
        for number, part in enumerate(parts)
    ]
    numbered = any(need and any(map(str.isdigit, part)) for need, part in zip(needs[1:], parts[1:], strict=True))
    # GLM-5V-Turbo becomes one group; CLIP-Guided gets a group around CLIP only.
    if sum(needs) > 1 or numbered:
        body = _braced(core, ascii_only=ascii_only)
    else:
        body = "".join(
            _braced(part, ascii_only=ascii_only) if need else escape_tex(part, ascii_only=ascii_only)
            for need, part in zip(needs, parts, strict=True)
        )
    return escape_tex(before, ascii_only=ascii_only) + body + escape_tex(behind, ascii_only=ascii_only)


def _braced(text: str, *, ascii_only: bool) -> str:
    inside = escape_tex(text, ascii_only=ascii_only)
    # BibTeX treats a group that starts with a command as one letter and does not protect it.
    return f"{{{{{inside[1:-1]}}}}}" if _is_one_group(inside) else f"{{{inside}}}"


def _is_one_group(text: str) -> bool:
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for char in text[:-1]:
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return False
    return True


def _needs(part: str, *, first: bool, sentence: bool) -> bool:
    """Whether lower case would be wrong for `part`, a word or a part of a compound."""
    if not any(map(str.isupper, part)):
        return False
    if any(map(str.isupper, part[1:])) or any(map(str.isdigit, part)):
        return True
    if len(part) == 1:
        return part != "A"
    if re.sub(r"['’]s$", "", part).lower() in _PROPER:
        return True
    return sentence and not first


#: Escapes of special characters of TeX. They are replaced before the rest is parsed as TeX.
_LITERALS = {
    r"\textbraceleft": "{",
    r"\textbraceright": "}",
    r"\textbackslash": "\\",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
    r"\{": "{",
    r"\}": "}",
    r"\$": "$",
    r"\_": "_",
}
_LITERAL = re.compile(
    r"\{(\\text(?:braceleft|braceright|backslash|asciitilde|asciicircum|less|greater|bar))\s*\}"
    r"|(\\text(?:braceleft|braceright|backslash|asciitilde|asciicircum|less|greater|bar))(?![A-Za-z])(?:\{\}|\s)?"
    r"|(\\[{}$_])"
)
_PIECE = re.compile(r"\\[A-Za-z]+\s*|\\[\s\S]|[{}$^_]|[^\\{}$^_]+|[\s\S]")
_ACCENT = re.compile(r"\\[`'^\"~=.]")
#: Signs that TeX reads, also as dashes and quotation marks.
_TEX = re.compile(r"[\\{}$^_~`]|--|''")
#: A word with ties; they stay in addresses, which many files have without a command, and in paths.
_TIE = re.compile(r"(?<!\S)\S*~\S*")
_ADDRESS = re.compile(r"[a-z]+://|www\.|~/|.*/~", re.IGNORECASE)
_BARE_TIE = re.compile(r"(?<!\\)~")


def plain_title(value: str) -> str:
    """Convert a title, an abstract or the name of a journal to one line."""
    return one_line(_plain(one_line(value[:LONGEST]), scripts=True))


def plain_name(value: str) -> str:
    """Convert the name of a person, a publisher or the like to one line: ``_`` and ``^`` are no scripts."""
    return one_line(_plain(one_line(value[:LONGEST]), scripts=False))


def plain_note(value: str) -> str:
    """Convert a note; its paragraphs stay separate."""
    return paragraphs("\n\n".join(_plain(part, scripts=True) for part in paragraphs(value[:LONGEST]).split("\n\n")))


def _plain(text: str, *, scripts: bool) -> str:
    if not _TEX.search(text):
        return text
    text = _TIE.sub(_untied, letters_of(text))
    pieces: list[str] = []
    at = 0
    for found in _LITERAL.finditer(text):
        pieces += [_set(text[at : found.start()], scripts=scripts), _LITERALS[found[1] or found[2] or found[3]]]
        at = found.end()
    return "".join([*pieces, _set(text[at:], scripts=scripts)])


def _untied(word: re.Match[str]) -> str:
    return word[0] if _ADDRESS.match(word[0]) or "\\url" in word[0] else _BARE_TIE.sub(" ", word[0])


def _set(text: str, *, scripts: bool) -> str:
    return unicode_text(_unbraced(text), scripts=scripts)


def _unbraced(text: str) -> str:
    """Remove the braces of `text` that only protect capitals; arguments of commands keep theirs."""
    if "{" not in text and "}" not in text:
        return text
    out: list[str] = []
    kept: list[bool] = []
    math = argument = False
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == "$":
            math = not math
        if piece == "{":
            # Keep a group that is an argument, is within mathematics, or limits the scope of a command at its start.
            keep = argument or math or re.match(r"\\[A-Za-z]", text[found.end() : found.end() + 2]) is not None
            kept.append(keep)
            out.append("{" if keep else "")
            argument = False
            continue
        if piece == "}":
            was = kept.pop() if kept else False
            out.append("}" if was else "")
            argument = was and text[found.end() : found.end() + 1] == "{"
            continue
        out.append(piece)
        argument = piece in {"^", "_"} or (
            piece.startswith("\\") and (piece[1:2].isalpha() or bool(_ACCENT.match(piece)))
        )
    return "".join(out)
