r"""Formulas that a converter of arXiv's pages wrote two to four times, as text without delimiters.

It takes all that MathML has of a formula: what is shown, what it means, its TeX, and the TeX read aloud. Of
``$T_{1:j}$`` it makes ``T 1:j subscript 𝑇:1 𝑗 T_{1:j}italic_T start_POSTSUBSCRIPT 1 : italic_j end_POSTSUBSCRIPT``, or
``T 1:j T_{1:j}`` from newer pages. The letters of all of them are the same, in another order, so the TeX is where the
letters before it, and behind it if it is read aloud, are those in it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from papertui.tex.tables import FUNCTIONS, LETTERS, SIGNS

#: Longer formulas are left as they are.
_LONGEST: Final = 1_000
#: Runs compared for each letter of a line; a line of formulas needs about ten.
_MOST_COMPARED: Final = 60
_TOKEN: Final = re.compile(
    r"""(?P<spoken>(?:(?:italic|bold|roman|caligraphic|blackboard|fraktur|typewriter|sansserif|script|smallcaps|upright)\\?_)+(?=\S)
      |(?:start|end)\\?_[A-Z]+(?![A-Za-z])
      |(?:divide|square-root|binomial|continued-fraction)(?=\ start)
      |(?:over|under)[^\w\s]+(?=\ start))
    |(?P<meant>(?<!\w)(?:subscript|superscript|absent|conditional-set|conditional|cases|matrix|product|norm
      |missing-subexpression|delimited-\S+|evaluated-at|assign|similar-to|proportional-to|for-all
      )(?![A-Za-z])|(?<!\w)(?:normal|italic|bold)-(?=\S))
    |(?P<silent>\\(?:begin|end)\s*\{[A-Za-z]+\*?\}(?:\s*\\?\[\\?\])?(?:\{[lcr|@{}]{1,20}\})?
      |\\(?:vspace|hspace|label|mspace|raisebox|phantom|hphantom|vphantom)(?:%\s*)?\*?\s*\{[^{}]*\}
      |\\(?:color|textcolor)(?:\[\w+\])?\{[^{}]*\}|\\(?:hskip|kern|mkern)\s*-?[\d.]+\s*[a-z]{2}
      |\\(?:left|right|middle|[bB]igg?[lrm]?)\s*\.)
    |(?P<command>\\(?:[A-Za-z]+|[^A-Za-z\s]|\s))
    |(?P<sign>\S)""",
    re.VERBOSE,
)
_OTHERWISE: Final = {"|": "‖", "dots": "…", "ldots": "…", "mid": "|", "vert": "|"}
_SAME: Final = str.maketrans("−∗∣∥⁢⟨⟩⋆", "-*|‖ ⟨⟩*")
#: Signs that are grouping or accents in one of the copies.
_DROPPED: Final = frozenset("^_{}~¯˙¨˘ˇ´`&%$√→\\ \N{COMBINING CIRCUMFLEX ACCENT}")
_SPOKEN: Final = re.compile(r"(?:start|end)\\?_[A-Z]{3,}|(?<![A-Za-z])(?:italic|roman|bold)\\?_\S")
_MARKER: Final = re.compile(r"\\[A-Za-z]|\\[{}|,;]|[_^]\{")
_MATHEMATICAL: Final = re.compile(
    "[\U0001d400-\U0001d7ff]|subscript|superscript|(?:italic|normal|bold)-|absent|conditional"
)
_TWICE: Final = re.compile(
    r"(?<![^\s(\[“])(?P<shown>[^\s\ue000-\ue014]{1,60})(?= (?P<tex>[^\s\ue000-\ue014]{1,60})(?!\S))"
)
_STOPS: Final = ".,;:)]”"
_MATHEMATICAL_SIGNS: Final = frozenset("=<>≤≥+-−×∈∼→|/≈≠∝⊂⊆≪≫⋅∞^")
_MANY: Final = 1 << 61
#: What TeX may have before its first letter and behind its last one.
_BEFORE: Final = re.compile(
    r"(?:\\(?:[A-Za-z]+|[{,;:! ])(?:\[\])?\s?|\{\}(?=[_^])|\{|~|[_^]|\\begin\{\w+\*?\}(?:\[\])?(?:\{[lcr|]+\})?)(?=.$)"
)
_BEHIND: Final = re.compile(
    r"\}|\\[},;!:]|\\right\s*\\?[.\])|}]|\\end\{\w+\*?\}|\\(?:vspace|hspace)(?:%\s*)?\*?\s*\{[^{}]*\}|~|\{\}"
)
#: A comment of LaTeXML that ended a line of TeX.
_LINE_BREAK: Final = re.compile(r"(?<!\\)%\s+")
_OPENED: Final = re.compile(r"(?<!\\)\{\s*$")
_COMPOUND: Final = re.compile(r"[^\W\d_]{2,}(?:[-/][^\W\d_]+)+")
_TRAILING: Final = re.compile(r"\s?((?:start|end)\\?_[A-Z]+|[^\w\s])")


class Repeated(NamedTuple):
    """A formula with all its copies: where they are, and its TeX."""

    start: int
    end: int
    tex: str


class _Item(NamedTuple):
    """A letter or a sign of a formula."""

    start: int
    end: int
    key: str
    spoken: bool  # the formula is read aloud here


def is_repeated(text: str) -> bool:
    """Whether the formulas of a text are written more than once."""
    return next(_matches(text, limit=200_000), None) is not None


def repeated(text: str) -> list[Repeated]:
    """Return the formulas of a paragraph that are written more than once, in their order."""
    return list(_matches(text)) if _MARKER.search(text) or _SPOKEN.search(text) else []


def written_twice(text: str) -> Iterator[Repeated]:
    """Yield the formulas without any command, ``t+1 t+1``, in a text whose formulas are repeated."""
    end = 0
    for found in _TWICE.finditer(text):
        shown, tex = found["shown"], found["tex"]
        bare = tex.rstrip(_STOPS)
        bare = bare if bare.count("(") == bare.count(")") else tex.rstrip(".,;:")
        opening = 1 if shown[0] in "([" and _keys(shown[1:]) == _keys(bare) else 0
        if found.start() >= end and bare and _keys(shown[opening:]) == _keys(bare) and _is_mathematical(bare):
            end = found.start("tex") + len(bare)
            yield Repeated(found.start() + opening, end, bare)


def _is_mathematical(token: str) -> bool:
    if len(token) == 1:
        return token.isalpha()
    if _COMPOUND.fullmatch(token):
        return False
    signs = _MATHEMATICAL_SIGNS.intersection(token)
    return (bool(signs) and any(map(str.isalnum, token)) and not token.startswith(("-", "http"))) or (
        "(" in token and token.index("(") in (1, 2) and token.endswith(")")
    )


def _keys(text: str) -> list[str]:
    return sorted(item.key for item in _items(text))


def _items(text: str) -> Iterator[_Item]:
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        shown = ""
        if kind == "command":
            name = token[0][1:]
            shown = _OTHERWISE.get(name) or FUNCTIONS.get(name) or SIGNS.get(name) or LETTERS.get(name) or ""
        elif kind == "sign":
            shown = token[0]
        elif kind == "spoken":
            yield _Item(token.start(), token.end(), "", spoken=True)
        for sign in unicodedata.normalize("NFKC", shown.translate(_SAME)):
            if sign not in _DROPPED and unicodedata.category(sign) not in ("Mn", "Cf", "Zs"):
                yield _Item(token.start(), token.end(), sign, spoken=False)


def _matches(text: str, limit: int = 1_000_000) -> Iterator[Repeated]:
    """Yield the formulas that are repeated, line by line."""
    begin = 0
    for line in text[:limit].splitlines(keepends=True):
        if _MARKER.search(line) or _SPOKEN.search(line):
            for found in _Line(line).run():
                yield Repeated(found.start + begin, found.end + begin, found.tex)
        begin += len(line)


class _Line:
    """One line of text, and its letters and signs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = _MOST_COMPARED * len(text)
        found = list(_items(text))
        self._spoken = [item.start for item in found if item.spoken]
        self._all = _Stream([item for item in found if item.key])
        self._letters = _Stream([item for item in found if item.key.isalnum()])

    def run(self) -> Iterator[Repeated]:
        low = at = 0
        while self._left > 0 and (seed := self._seed(at)) is not None:
            position, spoken = seed
            found = None
            for stream, is_told in ((self._letters, True), (self._all, False), (self._letters, False)):
                if spoken:
                    found = self._from_spoken(stream, position, low)
                elif self._spoken or not is_told:
                    found = self._from_tex(stream, position, low, is_told=is_told)
                if found is not None:
                    break
            if found is None and not spoken:
                found = self._spoken_only(self._letters, position, low)
            if found is None:
                at = self._behind(position)
                continue
            yield found
            low = found.end
            at = max(found.end, position + 1)

    def _seed(self, at: int) -> tuple[int, bool] | None:
        """Return the next place that tells of a formula, and whether it is there read aloud."""
        marker = _MARKER.search(self._text, at)
        number = bisect_left(self._spoken, at)
        spoken = self._spoken[number] if number < len(self._spoken) else None
        if marker is None or (spoken is not None and spoken < marker.start()):
            return None if spoken is None else (spoken, True)
        return marker.start(), False

    def _behind(self, position: int) -> int:
        """Return where to go on if no formula was found: behind all commands of this one."""
        token = _TOKEN.match(self._text, position)
        return max(token.end() if token else 0, position + 1)

    def _longest(self, position: int) -> int:
        """Return where the TeX around a command must have ended: at a blank outside of groups, or where it is told."""
        depth, loose, at = 0, False, position
        text = self._text
        end = min(len(text), position + _LONGEST)
        while at < end:
            if text[at].isspace():
                if depth <= 0 and not loose:
                    return at
                at += 1
                continue
            self._left -= 10
            token = _TOKEN.match(text, at)
            if token is None or token.lastgroup == "spoken":
                return at
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if token.lastgroup == "silent":
                depth += token[0].startswith("\\begin") - token[0].startswith("\\end")
            loose = token[0] in ("%", "&", "\\\\") or (token.lastgroup in ("command", "silent") and token[0] != "\\}")
            at = token.end()
        return end

    def _from_tex(self, stream: _Stream, position: int, low: int, *, is_told: bool) -> Repeated | None:
        first = stream.index(position)
        last = stream.index(self._longest(position))
        lowest = stream.index(low)
        blank = re.search(r"\S*$", self._text[max(low, position - _LONGEST) : position])
        earliest = stream.index(position - len(blank[0]) if blank else low)
        for stop in range(last, first, -1):
            best = None
            for start in range(min(first, stop - 1), max(earliest, (lowest + stop) // 2) - 1, -1):
                self._left -= 1
                size = stop - start
                if start - size < lowest:
                    break
                if (
                    stream.parts(start, stop)
                    and stream.copies(start - size, start, size)
                    and (not is_told or stream.copies(start, stop, size))
                ):
                    best = start
            if best is not None and (found := self._made(stream, best, stop, low)) is not None:
                return found
            if self._left < 0:
                break
        return None

    def _spoken_only(self, stream: _Stream, position: int, low: int) -> Repeated | None:
        """Find TeX by what is read aloud behind it, where its meaning is told in other words."""
        if not self._spoken:
            return None
        first, last = stream.index(position), stream.index(self._longest(position))
        lowest = stream.index(low)
        for stop in range(last, first, -1):
            for start in range(max(lowest, stop - 200), min(first, stop - 1) + 1):
                self._left -= 1
                if stream.copies(start, stop, stop - start) and stream.parts(start, stop):
                    return self._made(stream, start, stop, low)
        return None

    def _from_spoken(self, stream: _Stream, position: int, low: int) -> Repeated | None:
        """Find TeX without commands, ``f`` in ``f 𝑓 f italic_f``, by what is read aloud behind it."""
        here, lowest = stream.index(position), stream.index(low)
        for stop in range(here, max(lowest, here - 8), -1):
            for start in range(max(lowest, stop - 60), stop):
                size = stop - start
                if (
                    start - size >= lowest
                    and stream.copies(start - size, start, size)
                    and stream.copies(start, stop, size)
                ):
                    return self._made(stream, start, stop, low)
        return None

    def _made(self, stream: _Stream, start: int, stop: int, low: int) -> Repeated | None:
        items, text, size = stream.items, self._text, stop - start
        begin, end = self._around(items[start].start, items[stop - 1].end)
        is_copied = start >= size and stream.same(start - size, start, start, stop)
        if stream is self._letters and is_copied and self._spoken:
            # What a formula means has no signs of TeX, but may end with an arrow.
            begin = max(low, items[start - 1].end)
            while text[begin].isspace() or not text[begin].isascii():
                begin += 1
        behind = self._behind_spoken(stream, start, stop)
        if behind and stream is self._letters:
            end = self._end_of_tex(begin, items[start].start, items[stop - 1].end, items[stop].start)
            if _OPENED.search(text, begin, end):  # of a set, where it is read aloud
                end = text.rindex("{", begin, end)
        copy = start - size if is_copied else start
        if behind and self._spoken:
            copy = self._shown(stream, copy, start, stop, low)
        if copy == start or end <= begin:
            return None
        tex = _LINE_BREAK.sub("", text[begin:end]).strip()
        left = self._with_leading(items[copy].start, tex, low)
        if behind:
            behind = self._with_trailing(behind, tex, text[end:behind])
        return Repeated(left, max(behind, end), tex) if begin > left else None

    def _behind_spoken(self, stream: _Stream, start: int, stop: int) -> int:
        """Return where the formula read aloud ends that follows the TeX; 0 if none does."""
        begin, end = stream.items[start].start, stream.items[stop - 1].end
        for other in (stream, self._letters):
            first, last = other.index(begin), other.index(end)
            size = last - first
            if not size or not other.same(first, last, last, last + size):
                continue
            close = other.items[last + size - 1].end
            told = self._text[end:close]
            if any(end <= at < close for at in self._spoken) or (self._spoken and not re.search(r"[^\W\d_]", told)):
                return close
        return 0

    def _end_of_tex(self, begin: int, first: int, last: int, spoken: int) -> int:
        """Return the end of the TeX whose last letter ends at `last`, where it is read aloud from `spoken` on."""
        leading = sum(bool(item.key) for item in _items(self._text[begin:first]))
        within = [item for item in _items(self._text[last : spoken + 1]) if last + item.start < spoken]
        signs = [item.start for item in within if item.key]
        told = [item.start for item in within if item.spoken]
        ends: list[int] = [spoken - last, *told[:1], *(signs[-leading:][:1] if leading else ())]
        return last + min(ends)

    def _with_leading(self, left: int, tex: str, low: int) -> int:
        """Return where a formula is shown that begins with signs."""
        leading: list[str] = []
        for item in _items(tex):
            if item.key.isalnum():
                break
            leading.append(item.key)
        while leading and left > low and _key(self._text[left - 1]) == leading[-1]:
            left -= 1
            leading.pop()
        if tex.startswith("\\{") and left > low and self._text[left - 1] == "{":
            left -= 1
        return left

    def _with_trailing(self, behind: int, tex: str, told: str) -> int:
        """Return the end of a formula read aloud, with the signs at its end."""
        left = Counter(item.key for item in _items(tex) if item.key and not item.key.isalnum())
        left.subtract(item.key for item in _items(told))
        braces = tex.count("\\}") - told.count(" }")
        while found := _TRAILING.match(self._text, behind):
            key = _key(found[1])
            if found[1] == "}" and braces > 0:
                braces -= 1
            elif not found[1].startswith(("start", "end")) and (not key or left[key] <= 0):
                break
            left[key] -= 1
            behind = found.end()
        return behind

    def _shown(self, stream: _Stream, copy: int, start: int, stop: int, low: int) -> int:
        """Return where the formula is shown: before what it means, in mathematical letters and words."""
        size, lowest = stop - start, stream.index(low)
        for at in range(copy - size, max(lowest, copy - 4 * size - 12) - 1, -1):
            self._left -= 1
            if not stream.copies(at, start, size):
                continue
            begin, told = (
                stream.items[at].start,
                self._text[stream.items[at + size - 1].end : stream.items[start].start],
            )
            if begin and self._text[begin - 1].isalpha():
                continue
            if _MATHEMATICAL.search(told) or not re.search(r"[^\W\d_]{2}", told):
                return at
        return copy

    def _around(self, start: int, end: int) -> tuple[int, int]:
        """Return where TeX begins and ends whose first and last letters are known."""
        text = self._text
        while found := _BEFORE.search(text[max(0, start - 40) : start + 1]):
            start -= len(found[0])
        depth = _depth(text[start:end])
        while found := _BEHIND.match(text, end):
            if found[0] == "}":
                if depth <= 0:
                    break
                depth -= 1
            end = found.end()
        return start, end


class _Stream:
    """Letters and signs, with sums of them, by which runs are compared whatever their order."""

    def __init__(self, items: list[_Item]) -> None:
        self.items = items
        self._starts = [item.start for item in items]
        self._sums = list(accumulate((hash((item.key, "papertui")) % _MANY for item in items), initial=0))

    def __len__(self) -> int:
        return len(self.items)

    def index(self, position: int) -> int:
        """Return the number of the first item at or behind a position of the text."""
        return bisect_left(self._starts, position)

    def same(self, start: int, stop: int, other: int, end: int) -> bool:
        """Whether two runs have the same letters and signs."""
        if start < 0 or end > len(self.items) or stop > len(self.items):
            return False
        return self._sums[stop] - self._sums[start] == self._sums[end] - self._sums[other]

    def copies(self, one: int, other: int, size: int) -> bool:
        """Whether two runs begin with the same letter and have the same letters and signs."""
        return (
            bool(size)
            and self.same(one, one + size, other, other + size)
            and self.items[one].key == self.items[other].key
        )

    def parts(self, start: int, stop: int) -> bool:
        """Whether a run begins and ends between commands, not inside of one."""
        return self._is_edge(start) and self._is_edge(stop)

    def _is_edge(self, at: int) -> bool:
        return not 0 < at < len(self.items) or self.items[at - 1].start != self.items[at].start


def _key(sign: str) -> str:
    return next((item.key for item in _items(sign)), "")


def _depth(text: str) -> int:
    bare = re.sub(r"\\[{}]", "", text)
    return bare.count("{") - bare.count("}")
