"""Streets by their names: the line of each road, and the spots where two of them meet."""

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.graphs import StreetGraph
from data.ledger.address_words import normalise
from data.ledger.place_names import SHORT, Name

CROSSING_M = 25.0
"""Two roads that come this near to each other cross: carriageways are drawn apart."""
ONE_SPOT_M = 40.0
"""Crossings of the same two roads this near to each other are corners of one."""
LARGEST_SPOT_M = 75.0
"""Where two roads share more than this to each side, they are one street of two names."""
_ROAD_WORD = re.compile(r"(?:大街|大道|路|道|街)$")


def name_roads(streets: StreetGraph | None, crs: Any = None) -> gpd.GeoDataFrame:
    """
    Gather the streets of each name.

    Parameters
    ----------
    streets
        Street graph; edges have `name` (several are divided by ` / `), `geometry` and `oneway`.
    crs
        Of the frame where there are no streets.

    Returns
    -------
    roads
        Indexed by the normalised name: `label` (as the map has it) and `geometry` (MultiLineString
        in the CRS of the streets; a street drawn in both directions is in it once).

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> for u, v, xs in ((1, 2, (0, 50)), (2, 1, (50, 0)), (2, 3, (50, 80))):
    ...     line = shapely.LineString([(x, 0) for x in xs])
    ...     _ = graph.add_edge(u, v, name="建设路", geometry=line, oneway=False)
    >>> name_roads(graph).geometry.length.to_dict()
    {'建设路': 80.0}
    """
    if streets is None:
        return gpd.GeoDataFrame({"label": pd.Series(dtype=str)}, geometry=[], crs=crs)
    labels: dict[str, str] = {}
    lines: dict[str, list[shapely.LineString]] = {}
    for u, v, data in streets.edges(data=True):
        if u > v and data.get("oneway") is False:
            continue  # the same street comes from the other end
        for label in filter(None, str(data.get("name") or "").split(" / ")):
            key = normalise(label)
            labels.setdefault(key, label)
            lines.setdefault(key, []).append(data["geometry"])
    shapes = [shapely.multilinestrings(parts) for parts in lines.values()]
    index = pd.Index(lines, dtype=str, name="road")
    named = {"label": pd.Series(labels, dtype=str).reindex(index)}
    return gpd.GeoDataFrame(named, geometry=shapes, index=index, crs=streets.graph["crs"])


def find_crossings(roads: NDArray[np.object_]) -> dict[tuple[int, int], tuple[shapely.Point, ...]]:
    """
    Return where any two roads meet.

    Parameters
    ----------
    roads
        Lines in metres.

    Returns
    -------
    crossings
        Positions of two roads, the lower first, -> their spots; two roads may meet more than once.

    Examples
    --------
    >>> roads = shapely.from_wkt(["LINESTRING (0 0, 100 0)", "LINESTRING (50 9, 50 80)"])
    >>> [(round(spot.x), round(spot.y, 3)) for spot in find_crossings(roads)[0, 1]]
    [(50, 4.5)]
    """
    if not len(roads):
        return {}
    first, second = shapely.STRtree(roads).query(roads, predicate="dwithin", distance=CROSSING_M)
    once = first < second
    first, second = first[once], second[once]
    corners, pair = shapely.get_parts(
        shapely.buffer(_meet(roads[first], roads[second]), ONE_SPOT_M / 2), return_index=True
    )
    real = shapely.minimum_bounding_radius(corners) <= LARGEST_SPOT_M
    real &= ~shapely.is_empty(corners)
    spots: dict[tuple[int, int], tuple[shapely.Point, ...]] = {}
    for spot, a, b in zip(
        shapely.centroid(corners[real]), first[pair[real]], second[pair[real]], strict=True
    ):
        spots[int(a), int(b)] = (*spots.get((int(a), int(b)), ()), spot)
    return spots


def _meet(roads: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what pairs of roads share, or the middle of the gap between their nearest points."""
    met = shapely.intersection(roads, others)
    apart = np.flatnonzero(shapely.is_empty(met))
    beside = shapely.intersection(roads[apart], shapely.buffer(others[apart], CROSSING_M))
    # roads that run beside each other, as one above the other does, cross nowhere
    apart = apart[shapely.length(beside) <= 2 * LARGEST_SPOT_M]
    gap = shapely.shortest_line(roads[apart], others[apart])
    met[apart] = shapely.line_interpolate_point(gap, 0.5, normalized=True)
    return met


def find_bridges(streets: StreetGraph | None) -> list[tuple[str, BaseGeometry, list[Name]]]:
    """
    Return the bridges of named streets: label, shape and names.

    A bridge of 某某道 is called 某某道桥 or 某某桥 as well; neither need be written anywhere.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> line = shapely.LineString([(0, 0), (0, 30)])
    >>> _ = graph.add_edge(1, 2, name="鹤汀道", bridge="yes", geometry=line)
    >>> [(label, [name.text for name in names]) for label, _, names in find_bridges(graph)]
    [('鹤汀道桥', ['鹤汀道桥', '鹤汀桥'])]
    """
    if streets is None:
        return []
    spans: dict[str, list[BaseGeometry]] = {}
    for _, _, data in streets.edges(data=True):
        if data.get("bridge") not in {None, "", "no"} and data.get("name"):
            spans.setdefault(str(data["name"]).split(" / ")[0], []).append(data["geometry"])
    found = []
    for road, lines in spans.items():
        plain = normalise(road)
        if plain.endswith("桥"):  # the road has the bridge's own name, and is found by it
            continue
        texts = [f"{plain}桥", f"{_ROAD_WORD.sub('', plain)}桥"]
        names = [Name(text, SHORT, "") for text in texts]
        found.append((f"{road}桥", shapely.union_all(lines), names))
    return found
