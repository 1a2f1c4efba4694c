"""The files that a new area is made of: each is checked and written in our form."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.columns import COLUMNS
from data.errors import N_, AreaError, FaultList, Message
from data.frames import incident_frame
from data.line_layers import read_lines, split_layer
from data.map_files import osm_format
from data.masking import mask
from data.osm import read_facilities
from data.row_ids import number_rows
from data.tables import LAYER_SUFFIXES, WGS84, read_layer, read_table

OSM_KEY_POINTS = frozenset({"hospital", "pharmacy", "police_post"})
"""Facilities of an OSM file that become key points."""


@dataclass(frozen=True)
class Sources:
    """Where the parts of a new area come from; all but the network may be missing."""

    network: str
    incidents: str | None = None
    incidents_crs: str | None = None
    """Their EPSG number, where the file names no system or a wrong one."""
    columns: Mapping[str, str] | None = None
    """Our incident column -> theirs, `lon` and `lat` included."""
    key_points: str | None = None
    key_points_from_osm: bool = False
    staffing: str | None = None
    teams: int | None = None
    base: tuple[float, float] | None = None
    """Longitude and latitude from where teams start; None: the middle of the places to go to."""
    boundary: str | None = None
    communities: str | None = None
    timezone: str = "Asia/Shanghai"
    name: str | None = None
    demo_incidents: int = 0
    seed: int = 0
    until: date | None = None
    """Last day of invented incidents."""


def copy_network(path: str, folder: Path) -> str:
    """Copy an OSM or GraphML file as it is; turn a line layer into a GeoPackage."""
    file, _ = split_layer(path)
    if not file.is_file():
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder."))
    kind = osm_format(file) or ("graphml" if file.suffix.lower() == ".graphml" else None)
    if kind is not None:
        shutil.copyfile(file, folder / f"streets.{kind}")
        return f"streets.{kind}"
    lines = read_lines(path)
    lines.to_file(folder / "streets.gpkg", layer="streets", driver="GPKG")
    return "streets.gpkg"


def copy_areas(path: str, folder: Path, name: str) -> str:
    """Write a layer of areas as GeoJSON."""
    areas = read_layer(path, kind="Polygon")
    kept = [column for column in _known_headers("communities") if column in areas]
    for column in {"name", *COLUMNS["communities"]["name"]}.intersection(kept):
        areas[column] = areas[column].map(mask, na_action="ignore")
    areas[[*kept, "geometry"]].to_file(folder / f"{name}.geojson", driver="GeoJSON")
    return f"{name}.geojson"


def _known_headers(kind: str) -> list[str]:
    return [header for ours, others in COLUMNS[kind].items() for header in (ours, *others)]


def write_table(table: pd.DataFrame, folder: Path, kind: str) -> str:
    """Write a table as our CSV: UTF-8 with a mark that spreadsheet programs understand."""
    table.to_csv(folder / f"{kind}.csv", index=False, encoding="utf-8-sig")
    return f"{kind}.csv"


def copy_staffing(path: str, folder: Path) -> str:
    """Write a staffing table as our CSV."""
    return write_table(read_table(path, "staffing"), folder, "staffing")


def copy_key_points(path: str, folder: Path, sources: Sources) -> str:
    """Write key points from an OSM file's facilities, or from a table or layer of points."""
    if sources.key_points_from_osm:
        found = read_facilities(split_layer(path)[0])
        found = found[found["category"].isin(OSM_KEY_POINTS)]
        if found.empty:
            raise AreaError(
                N_("The file holds no hospital, pharmacy or police post."),
                N_("Give the key points as a file of their own."),
            )
        table = pd.DataFrame(found[["name", "category"]]).astype(str)
        table = table.assign(
            lon=found.geometry.x.map("{:.7f}".format), lat=found.geometry.y.map("{:.7f}".format)
        )
    else:
        table = read_table(path, "key_points", optional=("name", "category"))
    table = _complete(table, default_category=split_layer(path)[1] or split_layer(path)[0].stem)
    return write_table(table, folder, "key_points")


def _complete(table: pd.DataFrame, *, default_category: str) -> pd.DataFrame:
    """Name and class key points that have no name or class of their own, nor at another gate."""
    table = table.reset_index(drop=True)
    blank = pd.Series("", table.index, dtype=str)
    given = table.get("facility_id", blank)
    facility = number_rows(given, given == "", "K")
    category = _fill_in(table.get("category", blank), facility)
    category = category.where(category != "", default_category)
    numbered = category + " " + (category.groupby(category).cumcount() + 1).astype(str)
    name = _fill_in(table.get("name", blank), facility)
    name = name.where(name != "", numbered.groupby(facility).transform("first"))
    return table.assign(name=name, category=category)


def _fill_in(texts: pd.Series, facility: pd.Series) -> pd.Series:
    """Fill empty cells from the first other row of the facility that has the text."""
    first = texts.where(texts != "").groupby(facility).transform("first")
    return texts.where(texts != "", first.fillna(""))


def copy_incidents(path: str, folder: Path, sources: Sources) -> str:
    """Write a ledger in longitude and latitude under our headers; its faults are found here."""
    crs = _read_crs(sources.incidents_crs)
    names = sources.columns or {}
    table = read_table(path, "incidents", names=names, crs=crs)
    is_text = split_layer(path)[0].suffix.lower() not in LAYER_SUFFIXES
    if crs is not None and is_text:
        table = _to_degrees(table, crs)
    if "incident_id" in table and "incident_id" not in names:
        ids = table["incident_id"]
        if not ids[ids != ""].is_unique:
            # a column called `id` that repeats is not the number of the incident
            table = table.drop(columns="incident_id")
    faults = FaultList()
    incident_frame(table, sources.timezone, faults)
    faults.raise_if_any(AreaError)
    return write_table(table, folder, "incidents")


def _read_crs(name: str | None) -> CRS | None:
    """Read an EPSG number, with or without its prefix."""
    if name is None:
        return None
    try:
        return CRS.from_user_input(int(name) if name.isdigit() else name)
    except CRSError as error:
        raise AreaError(
            Message.of(N_("There is no coordinate system {name}."), name=name),
            N_("Give its EPSG number, such as EPSG:32618."),
        ) from error


def _to_degrees(table: pd.DataFrame, crs: CRS) -> pd.DataFrame:
    """Turn the coordinates of a text table into longitude and latitude; what is no number stays."""
    x, y = (pd.to_numeric(table[column], errors="coerce") for column in ("lon", "lat"))
    known = x.notna() & y.notna()
    points = gpd.GeoSeries.from_xy(x[known], y[known], crs=crs).to_crs(WGS84)
    finite = points[~points.is_empty & points.x.map(math.isfinite)]
    changed = table.copy()
    changed.loc[finite.index, "lon"] = finite.x.map("{:.7f}".format)
    changed.loc[finite.index, "lat"] = finite.y.map("{:.7f}".format)
    return changed
