"""How many incidents fell into each week before a day."""

import pandas as pd

from spatial.time_slices import cut_period

DAYS_PER_WEEK = 7


def count_weeks(
    incidents: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp
) -> "pd.Series[int]":
    """
    Count the incidents of each whole week, from the end backwards.

    An incident counts at the middle of its interval, as in `compare_with_earlier`.

    Parameters
    ----------
    incidents
        INCIDENTS frame.
    start, end
        Local times with zone; `end` belongs to what follows. The days at the head that do not fill
        a week are left out, because they would look like a quiet one.

    Returns
    -------
    n
        Incidents, indexed by the first moment of each week, in rising order.

    Raises
    ------
    DegenerateDataError
        If not even one week fits.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-02-29", "2024-03-02", "2024-03-12"])
    >>> incidents = pd.DataFrame({"occurred_from": days, "occurred_to": days})
    >>> count_weeks(
    ...     incidents, start=pd.Timestamp("2024-02-28"), end=pd.Timestamp("2024-03-15")
    ... ).to_dict()
    {Timestamp('2024-03-01 00:00:00'): 1, Timestamp('2024-03-08 00:00:00'): 1}
    """
    edges = cut_period(start, end, days=DAYS_PER_WEEK)
    first, last = incidents["occurred_from"], incidents["occurred_to"]
    middle = first + (last - first) / 2
    known = pd.DatetimeIndex(middle[(middle >= edges[0]) & (middle < end)]).as_unit("ns")
    position = edges.as_unit("ns").searchsorted(known, side="right") - 1
    counted = pd.Series(position).value_counts().reindex(range(len(edges) - 1), fill_value=0)
    return counted.set_axis(edges[:-1]).rename("n")
