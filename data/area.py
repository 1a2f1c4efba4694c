"""An area is a folder: read it, fit its files together, and hand it on as frames."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from pyproj import CRS
from shapely import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from data import schema
from data.errors import N_, AreaError, FaultList, Message
from data.folder import STREET_MARGIN_M, Folder, read_folder
from data.graphs import StreetGraph
from data.line_layers import split_layer
from data.map_files import osm_format
from data.osm import read_basemap
from data.settings import Settings
from data.shifts import Shift, undivided
from data.tables import WGS84

Shape = TypeVar("Shape", bound=BaseGeometry)

HULL_MARGIN_M = 50.0


@dataclass(frozen=True)
class Area:
    """A study area: frames in one metric CRS, settings, and what was noticed on reading."""

    folder: Path
    name: str
    timezone: str
    demo: bool
    settings: Settings
    crs: CRS
    boundary: BaseGeometry
    streets: StreetGraph
    communities: gpd.GeoDataFrame
    key_points: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    staffing: gpd.GeoDataFrame
    incidents: gpd.GeoDataFrame
    booths: gpd.GeoDataFrame
    cameras: gpd.GeoDataFrame
    basemap: gpd.GeoDataFrame
    osm: bool
    """Whether the streets are OpenStreetMap's, who must then be named on every map."""
    base: Point
    shifts: tuple[Shift, ...]
    notices: tuple[Message, ...]
    left_out: pd.DataFrame
    """Columns `reason` and `n`: the records that are on no map, each under one reason."""
    content_hash: str

    @property
    def left_out_reasons(self) -> list[tuple[Message, int]]:
        """Each reason for which records are on no map, and how many."""
        return list(zip(self.left_out["reason"], self.left_out["n"], strict=True))


def read_area(folder: Path) -> Area:
    """
    Read an area folder and check it as a whole.

    Parameters
    ----------
    folder
        Holds `area.toml` and the files that it names. Only the street network must be there.

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
    return _assemble(read_folder(folder))


def _assemble(folder: Folder) -> Area:
    """Project everything to the network's CRS and fill in what may be missing."""
    settings, tables, streets = folder.settings, folder.tables, folder.streets
    notices = list(folder.notices)
    crs = CRS.from_user_input(streets.graph["crs"])
    outline = _outline(streets, folder.boundary, crs, notices)
    nothing: tuple[gpd.GeoDataFrame, list[tuple[Message, int]], bool]
    nothing = (_empty(schema.INCIDENTS), [], True)
    incidents, left_out, has_hours = tables["incidents"] or nothing
    incidents = incidents.to_crs(crs)
    left_out += _count_outside(incidents, outline.buffer(settings.analysis.edge_buffer_m), folder)
    key_points, gates = tables["key_points"] or (None, None)
    staffing = tables["staffing"]
    if staffing is None:
        staffing = _default_staffing(settings, notices)
    base = _base(folder.spec, streets, outline, crs, notices)
    _mention_missing(tables, notices)
    return Area(
        folder=folder.path,
        name=str(folder.spec.get("name", folder.path.name)),
        timezone=folder.timezone,
        demo=bool(folder.spec.get("demo", False)),
        settings=settings,
        crs=crs,
        boundary=outline,
        streets=streets,
        communities=_checked(tables["communities"], schema.COMMUNITIES, crs),
        key_points=_checked(key_points, schema.KEY_POINTS, crs),
        gates=_checked(gates, schema.GATES, crs),
        staffing=_checked(staffing, schema.STAFFING, crs, fill=base),
        incidents=_checked(incidents, schema.INCIDENTS, crs),
        booths=_checked(tables["booths"], schema.BOOTHS, crs),
        cameras=_checked(tables["cameras"], schema.CAMERAS, crs),
        basemap=_basemap(folder.paths["network"], outline, crs),
        osm=bool(folder.spec.get("osm", osm_format(Path(folder.paths["network"])) is not None)),
        base=base,
        shifts=_shifts(settings, incidents, notices, has_hours=has_hours),
        notices=tuple(notices),
        left_out=pd.DataFrame([row for row in left_out if row[1]], columns=["reason", "n"]),
        content_hash=hash_files(
            [folder.path / "area.toml", *(split_layer(path)[0] for path in folder.paths.values())]
        ),
    )


