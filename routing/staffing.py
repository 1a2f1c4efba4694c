"""Who goes out together: from the staffing table to lawful teams.

Two people at least, and two certified officers for an act of enforcement: 行政处罚法 (2021) 第42条.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import geopandas as gpd
import pandas as pd

from data.errors import N_, Message, PlanError
from data.settings import Patrol
from data.shifts import Shift
from routing.crews import Crew, Officer, form_crews
from routing.duty import count_on_duty
from routing.unmet import Unmet, shift_name


def form_teams(
    staffing: gpd.GeoDataFrame, shifts: Sequence[Shift], rules: Patrol
) -> tuple[gpd.GeoDataFrame, tuple[Unmet, ...]]:
    """
    Form teams for every shift, never a team of one.

    People of one row go together first; single certified officers of different rows form joint
    enforcement teams; whoever is left joins a team that may go where they may go. A person works
    one shift a date.

    Parameters
    ----------
    staffing
        STAFFING frame; geometry: the base of the row's people, in metres.
    shifts
        Shifts of the date. `night_count` people of a row work the dark ones, the others the rest.
    rules
        Team size, certificates and which head-count (`staffing_use`) to plan with.

    Returns
    -------
    teams
        TEAMS frame indexed by `team_id`; geometry: the base.
    unmet
        People who stay behind, officers who may not act alone, and shifts without a team.

    Raises
    ------
    PlanError
        If no shift gets a team, because then there is nobody to plan for.

    References
    ----------
    行政处罚法 (2021) 第42条: 执法人员不得少于两人.

    Examples
    --------
    Three people of one row, one of them at night: a pair by day, and nobody goes out alone.

    >>> from shapely import Point
    >>> from data.settings import DAY, NIGHT
    >>> row = {"org": "市场监管所", "min_count": 3, "max_count": 3, "counted_in": "",
    ...        "can_enforce": True, "night_count": 1, "mode": "foot", "community": ""}
    >>> staffing = gpd.GeoDataFrame([row], index=["S1"], geometry=[Point(0, 0)], crs=32650)
    >>> teams, unmet = form_teams(staffing, (DAY, NIGHT), Patrol())
    >>> teams[["shift", "size", "enforcers"]].to_records().tolist()
    [('D1', 'day', 2, 2)]
    >>> print(unmet[-2].reason)
    One person may not go out alone, and no other team of the night shift can take them along.
    """
    people = count_on_duty(staffing, shifts, rules)
    unmet: list[Unmet] = []
    rows: list[dict[str, object]] = []
    for shift in shifts:
        officers = _officers(staffing, people[shift.code])
        crews, alone = form_crews(officers, rules)
        prefix = _prefix(shift, shifts)
        rows += _team_rows(crews, shift, prefix)
        unmet += _name_lone_enforcers(officers, crews, shift, prefix, rules)
        unmet += [_stays_behind(officer, shift) for officer in alone]
        if not crews:
            unmet.append(_no_team(int(people[shift.code].sum()), shift))
    if not rows:
        raise _no_lawful_team(int(people.to_numpy().sum()), shifts)
    teams = gpd.GeoDataFrame(rows, geometry="geometry", crs=staffing.crs).set_index("team_id")
    return teams, tuple(unmet)


def _officers(staffing: gpd.GeoDataFrame, people: "pd.Series[int]") -> dict[str, list[Officer]]:
    """List the people on duty of each row."""
    on_duty = {}
    for row_id, count in people.items():
        row = staffing.loc[row_id]
        traits = (row["org"], bool(row["can_enforce"]), row["mode"], row["community"])
        on_duty[str(row_id)] = [
            Officer(str(row_id), number, *traits, row["geometry"]) for number in range(count)
        ]
    return on_duty


def _prefix(shift: Shift, shifts: Sequence[Shift]) -> str:
    """Shorten the code of a shift to its first letter where that is unambiguous."""
    initials = [other.code[:1].upper() for other in shifts]
    initial = shift.code[:1].upper()
    return initial if initials.count(initial) == 1 else f"{shift.code}-"


def _team_rows(crews: list[Crew], shift: Shift, prefix: str) -> Iterator[dict[str, object]]:
    """Write crews as rows of the TEAMS frame."""
    total = Counter(crew.orgs for crew in crews)
    seen: Counter[str] = Counter()
    for number, crew in enumerate(crews, start=1):
        seen[crew.orgs] += 1
        ordinal = f" {seen[crew.orgs]}" if total[crew.orgs] > 1 else ""
        yield {
            "team_id": f"{prefix}{number}",
            "shift": shift.code,
            "name": crew.orgs + ordinal,
            "orgs": crew.orgs,
            "size": len(crew.members),
            "enforcers": crew.enforcers,
            "mode": crew.members[0].mode,
            "community": crew.community,
            "geometry": crew.members[0].base,
        }


def _name_lone_enforcers(
    officers: dict[str, list[Officer]],
    crews: list[Crew],
    shift: Shift,
    prefix: str,
    rules: Patrol,
) -> Iterator[Unmet]:
    """Warn of rows with one certified officer on duty: that officer may not enforce alone."""
    for people in officers.values():
        if len(people) != 1 or not people[0].can_enforce:
            continue
        in_team = [
            f"{prefix}{number}"
            for number, crew in enumerate(crews, start=1)
            if people[0] in crew.members and crew.enforcers >= rules.min_enforcers
        ]
        remedy = (
            Message.of(
                N_("The officer enforces in joint team {team}; keep it together."), team=in_team[0]
            )
            if in_team
            else Message(N_("Send a second certified officer of this or another organisation."))
        )
        yield Unmet(
            Message.of(
                N_("{org}: one certified officer in the {shift}"),
                org=people[0].org,
                shift=shift_name(shift.code),
            ),
            Message.of(
                N_("An act of enforcement takes at least {n} certified officers."),
                n=rules.min_enforcers,
            ),
            remedy,
        )


def _stays_behind(officer: Officer, shift: Shift) -> Unmet:
    """Name a person whom no lawful team can take."""
    shift_words = shift_name(shift.code)
    return Unmet(
        Message.of(N_("{org}: one person stays behind"), org=officer.org),
        Message.of(
            N_(
                "One person may not go out alone, and no other team of the {shift} can take"
                " them along."
            ),
            shift=shift_words,
        ),
        Message.of(
            N_("Put a second person of {org} on duty in the {shift}, or change night_count."),
            org=officer.org,
            shift=shift_words,
        ),
    )


def _no_team(people: int, shift: Shift) -> Unmet:
    """Name a shift that nobody patrols."""
    reason = (
        Message.of(N_("Of {n} people on duty no two may work together."), n=people)
        if people
        else Message(N_("The staffing table puts nobody on duty in it."))
    )
    return Unmet(
        Message.of(N_("No team in the {shift}"), shift=shift_name(shift.code)),
        reason,
        Message(N_("Change night_count or the head-counts in the staffing table.")),
    )


def _no_lawful_team(people: int, shifts: Sequence[Shift]) -> PlanError:
    """Say why the staffing table forms no lawful team in any shift."""
    if not people:
        return PlanError(
            Message(N_("The staffing table counts nobody, so no team can be formed.")),
            Message(N_("Enter head-counts of two or more; clear counted_in where it is wrong.")),
        )
    cause = Message.of(
        N_(
            "The staffing table cannot form one lawful team: of {n} people no two are on duty in"
            " the same shift with compatible jurisdictions ({shifts} shifts)."
        ),
        n=people,
        shifts=len(shifts),
    )
    return PlanError(
        cause,
        Message(N_("Add a second person to a row, change night_count, or leave community empty.")),
    )
