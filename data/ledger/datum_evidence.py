"""What is known of a place in WGS 84: files of an unknown system are held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from data.china_shift import Array, Pair
from data.graphs import StreetGraph
from data.ledger.datum_names import plain_name
from data.projection import WGS84, utm_crs

COVER_M = 50.0
"""A place this far beyond the hull of the streets still has its nearest street on the map."""
NOWHERE_M = 1e9
MOST_NAMESAKES = 5
"""A name that more facilities than this bear points nowhere."""


@dataclass(frozen=True)
class Evidence:
    """Layers in WGS 84 whose system nobody doubts; each may be missing."""

    boundary: BaseGeometry | None = None
    """Lon/lat; most records should lie inside."""
    streets: gpd.GeoDataFrame | None = None
    """Lines with `name`, empty where there is none."""
    facilities: gpd.GeoDataFrame | None = None
    """Points with `name`; `community`, if there, names the polygon that each lies in."""
    communities: gpd.GeoDataFrame | None = None
    """Polygons with `name`."""
    edges: gpd.GeoDataFrame | None = None
    """Lines or points that the outlines of an area follow: a border river, its bridges."""

    @cached_property
    def ground(self) -> "Ground | None":
        """The layers in metres; None where there is none."""
        spans = [layer.total_bounds for layer in self._layers() if layer is not None]
        known = np.array([span for span in spans if np.isfinite(span).all()])
        if not known.size:
            return None
        west, south, east, north = known.T
        return Ground(self, (west.min(), south.min(), east.max(), north.max()))

    def _layers(self) -> list[gpd.GeoDataFrame | gpd.GeoSeries | None]:
        """List the layers in lon/lat, the boundary as one too."""
        outline = None if self.boundary is None else gpd.GeoSeries([self.boundary], crs=WGS84)
        layers = [outline, self.streets, self.facilities, self.communities, self.edges]
        return [
            layer if layer is None or layer.crs is None else layer.to_crs(WGS84) for layer in layers
        ]


class Ground:
    """Evidence in metres, ready for many questions."""

    def __init__(self, evidence: Evidence, bounds: tuple[float, float, float, float]) -> None:
        self.bounds = bounds
        """West, south, east, north in degrees."""
        west, south, east, north = bounds
        self.centre = ((west + east) / 2, (south + north) / 2)
        self.crs: CRS = utm_crs(*self.centre)
        self._transformer = Transformer.from_crs(WGS84, self.crs, always_xy=True)
        outline = self._project(
            None if evidence.boundary is None else gpd.GeoSeries([evidence.boundary], crs=WGS84)
        )
        self.boundary: BaseGeometry | None = None if outline is None else outline.iloc[0]
        self.lines = _shapes(self._project(evidence.streets))
        self.street_tree = shapely.STRtree(self.lines)
        hull = gpd.GeoSeries(self.lines, crs=self.crs).union_all().convex_hull
        self.covered: BaseGeometry = hull.buffer(COVER_M) if len(self.lines) else shapely.Polygon()
        shapely.prepare(self.covered)
        self.streets = self._by_name(evidence.streets)
        self.facilities = {
            name: shape
            for name, shape in self._by_name(evidence.facilities).items()
            if shapely.get_num_geometries(shape) <= MOST_NAMESAKES
        }
        self.communities = self._by_name(evidence.communities)
        self.edges = _shapes(self._project(evidence.edges))

    def to_metres(self, lon: Array, lat: Array) -> Pair:
        """Project WGS 84; what has no place here is put `NOWHERE_M` away."""
        x, y = self._transformer.transform(lon, lat)
        known = np.isfinite(x) & np.isfinite(y)
        return np.where(known, x, NOWHERE_M), np.where(known, y, NOWHERE_M)

    def to_degrees(self, x: Array, y: Array) -> Pair:
        """Return longitude and latitude of places in metres."""
        lon, lat = self._transformer.transform(x, y, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)

    def street_m(self, points: NDArray[np.object_]) -> Array:
        """Return the distance to the nearest street (m)."""
        nearest = np.full(len(points), np.nan)
        (place, _), distance = self.street_tree.query_nearest(
            points, all_matches=False, return_distance=True
        )
        nearest[place] = distance
        return nearest

    def _project(self, layer: gpd.GeoDataFrame | gpd.GeoSeries | None) -> gpd.GeoSeries | None:
        """Return the shapes of a layer in metres."""
        if layer is None:
            return None
        shapes = layer.geometry if isinstance(layer, gpd.GeoDataFrame) else layer
        return (
            shapes.set_crs(WGS84).to_crs(self.crs)
            if shapes.crs is None
            else shapes.to_crs(self.crs)
        )

    def _by_name(self, layer: gpd.GeoDataFrame | None) -> Mapping[str, BaseGeometry]:
        """Join the shapes that bear one name."""
        shapes = self._project(layer)
        if layer is None or shapes is None or "name" not in layer.columns:
            return {}
        names = pd.Series(layer["name"].to_numpy()).fillna("").astype(str).map(plain_name)
        named = names[names.ne("") & ~pd.isna(shapes.to_numpy())]
        joined = {}
        for name, rows in named.groupby(named).groups.items():
            parts = shapely.get_parts(shapes.to_numpy()[np.asarray(rows)])
            shape = shapely.union_all(parts) if len(parts) > 1 else parts[0]
            shapely.prepare(shape)
            joined[str(name)] = shape
        return joined


def street_lines(graph: StreetGraph) -> gpd.GeoDataFrame:
    """
    Return the streets of a graph as lines with names, each once, in lon/lat.

    Examples
    --------
    >>> graph = StreetGraph(crs="EPSG:32650")
    >>> line = shapely.LineString([(500000, 4300000), (500100, 4300000)])
    >>> _ = graph.add_edge(1, 2, geometry=line, name="甲路")
    >>> _ = graph.add_edge(2, 1, geometry=line.reverse(), name="甲路")
    >>> street_lines(graph)["name"].tolist()
    ['甲路']
    """
    edges = [(str(data.get("name") or ""), data["geometry"]) for *_, data in graph.edges(data=True)]
    lines = np.array([line for _, line in edges], dtype=object)
    names = [name for name, _ in edges]
    shapes = shapely.to_wkb(shapely.normalize(lines))
    frame = gpd.GeoDataFrame(
        {"name": names, "shape": shapes}, geometry=lines, crs=graph.graph["crs"]
    )
    once = frame.drop_duplicates(["name", "shape"]).drop(columns="shape")
    return once.to_crs(WGS84).reset_index(drop=True)


def _shapes(layer: gpd.GeoSeries | None) -> NDArray[np.object_]:
    """Return the shapes of a layer that are there."""
    if layer is None:
        return np.array([], dtype=object)
    return np.asarray(layer[layer.notna() & ~layer.is_empty].to_numpy(), dtype=object)
