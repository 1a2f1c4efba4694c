"""How many incidents of each kind fell into each calendar month."""

import pandas as pd


def count_months(incidents: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """
    Count incidents by calendar month and kind; all cells add up to the incidents.

    An incident counts at the middle of its interval, on the local calendar.

    Parameters
    ----------
    incidents
        INCIDENTS frame, each with a time.
    kind
        What to tell apart, on the same index.

    Returns
    -------
    counts
        A row for every month from the first to the last, months without an incident included,
        named such as `2024-03`; a column for each kind.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-03-30", "2024-05-01"])
    >>> incidents = pd.DataFrame({"occurred_from": days, "occurred_to": days})
    >>> count_months(incidents, pd.Series(["tip", "grid"]))
             grid  tip
    2024-03     0    1
    2024-04     0    0
    2024-05     1    0
    """
    first, last = incidents["occurred_from"], incidents["occurred_to"]
    middle = pd.DatetimeIndex(first + (last - first) / 2).tz_localize(None)
    month = middle.to_period("M")
    every = pd.period_range(month.min(), month.max(), freq="M")
    counted = pd.crosstab(month, kind.to_numpy()).reindex(every, fill_value=0)
    return counted.set_axis(every.astype(str)).rename_axis(index=None, columns=None)
