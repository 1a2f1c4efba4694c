"""An area is a folder: read it, fit its files together, and hand it on as frames."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import shapely
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
BASE_MARGIN_M = 5000.0
"""A base farther than this from every street is a slip of the pen."""
RESTRICTED_TYPES = frozenset({"storage_den", "online"})
"""Incidents that did not happen in the street: suspected dens and finds on the net. They are kept
apart from street hotspots, and on no map that is printed or given away."""
NO_INCIDENTS = Message.of(N_("No incidents are given: there are no hotspots."))


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
    def street_incidents(self) -> gpd.GeoDataFrame:
        """The incidents of the street: those of `RESTRICTED_TYPES` are left out."""
        return self.incidents[~self.incidents["type"].isin(RESTRICTED_TYPES)]

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
    mask = outline.buffer(settings.analysis.edge_buffer_m)
    left_out += [*_count_outside(incidents, mask, folder), _count_restricted(incidents, mask)]
    key_points, gates = tables["key_points"] or (None, None)
    staffing = tables["staffing"]
    if staffing is None:
        staffing = _default_staffing(settings, notices)
    places = [frame.to_crs(crs).geometry for frame in (incidents, gates) if frame is not None]
    base = _base(folder.base, streets, _middle(outline, places), crs, notices)
    _mention_missing(tables, notices)
    _mention_long_weeks(settings, notices)
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


def _middle(outline: BaseGeometry, places: Sequence[gpd.GeoSeries]) -> Point:
    """Return the median of the places in the area: a hull may reach far beyond them."""
    inside = [place[place.within(outline)] for place in places]
    if not any(map(len, inside)):
        centroid: Point = outline.centroid
        return centroid
    points = pd.concat(inside)
    return Point(points.x.median(), points.y.median())


def _base(
    place: Point | None,
    streets: StreetGraph,
    middle: Point,
    crs: CRS,
    notices: list[Message],
) -> Point:
    """Say where teams start that have no base of their own."""
    if place is not None:
        base = _projected(place, crs)
        lines = [data["geometry"] for *_, data in streets.edges(data=True)]
        if not float(shapely.distance(lines, base).min()) <= BASE_MARGIN_M:
            faults = FaultList("area.toml")
            faults.add(
                Message.of(
                    N_("The base is more than {km} km from every street."),
                    km=round(BASE_MARGIN_M / 1000),
                ),
                N_("Check lon and lat, and their order."),
                column="base",
                value=f"{place.x}, {place.y}",
            )
            faults.raise_if_any(AreaError)
        return base
    notices.append(
        Message.of(N_("No base is given: teams start in the middle of the places they go to."))
    )
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


def _count_restricted(incidents: gpd.GeoDataFrame, mask: BaseGeometry) -> tuple[Message, int]:
    """Count the incidents in the study area that belong to no map of the street."""
    restricted = incidents["type"].isin(RESTRICTED_TYPES) & incidents.within(mask)
    reason = N_("A storage den or a find on the net is kept apart from street incidents.")
    return Message.of(reason), int(restricted.sum())


def _mention_long_weeks(settings: Settings, notices: list[Message]) -> None:
    """Warn of shifts whose patrol windows fill more of a week than is planned for."""
    hours = settings.hours
    for shift in settings.shifts:
        week_h = shift.patrol_min / 60 * hours.work_days
        if week_h > hours.plan_week_h:
            text = N_("Shift {shift}: {days} days of patrol take {hours} h a week, over {most} h.")
            notices.append(
                Message.of(
                    text,
                    shift=shift.code,
                    days=hours.work_days,
                    hours=round(week_h, 1),
                    most=hours.plan_week_h,
                )
            )


def _mention_missing(found: Mapping[str, Any], notices: list[Message]) -> None:
    """Say which optional tables are missing and what follows."""
    consequences = {
        "communities": N_("No communities are given: every team may go everywhere."),
        "key_points": N_("No key points are given: the plan has hot stops only."),
        "incidents": NO_INCIDENTS.text,
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
