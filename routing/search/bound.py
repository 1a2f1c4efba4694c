"""An upper bound on the prize of every lawful plan, by Lagrangian relaxation.

Relaxed are: that a task is met at most once (a price per task pays for it), breaks, the gap between
visits of one spacing group, and the part of each time that is lost when it is cut to whole buckets.
What remains is, for each kind of team, the best walk from base to base that does not return to a
visit at once or after one other: dynamic programming over visits and buckets of time.
"""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel import (
    END,
    KIND,
    PLACE,
    PROFILE,
    SERVICE,
    START,
    TASK,
    Model,
)
from routing.search.model import compile_problem
from routing.search.plan import OrienteeringPlan
from routing.search.problem import OrienteeringProblem
from routing.search.walk import NOTHING, best_walk

BUCKETS = 300
"""Buckets of time in the longest shift, at least."""
MOST_BUCKETS = 3000
MOST_WORK = 4e8
"""Steps of the programme in all: what would take longer is left unbounded but for the sum."""
PATIENCE = 8
"""Steps without progress after which the step length is halved."""


def upper_bound(
    problem: OrienteeringProblem, plan: OrienteeringPlan, *, iterations: int = 100
) -> float:
    """
    Bound the prize of every plan that meets the required tasks that a given plan meets.

    Parameters
    ----------
    problem
        The problem.
    plan
        A lawful plan. If it misses a required task, the bound holds for all plans, whatever
        required tasks they meet; otherwise for those that meet all of them.
    iterations
        Steps of the subgradient search for the prices. Every step gives a valid bound.

    Returns
    -------
    bound
        No lawful plan has more prize. At most the sum of all prizes that some team can collect.

    References
    ----------
    Christofides, Mingozzi & Toth (1981), Mathematical Programming 20, doi:10.1007/BF01589353
    (walks without 2-cycles); Fisher (1981), Management Science 27(1), doi:10.1287/mnsc.27.1.1

    Examples
    --------
    There is time for one visit only.

    >>> from routing.search.problem import Team, Visit
    >>> from routing.search.search import search
    >>> travel = np.array([[[0, 4, 4], [4, 0, 8], [4, 8, 0]]])
    >>> problem = OrienteeringProblem(travel, (Team(0, 0, 0, 10),), (Visit(1, 5.0), Visit(2, 7.0)))
    >>> round(upper_bound(problem, search(problem, seed=0, iterations=10)), 6)
    7.0
    """
    free = OrienteeringProblem(
        problem.travel, problem.teams, problem.visits, problem.allowed, problem.gaps
    )
    compiled = compile_problem(free)
    model, live = compiled.model, compiled.live
    prize = np.array([problem.visits[v].prize for v in live])
    task = model.visits[:, TASK]
    most = np.zeros(len(model.ranks))
    np.maximum.at(most, task, prize)
    total = float(most.sum())
    needed = np.zeros(len(model.ranks), dtype=np.bool_)
    if not plan.missed:
        needed[task] = [int(problem.tasks[v]) in problem.required_tasks for v in live]
    width = _bucket_width(model)
    if width == 0 or total == 0:
        return total
    _, first, count = np.unique(model.teams[:, KIND], return_index=True, return_counts=True)
    buckets = [
        max(int((model.teams[t, END] - model.teams[t, START]) // width) + 1, 1) for t in first
    ]
    work = sum(size * len(live) ** 2 for size in buckets)
    price = np.where(needed, 0.0, most / 2)
    best, scale, idle = total, 2.0, 0
    for _ in range(min(iterations, int(MOST_WORK // max(work, 1)))):
        bound = float(price.sum())
        slope = np.ones(most.size)
        for team, number, size in zip(first, count, buckets, strict=True):
            reduced = np.where(model.value[team] > 0, prize - price[task], NOTHING)
            gain, visited = _best_walk(model, team, reduced, width, size)
            bound += number * max(gain, 0.0)
            if gain > 0:
                np.subtract.at(slope, task, number * visited)
        idle = 0 if bound < best - 1e-9 else idle + 1
        best = min(best, bound)
        if idle >= PATIENCE:
            scale, idle = scale / 2, 0
        norm = float((slope**2).sum())
        if norm == 0 or bound - plan.prize < 1e-9:  # noqa: PLR2004  # proven
            break
        price = price - scale * max(bound - plan.prize, 1e-6) / norm * slope
        price = np.where(needed, price, np.maximum(price, 0.0))
    return max(float(best), plan.prize)


def _bucket_width(model: Model) -> int:
    """Return a width that no step from visit to visit falls short of; 0: there is no such."""
    shift = int((model.teams[:, END] - model.teams[:, START]).max(initial=0))
    if shift <= 0 or not len(model.visits):
        return 0
    place = model.visits[:, PLACE]
    step = model.travel.min(axis=0)[np.ix_(place, place)] + model.visits[:, SERVICE][:, None]
    np.fill_diagonal(step, shift)
    width = min(int(step.min()), max(shift // BUCKETS, 1))
    return width if width > 0 and shift // width <= MOST_BUCKETS else 0


def _best_walk(
    model: Model, team: int, reduced: NDArray[np.float64], width: int, buckets: int
) -> tuple[float, NDArray[np.int64]]:
    """Return the reduced prize of a team's best walk, and how often it makes each visit."""
    count = np.zeros(len(model.visits), dtype=np.int64)
    gain = best_walk(
        model.travel[model.teams[team, PROFILE]],
        model.visits,
        model.windows,
        model.teams[team],
        reduced,
        width,
        buckets,
        count,
    )
    return float(gain), count
