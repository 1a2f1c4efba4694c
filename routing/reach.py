"""Which stretches of street one reaches on foot from the booths within some minutes."""

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from data.area import Area
from data.graphs import StreetGraph
from data.paths import travel_costs
from data.profiles import build_profile
from data.snapping import attach_points


def reached_streets(
    area: Area, places: gpd.GeoSeries, rings_min: Sequence[float]
) -> list[gpd.GeoSeries]:
    """
    Cut the streets where the walk from the nearest place passes each ring.

    Parameters
    ----------
    places
        Booths, in metres.
    rings_min
        Minutes of walking in the area's first shift, in rising order.

    Returns
    -------
    rings
        For each ring the stretches beyond the ring before it; empty where nothing is reached.
    """
    rules = area.settings.streets
    profile = build_profile(area.streets, "foot", area.shifts[0], rules)
    graph, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
    starts = found["node"].dropna().astype(int).tolist()
    nodes = list(graph)
    limit_s = rings_min[-1] * 60
    times_s = np.full(len(nodes), np.inf)
    if starts:
        times_s = travel_costs(graph, starts, nodes, limit=limit_s).min(axis=0)
    at_s = dict(zip(nodes, times_s, strict=True))
    rings_s = np.array([0.0, *rings_min]) * 60
    return [
        gpd.GeoSeries(list(_ring(graph, at_s, rings_s[i], rings_s[i + 1])), crs=places.crs)
        for i in range(len(rings_min))
    ]


def _ring(
    graph: StreetGraph, at_s: dict[int, float], from_s: float, to_s: float
) -> Iterator[BaseGeometry]:
    """Yield, for each direction of each street, what is reached between two times."""
    for u, _, data in graph.edges(data=True):
        start_s, takes_s = at_s[u], data["travel_time"]
        if start_s >= to_s or start_s + takes_s <= from_s or takes_s <= 0:
            continue
        line: LineString = data["geometry"]
        ends = _shares(start_s, takes_s, from_s, to_s) * line.length
        yield substring(line, float(ends[0]), float(ends[1]))


def _shares(start_s: float, takes_s: float, from_s: float, to_s: float) -> NDArray[np.float64]:
    """Return the shares of a street's length at which two times are passed.

    Examples
    --------
    >>> _shares(30.0, 60.0, 60.0, 180.0).tolist()
    [0.5, 1.0]
    """
    return np.clip((np.array([from_s, to_s]) - start_s) / takes_s, 0, 1)
