"""An area is a folder: read it, fit its files together, and hand it on as frames."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
from pyproj import CRS
from shapely import Point
from shapely.geometry.base import BaseGeometry

from data import schema
from data.errors import N_, AreaError, FaultList, Message
from data.filling import (
    assume_staffing,
    choose_shifts,
    find_base,
    find_middle,
    find_outline,
    mention_long_weeks,
    mention_missing,
)
from data.folder import STREET_MARGIN_M, Folder, read_folder, read_key
from data.graphs import StreetGraph
from data.incident_types import RESTRICTED_TYPES
from data.kept import Kept, Ledger, join_ledgers, read_kept, replace_layers
from data.line_layers import split_layer
from data.map_files import osm_format
from data.osm import read_basemap
from data.settings import Settings
from data.shifts import Shift
from data.tables import WGS84
from data.visits import empty_visits


@dataclass(frozen=True)
class Area:
    """A study area: frames in one metric CRS, settings, and what was noticed on reading."""

    folder: Path
    key: str
    """Under which the store keeps what belongs to this area."""
    name: str
    timezone: str
    demo: bool
    settings: Settings
    crs: CRS
    boundary: BaseGeometry
    bounded: bool
    """Whether somebody drew the boundary; otherwise it is the hull of the streets."""
    streets: StreetGraph
    communities: gpd.GeoDataFrame
    key_points: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    staffing: gpd.GeoDataFrame
    incidents: gpd.GeoDataFrame
    booths: gpd.GeoDataFrame
    cameras: gpd.GeoDataFrame
    visits: pd.DataFrame
    """Past visits of patrols to key points, as PATROL_RECORDS says; empty where none are kept."""
    basemap: gpd.GeoDataFrame
    osm: bool
    """Whether the streets are OpenStreetMap's, who must then be named on every map."""
    base: Point
    shifts: tuple[Shift, ...]
    notices: tuple[Message, ...]
    left_out: pd.DataFrame
    """Columns `reason` and `n`: the records that are on no map, each under one reason."""
    recorded: int
    """Incidents on record, with a place or without."""
    located: int
    """Those of them whose place is known better than by the community."""
    seq: int
    """Number of the store's last change that these frames hold; 0 without a store."""
    content_hash: str

    @property
    def match_rate(self) -> float:
        """The share of the incidents on record whose place is known, in [0, 1]; 1 without any."""
        return self.located / self.recorded if self.recorded else 1.0

    @property
    def street_incidents(self) -> gpd.GeoDataFrame:
        """The incidents of the street: those of `RESTRICTED_TYPES` are left out."""
        return self.incidents[~self.incidents["type"].isin(RESTRICTED_TYPES)]

    @property
    def left_out_reasons(self) -> list[tuple[Message, int]]:
        """Each reason for which records are on no map, and how many."""
        return list(zip(self.left_out["reason"], self.left_out["n"], strict=True))


def read_area(folder: Path, *, on: date | None = None) -> Area:
    """
    Read an area folder, with what its store keeps, and check it as a whole.

    Parameters
    ----------
    folder
        Holds `area.toml` and the files that it names. Only the street network must be there.
    on
        The day whose communities, facilities and booths count, where the store knows several
        states of them; None takes the last one.

    Returns
    -------
    area
        Frames in the network's metric CRS. What is missing but not needed, and what was left out,
        stands in `notices` and `left_out`.

    Raises
    ------
    AreaError
        If anything is wrong with the folder; every fault of every file is in it.
    """
    kept = read_kept(folder, read_key(folder), on or date.max)
    boundary = None if kept is None else kept.boundary
    read = read_folder(folder, boundary=boundary)
    return _assemble(read, cast("StreetGraph", read.streets), kept)


