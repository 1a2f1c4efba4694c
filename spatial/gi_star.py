"""Getis-Ord Gi*: the usual z-score, and the exact permutation p-value that small counts need."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, FaultList, Message
from spatial.aoristic import TWELFTHS
from spatial.multiple_tests import benjamini_hochberg, benjamini_yekutieli
from spatial.permutation_tail import shares_without_each, tails_without_each, upper_tail

__all__ = [
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "exact_gi_star",
    "expected_hot_by_chance",
    "getis_ord",
]

Integers = NDArray[np.int64]
NULLS = ("permuted", "focal_fixed")
TIES = ("own", "block")


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
    parts: pd.Series,
    neighbours: "csr_array[Any]",
    *,
    parts_per_incident: int = TWELFTHS,
    null: str = "permuted",
    ties: str = "own",
) -> pd.DataFrame:
    """
    Test every unit and its neighbours for more incidents than chance would put there, exactly.

    If the counts had fallen on the units in random order, the k units of a block would be a draw
    without replacement from all n counts. The chance of a sum of s or more in such a draw is read
    from the coefficients of prod over v of (1 + t x^v)^h(v), where h(v) units hold the count v:
    that of t^k x^s, over C(n, k). No simulation, no seed, no normal approximation. Units may be
    squares, hexagons, polygons or street segments: only the number k in each block matters, and
    that under the null hypothesis every unit is as likely to hold any of the counts. So units of
    very different size or exposure belong into a scan with a baseline (`poisson_scan`).

    Parameters
    ----------
    parts
        Whole parts of incidents in each unit, shape (n,), at least 0. Fractions are scaled with
        `whole_parts` first.
    neighbours
        Binary weights, shape (n, n), in the order of `parts`, 1 on the diagonal. Blocks may differ
        in size, as they do along the edge of the study area.
    parts_per_incident
        Parts that make one incident: 12 for the twelfths of `shift_twelfths`, 1 for counts.
    null
        `permuted`: all counts change places, the unit's own too (the test of Gi*). `focal_fixed`:
        the unit keeps its count and only the others change places, as in the conditional
        permutations of other programs; weaker, because a unit's own pile is no evidence then.
    ties
        `own`: of two orders that fill the block alike, the one with more in the unit itself is the
        more extreme. Small counts come in coarse steps, and every step is chance given away: this
        order is finer, so the test is as exact as before and finds more. `block`: only the sum
        counts, as in the statistic's definition. With the unit's own count fixed the two agree.

    Returns
    -------
    test
        On the index of `parts`: `n_block` (incidents in the unit and its neighbours), `expected`
        (the same under the null hypothesis) and `p_value` (one-sided, in (0, 1], precise to about
        13 digits even where it is 1e-20, not adjusted for multiple tests).

    Raises
    ------
    DegenerateDataError
        If counts are negative, missing or fractions, the weights are not binary with ones on the
        diagonal, or the null hypothesis or the order of ties has no such name: nothing exact could
        be said.

    References
    ----------
    Ord & Getis (1995), Geographical Analysis 27(4), doi:10.1111/j.1538-4632.1995.tb00912.x, for the
    statistic; Streitberg & Roehmel (1986), Statistical Software Newsletter 12(1), for the exact
    permutation distribution of a sum by its generating function; Anselin (1995), Geographical
    Analysis 27(2), doi:10.1111/j.1538-4632.1995.tb00338.x, for the fixed focal unit.

    Examples
    --------
    Five cells in a row, all four incidents in the first: chance would put the full cell there in 1
    of 5 maps, and into the block of its neighbour in 3 of 5.

    >>> row_of_five = csr_array(np.tri(5, k=1) * np.tri(5, k=1).T)
    >>> exact_gi_star(pd.Series([4, 0, 0, 0, 0]), row_of_five, parts_per_incident=1).round(3)
       n_block  expected  p_value
    0      4.0       1.6      0.2
    1      4.0       2.4      0.6
    2      0.0       2.4      1.0
    3      0.0       2.4      1.0
    4      0.0       1.6      1.0

    By the sum alone the first would be no rarer than anything in its block of two.

    >>> exact_gi_star(pd.Series([4, 0, 0, 0, 0]), row_of_five, parts_per_incident=1,
    ...               ties="block")["p_value"].round(3).tolist()
    [0.4, 0.6, 1.0, 1.0, 1.0]

    With the first cell fixed, its neighbour adds nothing; for the second, two of the other four
    change places with it in the middle, and one of them holds everything.

    >>> exact_gi_star(pd.Series([4, 0, 0, 0, 0]), row_of_five, parts_per_incident=1,
    ...               null="focal_fixed")["p_value"].tolist()
    [1.0, 0.5, 1.0, 1.0, 1.0]
    """
    _check(parts, neighbours, null, ties)
    x = parts.to_numpy(dtype=np.int64)
    size = np.asarray(neighbours.sum(axis=1), dtype=np.int64)
    block = np.asarray(neighbours @ x, dtype=np.int64)
    # twelfths of incidents with known hours are all multiples of 12: then the table shrinks 12-fold
    unit = max(int(np.gcd.reduce(x, initial=0)), 1)
    fixed = null == "focal_fixed"
    test = _p_focal_fixed if fixed else _p_ties_parted if ties == "own" else _p_permuted
    p_value = test(x // unit, size, block // unit)
    mean = x.mean() if x.size else 0.0
    expected = size * mean
    if fixed and x.size > 1:
        expected = x + (size - 1) * (x.sum() - x) / (x.size - 1)
    return pd.DataFrame(
        {
            "n_block": block / parts_per_incident,
            "expected": expected / parts_per_incident,
            "p_value": p_value,
        },
        index=parts.index,
    )


def expected_hot_by_chance(
    parts: pd.Series, neighbours: "csr_array[Any]", *, level: float, ties: str = "own"
) -> float:
    """
    Return how many units would have a p-value of `level` or less if the counts lay at random.

    The mean over all orders of the counts, exactly: the chances of the units add up whether or not
    their blocks overlap. For a map adjusted by Benjamini-Hochberg take as `level` the largest
    p-value that it still calls hot; without adjustment take alpha.

    Parameters
    ----------
    parts, neighbours, ties
        As for `exact_gi_star` with the null hypothesis `permuted`.
    level
        In [0, 1].

    Returns
    -------
    n_units
        At most `level` times the number of units; less, because counts come in steps.

    Examples
    --------
    In a row of five with all incidents in one cell, that cell has p = 0.2: at the level 0.3 it is
    the one hot cell, wherever it lies. By the sum alone it has 0.4 at an end of the row and 0.6
    within: none is hot.

    >>> row_of_five = csr_array(np.tri(5, k=1) * np.tri(5, k=1).T)
    >>> all_in_one = pd.Series([4, 0, 0, 0, 0])
    >>> round(expected_hot_by_chance(all_in_one, row_of_five, level=0.3), 6)
    1.0
    >>> expected_hot_by_chance(all_in_one, row_of_five, level=0.3, ties="block")
    0.0
    """
    _check(parts, neighbours, "permuted", ties)
    x = parts.to_numpy(dtype=np.int64)
    if not x.any():
        return 0.0  # every p-value is 1
    x = x // np.gcd.reduce(x)
    sizes, units = np.unique(np.asarray(neighbours.sum(axis=1), dtype=np.int64), return_counts=True)
    largest = int(sizes.max())
    # the largest sum any draw can have, so that the least likely blocks are seen too
    tail = upper_tail(x, largest, int(np.sort(x)[-largest:].sum()) + 1)
    if ties == "block":
        reached = np.where(tail <= level, tail, 0.0).max(axis=1)[sizes]
    else:
        reached = _largest_reached(x, sizes, tail, level)
    return float(units @ reached)


def _p_permuted(x: Integers, size: Integers, block: Integers) -> NDArray[np.float64]:
    """Return P(a draw of `size` of the counts sums to `block` or more)."""
    tail = upper_tail(x, int(size.max(initial=0)), int(block.max(initial=0)))
    p_value: NDArray[np.float64] = tail[size, block]
    return p_value


def _p_ties_parted(x: Integers, size: Integers, block: Integers) -> NDArray[np.float64]:
    """Return P(a fuller block, or one as full with as much or more in the unit itself)."""
    largest, cap = int(size.max(initial=1)), int(block.max(initial=0))
    p_value: NDArray[np.float64] = upper_tail(x, largest, cap + 1)[size, block + 1]
    for value, times, share in shares_without_each(x, largest - 1, cap + 1):
        # the unit holds `value`, and its neighbours the rest of the block
        rest = block - value
        alike = (value >= x) & (rest >= 0) & (rest < share.shape[1])
        p_value[alike] += times / x.size * share[size[alike] - 1, rest[alike]]
    return np.minimum(p_value, 1.0)


def _largest_reached(
    x: Integers, sizes: Integers, tail: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Return for each size of block the largest p-value up to `level` that an order can have."""
    cap = tail.shape[1] - 1
    found = sorted(shares_without_each(x, int(sizes.max()) - 1, cap), reverse=True, key=_value_of)
    reached = np.zeros(sizes.size)
    # from the fullest unit down: each adds its share to the p-value of those less full
    p_value = np.roll(tail[sizes], -1, axis=1)
    p_value[:, -1] = 0.0
    for value, times, share in found:
        width = min(share.shape[1], cap - value)
        added = times / x.size * share[sizes - 1, :width]
        p_value[:, value : value + width] += added
        here = np.where(added > 0, p_value[:, value : value + width], np.inf)
        reached = np.maximum(reached, np.where(here <= level, here, 0.0).max(axis=1, initial=0.0))
    return np.minimum(reached, 1.0)


