"""Spread incidents with an uncertain time over the shifts in which they may have happened."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError
from data.shifts import Shift
from spatial.clock import clock_intervals, read_clock, refuse_reversed

TWELFTHS = 12
"""Parts of one incident: quarters, thirds and sixths of it stay whole numbers."""

Spans = Sequence[tuple[int, int]]

_MINUTE = 60_000_000  # in microseconds, the unit of all times below
_DAY = 24 * 60 * _MINUTE


def aoristic_weights(
    occurred_from: pd.Series, occurred_to: pd.Series, spans: Mapping[str, Spans]
) -> pd.DataFrame:
    """
    Share out each incident among parts of the day, in proportion to the time that they overlap.

    An incident is taken to be equally likely at every moment of its interval, however long; one
    whose interval has no length falls wholly into the part of the day that holds it. Hours are
    those of the local wall clock.

    Parameters
    ----------
    occurred_from, occurred_to
        Ends of the interval, local time with zone, on the same index.
    spans
        For each part of the day, half-open spans in minutes after midnight (0 to 1440).

    Returns
    -------
    weights
        On the index of `occurred_from`, a column for each part of the day, in [0, 1]; a row adds up
        to 1 where the parts hold the whole interval.

    Raises
    ------
    DegenerateDataError
        If an interval ends before it begins, because then it has no hours to share out.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), doi:10.1023/A:1013240828824

    Examples
    --------
    >>> times = pd.to_datetime(pd.Series(["2024-03-04 08:00", "2024-03-04 16:00"]))
    >>> aoristic_weights(times[:1], times[1:].set_axis([0]), {"noon to 4": [(720, 960)]})
       noon to 4
    0        0.5
    """
    refuse_reversed(occurred_from, occurred_to)
    start, end = read_clock(occurred_from), read_clock(occurred_to)
    overlap, whole = _overlap(start, end, spans)
    return pd.DataFrame(overlap / whole[:, None], index=occurred_from.index, columns=list(spans))


def shift_twelfths(incidents: pd.DataFrame, shifts: Sequence[Shift]) -> pd.DataFrame:
    """
    Share out each incident among the shifts, in whole twelfths.

    Twelfths go to the largest remainders; between equal remainders the earlier shift in `shifts`
    comes first. An incident known only by its date (`time_precision` = `day`) is spread over all
    24 hours of its days.

    Parameters
    ----------
    incidents
        INCIDENTS frame.
    shifts
        Shifts that hold each minute of the day exactly once.

    Returns
    -------
    twelfths
        Integers of 0 to 12 on the index of `incidents`, a column for each shift code; every row
        adds up to exactly 12.

    Raises
    ------
    DegenerateDataError
        If an interval ends before it begins, or the shifts leave out or repeat a part of the day,
        so that an incident would count as less or more than one.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), doi:10.1023/A:1013240828824

    Examples
    --------
    >>> day, night = Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ())
    >>> incidents = pd.DataFrame(
    ...     {
    ...         "occurred_from": pd.to_datetime(["2024-03-04 16:00+08:00"]),
    ...         "occurred_to": pd.to_datetime(["2024-03-04 19:00+08:00"]),
    ...         "time_precision": ["period"],
    ...     },
    ...     index=["A1"],
    ... )
    >>> shift_twelfths(incidents, [day, night]).loc["A1"].to_dict()
    {'day': 8, 'night': 4}
    """
    start, end = clock_intervals(incidents)
    overlap, whole = _overlap(start, end, {shift.code: shift.spans for shift in shifts})
    if (overlap.sum(axis=1) != whole).any():
        raise DegenerateDataError(
            N_("The hours of the shifts do not add up to one whole day."),
            N_("Let each shift begin when another ends."),
        )
    parts = whole_twelfths(overlap, whole)
    return pd.DataFrame(parts, index=incidents.index, columns=[shift.code for shift in shifts])


def effective_incidents(twelfths: pd.DataFrame) -> pd.Series:
    """
    Count what the incidents of each layer are worth: those that may belong to another, for less.

    An incident with the share w in a layer counts w there, but tells of it only as much as w^2
    incidents whose time is known: what a layer rests on is the sum of the w^2.

    Parameters
    ----------
    twelfths
        Result of `shift_twelfths`.

    Returns
    -------
    n_effective
        A number for each layer, at most the sum of its shares.

    Examples
    --------
    Two incidents of the day, and two that may as well belong to the night.

    >>> twelfths = pd.DataFrame({"day": [12, 12, 6, 6], "night": [0, 0, 6, 6]})
    >>> effective_incidents(twelfths).to_dict()
    {'day': 2.5, 'night': 0.5}
    """
    return ((twelfths / TWELFTHS) ** 2).sum().rename("n_effective")


def whole_twelfths(overlap: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Share out twelve twelfths in proportion to whole numbers, the rest to the largest remainders.

    Parameters
    ----------
    overlap
        Shape (n, parts), at least 0.
    whole
        Shape (n,), the sum of each row of `overlap`, above 0.

    Returns
    -------
    parts
        Of the shape of `overlap`; every row adds up to 12. Between equal remainders the part on
        the left comes first.

    Examples
    --------
    >>> whole_twelfths(np.array([[1, 1, 3]]), np.array([5])).tolist()
    [[3, 2, 7]]
    """
    parts, remainder = np.divmod(overlap * TWELFTHS, whole[:, None])
    missing = TWELFTHS - parts.sum(axis=1)
    rank = np.argsort(np.argsort(-remainder, axis=1, kind="stable"), axis=1)
    parts += rank < missing[:, None]
    return np.asarray(parts)


def _overlap(
    start: NDArray[np.int64], end: NDArray[np.int64], spans: Mapping[str, Spans]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how long each interval (row) meets each part of the day, and how long it is.

    An instant is stretched to its microsecond, the smallest time that can belong to one shift; so
    is an interval that the end of summer time turns round on the wall clock.
    """
    end = np.maximum(end, start + 1)
    overlap = np.zeros((start.size, len(spans)), dtype=np.int64)
    for column, part in enumerate(spans.values()):
        for span in part:
            overlap[:, column] += _time_in(span, end) - _time_in(span, start)
    return overlap, end - start


def _time_in(span: tuple[int, int], until: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the time spent inside a daily span from the epoch until each moment."""
    first, last = span[0] * _MINUTE, span[1] * _MINUTE
    days, clock = np.divmod(until, _DAY)
    return np.asarray(days * (last - first) + np.clip(clock - first, 0, last - first))
