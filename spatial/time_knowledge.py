"""How well the times of incidents are known: to the hour, to a part of the day, or hardly."""

import numpy as np
import pandas as pd

from spatial.clock import clock_intervals

_HOUR = 60 * 60 * 1_000_000
_WEEK = 7 * 24 * _HOUR

KNOWLEDGE = ("hour", "period", "date", "week", "none")
"""Known within one hour; to several hours; only by the date; to a week or longer; not at all."""


def count_time_knowledge(incidents: pd.DataFrame) -> "pd.Series[int]":
    """
    Count incidents by how well their time is known, in the classes of `tabulate_hours`.

    Parameters
    ----------
    incidents
        INCIDENTS frame.

    Returns
    -------
    n
        Incidents, indexed by `KNOWLEDGE`; they add up to all.

    Raises
    ------
    DegenerateDataError
        If an interval ends before it begins.

    Examples
    --------
    >>> times = pd.to_datetime(["2024-03-04 08:50", "2024-03-04 06:00", "2024-03-04 00:00", None])
    >>> until = pd.to_datetime(["2024-03-04 08:50", "2024-03-04 09:00", "2024-03-04 00:00", None])
    >>> count_time_knowledge(
    ...     pd.DataFrame(
    ...         {
    ...             "occurred_from": times,
    ...             "occurred_to": until,
    ...             "time_precision": ["minute", "period", "day", "day"],
    ...         }
    ...     )
    ... ).to_dict()
    {'hour': 1, 'period': 1, 'date': 1, 'week': 0, 'none': 1}
    """
    timed = incidents[incidents["occurred_from"].notna() & incidents["occurred_to"].notna()]
    start, end = clock_intervals(timed)
    end = np.maximum(end, start + 1)  # an instant is stretched to its microsecond
    week = end - start >= _WEEK
    hour = start // _HOUR == (end - 1) // _HOUR
    date = (timed["time_precision"] == "day").to_numpy() & ~week & ~hour
    counts = [hour.sum(), (~hour & ~date & ~week).sum(), date.sum(), week.sum()]
    return pd.Series([*counts, len(incidents) - len(timed)], list(KNOWLEDGE), dtype=int, name="n")
