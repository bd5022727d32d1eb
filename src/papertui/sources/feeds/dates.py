"""Dates as feeds write them. Nothing is guessed: no locale, no clock, and what is not written is not filled in."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from papertui.model.partial_date import Precision


class FeedDate(NamedTuple):
    """A moment, and how much of it is known."""

    #: In the time zone as written, else UTC; the first moment of the year or month if no more is known.
    moment: datetime
    precision: Precision | None = None

    @property
    def utc(self) -> datetime:
        """The moment in UTC."""
        return self.moment.astimezone(UTC)

    @property
    def day(self) -> FeedDate:
        """The day as written, whatever its time zone, without the time."""
        midnight = datetime(self.moment.year, self.moment.month, self.moment.day, tzinfo=UTC)
        return FeedDate(midnight, self.precision)


def parse_date(text: str) -> FeedDate | None:
    """Parse a date with or without a time; ``None`` if it is none, or impossible (``31 February``).

    Understands ISO 8601, the formats of mail and of web servers, seconds since 1970, and what people write in the
    larger languages: ``2026/04/30``, ``2026年4月30日``, ``April 30, 2026 10:15 AM EST``, ``30 de abril de 2026``,
    ``Apr 2026``. Of ``03/04/2026`` only the year is certain. A time zone with an unknown name counts as UTC.
    """
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _parse(" ".join(unicodedata.normalize("NFKC", text).casefold().split()))
        if found is None or found.moment == _NULL or found.utc.year < _FIRST_YEAR:
            return None
    except (ValueError, OverflowError, OSError):  # an impossible day or time, a moment before the year 1
        return None
    return found


_LONGEST = 200
#: Dates before printing, and the first moment of 1970, are what programs write for “unknown”.
_FIRST_YEAR = 1400
_NULL = datetime(1970, 1, 1, tzinfo=UTC)

#: Seconds or milliseconds since 1970.
_SECONDS = re.compile(r"(\d{9,10})(?:\.\d{1,9})?", re.ASCII)
_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
#: ISO 8601 without separators.
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\s?t?\s?(\d\d)(\d\d)(\d\d)?(?![\d:]))?", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?w(\d\d)(?:-?(\d))?", re.ASCII)
#: A day in XML Schema may have a time zone.
_ZONED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:z|[+-]\d\d:\d\d)", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(\d{4})-?(\d{3})", re.ASCII)
#: Hours and minutes with full stops, behind a whole date: ``30.4.2026 klo 9.15``
_DOTTED_TIME = re.compile(
    r"(?:(?<=\S[ ./-]\d{4})|(?<=\d[-/.]\d\d)|(?<=\d[-/.]\d)),? (?:klo |kl\.? |ore )?(\d{1,2})\.(\d\d)(?:\.(\d\d))?$",
    re.ASCII,
)
#: A time without an offset.
_BARE_TIME = re.compile(r"(?<![\d+\-−:])\d{1,2}(?::\d\d){0,2}(?:\s?[ap]\.?m\.?|(?<=:\d\d))\s*$")
#: Notes in parentheses: ``(CEST)``, ``(木)``.
_NOTE = re.compile(r"\([^()]*\)")


def _parse(text: str) -> FeedDate | None:
    text = " ".join(_NOTE.sub(_zone_in_note, text).split()).strip(" ,;")
    text = _DOTTED_TIME.sub(lambda match: f" {match[1]}:{match[2]}:{match[3] or '00'}", text)
    if match := _SECONDS.fullmatch(text):
        return FeedDate(datetime.fromtimestamp(int(match[1]), UTC))
    if _MILLISECONDS.fullmatch(text):
        return FeedDate(datetime.fromtimestamp(int(text) // 1000, UTC))
    if match := _ZONED_DAY.fullmatch(text):
        text = match[1]
    text = _BASIC.sub(_separated, _in_digits(text), count=1) if text[:8].isdigit() else _in_digits(text)
    time, text = _time(text)
    found = _date(text)
    if found is None or time is None or found.precision is not None:
        return found
    days, seconds = divmod(time.seconds, 24 * 60 * 60)
    midnight = datetime(found.moment.year, found.moment.month, found.moment.day, tzinfo=time.zone)
    return FeedDate(midnight + timedelta(days=days, seconds=seconds))


def _zone_in_note(note: re.Match[str]) -> str:
    """Return the time zone in ``10:15 (EST)``, but no other note, and none behind an offset: ``+0200 (CEST)``."""
    is_zone = note[0][1:-1].strip() in _ZONES and _BARE_TIME.search(note.string, 0, note.start()) is not None
    return f" {note[0][1:-1]} " if is_zone else " "


def _separated(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}:{second or '00'}" if hour else "")


# --- East Asian dates ---------------------------------------------------------------------------------

_ERA = re.compile(r"(令和|平成|昭和|民國|民国)\s?(元|\d{1,3})\s?(?=年)", re.ASCII)
#: The year before the first one of each era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
#: Numbers in words: ``二〇二六年四月三十日``.
_HAN_NUMBER = re.compile(r"[〇零一二三四五六七八九]{4}(?=\s?年)|[一二三四五六七八九十廿卅]{1,3}(?=\s?[月日號号])")
_HAN_DIGITS = {digit: str(value % 10) for value, digit in enumerate("〇一二三四五六七八九零")}
_HAN_DIGITS["零"] = "0"
_CJK_DATE = re.compile(r"(\d{4})\s?[年년](?:\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日号號일])?)?", re.ASCII)
_CJK_TIME = re.compile(r"(\d{1,2})\s?[時时点點시](?:\s?(\d{1,2})\s?[分분])?(?:\s?(\d{1,2})\s?[秒초])?", re.ASCII)
_CJK_WEEKDAY = re.compile(r"(?:星期|礼拜|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일")
#: Halves of the day, which precede the time.
_CJK_HALF = re.compile(r"(午前|上午|凌晨|오전)|(午後|下午|晚上|오후)")


def _in_digits(text: str) -> str:
    """Return `text` with an East Asian date as ``2026-4-30`` and time as ``am 10:15``."""
    if text.isascii():
        return text
    text = _HAN_NUMBER.sub(lambda match: _in_arabic(match[0]), text)
    text = _ERA.sub(lambda era: str(_ERAS[era[1]] + (1 if era[2] == "元" else int(era[2]))), text)
    text = _CJK_DATE.sub(lambda match: "-".join(filter(None, match.groups())) + " ", text)
    text = _CJK_TIME.sub(lambda match: f" {match[1]}:{match[2] or 0:0>2}:{match[3] or 0:0>2} ", text)
    text = _CJK_HALF.sub(lambda match: " am " if match[1] else " pm ", text)
    return " ".join(_CJK_WEEKDAY.sub(" ", text).split())


def _in_arabic(number: str) -> str:
    """Return ``二〇二六`` as ``2026`` and ``三十一`` as ``31``."""
    number = number.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = number.rpartition("十")
    digits = f"{tens or '一'}{ones or '〇'}" if ten else ones
    return "".join(_HAN_DIGITS.get(digit, "") for digit in digits)


# --- times --------------------------------------------------------------------------------------------

_HALF = r"[ap](?:\.?\s?m\b\.?)"
_OFFSET = r"[+\-−]\s?\d{1,2}(?::?\d\d)?(?!\d)"
_TIME = re.compile(
    rf"""
    (?:(?<=\d)\s?t\s?|\bat\s|\bum\s|(?<![\d:.+\-−])\b)
    (?:(?P<before>{_HALF})\s)?
    (?:(?P<hour>\d{{1,2}})(?::|(?<=\d)h)(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,:]\d{{1,9}})?)?(?![\d:])
      |(?P<full>\d{{1,2}})(?=\s?{_HALF}))
    (?:\s?(?P<after>{_HALF}))?
    (?:\s?h(?:rs|ours)?\b|\suhr\b)?
    (?:\s?(?:(?:utc|gmt|ut|z)?\s?(?P<offset>{_OFFSET})|(?P<zone>[a-z]{{1,5}})\b(?!/)|[a-z]+/[a-z_]+\b))?
    """,
    re.VERBOSE | re.ASCII,
)
#: Hours east of Greenwich; names that stand for several zones are read as in mail (RFC 822) and by most feeds.
_ZONES = {
    "z": 0.0, "utc": 0.0, "gmt": 0.0, "ut": 0.0, "wet": 0.0, "west": 1.0, "bst": 1.0, "cet": 1.0, "mez": 1.0,
    "cest": 2.0, "mesz": 2.0, "eet": 2.0, "sast": 2.0, "eest": 3.0, "msk": 3.0, "trt": 3.0, "ist": 5.5, "wib": 7.0,
    "ict": 7.0, "hkt": 8.0, "sgt": 8.0, "awst": 8.0, "jst": 9.0, "kst": 9.0, "acst": 9.5, "aest": 10.0, "acdt": 10.5,
    "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0, "brt": -3.0, "art": -3.0, "adt": -3.0, "ast": -4.0, "edt": -4.0,
    "est": -5.0, "cdt": -5.0, "cst": -6.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "pst": -8.0, "akdt": -8.0,
    "akst": -9.0, "hst": -10.0,
}  # fmt: skip
_FARTHEST = timedelta(hours=14)
_NOON, _DAY, _LAST_MINUTE, _LAST_SECOND = 12, 24, 59, 60


class _Time(NamedTuple):
    """A time of day."""

    #: Since midnight; those of a whole day for ``24:00``.
    seconds: int
    zone: tzinfo


def _time(text: str) -> tuple[_Time | None, str]:
    """Split `text` into its time, if it has one, and the rest.

    Raises:
        ValueError: the time is impossible.
    """
    match = _TIME.search(text)
    if match is None:
        return None, text
    end = match.end()
    word = match["zone"]
    if word is not None and word not in _ZONES and (word in _MONTHS or word in _NOISE):
        end = match.start("zone")  # 10:15 April 30
    hour, minute, second = int(match["hour"] or match["full"]), int(match["minute"] or 0), int(match["second"] or 0)
    half = (match["after"] or match["before"] or "")[:1]
    if half == "p" and hour < _NOON:
        hour += _NOON
    elif half == "a" and hour == _NOON:
        hour = 0
    is_midnight = (hour, minute, second) == (_DAY, 0, 0)
    if minute > _LAST_MINUTE or second > _LAST_SECOND or (hour >= _DAY and not is_midnight):
        raise ValueError("an impossible time")
    seconds = hour * 3600 + minute * 60 + min(second, _LAST_MINUTE)  # a leap second
    return _Time(seconds, _zone(match["offset"], word)), f"{text[: match.start()]} {text[end:]}"


def _zone(offset: str | None, name: str | None) -> tzinfo:
    if offset is not None:
        digits = offset[1:].strip().replace(":", "")
        hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])  # noqa: PLR2004 - no minutes
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        if distance > _FARTHEST:
            return UTC
        return timezone(distance if offset[0] == "+" else -distance)
    hours_east = _ZONES.get(name or "", 0.0)
    return timezone(timedelta(hours=hours_east)) if hours_east else UTC


# --- dates --------------------------------------------------------------------------------------------


def _unaccented(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("ß", "ss").replace("ı", "i")


#: The names of each month, lower-case and without accents: English, German, French, Spanish, Portuguese, Italian,
#: Dutch, the Scandinavian languages, Polish, Czech, Hungarian, Turkish, Indonesian, Russian, Ukrainian, Greek.
_MONTH_NAMES = """\
january jan januar januari jaenner janner janvier janv enero ene janeiro gennaio gen stycznia styczen sty ledna leden
januara ocak oca января январь янв січня січ ιανουαριου ιανουαριος ιαν

