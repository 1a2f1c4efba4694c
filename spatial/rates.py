"""Counts with what they can carry: exact intervals, incidents per day and per 1,000 visits."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv

from data.errors import N_, DegenerateDataError, FaultList, Message

Floats = NDArray[np.float64]


def exact_interval(n: pd.Series, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Return the exact interval of the mean of which each count is one observation.

    The Poisson means for which neither so few nor so many incidents would be surprising. For
    fractions (aoristic counts) the same formula is used between the whole numbers: an
    interpolation, no longer exact.

    Parameters
    ----------
    n
        Incidents, shape (n,), at least 0.
    confidence
        In (0, 1); at least this share of such intervals holds the mean.

    Returns
    -------
    interval
        `low` and `high`, in incidents, on the index of `n`.

    Raises
    ------
    DegenerateDataError
        If a count is negative or missing, or the confidence is not between 0 and 1.

    References
    ----------
    Garwood (1936), Biometrika 28(3-4), doi:10.1093/biomet/28.3-4.437

    Examples
    --------
    None seen is compatible with up to 3.69, ten with 4.80 to 18.39.

    >>> exact_interval(pd.Series([0, 10])).round(2).to_numpy().tolist()
    [[0.0, 3.69], [4.8, 18.39]]
    """
    count = n.to_numpy(dtype=np.float64)
    faults = FaultList()
    if not (np.isfinite(count) & (count >= 0)).all():
        faults.add(
            N_("Some counts are negative or missing."), N_("Give every unit a count of 0 or more.")
        )
    if not 0 < confidence < 1:
        faults.add(
            Message.of(N_("A confidence of {level} does not exist."), level=confidence),
            N_("Give a number between 0 and 1, such as 0.95."),
        )
    faults.raise_if_any(DegenerateDataError)
    outside = (1 - confidence) / 2
    # half a chi-squared quantile is a gamma quantile; no incident has no lower limit
    low = np.where(count > 0, gammaincinv(np.maximum(count, 0.5), outside), 0.0)
    high = gammainccinv(count + 1, outside)
    return pd.DataFrame({"low": low, "high": high}, index=n.index)


def rate_table(
    n: pd.Series, *, days: float, visits: pd.Series | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Tell the incidents of each unit with their exact interval, per day and per 1,000 visits.

    Parameters
    ----------
    n
        Incidents of each unit (cell, segment, key point), shape (n,), at least 0.
    days
        Days of the period, above 0.
    visits
        Outpatient visits of each unit in the same period, on the index of `n`; missing or 0 where
        they are not known. Such units have no rate per visit, rather than a guessed one.
    confidence
        Of the intervals, in (0, 1).

    Returns
    -------
    rates
        On the index of `n`: `n`, `low`, `high` (incidents), `per_day`, `per_day_low`,
        `per_day_high`; with `visits` also `per_1000`, `per_1000_low`, `per_1000_high`, missing
        where the visits are. Intervals of units are not adjusted for their number: two that do not
        overlap among hundreds are no finding.

    Raises
    ------
    DegenerateDataError
        If the period has no days, or a count or a number of visits is negative.

    Examples
    --------
    >>> n = pd.Series([10, 0], index=["gate 1", "gate 2"])
    >>> visits = pd.Series([5000, np.nan], index=n.index)
    >>> rate_table(n, days=100, visits=visits)[["per_day", "per_1000", "per_1000_high"]].round(2)
            per_day  per_1000  per_1000_high
    gate 1      0.1       2.0           3.68
    gate 2      0.0       NaN            NaN
    """
    faults = FaultList()
    if not 0 < days < np.inf:
        faults.add(
            Message.of(N_("A period of {days} days has no rate."), days=days),
            N_("Choose a longer period."),
        )
    if visits is not None and (visits < 0).any():
        faults.add(
            Message.of(N_("{n} numbers of visits are negative."), n=int((visits < 0).sum())),
            N_("Correct them, or leave them empty where they are not known."),
        )
    faults.raise_if_any(DegenerateDataError)
    table = pd.concat([n.rename("n"), exact_interval(n, confidence=confidence)], axis=1)
    exposures: dict[str, Floats] = {"per_day": np.full(len(n), float(days))}
    if visits is not None:
        thousands = visits.reindex(n.index).to_numpy(dtype=np.float64) / 1000
        exposures["per_1000"] = np.where(thousands > 0, thousands, np.nan)
    for name, exposure in exposures.items():
        for column, suffix in (("n", ""), ("low", "_low"), ("high", "_high")):
            table[name + suffix] = table[column] / exposure
    return table
