"""Rules for sites that cannot hold together, each with what to change."""

from typing import TYPE_CHECKING

import numpy as np

from data.errors import N_, FaultList, Message, PlanError

if TYPE_CHECKING:  # the rules check themselves when they are made
    from routing.siting.rules import SiteRules


def check_rules(rules: "SiteRules") -> None:
    """
    Refuse rules that contradict each other.

    Parameters
    ----------
    rules
        As they are being made.

    Raises
    ------
    PlanError
        With every fault: sites that do not exist, arrays of a wrong shape or negative, fixed sites
        that are forbidden, too many, too dear or too near each other, staff that cannot crew one
        site.

    Examples
    --------
    >>> from routing.siting.rules import SiteRules
    >>> SiteRules(2, staff=np.array([[3.0, 2.0]]), staff_limit=np.array([1.0]))
    Traceback (most recent call last):
    data.errors.PlanError: Shift 1 has 1 people, and every site needs at least 2. Put more people \
on that shift, or plan for smaller crews.
    """
    faults = FaultList()
    _check_sites(rules, faults)
    _check_arrays(rules, faults)
    faults.raise_if_any(PlanError)
    _check_fixed(rules, faults)
    _check_staff(rules, faults)
    faults.raise_if_any(PlanError)


def _check_sites(rules: "SiteRules", faults: FaultList) -> None:
    """Note numbers that name no site, and limits below zero."""
    named = {*rules.fixed, *rules.forbidden, *rules.existing}
    named |= {site for group in (*rules.apart, *rules.unlike) for site in group}
    for site in sorted(site for site in named if not 0 <= site < rules.sites):
        faults.add(
            Message.of(
                N_("Site {site} is not one of the {n} candidates."), site=site, n=rules.sites
            ),
            N_("Name candidates by their position, from 0."),
        )
    limits = (rules.most, rules.most_closed, rules.budget, rules.differ)
    for limit in (limit for limit in limits if limit is not None and limit < 0):
        faults.add(Message.of(N_("A limit is {limit}."), limit=f"{limit:g}"), N_("Give 0 or more."))


def _check_arrays(rules: "SiteRules", faults: FaultList) -> None:
    """Note arrays whose shape or sign is wrong."""
    shifts = 0 if rules.staff_limit is None else rules.staff_limit.size
    for name, values, shape in (
        ("cost", rules.cost, (rules.sites,)),
        ("closing_cost", rules.closing_cost, (rules.sites,)),
        ("staff", rules.staff, (shifts, rules.sites)),
        ("staff_limit", rules.staff_limit, (shifts,)),
    ):
        if values is None:
            continue
        if values.shape != shape:
            faults.add(
                Message.of(
                    N_("{name} has the shape {shape}, not {due}."),
                    name=name,
                    shape=values.shape,
                    due=shape,
                ),
                N_("Give one value per site, and for staff one row per shift with its limit."),
            )
        elif not (np.isfinite(values).all() and (values >= 0).all()):
            faults.add(
                Message.of(N_("{name} holds a negative or missing value."), name=name),
                N_("Give 0 or more."),
            )


def _check_fixed(rules: "SiteRules", faults: FaultList) -> None:
    """Note fixed sites that break a rule by themselves."""
    fixed = sorted(set(rules.fixed))
    for site in sorted(set(fixed) & set(rules.forbidden)):
        faults.add(
            Message.of(N_("Site {site} is both fixed and forbidden."), site=site),
            N_("Take it off one of the two lists."),
        )
    for first, second in rules.apart:
        if first in fixed and second in fixed:
            faults.add(
                Message.of(
                    N_("Sites {a} and {b} are fixed and too near each other."), a=first, b=second
                ),
                N_("Free one of them, or allow a smaller spacing."),
            )
    if rules.most is not None and len(fixed) > rules.most:
        faults.add(
            Message.of(
                N_("{n} sites are fixed, but only {most} may be open."),
                n=len(fixed),
                most=rules.most,
            ),
            N_("Allow more sites, or fix fewer."),
        )
    if rules.budget is not None and rules.cost is not None:
        new = sorted(set(fixed) - set(rules.existing))
        price = float(rules.cost[new].sum())
        if price > rules.budget * (1 + 1e-9):
            faults.add(
                Message.of(
                    N_("The fixed sites cost {price}, the budget is {budget}."),
                    price=f"{price:g}",
                    budget=f"{rules.budget:g}",
                ),
                N_("Raise the budget, or fix fewer sites."),
            )


def _check_staff(rules: "SiteRules", faults: FaultList) -> None:
    """Note shifts whose people cannot crew the fixed sites, or not a single one."""
    if rules.staff is None or rules.staff_limit is None:
        return
    fixed = sorted(set(rules.fixed))
    free = sorted(set(range(rules.sites)) - set(rules.forbidden))
    for shift, (need, limit) in enumerate(zip(rules.staff, rules.staff_limit, strict=True), 1):
        if need[fixed].sum() > limit * (1 + 1e-9):
            faults.add(
                Message.of(
                    N_("Shift {shift} has {limit} people, the fixed sites need {need}."),
                    shift=shift,
                    limit=f"{limit:g}",
                    need=f"{need[fixed].sum():g}",
                ),
                N_("Put more people on that shift, or fix fewer sites."),
            )
        elif free and not fixed and need[free].min() > limit:
            faults.add(
                Message.of(
                    N_("Shift {shift} has {limit} people, and every site needs at least {need}."),
                    shift=shift,
                    limit=f"{limit:g}",
                    need=f"{need[free].min():g}",
                ),
                N_("Put more people on that shift, or plan for smaller crews."),
            )
