"""Lists of names in bibliographies, as BibTeX and BibLaTeX write them.

In an entry they are plain text in the same form: ``von Last, Jr, First and {The Example Collaboration} and others``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from papertui.citations.keys import AuthorName, split_name
from papertui.citations.tex import escape_tex

_AND = re.compile(r"\s+and(?=\s)", re.IGNORECASE)
_BLANK = re.compile(r"(?:\s|(?<!\\)~)+")
#: A name in parts: https://ctan.org/pkg/biblatex, “Data annotations: extended name format”.
_PART = re.compile(
    r"\s*\"?\s*(family|given|prefix|suffix|useprefix|juniorcomma|[a-z]+-i|id|hash[a-z]*)\s*=", re.IGNORECASE
)
_OTHERS = "others"
#: What stands before the first letter of a word: braces, and commands of which the letter is the argument.
_BEFORE_LETTER = re.compile(r"(?:[{]|\\(?:[^A-Za-z]|[A-Za-z]+\s*(?=[{\\A-Za-z]))|[^\w\\{])*")
_LETTER_COMMAND = re.compile(r"\{?\\(aa|ae|oe|o|l|ss|dh|dj|th|ng|i|j|AA|AE|OE|O|L|DH|DJ|TH|NG)(?![A-Za-z])")


class NameList(NamedTuple):
    """The people in a field."""

    names: tuple[AuthorName, ...] = ()
    others: bool = False  # whether there are more, who are not named

    def shown(self) -> tuple[str, ...]:
        """Return the names as papers have them, first names first."""
        return tuple(map(str, self.names))


def parse_names(value: str, plain: Callable[[str], str] = str) -> NameList:
    """Parse the names in a field.

    Args:
        value: the field.
        plain: turns a part of a name from TeX into text; the value of an entry is text already.
    """
    names: list[AuthorName] = []
    others = False
    for part in split_list(value):
        if part.strip("{} ").lower() == _OTHERS:
            others = True
            continue
        name = _parsed(part, plain)
        if str(name).strip():
            names.append(name)
    return NameList(tuple(names), others)


def of_people(names: Iterable[str]) -> NameList:
    """Return the names of a paper, first names first, as a list."""
    return NameList(tuple(split_name(name) for name in names if name.strip()))


def format_names(people: NameList) -> str:
    """Format names as the value of an entry."""
    return " and ".join([*(_written(name, _unbraced) for name in people.names), *([_OTHERS] if people.others else [])])


def tex_names(people: NameList, *, ascii_only: bool) -> str:
    """Format names as a field of a bibliography."""

    def text(value: str) -> str:
        return escape_tex(value, ascii_only=ascii_only)

    return " and ".join([*(_written(name, text) for name in people.names), *([_OTHERS] if people.others else [])])


def has_parts(value: str) -> bool:
    """Whether a field names the parts of names, ``family=…``, which only biber understands."""
    return any(_PART.match(part) for part in split_list(value))


def split_list(value: str) -> list[str]:
    """Split a field at each “and” outside of braces."""
    parts, start = [], 0
    depths = _depths(value)
    for found in _AND.finditer(value):
        if depths[found.start()] == 0:
            parts.append(value[start : found.start()])
            start = found.end()
    return [part.strip() for part in [*parts, value[start:]] if part.strip()]


def _depths(text: str) -> Sequence[int]:
    """Return for each character how many braces enclose it; a closing brace counts as outside."""
    if "{" not in text:
        return bytes(len(text))
    depth, depths = 0, []
    for char in text:
        depth = max(0, depth - (char == "}"))
        depths.append(depth)
        depth += char == "{"
    return depths


# --- reading -----------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _parsed(part: str, plain: Callable[[str], str]) -> AuthorName:
    def text(value: str) -> str:
        return " ".join(_unbraced(plain(_BLANK.sub(" ", value).strip())).split())

    depths = _depths(part)
    if part.startswith("{") and part.endswith("}") and 0 not in depths[1:-1] and part[1:2] != "\\":
        return AuthorName(text(part), many=True)
    pieces = _split(part, depths, ",")
    if all(_PART.match(piece) for piece in pieces):
        return _in_parts(pieces, text)
    last, *rest = pieces
    rest = list(filter(None, rest))
    return _last_first(last, rest, text) if last and rest else _first_last(" ".join([last, *rest]), text)


def _last_first(last: str, rest: list[str], text: Callable[[str], str]) -> AuthorName:
    """Parse ``von Last, Jr, First``; also with the suffix at the end, as in RIS, or with nothing but a suffix."""
    *between, first = rest
    jr = between.pop(0) if between else ""
    if jr and _is_suffix(text(first)) and not _is_suffix(text(jr)):
        first, jr = jr, first
    elif not jr and _is_suffix(text(first)) and " " in last:
        return _first_last(last, text)._replace(jr=text(first))
    first = ", ".join([*between, first])
    words = _words(last)
    stop = max((place + 1 for place, word in enumerate(words[:-1]) if _is_small(word)), default=0)
    known = split_name(f"{text(last)}, X")
    if not stop and not known.many and "{" not in last and known.von:  # “De la Torre, Fernando”
        return AuthorName(known.last, text(first), known.von, text(jr))
    return AuthorName(text(" ".join(words[stop:])), text(first), text(" ".join(words[:stop])), text(jr))


def _first_last(part: str, text: Callable[[str], str]) -> AuthorName:
    """Parse a name without commas; what BibTeX leaves open, such as Dutch particles with a capital, is guessed."""
    words = _words(part)
    small = [place for place, word in enumerate(words[:-1]) if place and _is_small(word)]
    shown = [text(word) for word in words]
    if not any("{" in word and "\\" not in word for word in words):
        guessed = split_name(" ".join(shown))
        if not small or guessed.von.split()[-1:] == [shown[small[-1]]] or guessed.many:
            return guessed
    if len(words) < 2:  # noqa: PLR2004 - a first name and a surname
        return AuthorName("".join(shown))
    start, stop = (small[0], small[-1] + 1) if small else (len(words) - 1, len(words) - 1)
    return AuthorName(" ".join(shown[stop:]), " ".join(shown[:start]), " ".join(shown[start:stop]))


def _in_parts(pieces: list[str], text: Callable[[str], str]) -> AuthorName:
    parts: dict[str, str] = {}
    for piece in pieces:
        name, _, value = piece.strip().strip('"').partition("=")
        parts[name.strip().lower()] = text(value.strip().strip('"'))
    family, given = parts.get("family", ""), parts.get("given", "")
    return AuthorName(family or given, given if family else "", parts.get("prefix", ""), parts.get("suffix", ""))


def _is_suffix(value: str) -> bool:
    return split_name(f"X Y {value}").jr == value if value and " " not in value else False


def _words(part: str) -> list[str]:
    """Split at white space outside of braces."""
    depths = _depths(part)
    words: list[str] = []
    start = 0
    for blank in _BLANK.finditer(part):
        if depths[blank.start()] == 0:
            words.append(part[start : blank.start()])
            start = blank.end()
    words.append(part[start:])
    # A command ends at a blank: “\O stlund” is one word.
    joined: list[str] = []
    for word in filter(None, words):
        if joined and re.search(r"\\[A-Za-z]+$|\\[^A-Za-z\s]$", joined[-1]):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def _split(text: str, depths: Sequence[int], sign: str) -> list[str]:
    pieces = [""]
    for char, depth in zip(text, depths, strict=True):
        if char == sign and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece.strip() for piece in pieces]


def _is_small(word: str) -> bool:
    """Whether a word belongs to “von”: its first letter, outside of braces or from a command, is in lower case."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    if found := _LETTER_COMMAND.match(word):
        return found[1].islower()
    found = _BEFORE_LETTER.match(word)
    letter = word[found.end() : found.end() + 1] if found else ""
    return letter.islower()


def _unbraced(value: str) -> str:
    return value.replace("{", "").replace("}", "")


# --- writing -----------------------------------------------------------------------------------------


def _written(name: AuthorName, text: Callable[[str], str]) -> str:
    if name.many or not name.first:
        whole = str(name)
        is_plain = not name.many and not name.von and not name.jr and len(whole.split()) == 1 and not _divides(whole)
        return text(whole) if is_plain else f"{{{text(whole)}}}"
    last = _guarded(name.last, text)
    if last[:1] != "{" and any(word[:1].islower() for word in name.last.split()[:-1]):
        last = f"{{{last}}}"  # or else it would begin with a “von”
    von = " ".join(_guarded(word, text) for word in name.von.split())
    first = _guarded(name.first, text)
    behind = f", {_guarded(name.jr, text)}, {first}" if name.jr else f", {first}"
    return f"{von} {last}{behind}" if von else f"{last}{behind}"


def _guarded(part: str, text: Callable[[str], str]) -> str:
    # BibTeX splits at a comma or “and” outside of braces.
    return f"{{{text(part)}}}" if _divides(part) else text(part)


def _divides(value: str) -> bool:
    return "," in value or "and" in value.lower().split()
