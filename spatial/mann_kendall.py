"""Mann-Kendall: whether a series rises or falls, exactly, ties included."""

from functools import lru_cache
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

EXACT_UP_TO = 50
"""Length up to which the p-value is exact; longer series have a normal approximation."""

Floats = NDArray[np.float64]


def mann_kendall(series: pd.DataFrame) -> pd.DataFrame:
    """
    Test each row for a trend from the first column to the last.

    S is the number of pairs of columns in which the later value is larger, less those in which it
    is smaller. If there is no trend any order of the values is as likely as the observed one; over
    all orders the number of falling pairs has the Gaussian multinomial coefficient of the group
    sizes of equal values as its generating function, so ties need no approximation.

    Parameters
    ----------
    series
        Shape (places, slices), without gaps.

    Returns
    -------
    trend
        On the index of `series`: `s`; `tau` (S over the number of pairs, in [-1, 1]); and `p_value`
        (two-sided, in (0, 1]; exact up to 50 columns, beyond that normal with the variance
        corrected for ties and with continuity correction).

    References
    ----------
    Mann (1945), Econometrica 13(3), doi:10.2307/1907187; Kendall (1975), Rank Correlation Methods,
    4th ed., for the variance with ties; Andrews (1976), The Theory of Partitions, ch. 3, for the
    number of inversions of a multiset.

    Examples
    --------
    Of the 24 orders of four values one rises and one falls throughout.

    >>> mann_kendall(pd.DataFrame([[1, 2, 3, 4], [2, 2, 2, 2]])).round(4)
       s  tau  p_value
    0  6  1.0   0.0833
    1  0  0.0   1.0000
    """
    values = series.to_numpy()
    n = values.shape[1]
    s = np.zeros(len(values), dtype=np.int64)
    for later in range(1, n):
        s += np.sign(values[:, later : later + 1] - values[:, :later]).sum(axis=1).astype(np.int64)
    p_value = [
        _two_sided(abs(int(rise)), _groups(row)) for rise, row in zip(s, values, strict=True)
    ]
    tau = s / max(n * (n - 1) // 2, 1)
    return pd.DataFrame({"s": s, "tau": tau, "p_value": p_value}, index=series.index)


def _groups(row: NDArray[np.generic]) -> tuple[int, ...]:
    """Return the sizes of the groups of equal values."""
    return tuple(sorted(np.unique(row, return_counts=True)[1].tolist()))


@lru_cache(maxsize=4096)
def _two_sided(s: int, groups: tuple[int, ...]) -> float:
    """Return P(|S| >= s) for a series with these groups of equal values."""
    if s == 0:
        return 1.0
    if sum(groups) > EXACT_UP_TO:
        return float(min(1.0, 2 * norm.sf((s - 1) / sqrt(_variance(groups)))))
    chance = _falling_pairs(groups)
    # S = pairs of unequal values - 2 x falling pairs, and S is as often s as it is -s
    most = (chance.size - 1 - s) // 2
    return min(1.0, 2 * float(chance[: most + 1].sum()))


def _variance(groups: tuple[int, ...]) -> float:
    """Return the variance of S without a trend, less what equal values take from it."""
    n = sum(groups)
    ties = sum(t * (t - 1) * (2 * t + 5) for t in groups)
    return (n * (n - 1) * (2 * n + 5) - ties) / 18


@lru_cache(maxsize=512)
def _falling_pairs(groups: tuple[int, ...]) -> Floats:
    """Return the chance of 0, 1, 2, ... falling pairs over all orders of the values.

    The Gaussian coefficient of `m` values and `t` equal ones joining them is the product over i of
    (1 - q^(m + i)) / (1 - q^i); whole numbers of any size keep it exact.
    """
    ways = np.array([1], dtype=object)
    m = 0
    for t in groups:
        for i in range(1, t + 1):
            longer = np.concatenate([ways, np.zeros(m + i, dtype=object)])
            longer[m + i :] -= ways
            for start in range(i):
                longer[start::i] = np.cumsum(longer[start::i])
            ways = longer[: ways.size + m]
        m += t
    total = sum(ways)
    return np.array([way / total for way in ways], dtype=np.float64)