def _assemble(folder: Folder, streets: StreetGraph, kept: Kept | None) -> Area:
    """Project everything to the network's CRS and fill in what may be missing."""
    tables, notices = replace_layers(folder.tables, kept), list(folder.notices)
    crs = CRS.from_user_input(streets.graph["crs"])
    outline = find_outline(streets, folder.boundary, crs, notices)
    ledger = _join(folder, tables, kept, streets, crs)
    frames = _frames(folder, tables, ledger, streets, outline, notices)
    return Area(
        **_read_off(folder),
        **frames,
        crs=crs,
        boundary=outline,
        streets=streets,
        basemap=_basemap(folder.paths["network"], outline, crs),
        shifts=choose_shifts(
            folder.settings, ledger.incidents, notices, has_hours=ledger.has_hours
        ),
        notices=tuple(notices),
        left_out=_leave_out(folder, ledger, outline),
        recorded=ledger.recorded,
        located=ledger.located,
        seq=0 if kept is None else kept.seq,
        content_hash=_hash_all(folder, kept),
    )


def _read_off(folder: Folder) -> dict[str, Any]:
    """Return what the folder says of the area as a whole."""
    given_osm = osm_format(Path(folder.paths["network"])) is not None
    return {
        "folder": folder.path,
        "key": folder.key,
        "name": folder.name,
        "timezone": folder.timezone,
        "demo": bool(folder.spec.get("demo", False)),
        "osm": bool(folder.spec.get("osm", given_osm)),
        "settings": folder.settings,
        "bounded": folder.boundary is not None,
    }


def _join(
    folder: Folder, tables: Mapping[str, Any], kept: Kept | None, streets: StreetGraph, crs: CRS
) -> Ledger:
    """Bring the incidents of the file and of the store together."""
    return join_ledgers(
        tables["incidents"] or (_empty(schema.INCIDENTS), [], True),
        kept,
        streets=streets,
        communities=tables["communities"],
        timezone=folder.timezone,
        crs=crs,
    )


def _frames(  # noqa: PLR0917
    folder: Folder,
    tables: Mapping[str, Any],
    ledger: Ledger,
    streets: StreetGraph,
    outline: BaseGeometry,
    notices: list[Message],
) -> dict[str, Any]:
    """Return the frames of an area by their names in it, and the base of its teams."""
    settings, crs = folder.settings, ledger.incidents.crs
    incidents, (key_points, gates) = ledger.incidents, tables["key_points"] or (None, None)
    staffing = tables["staffing"]
    if staffing is None:
        staffing = assume_staffing(settings, notices)
    places = [frame.to_crs(crs).geometry for frame in (incidents, gates) if frame is not None]
    base = find_base(folder.base, streets, find_middle(outline, places), crs, notices)
    mention_missing({**tables, "incidents": tables["incidents"] or len(incidents) or None}, notices)
    mention_long_weeks(settings, notices)
    return {
        "communities": _checked(tables["communities"], schema.COMMUNITIES, crs),
        "key_points": _checked(_with_outpatients(key_points), schema.KEY_POINTS, crs),
        "gates": _checked(gates, schema.GATES, crs),
        "staffing": _checked(staffing, schema.STAFFING, crs, fill=base),
        "incidents": _checked(incidents, schema.INCIDENTS, crs),
        "booths": _checked(tables["booths"], schema.BOOTHS, crs),
        "cameras": _checked(tables["cameras"], schema.CAMERAS, crs),
        "visits": _visits(tables["visits"], key_points, folder.timezone, notices),
        "base": base,
    }


def _leave_out(folder: Folder, ledger: Ledger, outline: BaseGeometry) -> pd.DataFrame:
    """Count the records that are on no map of the street, each under one reason."""
    mask = outline.buffer(folder.settings.analysis.edge_buffer_m)
    counted = [
        *ledger.left_out,
        *_count_outside(ledger.incidents, mask, folder),
        _count_restricted(ledger.incidents, mask),
    ]
    return pd.DataFrame([row for row in counted if row[1]], columns=["reason", "n"])


