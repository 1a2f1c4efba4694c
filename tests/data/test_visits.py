from pathlib import Path

import pandas as pd
import pytest

from data.area import read_area
from data.columns import COLUMNS, REQUIRED
from data.errors import AreaError

HEADER = "日期,班次,队伍,人数,点位编号,到达,离开,结果,填报人"


def write_visits(folder: Path, *rows: str, header: str = HEADER) -> None:
    """Write the patrol records of an area."""
    (folder / "visits.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_an_area_needs_no_patrol_records(area_folder: Path) -> None:
    """Without the file the frame is empty, has every column, and nothing is noticed."""
    area = read_area(area_folder)
    assert area.visits.empty
    assert {"point_id", "arrived_at", "left_at", "dwell_min", "result"} <= set(area.visits)
    assert not any("patrol records" in str(notice) for notice in area.notices)


def test_visits_are_read(area_folder: Path) -> None:
    """Clocks belong to the record's date, leaving past midnight to the next day; codes are ours."""
    write_visits(
        area_folder,
        "2026-11-02,白班,甲所,2,H1,8:05,8:20,无异常,",
        "2026年11月2日,夜班,乙队,3,H1,23:55,0:10,取缔,",
        "2026/11/3,白班,甲所,2,C1,2026-11-03 09:00,,发现,",
        "2026/11/4,白班,甲所,2,C1,,,未到,",
    )
    visits = read_area(area_folder).visits
    assert visits.index.tolist() == ["V2", "V3", "V4", "V5"]
    assert visits["dwell_min"].fillna(-1).tolist() == [15, 15, -1, 0]
    assert visits["result"].tolist() == ["nothing_found", "shut_down", "found", "not_reached"]
    assert visits["shift"].tolist() == ["day", "night", "day", "day"]
    assert visits["arrived_at"].iloc[1] == pd.Timestamp("2026-11-02 23:55", tz="Asia/Shanghai")
    assert visits["left_at"].iloc[1] == pd.Timestamp("2026-11-03 00:10", tz="Asia/Shanghai")


def test_who_filled_in_a_record_is_never_read(area_folder: Path) -> None:
    """The column 填报人 is no column of ours, and what stands in it is in no frame."""
    write_visits(area_folder, "2026-11-02,白班,甲所,2,H1,8:05,8:20,无异常,张三丰")
    visits = read_area(area_folder).visits
    headers = {header for ours, others in COLUMNS["visits"].items() for header in (ours, *others)}
    assert not {"填报人", "entered_by"} & headers
    assert "张三丰" not in visits.to_csv()


def test_visits_change_what_a_result_is_made_of(area_folder: Path) -> None:
    """The area's hash names its patrol records too."""
    before = read_area(area_folder).content_hash
    write_visits(area_folder, "2026-11-02,白班,甲所,2,H1,8:05,8:20,无异常,")
    assert read_area(area_folder).content_hash != before


def test_records_of_unknown_points_are_mentioned(area_folder: Path) -> None:
    """A visit to a point that is not on the list stays, and its number is said."""
    write_visits(area_folder, "2026-11-02,白班,甲所,2,X9,8:05,8:20,无异常,")
    area = read_area(area_folder)
    assert len(area.visits) == 1
    assert any(str(notice).startswith("1 patrol records") for notice in area.notices)


def test_every_fault_has_its_row(area_folder: Path) -> None:
    """Times that cannot be, words unknown and cells left empty are named with row and column."""
    write_visits(
        area_folder,
        "2026-11-02,白班,甲所,2,H1,,8:20,无异常,",
        "2026-11-02,白班,甲所,2,H1,8:05,7:50,无异常,",
        "不知道,白班,甲所,2,H1,8:05,8:20,大概没事,",
    )
    with pytest.raises(AreaError) as caught:
        read_area(area_folder)
    faults = {(fault.row, fault.column) for fault in caught.value.faults}
    assert {(2, "arrived_at"), (3, "left_at"), (4, "date"), (4, "result")} <= faults


@pytest.mark.parametrize("column", REQUIRED["visits"])
def test_needed_columns_are_named(area_folder: Path, column: str) -> None:
    """A file without a day, a point or an arrival is refused in words."""
    names = {"date": "日期", "point_id": "点位编号", "arrived_at": "到达"}
    kept = [name for key, name in names.items() if key != column]
    write_visits(area_folder, ",".join("1" for _ in kept), header=",".join(kept))
    with pytest.raises(AreaError) as caught:
        read_area(area_folder)
    assert column in {fault.column for fault in caught.value.faults}


def test_outpatient_visits_are_optional(area_folder: Path) -> None:
    """Missing for all without the column; else of the facility, in one of its rows or in all."""
    assert read_area(area_folder).key_points["outpatient_visits"].isna().all()
    file = area_folder / "key_points.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    gate = rows[1].replace("117.9", "117.8999")
    file.write_text(
        "\n".join([f"{rows[0]},门诊量", f"{rows[1]},", f"{gate},1250000", f"{rows[2]},", ""]),
        encoding="utf-8",
    )
    visits = read_area(area_folder).key_points["outpatient_visits"]
    assert visits["H1"] == 1_250_000
    assert pd.isna(visits["C1"])


def test_two_numbers_of_one_facility_are_a_fault(area_folder: Path) -> None:
    """Gates of one hospital with different yearly visits are refused, below 0 as well."""
    file = area_folder / "key_points.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{rows[0]},年门诊人次", f"{rows[1]},10", f"{rows[1]},20", f"{rows[2]},", ""])
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AreaError) as caught:
        read_area(area_folder)
    assert {fault.column for fault in caught.value.faults} == {"outpatient_visits"}
    file.write_text(text.replace(",20", ",-1").replace(",10", ",-1"), encoding="utf-8")
    with pytest.raises(AreaError):
        read_area(area_folder)


def test_a_telephone_number_is_no_number_of_people(area_folder: Path) -> None:
    """What stands in the column of people and is none is a fault, and is not repeated in it."""
    write_visits(area_folder, "2026-11-02,白班,甲所,13812345678,H1,8:05,8:20,无异常,")
    with pytest.raises(AreaError) as raised:
        read_area(area_folder)
    assert "13812345678" not in str(raised.value)
