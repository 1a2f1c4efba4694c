"""What a choice of sites has to keep: number, money, people, what stands and what may not."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from routing.siting.rule_faults import check_rules

Floats = NDArray[np.float64]
SLACK = 1e-7
"""How far a sum may exceed its limit by rounding alone, as a share of the limit."""


@dataclass(frozen=True, eq=False)
class SiteRules:
    r"""
    The rules that all location models share, as linear rows over the sites.

    With :math:`x_j = 1` for an open site, :math:`E` the existing sites and :math:`P_1, P_2, \dots`
    the plans to be unlike:

    .. math::
        \sum_j x_j \le p \qquad
        \sum_{j \notin E} c_j x_j + \sum_{j \in E} e_j (1 - x_j) \le B \qquad
        \sum_j s_{tj} x_j \le S_t \quad \forall t

        \sum_{j \in E} (1 - x_j) \le m \qquad
        x_a + x_b \le 1 \quad \forall (a, b) \qquad
        \sum_{j \in P_k} x_j \le |P_k| - d \quad \forall k

    and :math:`x_j = 1` for fixed, :math:`x_j = 0` for forbidden sites.

    Raises
    ------
    PlanError
        If the rules contradict each other or the arrays do not fit; all faults at once.

    Examples
    --------
    Three sites, of which one stands; there is money for one more, and one person for a site each.

    >>> rules = SiteRules(3, existing=(0,), cost=np.array([9.0, 4, 5]), budget=5.0,
    ...                   staff=np.ones((1, 3)), staff_limit=np.array([2.0]))
    >>> rules.allow((0, 2)), rules.allow((1, 2)), rules.allow((0, 1, 2))
    (True, False, False)
    """

    sites: int
    """How many candidates there are, n."""
    most: int | None = None
    """How many may be open in all, those that stand included; None: any number."""
    fixed: tuple[int, ...] = ()
    """Sites that are open in every plan."""
    forbidden: tuple[int, ...] = ()
    """Sites that are closed in every plan."""
    existing: tuple[int, ...] = ()
    """Sites that stand today: they cost nothing to keep, and may be closed unless fixed."""
    most_closed: int | None = None
    """How many existing sites may be closed, that is moved; None: any number."""
    cost: Floats | None = None
    """Price of opening a site that does not stand, shape (n,)."""
    closing_cost: Floats | None = None
    """Price of closing an existing site, shape (n,); None: nothing."""
    budget: float | None = None
    """What opening and closing may cost together."""
    staff: Floats | None = None
    """People on duty at an open site, by shift, shape (shifts, n)."""
    staff_limit: Floats | None = None
    """People that each shift has, shape (shifts,)."""
    apart: tuple[tuple[int, int], ...] = ()
    """Pairs of sites that are too near to each other to be both open."""
    unlike: tuple[tuple[int, ...], ...] = ()
    """Plans from each of which at least `differ` sites that are not fixed must be closed."""
    differ: int = 1
    matrix: csr_array = field(init=False, repr=False)
    """Left sides of the rows, shape (rows, n); the row of `most` comes first if there is one."""
    limit: Floats = field(init=False, repr=False)
    """Right sides, shape (rows,)."""

    def __post_init__(self) -> None:
        """Check the rules and write their rows."""
        check_rules(self)
        rows, limit = _rows(self)
        object.__setattr__(self, "matrix", rows)
        object.__setattr__(self, "limit", limit)

    @property
    def lower(self) -> Floats:
        """1 for fixed sites, else 0, shape (n,)."""
        return np.isin(np.arange(self.sites), self.fixed).astype(float)

    @property
    def upper(self) -> Floats:
        """0 for forbidden sites, else 1, shape (n,)."""
        return (~np.isin(np.arange(self.sites), self.forbidden)).astype(float)

    def allow(self, chosen: tuple[int, ...]) -> bool:
        """Return whether a plan keeps all rules."""
        opened = np.isin(np.arange(self.sites), chosen).astype(float)
        bounded = bool((opened >= self.lower).all() and (opened <= self.upper).all())
        return bounded and bool((self.matrix @ opened <= self.limit + self.slack).all())

    @property
    def slack(self) -> Floats:
        """How far each row may be exceeded by rounding, shape (rows,)."""
        return SLACK * np.maximum(np.abs(self.limit), 1.0)


def _rows(rules: SiteRules) -> tuple[csr_array, Floats]:
    """Write the rows, site by site, without a dense matrix for the pairs."""
    stands = np.isin(np.arange(rules.sites), rules.existing)
    dense: list[Floats] = []
    limit: list[float] = []
    if rules.most is not None:
        dense.append(np.ones(rules.sites))
        limit.append(float(rules.most))
    if rules.budget is not None:
        opening = rules.cost if rules.cost is not None else np.zeros(rules.sites)
        closing = rules.closing_cost if rules.closing_cost is not None else np.zeros(rules.sites)
        dense.append(np.where(stands, -closing, opening))
        limit.append(rules.budget - float(closing[stands].sum()))
    if rules.staff is not None and rules.staff_limit is not None:
        dense.extend(rules.staff)
        limit.extend(rules.staff_limit.tolist())
    if rules.most_closed is not None:
        dense.append(-stands.astype(float))
        limit.append(float(rules.most_closed - stands.sum()))
    sparse = [list(pair) for pair in rules.apart]
    limit.extend([1.0] * len(sparse))
    for plan in rules.unlike:
        free = sorted(set(plan) - set(rules.fixed))
        sparse.append(free)
        limit.append(float(len(free) - rules.differ))
    matrix = csr_array(np.array(dense).reshape(-1, rules.sites))
    row = np.repeat(np.arange(len(sparse)), [len(columns) for columns in sparse])
    column = np.array([site for columns in sparse for site in columns], dtype=np.intp)
    below = coo_array((np.ones(row.size), (row, column)), shape=(len(sparse), rules.sites))
    return _stacked(matrix, csr_array(below)), np.array(limit, dtype=float)


def _stacked(above: csr_array, below: csr_array) -> csr_array:
    """Stack two matrices of which either may have no row."""
    return csr_array(
        (
            np.concatenate([above.data, below.data]),
            np.concatenate([above.indices, below.indices]),
            np.concatenate([above.indptr, above.indptr[-1] + below.indptr[1:]]),
        ),
        shape=(above.shape[0] + below.shape[0], above.shape[1]),
    )
