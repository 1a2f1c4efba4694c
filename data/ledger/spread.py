"""Records known to a community or a road only -> one point each on its streets, never stacked."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.access import RULES
from data.graphs import StreetGraph
from data.ledger.address_words import normalise
from data.ledger.named_places import find_communities, find_roads

BORDER_M = 10.0
"""Streets this near outside a community run along its border and are its own as well; a point
drawn on one stands on the community's side."""
INSIDE_M = 0.5
_NUMBERS = 3
"""Of a draw: along the streets, or triangle and place in it."""


class _Ground(NamedTuple):
    """Where some records may stand: on lines, or anywhere in an area where there are none."""

    rows: pd.Index
    parts: NDArray[np.object_]
    area: BaseGeometry | None
    """In which they must stand, None for anywhere on the lines."""


def spread_along_streets(
    records: gpd.GeoDataFrame, streets: StreetGraph, communities: gpd.GeoDataFrame
) -> tuple[gpd.GeoSeries, pd.Series]:
    """
    Place records that are known only to a community or a road on its streets.

    A point is drawn uniformly by length from the public streets of the community, or from the
    road, as far as it runs in the community where both are known. In a community without a street
    it is drawn uniformly from its area. The draw is made of the record's id alone: the same record
    always stands at the same place, and no record depends on another.

    Parameters
    ----------
    records
        Indexed by `record_id`, in the CRS of the streets: `geo_precision`, `community`, and the
        `address` and `place_note` that name a road. Spread are those with `geo_precision`
        `community`, and those with `segment` that have no point. A column `road`, '' where another
        place is known, says for which records a road is all that is known, and which one.
    streets
        Street graph in metres.
    communities
        Areas with `name`, in the CRS of the streets.

    Returns
    -------
    places, is_spread
        On the index of `records`: where each record stands in the analysis, and whether that was
        drawn. A record whose road or community is not known here keeps its own place, or none.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> line = shapely.LineString([(0, 0), (100, 0)])
    >>> _ = graph.add_edge(1, 2, geometry=line, highway="residential", name="建设路", oneway=True)
    >>> area = gpd.GeoDataFrame({"name": ["甲社区"]}, geometry=[line.buffer(20)], crs=32650)
    >>> records = gpd.GeoDataFrame(
    ...     {"geo_precision": "community", "community": "甲居委会"},
    ...     index=["R1", "R2"], geometry=[None, None], crs=32650,
    ... )  # fmt: skip
    >>> places, is_spread = spread_along_streets(records, graph, area)
    >>> places.x.round(1).tolist(), is_spread.tolist()
    ([23.5, 20.1], [True, True])
    """
    drawn = _draw(_grounds(records, streets, communities), 0, records)
    places = records.geometry.copy()
    places[drawn.index] = drawn
    return places, pd.Series(records.index.isin(drawn.index), records.index, name="is_spread")


def spread_draws(
    records: gpd.GeoDataFrame, streets: StreetGraph, communities: gpd.GeoDataFrame, n: int
) -> gpd.GeoSeries:
    """
    Return `n` independent draws for each record that `spread_along_streets` would draw.

    What an analysis says in all of them does not hang on where the records were put.

    Parameters
    ----------
    records, streets, communities
        As for `spread_along_streets`.
    n
        Draws per record; draw 0 is that of `spread_along_streets`.

    Returns
    -------
    draws
        Points indexed by `record_id` and `draw`.
    """
    grounds = _grounds(records, streets, communities)
    draws = [_draw(grounds, draw, records) for draw in range(n)]
    return gpd.GeoSeries(
        pd.concat(draws, keys=range(n), names=["draw", records.index.name]).swaplevel()
    )


