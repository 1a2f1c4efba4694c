"""Settings of an area, with the default, the unit, the bounds and the origin of each number."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from data.errors import N_, FaultList, Message
from data.shift_tables import read_shifts
from data.shifts import Shift

T = TypeVar("T")
UNITS = ("cell", "square", "hexagon", "area", "segment")
"""What incidents are counted by: `cell` is a cell of `cell_shape`, `area` a drawn one (网格)."""
AUTO = "auto"


def _within(default: float, least: float, most: float) -> Any:
    """Declare a number and the bounds outside which it must be a slip of the pen."""
    return field(default=default, metadata={"bounds": (least, most)})


@dataclass(frozen=True)
class Analysis:
    """How incidents become cells and hotspots."""

    cell_size_m: float = _within(50.0, 10, 1000)
    cell_shape: str = "square"  # or "hexagon"
    bandwidth_m: float = _within(150.0, 20, 2000)
    alpha: float = _within(0.05, 0.0001, 0.5)
    min_n_ranking: int = _within(10, 1, 1000)  # below: 样本不足
    min_n_surface: int = _within(30, 1, 1000)  # below: points and counts only
    period_weeks: int = _within(0, 0, 520)  # 0: everything in the file
    hot_period_weeks: int = _within(4, 1, 104)
    baseline_weeks: int = _within(12, 1, 520)
    edge_buffer_m: float = _within(100.0, 0, 1000)
    near_facility_m: float = _within(100.0, 10, 1000)  # along the street from a gate
    unit: str = "cell"  # one of UNITS
    segment_m: float = _within(50.0, 10, 1000)  # length of a street segment, about
    correction: str = "bh"  # Benjamini-Hochberg, or the stricter "by" (Benjamini-Yekutieli)
    auto_bandwidth: bool = False  # cross-validated; bandwidth_m = "auto" says the same
    replicates: int = _within(1000, 0, 10_000)  # of the map, for its stability; 0: none


@dataclass(frozen=True)
class Patrol:
    """What a visit is, and what a shift may ask of a team.

    Dwell and revisit defaults: Koper (1995), Justice Quarterly 12(4),
    doi:10.1080/07418829500096231. Two enforcement officers: 行政处罚法 (2021) 第42条.
    """

    hot_dwell_min: float = _within(12.0, 1, 60)
    key_point_dwell_min: float = _within(15.0, 1, 60)
    revisit_max_min: float = _within(120.0, 20, 600)
    revisit_gap_min: float = _within(30.0, 0, 600)
    start_jitter_min: float = _within(10.0, 0, 60)
    visits_per_key_point: int = _within(1, 1, 10)
    key_points_need_enforcement: bool = True
    team_size: int = _within(2, 2, 6)
    min_enforcers: int = _within(2, 2, 6)
    staffing_use: str = "min"  # or "max": which head-count of the staffing table to plan with
    max_hot_stops: int = _within(30, 0, 200)
    hot_stop_spacing_m: float = _within(100.0, 0, 1000)
    unproven_stops: bool = True  # also stop where several incidents were, but no test calls it hot
    facility_prize: float = _within(0.5, 0, 100)  # of a look, by day, at a facility not due daily
    default_teams: int = _within(3, 1, 50)  # of team_size each, where there is no staffing table
    iterations: int = _within(1500, 10, 1_000_000)  # steps, not seconds: same seed, same plan


@dataclass(frozen=True)
class WorkingHours:
    """Hour limits of employees: 劳动法 第36、38、41条, 国务院令第174号.

    A plan is of one date: `max_day_h`, `max_week_h` and `work_days` bound its patrol windows, and
    above `plan_week_h` the area says so. `rest_days`, `max_overtime_month_h` and `min_rest_h` are
    kept with the area for rosters to come and have no effect on this version's plan.
    """

    max_day_h: float = _within(8.0, 1, 12)
    plan_week_h: float = _within(40.0, 1, 60)
    max_week_h: float = _within(44.0, 1, 60)
    work_days: int = _within(5, 1, 7)
    rest_days: int = _within(1, 0, 7)
    max_overtime_month_h: float = _within(36.0, 0, 36)
    min_rest_h: float = _within(11.0, 0, 48)  # a recommendation, not law


@dataclass(frozen=True)
class Streets:
    """Speeds, and how the night changes the network.

    `response_kph` is kept with the area for response times to come and has no effect yet.
    """

    foot_mps: float = _within(1.2, 0.3, 2.5)
    e_bike_kph: float = _within(15.0, 3, 25)
    vehicle_kph: float = _within(20.0, 5, 80)
    response_kph: float = _within(40.0, 5, 120)
    steps_factor: float = _within(2.0, 1, 10)  # time on stairs, times
    unlit_factor: float = _within(1.5, 1, 100)  # time on unlit ways at night, times
    max_snap_m: float = _within(100.0, 5, 500)
    closed_gates: tuple[str, ...] = ()
    """OSM node ids of gates shut at night, besides those whose opening_hours say so."""


@dataclass(frozen=True)
class BoothRules:
    """Where booths may help; 1-3-5 分钟 rings are walked, not driven."""

    new_booths: int = _within(2, 0, 50)
    cover_min: float = _within(3.0, 0.5, 30)
    candidate_spacing_m: float = _within(50.0, 5, 500)
    crew_size: int = _within(3, 2, 20)  # 1 police officer and 2 auxiliaries


@dataclass(frozen=True)
class Reporting:
    """Daily report, evaluation and duplicates.

    Kept with the area for papers to come: nothing here has an effect on this version's plan.
    """

    freeze_at: str = "16:30"
    due_at: str = "17:00"
    duplicate_m: float = _within(100.0, 0, 1000)
    duplicate_h: float = _within(24.0, 0, 240)
    evaluation_buffer_m: float = _within(200.0, 0, 2000)
    evaluation_weeks: int = _within(4, 1, 52)
    public_min_n: int = _within(3, 1, 100)


DAY = Shift("day", 6 * 60, 18 * 60, patrol=((480, 690), (810, 1020)))
NIGHT = Shift("night", 18 * 60, 6 * 60, patrol=((1110, 1290),), dark=True)


@dataclass(frozen=True)
class Settings:
    """Every default that `area.toml` may override."""

    analysis: Analysis = Analysis()
    patrol: Patrol = Patrol()
    hours: WorkingHours = WorkingHours()
    streets: Streets = Streets()
    booths: BoothRules = BoothRules()
    reporting: Reporting = Reporting()
    shifts: tuple[Shift, ...] = (DAY, NIGHT)


def read_settings(tables: Mapping[str, Any], faults: FaultList) -> Settings:
    """Read settings from the tables of an `area.toml`, noting every fault.

    Examples
    --------
    >>> faults = FaultList("area.toml")
    >>> read_settings({"streets": {"foot_mps": 1.0}}, faults).streets.foot_mps
    1.0
    >>> _ = read_settings({"streets": {"foot_mps": "fast"}, "patrol": {"team_size": 1}}, faults)
    >>> for fault in faults.faults:
    ...     print(fault)
    area.toml, patrol.team_size: This setting must lie between 2 and 6. (value: 1) Correct it.
    area.toml, streets.foot_mps: This setting must be a number. (value: fast) Write a number.
    """
    sections: dict[str, Any] = {}
    for section in fields(Settings):
        default = section.default
        given = tables.get(section.name, {})
        if section.name == "analysis":
            given = _read_auto(given)
        if is_dataclass(default) and not isinstance(default, type):
            sections[section.name] = _read_section(section.name, default, given, faults)
    sections["shifts"] = read_shifts(tables.get("shifts"), faults) or (DAY, NIGHT)
    settings = Settings(**sections)
    _check_words(settings, faults)
    _check_hours(settings, faults)
    return settings


def _read_section(name: str, default: T, given: Any, faults: FaultList) -> T:
    """Replace the defaults of one section by the given values that are sound."""
    if not isinstance(given, Mapping):
        faults.add(
            N_("This must be a table."), N_("Write its name in square brackets."), column=name
        )
        return default
    known = {f.name: f for f in fields(default)}  # type: ignore[arg-type]  # checked by the caller
    sound = {}
    for key, value in given.items():
        column = f"{name}.{key}"
        if key not in known:
            remedy = Message.of(N_("Use one of: {names}."), names=", ".join(known))
            faults.add(N_("There is no such setting."), remedy, column=column)
            continue
        kept = _read_value(getattr(default, key), value, known[key].metadata, column, faults)
        if kept is not None:
            sound[key] = kept
    return replace(default, **sound)  # type: ignore[type-var]


def _read_auto(given: Any) -> Any:
    """Read `bandwidth_m = "auto"` as the wish that it be cross-validated; the default stays."""
    if not isinstance(given, Mapping) or given.get("bandwidth_m") != AUTO:
        return given
    rest = {key: value for key, value in given.items() if key != "bandwidth_m"}
    return {**rest, "auto_bandwidth": True}


def _read_value(
    default: Any, value: Any, metadata: Mapping[str, Any], column: str, faults: FaultList
) -> Any:
    """Return `value` in the type of `default`, or None after noting what is wrong with it."""
    if isinstance(default, bool) or not isinstance(default, int | float):
        if isinstance(default, tuple) and isinstance(value, list):
            return tuple(str(item) for item in value)
        if type(value) is type(default):
            return value
        kind = Message.of(N_("Write it like this: {example}."), example=repr(default))
        faults.add(N_("This setting has the wrong type."), kind, column=column, value=value)
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.add(
            N_("This setting must be a number."), N_("Write a number."), column=column, value=value
        )
        return None
    least, most = metadata["bounds"]
    if not least <= value <= most or (isinstance(default, int) and value != int(value)):
        bounds = Message.of(
            N_("This setting must lie between {least} and {most}."), least=least, most=most
        )
        faults.add(bounds, N_("Correct it."), column=column, value=value)
        return None
    return type(default)(value)


def _check_words(settings: Settings, faults: FaultList) -> None:
    """Refuse a word where only certain words mean something."""
    for column, word, allowed in (
        ("analysis.cell_shape", settings.analysis.cell_shape, ("square", "hexagon")),
        ("analysis.unit", settings.analysis.unit, UNITS),
        ("analysis.correction", settings.analysis.correction, ("bh", "by")),
        ("patrol.staffing_use", settings.patrol.staffing_use, ("min", "max")),
    ):
        if word not in allowed:
            choice = Message.of(N_("Use one of: {names}."), names=", ".join(allowed))
            faults.add(N_("This word is not known."), choice, column=column, value=word)


def _check_hours(settings: Settings, faults: FaultList) -> None:
    """Refuse a shift that keeps a person longer than a working day, or a week of it too long."""
    hours = settings.hours
    for shift in settings.shifts:
        longest = min(hours.max_day_h, hours.max_week_h / hours.work_days)
        if shift.patrol_min > longest * 60:
            faults.add(
                Message.of(
                    N_("The patrol windows last {hours} h; the law allows {most} h."),
                    hours=round(shift.patrol_min / 60, 1),
                    most=round(longest, 1),
                ),
                N_("Shorten them, or split them between two shifts."),
                column=f"shifts.{shift.code}",
            )
