"""Tables in: bytes of any usual encoding -> text columns with our names, checked row by row."""

import csv
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj import CRS

from data.columns import COLUMNS, REQUIRED
from data.errors import N_, AreaError, FaultList, Message
from data.line_layers import split_layer

LAYER_SUFFIXES = frozenset({".geojson", ".json", ".gpkg", ".shp", ".kml"})
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
WGS84 = "EPSG:4326"
_DIGITS = re.compile(r"\d(?:[\d\s-]*\d){6,}")
FREE_TEXT = (
    *("address", "place_note", "community", "source", "type"),
    *("name", "gate_name", "place", "category", "org", "basis"),
)
"""Columns into which people type: the only ones where a telephone number can hide."""


def decode(content: bytes) -> str:
    """
    Decode a table in UTF-8, UTF-16 or GB 18030, the encodings that office programs write.

    Raises
    ------
    AreaError
        If it is none of these, because a guess would turn names into nonsense.

    Examples
    --------
    >>> decode("门口".encode("gbk"))
    '门口'
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise AreaError(
        N_("The file is neither UTF-8 nor GB 18030 text."),
        N_("Open it in a spreadsheet program and save it again as CSV UTF-8."),
    )


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
        If the file cannot be opened, holds several fitting layers, names no reference system, or
        its coordinates cannot be what the system says.
    """
    file, layer = split_layer(path)
    if not file.is_file():
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder."))
    try:
        layer = layer or _only_layer(file, kind or "")
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
    degrees = frame[frame.geometry.notna() & ~frame.geometry.is_empty].to_crs(WGS84)
    west, south, east, north = degrees.total_bounds if len(degrees) else (0, 0, 0, 0)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise AreaError(
            Message.of(
                N_("The coordinates do not fit the coordinate system {crs} that the file names."),
                crs=frame.crs.to_string(),
            ),
            N_("Find out the true system and export the file again in it."),
        )
    return degrees


def _only_layer(file: Path, kind: str) -> str:
    """Name the one layer of a file that has the wanted kind of geometry."""
    layers = [row for row in pyogrio.list_layers(file) if row[1]]
    layers = [row for row in layers if kind in row[1] or row[1] == "Unknown"]
    names = [str(row[0]) for row in layers]
    if len(names) != 1:
        remedy = Message.of(
            N_("Write FILE#layer with one of: {names}."), names=", ".join(names) or "-"
        )
        raise AreaError(N_("The file does not have exactly one layer that fits."), remedy)
    return names[0]


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
        not know are dropped here, so that what must not be stored is never read. Runs of seven
        and more digits in free text, which may be telephone numbers, are masked.

    Raises
    ------
    AreaError
        If the file cannot be read, or lacks a column without which the table means nothing.
    """
    file, _ = split_layer(path)
    if file.suffix.lower() in LAYER_SUFFIXES:
        layer = read_layer(path, kind="Polygon" if kind == "communities" else "Point", crs=crs)
        raw = pd.DataFrame(layer.drop(columns="geometry")).astype(object)
        raw = raw.where(raw.notna(), "").astype(str)
        place = layer.geometry.representative_point()
        raw = raw.assign(lon=place.x.map("{:.7f}".format), lat=place.y.map("{:.7f}".format))
    else:
        raw = _read_text(file)
    raw.index = pd.RangeIndex(2, len(raw) + 2, name="row")
    table = _rename(raw, kind, names or {})
    faults = FaultList()
    for column in REQUIRED[kind]:
        if column in table or column in optional:
            continue
        headers = ", ".join((column, *COLUMNS[kind][column]))
        faults.add(
            Message.of(N_("The column {column} is missing."), column=column),
            Message.of(N_("Name a column one of: {headers}."), headers=headers),
            column=column,
            value=", ".join(map(str, raw.columns[:12])),
        )
    faults.raise_if_any(AreaError)
    return mask_digits(table)


def _read_text(file: Path) -> pd.DataFrame:
    """Read delimited text as it stands, every cell a text."""
    if not file.is_file():
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder."))
    if file.suffix.lower() not in TEXT_SUFFIXES:
        raise AreaError(
            N_("This kind of file is not read here."),
            N_("Save it as CSV UTF-8, GeoJSON or GeoPackage."),
        )
    lines = decode(file.read_bytes()).splitlines()
    if not any(line.strip() for line in lines):
        raise AreaError(N_("The file is empty."), N_("Export it again."))
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise AreaError(
            N_("The table is cut off, or a quotation mark in it is not closed."),
            N_("Export it again."),
        ) from error
    header = [name.strip() for name in rows[0]]
    body = [row + [""] * (len(header) - len(row)) for row in rows[1:]]
    return pd.DataFrame([row[: len(header)] for row in body], columns=header, dtype=str)


def _rename(raw: pd.DataFrame, kind: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Pick the known columns of `raw` under our names, trimmed."""
    by_header = {str(header).strip().lower(): header for header in raw.columns[::-1]}
    picked = {}
    for ours, headers in COLUMNS[kind].items():
        wanted = (names[ours],) if ours in names else (ours, *headers)
        found = next((by_header[h.lower()] for h in wanted if h.lower() in by_header), None)
        if found is not None:
            column = raw[found]
            first = column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column
            picked[ours] = first.str.strip()
    return pd.DataFrame(picked, index=raw.index, dtype=str)


def mask_digits(table: pd.DataFrame) -> pd.DataFrame:
    """
    Mask runs of seven and more digits in free text: they may be telephone or identity numbers.

    Examples
    --------
    >>> mask_digits(pd.DataFrame({"address": ["北门 138 0000 1234"]}))["address"].tolist()
    ['北门 ***']
    """
    free = [column for column in FREE_TEXT if column in table]
    return table.assign(**{c: table[c].str.replace(_DIGITS, "***", regex=True) for c in free})


def mask(text: str) -> str:
    """Mask long runs of digits in one text."""
    return _DIGITS.sub("***", text)
