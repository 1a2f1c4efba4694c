"""Small random problems, and a checker and an enumerator that know the rules, not the search."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations, product

import numpy as np
from hypothesis import strategies as st

from routing.search.plan import OrienteeringPlan
from routing.search.problem import UNREACHABLE, OrienteeringProblem, Team, Visit


@st.composite
def problems(draw: st.DrawFn, *, teams: int = 2, visits: int = 4) -> OrienteeringProblem:
    """Draw a few teams and visits in a small town, with every rule now and then."""
    places = draw(st.integers(2, 6))
    spots = draw(st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=places, max_size=places))
    xy = np.array(spots)
    profiles = draw(st.integers(1, 2))
    blocks = abs(xy[:, None] - xy[None]).sum(axis=2)
    travel = np.stack([blocks * (profile + 1) for profile in range(profiles)])
    if draw(st.booleans()):  # an island
        travel[:, -1, :-1] = travel[:, :-1, -1] = UNREACHABLE
    place = st.integers(0, places - 1)

    def team() -> Team:
        start = draw(st.integers(0, 10))
        length = draw(st.integers(0, 40))
        pause = draw(st.sampled_from([0, 0, 3, 6]))
        early = start + draw(st.integers(0, 20))
        return Team(
            start_place=draw(place),
            end_place=draw(place),
            start=start,
            end=start + length,
            profile=draw(st.integers(0, profiles - 1)),
            break_length=pause,
            break_earliest=early,
            break_latest=early + draw(st.integers(0, 10)),
        )

    def visit() -> Visit:
        first = draw(st.integers(0, 30))
        wide = draw(st.integers(0, 15))
        windows: tuple[tuple[int, int], ...] = ()
        if kind := draw(st.integers(0, 2)):
            windows = ((first, first + wide), (first + wide + 5, first + wide + 12))[:kind]
        return Visit(
            place=draw(place),
            prize=float(draw(st.integers(0, 9))),
            service=draw(st.integers(0, 5)),
            windows=windows,
            task=draw(st.sampled_from([None, None, None, 1])),
            required=draw(st.integers(0, 3)) == 0,
            spacing=draw(st.sampled_from([None, None, 0])),
        )

    crew = tuple(team() for _ in range(draw(st.integers(0, teams))))
    made = tuple(visit() for _ in range(draw(st.integers(0, visits))))
    shape = (len(crew), len(made))
    bits = draw(st.lists(st.integers(0, 4), min_size=shape[0] * shape[1], max_size=None))
    allowed = np.array(bits[: shape[0] * shape[1]], dtype=bool).reshape(shape)
    gap = draw(st.integers(0, 15))
    return OrienteeringProblem(travel, crew, made, allowed, gaps=(gap,))


def faults(problem: OrienteeringProblem, plan: OrienteeringPlan) -> list[str]:
    """List what a plan breaks, from its routes and times alone."""
    found = []
    made = [visit for route in plan.routes for visit in route]
    tasks = [int(problem.tasks[visit]) for visit in made]
    if len(tasks) != len(set(tasks)):
        found.append("a task is met twice")
    for number in range(len(problem.teams)):
        route, begins, pause = plan.routes[number], plan.begins[number], plan.breaks[number]
        if route:
            found += _faults_of_route(problem, number, route, begins, pause)
    when = {
        v: t
        for r, b in zip(plan.routes, plan.begins, strict=True)
        for v, t in zip(r, b, strict=True)
    }
    for a, b in combinations(made, 2):
        visits = problem.visits[a], problem.visits[b]
        if visits[0].spacing is not None and visits[0].spacing == visits[1].spacing:
            first, second = sorted((a, b), key=lambda v: when[v])
            apart = when[second] - when[first] - problem.visits[first].service
            if apart < problem.gaps[visits[0].spacing]:
                found.append("two visits of one place are too near in time")
    missed = problem.required_tasks - set(tasks)
    if set(plan.missed) != missed:
        found.append("the missed tasks are not those that are missing")
    if plan.prize != sum(problem.visits[v].prize for v in made):
        found.append("the prize is not that of the visits")
    return found


def _faults_of_route(
    problem: OrienteeringProblem,
    number: int,
    route: Sequence[int],
    begins: Sequence[int],
    pause: int | None,
) -> list[str]:
    """List what one route breaks: every stay and the break are spans, with travel between them."""
    found = []
    team = problem.teams[number]
    travel = problem.travel[team.profile]
    places = [team.start_place, *(problem.visits[v].place for v in route), team.end_place]
    leave = [
        team.start,
        *(t + problem.visits[v].service for v, t in zip(route, begins, strict=True)),
    ]
    arrive = [*begins, team.end]
    taken = 0
    for leg, (a, b) in enumerate(pairwise(places)):
        spare = arrive[leg] - leave[leg] - travel[a, b]
        inside = pause is not None and leave[leg] <= pause <= arrive[leg] - team.break_length
        if inside and not taken and spare >= team.break_length:
            # at one end of the leg: before leaving, or after the way
            at_end = pause >= leave[leg] + travel[a, b]
            at_start = pause + team.break_length + travel[a, b] <= arrive[leg]
            taken += at_end or at_start
        if spare < 0:
            found.append("too little time to travel")
    if team.break_length and not (
        taken and pause is not None and team.break_earliest <= pause <= team.break_latest
    ):
        found.append("no break in its window")
    for visit, begin in zip(route, begins, strict=True):
        windows = problem.visits[visit].windows
        if windows and not any(a <= begin <= b for a, b in windows):
            found.append("a visit begins outside its windows")
        if not problem.may(number, visit):
            found.append("the team may not make the visit")
    return found


def every_plan(problem: OrienteeringProblem) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield every way to give visits to teams in an order, lawful or not."""
    visits = range(len(problem.visits))
    for owners in product(range(-1, len(problem.teams)), repeat=len(visits)):
        groups = [[v for v in visits if owners[v] == r] for r in range(len(problem.teams))]
        yield from product(*(list(permutations(group)) for group in groups))


