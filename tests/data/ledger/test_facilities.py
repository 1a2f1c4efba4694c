from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import schema
from data.ledger.facilities import facility_frame, facility_frames
from data.ledger.facility_rows import COLUMNS
from data.ledger.findings import Findings
from data.ledger.table import LedgerTable

OURS = {
    "编号": "facility_id",
    "名称": "name",
    "类别": "category",
    "等级": "grade",
    "地址": "address",
    "门口数": "gate_count",
    "门口名称": "gate_name",
    "许可证号": "licence_no",
    "每日必巡": "daily_required",
    "状态": "status",
    "启用日期": "valid_from",
    "停用日期": "valid_to",
    "医保定点": "insured",
    "责任人": "responsible_person",
}
HERE = (117.9, 38.85)
Row = dict[str, str]


def read(
    rows: list[Row], places: list[tuple[float, float]] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, Findings]:
    """Read a list; rows without a place of their own stand at one spot."""
    cells = pd.DataFrame(rows, dtype=str).fillna("").set_axis(range(2, len(rows) + 2))
    at = places or [HERE] * len(rows)
    lon, lat = (
        pd.Series([place[axis] for place in at], cells.index, dtype=float) for axis in (0, 1)
    )
    columns = {ours: header for header, ours in OURS.items() if header in cells}
    findings = Findings()
    table = LedgerTable("名单.xlsx", "", cells)
    facilities, gates = facility_frames(table, columns, lon, lat, findings=findings)
    return facilities, gates, findings


def test_layers_are_what_the_area_takes() -> None:
    """Facilities and gates hold against the schemas of key points and gates."""
    facilities, gates, _ = read([{"名称": "青梧医院", "类别": "三甲医院"}])
    key_points = facilities.set_axis(facilities.index.rename("key_point_id"))
    schema.KEY_POINTS.validate(key_points)
    schema.GATES.validate(gates)
    assert tuple(facilities.columns) == (*COLUMNS, "geometry")
    assert facilities.crs.to_epsg() == gates.crs.to_epsg() == 4326
    assert gates.geometry.iloc[0].coords[:] == [HERE]


def test_one_row_a_gate() -> None:
    """Rows of one number are gates of one facility, each where it stands."""
    north = (117.901, 38.851)
    rows = [
        {"编号": "K1", "名称": "青梧医院", "类别": "三甲医院", "门口名称": "正门"},
        {"编号": "K1", "名称": "", "类别": "", "门口名称": "北门"},
    ]
    facilities, gates, _ = read(rows, [HERE, north])
    assert facilities.index.tolist() == ["K1"]
    assert facilities.loc["K1", ["name", "category", "gate_count", "gate_name"]].tolist() == [
        *("青梧医院", "tertiary_hospital", 2, "正门、北门"),
    ]
    assert gates.index.tolist() == ["K1-1", "K1-2"]
    assert gates["key_point_id"].tolist() == ["K1", "K1"]
    assert gates.geometry.iloc[1].coords[:] == [north]


def test_gates_named_in_one_cell() -> None:
    """Gates that share a cell share a place, which is said; more than are named are said too."""
    facilities, gates, findings = read(
        [
            {"名称": "甲医院", "门口名称": "东门、西门", "门口数": "3"},
            {"名称": "乙医院", "门口名称": "", "门口数": "2"},
        ]
    )
    assert gates["gate_name"].tolist() == ["东门", "西门", ""]
    assert facilities["gate_count"].tolist() == [3, 2]
    assert findings.counts == {
        "class_from_name": 2,
        "gates_without_place": 1,
        "gates_unnamed": 2,
    }


def test_gates_of_one_name_without_number() -> None:
    """Rows that name gates of one name are one facility nearby, and two across the town."""
    rows = [{"名称": "甲医院", "门口名称": gate} for gate in ("东门", "西门")]
    near, _, _ = read(rows, [HERE, (117.902, 38.85)])
    far, _, _ = read(rows, [HERE, (117.95, 38.85)])
    assert (len(near), len(far)) == (1, 2)


def test_branches_are_facilities_of_their_own() -> None:
    """The same name at another address or place is another branch; the same row twice is one."""
    rows = [
        {"名称": "某大药房", "地址": "一路1号"},
        {"名称": "某大药房", "地址": "二路2号"},
        {"名称": "某大药房", "地址": "一路1号"},
        {"名称": "某大药房", "地址": "一路1号"},
    ]
    facilities, gates, findings = read(rows, [HERE, HERE, HERE, (117.95, 38.8)])
    assert len(facilities) == len(gates) == 3
    assert findings.counts["facility_repeated"] == 1
    assert findings.counts["facility_name_elsewhere"] == 2


