"""Teams formed from staffing tables, with the traps of the founding documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from data import schema
from data.errors import PlanError
from data.settings import DAY, NIGHT, Patrol
from data.shifts import Shift, undivided
from routing.duty import count_on_duty
from routing.staffing import form_teams
from tests.routing.towns import staffing

ROWS = st.fixed_dictionaries(
    {
        "org": st.sampled_from(["police", "brigade", "market office", "community"]),
        "min_count": st.integers(0, 5),
        "night_count": st.integers(0, 5),
        "can_enforce": st.booleans(),
        "community": st.sampled_from(["", "east", "west"]),
        "counted_in": st.sampled_from(["", "", "police", "brigade"]),
    }
)
TABLES = st.lists(ROWS, min_size=1, max_size=6)
RULES = st.builds(Patrol, team_size=st.integers(2, 3), min_enforcers=st.integers(2, 3))


@given(
    st.lists(ROWS, min_size=1, max_size=6),
    RULES,
    st.sampled_from([(DAY, NIGHT), (undivided(DAY),)]),
)
def test_everybody_is_in_one_team_or_named(
    rows: list[dict[str, object]], rules: Patrol, shifts: tuple[Shift, ...]
) -> None:
    """Nobody goes alone, nobody is lost, and nobody is sent twice."""
    staff = staffing(*rows)
    try:
        teams, unmet = form_teams(staff, shifts, rules)
    except PlanError:
        people = count_on_duty(staff, shifts, rules)
        assert people.empty or not (people.to_numpy() >= rules.team_size).any()
        return
    schema.TEAMS.validate(teams)
    behind = sum("stays behind" in str(row.what) for row in unmet)
    assert teams["size"].min() >= rules.team_size
    on_duty = int(count_on_duty(staff, shifts, rules).to_numpy().sum())
    assert teams["size"].sum() + behind == on_duty
    for shift in shifts:
        named = any(str(row.what).startswith("No team") for row in unmet)
        assert (teams["shift"] == shift.code).any() or named


@given(TABLES, RULES)
def test_certificates_and_jurisdictions_come_from_members(
    rows: list[dict[str, object]], rules: Patrol
) -> None:
    """A team has no more certificates than people, and its jurisdiction is one of its orgs'."""
    try:
        teams, _ = form_teams(staffing(*rows), (DAY, NIGHT), rules)
    except PlanError:
        return
    assert (teams["enforcers"] <= teams["size"]).all()
    for team in teams.itertuples():
        of_orgs = {row["community"] for row in rows if row["org"] in team.orgs.split("+")}
        assert team.community in of_orgs


def test_people_counted_in_another_row_are_not_added() -> None:
    """T2: the brigade inside the street office's row is the same brigade."""
    rows = [
        {"org": "street office", "min_count": 3, "max_count": 4},
        {"org": "brigade", "min_count": 2, "counted_in": "street office"},
    ]
    together = count_on_duty(staffing(*rows), (undivided(DAY),), Patrol())
    assert together["all"].tolist() == [3]
    apart = count_on_duty(staffing(*[{**r, "counted_in": ""} for r in rows]), (DAY,), Patrol())
    assert apart["day"].sum() == 5
    most = count_on_duty(staffing(*rows), (DAY,), Patrol(staffing_use="max"))
    assert most["day"].sum() == 4


def test_rows_that_count_each_other_are_counted_once() -> None:
    """A ring of counted_in does not make people vanish."""
    rows = [
        {"org": "a", "counted_in": "b"},
        {"org": "b", "counted_in": "a"},
        {"org": "c", "counted_in": "a"},
    ]
    assert count_on_duty(staffing(*rows), (DAY,), Patrol())["day"].to_dict() == {"S1": 2}


