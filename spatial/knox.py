"""Knox test: whether incidents that are close in space come close in time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.stats import poisson

Floats = NDArray[np.float64]

_BATCH = 2_000_000
"""Numbers held at a time: the orders are compared many at once, not all."""


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
    first, second = KDTree(places).query_pairs(distance_m, output_type="ndarray").T
    all_pairs = n * (n - 1) // 2
    close_in_time = pairs_within(days, interval_days)
    expected = first.size * close_in_time / all_pairs if all_pairs else 0.0
    observed = int((np.abs(days[first] - days[second]) <= interval_days).sum())
    as_many = 0
    for when in shuffled(days, permutations, seed=seed, width=first.size):
        close = np.abs(when[:, first] - when[:, second]) <= interval_days
        as_many += int((close.sum(axis=1) >= observed).sum())
    return KnoxTest(
        observed,
        expected,
        float(poisson.sf(observed - 1, expected)),
        (1 + as_many) / (1 + permutations),
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


def shuffled(days: Floats, orders: int, *, seed: int, width: int) -> Iterator[Floats]:
    """
    Yield random orders of the times, as many at a time as memory allows.

    Parameters
    ----------
    days
        Shape (n,).
    orders
        How many in all.
    seed
        Of the random orders.
    width
        Numbers that the caller makes of each order, such as one for each pair.

    Yields
    ------
    when
        Shape (some, n).

    Examples
    --------
    >>> [len(when) for when in shuffled(np.arange(3.0), 5, seed=0, width=1_000_000)]
    [2, 2, 1]
    """
    rng = np.random.default_rng(seed)
    some = max(1, _BATCH // max(width, len(days), 1))
    for done in range(0, orders, some):
        yield rng.permuted(np.tile(days, (min(some, orders - done), 1)), axis=1)
