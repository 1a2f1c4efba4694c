"""Getis-Ord Gi*: the usual z-score, and the exact permutation p-value that small counts need."""

from math import comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control

from data.errors import N_, DegenerateDataError, Message
from spatial.aoristic import TWELFTHS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def getis_ord(values: pd.Series, weights: "csr_array[Any]", *, star: bool = True) -> pd.Series:
    """
    Score every place with the Getis-Ord statistic Gi* (or Gi) in standard deviations.

    The score follows a normal distribution only where counts are large. On maps of some hundred
    incidents it calls most maps without any hotspot hot; `exact_gi_star` is meant for those.

    Parameters
    ----------
    values
        Shape (n,), one number for each place.
    weights
        Shape (n, n), at least 0, in the order of `values`. With `star` a place is its own
        neighbour and the diagonal says how much; without it the diagonal must be 0. Scaling a row
        does not change its score.
    star
        False leaves each place out of the mean and deviation that it is compared with.

    Returns
    -------
    z_score
        On the index of `values`; 0 for a place next to all others, about which nothing can be said.

    Raises
    ------
    DegenerateDataError
        If all values are equal, because the statistic divides by their standard deviation.

    References
    ----------
    Ord & Getis (1995), Geographical Analysis 27(4), doi:10.1111/j.1538-4632.1995.tb00912.x

    Examples
    --------
    >>> row_of_three = csr_array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    >>> getis_ord(pd.Series([4.0, 2.0, 0.0]), row_of_three).round(2).tolist()
    [1.22, 0.0, -1.22]
    """
    x = values.to_numpy(dtype=np.float64)
    if np.ptp(x) == 0:
        raise DegenerateDataError(
            Message.of(N_("All {n} cells hold the same number of incidents."), n=x.size),
            N_("Use larger cells or a longer period."),
        )
    out = 0.0 if star else x
    m = x.size if star else x.size - 1
    mean = (x.sum() - out) / m
    variance = ((x**2).sum() - out**2) / m - mean**2
    total = np.asarray(weights.sum(axis=1), dtype=np.float64)
    squares = np.asarray((weights**2).sum(axis=1), dtype=np.float64)
    deviation = np.sqrt(np.maximum(variance * (m * squares - total**2) / (m - 1), 0))
    gap = weights @ x - mean * total
    z_score = np.divide(gap, deviation, out=np.zeros(x.size), where=deviation > 0)
    return pd.Series(z_score, index=values.index, name="z_score")


def exact_gi_star(
    parts: pd.Series, neighbours: "csr_array[Any]", *, parts_per_incident: int = TWELFTHS
) -> pd.DataFrame:
    """
    Test every cell and its neighbours for more incidents than chance would put there, exactly.

    If the counts had fallen on the cells in random order, the k cells of a block would be a draw
    without replacement from all n counts. The chance of a sum of s or more in such a draw is read
    from the coefficients of prod over v of (1 + t x^v)^h(v), where h(v) cells hold the count v:
    that of t^k x^s, over C(n, k). No simulation, no seed, no normal approximation.

    Parameters
    ----------
    parts
        Whole parts of incidents in each cell, shape (n,), at least 0.
    neighbours
        Binary weights, shape (n, n), in the order of `parts`, 1 on the diagonal. Blocks may differ
        in size, as they do along the edge of the study area.
    parts_per_incident
        Parts that make one incident: 12 for the twelfths of `shift_twelfths`, 1 for counts.

    Returns
    -------
    test
        On the index of `parts`: `n_block` (incidents in the cell and its neighbours), `expected`
        (the same under the null hypothesis) and `p_value` (one-sided, in (0, 1], precise to about
        13 digits even where it is 1e-20, not adjusted for multiple tests).

    References
    ----------
    Ord & Getis (1995), Geographical Analysis 27(4), doi:10.1111/j.1538-4632.1995.tb00912.x, for the
    statistic; Streitberg & Roehmel (1986), Statistical Software Newsletter 12(1), for the exact
    permutation distribution of a sum by its generating function.

    Examples
    --------
    Five cells in a row, all four incidents in the first: chance would put that cell into a block of
    two in 2 of 5 maps, and into a block of three in 3 of 5.

    >>> row_of_five = csr_array(np.tri(5, k=1) * np.tri(5, k=1).T)
    >>> exact_gi_star(pd.Series([4, 0, 0, 0, 0]), row_of_five, parts_per_incident=1).round(3)
       n_block  expected  p_value
    0      4.0       1.6      0.4
    1      4.0       2.4      0.6
    2      0.0       2.4      1.0
    3      0.0       2.4      1.0
    4      0.0       1.6      1.0
    """
    x = parts.to_numpy(dtype=np.int64)
    size = np.asarray(neighbours.sum(axis=1), dtype=np.int64)
    block = np.asarray(neighbours @ x, dtype=np.int64)
    # twelfths of incidents with known hours are all multiples of 12: then the table shrinks 12-fold
    unit = max(int(np.gcd.reduce(x, initial=0)), 1)
    tail = _upper_tail(x // unit, int(size.max(initial=0)), int(block.max(initial=0)) // unit)
    return pd.DataFrame(
        {
            "n_block": block / parts_per_incident,
            "expected": size * (x.mean() if x.size else 0.0) / parts_per_incident,
            "p_value": tail[size, block // unit],
        },
        index=parts.index,
    )


def benjamini_hochberg(p_value: pd.Series) -> pd.Series:
    """
    Adjust p-values so that of the cells with q <= alpha at most a share alpha is false on average.

    Parameters
    ----------
    p_value
        Shape (n,), in [0, 1].

    Returns
    -------
    q_value
        On the index of `p_value`, in [0, 1].

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1),
    doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg(pd.Series([0.01, 0.03, 0.5])).round(3).tolist()
    [0.03, 0.045, 0.5]
    """
    adjusted = false_discovery_control(p_value.to_numpy()) if len(p_value) else np.empty(0)
    return pd.Series(adjusted, index=p_value.index, name="q_value")


def _upper_tail(values: Integers, largest: int, cap: int) -> Floats:
    """Return P(the sum of k values drawn without replacement >= s) at [k, s], up to these bounds.

    `share[k, s]` is kept as a probability over all k-subsets of the values taken in so far, never
    as a number of subsets: all terms are positive and at most 1, so nothing cancels or overflows.
    Sums of `cap` or more share the last column, since no block asks about anything above.
    """
    share = np.zeros((largest + 1, cap + 1))
    share[0, 0] = 1.0
    seen = 0
    for value, times in zip(*np.unique(values, return_counts=True), strict=True):
        share = _take_in(share, seen, int(value), int(times))
        seen += int(times)
    tail = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(tail, 1.0)


def _take_in(share: Floats, seen: int, value: int, times: int) -> Floats:
    """Return the table after `times` more cells that hold `value`."""
    largest, cap = share.shape[0] - 1, share.shape[1] - 1
    # drawing j of the new cells among k is hypergeometric; exact integers keep its last digits
    after = [comb(seen + times, k) for k in range(largest + 1)]
    before = [comb(seen, k) for k in range(largest + 1)]
    updated = np.zeros_like(share)
    for j in range(min(times, largest) + 1):
        ways = comb(times, j)
        chance = [
            before[k - j] * ways / after[k] if after[k] else 0.0 for k in range(j, largest + 1)
        ]
        drawn = share[: largest + 1 - j] * np.array(chance)[:, None]
        moved = min(value * j, cap)
        updated[j:, moved:] += drawn[:, : cap + 1 - moved]
        if moved:
            updated[j:, cap] += drawn[:, cap + 1 - moved :].sum(axis=1)
    return updated
