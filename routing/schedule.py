"""When each visit is made and by what way: from tours to a timetable and routes on the map."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from data.graphs import Edge, StreetGraph
from data.paths import shortest_paths
from routing.problem import PatrolProblem, Stay
from routing.vrp import Tours

VISIT_COLUMNS = [
    "shift",
    "team",
    "order",
    "stop_id",
    "stop_kind",
    "place_id",
    "required",
    "proven",
    "label",
    "arrive_at",
    "depart_at",
    "dwell_min",
    "window",
]
ROUTE_COLUMNS = ["shift", "team", "leg", "mode", "length_m", "travel_s", "window", "edges"]


class _Leg(NamedTuple):
    """The way of a team from one place to the next."""

    team_id: str
    window: int
    number: int
    """In the shift, from 1."""
    here: int
    """Position of the place in the travel times."""
    there: int


def timetable(problem: PatrolProblem, tours: Tours) -> tuple[Stay, ...]:
    """
    Set the times of every visit: as early as travel and its slot allow.

    Parameters
    ----------
    problem
        Trips, visits and travel times.
    tours
        The visits of each trip, in order.

    Returns
    -------
    times
        Sorted by team and time; seconds after midnight of the plan's date, by the clocks as they
        stand when the window opens.

    Examples
    --------
    A problem takes an area; `tests/routing/test_schedule.py` does one by hand.
    """
    stays = []
    for trip, tour in zip(problem.trips, tours, strict=True):
        time_s = problem.travel_s(trip.team_id)
        now_s, here = trip.start_s, problem.base(trip.team_id)
        for visit in (problem.visits[number] for number in tour):
            there = problem.place(visit.stop_id)
            arrive_s = max(now_s + int(time_s[here, there]), visit.earliest_s)
            now_s, here = arrive_s + visit.service_s, there
            stays.append(Stay(trip.team_id, trip.window, visit.stop_id, arrive_s, now_s))
    return tuple(stays)


def visits_frame(
    problem: PatrolProblem, times: Sequence[Stay], *, date: dt.date, timezone: str
) -> gpd.GeoDataFrame:
    """
    Write a timetable as VISITS, in local time.

    A window opens at its time on the wall; from then on seconds are counted, so a visit of 15
    minutes lasts 15 minutes also in the night when the clocks change.

    Parameters
    ----------
    problem
        The stops' names and places.
    times
        From `timetable`.
    date
        The day on which the shift begins.
    timezone
        Name of the area's time zone.

    Returns
    -------
    visits
        VISITS frame; geometry: the stop. `order` counts over all windows of the shift.

    Examples
    --------
    `tests/routing/test_schedule.py` reads a timetable in the night of a clock change.
    """
    opens = [wall_time(date, start, timezone) for start, _ in problem.shift.patrol]
    starts_s = [start * 60 for start, _ in problem.shift.patrol]
    rows = []
    order: Counter[str] = Counter()
    for stay in times:
        order[stay.team_id] += 1
        stop = problem.stops.loc[stay.stop_id]
        arrive, depart = (
            opens[stay.window - 1] + pd.Timedelta(seconds=at_s - starts_s[stay.window - 1])
            for at_s in (stay.arrive_s, stay.depart_s)
        )
        of_stop = (stay.stop_id, *stop[["stop_kind", "place_id", "required", "proven", "label"]])
        dwell_min = (stay.depart_s - stay.arrive_s) / 60
        of_visit = (arrive, depart, dwell_min, stay.window, stop.geometry)
        rows.append((problem.shift.code, stay.team_id, order[stay.team_id], *of_stop, *of_visit))
    frame = gpd.GeoDataFrame(
        rows, columns=[*VISIT_COLUMNS, "geometry"], geometry="geometry", crs=problem.stops.crs
    )
    zoned = {name: pd.DatetimeTZDtype("us", timezone) for name in ("arrive_at", "depart_at")}
    return frame.astype(
        {**zoned, "order": int, "window": int, "required": bool, "proven": bool, "dwell_min": float}
    )


def wall_time(date: dt.date, minute: int, timezone: str) -> pd.Timestamp:
    """
    Return the moment at which the clocks of the time zone show a minute of the day.

    Parameters
    ----------
    date
        Day that the minutes are counted from.
    minute
        Minutes after midnight; 1440 and more fall on the next day.
    timezone
        Name of the time zone.

    Returns
    -------
    moment
        A time that clocks skip is moved forward to the first that they show; of a time that they
        show twice the first is meant.

    Examples
    --------
    >>> wall_time(dt.date(2024, 3, 31), 150, "Europe/Monaco").isoformat()
    '2024-03-31T03:00:00+02:00'
    >>> wall_time(dt.date(2024, 10, 27), 150, "Europe/Monaco").isoformat()
    '2024-10-27T02:30:00+02:00'
    """
    # in microseconds: nanoseconds end with the year 2262
    shown = pd.Timestamp(date).as_unit("us") + pd.Timedelta(minutes=minute)
    return shown.tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")


def routes_frame(problem: PatrolProblem, times: Sequence[Stay]) -> gpd.GeoDataFrame:
    """
    Draw the way of every leg along the streets of its mode.

    Parameters
    ----------
    problem
        Travel times and the graphs that they were measured on.
    times
        From `timetable`.

    Returns
    -------
    routes
        ROUTES frame, one row per leg from base to base; geometry: the way along the streets, with
        `edges` (u, v, key) of the profile's graph. `travel_s` includes the last metres on foot
        beside the street, `length_m` does not. `leg` counts over all windows of the shift.

    Examples
    --------
    `tests/routing/test_schedule.py` finds every edge of a plan in its graph.
    """
    rows: list[tuple[object, ...]] = []
    for mode, travel in problem.travel.items():
        legs = [leg for leg in _legs(problem, times) if problem.teams["mode"][leg.team_id] == mode]
        nodes = travel.places["node"]
        ends = [(int(nodes.iloc[leg.here]), int(nodes.iloc[leg.there])) for leg in legs]
        paths = shortest_paths(travel.graph, ends)
        for leg, (start, _), path in zip(legs, ends, paths, strict=True):
            line = _line(travel.graph, path, start)
            facts = (mode, line.length, travel.time_s[leg.here, leg.there], leg.window, path)
            rows.append((problem.shift.code, leg.team_id, leg.number, *facts, line))
    frame = gpd.GeoDataFrame(
        rows, columns=[*ROUTE_COLUMNS, "geometry"], geometry="geometry", crs=problem.stops.crs
    )
    return frame.astype({"leg": int, "window": int, "length_m": float, "travel_s": float})


def _legs(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[_Leg]:
    """Go from the base to each stop of a window and back, numbering the legs of each team."""
    number: Counter[str] = Counter()
    for (team_id, window), stays in groupby(times, key=lambda stay: (stay.team_id, stay.window)):
        base = problem.base(team_id)
        for here, there in pairwise([base, *(problem.place(stay.stop_id) for stay in stays), base]):
            number[team_id] += 1
            yield _Leg(team_id, window, number[team_id], here, there)


def _line(graph: StreetGraph, path: list[Edge], start: int) -> shapely.LineString:
    """Join the edges of a path; a path without edges is a line of no length."""
    here = (graph.nodes[start]["x"], graph.nodes[start]["y"])
    points = [here]
    for u, v, key in path:
        along = list(graph.edges[u, v, key]["geometry"].coords)
        node = shapely.Point(graph.nodes[u]["x"], graph.nodes[u]["y"])
        if node.distance(shapely.Point(along[0])) > node.distance(shapely.Point(along[-1])):
            along.reverse()
        points += along[1:]
    return shapely.LineString(points if len(points) > 1 else [here, here])
