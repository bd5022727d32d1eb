"""Names of authors in the texts of feeds, which separate and order them in every possible way.

A person is shown given name first: ``Writer, A.``, ``Writer AB`` and ``Ada Writer`` become ``A. Writer``,
``A. B. Writer`` and ``Ada Writer``. What a comma separates follows from the names around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from papertui.model import text
from papertui.sources.feeds.markup import lines_of

#: Collaborations at particle colliders list three thousand authors.
_MOST_AUTHORS = 5_000
_LONGEST_AUTHOR = 200
_LONGEST_LINE = 200_000


def people(lines: Iterable[str]) -> tuple[str, ...]:
    """Return every author once, as safe text.

    Args:
        lines: the author texts of the feed, with one or more authors each.
    """
    cleaned = [made for line in lines if (made := _cleaned(line[:_LONGEST_LINE]))]
    is_one_each = len(cleaned) > 1 and all(map(_may_be_one, cleaned))
    found = (name for line in cleaned for name in _names(line, is_one_each=is_one_each))
    shown = (text.name(name[:_LONGEST_AUTHOR]) for name in _initials_first(list(islice(found, _MOST_AUTHORS))))
    return tuple(dict.fromkeys(name for name in shown if any(map(str.isalnum, name))))


# --- what stands around names -------------------------------------------------------------------------

#: Stands for a mark that refers to an affiliation, ``<sup>1</sup>``.
_MARK = "\ufdd0"
_RAISED = re.compile(r"<(?:\w{1,8}:)?(su[pb])\b[^<>]*>[^<>]{0,200}</(?:\w{1,8}:)?\1\s*>", re.IGNORECASE)
_RAISED_LETTERS = re.compile(
    r"(?:[\u00b9\u00b2\u00b3\u2070-\u2079\u1d43-\u1dbf\u02d2*∗⁎†‡§¶✉]|\[\d{1,3}(?:[,-]\d{1,3})*\])+"
)
_MARKS = re.compile(rf"{_MARK}(?:[\s,]*{_MARK})+")
_PLACE_NAMES = r"\b(?:universi|instit|depart|laborator|college\b|hospital|facult)"
#: A mark before a text: the affiliations begin, after all names.
_AFFILIATIONS = re.compile(
    rf"(?:^|[,;.\n])\s*{_MARK}\s*(?!(?:and|und|et|y|e)\b)[^\s{_MARK},;&].*"
    rf"|{_MARK}[\s,]*{_MARK}\s*(?=[^{_MARK},;\n]{{0,100}}{_PLACE_NAMES}).*",
    re.DOTALL | re.IGNORECASE,
)
#: An affiliation without anything before it: ``Ada Writer1Department of …``, as on the platform of Science and PNAS.
_GLUED = re.compile(
    r"(?<=[a-zß-ÿ])(?:\s?\d{1,2}\s?|[a-z])(?:Universit|Institut|Depart|Laborator|College|School|Hospital|Facult|Cent(?:er|re)|"
    r"Division).*",
    re.DOTALL,
)
#: A mark between a name and its affiliation.
_PLACED = re.compile(rf"{_MARK}(?=[^{_MARK},;\n]{{0,100}}{_PLACE_NAMES})", re.IGNORECASE)
#: A link for each author, without anything between them.
_LINKS = re.compile(r"</a>\s*(?=<a\b)", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()]*\)|\uff08[^\uff08\uff09]*\uff09")
_DEEPEST = 5
_ADDRESS = r"\b[\w.+-]{1,64}@[\w.-]{1,255}"
_ADDRESSES = re.compile(
    rf"(?:mailto:)?<?{_ADDRESS}>?|https?://[^\s,;<>]+|(?:\bORCID(?:\siD)?:?\s?)?\b(?:\d{{4}}-){{3}}\d{{3}}[\dX]\b",
    re.ASCII | re.IGNORECASE,
)
#: As RSS has it: ``ada@example.org (Ada Writer)``.
_NAME_OF_ADDRESS = re.compile(rf"{_ADDRESS}\s*\(([^()@]*)\)", re.ASCII)
_BY = re.compile(
    r"^\s*(?:(?:(?:written|posted|published)\s+)?by(?::|\s)|authors?(?:\(s\))?\s*:|(?:作者|著者|저자)\s*[:\uff1a])\s*",
    re.IGNORECASE,
)
#: ``et al.``, ``and 12 others``, and the same in Chinese, Japanese and Korean.
_OTHERS = re.compile(
    r"(?:(?:^|[\s,;、\uff0c])(?:(?:and|&|\+)\s*(?:\d{1,5}\s+)?(?:more|others?)(?:\s+authors)?"
    r"|\+?\s*\d{1,5}\s+(?:(?:more|others?)(?:\s+authors?)?|authors?)|others|et\.?\s+al"
    r"|u\.\s?a|ほか|他|외|等人?)|(?<=[\u4e00-\u9fff])等人?|\.\.\.|…)[\s.,;\uff0c]*$"
)
_LONGEST_TAIL = 60
_DANGLING = re.compile(r"\s+(?:and|&|\+)$")


def _cleaned(line: str) -> str:
    """Return `line` without markup, affiliations and addresses; a line break where names are separate."""
    line = _LINKS.sub("</a>;", _RAISED.sub(_MARK, _rows(line).replace(_MARK, " ")))
    line = _RAISED_LETTERS.sub(_MARK, lines_of(line))
    line = _NAME_OF_ADDRESS.sub(r"\1", line)
    for _ in range(_DEEPEST):
        line, number = _PARENTHESES.subn(" ", line)
        if not number:
            break
    line = _MARKS.sub(_MARK, _AFFILIATIONS.sub("", line))
    line = _GLUED.sub("", _PLACED.sub(",", line).replace(_MARK, " "))
    rows = (" ".join(row.split()).strip(" ,;") for row in _ADDRESSES.sub(" ", line).split("\n"))
    line = _BY.sub("", "\n".join(filter(None, rows)))
    head, tail = line[:-_LONGEST_TAIL], line[-_LONGEST_TAIL:]
    return head + _DANGLING.sub("", _OTHERS.sub("", tail))


_OTHER_SEPARATORS = re.compile(r"[,;&]|\band\b", re.IGNORECASE)


def _rows(line: str) -> str:
    """Separate names that only line breaks separate; other line breaks are those of the XML."""
    rows = [row for row in line.splitlines() if row.strip()]
    if len(rows) < 2 or _OTHER_SEPARATORS.search(line) or not all(len(row.split()) > 1 for row in rows):  # noqa: PLR2004
        return line
    return ";".join(rows)


# --- names in a text ----------------------------------------------------------------------------------

_HARD = re.compile(
    r"\s*[;\uff1b、\uff0c\uff64\u060c\u061b\n•|]\s*|\s+[/·]\s+"
    # Inside foreign names the dot separates syllables, not people: ジョン・スミス, 卡尔·马克思
    r"|(?<=[\u4e00-\u9fff])・(?=[\u4e00-\u9fff])|(?<=[\uac00-\ud7af])[·・](?=[\uac00-\ud7af])"
)
_AND = re.compile(r"\s*,?\s+(?:and|And|AND|und|et|with|og|och)\s+(?!al\b)|\s*,?\s*&\s+|\s*,?\s+(?:和|与|與|と|및)\s+")
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv 2nd 3rd inc inc. ltd ltd. llc gmbh".split())  # noqa: SIM905
_DEGREE_NAMES = "phd ph.d ph.d. md m.d. msc m.sc. bsc b.sc. mph dphil d.phil. dsc frcp facs esq."
_DEGREES = frozenset(_DEGREE_NAMES.split())
#: Parts of family names that do not count as a word.
_PARTICLE_NAMES = (
    "af al av bin da das de degli dei del della den der des di do dos du e el het ibn la las le los op 't te ten ter "
    "van von vom y zu zum zur st. st"
)
PARTICLES = frozenset(_PARTICLE_NAMES.split())
#: Affiliations, unless nothing else is given.
_PLACE = re.compile(_PLACE_NAMES, re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:collaboration|consorti|committee\b|group\b|team\b|society\b|association\b|foundation\b|agency\b|ministry\b|"
    r"council\b|network\b|initiative\b|cent(?:er|re)s?\b|school\b|academy\b)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:of|for|on|für|de)\b")
#: Left of a name that was cut at a comma in its affiliation.
_NO_NAME = re.compile(r"[\W\d_]*|[a-z]")
#: ``Ada Writer1,2``
_NUMBERED = re.compile(r"(?<=[a-zß-ÿ]{2})\d{1,2}$")
#: ``Ada Writer a``
_LETTERED = re.compile(r"(?<=\w\w) [a-z]$")
#: ``Ada Writer 1 2``, not ``Laboratory 7``
_BEFORE_NUMBERS = re.compile(r"(\S+ .*?\w\w)(?: \d{1,2}){1,5}$")
_ON_BEHALF = re.compile(r"(?:on behalf of|for) (?:the )?|the ")
#: The end of a sentence behind initials: ``Writer AB.``
_STOPPED = re.compile(r"(?<=[^\W\d_]\s)([A-Z]{2,3})\.$")
_TITLES = re.compile(r"(?:(?:prof|dr|mr|mrs|ms)\.\s+)+(?=\S+\s+\S)", re.IGNORECASE)
_LETTERS_OF_AN_ABBREVIATION = 3
_PAIR = 2


def _names(line: str, *, is_one_each: bool) -> Iterator[str]:
    for piece in _HARD.split(line):
        for group in _groups(piece):
            parts = [made for part in group.split(",") if (made := _part(part[: 2 * _LONGEST_AUTHOR]))]
            people_only = [part for part in parts if not _PLACE.search(part)]
            yield from _of_parts(people_only or parts, is_one_each=is_one_each)


def _groups(piece: str) -> list[str]:
    """Split at “and”, but not the name of an organisation: ``Institute for Data and Society``."""
    found = _AND.search(piece)
    if found is not None:
        before = piece[: found.start()].rpartition(",")[2]
        if (_PLACE.search(before) or _GROUP.search(before)) and _PREPOSITION.search(before):
            return [piece]
    return [part for group in _AND.split(piece) for part in _spanish_groups(group)]


_Y = re.compile(r"( [ye] )")


def _spanish_groups(group: str) -> Iterator[str]:
    """Split ``Ada Writer y Ben Reader``, but not ``Ramón y Cajal``; the same in Italian and Portuguese."""
    before, *rest = _Y.split(group)
    for word, after in zip(rest[::2], rest[1::2], strict=True):
        if " " in before.rpartition(",")[2].strip() and " " in after.partition(",")[0].strip():
            yield before
            before = after
        else:
            before = f"{before}{word}{after}"
    yield before


def _part(part: str) -> str:
    """Return what is between two commas without stray signs; empty if that is not a name."""
    part = part.strip().removeprefix("(").partition("(")[0].replace(")", "").strip(" -\u2013\u2014")
    words = part.split()
    if not words or _NO_NAME.fullmatch(part):
        return ""
    if len(words) > 1:
        if not _is_group(part := _ON_BEHALF.sub("", part, count=1) if _ON_BEHALF.match(part) else part):
            part = _BEFORE_NUMBERS.sub(r"\1", _STOPPED.sub(r"\1", _TITLES.sub("", part)))
            part = _NUMBERED.sub("", _LETTERED.sub("", part))
        last = words[-1].lower()
        if last.endswith(".") and len(last) > _LETTERS_OF_AN_ABBREVIATION and not _is_addition(last):
            part = part.removesuffix(".") if last.count(".") == 1 else part  # the end of a sentence
    return part


def _may_be_one(line: str) -> bool:
    """Whether `line` may be one person, family name first, or an organisation."""
    parts = [part for part in line.split(",") if not _is_addition(part.strip()) and not _PLACE.search(part)]
    if _HARD.search(line) or len(_groups(line)) > 1:
        return False
    return len(parts) == _PAIR or (len(parts) < _PAIR and _is_group(line))


def _is_group(name: str) -> bool:
    return _GROUP.search(name) is not None or _PLACE.search(name) is not None


def _is_addition(part: str) -> bool:
    return _is_suffix(part) or (part.lower() in _DEGREES and part != "Md")  # a given name in Bengal


def _is_suffix(word: str) -> bool:
    return word.lower() in _SUFFIXES and word not in {"JR", "SR"}  # more likely to be initials


class _Run:
    """Parts between commas, without organisations; each with a suffix (``Jr.``)."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.suffixes: list[str] = []

    def add(self, part: str) -> None:
        if not self.parts or not _is_addition(part) or (part.isupper() and self._awaits_initials(part)):
            self.parts.append(part)
            self.suffixes.append("")
        elif _is_suffix(part):
            self.suffixes[-1] = f" {part}"

    def _awaits_initials(self, part: str) -> bool:
        """Whether ``MD`` is likely to be initials: behind a bare family name."""
        return len(part) == 2 and len(self.parts[-1].split()) == 1  # noqa: PLR2004 - two letters

    def names(self, *, is_one: bool) -> Iterator[str]:
        parts = self.parts
        if any(_EAST_ASIAN.search(part) for part in parts):
            yield from _east_asian(parts)
            return
        pairs = _are_pairs(parts) or (is_one and len(parts) == _PAIR)
        place = 0
        while place < len(parts):
            following = parts[place + 1] if place + 1 < len(parts) else ""
            is_first = place == 0 and _is_first_turned(parts)
            if following and (pairs or is_first or (_is_initials(following) and not _has_initials_first(parts[place]))):
                yield _turned(parts[place], following) + self.suffixes[place] + self.suffixes[place + 1]
                place += 2
            else:
                yield parts[place] + self.suffixes[place]
                place += 1