def test_the_licence_joins() -> None:
    """Rows of one licence and name are one facility; the licence gives it the same number later."""
    one = {"名称": "甲药店", "地址": "一路1号", "许可证号": "津 CA0220001"}
    first, _, _ = read([one, {**one, "地址": "一路１号", "状态": "营业"}])
    later, _, _ = read([{"名称": "甲药店", "地址": "三路3号", "许可证号": "津CA0220001"}])
    assert len(first) == 1
    assert first["status"].tolist() == ["open"]
    assert first["licence_no"].tolist() == ["津CA0220001"]
    assert first.index.equals(later.index)


def test_numbers_that_two_share() -> None:
    """Two names under one number are two facilities, and that is said."""
    facilities, _, findings = read(
        [{"编号": "1", "名称": "甲药店"}, {"编号": "1", "名称": "乙药店"}]
    )
    assert facilities["name"].tolist() == ["甲药店", "乙药店"]
    assert facilities.index.is_unique
    assert facilities.index[0] == "1"
    assert findings.counts["facility_number_shared"] == 1


def test_numbers_of_persons_are_not_kept() -> None:
    """A telephone or identity number stands neither as number, nor as licence, nor in a text."""
    facilities, gates, findings = read(
        [
            {"编号": "13812345678", "名称": "甲诊所", "许可证号": "440524188001010014"},
            {
                "编号": "2",
                "名称": "乙诊所",
                "地址": "一路1号 电话138-1234-5678",
                "许可证号": "13812345678",
            },
        ]
    )
    kept = "\n".join(
        [facilities.drop(columns="geometry").reset_index().to_csv(), gates.reset_index().to_csv()]
    )
    listed = findings.table().to_csv()
    for secret in ("13812345678", "138-1234-5678", "440524188001010014"):
        assert secret not in kept
        assert secret not in listed
    assert findings.counts["number_of_person"] == 2


@pytest.mark.parametrize(
    ("name", "word", "status", "rule"),
    [
        ("甲药店", "营业", "open", None),
        ("甲药店", "在业", "open", None),
        ("甲药店", "停业", "closed", None),
        ("甲药店", "暂停营业", "closed", None),
        ("甲药店", "已注销", "closed", None),
        ("甲药店", "迁出", "moved", None),
        ("甲药店", "", "", None),
        ("甲药店", "不详", "", None),
        ("甲药店(暂停营业)", "", "closed", "facility_status_from_name"),
        ("甲药店（已搬迁）", "", "moved", "facility_status_from_name"),
        ("甲药店(原停车场旁)", "", "", None),
        ("甲药店(已停业)", "营业", "open", None),
        ("甲药店", "待定中", "", "facility_status_unknown"),
    ],
)
def test_closed_and_moved_are_kept(name: str, word: str, status: str, rule: str | None) -> None:
    """Closed and moved facilities stay, with their status, which a name in brackets may tell."""
    facilities, _, findings = read([{"名称": name, "状态": word}])
    assert facilities["status"].tolist() == [status]
    assert set(findings.counts) - {"class_from_name"} == ({rule} if rule else set())


def test_who_is_due_daily() -> None:
    """Hospitals and health centres are due daily unless the list says otherwise."""
    facilities, _, findings = read(
        [
            {"名称": "甲", "类别": "三甲医院", "每日必巡": ""},
            {"名称": "乙", "类别": "药店", "每日必巡": ""},
            {"名称": "丙", "类别": "药店", "每日必巡": "是"},
            {"名称": "丁", "类别": "三甲医院", "每日必巡": "否"},
            {"名称": "戊", "类别": "民营医院", "每日必巡": "看情况"},
        ]
    )
    assert facilities["daily_required"].tolist() == [True, False, True, False, True]
    assert findings.counts == {"flag_unread": 1}


