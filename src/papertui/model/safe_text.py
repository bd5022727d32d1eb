r"""Sanitising text from outside: the result cannot control the terminal and contains no hidden characters.

What is removed and why:

- Complete escape sequences (ECMA-48, ECMA-35), so that ``\x1b[31mred`` becomes ``red``. Of an unterminated sequence
  (``\x1b]0;title``) only the introducer is removed: a sequence must not swallow the words after it.
- All control characters except the line feed. A carriage return becomes a line feed, other white space a space.
- Characters that change the writing direction (UAX 9: embeddings, overrides, isolates, marks). Right-to-left letters
  have their direction built in and stay.
- Invisible characters (zero widths, soft hyphens, tags, annotation marks, fillers), except where a script needs them:
  joiners of emoji, Arabic and Indic scripts, well-formed flags, one variation selector after a character that takes it.
- Whatever makes a grapheme longer than any script or emoji needs: combining marks, joined emoji, skin tones, jamo.

Private use characters become U+FFFD: only the writer's font defines them, and in the user's font they may look like a
symbol of this program. So do noncharacters and lone surrogates. Nothing is normalised (no NFC, no NFKC): letters stay
as they were sent, and the search folds them separately.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: The maximum of general marks (Latin, Greek, phonetics, mathematics) on one letter: IPA uses three.
_MOST_ACCENTS = 4
#: The maximum of marks in a row in any script: Tibetan and pointed Hebrew with accents need six.
_MOST_MARKS = 8
#: The maximum of emoji, or of letters and half letters, joined to one sign: families have four members, conjuncts five
#: consonants.
_MOST_JOINED = 8

# Patterns are compiled on first use: most texts need none, and the start of the app needs none at all.
# The bodies of strings exclude all control characters, so that no start is scanned twice: the time stays linear.
_SEQUENCES = cache(
    lambda: re.compile(
        r"""
      (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]                                           # CSI: colours, cursor, modes
    | (?:\x1b\]|\x9d)[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)                  # OSC: titles, links, clipboard
    | (?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x1b\\|\x9c)     # DCS, SOS, PM, APC
    | (?:\x1b\[|\x9b)[0-?]*[ -/]*                                                # a CSI cut short
    | \x1b[\]PX^_]                                                               # a string that never ends
    | \x1b[ -/]*[0-~]                                                            # all other escapes
    """,
        re.VERBOSE,
    )
)
_LINE_FEEDS = cache(lambda: re.compile("\r\n?"))
_SPACES = cache(lambda: re.compile("[\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029\u3164\uffa0]"))
_UNKNOWN = cache(
    lambda: re.compile(
        "[\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
        + "".join(chr(plane + last) for plane in range(0x10000, 0xF0000, 0x10000) for last in (0xFFFE, 0xFFFF))
        + "]"
    )
)
_SURROGATE_PAIR = cache(lambda: re.compile("[\ud800-\udbff][\udc00-\udfff]"))
_HIDDEN = cache(
    lambda: re.compile(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls
        "\u00ad\u034f\u17b4\u17b5"  # soft hyphen, grapheme joiner, Khmer vowels without a shape
        "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
        "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"  # zero widths, invisible operators, annotations
        "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # layout of hieroglyphs, shorthand, music
        "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"  # tags and reserved code points
    )
)

_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Scripts whose letters change shape at a joiner: Arabic and related, Indic, Tibetan, Myanmar, Khmer, Mongolian.
_JOINING = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua8e0-\ua8ff\ua9e0-\ua9ff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00011000-\U000114df"
)
_MONGOLIAN = "\u1820-\u18aa"
_JAMO = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_TAGS = "\U000e0020-\U000e007f"
_MAYBE = f"\u115f\u1160\u180e\u200c\u200d{_SELECTORS}{_TAGS}"
#: Invisible characters that some script needs in some place.
_INVISIBLE = cache(lambda: re.compile(f"[{_MAYBE}]+"))


@cache
def _wanted() -> re.Pattern[str]:
    """Compile the pattern of valid invisible characters; each alternative is one valid context."""
    return re.compile(
        "|".join(
            (
                # the flags of England, Scotland, Wales and other regions (UTS 51)
                "(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",
                # an emoji or symbol in its coloured or plain shape, possibly joined to the next one
                f"(?<=[{_EMOJI}])[\ufe0e\ufe0f](?:\u200d(?=[{_EMOJI}]))?",
                f"(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])",
                "(?<=[#*0-9])\ufe0f(?=\u20e3)",
                # variants of ideographs and of mathematical and Myanmar characters
                f"(?<=[{_IDEOGRAPH}])[\ufe00-\ufe02\U000e0100-\U000e01ef]",
                "(?<=[\u2200-\u22ff\u2a00-\u2aff\u1000-\u109f0])\ufe00",
                f"(?<=[{_JOINING}])[\u200c\u200d]",
                f"(?<=[{_MONGOLIAN}])[\u180b-\u180f]",
                f"\u115f(?=[\u1160-\u11a7])\u1160?|(?<=[{_JAMO}])\u1160",
            )
        )
    )


_ACCENT = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = ("Mn", "Me", "Mc")
_JOINERS = "\u200c\u200d"
#: Five or more characters that are neither letters nor ASCII: every excessive run of marks is inside such a match.
_CROWD = cache(lambda: re.compile(r"[^\w\s\x00-\x7f]{5,}"))
_ACCENT_HEAP = cache(lambda: re.compile(f"([{_ACCENT}]{{{_MOST_ACCENTS}}})[{_ACCENT}]+"))

_JOINER = "\u200d"
_TONES = "\U0001f3fb-\U0001f3ff"
#: What belongs to one emoji of a joined sequence.
_JOINED_EMOJI = cache(lambda: re.compile(f"[{_EMOJI}][\ufe0e\ufe0f{_TONES}]*"))
#: A longer part between two joiners is not one sign: a consonant has a few marks.
_LONGEST_PART = 5
_NUMBER_SIGNS = "\u0600-\u0605\u06dd\u08e2\U000110bd\U000110cd"
#: Letters that a virama between them makes one sign.
_LINKED = "\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"
_VIRAMA = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2"
#: Other runs that are one grapheme however long they are (UAX 29), and the length that is left of them.
_LONG_RUNS = cache(
    lambda: re.compile(
        "|".join(
            (
                f"(?<=[{_TONES}]{{5}})[{_TONES}]+",
                "(?<=[\u1100-\u115f\ua960-\ua97f]{8})[\u1100-\u115f\ua960-\ua97f]+",
                "(?<=[\u1160-\u11ff\ud7b0-\ud7ff]{4})[\u1160-\u11ff\ud7b0-\ud7ff]+",
                "(?<=[\uff9e\uff9f]{4})[\uff9e\uff9f]+",  # half-width sound marks
                # signs in front of numbers
                f"(?<=[{_NUMBER_SIGNS}]{{4}})[{_NUMBER_SIGNS}]+",
                f"(?<=(?:[{_LINKED}][{_VIRAMA}]){{{_MOST_JOINED}}})(?:[{_LINKED}][{_VIRAMA}])+",
            )
        )
    )
)

_PLAIN = frozenset("\n" + "".join(map(chr, range(0x20, 0x7F))))
#: Every character that `safe` may change, except runs of marks: most texts contain none.
_SUSPECT = cache(
    lambda: re.compile(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
        f"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uff9e-\uffa0\ufff0-\uffff\ud800-\uf8ff\ufdd0-\ufdef{_ACCENT}{_TONES}"
        f"{_NUMBER_SIGNS}"
        "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\U00013430-\U0001345f"
        "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
        + "".join(chr(plane + last) for plane in range(0x10000, 0xE0000, 0x10000) for last in (0xFFFE, 0xFFFF))
        + "]"
    )
)


@lru_cache(maxsize=4096)
def _is_harmless(sign: str) -> bool:
    """Whether `safe` leaves `sign` unchanged in every context."""
    return _SUSPECT().match(sign) is None and unicodedata.category(sign) not in _MARKS


_BLANK_LINE = cache(lambda: re.compile(r"\n[^\S\n]*\n"))


def safe(text: str) -> str:
    """Remove from `text` everything that could control a terminal or hide in it; letters of all scripts stay.

    The only control character left is the line feed. The function is idempotent and runs in linear time.
    """
    if text.isascii() and text.isprintable():
        return text
    if all(map(_is_harmless, set(text) - _PLAIN)):
        return text
    text = _SEQUENCES().sub("", text)
    text = _LINE_FEEDS().sub("\n", text)
    text = _SPACES().sub(" ", text)
    if not text.isascii():
        text = _SURROGATE_PAIR().sub(_joined, text)
        text = _UNKNOWN().sub(REPLACEMENT, text)
    text = _HIDDEN().sub("", text)
    if text.isascii():
        return text
    if _INVISIBLE().search(text):
        text = _without_invisible(text)
    if text.count(_JOINER) >= _MOST_JOINED:
        text = _without_long_chains(text)
    text = _LONG_RUNS().sub("", text)
    text = _CROWD().sub(_without_stacked_marks, text)
    return _ACCENT_HEAP().sub(r"\1", text)


def one_line(text: str) -> str:
    """Make `text` safe on one line, with all white space folded to single spaces and stripped at the ends."""
    if text.isascii():
        # Most texts have no white space to fold but line ends, and replacing these takes a third of the time.
        line = text.replace("\n", " ").strip(" ")
        if "  " not in line and line.isprintable():
            return line
        folded = " ".join(text.split())
        if folded.isprintable():  # only white space controls were unsafe, and they are gone
            return folded
    return " ".join(safe(text).split())


def excerpt(text: str, longest: int = 60) -> str:
    """Return the start of what a user wrote, to be quoted in a message, with ``?`` for unprintable characters."""
    return "".join(char if char.isprintable() else "?" for char in text[:longest])


def paragraphs(text: str) -> str:
    """Make `text` safe, with each paragraph on one line and one empty line between them: for notes and full texts."""
    folded = (" ".join(part.split()) for part in _BLANK_LINE().split(safe(text)))
    return "\n\n".join(part for part in folded if part)


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _without_stacked_marks(crowd: re.Match[str]) -> str:
    """Drop the marks of `crowd` that exceed what any script uses."""
    kept: list[str] = []
    height = 0
    for sign in crowd[0]:
        height = height + 1 if sign in _JOINERS or unicodedata.category(sign) in _MARKS else 0
        if height <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _without_long_chains(text: str) -> str:
    """Cut sequences of joined emoji to their first ones, and separate letters beyond the number that is ever joined."""
    first, *parts = text.split(_JOINER)
    kept = [first]
    joined = 1  # how many are joined at the end of `kept`
    for before, part in zip((first, *parts), parts, strict=False):
        if not _is_one_sign(before):
            joined = 1
        joined += 1
        if joined <= _MOST_JOINED:
            kept.append(_JOINER)
        elif emoji := _JOINED_EMOJI().match(part):
            kept.append(part[emoji.end() :])
            continue
        kept.append(part)
    return "".join(kept)


def _is_one_sign(part: str) -> bool:
    """Whether a part between two joiners is one emoji, or one letter with its marks."""
    if _JOINED_EMOJI().match(part):
        return _JOINED_EMOJI().fullmatch(part) is not None
    return len(part) <= _LONGEST_PART and not any(map(str.isspace, part))


def _without_invisible(text: str) -> str:
    """Drop the invisible characters of `text` that its script does not need."""
    kept: list[str] = []
    at = 0
    pattern = _wanted()
    for run in _INVISIBLE().finditer(text):
        kept.append(text[at : run.start()])
        wanted = pattern.match(text, run.start())
        if wanted is not None:
            kept.append(wanted[0])
        at = run.end()
    kept.append(text[at:])
    return "".join(kept)