def _of_parts(parts: Iterable[str], *, is_one_each: bool) -> Iterator[str]:
    run = _Run()
    for part in parts:
        if _is_group(part):
            yield from run.names(is_one=is_one_each)
            yield part
            run = _Run()
        else:
            run.add(part)
    yield from run.names(is_one=is_one_each)


# --- family names first -------------------------------------------------------------------------------

#: ``A.``, ``B.C.``, ``D.-E.``, ``Yu.``
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.[\s\u2010\u2011-]*)+[^\W\d_]?")
#: ``A.``, ``A.Writer``
_INITIAL = re.compile(r"[^\W\d_]\.")
#: The same without dots: ``AB``, ``J-P``
_CAPITALS = re.compile(r"[^\W\d_](?:[\s\u2010\u2011-]?[^\W\d_]){0,2}")


def _are_pairs(parts: Sequence[str]) -> bool:
    """Whether `parts` are family and given names in turn."""
    families, givens = parts[::2], parts[1::2]
    if len(families) != len(givens) or any(part[0].islower() and not _begins_with_particle(part) for part in parts):
        return False
    if all(map(_is_family, families)):
        return True
    if any(map(_has_initials_first, families)):
        return False
    if all(_is_initials(given) or " " not in given for given in givens):
        return True
    # García Márquez, Gabriel J.
    return len(parts) == _PAIR and _initials_behind(givens[0]) > 0 and not _initials_behind(families[0])