def test_single_officers_of_two_organisations_form_a_joint_team() -> None:
    """T3: one brigade officer and one market officer enforce together, and are warned about."""
    base = Point(7, 7)
    teams, unmet = form_teams(
        staffing(
            {"org": "brigade", "min_count": 1, "mode": "vehicle", "geometry": base},
            {"org": "market office", "min_count": 1, "community": "east"},
        ),
        (DAY,),
        Patrol(),
    )
    team = teams.loc["D1"]
    assert (team["orgs"], team["size"], team["enforcers"]) == ("brigade+market office", 2, 2)
    assert (team["mode"], team["community"], team.geometry) == ("vehicle", "east", base)
    assert [str(row.what) for row in unmet] == [
        "brigade: one certified officer in the day shift",
        "market office: one certified officer in the day shift",
    ]
    assert "D1" in str(unmet[0].remedy)


def test_single_officer_joins_a_team_but_does_not_enforce() -> None:
    """T3: one certified officer beside two helpers makes a crew of three that may not enforce."""
    teams, unmet = form_teams(
        staffing(
            {"org": "brigade", "min_count": 1},
            {"org": "community", "min_count": 2, "can_enforce": False},
        ),
        (DAY,),
        Patrol(),
    )
    assert teams[["orgs", "size", "enforcers"]].to_numpy().tolist() == [["community+brigade", 3, 1]]
    assert [str(row.remedy) for row in unmet] == [
        "Send a second certified officer of this or another organisation."
    ]


def test_person_of_another_community_is_not_taken_along() -> None:
    """A single whose community no team covers stays behind, with a remedy."""
    teams, unmet = form_teams(
        staffing(
            {"org": "a", "min_count": 2, "community": "east", "can_enforce": False},
            {"org": "b", "min_count": 1, "community": "west", "can_enforce": False},
        ),
        (DAY,),
        Patrol(),
    )
    assert teams["size"].tolist() == [2]
    assert [str(row.what) for row in unmet] == ["b: one person stays behind"]
    assert "night_count" in str(unmet[0].remedy)


def test_night_count_works_the_dark_shift() -> None:
    """Of five people two work the night; a person works one shift a date."""
    teams, _ = form_teams(staffing({"min_count": 5, "night_count": 2}), (DAY, NIGHT), Patrol())
    assert teams.groupby("shift")["size"].sum().to_dict() == {"day": 3, "night": 2}
    assert list(teams.index) == ["D1", "N1"]


def test_undivided_shift_takes_everybody() -> None:
    """Where no hour of day is known, everybody works the one shift."""
    shifts = (undivided(DAY),)
    teams, _ = form_teams(staffing({"min_count": 4, "night_count": 2}), shifts, Patrol())
    assert teams["name"].to_dict() == {"A1": "office 1", "A2": "office 2"}


def test_shift_without_people_is_named() -> None:
    """A shift that nobody works gets a row of its own."""
    _, unmet = form_teams(staffing({"min_count": 2}), (DAY, NIGHT), Patrol())
    assert [str(row.what) for row in unmet] == ["No team in the night shift"]


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ([{"min_count": 0}], "counts nobody"),
        ([{"min_count": 1}], "no two are on duty"),
        (
            [{"min_count": 1, "community": "east"}, {"min_count": 1, "community": "west"}],
            "no two are on duty",
        ),
        ([{"min_count": 2, "night_count": 1}], "no two are on duty"),
    ],
)
def test_no_lawful_team_is_an_error_with_cause_and_remedy(
    rows: list[dict[str, object]], cause: str
) -> None:
    """A staffing table without one lawful team is refused, with the cause and what to do."""
    with pytest.raises(PlanError, match=cause) as refused:
        form_teams(staffing(*rows), (DAY, NIGHT), Patrol())
    assert str(refused.value.faults[0].remedy)


def test_shifts_with_one_initial_keep_team_ids_apart() -> None:
    """Two shifts that begin with the same letter lend their teams their whole code."""
    shifts = (Shift("early", 360, 720, ((480, 600),)), Shift("evening", 720, 360, ((1110, 1200),)))
    teams, _ = form_teams(staffing({"min_count": 4}), shifts, Patrol())
    assert list(teams.index) == ["early-1", "evening-1"]
