"""The public search: restarts on two threads, then the best choice among all routes seen."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from routing.search.kernel import (
    BEGIN,
    FIXED,
    KIND,
    LENGTH,
    Model,
    Pool,
    Scratch,
    State,
    anneal,
    copy,
    load,
    loosen,
    totals,
)
from routing.search.model import (
    CompiledProblem,
    compile_problem,
    empty_pool,
    empty_state,
    scratch,
)
from routing.search.plan import OrienteeringPlan, read_plan
from routing.search.problem import OrienteeringProblem, Team, Visit
from routing.search.set_packing import choose_routes, pooled_routes

Progress = Callable[[float, OrienteeringPlan], None]
"""Called with the share done, from 0 to 1, and the best plan so far."""
CHAINS = 2
"""Searches side by side: two, whatever the machine, so that the plan depends on the seed alone."""
ROUNDS = 4
"""How often each chain is heated again."""
BLOCK = 500
"""Steps between two looks at the clock, at most."""
LOOK_S = 0.1
"""Seconds between two looks, about."""
HOT, COLD = 1.0, 0.01
"""Temperatures at the begin and at the end of a round, in mean prizes."""
SIZES = ((10.0, 10.0), (25.0, 25.0))
"""Mean number of visits that a step removes, and the most from one route; the chains alternate."""
BLINK = 0.01
"""How often a step overlooks a place."""
RECOMBINE_SHARE = 0.02
"""How much of the time limit one set-packing programme may take."""
SETTLE = 50
"""How often, at most, begins are moved forward after others of their group have been."""
ITERATIONS = 100_000


class _Chain(NamedTuple):
    """One search with its own plans, random numbers and routes seen."""

    current: State
    trial: State
    best: State
    scratch: Scratch
    pool: Pool


class _Effort:
    """How much of the allowed effort is spent."""

    def __init__(
        self, iterations: int | None, seconds: float | None, clock: Callable[[], float]
    ) -> None:
        if iterations is None and seconds is None:
            iterations = ITERATIONS
        self.limit = None if iterations is None else -(-iterations // CHAINS)
        self.seconds = seconds
        self.clock = clock
        self.start = clock()
        self.done = 0

    @property
    def share(self) -> float:
        """The share spent, from 0 on."""
        shares = [1.0] if self.limit == 0 or self.seconds == 0 else []
        if self.limit:
            shares.append(self.done / self.limit)
        if self.seconds:
            shares.append((self.clock() - self.start) / self.seconds)
        return max(shares)

    @property
    def spare_s(self) -> float | None:
        """Seconds that may go into something else than steps; None without a time limit."""
        return None if self.seconds is None else max(RECOMBINE_SHARE * self.seconds, 0.01)

    def next_block(self) -> int:
        """Return how many steps each chain takes before the next look."""
        if self.limit is not None:
            return max(1, min(BLOCK, self.limit // (ROUNDS * 25) + 1, self.limit - self.done))
        spent = max(self.clock() - self.start, 1e-3)
        wanted = min(LOOK_S, (self.seconds or 0.0) / (ROUNDS * 10))
        return int(min(max(self.done / spent * wanted, 1), 50 * BLOCK))


def search(
    problem: OrienteeringProblem,
    *,
    seed: int,
    iterations: int | None = None,
    seconds: float | None = None,
    start: Sequence[Sequence[int]] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> OrienteeringPlan:
    """
    Plan which team makes which visits: required ones first, then prize, then less travel.

    Two chains of ruin and recreate with simulated annealing run side by side, each heated several
    times; after each time a set-packing programme chooses among all routes that they have seen.

    Parameters
    ----------
    problem
        Teams, visits and travel times.
    seed
        Same seed and same number of iterations, same plan, on any machine.
    iterations
        Steps in all; None with `seconds` None: 100,000.
    seconds
        Time limit by `clock`. With a time limit alone the plan depends on the machine.
    start
        Visits of each team to begin with, as far as they are lawful.
    progress
        Called now and then, in the caller's thread.
    cancelled
        Asked now and then; once it answers True, the best plan so far is returned.
    clock
        Counts seconds; `time.process_time` makes `seconds` those of the processor, of all threads.

    Returns
    -------
    plan
        Always lawful; required tasks that it misses are listed.

    References
    ----------
    Christiaens & Vanden Berghe (2020), Transportation Science 54(2), doi:10.1287/trsc.2019.0914

    Examples
    --------
    There is time for one of two visits.

    >>> travel = np.array([[[0, 4, 4], [4, 0, 8], [4, 8, 0]]])
    >>> problem = OrienteeringProblem(travel, (Team(0, 0, 0, 10),), (Visit(1, 5.0), Visit(2, 7.0)))
    >>> search(problem, seed=0, iterations=10).routes
    ((1,),)
    """
    lifted = _broken_locks(problem)
    problem = replace(
        problem,
        teams=tuple(
            replace(team, fixed=None) if number in lifted else team
            for number, team in enumerate(problem.teams)
        ),
    )
    compiled = compile_problem(problem)
    model = compiled.model
    chains = [_chain(model, seed * CHAINS + number) for number in range(CHAINS)]
    for chain in chains:
        _load_routes(compiled, chain.current, [team.fixed or () for team in problem.teams])
        free = [
            () if team.fixed else route
            for team, route in zip(problem.teams, start or (), strict=False)
        ]
        _load_routes(compiled, chain.current, free)
        copy(model, chain.current, chain.trial)
        copy(model, chain.current, chain.best)
        _run(model, 0, COLD, (0, chain))  # compiled before the clock runs
    effort = _Effort(iterations, seconds, clock)

    def plan() -> OrienteeringPlan:
        state = max((chain.best for chain in chains), key=_merit)
        return read_plan(problem, compiled, state, lifted=lifted, iterations=effort.done * CHAINS)

    with ThreadPoolExecutor(CHAINS) as threads:
        for number in range(ROUNDS if len(compiled.live) else 0):
            for chain in chains if number else ():
                copy(model, chain.best, chain.current)
                copy(model, chain.best, chain.trial)
            while (share := effort.share) < (number + 1) / ROUNDS:
                if cancelled is not None and cancelled():
                    return _settled(problem, compiled, chains, lifted, effort)
                heat = _heat(share * ROUNDS - number)
                steps = effort.next_block()
                list(threads.map(partial(_run, model, steps, heat), enumerate(chains)))
                effort.done += steps
                if progress is not None:
                    progress(min(effort.share, 1.0), plan())
            _recombine(model, chains, effort.spare_s)
    return _settled(problem, compiled, chains, lifted, effort)


def warm_up() -> None:
    """
    Compile the search, or read it from the disk, before somebody waits for a plan.

    Examples
    --------
    >>> warm_up()
    """
    twice = Visit(1, 1.0, spacing=0)
    problem = OrienteeringProblem(
        np.ones((1, 2, 2), dtype=np.int64),
        (Team(0, 0, 0, 9),),
        (twice, twice),
        gaps=(1,),
    )
    search(problem, seed=0, iterations=2, start=((0,),))


def _chain(model: Model, seed: int) -> _Chain:
    """Make room for a search."""
    current, trial, best = (empty_state(model) for _ in range(3))
    return _Chain(current, trial, best, scratch(model, seed), empty_pool(model))


def _merit(state: State) -> tuple[int, int]:
    """Return what plans of one problem are compared by: the larger the better."""
    value, travel = totals(state)
    return int(value), -int(travel)


def _heat(share: float) -> float:
    """Cool geometrically; rounded, for powers differ in the last digit between machines."""
    return float(round(HOT * (COLD / HOT) ** min(max(share, 0.0), 1.0), 6))


def _run(model: Model, steps: int, heat: float, numbered: tuple[int, _Chain]) -> None:
    """Run a block of steps of one chain."""
    number, chain = numbered
    size, longest = SIZES[number % len(SIZES)]
    anneal(
        model,
        chain.current,
        chain.trial,
        chain.best,
        chain.scratch,
        chain.pool,
        steps,
        heat,
        size,
        longest,
        BLINK,
    )


def _broken_locks(problem: OrienteeringProblem) -> tuple[int, ...]:
    """List the teams whose locked route cannot be kept beside those of the teams before them."""
    locked = [team.fixed or () for team in problem.teams]
    if not any(locked):
        return ()
    compiled = compile_problem(problem)
    loaded = _load_routes(compiled, empty_state(compiled.model), locked)
    return tuple(team for team, route in enumerate(locked) if loaded[team] < len(route))


def _load_routes(
    compiled: CompiledProblem, state: State, routes: Sequence[Sequence[int]]
) -> list[int]:
    """Put routes into a plan as far as they are lawful; return how many visits of each."""
    number = {int(visit): k for k, visit in enumerate(compiled.live)}
    known = [[number[visit] for visit in route if visit in number] for route in routes]
    return [
        int(load(compiled.model, state, team, np.array(route, dtype=np.int64))) if route else 0
        for team, route in enumerate(known)
    ]


def _recombine(model: Model, chains: Sequence[_Chain], seconds: float | None) -> None:
    """Give the best choice among the routes of all chains to the chain with the worse plan."""
    best = max((chain.best for chain in chains), key=_merit)
    routes = pooled_routes(model, [chain.pool for chain in chains], best)
    chosen = choose_routes(model, routes, least=_merit(best)[0], seconds=seconds)
    worst = min(chains, key=lambda chain: _merit(chain.best))
    made = empty_state(model)
    for team in range(len(model.teams)):
        if model.teams[team, FIXED]:
            visits = best.stops[team, 1 : best.tours[team, LENGTH] + 1, 0]
            load(model, made, team, np.ascontiguousarray(visits))
    for kind, visits in chosen:
        free = np.flatnonzero((model.teams[:, KIND] == kind) & (made.tours[:, LENGTH] == 0))
        load(model, made, int(free[0]), np.array(visits, dtype=np.int64))
    if _merit(made) > _merit(best):
        copy(model, made, worst.best)


def _settled(
    problem: OrienteeringProblem,
    compiled: CompiledProblem,
    chains: Sequence[_Chain],
    lifted: Sequence[int],
    effort: _Effort,
) -> OrienteeringPlan:
    """Read the best plan, with every visit as early as the others of its group allow."""
    best = max((chain.best for chain in chains), key=_merit)
    for _ in range(SETTLE if compiled.model.gap.size else 0):
        before = best.seen[:, BEGIN].copy()
        loosen(compiled.model, best, chains[0].scratch, everything=True)
        if (before == best.seen[:, BEGIN]).all():
            break
    return read_plan(problem, compiled, best, lifted=lifted, iterations=effort.done * CHAINS)
