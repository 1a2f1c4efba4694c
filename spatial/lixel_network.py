"""How far lixels lie from each other along the streets."""

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from data.errors import N_, DegenerateDataError, Message
from spatial.lixel_neighbours import lixel_ends, lixel_links, lixel_neighbours

__all__ = ["lixel_distances", "lixel_neighbours"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAX_DISTANCES = 100_000_000
"""Distances in one matrix: 800 MB."""


def lixel_distances(lixels: gpd.GeoDataFrame, among: Integers | None = None) -> Floats:
    """
    Measure the distance between the centres of lixels along the streets.

    Parameters
    ----------
    lixels
        Result of `cut_lixels`.
    among
        Row numbers of the m lixels to measure between, over all streets of `lixels`; omitted: all.

    Returns
    -------
    distance_m
        Metres, shape (m, m), symmetric, 0 on the diagonal, `inf` where no way leads.

    Raises
    ------
    DegenerateDataError
        If the matrix would not fit into the memory of an office PC.

    Examples
    --------
    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from spatial.lixel import cut_lixels
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=LineString([(0, 0), (150, 0)]), length=150.0)
    >>> lixel_distances(cut_lixels(streets, length_m=50)).tolist()
    [[0.0, 50.0, 100.0], [50.0, 0.0, 50.0], [100.0, 50.0, 0.0]]
    """
    among = np.arange(len(lixels)) if among is None else among
    start, end, nodes = lixel_ends(lixels)
    asked, node = np.unique(np.stack([start[among], end[among]]), return_inverse=True)
    if asked.size * nodes > MAX_DISTANCES:
        raise DegenerateDataError(
            Message.of(N_("{n} segments are too many to measure between."), n=among.size),
            N_("Use longer segments."),
        )
    between_m = dijkstra(lixel_links(lixels), indices=asked)[:, asked]
    half_m = lixels["length_m"].to_numpy()[among] / 2
    ways = [between_m[np.ix_(a, b)] for a in node.reshape(2, -1) for b in node.reshape(2, -1)]
    distance_m = np.minimum.reduce(ways) + half_m[:, None] + half_m
    np.fill_diagonal(distance_m, 0.0)
    # sums in two orders differ in the last digit
    symmetric: Floats = np.minimum(distance_m, distance_m.T)
    return symmetric
