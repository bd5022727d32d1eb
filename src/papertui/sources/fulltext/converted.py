r"""Markdown that a converter made of arXiv's pages: what it writes in another way than an author would.

Headings are underlined even where they begin with a number, which Markdown takes for a list. Footnotes are where they
are referred to, with “††footnotetext:” before them, and commands that LaTeXML does not know are words.
"""

from __future__ import annotations

import re
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE: Final = re.compile(r"(=+|-{2,})\s*$")
_NOT_TITLE: Final = re.compile(r"\s*$|#|[>|]|[*+-]\s|!\[")
#: Links and buttons of arXiv's page.
_FRAME: Final = re.compile(
    r"(?:Report issue for preceding element|Report Issue|Back to arXiv|Back to Abstract|Why HTML\?|Download PDF"
    r"|Learn more|This is experimental HTML to improve accessibility\..*"
    r"|Use Alt\+Y to toggle.*|Learn more about this project and.*"
    r"|arXiv is now an independent nonprofit!|×)\s*$"
)
_UNKNOWN: Final = re.compile(
    r"\\useunder(?:\s*\{?\\?u(?:l|line)\b\}?){0,2}(?:\{\})?|\\(?:undefine@key|newfloat\w*)(?:\s*newfloat\w*)?"
    r"|\\(?:fnm|sur|equalcont|orgname|orgdiv|orgaddress|postcode|pfx|spfx|sfx|tanm|dgr|corresp|corresponding|icmlauthor"
    r"|affil|uline|ul|AND|And|faIcon|IEEEauthorrefmark|IEEEauthorblock[NA]|footnotemark)(?![A-Za-z])\*?"
)
_MARK: Final = r"[†‡*∗§¶‖⋆\d][†‡*∗§¶‖⋆\d ]{0,7}"
_NOTE: Final = re.compile(rf"(?:{_MARK})?\s*(?:footnotetext|thanks|institutetext|affiliationtext):\s*")
#: “1 1 footnotemark: 1”.
_REFERRED: Final = re.compile(rf"\s?{_MARK}?\s*footnotemark:\s*({_MARK})?")
_RAISED: Final = str.maketrans("0123456789∗", "⁰¹²³⁴⁵⁶⁷⁸⁹*", " ")
_ENDED: Final = re.compile(r"[.!?)\]”]\s*$|^\s*$")
#: The beginning of a footnote that has its own paragraph.
NOTE: Final = "\ue002"


def tidied(text: str) -> str:
    """Return the text with headings, footnotes and names as an author would have written them."""
    made: list[str] = []
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if fence or found:
            if fence and found and found[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            elif found and not fence:
                fence = found[1]
            made.append(line)
        elif _UNDERLINE.match(line) and made and not _NOT_TITLE.match(made[-1]):
            title = made.pop().strip()
            made += ["", f"{'#' if line[0] == '=' else '##'} {title}", ""]
        elif not _FRAME.match(line):
            made.append(_with_notes(_UNKNOWN.sub(" ", line) if "\\" in line else line))
    return "\n".join(made)


def _with_notes(line: str) -> str:
    """Return a line with its footnotes in paragraphs behind it, where it is seen that a sentence ended before them."""
    if "text:" not in line and "thanks:" not in line and "footnotemark" not in line:
        return line
    line = _REFERRED.sub(lambda found: (found[1] or "").translate(_RAISED).replace(" ", ""), line)
    notes = list(_NOTE.finditer(line))
    if not notes:
        return line
    pieces = [line[: notes[0].start()]]
    for note, end in zip(notes, [note.start() for note in notes[1:]] + [len(line)], strict=True):
        mark = note[0].strip().translate(_RAISED)[:1]
        words = line[note.end() : end].strip()
        if _ENDED.search(pieces[-1]):
            pieces.append(f"\n\n{NOTE}{mark if mark in '†‡*§¶‖⋆⁰¹²³⁴⁵⁶⁷⁸⁹' else '†'} {words}\n\n")
        else:
            pieces.append(f"{mark} {words}")
    return "".join(pieces)
