"""Whether a gate is open while a team is out: the common part of OSM's opening_hours."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.shifts import MINUTES_PER_DAY

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
SUN_MIN = {"sunrise": 6 * 60, "dawn": 6 * 60, "sunset": 18 * 60, "dusk": 18 * 60}
"""The sun of this tool: day and night shifts change at 06:00 and 18:00 as well."""

_MOMENT = r"(?:\d{1,2}:\d{2}|sunrise|sunset|dawn|dusk)"
_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)[A-Za-z,\- ]*?)??\s*"
    rf"(?P<hours>24/7|open|off|closed|{_MOMENT}\s*-\s*{_MOMENT}"
    rf"(?:\s*,\s*{_MOMENT}\s*-\s*{_MOMENT})*)?"
)


def is_open_throughout(text: str, windows: Sequence[tuple[int, int]]) -> bool:
    """
    Tell whether opening hours cover all windows on every day of the week.

    Understood are days (`Mo-Fr`, `Sa,Su`), hours (`06:00-22:00`, `22:00-02:00`, several by
    comma), `sunrise`, `sunset`, `24/7`, `off` and rules separated by semicolons, of which later
    ones replace earlier ones on their days. Holidays (`PH`, `SH`) are passed over. Hours that
    say more than that, such as months, count as open: a gate wrongly shut would cut streets off.

    Parameters
    ----------
    text
        Value of an `opening_hours` tag; empty means always open.
    windows
        Spans in minutes after midnight; a span may end after 1440, on the next day.

    Returns
    -------
    is_open
        False only if the hours are understood and some minute of a window is not covered on
        some day of the week, because the date of the plan is not known here.

    References
    ----------
    OpenStreetMap Wiki, Key:opening_hours/specification

    Examples
    --------
    >>> is_open_throughout("06:00-20:00", [(480, 690), (810, 1020)])
    True
    >>> is_open_throughout("06:00-20:00", [(1110, 1290)])
    False
    >>> is_open_throughout("Mo-Fr 06:00-22:00", [(480, 690)])  # shut on Saturdays
    False
    """
    week = _open_week(text)
    if week is None:
        return True
    minutes = np.concatenate([np.arange(0), *(np.arange(*window) for window in windows)])
    days = np.arange(len(DAYS))[:, None] * MINUTES_PER_DAY
    return bool(week[(days + minutes) % week.size].all())


def _open_week(text: str) -> NDArray[np.bool_] | None:
    """Return for each minute of a week from Monday whether it is open; None if not understood."""
    plain = re.sub(r"[–—~]", "-", unicodedata.normalize("NFKC", text)).strip()
    week = np.zeros(len(DAYS) * MINUTES_PER_DAY, dtype=bool)
    understood = False
    for rule in plain.split(";"):
        if not rule.strip():
            continue
        match = _RULE.fullmatch(rule.strip())
        days = _days(match["days"]) if match else None
        if match is None or days is None:
            return None
        if days and not _write(week, days, match["hours"]):
            return None
        understood = understood or bool(days)
    return week if understood else None


def _days(text: str | None) -> list[int] | None:
    """Return the positions of the days named; all without names, none for holidays alone."""
    if not text:
        return list(range(len(DAYS)))
    days: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if part in {"PH", "SH"}:
            continue
        if first not in DAYS or (last and last not in DAYS):
            return None
        start = DAYS.index(first)
        span = (DAYS.index(last) - start) % len(DAYS) if last else 0
        days += [(start + step) % len(DAYS) for step in range(span + 1)]
    return days


def _write(week: NDArray[np.bool_], days: list[int], hours: str | None) -> bool:
    """Write the hours of a rule over those of its days; False if an hour makes no sense."""
    spans = [(0, MINUTES_PER_DAY)]
    if hours in {"off", "closed"}:
        spans = []
    elif hours not in {None, "24/7", "open"}:
        moments = [_minute(moment) for moment in re.findall(_MOMENT, str(hours))]
        spans = list(zip(moments[::2], moments[1::2], strict=True))
    if any(max(span) > MINUTES_PER_DAY for span in spans):
        return False
    for day in days:
        week[day * MINUTES_PER_DAY : (day + 1) * MINUTES_PER_DAY] = False
    for day in days:
        for start, end in spans:
            length = (end - start) % MINUTES_PER_DAY or MINUTES_PER_DAY
            week[(day * MINUTES_PER_DAY + start + np.arange(length)) % week.size] = True
    return True


def _minute(moment: str) -> int:
    """Return minutes after midnight of `07:30` or of the sun's hour."""
    if moment in SUN_MIN:
        return SUN_MIN[moment]
    hour, minute = moment.split(":")
    return int(hour) * 60 + int(minute)
