"""The set-packing programme against every choice of routes."""

from itertools import combinations

import numpy as np
import pytest

from routing.search.kernel import WORTH_OF
from routing.search.model import compile_problem, empty_pool, empty_state
from routing.search.problem import OrienteeringProblem, Team, Visit
from routing.search.set_packing import Pooled, choose_routes, pooled_routes

TASKS = 7


def _model(teams: int = 2) -> OrienteeringProblem:
    """Set two equal teams seven tasks at one place."""
    travel = np.zeros((1, 2, 2), dtype=np.int64)
    visits = tuple(Visit(1, float(k + 1)) for k in range(TASKS))
    return OrienteeringProblem(travel, (Team(0, 0, 0, 9),) * teams, visits)


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_routes_is_worth_more(seed: int) -> None:
    """Two routes without a common task: none of all pairs has more value than the chosen one."""
    rng = np.random.default_rng(seed)
    model = compile_problem(_model()).model
    routes: list[Pooled] = []
    for _ in range(12):
        visits = tuple(rng.permutation(TASKS)[: rng.integers(1, 5)].tolist())
        routes.append((sum(v + 1 for v in visits), int(rng.integers(0, 9)), (0, visits)))
    best = max(a[0] + b[0] for a, b in combinations(routes, 2) if not set(a[2][1]) & set(b[2][1]))
    chosen = choose_routes(model, routes, least=0)
    made = [visit for _, visits in chosen for visit in visits]
    assert len(chosen) <= 2
    assert len(made) == len(set(made))
    assert sum(visit + 1 for visit in made) == best
    assert choose_routes(model, routes, least=best) == []


def test_nothing_to_choose_from() -> None:
    """Without routes none are chosen."""
    assert choose_routes(compile_problem(_model()).model, [], least=0) == []


def test_of_two_routes_with_the_same_visits_the_shorter_is_kept() -> None:
    """Two searches saw the same visits in two orders, one of them with less travel."""
    model = compile_problem(_model()).model
    pools = [empty_pool(model), empty_pool(model)]
    for pool, travel, order in zip(pools, (5, 3), ((0, 1), (1, 0)), strict=True):
        pool.route[0, :2] = order
        pool.facts[0] = (2, 0, 3, travel)
        pool.mark[-1] = 1
    assert pools[0].facts[0, WORTH_OF] == 3
    assert pooled_routes(model, pools, empty_state(model)) == [(3, 3, (0, (1, 0)))]
