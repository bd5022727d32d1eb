"""The man page, in the man macros of roff, made from the command line and a few tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from command_tree import Argument, Command

#: What roff would read as a request or an escape, and letters that it would make typographic.
_ESCAPES = str.maketrans({"\\": r"\e", "-": r"\-", "'": r"\(aq", "^": r"\(ha", "~": r"\(ti", "`": r"\(ga"})


def man_page(
    program: Command,
    version: str,
    *,
    exit_codes: Sequence[tuple[str, str]],
    environment: Sequence[tuple[str, str]],
    files: Sequence[tuple[str, str]],
) -> str:
    """The page for section 1. It has no date, so that it changes only when the program does."""
    lines = [
        f'.TH {program.name.upper()} 1 "" "{escape(f"{program.name} {version}")}" "User commands"',
        ".SH NAME",
        rf"{escape(program.name)} \- trending research papers in your terminal",
        ".SH SYNOPSIS",
        *_synopsis(program),
        ".SH DESCRIPTION",
        *_text(program.about),
        ".SH OPTIONS",
        *_arguments(program.options),
        ".SH COMMANDS",
    ]
    for command in program.walk():
        if command is not program and (command.runs_alone or not command.commands):
            lines += _command(command)
    lines += [".SH EXIT STATUS", *_terms(exit_codes), ".SH ENVIRONMENT", *_terms(environment), ".SH FILES"]
    lines += [*_terms(files), ".SH EXAMPLES", *_as_is(program.examples), ".SH NOTES", *_notes(program)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """`text` as roff prints it letter for letter. A line that begins with a full stop is no request."""
    escaped = text.translate(_ESCAPES)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def _command(command: Command) -> Iterator[str]:
    yield f'.SS "{escape(command.name)}"'
    yield from _synopsis(command)
    yield ".PP"
    yield from _text(command.about)
    yield from _arguments((*command.arguments, *command.options))
    if command.examples:
        yield ".PP"
        yield "Examples:"
        yield ".PP"
        yield ".RS 4"
        yield from _as_is(command.examples)
        yield ".RE"
    yield from _notes(command)


def _notes(command: Command) -> Iterator[str]:
    for text, as_is in command.paragraphs:
        if not text.startswith("exit codes:"):  # a section of the page
            yield ".PP"
            yield from _as_is(text) if as_is else _text(text)


def _synopsis(command: Command) -> Iterator[str]:
    yield f".B {escape(command.name)}"
    rest = command.usage.removeprefix(command.name).strip()
    if rest:
        yield escape(rest)


def _arguments(arguments: Iterable[Argument]) -> Iterator[str]:
    for argument in arguments:
        flags = ", ".join(rf"\fB{escape(flag)}\fR" for flag in argument.flags)
        value = rf"\fI{escape(argument.value)}\fR" if argument.value else ""
        yield ".TP"
        yield f"{flags} {value}".strip()
        yield from _text(argument.help)


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in terms:
        yield ".TP"
        yield rf"\fB{escape(term)}\fR"
        yield from _text(meaning)


def _text(text: str) -> Iterator[str]:
    yield escape(" ".join(text.split()))


def _as_is(text: str) -> Iterator[str]:
    yield ".nf"
    for line in text.splitlines():
        yield escape(line) or r"\&"
    yield ".fi"
