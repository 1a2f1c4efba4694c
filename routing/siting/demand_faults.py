"""Demands that do not fit the sites, each with what to change."""

import numpy as np
from scipy.sparse import csr_array

from data.errors import N_, FaultList, Message, PlanError
from routing.siting.rules import Floats, SiteRules

SHOWN = 5
"""How many demands are named."""


def check_demand(value: csr_array | Floats, weight: Floats, rules: SiteRules) -> None:
    """
    Refuse cover, distances or weights that do not fit.

    Parameters
    ----------
    value
        Share of cover or distance, shape (m, n).
    weight
        Shape (m,).
    rules
        Whose sites stand across.

    Raises
    ------
    PlanError
        With every fault.

    Examples
    --------
    >>> check_demand(np.ones((2, 3)), np.array([1.0, -1.0]), SiteRules(3))
    Traceback (most recent call last):
    data.errors.PlanError: Demand 1 weighs -1. Give every demand a weight of 0 or more.
    """
    faults = FaultList()
    if value.ndim != 2 or value.shape != (weight.size, rules.sites):  # noqa: PLR2004  # a matrix
        faults.add(
            Message.of(
                N_("The matrix has the shape {shape}, for {m} demands and {n} sites."),
                shape=value.shape,
                m=weight.size,
                n=rules.sites,
            ),
            N_("Give one row per demand and one column per site."),
        )
    for row in np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))[:SHOWN].tolist():
        faults.add(
            Message.of(N_("Demand {row} weighs {weight}."), row=row, weight=f"{weight[row]:g}"),
            N_("Give every demand a weight of 0 or more."),
        )
    data = value.data if isinstance(value, csr_array) else np.asarray(value)
    if np.isnan(data).any() or (data < 0).any():
        faults.add(
            N_("The matrix holds a negative or missing number."),
            N_("Give shares and distances of 0 or more, infinite where no way leads."),
        )
    faults.raise_if_any(PlanError)


def check_reach(reaches: csr_array, weight: Floats, rules: SiteRules) -> None:
    """
    Refuse demands that no allowed site reaches.

    Parameters
    ----------
    reaches
        Stored where a site reaches a demand, shape (m, n).
    weight
        Shape (m,); a demand of weight 0 need not be reached.
    rules
        Which sites are forbidden.

    Raises
    ------
    PlanError
        Naming the first of them.

    Examples
    --------
    >>> check_reach(csr_array(np.eye(2)), np.ones(2), SiteRules(2, forbidden=(1,)))
    Traceback (most recent call last):
    data.errors.PlanError: No allowed site reaches 1 of 2 demands: 1. Add candidates near them, \
allow a longer way, or take them off the list.
    """
    entries = csr_array(
        (np.ones(reaches.indices.size), reaches.indices, reaches.indptr), shape=reaches.shape
    )
    reached = np.asarray(entries @ rules.upper)
    lost = np.flatnonzero((reached < 1) & (weight > 0)).tolist()
    if lost:
        more = ", ..." if len(lost) > SHOWN else ""
        raise PlanError(
            Message.of(
                N_("No allowed site reaches {n} of {m} demands: {rows}."),
                n=len(lost),
                m=weight.size,
                rows=", ".join(map(str, lost[:SHOWN])) + more,
            ),
            N_("Add candidates near them, allow a longer way, or take them off the list."),
        )
