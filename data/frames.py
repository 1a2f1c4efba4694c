"""Checked tables -> the frames of an area, in longitude and latitude."""

import geopandas as gpd
import numpy as np
import pandas as pd

from data.columns import DAILY_CATEGORIES
from data.errors import N_, FaultList, Message
from data.row_checks import check_datum, check_rows, read_codes, read_flags
from data.row_ids import number_rows
from data.schema import FILES
from data.tables import WGS84
from data.times import is_hour_only, parse_times, start_of_day

ONE_HOUR = pd.Timedelta(hours=1)


def _texts(table: pd.DataFrame, *columns: str) -> dict[str, pd.Series]:
    """Pick text columns, empty where the table has none."""
    blank = pd.Series("", table.index, dtype=str)
    return {column: table.get(column, blank) for column in columns}


def _points(typed: pd.DataFrame) -> gpd.GeoSeries:
    """Make points of the columns `lon` and `lat`."""
    points = gpd.points_from_xy(typed["lon"].astype(float), typed["lat"].astype(float), crs=WGS84)
    return gpd.GeoSeries(points, index=typed.index)


def _ids(table: pd.DataFrame, column: str, letter: str) -> pd.Series:
    """Pick the ids of rows; a row without one is named by its number in the file."""
    given = _texts(table, column)[column]
    return number_rows(given, given == "", letter)


def _framed(
    columns: dict[str, pd.Series], geometry: gpd.GeoSeries, ids: pd.Series, name: str
) -> gpd.GeoDataFrame:
    """Build a frame of aligned columns, indexed by `ids`."""
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=WGS84)
    return frame.loc[ids.index].set_index(pd.Index(ids.astype(str), name=name))


def incident_frame(
    table: pd.DataFrame, timezone: str, faults: FaultList
) -> tuple[gpd.GeoDataFrame, list[tuple[Message, int]], bool]:
    """
    Turn a ledger into incidents.

    Parameters
    ----------
    table
        Text columns as `data.tables.read_table` gives them.
    timezone
        Zone of the times that name none.
    faults
        Collects what is wrong, row by row.

    Returns
    -------
    incidents, left_out, has_hours
        The incidents that have a place; how many rows were left out and why; whether any incident
        has an hour of day.
    """
    table = table.assign(incident_id=_ids(table, "incident_id", "R"))
    typed = check_rows(table, FILES["incidents"], faults)
    check_datum(table, faults)
    table = table.loc[typed.index]
    begin, end, precision, has_hours = _intervals(table, timezone, faults)
    nowhere = (typed["lon"] == 0) & (typed["lat"] == 0)
    placed = typed["lon"].notna() & typed["lat"].notna() & ~nowhere
    ids = table["incident_id"]
    columns = {
        "source": read_codes(table, "source", faults),
        "type": read_codes(table, "type", faults),
        "occurred_from": begin,
        "occurred_to": end,
        "time_precision": precision,
        **_texts(table, "address", "community"),
        "geo_precision": read_codes(table, "geo_precision", faults),
    }
    frame = _framed(columns, _points(typed), ids[placed & begin.notna()], "incident_id")
    left_out = [(Message.of(N_("The record has no place.")), int((~placed).sum()))]
    return frame, left_out, has_hours


def _intervals(
    table: pd.DataFrame, timezone: str, faults: FaultList
) -> tuple[pd.Series, pd.Series, pd.Series, bool]:
    """Read when each incident began and ended at the latest, and how exactly that is known."""
    columns = _texts(table, "occurred_from", "occurred_to")
    begin, has_hour = parse_times(columns["occurred_from"], timezone)
    end, end_has_hour = parse_times(columns["occurred_to"], timezone)
    for column, times in (("occurred_from", begin), ("occurred_to", end)):
        unread = times.isna() & (columns[column] != "")
        for row, text in columns[column][unread].head(20).items():
            faults.add(
                N_("This time cannot be read."),
                N_("Write it like 2026-09-03 08:15."),
                row=row,
                column=column,
                value=text,
            )
    for row in table.index[(end < begin) & has_hour & end_has_hour][:20]:
        faults.add(
            N_("The incident ends before it begins."),
            N_("Exchange the two times."),
            row=row,
            column="occurred_to",
            value=columns["occurred_to"][row],
        )
    stated = read_codes(table, "time_precision", faults)
    day = begin.notna() & (~has_hour | (stated == "day"))
    period = ~day & (end > begin)
    hour = ~day & ~period & ((stated == "hour") | is_hour_only(columns["occurred_from"]))
    precision = pd.Series(
        np.select([day, period, hour], ["day", "period", "hour"], "minute"), table.index, dtype=str
    )
    last_day = start_of_day(end.where(end > begin, begin), later_days=1)
    begin = begin.where(~day, start_of_day(begin))
    end = end.where(period, begin).where(~day, last_day).where(~hour, begin + ONE_HOUR)
    return begin, end, precision, bool((has_hour & ~day).any())