def is_lawful(problem: OrienteeringProblem, routes: Sequence[Sequence[int]]) -> bool:
    """
    Return whether routes can be timed lawfully, by trying every order of spaced visits.

    For a given order of the visits of a group and a given leg for each break, starting as early as
    possible is best; earliest times are found by raising them until nothing more has to wait.
    """
    tasks = [int(problem.tasks[v]) for route in routes for v in route]
    if len(tasks) != len(set(tasks)):
        return False
    if any(not problem.may(r, v) for r, route in enumerate(routes) for v in route):
        return False
    groups: dict[int, list[int]] = {}
    for visit in (v for route in routes for v in route):
        if (name := problem.visits[visit].spacing) is not None:
            groups.setdefault(name, []).append(visit)
    legs = [
        range(2 * (len(route) + 1)) if route and team.break_length else [None]
        for team, route in zip(problem.teams, routes, strict=True)
    ]
    orders = [list(permutations(members)) for members in groups.values()]
    return any(
        _can_be_timed(problem, routes, breaks, dict(zip(groups, order, strict=True)))
        for breaks in product(*legs)
        for order in product(*orders)
    )


def _can_be_timed(  # noqa: C901  # one loop, so that it can be read beside the rules
    problem: OrienteeringProblem,
    routes: Sequence[Sequence[int]],
    breaks: Sequence[int | None],
    orders: dict[int, tuple[int, ...]],
) -> bool:
    """Raise the begins until all rules hold, or one cannot."""
    begin = {v: -UNREACHABLE for route in routes for v in route}
    before = {later: earlier for order in orders.values() for earlier, later in pairwise(order)}
    moved = True
    while moved:
        moved = False
        for team, route, pause in zip(problem.teams, routes, breaks, strict=True):
            now, here = team.start, team.start_place
            for leg, visit in enumerate([*route, None] if route else ()):
                there = team.end_place if visit is None else problem.visits[visit].place
                way = int(problem.travel[team.profile, here, there])
                if pause is not None and pause // 2 == leg:
                    now += way * (pause % 2)
                    if now > team.break_latest:
                        return False
                    now = max(now, team.break_earliest) + team.break_length
                    now += way * (1 - pause % 2)
                else:
                    now += way
                if visit is None:
                    if now > team.end:
                        return False
                    continue
                facts = problem.visits[visit]
                if visit in before and begin[before[visit]] > -UNREACHABLE:
                    other = problem.visits[before[visit]]
                    gap = problem.gaps[facts.spacing or 0]
                    now = max(now, begin[before[visit]] + other.service + gap)
                if facts.windows:
                    now = next((max(now, a) for a, b in facts.windows if now <= b), UNREACHABLE)
                if now >= UNREACHABLE:
                    return False
                moved = moved or now > begin[visit]
                begin[visit] = now
                now, here = now + facts.service, there
    return True
