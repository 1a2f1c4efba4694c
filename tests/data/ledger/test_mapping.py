from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AreaError
from data.ledger.known_headers import HEADERS
from data.ledger.mapping import ColumnMapping, override_mapping, propose_mapping
from data.ledger.table import LedgerTable


def table_of(cells: Mapping[str, str | list[str]]) -> LedgerTable:
    """Make a table of headers and cells."""
    lists = {name: [cell] if isinstance(cell, str) else cell for name, cell in cells.items()}
    frame = pd.DataFrame(lists, dtype=str)
    return LedgerTable("ledger.csv", "", frame.set_axis(pd.RangeIndex(2, len(frame) + 2)))


def propose(cells: Mapping[str, str | list[str]], kind: str = "incidents") -> ColumnMapping:
    """Propose a mapping for a table of headers and cells."""
    return propose_mapping(table_of(cells), kind)


@pytest.mark.parametrize("kind", sorted(HEADERS))
def test_every_known_header_is_found_alone(kind: str) -> None:
    """A table of one column is mapped to one of the columns under which its header stands."""
    for ours, headers in HEADERS[kind].items():
        for header in (ours, *headers):
            allowed = {name for name, known in HEADERS[kind].items() if header in {name, *known}}
            columns = propose({header: ""}, kind).columns
            if columns:  # headers about persons, such as 责任人, are not proposed
                assert set(columns) <= allowed | {"occurred_from"}
            assert ours != "type" or columns


LEDGERS = {
    "12345": (
        {
            "工单编号": "TJ20180105001",
            "受理时间": "2018-01-05 09:00:00",
            "诉求标题": "收药扰民",
            "市民诉求": "医院门口有人收药",
            "诉求人": "张某",
            "联系电话": "13800000000",
            "问题点位": "建国道与民族路交口",
            "承办单位": "市场监管所",
            "办结时间": "2018-01-06 10:00:00",
            "满意度": "满意",
        },
        {
            "source_ref": "工单编号",
            "received_at": "受理时间",
            "summary": "市民诉求",
            "address": "问题点位",
            "handler_org": "承办单位",
            "closed_at": "办结时间",
        },
        ("诉求标题", "满意度"),
    ),
    "110": (
        {
            "序号": "1",
            "警情编号": "1201050001",
            "接警时间": "20180105083000",
            "发生地点": "河边桥底下",
            "警情类型": "求助",
            "处置结果": "劝离",
            "GPS坐标": "117.206312,39.141044",
            "报警人": "张某",
            "报警电话": "13800000000",
        },
        {
            "source_ref": "警情编号",
            "received_at": "接警时间",
            "address": "发生地点",
            "type": "警情类型",
            "outcome": "处置结果",
            "lonlat": "GPS坐标",
        },
        ("序号",),
    ),
    "patrol": (
        {
            "巡查编号": "X1",
            "巡查日期": "2018.1.5",
            "巡查路段": "建国道",
            "巡查人员": "张某",
            "发现问题": "站街收药",
            "处置措施": "劝离",
            "巡查状态": "完成",
        },
        {
            "source_ref": "巡查编号",
            "occurred_from": "巡查日期",
            "address": "巡查路段",
            "summary": "发现问题",
            "outcome": "处置措施",
        },
        ("巡查状态",),
    ),
    "sample": (
        {
            "序号": "3",
            "来源": "网格",
            "受理时间": "43117.3958",
            "发生时间": "08:10-08:40",
            "类型": "交易聚集",
            "地点": "河边桥底下",
            "经度": "39.1469",
            "纬度": "117.2128",
        },
        {
            "source": "来源",
            "received_at": "受理时间",
            "occurred_from": "发生时间",
            "type": "类型",
            "address": "地点",
            "lon": "经度",
            "lat": "纬度",
        },
        ("序号",),
    ),
}


@pytest.mark.parametrize("name", sorted(LEDGERS))
def test_ledgers_of_offices(name: str) -> None:
    """The usual ledgers are mapped whole, without persons and without the running number."""
    cells, columns, unread = LEDGERS[name]
    mapping = propose(cells)
    assert dict(mapping.columns) == columns
    assert mapping.unread == unread
    assert set(mapping.how.values()) <= {"exact", "synonym"}
    assert min(mapping.score.values()) >= 95


@pytest.mark.parametrize("ours", sorted(HEADERS["incidents"]))
def test_our_own_names_are_exact(ours: str) -> None:
    """A header that is our name is mapped to itself with the highest score."""
    mapping = propose({ours: ""})
    assert mapping.columns.get(ours, mapping.columns.get("occurred_from")) == ours
    assert set(mapping.how.values()) == {"exact"}
    assert set(mapping.score.values()) == {100.0}