february feb februar februari fevrier fevr fev febrero fevereiro febbraio lutego luty unora unor subat sub pebruari
февраля февраль фев февр лютого лют φεβρουαριου φεβρουαριος φεβ

march mar marz mars marzo marco maart mrt marts marca marzec brezna brezen marcius mart maret марта март мар березня
бер μαρτιου μαρτιος μαρ

april apr avril avr abril abr aprile kwietnia kwiecien kwi dubna duben aprilis nisan nis апреля апрель апр квітня кві
απριλιου απριλιος απρ

may mai mayo maio maggio mag mei maj maja kvetna kveten majus mayis мая май травня тра μαιου μαιος μαι

june jun juni juin junio junho giugno giu czerwca czerwiec cze cervna cerven junius haziran haz июня июнь июн червня
чер ιουνιου ιουνιος ιουν

july jul juli juillet juil julio julho luglio lug lipca lipiec lip cervence cervenec julius temmuz tem июля июль июл
липня лип ιουλιου ιουλιος ιουλ

august aug aout agosto ago augustus augusti sierpnia sierpien sie srpna srpen augusztus agustos agustus августа август
авг серпня сер αυγουστου αυγουστος αυγ

september sep sept septembre septiembre setembro set settembre wrzesnia wrzesien wrz zari szeptember szept eylul eyl
сентября сентябрь сен сент вересня вер σεπτεμβριου σεπτεμβριος σεπ σεπτ

