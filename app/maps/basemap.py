"""The ground of every map, drawn from the area's own streets and surfaces."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from app.maps import theme
from app.maps.geometry import Layer, shapes
from data.area import Area
from data.graphs import StreetGraph


def basemap(area: Area) -> list[Layer]:
    """Return the layers of land, surfaces, streets and boundaries, from the lowest up."""
    land = gpd.GeoSeries([area.boundary], crs=area.crs)
    layers = [shapes(land, [theme.LAND])]
    layers += _surfaces(area.basemap)
    layers += _railways(area.basemap)
    layers += _streets(street_lines(area.streets))
    if len(area.communities):
        layers.append(shapes(area.communities.geometry, [theme.COMMUNITY]))
    layers.append(shapes(land, [theme.BOUNDARY]))
    return layers


def street_lines(streets: StreetGraph) -> gpd.GeoDataFrame:
    """Return each street edge once, with `highway`, `name` and `rank`.

    A two-way street is two edges with one line; a map needs the line.
    """
    rows: dict[tuple[int, int, float], Mapping[str, Any]] = {}
    for u, v, data in streets.edges(data=True):
        line = data["geometry"]
        rows.setdefault((min(u, v), max(u, v), round(line.length, 1)), data)
    frame = gpd.GeoDataFrame(
        {
            "highway": [str(data["highway"]) for data in rows.values()],
            "name": [str(data.get("name") or "") for data in rows.values()],
        },
        geometry=[data["geometry"] for data in rows.values()],
        crs=streets.graph["crs"],
    )
    return frame.assign(rank=frame["highway"].map(theme.rank_of))


def _surfaces(ground: gpd.GeoDataFrame) -> list[Layer]:
    """Draw parks, then water, then buildings; rivers given as lines are drawn in their width."""
    layers = []
    flat = ground.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    streams = ground.geometry[(ground["kind"] == "water") & ~flat]
    for kind, style in theme.GROUND.items():
        places = ground.geometry[(ground["kind"] == kind) & flat]
        if len(places):
            layers.append(shapes(_gather(places), [style]))
    if len(streams):
        layers.append(shapes(_gather(streams), [theme.WATER_LINE], metres=True))
    return layers


def _railways(ground: gpd.GeoDataFrame) -> list[Layer]:
    """Draw a railway as a grey line with white sleepers."""
    lines = ground.geometry[ground["kind"] == "railway"]
    lines = lines[lines.geom_type.isin(["LineString", "MultiLineString"])]
    if not len(lines):
        return []
    return [shapes(_gather(lines), [style], metres=True) for style in theme.RAILWAY]


def _streets(lines: gpd.GeoDataFrame) -> list[Layer]:
    """Draw all casings below all fills, so that junctions are open."""
    layers = []
    by_rank = {rank: _gather(part) for rank, part in lines.geometry.groupby(lines["rank"])}
    for rank, style in theme.PATHS.items():
        if rank in by_rank:
            layers.append(shapes(by_rank[rank], [style], metres=True))
    for coat in ("casing", "fill"):
        for rank, (width_m, fill, casing) in theme.STREETS.items():
            if rank in by_rank:
                style = {
                    "color": casing if coat == "casing" else fill,
                    "fill": False,
                    "width_m": width_m,
                    "least": 3.0 if coat == "casing" else 1.6,
                    "extra": 1.6 if coat == "casing" else 0,
                }
                layers.append(shapes(by_rank[rank], [style], metres=True))
    return layers


def _gather(places: gpd.GeoSeries) -> gpd.GeoSeries:
    """Put many geometries into one collection: one feature is drawn faster than a thousand."""
    whole = places.explode(index_parts=False)
    kinds = whole.geom_type.unique()
    gathered = [_multi(whole[whole.geom_type == kind].to_numpy(), kind) for kind in sorted(kinds)]
    return gpd.GeoSeries([part for part in gathered if part is not None], crs=places.crs)


def _multi(parts: NDArray[np.object_], kind: str) -> shapely.Geometry | None:
    """Join parts of one kind without dissolving them."""
    if kind == "Polygon":
        return shapely.MultiPolygon(list(parts))
    if kind in {"LineString", "LinearRing"}:
        return shapely.MultiLineString(list(parts))
    return None
