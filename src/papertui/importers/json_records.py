"""JSON objects from outside, and what is wrong with those that are not papers."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from papertui.errors import UsageError
from papertui.importers.files import LONGEST
from papertui.model.paper import paper_id
from papertui.model.paper_ids import arxiv_id
from papertui.model.safe_text import excerpt

#: A field's type: the type of the value, or of the items of a list.
FieldTypes = Mapping[str, tuple[type, ...]]
#: The bytes of a line without content, which may begin with a byte order mark.
BLANK = b" \t\r\n" + codecs.BOM_UTF8
_BLANKS = re.compile(r"[\s,]*")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
#: Characters parsed at a time. A value may be longer, up to `LONGEST`, but most are much shorter.
_WINDOW = 1 << 20
#: Attempts to parse that may each cost a scan of a whole `LONGEST`; then the rest of a damaged file is given up.
_MOST_ATTEMPTS = 200
#: The longest word of JSON that may be cut at the end of a window.
_SHORT = 16
#: Counts of papers, votes and stars are much shorter.
_MOST_DIGITS = 18
#: The bytes that are not UTF-8, as `surrogateescape` decodes them.
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
_NAMES = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}


class BadRecordError(Exception):
    """The line or entry is not a paper; the message says why in a few words."""


class _DamagedValueError(Exception):
    """A value is not valid JSON at `place`, or cannot be parsed.

    Args:
        place: where the next value may be looked for.
        why: the reason in a few words.
        deep: whether it is nested too deep.
    """

    def __init__(self, place: int, why: str = "not valid JSON", *, deep: bool = False) -> None:
        super().__init__(why)
        self.place = place
        self.deep = deep


class LongNumber:
    """Stands for a number of absurd length, which takes long to parse and is never a fact of a paper."""


class JsonEntry(NamedTuple):
    """A value in a file of JSON values."""

    value: object
    #: What is wrong with it, in a few words; empty if nothing is.
    problem: str = ""
    #: Whether it could be parsed.
    is_read: bool = True


def object_in(line: bytes) -> dict[str, Any]:
    """Return the JSON object in a line.

    Raises:
        BadRecordError: it is anything else.
    """
    try:
        value = json.loads(line.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except RecursionError:
        raise BadRecordError("nested too deep") from None
    except UnicodeDecodeError:
        raise BadRecordError("not UTF-8") from None
    except json.JSONDecodeError:
        if b"\0" in line:
            raise BadRecordError("not valid JSON: it contains NUL characters") from None
        raise BadRecordError("not valid JSON, perhaps truncated") from None
    except ValueError:  # of Python: more digits than it converts
        raise BadRecordError("a number has too many digits") from None
    if not isinstance(value, dict):
        raise BadRecordError(f"not a JSON object but {_named(value)}")
    return value


class JsonEntries:
    """The values of an array, or of JSON texts one after the other; a damaged one does not hide the others.

    They are parsed one at a time, so that memory stays bounded.

    Args:
        data: the file.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
        self._is_utf_8 = _NOT_UTF_8.search(self._text) is None
        self._decode = json.JSONDecoder(parse_int=_integer).raw_decode
        self._window, self._start = "", 0
        self._attempts = 0

    def __iter__(self) -> Iterator[JsonEntry]:
        text = self._text
        place = self._after_blanks(0)
        in_array = text.startswith("[", place)
        place = self._after_blanks(place + in_array)
        while place < len(text):
            if in_array and text[place] == "]":
                return
            try:
                value, end = self._value(place)
            except _DamagedValueError as error:
                end = self._end_of(place) if error.deep else self._next_entry(max(error.place, place + 1))
                rest = " from here on" if end == len(text) else ""
                in_array = in_array and not rest
                yield JsonEntry(None, f"{error}{rest}", is_read=False)
            else:
                escaped = not self._is_utf_8 and _NOT_UTF_8.search(text, place, end)
                yield JsonEntry(value, "not UTF-8; unreadable characters are replaced" if escaped else "")
            place = self._after_blanks(end)
        if in_array:
            yield JsonEntry(None, "the end of the file is missing", is_read=False)

    def _after_blanks(self, place: int) -> int:
        match = _BLANKS.match(self._text, place)
        return place if match is None else match.end()

    def _value(self, place: int) -> tuple[object, int]:
        """Parse the value at `place` and return it with its end.

        Raises:
            _DamagedValueError: it is not valid, or longer than `LONGEST`.
        """
        if not self._start <= place < self._start + len(self._window) - _WINDOW // 2:
            self._window, self._start = self._text[place : place + _WINDOW], place
        while True:
            try:
                value, end = self._decode(self._window, place - self._start)
            except RecursionError:
                raise _DamagedValueError(place, "nested too deep", deep=True) from None
            except json.JSONDecodeError as error:
                # At the end of the window, or in a string that does not end in it, the value may just be longer.
                cut = error.pos > len(self._window) - _SHORT or self._window[error.pos : error.pos + 1] == '"'
                cut = cut and self._start + len(self._window) < len(self._text)
                if cut and self._start == place and len(self._window) == LONGEST:
                    raise _DamagedValueError(self._start + error.pos, f"longer than {LONGEST >> 20} MB") from None
                if not cut or self._attempts >= _MOST_ATTEMPTS:
                    raise _DamagedValueError(self._start + error.pos) from None
                self._attempts += 1
                self._window, self._start = self._text[place : place + LONGEST], place
            else:
                return value, self._start + end

    def _end_of(self, place: int) -> int:
        """Return the end of a value that is nested too deep to parse."""
        depth = 0
        for match in _BRACKET.finditer(self._text, place):
            depth += (match[0] in "[{") - (match[0] in "]}")
            if depth == 0:
                return match.end()
        return len(self._text)

    def _next_entry(self, place: int) -> int:
        """Return where the next object with an id begins after a damaged one; the end of the file if none does."""
        while (place := self._text.find("{", place)) >= 0 and self._attempts < _MOST_ATTEMPTS:
            try:
                value, end = self._value(place)
            except _DamagedValueError:
                self._attempts += 1
                place += 1
                continue
            if isinstance(value, dict) and not value.keys().isdisjoint(("id", "paper")):
                return place
            place = end  # a part of the damaged object, such as an author
        return len(self._text)


