r"""Matrices and other formulas in rows and columns, on one line: ``(a, b; c, d)``.

Rows are separated by semicolons, columns by commas, and the bars of an augmented matrix stay. Where a column only
aligns relation signs, as in ``aligned`` and ``\begin{array}{rcl}``, no comma parts the sides of a relation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from papertui.tex.scan import TexGroups
from papertui.tex.tables import RELATIONS, SIGNS


class Layout(NamedTuple):
    """How an environment or a command sets its rows."""

    left: str = ""
    right: str = ""
    groups: int = 0  # the number of columns that are one formula; 0 if the signs in them decide
    arguments: str = ""  # before the rows: c column specification, l words before the bracket, n not shown
    words_from: int | None = None  # the first column of running text


def _layouts() -> dict[str, Layout]:
    found = {}
    for name, brackets in {"": "", "p": "()", "b": "[]", "B": "{}", "v": "||", "V": "‖‖"}.items():
        layout = Layout(brackets[:1], brackets[1:])
        for kind in ("matrix", "matrix*", "smallmatrix", "smallmatrix*", "NiceMatrix"):
            found[name + kind] = layout
        found[f"{name}NiceArray"] = layout._replace(arguments="c")
    for name in ("cases", "dcases"):
        found |= {name: Layout("{"), f"{name}*": Layout("{", words_from=1)}
    for name in ("rcases", "drcases"):
        found |= {name: Layout("", "}"), f"{name}*": Layout("", "}", words_from=1)}
    found |= dict.fromkeys(("numcases", "subnumcases"), Layout("{", arguments="l", words_from=1))
    found |= dict.fromkeys(("array", "darray", "subarray"), Layout(arguments="c"))
    found |= {"tabular": Layout(arguments="c", words_from=0), "tabular*": Layout(arguments="nc", words_from=0)}
    for name in ("align", "flalign", "gather", "multline", "eqnarray", "IEEEeqnarray", "alignat", "xalignat"):
        layout = Layout(groups=3 if "eqnarray" in name else 2, arguments="n" if name[0] in "Ix" or "at" in name else "")
        if name == "gather":
            layout = Layout(groups=2)
        found |= {name: layout, f"{name}*": layout}
    aligned = Layout(groups=2)
    found |= dict.fromkeys(("aligned", "split", "gathered", "multlined", "lgathered", "rgathered"), aligned)
    found["alignedat"] = aligned._replace(arguments="n")
    found["IEEEeqnarraybox"] = Layout(groups=3, arguments="n")
    return found


#: Environment -> its layout.
ENVIRONMENTS: Final[Mapping[str, Layout]] = _layouts()
#: Commands whose argument is the rows.
COMMANDS: Final[Mapping[str, Layout]] = {
    "matrix": Layout(), "pmatrix": Layout("(", ")"), "bordermatrix": Layout("(", ")"),
    "cases": Layout("{", words_from=1), "substack": Layout(), "shortstack": Layout(),
    "eqalign": Layout(groups=2), "displaylines": Layout(groups=2),
}  # fmt: skip


# --- where the environments are ----------------------------------------------------------------------

_EDGE = re.compile(r"\\(?:(begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}|[\s\S])")


class Environment(NamedTuple):
    """Where an environment is in a text."""

    name: str
    start: int  # of its content
    stop: int  # of its content
    end: int


def environments(text: str) -> dict[int, Environment]:
    """Return the environments that are closed, by the positions where they begin. One pass."""
    found: dict[int, Environment] = {}
    opened: list[tuple[str, int, int]] = []
    waiting: Counter[str] = Counter()
    for edge in _EDGE.finditer(text) if "\\begin" in text else ():
        if edge[1] == "begin":
            opened.append((edge[2], edge.start(), edge.end()))
            waiting[edge[2]] += 1
        elif edge[1] == "end" and waiting[edge[2]]:
            while opened:
                name, begin, start = opened.pop()
                waiting[name] -= 1
                if name == edge[2]:
                    found[begin] = Environment(name, start, edge.start(), edge.end())
                    break
    return found


# --- arguments and column specifications -------------------------------------------------------------

_OPTION = re.compile(r"\s*\[[A-Za-z]*\]")
_REPEATED = re.compile(r"\*\s*\{\s*([0-9]{1,2})\s*\}\s*\{([^{}]*)\}")
_COLUMN = re.compile(r"(?P<bar>[|:])|[@!<>]\s*\{(?:[^{}]|\{[^{}]*\})*\}|(?P<column>[A-Za-z])\s*(?:\{[^{}]*\})?|[\s\S]")
#: Longer ones come from attacks.
_LONGEST_SPECIFICATION = 200


def bars(specification: str) -> frozenset[int]:
    """Return before which columns a specification (``cc|c``) has a vertical line; 0 is the left edge."""
    spread = _REPEATED.sub(lambda times: times[2] * int(times[1]), specification[:_LONGEST_SPECIFICATION])
    columns = 0
    found = []
    for part in _COLUMN.finditer(spread):
        if part["bar"]:
            found.append(columns)
        elif part["column"]:
            columns += 1
    # The line at the right edge has the same number, however many columns a row has.
    return frozenset(-1 if columns and at == columns else at for at in found)


class Opening(NamedTuple):
    """What precedes the rows of an environment."""

    at: int  # where the rows begin
    specification: str
    words: tuple[int, int] | None  # where the words before the bracket are


def opening(grouped: TexGroups, layout: Layout, start: int, stop: int, *, starred: bool) -> Opening:
    """Read the arguments of an environment whose content is between `start` and `stop`."""
    at = start
    specification, words = "", None
    # A matrix has an option only with a star: without, brackets are the first cell.
    has_option = starred or layout.groups or layout.arguments
    if has_option and (option := _OPTION.match(grouped.text, at, stop)):
        at = option.end()
    for argument in layout.arguments:
        brace = grouped.skip(at, stop)
        close = grouped.group(brace, stop)
        if close is None:
            break
        if argument == "c":
            specification = grouped.text[brace + 1 : close]
        elif argument == "l":
            words = brace + 1, close
        at = close + 1
    return Opening(at, specification, words)


# --- rows and cells ----------------------------------------------------------------------------------

_STOP = re.compile(
    r"(?P<row>\\\\\*?|\\(?:cr|crcr|tabularnewline)(?![A-Za-z]))|(?P<begin>\\begin(?![A-Za-z]))|\\[\s\S]|[{&]"
)
#: The extra space that may follow the end of a row, and lines between rows.
_LENGTH = re.compile(
    r"\s*\[\s*[+-]?\s*(?:[0-9.,]+\s*(?:pt|em|ex|mm|cm|in|pc|bp|mu|\\[A-Za-z]+)[^\[\]]*|\\[A-Za-z]+\s*)\]"
)
_LINE = re.compile(
    r"\s*\\(?:(?:hline|hdashline|toprule|midrule|bottomrule)(?![A-Za-z])|(?:cline|cmidrule|noalign|hhline|cdashline)\s*(?:\([^()]*\))?"
    r"\s*\{[^{}]{0,200}\})(?:\s*\[[^\[\]]*\])?"
)
_BLANK = re.compile(r"(?:\s|\{\s*\}|\\(?:displaystyle|textstyle|scriptstyle|[,;:!> ]|q?quad(?![A-Za-z])))*")
_FIRST = re.compile(r"\\([A-Za-z]+)|:?[=<>]|[^\s\\]")
_LAST = re.compile(r"(?:\\([A-Za-z]+)|([=<>]))\s*(?:\{\s*\}\s*)*$")
_LONGEST_LAST = 40
_OPERATORS: Final = frozenset(("+", "-", "−", "\\pm", "\\mp", "\\cdot", "\\times"))

#: The start and the end of a cell.
Cell = tuple[int, int]


def length(text: str, at: int, end: int) -> int:
    r"""Return the position after the extra space of ``\\[2pt]``, if there is one at `at`."""
    found = _LENGTH.match(text, at, end)
    return found.end() if found else at


def rows(grouped: TexGroups, inside: Mapping[int, Environment], start: int, stop: int) -> list[list[Cell]]:
    """Split the text between two positions into rows and cells. Groups and environments inside are passed over."""
    text = grouped.text
    found: list[list[Cell]] = [[]]
    begin = at = _behind_lines(text, start, stop)
    while mark := _STOP.search(text, at, stop):
        at = mark.end()
        if mark["row"]:
            found[-1].append((begin, mark.start()))
            found.append([])
            begin = at = _behind_lines(text, length(text, at, stop), stop)
        elif mark["begin"]:
            within = inside.get(mark.start())
            at = within.end if within and within.end <= stop else at
        elif mark[0] == "&":
            found[-1].append((begin, mark.start()))
            begin = at
        elif mark[0] == "{":
            close = grouped.group(mark.start(), stop)
            at = at if close is None else close + 1
    found[-1].append((begin, stop))
    filled = [row for row in found if len(row) > 1 or not _is_blank(text, row[0])]
    while filled and all(_is_blank(text, cell) for cell in filled[-1]):
        filled.pop()
    return filled


def _behind_lines(text: str, at: int, end: int) -> int:
    while line := _LINE.match(text, at, end):
        at = line.end()
    return at


def _is_blank(text: str, cell: Cell) -> bool:
    blank = _BLANK.match(text, *cell)
    return blank is not None and blank.end() == cell[1]


def joined_columns(text: str, table: Sequence[Sequence[Cell]], layout: Layout) -> frozenset[int]:
    """Return the columns that continue the formula of the column before them."""
    width = max(map(len, table), default=0)
    if layout.groups:
        return frozenset(at for at in range(width) if at % layout.groups)
    if layout.left and layout.right:
        return frozenset()
    columns = [[row[at] for row in table if at < len(row) and not _is_blank(text, row[at])] for at in range(width)]
    related = {
        at + 1
        for at, (before, after) in enumerate(pairwise(columns))
        if (after and all(_begins_with_relation(text, cell) for cell in after))
        or (before and all(_ends_with_relation(text, cell) for cell in before))
    }
    if related:  # signs in a column of a system of equations, not of a matrix of signs
        signs = [at for at, cells in enumerate(columns) if cells and all(_is_operator(text, cell) for cell in cells)]
        related |= {at for sign in signs for at in (sign, sign + 1) if 0 < at < width}
    return frozenset(related)


def _begins_with_relation(text: str, cell: Cell) -> bool:
    blank = _BLANK.match(text, *cell)
    first = _FIRST.match(text, blank.end() if blank else cell[0], cell[1])
    if first is None:
        return False
    return _is_relation(SIGNS.get(first[1] or "", first[0])[-1])


def _ends_with_relation(text: str, cell: Cell) -> bool:
    last = _LAST.search(text[max(cell[0], cell[1] - _LONGEST_LAST) : cell[1]])
    return last is not None and (last[2] is not None or _is_relation(SIGNS.get(last[1], last[0])))


def _is_operator(text: str, cell: Cell) -> bool:
    return text[cell[0] : cell[1]].strip(" \t\n{}") in _OPERATORS


def spans(table: Sequence[Sequence[Cell]], joined: frozenset[int]) -> Iterator[list[tuple[int, Cell]]]:
    """Yield for every row its formulas: the number of the first column, and where the formula is."""
    for row in table:
        formulas: list[tuple[int, Cell]] = []
        for at, cell in enumerate(row):
            if at in joined and formulas:
                first, (begin, _) = formulas[-1]
                formulas[-1] = first, (begin, cell[1])
            else:
                formulas.append((at, cell))
        yield formulas


# --- on one line -------------------------------------------------------------------------------------


def set_rows(rows: Iterable[Sequence[tuple[int, str]]], lines: frozenset[int], joined: frozenset[int]) -> str:
    """Put rows on one line.

    Args:
        rows: their formulas, each with the number of its first column.
        lines: the vertical lines, from `bars`.
        joined: what `joined_columns` returned.
    """
    made = [_set_row(row, lines, joined) for row in rows]
    body = "; ".join([*map(_without_comma, made[:-1]), *made[-1:]])
    return ("|" if 0 in lines else "") + body + ("|" if -1 in lines else "")


def _set_row(row: Sequence[tuple[int, str]], lines: frozenset[int], joined: frozenset[int]) -> str:
    cells = [cell for cell in row if cell[1] or not joined]
    line = ""
    for (at, text), (following, _) in pairwise(cells):
        line += _without_comma(text) + (" | " if lines.intersection(range(at + 1, following + 1)) else ", ")
    line += cells[-1][1] if cells else ""
    # A row that continues a chain of relations is spaced as if its left side were there: “= b”.
    continues = 1 in joined and len(line) > 1 and _is_relation(line[0]) and (line[1].isalnum() or line[1] in "([{|\\")
    return f"{line[0]} {line[1:]}" if continues else line


def _is_relation(sign: str) -> bool:
    return sign in "=<>" or (sign in RELATIONS and sign != "⊥")  # ⊥ is also a value


def _without_comma(text: str) -> str:
    """Return `text` without the comma at its end, where a separator follows."""
    return text[:-1].rstrip() if text.endswith((",", ";")) else text
