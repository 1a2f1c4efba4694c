"""Names written on the ground: streets along their line, places at their middle."""

import math
from collections.abc import Iterator

import geopandas as gpd
import shapely
from shapely import LineString
from shapely.ops import linemerge, substring

from app.maps.basemap import street_lines
from app.maps.geometry import Layer, to_lonlat
from data.area import Area

REPEAT_M = 380.0
"""A long street carries its name again after this length."""
WINDOWS_M = (320.0, 240.0, 170.0, 120.0, 80.0, 50.0)
"""Lengths along a street that are tried for a name, longest first."""
STRAIGHT = 0.985
"""Chord over arc from which a stretch counts as straight enough for writing."""
RANKS = {"major": 0, "middle": 1, "minor": 2, "service": 3, "path": 4, "steps": 5}
GROUND = ("water", "park", "railway")


def ground_names(area: Area) -> Layer:
    """Collect the names of the ground, the important ones first: they win the room."""
    items = [*_street_names(area), *_surface_names(area), *_community_names(area)]
    items.sort(key=lambda item: item["rank"])  # type: ignore[arg-type, return-value]  # numbers
    return {"kind": "labels", "items": items}


def _street_names(area: Area) -> Iterator[dict[str, object]]:
    """Yield a label for about every 380 m of each named street."""
    lines = street_lines(area.streets)
    lines = lines[lines["name"] != ""]
    stretches: list[LineString] = []
    owners: list[tuple[str, int]] = []
    for name, part in lines.groupby("name"):
        rank = min(RANKS[rank] for rank in part["rank"])
        for stretch in _stretches(linemerge(list(part.geometry))):
            stretches.append(stretch)
            owners.append((str(name), rank))
    lonlat = to_lonlat(gpd.GeoSeries(stretches, crs=area.crs))
    for stretch, on_map, (name, rank) in zip(stretches, lonlat, owners, strict=True):
        middle = on_map.interpolate(0.5, normalized=True)
        yield {
            "at": [middle.y, middle.x],
            "text": name,
            "angle": _reading_angle(on_map),
            "room_m": round(stretch.length, 1),
            "look": "major" if rank <= 1 else "street",
            "rank": 2 + rank,
            "from": 0,
        }


def _stretches(street: shapely.Geometry) -> Iterator[LineString]:
    """Yield the straightest long stretches of a street, one for each repeat of its name."""
    for line in getattr(street, "geoms", [street]):
        repeats = max(1, round(line.length / REPEAT_M))
        for i in range(repeats):
            middle = line.length * (i + 0.5) / repeats
            stretch = _straight_stretch(line, middle)
            if stretch is not None:
                yield stretch


def _straight_stretch(line: LineString, middle_m: float) -> LineString | None:
    """Return the longest straight stretch around a place of a line, if one is long enough."""
    for window_m in WINDOWS_M:
        around = substring(line, max(0, middle_m - window_m / 2), middle_m + window_m / 2)
        if around.geom_type != "LineString" or around.length < WINDOWS_M[-1] * 0.6:
            continue
        chord_m = shapely.Point(around.coords[0]).distance(shapely.Point(around.coords[-1]))
        if chord_m >= STRAIGHT * around.length:
            return around
    return None


def _reading_angle(lonlat: LineString) -> float:
    """Return the turn of a text along a line, in degrees clockwise, never upside down.

    Examples
    --------
    >>> _reading_angle(LineString([(0.001, 0), (0, 0)])), _reading_angle(
    ...     LineString([(0, 0), (0, 0.001)])
    ... )
    (0.0, -90.0)
    """
    (x0, y0), (x1, y1) = lonlat.coords[0], lonlat.coords[-1]
    across = (x1 - x0) * math.cos(math.radians(y0))
    angle = math.degrees(math.atan2(y0 - y1, across))
    upright = (angle + 90) % 180 - 90
    return round(upright, 1) + 0.0


def _surface_names(area: Area) -> Iterator[dict[str, object]]:
    """Yield a label for each named water, park or railway: along its line where it has one."""
    named = area.basemap[(area.basemap["name"] != "") & area.basemap["kind"].isin(GROUND)]
    for (kind, name), part in named.groupby(["kind", "name"]):
        lines = part.geometry[part.geometry.geom_type.str.endswith("LineString")]
        along = _along(lines.intersection(area.boundary), area)
        if along is None:
            largest = part.geometry.iloc[int((part.area + part.length).to_numpy().argmax())]
            inside = largest.intersection(area.boundary)
            shown = largest if inside.is_empty else inside
            middle = gpd.GeoSeries([shown.representative_point()], crs=area.crs)
            place, angle = to_lonlat(middle).iloc[0], 0.0
        else:
            place, angle = along.interpolate(0.5, normalized=True), _reading_angle(along)
        yield {
            "at": [place.y, place.x],
            "text": str(name),
            "angle": angle,
            "look": str(kind),
            "rank": -40,
            "from": 0,
        }


def _along(lines: gpd.GeoSeries, area: Area) -> LineString | None:
    """Return the straightest long stretch in the middle of a river or railway, in lon/lat."""
    parts = lines[~lines.is_empty].explode(index_parts=False)
    parts = parts[parts.geom_type == "LineString"]
    if parts.empty:
        return None
    joined = linemerge(list(parts))
    longest = max(getattr(joined, "geoms", [joined]), key=lambda line: line.length)
    stretch = _straight_stretch(longest, longest.length / 2)
    if stretch is None:
        return None
    on_map: LineString = to_lonlat(gpd.GeoSeries([stretch], crs=area.crs)).iloc[0]
    return on_map


def _community_names(area: Area) -> Iterator[dict[str, object]]:
    """Yield the name of each community at its middle."""
    middles = to_lonlat(area.communities.geometry.representative_point())
    for name, place in zip(area.communities["name"], middles, strict=True):
        yield {
            "at": [place.y, place.x],
            "text": str(name),
            "look": "community",
            "rank": 1,
            "from": 0,
        }
