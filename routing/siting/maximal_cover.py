"""Maximal cover: the sites that cover the most demand, in full, in part or twice."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from routing.siting.best_sites import best_sites
from routing.siting.cover_matrix import Cover, assigned_sites, shares_of
from routing.siting.demand_faults import check_demand
from routing.siting.effort import Effort
from routing.siting.local_search import Sites
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import Siting
from routing.siting.worth import Worth


def maximal_cover(
    cover: Cover,
    weight: Floats,
    rules: SiteRules,
    *,
    backup: Floats | float = 0.0,
    effort: Effort | None = None,
) -> Siting:
    r"""
    Open the sites that cover the most demand.

    .. math::
        \max \sum_i w_i \big( a_{i(1)} + \beta_i a_{i(2)} \big)

    where :math:`a_{i(1)} \ge a_{i(2)}` are the two largest shares of demand :math:`i` at open
    sites. With whole cover that is the programme

    .. math::
        \max \sum_i w_i (y_i + \beta_i b_i) \quad \text{s.t.} \quad
        y_i + b_i \le \sum_{j \in N_i} x_j, \quad 0 \le y, b \le 1, \quad x \in \{0, 1\}^n,

    and the rules; `routing.siting.layers` writes it for partial cover.

    Parameters
    ----------
    cover
        Share of each demand that each site covers, from 0 to 1, shape (m, n).
    weight
        Weight of each demand, not negative, shape (m,).
    rules
        What a plan keeps.
    backup
        :math:`\beta`, from 0 to 1: what cover by a second site counts, one number or shape (m,).
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: covered weight. A new site that adds nothing stays closed.

    Raises
    ------
    PlanError
        If arrays do not fit, or no plan keeps all rules.

    References
    ----------
    Church & ReVelle (1974), Papers of the Regional Science Association 32,
    doi:10.1007/BF01942293; backup cover: Hogan & ReVelle (1986), Management Science 32(11),
    doi:10.1287/mnsc.32.11.1434; partial cover: Berman & Krass (2002), Computers & Operations
    Research 29(6), doi:10.1016/S0305-0548(00)00079-X

    Examples
    --------
    Greedy takes the middle site first, for 6, and ends at 8; the outer two cover all 10.

    >>> cover = np.array([[1.0, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]])
    >>> plan = maximal_cover(cover, np.array([2.0, 3, 3, 2]), SiteRules(3, most=2))
    >>> plan.chosen, plan.objective, plan.gap, plan.assigned.tolist()
    ((0, 2), 10.0, 0.0, [0, 0, 2, 2])
    """
    return cover_over_scenarios([cover], [weight], rules, backup=backup, effort=effort)


def cover_over_scenarios(
    covers: Sequence[Cover],
    weights: Sequence[Floats],
    rules: SiteRules,
    *,
    chance: Floats | None = None,
    worst: bool = False,
    backup: Floats | float = 0.0,
    effort: Effort | None = None,
) -> Siting:
    r"""
    Open the sites that cover the most demand on the mean of scenarios, or in the worst of them.

    .. math::
        \max \sum_s \pi_s V_s \quad \text{or} \quad \max t, \ t \le V_s \ \forall s

    with :math:`V_s` the weight that `maximal_cover` counts in scenario :math:`s`: day and night,
    weekday and weekend, or replicates of a bootstrap.

    Parameters
    ----------
    covers
        Shares of cover in each scenario, shapes (m_s, n).
    weights
        Weights of demands in each scenario, shapes (m_s,). For the worst case they should be on one
        scale, for instance shares of the scenario's total.
    rules
        What a plan keeps.
    chance
        Probability of each scenario, shape (s,); None: equal.
    worst
        Whether the worst scenario counts instead of the mean.
    backup
        What cover by a second site counts: one number, or one per demand of all scenarios.
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `assigned` holds the demands of the first scenario, then those of the second, and so on.

    Raises
    ------
    PlanError
        If arrays do not fit, or no plan keeps all rules.

    References
    ----------
    Serra & Marianov (1998), Location Science 6(1-4), doi:10.1016/S0966-8349(98)00049-4

    Examples
    --------
    By day the first site is better, by night the second, and in the worst case the third.

    >>> day, night = np.array([9.0, 0, 4]), np.array([0.0, 8, 3])
    >>> cover = np.eye(3)
    >>> one = SiteRules(3, most=1)
    >>> cover_over_scenarios([cover, cover], [day, night], one).chosen
    (0,)
    >>> plan = cover_over_scenarios([cover, cover], [day, night], one, worst=True)
    >>> plan.chosen, plan.objective
    ((2,), 3.0)
    """
    shares = [shares_of(cover) for cover in covers]
    for share, weight in zip(shares, weights, strict=True):
        check_demand(share, weight, rules)
    probability = np.full(len(shares), 1 / len(shares)) if chance is None else chance
    if not worst and np.ndim(backup) == 0 and _same(shares):
        # the mean over weights alone is one scenario
        mean = np.average(np.array(weights), axis=0, weights=probability)
        merged, joint = shares[0], mean
        scenario, probability = np.zeros(mean.size, dtype=np.intp), np.ones(1)
    else:
        merged, joint = csr_array(vstack(shares)), np.concatenate(weights)
        scenario = np.repeat(np.arange(len(shares)), [share.shape[0] for share in shares])
    worth = Worth(
        csr_array(merged.multiply(joint[:, None])),
        backup=np.broadcast_to(np.asarray(backup, dtype=float), joint.shape),
        scenario=scenario,
        chance=probability,
        worst=worst,
    )
    full = csr_array(vstack(shares))

    def plan(chosen: Sites, bound: float) -> Siting:
        """Leave out idle sites and say who covers whom."""
        kept = _without_idle(worth, rules, chosen)
        value = worth.objective(kept)
        return Siting(tuple(kept.tolist()), value, max(bound, value), assigned_sites(full, kept))

    effort = (effort or Effort()).begun()
    best = best_sites(
        worth, rules, effort, found=lambda chosen, bound: effort.show(plan(chosen, bound))
    )
    return plan(best.chosen, best.bound)


def _same(covers: list[csr_array]) -> bool:
    """Return whether all scenarios have the same cover."""
    first = covers[0]
    return all(
        cover is first
        or (
            cover.shape == first.shape
            and np.array_equal(cover.indptr, first.indptr)
            and np.array_equal(cover.indices, first.indices)
            and np.array_equal(cover.data, first.data)
        )
        for cover in covers[1:]
    )


def _without_idle(worth: Worth, rules: SiteRules, chosen: Sites) -> Sites:
    """Close new sites without which nothing is lost, from the last, where the rules allow."""
    kept = chosen
    value = worth.objective(kept)
    for site in chosen[::-1].tolist():
        if site in rules.fixed or site in rules.existing:
            continue
        others = kept[kept != site]
        if worth.objective(others) >= value and rules.allow(tuple(others.tolist())):
            kept = others
    return kept