def key_point_frames(
    table: pd.DataFrame, faults: FaultList
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Turn the list of gates into key points and their gates.

    A facility has one row per gate. Where the column 每日必巡 is missing every facility is due
    daily; where the cell is empty, hospitals and health centres are.
    """
    typed = check_rows(table, FILES["key_points"], faults)
    check_datum(table, faults)
    table = table.loc[typed.index]
    category = read_codes(table, "category", faults)
    daily = pd.Series(data=True, index=table.index)
    if "daily_required" in table:
        daily = read_flags(table, "daily_required", category.isin(DAILY_CATEGORIES), faults)
    facility = _ids(table, "facility_id", "K")
    _refuse_mixed(facility, table["name"], category, faults)
    visits = _outpatient_visits(facility, typed, faults)
    closed = _texts(table, "status")["status"].isin(["停业", "迁出", "closed"])
    facility, points = facility[~closed], _points(typed)
    number = facility.groupby(facility).cumcount() + 1
    gates = _framed(
        {"key_point_id": facility, **_texts(table, "gate_name")},
        points,
        facility + "-" + number.astype(str),
        "gate_id",
    )
    first = facility[~facility.duplicated()]
    columns = {
        **_texts(table, "name"),
        "category": category,
        **_texts(table, "community"),
        "daily_required": daily,
        "outpatient_visits": visits,
    }
    return _framed(columns, points, first, "key_point_id"), gates


def _outpatient_visits(facility: pd.Series, typed: pd.DataFrame, faults: FaultList) -> pd.Series:
    """Read the visits of outpatients of each facility from any of its rows."""
    stated = typed.get("outpatient_visits", pd.Series(np.nan, typed.index)).astype(float)
    by_facility = stated.groupby(facility)
    for mixed in by_facility.nunique()[lambda n: n > 1].index:
        rows = facility.index[(facility == mixed) & stated.notna()]
        faults.add(
            Message.of(
                N_("Rows {rows} have one number, but not one number of outpatient visits."),
                rows=", ".join(map(str, rows)),
            ),
            N_("Write the visits of the whole facility, in one of its rows or in all."),
            row=rows[0],
            column="outpatient_visits",
            value=mixed,
        )
    return by_facility.transform("first")


def _refuse_mixed(
    facility: pd.Series, name: pd.Series, category: pd.Series, faults: FaultList
) -> None:
    """Note the facilities whose rows disagree on what they are."""
    kinds = pd.DataFrame({"name": name, "category": category}).groupby(facility).nunique()
    for mixed in kinds.index[(kinds > 1).any(axis=1)]:
        rows = facility.index[facility == mixed]
        faults.add(
            Message.of(
                N_("Rows {rows} have one number, but not one name and category."),
                rows=", ".join(map(str, rows)),
            ),
            N_("Give each facility its own number; all its gates have its name and category."),
            row=rows[0],
            column="facility_id",
            value=mixed,
        )


def staffing_frame(table: pd.DataFrame, faults: FaultList) -> gpd.GeoDataFrame:
    """Turn the staffing table into units; the geometry is a unit's own base, or empty."""
    typed = check_rows(table, FILES["staffing"], faults)
    table = table.loc[typed.index]
    none = pd.Series(np.nan, typed.index)
    counts = {
        column: typed.get(column, none).astype(float).fillna(0).astype(int)
        for column in ("min_count", "max_count", "night_count")
    }
    for row in table.index[counts["max_count"] < counts["min_count"]]:
        faults.add(
            N_("The greatest head-count is below the least."),
            N_("Exchange or correct the two numbers."),
            row=row,
            column="max_count",
            value=counts["max_count"][row],
        )
    nobody = pd.Series(data=False, index=table.index)
    columns = {
        **_texts(table, "org", "counted_in", "community", "basis"),
        **counts,
        "can_enforce": read_flags(table, "can_enforce", nobody, faults),
        "mode": read_codes(table, "mode", faults, closed=True),
    }
    places = typed.reindex(columns=["base_lon", "base_lat"]).set_axis(["lon", "lat"], axis=1)
    points = _points(places).where(places.notna().all(axis=1))
    return _framed(columns, points, _ids(table, "row_id", "U"), "row_id")


def booth_frame(table: pd.DataFrame, faults: FaultList) -> gpd.GeoDataFrame:
    """Turn the list of booths into those that stand or are proposed; closed ones are left out."""
    typed = check_rows(table, FILES["booths"], faults)
    check_datum(table, faults)
    table = table.loc[typed.index]
    status = read_codes(table, "status", faults, closed=True)
    ids = table["booth_id"][status != "closed"]
    return _framed({**_texts(table, "name"), "status": status}, _points(typed), ids, "booth_id")


def camera_frame(table: pd.DataFrame, faults: FaultList) -> gpd.GeoDataFrame:
    """Turn the list of cameras into points."""
    typed = check_rows(table, FILES["cameras"], faults)
    check_datum(table, faults)
    table = table.loc[typed.index]
    columns = _texts(table, "place", "bearing", "range_m", "fov_deg")
    return _framed(columns, _points(typed), table["camera_id"], "camera_id")


def community_frame(
    table: pd.DataFrame, areas: gpd.GeoSeries, faults: FaultList
) -> gpd.GeoDataFrame:
    """Turn a layer of areas into communities; `areas` is in the order of `table`."""
    typed = check_rows(table, FILES["communities"], faults)
    table = table.loc[typed.index]
    shapes = gpd.GeoSeries(areas.make_valid().to_numpy(), index=typed.index, crs=areas.crs)
    ids = table["code"] if "code" in table else table["name"]
    return _framed(_texts(table, "name"), shapes, ids, "community_id")