def _integer(digits: str) -> int | LongNumber:
    return int(digits) if len(digits) <= _MOST_DIGITS else LongNumber()


def why_no_paper(record: Mapping[str, Any], *, only_arxiv: bool = True) -> str:
    """Return why an object with these facts is not a paper, in a few words; empty if its id and title are fine."""
    id_, title = record.get("id"), record.get("title")
    if id_ is None or id_ == "":
        return "no arXiv id" if only_arxiv else "no id"
    if not isinstance(id_, str):
        return f"the id is {_named(id_)}, not text"
    if not _is_id(id_, only_arxiv=only_arxiv):
        return f"“{excerpt(id_, 40)}” is not an arXiv id"
    if title is None:
        return "no title"
    return "" if isinstance(title, str) and title.strip() else f"the title is {_named(title)}"


def _is_id(text: str, *, only_arxiv: bool) -> bool:
    if only_arxiv:
        return arxiv_id(text) is not None
    try:
        return bool(paper_id(text))
    except UsageError:
        return False


def wrong_field(record: Mapping[str, Any], fields: FieldTypes) -> str:
    """Return which fact of `record` has a wrong type and is left out, in a few words; empty if none has.

    A missing fact and ``null`` are fine. In `fields`, the types of a list's items follow `list`.
    """
    for name, types in fields.items():
        value = record.get(name)
        if value is None:
            continue
        kind = type(value)
        if kind is types[0] and kind is not list:
            continue
        if kind not in types or (kind is list and not _all_of(value, types[types.index(list) + 1 :])):
            what = _named(value) if kind not in types else "a list with other values"
            return f"{name} is {what}; left out"
    return ""


def _all_of(items: list[Any], types: tuple[type, ...]) -> bool:
    return not types or all(type(item) in types for item in items)


def _named(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "empty" if not value.strip() else "text"
    return _NAMES.get(type(value), "a number with too many digits")
