r"""TeX in formulas that only dresses them, or says in another way what other commands say.

LaTeXML and authors write lengths, colours and boxes into formulas: ``\color[rgb]{1,0,0}x``, ``\raise 2.0pt\hbox{x}``.
All replacements are linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_LENGTH: Final = r"[-+]?\s*[0-9.]+\s*(?:true\s*)?(?:pt|mu|em|ex|cm|mm|in|pc|bp|sp)"
_GROUP: Final = r"\s*\{([^{}]{0,300})\}"
_UNITS: Final = {
    "meter": "m", "metre": "m", "second": "s", "gram": "g", "kilogram": "kg", "kelvin": "K", "hertz": "Hz", "joule": "J",
    "watt": "W", "volt": "V", "tesla": "T", "newton": "N", "pascal": "Pa", "ampere": "A", "mole": "mol", "byte": "B",
    "bit": "bit", "hour": "h", "minute": "min", "day": "d", "percent": "%", "degree": "°", "celsius": "°C", "litre": "l",
    "liter": "l", "electronvolt": "eV", "parsec": "pc", "angstrom": "Å", "kilo": "k", "milli": "m", "micro": "µ",
    "nano": "n", "pico": "p", "mega": "M", "giga": "G", "tera": "T", "centi": "c", "per": "/", "squared": "^2",
    "cubed": "^3", "square": "", "m": "m", "s": "s", "km": "km", "cm": "cm", "mm": "mm", "nm": "nm", "kg": "kg",
    "g": "g", "Hz": "Hz", "GHz": "GHz", "MHz": "MHz", "eV": "eV", "GeV": "GeV", "MeV": "MeV", "keV": "keV", "K": "K",
}  # fmt: skip
_UNIT: Final = re.compile(r"\\([A-Za-z]+)")


def _units(text: str) -> str:
    return _UNIT.sub(lambda unit: _UNITS.get(unit[1], unit[1]), text)


def _generalised(found: re.Match[str]) -> str:
    left, right, bar = found[1].strip(), found[2].strip(), found[3].strip()
    inner = "\\binom" if bar.removesuffix("pt").strip("0.") == "" and bar else "\\frac"
    return inner if (left, right) in (("(", ")"), ("", "")) else rf"\left{left or '.'}{inner}"


_REPLACED: Final[tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    ("color", re.compile(r"(\\(?:text|math)?color)\s*\[[A-Za-z]{0,12}\]"), r"\1"),
    ("", re.compile(rf"\\(?:raise|lower|moveleft|moveright)\s*{_LENGTH}"), ""),
    ("box", re.compile(rf"\\([hv]box)\s*(?:to|spread)\s*{_LENGTH}"), r"\\\1"),
    ("box", re.compile(r"\\(?:makebox|framebox|parbox|raisebox)((?:\s*\[[^\[\]{}]{0,20}\])+)"), r"\\mbox"),
    ("", re.compile(rf"\\(?:hspace|vspace)\*?{_GROUP}"), r"\\;"),
    ("", re.compile(rf"\\(?:hskip|kern|mskip|mkern)\s*-\s*{_LENGTH[5:]}"), ""),
    (
        "",
        re.compile(rf"\\(?:hskip|kern|mskip|mkern)\s*{_LENGTH}(?:\s*(?:plus|minus)\s*[0-9.]+\s*[a-z]{{2,4}})*"),
        r"\\;",
    ),
    ("rule", re.compile(rf"\\rule\s*(?:\[[^\[\]]{{0,20}}\])?{_GROUP}{_GROUP}"), ""),
    ("genfrac", re.compile(rf"\\genfrac{_GROUP}{_GROUP}{_GROUP}{_GROUP}"), _generalised),
    ("sideset", re.compile(rf"\\sideset{_GROUP}{_GROUP}\s*(\\[A-Za-z]+)(?:\\n?o?limits)?"), r"{}\1\3\2"),
    ("prescript", re.compile(rf"\\prescript{_GROUP}{_GROUP}"), r"{}^{\1}_{\2}"),
    ("num", re.compile(rf"\\num(?:\[[^\[\]]{{0,80}}\])?{_GROUP}"), r"\1"),
    ("si", re.compile(rf"\\(?:si|unit)(?:\[[^\[\]]{{0,80}}\])?{_GROUP}"), lambda si: rf"\mathrm{{{_units(si[1])}}}"),
    (
        "",
        re.compile(rf"\\(?:SI|qty)(?:\[[^\[\]]{{0,80}}\])?{_GROUP}{_GROUP}"),
        lambda si: rf"{si[1]}\,\mathrm{{{_units(si[2])}}}",
    ),
    ("ref", re.compile(rf"\\(?:eq)?ref{_GROUP}"), r"(\1)"),
    ("mathchoice", re.compile(rf"\\mathchoice{_GROUP}{_GROUP}{_GROUP}{_GROUP}"), r"{\1}"),
    ("lx@", re.compile(r"\\lx@[A-Za-z@]+"), ""),
)
_DIAGRAM: Final = re.compile(r"\\begin\{CD\}(.{0,6000}?)\\end\{CD\}", re.DOTALL)
#: An arrow of a commutative diagram and what is written beside it.
_ARROW: Final = re.compile(r"@(?:([><VA)(])((?:\{[^{}]*\}|[^{}@])*?)\1((?:\{[^{}]*\}|[^{}@])*?)\1|([=|.]))")
_ACROSS: Final = {">": r"\xrightarrow", ")": r"\xrightarrow", "<": r"\xleftarrow", "(": r"\xleftarrow"}
_DOWN: Final = {"V": r"\downarrow", "A": r"\uparrow"}
_PLAIN_ARROWS: Final = {"=": "=", "|": r"\|", ".": ""}


def undressed(tex: str) -> str:
    """Return a formula without what only dresses it, and with common commands for rare ones."""
    if "\\" not in tex:
        return tex
    for sign, pattern, made in _REPLACED:
        if sign in tex:
            tex = pattern.sub(made, tex)
    return _DIAGRAM.sub(_diagram, tex) if "{CD}" in tex else tex


def _diagram(found: re.Match[str]) -> str:
    r"""Return a commutative diagram as rows: ``A →^f B; ↓^g ↓_h; C →^k D``."""
    return rf"\begin{{gathered}}{_ARROW.sub(_arrow, found[1])}\end{{gathered}}"


def _arrow(found: re.Match[str]) -> str:
    if found[4]:
        return f" {_PLAIN_ARROWS[found[4]]} "
    first, second = (found[at].strip().removeprefix("{").removesuffix("}") for at in (2, 3))
    if sign := _ACROSS.get(found[1]):
        return rf" {sign}[{second}]{{{first}}} "
    # Beside a vertical arrow, the first is on its left and the second on its right.
    sign = _DOWN[found[1]]
    return rf" {sign}{f'^{{{first}}}' if first else ''}{f'_{{{second}}}' if second else ''} "
