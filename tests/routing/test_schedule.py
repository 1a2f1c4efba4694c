"""Timetables in local time, and routes along the streets."""

import datetime as dt

import pandas as pd
import pytest
from shapely import Point

from data import schema
from data.shifts import Shift
from routing.demand import make_stops
from routing.problem import PatrolProblem, Stay, patrol_problem
from routing.schedule import routes_frame, timetable, visits_frame
from routing.staffing import form_teams
from tests.routing.towns import MORNING, STILL, grid_streets, hot_cells, staffing, town

NIGHT_OF_CHANGE = Shift("night", 1080, 360, patrol=((1500, 1680),), dark=True)
"""From 1:00 to 4:00 after midnight: the hour that clocks skip or repeat lies in it."""


def _problem(shift: Shift = MORNING) -> PatrolProblem:
    """Set a pair at the origin the task of visiting K, two blocks away, and a hot stop."""
    area = town(grid_streets(3, 3), staffing({}), {"K": [Point(240, 5)]}, shifts=(shift,))
    teams, _ = form_teams(area.staffing, area.shifts, STILL)
    stops, _ = make_stops(area, hot_cells({"c": (0, 240, 12)}, shifts=(shift.code,)), shift)
    return patrol_problem(area, shift, teams, stops, owed={"K": 1}, seed=0)


def _tour(problem: PatrolProblem) -> tuple[tuple[int, ...], ...]:
    """Visit K and then the hot stop."""
    numbers = {visit.stop_id: number for number, visit in reversed([*enumerate(problem.visits)])}
    return ((numbers["K-1"], numbers[f"{problem.shift.code}-c"]),)


def test_times_follow_from_travel_and_stay() -> None:
    """245 m in 204.2 s, rounded up, 15 min there, then 475 m in 395.8 s, 12 min."""
    problem = _problem()
    key_point, hot = timetable(problem, _tour(problem))
    assert key_point == Stay("D1", 1, "K-1", 480 * 60 + 205, 480 * 60 + 205 + 900)
    assert hot.arrive_s == key_point.depart_s + 396
    assert hot.depart_s == hot.arrive_s + 720


def test_visits_are_in_local_time() -> None:
    """The frame says where, when by the clock on the wall, and in which order."""
    problem = _problem()
    visits = visits_frame(
        problem,
        timetable(problem, _tour(problem)),
        date=dt.date(2024, 5, 6),
        timezone="Asia/Shanghai",
    )
    schema.VISITS.validate(visits)
    assert visits["arrive_at"][0].isoformat() == "2024-05-06T08:03:25+08:00"
    assert visits["order"].tolist() == [1, 2]
    assert visits["dwell_min"].tolist() == [15, 12]
    assert visits.geometry[0] == Point(240, 5)


@pytest.mark.parametrize("date", [dt.date(2024, 3, 31), dt.date(2024, 10, 27)])
def test_stays_last_as_long_when_clocks_change(date: dt.date) -> None:
    """Also in the hour that clocks skip or repeat, minutes are real minutes and order holds."""
    problem = _problem(NIGHT_OF_CHANGE)
    times = timetable(problem, _tour(problem))
    late = [s._replace(arrive_s=s.arrive_s + 3300, depart_s=s.depart_s + 3300) for s in times]
    eve = date - dt.timedelta(days=1)
    visits = visits_frame(problem, late, date=eve, timezone="Europe/Paris")
    stays = visits["depart_at"] - visits["arrive_at"]
    assert stays.tolist() == [pd.Timedelta(minutes=15), pd.Timedelta(minutes=12)]
    assert visits["arrive_at"][0].isoformat() == f"{date}T01:58:25+0{1 + (date.month == 10)}:00"
    assert visits["arrive_at"][1] - visits["depart_at"][0] == pd.Timedelta(seconds=396)


@pytest.mark.parametrize(
    ("date", "timezone", "first"),
    [
        (dt.date(2024, 4, 25), "Africa/Cairo", "2024-04-26T01:00:00+03:00"),
        (dt.date(2024, 9, 7), "America/Santiago", "2024-09-08T01:00:00-03:00"),
    ],
)
def test_midnight_that_clocks_skip(date: dt.date, timezone: str, first: str) -> None:
    """Where summer time begins at midnight, a night is planned all the same, from 0:00 to 1:00."""
    midnight = Shift("night", 1080, 360, patrol=((1440, 1560),), dark=True)
    problem = _problem(midnight)
    stay = Stay("D1", 1, "K-1", 1440 * 60, 1440 * 60 + 900)
    visits = visits_frame(problem, (stay,), date=date, timezone=timezone)
    schema.VISITS.validate(visits)
    assert visits["arrive_at"][0].isoformat() == first
    assert visits["depart_at"][0] - visits["arrive_at"][0] == pd.Timedelta(minutes=15)
    whole_day = visits_frame(problem, (stay,), date=date + dt.timedelta(days=1), timezone=timezone)
    assert whole_day["arrive_at"][0].day == date.day + 2


@pytest.mark.parametrize("year", [1600, 1900, 2200, 2300])
def test_dates_of_other_centuries(year: int) -> None:
    """Nobody plans for them, but a slip in the year is no crash."""
    problem = _problem()
    times = timetable(problem, _tour(problem))
    visits = visits_frame(problem, times, date=dt.date(year, 5, 6), timezone="Asia/Shanghai")
    assert visits["arrive_at"][0].replace(tzinfo=None) == pd.Timestamp(year, 5, 6, 8, 3, 25)


def test_routes_run_along_edges_of_the_graph() -> None:
    """Every leg is a chain of edges from place to place; its line has their length."""
    problem = _problem()
    routes = routes_frame(problem, timetable(problem, _tour(problem)))
    schema.ROUTES.validate(routes)
    graph = problem.travel["foot"].graph
    for route in routes.itertuples():
        assert all(graph.has_edge(*edge) for edge in route.edges)
        assert all(a[1] == b[0] for a, b in zip(route.edges[:-1], route.edges[1:], strict=True))
        length = sum(graph.edges[edge]["length"] for edge in route.edges)
        assert route.length_m == pytest.approx(length) == pytest.approx(route.geometry.length)
    assert routes["travel_s"].tolist() == [205, 396, 200]
    assert routes["leg"].tolist() == [1, 2, 3]


def test_route_without_a_step_is_a_line_of_no_length() -> None:
    """A stop at the base's own door has a leg, and its length is 0."""
    area = town(grid_streets(2, 2), staffing({}), {"K": [Point(0, 0)]})
    teams, _ = form_teams(area.staffing, area.shifts, STILL)
    stops, _ = make_stops(area, hot_cells({}), MORNING)
    problem = patrol_problem(area, MORNING, teams, stops, owed={"K": 1}, seed=0)
    routes = routes_frame(problem, timetable(problem, ((0,),)))
    assert routes["length_m"].tolist() == [0, 0]


def test_empty_plan_has_empty_frames() -> None:
    """No visit: frames with all columns and no row."""
    problem = _problem()
    visits = visits_frame(problem, (), date=dt.date(2024, 5, 6), timezone="Asia/Shanghai")
    assert visits.empty
    assert routes_frame(problem, ()).empty
    schema.VISITS.validate(visits)
