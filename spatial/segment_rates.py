"""Incidents per kilometre of street and month, with what so few incidents leave open."""

import pandas as pd

from data.errors import N_, DegenerateDataError
from spatial.rates import exact_interval

DAYS_PER_MONTH = 365.25 / 12
M_PER_KM = 1000.0


def rate_segments(
    n: pd.Series, length_m: pd.Series, *, days: float, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Tell the incidents of each street segment with their exact interval, per km and month.

    Parameters
    ----------
    n
        Incidents of each segment, at least 0.
    length_m
        Metres of each segment, above 0, on the index of `n`.
    days
        Days of the period, above 0.
    confidence
        Of the intervals, in (0, 1).

    Returns
    -------
    rates
        On the index of `n`: `n`, `low`, `high` (incidents in the period, exact interval of the
        mean), `length_m`, and `per_km_month` with `per_km_month_low` and `per_km_month_high`.
        Intervals are those of one segment chosen beforehand; the fullest of hundreds is fuller
        than its mean.

    Raises
    ------
    DegenerateDataError
        If the period or a segment has no length, because then nothing has a rate.

    Examples
    --------
    Three incidents in two months of 30.4 days on half a kilometre: 3 a kilometre and month.

    >>> n, length_m = pd.Series([3], ["a"]), pd.Series([500.0], ["a"])
    >>> rates = rate_segments(n, length_m, days=365.25 / 6)
    >>> rates[["low", "high", "per_km_month", "per_km_month_high"]].round(2).loc["a"].tolist()
    [0.62, 8.77, 3.0, 8.77]
    """
    if not (days > 0 and (length_m > 0).all()):
        raise DegenerateDataError(
            N_("A rate needs segments and a period of some length."),
            N_("Choose a longer period."),
        )
    bounds = exact_interval(n, confidence=confidence)
    table = pd.concat([n.rename("n"), bounds, length_m.rename("length_m")], axis=1)
    km_months = length_m / M_PER_KM * days / DAYS_PER_MONTH
    table["per_km_month"] = table["n"] / km_months
    for bound in ("low", "high"):
        table[f"per_km_month_{bound}"] = table[bound] / km_months
    return table
