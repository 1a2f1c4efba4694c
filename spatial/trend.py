"""How the last weeks compare with the weeks before them."""

from dataclasses import dataclass

import pandas as pd

WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True)
class Trend:
    """Incidents of the last weeks, and what the weeks before would make one expect."""

    recent: int
    recent_weeks: int
    baseline: float | None
    """Mean number in as many weeks of the baseline; None if the data do not reach so far back."""
    baseline_weeks: int


def compare_recent(
    times: "pd.Series[pd.Timestamp]", *, end: pd.Timestamp, recent_weeks: int, baseline_weeks: int
) -> Trend:
    """
    Count the last weeks and average the weeks before them.

    Parameters
    ----------
    times
        When each incident began, shape (n,).
    end
        Last moment of the period, at most one incident after another before it.
    recent_weeks, baseline_weeks
        Lengths of the two spans; the baseline ends where the last weeks begin.

    Returns
    -------
    trend
        The baseline is scaled to `recent_weeks`.

    Examples
    --------
    Two incidents in the last week, one in each of the four weeks before.

    >>> days = pd.Series(pd.to_datetime("2026-06-30") - pd.to_timedelta([0, 1, 8, 15, 22, 29], "D"))
    >>> trend = compare_recent(
    ...     days, end=pd.Timestamp("2026-06-30"), recent_weeks=1, baseline_weeks=4
    ... )
    >>> trend.recent, trend.baseline
    (2, 1.0)
    """
    start = end - recent_weeks * WEEK
    earliest = start - baseline_weeks * WEEK
    recent = int(((times > start) & (times <= end)).sum())
    before = int(((times > earliest) & (times <= start)).sum())
    known = len(times) > 0 and times.min() <= earliest + WEEK
    baseline = before * recent_weeks / baseline_weeks if known else None
    return Trend(recent, recent_weeks, baseline, baseline_weeks)
