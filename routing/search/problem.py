"""A team orienteering problem with the rules of patrols, as arrays."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.errors import N_, FaultList, Message, PlanError

UNREACHABLE = 1 << 40
"""Travel time where no way leads; every time of a problem is shorter."""
NO_BREAK = (0, 0, 0)
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Team:
    """What one team can do; times in the problem's unit."""

    start_place: int
    end_place: int
    start: int
    """It leaves `start_place` no earlier."""
    end: int
    """It is back at `end_place` by then."""
    profile: int = 0
    """Which travel times hold for it."""
    break_length: int = 0
    """0: no break. Otherwise one break between two visits, at a stop, a base, or before leaving."""
    break_earliest: int = 0
    """The break begins no earlier."""
    break_latest: int = 0
    """The break begins no later."""
    fixed: tuple[int, ...] | None = None
    """The visits of a locked route in order; None: free."""


@dataclass(frozen=True)
class Visit:
    """One visit that could be made; times in the problem's unit."""

    place: int
    prize: float = 0.0
    service: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    """First and last time at which it may begin, in rising order; none: any time."""
    task: int | None = None
    """Visits of one task replace each other, and at most one is made; None: a task of its own."""
    required: bool = False
    """Whether its task must be met."""
    spacing: int | None = None
    """Visits of one spacing group keep its `gap` between the end of one and the begin of the next,
    whichever teams make them."""
    reference: int | None = None
    """The team that makes it in the plan from which change is counted; None: none does."""


@dataclass(frozen=True)
class OrienteeringProblem:
    """
    Teams, possible visits and travel times; nothing is decided.

    Times are whole numbers of any one unit: the application counts seconds, the benchmarks
    millionths of the unit of length. Required tasks come before any prize, prize before travel.

    Raises
    ------
    PlanError
        If the arrays contradict each other; all faults at once.

    References
    ----------
    Chao, Golden & Wasil (1996), European Journal of Operational Research 88(3),
    doi:10.1016/0377-2217(94)00289-4; time windows: Vansteenwegen et al. (2009), Computers &
    Operations Research 36(12), doi:10.1016/j.cor.2009.03.008

    Examples
    --------
    >>> there_and_back = np.array([[[0, 3], [3, 0]]])
    >>> problem = OrienteeringProblem(there_and_back, (Team(0, 0, 0, 10),), (Visit(1, 5.0),))
    >>> problem.tasks.tolist()
    [0]
    """

    travel: Ints
    """Shape (profiles, places, places); `UNREACHABLE` or more where no way leads."""
    teams: tuple[Team, ...]
    visits: tuple[Visit, ...]
    allowed: NDArray[np.bool_] | None = None
    """Shape (teams, visits): who may make which visit; None: everyone all."""
    gaps: tuple[int, ...] = ()
    """The gap of each spacing group."""
    change_penalty: float = 0.0
    """Prize that each visit must bring to be made by another team than in the reference plan, or
    to be given up, or to come in anew."""
    tasks: Ints = field(init=False, repr=False)
    """Shape (visits,): the task of each visit, tasks counted from 0."""

    def __post_init__(self) -> None:
        """Check the arrays and number the tasks."""
        _check(self)
        named = [visit.task for visit in self.visits]
        numbers: dict[tuple[str, int], int] = {}
        tasks = [
            numbers.setdefault(("own", k) if name is None else ("named", name), len(numbers))
            for k, name in enumerate(named)
        ]
        object.__setattr__(self, "tasks", np.array(tasks, dtype=np.int64))

    @property
    def required_tasks(self) -> frozenset[int]:
        """The tasks that must be met."""
        pairs = zip(self.tasks.tolist(), self.visits, strict=True)
        return frozenset(task for task, visit in pairs if visit.required)

    def may(self, team: int, visit: int) -> bool:
        """Return whether the team may make the visit."""
        return self.allowed is None or bool(self.allowed[team, visit])


def _check(problem: OrienteeringProblem) -> None:
    """Raise with every fault of the arrays."""
    faults = FaultList()
    shape = problem.travel.shape
    if len(shape) != 3 or shape[1] != shape[2]:  # noqa: PLR2004  # profiles, from, to
        message = Message.of(N_("Travel times have the shape {shape}."), shape=shape)
        faults.add(message, N_("Give one square table per profile."))
        faults.raise_if_any(PlanError)
    if problem.travel.size and int(problem.travel.min()) < 0:
        faults.add(N_("A travel time is negative."), N_("Give times of 0 or more."))
    for number, team in enumerate(problem.teams):
        _check_team(faults, number, team, shape, len(problem.visits))
    for number, visit in enumerate(problem.visits):
        _check_visit(faults, number, visit, shape[1], len(problem.gaps))
    wanted = (len(problem.teams), len(problem.visits))
    if problem.allowed is not None and problem.allowed.shape != wanted:
        faults.add(
            Message.of(N_("The permissions have the shape {shape}."), shape=problem.allowed.shape),
            Message.of(N_("Give them the shape {shape}."), shape=wanted),
        )
    faults.raise_if_any(PlanError)


def _check_team(
    faults: FaultList, number: int, team: Team, shape: tuple[int, ...], visits: int
) -> None:
    """Note what is wrong with a team."""
    name = Message.of(N_("Team {number}"), number=number)
    if not (0 <= team.start_place < shape[1] and 0 <= team.end_place < shape[1]):
        faults.add(
            Message.of(N_("{name} has a base outside the travel times."), name=name),
            N_("Give the number of a place."),
        )
    if not 0 <= team.profile < shape[0]:
        faults.add(
            Message.of(N_("{name} has no travel times."), name=name),
            N_("Give the number of a profile."),
        )
    if max(abs(team.start), abs(team.end), abs(team.break_length)) >= UNREACHABLE:
        faults.add(
            Message.of(N_("The shift of {name} is too long to count."), name=name),
            N_("Count in a larger unit of time."),
        )
    if team.break_length < 0 or team.break_latest < team.break_earliest:
        faults.add(
            Message.of(N_("The break of {name} ends before it begins."), name=name),
            N_("Give the first and the last time at which it may begin."),
        )
    if team.fixed is not None and not all(0 <= visit < visits for visit in team.fixed):
        faults.add(
            Message.of(N_("The locked route of {name} has an unknown visit."), name=name),
            N_("Lock only visits of this problem."),
        )


def _check_visit(faults: FaultList, number: int, visit: Visit, places: int, groups: int) -> None:
    """Note what is wrong with a visit."""
    name = Message.of(N_("Visit {number}"), number=number)
    if not 0 <= visit.place < places:
        faults.add(
            Message.of(N_("{name} has a place outside the travel times."), name=name),
            N_("Give the number of a place."),
        )
    if not 0 <= visit.prize < np.inf:
        faults.add(
            Message.of(N_("{name} has the prize {prize}."), name=name, prize=visit.prize),
            N_("Give a finite prize of 0 or more."),
        )
    if not 0 <= visit.service < UNREACHABLE:
        faults.add(
            Message.of(N_("{name} lasts {time}."), name=name, time=visit.service),
            N_("Give a time of 0 or more."),
        )
    bounds = [time for window in visit.windows for time in window]
    if bounds != sorted(bounds) or any(abs(time) >= UNREACHABLE for time in bounds):
        faults.add(
            Message.of(N_("The time windows of {name} are not in rising order."), name=name),
            N_("Give them sorted, each with its first and its last begin."),
        )
    if visit.spacing is not None and not 0 <= visit.spacing < groups:
        faults.add(
            Message.of(N_("{name} has an unknown spacing group."), name=name),
            N_("Give a gap for each spacing group."),
        )
