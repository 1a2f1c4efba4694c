"""Why a key point is not visited: each cause is named, with a remedy."""

from types import SimpleNamespace
from typing import Any

import pytest
from shapely import Point, box

from data.settings import Streets
from data.shifts import Shift
from routing.demand import make_stops
from routing.diagnose import Cause, explain, name_stranded_teams
from routing.problem import PatrolProblem, patrol_problem
from routing.staffing import form_teams
from tests.routing.towns import EVENING, MORNING, STILL, grid_streets, hot_cells, staffing, town

FAR = Shift("day", 360, 1080, patrol=((480, 500),))


def _problem(area: SimpleNamespace) -> PatrolProblem:
    """Set the teams of the area's one shift the task of visiting K."""
    (shift,) = area.shifts
    teams, _ = form_teams(area.staffing, area.shifts, area.settings.patrol)
    stops, _ = make_stops(area, hot_cells({}), shift)
    return patrol_problem(area, shift, teams, stops, owed={"K": 1}, seed=0)


def _cause(gate: Point, staff: dict[str, Any], **facts: Any) -> Cause:
    """Explain why nobody visits K at this gate."""
    streets = facts.pop("graph", None) or grid_streets(3, 3)
    area = town(streets, staffing(staff), {"K": [gate]}, **facts)
    return explain(_problem(area), "key_point:K")


GATE = Point(240, 240)
WEST = {"west": box(-200, -200, 100, 100)}


@pytest.mark.parametrize(
    ("gate", "staff", "facts", "words"),
    [
        (Point(900, 900), {}, {}, "No street"),
        (GATE, {"can_enforce": False}, {}, "2 certified officers"),
        (GATE, {"community": "west"}, {"communities": WEST}, "outside the jurisdiction"),
        (
            Point(240, 0),
            {},
            {
                "graph": grid_streets(3, 1),
                "shifts": (EVENING,),
                "streets": Streets(closed_gates=("1",)),
            },
            "a gate may be closed",
        ),
        (GATE, {}, {"shifts": (FAR,)}, "too short to go there"),
        (GATE, {}, {}, "busy with other visits"),
    ],
)
def test_cause_is_named_with_a_remedy(
    gate: Point, staff: dict[str, Any], facts: dict[str, Any], words: str
) -> None:
    """Street, certificates, jurisdiction, closed gate, distance, time: the first one is named."""
    cause = _cause(gate, staff, **facts)
    assert words in str(cause.reason)
    assert str(cause.remedy)
    assert cause.crowded_out == ("busy" in words)


def test_no_team_is_a_cause() -> None:
    """Without a team nothing else is looked for."""
    area = town(grid_streets(2, 2), staffing({}), {"K": [Point(0, 0)]})
    stops, _ = make_stops(area, hot_cells({}), MORNING)
    teams, _ = form_teams(area.staffing, area.shifts, STILL)
    problem = patrol_problem(area, MORNING, teams.iloc[:0], stops, owed={"K": 1}, seed=0)
    assert "No team" in str(explain(problem, "key_point:K").reason)


def test_base_in_a_field_is_named() -> None:
    """A team whose base is near no street stays there, and the plan says so."""
    problem = _problem(
        town(grid_streets(2, 2), staffing({"geometry": Point(900, 0)}), {"K": [Point(0, 0)]})
    )
    assert [str(row.what) for row in name_stranded_teams(problem)] == [
        "Team office stays at its base"
    ]
