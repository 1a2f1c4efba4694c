from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.ledger.kinds import IMPORTED, SAID, find_kind
from data.ledger.table import LedgerTable

SAMPLE = Path(__file__).parents[3] / "data" / "sample"


def table_of(
    rows: list[dict[str, str]], shapes: list[object] | None = None, *, file: str = "表.xlsx"
) -> LedgerTable:
    """Make a table as a reader would."""
    cells = pd.DataFrame(rows, dtype=str).set_axis(range(2, len(rows) + 2))
    places = None if shapes is None else gpd.GeoSeries(shapes, cells.index)
    return LedgerTable(file, "", cells, places)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"受理时间": "2018.1.15 9:20", "类型": "站街收药", "地点": "某医院北门"}, "incidents"),
        (
            {"工单编号": "A1", "诉求标题": "收药", "来电时间": "2018-01-15", "问题点位": "桥下"},
            "incidents",
        ),
        (
            {"接警时间": "43115.39", "警情类型": "纠纷", "经度": "117.2", "纬度": "39.1"},
            "incidents",
        ),
        ({"巡查日期": "2018/1/16", "巡查路段": "甲路", "发现问题": "小广告"}, "incidents"),
        ({"YEAR": "2018", "MONTH": "1", "DAY": "2", "HOUR": "3", "X": "1", "Y": "2"}, "incidents"),
        ({"何时": "2018-01-15 09:20", "何地": "桥下", "x": "117.2", "y": "39.1"}, "incidents"),
        ({"名称": "甲药房", "地址": "一路1号", "许可证号": "津A01"}, "facilities"),
        ({"name": "甲", "type": "医疗保健服务;诊所;诊所", "lat": "31", "lon": "121"}, "facilities"),
        (
            {"名称": "甲医院", "类别": "三甲医院", "门口名称": "正门", "经纬度": "117,39"},
            "facilities",
        ),
        ({"单位": "甲所", "最少": "2", "最多": "3"}, "staffing"),
        (
            {"岗亭编号": "B1", "名称": "桥头岗亭", "状态": "在用", "经度": "1", "纬度": "2"},
            "booths",
        ),
        ({"设备编号": "C1", "位置": "桥头", "朝向°": "90", "经度": "1", "纬度": "2"}, "cameras"),
        ({"姓名": "张某", "电话": "13800000000"}, "unknown"),
        ({"序号": "1", "数量": "3"}, "unknown"),
        ({"名称": "办公用品", "数量": "3"}, "unknown"),
    ],
)
def test_headers_and_cells_tell_the_kind(row: dict[str, str], kind: str) -> None:
    """A table without shapes is known by what its columns are called and hold."""
    finding = find_kind(table_of([row] * 3))
    assert finding.kind == kind
    assert finding.said.text in SAID.values()
    assert finding.imported is (kind in IMPORTED)
    assert (finding.confidence > 0.5) is (kind != "unknown")


@pytest.mark.parametrize(
    ("shape", "n", "kind"),
    [
        (shapely.LineString([(0, 0), (1, 1)]), 3, "streets"),
        (shapely.MultiLineString([[(0, 0), (1, 1)]]), 1, "streets"),
        (shapely.box(0, 0, 1, 1), 1, "boundary"),
        (shapely.box(0, 0, 1, 1), 8, "communities"),
        (shapely.box(0, 0, 1, 1), 2001, "unknown"),
        (shapely.Point(0, 0), 5, "unknown"),
    ],
)
def test_shapes_tell_the_kind(shape: shapely.Geometry, n: int, kind: str) -> None:
    """Lines are streets; one outline is a boundary, some are communities, thousands are houses."""
    assert find_kind(table_of([{"编码": "01"}] * n, [shape] * n)).kind == kind


def test_streets_are_refused_with_the_way_to_use_them() -> None:
    """Lines and OpenStreetMap files are no ledger, and the sentence says what to do with them."""
    line = table_of([{"name": "甲路"}], [shapely.LineString([(0, 0), (1, 1)])])
    extract = table_of([{"受理时间": "2018-01-15"}], file="某区.osm.pbf")
    for finding in (find_kind(line), find_kind(extract)):
        assert not finding.imported
        assert "xunge new-area --network" in str(finding.said)


def test_what_is_unclear_is_asked() -> None:
    """Points without a time and a name are not guessed at: the sentence asks for --kind."""
    finding = find_kind(table_of([{"Id": "0"}] * 4, [shapely.Point(0, 0)] * 4))
    assert (finding.kind, finding.confidence) == ("unknown", 0)
    assert "--kind" in str(finding.said)


