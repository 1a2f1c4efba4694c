"""From an area and its hotspots to the patrol plan of one date."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.area import Area
from data.errors import N_, Message
from data.graphs import StreetGraph
from data.shifts import Shift
from routing.demand import make_stops
from routing.diagnose import Cause, name_stranded_teams
from routing.headline import headline_figures
from routing.jurisdiction import name_missing_communities
from routing.off_street import name_off_street
from routing.problem import patrol_problem
from routing.progress import Progress, report
from routing.schedule import routes_frame, visits_frame
from routing.shift_plan import ShiftPlan, plan_shift, still_owed, unmet_hot_stops, unmet_idle_teams
from routing.staffing import form_teams
from routing.unmet import Unmet, join_messages, shift_name, unmet_frame


@dataclass(frozen=True)
class PatrolPlan:
    """Who goes where and when on one date, and what stays undone."""

    teams: gpd.GeoDataFrame
    """TEAMS frame of all shifts; geometry: the base."""
    stops: gpd.GeoDataFrame
    """STOPS frame of all shifts; a gate is listed once, under the shift that visits it."""
    visits: gpd.GeoDataFrame
    """VISITS frame in local time; geometry: the stop."""
    routes: gpd.GeoDataFrame
    """ROUTES frame; geometry: the way along the streets; `edges`: (u, v, key) in `graphs`."""
    unmet: pd.DataFrame
    """`what`, `reason`, `remedy`: messages."""
    headline: Mapping[str, Any]
    """Counts and shares of the plan, see `headline_figures`."""
    graphs: Mapping[tuple[str, str], StreetGraph] = field(repr=False)
    """By shift and mode: the streets that the routes run on."""


def plan_patrols(
    area: Area,
    hotspots: gpd.GeoDataFrame,
    *,
    date: dt.date,
    seed: int,
    progress: Progress | None = None,
) -> PatrolPlan:
    """
    Plan the patrols of all shifts of a date.

    Key points fall due in the first shift by daylight; what it cannot serve is asked of the next
    one, and what no shift can serve is named with the reason.

    Parameters
    ----------
    area
        Its staffing table must have a row; key points and communities may be missing.
    hotspots
        HOTSPOTS long frame with the cells' geometry.
    date
        Day on which the shifts begin.
    seed
        Same area, date and seed: same plan.
    progress
        Called with the share done and what is being done.

    Returns
    -------
    plan
        Lawful in every visit: it has passed `find_violations`.

    Raises
    ------
    PlanError
        If the staffing table forms no lawful team in any shift.
    NetworkError
        If a team's mode can use no street, or no street can be walked.
    AssertionError
        If our own plan breaks a rule, which would be a bug.

    References
    ----------
    Team orienteering: Chao, Golden & Wasil (1996), doi:10.1016/0377-2217(94)00289-4;
    行政处罚法 (2021) 第42条.

    Examples
    --------
    `tests/routing/test_plan.py` plans a small town.
    """
    teams, unmet = form_teams(area.staffing, area.shifts, area.settings.patrol)
    rows = [*unmet, *name_missing_communities(teams, area.communities)]
    owed = _owed_today(area)
    seed_of_day = _seed_of_day(seed, date)
    plans = []
    shifts = _from_first_light(area.shifts)
    for number, shift in enumerate(shifts):
        stops, notices = make_stops(area, hotspots, shift)
        due = stops[~stops["required"].astype(bool) | stops["place_id"].isin(list(owed))]
        on_duty = teams[teams["shift"] == shift.code]
        step = _part(progress, number, len(shifts), shift)
        step(0, Message(N_("Measuring ways along the streets")))
        problem = patrol_problem(area, shift, on_duty, due, owed=owed, seed=seed_of_day)
        plan = plan_shift(area, problem, owed, seed=seed_of_day, progress=step)
        owed = still_owed(plan, owed)
        rows += [*notices, *name_stranded_teams(problem)]
        rows += [*unmet_hot_stops(plan), *unmet_idle_teams(plan)]
        plans.append(plan)
    rows += [*_unmet_duties(area, plans, owed), *name_off_street(area)]
    return _assemble(area, teams, plans, rows, date)


def _seed_of_day(seed: int, date: dt.date) -> int:
    """Mix seed and date: each day has starts, times and tours of its own that nobody foresees."""
    mixed = np.random.SeedSequence([seed, date.toordinal()]).generate_state(1)[0]
    return int(mixed) // 2  # PyVRP counts up from it and takes 32 bits


def _owed_today(area: Area) -> dict[str, int]:
    """List the visits that each daily key point needs on this date."""
    daily = area.key_points.index[area.key_points["daily_required"].astype(bool)]
    return {str(key_point): area.settings.patrol.visits_per_key_point for key_point in daily}


def _from_first_light(shifts: Sequence[Shift]) -> list[Shift]:
    """Order the shifts from the first by daylight on."""
    first = next((number for number, shift in enumerate(shifts) if not shift.dark), 0)
    return [*shifts[first:], *shifts[:first]]


def _part(progress: Progress | None, number: int, parts: int, shift: Shift) -> Progress:
    """Report a shift's share as part of the whole."""

    def step(share: float, doing: Message) -> None:
        named = Message.of(N_("{shift}: {doing}"), shift=shift_name(shift.code), doing=doing)
        report(progress, (number + share) / parts, named)

    return step