def _is_first_turned(parts: Sequence[str]) -> bool:
    """Whether only the first name is turned: ``Writer, Ada, Ben Reader``."""
    rest = parts[2:]
    return (
        len(parts) % 2 == 1
        and bool(rest)
        and all(_is_family(part) for part in parts[:2])
        and all(" " in part and not _is_family(part) for part in rest)
    )


def _begins_with_particle(name: str) -> bool:
    return name.split(maxsplit=1)[0] in PARTICLES or name[:2] in {"d'", "d’", "l'", "l’"}


def _is_family(name: str) -> bool:
    """Whether `name` is one word, apart from particles: ``Writer``, ``van der Berg``, not ``A.`` or ``Al Gore``."""
    words = name.split()
    if words[0] not in PARTICLES and len(words) > 1 and words[1] in PARTICLES and words[0].lower() in PARTICLES:
        words[0] = words[0].lower()
    rest = words[len(list(takewhile(PARTICLES.__contains__, words))) :]
    return len(rest) == 1 and _INITIAL.match(rest[0]) is None


def _has_initials_first(name: str) -> bool:
    first = name.split(maxsplit=1)[0]
    return _is_initials(name) or (_DOTTED.fullmatch(first) is not None and first.lower() not in PARTICLES)


def _is_initials(name: str) -> bool:
    """Whether `name` has initials only, perhaps with particles of the family name behind: ``J. van der``."""
    words = name.split()
    while len(words) > 1 and words[-1] in PARTICLES:
        words.pop()
    rest = " ".join(words)
    if not rest[0].isupper():
        return False
    return _DOTTED.fullmatch(rest) is not None or (_CAPITALS.fullmatch(rest) is not None and _is_capital(rest))


