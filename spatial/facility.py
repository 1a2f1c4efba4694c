"""Overlay tables: incidents near key points, along the streets, and in communities."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.graphs import StreetGraph
from data.paths import travel_costs
from data.snapping import approach_points, attach_points
from spatial.aoristic import TWELFTHS

ROUNDING_M = 1e-6
"""What adding up parts of streets may be wrong by: a place just at the limit is within it."""
Floats = NDArray[np.float64]


def walking_distances(
    graph: StreetGraph,
    gates: gpd.GeoDataFrame,
    incidents: gpd.GeoDataFrame,
    limit_m: float,
    *,
    max_snap_m: float = 100.0,
) -> Floats:
    """
    Measure the way on foot from every gate to every incident, along the streets.

    Parameters
    ----------
    graph
        Street graph for walking (`build_profile` with mode `foot`), every edge with `length` (m).
    gates, incidents
        Points in the CRS of the graph.
    limit_m
        Longer ways are not followed.
    max_snap_m
        Points further than this from any street are not reached.

    Returns
    -------
    distance_m
        Shape (gates, incidents): metres along the streets plus the straight lines from both ends
        to their street; `inf` beyond `limit_m` and where no way leads.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 100.0, "y": 0.0})])
    >>> street = shapely.LineString([(0, 0), (100, 0)])
    >>> _ = graph.add_edge(1, 2, geometry=street, length=100.0)
    >>> _ = graph.add_edge(2, 1, geometry=street.reverse(), length=100.0)
    >>> gate = gpd.GeoDataFrame(geometry=gpd.points_from_xy([20], [5]), crs=32650)
    >>> incidents = gpd.GeoDataFrame(geometry=gpd.points_from_xy([50, 0], [-10, 0]), crs=32650)
    >>> walking_distances(graph, gate, incidents, 40.0).round(6).tolist()
    [[inf, 25.0]]
    """
    distance_m = np.full((len(gates), len(incidents)), np.inf)
    if distance_m.size == 0:
        return distance_m
    # only the gates become nodes; then every street has them at its ends, and the way to an
    # incident along it comes from one of the two
    attached, at = attach_points(graph, gates.geometry, max_distance_m=max_snap_m)
    near = np.flatnonzero(at["node"].notna().to_numpy())
    there = approach_points(attached, incidents.geometry, max_distance_m=max_snap_m)
    found = np.flatnonzero(there["start"].notna().to_numpy())
    there = there.iloc[found]
    nodes, ends = np.unique(there[["start", "end"]].to_numpy(dtype=np.int64), return_inverse=True)
    start, end = ends.reshape(-1, 2).T
    reached_m = travel_costs(
        attached,
        at["node"].iloc[near].astype(int).tolist(),
        nodes.tolist(),
        weight="length",
        limit=limit_m,
    )
    along_m = np.minimum(
        reached_m[:, start] + there["from_start_m"].to_numpy(),
        reached_m[:, end] + there["from_end_m"].to_numpy(),
    )
    off_m = np.add.outer(at["offset_m"].to_numpy()[near], there["offset_m"].to_numpy())
    whole_m = along_m + off_m
    within = whole_m <= limit_m + ROUNDING_M
    distance_m[np.ix_(near, found)] = np.where(within, whole_m, np.inf)
    return distance_m


def count_near_key_points(
    key_points: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    twelfths: pd.DataFrame,
    distance_m: Floats,
    near_m: float,
) -> pd.DataFrame:
    """
    Count the incidents within walking distance of each key point, by shift.

    An incident near two gates of one key point counts once there; one near two key points counts
    at both, so the rows must not be added up.

    Parameters
    ----------
    key_points
        KEY_POINTS frame.
    gates
        GATES frame; `key_point_id` tells whose they are.
    twelfths
        Result of `shift_twelfths`, shape (incidents, shifts).
    distance_m
        Result of `walking_distances`, shape (gates, incidents), in the order of the two frames.
    near_m
        Walking distance that still counts as near, in metres.

    Returns
    -------
    counts
        On the index of `key_points`: `n_<shift>` for each shift and their sum `n`, in incidents.

    Examples
    --------
    >>> key_points = gpd.GeoDataFrame(index=["K1", "K2"])
    >>> gates = gpd.GeoDataFrame({"key_point_id": ["K1", "K1", "K2"]})
    >>> twelfths = pd.DataFrame({"day": [12, 6], "night": [0, 6]})
    >>> distance_m = np.array([[10.0, 80.0], [20.0, 300.0], [np.inf, 90.0]])
    >>> count_near_key_points(key_points, gates, twelfths, distance_m, 100.0)
        n_day  n_night    n
    K1    1.5      0.5  2.0
    K2    0.5      0.5  1.0
    """
    owner = key_points.index.get_indexer(gates["key_point_id"])
    near = np.zeros((len(key_points), len(twelfths)), dtype=bool)
    known = owner >= 0
    np.logical_or.at(near, owner[known], distance_m[known] <= near_m)
    return _table(near @ twelfths.to_numpy(), twelfths, key_points.index, "n")


def count_in_communities(
    communities: gpd.GeoDataFrame,
    incidents: gpd.GeoDataFrame,
    twelfths: pd.DataFrame,
    near: NDArray[np.bool_],
) -> pd.DataFrame:
    """
    Count the incidents inside each community, and those of them near a key point, by shift.

    An incident on a common border belongs to the first of the communities that touch it, so the
    rows add up to the incidents inside any community.

    Parameters
    ----------
    communities
        COMMUNITIES frame.
    incidents
        INCIDENTS frame.
    twelfths
        Result of `shift_twelfths`, in the order of `incidents`.
    near
        Whether each incident is near any key point: `(distance_m <= near_m).any(axis=0)`.

    Returns
    -------
    counts
        On the index of `communities`: `n_<shift>` and `n`, then `near_<shift>` and `near` for the
        incidents near a key point, in incidents.

    Examples
    --------
    >>> square = shapely.box(0, 0, 10, 10)
    >>> communities = gpd.GeoDataFrame(index=["C1"], geometry=[square])
    >>> incidents = gpd.GeoDataFrame(geometry=gpd.points_from_xy([1, 2, 99], [1, 2, 99]))
    >>> twelfths = pd.DataFrame({"day": [12, 4, 12], "night": [0, 8, 0]})
    >>> counts = count_in_communities(communities, incidents, twelfths, np.array([1, 0, 0], bool))
    >>> counts[["n_day", "n", "near_day", "near_night"]].round(3).loc["C1"].tolist()
    [1.333, 2.0, 1.0, 0.0]
    """
    points = incidents.geometry.to_numpy()
    at, owner = shapely.STRtree(communities.geometry.to_numpy()).query(points, "intersects")
    home = np.full(len(points), len(communities))
    np.minimum.at(home, at, owner)
    inside = home == np.arange(len(communities))[:, None]
    weights = twelfths.to_numpy()
    return pd.concat(
        [
            _table(inside @ weights, twelfths, communities.index, "n"),
            _table((inside & near) @ weights, twelfths, communities.index, "near"),
        ],
        axis=1,
    )


def _table(
    parts: NDArray[np.int64], twelfths: pd.DataFrame, index: pd.Index, prefix: str
) -> pd.DataFrame:
    """Turn twelfths by shift into incidents by shift and in all."""
    columns = {
        f"{prefix}_{code}": parts[:, at] / TWELFTHS for at, code in enumerate(twelfths.columns)
    }
    return pd.DataFrame({**columns, prefix: parts.sum(axis=1) / TWELFTHS}, index=index)
