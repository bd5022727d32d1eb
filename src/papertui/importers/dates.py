"""Dates as bibliographies write them: ``2014/05/03/spring``, ``c2010``, ``July 2001``, ``1998 Dec-1999 Jan``."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

from papertui.model.partial_date import PartialDate, Precision

#: The beginnings of month names in English, German, French, Spanish, Italian, Portuguese and Dutch, without accents.
_MONTHS = (
    "jan gen ene", "feb fev fevr", "mar maart mrt", "apr abr avr", "may mai mag maj mei", "jun juin giu",
    "jul juil lug", "aug ago aou", "sep set", "oct okt ott out", "nov", "dec dez dic",
)  # fmt: skip
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_SEASON_OF = {
    "spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24,
    "printemps": 21, "ete": 22, "automne": 23, "hiver": 24,
    "fruhling": 21, "fruhjahr": 21, "sommer": 22, "herbst": 23,
}  # fmt: skip
_ABOUT = re.compile(
    r"\b(?:circa|about|approximately|approx\.?|ca?\.\s?(?=\[?\d)|um(?=\s\d)|ca(?=\s\d))\s*", re.IGNORECASE
)
_RANGE = re.compile(r"\s*(?:--?|[–—/]|\bto\b|\bbis\b)\s*")
_SEASONS = frozenset(_SEASON_OF.values())
_WORD = re.compile(r"[^\W\d_]+")
#: ``2014``, ``2014/05/03/spring``, ``2014//``, ``2014-05-03T10:00Z``, ``2014.5``, ``2014年5月3日``
_YEAR_FIRST = re.compile(
    r"(\d{4})\s?(?:[-/.年]\s?(\d{0,2})(?!\d)\s?(?:[-/.月]\s?(\d{0,2})(?!\d)日?(?:[/T\s]\s*(.*))?)?)?",
    re.ASCII | re.DOTALL,
)
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
#: ``03/05/2014``, ``3.5.2014``
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})/?", re.ASCII)
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)", re.ASCII)
_YEAR_ONLY = re.compile(r"\D{0,3}\d{4}\D?", re.ASCII)
#: A day, or the last digits of a year.
_BARE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?", re.ASCII)
_DAY_BEFORE = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s*[-–/]\s*\d{1,2}(?:st|nd|rd|th|\.)?)?[\s/-]*(?:de\s+)?$", re.IGNORECASE
)
_DAY_AFTER = re.compile(r"\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?(?!\d)", re.IGNORECASE)
_LONGEST = 200
_MONTHS_A_YEAR = 12


class WrittenDate(NamedTuple):
    """What is known of a date; a date of which the year is unknown may still have month and day."""

    year: int = 0
    month: int = 0
    day: int = 0
    #: The number of a season in EDTF (https://www.loc.gov/standards/datetime/): 21 is spring.
    season: int = 0
    #: Whether the year is an estimate: “circa 1850”.
    about: bool = False
    #: Of a range.
    end: PartialDate | None = None

    @property
    def date(self) -> PartialDate | None:
        """The date as far as it is possible: 30 February is a February."""
        precision: Precision | None = None if self.month and self.day else "month" if self.month else "year"
        try:
            return PartialDate(datetime(self.year, self.month or 1, self.day or 1, tzinfo=UTC), precision)
        except ValueError:
            if self.day:
                return self._replace(day=0).date
            return self._replace(month=0).date if self.month else None

    @property
    def edtf(self) -> str:
        """The date as BibLaTeX writes it: ``1998-05``, ``1998/2000``, ``1998~``, ``2003-21``; empty without a year."""
        date = self.date
        if date is None:
            return ""
        if self.end is not None and self.end.moment > date.moment:
            return f"{_iso(date)}/{_iso(self.end)}"
        season = f"-{self.season}" if self.season and date.precision == "year" else ""
        return f"{_iso(date)}{season}{'~' if self.about else ''}"


def _iso(date: PartialDate) -> str:
    return str(date)[:10]


def written_date(text: str) -> WrittenDate:
    """Parse a date in any usual form; what is not understood is left out, and nothing is invented.

    ``03/05/2014`` may be a day in March or in May, so only its year counts.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST])
    about = _ABOUT.search(text) is not None or text.rstrip("]) ").endswith(("~", "?"))
    text = _ABOUT.sub("", text).strip("[](){}\"'~? \n\t")
    found = _numeric(text) or _range(text) or _worded(text)
    return found._replace(about=about) if about and found.year else found


