"""Near-repeat table: pairs of incidents by distance and interval, beside what chance gives."""

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from spatial.knox import pairs_within
from spatial.near_repeat_orders import count_in_orders
from spatial.refusals import refuse_one_place

BANDS_M = (100.0, 200.0, 300.0)
BANDS_DAYS = (7.0, 14.0, 28.0)

Floats = NDArray[np.float64]


def near_repeat_table(
    places: Floats,
    days: Floats,
    *,
    bands_m: Sequence[float] = BANDS_M,
    bands_days: Sequence[float] = BANDS_DAYS,
    permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """
    Count the pairs of incidents by distance and interval, beside what chance would give.

    If place and time had nothing to do with each other, any order of the times over the places
    would be as likely as the observed one. The adjusted p-value compares the excess of a pair of
    bands, in standard deviations, with the largest excess anywhere in the table of each order: it
    holds for the whole table at once, however the bands depend on each other.

    Parameters
    ----------
    places
        Metres, shape (n, 2), not all the same.
    days
        Days since any epoch, shape (n,).
    bands_m, bands_days
        Upper bounds in rising order, each included; the first band begins with 0. A first bound of
        0 m is the band of the same place.
    permutations
        Random orders of the times to compare with, at least 1.
    seed
        Of the random orders.

    Returns
    -------
    table
        A row for each pair of bands: `from_m`, `to_m`, `from_days`, `to_days`, `n_pairs`,
        `expected`, `ratio` (NaN where nothing is expected), `p_value` and `p_adjusted` (one-sided,
        in (0, 1], the observed order among those counted).

    Raises
    ------
    DegenerateDataError
        If all places are the same, because then no pair is nearer than another.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), doi:10.2307/2985220; Johnson et al. (2007), Journal of
    Quantitative Criminology 23(3), doi:10.1007/s10940-007-9025-3, for the table; Westfall & Young
    (1993), Resampling-Based Multiple Testing, for the adjustment.

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [10.0, 0.0], [900.0, 0.0], [910.0, 0.0]])
    >>> days = np.array([0.0, 1.0, 30.0, 31.0])
    >>> table = near_repeat_table(places, days, bands_m=[50, 1000], bands_days=[7, 60])
    >>> table[["to_m", "to_days", "n_pairs", "expected", "ratio"]].round(2)
         to_m  to_days  n_pairs  expected  ratio
    0    50.0      7.0        2      0.67    3.0
    1    50.0     60.0        0      1.33    0.0
    2  1000.0      7.0        0      1.33    0.0
    3  1000.0     60.0        4      2.67    1.5
    """
    refuse_one_place(places)
    pairs, bounds = _pairs_by_distance(places, bands_m)
    soon = np.diff([0, *(pairs_within(days, limit) for limit in bands_days)])
    all_pairs = len(days) * (len(days) - 1) // 2
    expected = np.outer(np.diff(bounds), soon).ravel() / max(all_pairs, 1)
    counts = count_in_orders(days, pairs, bounds, bands_days, permutations=permutations, seed=seed)
    counts = counts.reshape(1 + permutations, -1)
    p_value, p_adjusted = _compare(counts, expected)
    ratio = np.divide(counts[0], expected, out=np.full(expected.size, np.nan), where=expected > 0)
    return _bands(bands_m, bands_days).assign(
        n_pairs=counts[0],
        expected=expected,
        ratio=ratio,
        p_value=p_value,
        p_adjusted=p_adjusted,
    )


def _bands(bands_m: Sequence[float], bands_days: Sequence[float]) -> pd.DataFrame:
    """List the pairs of bands by their bounds, in the order in which they are counted."""
    bands = product(pairwise([0.0, *bands_m]), pairwise([0.0, *bands_days]))
    rows = [[*space, *time] for space, time in bands]
    return pd.DataFrame(rows, columns=["from_m", "to_m", "from_days", "to_days"], dtype=float)


def _pairs_by_distance(
    places: Floats, bands_m: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs within the last band, nearest band first, and where each band begins."""
    pairs = KDTree(places).query_pairs(max(bands_m), output_type="ndarray").reshape(-1, 2)
    distance_m = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1)
    band = np.searchsorted(np.asarray(bands_m, dtype=np.float64), distance_m, side="left")
    order = np.argsort(band, kind="stable")
    bounds = np.searchsorted(band[order], np.arange(len(bands_m) + 1))
    return np.asarray(pairs)[order], bounds


def _compare(counts: NDArray[np.int64], expected: Floats) -> tuple[Floats, Floats]:
    """Return the p-value of each column of the first row, alone and among all columns."""
    excess = counts - expected
    deviation = excess.std(axis=0)
    excess = np.divide(excess, deviation, out=np.zeros_like(excess), where=deviation > 0)
    largest = excess.max(axis=1, initial=-np.inf)
    alone = (counts >= counts[0]).mean(axis=0)
    # a rounding error must not make an order differ from itself
    among_all = (largest[:, None] >= excess[0] - 1e-9).mean(axis=0)
    return alone, np.maximum(among_all, alone)
