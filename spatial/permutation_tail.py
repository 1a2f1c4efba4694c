"""The exact distribution of the sum of values drawn without replacement."""

from collections.abc import Iterator
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def upper_tail(values: Integers, largest: int, cap: int) -> Floats:
    """
    Return P(the sum of k values drawn without replacement >= s) for every k and s.

    Parameters
    ----------
    values
        Whole numbers of at least 0, shape (n,).
    largest
        Largest k.
    cap
        Largest s.

    Returns
    -------
    tail
        Shape (largest + 1, cap + 1), in [0, 1]; P at [k, s]. Rows above k = n are 0.

    References
    ----------
    Streitberg & Roehmel (1986), Statistical Software Newsletter 12(1).

    Examples
    --------
    Two of 0, 0, 1, 3: the 3 is among them in 3 of 6 draws, and both numbers in 1 of 6.

    >>> upper_tail(np.array([0, 1, 0, 3]), 2, 4)[2].round(4).tolist()
    [1.0, 0.8333, 0.5, 0.5, 0.1667]
    """
    share, seen = _nothing(largest), 0
    for value, times in _histogram(values):
        # ascending, so no sum so far can exceed the largest draw of this value
        share = _take_in(share, seen, value, times, cap=min(cap, largest * value))
        seen += times
    return _summed(share, cap)


def tails_without_each(values: Integers, largest: int, cap: int) -> Iterator[tuple[int, Floats]]:
    """
    Return for each distinct value the `upper_tail` of all values but one that is equal to it.

    Examples
    --------
    Without the 3, one draw of 0, 0, 1 gives 1 or more in 1 of 3; without the 1 in 1 of 3 too.

    >>> tails = tails_without_each(np.array([0, 1, 0, 3]), 1, 1)
    >>> {value: tail[1].round(3).tolist() for value, tail in sorted(tails)}
    {0: [1.0, 0.667], 1: [1.0, 0.333], 3: [1.0, 0.333]}
    """
    for value, _, share in shares_without_each(values, largest, cap):
        yield value, _summed(share, cap)


def shares_without_each(
    values: Integers, largest: int, cap: int
) -> Iterator[tuple[int, int, Floats]]:
    """
    Return each distinct value, how often it occurs, and the chances of the sums without one of it.

    Taking a value out of a finished table would mean subtracting, and the last digits of small
    chances with it. Instead the distinct values are halved again and again, and each half is given
    what the other one holds: everything is added, and D values cost D log D steps.

    Parameters
    ----------
    values, largest, cap
        As for `upper_tail`.

    Yields
    ------
    value, times, share
        `share[k, s]` is P(k of the other values sum to s), its last column P(s or more); as wide
        as the sums that are possible, at most `cap` + 1.

    Examples
    --------
    Two of the others of 0, 0, 1, 3, without the 3: the 1 is among them in 2 of 3 draws.

    >>> shares = shares_without_each(np.array([0, 1, 0, 3]), 2, 4)
    >>> {value: share[2].round(3).tolist() for value, _, share in shares}[3]
    [0.333, 0.667]
    """
    todo = [(_histogram(values), _nothing(largest), 0)] if values.size else []
    while todo:
        held, share, seen = todo.pop()
        if len(held) == 1:
            value, times = held[0]
            yield value, times, _take_in(share, seen, value, times - 1, cap=cap)
            continue
        middle = len(held) // 2
        for kept, given in ((held[:middle], held[middle:]), (held[middle:], held[:middle])):
            table, number = share, seen
            for value, times in given:
                table = _take_in(table, number, value, times, cap=cap)
                number += times
            todo.append((kept, table, number))


def _nothing(largest: int) -> Floats:
    """Return the table of no values: the empty draw sums to 0."""
    share = np.zeros((largest + 1, 1))
    share[0, 0] = 1.0
    return share


def _histogram(values: Integers) -> list[tuple[int, int]]:
    """Return each distinct value and how often it occurs."""
    distinct, times = np.unique(values, return_counts=True)
    return list(zip(distinct.tolist(), times.tolist(), strict=True))


def _summed(share: Floats, cap: int) -> Floats:
    """Return chances of a sum or more from those of each sum, up to `cap`."""
    tail = np.zeros((share.shape[0], cap + 1))
    tail[:, : share.shape[1]] = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(tail, 1.0)


def _take_in(share: Floats, seen: int, value: int, times: int, *, cap: int) -> Floats:
    """Return the table after `times` more values equal to `value`.

    `share[k, s]` is kept as a probability over all k-subsets of the values taken in so far, never
    as a number of subsets: all terms are positive and at most 1, so nothing cancels or overflows.
    The table is as wide as the sums that are possible; sums of `cap` or more share the last column,
    since nobody asks about anything above.
    """
    largest, width = share.shape[0] - 1, share.shape[1] - 1
    most = min(times, largest)
    # drawing j of the new values among k is hypergeometric; exact integers keep its last digits
    after = [comb(seen + times, k) for k in range(largest + 1)]
    before = [comb(seen, k) for k in range(largest + 1)]
    updated = np.zeros((largest + 1, max(width, min(cap, width + most * value)) + 1))
    last = updated.shape[1] - 1
    for j in range(most + 1):
        ways = comb(times, j)
        chance = [
            before[k - j] * ways / after[k] if after[k] else 0.0 for k in range(j, largest + 1)
        ]
        drawn = share[: largest + 1 - j] * np.array(chance)[:, None]
        moved = min(value * j, last)
        stay = min(width, last - moved) + 1
        updated[j:, moved : moved + stay] += drawn[:, :stay]
        updated[j:, last] += drawn[:, stay:].sum(axis=1)
    return updated
