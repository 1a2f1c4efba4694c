r"""Prices of demands and rules, the bound that they give, and what that bound rules out.

With a price :math:`\lambda_i \ge 0` for each demand and :math:`\mu_r \ge 0` for each row of the
rules but the number of sites, no plan is worth more than

.. math::
    L(\lambda, \mu) = \sum_i \lambda_i + \sum_r \mu_r b_r
        + \max_{x: \sum_j x_j \le p} \sum_j x_j \Big(
            \sum_i (v_{ij} - \lambda_i)^+ - \sum_r \mu_r R_{rj} \Big)

A site whose opening lowers that bound below the best plan is closed in every better one; a demand
that is served for :math:`v < \lambda_i` lowers it by :math:`\lambda_i - v`.
"""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from routing.siting import kernel
from routing.siting.local_search import Sites
from routing.siting.rules import SiteRules
from routing.siting.worth import Floats, Worth

MEMORY = 0.3
"""How much of the last direction is kept."""
ROUNDING = 1e-9
MOST_DENSE = 1_000_000
"""Entries up to which the rows of the rules are kept in full, which is quicker."""


@dataclass(eq=False)
class Relaxation:
    """What the bound has taught; every better plan keeps `closed`, `opened` and `floor`."""

    chosen: Sites
    """The best plan so far."""
    value: float
    """Its objective."""
    step: float
    """No two plans differ by less than this, unless they are equal; 0: unknown."""
    closed: NDArray[np.bool_]
    opened: NDArray[np.bool_]
    floor: Floats
    """Each demand is served for at least this, shape (m,)."""
    bound: float = np.inf
    picks: Floats = field(default_factory=lambda: np.zeros(0))
    """How often each site was opened lately, from 0 to 1, shape (n,)."""

    @property
    def target(self) -> float:
        """What a plan must exceed to be better."""
        return self.value + self.step * (1 - 1e-6)

    @property
    def proven(self) -> bool:
        """Whether nothing is better than the best plan."""
        return self.bound <= max(self.target, self.value + ROUNDING * abs(self.value))

    @property
    def gap(self) -> float:
        """How much better a plan could be, as a share of the best one."""
        return (self.bound - self.value) / max(abs(self.value), 1e-12)


class Prices:
    """The prices, and the direction in which they last moved."""

    def __init__(self, worth: Worth, rules: SiteRules, demand: Floats) -> None:
        """Begin with the prices of the demands given and no price of a row."""
        first = 0 if rules.most is None else 1
        scale = np.ones(rules.matrix.shape[0] - first)
        if scale.size:
            scale = np.maximum(abs(rules.matrix[first:]).max(axis=1).toarray().ravel(), 1e-12)
        self.worth, self.most = worth, rules.most
        scaled = csr_array(rules.matrix[first:].multiply(1 / scale[:, None]))
        few = scaled.shape[0] * scaled.shape[1] <= MOST_DENSE
        self.matrix: Any = scaled.toarray() if few else scaled
        self.limit = rules.limit[first:] / scale
        self.top = np.zeros(worth.shape[0])
        starts, _, value = worth.rows
        filled = np.flatnonzero(np.diff(starts))
        self.top[filled] = value[starts[filled]]
        self.demand, self.row = demand, np.zeros(scale.size)
        self.last = np.zeros(demand.size + scale.size)

    def narrowed(self, live: Sites) -> "Prices":
        """Return prices of the same problem with some of the sites only."""
        few = copy(self)
        few.worth = Worth(csr_array(self.worth.value[:, live]), offset=self.worth.offset)
        few.matrix = self.matrix[:, live]
        return few

    def solved(self, state: Relaxation) -> tuple[Sites, float, Floats]:
        """Solve the relaxed problem: the sites it opens, the bound, the slopes of the prices."""
        score = kernel.reduced_worth(*self.worth.rows, self.demand, self.worth.shape[1])
        if self.row.size:
            score -= self.matrix.T @ self.row
        forced = np.flatnonzero(state.opened)
        free = np.flatnonzero(~state.opened & ~state.closed)
        order = free[np.argsort(-score[free], kind="stable")]
        room = order.size if self.most is None else max(self.most - forced.size, 0)
        taken = order[:room][score[order[:room]] > 0]
        picked = np.concatenate([forced, taken])
        value = float(self.demand.sum() + self.row @ self.limit + score[picked].sum())
        value -= self.worth.offset
        _peg(state, value, score, order, room)
        np.maximum(state.floor, self.demand - (value - state.target), out=state.floor)
        served = kernel.times_served(*self.worth.columns, picked, self.demand)
        left = self.limit
        if self.row.size:
            opened = np.zeros(score.size)
            opened[picked] = 1.0
            left = left - self.matrix @ opened
        return picked, value, np.concatenate([1.0 - served, left])

    def move(self, slopes: Floats, drop: float) -> None:
        """Move the prices against the slopes so far that the bound should fall by `drop`."""
        count = self.demand.size
        at_edge = (self.demand <= 0) & (slopes[:count] > 0)
        at_edge |= (self.demand >= self.top) & (slopes[:count] < 0)
        slopes[:count][at_edge] = 0.0
        self.last = slopes + MEMORY * self.last
        norm = float(self.last @ self.last)
        if norm > 0:
            moved = drop / norm * self.last
            self.demand = np.clip(self.demand - moved[:count], 0.0, self.top)
            self.row = np.maximum(self.row - moved[count:], 0.0)


def _peg(state: Relaxation, value: float, score: Floats, order: Sites, room: int) -> None:
    """Close and open the sites that every better plan closes or opens."""
    if room == 0:
        state.closed[order] = True
        return
    enough = state.target - ROUNDING * max(abs(value), 1.0)
    last_in = max(float(score[order[room - 1]]), 0.0) if room <= order.size else 0.0
    first_out = max(float(score[order[room]]), 0.0) if room < order.size else 0.0
    taken = order[:room][score[order[:room]] > 0]
    rest = np.concatenate([order[:room][score[order[:room]] <= 0], order[room:]])
    state.closed[rest[value - (last_in - score[rest]) < enough]] = True
    state.opened[taken[value - (score[taken] - first_out) < enough]] = True
