"""Sites that can serve only so much: cover and p-median with capacities."""

import numpy as np
from scipy.sparse import csr_array

from routing.siting.assignment import Assignment
from routing.siting.cover_matrix import Cover, shares_of
from routing.siting.demand_faults import check_demand, check_reach
from routing.siting.effort import Effort
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import Siting


def capacitated_cover(
    cover: Cover,
    weight: Floats,
    rules: SiteRules,
    *,
    load: Floats,
    capacity: Floats,
    effort: Effort | None = None,
) -> Siting:
    r"""
    Cover the most demand with sites that serve only so much load.

    .. math::
        \max \sum_{ij} w_i a_{ij} z_{ij} \quad \text{s.t.} \quad
        \sum_j z_{ij} \le 1, \quad z_{ij} \le x_j, \quad
        \sum_i l_i z_{ij} \le Q_j x_j, \quad z \ge 0, \quad x \in \{0, 1\}^n

    and the rules: sites may share a demand.

    Parameters
    ----------
    cover
        Share of each demand that each site can cover, from 0 to 1, shape (m, n).
    weight
        Weight of each demand, shape (m,).
    rules
        What a plan keeps.
    load
        What serving a whole demand takes, shape (m,).
    capacity
        What a site can give, shape (n,).
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: covered weight; `shares` says who covers how much of what.

    Raises
    ------
    PlanError
        If arrays do not fit, or no plan keeps all rules.

    References
    ----------
    Current & Storbeck (1988), Environment and Planning B 15(2), doi:10.1068/b150153

    Examples
    --------
    The first site reaches both demands but has time for one and a half.

    >>> plan = capacitated_cover(np.array([[1.0, 0], [1, 0]]), np.array([4.0, 2]),
    ...     SiteRules(2, most=1), load=np.ones(2), capacity=np.full(2, 1.5))
    >>> plan.chosen, plan.objective
    ((0,), 5.0)
    """
    shares = shares_of(cover)
    check_demand(shares, weight, rules)
    check_demand(np.zeros((load.size, capacity.size)), load, rules)
    row = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    worth = weight[row] * shares.data
    kept = (worth > 0) & (rules.upper[shares.indices] > 0)
    site = shares.indices[kept].astype(np.intp)
    pairs = Assignment(row[kept], site, worth[kept], load, capacity, rules)
    return pairs.solve((effort or Effort()).begun())


def capacitated_median(
    distance: Floats,
    weight: Floats,
    rules: SiteRules,
    *,
    load: Floats,
    capacity: Floats,
    effort: Effort | None = None,
) -> Siting:
    r"""
    Serve all demand on the shortest weighted way with sites that serve only so much load.

    .. math::
        \min \sum_{ij} w_i d_{ij} z_{ij} \quad \text{s.t.} \quad
        \sum_j z_{ij} = 1, \quad z_{ij} \le x_j, \quad
        \sum_i l_i z_{ij} \le Q_j x_j, \quad z \ge 0, \quad x \in \{0, 1\}^n

    and the rules: sites may share a demand.

    Parameters
    ----------
    distance
        From demands (down) to sites (across), infinite where no way leads, shape (m, n).
    weight
        Weight of each demand, shape (m,); a demand of weight 0 is not served.
    rules
        What a plan keeps.
    load
        What serving a whole demand takes, shape (m,).
    capacity
        What a site can give, shape (n,).
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: weighted way; `shares` says who serves how much of what.

    Raises
    ------
    PlanError
        If arrays do not fit, or no plan that keeps the rules can serve all demand.

    References
    ----------
    Lorena & Senne (2004), Computers & Operations Research 31(6),
    doi:10.1016/S0305-0548(03)00039-X

    Examples
    --------
    Both places are nearest to the first site, which has no time for the second half of one.

    >>> plan = capacitated_median(np.array([[0.0, 5], [1, 3]]), np.ones(2), SiteRules(2),
    ...     load=np.ones(2), capacity=np.array([1.5, 9]))
    >>> plan.chosen, plan.objective
    ((0, 1), 2.0)
    """
    check_demand(distance, weight, rules)
    check_demand(np.zeros((load.size, capacity.size)), load, rules)
    reached = np.isfinite(distance) & (rules.upper > 0) & (weight > 0)[:, None]
    check_reach(csr_array(reached), weight, rules)
    row, site = np.nonzero(reached)
    way = -weight[row] * distance[row, site]
    pairs = Assignment(row, site, way, load, capacity, rules, due=weight > 0)
    return pairs.solve((effort or Effort()).begun())
