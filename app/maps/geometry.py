"""From the area's metres to what a map takes: lon/lat, rounded to about a decimetre."""

import json
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Layer = dict[str, object]
"""One drawing: `kind` and what that kind needs (app/maps/static/xunge.js)."""

DECIMALS = 6
LONLAT = "EPSG:4326"


def to_lonlat(places: gpd.GeoSeries) -> gpd.GeoSeries:
    """Project to lon/lat and round; the index is kept."""
    lonlat = places.to_crs(LONLAT)
    rounded = shapely.transform(lonlat.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    return gpd.GeoSeries(rounded, index=places.index, crs=LONLAT)


def lat_lon(point: shapely.Point) -> list[float]:
    """Return a lon/lat point the way Leaflet writes it.

    Examples
    --------
    >>> lat_lon(shapely.Point(117.2, 39.1))
    [39.1, 117.2]
    """
    return [point.y, point.x]


def bounds_of(places: gpd.GeoSeries) -> list[list[float]]:
    """Return the south-west and the north-east corner of all places, latitude first."""
    west, south, east, north = to_lonlat(places).total_bounds
    return [[float(south), float(west)], [float(north), float(east)]]


def shapes(
    places: gpd.GeoSeries,
    styles: Sequence[Mapping[str, object]],
    *,
    style_of: NDArray[np.int_] | None = None,
    tips: Sequence[Sequence[str]] | None = None,
    pane: str = "base",
    metres: bool = False,
) -> Layer:
    """Draw places as one GeoJSON on one canvas.

    Parameters
    ----------
    places
        Any geometries, in a metric CRS, shape (n,).
    styles
        Leaflet path options; with `metres`, `width_m` and `least` (pixels) give the width.
    style_of
        Position in `styles` for each place, shape (n,); the first style by default.
    tips
        Lines of text shown under the pointer, for each place.
    """
    chosen = np.zeros(len(places), int) if style_of is None else style_of
    features = []
    for i, geometry in enumerate(to_lonlat(places)):
        properties: dict[str, object] = {"s": int(chosen[i])}
        if tips is not None:
            properties["tip"] = list(tips[i])
        drawn = json.loads(shapely.to_geojson(geometry))
        features.append({"type": "Feature", "properties": properties, "geometry": drawn})
    return {
        "kind": "shapes",
        "pane": pane,
        "metres": metres,
        "tips": tips is not None,
        "styles": [dict(style) for style in styles],
        "features": {"type": "FeatureCollection", "features": features},
    }
