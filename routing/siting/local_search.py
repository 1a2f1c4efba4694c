"""A good first plan at once: greedy opening, then exchanges until none helps."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from routing.siting.effort import Effort
from routing.siting.rules import SiteRules
from routing.siting.worth import Floats, Worth

Sites = NDArray[np.intp]
GAIN = 1e-10
"""Least relative gain for which a site is opened or exchanged."""
MEAN_SHARE = 1e-4
"""How much the mean counts beside the worst scenario, so that the search sees a slope."""


def first_plan(worth: Worth, rules: SiteRules, effort: Effort) -> Sites | None:
    """
    Find a plan by greedy opening and exchange of single sites.

    Parameters
    ----------
    worth
        What is to be maximised.
    rules
        What the plan keeps.
    effort
        Its time limit and cancel are kept.

    Returns
    -------
    chosen
        Open sites, fixed ones included; None if neither the fixed sites alone nor with them those
        that stand keep the rules, so that the search has no place to begin.

    References
    ----------
    Teitz & Bart (1968), Operations Research 16(5), doi:10.1287/opre.16.5.955

    Examples
    --------
    Greedy takes the middle site first and ends at 8; exchange finds the outer two.

    >>> from scipy.sparse import csr_array
    >>> value = np.array([[2.0, 0, 0], [3, 3, 0], [0, 3, 3], [0, 0, 2]])
    >>> first_plan(Worth(csr_array(value)), SiteRules(3, most=2), Effort()).tolist()
    [0, 2]
    """
    plans = [
        improved(worth, rules, np.array(start, dtype=np.intp), effort)
        for start in _starts(rules)
        if rules.allow(start)
    ]
    return max(plans, key=worth.objective, default=None)


def improved(worth: Worth, rules: SiteRules, chosen: Sites, effort: Effort) -> Sites:
    """
    Open and exchange sites of a plan that keeps the rules until no single step helps.

    Parameters
    ----------
    worth
        What is to be maximised.
    rules
        What every step keeps.
    chosen
        The open sites of a plan that keeps the rules.
    effort
        Its time limit and cancel are kept.

    Returns
    -------
    chosen
        Rising positions; never worse.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> worth = Worth(csr_array(np.array([[2.0, 0], [3, 9]])))
    >>> improved(worth, SiteRules(2, most=1), np.array([0]), Effort()).tolist()
    [1]
    """
    search = _Search(worth, rules, chosen)
    search.open_greedily(effort)
    better = True
    while better and not effort.over:
        better = False
        for site in np.flatnonzero(search.opened & (rules.lower == 0)).tolist():
            if effort.over:
                break
            better |= search.exchange(site)
        if better:
            search.open_greedily(effort)
    return np.flatnonzero(search.opened)


def _starts(rules: SiteRules) -> list[tuple[int, ...]]:
    """List where the search may begin: the fixed sites alone, and with those that stand."""
    fixed = tuple(sorted(set(rules.fixed)))
    standing = tuple(sorted({*fixed, *rules.existing} - set(rules.forbidden)))
    return list(dict.fromkeys([fixed, standing]))


class _Search:
    """A plan, how it serves the demands, and what each further site would add."""

    def __init__(self, worth: Worth, rules: SiteRules, chosen: Sites) -> None:
        """Begin with a plan."""
        self.worth, self.rules = worth, rules
        self.rows = csc_array(rules.matrix)
        self.column = np.repeat(np.arange(rules.sites), np.diff(self.rows.indptr))
        self.opened = np.isin(np.arange(rules.sites), chosen)
        self.served = worth.served(np.flatnonzero(self.opened))
        self.gain = worth.gains(*self.served)

    @property
    def score(self) -> float:
        """What the plan counts in the search."""
        return float(self._scores(self.worth.totals(*self.served)))

    def open_greedily(self, effort: Effort) -> None:
        """Open the site that adds the most, again and again."""
        while not effort.over:
            site = self._best_addition(self.opened, self.served, self.gain)
            opened = self.opened.copy()
            opened[site] = True
            if site < 0 or not self._moved(opened):
                return

    def exchange(self, site: int) -> bool:
        """Close a site and open the one that adds the most; return whether that was better."""
        base = self.opened.copy()
        base[site] = False
        served = self.worth.served(np.flatnonzero(base))
        gain = self.worth.shifted(self.gain, self.served, served)
        other = self._best_addition(base, served, gain)
        base[other] = True
        return other >= 0 and other != site and self._moved(base)

    def _moved(self, opened: NDArray[np.bool_]) -> bool:
        """Take another plan if it is better."""
        served = self.worth.served(np.flatnonzero(opened))
        score = float(self._scores(self.worth.totals(*served)))
        if score <= self.score + GAIN * max(abs(score), 1.0):
            return False
        self.gain = self.worth.shifted(self.gain, self.served, served)
        self.opened, self.served = opened, served
        return True

    def _best_addition(
        self, base: NDArray[np.bool_], served: tuple[Floats, Floats], gain: Floats
    ) -> int:
        """Return the site that may be opened and adds the most, -1: none may be."""
        may = ~base & (self.rules.upper > 0) & self._allowed(base)
        if not may.any():
            return -1
        score = self._scores(self.worth.totals(*served)[:, None] + gain)
        return int(np.where(may, score, -np.inf).argmax())

    def _scores(self, totals: Floats) -> Floats:
        """Reduce scenarios to one number each, the worst with a little of the mean."""
        if self.worth.plain:
            best: Floats = totals[0]
            return best
        mean: Floats = self.worth.chance @ totals
        return totals.min(axis=0) + MEAN_SHARE * mean if self.worth.worst else mean

    def _allowed(self, base: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which single sites may be opened beside those of `base`."""
        rules = self.rules
        left = rules.limit + rules.slack - rules.matrix @ base.astype(float)
        too_much = self.rows.data > left[self.rows.indices]
        allowed: NDArray[np.bool_] = np.bincount(self.column[too_much], minlength=rules.sites) == 0
        for row in np.flatnonzero(left < 0):  # only a site that gives something back can mend it
            allowed &= rules.matrix[[row]].toarray()[0] <= left[row]
        return allowed
