"""Tables in: text or map layers -> text columns with our names, numbered as in the file."""

from collections.abc import Collection, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from data.columns import COLUMNS, REQUIRED
from data.delimited import read_delimited
from data.errors import N_, AreaError, FaultList, Message
from data.line_layers import split_layer
from data.masking import COUNT_COLUMNS, PLACE_COLUMNS, TIME_COLUMNS, mask
from data.row_ids import ID_COLUMNS, hide_personal_ids

LAYER_SUFFIXES = frozenset({".geojson", ".json", ".gpkg", ".shp", ".kml"})
WGS84 = "EPSG:4326"
_SHARED_IDS = frozenset({"facility_id", "point_id"})
"""Numbers that several rows may have in common."""
_UNMASKED = TIME_COLUMNS | PLACE_COLUMNS | COUNT_COLUMNS
"""Columns whose every cell must be a time or a number: what is none is a fault, shown masked."""


def read_layer(
    path: str | Path, *, kind: str | None = None, crs: CRS | None = None
) -> gpd.GeoDataFrame:
    """
    Read one layer of a geographic file in longitude and latitude.

    Parameters
    ----------
    path
        A file, or `FILE#layer` for a file of several layers.
    kind
        The geometry wanted, such as `Point`, to choose among several layers; None takes any.
    crs
        The true reference system, where the file names none or a wrong one.

    Raises
    ------
    AreaError
        If the file cannot be opened, has no such layer or several fitting ones, names no reference
        system, or its coordinates cannot be what the system says.
    """
    layer = _open_layer(path, kind or "", crs)
    return layer[_has_place(layer)]


def _has_place(layer: gpd.GeoDataFrame) -> pd.Series:
    """Tell which rows have a shape that is not empty."""
    return pd.Series(shapely.get_num_coordinates(layer.geometry.to_numpy()) > 0, layer.index)


def _open_layer(path: str | Path, kind: str, crs: CRS | None) -> gpd.GeoDataFrame:
    """Open a layer in longitude and latitude, with the rows that have no place."""
    file, layer = split_layer(path)
    if not file.is_file():
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder."))
    try:
        layer = _named_layer(file, layer) if layer else _only_layer(file, kind)
        frame = gpd.read_file(file, layer=layer)
    except pyogrio.errors.DataSourceError as error:
        raise AreaError(
            N_("The file cannot be opened as a map layer; it may be cut off or of another kind."),
            N_("Export it again as GeoJSON or GeoPackage."),
        ) from error
    if crs is not None:
        frame = frame.set_crs(crs, allow_override=True)
    if frame.crs is None:
        raise AreaError(
            N_("The layer does not say which coordinate system it uses."),
            N_("Export it again as WGS 84 (EPSG:4326), for a shapefile with its .prj file."),
        )
    return _in_degrees(frame)


