"""Why a place is not visited, and what would help."""

from typing import NamedTuple

import numpy as np

from data.errors import N_, Message
from routing.problem import PatrolProblem
from routing.slots import Trip
from routing.unmet import Unmet


class Cause(NamedTuple):
    """Why nobody visits a place in a shift, and what would help."""

    reason: Message
    remedy: Message
    crowded_out: bool = False
    """Whether a team could have gone there, had it not gone elsewhere."""


def explain(problem: PatrolProblem, site: str) -> Cause:
    """
    Find the first cause that keeps every team from a site.

    Parameters
    ----------
    problem
        Teams, stops and travel times of the shift.
    site
        One of `problem.sites`: a key point, with all its gates, or a hot stop.

    Returns
    -------
    cause
        In this order: no team; too far from any street; certificates; jurisdiction; no way on
        this shift's network; no time even for it alone; no time beside everything else.

    Examples
    --------
    `tests/routing/test_diagnose.py` brings about each cause in turn.
    """
    stops = [str(stop) for stop in problem.stops.index[problem.sites == site]]
    return (
        _no_street(problem, stops)
        or _not_allowed(problem, stops)
        or _out_of_reach(problem, stops)
        or Cause(
            Message(N_("Every team that may go there is busy with other visits.")),
            Message(N_("Add a team, lengthen the patrol windows, or shorten the stay per visit.")),
            crowded_out=True,
        )
    )


def name_stranded_teams(problem: PatrolProblem) -> list[Unmet]:
    """
    Name the teams whose base is near no street that they can use.

    Parameters
    ----------
    problem
        Teams and travel times of the shift.

    Returns
    -------
    unmet
        One row per team that cannot leave its base.

    Examples
    --------
    `tests/routing/test_diagnose.py` puts a base into a field.
    """
    return [
        Unmet(
            Message.of(N_("Team {team} stays at its base"), team=team["name"]),
            Message(N_("No street that it can use is near enough to its base.")),
            Message(N_("Correct the coordinates of the base, or give the team another mode.")),
        )
        for team_id, team in problem.teams.iterrows()
        if not _near_street(problem, str(team_id), problem.base(str(team_id)))
    ]


def _near_street(problem: PatrolProblem, team_id: str, place: int) -> bool:
    """Tell whether a place is near enough to a street that the team can use."""
    places = problem.travel[problem.teams["mode"][team_id]].places
    return bool(places["node"].notna().iloc[place])


def _no_street(problem: PatrolProblem, stops: list[str]) -> Cause | None:
    """Check that there is a team, and a street near the place."""
    teams = [str(team_id) for team_id in problem.teams.index]
    if not teams:
        return Cause(
            Message(N_("No team is on duty.")),
            Message(N_("Put at least two people on duty in this shift.")),
        )
    places = [problem.place(stop) for stop in stops]
    if not any(_near_street(problem, team, place) for team in teams for place in places):
        return Cause(
            Message(N_("No street that a team can use is near enough to it.")),
            Message(N_("Correct its coordinates, or add the missing way to the network.")),
        )
    return None


def _not_allowed(problem: PatrolProblem, stops: list[str]) -> Cause | None:
    """Check certificates, and then the jurisdictions of those who hold them."""
    certified = problem.certified[stops]
    if not certified.to_numpy().any():
        return Cause(
            Message.of(
                N_("It takes {n} certified officers, and no team on duty has as many."),
                n=problem.rules.min_enforcers,
            ),
            Message(N_("Put a certified team on duty, or form a joint team of two organisations.")),
        )
    if not (certified & problem.within[stops]).to_numpy().any():
        return Cause(
            Message(N_("It lies outside the jurisdiction of every team that could visit it.")),
            Message(N_("Leave the community of a certified team empty, or extend it.")),
        )
    return None


def _out_of_reach(problem: PatrolProblem, stops: list[str]) -> Cause | None:
    """Check that a way leads there and back, and that one trip has the time for it."""
    there_and_back = []
    for trip in problem.trips:
        base, time_s = problem.base(trip.team_id), problem.travel_s(trip.team_id)
        for stop in stops:
            place = problem.place(stop)
            ways = (time_s[base, place], time_s[place, base])
            if problem.allowed.loc[trip.team_id, stop] and np.isfinite(sum(ways)):
                there_and_back.append((trip, stop, ways))
    if not there_and_back:
        return Cause(
            Message(N_("No way leads there and back in this shift: a gate may be closed.")),
            Message(N_("Open the gate, correct closed_gates, or visit it in another shift.")),
        )
    if not any(_fits(problem, *way) for way in there_and_back):
        return Cause(
            Message(N_("The patrol windows are too short to go there, stay and come back.")),
            Message(N_("Lengthen a patrol window, or move the base of a team nearer.")),
        )
    return None


def _fits(problem: PatrolProblem, trip: Trip, stop: str, ways: tuple[float, float]) -> bool:
    """Tell whether a trip has the time for a visit to this stop and nothing else."""
    for visit in problem.visits:
        begin_s = max(trip.start_s + ways[0], visit.earliest_s)
        in_time = begin_s <= visit.latest_s and begin_s + visit.service_s + ways[1] <= trip.end_s
        if visit.stop_id == stop and in_time:
            return True
    return False
