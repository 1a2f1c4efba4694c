"""The plan of one shift: solved, timed, checked, and what it leaves undone explained."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data.area import Area
from data.errors import N_, Message
from routing.diagnose import Cause, explain
from routing.problem import PatrolProblem, Stay
from routing.progress import Progress
from routing.schedule import timetable
from routing.solve import solve
from routing.unmet import Unmet, shift_name
from routing.verify import find_violations


@dataclass(frozen=True)
class ShiftPlan:
    """What came out for one shift."""

    problem: PatrolProblem
    times: tuple[Stay, ...]
    causes: Mapping[str, Cause]
    """Why sites (`problem.sites`) have fewer visits than they should."""


def plan_shift(
    area: Area,
    problem: PatrolProblem,
    owed: Mapping[str, int],
    *,
    seed: int,
    progress: Progress | None = None,
) -> ShiftPlan:
    """
    Plan one shift, check the plan against the rules and find out why sites are left out.

    Parameters
    ----------
    area
        Its communities and settings.
    problem
        The shift's teams, stops and travel times.
    owed
        Visits that each key point still needs today.
    seed
        Same seed, same plan.
    progress
        Called with the share done and what is being done.

    Returns
    -------
    plan
        Lawful in every visit.

    Raises
    ------
    AssertionError
        If our own plan breaks a rule, which would be a bug.

    Examples
    --------
    `tests/routing/test_plan.py` plans a small town.
    """
    tours = solve(problem, iterations=problem.rules.iterations, seed=seed, progress=progress)
    times = timetable(problem, tours)
    made = Counter(problem.sites[stay.stop_id] for stay in times)
    wanted = {
        site: owed[place_id] if required else 1
        for site, place_id, required in zip(
            problem.sites, problem.stops["place_id"], problem.stops["required"], strict=True
        )
    }
    missed = {site: n - made[site] for site, n in wanted.items() if made[site] < n}
    duties = problem.stops["required"].astype(bool)
    key_points = dict(zip(problem.sites[duties], problem.stops["place_id"][duties], strict=True))
    violations = find_violations(
        problem,
        times,
        communities=area.communities,
        hours=area.settings.hours,
        owed={place_id: owed[place_id] for place_id in key_points.values()},
        missed={key_points[site]: n for site, n in missed.items() if site in key_points},
    )
    if violations:
        msg = "; ".join(str(violation) for violation in violations)
        raise AssertionError(msg)
    return ShiftPlan(problem, times, {site: explain(problem, site) for site in missed})


def still_owed(plan: ShiftPlan, owed: Mapping[str, int]) -> dict[str, int]:
    """
    Take the visits that a shift makes from those that are owed.

    Parameters
    ----------
    plan
        The plan of the shift.
    owed
        Visits that each key point needed before it.

    Returns
    -------
    owed
        Visits that are left for the next shift; key points without any are left out.

    Examples
    --------
    `tests/routing/test_plan.py` passes a visit on from the day to the night.
    """
    made = Counter(plan.problem.sites[stay.stop_id] for stay in plan.times)
    left = {place_id: n - made[f"key_point:{place_id}"] for place_id, n in owed.items()}
    return {place_id: n for place_id, n in left.items() if n > 0}


def unmet_hot_stops(plan: ShiftPlan) -> Iterator[Unmet]:
    """
    Name hot stops that nobody can visit, and count those that are crowded out.

    Parameters
    ----------
    plan
        The plan of the shift.

    Yields
    ------
    unmet
        One row per stop that no team may or can reach; one for all that time does not allow.

    Examples
    --------
    `tests/routing/test_plan.py` has a hot stop across a river without a bridge.
    """
    problem = plan.problem
    hot = problem.stops[problem.stops["stop_kind"] == "hotspot"]
    if hot["proven"].any():  # the others only fill time that is left
        hot = hot[hot["proven"].astype(bool)]
    causes = [
        (label, plan.causes[site])
        for label, site in zip(hot["label"], problem.sites[hot.index], strict=True)
        if site in plan.causes
    ]
    shift = shift_name(problem.shift.code)
    for label, cause in causes:
        if not cause.crowded_out:
            what = Message.of(N_("Hot stop {place} in the {shift}"), place=label, shift=shift)
            yield Unmet(what, cause.reason, cause.remedy)
    crowded = [cause for _, cause in causes if cause.crowded_out]
    if crowded:
        text = N_("{n} of {total} hot stops in the {shift}")
        what = Message.of(text, n=len(crowded), total=len(hot), shift=shift)
        yield Unmet(what, crowded[0].reason, crowded[0].remedy)


def unmet_idle_teams(plan: ShiftPlan) -> Iterator[Unmet]:
    """
    Name the teams that visit nothing.

    Parameters
    ----------
    plan
        The plan of the shift.

    Yields
    ------
    unmet
        One row, if there is such a team.

    Examples
    --------
    `tests/routing/test_plan.py` has a team in whose community nothing happened.
    """
    teams = plan.problem.teams
    idle = teams[~teams.index.isin([stay.team_id for stay in plan.times])]
    if not idle.empty:
        text = N_("{n} of {total} teams have no visit in the {shift}: {names}")
        shift = shift_name(plan.problem.shift.code)
        names = ", ".join(idle["name"])
        yield Unmet(
            Message.of(text, n=len(idle), total=len(teams), shift=shift, names=names),
            Message(N_("No stop that they may visit and can reach is left to them.")),
            Message(N_("Give them another task, such as a booth, or leave their community empty.")),
        )