@pytest.mark.parametrize(
    ("header", "ours", "how"),
    [
        ("＊受理时间：", "received_at", "exact"),
        ("货值（万元）", "goods_value", "exact"),
        ("X(经度)", "lon", "synonym"),
        ("坐标/经度", "lon", "synonym"),
        ("事件发生地点", "address", "synonym"),
        ("Primary  Type", "type", "synonym"),
        ("longtitude", "lon", "fuzzy"),
        ("收缴药品的数量", "boxes", "fuzzy"),
        ("所属社区居委会", "community", "synonym"),
        ("occurred_f", "occurred_from", "fuzzy"),
        ("near_facil", "near_facility", "fuzzy"),
        ("发生日期时", "occurred_from", "fuzzy"),
        ("受理时", "received_at", "fuzzy"),
    ],
)
def test_headers_in_other_spellings(header: str, ours: str, how: str) -> None:
    """Brackets, units, misspellings and the cut of a shapefile do not hide what a header means."""
    mapping = propose({header: ""})
    assert dict(mapping.columns) == {ours: header}
    assert mapping.how[ours] == how


@pytest.mark.parametrize(
    "header",
    ["派单时间", "回访时间", "满意度", "序号", "OBJECTID", "网格员编号", "updated", "pname"],
)
def test_headers_of_something_else_stay_unread(header: str) -> None:
    """A header that is only somewhat alike is not proposed."""
    mapping = propose({header: "1"})
    assert dict(mapping.columns) == {}


@pytest.mark.parametrize(
    "header",
    ["举报人地址", "来电人地点", "报警人姓名", "联系电话", "身份证号", "家庭住址", "caller"],
)
def test_headers_about_persons_are_never_proposed(header: str) -> None:
    """A header about a person is neither proposed nor listed, even if a person asked before."""
    table = table_of({header: "张某", "地址": "建国道12号"})
    mapping = propose_mapping(table, "incidents", remembered={"address": header})
    assert dict(mapping.columns) == {"address": "地址"}
    assert mapping.unread == ()
    with pytest.raises(AreaError, match="tells who somebody is"):
        override_mapping(mapping, {"address": header}, table)


def test_words_are_no_coordinates() -> None:
    """A column of words is never a coordinate, and numbers are no occurrence of that name."""
    assert dict(propose({"X": "甲", "Y": "乙", "地点": "桥"}).columns) == {"address": "地点"}
    mapping = propose({"X": "517815.2", "Y": "4333001.8"})
    assert dict(mapping.columns) == {"lon": "X", "lat": "Y"}


def test_cells_settle_what_the_header_leaves_open() -> None:
    """位置 is an address or a pair of coordinates, 时间 a moment or a clock: the cells tell."""
    mapping = propose({"位置": "117.206312,39.141044", "详细地址": "桥底下"})
    assert dict(mapping.columns) == {"address": "详细地址", "lonlat": "位置"}
    assert mapping.how["lonlat"] == "content"
    assert dict(propose({"位置": "桥底下"}).columns) == {"address": "位置"}
    assert dict(propose({"日期": "2018.1.5", "时间": "8:30"}).columns) == {
        "date": "日期",
        "clock": "时间",
    }
    mapping = propose({"时间": "2018-01-05 08:30"})
    assert dict(mapping.columns) == {"occurred_from": "时间"}
    assert dict(propose({"日期": "2018-01-05 08:30"}).columns) == {"occurred_from": "日期"}


def test_date_and_clock_of_the_occurrence() -> None:
    """发生日期 beside 发生时间 is its date."""
    mapping = propose({"发生日期": "2018.1.5", "发生时间": "8:30"})
    assert set(mapping.columns.values()) == {"发生日期", "发生时间"}
    assert mapping.columns["date"] == "发生日期"


def test_remembered_comes_first() -> None:
    """What was confirmed before is taken before anything else, as far as the file has it."""
    table = table_of({"发生时间": "2018-01-05", "录入时间": "2018-01-06", "地点": "桥"})
    remembered = {"occurred_from": "录入时间", "lon": "经度", "nothing": "地点"}
    mapping = propose_mapping(table, "incidents", remembered=remembered)
    assert mapping.columns["occurred_from"] == "录入时间"
    assert mapping.how["occurred_from"] == "remembered"
    assert set(mapping.columns) <= {"occurred_from", "clock", "address"}
    assert "occurred_to" not in mapping.columns


def test_override() -> None:
    """What a person says replaces the proposal; an empty header leaves a column unread."""
    table = table_of({"发生时间": "2018-01-05", "录入时间": "2018-01-06", "地点": "桥"})
    mapping = propose_mapping(table, "incidents")
    pairs = {"received_at": "录入时间", "occurred_from": "", "place_note": "地点"}
    changed = override_mapping(mapping, pairs, table)
    assert dict(changed.columns) == {"received_at": "录入时间", "place_note": "地点"}
    assert changed.how == {"received_at": "remembered", "place_note": "remembered"}
    assert changed.unread == ("发生时间",)
    assert override_mapping(mapping, {}, table) == mapping


