"""Neighbouring cells of one emerging pattern as one place, and since when it has been hot."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from spatial.emerging import PATTERNS, EmergingHotspots


class EmergingPlaces(NamedTuple):
    """Places with a pattern, and the cells that make them."""

    places: pd.DataFrame
    """A row for each place, the patterns in the order of `PATTERNS` and the larger ones first:
    `pattern`, `n_cells`, `n` (incidents in its cells), `n_hot` (slices in which any of its cells
    was hot), `since` (first moment of the slice with which its last run of hot slices began)."""
    place_of_cell: "pd.Series[int]"
    """Row of `places` for each cell with a pattern, indexed by `cell_id`."""
    hot: pd.DataFrame
    """Whether any cell of each place (row) was hot in each slice (column)."""


def group_places(
    found: EmergingHotspots, neighbours: "csr_array[Any]", n: pd.Series
) -> EmergingPlaces:
    """
    Join neighbouring cells of the same pattern to places.

    Parameters
    ----------
    found
        Result of `find_emerging_hotspots`.
    neighbours
        The weights that it was given.
    n
        Incidents in each cell, on the index of `found.cells`.

    Returns
    -------
    grouped
        See `EmergingPlaces`; without rows where no cell has a pattern.

    Examples
    --------
    Of four cells in a row the first two are new, the last was hot until the second slice.

    >>> row = csr_array(np.tri(4, k=1, dtype=int) * np.tri(4, k=1, dtype=int).T)
    >>> hot = pd.DataFrame(
    ...     [[0, 0, 1], [0, 0, 1], [0, 0, 0], [1, 1, 0]], index=list("abcd"), dtype=bool
    ... )
    >>> cells = pd.DataFrame({"pattern": ["new", "new", "none", "historical"]}, index=hot.index)
    >>> grouped = group_places(EmergingHotspots(cells, hot, ()), row, pd.Series(5, hot.index))
    >>> grouped.places
          pattern  n_cells   n  n_hot  since
    0         new        2  10      1      2
    1  historical        1   5      2      0
    """
    chosen = (found.cells["pattern"] != "none").to_numpy()
    pattern = found.cells.loc[chosen, "pattern"]
    component = _components(pattern, csr_array(neighbours)[chosen][:, chosen])
    hot = found.hot[chosen].groupby(component).any()
    places = pd.DataFrame(
        {
            "pattern": pattern.groupby(component).first(),
            "n_cells": pattern.groupby(component).size(),
            "n": n[chosen].groupby(component).sum(),
            "n_hot": hot.sum(axis=1),
            "since": hot.columns[_last_run(hot.to_numpy())],
        }
    )
    order = places.assign(rank=places["pattern"].map({p: i for i, p in enumerate(PATTERNS)}))
    order = order.sort_values(["rank", "n"], ascending=[True, False], kind="stable")
    row_of = pd.Series(range(len(order)), index=order.index)
    of_cell = pd.Series(component, pattern.index).map(row_of).astype(int).rename("place")
    ordered = places.loc[order.index].reset_index(drop=True)
    return EmergingPlaces(ordered, of_cell, hot.loc[order.index].reset_index(drop=True))


def _components(pattern: pd.Series, neighbours: "csr_array[Any]") -> "np.ndarray[Any, Any]":
    """Give each connected group of cells that share a pattern a number."""
    first, second = neighbours.nonzero()
    name = pattern.to_numpy()
    alike = name[first] == name[second]
    links = np.ones(int(alike.sum()), dtype=int), (first[alike], second[alike])
    _, component = connected_components(csr_array(links, shape=neighbours.shape), directed=False)
    return np.asarray(component)


def _last_run(hot: "np.ndarray[Any, np.dtype[np.bool_]]") -> "np.ndarray[Any, Any]":
    """Return the column in which the last run of True of each row begins."""
    if hot.size == 0:
        return np.zeros(len(hot), dtype=int)
    begins = hot & ~np.hstack([np.zeros((len(hot), 1), dtype=bool), hot[:, :-1]])
    return np.asarray(hot.shape[1] - 1 - np.argmax(begins[:, ::-1], axis=1))
