"""The syntax of BibTeX files: entries, strings, preambles and comments.

As BibTeX and biber read it: braces count whether or not a backslash precedes them, text between entries is ignored, and
``%`` starts a comment outside of values. A damaged entry ends where a line begins the next one, so that it costs no
other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

#: Months, and the journals that BibTeX's standard styles define.
_STRINGS: Mapping[str, str] = {
    **{name: name for name in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")},
    "acmcs": "ACM Computing Surveys",
    "acta": "Acta Informatica",
    "cacm": "Communications of the ACM",
    "ibmjrd": "IBM Journal of Research and Development",
    "ibmsj": "IBM Systems Journal",
    "ieeese": "IEEE Transactions on Software Engineering",
    "ieeetc": "IEEE Transactions on Computers",
    "ieeetcad": "IEEE Transactions on Computer-Aided Design of Integrated Circuits",
    "ipl": "Information Processing Letters",
    "jacm": "Journal of the ACM",
    "jcss": "Journal of Computer and System Sciences",
    "scp": "Science of Computer Programming",
    "sicomp": "SIAM Journal on Computing",
    "tocs": "ACM Transactions on Computer Systems",
    "tods": "ACM Transactions on Database Systems",
    "tog": "ACM Transactions on Graphics",
    "toms": "ACM Transactions on Mathematical Software",
    "toois": "ACM Transactions on Office Information Systems",
    "toplas": "ACM Transactions on Programming Languages and Systems",
    "tcs": "Theoretical Computer Science",
}
_AT = re.compile(r"@[ \t]*([A-Za-z]+)\s*([{(])|%[^\n]*")
_LINE_AT = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+\s*[{(]", re.MULTILINE)
_GAP = re.compile(r"(?:\s|%[^\n]*)*")
_GAP_COMMAS = re.compile(r"(?:[\s,]|%[^\n]*)*")
_KEY = re.compile(r"([^,{}\n=]*?)\s*(?:(,)|(?=[})]\s*$|[})]\s*\n)|(?=\n))", re.MULTILINE)
_NAME = re.compile(r"[^\s=,{}()\"#%@]+")
_EQUALS = re.compile(r"(?:\s|%[^\n]*)*=(?:\s|%[^\n]*)*")
_BARE = re.compile(r"[^\s=,{}()\"#%]+")
_BRACE = re.compile(r"[{}]")
_QUOTE_OR_BRACE = re.compile(r'["{}]')
#: What comes after an entry that a brace too many has ended.
_REST = re.compile(r"[\s,]*[A-Za-z][\w-]*\s*=\s*[{\"\w]")
_PAIRS = {"{": "}", "(": ")"}
_NO_ENTRIES = frozenset({"comment", "preamble", "string"})


class RawEntry(NamedTuple):
    """An entry as written."""

    type: str  # in lower case
    key: str
    #: By their names in lower case, in order; the values are TeX with the strings put in. Of two fields with one name
    #: the first counts, as in BibTeX; keywords are joined.
    fields: Mapping[str, str]
    line: int


class DamagedEntry(NamedTuple):
    """An entry that cannot be read."""

    why: str  # what the entry “is” or “has”
    key: str
    line: int
    is_closed: bool = True  # if not, text that is appended to the file becomes part of it


class BibtexText(NamedTuple):
    """The content of a file, in order."""

    entries: tuple[RawEntry | DamagedEntry, ...]
    preambles: tuple[str, ...]


def read_bibtex_text(written: str) -> BibtexText:
    """Read a file. It never fails: what cannot be read becomes a `DamagedEntry`."""
    return _Reader(written.replace("\r\n", "\n").replace("\r", "\n")).read()


class _SyntaxError(Exception):
    """An entry is not well-formed."""

    def __init__(self, why: str, *, is_closed: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.is_closed = is_closed


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._strings: dict[str, str] = dict(_STRINGS)
        self._preambles: list[str] = []
        #: Where lines begin an entry: no value goes beyond the next one.
        self._starts = [found.end() - 1 for found in _LINE_AT.finditer(text)]
        self._lines = 1
        self._counted = 0

    def read(self) -> BibtexText:
        entries: list[RawEntry | DamagedEntry] = []
        at = 0
        while found := _AT.search(self._text, at):
            at = found.end()
            if found[1] is None:
                continue
            kind = found[1].lower()
            key = ""
            try:
                if kind in _NO_ENTRIES:
                    at = self._other(kind, found[2], at)
                    continue
                key, behind = self._key(at)
                fields, at = self._fields(found[2], behind)
            except _SyntaxError as problem:
                if not self._begins_line(found.start()):  # an address in a comment, and the like
                    continue
                entries.append(DamagedEntry(problem.why, key, self._line(found.start()), problem.is_closed))
                at = self._next_start(found.end())
                continue
            line = self._line(found.start())
            if _REST.match(self._text, at):
                entries.append(DamagedEntry("has a closing brace too many", key, line))
                at = self._next_start(at)
                continue
            entries.append(RawEntry(kind, key, fields, line))
        return BibtexText(tuple(entries), tuple(self._preambles))

    def _begins_line(self, at: int) -> bool:
        return not self._text[self._text.rfind("\n", 0, at) + 1 : at].strip()

    def _line(self, at: int) -> int:
        self._lines += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._lines

    def _next_start(self, at: int) -> int:
        """Return where the next line that begins an entry starts; the end of the text if there is none."""
        place = bisect_left(self._starts, at)
        if place == len(self._starts):
            return len(self._text)
        return self._text.rfind("@", 0, self._starts[place])

    def _limit(self, at: int) -> int:
        """Return how far a value that begins at `at` may go."""
        return self._next_start(at)

    def _other(self, kind: str, opening: str, at: int) -> int:
        if kind == "comment":
            close = self._group(at) if opening == "{" else -1
            # Some programs write a comment without closing it: then it is the rest of the line.
            return close + 1 if close >= 0 else (self._text.find("\n", at) + 1 or len(self._text))
        if kind == "preamble":
            value, at = self._value(self._gap(at))
            self._preambles.append(value)
        else:
            while name := _NAME.match(self._text, _end(_GAP_COMMAS.match(self._text, at))):
                value, at = self._assigned(name.end())
                self._strings[name[0].lower()] = value
        at = _end(_GAP_COMMAS.match(self._text, at))
        if not self._text.startswith(_PAIRS[opening], at):
            raise _SyntaxError("is not closed", is_closed=at < len(self._text))
        return at + 1

    def _key(self, at: int) -> tuple[str, int]:
        at = self._gap(at)
        found = _KEY.match(self._text, at)
        if found is None:  # the first field where the key should be
            return "", at
        return found[1].strip(), found.end()

    def _fields(self, opening: str, at: int) -> tuple[dict[str, str], int]:
        fields: dict[str, str] = {}
        while True:
            at = _end(_GAP_COMMAS.match(self._text, at))
            if self._text.startswith(_PAIRS[opening], at):
                return fields, at + 1
            name = _NAME.match(self._text, at)
            if name is None:
                is_end = at >= len(self._text)
                cut = is_end or self._text.startswith("@", at)
                raise _SyntaxError("is not closed" if cut else "is not valid BibTeX", is_closed=not is_end)
            value, at = self._assigned(name.end())
            lower = name[0].lower()
            if lower == "keywords" and fields.get(lower, value) != value:
                fields[lower] += f", {value}"
            fields.setdefault(lower, value)

    def _assigned(self, at: int) -> tuple[str, int]:
        equals = _EQUALS.match(self._text, at)
        if equals is None:
            raise _SyntaxError("is not valid BibTeX", is_closed=self._gap(at) < len(self._text))
        return self._value(equals.end())

    def _value(self, at: int) -> tuple[str, int]:
        pieces: list[str] = []
        while True:
            piece, at = self._operand(at)
            pieces.append(piece)
            behind = self._gap(at)
            if not self._text.startswith("#", behind):
                return "".join(pieces), at
            at = self._gap(behind + 1)

    def _operand(self, at: int) -> tuple[str, int]:
        if self._text.startswith("{", at):
            close = self._group(at + 1)
        elif self._text.startswith('"', at):
            close = self._quoted(at + 1)
        else:
            bare = _BARE.match(self._text, at)
            if bare is None:
                if self._text[at : at + 1] in {",", "}", ")"}:  # no value
                    return "", at
                raise _SyntaxError("is not valid BibTeX", is_closed=at < len(self._text))
            return self._strings.get(bare[0].lower(), bare[0]), bare.end()
        if close < 0:
            raise _SyntaxError("is not closed", is_closed=False)
        return self._text[at + 1 : close], close + 1

    def _group(self, at: int) -> int:
        """Return where the group whose content begins at `at` closes; -1 if it does not."""
        depth = 1
        for found in _BRACE.finditer(self._text, at, self._limit(at)):
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return found.start()
        return -1

    def _quoted(self, at: int) -> int:
        depth = 0
        for found in _QUOTE_OR_BRACE.finditer(self._text, at, self._limit(at)):
            if found[0] == '"':
                if depth == 0:
                    return found.start()
            else:
                depth += 1 if found[0] == "{" else -1
                if depth < 0:
                    return -1
        return -1

    def _gap(self, at: int) -> int:
        return _end(_GAP.match(self._text, at))


def _end(found: re.Match[str] | None) -> int:
    return found.end() if found else 0