def _is_capital(letters: str) -> bool:
    """Whether all letters are capitals; those of scripts without capitals are not."""
    return all(letter.isupper() for letter in letters if letter.isalpha())


def _turned(family: str, given: str) -> str:
    words, first = family.split(), given.split()
    suffix = f" {words.pop()}" if len(words) > 1 and _is_suffix(words[-1]) else ""
    if not suffix and len(first) > 1 and _is_suffix(first[-1]):
        given, suffix = " ".join(first[:-1]), f" {first[-1]}"
    is_loud = family.isupper() and len(given) > 1  # LI, XU is no one's initials
    return f"{given if is_loud else _spelled(given)} {' '.join(words)}{suffix}"


def _spelled(given: str) -> str:
    """Return initials without dots with them: ``AB`` becomes ``A. B.``, ``J-P`` becomes ``J.-P.``."""
    words = given.split()
    place = next((place for place, word in enumerate(words) if word in PARTICLES), len(words))
    initials = " ".join(words[:place])
    if not _CAPITALS.fullmatch(initials) or not _is_capital(initials):
        return given
    letters = re.sub(r"([^\W\d_])(?=[^\W\d_])", r"\1 ", initials)
    return " ".join((re.sub(r"([^\W\d_])", r"\1.", letters), *words[place:]))