def test_override_refuses_all_faults_at_once() -> None:
    """Unknown columns, unknown headers and headers named twice are refused together."""
    table = table_of({"发生时间": "2018-01-05", "地点": "桥"})
    mapping = propose_mapping(table, "incidents")
    pairs = {"where": "地点", "address": "地点", "occurred_from": "何时"}
    with pytest.raises(AreaError) as caught:
        override_mapping(mapping, pairs, table)
    assert [str(fault.what) for fault in caught.value.faults] == [
        "There is no column of this name.",
        "The file has no such header.",
        "This header is named for two columns.",
    ]


def test_pick_gives_our_columns() -> None:
    """The mapped columns come under our names, on the rows of the file."""
    table = table_of({"发生时间": ["2018-01-05", ""], "地点": ["桥", "路"], "序号": ["1", "2"]})
    picked = propose_mapping(table, "incidents").pick(table.cells)
    assert list(picked.columns) == ["occurred_from", "address"]
    assert picked.index.tolist() == [2, 3]


@given(
    st.lists(
        st.text(max_size=8)
        | st.sampled_from([h for k in HEADERS["incidents"].values() for h in k]),
        unique=True,
        max_size=12,
    ),
    st.sampled_from(["", "117.2,39.1", "2018-01-05", "桥", "7"]),
)
def test_mapping_is_one_to_one(headers: list[str], cell: str) -> None:
    """Each header is used once at most, and is either used, unread or private."""
    mapping = propose(dict.fromkeys(headers, cell))
    used = list(mapping.columns.values())
    assert len(used) == len(set(used))
    assert not set(used) & set(mapping.unread)
    assert set(used) | set(mapping.unread) <= set(headers)
    assert set(mapping.how) == set(mapping.score) == set(mapping.columns)


REAL = {
    "san_francisco_robbery.csv": {"occurred_from": "date_time", "type": "offense_type"},
    "memphis_robberies_2019.csv": {"occurred_from": "epoch", "lon": "lon", "lat": "lat"},
    "predictcode_example.csv": {
        "source_ref": "Case Number",
        "occurred_from": "Date",
        "address": "Block",
        "type": "Primary Type",
    },
    "medellin_homicides.csv": {"occurred_from": "fecha_hecho", "lon": "longitud", "lat": "latitud"},
    "vancouver_thefts.csv.gz": {
        **{name.lower(): name for name in ("TYPE", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE")},
        "address": "HUNDRED_BLOCK",
        "community": "NEIGHBOURHOOD",
        "lon": "X",
        "lat": "Y",
    },
}


@pytest.mark.real_data
@pytest.mark.parametrize("file", sorted(REAL))
def test_real_incident_files(shared: Path, file: str) -> None:
    """The columns of five cities are recognised by their own headers."""
    separator = ";" if file.startswith("medellin") else ","
    path = shared / "crime_hourly" / file
    cells = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)
    mapping = propose_mapping(LedgerTable(file, "", cells), "incidents")
    assert REAL[file].items() <= dict(mapping.columns).items()


@pytest.mark.real_data
def test_real_facilities_and_communities(shared: Path) -> None:
    """Hospitals of Shanghai in two languages, and districts of a shapefile, are recognised."""
    folder = shared / "shanghai_poi"
    cells = pd.read_csv(folder / "shanghai_hospital_gbk.csv", encoding="gb18030", dtype=str)
    mapping = propose_mapping(LedgerTable("a.csv", "", cells.fillna("")), "facilities")
    assert dict(mapping.columns) == {
        "name": "名称",
        "category": "类别",
        "address": "地址",
        "lon": "经度",
        "lat": "纬度",
    }
    layer = gpd.read_file(folder / "districts" / "区县界_area.shp").drop(columns="geometry")
    table = LedgerTable("b.shp", "", pd.DataFrame(layer).astype(str))
    mapping = propose_mapping(table, "communities")
    assert dict(mapping.columns) == {"code": "ADMINCODE", "name": "NAME"}


@pytest.mark.parametrize("header", ["地址", "地点"])
def test_numbered_streets_are_addresses(header: str) -> None:
    """Two numbers of a street and a door, such as 经1路3号, are an address and no coordinates."""
    cells = ["经1路3号", "纬2路15号", "横1路5号门口"]
    table = table_of({"发生时间": ["2026-03-05 09:10"] * 3, header: cells})
    assert propose_mapping(table, "incidents").columns["address"] == header
    pairs = table_of({"发生时间": "2026-03-05 09:10", "坐标": "经度117.3,纬度39.2"})
    assert propose_mapping(pairs, "incidents").columns["lonlat"] == "坐标"
