"""Small random rules, covers and distances, and every plan that keeps the rules."""

from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from data.errors import PlanError
from routing.siting.rules import SiteRules

CASES = 200


def random_rules(rng: np.random.Generator, sites: int) -> SiteRules | None:
    """Draw rules of every kind, each often absent; None if they contradict each other."""

    def some(share: float) -> tuple[int, ...]:
        return tuple(np.flatnonzero(rng.random(sites) < share).tolist())

    def maybe(chance: float) -> bool:
        return bool(rng.random() < chance)

    cost = rng.integers(1, 6, sites).astype(float)
    shifts = int(rng.integers(1, 3))
    pairs = list(combinations(range(sites), 2))
    try:
        return SiteRules(
            sites,
            most=int(rng.integers(1, 5)) if maybe(0.7) else None,
            fixed=some(0.15) if maybe(0.5) else (),
            forbidden=some(0.15) if maybe(0.5) else (),
            existing=some(0.3) if maybe(0.6) else (),
            most_closed=int(rng.integers(0, 2)) if maybe(0.3) else None,
            cost=cost,
            closing_cost=rng.integers(0, 3, sites).astype(float) if maybe(0.5) else None,
            budget=float(rng.integers(4, 14)) if maybe(0.5) else None,
            staff=rng.integers(1, 4, (shifts, sites)).astype(float) if maybe(0.5) else None,
            staff_limit=rng.integers(4, 10, shifts).astype(float),
            apart=tuple(pairs[k] for k in np.flatnonzero(rng.random(len(pairs)) < 0.1))
            if maybe(0.3)
            else (),
        )
    except PlanError:
        return None


def plans(rules: SiteRules) -> list[tuple[int, ...]]:
    """List every plan that keeps the rules, each written out here and not by the rules' rows."""
    sites = range(rules.sites)
    every = chain.from_iterable(combinations(sites, k) for k in range(rules.sites + 1))
    return [plan for plan in every if keeps(rules, set(plan))]


def keeps(rules: SiteRules, plan: set[int]) -> bool:
    """Check a plan rule by rule."""
    stands = set(rules.existing)
    spent = 0.0
    if rules.cost is not None:
        spent += sum(rules.cost[site] for site in plan - stands)
    if rules.closing_cost is not None:
        spent += sum(rules.closing_cost[site] for site in stands - plan)
    crewed = rules.staff is None or rules.staff_limit is None
    if rules.staff is not None and rules.staff_limit is not None:
        crewed = all(
            sum(need[site] for site in plan) <= limit
            for need, limit in zip(rules.staff, rules.staff_limit, strict=True)
        )
    return (
        set(rules.fixed) <= plan
        and not plan & set(rules.forbidden)
        and (rules.most is None or len(plan) <= rules.most)
        and (rules.most_closed is None or len(stands - plan) <= rules.most_closed)
        and (rules.budget is None or spent <= rules.budget)
        and crewed
        and not any(a in plan and b in plan for a, b in rules.apart)
        and all(
            len((set(other) - set(rules.fixed)) - plan) >= rules.differ for other in rules.unlike
        )
    )


def random_cover(
    rng: np.random.Generator, demands: int, sites: int, *, partial: bool
) -> NDArray[np.float64]:
    """Draw shares of cover, whole or in quarters."""
    reached = rng.random((demands, sites)) < rng.uniform(0.15, 0.6)
    share = rng.integers(1, 5, (demands, sites)) / 4 if partial else np.ones((demands, sites))
    return np.where(reached, share, 0.0)


def random_weight(rng: np.random.Generator, demands: int) -> NDArray[np.float64]:
    """Draw weights, whole or not, some of them 0."""
    whole = rng.integers(0, 9, demands).astype(float)
    return whole if rng.random() < 0.5 else np.round(whole * rng.uniform(0.3, 3), 2)


def random_distance(rng: np.random.Generator, demands: int, sites: int) -> NDArray[np.float64]:
    """Draw distances, whole or not, sometimes with no way."""
    far = rng.integers(0, 30, (demands, sites)).astype(float)
    if rng.random() < 0.5:
        far = rng.uniform(0, 900, (demands, sites))
    if rng.random() < 0.4:
        far[rng.random((demands, sites)) < 0.3] = np.inf
    return far
