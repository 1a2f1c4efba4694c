"""Which team makes which visit, and in what order: duties first, then prize, then less travel."""

import numpy as np
from numpy.typing import NDArray

from data.errors import N_, Message
from routing.problem import PatrolProblem
from routing.progress import Progress, report
from routing.vrp import COST_UNIT_S, Tours, improve

SHARES = (1.0, 0.6, 0.3)
"""What the first, second and third visit to a hot stop in a shift are worth; each later one is
worth half of the one before."""
ROUNDS = 3
"""How often the values of repeated visits are put in the order of the visits chosen so far."""
BALANCE_SHARE = 0.005
"""Share of the prize that may be given up so that no team does the work of two."""
MOST_UNITS = 10_000_000
"""The largest prize in units of travel cost: more would outweigh PyVRP's penalty for lateness."""


def solve(
    problem: PatrolProblem, *, iterations: int, seed: int, progress: Progress | None = None
) -> Tours:
    """
    Plan the tours of a shift.

    First as many duties as possible are met; these are then fixed, and the search goes on for
    prize. Repeated visits to a hot stop are worth less and less. Which slot counts as the first
    visit is drawn by the seed, and then put in the order of the visits that were chosen: for the
    tours at hand the sum of prizes is then exact and for all others a lower bound, so no round
    makes the plan worse. Last, the longest tours are shortened as far as that costs no duty and at
    most half a percent of the prize, so that no team does the work of two.

    Parameters
    ----------
    problem
        Teams, trips, visits and travel times.
    iterations
        Steps of the search in all.
    seed
        Same seed, same tours.
    progress
        Called between the rounds.

    Returns
    -------
    tours
        Lawful tours, one per trip.

    References
    ----------
    Wouda, Lan & Kool (2024), INFORMS Journal on Computing 36(4), doi:10.1287/ijoc.2023.0055;
    minorise-maximise: Hunter & Lange (2004), American Statistician 58(1),
    doi:10.1198/0003130042836

    Examples
    --------
    A problem takes an area; `tests/routing/test_solve.py` compares with all possible tours.
    """
    steps = max(1, iterations // (ROUNDS + 1))
    duties = [visit.duty for visit in problem.visits]
    none: Tours = tuple(() for _ in range(len(problem.trips)))
    report(progress, 0, Message(N_("Meeting the daily duties")))
    tours = improve(
        problem,
        np.array([_whole_patrol_units(problem) if duty else 0 for duty in duties], dtype=np.int64),
        hard=frozenset(),
        start=none,
        iterations=steps,
        seed=seed,
    )
    kept = frozenset(duties[visit] for tour in tours for visit in tour)
    for number in range(ROUNDS):
        report(progress, (number + 1) / (ROUNDS + 1), Message(N_("Searching for better tours")))
        shares = visit_shares(problem, tours, seed=seed)
        tours = improve(
            problem,
            _prize_units(problem, shares, kept),
            hard=kept,
            start=tours,
            iterations=steps,
            seed=seed + number + 1,
        )
    # from good tours, and with a limit that leaves little choice, half the steps are enough
    return _balance(problem, tours, kept, iterations=steps // 2 + 1, seed=seed)


def _balance(
    problem: PatrolProblem, tours: Tours, kept: frozenset[str], *, iterations: int, seed: int
) -> Tours:
    """Look for tours with the same duties and nearly the same prize in which none is overlong."""
    least = (1 - BALANCE_SHARE) * collected_prize(problem, tours)
    busy = sum(bool(tour) for tour in tours)
    low = -(-sum(map(len, tours)) // max(1, busy))
    high = max(map(len, tours), default=0)
    while low < high:
        most = (low + high) // 2
        shares = visit_shares(problem, tours, seed=seed)
        tried = improve(
            problem,
            _prize_units(problem, shares, kept),
            hard=kept,
            start=tuple(tour[:most] for tour in tours),
            iterations=iterations,
            seed=seed,
            most_visits=most,
        )
        met = {problem.visits[visit].duty for tour in tried for visit in tour}
        if kept <= met | {""} and collected_prize(problem, tried) >= least:
            tours, high = tried, most
        else:
            low = most + 1
    return tours


def share_of_visit(rank: int) -> float:
    """
    Return what the visit of this rank, from 0, to a hot stop is worth in a shift.

    Examples
    --------
    >>> [share_of_visit(rank) for rank in range(5)]
    [1.0, 0.6, 0.3, 0.15, 0.075]
    """
    last = len(SHARES) - 1
    return SHARES[rank] if rank <= last else SHARES[last] / float(2 ** (rank - last))


def visit_shares(problem: PatrolProblem, tours: Tours, *, seed: int) -> NDArray[np.float64]:
    """
    Return what share of its stop's prize each visit earns: 1 for the first of a shift, then less.

    Parameters
    ----------
    problem
        Its visits.
    tours
        The visits made so far rank before the others of the same stop.
    seed
        Ranks the visits of a stop that are not made, so that no time of day is always first.

    Returns
    -------
    shares
        Shape (visits,), in [0, 1].

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from routing.problem import Visit
    >>> early, late = Visit("a", 0, 60, 60, 10.0, ""), Visit("a", 900, 960, 60, 10.0, "")
    >>> visit_shares(SimpleNamespace(visits=(early, late)), ((1,),), seed=0).tolist()
    [0.6, 1.0]
    """
    count = len(problem.visits)
    made = {visit for tour in tours for visit in tour}
    shuffled = np.random.default_rng([seed, count]).permutation(count)
    of_stop: dict[str, list[int]] = {}
    for number, visit in enumerate(problem.visits):
        of_stop.setdefault(visit.stop_id, []).append(number)
    shares = np.zeros(count)
    for numbers in of_stop.values():
        ranked = sorted(numbers, key=lambda number: (number not in made, shuffled[number]))
        shares[ranked] = [share_of_visit(rank) for rank in range(len(ranked))]
    return shares


def collected_prize(problem: PatrolProblem, tours: Tours) -> float:
    """
    Return the prize of the tours, in incidents, with repeated visits worth less.

    Parameters
    ----------
    problem
        Its visits.
    tours
        The visits made.

    Returns
    -------
    prize
        The sum over all visits of the stop's prize times the visit's share.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from routing.problem import Visit
    >>> early, late = Visit("a", 0, 60, 60, 10.0, ""), Visit("a", 900, 960, 60, 10.0, "")
    >>> collected_prize(SimpleNamespace(visits=(early, late)), ((0, 1),))
    16.0
    """
    shares = visit_shares(problem, tours, seed=0)
    return float(sum(shares[v] * problem.visits[v].prize for tour in tours for v in tour))


def _whole_patrol_units(problem: PatrolProblem) -> int:
    """Return more than all travel of a shift can cost, so that a duty always pays."""
    return sum(trip.end_s - trip.start_s for trip in problem.trips) // COST_UNIT_S + 1


def _prize_units(
    problem: PatrolProblem, shares: NDArray[np.float64], kept: frozenset[str]
) -> NDArray[np.int64]:
    """Scale prizes to whole numbers so that the smallest is worth the longest detour."""
    prize = shares * [visit.prize for visit in problem.visits]
    duties = [visit.duty for visit in problem.visits]
    units = np.zeros(prize.size, dtype=np.int64)
    if (prize > 0).any():
        detour_s = max((trip.end_s - trip.start_s for trip in problem.trips), default=0)
        scale = detour_s / COST_UNIT_S / prize[prize > 0].min()
        scale = min(scale, MOST_UNITS / prize.max())
        units = np.where(prize > 0, np.maximum(1, np.round(prize * scale)), 0).astype(np.int64)
    # a duty that was not met at first is worth more than everything that may be in its way
    open_duty = np.array([duty != "" and duty not in kept for duty in duties], dtype=bool)
    units[open_duty] = units.max(initial=1) * 10
    return units
