"""Tours against every possible tour, on towns small enough to try them all."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from data.settings import Patrol
from data.shifts import Shift
from routing.demand import make_stops
from routing.problem import PatrolProblem, patrol_problem
from routing.schedule import timetable
from routing.solve import collected_prize, solve
from routing.staffing import form_teams
from tests.routing.towns import STILL, grid_streets, hot_cells, staffing, town

SPOT = st.tuples(st.integers(0, 3), st.integers(0, 3))
LENGTH = st.sampled_from([20, 45, 70, 100])
"""Minutes on patrol: too short for all, or just enough."""


def _problem(
    key_points: dict[str, list[Point]],
    cells: dict[str, tuple[float, float, float]],
    minutes: int,
    rules: Patrol = STILL,
) -> PatrolProblem:
    """Set one pair, based at the origin, the task of a morning of some minutes."""
    shift = Shift("day", 360, 1080, patrol=((480, 480 + minutes),))
    area = town(grid_streets(4, 4), staffing({}), key_points, shifts=(shift,), rules=rules)
    teams, _ = form_teams(area.staffing, area.shifts, rules)
    padded = hot_cells({**cells, "far": (9000, 9000, 20)}) if cells else hot_cells({})
    stops, _ = make_stops(area, padded, shift)
    stops = stops[stops["place_id"] != "far"]
    return patrol_problem(area, shift, teams, stops, owed=dict.fromkeys(key_points, 1), seed=0)


def _lawful_tours(problem: PatrolProblem) -> Iterator[tuple[int, ...]]:
    """Yield every order of every choice of visits that one trip has time for."""
    trip, time_s = problem.trips[0], problem.travel_s(problem.trips[0].team_id)
    base = problem.base(trip.team_id)
    numbers = range(len(problem.visits))
    for size in range(len(numbers) + 1):
        for tour in (order for some in combinations(numbers, size) for order in permutations(some)):
            duties = [problem.visits[n].duty for n in tour if problem.visits[n].duty]
            now_s, here, late = float(trip.start_s), base, len(duties) != len(set(duties))
            for visit in (problem.visits[n] for n in tour):
                there = problem.place(visit.stop_id)
                begin_s = max(now_s + time_s[here, there], visit.earliest_s)
                late = late or begin_s > visit.latest_s
                now_s, here = begin_s + visit.service_s, there
            if not late and now_s + time_s[here, base] <= trip.end_s:
                yield tour


def _duties(problem: PatrolProblem, tour: tuple[int, ...]) -> int:
    """Count the duties that a tour meets."""
    return len({problem.visits[number].duty for number in tour} - {""})


@settings(max_examples=15)
@given(st.lists(st.lists(SPOT, min_size=1, max_size=2), min_size=1, max_size=3), LENGTH)
def test_as_many_duties_are_met_as_possible(
    gates: list[list[tuple[int, int]]], minutes: int
) -> None:
    """No order of visits meets more daily duties than the plan, at one gate each."""
    places = {f"K{n}": [Point(120 * x, 120 * y) for x, y in spots] for n, spots in enumerate(gates)}
    problem = _problem(places, {}, minutes)
    (tour,) = solve(problem, iterations=200, seed=1)
    assert _duties(problem, tour) == max(_duties(problem, t) for t in _lawful_tours(problem))
    assert tour in set(_lawful_tours(problem))


@settings(max_examples=15)
@given(
    st.lists(SPOT, max_size=1),
    st.lists(st.tuples(SPOT, st.integers(1, 9)), min_size=1, max_size=4, unique_by=lambda c: c[0]),
    LENGTH,
)
def test_as_much_prize_is_collected_as_possible(
    gates: list[tuple[int, int]], hot: list[tuple[tuple[int, int], int]], minutes: int
) -> None:
    """Duties come first; beside them no order of visits collects more prize than the plan."""
    places = {f"K{n}": [Point(120 * x, 120 * y)] for n, (x, y) in enumerate(gates)}
    cells = {f"c{n}": (120.0 * x, 120.0 * y, float(k)) for n, ((x, y), k) in enumerate(hot)}
    problem = _problem(places, cells, minutes, replace(STILL, revisit_max_min=600))
    (tour,) = solve(problem, iterations=400, seed=1)
    best = max(
        (_duties(problem, t), round(collected_prize(problem, (t,)), 9))
        for t in _lawful_tours(problem)
    )
    assert (_duties(problem, tour), round(collected_prize(problem, (tour,)), 9)) == best


def test_second_visit_is_made_when_time_is_left() -> None:
    """A team with time to spare comes back to its one hot stop, later and for less prize."""
    problem = _problem({}, {"c": (120, 0, 9)}, 100, replace(STILL, revisit_max_min=50))
    tours = solve(problem, iterations=100, seed=1)
    first, second = timetable(problem, tours)
    assert second.arrive_s - first.depart_s >= 30 * 60
    assert collected_prize(problem, tours) == pytest.approx(9 * 1.6)


def test_same_seed_same_tours() -> None:
    """The search repeats itself exactly."""
    cells = {f"c{n}": (n * 97.0 % 360, n * 41.0 % 360, 1.0 + n % 4) for n in range(9)}
    problem = _problem({"K": [Point(120, 120)]}, cells, 70)
    assert solve(problem, iterations=100, seed=5) == solve(problem, iterations=100, seed=5)


def test_nothing_to_visit_is_no_fault() -> None:
    """Without stops, and without teams, the tours are empty."""
    problem = _problem({}, {}, 60)
    assert solve(problem, iterations=10, seed=0) == ((),)
    nobody = replace(problem, teams=problem.teams.iloc[:0], trips=(), within=pd.DataFrame())
    assert solve(nobody, iterations=10, seed=0) == ()