def _unmet_duties(
    area: Area, plans: Sequence[ShiftPlan], owed: Mapping[str, int]
) -> Iterator[Unmet]:
    """Name each key point that misses a visit, with the reason in every shift."""
    for key_point, lacking in owed.items():
        causes = [
            (shift_name(plan.problem.shift.code), plan.causes[site])
            for plan in plans
            if (site := f"key_point:{key_point}") in plan.causes
        ]
        if not causes:
            causes = [(Message(N_("every shift")), _no_gate())]
        yield Unmet(
            Message.of(
                N_("Key point {name}: {n} of today's visits"),
                name=area.key_points["name"][key_point],
                n=lacking,
            ),
            join_messages(
                Message.of(N_("In the {shift}: {reason}"), shift=shift, reason=cause.reason)
                for shift, cause in causes
            ),
            join_messages(dict.fromkeys(cause.remedy for _, cause in causes)),
        )


def _no_gate() -> Cause:
    """Explain a key point that has nowhere to stand at."""
    return Cause(
        Message(N_("It has no gate with coordinates.")),
        Message(N_("Add a gate with longitude and latitude to the key points.")),
    )


def _assemble(
    area: Area,
    teams: gpd.GeoDataFrame,
    plans: Sequence[ShiftPlan],
    unmet: Sequence[Unmet],
    date: dt.date,
) -> PatrolPlan:
    """Put the shifts together in the order of the area."""
    order = [shift.code for shift in area.shifts]
    plans = sorted(plans, key=lambda plan: order.index(plan.problem.shift.code))
    visits = _stack(
        [visits_frame(p.problem, p.times, date=date, timezone=area.timezone) for p in plans]
    )
    routes = _stack([routes_frame(plan.problem, plan.times) for plan in plans])
    stops = _one_per_stop(_stack([plan.problem.stops for plan in plans]), visits)
    return PatrolPlan(
        teams=teams,
        stops=stops,
        visits=visits.reset_index(drop=True),
        routes=routes.reset_index(drop=True),
        unmet=unmet_frame(unmet),
        headline=headline_figures(teams, stops, visits, routes),
        graphs={
            (plan.problem.shift.code, mode): travel.graph
            for plan in plans
            for mode, travel in plan.problem.travel.items()
        },
    )


def _stack(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Stack frames of the same columns; empty ones have no types worth keeping."""
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled) if filled else frames[0]


def _one_per_stop(stops: gpd.GeoDataFrame, visits: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep a gate that was offered to several shifts once: where it is visited, else where due."""
    visited = set(zip(visits["shift"], visits["stop_id"], strict=True))
    unvisited = [key not in visited for key in zip(stops["shift"], stops.index, strict=True)]
    by_use = stops.assign(unvisited=unvisited).sort_values("unvisited", kind="stable")
    kept = by_use[~by_use.index.duplicated()].drop(columns="unvisited")
    return kept.loc[stops.index.unique()]