october oct oktober okt octobre octubre outubro out ottobre ott pazdziernika pazdziernik paz rijna rijen ekim eki
октября октябрь окт жовтня жов οκτωβριου οκτωβριος οκτ

november nov novembre noviembre novembro listopada listopad lis listopadu kasim kas ноября ноябрь ноя нояб листопада
лис νοεμβριου νοεμβριος νοε

december dec dezember dez decembre diciembre dic dezembro dicembre desember des grudnia grudzien gru prosince prosinec
aralik ara декабря декабрь дек грудня гру δεκεμβριου δεκεμβριος δεκ
"""
_MONTHS = {
    _unaccented(name): number for number, names in enumerate(_MONTH_NAMES.split("\n\n"), 1) for name in names.split()
}
#: Words that say nothing about the day: weekdays, endings of numbers, what stands around dates, seasons.
_NOISE_NAMES = """\
mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday mo montag di
dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag lundi mardi mercredi jeudi vendredi
samedi dimanche lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi sabato
domenica segunda terca quarta quinta sexta feira st nd rd th er o of the at on de del do le el den der am um a
published online available first epub updated posted since date spring summer autumn fall winter г года р
"""
_NOISE = frozenset(_NOISE_NAMES.split())
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?|\S")
_SEPARATORS = {"-": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "/": "/", ".": "."}
#: The order of year, month by name and number in a date, and the ways to write it. Of several days the first counts.
_SIGNATURES = (
    (re.compile(r"y[-/.]?(?:m[-/.]?|n[-/.])n|ynn"), "ymd"),
    (re.compile(r"n[-.]?m[-.]?[ny]|n[-/]n\.?my|n\.?m-n\.?my"), "dmy"),
    (re.compile(r"m\.?[-/]?n(?:[-/]n)?\.?[-/]?y|mn-mny"), "mdy"),
    (re.compile(r"n[-/.]n[-/.]y"), "numbers"),
    (re.compile(r"y[-/.]?m(?:[-/]m)?|y[-/.]n"), "ym"),
    (re.compile(r"m(?:[-/]m)?[-/.]?y|n[-/.]y"), "my"),
    (re.compile(r"y(?:[-/][yn])?"), "y"),
)
_YEAR_DIGITS, _DAY_DIGITS = 4, 2
_LAST_MONTH = 12
#: RFC 822 has years of two digits: https://www.rfc-editor.org/rfc/rfc5322#section-4.3
_CENTURY, _TURN = 1900, 50


def _date(text: str) -> FeedDate | None:
    text = text.strip(" ,;:.|-")
    if match := _WEEK.fullmatch(text):
        day = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
        return _known(day.year, day.month, day.day if match[3] else None)
    if match := _DAY_OF_YEAR.fullmatch(text):
        return _known_day(date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1), int(match[1]))
    parts = _parts(text)
    if parts is None:
        return None
    signature = "".join(kind for kind, _ in parts)
    order = next((order for pattern, order in _SIGNATURES if pattern.fullmatch(signature)), None)
    if order is None:
        return None
    found = _ordered(order, parts)
    # An unknown word may be a weekday in another language, but hardly before a bare year.
    return None if text[0].isalpha() and _is_unknown(text) and found.precision is not None else found


def _ordered(order: str, parts: list[tuple[str, int]]) -> FeedDate:
    numbers = [value for kind, value in parts if kind in "ymn"]
    years = [value for kind, value in parts if kind == "y"]
    year = years[-1 if order in {"dmy", "mdy", "my", "numbers"} else 0] if years else _full_year(numbers[2])
    if order == "y":
        return _known(year)
    if order in {"ym", "my"}:
        return _known(year, numbers[1] if order == "ym" else numbers[0])
    if order == "ymd":
        return _known(year, numbers[1], numbers[2])
    if order == "numbers":
        return _by_size(numbers[0], numbers[1], year, is_dotted=parts[1][0] == ".")
    day = next(value for kind, value in parts if kind == "n")
    month = next(value for kind, value in parts if kind == "m")
    return _known(year, month, day)


def _by_size(first: int, second: int, year: int, *, is_dotted: bool) -> FeedDate:
    """Return the date in ``30.4.2026``, ``30/4/2026`` and ``4/30/2026``; only the year if both orders are possible."""
    if first > _LAST_MONTH or first == second or (is_dotted and second <= _LAST_MONTH):
        return _known(year, second, first)
    return _known(year, first, second) if second > _LAST_MONTH else _known(year)


def _known(year: int, month: int | None = None, day: int | None = None) -> FeedDate:
    moment = datetime(year, 1 if month is None else month, 1 if day is None else day, tzinfo=UTC)
    return FeedDate(moment, "year" if month is None else "month" if day is None else None)


def _known_day(day: date, year: int) -> FeedDate | None:
    return _known(day.year, day.month, day.day) if day.year == year else None


def _full_year(number: int) -> int:
    return _CENTURY + number + (100 if number < _TURN else 0)


def _parts(text: str) -> list[tuple[str, int]] | None:
    """Return the parts of a date: years ``y``, names of months ``m``, other numbers ``n``, separators.

    ``None`` if it contains anything else.
    """
    parts: list[tuple[str, int]] = []
    for place, match in enumerate(_TOKEN.finditer(text)):
        part = match[0]
        if part.isascii() and part.isdigit():
            if len(part) != _YEAR_DIGITS and len(part) > _DAY_DIGITS:
                return None
            parts.append(("y" if len(part) == _YEAR_DIGITS else "n", int(part)))
        elif part in _SEPARATORS:
            is_ending = parts and parts[-1][0] == "m" and part == "."
            if not is_ending and parts:
                parts.append((_SEPARATORS[part], 0))
        elif part[0].isalpha():
            word = _unaccented(part)
            if word in _MONTHS:
                parts.append(("m", _MONTHS[word]))
            elif place and word not in _NOISE:
                return None
        elif part not in {",", ":"}:
            return None
    return parts


def _is_unknown(text: str) -> bool:
    match = _TOKEN.match(text)
    word = _unaccented(match[0]) if match else ""
    return word not in _NOISE and word not in _MONTHS
