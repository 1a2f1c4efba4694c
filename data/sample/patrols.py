"""Invented patrol records of the last weeks: who went where, when, and what was found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from data.sample.facilities import Facility, facilities
from data.sample.ledger import Incident
from data.sample.plane import draw_from
from data.sample.posts import MARKET_OFFICE, POLICE
from data.sample.story import LAST_DAY

WEEKS = 4
_SUNDAY = 7
_MISSED_SHARE = 0.04
_TEAMS = {"白班": (MARKET_OFFICE, "电动车"), "夜班": (POLICE, "车")}
_ROUNDS = {"白班": (8 * 60 + 10, 35), "夜班": (18 * 60 + 40, 40)}
"""Minute of the day at which a round begins, and minutes from one point to the next."""
_DAY_HOURS = (6, 18)
_DWELL_MIN = (10, 16)
_NEAR_M = 100.0
_AT_NIGHT = {"车站", "三甲医院"}
_WEATHER = ("晴", "多云", "阴", "小雨")


@dataclass(frozen=True)
class PatrolVisit:
    """One visit to a key point; no times where the patrol did not get there."""

    day: date
    shift: str
    point_id: str
    arrived_at: datetime | None
    left_at: datetime | None
    result: str
    weather: str
    incident_id: str = ""

    @property
    def team(self) -> str:
        """The office that sends it: one by day, another by night."""
        return _TEAMS[self.shift][0]

    @property
    def mode(self) -> str:
        """How it moves about."""
        return _TEAMS[self.shift][1]


def patrol_visits(ledger: list[tuple[str, Incident]]) -> list[PatrolVisit]:
    """
    Return four weeks of rounds, and the visits on which patrols found what they found.

    By day, but on Sundays, every daily point is due; by night the station and the hospitals.

    Parameters
    ----------
    ledger
        Incidents with their numbers.
    """
    rng = draw_from(8)
    daily = [facility for facility in facilities() if facility.daily]
    by_night = [facility for facility in facilities() if facility.category in _AT_NIGHT]
    visits, weather = [], {}
    for back in reversed(range(7 * WEEKS)):
        day = LAST_DAY - timedelta(days=back)
        weather[day] = _WEATHER[int(rng.integers(len(_WEATHER)))]
        if day.isoweekday() != _SUNDAY:
            visits += _round(day, "白班", daily, weather[day], rng)
        visits += _round(day, "夜班", by_night, weather[day], rng)
    visits += _finds(ledger, weather)
    return sorted(visits, key=lambda visit: (visit.day, visit.shift, f"{visit.arrived_at}"))


def _round(
    day: date, shift: str, points: list[Facility], weather: str, rng: np.random.Generator
) -> list[PatrolVisit]:
    """Let one team visit points one after another, in an order of its own."""
    begin, step = _ROUNDS[shift]
    visits = []
    for stop, i in enumerate(rng.permutation(len(points)).tolist()):
        missed = rng.random() < _MISSED_SHARE
        at = datetime.combine(day, time()) + timedelta(
            minutes=begin + step * stop + int(rng.integers(0, 12))
        )
        left = at + timedelta(minutes=int(rng.integers(*_DWELL_MIN)))
        visit = PatrolVisit(day, shift, points[i].facility_id, at, left, "无异常", weather)
        if missed:
            visit = replace(visit, arrived_at=None, left_at=None, result="未到")
        visits.append(visit)
    return visits


def _finds(numbered: list[tuple[str, Incident]], weather: dict[date, str]) -> Iterator[PatrolVisit]:
    """Yield the visit on which each find of a patrol near a key point was made."""
    for number, row in numbered:
        spell = row.spell
        day = spell.since.date()
        if row.source != "巡查发现" or row.place is None or day not in weather:
            continue
        gaps = {
            facility.facility_id: min(gate.place.distance(row.place) for gate in facility.gates)
            for facility in facilities()
        }
        nearest = min(gaps, key=gaps.__getitem__)
        if gaps[nearest] > _NEAR_M:
            continue
        shift = "白班" if _DAY_HOURS[0] <= spell.since.hour < _DAY_HOURS[1] else "夜班"
        at, left = (spell.since + timedelta(minutes=minutes) for minutes in (-4, 11))
        yield PatrolVisit(day, shift, nearest, at, left, "发现", weather[day], number)