def best_date(*texts: str) -> WrittenDate:
    """Return the most precise date of several fields; the year of one completes month and day of another.

    The first field counts; the others only add details of the same year.
    """
    dates = [written_date(text) for text in texts if text.strip()]
    year = next((date.year for date in dates if date.year), 0)
    dates = [date._replace(year=date.year or year) for date in dates]
    same = [date for date in dates if date.year == year and date.date is not None]
    if not same:
        return next((date for date in dates if date.date is not None), WrittenDate())
    best = max(same, key=lambda date: (date.month > 0) + (date.day > 0))
    return best._replace(
        season=best.season or next((date.season for date in same if date.season), 0),
        about=best.about or any(date.about for date in same),
    )


def _numeric(text: str) -> WrittenDate | None:
    if (found := _YEAR_FIRST.fullmatch(text)) and not _YEAR.match(found[4] or ""):
        year, month, day, rest = int(found[1]), int(found[2] or 0), int(found[3] or 0), found[4] or ""
        season = _season(rest) or (month if month in _SEASONS else 0)
        # “1998/99” is a range.
        is_range = month > 0 and found[3] is None and not season and not _possible(month, 0)[0]
        return None if is_range else WrittenDate(year, *_possible(month, day), season=season)
    if found := _PACKED.fullmatch(text):
        return WrittenDate(int(found[1]), *_possible(int(found[2]), int(found[3])))
    if found := _MONTH_YEAR.fullmatch(text):
        return WrittenDate(int(found[2]), *_possible(int(found[1]), 0))
    if found := _MONTH_DAY.fullmatch(text):
        return WrittenDate(0, *_possible(int(found[1]), int(found[2])))
    return _year_last(text)


def _year_last(text: str) -> WrittenDate | None:
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] == "." or one > _MONTHS_A_YEAR or one == other:
        return WrittenDate(year, *_possible(other, one))
    return WrittenDate(year, *_possible(one, other)) if other > _MONTHS_A_YEAR else WrittenDate(year)


def _possible(month: int, day: int) -> tuple[int, int]:
    if not 1 <= month <= _MONTHS_A_YEAR:
        return 0, 0
    return month, day if 1 <= day <= 31 else 0  # noqa: PLR2004 - whether the month has that day is seen later


def _range(text: str) -> WrittenDate | None:
    """Parse ``1998-2001``, ``1998/99``, ``1998 Dec-1999 Jan``, ``2001 Jul-Aug``, ``18-23 June 2018``."""
    for dash in _RANGE.finditer(text):
        start, end = _bound(text[: dash.start()]), _bound(text[dash.end() :])
        if start is None or end is None or not (start.year or end.year):
            continue
        if start.year and not start.month:
            if not end.year and end.month:  # “2001/July”
                continue
            if not end.year:  # “1998/99”
                end = WrittenDate(start.year // 100 * 100 + end.day)
        elif not end.year and not end.month:  # “2001 Jul 3-5”, but not “2001/Jul/03”
            end = end._replace(month=start.month if start.day else 0)
        start = start._replace(year=start.year or end.year, month=start.month or (end.month if start.day else 0))
        end = end._replace(year=end.year or start.year)
        if start.date is not None and end.date is not None and end.date.moment > start.date.moment:
            return start._replace(end=end.date)
    return None


def _bound(text: str) -> WrittenDate | None:
    """Parse one end of a range, which leaves out what the other end says; ``None`` if it is no part of a date."""
    text = text.strip()
    if bare := _BARE.fullmatch(text):
        return WrittenDate(0, 0, int(bare[1]))
    found = _numeric(text) or _worded(text)
    return found if found.month or (found.year and _YEAR_ONLY.fullmatch(text)) else None


def _worded(text: str) -> WrittenDate:
    found = _YEAR.search(text)
    year = int(found[1]) if found else 0
    for word in _WORD.finditer(text):
        if month := _month(word[0]):
            day = _DAY_BEFORE.search(text, 0, word.start()) or _DAY_AFTER.match(text, word.end())
            return WrittenDate(year, *_possible(month, int(day[1]) if day else 0))
    return WrittenDate(year, season=_season(text))


def _month(word: str) -> int:
    folded = _folded(word)
    # “Mar” and “March”, not “Marine”: a name is its abbreviation or a known month that begins so.
    return next((_MONTH_OF[folded[:length]] for length in (5, 4, 3) if _is_month(folded, length)), 0)


def _is_month(folded: str, length: int) -> bool:
    return folded[:length] in _MONTH_OF and (len(folded) <= 4 or folded in _FULL_NAMES)  # noqa: PLR2004 - “Sept”


_FULL_NAMES = frozenset(
    """
    january february march april june july august september october november december
    januar februar marz april juni juli august september oktober november dezember
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre fevr juil
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
    januari februari maart april mei juni juli augustus september oktober november december
    """.split()  # noqa: SIM905 - a list of words is easier to read
)


def _season(text: str) -> int:
    words = (_folded(word) for word in _WORD.findall(text))
    return next((_SEASON_OF[word] for word in words if word in _SEASON_OF), 0)


def _folded(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word).casefold() if char.isalnum())
