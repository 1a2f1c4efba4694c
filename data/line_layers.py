"""Layers of lines in shapefiles, GeoPackages and GeoJSON: chosen, read and checked."""

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from data.errors import N_, Message
from data.map_files import DAMAGED, FETCH_AGAIN, LINE_SUFFIXES, read_content, refusal
from data.projection import WGS84

NO_LINE = N_("The file has no street in the area.")
COVERING = N_("Use a layer of lines that covers the area.")


def split_layer(path: str | Path) -> tuple[Path, str | None]:
    """
    Part `FILE#layer` into file and layer.

    Examples
    --------
    >>> file, layer = split_layer("city.gpkg#streets")
    >>> file.name, layer
    ('city.gpkg', 'streets')
    """
    file, mark, layer = str(path).rpartition("#")
    if mark and file.lower().endswith(LINE_SUFFIXES):
        return Path(file), layer
    return Path(path), None


def read_lines(path: str | Path, *, clip: BaseGeometry | None = None) -> gpd.GeoDataFrame:
    """
    Return the lines of a layer, one row per line, in its own CRS and without heights.

    Parameters
    ----------
    path
        `.shp`, `.gpkg` or `.geojson` file, or `FILE#layer`.
    clip
        Area in lon/lat; lines that do not touch its bounding box are left out. None keeps all.

    Returns
    -------
    lines
        LineStrings with the columns of the layer, at least one.

    Raises
    ------
    NetworkError
        If the file or layer cannot be read, has no CRS or a wrong one, or has no line in the area.
    """
    file, named = split_layer(path)
    read_content(file)  # refuses what is missing or empty
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on the file; what matters is checked
            layer = _choose_layer(file, named)
            frame = _read_near(file, layer, clip)
    except DataSourceError as error:
        raise refusal(file, DAMAGED, _whole(file), error) from None
    lines = frame.explode(ignore_index=True)
    usable = (lines.geom_type == "LineString") & (lines.geometry.count_coordinates() > 1)
    usable &= ~lines.is_empty & (shapely.length(lines.geometry.to_numpy()) > 0)
    if not usable.any():
        raise refusal(file, NO_LINE, COVERING)
    return lines[usable].reset_index(drop=True)


def _whole(file: Path) -> str:
    """Return how to hand over the file complete."""
    if file.suffix.lower() == ".shp":
        return N_("Copy the .shp file again together with its .shx, .dbf and .prj files.")
    return FETCH_AGAIN


def _choose_layer(file: Path, named: str | None) -> str:
    """Return the named layer, or the only one with lines."""
    kinds = {str(name): str(kind) for name, kind in pyogrio.list_layers(file)}
    lines = [name for name, kind in kinds.items() if "Point" not in kind and "Polygon" not in kind]
    offer = Message.of(
        N_("Write {file}#layer with one of: {names}."), file=file.name, names=", ".join(lines)
    )
    if not lines:
        what = N_("The file has no layer of lines.")
        raise refusal(file, what, N_("Use a layer of street centre lines."))
    if named is not None and named not in lines:
        raise refusal(file, N_("There is no such layer of lines."), offer, named)
    if named is None and len(lines) > 1:
        raise refusal(file, N_("The file has several layers of lines."), offer)
    return named or lines[0]


def _read_near(file: Path, layer: str, clip: BaseGeometry | None) -> gpd.GeoDataFrame:
    """Read the features near the area, after a look at their CRS."""
    info = pyogrio.read_info(file, layer=layer, force_total_bounds=True)
    crs, to_wgs84 = _checked_crs(file, info)
    bounds = None
    if clip is not None:
        bounds = to_wgs84.transform_bounds(*clip.bounds, direction="INVERSE")
    frame = pyogrio.read_dataframe(
        file, layer=layer, bbox=bounds, force_2d=True, encoding=_encoding(file)
    )
    return frame.set_crs(crs, allow_override=True)


def _encoding(file: Path) -> str | None:
    """Return the encoding of a shapefile that does not say: UTF-8, or else Chinese GBK."""
    table = file.with_suffix(".dbf")
    if file.suffix.lower() != ".shp" or file.with_suffix(".cpg").exists() or not table.exists():
        return None
    content = table.read_bytes()
    records = content[int.from_bytes(content[8:10], "little") :]  # after dBASE's header
    for encoding in ("utf-8", "gb18030"):
        try:
            records.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    what = N_("The texts of the file are in an unknown encoding.")
    raise refusal(file, what, N_("Save the layer as GeoPackage or in UTF-8."))


def _checked_crs(file: Path, info: dict[str, Any]) -> tuple[CRS, Transformer]:
    """Return the CRS of a layer and the way to lon/lat, if its coordinates fit the CRS."""
    if not info["crs"]:
        what = N_("The layer does not say in which CRS its coordinates are.")
        raise refusal(file, what, N_("Add its .prj file, or save it with a CRS."))
    crs = CRS.from_user_input(info["crs"])
    to_wgs84 = Transformer.from_crs(crs, WGS84, always_xy=True)
    bounds = np.array(info["total_bounds"] or [np.nan], dtype=float)
    if not np.isfinite(bounds).all():
        raise refusal(file, NO_LINE, COVERING)
    degrees = bool((np.abs(bounds) <= [180, 90, 180, 90]).all())
    if degrees != crs.is_geographic or not _lies_in(crs, to_wgs84, bounds):
        wrong = Message.of(N_("The coordinates do not fit the stated CRS, {crs}."), crs=crs.name)
        remedy = N_("State the CRS in which the layer was drawn.")
        raise refusal(file, wrong, remedy, ", ".join(f"{value:.10g}" for value in bounds))
    return crs, to_wgs84


def _lies_in(crs: CRS, to_wgs84: Transformer, bounds: NDArray[np.float64]) -> bool:
    """Tell whether the middle of the layer lies where its CRS is used, give or take a degree."""
    lon, lat = to_wgs84.transform(bounds[[0, 2]].mean(), bounds[[1, 3]].mean())
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return bool(np.isfinite([lon, lat]).all())
    fits = area.west - 1 <= lon <= area.east + 1 and area.south - 1 <= lat <= area.north + 1
    return bool(fits)
