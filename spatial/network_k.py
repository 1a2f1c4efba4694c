"""How many other incidents lie within each distance along the streets: Ripley's K on a network."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from data.errors import N_, DegenerateDataError, Message
from spatial.street_walks import Streets, locate_on_streets

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SAME_PLACE_M = 1e-6
"""Distances closer than this are one: they were added up in another order."""
LEAST_INCIDENTS = 2
MAX_DISTANCES = 100_000_000


def network_k(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    lixels: gpd.GeoDataFrame,
    distances_m: Sequence[float],
    *,
    corrected: bool = True,
    max_snap_m: float = 100.0,
) -> pd.Series:
    """
    Estimate the network K function of incidents.

    With the correction each pair counts as the reciprocal of the number of places that lie as far
    from the first incident as the second does; then K(r) is r for incidents thrown at random on any
    network, and grows faster where they attract each other. Pairs at one place count in neither
    form: reports from the same gate would lift the curve at every distance.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the lixels.
    lixels
        Result of `cut_lixels`, with all lixels of each street.
    distances_m
        Distances along the streets, in metres.
    corrected
        With Ang's geometric correction; without it K depends on the shape of the network.
    max_snap_m
        Points further than this (m) from every street are left out.

    Returns
    -------
    k
        Metres, by `distance_m`.

    Raises
    ------
    DegenerateDataError
        If fewer than two incidents are near a street, or they are too many for an office PC.

    References
    ----------
    Okabe & Yamada (2001), Geographical Analysis 33(3), doi:10.1111/j.1538-4632.2001.tb00448.x;
    Ang, Baddeley & Nair (2012), Scandinavian Journal of Statistics 39(4),
    doi:10.1111/j.1467-9469.2011.00752.x

    Examples
    --------
    Two incidents 60 m apart in the middle of 200 m: one ordered pair for each of them, over two
    places that are as far, times 200 / (2 x 1).

    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from spatial.lixel import cut_lixels
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=LineString([(0, 0), (200, 0)]), length=200.0)
    >>> points = gpd.GeoSeries.from_xy([70, 130], [0, 0], crs=32650)
    >>> network_k(points, cut_lixels(streets), [50, 100]).tolist()
    [0.0, 100.0]
    """
    streets = Streets.of(lixels)
    street, at_m = locate_on_streets(points, lixels, streets, max_snap_m=max_snap_m)
    street, at_m = street[street >= 0], at_m[street >= 0]
    n = street.size
    _check(n, streets)
    to_crossing_m = _to_crossings(street, at_m, streets)
    apart_m = _between(street, at_m, to_crossing_m, streets)
    first, second = np.nonzero(apart_m > SAME_PLACE_M)
    pair_m = apart_m[first, second]
    near = pair_m <= max(distances_m, default=0)
    first, pair_m = first[near], pair_m[near]
    weight = np.ones(pair_m.size)
    if corrected:
        for i in range(n):
            own = first == i
            pieces = _pieces(int(street[i]), float(at_m[i]), to_crossing_m[i], streets)
            weight[own] = 1 / _places_at(pair_m[own], *pieces)
    within = [weight[pair_m <= distance_m].sum() for distance_m in distances_m]
    scale = streets.length_m.sum() / (n * (n - 1))
    return pd.Series(
        np.array(within) * scale, index=pd.Index(distances_m, name="distance_m"), name="k"
    )


def _check(n: int, streets: Streets) -> None:
    """Raise if there is no pair, or there are too many."""
    if n < LEAST_INCIDENTS:
        raise DegenerateDataError(
            Message.of(N_("{n} incidents near a street make no pair."), n=n),
            N_("Use a longer period, or look at the map."),
        )
    if n * max(n, streets.first.size) > MAX_DISTANCES:
        raise DegenerateDataError(
            Message.of(N_("{n} incidents are too many to measure every distance."), n=n),
            N_("Use a shorter period or a smaller area."),
        )


def _to_crossings(street: Integers, at_m: Floats, streets: Streets) -> Floats:
    """Return the distance from each incident to every crossing, shape (n, crossings)."""
    crossings = streets.first.size - 1
    start, end = streets.node[::2], streets.node[1::2]
    links = pd.DataFrame({"a": start, "b": end, "m": streets.length_m})
    links[["a", "b"]] = np.sort(links[["a", "b"]].to_numpy(), axis=1)
    shortest = links.groupby(["a", "b"], as_index=False)["m"].min()
    between = csr_array(
        (shortest["m"].to_numpy(), (shortest["a"].to_numpy(), shortest["b"].to_numpy())),
        shape=(crossings, crossings),
    )
    asked, row = np.unique(np.stack([start[street], end[street]]), return_inverse=True)
    from_end_m = dijkstra(between, directed=False, indices=asked)
    row = row.reshape(2, -1)
    over_start = at_m[:, None] + from_end_m[row[0]]
    over_end = (streets.length_m[street] - at_m)[:, None] + from_end_m[row[1]]
    return np.asarray(np.minimum(over_start, over_end))


def _between(street: Integers, at_m: Floats, to_crossing_m: Floats, streets: Streets) -> Floats:
    """Return the distance between any two incidents, shape (n, n)."""
    start, end = streets.node[::2][street], streets.node[1::2][street]
    over_start = to_crossing_m[:, start] + at_m
    over_end = to_crossing_m[:, end] + (streets.length_m[street] - at_m)
    apart_m = np.minimum(over_start, over_end)
    same = street[:, None] == street
    straight_m = np.abs(at_m[:, None] - at_m)
    return np.asarray(np.where(same, np.minimum(apart_m, straight_m), apart_m))


def _pieces(
    street: int, at_m: float, to_crossing_m: Floats, streets: Streets
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return both ends' distances and the length of each street, its own cut in two at it.

    The distances to the crossings themselves come last.
    """
    near = to_crossing_m[streets.node[::2]]
    far = to_crossing_m[streets.node[1::2]]
    length_m = streets.length_m.copy()
    rest_m = length_m[street] - at_m
    far_end = far[street]
    length_m[street], far[street] = at_m, 0.0
    near, far = np.append(near, 0.0), np.append(far, far_end)
    return near, far, np.append(length_m, rest_m), to_crossing_m


def _places_at(
    distance_m: Floats, near: Floats, far: Floats, length_m: Floats, crossing_m: Floats
) -> Floats:
    """Return how many places lie at each distance, at least 1.

    Along a street walked from both ends the distance rises to a summit where the two walks meet.
    """
    d = distance_m[:, None]
    summit = (near + far + length_m) / 2
    below = d < summit - SAME_PLACE_M
    inner = ((d > near + SAME_PLACE_M) & below).sum(axis=1)
    inner += ((d > far + SAME_PLACE_M) & below).sum(axis=1)
    inside = (summit > near + SAME_PLACE_M) & (summit > far + SAME_PLACE_M)
    inner += ((np.abs(d - summit) <= SAME_PLACE_M) & inside).sum(axis=1)
    inner += (np.abs(d - crossing_m) <= SAME_PLACE_M).sum(axis=1)
    return np.asarray(np.maximum(inner, 1), dtype=np.float64)
