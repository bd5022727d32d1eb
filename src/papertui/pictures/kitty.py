"""Kitty's graphics protocol with Unicode placeholders: pictures that scroll and are clipped like text.

https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator

#: The cell of a picture. Its colour says of which picture, its diacritics say which cell.
PLACEHOLDER = "\U0010eeee"
#: The diacritics of the numbers from 0 on: kitty's list of combining characters of class 230 in Unicode 6.0.0.
_DIACRITICS = (
    "0305 030D-030E 0310 0312 033D-033F 0346 034A-034C 0350-0352 0357 035B 0363-036F 0483-0487 0592-0595 0597-0599 "
    "059C-05A1 05A8-05A9 05AB-05AC 05AF 05C4 0610-0617 0657-065B 065D-065E 06D6-06DC 06DF-06E2 06E4 06E7-06E8 "
    "06EB-06EC 0730 0732-0733 0735-0736 073A 073D 073F-0741 0743 0745 0747 0749-074A 07EB-07F1 07F3 0816-0819 "
    "081B-0823 0825-0827 0829-082D 0951 0953-0954 0F82-0F83 0F86-0F87 135D-135F 17DD 193A 1A17 1A75-1A7C 1B6B "
    "1B6D-1B73 1CD0-1CD2 1CDA-1CDB 1CE0 1DC0-1DC1 1DC3-1DC9 1DCB-1DCC 1DD1-1DE6 1DFE 20D0-20D1 20D4-20D7 20DB-20DC "
    "20E1 20E7 20E9 20F0 2CEF-2CF1 2DE0-2DFF A66F A67C-A67D A6F0-A6F1 A8E0-A8F1 AAB0 AAB2-AAB3 AAB7-AAB8 AABE-AABF "
    "AAC1 FE20-FE26 10A0F 10A38 1D185-1D189 1D1AA-1D1AD 1D242-1D244"
)
#: Base64 letters in one command.
_CHUNK = 4096
#: The identity of the picture in the question, which is never stored.
_ASKED = 31
#: Asks whether the terminal has the protocol, and for its name (XTVERSION).
QUESTION = f"\x1b_Gi={_ASKED},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
NAME_QUESTION = "\x1b[>0q"
#: Terminals with Unicode placeholders; others have the rest of the protocol only.
_HAVE_PLACEHOLDERS = re.compile(r"kitty|ghostty", re.IGNORECASE)
_ANSWER = re.compile(rf"\x1b_G(?:[^;\x1b]*,)?i={_ASKED}(?:,[^;\x1b]*)?;OK\x1b\\")
_NAME = re.compile(r"\x1bP>\|([^\x1b]*)\x1b\\")


def _numbers(ranges: str) -> Iterator[str]:
    for one in ranges.split():
        first, _, last = one.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


DIACRITICS = tuple(_numbers(_DIACRITICS))
_CELLS = re.compile(f"{PLACEHOLDER}[{''.join(DIACRITICS)}]*")
#: The greatest number of rows and columns of a picture.
MOST_CELLS = len(DIACRITICS)


def says_yes(answer: str) -> bool:
    """Whether an answer of the terminal says that it has the protocol."""
    return _ANSWER.search(answer) is not None


def terminal_name(answer: str) -> str:
    """Return the name and version in an answer of the terminal; empty if it is another answer."""
    found = _NAME.search(answer)
    return found[1] if found else ""


def has_placeholders(name: str) -> bool:
    """Whether a terminal with this name draws pictures in the place of placeholders."""
    return _HAVE_PLACEHOLDERS.search(name) is not None


def transmission(identity: int, png: bytes, columns: int, rows: int) -> Iterator[str]:
    """Yield the commands that send a PNG file as it is, to be drawn over `columns` x `rows` placeholders.

    ``q=2``: the terminal answers neither with success nor with errors, which would arrive as keys.
    """
    data = b64encode(png).decode("ascii")
    facts = f"a=T,U=1,q=2,f=100,t=d,i={identity},c={columns},r={rows},"
    for start in range(0, max(len(data), 1), _CHUNK):
        more = int(start + _CHUNK < len(data))
        yield f"\x1b_G{facts}m={more};{data[start : start + _CHUNK]}\x1b\\"
        facts = "q=2,"  # only these two keys may follow


def deletion(identity: int) -> str:
    """Return the command that removes a picture and frees its data."""
    return f"\x1b_Ga=d,d=I,q=2,i={identity}\x1b\\"


def placeholders(row: int, columns: int, high: int = 0) -> str:
    """Return the text of a row of a picture; the colour of the text is the rest of its identity.

    Args:
        row: which row of the picture.
        columns: its width in cells.
        high: the highest eight bits of the identity.
    """
    lead, tail = PLACEHOLDER + DIACRITICS[row], DIACRITICS[high] if high else ""
    return "".join(f"{lead}{column}{tail}" for column in DIACRITICS[:columns])


def through_tmux(command: str) -> str:
    """Return a command for the terminal outside of tmux."""
    return "\x1bPtmux;" + command.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def without_pictures(text: str) -> str:
    """Return a text with blanks in the place of placeholders, for when their pictures are gone."""
    return _CELLS.sub(" ", text) if PLACEHOLDER in text else text
