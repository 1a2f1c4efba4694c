"""Incidents per 1,000 outpatient visits around each key point, shrunk where visits are few."""

import numpy as np
import pandas as pd

from data.errors import N_, Message
from spatial.shrinkage import shrink_rates

DAYS_PER_YEAR = 365.25
PER_VISITS = 1000.0


def rate_key_points(
    counts: pd.Series,
    visits_per_year: pd.Series,
    *,
    days: float,
    method: str = "marshall",
    confidence: float = 0.95,
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """
    Estimate how many incidents 1,000 outpatient visits to each key point bring with them.

    A large hospital has more incidents because it has more visitors; the rate says where there are
    more than that explains. Key points near each other share incidents, so their rates are not
    independent: a simplification that makes the common rate look surer than it is.

    Parameters
    ----------
    counts
        Incidents near each key point in the period, from one band of `count_in_bands`; aoristic
        counts need not be whole numbers.
    visits_per_year
        On the same index, outpatient visits a year; NaN or 0 where not known.
    days
        Length of the period.
    method, confidence
        As in `shrink_rates`.

    Returns
    -------
    rates
        On the index of `counts`: `n`, `visits` (thousands, in the period) and the columns of
        `shrink_rates` in incidents per 1,000 visits; NaN where the visits are not known.
    notes
        How many key points are without a rate, and whether rates differ beyond chance at all.

    Raises
    ------
    DegenerateDataError
        If fewer than five key points have known visits, or none of these an incident.

    References
    ----------
    Marshall (1991), Applied Statistics 40(2), doi:10.2307/2347593

    Examples
    --------
    >>> counts = pd.Series([0.0, 4.0, 10.0, 90.0, 40.0, 7.0])
    >>> visits = pd.Series([1e3, 1e3, 1e4, 3e4, 4e4, None])
    >>> rates, notes = rate_key_points(counts, visits, days=365.25)
    >>> rates["shrunk"].round(2).tolist()
    [1.16, 2.52, 1.12, 2.92, 1.03, nan]
    >>> print(notes[0])
    1 key points without a number of visits have counts only.
    """
    known = visits_per_year.gt(0)
    thousands = visits_per_year.where(known).astype(float) * days / DAYS_PER_YEAR / PER_VISITS
    rates = shrink_rates(counts[known], thousands[known], method=method, confidence=confidence)
    table = pd.DataFrame({"n": counts, "visits": thousands}).join(rates)
    said = []
    if missing := int((~known).sum()):
        text = N_("{n} key points without a number of visits have counts only.")
        said.append(Message.of(text, n=missing))
    if np.all(rates["weight"] == 0):
        text = N_("The rates of {n} key points differ no more than chance makes them.")
        said.append(Message.of(text, n=len(rates)))
    return table, tuple(said)
