"""Moments and intervals in the words that people use -> days and seconds of the day."""

from dataclasses import dataclass

from data.ledger.day_periods import HOURS, NIGHT, NOON, day_hour
from data.ledger.moment_units import DAY_S, HOUR_S, SIXTY
from data.ledger.moment_words import LAST_HOUR
from data.ledger.spoken_tokens import (
    Clock,
    Day,
    Scan,
    Side,
    UnclearError,
    scan_moment,
)

_SMALL_HOURS = 5
TWO_SIDES = 2


@dataclass(frozen=True)
class Spoken:
    """What a text says of a moment or an interval; what it does not say is None."""

    day: Day | None = None
    last_day: Day | None = None
    """Of an interval that names the day of its end."""
    shift: int | None = None
    """Days from the day of the report to the day meant."""
    begin_s: float | None = None
    """Seconds after the midnight with which `day` begins."""
    end_s: float | None = None
    """Seconds after the midnight of `last_day`, or of `day` if there is no `last_day`."""
    grain: str = ""
    """`minute`, `hour` or `period`; empty where no time of day is given."""
    marks: frozenset[str] = frozenset()
    """Codes of what is unusual about the text; see `data.ledger.moment_rules`."""


def read_spoken(text: str) -> Spoken | None:
    """
    Read a moment or an interval in words.

    Parameters
    ----------
    text
        As it stands in a cell.

    Returns
    -------
    spoken
        None where the text is no time, or more than one. An hour without minutes, and a clock
        with 约, 左右, 许 or 多, stand for the hour that begins then; a word such as 上午 alone for
        the hours of `data.ledger.day_periods.HOURS`.

    Examples
    --------
    >>> said = read_spoken("1月15日早上8点多")
    >>> said.day, said.begin_s, said.end_s, said.grain
    (Day(a=None, b=1, c=15), 28800.0, 32400.0, 'hour')
    >>> said = read_spoken("昨晚11点到1点")
    >>> said.shift, said.begin_s / 3600, said.end_s / 3600, said.grain
    (-1, 23.0, 25.0, 'period')
    """
    try:
        scan = scan_moment(text)
        if "habitual" in scan.marks:
            return Spoken(marks=frozenset(scan.marks))
        return _put_together(scan)
    except UnclearError:
        return None


def _put_together(scan: Scan) -> Spoken:
    """Make a moment or an interval of what was found."""
    first, last = scan.sides[0], scan.sides[-1] if len(scan.sides) == TWO_SIDES else Side()
    _name_numbers(first, last)
    if first.dated and not first.timed and last.timed and not last.dated:
        first = Side(first.day, first.shift, last.word, last.clock)  # the sign only parts them
        last = Side()
    if last.dated and not first.dated:
        first.day, first.shift, last.day, last.shift = last.day, last.shift, None, None
    if not first.dated and ("weekday" in scan.marks or not first.timed):
        raise UnclearError
    if last.dated or last.timed:
        scan.marks.add("interval")
        return _interval(first, last, scan.marks)
    return _moment(first, scan.marks)


def _name_numbers(first: Side, last: Side) -> None:
    """Say of bare numbers whether they are hours (8-9点, 上午8) or days (1月5日-8)."""
    for side in (first, last):
        if side.number is not None and side.word and not side.clock:
            side.clock, side.number = Clock(side.number, None, 0.0), None
    if first.number is not None and last.clock and not first.clock:
        first.clock, first.number = Clock(first.number, None, 0.0), None
    if last.number is not None and first.day and not first.clock and not last.clock:
        last.day, last.number = Day(first.day.a, first.day.b, last.number), None
    if first.number is not None or last.number is not None:
        raise UnclearError


def _moment(side: Side, marks: set[str]) -> Spoken:
    """Read a single end: a clock, a part of the day, or only a day."""
    clock = _checked(side.clock, marks)
    day, shift = side.day, side.shift
    if clock is not None:
        begin_s = _seconds(side.word, clock)
        if shift is not None and side.word in NIGHT and clock.hour < _SMALL_HOURS:
            begin_s += DAY_S  # 昨晚1点 is the small hours of today
        rough = clock.minute is None or "about" in marks
        end_s = begin_s + HOUR_S if rough else begin_s
        return Spoken(
            day, None, shift, begin_s, end_s, "hour" if rough else "minute", frozenset(marks)
        )
    if side.word:
        marks.add("period_words")
        begin_s, end_s = (HOUR_S * hour for hour in HOURS[side.word])
        return Spoken(day, None, shift, begin_s, end_s, "period", frozenset(marks))
    return Spoken(day, None, shift, marks=frozenset(marks))


def _interval(first: Side, last: Side, marks: set[str]) -> Spoken:
    """Read both ends of an interval."""
    begin_s = _end_of(first, _checked(first.clock, marks), 0)
    clock = _checked(last.clock, marks)
    end_s = _end_of(last, clock, 1)
    if begin_s is None and end_s is None:
        return Spoken(first.day, last.day, first.shift, marks=frozenset(marks))
    begin_s = begin_s or 0.0
    if end_s is None:
        end_s = DAY_S
    elif clock is not None and not last.word and first.word:
        end_s = _seconds(first.word, clock)  # 上午8点到10点: the word holds for both
    if last.shift is not None and first.shift is not None:
        end_s += DAY_S * (last.shift - first.shift)
    elif end_s < begin_s and last.day is None:
        end_s = _later(begin_s, end_s, clock, marks)
    return Spoken(first.day, last.day, first.shift, begin_s, end_s, "period", frozenset(marks))


def _later(begin_s: float, end_s: float, clock: Clock | None, marks: set[str]) -> float:
    """Move an end that comes before its begin to the afternoon or past midnight."""
    afternoon_s = end_s + HOUR_S * NOON
    if "clock_words" in marks and clock and clock.hour <= NOON and begin_s <= afternoon_s:
        return afternoon_s
    marks.add("past_midnight")
    return end_s + DAY_S


def _end_of(side: Side, clock: Clock | None, which: int) -> float | None:
    """Return the seconds of one end: of its clock, else the begin or the end of its word."""
    if clock is not None:
        return _seconds(side.word, clock)
    return HOUR_S * HOURS[side.word][which] if side.word else None


def _seconds(word: str, clock: Clock) -> float:
    """Return the seconds after midnight of a clock with a word."""
    return HOUR_S * day_hour(word, clock.hour) + SIXTY * (clock.minute or 0) + clock.second


def _checked(clock: Clock | None, marks: set[str]) -> Clock | None:
    """Return a clock if it can be one."""
    if clock is None:
        return None
    late = clock.hour == LAST_HOUR and ((clock.minute or 0) + clock.second) > 0
    if clock.hour > LAST_HOUR or late or max(clock.minute or 0, clock.second) >= SIXTY:
        marks.add("clock_impossible")
        return None
    return clock
