"""The p-centre: the sites from which the farthest demand is least far."""

import numpy as np
from scipy.sparse import block_array, csr_array

from data.errors import N_, Message, PlanError
from routing.siting.demand_faults import check_demand, check_reach
from routing.siting.effort import Effort
from routing.siting.local_search import Sites, first_plan
from routing.siting.p_median import nearest
from routing.siting.programme import Programme
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import Siting
from routing.siting.worth import Worth


def p_centre(
    distance: Floats, weight: Floats, rules: SiteRules, *, effort: Effort | None = None
) -> Siting:
    r"""
    Open the sites from which the farthest demand is least far.

    .. math::
        \min r \quad \text{s.t.} \quad \sum_{j: d_{ij} \le r} x_j \ge 1 \ \forall i, \quad
        x \in \{0, 1\}^n

    and the rules. The radius is one of the distances: it is found by halving their list, each time
    asking whether sites that keep the rules cover everything within it (a set cover).

    Parameters
    ----------
    distance
        From demands (down) to sites (across), not negative, infinite where no way leads, shape
        (m, n).
    weight
        Shape (m,); demands of weight 0 do not count, all others count alike.
    rules
        What a plan keeps; `most` is p.
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: distance of the farthest demand from its nearest open site; `bound`: no plan
        has a smaller one.

    Raises
    ------
    PlanError
        If arrays do not fit, or no plan that keeps the rules reaches all demands.

    References
    ----------
    Minieka (1970), SIAM Review 12(1), doi:10.1137/1012016; Hakimi (1964), Operations Research
    12(3), doi:10.1287/opre.12.3.450

    Examples
    --------
    Places at 0, 1, 2, 9 and 10 on a line: two sites leave nobody farther than 1.

    >>> place = np.array([0.0, 1, 2, 9, 10])
    >>> plan = p_centre(abs(place[:, None] - place), np.ones(5), SiteRules(5, most=2))
    >>> plan.chosen[0], plan.objective, plan.proven
    (1, 1.0, True)
    """
    check_demand(distance, weight, rules)
    allowed = np.isfinite(distance) & (rules.upper > 0)
    check_reach(csr_array(allowed), weight, rules)
    effort = (effort or Effort()).begun()
    used = np.flatnonzero(weight > 0)
    way = np.where(allowed, distance, np.inf)[used]
    radii = np.unique(way[np.isfinite(way)])
    if not used.size:
        radii = np.zeros(1)
    # no radius below the nearest site of the worst placed demand can do
    low = int(np.searchsorted(radii, way.min(axis=1, initial=np.inf).max(initial=0.0)))
    high, chosen = radii.size, None
    while low < high:
        middle = (low + high) // 2 if chosen is not None else high - 1
        effort.tell(Message.of(N_("Trying {radius}"), radius=f"{radii[middle]:.6g}"))
        found, proven = _within(way <= radii[middle], rules, effort)
        if found is not None:
            farthest = way[:, found].min(axis=1, initial=np.inf).max(initial=0.0)
            chosen, high = found, int(np.searchsorted(radii, farthest))
            effort.show(_plan(distance, weight, chosen, float(radii[low]), float(farthest)))
        elif proven:
            low = middle + 1
            if chosen is None:
                break
        if effort.over or (found is None and not proven):
            break
    if chosen is None:
        raise PlanError(
            N_("No choice of sites was found that keeps all rules and reaches all demands."),
            N_("Allow more sites, more money, more people or more time, or add candidates."),
        )
    return _plan(distance, weight, chosen, float(radii[min(low, high)]), float(radii[high]))


def _plan(distance: Floats, weight: Floats, chosen: Sites, bound: float, farthest: float) -> Siting:
    """Say who goes where."""
    return Siting(tuple(chosen.tolist()), farthest, bound, nearest(distance, weight, chosen))


def _within(covers: Floats, rules: SiteRules, effort: Effort) -> tuple[Sites | None, bool]:
    """Find sites that cover everything, or prove that there are none."""
    cover = csr_array(covers.astype(float))
    worth = Worth(cover)
    first = first_plan(worth, rules, effort)
    if first is not None and worth.objective(first) >= covers.shape[0]:
        return first, True
    n = rules.sites
    matrix = csr_array(block_array([[cover], [rules.matrix]], format="csr"))
    programme = Programme(
        np.ones(n),
        matrix,
        np.concatenate([np.ones(covers.shape[0]), np.full(rules.limit.size, -np.inf)]),
        np.concatenate([np.full(covers.shape[0], np.inf), rules.limit]),
        np.ones(n, dtype=bool),
        rules.lower,
        rules.upper,
        maximise=False,
    )
    solved = programme.solve(effort, first_only=True)
    if solved.values is None:
        return None, not solved.possible
    return np.flatnonzero(solved.values > 0.5), True  # noqa: PLR2004  # whole
