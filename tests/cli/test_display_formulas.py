"""Formulas in ``papertui read``."""

from datetime import date

from papertui.cli.paper_text import TextStyle, document_lines
from papertui.model.document import Document, DocumentPart

MATRIX = DocumentPart("formula", "(a, b; c, d)", mark="(3)", tex=r"\begin{pmatrix}a&b\\ c&d\end{pmatrix}")


def shown(width: int | None, *, plain: bool = False) -> list[str]:
    style = TextStyle(date(2026, 4, 30), width, ascii=plain)
    return "".join(document_lines(Document("", (MATRIX,)), style)).splitlines()


def test_a_terminal_shows_rows_with_the_number_beside_them() -> None:
    assert shown(40) == ["    ⎛a b⎞", "    ⎝c d⎠" + " " * 28 + "(3)"]


def test_a_pipe_and_ascii_have_one_line() -> None:
    assert shown(None) == ["    (a, b; c, d)  (3)"]
    assert len(shown(40, plain=True)) == 1
