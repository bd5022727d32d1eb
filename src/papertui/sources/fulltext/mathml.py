"""Turn MathML (https://www.w3.org/TR/mathml-core/) into TeX, for the formulas of a page that do not state theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from papertui.tex.tables import FUNCTIONS

#: Deeper elements count as part of the one around them: no formula nests as deep, and each level copies its text.
_DEEPEST: Final = 60
_LEAVES: Final = frozenset(("mi", "mn", "mo", "mtext", "ms"))
_UNSEEN: Final = frozenset(("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark", "mglyph"))
#: Only the first child is shown.
_FIRST_ONLY: Final = frozenset(("semantics", "maction"))
_SCRIPTS: Final = {"msub": "_", "msup": "^", "munder": "_", "mover": "^", "msubsup": "_^", "munderover": "_^"}
_ACCENTS: Final = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "~": "tilde", "˜": "tilde", "\u0303": "tilde", "¯": "bar", "‾": "bar",
    "\u0304": "bar", "_": "underline", "→": "vec", "\u20d7": "vec", "˙": "dot", "¨": "ddot", "ˇ": "check",
    "˘": "breve",
}  # fmt: skip
_ALPHABETS: Final = {
    "bold": "mathbf", "bold-italic": "mathbf", "script": "mathcal", "fraktur": "mathfrak", "double-struck": "mathbb",
}  # fmt: skip
_ESCAPED: Final = re.compile(r"[{}%&#$_]")
#: Characters without a shape that say how two signs belong together.
_INVISIBLE: Final = re.compile("[\u2061-\u2064\u200b]")
_SEPARATES_PRESCRIPTS: Final = "\0"
_NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})


class _Element(NamedTuple):
    name: str
    attributes: Mapping[str, str]
    children: list[str]  # in TeX
    texts: list[str]


class MathmlReader:
    """Collects one formula, element by element, and writes it in TeX."""

    def __init__(self) -> None:
        self._open = [_Element("math", _NO_ATTRIBUTES, [], [])]
        self._too_deep = 0
        self._annotation = ""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element inside of the formula."""
        if self._too_deep or len(self._open) > _DEEPEST:
            self._too_deep += 1
        else:
            self._open.append(_Element(name, attributes, [], []))

    def text(self, text: str) -> None:
        """Handle text inside of the formula."""
        self._open[-1].texts.append(text)

    def end(self) -> None:
        """End the element that began last."""
        if self._too_deep:
            self._too_deep -= 1
            return
        element = self._open.pop()
        if element.name == "annotation" and "tex" in element.attributes.get("encoding", "").casefold():
            self._annotation = "".join(element.texts).strip()
        elif element.name not in _UNSEEN:
            self._open[-1].children.append(_tex(element))

    def tex(self) -> str:
        """Return the formula: the TeX it was made from if that is stated, otherwise what its elements mean."""
        return self._annotation or _row(self._open[0])


def _tex(element: _Element) -> str:
    return _WRITERS.get(element.name, _row)(element)


def _leaf(element: _Element) -> str:
    name = element.name
    text = "".join(element.texts)
    if name in ("mtext", "ms"):
        return "".join(element.children) + (rf"\text{{{_escaped(text)}}}" if text else "")
    text = _INVISIBLE.sub("", text).strip().replace("\N{MINUS SIGN}", "-")
    if text in FUNCTIONS:  # in TeX a command, which ends at a space
        return rf"\{text} "
    alphabet = _ALPHABETS.get(element.attributes.get("mathvariant", ""))
    if alphabet is not None and text:
        return rf"\{alphabet}{{{_escaped(text)}}}"
    if name == "mi" and len(text) > 1 and text.isalpha():
        return rf"\mathrm{{{text}}}"
    return _escaped(text)


def _row(element: _Element) -> str:
    children = element.children[:1] if element.name in _FIRST_ONLY else element.children
    text = "".join(element.texts)
    return "".join(children) + ("" if not text or text.isspace() else rf"\text{{{_escaped(text)}}}")


def _scripts(element: _Element) -> str:
    if not element.children:
        return _row(element)
    base, *scripts = element.children
    if element.name == "mover" and scripts and (accent := _ACCENTS.get(scripts[0].replace("\\", ""))):
        return rf"\{accent}{{{base}}}"
    if "^" in base or "_" in base:
        base = f"{{{base}}}"
    return base + _marked(_SCRIPTS[element.name], scripts)


def _scripts_on_both_sides(element: _Element) -> str:
    if not element.children:
        return ""
    base, *scripts = element.children
    at = scripts.index(_SEPARATES_PRESCRIPTS) if _SEPARATES_PRESCRIPTS in scripts else len(scripts)
    before = _marked("_^", scripts[at + 1 :])
    return ("{}" if before else "") + before + base + _marked("_^", scripts[:at])


def _marked(marks: str, scripts: Sequence[str]) -> str:
    return "".join(f"{marks[at % len(marks)]}{{{text}}}" for at, text in enumerate(scripts) if text)


def _fraction(element: _Element) -> str:
    if len(element.children) != _TWO:
        return _row(element)
    if element.attributes.get("linethickness", "").startswith("0"):
        return _rows(element.children, "c")
    return r"\frac{" + "}{".join(element.children) + "}"


def _root(element: _Element) -> str:
    if element.name == "mroot" and len(element.children) == _TWO:
        return rf"\sqrt[{element.children[1]}]{{{element.children[0]}}}"
    return rf"\sqrt{{{_row(element)}}}"


def _table(element: _Element) -> str:
    lines = element.attributes.get("columnlines", "").split()
    return _rows(element.children, "c" + "".join("c" if line == "none" else "|c" for line in lines))


def _table_row(element: _Element) -> str:
    return "&".join(element.children[element.name == "mlabeledtr" :])


def _fenced(element: _Element) -> str:
    opening, separators, closing = (element.attributes.get(name) for name in ("open", "separators", "close"))
    inner = ("," if separators is None else separators[:1]).join(element.children)
    return _escaped("(" if opening is None else opening) + inner + _escaped(")" if closing is None else closing)


def _rows(rows: Sequence[str], specification: str) -> str:
    return rf"\begin{{array}}{{{specification}}}" + r"\\ ".join(rows) + r"\end{array}"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text.replace("\\", r"\backslash "))


_TWO: Final = 2  # arguments of a fraction or a root
_WRITERS: Final[Mapping[str, Callable[[_Element], str]]] = (
    dict.fromkeys(_LEAVES, _leaf)
    | dict.fromkeys(_SCRIPTS, _scripts)
    | dict.fromkeys(("mtr", "mlabeledtr"), _table_row)
    | dict.fromkeys(("msqrt", "mroot"), _root)
    | {"mfrac": _fraction, "mtable": _table, "mfenced": _fenced, "mmultiscripts": _scripts_on_both_sides}
    | {"mspace": lambda _: r"\;", "mprescripts": lambda _: _SEPARATES_PRESCRIPTS}
)
