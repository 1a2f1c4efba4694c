"""Times of occurrence as the wall clock showed them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message

_DAY = 24 * 60 * 60 * 1_000_000


def clock_intervals(incidents: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return when each incident may have begun and ended, on the local wall clock.

    Parameters
    ----------
    incidents
        INCIDENTS frame. One known only by its date lasts all of its days.

    Returns
    -------
    start, end
        Microseconds since 1970-01-01 00:00 on the wall clock, shape (n,).

    Raises
    ------
    DegenerateDataError
        If an interval ends before it begins.

    Examples
    --------
    >>> times = pd.to_datetime(["1970-01-02 10:00+08:00"])
    >>> start, end = clock_intervals(
    ...     pd.DataFrame({"occurred_from": times, "occurred_to": times, "time_precision": "day"})
    ... )
    >>> (end - start).tolist() == [24 * 60 * 60 * 10**6]
    True
    """
    refuse_reversed(incidents["occurred_from"], incidents["occurred_to"])
    start = read_clock(incidents["occurred_from"])
    end = read_clock(incidents["occurred_to"])
    whole_days = incidents["time_precision"].to_numpy() == "day"
    first_day = start // _DAY * _DAY
    last_day = -(-end // _DAY) * _DAY
    return (
        np.where(whole_days, first_day, start),
        np.where(whole_days, np.maximum(last_day, first_day + _DAY), end),
    )


def read_clock(times: pd.Series) -> NDArray[np.int64]:
    """
    Return microseconds since 1970-01-01 00:00 on the local wall clock.

    Examples
    --------
    >>> read_clock(pd.Series(pd.to_datetime(["1970-01-01 00:01+08:00"]))).tolist()
    [60000000]
    """
    local = pd.DatetimeIndex(times).tz_localize(None).to_numpy()
    clock: NDArray[np.int64] = local.astype("datetime64[us]").astype(np.int64)
    return clock


def refuse_reversed(occurred_from: pd.Series, occurred_to: pd.Series) -> None:
    """
    Refuse intervals that end before they begin.

    Raises
    ------
    DegenerateDataError
        If there is one, because then it has no hours to share out.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2024-03-04 08:00", "2024-03-04 09:00"]))
    >>> refuse_reversed(times, times)
    """
    if (n := int((occurred_to < occurred_from).sum())) > 0:
        raise DegenerateDataError(
            Message.of(N_("{n} incidents end before they begin."), n=n),
            N_("Correct the times of occurrence."),
        )