def test_days_and_flags() -> None:
    """Days are read in every usual form, with what was assumed counted."""
    facilities, _, findings = read(
        [
            {"名称": "甲药店", "启用日期": "2018.1.5", "停用日期": "至今", "医保定点": "是"},
            {"名称": "乙药店", "启用日期": "43105", "停用日期": "2017年", "医保定点": "否"},
            {"名称": "丙药店", "启用日期": "去年", "停用日期": "2019/2/3", "医保定点": ""},
        ]
    )
    assert facilities["valid_from"].tolist() == ["2018-01-05", "2018-01-05", ""]
    assert facilities["valid_to"].tolist() == ["", "2017-01-01", "2019-02-03"]
    assert facilities["insured"].tolist() == ["yes", "no", ""]
    del findings.counts["class_from_name"]
    assert findings.counts == {
        "day_from_serial": 1,
        "day_unread": 1,
        "day_from_month": 1,
        "days_reversed": 1,
    }


def test_without_place_or_name() -> None:
    """A facility without coordinates is kept, one without a name is called by class and row."""
    rows = [
        {"名称": "甲药店", "类别": ""},
        {"名称": "", "类别": "药店"},
        {"名称": "", "类别": "药店"},
    ]
    facilities, gates, findings = read(rows, [(np.nan, np.nan), HERE, (np.nan, np.nan)])
    assert facilities["name"].tolist() == ["甲药店", "pharmacy 3"]
    assert facilities.geometry.isna().tolist() == [True, False]
    assert len(gates) == 1
    del findings.counts["class_from_name"]
    assert findings.counts == {
        "facility_row_empty": 1,
        "facility_without_place": 1,
        "facility_name_missing": 1,
    }


def test_the_next_file_knows_the_same_facilities() -> None:
    """Numbers made here depend on the facility, not on the row or on what else is in the file."""
    rows = [{"名称": f"药店{n}", "地址": f"{n}号"} for n in range(5)]
    first, _, _ = read(rows)
    later, _, _ = read([{"名称": "新药店", "地址": ""}, *rows[::-1]])
    assert set(first.index) == set(later.index) - {later.index[0]}


def test_nothing_at_all() -> None:
    """A list without rows gives layers without features."""
    cells = pd.DataFrame({"名称": pd.Series(dtype=str)}, index=pd.Index([], dtype=int))
    nothing = pd.Series([], cells.index, dtype=float)
    made = facility_frame(
        LedgerTable("a.csv", "", cells), {"name": "名称"}, nothing, nothing, findings=Findings()
    )
    assert len(made) == 0
    assert tuple(made.columns) == (*COLUMNS, "geometry")


TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries(
        {header: st.sampled_from(["", "甲", "1", "2018"]) | TEXT for header in OURS}
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15)  # each reads a whole list
@given(
    ROWS, st.lists(st.sampled_from([HERE, (117.8, 38.8), (np.nan, np.nan)]), min_size=6, max_size=6)
)
def test_every_row_is_somewhere(rows: list[Row], places: list[tuple[float, float]]) -> None:
    """Whatever the cells hold: unique numbers, gates of known facilities, no row lost unsaid."""
    facilities, gates, findings = read(rows, places[: len(rows)])
    assert facilities.index.is_unique
    assert gates.index.is_unique
    assert set(gates["key_point_id"]) <= set(facilities.index)
    placed = facilities[facilities.geometry.notna()]
    assert set(placed.index) == set(gates["key_point_id"])
    assert (facilities["gate_count"] >= 1).all()
    gone = sum(findings.counts.get(code, 0) for code in ("facility_row_empty", "facility_repeated"))
    assert len(facilities) + gone <= len(rows)
    if gone == 0 and len(rows) == 1:
        assert len(facilities) == 1


@pytest.mark.real_data
def test_real_hospitals(shared: Path) -> None:
    """All 7,513 rows are facilities: 381 vets, 956 health centres, 184 with a name before them."""
    file = shared / "shanghai_poi" / "shanghai_hospital.csv"
    cells = pd.read_csv(file, dtype=str, keep_default_na=False)
    cells = cells.set_axis(range(2, len(cells) + 2))
    columns = {"name": "name", "address": "address", "category": "type", "community": "adname"}
    findings = Findings()
    facilities, gates = facility_frames(
        LedgerTable(file.name, "", cells),
        columns,
        cells["lon"].astype(float),
        cells["lat"].astype(float),
        findings=findings,
    )
    assert len(facilities) == len(gates) == 7513
    counts = facilities["category"].value_counts()
    assert (counts["veterinary"], counts["community_health_center"]) == (381, 956)
    assert findings.counts["facility_name_elsewhere"] == 184
    assert findings.counts["facility_status_from_name"] == 7
