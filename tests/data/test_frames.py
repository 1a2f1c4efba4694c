import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from data import schema
from data.errors import FaultList
from data.frames import (
    booth_frame,
    camera_frame,
    community_frame,
    incident_frame,
    key_point_frames,
    staffing_frame,
)

ZONE = "Asia/Shanghai"


def rows(**columns: list[str]) -> pd.DataFrame:
    """Make a text table as it comes from a file: the first record is row 2."""
    table = pd.DataFrame(columns, dtype=str)
    return table.set_axis(pd.RangeIndex(2, len(table) + 2, name="row"))


def ledger(begin: str, end: str = "", precision: str = "") -> pd.DataFrame:
    """Make a ledger of one incident."""
    return rows(
        incident_id=["1"],
        occurred_from=[begin],
        occurred_to=[end],
        time_precision=[precision],
        lon=["117.9"],
        lat=["38.85"],
    )


@pytest.mark.parametrize(
    ("begin", "end", "stated", "precision", "minutes"),
    [
        ("2026-09-03 08:15", "", "", "minute", 0),
        ("2026-09-03 08:15", "2026-09-03 08:45", "", "period", 30),
        ("2026-09-03 08:00", "", "时", "hour", 60),
        ("2026年9月3日8时", "", "", "hour", 60),
        ("2026-09-03", "", "", "day", 1440),
        ("2026-09-03", "2026-09-04", "", "day", 2880),
        ("2026-09-03 08:15", "", "日", "day", 1440),
        ("2026-09-03 22:00", "2026-09-04 02:00", "时段", "period", 240),
    ],
)
def test_an_interval_is_what_is_really_known(
    begin: str, end: str, stated: str, precision: str, minutes: int
) -> None:
    """The interval of an incident is as long as its time is uncertain, and says how it is known."""
    faults = FaultList()
    frame, _, has_hours = incident_frame(ledger(begin, end, stated), ZONE, faults)
    row = frame.iloc[0]
    assert not faults.faults
    assert row["time_precision"] == precision
    assert (row["occurred_to"] - row["occurred_from"]) == pd.Timedelta(minutes=minutes)
    assert has_hours == (precision != "day")


def test_incidents_hold_their_schema() -> None:
    """What comes out of a ledger is the declared frame, indexed by the ledger's own numbers."""
    frame, left_out, _ = incident_frame(ledger("2026-09-03 08:15"), ZONE, FaultList())
    schema.INCIDENTS.validate(frame)
    assert frame.index.tolist() == ["1"]
    assert left_out[0][1] == 0


def test_records_without_a_place_are_counted_not_lost_silently() -> None:
    """Empty coordinates and 0/0 are left out under one counted reason."""
    table = rows(
        occurred_from=["2026-09-03 08:15"] * 3,
        lon=["117.9", "", "0"],
        lat=["38.85", "38.85", "0"],
    )
    frame, left_out, _ = incident_frame(table, ZONE, FaultList())
    assert frame.index.tolist() == ["R2"]
    assert [(str(reason), n) for reason, n in left_out] == [("The record has no place.", 2)]


def test_unreadable_and_reversed_times_are_faults() -> None:
    """A time that cannot be read, and an end before the beginning, are named by row."""
    faults = FaultList()
    incident_frame(ledger("昨晚"), ZONE, faults)
    incident_frame(ledger("2026-09-03 08:15", "2026-09-03 07:15"), ZONE, faults)
    assert [(fault.row, fault.column, fault.value) for fault in faults.faults] == [
        (2, "occurred_from", "昨晚"),
        (2, "occurred_to", "2026-09-03 07:15"),
    ]


def test_a_telephone_number_in_a_time_column_is_not_shown() -> None:
    """A fault shows a date that cannot be, but no number that may be a person's."""
    faults = FaultList()
    incident_frame(ledger("王五 138.1234.5678 昨晚"), ZONE, faults)
    incident_frame(ledger("2026-13-45 08:00"), ZONE, faults)
    incident_frame(ledger("03/09/2026 08:15"), ZONE, faults)
    assert [fault.value for fault in faults.faults] == [
        "王五 *** 昨晚",
        "2026-13-45 08:00",
        "03/09/2026 08:15",
    ]
    assert all("2026-09-03" in str(fault.remedy) for fault in faults.faults)


def test_a_day_of_summer_time_is_as_long_as_it_is() -> None:
    """The interval of a day whose midnight is skipped is its 23 hours, with its zone."""
    frame, _, _ = incident_frame(ledger("2026-04-24"), "Africa/Cairo", FaultList())
    row = frame.iloc[0]
    assert row["occurred_to"] - row["occurred_from"] == pd.Timedelta(hours=23)
    assert str(frame["occurred_from"].dt.tz) == str(frame["occurred_to"].dt.tz) == "Africa/Cairo"


