"""What a place is called: the street it is on and the key point it is near."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.graphs import StreetGraph

NAMED_STREET_M = 60.0
"""A street further away (m) lends a place no name."""
NEAR_KEY_POINT_M = 150.0
"""A key point further away (m) lends a place no name."""


def label_places(
    places: gpd.GeoSeries,
    streets: StreetGraph,
    key_points: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
) -> "pd.Series[str]":
    """
    Name each place by the nearest named street and the nearest key point.

    Parameters
    ----------
    places
        Points in metres, indexed by what identifies them.
    streets
        Edges with `name` and `geometry`.
    key_points
        KEY_POINTS frame.
    gates
        GATES frame: a key point is as near as its nearest gate.

    Returns
    -------
    labels
        On the index of `places`: `street · key point`, one of them, or else the index itself.

    Examples
    --------
    >>> import networkx as nx
    >>> from shapely import LineString, Point
    >>> streets = nx.MultiDiGraph()
    >>> _ = streets.add_edge(1, 2, name="桥北路", geometry=LineString([(0, 0), (100, 0)]))
    >>> key_points = gpd.GeoDataFrame({"name": ["早市"]}, index=["K"], geometry=[Point(0, 50)])
    >>> gates = gpd.GeoDataFrame({"key_point_id": ["K"]}, index=["K-1"], geometry=[Point(0, 50)])
    >>> places = gpd.GeoSeries([Point(10, 5), Point(900, 900)], index=["a", "b"])
    >>> label_places(places, streets, key_points, gates).tolist()
    ['桥北路 · 早市', 'b']
    """
    named = _named_edges(streets)
    lines, street_names = [line for _, line in named], [name for name, _ in named]
    street = _nearest(places, lines, street_names, NAMED_STREET_M)
    key_point_names = [
        str(key_points["name"].get(key, "")) for key in gates.get("key_point_id", ())
    ]
    key_point = _nearest(places, list(gates.geometry), key_point_names, NEAR_KEY_POINT_M)
    labels = [
        " · ".join(filter(None, pair)) or str(place)
        for pair, place in zip(zip(street, key_point, strict=True), places.index, strict=True)
    ]
    return pd.Series(labels, index=places.index, dtype=str)


def _named_edges(streets: StreetGraph) -> list[tuple[str, BaseGeometry]]:
    """List the streets that have a name, each with its line."""
    edges = streets.edges.data()
    return [(str(edge["name"]), edge["geometry"]) for _, _, edge in edges if edge.get("name")]


def _nearest(
    places: gpd.GeoSeries, shapes: Sequence[BaseGeometry], names: Sequence[str], within_m: float
) -> list[str]:
    """Return the name of the shape nearest to each place; empty if none is within reach."""
    found = [""] * len(places)
    if shapes:
        tree = shapely.STRtree(shapes)
        place, shape = tree.query_nearest(places.to_numpy(), max_distance=within_m)
        for position, nearest in zip(place[::-1], shape[::-1], strict=True):
            found[position] = names[nearest]  # of equally near ones the first
    return found
