r"""Accents and letters of national alphabets in bibliographies: ``\'{\i}``, ``{\v{c}}``, ``\H o``, ``{\ss}``.

Titles in feeds are read with doubt (`papertui.tex.prose`): ``don\'t`` is no accent there. In a bibliography TeX is
meant, so each accent counts that results in a letter of Unicode, also without braces.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from papertui.tex.tables import ACCENTS, LETTERS

#: Accents that the tables of titles do not have, because the commands are rare or mean something else there.
_MORE_ACCENTS: Final = {"U": "\u030e", "G": "\u030f", "f": "\u0311", "h": "\u0309", "textcommabelow": "\u0326"}
_ACCENTS: Final = {**ACCENTS, **_MORE_ACCENTS}
_BELOW: Final = frozenset("\u0323\u0326\u0327\u0328\u0331")
_TIE = "\u0361"
_DOTLESS: Final = {"ı": "i", "ȷ": "j"}
_ENDING: Final = re.compile(r"(?:[stdm]|re|ve|ll)\b")
_ENGLISH: Final = re.compile(
    r"\b(?:the|of|an?|and|in|on|for|to|what|it|let|with|from|by|is|are|how|why)\b", re.IGNORECASE
)
_ACCENT = re.compile(r"\\(?:([`'^\"~=.])|(textcommabelow|[A-Za-z](?![A-Za-z])))")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
#: Quotation marks by their names in German and French.
_QUOTES: Final = {"glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "glq": "‚", "grq": "‘", "flq": "‹", "frq": "›"}
_LETTERS: Final = {**LETTERS, **_QUOTES}
_BLANKS = re.compile(r"\s*")
_MATH = re.compile(r"(?<!\\)\$")
_GROUPED = re.compile(r"\{([^\x00-\x7f])\}")
_DEEPEST = 20


def letters_of(text: str) -> str:
    """Replace the commands for letters and accents in `text` outside of mathematics; everything else stays."""
    if "\\" not in text:
        return text
    pieces = _MATH.split(text)
    if len(pieces) % 2 == 0:  # a dollar without a partner is no mathematics
        return _converted(text)
    # Every second piece is mathematics.
    return "$".join(piece if place % 2 else _converted(piece) for place, piece in enumerate(pieces))


def with_letters(source: str) -> str:
    """Return TeX with the letters of Unicode in place of commands and the braces around them."""
    return _GROUPED.sub(r"\1", unicodedata.normalize("NFC", letters_of(source)))


def _converted(text: str) -> str:
    out: list[str] = []
    at = 0
    while (place := text.find("\\", at)) >= 0:
        out.append(text[at:place])
        letter, behind = _letter(text, place, 0)
        if letter and _is_english(text, place, letter):
            letter = ""
        if letter:
            out.append(letter)
            at = behind
        else:
            out.append(text[place : place + 2])
            at = place + 2
    return "".join([*out, text[at:]])


def _is_english(text: str, place: int, letter: str) -> bool:
    r"""Whether ``\'`` is an apostrophe that some program has escaped: ``don\'t``, ``the author\'s``."""
    if text[place + 1] != "'" or not text[place - 1 : place].isalpha():
        return False
    ending = _ENDING.match(text, place + 2)
    if ending is None:
        return False
    # The letters exist only in “wieś”, so other words must say which language it is.
    return ending[0] != "s" or len(letter) > 1 or _ENGLISH.search(text) is not None


def _letter(text: str, place: int, depth: int) -> tuple[str, int]:
    """Return the letters that the command at `place` stands for and where it ends; nothing for other commands."""
    accent = _ACCENT.match(text, place)
    if accent and (name := accent[1] or accent[2]) in _ACCENTS and depth < _DEEPEST:
        found = _accented(text, accent.end(), _ACCENTS[name], depth, is_word=accent[2] is not None)
        if found[0]:
            return found
    command = _COMMAND.match(text, place)
    if command is None or command[1] not in _LETTERS:
        return "", place
    behind = command.end()
    if text.startswith("{}", behind):
        return _LETTERS[command[1]], behind + 2
    return _LETTERS[command[1]], _after_blanks(text, behind)


def _accented(text: str, at: int, mark: str, depth: int, *, is_word: bool) -> tuple[str, int]:
    """Read the argument of an accent at `at` and put the mark on its first letter."""
    start = _after_blanks(text, at)
    if text.startswith("{", start):
        close = _close(text, start)
        if close < 0:
            return "", at
        inner = _argument(text[start + 1 : close], depth + 1)
        return _with_mark(inner, mark, any_letter=True), close + 1
    if text.startswith("\\", start):
        letter, behind = _letter(text, start, depth + 1)
        return (_with_mark(letter, mark, any_letter=True), behind) if letter else ("", at)
    if is_word and start == at:  # the name of an accent ends at a blank
        return "", at
    return _with_mark(text[start : start + 1], mark, any_letter=False), start + 1


def _argument(inner: str, depth: int) -> str:
    """Return the text of a group, whose own accents come first."""
    inner = inner.strip()
    while inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1].strip()
    if not inner.startswith("\\"):
        return inner
    letter, behind = _letter(inner, 0, depth)
    return letter + inner[behind:] if letter else ""


def _with_mark(letters: str, mark: str, *, any_letter: bool) -> str:
    """Put an accent on the first letter; nothing if it is no letter, or has no such accent in Unicode."""
    # An accent that is there already belongs to the letter.
    parts = unicodedata.normalize("NFD", letters)
    marks = 1
    while marks < len(parts) and unicodedata.combining(parts[marks]):
        marks += 1
    first, rest = parts[:marks], parts[marks:]
    if not first[:1].isalpha():
        return ""
    if mark == _TIE:
        return f"{first}{mark}{unicodedata.normalize('NFC', rest)}" if rest else ""
    if mark not in _BELOW:
        if first in _DOTLESS and mark == "\u0307":  # TeX puts a dot on the letter without one
            return _DOTLESS[first] + rest
        first = _DOTLESS.get(first[0], first[0]) + first[1:]
    accented = unicodedata.normalize("NFC", first + mark)
    if not any_letter and len(accented) > 1:
        return ""
    return accented + unicodedata.normalize("NFC", rest)


def _close(text: str, start: int) -> int:
    depth = 0
    for place in range(start, min(len(text), start + 200)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return -1


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
