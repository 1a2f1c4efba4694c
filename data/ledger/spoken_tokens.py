"""The words and numbers of a moment, such as 1月15日早上8点多, sorted by what they tell."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from data.ledger.chinese_numerals import to_digits
from data.ledger.day_periods import HOURS
from data.ledger.moment_units import THIS_CENTURY
from data.ledger.moment_words import (
    CHINESE_DATE,
    COMPACT,
    LAST_DAY,
    LAST_HOUR,
    LAST_MONTH,
    LEADING,
    MONTHS,
    NUMERAL,
    RELATIVE,
    STREET,
    TOKEN,
    WIDE,
)


class Day(NamedTuple):
    """Numbers of a date as written, `a-b-c`; the first two are None where they are not."""

    a: int | None
    b: int | None
    c: int


class Clock(NamedTuple):
    """A time of day as written; the minutes are None where only the hour is."""

    hour: int
    minute: int | None
    second: float


class UnclearError(ValueError):
    """The text says something twice, or something that is no time."""


@dataclass
class Side:
    """One end of an interval."""

    day: Day | None = None
    shift: int | None = None
    word: str = ""
    clock: Clock | None = None
    number: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it tells a day."""
        return self.day is not None or self.shift is not None

    @property
    def timed(self) -> bool:
        """Whether it tells a time of day."""
        return self.clock is not None or self.word != ""


@dataclass
class Scan:
    """What a text tells of the ends of an interval, and codes of what is unusual about it."""

    sides: list[Side] = field(default_factory=lambda: [Side()])
    marks: set[str] = field(default_factory=set)


def scan_moment(text: str) -> Scan:
    """
    Sort the words and numbers of a text.

    Raises
    ------
    UnclearError
        If it names two dates or two clocks at one end, or a number that is neither.

    Examples
    --------
    >>> side, = scan_moment("1月15日早上8点多").sides
    >>> side.day, side.word, side.clock
    (Day(a=None, b=1, c=15), '早上', Clock(hour=8, minute=None, second=0.0))
    """
    scan = Scan()
    if WIDE.search(text):
        scan.marks.add("full_width")
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    digits = NUMERAL.sub(lambda run: to_digits(run[0]), plain)
    if digits != plain:
        scan.marks.add("numerals")
    for token in TOKEN.finditer(_with_signs(digits, scan)):
        _TAKE[token.lastgroup or "rest"](token, scan)
    if not CHINESE_DATE.search(plain):
        scan.marks.discard("chinese")
    if scan.sides[0].day and scan.sides[0].day.b is None and STREET.search(plain):
        raise UnclearError
    return scan


def _with_signs(text: str, scan: Scan) -> str:
    """Write 20180105 0830 as 2018-01-05 08:30, and a leading 1.15 as 1月15日."""
    if parts := COMPACT.match(text):
        scan.marks.add("compact")
        year, month, day, hour, minute, second = parts.groups()
        clock = f" {hour}:{minute}:{second or '00'}" if hour else " "
        return f"{year}-{month}-{day}{clock}{text[parts.end() :]}"
    if parts := LEADING.match(text):
        first, second = int(parts[1]), int(parts[3])
        if first > LAST_MONTH and parts[2] != "-":
            first, second = second, first
        # 8-9 may as well be hours
        hours = parts[2] == "-" and parts[0] == text and second <= LAST_HOUR
        if not hours and 1 <= first <= LAST_MONTH and 1 <= second <= LAST_DAY:
            scan.marks.update({".": ["dotted"], "/": ["slashed"]}.get(parts[2], []))
            return f"{first}月{second}日{text[parts.end() :]}"
    return text


def _set_day(scan: Scan, day: Day, *marks: str) -> None:
    """Note the date of the present end."""
    side = scan.sides[-1]
    if side.day is not None:
        raise UnclearError
    side.day, side.shift = day, None
    scan.marks.update(marks)


def _take_year_date(token: re.Match[str], scan: Scan) -> None:
    year = int(token["y"])
    short = ["two_digit_year"] if len(token["y"]) == len("18") else []
    _set_day(scan, Day(_full(year), int(token["ym"]), int(token["yd"])), "chinese", *short)