def test_footprints_of_facilities() -> None:
    """Polygons that are named and classed as hospitals are facilities, not communities."""
    rows = [{"名称": f"第{n}医院", "类别": "综合医院", "等级": "三级"} for n in range(4)]
    assert find_kind(table_of(rows, [shapely.box(0, 0, 1, 1)] * 4)).kind == "facilities"


def test_rows_without_shape_do_not_decide() -> None:
    """A few rows without a shape change nothing, and none at all leaves it to the columns."""
    row = {"受理时间": "2018-01-15 09:20", "类型": "站街"}
    some = table_of([row] * 3, [None, shapely.Point(), shapely.Point(1, 1)])
    assert find_kind(some).kind == "incidents"
    assert find_kind(table_of([row] * 2, [None, None])).kind == "incidents"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("incidents.csv", "incidents"),
        ("key_points.csv", "facilities"),
        ("staffing.csv", "staffing"),
        ("booths.csv", "booths"),
        ("cameras.csv", "cameras"),
        ("communities.geojson", "communities"),
        ("boundary.geojson", "boundary"),
    ],
)
def test_the_sample_area_is_known_file_by_file(file: str, kind: str) -> None:
    """Every file of the sample area is taken for what it is."""
    if file.endswith(".csv"):
        frame, shapes = pd.read_csv(SAMPLE / file, dtype=str, keep_default_na=False), None
    else:
        layer = gpd.read_file(SAMPLE / file)
        frame, shapes = pd.DataFrame(layer.drop(columns="geometry")).astype(str), layer.geometry
    cells = frame.set_axis(range(2, len(frame) + 2))
    places = None if shapes is None else shapes.set_axis(cells.index)
    assert find_kind(LedgerTable(file, "", cells, places)).kind == kind


WORDS = st.sampled_from(["名称", "时间", "地址", "编号", "x", "备注", "类型", "数量", "状态"])


@given(st.lists(st.dictionaries(WORDS, st.text(max_size=8), min_size=1), max_size=4))
def test_any_table_gets_one_answer(rows: list[dict[str, str]]) -> None:
    """Whatever a table holds, the answer is a known kind and one sentence."""
    cells = pd.DataFrame(rows, dtype=str).fillna("")
    finding = find_kind(LedgerTable("a.csv", "", cells.set_axis(range(2, len(cells) + 2))))
    assert finding.kind in SAID
    assert 0 <= finding.confidence < 1
    assert str(finding.said)


def read_real(shared: Path, name: str) -> LedgerTable:
    """Read a real file plainly; the readers have tests of their own."""
    path = shared / name
    if ".csv" in path.name:
        sep = ";" if "medellin_homicides" in name else ","
        encoding = "gb18030" if "gbk" in name else "utf-8-sig"
        frame = pd.read_csv(path, dtype=str, sep=sep, encoding=encoding, keep_default_na=False)
        return LedgerTable(path.name, "", frame.set_axis(range(2, len(frame) + 2)))
    layer = gpd.read_file(path)
    plain = pd.DataFrame(layer.drop(columns="geometry")).astype(object)
    cells = plain.where(plain.notna(), "").astype(str).set_axis(range(2, len(layer) + 2))
    return LedgerTable(path.name, "", cells, layer.geometry.set_axis(cells.index))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(
            (f"crime_hourly/{name}", "incidents")
            for name in (
                "cdmx_car_jacking.gpkg",
                "medellin_homicides.csv",
                "memphis_robberies_2019.csv",
                "predictcode_example.csv",
                "san_francisco_robbery.csv",
                "vancouver_thefts.csv.gz",
            )
        ),
        ("crime_hourly/medellin_comunas.gpkg", "communities"),
        ("crime_hourly/medellin_metro_stns.csv", "facilities"),
        ("crime_hourly/vancouver_neighbourhoods.geojson", "communities"),
        ("shanghai_poi/shanghai_hospital.csv", "facilities"),
        ("shanghai_poi/shanghai_hospital_gbk.csv", "facilities"),
        ("shanghai_poi/shanghai_metro_stations.csv", "facilities"),
        ("shanghai_poi/shanghai_school.csv", "facilities"),
        ("shanghai_poi/districts/区县界_area.shp", "communities"),
        ("tianjin_boundary/120000.json", "communities"),
        ("tianjin_boundary/120105.json", "boundary"),
    ],
)
def test_real_files_are_known(shared: Path, name: str, kind: str) -> None:
    """Files that nobody here wrote are taken for what their descriptions say."""
    assert find_kind(read_real(shared, name)).kind == kind
