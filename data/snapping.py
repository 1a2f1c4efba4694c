"""Put places onto the street graph by splitting the nearest edge at the nearest spot."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.ops import substring

from data.graphs import Edge, StreetGraph

SAME_PLACE_M = 0.001
"""Places closer than this along a street share a node."""
ISLAND_DETOUR_M = 5.0
"""A place is put on the connected main part of the streets if that is at most this much further
than the nearest edge: a gate shut at night is visited from the street, not from behind it."""
SHARED_ATTRIBUTES = ("length", "travel_time")
"""Edge attributes that a split divides in proportion; all others are kept by both parts."""


def attach_points(
    graph: StreetGraph, points: gpd.GeoSeries, *, max_distance_m: float
) -> tuple[StreetGraph, pd.DataFrame]:
    """
    Give each point a node of the graph, splitting the nearest edge where no node is.

    An edge and its mirrored counterpart in the other direction are split by one shared node.
    Length, travel time and geometry are divided in proportion, so no cost between old nodes
    changes.

    Parameters
    ----------
    graph
        Projected street graph; every edge has a `geometry` (LineString, m) and a `length` (m).
    points
        Points in the CRS of the graph.
    max_distance_m
        Points further than this (m) from every street are reported, never attached.

    Returns
    -------
    attached
        A new graph with the added nodes; their ids are negative integers.
    places
        On the index of `points`: `node` (Int64, missing if too far from any street) and
        `offset_m` (m, straight line from the point to the street; missing without a street).

    Raises
    ------
    ValueError
        If the CRS of points and graph differ, because distances would be meaningless.

    Examples
    --------
    >>> street = shapely.LineString([(0, 0), (100, 0)])
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 100.0, "y": 0.0})])
    >>> _ = graph.add_edge(1, 2, geometry=street, length=100.0, travel_time=80.0)
    >>> points = gpd.GeoSeries(gpd.points_from_xy([25, 50], [3, 900]), crs=32650)
    >>> attached, places = attach_points(graph, points, max_distance_m=100)
    >>> places["node"].tolist(), places["offset_m"].tolist()
    ([-1, <NA>], [3.0, 900.0])
    >>> attached.edges[1, -1, 0]["travel_time"], attached.edges[-1, 2, 0]["travel_time"]
    (20.0, 60.0)
    """
    _check_crs(graph, points)
    attached = graph.copy()
    bundles = _bundles(graph)
    nearest, offset_m = _nearest(graph, bundles, points)
    near = offset_m <= max_distance_m
    nodes = pd.array([pd.NA] * len(points), dtype="Int64")
    next_id = min([0, *graph.nodes]) - 1
    for bundle in pd.unique(nearest[near]):
        places = np.flatnonzero(near & (nearest == bundle))
        edges: list[Edge] = bundles[int(bundle)]
        line: shapely.LineString = graph.edges[edges[0]]["geometry"]
        along_m = line.project(points.geometry.to_numpy()[places])
        cuts, ids = _cut_nodes(edges[0], line, along_m, next_id)
        next_id = min(next_id, min(ids) - 1)
        nodes[places] = [ids[np.abs(cuts - at_m).argmin()] for at_m in along_m]
        _split(attached, edges, cuts, ids)
    return attached, pd.DataFrame({"node": nodes, "offset_m": offset_m}, index=points.index)


def approach_points(
    graph: StreetGraph, points: gpd.GeoSeries, *, max_distance_m: float
) -> pd.DataFrame:
    """
    Tell for each point between which nodes it lies, and how far along the street from both.

    For points that are only measured: nothing is split, so a hundred thousand take about as long
    as to find the street of each.

    Parameters
    ----------
    graph, points, max_distance_m
        As for `attach_points`.

    Returns
    -------
    places
        On the index of `points`: `start` and `end` (Int64, nodes of the street; missing if too far
        from any), `from_start_m` and `from_end_m` (m along the street; `inf` where no edge leads
        that way, or no street is near) and `offset_m` as from `attach_points`.

    Raises
    ------
    ValueError
        If the CRS of points and graph differ, because distances would be meaningless.

    Examples
    --------
    >>> street = shapely.LineString([(0, 0), (100, 0)])
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = graph.add_edge(1, 2, geometry=street, length=100.0)
    >>> points = gpd.GeoSeries(gpd.points_from_xy([25], [3]), crs=32650)
    >>> approach_points(graph, points, max_distance_m=100).iloc[0].to_dict()
    {'start': 1.0, 'end': 2.0, 'from_start_m': 25.0, 'from_end_m': inf, 'offset_m': 3.0}
    """
    _check_crs(graph, points)
    bundles = _bundles(graph)
    nearest, offset_m = _nearest(graph, bundles, points)
    lines = np.array([graph.edges[edges[0]]["geometry"] for edges in bundles], dtype=object)
    along = shapely.line_locate_point(lines[nearest], points.to_numpy(), normalized=True)
    ends = np.array([edges[0][:2] for edges in bundles], dtype=np.int64)[nearest]
    ahead_m, back_m = np.array([_lengths_m(graph, edges) for edges in bundles])[nearest].T
    line_m, far = shapely.length(lines)[nearest], ~(offset_m <= max_distance_m)
    return pd.DataFrame(
        {
            "start": pd.Series(ends[:, 0], points.index, dtype="Int64").mask(far),
            "end": pd.Series(ends[:, 1], points.index, dtype="Int64").mask(far),
            "from_start_m": np.where(far, np.inf, _part_m(ahead_m, along, line_m)),
            "from_end_m": np.where(far, np.inf, _part_m(back_m, 1 - along, line_m)),
            "offset_m": offset_m,
        },
        index=points.index,
    )


def _lengths_m(graph: StreetGraph, edges: list[Edge]) -> tuple[float, float]:
    """Return the length of a bundle's shortest edge along its line, and of that against it."""
    first = _xy_mm(graph.edges[edges[0]]["geometry"])
    ahead_m = back_m = np.inf
    for u, v, key in edges:
        data = graph.edges[u, v, key]
        if np.array_equal(_xy_mm(data["geometry"]), first):
            ahead_m = min(ahead_m, data["length"])
        else:
            back_m = min(back_m, data["length"])
    return ahead_m, back_m


