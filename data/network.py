"""The street network of an area, from whatever file holds it."""

from importlib.metadata import version
from pathlib import Path

from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from data.cache import cache_folder, content_key, load_arrays, save_arrays
from data.errors import N_, Message, NetworkError
from data.graphml import read_graphml_streets
from data.graphs import StreetGraph
from data.line_layers import split_layer
from data.lines import read_line_streets
from data.map_files import LINE_SUFFIXES, OSM_FORMATS, osm_format, read_content, refusal
from data.network_arrays import from_arrays, to_arrays
from data.osm_streets import read_osm_streets
from data.street_graph import largest_part, normalise, project, simplify

FORMAT_VERSION = 1
"""Raise it when the same file gives another network: kept networks are then made anew."""
SIDE_FILES = (".dbf", ".prj", ".cpg", ".shx")


def read_streets(
    path: str | Path,
    *,
    crs: CRS | str | int | None = None,
    clip: BaseGeometry | None = None,
    cache_dir: Path | None = None,
) -> tuple[StreetGraph, tuple[Message, ...]]:
    """
    Return the connected street network of a file, in metres.

    Parameters
    ----------
    path
        OpenStreetMap file (`.osm`, `.osm.gz`, `.osm.bz2`, `.osm.pbf`), GraphML saved by OSMnx, or
        street centre lines (`.shp`, `.gpkg`, `.geojson`, a layer named as `FILE#layer`).
    crs
        Projected CRS in metres of the result; None takes the UTM zone of the streets.
    clip
        Area in lon/lat (EPSG:4326); streets outside its bounding box are left out. None: all.
    cache_dir
        Folder for prepared networks; None takes XUNGE_CACHE_DIR or the user's cache folder.

    Returns
    -------
    streets
        OSMnx's form, simplified; the largest connected part. Edges: `geometry` (LineString, m),
        `length` (m), `oneway` (bool), `highway`, and as texts, '' where unknown, `name`, `lit`,
        `access`, `foot`, `bicycle` and more. Nodes: `x`, `y` (m); gates `barrier` and
        `opening_hours`.
    notices
        What was left out, with numbers.

    Raises
    ------
    NetworkError
        If the file is missing, empty, damaged, of an unknown kind, without or with a wrong CRS,
        or has no street in the area.
    """
    target = _metric(crs)
    file, layer = split_layer(path)
    content = b"".join([read_content(file), *_side_content(file)])
    bounds = None if clip is None else clip.bounds
    key = content_key(
        content, file.suffix, layer, target and target.to_wkt(), bounds, FORMAT_VERSION,
        version("osmnx"), version("networkx"),
    )  # fmt: skip
    folder = cache_folder(cache_dir)
    kept = from_arrays(load_arrays(folder, key))
    if kept is not None:
        return kept
    raw, notices = _read(path, target, clip)
    streets, dropped = largest_part(simplify(project(raw, target)))
    result = normalise(streets), (*notices, *dropped)
    save_arrays(folder, key, to_arrays(*result))
    return result


def _metric(crs: CRS | str | int | None) -> CRS | None:
    """Return the CRS asked for, if it measures in metres."""
    if crs is None:
        return None
    target = CRS.from_user_input(crs)
    if not target.is_projected or target.axis_info[0].unit_conversion_factor != 1:
        what = Message.of(N_("The CRS {crs} does not measure in metres."), crs=target.name)
        raise NetworkError(what, N_("Choose a projected CRS, such as the UTM zone of the area."))
    return target


def _side_content(file: Path) -> list[bytes]:
    """Return what lies beside a shapefile and belongs to it."""
    if file.suffix.lower() != ".shp":
        return []
    sides = [file.with_suffix(suffix) for suffix in SIDE_FILES]
    return [side.name.encode() + side.read_bytes() for side in sides if side.is_file()]


def _read(
    path: str | Path, crs: CRS | None, clip: BaseGeometry | None
) -> tuple[StreetGraph, tuple[Message, ...]]:
    """Read the streets by the reader of their format."""
    file, _ = split_layer(path)
    if osm_format(file):
        return read_osm_streets(file, clip=clip)
    suffix = file.suffix.lower()
    if suffix == ".graphml":
        return read_graphml_streets(file, clip=clip)
    if suffix in LINE_SUFFIXES:
        return read_line_streets(path, crs=crs, clip=clip)
    names = ", ".join([*OSM_FORMATS, ".graphml", *LINE_SUFFIXES])
    remedy = Message.of(N_("Use one of: {names}."), names=names)
    raise refusal(file, N_("Files of this kind hold no street network."), remedy)