def _in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Reproject to WGS 84, or refuse coordinates that the named system cannot have."""
    degrees = frame.to_crs(WGS84)
    placed = degrees[_has_place(frame)]
    west, south, east, north = placed.total_bounds if len(placed) else (0, 0, 0, 0)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise AreaError(
            Message.of(
                N_("The coordinates do not fit the coordinate system {crs} that the file names."),
                crs=frame.crs.to_string(),
            ),
            N_("Find out the true system and export the file again in it."),
        )
    return degrees


def _named_layer(file: Path, name: str) -> str:
    """Return `name` if the file has a layer of that name with places."""
    names = [str(row[0]) for row in pyogrio.list_layers(file) if row[1]]
    if name not in names:
        faults = FaultList()
        faults.add(N_("There is no such layer."), _choose_layer(names), value=name)
        faults.raise_if_any(AreaError)
    return name


def _only_layer(file: Path, kind: str) -> str:
    """Name the one layer of a file that has the wanted kind of geometry."""
    layers = [row for row in pyogrio.list_layers(file) if row[1]]
    layers = [row for row in layers if kind in row[1] or row[1] == "Unknown"]
    names = [str(row[0]) for row in layers]
    if len(names) != 1:
        what = N_("The file does not have exactly one layer that fits.")
        raise AreaError(what, _choose_layer(names))
    return names[0]


def _choose_layer(names: list[str]) -> Message:
    return Message.of(N_("Write FILE#layer with one of: {names}."), names=", ".join(names) or "-")


def read_table(
    path: str | Path,
    kind: str,
    *,
    names: Mapping[str, str] | None = None,
    crs: CRS | None = None,
    optional: Collection[str] = (),
) -> pd.DataFrame:
    """
    Read a table and keep the columns that we know, under our names, as text.

    Parameters
    ----------
    path
        CSV, TSV or a map layer with points, whose places become `lon` and `lat`.
    kind
        Which table it is: a key of `data.columns.COLUMNS`.
    names
        Our column -> theirs, before the known headers are tried.
    crs
        The reference system of a map layer that names none or a wrong one.
    optional
        Columns without which the caller can do, though an area folder must have them.

    Returns
    -------
    table
        Text columns; the index `row` is the row number that a spreadsheet shows. Columns that we do
        not know are dropped here, so that what must not be stored is never read. What may be a
        telephone or identity number is masked; an id that may be one gives way to the row number.
        Rows of a layer that have no place have an empty `lon` and `lat`.

    Raises
    ------
    AreaError
        If the file cannot be read, lacks a column without which the table means nothing or one that
        `names` names, or `names` has a column that is not ours.
    """
    file, _ = split_layer(path)
    if file.suffix.lower() in LAYER_SUFFIXES:
        raw = _read_places(path, kind, crs)
    else:
        raw = read_delimited(file)
    faults = FaultList()
    table = _rename(raw, kind, names or {}, faults)
    known = {header.lower() for ours, others in COLUMNS[kind].items() for header in (ours, *others)}
    # a file without a header row has a person's data where the headers would be
    shown = ", ".join(header for header in map(str, raw.columns) if header.lower() in known)
    for column in REQUIRED[kind]:
        if column in table or column in optional or column in (names or {}):
            continue
        headers = ", ".join((column, *COLUMNS[kind][column]))
        faults.add(
            Message.of(
                N_("The column {column} is missing among the {n} columns of the file."),
                column=column,
                n=len(raw.columns),
            ),
            Message.of(N_("Name a column one of: {headers}."), headers=headers),
            column=column,
            value=shown or None,
        )
    faults.raise_if_any(AreaError)
    return _hide_numbers(table)


def _read_places(path: str | Path, kind: str, crs: CRS | None) -> pd.DataFrame:
    """Read a map layer as a table of texts, its places as `lon` and `lat`."""
    if kind == "communities":  # an area without a shape is none
        layer = read_layer(path, kind="Polygon", crs=crs)
    else:
        layer = _open_layer(path, "Point", crs)
    if layer.empty:
        raise AreaError(N_("The file is empty."), N_("Export it again."))
    raw = pd.DataFrame(layer.drop(columns=layer.geometry.name)).astype(object)
    raw = raw.where(raw.notna(), "").astype(str)
    placed, place = _has_place(layer), layer.geometry.representative_point()
    lon, lat = (axis.map("{:.7f}".format).where(placed, "") for axis in (place.x, place.y))
    rows = pd.RangeIndex(2, len(raw) + 2, name="row")
    return raw.assign(lon=lon.astype(str), lat=lat.astype(str)).set_axis(rows)


def _rename(
    raw: pd.DataFrame, kind: str, names: Mapping[str, str], faults: FaultList
) -> pd.DataFrame:
    """Pick the known columns of `raw` under our names, trimmed."""
    for ours in sorted(set(names) - set(COLUMNS[kind])):
        choice = Message.of(N_("Use one of: {names}."), names=", ".join(COLUMNS[kind]))
        faults.add(N_("There is no such column to fill."), choice, column=ours)
    by_header = {str(header).strip().lower(): header for header in raw.columns[::-1]}
    picked = {}
    for ours, headers in COLUMNS[kind].items():
        wanted = (names[ours],) if ours in names else (ours, *headers)
        keys = (header.strip().lower() for header in wanted)
        found = next((by_header[key] for key in keys if key in by_header), None)
        if found is not None:
            column = raw[found]
            first = column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column
            picked[ours] = first.str.strip()
        elif ours in names:
            faults.add(
                N_("The file has no column of this name."),
                N_("Write the header as it stands in the file."),
                column=ours,
                value=names[ours],
            )
    return pd.DataFrame(picked, index=raw.index, dtype=str)


def _hide_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Mask what may be a person's number in every column into which people type."""
    ids = {
        column: hide_personal_ids(table[column], shared=column in _SHARED_IDS)
        for column in ID_COLUMNS.intersection(table)
    }
    typed = [column for column in table if column not in _UNMASKED | ID_COLUMNS]
    return table.assign(**ids, **{str(column): table[column].map(mask) for column in typed})
