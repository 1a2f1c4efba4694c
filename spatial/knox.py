"""Knox test: whether incidents that are close in space come close in time."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.stats import poisson

from spatial.near_repeat_orders import count_in_orders

Floats = NDArray[np.float64]


class KnoxTest(NamedTuple):
    """Pairs of incidents that are close in both ways, and what chance would give."""

    n_pairs: int
    """Pairs close in space and in time."""
    expected: float
    """Pairs close in space x pairs close in time / all pairs."""
    p_poisson: float
    """P(a Poisson number with that mean >= `n_pairs`), in (0, 1]."""
    p_value: float
    """Share of the orders of the times, the observed one included, that give as many pairs."""


def knox(
    places: Floats,
    days: Floats,
    *,
    distance_m: float,
    interval_days: float,
    permutations: int = 999,
    seed: int = 0,
) -> KnoxTest:
    """
    Test whether incidents close in space are also close in time.

    Parameters
    ----------
    places
        Metres, shape (n, 2).
    days
        Days since any epoch, shape (n,).
    distance_m, interval_days
        What is close; a pair just as far apart is close too.
    permutations
        Random orders of the times to compare with, at least 1.
    seed
        Of the random orders.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), doi:10.2307/2985220; Phipson & Smyth (2010),
    doi:10.2202/1544-6115.1585, for counting the observed order among the others.

    Examples
    --------
    Two visits to each of two places, a month apart: 2 close pairs where 2 x 2 / 6 are expected.

    >>> places = np.array([[0.0, 0.0], [10.0, 0.0], [900.0, 0.0], [910.0, 0.0]])
    >>> test = knox(places, np.array([0.0, 1.0, 30.0, 31.0]), distance_m=50, interval_days=7)
    >>> test.n_pairs, round(test.expected, 3)
    (2, 0.667)
    """
    n = len(days)
    pairs = np.asarray(KDTree(places).query_pairs(distance_m, output_type="ndarray")).reshape(-1, 2)
    all_pairs = n * (n - 1) // 2
    close_in_time = pairs_within(days, interval_days)
    expected = len(pairs) * close_in_time / all_pairs if all_pairs else 0.0
    counts = count_in_orders(
        days,
        pairs,
        np.array([0, len(pairs)]),
        [interval_days],
        permutations=permutations,
        seed=seed,
    ).ravel()
    observed = int(counts[0])
    return KnoxTest(
        observed,
        expected,
        float(poisson.sf(observed - 1, expected)),
        float((counts >= observed).mean()),
    )


def pairs_within(days: Floats, interval_days: float) -> int:
    """
    Count the pairs of times that lie no further apart than `interval_days`.

    Examples
    --------
    >>> pairs_within(np.array([5.0, 0.0, 1.0]), 4.0)
    2
    """
    in_order = np.sort(days)
    reach = np.searchsorted(in_order, in_order + interval_days, side="right")
    return int((reach - np.arange(1, len(days) + 1)).sum())
