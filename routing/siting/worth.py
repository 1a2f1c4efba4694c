"""What each demand is worth when an open site serves it: the one thing all cover models share."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from routing.siting import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Worth:
    r"""
    Maximise, over the open sites, the worth of the best one for each demand.

    .. math::
        V_s = \sum_{i \in s} \big( v_{i(1)} + \beta_i v_{i(2)} \big) \qquad
        \text{objective} = \sum_s \pi_s V_s \ \text{ or } \ \min_s V_s

    less `offset`, where :math:`v_{i(1)} \ge v_{i(2)}` are the two largest :math:`v_{ij}` among open
    sites. Maximal cover has :math:`v_{ij} = w_i a_{ij}`; the p-median
    :math:`v_{ij} = M_i - w_i d_{ij}` and the offset :math:`\sum_i M_i`.

    Examples
    --------
    >>> worth = Worth(csr_array(np.array([[3.0, 0], [2, 5]])), backup=np.array([0, 0.5]))
    >>> worth.objective((0,)), worth.objective((0, 1))
    (5.0, 9.0)
    """

    value: csr_array
    """Worth of each demand at each site, shape (m, n), 0 where the site does not serve it."""
    backup: Floats | None = None
    """Share of its worth that the second best open site adds, shape (m,), from 0 to 1."""
    scenario: NDArray[np.intp] | None = None
    """Scenario of each demand, shape (m,); None: one scenario."""
    chance: Floats = field(default_factory=lambda: np.ones(1))
    """Probability of each scenario."""
    worst: bool = False
    """Whether the worst scenario counts instead of the mean."""
    offset: float = 0.0
    """Taken off the objective, so that gaps are shares of what the model is about."""
    least: Floats | None = None
    """What each demand must be served for, shape (m,); None: nothing."""

    @property
    def shape(self) -> tuple[int, int]:
        """Demands and sites."""
        return int(self.value.shape[0]), int(self.value.shape[1])

    @cached_property
    def plain(self) -> bool:
        """Whether only the best site counts, and the mean."""
        return not self.worst and not self.backups.any()

    @cached_property
    def rows(self) -> tuple[Ints, Ints, Floats]:
        """By demand, best site first: starts, sites, worth; only what is above 0."""
        value = csr_array(self.value)
        value.sum_duplicates()
        row = np.repeat(np.arange(self.shape[0]), np.diff(value.indptr))
        scaled = value.data * self.chance[self.scenarios[row]] if self.plain else value.data
        kept = np.flatnonzero(scaled > 0)
        order = kept[np.lexsort((-scaled[kept], row[kept]))]
        starts = np.searchsorted(row[order], np.arange(self.shape[0] + 1))
        return starts.astype(np.int32), value.indices[order].astype(np.int32), scaled[order]

    @cached_property
    def columns(self) -> tuple[Ints, Ints, Floats]:
        """By site: starts, demands, worth."""
        starts, sites, worth = self.rows
        by_site = csc_array(csr_array((worth, sites, starts), shape=self.shape))
        return by_site.indptr.astype(np.int32), by_site.indices.astype(np.int32), by_site.data

    @cached_property
    def scenarios(self) -> NDArray[np.intp]:
        """Scenario of each demand."""
        return np.zeros(self.shape[0], np.intp) if self.scenario is None else self.scenario

    @cached_property
    def sums(self) -> NDArray[np.intp]:
        """Which sum each demand counts in: its scenario, of a plain worth the only one."""
        return np.zeros(self.shape[0], np.intp) if self.plain else self.scenarios

    @cached_property
    def backups(self) -> Floats:
        """Share that the second best site adds."""
        return np.zeros(self.shape[0]) if self.backup is None else self.backup

    def objective(self, chosen: tuple[int, ...] | NDArray[np.intp]) -> float:
        """Work out the objective of a choice of sites."""
        best, second = self.served(np.asarray(chosen, dtype=np.intp))
        return self.score(self.totals(best, second))

    def served(self, chosen: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return the largest and second largest worth of each demand, shapes (m,)."""
        served: tuple[Floats, Floats] = kernel.served(*self.columns, chosen, self.shape[0])
        return served

    def totals(self, best: Floats, second: Floats) -> Floats:
        """Sum each scenario; a plain worth has its probabilities within and one sum."""
        if self.plain:
            return np.array([best.sum()])
        both = best + self.backups * second
        summed: Floats = np.bincount(self.scenarios, both, self.chance.size).astype(float)
        return summed

    def score(self, totals: Floats) -> float:
        """Reduce the scenarios to one number."""
        if self.plain:
            return float(totals[0]) - self.offset
        return float(totals.min() if self.worst else self.chance @ totals) - self.offset

    def gains(self, best: Floats, second: Floats) -> Floats:
        """Return what each site would add in each scenario, shape (scenarios, n)."""
        gain = np.zeros((1 if self.plain else self.chance.size, self.shape[1]))
        kernel.gains(*self.columns, best, second, self.backups, self.sums, gain)
        return gain

    def shifted(
        self, gain: Floats, before: tuple[Floats, Floats], after: tuple[Floats, Floats]
    ) -> Floats:
        """Return the gains after demands are served differently, from those before."""
        changed = np.flatnonzero((before[0] != after[0]) | (before[1] != after[1]))
        shifted = gain.copy()
        kernel.shift_gains(*self.rows, changed, before, after, self.backups, self.sums, shifted)
        return shifted
