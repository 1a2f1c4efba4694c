"""What an area that lacks something is given in its place, and the sentence that says so."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from shapely import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from data.errors import N_, AreaError, FaultList, Message
from data.graphs import StreetGraph
from data.settings import Settings
from data.shifts import Shift, undivided
from data.tables import WGS84

Shape = TypeVar("Shape", bound=BaseGeometry)

HULL_MARGIN_M = 50.0
BASE_MARGIN_M = 5000.0
"""A base farther than this from every street is a slip of the pen."""
NO_INCIDENTS = Message.of(N_("No incidents are given: there are no hotspots."))


def choose_shifts(
    settings: Settings, incidents: gpd.GeoDataFrame, notices: list[Message], *, has_hours: bool
) -> tuple[Shift, ...]:
    """Return the area's shifts, or one undivided shift where no hour of day is known."""
    if has_hours or incidents.empty:
        return settings.shifts
    notices.append(Message.of(N_("No incident has an hour of day: one layer for the whole day.")))
    return (undivided(settings.shifts[0]),)


def project(shape: Shape, crs: CRS) -> Shape:
    """Project one shape from longitude and latitude."""
    projected: Shape = gpd.GeoSeries([shape], crs=WGS84).to_crs(crs).iloc[0]
    return projected


def find_outline(
    streets: StreetGraph, boundary: BaseGeometry | None, crs: CRS, notices: list[Message]
) -> BaseGeometry:
    """Project the boundary, or take the hull of the streets in its place."""
    if boundary is not None:
        return project(boundary, crs)
    notices.append(
        Message.of(N_("No boundary is given: the hull of the streets stands in for it."))
    )
    nodes = MultiPoint([(data["x"], data["y"]) for _, data in streets.nodes(data=True)])
    return nodes.convex_hull.buffer(HULL_MARGIN_M)


def find_middle(outline: BaseGeometry, places: Sequence[gpd.GeoSeries]) -> Point:
    """Return the median of the places in the area: a hull may reach far beyond them."""
    inside = [place[place.within(outline)] for place in places]
    if not any(map(len, inside)):
        centroid: Point = outline.centroid
        return centroid
    points = pd.concat(inside)
    return Point(points.x.median(), points.y.median())


def find_base(
    place: Point | None,
    streets: StreetGraph,
    middle: Point,
    crs: CRS,
    notices: list[Message],
) -> Point:
    """Say where teams start that have no base of their own."""
    if place is not None:
        base = project(place, crs)
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


def mention_long_weeks(settings: Settings, notices: list[Message]) -> None:
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


def mention_missing(found: Mapping[str, Any], notices: list[Message]) -> None:
    """Say which optional tables are missing and what follows."""
    consequences = {
        "communities": N_("No communities are given: every team may go everywhere."),
        "key_points": N_("No key points are given: the plan has hot stops only."),
        "incidents": NO_INCIDENTS.text,
    }
    for name, text in consequences.items():
        if found[name] is None:
            notices.append(Message.of(text))


def assume_staffing(settings: Settings, notices: list[Message]) -> gpd.GeoDataFrame:
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
