"""How many weeks ago each incident happened."""

import pandas as pd

WEEK = pd.Timedelta(weeks=1)
DAYS_PER_WEEK = 7


def week_ages(
    occurred_from: pd.Series, occurred_to: pd.Series, *, end: pd.Timestamp
) -> "pd.Series[float]":
    """
    Return how many weeks before the last days of a period each incident happened.

    Parameters
    ----------
    occurred_from, occurred_to
        Ends of the interval, local time with zone; an incident counts on the day of its middle.
    end
        The last day of the period; it is the last of the seven days of week 0.

    Returns
    -------
    age
        Whole weeks, at least 0, on the index of `occurred_from`; NaN where the interval is a week
        or longer or unknown, and where it lies after the end.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2024-03-15 09", "2024-03-09 00", "2024-03-08 23"]))
    >>> week_ages(times, times, end=pd.Timestamp("2024-03-15 07:00")).tolist()
    [0.0, 0.0, 1.0]
    """
    length = occurred_to - occurred_from
    middle = (occurred_from + length / 2).dt.tz_localize(None)
    last_day = end.tz_localize(None).normalize()
    days = (last_day - middle.dt.normalize()).dt.days
    known = (length < WEEK) & (days >= 0)
    return (days // DAYS_PER_WEEK).where(known).astype(float).rename("age")
