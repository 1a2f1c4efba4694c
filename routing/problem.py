"""What a shift asks of its teams: the patrol problem, a team orienteering problem.

Chao, Golden & Wasil (1996), European Journal of Operational Research 88(3),
doi:10.1016/0377-2217(94)00289-4.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.area import Area
from data.settings import Patrol
from data.shifts import Shift
from routing.jurisdiction import holds_certificates, within_jurisdiction
from routing.slots import Slot, Trip, duty_slots, hot_slots, patrol_trips
from routing.travel_time import TravelTimes, travel_time_matrix


class Visit(NamedTuple):
    """A visit that could be made."""

    stop_id: str
    earliest_s: int
    """First second after midnight at which it may begin."""
    latest_s: int
    """Last second at which it may begin."""
    service_s: int
    prize: float
    """What a first visit to the stop is worth, in incidents."""
    duty: str
    """Visits of one duty replace each other, and one of them must be made; empty: optional."""


class Stay(NamedTuple):
    """A visit that is planned, with its times in seconds after midnight of the plan's date."""

    team_id: str
    window: int
    """Number of the patrol window in the shift, from 1."""
    stop_id: str
    arrive_s: int
    depart_s: int


@dataclass(frozen=True)
class PatrolProblem:
    """Teams, trips, possible visits and travel times of one shift; nothing here is decided."""

    shift: Shift
    rules: Patrol
    teams: gpd.GeoDataFrame
    """TEAMS frame of this shift."""
    stops: gpd.GeoDataFrame
    """STOPS frame of this shift."""
    within: pd.DataFrame
    """Teams down, stops across: whether the stop lies in the team's jurisdiction."""
    certified: pd.DataFrame
    """Teams down, stops across: whether the team's certificates suffice."""
    trips: tuple[Trip, ...]
    visits: tuple[Visit, ...]
    travel: Mapping[str, TravelTimes]
    """By mode; places are the stops and then the bases of the teams."""

    @property
    def allowed(self) -> pd.DataFrame:
        """Teams down, stops across: whether the law lets the team make the visit."""
        return self.within & self.certified

    @property
    def sites(self) -> "pd.Series[str]":
        """For each stop the site that one visit serves: the key point, or the hot stop itself.

        The kind is part of the name, for a key point and a cell may bear the same one.
        """
        pairs = zip(self.stops["stop_kind"], self.stops["place_id"], strict=True)
        return pd.Series([":".join(pair) for pair in pairs], index=self.stops.index, dtype=str)

    def place(self, stop_id: str) -> int:
        """Return the position of a stop in the travel times."""
        return int(self.stops.index.get_loc(stop_id))

    def base(self, team_id: str) -> int:
        """Return the position of a team's base in the travel times."""
        return len(self.stops) + int(self.teams.index.get_loc(team_id))

    def travel_s(self, team_id: str) -> NDArray[np.float64]:
        """Return the travel times of a team (s), shape (n, n), `inf` where no way leads."""
        return self.travel[self.teams["mode"][team_id]].time_s


def patrol_problem(
    area: Area,
    shift: Shift,
    teams: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    *,
    owed: Mapping[str, int],
    seed: int,
) -> PatrolProblem:
    """
    Put together what a shift's teams can do.

    Parameters
    ----------
    area
        Its streets, communities and settings.
    shift
        Its patrol windows are separate trips from and back to the base.
    teams
        TEAMS frame of this shift.
    stops
        STOPS frame of this shift.
    owed
        Visits that each key point (`place_id`) still needs today.
    seed
        Varies the starts.

    Returns
    -------
    problem
        With one possible visit per hot stop and time slot, and per gate and owed visit.

    Examples
    --------
    A whole problem needs an area: `tests/routing/test_schedule.py` builds one by hand.
    """
    rules = area.settings.patrol
    places = pd.concat([stops.geometry, teams.geometry])
    modes = sorted(teams["mode"].unique())
    return PatrolProblem(
        shift=shift,
        rules=rules,
        teams=teams,
        stops=stops,
        within=within_jurisdiction(teams, stops, area.communities),
        certified=holds_certificates(teams, stops, rules.min_enforcers),
        trips=patrol_trips(list(teams.index), shift, rules, seed=seed),
        visits=possible_visits(stops, shift, rules, owed, seed=seed),
        travel={
            mode: travel_time_matrix(area.streets, places, mode, shift, area.settings.streets)
            for mode in modes
        },
    )


def possible_visits(
    stops: gpd.GeoDataFrame,
    shift: Shift,
    rules: Patrol,
    owed: Mapping[str, int],
    *,
    seed: int = 0,
) -> tuple[Visit, ...]:
    """
    List every visit that could be made: hot stops by slot, gates by owed visit.

    Parameters
    ----------
    stops
        STOPS frame.
    shift
        Its patrol windows.
    rules
        Dwell, revisit interval and gap.
    owed
        Visits that each key point (`place_id`) still needs today.
    seed
        Varies the time slots of each hot stop.

    Returns
    -------
    visits
        In the order of the stops, and of time.

    Examples
    --------
    A key point with two gates owes one visit, at either gate.

    >>> shift = Shift("day", 360, 1080, patrol=((480, 600),))
    >>> stops = pd.DataFrame(
    ...     {"stop_kind": "key_point", "place_id": "K", "required": True, "prize": 0.0,
    ...      "dwell_min": 15.0}, index=["g", "h"])
    >>> [(v.stop_id, v.duty) for v in possible_visits(stops, shift, Patrol(), {"K": 1})]
    [('g', 'K#1'), ('h', 'K#1')]
    """
    visits: list[Visit] = []
    for stop_id, stop in stops.iterrows():
        place_id = str(stop["place_id"])
        due = owed.get(place_id, 0) if stop["required"] else 0
        slots: tuple[Slot, ...] = duty_slots(shift, rules, due) if due else ()
        duties = [f"{place_id}#{number}" for number in range(1, len(slots) + 1)]
        if not stop["required"]:
            # a hot stop may be visited again and again; one look a shift at a facility is enough
            tilt = np.random.default_rng([seed, zlib.crc32(str(stop_id).encode())]).uniform(-1, 1)
            hot = stop["stop_kind"] == "hotspot"
            slots = hot_slots(shift, rules, tilt=tilt) if hot else duty_slots(shift, rules, 1)
            duties = [""] * len(slots)
        service_s = int(np.ceil(stop["dwell_min"] * 60))
        visits += [
            Visit(str(stop_id), *slot, service_s, float(stop["prize"]), duty)
            for slot, duty in zip(slots, duties, strict=True)
        ]
    return tuple(visits)
