"""The hours of the day into which most incidents fall."""

from typing import NamedTuple

import numpy as np
import pandas as pd

HOURS_PER_DAY = 24


class BusyHours(NamedTuple):
    """Some hours in a row, and the incidents in them."""

    first: int
    """Hour at which they begin."""
    last: int
    """Hour at which they end, on the clock: 1 after 23 if past midnight, 24 at midnight."""
    n: float


def find_busy_hours(by_hour: pd.Series, *, hours: int = 3) -> BusyHours:
    """
    Find the hours in a row that hold most incidents; they may pass midnight.

    They are the busiest because they were looked for: another period will have fewer in them.

    Parameters
    ----------
    by_hour
        Incidents by hour of the day, indexed 0 to 23.
    hours
        How many in a row, 1 to 24.

    Returns
    -------
    busiest
        Where several are alike, the one whose first hour holds most, then the earliest.

    Examples
    --------
    >>> by_hour = pd.Series(0.0, index=range(24))
    >>> by_hour[[23, 0, 1, 8]] = 2, 3, 1, 5
    >>> find_busy_hours(by_hour, hours=3)
    BusyHours(first=23, last=2, n=6.0)
    """
    counts = by_hour.reindex(range(HOURS_PER_DAY), fill_value=0.0).to_numpy(dtype=np.float64)
    round_the_clock = np.concatenate([counts, counts[: hours - 1]])
    sums = np.convolve(round_the_clock, np.ones(hours), mode="valid")
    # sums that differ by a rounding error only are alike
    alike = sums >= sums.max() - 1e-9
    first = int(np.argmax(np.where(alike, counts, -np.inf)))
    return BusyHours(first, (first + hours - 1) % HOURS_PER_DAY + 1, float(sums[first]))
