"""Problems that contradict themselves are refused, with every fault named."""

import numpy as np
import pytest

from data.errors import PlanError
from routing.search.problem import UNREACHABLE, OrienteeringProblem, Team, Visit

TRAVEL = np.zeros((1, 2, 2), dtype=np.int64)
TEAM = Team(0, 0, 0, 9)


def test_all_faults_are_named_at_once() -> None:
    """Each team and visit with a fault is named, with the value and a remedy."""
    teams = (
        Team(5, 0, 0, 9),
        Team(0, 0, 0, 9, profile=2),
        Team(0, 0, 0, UNREACHABLE),
        Team(0, 0, 0, 9, break_length=1, break_earliest=5, break_latest=4),
        Team(0, 0, 0, 9, fixed=(99,)),
    )
    visits = (
        Visit(7),
        Visit(1, prize=-1.0),
        Visit(1, service=-5),
        Visit(1, windows=((5, 9), (7, 12))),
        Visit(1, spacing=3),
    )
    allowed = np.ones((1, 1), dtype=bool)
    with pytest.raises(PlanError) as caught:
        OrienteeringProblem(TRAVEL - 1, teams, visits, allowed)
    assert len(caught.value.faults) == 12
    text = str(caught.value)
    assert all(f"Team {n}" in text for n in range(5))
    assert all(f"Visit {n}" in text for n in range(5))


def test_travel_times_are_square_tables() -> None:
    """A single table without profiles is refused."""
    with pytest.raises(PlanError, match="shape"):
        OrienteeringProblem(TRAVEL[0], (TEAM,), ())


def test_visits_of_one_task_share_its_number() -> None:
    """Visits without a task have one of their own."""
    visits = (Visit(1), Visit(1, task=4), Visit(1, task=4, required=True), Visit(1))
    problem = OrienteeringProblem(TRAVEL, (TEAM,), visits)
    assert problem.tasks.tolist() == [0, 1, 1, 2]
    assert problem.required_tasks == {1}
