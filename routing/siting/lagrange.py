"""A bound by Lagrangian relaxation, and what it rules out before any programme is solved."""

from collections.abc import Callable

import numpy as np

from data.errors import N_, Message
from routing.siting.effort import Effort
from routing.siting.local_search import Sites, improved
from routing.siting.prices import Prices, Relaxation
from routing.siting.rules import SiteRules
from routing.siting.worth import Worth

STEPS = 1200
"""Steps of the subgradient search, at most."""
PATIENCE = 20
"""Steps without progress after which the step length is halved."""
SHORTEST = 1e-3
"""Step length at which the search ends."""
RESTART_EVERY = 25
"""After so many steps the sites that the relaxation opens are handed to the local search."""
LATELY = 0.1
"""Share of the last step in the record of which sites were opened."""


def relax(
    worth: Worth, rules: SiteRules, chosen: Sites, effort: Effort, *, step: float = 0.0
) -> tuple[Relaxation, Prices]:
    """
    Bound the objective, improve the plan and rule out what no better plan contains.

    Parameters
    ----------
    worth
        A plain worth: only the best site of each demand counts.
    rules
        What plans keep.
    chosen
        A plan that keeps them.
    effort
        Its time limit, gap and cancel are kept.
    step
        Objectives are multiples of this; 0: any number.

    Returns
    -------
    relaxation, prices
        The proven bound, the best plan, what is closed, open and served in all better plans, and
        the prices that gave the bound.

    References
    ----------
    Cornuejols, Fisher & Nemhauser (1977), Management Science 23(8), doi:10.1287/mnsc.23.8.789;
    Beasley (1985), European Journal of Operational Research 21(2),
    doi:10.1016/0377-2217(85)90040-2

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> value = np.array([[2.0, 0, 0], [3, 3, 0], [0, 3, 3], [0, 0, 2]])
    >>> found, _ = relax(Worth(csr_array(value)), SiteRules(3, most=2), np.array([0, 2]), Effort())
    >>> round(found.bound, 6)
    10.0
    """
    best, second = worth.served(chosen)
    state = Relaxation(
        chosen,
        worth.objective(chosen),
        step,
        rules.upper == 0,
        rules.lower > 0,
        np.zeros(worth.shape[0]),
    )
    prices = Prices(worth, rules, (best + second) / 2)
    seen: set[bytes] = set()

    def look(number: int, picked: Sites) -> bool:
        """Improve the plan that the relaxation opens, if it keeps the rules and is new."""
        if number % RESTART_EVERY:
            return False
        opened = np.sort(picked)
        if opened.tobytes() not in seen and rules.allow(tuple(opened.tolist())):
            seen.add(opened.tobytes())
            plan = improved(worth, rules, opened, effort)
            value = worth.objective(plan)
            if value > state.value:
                state.chosen, state.value = plan, value
        effort.tell(Message.of(N_("Proving: at most {gap} better"), gap=f"{state.gap:.2%}"))
        return state.gap <= effort.gap

    descend(prices, state, effort, look=look)
    _spare(worth, state)
    return state, prices


def descend(
    prices: Prices,
    state: Relaxation,
    effort: Effort,
    *,
    steps: int = STEPS,
    patience: int = PATIENCE,
    shortest: float = SHORTEST,
    look: Callable[[int, Sites], bool] | None = None,
) -> None:
    """
    Lower the bound of `state` by moving prices, which end where the bound was lowest.

    Parameters
    ----------
    prices
        Where the search begins.
    state
        Takes the bound and what it rules out.
    effort
        Its time limit and cancel are kept.
    steps, patience, shortest
        When the search halves its step and when it ends.
    look
        Called with the number of the step and the sites that it opens; True ends the search.

    Examples
    --------
    `relax` shows it.
    """
    length, idle = 1.0, 0
    state.picks = np.zeros(state.closed.size)
    best = prices.demand, prices.row
    for number in range(steps):
        if effort.over or state.proven or length < shortest:
            break
        demand, row = prices.demand, prices.row
        picked, value, slopes = prices.solved(state)
        state.picks *= 1 - LATELY
        state.picks[picked] += LATELY
        idle = 0 if value < state.bound - 1e-6 * abs(state.bound) else idle + 1
        if value < state.bound:
            state.bound, best = value, (demand, row)
        if idle >= patience:
            length, idle = length / 2, 0
        if look is not None and look(number, picked):
            break
        prices.move(slopes, length * max(value - state.value, 1e-9 * abs(value)))
    prices.demand, prices.row = best
    state.bound = max(state.bound, state.value)


def _spare(worth: Worth, state: Relaxation) -> None:
    """Keep the best plan itself among those that are left, so that the proof may begin with it."""
    here = np.isin(np.arange(worth.shape[1]), state.chosen)
    state.closed &= ~here
    state.opened &= here
    best, _ = worth.served(state.chosen)
    np.minimum(state.floor, best, out=state.floor)