def _draw(grounds: list[_Ground], draw: int, records: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Draw a point for each record on its ground."""
    drawn = [gpd.GeoSeries([], index=records.index[:0], crs=records.crs)]
    for rows, parts, area in grounds:
        u = draw_numbers(rows, draw)
        if not parts.size:
            points = _in_area(area or shapely.Polygon(), u)
        elif area is None:
            points = _on_lines(parts, u[:, 0])
        else:
            points = _to_own_side(_on_lines(parts, u[:, 0]), area)
        drawn.append(gpd.GeoSeries(points, index=rows, crs=records.crs))
    return gpd.GeoSeries(pd.concat(drawn[1:] or drawn))


def draw_numbers(record_ids: Iterable[str], draw: int) -> NDArray[np.float64]:
    """
    Make three uniform numbers in [0, 1) of each record's id and the number of the draw.

    Examples
    --------
    >>> draw_numbers(["R1", "R2", "R1"], 0)[:, 0].round(3).tolist()
    [0.235, 0.201, 0.235]
    """
    digests = b"".join(
        hashlib.blake2b(f"{draw}/{record}".encode(), digest_size=8 * _NUMBERS).digest()
        for record in record_ids
    )
    whole = np.frombuffer(digests, dtype="<u8").reshape(-1, _NUMBERS)
    return (whole >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _grounds(
    records: gpd.GeoDataFrame, streets: StreetGraph, communities: gpd.GeoDataFrame
) -> list[_Ground]:
    """Say where each record that is to be spread may stand; records that are not are left out."""
    lines = _public_lines(streets)
    if "road" in records:
        road = records["road"].fillna("").map(normalise)
    else:
        bare = (records["geo_precision"] == "segment") & ~np.isfinite(records.geometry.x)
        road = pd.Series("", records.index, dtype=object)
        if bare.any():
            road = find_roads(records[bare], streets).reindex(records.index, fill_value="")
    road = road.where(road.isin(set().union(*lines["names"])), "")
    community = find_communities(records["community"].fillna(""), communities)
    spread = (road != "") | ((records["geo_precision"] == "community") & (community >= 0))
    keys = pd.DataFrame({"road": road[spread], "community": community[spread]})
    everywhere = communities.union_all() if len(communities) else None
    grounds = []
    for _, part in keys.groupby(["road", "community"]):
        name, at = str(part["road"].iloc[0]), int(part["community"].iloc[0])
        area = communities.geometry.iloc[at] if at >= 0 else everywhere
        on_road = lines["names"].map(lambda names, name=name: not name or name in names)
        shapes = lines.geometry[on_road.astype(bool)].to_numpy()
        parts = _parts(shapes, area)
        if name and not parts.size:  # the road runs elsewhere, and is the nearer word
            parts, area = _parts(shapes, None), None
        grounds.append(_Ground(part.index, parts, area))
    return grounds


def _public_lines(streets: StreetGraph) -> gpd.GeoDataFrame:
    """Return every street that walkers may use, once: `names` (a set) and its line."""
    rows = [
        (frozenset(map(normalise, str(data.get("name") or "").split(" / "))), data["geometry"])
        for u, v, data in streets.edges(data=True)
        if not (u > v and data.get("oneway") is False) and RULES["foot"].admits(data)
    ]
    names, shapes = [name for name, _ in rows], [shape for _, shape in rows]
    return gpd.GeoDataFrame({"names": names}, geometry=shapes, crs=streets.graph["crs"])


def _parts(lines: NDArray[np.object_], area: BaseGeometry | None) -> NDArray[np.object_]:
    """Return the lines, as far as they run in an area or along its border."""
    inside = lines if area is None else shapely.intersection(lines, area.buffer(BORDER_M))
    parts = shapely.get_parts(inside)
    longer: NDArray[np.object_] = parts[shapely.length(parts) > 0]
    return longer


def _on_lines(parts: NDArray[np.object_], u: NDArray[np.float64]) -> NDArray[np.object_]:
    """Draw points uniformly by length."""
    ends_m = np.cumsum(shapely.length(parts))
    at_m = u * ends_m[-1]
    part = np.minimum(np.searchsorted(ends_m, at_m, side="right"), len(parts) - 1)
    starts_m = ends_m - shapely.length(parts)
    points: NDArray[np.object_] = shapely.line_interpolate_point(parts[part], at_m - starts_m[part])
    return points


def _to_own_side(points: NDArray[np.object_], area: BaseGeometry) -> NDArray[np.object_]:
    """Mirror points on streets just outside an area into it."""
    smaller = area.buffer(-INSIDE_M)
    inner = area if smaller.is_empty else smaller
    outside = np.flatnonzero(~shapely.contains_properly(area, points))
    gap = shapely.get_coordinates(shapely.shortest_line(inner, points[outside])).reshape(-1, 2, 2)
    # mirrored, and not put on the border: a corner would gather what lies round it
    mirrored = gap[:, 0] + (gap[:, 0] - gap[:, 1]) / 2
    fits = shapely.contains_xy(area, mirrored)
    moved = points.copy()
    moved[outside] = shapely.points(np.where(fits[:, None], mirrored, gap[:, 0]))
    return moved


def _in_area(area: BaseGeometry, u: NDArray[np.float64]) -> NDArray[np.object_]:
    """Draw points uniformly from an area."""
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(area))
    shares = np.cumsum(shapely.area(triangles))
    chosen = np.searchsorted(shares, u[:, 0] * shares[-1], side="right")
    corners = shapely.get_coordinates(triangles[chosen]).reshape(-1, 4, 2)
    root, along = np.sqrt(u[:, 1:2]), u[:, 2:3]
    xy = (
        corners[:, 0] * (1 - root)
        + corners[:, 1] * root * (1 - along)
        + corners[:, 2] * root * along
    )
    points: NDArray[np.object_] = shapely.points(xy)
    return points
