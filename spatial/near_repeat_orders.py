"""Pairs of incidents by distance and interval, also in random orders of the times."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.kernels import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COMPILED_FROM = 100_000_000
"""Pairs x orders from which a compiled loop is worth the time it takes to load."""
_BATCH = 2_000_000
"""Numbers held at a time: the orders are compared many at once, not all."""
_ORDERS = 64
"""Orders that the compiled loop compares at once: one by one it takes four times as long."""


def count_in_orders(
    days: Floats,
    pairs: Integers,
    bounds: Integers,
    bands_days: Sequence[float],
    *,
    permutations: int,
    seed: int,
) -> Integers:
    """
    Count pairs by distance and interval, in the observed order and in random orders of the times.

    Parameters
    ----------
    days
        Days since any epoch, shape (n,).
    pairs
        Two row numbers each, those of one band of distance after those of another.
    bounds
        Where each band of distance begins in `pairs`, and where the last one ends.
    bands_days
        Upper bounds of the intervals in rising order, each included.
    permutations, seed
        Random orders to compare with, and what they come from.

    Returns
    -------
    counts
        Shape (1 + permutations, distances, intervals), the observed order first.

    Examples
    --------
    Two pairs, 1 and 9 days apart.

    >>> pairs, bounds = np.array([[0, 1], [0, 2]]), np.array([0, 1, 2])
    >>> days = np.array([0.0, 1.0, 9.0])
    >>> count_in_orders(days, pairs, bounds, [5, 10], permutations=1, seed=0)[0].tolist()
    [[1, 0], [0, 1]]
    """
    many = len(pairs) * permutations >= COMPILED_FROM
    count = _count_many if many else _count
    orders = shuffled(
        days, permutations, seed=seed, width=_BATCH // _ORDERS if many else len(pairs)
    )
    tables = [count(days[None], pairs, bounds, bands_days)]
    tables += [count(when, pairs, bounds, bands_days) for when in orders]
    counts = np.concatenate(tables)
    counts[..., 1:] = np.diff(counts, axis=2)
    return counts


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


def _count(
    when: Floats, pairs: Integers, bounds: Integers, bands_days: Sequence[float]
) -> Integers:
    """Return how many pairs of each order and distance are as close as each bound, or closer."""
    apart = np.abs(when[:, pairs[:, 0]] - when[:, pairs[:, 1]])
    counts = np.empty((len(when), bounds.size - 1, len(bands_days)), dtype=np.int64)
    for column, limit in enumerate(bands_days):
        close = apart <= limit
        for row, (first, last) in enumerate(pairwise(bounds)):
            counts[:, row, column] = np.count_nonzero(close[:, first:last], axis=1)
    return counts


def _count_many(
    when: Floats, pairs: Integers, bounds: Integers, bands_days: Sequence[float]
) -> Integers:
    """Return the same by machine code."""
    limits = np.asarray(bands_days, dtype=np.float64)
    counts = np.zeros((bounds.size - 1, limits.size, len(when)), dtype=np.int64)
    compiled(count_pairs)(np.ascontiguousarray(when.T), pairs, bounds, limits, counts)
    return np.moveaxis(counts, 2, 0)


def count_pairs(  # pragma: no cover
    when: Any, pairs: Any, bounds: Any, limits: Any, counts: Any
) -> None:
    """Add the pairs of each distance (row) as close as each limit (column), for every order.

    `when` has a row for each incident and a column for each order, so that the innermost loop runs
    over what lies side by side.
    """
    for band in range(bounds.size - 1):
        for pair in range(bounds[band], bounds[band + 1]):
            one, other = pairs[pair, 0], pairs[pair, 1]
            for limit in range(limits.size):
                most = limits[limit]
                for order in range(when.shape[1]):
                    counts[band, limit, order] += abs(when[one, order] - when[other, order]) <= most
