"""The best sites for a worth: first plan, bound, what the bound leaves, proof by HiGHS."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, inf

import numpy as np
from numpy.typing import NDArray

from data.errors import N_, Message, PlanError
from routing.siting.branch import branch
from routing.siting.cover_programme import cover_programme, start_values
from routing.siting.effort import Effort
from routing.siting.lagrange import relax
from routing.siting.layers import layers
from routing.siting.local_search import Sites, first_plan
from routing.siting.prices import Relaxation
from routing.siting.rules import SiteRules
from routing.siting.siting import PROVEN
from routing.siting.worth import Floats, Worth

Found = Callable[[Sites, float], None]


@dataclass(frozen=True, eq=False)
class Best:
    """The best plan found and the proven bound; larger is better."""

    chosen: Sites
    value: float
    bound: float


def best_sites(
    worth: Worth, rules: SiteRules, effort: Effort, *, found: Found | None = None
) -> Best:
    """
    Maximise a worth over all plans that keep the rules.

    Parameters
    ----------
    worth
        What is to be maximised.
    rules
        What plans keep.
    effort
        Time limit, gap, progress and cancel.
    found
        Called with each better plan and the bound of that moment.

    Returns
    -------
    best
        With a bound that is proven also if the time ran out.

    Raises
    ------
    PlanError
        If no plan keeps all rules, or the time ran out before there was one.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> value = np.array([[2.0, 0, 0], [3, 3, 0], [0, 3, 3], [0, 0, 2]])
    >>> best = best_sites(Worth(csr_array(value)), SiteRules(3, most=2), Effort())
    >>> best.chosen.tolist(), best.value, best.bound
    ([0, 2], 10.0, 10.0)
    """
    effort = effort.begun()
    effort.tell(Message(N_("Looking for a first plan")))
    chosen = first_plan(worth, rules, effort)
    step = _step(worth)
    every = np.arange(worth.shape[1])
    most = worth.score(worth.totals(*worth.served(every[rules.upper > 0])))
    state = Relaxation(
        np.zeros(0, np.intp) if chosen is None else chosen,
        -inf if chosen is None else worth.objective(chosen),
        step,
        rules.upper == 0,
        rules.lower > 0,
        np.zeros(worth.shape[0]),
        most,
    )
    if chosen is not None:
        _tell(found, state)
        if worth.plain and not state.proven and _limited(rules):
            state, prices = relax(worth, rules, chosen, effort, step=step)
            state.bound = min(state.bound, most)
            _tell(found, state)
            if not state.proven and not _near(state, effort):
                branch(worth, rules, prices, state, effort)
            _tell(found, state)
    if not state.proven and not _near(state, effort):
        _prove(worth, rules, effort, state, found)
    return Best(state.chosen, state.value, _settled(state))


def _limited(rules: SiteRules) -> bool:
    """Return whether anything but single sites is limited."""
    return bool(rules.matrix.shape[0])


def _near(state: Relaxation, effort: Effort) -> bool:
    """Return whether the bound is as near as the effort asks for, or the effort is over."""
    if not np.isfinite(state.value):
        return False
    return effort.over or state.bound - state.value <= effort.gap * abs(state.value)


def _tell(found: Found | None, state: Relaxation) -> None:
    """Hand on the plan of this moment."""
    if found is not None:
        found(state.chosen, max(state.bound, state.value))


def _prove(
    worth: Worth, rules: SiteRules, effort: Effort, state: Relaxation, found: Found | None
) -> None:
    """Solve what the bound has left, and note plan and bound in `state`."""
    lowest = state.floor if worth.least is None else np.maximum(state.floor, worth.least)
    made = layers(worth, closed=state.closed, opened=state.opened, floor=lowest)
    programme = cover_programme(worth, rules, made, closed=state.closed, opened=state.opened)
    start = start_values(worth, made, state.chosen) if np.isfinite(state.value) else None

    def note(values: Floats, bound: float) -> None:
        """Keep a better plan as soon as HiGHS has it."""
        plan = np.flatnonzero(values[: rules.sites] > 0.5)  # noqa: PLR2004  # whole
        value = worth.objective(plan)
        if value > state.value:
            state.chosen, state.value = plan, value
            if found is not None:
                found(plan, max(min(state.bound, bound), value))

    solution = programme.solve(
        effort, start=start, step=state.step, better=note if found is not None else None
    )
    if solution.values is not None:
        note(solution.values, solution.bound)
    if not np.isfinite(state.value):
        if not solution.possible:
            raise PlanError(
                N_("No choice of sites keeps all rules together."),
                N_("Allow more sites, more money or more people, or fix fewer sites."),
            )
        raise PlanError(
            N_("The time ran out before a plan was found that keeps all rules."),
            N_("Allow more time, or loosen a rule."),
        )
    # what was ruled out before is no better than the best plan
    proven = state.value if not solution.possible else max(solution.bound, state.value)
    state.bound = min(state.bound, proven)


def _step(worth: Worth) -> float:
    """Return 1 where all objectives are whole numbers, so that less cannot make a difference."""
    _, _, value = worth.rows
    whole: NDArray[np.bool_] = value == np.round(value)
    return 1.0 if worth.plain and value.size and bool(whole.all()) else 0.0


def _settled(state: Relaxation) -> float:
    """Return the bound without what rounding adds, whole where objectives are whole."""
    bound = max(state.bound, state.value)
    if state.step:
        bound = max(state.value, float(floor(bound + 1e-6 * state.step)))
    return state.value if bound - state.value <= PROVEN * abs(state.value) else bound