def _value_of(found: tuple[int, int, NDArray[np.float64]]) -> int:
    """Return the value that was taken out."""
    return found[0]


def _p_focal_fixed(x: Integers, size: Integers, block: Integers) -> NDArray[np.float64]:
    """Return the same where each unit keeps its own count and draws its neighbours."""
    p_value = np.ones(x.size)
    around = block - x
    largest, cap = int(size.max(initial=1)) - 1, int(around.max(initial=0))
    for value, tail in tails_without_each(x, largest, cap):
        held = x == value
        p_value[held] = tail[size[held] - 1, around[held]]
    return p_value


def _check(parts: pd.Series, neighbours: "csr_array[Any]", null: str, ties: str) -> None:
    """Raise what would make the test inexact."""
    faults = FaultList()
    x = parts.to_numpy()
    if not (np.isfinite(x) & (x >= 0) & (x == np.floor(x))).all():
        faults.add(
            N_("Some counts are negative, missing or fractions."),
            N_("Scale fractions to whole parts first."),
        )
    diagonal = (neighbours.diagonal() == 1).all()
    if neighbours.shape != (x.size, x.size) or not diagonal or not (neighbours.data == 1).all():
        faults.add(
            Message.of(N_("The neighbours of {n} units are not given by 0 and 1."), n=x.size),
            N_("Give every pair 0 or 1, and every unit itself."),
        )
    if null not in NULLS:
        faults.add(
            Message.of(N_("There is no null hypothesis {null}."), null=null),
            N_("Write permuted or focal_fixed."),
        )
    if ties not in TIES:
        faults.add(
            Message.of(N_("There is no order of ties {ties}."), ties=ties),
            N_("Write own or block."),
        )
    faults.raise_if_any(DegenerateDataError)