def _take_signed_date(token: re.Match[str], scan: Scan) -> None:
    day = Day(int(token["a"]), int(token["b"]), int(token["c"]))
    lengths = {len(token["a"]), len(token["c"])}
    if 3 in lengths or lengths == {4}:  # noqa: PLR2004  # no year has three digits, no date two years
        raise UnclearError
    _set_day(scan, day, *({".": ["dotted"], "/": ["slashed"]}.get(token["sign"], [])))


def _take_short_date(token: re.Match[str], scan: Scan) -> None:
    _set_day(scan, Day(None, int(token["m"]), int(token["d"])), "chinese")


def _take_day_month(token: re.Match[str], scan: Scan) -> None:
    year = token["ny"]
    short = ["two_digit_year"] if year and len(year) == len("18") else []
    month = MONTHS.index(token["nm"]) + 1
    day = Day(_full(int(year)) if year else None, month, int(token["nd"]))
    _set_day(scan, day, "month_name", *short)


def _take_month_day(token: re.Match[str], scan: Scan) -> None:
    year = int(token["oy"]) if token["oy"] else None
    _set_day(scan, Day(year, MONTHS.index(token["om"]) + 1, int(token["od"])), "month_name")


def _take_only_day(token: re.Match[str], scan: Scan) -> None:
    _set_day(scan, Day(None, None, int(token["dd"])), "chinese")


def _full(year: int) -> int:
    """Return a year with its century, which is this one."""
    return year + THIS_CENTURY if year < THIS_CENTURY // 20 else year


def _set_clock(scan: Scan, clock: Clock) -> None:
    """Note the clock of the present end."""
    side = scan.sides[-1]
    if side.clock is not None:
        raise UnclearError
    side.clock = clock


def _take_colon_clock(token: re.Match[str], scan: Scan) -> None:
    _set_clock(scan, Clock(int(token["h"]), int(token["mi"]), float(token["s"] or 0)))


def _take_point_clock(token: re.Match[str], scan: Scan) -> None:
    minute = 30 if token["half"] else None
    if token["quarter"]:
        minute = 15 * int(token["quarter"])
    if token["pm"]:
        minute = int(token["pm"])
    _set_clock(scan, Clock(int(token["ph"]), minute, float(token["ps"] or 0)))
    scan.marks.add("clock_words")


def _take_relative(token: re.Match[str], scan: Scan) -> None:
    if not scan.sides[-1].dated:
        scan.sides[-1].shift = RELATIVE[token[0]]
        scan.marks.add("relative")


def _take_word(token: re.Match[str], scan: Scan) -> None:
    side = scan.sides[-1]
    after = side.word and HOURS[token[0]][0] >= HOURS[side.word][1]
    if after and side.clock is None and len(scan.sides) == 1:
        scan.sides.append(Side(word=token[0]))  # 上午、下午
    else:
        side.word = token[0]
    scan.marks.add("clock_words")


def _take_half_day(token: re.Match[str], scan: Scan) -> None:
    scan.sides[-1].word = f"{token[0][0]}m"
    scan.marks.add("twelve_hour")


def _take_until(_: re.Match[str], scan: Scan) -> None:
    side = scan.sides[-1]
    if side.dated or side.timed or side.number is not None:
        if len(scan.sides) > 1:
            raise UnclearError
        scan.sides.append(Side())


def _take_number(token: re.Match[str], scan: Scan) -> None:
    side = scan.sides[-1]
    if side.number is not None or "." in token[0] or int(token[0]) > LAST_DAY:
        raise UnclearError
    side.number = int(token[0])


_TAKE: Mapping[str, Callable[[re.Match[str], Scan], None]] = {
    "year_date": _take_year_date,
    "signed_date": _take_signed_date,
    "short_date": _take_short_date,
    "day_month": _take_day_month,
    "month_day": _take_month_day,
    "only_day": _take_only_day,
    "colon_clock": _take_colon_clock,
    "point_clock": _take_point_clock,
    "relative": _take_relative,
    "half_day": _take_half_day,
    "word": _take_word,
    "about": lambda _, scan: scan.marks.add("about"),
    "habit": lambda _, scan: scan.marks.add("habitual"),
    "weekday": lambda _, scan: scan.marks.add("weekday"),
    "until": _take_until,
    "number": _take_number,
    "rest": lambda _, __: None,
}