def _part_m(
    whole_m: NDArray[np.float64], share: NDArray[np.float64], line_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a share of lengths; at the very end of a street one is at its node, open or not."""
    closed = np.isinf(whole_m)
    part_m = np.where(closed, np.inf, np.where(closed, 0.0, whole_m) * share)
    return np.where(share * line_m <= SAME_PLACE_M, 0.0, part_m)


def _check_crs(graph: StreetGraph, points: gpd.GeoSeries) -> None:
    """Refuse points of another CRS than the graph's."""
    crs = graph.graph.get("crs")
    if points.crs is not None and crs is not None and CRS.from_user_input(crs) != points.crs:
        msg = f"Project the points to the CRS of the graph: {points.crs} is not {crs}."
        raise ValueError(msg)


def _bundles(graph: StreetGraph) -> list[list[Edge]]:
    """Group edges that run along one line, in either direction, between the same two nodes."""
    edges: list[Any] = list(graph.edges.data("geometry", keys=True))
    lines = np.array([line for *_, line in edges], dtype=object)
    # rounded to the millimetre: the two directions may have been projected separately
    shapes = shapely.to_wkb(shapely.normalize(shapely.transform(lines, _to_mm)))
    bundles: dict[tuple[int, int, bytes], list[Edge]] = {}
    for (u, v, key, _), shape in zip(edges, shapes, strict=True):
        bundles.setdefault((min(u, v), max(u, v), shape), []).append((u, v, key))
    return list(bundles.values())


def _to_mm(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round coordinates in metres to the millimetre."""
    return np.round(coordinates, 3)


def _nearest(
    graph: StreetGraph, bundles: list[list[Edge]], points: gpd.GeoSeries
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the bundle nearest to each point, the main part preferred, and its distance."""
    lines = np.array([graph.edges[edges[0]]["geometry"] for edges in bundles], dtype=object)
    main = max(nx.weakly_connected_components(graph), key=len, default=set())
    on_main = np.array([edges[0][0] in main for edges in bundles], dtype=bool)
    nearest, offset_m = _query(lines, points)
    main_nearest, main_offset_m = _query(lines[on_main], points)
    prefer = main_offset_m <= offset_m + ISLAND_DETOUR_M
    nearest[prefer] = np.flatnonzero(on_main)[main_nearest[prefer]]
    return nearest, np.where(prefer, main_offset_m, offset_m)


def _query(
    lines: NDArray[np.object_], points: gpd.GeoSeries
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return position and distance of the nearest line; of equally near ones the first."""
    places = points.geometry.to_numpy()
    nearest = np.zeros(len(places), dtype=np.intp)
    offset_m = np.full(len(places), np.nan)
    (place, line), distance = shapely.STRtree(lines).query_nearest(places, return_distance=True)
    order = np.lexsort((line, place))[::-1]  # the last one written wins: the first line
    nearest[place[order]] = line[order]
    offset_m[place[order]] = distance[order]
    return nearest, offset_m


def _cut_nodes(
    edge: Edge, line: shapely.LineString, along_m: NDArray[np.float64], next_id: int
) -> tuple[NDArray[np.float64], list[int]]:
    """Return the cuts along the line (m), both ends included, and the node of each."""
    cuts, ids = [0.0], [edge[0]]
    for at_m in np.sort(along_m).tolist():
        if at_m - cuts[-1] > SAME_PLACE_M and line.length - at_m > SAME_PLACE_M:
            cuts.append(at_m)
            ids.append(next_id)
            next_id -= 1
    return np.array([*cuts, line.length]), [*ids, edge[1]]


def _split(
    graph: StreetGraph, edges: list[Edge], cuts: NDArray[np.float64], ids: list[int]
) -> None:
    """Replace every edge of a bundle by its parts between the cuts."""
    first: shapely.LineString = graph.edges[edges[0]]["geometry"]
    parts = [shapely.LineString(substring(first, *span).coords) for span in pairwise(cuts)]
    if len(parts) == 1:
        return
    for node, part in zip(ids[1:-1], parts[1:], strict=True):
        graph.add_node(node, x=part.coords[0][0], y=part.coords[0][1])
    shares = np.diff(cuts) / first.length
    for u, v, key in edges:
        data = dict(graph.edges[u, v, key])
        graph.remove_edge(u, v, key)
        mirrored = not np.array_equal(_xy_mm(data["geometry"]), _xy_mm(first))
        for part, share, (start, end) in zip(parts, shares, pairwise(ids), strict=True):
            ends = (end, start) if mirrored else (start, end)
            line = part.reverse() if mirrored else part
            graph.add_edge(*ends, **_part_of(data, line, float(share)))


def _xy_mm(line: shapely.LineString) -> NDArray[np.float64]:
    """Return the coordinates of a line, rounded to the millimetre."""
    return _to_mm(shapely.get_coordinates(line))


def _part_of(data: dict[str, Any], line: shapely.LineString, share: float) -> dict[str, Any]:
    """Return the attributes of a part that makes up `share` of an edge."""
    divided = {name: data[name] * share for name in SHARED_ATTRIBUTES if name in data}
    return {**data, **divided, "geometry": line}
