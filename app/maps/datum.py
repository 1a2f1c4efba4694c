"""Before and after: the points of a file as they stand in it, and converted, on the streets."""

import folium
import geopandas as gpd
import pandas as pd
from shapely import MultiLineString

from app.i18n import t
from app.maps.basemap import basemap
from app.maps.context import facility_signs
from app.maps.frame import build_map
from app.maps.geometry import LONLAT, Layer, bounds_of, shapes
from app.maps.names import ground_names
from app.text import number
from data.area import Area

BEFORE, AFTER = "#c0267e", "#1a4f9c"
MARGIN_M = 1500.0
"""Points farther from the area than this do not widen the view: they are counted as outside."""


def datum_map(sample: pd.DataFrame, area: Area) -> folium.Map:
    """
    Show where a file's points lie if taken as they stand, and where after conversion.

    Parameters
    ----------
    sample
        Columns `lon`, `lat` (converted) and `raw_lon`, `raw_lat` (as in the file), in degrees.
    area
        Whose streets tell which of the two is right.
    """
    before = _points(sample, "raw_lon", "raw_lat", area)
    after = _points(sample, "lon", "lat", area)
    near = area.boundary.buffer(MARGIN_M)
    seen = before.within(near), after.within(near)
    layers: list[Layer] = [
        *basemap(area),
        ground_names(area),
        *facility_signs(area.key_points),
        *_moves(before[seen[0] & seen[1]], after[seen[0] & seen[1]]),
        shapes(before[seen[0]], [_dot(BEFORE)], pane="points"),
        shapes(after[seen[1]], [_dot(AFTER)], pane="points"),
    ]
    rows = [
        _row(BEFORE, t("按原样（文件中的坐标）"), before, area),
        _row(AFTER, t("换算之后"), after, area),
    ]
    land = gpd.GeoSeries([area.boundary], crs=area.crs)
    return build_map(
        area,
        layers,
        bounds=bounds_of(pd.concat([land, before[seen[0]], after[seen[1]]])),
        caption=t(
            "文件中的 {n} 个点；换算移动 {m} 米（中位数）",
            n=len(sample),
            m=number(float(before.distance(after).median()), 0),
        ),
        legend=[{"title": t("坐标对照"), "rows": rows}],
    )


def _points(sample: pd.DataFrame, lon: str, lat: str, area: Area) -> gpd.GeoSeries:
    """Make points of two columns, in the area's metres."""
    points = gpd.points_from_xy(sample[lon].astype(float), sample[lat].astype(float), crs=LONLAT)
    return gpd.GeoSeries(points, index=sample.index).to_crs(area.crs)


def _moves(before: gpd.GeoSeries, after: gpd.GeoSeries) -> list[Layer]:
    """Join each point to where it goes."""
    if before.empty:
        return []
    pairs = [[(a.x, a.y), (b.x, b.y)] for a, b in zip(before, after, strict=True)]
    lines = gpd.GeoSeries([MultiLineString(pairs)], crs=before.crs)
    style = {"color": "#59646e", "weight": 1, "opacity": 0.6, "fill": False}
    return [shapes(lines, [style], pane="lines")]


def _row(color: str, said: str, points: gpd.GeoSeries, area: Area) -> dict[str, object]:
    """Explain a colour, with how many of its points lie in the area."""
    inside = int(points.within(area.boundary).sum())
    label = t("{what}：{inside} / {n} 个在辖区内", what=said, inside=inside, n=len(points))
    return {"swatch": "dot", "color": color, "label": label}


def _dot(color: str) -> dict[str, object]:
    """Return the style of a point."""
    return {
        "radius": 5,
        "color": "#ffffff",
        "weight": 1,
        "fill": True,
        "fillColor": color,
        "fillOpacity": 0.85,
    }