#: Family names that could be initials, and what follows the names of companies.
_SYLLABLE_NAMES = """\
ai an bae bai bo cai cao cha che chi cho chu cui dai ding do du fan fu gao ge gu guo ha han hao he ho hou hu hua jia
jin jo ju kai kim ko kou la lai le lee lei li lim lin liu long lou lu luo lv ly ma mao mei mi min mo na nam ng ngo nie
niu oh ou pak pan pei pi pu qi qin qiu qu ren roh seo sha she shi shu sim son su sui sun tan tao to tu tuo vo vu wan
wei wen wo woo wu xi xia xie xin xu xue yan yao ye yi yin you yu yue zha zhu zou zu us uk eu
"""
_SYLLABLES = frozenset(_SYLLABLE_NAMES.split())


#: The share of names that must have their initials behind; “RRV A” may be anything.
_MOSTLY = 0.8


def _initials_first(names: Sequence[str]) -> Sequence[str]:
    """Turn names that have their initials behind the family name, if nearly all have: ``Writer AB``, ``Reader C``."""
    split = [(name, _initials_behind(name)) for name in names if not _is_group(name)]
    numbers = {name: number for name, number in split if number}
    if len(numbers) < 2 or len(numbers) < _MOSTLY * len(split):  # noqa: PLR2004 - “Ada B.” alone is a given name
        return names
    if all(name.split()[-1].lower() in _SYLLABLES for name in numbers):  # Yang LI, Wei XU
        return names
    return [_behind(name, numbers[name]) if name in numbers else name for name in names]


def _initials_behind(name: str) -> int:
    """Return the number of words with initials at the end of `name`, before a suffix; 0 if it has no other words."""
    words = name.split()
    if words and _is_suffix(words[-1]):
        words.pop()
    initials = list(takewhile(_is_initials, reversed(words)))
    return len(initials) if 0 < len(initials) < len(words) and not _is_initials(words[0]) else 0


def _behind(name: str, number: int) -> str:
    words = name.split()
    suffix = [words.pop()] if _is_suffix(words[-1]) else []
    return " ".join((_turned(" ".join(words[:-number]), " ".join(words[-number:])), *suffix))


# --- Chinese, Japanese and Korean names ---------------------------------------------------------------

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_HAN_LIST = re.compile(r"[\u4e00-\u9fff]{2,4}(?: [\u4e00-\u9fff]{2,4}){2,}")
#: The most frequent Chinese family names.
_CHINESE = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許"
    "呂蘇盧蔣賈葉閻鐘鍾範譚鄒陸顧龍萬錢湯喬賀賴龔"
)


def _east_asian(parts: Sequence[str]) -> Iterator[str]:
    """Yield names whose family name stands first, and stays there: ``山田, 花子`` becomes ``山田 花子``."""
    if len(parts) == _PAIR and _is_east_asian_pair(*parts):
        yield "".join(parts) if len(parts[0]) == 1 else " ".join(parts)
        return
    for part in parts:
        yield from part.split() if _HAN_LIST.fullmatch(part) else [part]


def _is_east_asian_pair(family: str, given: str) -> bool:
    if " " in family or " " in given or "・" in family or not _EAST_ASIAN.search(given):
        return False
    if len(family) == 1:
        return True
    is_list = _HANGUL.fullmatch(family) or (family[0] in _CHINESE and given[0] in _CHINESE)
    return not is_list and len(family) <= 3 and len(given) <= 3  # noqa: PLR2004 - longer ones are whole names
