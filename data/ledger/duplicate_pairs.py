"""Pairs of records that are near in space and time, found without trying every pair."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

MOST_IN_A_CELL = 100
"""A cell with more records is a default point or a copied file: its pairs would be millions."""
REACH = 1.0 + 1e-9
"""Records a whole unit apart are near; the rest is for the rounding of the division."""
_RECORDS_AT_ONCE = 20_000
"""So that the pairs in memory stay some millions however many records there are."""

Floats = NDArray[np.float64]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def crowded(places: Floats) -> NDArray[np.bool_]:
    """
    Tell which records share a cell of one unit with more than `MOST_IN_A_CELL`.

    Examples
    --------
    >>> crowded(np.zeros((101, 2))).all()
    np.True_
    """
    cells = np.floor(places).astype(np.int64)
    keys = np.zeros(len(cells), dtype=np.int64)
    for cell in cells.T:
        low = cell.min(initial=0)
        keys = keys * (cell.max(initial=0) - low + 1) + cell - low
    _, cell, count = np.unique(keys, return_inverse=True, return_counts=True)
    found: NDArray[np.bool_] = count[cell] > MOST_IN_A_CELL
    return found


def neighbour_pairs(places: Floats) -> Iterator[Pairs]:
    """
    Yield the pairs of records that are at most one unit apart in every dimension, each pair once.

    Parameters
    ----------
    places
        Place of each record, shape (n, d), in units of the reach; none may be crowded.

    Yields
    ------
    first, second
        Positions of the records, some millions of pairs at a time.

    Examples
    --------
    >>> places = np.array([[0, 0], [1, 1], [3, 0]])
    >>> [(a.tolist(), b.tolist()) for a, b in neighbour_pairs(places)]
    [([0], [1])]
    """
    if not len(places):
        return
    # block by block along the longest dimension, each with what it can still reach behind it
    along = places[:, np.ptp(places, axis=0).argmax()]
    order = np.argsort(along, kind="stable")
    along = along[order]
    for start in range(0, len(order), _RECORDS_AT_ONCE):
        size = min(_RECORDS_AT_ONCE, len(order) - start)
        end = np.searchsorted(along, along[start + size - 1] + REACH, side="right")
        here = order[start:end]
        tree = KDTree(places[here], balanced_tree=False, compact_nodes=False)
        pairs = tree.query_pairs(REACH, p=np.inf, output_type="ndarray")
        own = pairs[pairs.min(axis=1, initial=len(here)) < size]  # the others are the next block's
        if len(own):
            yield here[own[:, 0]], here[own[:, 1]]
