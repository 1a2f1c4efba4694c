"""Columns, types and ranges of every frame that crosses a module boundary."""

import pandas as pd
import pandera.pandas as pa

SHARE = pa.Check.in_range(0, 1)
LON = pa.Check.in_range(-180, 180)
LAT = pa.Check.in_range(-90, 90)
PEOPLE = pa.Check.in_range(0, 9_999)
"""People counted together: more is another number, such as somebody's telephone."""
OUTPATIENTS = pa.Check.in_range(0, 100_000_000)
ZONED = pa.Check(
    lambda times: isinstance(times.dtype, pd.DatetimeTZDtype), error="local time with zone"
)


def _frame(index: str, columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    """Declare a frame indexed uniquely by `index`; more columns may follow, none is dropped."""
    return pa.DataFrameSchema(columns, index=pa.Index(str, name=index, unique=True), strict=False)


def _text(checks: pa.Check | None = None) -> pa.Column:
    # an empty column has no type of its own until it is given one
    return pa.Column(str, checks, coerce=True)


def _number(check: pa.Check | None = None, *, nullable: bool = False) -> pa.Column:
    return pa.Column(float, check, coerce=True, nullable=nullable, required=False)


def _filled(*, unique: bool = False) -> pa.Column:
    return pa.Column(nullable=False, unique=unique, required=False)


# --- the rows of a file, before they become frames ------------------------------------------------

FILES = {
    "incidents": pa.DataFrameSchema(
        {
            "incident_id": _filled(unique=True),
            "occurred_from": _filled(),
            "lon": _number(LON, nullable=True),  # without a place: counted, not a fault
            "lat": _number(LAT, nullable=True),
        }
    ),
    "key_points": pa.DataFrameSchema(
        {
            "name": _filled(),
            "category": _filled(),
            "lon": _number(LON),
            "lat": _number(LAT),
            "outpatient_visits": _number(OUTPATIENTS, nullable=True),
        }
    ),
    "staffing": pa.DataFrameSchema(
        {
            "org": _filled(),
            "min_count": _number(PEOPLE),
            "max_count": _number(PEOPLE),
            "night_count": _number(PEOPLE, nullable=True),
            "base_lon": _number(LON, nullable=True),
            "base_lat": _number(LAT, nullable=True),
        }
    ),
    "booths": pa.DataFrameSchema(
        {"booth_id": _filled(unique=True), "lon": _number(LON), "lat": _number(LAT)}
    ),
    "cameras": pa.DataFrameSchema(
        {"camera_id": _filled(unique=True), "lon": _number(LON), "lat": _number(LAT)}
    ),
    "communities": pa.DataFrameSchema({"name": _filled(unique=True)}),
    "visits": pa.DataFrameSchema(
        {
            "date": _filled(),
            "point_id": _filled(),
            "headcount": _number(PEOPLE, nullable=True),
            "enforcers": _number(PEOPLE, nullable=True),
        }
    ),
}

# --- what an area holds (geometry: metres, in the area's CRS) -------------------------------------

INCIDENTS = _frame(
    "incident_id",
    {
        "source": _text(),
        "type": _text(),
        # interval in which it happened, local time with zone; equal ends mean a known minute
        "occurred_from": pa.Column(checks=ZONED),
        "occurred_to": pa.Column(checks=ZONED),
        "time_precision": _text(pa.Check.isin(["minute", "hour", "period", "day"])),
        "address": _text(),
        "community": _text(),
        "geo_precision": _text(),
    },
)
KEY_POINTS = _frame(
    "key_point_id",
    {
        "name": _text(),
        "category": _text(),
        "community": _text(),
        "daily_required": pa.Column(bool),
        # visits of outpatients a year; missing where nobody knows
        "outpatient_visits": _number(OUTPATIENTS, nullable=True),
    },
)
GATES = _frame("gate_id", {"key_point_id": _text(), "gate_name": _text()})
COMMUNITIES = _frame("community_id", {"name": _text()})
STAFFING = _frame(
    "row_id",
    {
        "org": _text(),
        "min_count": pa.Column(int, pa.Check.ge(0)),
        "max_count": pa.Column(int, pa.Check.ge(0)),
        "counted_in": _text(),  # org whose row already counts these people; empty: none
        "can_enforce": pa.Column(bool),
        "night_count": pa.Column(int, pa.Check.ge(0)),  # of them, on duty at night
        "mode": _text(pa.Check.isin(["foot", "e_bike", "vehicle"])),
        "community": _text(),  # jurisdiction; empty: the whole area
    },
)
BOOTHS = _frame(
    "booth_id", {"name": _text(), "status": _text(pa.Check.isin(["existing", "proposed"]))}
)
CAMERAS = _frame("camera_id", {"place": _text()})
PATROL_RECORDS = _frame(
    "visit_id",
    {
        "date": pa.Column(checks=ZONED),
        "shift": _text(),
        "team": _text(),
        "headcount": _number(pa.Check.ge(0), nullable=True),
        "enforcers": _number(pa.Check.ge(0), nullable=True),
        "point_id": _text(),  # the key point, by its number in the list of key points
        "arrived_at": pa.Column(checks=ZONED, nullable=True),
        "left_at": pa.Column(checks=ZONED, nullable=True),
        "dwell_min": _number(pa.Check.ge(0), nullable=True),
        "mode": _text(pa.Check.isin(["foot", "e_bike", "vehicle"])),
        "result": _text(
            pa.Check.isin(["nothing_found", "found", "shut_down", "not_reached", "unknown"])
        ),
        "incident_id": _text(),
        "weather": _text(),
    },
)
BASEMAP = pa.DataFrameSchema({"kind": _text(), "name": _text()}, strict=False)

# --- what the analysis yields ---------------------------------------------------------------------

CELLS = _frame("cell_id", {"column": pa.Column(int), "row": pa.Column(int)})
HOTSPOTS = pa.DataFrameSchema(
    {
        "cell_id": _text(),
        "shift": _text(),
        "n": pa.Column(float, pa.Check.ge(0)),  # aoristic, in twelfths
        "expected": pa.Column(float, pa.Check.ge(0), nullable=True),
        "p_value": pa.Column(float, SHARE, nullable=True),
        "q_value": pa.Column(float, SHARE, nullable=True),
        "hot": pa.Column(bool),
    },
    strict=False,
)
STOPS = _frame(
    "stop_id",
    {
        "shift": _text(),
        "stop_kind": _text(pa.Check.isin(["key_point", "hotspot"])),
        "place_id": _text(),  # the key point, or the hot cell
        "label": _text(),
        "prize": pa.Column(float, pa.Check.ge(0)),
        "dwell_min": pa.Column(float, pa.Check.gt(0)),
        "required": pa.Column(bool),
        "needs_enforcement": pa.Column(bool),
        "proven": pa.Column(bool),  # False: a place with many incidents that no test calls hot
    },
)
TEAMS = _frame(
    "team_id",
    {
        "shift": _text(),
        "name": _text(),
        "orgs": _text(),
        "size": pa.Column(int, pa.Check.ge(2)),
        "enforcers": pa.Column(int, pa.Check.ge(0)),
        "mode": _text(pa.Check.isin(["foot", "e_bike", "vehicle"])),
        "community": _text(),  # jurisdiction; empty: the whole area
    },
)
VISITS = pa.DataFrameSchema(
    {
        "shift": _text(),
        "team": _text(),
        "order": pa.Column(int, pa.Check.ge(1)),
        "stop_id": _text(),
        "stop_kind": _text(pa.Check.isin(["key_point", "hotspot"])),
        "place_id": _text(),
        "required": pa.Column(bool),
        "proven": pa.Column(bool),
        "label": _text(),
        "arrive_at": pa.Column(checks=ZONED),
        "depart_at": pa.Column(checks=ZONED),
        "dwell_min": pa.Column(float, pa.Check.gt(0)),
    },
    strict=False,
)
ROUTES = pa.DataFrameSchema(
    {
        "shift": _text(),
        "team": _text(),
        "leg": pa.Column(int),
        "mode": _text(),
        "length_m": pa.Column(float, pa.Check.ge(0)),
        "travel_s": pa.Column(float, pa.Check.ge(0)),
    },
    strict=False,
)
UNMET = pa.DataFrameSchema({"what": pa.Column(), "reason": pa.Column(), "remedy": pa.Column()})
