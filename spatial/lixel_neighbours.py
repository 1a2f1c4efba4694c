"""Which lixels are neighbours: those that are near each other along the streets."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def lixel_neighbours(lixels: gpd.GeoDataFrame, *, reach_m: float) -> "csr_array[Any]":
    """
    Return binary weights between lixels whose centres are near along the streets, itself included.

    One-way rules are not asked: who walks may walk both ways, and so may trouble.

    Parameters
    ----------
    lixels
        Result of `cut_lixels`, or some rows of it; ways lead only over the rows that are there.
    reach_m
        Greatest distance between two centres, in metres along the streets.

    Returns
    -------
    neighbours
        Integer 0 or 1, shape (n, n), in the order of `lixels`, symmetric, 1 on the diagonal. The
        number of neighbours differs from row to row: more at crossings, fewer in dead ends.

    Examples
    --------
    Three lixels of 50 m in a row; the centres of the first and the last are 100 m apart.

    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from spatial.lixel import cut_lixels
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=LineString([(0, 0), (150, 0)]), length=150.0)
    >>> lixel_neighbours(cut_lixels(streets, length_m=50), reach_m=60).toarray().tolist()
    [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    """
    n = len(lixels)
    half_m = lixels["length_m"].to_numpy() / 2
    start, end, nodes = lixel_ends(lixels)
    source = np.tile(np.arange(n), 2)
    reached = _spread(source, np.concatenate([start, end]), np.tile(half_m, 2), lixels, reach_m)
    # from every node reached, the lixels that begin or end there
    incident = csr_array((np.ones(2 * n), (np.concatenate([start, end]), source)), (nodes, n))
    at, lixel = _expand(incident, reached["node"].to_numpy())
    near = reached["away_m"].to_numpy()[at] + half_m[lixel] <= reach_m
    row = np.concatenate([np.arange(n), reached["source"].to_numpy()[at][near]])
    column = np.concatenate([np.arange(n), lixel[near]])
    weights = csr_array((np.ones(row.size, dtype=np.int64), (row, column)), shape=(n, n))
    weights.sum_duplicates()
    weights.data[:] = 1
    return weights


def lixel_ends(lixels: gpd.GeoDataFrame) -> tuple[Integers, Integers, int]:
    """Return the node at both ends of every lixel, and the number of nodes: crossings and cuts."""
    u, v, key, part, parts = (
        lixels[name].to_numpy(dtype=np.int64) for name in ("u", "v", "key", "part", "parts")
    )
    crossings, at = np.unique(np.concatenate([u, v]), return_inverse=True)
    street, _ = pd.factorize(pd.MultiIndex.from_arrays([u, v, key]))
    cut = street * (int(parts.max(initial=0)) + 1) + part
    start = np.where(part == 0, at[: u.size], crossings.size + cut)
    end = np.where(part == parts - 1, at[u.size :], crossings.size + cut + 1)
    used, node = np.unique(np.concatenate([start, end]), return_inverse=True)
    return node[: u.size], node[u.size :], used.size


def lixel_links(lixels: gpd.GeoDataFrame) -> "csr_array[Any]":
    """Return the shortest lixel between two nodes as a symmetric matrix of metres."""
    start, end, nodes = lixel_ends(lixels)
    link = pd.DataFrame(
        {
            "a": np.concatenate([start, end]),
            "b": np.concatenate([end, start]),
            "length_m": np.tile(lixels["length_m"].to_numpy(), 2),
        }
    )
    shortest = link.groupby(["a", "b"], as_index=False)["length_m"].min()
    ends = (shortest["a"].to_numpy(), shortest["b"].to_numpy())
    return csr_array((shortest["length_m"].to_numpy(), ends), shape=(nodes, nodes))


def _spread(
    source: Integers, node: Integers, away_m: Floats, lixels: gpd.GeoDataFrame, reach_m: float
) -> pd.DataFrame:
    """Return the shortest way from every source to the nodes within reach.

    All sources walk at once, one link a round: a search from each of 100,000 lixels alone would
    spend its time on the nodes it does not reach.
    """
    links = lixel_links(lixels)
    best = pd.DataFrame({"source": source, "node": node, "away_m": away_m})
    best = _shortest(best[best["away_m"] <= reach_m].assign(new=True))
    while best["new"].any():
        front = best[best["new"]]
        at, onward = _expand(links, front["node"].to_numpy())
        step_m = links.data[_slots(links, front["node"].to_numpy())]
        walked = pd.DataFrame(
            {
                "source": front["source"].to_numpy()[at],
                "node": onward,
                "away_m": front["away_m"].to_numpy()[at] + step_m,
                "new": True,
            }
        )
        walked = walked[walked["away_m"] <= reach_m]
        best = _shortest(pd.concat([best.assign(new=False), walked], ignore_index=True))
    return best


def _shortest(ways: pd.DataFrame) -> pd.DataFrame:
    """Keep the shortest way from each source to each node; of equally short ones the older."""
    order = np.lexsort([ways[name].to_numpy() for name in ("new", "away_m", "node", "source")])
    return ways.iloc[order].drop_duplicates(["source", "node"])


def _slots(matrix: "csr_array[Any]", rows: Integers) -> Integers:
    """Return the storage positions of all entries of these rows, row after row."""
    first, many = matrix.indptr[rows], matrix.indptr[rows + 1] - matrix.indptr[rows]
    before = np.repeat(np.cumsum(many) - many, many)
    slots: Integers = np.arange(many.sum()) - before + np.repeat(first, many)
    return slots


def _expand(matrix: "csr_array[Any]", rows: Integers) -> tuple[Integers, Integers]:
    """Return which of `rows` each stored entry belongs to, and its column."""
    many = matrix.indptr[rows + 1] - matrix.indptr[rows]
    column = matrix.indices[_slots(matrix, rows)].astype(np.int64)
    return np.repeat(np.arange(rows.size), many), column
