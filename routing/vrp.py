"""A patrol problem in PyVRP's terms, and its routes back in ours."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyvrp import (
    Client,
    ClientGroup,
    Depot,
    Location,
    ProblemData,
    Route,
    Solution,
    VehicleType,
)
from pyvrp import solve as solve_vrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations

from routing.problem import PatrolProblem

Tours = tuple[tuple[int, ...], ...]
"""Per trip, in the order of `problem.trips`, the visits made: positions in `problem.visits`."""

COST_UNIT_S = 10
"""Seconds of travel that cost as much as one unit of prize: keeps whole-number prizes small,
because PyVRP's penalties for lateness must outweigh them."""
FAR = 1_000_000
"""Travel time (s) of what may not be visited: no window is so long. PyVRP's own value for a
missing edge, 2^44, makes its search run for ever."""


def improve(
    problem: PatrolProblem,
    prizes: NDArray[np.int64],
    *,
    hard: frozenset[str],
    start: Tours,
    iterations: int,
    seed: int,
    most_visits: int | None = None,
) -> Tours:
    """
    Search for tours with more prize, and with less travel where the prize is equal.

    Parameters
    ----------
    problem
        Teams, trips, visits and travel times.
    prizes
        Prize of each visit in units of `COST_UNIT_S`, shape (visits,); those of 0 that belong to
        no duty are not made.
    hard
        Duties that must be fulfilled; `start` fulfils them.
    start
        Lawful tours to begin with; the result is never worse.
    iterations
        Steps of the search: a count, not a time, so that every machine finds the same.
    seed
        Same seed, same tours.
    most_visits
        How many visits one trip may make; None does not limit them. `start` must keep to it, but
        may then leave duties of `hard` open.

    Returns
    -------
    tours
        Lawful tours; `start` if the search finds none that fulfil `hard`.

    References
    ----------
    Wouda, Lan & Kool (2024), INFORMS Journal on Computing 36(4), doi:10.1287/ijoc.2023.0055

    Examples
    --------
    A problem takes an area; `tests/routing/test_solve.py` compares with all possible tours.
    """
    offered = [
        number
        for number, visit in enumerate(problem.visits)
        if prizes[number] > 0 or visit.duty in hard
    ]
    if not offered or not problem.trips:
        return tuple(() for _ in range(len(problem.trips)))
    data = _problem_data(problem, offered, prizes, hard, most_visits)
    position = {visit: client for client, visit in enumerate(offered)}
    routes = [
        Route(data, [position[visit] for visit in tour], trip)
        for trip, tour in enumerate(start)
        if tour
    ]
    initial = Solution(data, routes) if routes else None
    with warnings.catch_warnings():
        # it warns when few solutions of the search are on time; the best one is, or is not used
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = solve_vrp(
            data,
            MaxIterations(iterations),
            seed=seed,
            collect_stats=False,
            initial_solution=initial,
        )
    return _tours(result.best, offered, len(problem.trips)) if result.is_feasible() else start


def _problem_data(
    problem: PatrolProblem,
    offered: Sequence[int],
    prizes: NDArray[np.int64],
    hard: frozenset[str],
    most_visits: int | None,
) -> ProblemData:
    """Translate trips into vehicles, visits into clients and duties into groups of clients."""
    profile_of_team, durations = _profiles(problem)
    visits = [problem.visits[number] for number in offered]
    duties = [duty for duty in dict.fromkeys(visit.duty for visit in visits) if duty]
    clients = [
        Client(
            location=problem.place(visit.stop_id),
            delivery=[1],
            service_duration=visit.service_s,
            tw_early=visit.earliest_s,
            tw_late=visit.latest_s,
            prize=0 if visit.duty in hard else int(prizes[number]),
            required=False,
            group=duties.index(visit.duty) if visit.duty else None,
        )
        for number, visit in zip(offered, visits, strict=True)
    ]
    members = [
        [client for client, visit in enumerate(visits) if visit.duty == duty] for duty in duties
    ]
    return ProblemData(
        locations=[Location(0, 0) for _ in range(len(durations[0]))],
        clients=clients,
        depots=[Depot(problem.base(team_id)) for team_id in problem.teams.index],
        vehicle_types=_vehicle_types(problem, profile_of_team, most_visits or len(visits)),
        distance_matrices=[-(-duration_s // COST_UNIT_S) for duration_s in durations],
        duration_matrices=durations,
        groups=[
            ClientGroup(ids, required=duty in hard)
            for duty, ids in zip(duties, members, strict=True)
        ],
    )


def _vehicle_types(
    problem: PatrolProblem, profile_of_team: Mapping[str, int], most_visits: int
) -> list[VehicleType]:
    """Make every trip of every team a vehicle of its own: between them there is a break."""
    return [
        VehicleType(
            num_available=1,
            capacity=[most_visits],
            start_depot=int(problem.teams.index.get_loc(trip.team_id)),
            end_depot=int(problem.teams.index.get_loc(trip.team_id)),
            tw_early=trip.start_s,
            tw_late=trip.end_s,
            shift_duration=trip.end_s - trip.start_s,
            profile=profile_of_team[trip.team_id],
        )
        for trip in problem.trips
    ]


def _profiles(problem: PatrolProblem) -> tuple[dict[str, int], list[Any]]:
    """Make one matrix per class of teams: same mode, same stops that they may visit."""
    allowed = problem.allowed
    classes: dict[tuple[str, bytes], int] = {}
    profile_of_team: dict[str, int] = {}
    durations = []
    for team_id, mode in problem.teams["mode"].items():
        may_visit = allowed.loc[team_id].to_numpy(dtype=bool)
        kind = (str(mode), may_visit.tobytes())
        if kind not in classes:
            classes[kind] = len(classes)
            durations.append(_durations(problem.travel_s(str(team_id)), may_visit))
        profile_of_team[str(team_id)] = classes[kind]
    return profile_of_team, durations


def _durations(time_s: NDArray[np.float64], may_visit: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Put what a class of teams may not visit, or cannot reach, too far away for any window."""
    duration = np.where(np.isfinite(time_s), time_s, FAR)
    forbidden = np.flatnonzero(~may_visit)
    duration[forbidden, :] = FAR
    duration[:, forbidden] = FAR
    np.fill_diagonal(duration, 0)
    return duration.astype(np.int64)


def _tours(solution: Solution, offered: Sequence[int], trips: int) -> Tours:
    """Read the visits of each trip from the routes."""
    tours: list[tuple[int, ...]] = [()] * trips
    for route in solution.routes():
        visits = [offered[stop.idx] for stop in route if stop.is_client()]
        tours[route.vehicle_type()] = tuple(visits)
    return tuple(tours)
