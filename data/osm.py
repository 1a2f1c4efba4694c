"""What an OpenStreetMap file shows besides streets: the base map and the facilities."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import shapely
from osmium.filter import KeyFilter
from shapely.geometry.base import BaseGeometry

from data.osm_file import open_osm, osm_objects

WGS84 = "EPSG:4326"
RAILWAYS = frozenset({"light_rail", "narrow_gauge", "rail", "tram"})
WATERWAYS = frozenset({"canal", "river", "stream"})
BASEMAP_KEYS = ("building", "landuse", "leisure", "natural", "railway", "waterway")
FACILITIES: dict[tuple[str, str], str] = {
    ("amenity", "hospital"): "hospital",
    ("healthcare", "hospital"): "hospital",
    ("amenity", "clinic"): "clinic",
    ("amenity", "doctors"): "clinic",
    ("healthcare", "clinic"): "clinic",
    ("healthcare", "centre"): "clinic",
    ("healthcare", "doctor"): "clinic",
    ("amenity", "pharmacy"): "pharmacy",
    ("healthcare", "pharmacy"): "pharmacy",
    ("amenity", "police"): "police_post",
    ("amenity", "marketplace"): "market",
    ("amenity", "library"): "library",
    ("amenity", "school"): "school",
    ("railway", "station"): "station",
    ("railway", "halt"): "station",
    ("amenity", "bus_station"): "station",
    ("highway", "bus_stop"): "bus_stop",
}
"""Category code of a tag; the first that fits counts. Vets (`amenity=veterinary`) are none."""
FACILITY_KEYS = tuple(sorted({key for key, _ in FACILITIES}))


def read_basemap(path: str | Path, *, clip: BaseGeometry | None = None) -> gpd.GeoDataFrame:
    """
    Return what a map shows under the streets: water, buildings, railways and parks.

    Parameters
    ----------
    path
        OSM file: `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf`.
    clip
        Area in lon/lat; what lies outside its bounding box is left out. None keeps all.

    Returns
    -------
    basemap
        Columns `kind` (`water`, `building`, `railway`, `park`), `name` (or '') and `geometry`
        in lon/lat (EPSG:4326): polygons, and lines for rivers and railways.

    Raises
    ------
    NetworkError
        If the file cannot be read.
    """
    window = None if clip is None else shapely.box(*clip.bounds)
    rows = []
    for kind, name, shape in _shapes(Path(path), BASEMAP_KEYS, _basemap_kind):
        shown = shape if window is None or window.covers(shape) else _within(shape, window)
        if not shown.is_empty:
            rows.append({"kind": kind, "name": name, "geometry": shown})
    return gpd.GeoDataFrame(rows, columns=["kind", "name", "geometry"], crs=WGS84)


def read_facilities(path: str | Path) -> gpd.GeoDataFrame:
    """
    Return the facilities of an OSM file as points; of an area a point inside it.

    Parameters
    ----------
    path
        OSM file: `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf`.

    Returns
    -------
    facilities
        Columns `name` (or ''), `category` (`hospital`, `clinic`, `pharmacy`, `police_post`,
        `market`, `library`, `school`, `station`, `bus_stop`) and `geometry` in lon/lat
        (EPSG:4326).

    Raises
    ------
    NetworkError
        If the file cannot be read.
    """
    rows = [
        {"name": name, "category": category, "geometry": shape.representative_point()}
        for category, name, shape in _shapes(Path(path), FACILITY_KEYS, _category)
    ]
    return gpd.GeoDataFrame(rows, columns=["name", "category", "geometry"], crs=WGS84)


def _shapes(path: Path, keys: tuple[str, ...], classify: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield class, name and shape of the objects that `classify` knows."""
    factory = osmium.geom.WKBFactory()
    processor = osmium.FileProcessor(open_osm(path)).with_areas(KeyFilter(*keys))
    for item in osm_objects(path, processor.with_filter(KeyFilter(*keys))):
        tags = dict(item.tags)
        kind = classify(tags, item)
        shape = _shape(item, factory) if kind else None
        if shape is not None:
            yield kind, tags.get("name", ""), shape


def _shape(item: Any, factory: osmium.geom.WKBFactory) -> BaseGeometry | None:
    """Return the geometry of a node, of an area, or of a way that is no area."""
    try:
        if item.is_node():
            return shapely.Point(item.location.lon, item.location.lat)
        if item.is_area():
            return shapely.from_wkb(factory.create_multipolygon(item))
        if item.is_way():
            return shapely.from_wkb(factory.create_linestring(item))
    except (RuntimeError, osmium.InvalidLocationError):
        return None  # it refers to nodes that were cut away with the rest of the map
    return None


def _basemap_kind(tags: dict[str, str], item: Any) -> str:
    """Name the layer an object is drawn in; '' if in none."""
    if item.is_way():
        return _line_kind(tags)
    if not item.is_area():
        return ""
    if tags.get("building", "no") != "no":
        return "building"
    wet = tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"}
    if wet or tags.get("landuse") in {"basin", "reservoir"}:
        return "water"
    return "park" if tags.get("leisure") in {"garden", "park"} else ""


def _line_kind(tags: dict[str, str]) -> str:
    """Name the layer of a line; what runs underground is not seen."""
    if tags.get("tunnel", "no") not in {"no", "building_passage"}:
        return ""
    if tags.get("railway") in RAILWAYS:
        return "railway"
    return "water" if tags.get("waterway") in WATERWAYS else ""


def _category(tags: dict[str, str], item: Any) -> str:
    """Name the category of a facility; '' if it is none, or the outline of one."""
    if item.is_way() and item.is_closed():
        return ""  # comes again as an area
    if "veterinary" in tags.get("healthcare", ""):
        return ""
    return next((code for (key, value), code in FACILITIES.items() if tags.get(key) == value), "")


def _within(shape: BaseGeometry, window: shapely.Polygon) -> BaseGeometry:
    """Return the part of a shape inside the window, without loose points or edges."""
    part = shapely.intersection(shapely.make_valid(shape), window)
    if shape.geom_type.endswith("Polygon") and not part.geom_type.endswith("Polygon"):
        areas = [p for p in shapely.get_parts(part) if p.geom_type.endswith("Polygon")]
        return shapely.union_all(areas)
    return part