def _shifts(
    settings: Settings, incidents: gpd.GeoDataFrame, notices: list[Message], *, has_hours: bool
) -> tuple[Shift, ...]:
    """Return the area's shifts, or one undivided shift where no hour of day is known."""
    if has_hours or incidents.empty:
        return settings.shifts
    notices.append(Message.of(N_("No incident has an hour of day: one layer for the whole day.")))
    return (undivided(settings.shifts[0]),)


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


def _projected(shape: Shape, crs: CRS) -> Shape:
    """Project one shape from longitude and latitude."""
    projected: Shape = gpd.GeoSeries([shape], crs=WGS84).to_crs(crs).iloc[0]
    return projected


def _outline(
    streets: StreetGraph, boundary: BaseGeometry | None, crs: CRS, notices: list[Message]
) -> BaseGeometry:
    """Project the boundary, or take the hull of the streets in its place."""
    if boundary is not None:
        return _projected(boundary, crs)
    notices.append(
        Message.of(N_("No boundary is given: the hull of the streets stands in for it."))
    )
    nodes = MultiPoint([(data["x"], data["y"]) for _, data in streets.nodes(data=True)])
    return nodes.convex_hull.buffer(HULL_MARGIN_M)


def _base(
    spec: Mapping[str, Any],
    streets: StreetGraph,
    outline: BaseGeometry,
    crs: CRS,
    notices: list[Message],
) -> Point:
    """Say where teams start that have no base of their own."""
    place = spec.get("base")
    if isinstance(place, Mapping) and {"lon", "lat"} <= set(place):
        return _projected(Point(place["lon"], place["lat"]), crs)
    notices.append(
        Message.of(
            N_("No base is given: teams start at the street junction nearest to the middle.")
        )
    )
    middle = outline.centroid
    nodes = [(d["x"], d["y"]) for _, d in streets.nodes(data=True)]
    return min((Point(xy) for xy in nodes), key=middle.distance)


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


def _mention_missing(found: Mapping[str, Any], notices: list[Message]) -> None:
    """Say which optional tables are missing and what follows."""
    consequences = {
        "communities": N_("No communities are given: every team may go everywhere."),
        "key_points": N_("No key points are given: the plan has hot stops only."),
        "incidents": N_("No incidents are given: there are no hotspots."),
    }
    for name, text in consequences.items():
        if found[name] is None:
            notices.append(Message.of(text))


def _default_staffing(settings: Settings, notices: list[Message]) -> gpd.GeoDataFrame:
    """Staff an area that has no staffing table with a stated number of teams."""
    count, size = settings.patrol.default_teams, settings.patrol.team_size
    notices.append(
        Message.of(
            N_("No staffing table is given: {n} teams of {size} certified officers are assumed."),
            n=count,
            size=size,
        )
    )
    nights = count // 2 if len(settings.shifts) > 1 else 0
    columns = {
        "org": [str(number) for number in range(1, count + 1)],
        "min_count": size,
        "max_count": size,
        "counted_in": "",
        "can_enforce": True,
        "night_count": [size if number > count - nights else 0 for number in range(1, count + 1)],
        "mode": "foot",
        "community": "",
    }
    ids = pd.Index([f"U{number}" for number in range(1, count + 1)], name="row_id")
    return gpd.GeoDataFrame(columns, index=ids, geometry=[None] * count, crs=WGS84)


def _basemap(network: str, outline: BaseGeometry, crs: CRS) -> gpd.GeoDataFrame:
    """Read water, buildings, railways and parks where the network file has them."""
    file, _ = split_layer(network)
    if osm_format(file) is None:
        return gpd.GeoDataFrame(
            {"kind": pd.Series(dtype=str), "name": pd.Series(dtype=str)}, geometry=[], crs=crs
        )
    near = gpd.GeoSeries([outline.buffer(STREET_MARGIN_M)], crs=crs).to_crs(WGS84).iloc[0]
    return schema.BASEMAP.validate(read_basemap(file, clip=near).to_crs(crs))


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
