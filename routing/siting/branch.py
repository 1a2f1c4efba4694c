"""A proof by branching on sites, each branch bounded by prices: quick where few sites are left."""

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from data.errors import N_, Message
from routing.siting.effort import Effort
from routing.siting.lagrange import descend
from routing.siting.local_search import Sites
from routing.siting.prices import Prices, Relaxation
from routing.siting.rules import Floats, SiteRules
from routing.siting.worth import Worth

NODES = 3000
"""Branches that are bounded before the proof is left to HiGHS: a count, so that every machine finds
the same."""
STEPS = 40
"""Steps of prices in each branch."""
PATIENCE = 4
SHORTEST = 0.01
MOST_LEFT = 1000
"""With more undecided sites the tree would be too large; HiGHS has cuts."""


def branch(
    worth: Worth, rules: SiteRules, prices: Prices, state: Relaxation, effort: Effort
) -> None:
    """
    Prove the best plan of `state`, or find a better one, by best-first search over sites.

    Parameters
    ----------
    worth
        A plain worth.
    rules
        What plans keep.
    prices
        Those that gave the bound of `state`.
    state
        Takes better plans and the bound, which is proven also if the search ends early.
    effort
        Its time limit, gap and cancel are kept.

    References
    ----------
    Beasley (1985), European Journal of Operational Research 21(2),
    doi:10.1016/0377-2217(85)90040-2

    Examples
    --------
    `tests/routing/siting/test_branch.py` compares it with HiGHS.
    """
    live = np.flatnonzero(~state.closed)
    if live.size - int(state.opened.sum()) > MOST_LEFT:
        return
    few = prices.narrowed(live)
    heap = [_Node(-state.bound, 0, _narrowed(state, live), few.demand, few.row)]
    number = 0
    while heap and number < NODES and not effort.over:
        state.bound = max(-heap[0].negative_bound, state.value)
        if state.proven or state.gap <= effort.gap:
            break
        node = heapq.heappop(heap)
        for opens in (True, False):
            number += 1
            child = _child(node.state, state, opens=opens)
            few.demand, few.row, few.last = node.demand, node.row, np.zeros_like(few.last)
            descend(few, child, effort, steps=STEPS, patience=PATIENCE, shortest=SHORTEST)
            _note(worth, rules, live, child, state)
            if not child.proven and (~child.closed & ~child.opened).any():
                heapq.heappush(heap, _Node(-child.bound, number, child, few.demand, few.row))
        effort.tell(Message.of(N_("Proving: at most {gap} better"), gap=f"{state.gap:.2%}"))
    state.bound = min(state.bound, max([state.value, *(-node.negative_bound for node in heap)]))


@dataclass(order=True, frozen=True)
class _Node:
    """A branch: the plans that open and close certain sites; the best bound comes first."""

    negative_bound: float
    number: int
    state: Relaxation = field(compare=False)
    demand: Floats = field(compare=False)
    row: Floats = field(compare=False)


def _narrowed(state: Relaxation, live: Sites) -> Relaxation:
    """Keep the sites that are not closed."""
    return replace(
        state, closed=state.closed[live], opened=state.opened[live], picks=state.picks[live]
    )


def _child(node: Relaxation, best: Relaxation, *, opens: bool) -> Relaxation:
    """Open or close the undecided site that is opened in about half of the steps."""
    free = np.flatnonzero(~node.closed & ~node.opened)
    site = free[np.abs(node.picks[free] - 0.5).argmin()]
    child = replace(
        node,
        value=best.value,
        closed=node.closed.copy(),
        opened=node.opened.copy(),
        floor=np.zeros_like(node.floor),
    )
    (child.opened if opens else child.closed)[site] = True
    return child


def _note(
    worth: Worth, rules: SiteRules, live: Sites, child: Relaxation, state: Relaxation
) -> None:
    """Take the plan that a branch opened most often, if it is better."""
    often = np.where(child.closed, -1.0, np.where(child.opened, 2.0, child.picks))
    order = np.argsort(-often, kind="stable")[: rules.most]
    plan = np.sort(live[order[often[order] > 0.5]])  # noqa: PLR2004  # in most steps
    value = worth.objective(plan)
    if value > state.value and rules.allow(tuple(plan.tolist())):
        state.chosen, state.value = plan, value
