"""Facilities of an OpenStreetMap extract, with number, address and opening hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import shapely
from osmium.filter import KeyFilter
from shapely.geometry.base import BaseGeometry

from data.errors import N_
from data.ledger.facility_classes import class_of
from data.ledger.findings import Findings, Rule
from data.osm import FACILITIES, FACILITY_KEYS
from data.osm_file import open_osm, osm_objects
from data.tables import WGS84

COLUMNS = ("name", "category", "address", "open_hours")
INCOMPLETE = Rule(
    "osm_shape_incomplete",
    N_("{n} facilities are cut by the edge of the map file; the part in it stands for them."),
    "assumed",
    N_("Check their place, or use a map file that reaches further."),
)
NO_SHAPE = Rule(
    "osm_without_shape",
    N_("{n} facilities have no place in the map file: what draws them was cut away."),
    "dropped",
    N_("Use a map file that reaches further."),
)
OUTSIDE = Rule(
    "osm_outside_area",
    N_("{n} facilities of the map file lie outside the area and were left out."),
    "set_aside",
)
TWICE = Rule(
    "osm_drawn_twice",
    N_("{n} facilities stand inside another one of the same class and name: drawn twice?"),
    "proposed",
    N_("Keep one of the two."),
)
_NARROWER = frozenset({"community_health_center", "tertiary_hospital"})
_LARGE_TO_SMALL = ("addr:province", "addr:city", "addr:district", "addr:street")
"""The order of a Chinese address; others here are number and street."""


@dataclass
class _Found:
    """What was met in the file."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    shapes: dict[str, BaseGeometry] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """Ways of which nodes are missing."""
    drawn: set[str] = field(default_factory=set)
    """Whose whole area was found."""


def facilities_from_osm(
    file: Path, *, within: BaseGeometry | None, findings: Findings
) -> gpd.GeoDataFrame:
    """
    Return the facilities of a map file as points; of an area a point inside it.

    Parameters
    ----------
    file
        `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf`.
    within
        Area in lon/lat; facilities outside it are left out. None keeps all.
    findings
        Collects what was left out or assumed.

    Returns
    -------
    facilities
        Indexed by `facility_id`, such as `osm:node/123`: `name` (or ''), `category` (codes of
        `data.osm.FACILITIES`, and those that a Chinese name tells: a health centre is mapped as a
        clinic), `address` of the `addr:` tags, `open_hours` as OpenStreetMap writes them, geometry
        in lon/lat (EPSG:4326).

    Raises
    ------
    NetworkError
        If the file cannot be read.

    Examples
    --------
    `tests/data/ledger/test_osm_facilities.py` reads a small town, whole and cut.
    """
    found = _read(file)
    index = pd.Index(list(found.shapes), dtype=str, name="facility_id")
    rows = pd.DataFrame([found.rows[key] for key in index], index, columns=list(COLUMNS), dtype=str)
    shapes = gpd.GeoSeries(list(found.shapes.values()), index, crs=WGS84)
    findings.note(INCOMPLETE, len(found.cut - found.drawn))
    findings.note(NO_SHAPE, len(found.rows) - len(found.shapes))
    findings.note(TWICE, _count_twice(rows, shapes))
    points = gpd.GeoDataFrame(rows, geometry=shapes.representative_point(), crs=WGS84)
    if within is None:
        return points
    inside = points.geometry.intersects(within)
    findings.note(OUTSIDE, int((~inside).sum()))
    return points[inside]


def _read(file: Path) -> _Found:
    """Go through the file once; areas come after the ways and relations that draw them."""
    found, factory = _Found(), osmium.geom.WKBFactory()
    wanted = KeyFilter(*FACILITY_KEYS)
    processor = osmium.FileProcessor(open_osm(file)).with_areas(wanted).with_filter(wanted)
    for item in osm_objects(file, processor):
        row = _row(dict(item.tags))
        if row is None:
            continue
        key = _key(item)
        found.rows[key] = row
        shape = _shape(item, factory)
        if shape is not None:
            found.shapes[key] = shape
        if item.is_area() and shape is not None:
            found.drawn.add(key)
        if item.is_way() and not all(node.location.valid() for node in item.nodes):
            found.cut.add(key)
    found.cut &= set(found.shapes)
    return found


def _key(item: Any) -> str:
    """Name an object as OpenStreetMap does; an area by the way or relation that draws it."""
    if item.is_area():
        return f"osm:{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
    kind = "node" if item.is_node() else "way" if item.is_way() else "relation"
    return f"osm:{kind}/{item.id}"


def _shape(item: Any, factory: osmium.geom.WKBFactory) -> BaseGeometry | None:
    """Return the shape of an object, or what of it lies in the file."""
    if item.is_node():
        return shapely.Point(item.location.lon, item.location.lat)
    if item.is_way():
        nodes = [node.location for node in item.nodes if node.location.valid()]
        return shapely.MultiPoint([(at.lon, at.lat) for at in nodes]).envelope if nodes else None
    if item.is_area():
        try:
            return shapely.from_wkb(factory.create_multipolygon(item))
        except RuntimeError:
            return None  # it has no ring
    return None


def _row(tags: Mapping[str, str]) -> dict[str, str] | None:
    """Return the columns of a facility; None for anything else, and for vets."""
    code = next((code for (key, value), code in FACILITIES.items() if tags.get(key) == value), None)
    if code is None or "veterinary" in tags.get("healthcare", ""):
        return None
    name = next((tags[key] for key in ("name", "name:zh", "brand") if tags.get(key)), "")
    if code in {"clinic", "hospital"} and class_of(name) in _NARROWER:
        code = class_of(name)
    return {
        "name": name,
        "category": code,
        "address": _address(tags),
        "open_hours": tags.get("opening_hours", ""),
    }


def _address(tags: Mapping[str, str]) -> str:
    """Put an address together in the order of its script."""
    if tags.get("addr:full"):
        return tags["addr:full"]
    parts = [tags[key] for key in _LARGE_TO_SMALL if tags.get(key)]
    number = tags.get("addr:housenumber", "")
    if not any(map(_is_chinese, parts)):
        return " ".join(filter(None, (number, tags.get("addr:street", "")))) if parts else number
    sign = "号" if number and number[-1].isdecimal() else ""
    return "".join((*parts, number, sign))


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _count_twice(rows: pd.DataFrame, shapes: gpd.GeoSeries) -> int:
    """Count the facilities that stand in another one of the same class and name, or no name."""
    pairs = shapes.sindex.query(shapes, predicate="within").T
    inner, outer = (rows.iloc[side] for side in pairs[pairs[:, 0] != pairs[:, 1]].T)
    names = (inner["name"].to_numpy(), outer["name"].to_numpy())
    alike = (names[0] == names[1]) | (names[0] == "") | (names[1] == "")
    alike &= inner["category"].to_numpy() == outer["category"].to_numpy()
    return int(inner.index[alike].nunique())
