"""From a problem to the arrays of the compiled search, without what can never be visited."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel import (
    DONE0,
    DONE1,
    END,
    END_PLACE,
    LATE0,
    LATE1,
    NEVER,
    OPENED,
    START,
    START_PLACE,
    VISIT,
    WHERE,
    Model,
    Pool,
    Scratch,
    State,
)
from routing.search.problem import UNREACHABLE, Ints, OrienteeringProblem, Team, Visit

NEAREST = 300
"""How many neighbours of a visit the ruin looks at."""
POOL_ROUTES = 1 << 13
POOL_LENGTH = 128
"""Longer routes are not pooled."""
VALUE_BITS = 31
"""The prizes of a problem add up to less than 2 to this power in whole units."""
TRAVEL_SHARE = 0.05
"""What all shifts spent on travel would cost, to the search only, as a share of the prize of all
tasks: plans are compared by prize first."""
REQUIRED = 1e6
"""Rank above every other of tasks that must be met; the kernel knows it."""
SEED_MIX = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class CompiledProblem:
    """A model and what its numbers stand for."""

    model: Model
    live: Ints
    """The visits that some team can make, by number in the problem; the model counts these."""
    unit: float
    """Prize of one unit of value."""
    bonus: int
    """Value that stands for a required task being met: more than all prizes together."""


def compile_problem(problem: OrienteeringProblem) -> CompiledProblem:
    """
    Write a problem as arrays of whole numbers.

    Parameters
    ----------
    problem
        Prizes are rounded to multiples of a power of two, of at most 2^-30 of their sum; whole
        prizes are exact.

    Returns
    -------
    compiled
        Visits that no team can make between its bases and in its shift are left out.

    Examples
    --------
    The second place is too far away.

    >>> from routing.search.problem import Team, Visit
    >>> travel = np.array([[[0, 3, 9], [3, 0, 9], [9, 9, 0]]])
    >>> visits = (Visit(1, 5.0), Visit(2, 7.0))
    >>> compile_problem(OrienteeringProblem(travel, (Team(0, 0, 0, 10),), visits)).live.tolist()
    [0]
    """
    travel = np.ascontiguousarray(np.minimum(problem.travel.astype(np.int64), UNREACHABLE))
    value, unit, bonus = _values(problem)
    may = _may(problem, travel) & (value > 0)
    live = np.flatnonzero(may.any(axis=0))
    visits = [problem.visits[v] for v in live]
    names, task = np.unique(problem.tasks[live], return_inverse=True)
    value, may = value[:, live], may[:, live]
    needed = np.isin(names, sorted(problem.required_tasks))
    ranks, weights = _ranks(problem, visits, task, needed, value - bonus * needed[task])
    windows, window_ptr = _windows(visits)
    group, gap = _spacing(problem, visits)
    members = np.flatnonzero(group >= 0)
    model = Model(
        travel=travel,
        travel_to=np.ascontiguousarray(travel.transpose(0, 2, 1)),
        visits=_table(
            [visit.place for visit in visits],
            [visit.service for visit in visits],
            window_ptr[:-1],
            window_ptr[1:],
            task,
            group,
        ),
        windows=windows,
        task_ptr=_pointers(task, names.size),
        task_visits=_ints(np.argsort(task, kind="stable")),
        value=np.ascontiguousarray(np.where(may, value, 0)),
        gap=gap,
        gap_ptr=_pointers(group[members], gap.size),
        gap_visits=_ints(members[np.argsort(group[members], kind="stable")]),
        teams=_teams(problem, value, may),
        near=_near(travel, [visit.place for visit in visits]),
        ranks=ranks,
        weights=weights,
        key=_keys(live.size),
    )
    return CompiledProblem(model, _ints(live), unit, bonus)


def _ints(values: object) -> Ints:
    """Return whole numbers as the kernel wants them."""
    return np.ascontiguousarray(values, dtype=np.int64).reshape(-1)


def _table(*columns: object) -> Ints:
    """Put columns of whole numbers side by side."""
    return np.ascontiguousarray(np.stack([_ints(column) for column in columns], axis=1))


def _pointers(group: NDArray[np.int64], count: int) -> Ints:
    """Return where each group begins when its members are listed group by group."""
    return _ints(np.concatenate([[0], np.cumsum(np.bincount(group, minlength=count))]))


def _values(problem: OrienteeringProblem) -> tuple[Ints, float, int]:
    """Scale what each team's visits are worth to whole numbers: required tasks above all."""
    prize = np.array([visit.prize for visit in problem.visits], dtype=float)
    worth = np.tile(prize, (len(problem.teams), 1))
    if problem.change_penalty:
        for number, visit in enumerate(problem.visits):
            if visit.reference is None:
                worth[:, number] -= problem.change_penalty
            elif visit.reference < len(problem.teams):
                worth[visit.reference, number] += problem.change_penalty
    most = float(np.abs(worth).max(axis=0, initial=0).sum())
    exponent = VALUE_BITS - 1 - int(np.ceil(np.log2(max(most, 1e-300))))
    whole = bool((worth == np.round(worth)).all()) and exponent >= 0
    scale = 1.0 if whole else 2.0**exponent
    value = np.round(worth * scale).astype(np.int64)
    for number, team in enumerate(problem.teams):
        for fixed in team.fixed or ():  # a locked visit is made, whatever it is worth
            value[number, fixed] = max(int(value[number, fixed]), 1)
    bonus = int(np.abs(value).max(axis=0, initial=0).sum()) + 1
    needed = np.isin(problem.tasks, sorted(problem.required_tasks))
    return value + bonus * needed, 1.0 / scale, bonus


