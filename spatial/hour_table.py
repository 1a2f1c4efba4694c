"""When in the week incidents happen: hour x weekday x shift, and how little may lie behind it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, Message
from data.shifts import Shift
from spatial.clock import clock_intervals
from spatial.refusals import refuse_few, refuse_no_time, refuse_one_moment, refuse_vague_times

HOURS_PER_WEEK = 168

_MINUTE = 60_000_000  # in microseconds, the unit of all times below
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_MONDAY = 3 * _DAY  # 1970-01-01 was a Thursday, three days into its week

Integers = NDArray[np.int64]
Spans = list[tuple[int, int]]


class HourTable(NamedTuple):
    """Incidents by weekday, hour and shift, and what they rest on."""

    table: pd.DataFrame
    """Incidents: a row for each `weekday` (1 Monday to 7 Sunday) and `hour` (0 to 23) of the
    calendar, a column for each shift; all adds up to `n`."""
    n: int
    """Incidents with a time."""
    n_effective: float
    """What they are worth: one whose time is spread over m hours alike counts 1 / m."""
    n_known: int
    """Incidents whose interval lies within one hour."""
    n_uniform: int
    """Incidents whose interval lasts a week or longer: they are spread evenly over the week."""
    notes: tuple[Message, ...]


def tabulate_hours(
    incidents: pd.DataFrame, shifts: Sequence[Shift], *, least: int = 10
) -> HourTable:
    """
    Spread incidents over the hours of the week in which they may have happened.

    An incident counts in every hour by the share of its interval that lies there. An interval of a
    week or longer says nothing of the hour and is spread evenly, so that a month with five Mondays
    makes no Monday of it. The shares are exact here and whole twelfths in `shift_twelfths`, so the
    sums of a shift differ by less than a twelfth for each incident of uncertain time.

    Parameters
    ----------
    incidents
        INCIDENTS frame; those without a time are left out and counted in a note.
    shifts
        Shifts that hold each minute of the day exactly once.
    least
        Fewer incidents are not tabulated.

    Raises
    ------
    DegenerateDataError
        If there are fewer than `least` incidents, none of them has a time, all bear the same time,
        or none is known better than to the day: no hour would be seen, only the defaults of a form.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), doi:10.1023/A:1013240828824

    Examples
    --------
    One incident on Monday between 17:30 and 18:30, one on Tuesday at 9 sharp.

    >>> shifts = (Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ()))
    >>> incidents = pd.DataFrame(
    ...     {
    ...         "occurred_from": pd.to_datetime(["2024-03-04 17:30", "2024-03-05 09:00"]),
    ...         "occurred_to": pd.to_datetime(["2024-03-04 18:30", "2024-03-05 09:00"]),
    ...         "time_precision": ["period", "minute"],
    ...     }
    ... )
    >>> found = tabulate_hours(incidents, shifts, least=2)
    >>> found.table.loc[[(1, 17), (1, 18), (2, 9)]].to_numpy().tolist()
    [[0.5, 0.0], [0.0, 0.5], [1.0, 0.0]]
    >>> found.n_effective, found.n_known
    (1.5, 1)
    """
    refuse_few(len(incidents), least)
    refuse_no_time(incidents["occurred_from"], incidents["occurred_to"])
    timed = incidents[incidents["occurred_from"].notna() & incidents["occurred_to"].notna()]
    start, end = clock_intervals(timed)
    end = np.maximum(end, start + 1)  # an instant is stretched to its microsecond
    refuse_vague_times(pd.Series(pd.to_timedelta(end - start, unit="us")), pd.Timedelta(days=1))
    refuse_one_moment(timed["occurred_from"], timed["occurred_to"])

    uniform = end - start >= _WEEK
    counts = np.empty((HOURS_PER_WEEK, len(shifts)))
    squares = np.zeros(len(timed))
    for row, spans in enumerate(_hours_of_the_week(shifts)):
        share = np.stack([_share(start, end, uniform, span) for span in spans])
        counts[row] = share.sum(axis=1)
        squares += share.sum(axis=0) ** 2
    index = pd.MultiIndex.from_product([range(1, 8), range(24)], names=["weekday", "hour"])
    table = pd.DataFrame(counts, index, columns=[shift.code for shift in shifts])
    known = int((start // _HOUR == (end - 1) // _HOUR).sum())
    effective, spread = float(squares.sum()), int(uniform.sum())
    said = _notes(len(incidents) - len(timed), len(timed), effective, spread)
    return HourTable(table, len(timed), effective, known, spread, said)


def _hours_of_the_week(shifts: Sequence[Shift]) -> Iterator[list[Spans]]:
    """Yield, from Monday 0:00 on, the parts of each hour that belong to each shift."""
    for first in range(0, _WEEK, _HOUR):
        midnight = first // _DAY * _DAY
        yield [
            [
                (begin, stop)
                for a, b in shift.spans
                if (begin := max(first, midnight + a * _MINUTE))
                < (stop := min(first + _HOUR, midnight + b * _MINUTE))
            ]
            for shift in shifts
        ]


def _share(
    start: Integers, end: Integers, uniform: NDArray[np.bool_], spans: Spans
) -> NDArray[np.float64]:
    """Return the share of each interval that lies in these spans of the week."""
    inside = np.zeros(start.size)
    for span in spans:
        inside += _time_in(span, end) - _time_in(span, start)
    whole = sum(b - a for a, b in spans) / _WEEK
    return np.where(uniform, whole, inside / (end - start))


def _time_in(span: tuple[int, int], until: Integers) -> Integers:
    """Return the time spent inside a weekly span from the epoch's Monday until each moment."""
    first, last = span
    weeks, clock = np.divmod(until + _MONDAY, _WEEK)
    return np.asarray(weeks * (last - first) + np.clip(clock - first, 0, last - first))


def _notes(untimed: int, n: int, effective: float, spread: int) -> tuple[Message, ...]:
    """Say how much of the table is knowledge."""
    text = N_("{n} incidents by the hour; they tell as much as {worth} whose hour is known.")
    said = [Message.of(text, n=n, worth=f"{effective:.1f}".removesuffix(".0"))]
    if spread:
        text = N_("{n} incidents known only to the week or month are spread evenly over the week.")
        said.append(Message.of(text, n=spread))
    if untimed:
        said.append(Message.of(N_("{n} incidents without a time are not counted."), n=untimed))
    return tuple(said)
