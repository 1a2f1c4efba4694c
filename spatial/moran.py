"""Moran's I: whether neighbouring values are alike, over the whole map."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import norm

from data.errors import N_, DegenerateDataError, Message


class MoranTest(NamedTuple):
    """Global autocorrelation and its test."""

    i: float
    """About -1 (unlike neighbours) to 1 (like neighbours)."""
    expected: float
    """Mean of `i` if the values fell on the places in random order: -1 / (n - 1)."""
    z_score: float
    """Standard deviations between `i` and `expected`, under randomisation."""
    p_value: float
    """Two-sided, from the normal distribution, in [0, 1]."""


def morans_i(values: pd.Series, weights: "csr_array[Any]") -> MoranTest:
    """
    Measure and test the global spatial autocorrelation of values.

    Parameters
    ----------
    values
        Shape (n,), one number for each place, n at least 4.
    weights
        Shape (n, n), in the order of `values`, 0 on the diagonal, used as they are: scale the rows
        to 1 beforehand for the row-standardised form.

    Raises
    ------
    DegenerateDataError
        If all values are equal or no place has a neighbour, because then 0 is divided by 0.

    References
    ----------
    Cliff & Ord (1981), Spatial Processes, Pion, pp. 42-46.

    Examples
    --------
    Two low values beside two high ones, in a row: 1 - 1 + 1 over 3 pairs.

    >>> row_of_four = csr_array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
    >>> round(morans_i(pd.Series([0, 0, 1, 1]), row_of_four).i, 4)
    0.3333
    """
    x = values.to_numpy(dtype=np.float64)
    n = x.size
    s0 = float(weights.sum())
    deviation = x - x.mean()
    if np.ptp(x) == 0 or s0 == 0:
        raise DegenerateDataError(
            Message.of(N_("All {n} cells hold the same number of incidents."), n=n),
            N_("Use larger cells or a longer period."),
        )
    squares = float((deviation**2).sum())
    i = n / s0 * float(deviation @ (weights @ deviation)) / squares
    expected = -1 / (n - 1)

    s1 = float(((weights + weights.T) ** 2).sum()) / 2
    s2 = float(((weights.sum(axis=1) + weights.sum(axis=0)) ** 2).sum())
    kurtosis = n * float((deviation**4).sum()) / squares**2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    z_score = (i - expected) / np.sqrt(variance)
    return MoranTest(i, expected, float(z_score), float(2 * norm.sf(abs(z_score))))
