"""Make an area folder out of files that lie somewhere else."""

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.area import Area, read_area
from data.columns import COLUMNS
from data.demo import LABEL, draw_incidents
from data.errors import N_, AreaError, Fault, FaultList, Message, XungeError
from data.frames import incident_frame
from data.line_layers import read_lines, split_layer
from data.map_files import osm_format
from data.osm import read_facilities
from data.tables import LAYER_SUFFIXES, WGS84, read_layer, read_table

OSM_KEY_POINTS = frozenset({"hospital", "pharmacy", "police_post"})
"""Facilities of an OSM file that become key points."""
CELL_SIZES_M = (50, 100, 150, 200, 250, 300, 400, 500, 1000)
MOST_CELLS = 3000
"""A few hundred incidents on more cells than this leave nothing that a test could find."""
DEMO_UNTIL = date(2026, 11, 15)
"""Last day of invented incidents where none is given: the same command makes the same folder."""


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
    boundary: str | None = None
    communities: str | None = None
    timezone: str = "Asia/Shanghai"
    name: str | None = None
    demo_incidents: int = 0
    seed: int = 0
    until: date | None = None
    """Last day of invented incidents."""


def create_area(out: Path, sources: Sources) -> Area:
    """
    Write a new area folder, or nothing at all, and return the area as read back from it.

    Parameters
    ----------
    out
        The folder to make; it must not exist, or be empty.
    sources
        The files to build it from. Tables keep the columns that we know and no others.

    Returns
    -------
    area
        The new folder's area.

    Raises
    ------
    AreaError
        If the folder is not empty, or anything is wrong with a file.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults = FaultList(str(out))
        faults.add(N_("There is already something here."), N_("Name a folder that does not exist."))
        faults.raise_if_any(AreaError)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".new-area-") as scratch:
        folder = Path(scratch) / out.name
        folder.mkdir()
        _fill(folder, sources)
        read_area(folder)
        if out.exists():
            out.rmdir()
        folder.rename(out)
    return read_area(out)


def _fill(folder: Path, sources: Sources) -> None:
    """Write every file of the area; faults of all sources are raised together."""
    faults: list[Fault] = []
    key_points = sources.network if sources.key_points_from_osm else sources.key_points
    jobs: tuple[tuple[str, str | None, Callable[[str], str]], ...] = (
        ("network", sources.network, lambda path: _copy_network(path, folder)),
        ("boundary", sources.boundary, lambda path: _copy_areas(path, folder, "boundary")),
        ("communities", sources.communities, lambda path: _copy_areas(path, folder, "communities")),
        ("key_points", key_points, lambda path: _write_key_points(path, folder, sources)),
        ("staffing", sources.staffing, lambda path: _write_staffing(path, folder)),
        ("incidents", sources.incidents, lambda path: _write_incidents(path, folder, sources)),
    )
    written = {}
    for name, path, write in jobs:
        if path is None:
            continue
        try:
            written[name] = write(path)
        except XungeError as error:
            faults.extend(error.named(split_layer(path)[0].name))
    if faults:
        raise AreaError(faults)
    _write_spec(folder, sources, written)
    if sources.demo_incidents and sources.incidents is None:
        _write_demo(folder, sources)
    _fit_cells(folder)


def _copy_network(path: str, folder: Path) -> str:
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


def _copy_areas(path: str, folder: Path, name: str) -> str:
    """Write a layer of areas as GeoJSON."""
    areas = read_layer(path, kind="Polygon")
    kept = [column for column in _known_headers("communities") if column in areas]
    areas[[*kept, "geometry"]].to_file(folder / f"{name}.geojson", driver="GeoJSON")
    return f"{name}.geojson"


def _known_headers(kind: str) -> list[str]:
    return [header for ours, others in COLUMNS[kind].items() for header in (ours, *others)]


def _write_table(table: pd.DataFrame, folder: Path, kind: str) -> str:
    """Write a table as our CSV: UTF-8 with a mark that spreadsheet programs understand."""
    table.to_csv(folder / f"{kind}.csv", index=False, encoding="utf-8-sig")
    return f"{kind}.csv"


def _write_staffing(path: str, folder: Path) -> str:
    return _write_table(read_table(path, "staffing"), folder, "staffing")


def _write_key_points(path: str, folder: Path, sources: Sources) -> str:
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
    return _write_table(table, folder, "key_points")


def _complete(table: pd.DataFrame, *, default_category: str) -> pd.DataFrame:
    """Name and class key points that have no name or class of their own."""
    blank = pd.Series("", table.index, dtype=str)
    category = table.get("category", blank)
    category = category.where(category != "", default_category)
    numbered = category + " " + (category.groupby(category).cumcount() + 1).astype(str)
    name = table.get("name", blank)
    return table.assign(name=name.where(name != "", numbered), category=category)


def _write_incidents(path: str, folder: Path, sources: Sources) -> str:
    """Write a ledger in longitude and latitude under our headers; its faults are found here."""
    crs = _read_crs(sources.incidents_crs)
    names = sources.columns or {}
    table = read_table(path, "incidents", names=names, crs=crs)
    is_text = split_layer(path)[0].suffix.lower() not in LAYER_SUFFIXES
    if crs is not None and is_text:
        table = _to_degrees(table, crs)
    if "incident_id" in table and "incident_id" not in names and not table["incident_id"].is_unique:
        # a column called `id` that repeats is not the number of the incident
        table = table.drop(columns="incident_id")
    faults = FaultList()
    incident_frame(table, sources.timezone, faults)
    faults.raise_if_any(AreaError)
    return _write_table(table, folder, "incidents")


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


def _write_spec(folder: Path, sources: Sources, written: Mapping[str, str]) -> None:
    """Write `area.toml`; every setting that it does not name keeps its default."""
    demo = bool(sources.demo_incidents and sources.incidents is None)
    name = sources.name or split_layer(sources.network)[0].name.split(".")[0]
    lines = [
        f"name = {json.dumps(name + (f'（{LABEL}）' if demo else ''), ensure_ascii=False)}",
        f"timezone = {json.dumps(sources.timezone)}",
        f"demo = {str(demo).lower()}",
        "",
        "[files]",
        *(f"{key} = {json.dumps(file)}" for key, file in written.items()),
        *(['incidents = "incidents.csv"'] if demo else []),
    ]
    if sources.teams is not None:
        lines += ["", "[patrol]", f"default_teams = {sources.teams}"]
    (folder / "area.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _write_demo(folder: Path, sources: Sources) -> None:
    """Write invented incidents near the area's own key points."""
    table = pd.DataFrame({column: [] for column in ("occurred_from", "lon", "lat")}, dtype=str)
    _write_table(table, folder, "incidents")
    area = read_area(folder)
    until = sources.until or DEMO_UNTIL
    invented = _invent(area, sources.demo_incidents, seed=sources.seed, until=until)
    _write_table(invented, folder, "incidents")


