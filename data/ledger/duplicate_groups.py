"""Pairs of records -> groups in which each record goes with each other one."""

from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from data.ledger.duplicate_pairs import Pairs


def link_completely(pairs: Pairs, score: NDArray[np.float64]) -> list[list[int]]:
    """
    Group records so that every two of a group are a pair.

    The best pairs come first; two groups become one only if all their records go together. So a
    chain of neighbours, each a day after the last, never becomes one incident of a month.

    Parameters
    ----------
    pairs
        Positions of records that may tell of one incident.
    score
        How well they go together; equal scores in the order of the records.

    Returns
    -------
    groups
        Positions in ascending order, of two records at least; each record is in one group at most.

    Examples
    --------
    >>> chain = np.array([0, 1]), np.array([1, 2])
    >>> link_completely(chain, np.array([0.7, 0.9]))
    [[1, 2]]
    """
    first, second = (side.astype(np.int64) for side in pairs)
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((high, low, -score))
    low, high = low[order], high[order]
    times = np.bincount(np.concatenate([low, high]))
    alone = (times[low] == 1) & (times[high] == 1)  # most: two records, and no third to ask about
    pairs_alone = np.column_stack([low[alone], high[alone]]).tolist()
    # no two groups have a record in common: their first ones tell their order
    return sorted([*pairs_alone, *_grow(low[~alone], high[~alone])], key=itemgetter(0))


def _grow(low: NDArray[np.int64], high: NDArray[np.int64]) -> list[list[int]]:
    """Group records by their pairs, the best first."""
    room = int(high.max(initial=0)) + 1
    known = set((low * room + high).tolist())  # a number takes a fifth of the memory of a pair
    group: dict[int, list[int]] = {}
    for one, other in zip(low.tolist(), high.tolist(), strict=True):
        mine, yours = group.get(one), group.get(other)
        if mine is None and yours is None:
            group[one] = group[other] = [one, other]
            continue
        mine, yours = mine or [one], yours or [other]
        if mine is not yours and all(
            min(a, b) * room + max(a, b) in known for a in mine for b in yours
        ):
            mine += yours
            group.update(dict.fromkeys(mine, mine))
    return [sorted(members) for members in {id(one): one for one in group.values()}.values()]
