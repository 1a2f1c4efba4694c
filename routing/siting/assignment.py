"""Who serves whom as part of the programme, for sites that can serve only so much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, diags_array, eye_array

from data.errors import N_, PlanError
from routing.siting.effort import Effort
from routing.siting.local_search import Sites, first_plan
from routing.siting.programme import Programme
from routing.siting.rules import Floats, SiteRules
from routing.siting.siting import PROVEN, Siting
from routing.siting.worth import Worth

LEAST_SHARE = 1e-9
"""A smaller share of a demand is rounding."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """
    Pairs of demand and site that may serve it, and what serving it in full is worth.

    Examples
    --------
    `capacitated_cover` and `capacitated_median` stand on it.
    """

    row: Sites
    """Demand of each pair, shape (pairs,)."""
    site: Sites
    """Site of each pair, shape (pairs,)."""
    worth: Floats
    """To be maximised, shape (pairs,)."""
    load: Floats
    """What serving a demand in full takes, shape (m,)."""
    capacity: Floats
    """What a site can give, shape (n,)."""
    rules: SiteRules
    due: NDArray[np.bool_] | None = None
    """Demands that must be served, where worths are prices below 0; None: none must."""

    def solve(self, effort: Effort) -> Siting:
        """
        Open sites without regard to capacity and serve from them at best, then prove.

        Parameters
        ----------
        effort
            Time limit, gap, progress and cancel.

        Returns
        -------
        siting
            With the share of each pair; prices are shown above 0.

        Raises
        ------
        PlanError
            If no plan was found.
        """
        first = first_plan(self._worth(), self.rules, effort)
        start = None
        if first is not None:
            fixed = np.isin(np.arange(self.rules.sites), first).astype(float)
            start = self._programme(fixed, fixed).solve(effort).values
        if start is not None:
            effort.show(self._plan(start, np.inf))
        solved = self._programme(self.rules.lower, self.rules.upper).solve(
            effort,
            start=start,
            better=lambda values, bound: effort.show(self._plan(values, bound)),
        )
        values = start if solved.values is None else solved.values
        if values is None:
            raise PlanError(
                N_("No choice of sites was found that keeps all rules and serves all demand."),
                N_("Allow more or larger sites, more money, more people or more time."),
            )
        return self._plan(values, solved.bound)

    def _worth(self) -> Worth:
        """Forget the capacities: what a site saves against the longest way of the demand."""
        longest = np.zeros(self.load.size)
        np.minimum.at(longest, self.row, self.worth)
        saved = self.worth - longest[self.row] + (0.0 if self.due is None else 1.0)
        shape = (self.load.size, self.rules.sites)
        return Worth(csr_array((saved, (self.row, self.site)), shape=shape))

    def _programme(self, lower: Floats, upper: Floats) -> Programme:
        """Write the programme: sites, then pairs."""
        demands, n, pairs = self.load.size, self.rules.sites, self.row.size
        pair, ones = np.arange(pairs), np.ones(pairs)
        of_demand = csr_array((ones, (self.row, pair)), shape=(demands, pairs))
        of_site = csr_array((ones, (self.site, pair)), shape=(n, pairs))
        loads = csr_array((self.load[self.row], (self.site, pair)), shape=(n, pairs))
        blocks = [
            [csr_array((demands, n)), of_demand],
            [-csr_array(of_site.T), eye_array(pairs, format="csr")],
            [-diags_array(self.capacity, format="csr"), loads],
            [self.rules.matrix, csr_array((self.rules.limit.size, pairs))],
        ]
        must = np.zeros(demands, dtype=bool) if self.due is None else self.due
        rest = np.full(pairs + n + self.rules.limit.size, -np.inf)
        return Programme(
            np.concatenate([np.zeros(n), self.worth]),
            csr_array(block_array(blocks, format="csr")),
            np.concatenate([np.where(must, 1.0, -np.inf), rest]),
            np.concatenate([np.ones(demands), np.zeros(pairs + n), self.rules.limit]),
            np.arange(n + pairs) < n,
            np.concatenate([lower, np.zeros(pairs)]),
            np.concatenate([upper, ones]),
        )

    def _plan(self, values: Floats, bound: float) -> Siting:
        """Read a solution."""
        n = self.rules.sites
        chosen = np.flatnonzero(values[:n] > 0.5)  # noqa: PLR2004  # whole
        share = values[n:]
        value = float(share @ self.worth)
        bound = value if bound - value <= PROVEN * max(abs(value), 1.0) else bound
        used = np.flatnonzero(share > LEAST_SHARE)
        order = used[np.argsort(share[used], kind="stable")]
        assigned = np.full(self.load.size, -1, dtype=np.intp)
        assigned[self.row[order]] = self.site[order]  # the largest share is written last
        sign = 1.0 if self.due is None else -1.0
        return Siting(
            tuple(chosen.tolist()),
            sign * value + 0.0,
            sign * bound + 0.0,
            assigned,
            (self.row[used], self.site[used], share[used]),
        )
