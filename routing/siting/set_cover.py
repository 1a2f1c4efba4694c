"""Set cover: the fewest or cheapest sites that cover everything, or a given share of it."""

from math import ceil, inf

import numpy as np
from scipy.sparse import block_array, csr_array

from data.errors import N_, Message, PlanError
from routing.siting.cover_matrix import Cover, assigned_sites, shares_of
from routing.siting.cover_programme import layer_rows, start_values
from routing.siting.demand_faults import check_demand, check_reach
from routing.siting.effort import Effort
from routing.siting.layers import Layers, layers
from routing.siting.local_search import Sites
from routing.siting.programme import Programme
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import PROVEN, Siting
from routing.siting.worth import Worth

WHOLE_COVER = 1 - 1e-9
"""A share from which a demand counts as covered in full."""


def set_cover(
    cover: Cover,
    weight: Floats,
    rules: SiteRules,
    *,
    share: float = 1.0,
    price: Floats | None = None,
    effort: Effort | None = None,
) -> Siting:
    r"""
    Open the fewest sites that cover all demand, or a share of its weight.

    .. math::
        \min \sum_j c_j x_j \quad \text{s.t.} \quad
        \sum_i w_i y_i \ge q \sum_i w_i, \quad y_i \le \sum_{j \in N_i} x_j, \quad
        0 \le y \le 1, \quad x \in \{0, 1\}^n

    and the rules; with :math:`q = 1` that is :math:`\sum_{j \in N_i} x_j \ge 1` for all :math:`i`.
    Partial cover counts as in `maximal_cover`.

    Parameters
    ----------
    cover
        Share of each demand that each site covers, from 0 to 1, shape (m, n).
    weight
        Weight of each demand, shape (m,); one of weight 0 need not be covered.
    rules
        What a plan keeps.
    share
        :math:`q`, from 0 to 1.
    price
        What an open site counts, not negative, shape (n,); None: 1, which counts sites.
    effort
        Time limit, gap, progress and cancel; None: to the end.

    Returns
    -------
    siting
        `objective`: price of all open sites, fixed and existing ones included.

    Raises
    ------
    PlanError
        If a demand, or the share, is in reach of no allowed sites, or no plan keeps all rules.

    References
    ----------
    Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19(6),
    doi:10.1287/opre.19.6.1363; a share of the demand: Daskin & Owen (1999), Geographical
    Analysis 31(1), doi:10.1111/j.1538-4632.1999.tb00976.x

    Examples
    --------
    >>> cover = np.array([[1.0, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]])
    >>> weight = np.array([2.0, 3, 3, 2])
    >>> set_cover(cover, weight, SiteRules(3)).chosen
    (0, 2)
    >>> set_cover(cover, weight, SiteRules(3), share=0.6).chosen
    (1,)
    """
    shares = shares_of(cover)
    check_demand(shares, weight, rules)
    if share >= 1:
        whole = shares.data >= WHOLE_COVER
        row = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))[whole]
        shares = csr_array((np.ones(row.size), (row, shares.indices[whole])), shape=shares.shape)
        check_reach(shares, weight, rules)
    effort = (effort or Effort()).begun()
    worth = Worth(csr_array(shares.multiply(weight[:, None])))
    due = _due(worth, rules, min(share, 1.0), float(weight.sum()))
    cost = np.ones(rules.sites) if price is None else price
    step = 1.0 if bool((cost == np.round(cost)).all()) else 0.0

    def plan(chosen: Sites, bound: float) -> Siting:
        """Say what a plan costs and who covers whom."""
        value = float(cost[chosen].sum())
        lowest = float(ceil(bound - 1e-6)) if step and np.isfinite(bound) else bound
        if value - lowest <= PROVEN * max(abs(value), 1.0):
            lowest = value
        return Siting(tuple(chosen.tolist()), value, lowest, assigned_sites(shares, chosen))

    effort.tell(Message(N_("Looking for a first plan")))
    first = _first(worth, rules, due, cost)
    least = float(cost[rules.lower > 0].sum())
    if first is not None:
        effort.show(plan(first, least))
    made = layers(
        worth, closed=rules.upper == 0, opened=rules.lower > 0, floor=np.zeros(weight.size)
    )
    solved = _programme(made, rules, due, cost, whole=share >= 1).solve(
        effort,
        start=None if first is None else start_values(worth, made, first),
        step=step,
        better=lambda values, bound: effort.show(plan(_opened(values, rules), bound)),
    )
    if solved.values is None and first is None:
        raise PlanError(
            N_("No choice of sites was found that keeps all rules and covers what is asked for."),
            N_("Ask for less cover, or allow more sites, more money, more people or more time."),
        )
    plans = [] if solved.values is None else [_opened(solved.values, rules)]
    plans += [] if first is None else [first]
    chosen = min(plans, key=lambda sites: float(cost[sites].sum()))
    return plan(chosen, max(solved.bound, least) if solved.possible else float(cost[chosen].sum()))