def _fit_cells(folder: Path) -> None:
    """Write a larger cell size where the usual one would give more cells than a test can judge."""
    area = read_area(folder)
    usual = area.settings.analysis.cell_size_m
    sizes = (size for size in CELL_SIZES_M if area.boundary.area / size**2 <= MOST_CELLS)
    size = next(sizes, CELL_SIZES_M[-1])
    if size > usual:
        with (folder / "area.toml").open("a", encoding="utf-8") as spec:
            spec.write(f"\n[analysis]\ncell_size_m = {size}\n")


def _invent(area: Area, n: int, *, seed: int, until: date) -> pd.DataFrame:
    """Draw invented incidents near the key points of an area."""
    if area.gates.empty:
        raise AreaError(
            N_("Invented incidents lie near key points, and the area has none."),
            N_("Give key points, or a ledger of incidents."),
        )
    return draw_incidents(area.gates, n, seed=seed, until=until)


def add_demo_incidents(area: Area, n: int, *, seed: int, until: date = DEMO_UNTIL) -> Area:
    """
    Return the area with invented incidents, labelled 演示数据, if it has none of its own.

    Raises
    ------
    AreaError
        If the area has no key point near which they could lie.
    """
    if len(area.incidents):
        return area
    faults = FaultList()
    table = _invent(area, n, seed=seed, until=until)
    incidents, _, _ = incident_frame(table, area.timezone, faults)
    faults.raise_if_any(AreaError)
    name = area.name if area.demo else f"{area.name}（{LABEL}）"
    return replace(
        area,
        name=name,
        demo=True,
        incidents=incidents.to_crs(area.crs),
        shifts=area.settings.shifts,
    )
