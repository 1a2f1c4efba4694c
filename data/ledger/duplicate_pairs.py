"""Pairs of records in neighbouring cells of space and time, found without trying every pair."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

MOST_IN_A_CELL = 100
"""A cell with more records is a default point or a copied file: its pairs would be millions."""
_PAIRS_AT_ONCE = 2_000_000

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def crowded(cells: NDArray[np.int64]) -> NDArray[np.bool_]:
    """
    Tell which records stand in a cell with more than `MOST_IN_A_CELL`.

    Examples
    --------
    >>> crowded(np.zeros((101, 2), dtype=np.int64)).all()
    np.True_
    """
    _, cell, count = np.unique(_keys(cells), return_inverse=True, return_counts=True)
    found: NDArray[np.bool_] = count[cell] > MOST_IN_A_CELL
    return found


def neighbour_pairs(cells: NDArray[np.int64]) -> Iterator[Pairs]:
    """
    Yield the pairs of records whose cells are the same or touch, each pair once.

    Parameters
    ----------
    cells
        Cell of each record in each dimension, shape (n, d); none may be crowded.

    Yields
    ------
    first, second
        Positions of the records, some millions of pairs at a time.

    Examples
    --------
    >>> cells = np.array([[0, 0], [1, 1], [3, 0]])
    >>> [(a.tolist(), b.tolist()) for a, b in neighbour_pairs(cells)]
    [([0], [1])]
    """
    keys = _keys(cells)
    order = np.argsort(keys, kind="stable")
    unique, start, count = np.unique(keys[order], return_index=True, return_counts=True)
    for step in _steps(cells):
        at = np.searchsorted(unique, unique + step).clip(max=max(len(unique) - 1, 0))
        here = np.flatnonzero(unique[at] == unique + step)
        there = at[here]
        for part in _parts(count[here] * count[there]):
            first, second = _expand(here[part], there[part], start, count)
            apart = first < second if step == 0 else np.ones(len(first), dtype=bool)
            if apart.any():
                yield order[first[apart]], order[second[apart]]


def _keys(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each cell a number, with room for a neighbour beside each edge."""
    keys = np.zeros(len(cells), dtype=np.int64)
    for cell, width in zip(cells.T, _widths(cells), strict=True):
        keys = keys * width + (cell - cell.min(initial=0) + 1)
    return keys


def _widths(cells: NDArray[np.int64]) -> list[int]:
    return [int(np.max(cell, initial=0) - np.min(cell, initial=0)) + 3 for cell in cells.T]


def _steps(cells: NDArray[np.int64]) -> list[int]:
    """Return the differences of number to a cell itself and to half of its neighbours."""
    steps = []
    for offset in product((-1, 0, 1), repeat=cells.shape[1]):
        step = 0
        for by, width in zip(offset, _widths(cells), strict=True):
            step = step * width + by
        steps.append(step)
    return [step for step in steps if step >= 0]


def _parts(pairs: NDArray[np.intp]) -> Iterator[slice]:
    """Cut a list of pairs of cells so that each part has some millions of pairs of records."""
    if len(pairs):
        part = np.cumsum(pairs) // _PAIRS_AT_ONCE
        ends = [*(np.flatnonzero(np.diff(part)) + 1).tolist(), len(pairs)]
        for first, last in zip([0, *ends], ends, strict=False):
            yield slice(first, last)


def _expand(
    here: NDArray[np.intp],
    there: NDArray[np.intp],
    start: NDArray[np.intp],
    count: NDArray[np.intp],
) -> Pairs:
    """Return every pair of a record of one cell and a record of the other."""
    pairs = count[here] * count[there]
    within = np.arange(pairs.sum()) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    row, column = np.divmod(within, np.repeat(count[there], pairs))
    return np.repeat(start[here], pairs) + row, np.repeat(start[there], pairs) + column