def _due(worth: Worth, rules: SiteRules, share: float, total: float) -> float:
    """Return the weight that has to be covered, if all allowed sites together cover it."""
    most = worth.objective(np.flatnonzero(rules.upper > 0))
    due = share * total * (1 - PROVEN)
    if most < due:
        raise PlanError(
            Message.of(
                N_("All allowed sites together cover {most}, not {share}."),
                most=f"{most / total:.1%}",
                share=f"{share:.1%}",
            ),
            N_("Ask for less cover, or add candidates."),
        )
    return due


def _first(worth: Worth, rules: SiteRules, due: float, cost: Floats) -> Sites | None:
    """Open the site that covers the most for its price until all is covered, then leave out."""
    chosen = np.flatnonzero(rules.lower > 0)
    if not rules.allow(tuple(chosen.tolist())):
        return None
    best, second = worth.served(chosen)
    while best.sum() < due:
        ratio = worth.gains(best, second)[0] / np.maximum(cost, 1e-12)
        order = np.argsort(-np.where(rules.upper > 0, ratio, 0.0), kind="stable")
        site = next(
            (
                site
                for site in order.tolist()
                if ratio[site] <= 0 or rules.allow((*chosen.tolist(), site))
            ),
            -1,
        )
        if site < 0 or ratio[site] <= 0 or rules.upper[site] == 0:
            return None
        chosen = np.append(chosen, site)
        best, second = worth.served(chosen)
    for site in chosen[np.argsort(-cost[chosen], kind="stable")].tolist():
        others = chosen[chosen != site]
        if site not in rules.fixed and worth.objective(others) >= due:
            chosen = others if rules.allow(tuple(others.tolist())) else chosen
    return np.sort(chosen)


def _programme(
    made: Layers, rules: SiteRules, due: float, cost: Floats, *, whole: bool
) -> Programme:
    """Write the programme; what every plan covers by its fixed sites is due no more."""
    n, count = rules.sites, made.worth.size
    blocks, row_upper = layer_rows(made, rules, backed=False)
    row_lower = np.full(row_upper.size, -inf)
    if not whole:
        blocks.append([csr_array((1, n)), csr_array(made.gain)])
        row_lower = np.append(row_lower, due - made.base[0])
        row_upper = np.append(row_upper, inf)
    lower = np.concatenate([rules.lower, np.full(count, float(whole))])
    return Programme(
        np.concatenate([cost, np.zeros(count)]),
        csr_array(block_array(blocks, format="csr")),
        row_lower,
        row_upper,
        np.arange(n + count) < n,
        lower,
        np.concatenate([rules.upper, np.ones(count)]),
        maximise=False,
    )


def _opened(values: Floats, rules: SiteRules) -> Sites:
    """Read the open sites off a solution."""
    return np.flatnonzero(values[: rules.sites] > 0.5)  # noqa: PLR2004  # whole
