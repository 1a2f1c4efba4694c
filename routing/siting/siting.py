"""The answer of every location model: which sites, how good, and how good it could be at best."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

PROVEN = 1e-9
"""Relative gap below which only rounding is left."""


@dataclass(frozen=True, eq=False)
class Siting:
    """
    A plan with its proof.

    Examples
    --------
    >>> plan = Siting((1, 4), objective=98.0, bound=100.0, assigned=np.array([1, 4, -1]))
    >>> round(plan.gap, 4), plan.proven
    (0.0204, False)
    """

    chosen: tuple[int, ...]
    """Rising positions of the open sites, fixed and existing ones included."""
    objective: float
    """What the model's docstring says, of exactly these sites."""
    bound: float
    """No choice that keeps the rules is better than this."""
    assigned: NDArray[np.intp]
    """The open site that serves each demand best, -1: none does; shape (m,)."""
    shares: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]] | None = None
    """With capacities: demand, site and the share of the demand that it serves, one triple per
    pair; otherwise None."""

    @property
    def gap(self) -> float:
        """Distance of the bound from the objective, as a share of the objective."""
        apart = abs(self.bound - self.objective)
        if apart == 0:
            return 0.0
        return apart / abs(self.objective) if self.objective else inf

    @property
    def proven(self) -> bool:
        """Whether no better choice exists."""
        return self.gap <= PROVEN
