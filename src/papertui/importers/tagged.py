"""Records of lines that begin with a tag: RIS, EndNote's refer, PubMed's MEDLINE, and Web of Science."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

#: A record with three thousand authors and all affiliations is smaller.
LONGEST_RECORD = 1 << 20


class TaggedField(NamedTuple):
    """A tag and its value, with a line feed before each continuation line."""

    tag: str
    value: str


class TagGrammar(NamedTuple):
    """How a format writes its fields and separates its records."""

    #: Returns the field that begins in a line; ``None`` for a continuation line.
    field: Callable[[str], TaggedField | None]
    #: The tag of the first field of each record.
    first: str
    #: The tag of the line that ends a record; empty if the format has none.
    last: str = ""
    #: Whether a blank line ends a record.
    blank_ends: bool = False


class TaggedRecord(NamedTuple):
    """A record as written; its lines are in the order of the file."""

    fields: tuple[TaggedField, ...]
    #: Whether it is longer than `LONGEST_RECORD`; then its last fields are missing.
    too_long: bool = False

    def all(self, *tags: str) -> list[str]:
        """Return the values of the fields with one of `tags`, in the order of the file."""
        return [field.value for field in self.fields if field.tag in tags]

    def first(self, *tags: str) -> str:
        """Return the value of the first of `tags` that has one; empty if none has."""
        for tag in tags:
            for field in self.fields:
                if field.tag == tag and field.value:
                    return field.value
        return ""


def read_records(text: str, grammar: TagGrammar) -> Iterator[TaggedRecord]:
    """Yield the records of a file. A record that does not end is closed where the next one begins.

    Lines between records, such as headers and counters (“2.”), are skipped.
    """
    record = _Record()
    # Universal newlines: LF, CR LF, and the CR of old programs on the Macintosh.
    for line in io.StringIO(text, newline=None):
        field = grammar.field(line)
        if field is None:
            if not line.strip() and grammar.blank_ends and record.fields:
                yield record.closed()
                record = _Record()
            else:
                record.go_on(line)
        elif field.tag == grammar.last and grammar.last:
            if record.fields:
                yield record.closed()
            record = _Record()
        else:
            if field.tag == grammar.first and record.has(grammar.first):
                yield record.closed()
                record = _Record()
            record.add(field)
    if record.fields:
        yield record.closed()


_COUNTER = re.compile(r"\s*[\[(<]?\d{1,6}[\])>.:]*\s*", re.ASCII)


class _Record:
    """The record that is being read."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, list[str]]] = []
        self._size = 0

    def has(self, tag: str) -> bool:
        return any(name == tag for name, _ in self.fields)

    def add(self, field: TaggedField) -> None:
        self._size += len(field.value) + 1
        if self._size <= LONGEST_RECORD:
            self.fields.append((field.tag, [field.value.strip()]))

    def go_on(self, line: str) -> None:
        self._size += len(line)
        if self.fields and self._size <= LONGEST_RECORD:
            self.fields[-1][1].append(line.strip())

    def closed(self) -> TaggedRecord:
        if len(self.fields) > 0:
            lines = self.fields[-1][1]
            while len(lines) > 1 and not lines[-1]:
                lines.pop()
            # The counter of the next record belongs to a value only if it is its first line.
            if len(lines) > 1 and _COUNTER.fullmatch(lines[-1]):
                lines.pop()
        fields = tuple(TaggedField(tag, "\n".join(lines).strip()) for tag, lines in self.fields)
        return TaggedRecord(fields, too_long=self._size > LONGEST_RECORD)
