"""What a search found, with its times."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from routing.search.kernel import (
    DONE0,
    DONE1,
    LEG,
    LENGTH,
    NEVER,
    SERVICE,
    VISIT,
    State,
)
from routing.search.model import CompiledProblem
from routing.search.problem import OrienteeringProblem, Team


@dataclass(frozen=True)
class OrienteeringPlan:
    """A lawful plan; times in the problem's unit, visits and tasks by number in the problem."""

    routes: tuple[tuple[int, ...], ...]
    """The visits of each team, in order."""
    begins: tuple[tuple[int, ...], ...]
    """When each of them begins."""
    breaks: tuple[int | None, ...]
    """When each team's break begins; None: it has none, or does not go out."""
    prize: float
    travel: int
    missed: tuple[int, ...]
    """Required tasks that are not met."""
    changed: int
    """Visits that another team makes than in the reference plan, or that came in or went out."""
    lifted: tuple[int, ...]
    """Teams whose locked route breaks a rule; they were planned as if it were not locked."""
    iterations: int

    @property
    def rank(self) -> tuple[int, float, int]:
        """What plans are compared by: the smaller the better."""
        return len(self.missed), -self.prize, self.travel

    def gap(self, bound: float) -> float:
        """Return by what share of an upper bound the prize stays below it, from 0 to 1."""
        return max(0.0, bound - self.prize) / bound if bound > 0 else 0.0


def read_plan(
    problem: OrienteeringProblem,
    compiled: CompiledProblem,
    state: State,
    *,
    lifted: Sequence[int] = (),
    iterations: int = 0,
) -> OrienteeringPlan:
    """Read the plan from the arrays of the search."""
    routes, begins, breaks = [], [], []
    for number, team in enumerate(problem.teams):
        count = int(state.tours[number, LENGTH])
        times, pause = _times(compiled, state, number, team)
        routes.append(
            tuple(int(compiled.live[v]) for v in state.stops[number, 1 : count + 1, VISIT])
        )
        begins.append(times)
        breaks.append(pause)
    made = {visit: team for team, route in enumerate(routes) for visit in route}
    met = {int(problem.tasks[visit]) for visit in made}
    return OrienteeringPlan(
        routes=tuple(routes),
        begins=tuple(begins),
        breaks=tuple(breaks),
        prize=float(sum(problem.visits[visit].prize for visit in sorted(made))),
        travel=_travel(problem, routes),
        missed=tuple(sorted(problem.required_tasks - met)),
        changed=_changed(problem, made),
        lifted=tuple(lifted),
        iterations=iterations,
    )


def _times(
    compiled: CompiledProblem, state: State, number: int, team: Team
) -> tuple[tuple[int, ...], int | None]:
    """Follow the earliest way back through a route: begins, and when its break begins."""
    stops, visits = state.stops[number], compiled.model.visits
    count = int(state.tours[number, LENGTH])
    begins: list[int] = []
    pause: int | None = None
    for i in range(count, -1, -1):
        if count and team.break_length and pause is None:
            done, leg = int(stops[i, DONE0]), int(stops[i, LEG])
            begin = _break(team, done, leg)
            late = begin + team.break_length + (0 if done + leg <= team.break_latest else leg)
            if begin < NEVER and late < int(stops[i, DONE1]) + leg:
                pause = begin
        if i > 0:
            visit = int(stops[i, VISIT])
            column = DONE1 if pause is None or not team.break_length else DONE0
            begins.append(int(stops[i, column]) - int(visits[visit, SERVICE]))
    return tuple(reversed(begins)), pause


def _break(team: Team, done: int, leg: int) -> int:
    """Return when the break on a leg begins: at its end if that is in time, or before it."""
    if done + leg <= team.break_latest:
        return max(team.break_earliest, done + leg)
    return max(team.break_earliest, done) if done <= team.break_latest else NEVER


def _travel(problem: OrienteeringProblem, routes: Sequence[Sequence[int]]) -> int:
    """Add up the travel of all teams that go out."""
    total = 0
    for team, route in zip(problem.teams, routes, strict=True):
        stops = [problem.visits[visit].place for visit in route]
        places = [team.start_place, *stops, team.end_place] if stops else []
        total += sum(int(problem.travel[team.profile, a, b]) for a, b in pairwise(places))
    return total


def _changed(problem: OrienteeringProblem, made: dict[int, int]) -> int:
    """Count the visits that differ from the reference plan, if there is one."""
    if all(visit.reference is None for visit in problem.visits):
        return 0
    return sum(made.get(v) != visit.reference for v, visit in enumerate(problem.visits))
