"""The p-median: the sites to which the weighted way of all demands is shortest."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, Message, PlanError
from routing.siting.best_sites import best_sites
from routing.siting.demand_faults import check_demand, check_reach
from routing.siting.effort import Effort
from routing.siting.local_search import Sites
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import Siting
from routing.siting.worth import Worth


def p_median(
    distance: Floats, weight: Floats, rules: SiteRules, *, effort: Effort | None = None
) -> Siting:
    r"""
    Open the sites to which the weighted sum of distances is smallest.

    .. math::
        \min \sum_i \sum_j w_i d_{ij} z_{ij} \quad \text{s.t.} \quad
        \sum_j z_{ij} = 1, \quad z_{ij} \le x_j, \quad x \in \{0, 1\}^n

    and the rules. It is solved as a worth :math:`M_i - w_i d_{ij}` of being served: first plan by
    exchange, Lagrangian bound, sites and distances that no better plan uses ruled out, and the rest
    proven by HiGHS in layers of equal distance (`routing.siting.layers`).

    Parameters
    ----------
    distance
        From demands (down) to sites (across), not negative, infinite where no way leads, shape
        (m, n).
    weight
        Weight of each demand, shape (m,); a demand of weight 0 is not served.
    rules
        What a plan keeps; `most` is p.
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: weighted sum of distances, `bound`: no plan has less.

    Raises
    ------
    PlanError
        If arrays do not fit, a demand is reached by no allowed site, or no plan that keeps the
        rules reaches all.

    References
    ----------
    Hakimi (1964), Operations Research 12(3), doi:10.1287/opre.12.3.450; ReVelle & Swain (1970),
    Geographical Analysis 2(1), doi:10.1111/j.1538-4632.1970.tb00142.x; Garcia, Labbe & Marin
    (2011), INFORMS Journal on Computing 23(4), doi:10.1287/ijoc.1100.0418

    Examples
    --------
    Places at 0, 1, 2, 9 and 10 on a line: two sites stand best at 1 and in the far pair.

    >>> place = np.array([0.0, 1, 2, 9, 10])
    >>> plan = p_median(abs(place[:, None] - place), np.ones(5), SiteRules(5, most=2))
    >>> plan.chosen, plan.objective, plan.proven
    ((1, 3), 3.0, True)
    """
    check_demand(distance, weight, rules)
    reached = np.isfinite(distance) & (rules.upper > 0)
    check_reach(csr_array(reached), weight, rules)
    effort = (effort or Effort()).begun()
    worth = _worth(distance, weight, reached)

    def plan(chosen: Sites, bound: float) -> Siting:
        """Work out the plan from the distances themselves."""
        value = _weighted_way(distance, weight, chosen)
        return Siting(
            tuple(chosen.tolist()),
            value,
            min(value, value if bound + value <= 1e-9 * value else -bound),
            nearest(distance, weight, chosen),
        )

    def show(chosen: Sites, bound: float) -> None:
        """Show plans that reach everything."""
        if np.isfinite(_weighted_way(distance, weight, chosen)):
            effort.show(plan(chosen, bound))

    best = best_sites(worth, rules, effort, found=show)
    lost = int((nearest(distance, weight, best.chosen) < 0)[weight > 0].sum())
    if lost:
        raise PlanError(
            Message.of(
                N_("No choice of sites was found that reaches all demands; {n} are left."), n=lost
            ),
            N_("Allow more sites, more money or more people, or add candidates."),
        )
    return plan(best.chosen, best.bound)


def nearest(distance: Floats, weight: Floats, chosen: Sites) -> NDArray[np.intp]:
    """
    Return the nearest open site of each demand.

    Parameters
    ----------
    distance
        Shape (m, n).
    weight
        Shape (m,).
    chosen
        Open sites.

    Returns
    -------
    assigned
        The first of the nearest, -1 where no way leads or the weight is 0, shape (m,).

    Examples
    --------
    >>> nearest(np.array([[3.0, 1], [2, np.inf]]), np.ones(2), np.array([1])).tolist()
    [1, -1]
    """
    if not chosen.size:
        return np.full(weight.size, -1, dtype=np.intp)
    among = distance[:, chosen]
    assigned: NDArray[np.intp] = chosen[among.argmin(axis=1)]
    return np.where(np.isfinite(among.min(axis=1)) & (weight > 0), assigned, -1)


def _weighted_way(distance: Floats, weight: Floats, chosen: Sites) -> float:
    """Sum the ways to the nearest open sites; infinite where none is reached."""
    used = weight > 0
    if not chosen.size:
        return float("inf") if used.any() else 0.0
    return float(weight[used] @ distance[np.ix_(used, chosen)].min(axis=1))


def _worth(distance: Floats, weight: Floats, reached: NDArray[np.bool_]) -> Worth:
    """Turn distances into worths: what is saved against the longest way, and for being served."""
    way = np.where(reached, np.where(reached, distance, 0.0) * weight[:, None], 0.0)
    used = weight > 0
    longest = np.where(used, way.max(axis=1, initial=0.0), 0.0)
    # one demand left unserved is worse than all ways together; where every site reaches a demand,
    # one open site is enough, and the first demand stands for all
    must = used & ~reached.all(axis=1)
    must[np.flatnonzero(used)[:1]] = True
    bonus = np.where(must, longest.sum() + 1.0, 0.0)
    value = np.where(reached & used[:, None], (longest + bonus)[:, None] - way, 0.0)
    return Worth(csr_array(value), offset=float((longest + bonus)[used].sum()), least=bonus)