def test_incidents_without_a_number_get_one_of_their_own() -> None:
    """A row without number is named by its row, unlike any number that is given."""
    table = rows(
        incident_id=["R3", "", ""],
        occurred_from=["2026-09-03 08:15"] * 3,
        lon=["117.9"] * 3,
        lat=["38.85"] * 3,
    )
    faults = FaultList()
    frame, _, _ = incident_frame(table, ZONE, faults)
    assert not faults.faults
    assert frame.index.tolist() == ["R3", "RR3", "RR4"]


def test_one_facility_with_two_gates_is_one_key_point() -> None:
    """Rows with one number are gates of one key point; a closed facility is left out."""
    table = rows(
        facility_id=["H1", "H1", "P1", "P2"],
        name=["甲医院", "甲医院", "乙药店", "丙药店"],
        category=["三甲医院", "三甲医院", "药店", "药店"],
        gate_name=["北门", "南门", "", ""],
        lon=["117.9"] * 4,
        lat=["38.85", "38.851", "38.852", "38.853"],
        daily_required=["", "", "", "是"],
        status=["", "", "停业", "营业"],
    )
    key_points, gates = key_point_frames(table, FaultList())
    schema.KEY_POINTS.validate(key_points)
    schema.GATES.validate(gates)
    assert key_points["daily_required"].to_dict() == {"H1": True, "P2": True}
    assert gates.index.tolist() == ["H1-1", "H1-2", "P2-1"]


def test_a_facility_is_one_thing() -> None:
    """Rows of one number with different names or categories are a fault that names the rows."""
    table = rows(
        facility_id=["H1", "H1", "P1", "P1", "Q1", "Q1"],
        name=["甲医院", "乙医院", "丙", "丙", "丁", "丁"],
        category=["三甲医院", "tertiary_hospital", "药店", "早市", "药店", "pharmacy"],
        lon=["117.9"] * 6,
        lat=["38.85"] * 6,
    )
    faults = FaultList()
    key_point_frames(table, faults)
    assert [(f.row, f.column, f.value) for f in faults.faults] == [
        (2, "facility_id", "H1"),
        (4, "facility_id", "P1"),
    ]
    assert "2, 3" in str(faults.faults[0].what)


def test_a_facility_without_number_meets_no_other() -> None:
    """A row without number is a facility of its own, whatever numbers are given."""
    table = rows(
        facility_id=["K3", ""],
        name=["甲", "乙"],
        category=["药店", "药店"],
        lon=["117.9"] * 2,
        lat=["38.85"] * 2,
    )
    key_points, gates = key_point_frames(table, FaultList())
    assert key_points.index.tolist() == ["K3", "KK3"]
    assert len(gates) == 2


def test_without_the_column_every_key_point_is_due_daily() -> None:
    """A list of key points that says nothing about duty is a list of daily duties."""
    table = rows(name=["甲", "乙"], category=["药店", "图书馆"], lon=["1", "1"], lat=["2", "2"])
    key_points, _ = key_point_frames(table, FaultList())
    assert key_points["daily_required"].all()
    assert key_points["category"].tolist() == ["pharmacy", "图书馆"]


def test_staffing_is_counted_and_checked() -> None:
    """Counts are whole numbers, an empty base stays empty, max below min is named."""
    table = rows(
        org=["所", "队"],
        min_count=["2", "3"],
        max_count=["2", "1"],
        can_enforce=["是", ""],
        mode=["电动车", ""],
        base_lon=["117.9", ""],
        base_lat=["38.85", ""],
    )
    faults = FaultList()
    staffing = staffing_frame(table, faults)
    schema.STAFFING.validate(staffing)
    assert staffing["mode"].tolist() == ["e_bike", "foot"]
    assert staffing["can_enforce"].tolist() == [True, False]
    assert staffing.geometry.notna().tolist() == [True, False]
    assert [(fault.row, fault.column) for fault in faults.faults] == [(3, "max_count")]


def test_booths_cameras_and_communities() -> None:
    """Closed booths are left out, cameras are points, a broken polygon is repaired."""
    booths = rows(booth_id=["B1", "B2"], status=["在用", "停用"], lon=["1", "1"], lat=["2", "2"])
    assert booth_frame(booths, FaultList())["status"].to_dict() == {"B1": "existing"}
    cameras = rows(camera_id=["C1"], lon=["1"], lat=["2"])
    schema.CAMERAS.validate(camera_frame(cameras, FaultList()))
    bow_tie = gpd.GeoSeries([Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], crs=4326)
    communities = community_frame(rows(name=["甲社区"]), bow_tie, FaultList())
    schema.COMMUNITIES.validate(communities)
    assert communities.geometry.is_valid.all()


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=1, max_size=20))
def test_every_record_is_placed_or_counted(places: list[tuple[float, float]]) -> None:
    """No record vanishes: those on the map and those left out add up to the ledger."""
    lon, lat = np.array(places).T
    table = rows(
        occurred_from=["2026-09-03 08:15"] * len(places),
        lon=[f"{x:.6f}" for x in lon],
        lat=[f"{y:.6f}" for y in lat],
    )
    frame, left_out, _ = incident_frame(table, ZONE, FaultList())
    assert len(frame) + sum(n for _, n in left_out) == len(places)