def _empty(layout: pa.DataFrameSchema) -> gpd.GeoDataFrame:
    """Make an empty frame of a schema; columns without a plain type are times."""
    columns = {
        name: pd.Series(dtype=str(column.dtype) if column.dtype else "datetime64[us, UTC]")
        for name, column in layout.columns.items()
    }
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=WGS84))
    return frame.set_index(pd.Index([], dtype=str, name=layout.index.name))


def _checked(
    frame: gpd.GeoDataFrame | None, layout: Any, crs: CRS, *, fill: Point | None = None
) -> gpd.GeoDataFrame:
    """Project a frame, put `fill` where it has no place, and hold it against its schema."""
    projected = (_empty(layout) if frame is None else frame).to_crs(crs)
    if fill is not None:
        places = projected.geometry
        projected = projected.set_geometry(places.where(places.notna(), fill))
    return layout.validate(projected)


def _with_outpatients(key_points: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Leave the outpatient visits open where key points drawn by a person have none."""
    if key_points is None:
        return None
    stated = key_points.get("outpatient_visits", pd.Series(np.nan, key_points.index))
    return key_points.assign(outpatient_visits=pd.to_numeric(stated, errors="coerce"))


def _visits(
    visits: pd.DataFrame | None,
    key_points: gpd.GeoDataFrame | None,
    timezone: str,
    notices: list[Message],
) -> pd.DataFrame:
    """Return the patrol records, and mention those of points that are not on the list."""
    if visits is None:
        return empty_visits(timezone)
    known = [] if key_points is None else key_points.index
    if n := int((~visits["point_id"].isin(known)).sum()):
        text = N_("{n} patrol records are of points that are not among the key points.")
        notices.append(Message.of(text, n=n))
    return visits


def _count_outside(
    incidents: gpd.GeoDataFrame, mask: BaseGeometry, folder: Folder
) -> list[tuple[Message, int]]:
    """Count incidents beyond the study area; if all are, the reference system must be wrong."""
    outside = int((~incidents.within(mask)).sum())
    if outside and outside == len(incidents):
        faults = FaultList(Path(folder.paths["incidents"]).name)
        faults.add(
            N_("Not one incident lies in the area."),
            N_("Check the coordinate system, the order of lon and lat, and the boundary."),
            value=outside,
        )
        faults.raise_if_any(AreaError)
    return [(Message.of(N_("The place lies outside the study area.")), outside)]


def _count_restricted(incidents: gpd.GeoDataFrame, mask: BaseGeometry) -> tuple[Message, int]:
    """Count the incidents in the study area that belong to no map of the street."""
    restricted = incidents["type"].isin(RESTRICTED_TYPES) & incidents.within(mask)
    reason = N_("A storage den or a find on the net is kept apart from street incidents.")
    return Message.of(reason), int(restricted.sum())


def _basemap(network: str, outline: BaseGeometry, crs: CRS) -> gpd.GeoDataFrame:
    """Read water, buildings, railways and parks where the network file has them."""
    file, _ = split_layer(network)
    if osm_format(file) is None:
        return gpd.GeoDataFrame(
            {"kind": pd.Series(dtype=str), "name": pd.Series(dtype=str)}, geometry=[], crs=crs
        )
    near = gpd.GeoSeries([outline.buffer(STREET_MARGIN_M)], crs=crs).to_crs(WGS84).iloc[0]
    return schema.BASEMAP.validate(read_basemap(file, clip=near).to_crs(crs))


def _hash_all(folder: Folder, kept: Kept | None) -> str:
    """Hash the files of an area, and what the store adds to them."""
    files = [folder.path / "area.toml", *(split_layer(path)[0] for path in folder.paths.values())]
    digest = hash_files(files)
    if kept is None:
        return digest
    return hashlib.sha256(f"{digest}{kept.digest}".encode()).hexdigest()


def hash_files(files: list[Path]) -> str:
    """
    Hash the contents of files, so that a result can name the data it was made of.

    Examples
    --------
    >>> hash_files([])[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
