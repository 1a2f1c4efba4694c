"""Is a timetable lawful? Checked from the rules alone, knowing nothing of how it was found."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import geopandas as gpd

from data.errors import N_, Message
from data.settings import WorkingHours
from routing.problem import PatrolProblem, Stay
from routing.slots import Trip

LEAST_PEOPLE = 2
"""Nobody patrols alone; an act of enforcement takes two officers: 行政处罚法 (2021) 第42条."""
BORDER_TOLERANCE_M = 30.0
"""A gate on the street that is the border belongs to the communities on both sides."""


def find_violations(
    problem: PatrolProblem,
    times: Sequence[Stay],
    *,
    communities: gpd.GeoDataFrame,
    hours: WorkingHours,
    owed: Mapping[str, int],
    missed: Mapping[str, int],
) -> list[Message]:
    """
    List everything in a timetable that breaks a rule.

    Parameters
    ----------
    problem
        The teams, stops, trips and travel times; its possible visits are not looked at.
    times
        The planned visits, in any order.
    communities
        COMMUNITIES frame.
    hours
        Hour limits.
    owed
        Visits that each key point needs in this shift.
    missed
        How many of them the plan says it cannot make.

    Returns
    -------
    violations
        Empty if the timetable is lawful.

    References
    ----------
    行政处罚法 (2021) 第42条; 劳动法 第36条.

    Examples
    --------
    `tests/routing/test_verify.py` breaks each rule in turn.
    """
    return [
        *_teams(problem, times),
        *_trips(problem, hours),
        *_travel(problem, times),
        *_stays(problem, times),
        *_jurisdictions(problem, times, communities),
        *_certificates(problem, times),
        *_revisits(problem, times),
        *_duties(problem, times, owed, missed),
    ]


def _teams(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[Message]:
    """Let nobody go alone, and no team that is not on duty."""
    for team_id in dict.fromkeys(stay.team_id for stay in times):
        if team_id not in problem.teams.index:
            yield Message.of(N_("Team {team} is not on duty in this shift."), team=team_id)
        elif problem.teams["size"][team_id] < LEAST_PEOPLE:
            yield Message.of(N_("Team {team} sends one person alone."), team=team_id)


def _trips(problem: PatrolProblem, hours: WorkingHours) -> Iterator[Message]:
    """Hold each trip to its window, moved by the jitter at most, and each day to its hours."""
    jitter_s = problem.rules.start_jitter_min * 60
    of_team: dict[str, list[Trip]] = {}
    for trip in sorted(problem.trips, key=lambda trip: trip.start_s):
        of_team.setdefault(trip.team_id, []).append(trip)
        start, end = problem.shift.patrol[trip.window - 1]
        moved_s = abs(trip.start_s - start * 60)
        if trip.end_s - trip.start_s != (end - start) * 60 or moved_s > jitter_s:
            yield Message.of(
                N_("Team {team} is not out during patrol window {window}."),
                team=trip.team_id,
                window=trip.window,
            )
    for team_id, trips in of_team.items():
        if sum(trip.end_s - trip.start_s for trip in trips) > hours.max_day_h * 3600:
            yield Message.of(N_("Team {team} works longer than the law allows."), team=team_id)
        if any(later.start_s < earlier.end_s for earlier, later in pairwise(trips)):
            yield Message.of(N_("Trips of team {team} overlap."), team=team_id)


def _travel(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[Message]:
    """Leave time to travel from base to stop to stop, and back before the trip ends."""
    in_order = sorted(_on_duty(problem, times), key=lambda s: (s.team_id, s.window, s.arrive_s))
    for (team_id, window), stays in groupby(in_order, key=lambda s: (s.team_id, s.window)):
        out = [trip for trip in problem.trips if (trip.team_id, trip.window) == (team_id, window)]
        if not out:
            yield Message.of(
                N_("Team {team} has no trip in window {window}."), team=team_id, window=window
            )
            continue
        base, time_s = problem.base(team_id), problem.travel_s(team_id)
        places = [
            (base, 0, out[0].start_s),
            *((problem.place(stay.stop_id), stay.arrive_s, stay.depart_s) for stay in stays),
            (base, out[0].end_s, 0),
        ]
        for leg, ((here, _, leave_s), (there, arrive_s, _)) in enumerate(pairwise(places), start=1):
            if arrive_s - leave_s < time_s[here, there]:
                yield Message.of(
                    N_("Team {team} has too little time for leg {leg} of window {window}."),
                    team=team_id,
                    leg=leg,
                    window=window,
                )


def _stays(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[Message]:
    """Let a visit last as long as its stop asks."""
    for stay in times:
        if stay.depart_s - stay.arrive_s < problem.stops["dwell_min"][stay.stop_id] * 60:
            yield Message.of(N_("The visit to {stop} is too short."), stop=stay.stop_id)


def _jurisdictions(
    problem: PatrolProblem, times: Sequence[Stay], communities: gpd.GeoDataFrame
) -> Iterator[Message]:
    """Keep a team in its community, where the map shows one."""
    for stay in _on_duty(problem, times):
        name = problem.teams["community"][stay.team_id]
        polygons = communities.geometry[(communities["name"] == name) | (communities.index == name)]
        outside_m = polygons.distance(problem.stops.geometry[stay.stop_id])
        if name and len(polygons) and outside_m.min() > BORDER_TOLERANCE_M:
            yield Message.of(
                N_("{stop} lies outside the jurisdiction of team {team}."),
                stop=stay.stop_id,
                team=stay.team_id,
            )


def _certificates(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[Message]:
    """Send enough certified officers to an act of enforcement."""
    for stay in _on_duty(problem, times):
        enforcers = problem.teams["enforcers"][stay.team_id]
        needed = problem.stops["needs_enforcement"][stay.stop_id]
        if needed and enforcers < problem.rules.min_enforcers:
            yield Message.of(
                N_("Team {team} has too few certified officers for {stop}."),
                team=stay.team_id,
                stop=stay.stop_id,
            )


def _revisits(problem: PatrolProblem, times: Sequence[Stay]) -> Iterator[Message]:
    """Leave the revisit gap between two visits to a place, by whomever."""
    gap_s = problem.rules.revisit_gap_min * 60
    of_place: dict[str, list[Stay]] = {}
    for stay in sorted(times, key=lambda stay: stay.arrive_s):
        of_place.setdefault(problem.sites[stay.stop_id], []).append(stay)
    for stays in of_place.values():
        if any(later.arrive_s - earlier.depart_s < gap_s for earlier, later in pairwise(stays)):
            yield Message.of(N_("{stop} is visited again too soon."), stop=stays[0].stop_id)


def _duties(
    problem: PatrolProblem,
    times: Sequence[Stay],
    owed: Mapping[str, int],
    missed: Mapping[str, int],
) -> Iterator[Message]:
    """Make each owed visit once, at one gate, or name it as missed."""
    required = problem.stops.loc[problem.stops["required"].astype(bool), "place_id"]
    made = Counter(required[stay.stop_id] for stay in times if stay.stop_id in required.index)
    for place in dict.fromkeys([*required, *owed]):
        due, lacking = owed.get(place, 0), missed.get(place, 0)
        if made[place] + lacking != due:
            yield Message.of(
                N_("{place} needs {due} visits; {made} are planned and {lacking} are given up."),
                place=place,
                due=due,
                made=made[place],
                lacking=lacking,
            )


def _on_duty(problem: PatrolProblem, times: Sequence[Stay]) -> list[Stay]:
    """List the visits of known teams; those of others are a violation of their own."""
    return [stay for stay in times if stay.team_id in problem.teams.index]