def _may(problem: OrienteeringProblem, travel: Ints) -> NDArray[np.bool_]:
    """Return who may make which visit, and can when it makes no other; teams down."""
    place = _ints([visit.place for visit in problem.visits])
    service = _ints([visit.service for visit in problem.visits])
    may = np.ones((len(problem.teams), place.size), dtype=np.bool_)
    for number, team in enumerate(problem.teams):
        out = team.start + travel[team.profile, team.start_place, place]
        back = travel[team.profile, place, team.end_place]
        begin = np.full(place.size, NEVER)
        for v, visit in enumerate(problem.visits):
            spans = visit.windows or ((-UNREACHABLE, UNREACHABLE),)
            begin[v] = next((max(int(out[v]), a) for a, b in spans if out[v] <= b), NEVER)
        may[number] = (begin < NEVER) & (begin + service + back <= team.end)
    if problem.allowed is not None:
        may &= problem.allowed
    return may


def _windows(visits: list[Visit]) -> tuple[Ints, Ints]:
    """List the windows of all visits; without one, a visit may begin at any time."""
    always = ((-UNREACHABLE, UNREACHABLE),)
    spans = [visit.windows or always for visit in visits]
    flat = [window for of_visit in spans for window in of_visit]
    table = _table([early for early, _ in flat], [late for _, late in flat])
    return table, _ints(np.cumsum([0, *map(len, spans)]))


def _spacing(problem: OrienteeringProblem, visits: list[Visit]) -> tuple[Ints, Ints]:
    """Give a number to each spacing group of two live visits or more; others bind nobody."""
    count = Counter(visit.spacing for visit in visits)
    used = [name for name in range(len(problem.gaps)) if count[name] > 1]
    number = {name: k for k, name in enumerate(used)}
    group = [-1 if v.spacing is None else number.get(v.spacing, -1) for v in visits]
    return _ints(group), _ints([problem.gaps[name] for name in used])


def _teams(problem: OrienteeringProblem, value: Ints, may: NDArray[np.bool_]) -> Ints:
    """List the teams' bases, shifts and breaks, and which teams are interchangeable."""
    teams = problem.teams
    kinds: dict[object, int] = {}
    return _table(
        [team.profile for team in teams],
        [team.start_place for team in teams],
        [team.end_place for team in teams],
        [team.start for team in teams],
        [team.end for team in teams],
        [team.break_length for team in teams],
        [team.break_earliest for team in teams],
        [team.break_latest for team in teams],
        [kinds.setdefault(_kind(t, n, value, may), len(kinds)) for n, t in enumerate(teams)],
        [team.fixed is not None for team in teams],
    )


def _kind(team: Team, number: int, value: Ints, may: NDArray[np.bool_]) -> object:
    """Return what teams have in common that can stand in for each other."""
    if team.fixed is not None:
        return number
    return team, value[number].tobytes(), may[number].tobytes()


