"""The sentences that users see, read from the source: errors, help, and everything the screen and the commands say.

A string counts when it reads as words: docstrings, patterns, SQL, styles and the messages of bugs do not. What an
f-string fills in is shown as ``{name}``; where it chooses between two texts both are shown, ``{hit|hits}``, ``hit(s)``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["error", "help", "text"]
#: A literal with more texts than this is a list of data, such as acronyms.
_MOST_TEXTS = 60

_HELP_FUNCTIONS = {"add_argument", "add_parser", "add_argument_group"}
_HELP_KEYWORDS = {"help", "description", "epilog"}
#: Calls whose strings are for programs.
_FOR_PROGRAMS = {
    "compile", "fullmatch", "match", "search", "sub", "findall", "finditer", "split",
    "execute", "executemany", "executescript", "strptime", "strftime", "getLogger", "cast", "TypeVar",
}  # fmt: skip
#: Files whose strings describe data to programs.
_SCHEMAS = {"json_schemas.py"}
_STYLES = {"CSS", "DEFAULT_CSS"}
#: The end of the names of strings with a table of words.
_TABLES = "_NAMES"
_IS_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|BEGIN|WITH|ATTACH|REPLACE|VACUUM)\b")
#: Two words of two letters or more, the first of which may be a placeholder.
_IS_PROSE = re.compile(r"(?:[^\W\d_]{2,}[,:;.!?’”)]*|\{\w+\}) [“(]?[^\W\d_]{2,}")
_IS_CODE = re.compile(
    r"[{};]\s*\n|^\s*[<#.\[$@]|\\[a-z]|::|=>|==|\w\((?:|\w{3,})\)|^\w+/\w+|\bvar\b|^[a-z-]+: [a-z0-9-]+;"
)


class Message(NamedTuple):
    """A sentence, or a part of one, with the name of the error that says it."""

    kind: Kind
    text: str
    error: str
    line: int


def messages_by_package(root: Path, base: str = "PapertuiError") -> dict[str, list[Message]]:
    """Every message in the files under `root`, by the package (``tui``, ``cli``), each once."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
        if path.name not in _SCHEMAS
    }
    errors = _error_names(trees.values(), base)
    packages: dict[str, dict[tuple[Kind, str], Message]] = {}
    for path, tree in trees.items():
        relative = path.relative_to(root)
        package = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        for message in _Reader(errors).read(tree):
            packages.setdefault(package, {}).setdefault((message.kind, message.text), message)
    return {package: list(found.values()) for package, found in sorted(packages.items())}


def _error_names(trees: Iterable[ast.Module], base: str) -> frozenset[str]:
    """The classes derived from `base`, however far."""
    bases = {
        node.name: {_name(parent) for parent in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    names = {base}
    while more := {name for name, parents in bases.items() if parents & names} - names:
        names |= more
    return frozenset(names)


class _Reader(ast.NodeVisitor):
    """Reads one file. A visit method goes on to what is inside, unless that is for programs."""

    def __init__(self, errors: frozenset[str]) -> None:
        self._errors = errors
        self._messages: list[Message] = []
        self._kind: Kind = "text"
        self._error = ""

    def read(self, tree: ast.Module) -> list[Message]:
        self.visit(tree)
        return self._messages

    def visit_Tuple(self, node: ast.Tuple) -> None:
        if sum(isinstance(part, ast.Tuple) for part in node.elts) < _MOST_TEXTS:
            self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {_name(target) for target in node.targets}
        if not names & _STYLES and not any(name.endswith(_TABLES) for name in names):
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and _name(node.target) not in _STYLES:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """Annotations are for programs."""

    def visit_Raise(self, node: ast.Raise) -> None:
        raised = node.exc
        if isinstance(raised, ast.Call) and _is_bug(_name(raised.func)):
            return
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name in _FOR_PROGRAMS:
            return
        before = self._kind, self._error
        if name in self._errors:
            self._kind, self._error = "error", name
        elif name in _HELP_FUNCTIONS:
            self._kind, self._error = "help", ""
        self.generic_visit(node)
        self._kind, self._error = before

    def visit_keyword(self, node: ast.keyword) -> None:
        before = self._kind
        if node.arg in _HELP_KEYWORDS:
            self._kind = "help"
        self.visit(node.value)
        self._kind = before

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._note(node.value, node.lineno)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._note(_rendered(node), node.lineno)
        for part in node.values:  # a sentence may be chosen inside a placeholder
            if isinstance(part, ast.FormattedValue) and not isinstance(part.value, ast.IfExp | ast.Constant):
                self.visit(part.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add) and (text := _rendered(node)) != "{}":
            self._note(text, node.lineno)
        else:
            self.generic_visit(node)

    def _note(self, text: str, line: int) -> None:
        text = " ".join(text.rsplit("\n\n", maxsplit=1)[-1].split())
        if _is_prose(text) and not text.startswith("papertui "):
            self._messages.append(Message(self._kind, text, self._error, line))


def _is_prose(text: str) -> bool:
    return bool(_IS_PROSE.search(text)) and not _IS_SQL.match(text) and not _IS_CODE.search(text)


def _is_bug(name: str) -> bool:
    return name in {"ValueError", "TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "KeyError"}


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return _name(node.value) if isinstance(node, ast.Subscript) else ""


def _rendered(node: ast.AST) -> str:
    text = f"{{{_name(node).strip('_')}}}"
    match node:
        case ast.Constant(value=str(constant)):
            text = constant
        case ast.JoinedStr(values=values):
            text = "".join(map(_rendered, values))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            text = _rendered(left) + _rendered(right)
        case ast.IfExp(body=body, orelse=orelse):
            texts = [text for part in (body, orelse) if (text := _rendered(part).strip("{}"))]
            text = f"{{{'|'.join(texts)}}}" if len(texts) > 1 else f"({''.join(texts)})"
        case ast.Call(func=function, args=[first, *_]):  # printable(text)
            text = "{count}" if _name(function) == "len" else _rendered(first)
        case ast.Call(func=ast.Name(id=name), args=[]):
            text = f"{{{name.strip('_')}}}"
        case (
            ast.FormattedValue(value=inner)
            | ast.Call(func=ast.Attribute(value=inner), args=[])  # text.strip()
            | ast.BoolOp(values=[inner, *_])
            | ast.Subscript(value=inner)
            | ast.NamedExpr(target=inner)
        ):
            text = _rendered(inner)
        case _:
            pass
    return text
