"""How long it takes to get from place to place, along the streets and on the last metres."""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.graphs import StreetGraph
from data.paths import travel_costs
from data.profiles import build_profile
from data.settings import Streets
from data.shifts import Shift
from data.snapping import attach_points


@dataclass(frozen=True)
class TravelTimes:
    """Travel times of one mode in one shift, and the graph that they were measured on."""

    graph: StreetGraph = field(repr=False)
    """The profile's graph; every place that is near a street is a node of it."""
    places: pd.DataFrame
    """Index: place; `node` (Int64, missing if too far from any street), `offset_m`."""
    time_s: NDArray[np.float64]
    """Whole seconds, shape (n, n), in the order of `places`; `inf` where no way leads."""


def travel_time_matrix(
    streets: StreetGraph, places: gpd.GeoSeries, mode: str, shift: Shift, rules: Streets
) -> TravelTimes:
    """
    Measure the travel time between all places by one mode in one shift.

    Whoever rides leaves the vehicle on the street; the offset between street and place is walked
    at both ends, in a straight line.

    Parameters
    ----------
    streets
        The area's streets, projected.
    places
        Bases and stops, n points in the CRS of the streets.
    mode
        `foot`, `e_bike` or `vehicle`.
    shift
        Decides between the day's and the night's network.
    rules
        Speeds, and how far from a street a place may lie (`max_snap_m`).

    Returns
    -------
    times
        Times are rounded up, so that a timetable never promises too much; from a place to itself
        they are 0. A place too far from any street is unreachable.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, doi:10.1007/BF01386390

    Examples
    --------
    A street of 120 m is walked at 1.2 m/s in 100 s; the second place lies 12 m beside it.

    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from data.settings import DAY
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> streets.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 120.0, "y": 0.0})])
    >>> for u, v in [(1, 2), (2, 1)]:
    ...     line = LineString([(120.0 * (u - 1), 0), (120.0 * (v - 1), 0)])
    ...     _ = streets.add_edge(u, v, length=120.0, geometry=line, highway="residential",
    ...                          name="", oneway=False)
    >>> places = gpd.GeoSeries(gpd.points_from_xy([0, 120], [0, 12]), index=["A", "B"], crs=32650)
    >>> travel_time_matrix(streets, places, "foot", DAY, Streets()).time_s.tolist()
    [[0.0, 110.0], [110.0, 0.0]]
    """
    profile = build_profile(streets, mode, shift, rules)
    graph, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
    time_s = np.full((len(places), len(places)), np.inf)
    near = np.flatnonzero(found["node"].notna().to_numpy())
    nodes = found["node"].iloc[near].astype(int).tolist()
    offset_s = found["offset_m"].iloc[near].to_numpy(dtype=float) / rules.foot_mps
    time_s[np.ix_(near, near)] = (
        travel_costs(graph, nodes, nodes) + offset_s[:, None] + offset_s[None, :]
    )
    # a millionth of a second of rounding must not cost a whole one
    time_s = np.ceil(np.round(time_s, 6))
    np.fill_diagonal(time_s, 0.0)
    return TravelTimes(graph, found, time_s)