def _near(travel: Ints, place: list[int]) -> Ints:
    """List the nearest visits of each visit, itself first, by the mean of all profiles."""
    if not place:
        return np.zeros((0, 0), dtype=np.int64)
    mean = travel.mean(axis=0)
    apart = (mean + mean.T)[np.ix_(place, place)]
    np.fill_diagonal(apart, -1.0)
    return _ints(np.argsort(apart, axis=1, kind="stable")[:, :NEAREST]).reshape(len(place), -1)


def _ranks(
    problem: OrienteeringProblem,
    visits: list[Visit],
    task: Ints,
    needed: NDArray[np.bool_],
    value: Ints,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Describe the tasks for the orders of insertion, and weigh prize against travel."""
    best, far, span = np.zeros((3, needed.size))
    bases = sorted({team.start_place for team in problem.teams})
    away = problem.travel.min(axis=0)[bases].min(axis=0) if bases else np.zeros(0)
    shift = float(sum(max(team.end - team.start, 0) for team in problem.teams))
    for v, visit in enumerate(visits):
        best[task[v]] = max(best[task[v]], value[:, v].max())
        far[task[v]] = away[visit.place]
        span[task[v]] += sum(b - a for a, b in visit.windows) if visit.windows else shift
    mean = _mean(best)
    ranks = np.stack([best / mean + REQUIRED * needed, far / _mean(far), span / _mean(span)], 1)
    return np.ascontiguousarray(ranks), np.array(
        [1 / mean, TRAVEL_SHARE * needed.size / max(shift, 1.0)]
    )


def _mean(values: NDArray[np.float64]) -> float:
    """Return the mean of those above 0, or 1 where there are none."""
    return float(values[values > 0].mean()) if (values > 0).any() else 1.0


def _keys(visits: int) -> NDArray[np.uint64]:
    """Give each visit 64 random bits, the same ever (splitmix64)."""
    keys = []
    for number in range(visits):
        x = (number + 1) * SEED_MIX & MASK
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
        keys.append(x ^ (x >> 31))
    return np.array(keys, dtype=np.uint64)


def empty_state(model: Model) -> State:
    """Make room for a plan, and leave it empty."""
    teams, visits = len(model.teams), len(model.visits)
    state = State(
        stops=np.zeros((teams, visits + 3, 7), dtype=np.int64),
        tours=np.zeros((teams, 5), dtype=np.int64),
        seen=np.tile(np.array([-1, 0, -NEVER, NEVER], dtype=np.int64), (visits, 1)),
        made=np.full(len(model.ranks), -1, dtype=np.int64),
    )
    state.tours[:, OPENED] = 1
    base, back = state.stops[:, 0], state.stops[:, 1]
    base[:, VISIT] = back[:, VISIT] = -1
    base[:, WHERE], back[:, WHERE] = model.teams[:, START_PLACE], model.teams[:, END_PLACE]
    base[:, DONE0] = back[:, DONE0] = NEVER
    base[:, DONE1], back[:, LATE1] = model.teams[:, START], model.teams[:, END]
    back[:, LATE0] = -NEVER
    return state


def scratch(model: Model, seed: int) -> Scratch:
    """Make room for steps, with random numbers from a seed."""
    state = (seed + 1) * SEED_MIX & MASK
    state = (state ^ (state >> 31)) * 0xBF58476D1CE4E5B9 & MASK
    return Scratch(
        order=np.zeros(len(model.ranks), dtype=np.int64),
        rank=np.zeros(len(model.ranks)),
        removed=np.zeros(len(model.ranks), dtype=np.uint64),
        members=np.zeros(len(model.visits), dtype=np.int64),
        random=np.array([state or 1, 0], dtype=np.uint64),
    )


def empty_pool(model: Model) -> Pool:
    """Make room for the routes seen."""
    return Pool(
        route=np.zeros((POOL_ROUTES, min(len(model.visits), POOL_LENGTH)), dtype=np.int64),
        facts=np.zeros((POOL_ROUTES, 4), dtype=np.int64),
        mark=np.zeros(POOL_ROUTES + 1, dtype=np.uint64),
        table=np.full(4 * POOL_ROUTES, -1, dtype=np.int64),
    )
