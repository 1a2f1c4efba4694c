"""Every location model against every possible plan, on two hundred random cases or more."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from data.errors import PlanError
from routing.siting.capacity import capacitated_cover, capacitated_median
from routing.siting.maximal_cover import cover_over_scenarios, maximal_cover
from routing.siting.p_centre import p_centre
from routing.siting.p_median import p_median
from routing.siting.rules import SiteRules
from routing.siting.runner_up import runner_ups
from routing.siting.set_cover import set_cover
from routing.siting.siting import Siting
from tests.routing.siting.random_cases import (
    CASES,
    keeps,
    plans,
    random_cover,
    random_distance,
    random_rules,
    random_weight,
)

Floats = NDArray[np.float64]
Plan = tuple[int, ...]


def cases(
    seed: int, count: int = CASES, most_sites: int = 7
) -> Iterator[tuple[np.random.Generator, int, SiteRules]]:
    """Draw cases whose rules do not contradict each other by themselves."""
    rng = np.random.default_rng(seed)
    while count:
        demands, sites = int(rng.integers(1, 9)), int(rng.integers(1, most_sites + 1))
        rules = random_rules(rng, sites)
        if rules is not None:
            count -= 1
            yield rng, demands, rules


def covered(cover: Floats, weight: Floats, backup: Floats, plan: Plan) -> float:
    """Add up what the best and the second best site of each demand cover."""
    shares = -np.sort(-np.hstack([cover[:, list(plan)], np.zeros((len(cover), 2))]), axis=1)
    return float(weight @ (shares[:, 0] + backup * shares[:, 1]))


def way(distance: Floats, weight: Floats, plan: Plan) -> float:
    """Add up the weighted ways to the nearest sites."""
    used = weight > 0
    nearest = distance[np.ix_(used, list(plan))].min(axis=1, initial=np.inf)
    return float(weight[used] @ nearest)


def check(siting: Siting, best: float, value: float, rules: SiteRules) -> None:
    """Check that a plan keeps the rules, is worth what it says, and is proven best."""
    assert keeps(rules, set(siting.chosen))
    assert siting.objective == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert siting.objective == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert siting.bound == pytest.approx(best, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("decay", "backed"), [(False, False), (True, False), (True, True)])
def test_maximal_cover(decay: bool, backed: bool) -> None:  # noqa: FBT001
    """Whole, partial and backed cover equal the best of all plans that keep the rules."""
    for rng, demands, rules in cases(1 + decay + backed, 70):
        cover = random_cover(rng, demands, rules.sites, partial=decay)
        weight = random_weight(rng, demands)
        backup = np.round(rng.random(demands), 1) if backed else np.zeros(demands)
        value = partial(covered, cover, weight, backup)
        allowed = plans(rules)
        if not allowed:
            with pytest.raises(PlanError):
                maximal_cover(cover, weight, rules, backup=backup)
            continue
        found = maximal_cover(cover, weight, rules, backup=backup)
        check(found, max(map(value, allowed)), value(found.chosen), rules)


@pytest.mark.parametrize("worst", [False, True])
def test_cover_over_scenarios(worst: bool) -> None:  # noqa: FBT001
    """Mean and worst case over scenarios equal the best of all plans."""
    for rng, demands, rules in cases(11 + worst, 100):
        count = int(rng.integers(1, 4))
        one = random_cover(rng, demands, rules.sites, partial=True)
        covers = [
            one if rng.random() < 0.5 else random_cover(rng, demands, rules.sites, partial=False)
            for _ in range(count)
        ]
        weights = [random_weight(rng, demands) for _ in range(count)]
        chance = rng.dirichlet(np.ones(count))
        none = np.zeros(demands)

        def value(plan: Plan) -> float:
            each = [
                covered(cover, weight, none, plan)  # noqa: B023
                for cover, weight in zip(covers, weights, strict=True)  # noqa: B023
            ]
            return min(each) if worst else float(chance @ each)  # noqa: B023

        allowed = plans(rules)
        if allowed:
            found = cover_over_scenarios(covers, weights, rules, chance=chance, worst=worst)
            check(found, max(map(value, allowed)), value(found.chosen), rules)


@pytest.mark.parametrize("whole", [True, False])
def test_set_cover(whole: bool) -> None:  # noqa: FBT001
    """The price of covering all demand, or a share, equals the least of all plans."""
    for rng, demands, rules in cases(21 + whole, 100):
        cover = random_cover(rng, demands, rules.sites, partial=not whole)
        weight = random_weight(rng, demands)
        price = rng.integers(1, 5, rules.sites).astype(float) if rng.random() < 0.5 else None
        cost = np.ones(rules.sites) if price is None else price
        share = 1.0 if whole else float(np.round(rng.uniform(0.2, 0.8), 2))
        due = share * weight.sum() * (1 - 1e-12)
        enough = [
            plan for plan in plans(rules) if covered(cover, weight, np.zeros(demands), plan) >= due
        ]
        if not enough:
            with pytest.raises(PlanError):
                set_cover(cover, weight, rules, share=share, price=price)
            continue
        found = set_cover(cover, weight, rules, share=share, price=price)
        best = min(float(cost[list(plan)].sum()) for plan in enough)
        assert found.chosen in enough
        check(found, best, float(cost[list(found.chosen)].sum()), rules)


def test_p_median() -> None:
    """The weighted way equals the shortest of all plans that reach every demand."""
    for rng, demands, rules in cases(31):
        distance = random_distance(rng, demands, rules.sites)
        weight = random_weight(rng, demands)
        best = min((way(distance, weight, plan) for plan in plans(rules)), default=np.inf)
        if not np.isfinite(best):
            with pytest.raises(PlanError):
                p_median(distance, weight, rules)
            continue
        found = p_median(distance, weight, rules)
        check(found, best, way(distance, weight, found.chosen), rules)


def test_p_centre() -> None:
    """The farthest demand is as near as in the best of all plans."""
    for rng, demands, rules in cases(41):
        distance = random_distance(rng, demands, rules.sites)
        weight = random_weight(rng, demands)

        def farthest(plan: Plan) -> float:
            used = distance[np.ix_(weight > 0, list(plan))]  # noqa: B023
            return float(used.min(axis=1, initial=np.inf).max(initial=0.0))

        best = min(map(farthest, plans(rules)), default=np.inf)
        if not np.isfinite(best):
            with pytest.raises(PlanError):
                p_centre(distance, weight, rules)
            continue
        found = p_centre(distance, weight, rules)
        check(found, best, farthest(found.chosen), rules)


@pytest.mark.parametrize("due", [True, False])
def test_capacities(due: bool) -> None:  # noqa: FBT001
    """With capacities the best plan equals the best transport over all plans."""
    for rng, demands, rules in cases(51 + due, 100, most_sites=4):
        distance = random_distance(rng, demands, rules.sites)
        cover = random_cover(rng, demands, rules.sites, partial=True)
        weight, load = random_weight(rng, demands), rng.integers(1, 4, demands).astype(float)
        capacity = rng.integers(2, 12, rules.sites).astype(float)
        reached = np.isfinite(distance) & (weight[:, None] > 0)
        way = weight[:, None] * np.where(reached, distance, 0.0)
        worth = np.where(reached, -way, -1e9) if due else weight[:, None] * cover
        must = weight > 0 if due else np.zeros(demands, dtype=bool)
        values = [transport(worth, load, capacity, must, plan) for plan in plans(rules)]
        best = max((value for value in values if value is not None), default=None)
        matrix, solve = (distance, capacitated_median) if due else (cover, capacitated_cover)
        if best is None:
            with pytest.raises(PlanError):
                solve(matrix, weight, rules, load=load, capacity=capacity)
            continue
        found = solve(matrix, weight, rules, load=load, capacity=capacity)
        assert found.objective == pytest.approx(-best if due else best, rel=1e-6, abs=1e-6)
        assert found.gap == pytest.approx(0, abs=1e-6)
        assert keeps(rules, set(found.chosen))


def transport(
    worth: Floats, load: Floats, capacity: Floats, must: NDArray[np.bool_], plan: Plan
) -> float | None:
    """Serve demands from the sites of one plan at best; None: not all can be served that must."""
    demands, sites = worth.shape[0], list(plan)
    if not sites:
        return None if must.any() else 0.0
    usable = worth[:, sites].ravel() > -1e8
    per_demand = np.kron(np.eye(demands), np.ones(len(sites)))
    per_site = np.kron(load, np.eye(len(sites)))
    solved = linprog(
        -np.where(usable, worth[:, sites].ravel(), 0.0),
        np.vstack([per_demand, per_site]),
        np.concatenate([np.ones(demands), capacity[sites]]),
        per_demand[must] if must.any() else None,
        np.ones(int(must.sum())) if must.any() else None,
        bounds=[(0, 1 if may else 0) for may in usable],
    )
    return -float(solved.fun) if solved.success else None


def test_runner_ups() -> None:
    """Each next plan is the best of those that differ in two sites from all before it."""
    for rng, demands, rules in cases(61, 30):
        cover, weight = (
            random_cover(rng, demands, rules.sites, partial=True),
            random_weight(rng, demands),
        )
        allowed = plans(rules)
        if not allowed:
            continue
        solve = partial(maximal_cover, cover, weight)
        first = solve(rules)
        value = partial(covered, cover, weight, np.zeros(demands))
        seen, fixed = [set(first.chosen)], set(rules.fixed)
        for plan in runner_ups(solve, rules, first, count=3, differ=2):
            other = [
                option
                for option in allowed
                if all(len(old - fixed - set(option)) >= 2 for old in seen)
            ]
            check(plan, max(map(value, other)), value(plan.chosen), rules)
            seen.append(set(plan.chosen))
        assert len(seen) == 4 or not [
            option for option in allowed if all(len(old - fixed - set(option)) >= 2 for old in seen)
        ]
