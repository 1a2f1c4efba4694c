"""Plans that are nearly as good and really different."""

from collections.abc import Callable
from dataclasses import replace

from data.errors import PlanError
from routing.siting.rules import SiteRules
from routing.siting.siting import Siting


def runner_ups(
    solve: Callable[[SiteRules], Siting],
    rules: SiteRules,
    first: Siting,
    *,
    count: int = 3,
    differ: int = 1,
) -> tuple[Siting, ...]:
    r"""
    Find the next best plans, each different from the best and from those before it.

    Each is the optimum of the same model with one more row per plan :math:`P_k` found before:

    .. math:: \sum_{j \in P_k \setminus F} x_j \le |P_k \setminus F| - d

    with :math:`F` the fixed sites: at least `differ` sites of each earlier plan are closed. A plan
    that only adds sites to an earlier one is therefore none of them.

    Parameters
    ----------
    solve
        A model with all but its rules given, such as
        `lambda rules: maximal_cover(cover, weight, rules)`.
    rules
        The rules of the best plan.
    first
        The best plan.
    count
        How many plans are wanted.
    differ
        In how many sites, at least, they differ.

    Returns
    -------
    plans
        Best first; fewer if no more plans keep the rules.

    References
    ----------
    Balas & Jeroslow (1972), SIAM Journal on Applied Mathematics 23(1), doi:10.1137/0123007

    Examples
    --------
    >>> import numpy as np
    >>> from routing.siting.maximal_cover import maximal_cover
    >>> cover, weight = np.array([[1.0, 0, 0], [1, 1, 0], [0, 1, 1]]), np.array([2.0, 3, 1])
    >>> def solve(rules):
    ...     return maximal_cover(cover, weight, rules)
    >>> rules = SiteRules(3, most=1)
    >>> best = solve(rules)
    >>> best.objective, [(plan.chosen, plan.objective) for plan in runner_ups(solve, rules, best)]
    (5.0, [((1,), 4.0), ((2,), 1.0), ((), 0.0)])
    """
    plans: list[Siting] = []
    seen = [first.chosen]
    while len(plans) < count:
        free = min(len(set(chosen) - set(rules.fixed)) for chosen in seen)
        if free < differ:
            break
        try:
            plan = solve(replace(rules, unlike=(*rules.unlike, *seen), differ=differ))
        except PlanError:
            break
        plans.append(plan)
        seen.append(plan.chosen)
    return tuple(plans)
