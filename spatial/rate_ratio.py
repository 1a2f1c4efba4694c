"""Rate ratio: two small counts with their days, and what chance alone makes of them."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, binomtest, poisson_means_test


class RateChange(NamedTuple):
    """How a rate changed, and how sure that is."""

    ratio: float
    """Incidents a day now over those before; inf if there were none before, NaN if never."""
    ratio_low: float
    ratio_high: float
    """Exact interval of the ratio: it leaves out 1 just when `p_exact` is below its level."""
    p_exact: float
    """Conditional binomial test (C-test), twice the smaller tail: never too small."""
    p_mid: float
    """The same with half the chance of the observed count: nearer to its level, at times below."""
    p_e: float
    """E-test: unconditional, finds more, nearly exact."""


def compare_rates(
    n: int, days: float, n_before: int, days_before: float, *, confidence: float = 0.95
) -> RateChange:
    """
    Compare two counts with their days.

    Given their sum, the count now is binomial with the share of the days as its probability if
    nothing has changed. All p-values are two-sided.

    Parameters
    ----------
    n, n_before
        Incidents, whole numbers of at least 0.
    days, days_before
        Days on which they were recorded, above 0.
    confidence
        Of the interval.

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31(3/4), doi:10.1093/biomet/31.3-4.313, for the
    C-test; Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404, for the interval; Krishnamoorthy
    & Thomson (2004), Journal of Statistical Planning and Inference 119(1),
    doi:10.1016/S0378-3758(02)00408-1, for the E-test.

    Examples
    --------
    One incident after three: half of all coins do as much.

    >>> change = compare_rates(1, 28, 3, 28)
    >>> round(change.ratio, 3), round(change.p_exact, 3)
    (0.333, 0.625)
    """
    total = n + n_before
    share = days / (days + days_before)
    if total == 0:
        return RateChange(np.nan, 0.0, np.inf, 1.0, 1.0, 1.0)
    below, above = binom.cdf(n, total, share), binom.sf(n - 1, total, share)
    half = binom.pmf(n, total, share) / 2
    bounds = binomtest(n, total, share).proportion_ci(confidence, method="exact")
    return RateChange(
        _odds(n / total) * days_before / days,
        _odds(bounds.low) * days_before / days,
        _odds(bounds.high) * days_before / days,
        float(min(1.0, 2 * min(below, above))),
        float(min(1.0, 2 * min(below - half, above - half))),
        float(poisson_means_test(n, days, n_before, days_before).pvalue),
    )


def _odds(share: float) -> float:
    """Return what a share of the whole is to the rest."""
    return share / (1 - share) if share < 1 else np.inf
