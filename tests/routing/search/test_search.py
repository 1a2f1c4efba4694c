"""The search against every plan, on problems small enough to try them all."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from routing.search.bound import upper_bound
from routing.search.plan import OrienteeringPlan
from routing.search.problem import UNREACHABLE, OrienteeringProblem, Team, Visit
from routing.search.search import search, warm_up
from tests.routing.search.small_cases import every_plan, faults, is_lawful, problems

LINE = np.abs(np.subtract.outer(np.arange(0, 50, 10), np.arange(0, 50, 10)))[None]
"""Five places in a row, ten apart."""
AT_BASE = Team(0, 0, 0, 100)


def _best(problem: OrienteeringProblem) -> tuple[int, float]:
    """Return how few required tasks any lawful plan misses, and then how much prize it has."""
    ranks = []
    for routes in every_plan(problem):
        made = [visit for route in routes for visit in route]
        missed = len(problem.required_tasks - {int(problem.tasks[v]) for v in made})
        prize = sum(problem.visits[v].prize for v in made)
        ranks.append(((missed, -prize), routes))
    ranks.sort(key=lambda row: row[0])
    return next(rank for rank, routes in ranks if is_lawful(problem, routes))


@settings(max_examples=150)
@given(problems(teams=2, visits=5))
def test_every_plan_is_lawful(problem: OrienteeringProblem) -> None:
    """No rule is broken, whatever is asked: the checker knows the rules and not the search."""
    assert faults(problem, search(problem, seed=1, iterations=60)) == []


@settings(max_examples=60)
@given(problems(teams=2, visits=4))
def test_no_lawful_plan_is_better(problem: OrienteeringProblem) -> None:
    """Required tasks are met whenever they can be, and beside them no plan has more prize."""
    plan = search(problem, seed=1, iterations=1200)
    assert (len(plan.missed), -plan.prize) == _best(problem)


@settings(max_examples=60)
@given(problems(teams=2, visits=4))
def test_the_bound_holds(problem: OrienteeringProblem) -> None:
    """No plan that meets as many required tasks has more prize than the bound."""
    plan = search(problem, seed=1, iterations=200)
    missed, prize = _best(problem)
    if len(plan.missed) == missed:
        assert upper_bound(problem, plan, iterations=20) >= -prize - 1e-6


def _problem(*visits: Visit, team: Team = AT_BASE, **rules: object) -> OrienteeringProblem:
    """Set one team, or two equal ones, a task on the row of places."""
    return OrienteeringProblem(LINE, (team,), visits, **rules)  # type: ignore[arg-type]


def _solve(problem: OrienteeringProblem) -> OrienteeringPlan:
    """Search briefly."""
    plan = search(problem, seed=3, iterations=400)
    assert faults(problem, plan) == []
    return plan


def test_required_visit_is_made_before_any_prize() -> None:
    """There is time for the one with the prize or for the required one, which has none."""
    far = Visit(4, prize=1e6), Visit(3, required=True)
    problem = _problem(*far, team=replace(AT_BASE, end=80), gaps=())
    blocked = replace(problem, visits=(replace(far[0], service=0), replace(far[1], service=20)))
    assert _solve(blocked).routes == ((1,),)


def test_windows_decide_the_order() -> None:
    """The far visit must begin early, so it comes first, though both are on the way."""
    problem = _problem(Visit(1, 1.0, windows=((50, 90),)), Visit(3, 1.0, windows=((0, 30),)))
    plan = _solve(problem)
    assert plan.routes == ((1, 0),)
    assert plan.begins == ((30, 50),)


def test_second_window_is_used_when_the_first_is_missed() -> None:
    """The visit waits for the second window."""
    plan = _solve(_problem(Visit(4, 1.0, windows=((0, 10), (55, 60)))))
    assert plan.begins == ((55,),)


def test_break_takes_time_in_its_window() -> None:
    """With a break of 25 there is no time left for the far place; without it there is."""
    visits = Visit(4, 5.0), Visit(1, 1.0)
    rested = replace(AT_BASE, break_length=25, break_earliest=20, break_latest=60)
    assert _solve(_problem(*visits)).prize == 6
    plan = _solve(_problem(*visits, team=rested))
    assert plan.prize == 1
    assert plan.breaks[0] is not None
    assert 20 <= plan.breaks[0] <= 60


def test_break_that_cannot_be_taken_keeps_a_team_at_home() -> None:
    """The break would begin before the team sets out."""
    late = replace(AT_BASE, start=50, break_length=5, break_earliest=0, break_latest=40)
    assert _solve(_problem(Visit(1, 1.0), team=late)).routes == ((),)


def test_repeated_visits_of_two_teams_keep_the_gap() -> None:
    """Two teams may visit the same place, one of them 30 after the other has left."""
    visits = Visit(1, 5.0, service=10, spacing=0), Visit(1, 3.0, service=10, spacing=0)
    problem = OrienteeringProblem(LINE, (AT_BASE, AT_BASE), visits, gaps=(30,))
    plan = _solve(problem)
    begins = sorted(begin for route in plan.begins for begin in route)
    assert plan.prize == 8
    assert begins[1] - begins[0] >= 40
    crowded = replace(problem, gaps=(75,))
    assert _solve(crowded).prize == 5


def test_only_allowed_teams_make_a_visit() -> None:
    """The one team that may is far busier, and still makes it."""
    teams = (AT_BASE, AT_BASE)
    allowed = np.array([[True, True], [False, True]])
    problem = OrienteeringProblem(LINE, teams, (Visit(4, 5.0), Visit(1, 9.0)), allowed)
    plan = _solve(problem)
    assert 0 in plan.routes[0]
    nobody = replace(problem, allowed=np.array([[False, True], [False, True]]))
    assert _solve(nobody).prize == 9


def test_teams_travel_by_their_own_times() -> None:
    """On foot the far place is out of reach; by car it is not."""
    problem = OrienteeringProblem(
        np.concatenate([LINE * 3, LINE]), (AT_BASE, replace(AT_BASE, profile=1)), (Visit(4, 1.0),)
    )
    assert _solve(problem).routes == ((), (0,))


def test_a_team_ends_at_its_own_base() -> None:
    """A way that ends at the far end of the row leaves time for a stop there."""
    one_way = replace(AT_BASE, end_place=4, end=45)
    assert _solve(_problem(Visit(4, 1.0, service=5), team=one_way)).prize == 1
    assert _solve(_problem(Visit(4, 1.0, service=5), team=replace(AT_BASE, end=45))).prize == 0


def test_one_visit_of_a_task_is_enough() -> None:
    """Of two gates the nearer one is visited, and only that."""
    gates = Visit(3, 1.0, task=7, required=True), Visit(1, 1.0, task=7, required=True)
    plan = _solve(_problem(*gates))
    assert plan.routes == ((1,),)
    assert plan.missed == ()


def test_locked_route_stays_as_it_is() -> None:
    """The order of a locked route is kept, though another is shorter, and nothing joins it."""
    visits = Visit(1, 1.0), Visit(3, 1.0), Visit(2, 50.0)
    teams = (replace(AT_BASE, fixed=(1, 0)), AT_BASE)
    plan = _solve(OrienteeringProblem(LINE, teams, visits))
    assert plan.routes == ((1, 0), (2,))
    assert plan.lifted == ()


def test_lock_that_breaks_a_rule_is_lifted_and_named() -> None:
    """A locked visit lies outside the shift: the team is named and planned freely."""
    short = replace(AT_BASE, end=30, fixed=(0, 1))
    plan = _solve(_problem(Visit(4, 9.0), Visit(1, 1.0), team=short))
    assert plan.lifted == (0,)
    assert plan.routes == ((1,),)


def test_change_costs_prize() -> None:
    """A visit stays with its team unless another plan is worth more than the penalty."""
    teams = (AT_BASE, AT_BASE)
    visits = Visit(1, 5.0, reference=0), Visit(2, 6.0, reference=1)
    kept = _solve(OrienteeringProblem(LINE, teams, visits, change_penalty=1.0))
    assert kept.routes == ((0,), (1,))
    assert kept.changed == 0
    free = _solve(OrienteeringProblem(LINE, teams, visits))
    assert sum(map(bool, free.routes)) == 1  # one team can do both, with less travel
    assert free.changed == 1


@pytest.mark.parametrize(("teams", "visits"), [((), (Visit(1, 1.0),)), ((AT_BASE,), ()), ((), ())])
def test_nothing_to_plan_is_no_fault(teams: tuple[Team, ...], visits: tuple[Visit, ...]) -> None:
    """Without teams or without visits the routes are empty."""
    plan = search(OrienteeringProblem(LINE, teams, visits), seed=0, iterations=10)
    assert plan.routes == ((),) * len(teams)
    assert upper_bound(OrienteeringProblem(LINE, teams, visits), plan) == 0


def test_island_and_closed_windows_are_left_out() -> None:
    """No way leads to one place, another is never open long enough: both are missed by name."""
    travel = LINE.copy()
    travel[:, 4, :4] = travel[:, :4, 4] = UNREACHABLE
    visits = Visit(4, 9.0, required=True), Visit(2, 5.0, windows=((0, 3),), required=True)
    problem = OrienteeringProblem(travel, (AT_BASE,), (*visits, Visit(1, 1.0)))
    plan = _solve(problem)
    assert plan.routes == ((2,),)
    assert plan.missed == (0, 1)


def _town(visits: int = 60, teams: int = 10) -> OrienteeringProblem:
    """Make a sub-district shift: seconds, ten teams, some rules of each kind."""
    rng = np.random.default_rng(7)
    xy = rng.uniform(0, 3000, (visits + 1, 2))
    travel = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)).astype(np.int64)
    stops = [
        Visit(
            place + 1,
            float(rng.integers(1, 20)),
            service=900 if place % 6 == 0 else 720,
            windows=((0, 7200),) if place % 5 == 0 else (),
            required=place % 6 == 0,
            spacing=place // 3,
        )
        for place in range(visits)
    ]
    crew = [
        Team(0, 0, 600 * (n % 3), 14400, break_length=1200 * (n % 2), break_latest=9000)
        for n in range(teams)
    ]
    return OrienteeringProblem(travel[None], tuple(crew), tuple(stops), gaps=(1800,) * visits)


def test_same_seed_and_iterations_same_plan() -> None:
    """The plan does not depend on the clock or on the threads."""
    problem = _town(30, 4)
    first = search(problem, seed=5, iterations=3000)
    assert search(problem, seed=5, iterations=3000) == first
    assert faults(problem, first) == []


def test_progress_is_in_the_callers_thread_and_cancel_stops() -> None:
    """The best plan only gets better, and is returned when the caller has had enough."""
    shares: list[float] = []
    ranks = []

    def note(share: float, plan: OrienteeringPlan) -> None:
        assert threading.current_thread() is threading.main_thread()
        shares.append(share)
        ranks.append(plan.rank)

    problem = _town(30, 4)
    plan = search(
        problem, seed=1, iterations=10**7, progress=note, cancelled=lambda: len(shares) >= 4
    )
    assert len(shares) == 4
    assert ranks == sorted(ranks, reverse=True)
    assert plan.rank <= ranks[-1]
    assert faults(problem, plan) == []


def test_time_limit_is_kept() -> None:
    """The first lawful plan of a sub-district shift is there in far less than two seconds."""
    warm_up()
    problem = _town()
    began = time.process_time()
    plan = search(problem, seed=1, seconds=0.5, clock=time.process_time)
    assert faults(problem, plan) == []
    assert plan.missed == ()
    assert time.process_time() - began < 2


def test_start_is_never_made_worse() -> None:
    """A plan to begin with is returned when there is no time to better it."""
    problem = _problem(Visit(1, 1.0), Visit(3, 1.0))
    plan = search(problem, seed=0, iterations=0, start=((1, 0),))
    assert plan.routes == ((1, 0),)
