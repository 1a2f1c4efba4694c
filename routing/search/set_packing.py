"""The best choice among the routes that the search has seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from routing.search.kernel import (
    CLASS,
    FIXED,
    KIND,
    LENGTH,
    SIZE,
    TASK,
    TRAVEL,
    TRAVEL_OF,
    VALUE,
    VISIT,
    WORTH_OF,
    Model,
    Pool,
    State,
)

Route = tuple[int, tuple[int, ...]]
"""Kind of team, and visits in order."""
Pooled = tuple[int, int, Route]
"""Value, travel and route."""
NODES = 20
"""Branch-and-bound nodes: a count, so that every machine finds the same."""
COLUMNS = 1500
"""Routes in the whole-number programme, at most: those with the least reduced costs."""
TRAVEL_SHARE = 0.25
"""Part of one unit of value that all travel may cost, so that it decides only between equals."""
SLACK = 1e-6


def pooled_routes(model: Model, pools: Sequence[Pool], best: State) -> list[Pooled]:
    """
    List the routes of several searches, and those of a plan, each choice of visits once.

    Parameters
    ----------
    model
        The model that they belong to.
    pools
        What the searches have seen.
    best
        A plan; its routes are always among the result.

    Returns
    -------
    routes
        Without those of locked teams.

    Examples
    --------
    `tests/routing/search/test_set_packing.py` pools the routes of two plans.
    """
    found: dict[tuple[int, frozenset[int]], Pooled] = {}
    rows: list[Pooled] = []
    for pool in pools:
        for entry in range(int(pool.mark[-1])):
            facts = pool.facts[entry]
            visits = tuple(pool.route[entry, : facts[SIZE]].tolist())
            rows.append((int(facts[WORTH_OF]), int(facts[TRAVEL_OF]), (int(facts[CLASS]), visits)))
    for team in np.flatnonzero((model.teams[:, FIXED] == 0) & (best.tours[:, LENGTH] > 0)):
        tour = best.tours[team]
        visits = tuple(best.stops[team, 1 : tour[LENGTH] + 1, VISIT].tolist())
        rows.append((int(tour[VALUE]), int(tour[TRAVEL]), (int(model.teams[team, KIND]), visits)))
    for row in rows:
        kind, visits = row[2]
        key = (kind, frozenset(visits))
        if key not in found or row[1] < found[key][1]:
            found[key] = row
    return list(found.values())


def choose_routes(
    model: Model, routes: Sequence[Pooled], *, least: int, seconds: float | None = None
) -> list[Route]:
    """
    Choose the routes with the most value, no task in two of them, and no team twice.

    Parameters
    ----------
    model
        Its teams and tasks.
    routes
        From `pooled_routes`.
    least
        Value of a known choice: routes that cannot be part of a better one are left out, by the
        reduced costs of the linear relaxation. If even that has no more value, nothing is chosen.
    seconds
        Time limit; None: none but the number of nodes, and so the same choice on every machine.

    Returns
    -------
    chosen
        Empty if none better than `least` was found. The gap between visits of one spacing group is
        not looked at.

    References
    ----------
    Foster & Ryan (1976), Operational Research Quarterly 27(2), doi:10.1057/jors.1976.63

    Examples
    --------
    `tests/routing/search/test_set_packing.py` compares with every choice.
    """
    if not routes:
        return []
    matrix, limit = _constraints(model, routes)
    unit = max(value for value, _, _ in routes)
    travel = np.array([travel for _, travel, _ in routes], dtype=float)
    gain = np.array([value for value, _, _ in routes], dtype=float)
    gain = (gain - TRAVEL_SHARE * travel / max(float(travel.sum()), 1.0)) / unit
    relaxed = linprog(-gain, A_ub=matrix, b_ub=limit, method="highs")  # type: ignore[call-overload]
    if relaxed.status != 0:
        return []
    reduced = -gain - matrix.T @ relaxed.ineqlin.marginals
    spare = -relaxed.fun - least / unit
    if spare * unit < 1 - SLACK - TRAVEL_SHARE:  # values are whole
        return []
    kept = np.flatnonzero(reduced <= spare + SLACK)
    kept = kept[np.argsort(reduced[kept], kind="stable")[:COLUMNS]]
    result = milp(
        -gain[kept],
        integrality=np.ones(kept.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix[:, kept], -np.inf, limit),
        options={"node_limit": NODES, "mip_rel_gap": 0.0, "time_limit": seconds or np.inf},
    )
    if result.x is None:
        return []
    chosen = [routes[k] for k in kept[result.x > 0.5]]  # noqa: PLR2004  # 0 or 1, but for rounding
    better = sum(value for value, _, _ in chosen) > least
    return [route for _, _, route in chosen] if better else []


def _constraints(model: Model, routes: Sequence[Pooled]) -> tuple[csc_array, NDArray[np.float64]]:
    """Allow each task once, and each kind of team as often as there are such teams."""
    tasks = len(model.ranks)
    kinds = int(model.teams[:, KIND].max()) + 1
    rows = [
        [*(int(model.visits[v, TASK]) for v in visits), tasks + kind]
        for _, _, (kind, visits) in routes
    ]
    pointers = np.cumsum([0, *map(len, rows)])
    flat = np.array([row for column in rows for row in column], dtype=np.int64)
    shape = (tasks + kinds, len(routes))
    free = np.bincount(model.teams[model.teams[:, FIXED] == 0, KIND], minlength=kinds)
    limit = np.concatenate([np.ones(tasks), free]).astype(float)
    return csc_array((np.ones(flat.size), flat, pointers), shape=shape), limit
