"""The checker finds every kind of unlawful plan."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from shapely import Point, box

from data.settings import WorkingHours
from routing.demand import make_stops
from routing.problem import PatrolProblem, Stay, patrol_problem
from routing.schedule import timetable
from routing.slots import Trip
from routing.solve import solve
from routing.staffing import form_teams
from routing.verify import find_violations
from tests.routing.towns import MORNING, STILL, grid_streets, hot_cells, staffing, town

EAST = box(-100, -100, 200, 400)
AREA = town(
    grid_streets(4, 4),
    staffing({"community": "east"}, {"org": "helpers", "can_enforce": False}),
    {"K": [Point(120, 120), Point(120, 0)]},
    communities={"east": EAST},
)


@cache
def _planned() -> tuple[PatrolProblem, tuple[Stay, ...]]:
    """Plan a town with a certified pair bound to the east, and a pair of helpers."""
    teams, _ = form_teams(AREA.staffing, AREA.shifts, STILL)
    stops, _ = make_stops(AREA, hot_cells({"c": (360, 360, 12), "e": (0, 240, 5)}), MORNING)
    problem = patrol_problem(AREA, MORNING, teams, stops, owed={"K": 1}, seed=0)
    return problem, timetable(problem, solve(problem, iterations=100, seed=0))


def _violations(problem: PatrolProblem, times: tuple[Stay, ...], **change: Any) -> list[str]:
    """Check a plan against all rules."""
    facts: dict[str, Any] = {"owed": {"K": 1}, "missed": {}, "hours": WorkingHours(), **change}
    found = find_violations(problem, times, communities=AREA.communities, **facts)
    return [str(violation) for violation in found]


def test_lawful_plan_passes() -> None:
    """A plan of ours has no violation, and every stop of this town is in it."""
    problem, times = _planned()
    assert _violations(problem, times) == []
    assert {stay.stop_id for stay in times} >= {"day-c", "day-e"}


def _moved(**change: Any) -> Callable[[tuple[Stay, ...]], tuple[Stay, ...]]:
    """Change the visit to the key point."""
    return lambda times: tuple(
        stay._replace(**change) if stay.stop_id.startswith("K") else stay for stay in times
    )


def _others(times: tuple[Stay, ...]) -> list[Stay]:
    """Leave the visit to the key point out."""
    return [stay for stay in times if not stay.stop_id.startswith("K")]


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (_moved(team_id="D9"), "D9 is not on duty"),
        (_moved(team_id="D2"), "too few certified officers"),
        (_moved(window=2), "has no trip in window 2"),
        (_moved(arrive_s=0, depart_s=900), "too little time for leg 1"),
        (_moved(arrive_s=35400, depart_s=36300), "too little time for leg"),
        (_moved(arrive_s=30000, depart_s=30060), "too short"),
        (
            lambda times: [s for s in times if s.stop_id[0] != "K"],
            "K needs 1 visits; 0 are planned",
        ),
        (
            lambda times: [
                *times,
                *(s._replace(stop_id="K-1") for s in times if s.stop_id[0] == "K"),
            ],
            "K needs 1 visits; 2 are planned",
        ),
        (
            lambda times: [s._replace(team_id="D1") if s.stop_id == "day-c" else s for s in times],
            "day-c lies outside the jurisdiction of team D1",
        ),
    ],
)
def test_broken_visit_is_found(
    broken: Callable[[tuple[Stay, ...]], tuple[Stay, ...]], complaint: str
) -> None:
    """Team, certificates, window, travel, stay, duty, jurisdiction: each breach is named."""
    problem, times = _planned()
    assert any(complaint in found for found in _violations(problem, tuple(broken(times))))


def test_visits_too_close_together_are_found() -> None:
    """Two teams at one stop within half an hour are a breach, also if each alone is lawful."""
    problem, times = _planned()
    stay = next(stay for stay in times if stay.stop_id == "day-c")
    again = stay._replace(arrive_s=stay.depart_s + 60, depart_s=stay.depart_s + 780)
    assert "day-c is visited again too soon." in _violations(problem, (*times, again))


def test_person_alone_is_found() -> None:
    """A team of one is a breach wherever it goes."""
    problem, times = _planned()
    alone = replace(problem, teams=problem.teams.assign(size=1))
    assert "Team D1 sends one person alone." in _violations(alone, times)


def test_duty_that_is_given_up_is_no_breach() -> None:
    """A missed key point is lawful if the plan says so, and only then."""
    problem, times = _planned()
    assert _violations(problem, tuple(_others(times)), missed={"K": 1}) == []


@pytest.mark.parametrize(
    ("trip", "complaint"),
    [
        (Trip("D1", 1, 480 * 60, 601 * 60), "not out during patrol window 1"),
        (Trip("D1", 1, 481 * 60, 601 * 60), "not out during patrol window 1"),
    ],
)
def test_trip_outside_its_window_is_found(trip: Trip, complaint: str) -> None:
    """A trip is as long as its window, and begins with it when nothing is varied."""
    problem, _ = _planned()
    changed = replace(problem, trips=(trip, *problem.trips[1:]))
    assert any(complaint in found for found in _violations(changed, (), missed={"K": 1}))


def test_long_day_and_overlapping_trips_are_found() -> None:
    """Nobody works longer than the law allows, or in two places at once."""
    problem, _ = _planned()
    twice = replace(problem, trips=(problem.trips[0], problem.trips[0]))
    found = _violations(twice, (), missed={"K": 1}, hours=WorkingHours(max_day_h=3))
    assert found == ["Team D1 works longer than the law allows.", "Trips of team D1 overlap."]
