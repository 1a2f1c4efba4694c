from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from data.delimited import decode
from data.errors import AreaError, FaultList
from data.row_checks import check_datum, check_rows, read_codes, read_flags
from data.schema import FILES
from data.tables import read_layer, read_table

LEDGER = (
    "事件编号,发生时间,经度,纬度,地址,举报人,来电人电话\n"
    "1,2026-09-03 08:15,117.2,39.1,北门 138-0000-1234,张三,13800001234\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    """A ledger reads the same in each encoding that office programs write."""
    file = tmp_path / "ledger.csv"
    file.write_bytes(LEDGER.encode(encoding))
    assert read_table(file, "incidents")["incident_id"].tolist() == ["1"]


def test_reporters_are_never_read(tmp_path: Path) -> None:
    """Columns about persons are dropped, and digits like a telephone number are masked."""
    file = tmp_path / "ledger.csv"
    file.write_text(LEDGER, encoding="utf-8")
    table = read_table(file, "incidents")
    text = table.to_csv()
    assert "张三" not in text
    assert "1234" not in text
    assert table["address"].tolist() == ["北门 ***"]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """The header is row 1, so the first record is row 2."""
    file = tmp_path / "ledger.csv"
    file.write_text(LEDGER, encoding="utf-8")
    assert read_table(file, "incidents").index.tolist() == [2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x00\x01\x02" * 50, "neither UTF-8"),
        (b"\xff\x00\x81", "neither UTF-8"),
        ("编号,".encode("utf-16")[:-1], "neither UTF-8"),
        ("编号,说明\n1,2\n".encode(), "occurred_from is missing"),
        (b'incident_id,occurred_from,lon,lat\n1,"2026', "cut off"),
    ],
)
def test_an_unusable_ledger_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    """Each way in which a table can be unusable has its own sentence."""
    file = tmp_path / "ledger.csv"
    file.write_bytes(content)
    with pytest.raises(AreaError, match=said):
        read_table(file, "incidents")


def test_missing_file_and_unknown_kind(tmp_path: Path) -> None:
    """A file that is not there, or of a kind that is not read, is said so."""
    with pytest.raises(AreaError, match="does not exist"):
        read_table(tmp_path / "none.csv", "incidents")
    with pytest.raises(AreaError, match="does not exist"):
        read_layer(tmp_path / "none.geojson")
    (tmp_path / "ledger.docx").write_bytes(b"x")
    with pytest.raises(AreaError, match="not read here"):
        read_table(tmp_path / "ledger.docx", "incidents")


def test_mapped_columns_come_before_known_headers(tmp_path: Path) -> None:
    """A column that the user names wins over one that we know."""
    file = tmp_path / "ledger.csv"
    file.write_text("date,seen,x,y\n2020-01-01,2021-02-02,1,2\n", encoding="utf-8")
    table = read_table(file, "incidents", names={"occurred_from": "seen"})
    assert table["occurred_from"].tolist() == ["2021-02-02"]
    assert table["lon"].tolist() == ["1"]


def test_every_faulty_row_is_listed() -> None:
    """Row faults come all at once, each with row, column, value and remedy, and are capped."""
    table = pd.DataFrame(
        {
            "name": ["a", "", "c"],
            "category": ["x", "x", "x"],
            "lon": ["far", "2", "300"],
            "lat": "1",
        },
        index=pd.RangeIndex(2, 5),
    )
    faults = FaultList("key_points.csv")
    check_rows(table, FILES["key_points"], faults)
    assert {(f.row, f.column, f.value) for f in faults.faults} == {
        (2, "lon", "far"),
        (3, "name", None),
        (4, "lon", "300.0"),
    }
    many = pd.DataFrame({"name": [""] * 50}, index=pd.RangeIndex(2, 52))
    faults = FaultList("key_points.csv")
    check_rows(many, FILES["key_points"], faults)
    assert len(faults.faults) == 21
    assert "30 more" in str(faults.faults[-1])


def test_fault_texts_hold_no_telephone_number() -> None:
    """A number typed into the wrong column is masked where the fault is shown."""
    table = pd.DataFrame({"name": ["a"], "category": ["b"], "lon": ["1380000 1234x"], "lat": ["1"]})
    faults = FaultList()
    check_rows(table, FILES["key_points"], faults)
    assert "1234" not in " ".join(map(str, faults.faults))


def test_words_become_codes() -> None:
    """Known words become codes, codes stay, unknown words stay unless the list is closed."""
    table = pd.DataFrame({"mode": ["步行", "vehicle", "骑马", ""]}, index=[2, 3, 4, 5])
    faults = FaultList()
    assert read_codes(table, "mode", faults).tolist() == ["foot", "vehicle", "骑马", "foot"]
    assert not faults.faults
    read_codes(table, "mode", faults, closed=True)
    assert [(fault.row, fault.value) for fault in faults.faults] == [(4, "骑马")]


def test_flags_and_datum() -> None:
    """是/否 become booleans, empty takes the default, and a foreign datum is refused by row."""
    table = pd.DataFrame(
        {"can_enforce": ["是", "否", "", "也许"], "crs": ["WGS84", "", "GCJ02", "cgcs2000"]}
    )
    faults = FaultList()
    default = pd.Series([False, False, True, False])
    assert read_flags(table, "can_enforce", default, faults).tolist()[:3] == [True, False, True]
    check_datum(table, faults)
    assert [(fault.row, fault.column) for fault in faults.faults] == [
        (3, "can_enforce"),
        (2, "crs"),
    ]


def test_layers_need_a_true_reference_system(tmp_path: Path) -> None:
    """A layer without a system, or with coordinates that its system cannot have, is refused."""
    feet = gpd.GeoDataFrame(geometry=gpd.points_from_xy([723368.0], [800000.0]))
    with pytest.warns(UserWarning, match="crs"):
        feet.to_file(tmp_path / "none.gpkg", driver="GPKG")
    with pytest.raises(AreaError, match="coordinate system"):
        read_layer(tmp_path / "none.gpkg")
    feet.set_crs(4326).to_file(tmp_path / "wrong.gpkg", driver="GPKG")
    with pytest.raises(AreaError, match="do not fit"):
        read_layer(tmp_path / "wrong.gpkg")


def test_a_file_of_several_layers_asks_which(tmp_path: Path) -> None:
    """Of several layers the one of the wanted kind is read; if that is not one, all are named."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([1.0], [2.0]), crs=4326)
    points.to_file(tmp_path / "two.gpkg", layer="a", driver="GPKG")
    points.to_file(tmp_path / "two.gpkg", layer="b", driver="GPKG")
    points.to_crs(3857).buffer(1).to_frame("geometry").to_file(
        tmp_path / "two.gpkg", layer="c", driver="GPKG"
    )
    with pytest.raises(AreaError, match="a, b"):
        read_layer(tmp_path / "two.gpkg", kind="Point")
    assert len(read_layer(tmp_path / "two.gpkg", kind="Polygon")) == 1
    assert len(read_layer(f"{tmp_path}/two.gpkg#b")) == 1


def test_a_truncated_layer_is_refused(tmp_path: Path) -> None:
    """A map file that was cut off is one sentence, not a traceback."""
    (tmp_path / "cut.geojson").write_text('{"type": "FeatureCollection", "feat', encoding="utf-8")
    with pytest.raises(AreaError, match="cannot be opened"):
        read_layer(tmp_path / "cut.geojson")


def test_decode_names_the_remedy() -> None:
    """Bytes that are no text say how to save the file again."""
    with pytest.raises(AreaError, match="save it again"):
        decode(b"\x81\xff\xff")


def write(folder: Path, text: str) -> Path:
    """Write a ledger to the byte."""
    file = folder / "ledger.csv"
    file.write_bytes(text.encode("utf-8"))
    return file


def test_a_ledger_without_headers_shows_no_person(tmp_path: Path) -> None:
    """Of the texts in the first row a fault shows only headers that we know."""
    file = write(tmp_path, "张三,13812345678,address\n李四,13912345678,北门\n")
    with pytest.raises(AreaError) as raised:
        read_table(file, "incidents")
    assert "the 3 columns" in str(raised.value)
    assert "value: address" in str(raised.value)
    assert "张三" not in str(raised.value)
    assert "5678" not in str(raised.value)


def test_every_text_column_is_masked_but_times_and_places(tmp_path: Path) -> None:
    """What may be a telephone number is masked in every text; times and coordinates stay."""
    file = write(
        tmp_path,
        "id,date,lon,lat,address,时间精度,定位精度,受理时间\n"
        "13812345678,2026-09-03 08:15:00,117.9003690,38.8502160,建设路12号3栋,"
        "138.1234.5678,(022)2621.1234,２６２１１２３４\n"
        "2026090300001,2026-09-03 08:15:00,117.9003690,38.8502160,１３８１２３４５６７８,,,\n",
    )
    table = read_table(file, "incidents")
    assert table["incident_id"].tolist() == ["R2", "2026090300001"]
    assert table["occurred_from"].tolist() == ["2026-09-03 08:15:00"] * 2
    assert table["lon"].tolist() == ["117.9003690"] * 2
    assert table["address"].tolist() == ["建设路12号3栋", "***"]
    assert table["time_precision"].tolist() == ["***", ""]
    assert "received_at" not in table


def test_gates_of_a_facility_stay_together_when_its_number_is_hidden(tmp_path: Path) -> None:
    """A facility numbered by its telephone gets another number, the same in each of its rows."""
    file = write(
        tmp_path,
        "编号,名称,类别,lon,lat\n138-1234-5678,甲,药店,1,2\n"
        "R2,乙,药店,1,2\n138-1234-5678,甲,药店,1,2\n",
    )
    assert read_table(file, "key_points")["facility_id"].tolist() == ["RR2", "R2", "RR2"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_rows_are_no_records_but_are_counted(tmp_path: Path, end: str) -> None:
    """Blank rows of a spreadsheet are left out, and the others keep the numbers it shows."""
    lines = ["", "id,date,lon,lat,,", "1,2026-09-03,1,2,,", ",,,,,", "", "2,2026-09-03,1,2", " ,,,"]
    table = read_table(write(tmp_path, end.join([*lines, ",,,,,,,,", ""])), "incidents")
    assert table.index.tolist() == [3, 6]
    assert table["incident_id"].tolist() == ["1", "2"]


def test_only_line_ends_end_a_row(tmp_path: Path) -> None:
    """Breaks inside quotation marks and rare separators are part of a text."""
    places = ["a\x0bb", "a\u2028b", "a\nb", "a\r\nb", "a\x85b"]
    rows = [f'2026-09-03,1,2,"{place}"\r\n' for place in places]
    table = read_table(write(tmp_path, "date,lon,lat,address\r\n" + "".join(rows)), "incidents")
    assert table["address"].tolist() == places
    assert table.index.tolist() == [2, 3, 4, 5, 6]


def test_rows_with_more_cells_than_headers_are_faults(tmp_path: Path) -> None:
    """A row that a stray separator has shifted is named, not read."""
    long = "1,2026-09-03,1,2,北门,三号\n"
    file = write(tmp_path, "id,date,lon,lat,address\n" + long + "2,2026-09-03,1,2,x\n" + long)
    with pytest.raises(AreaError) as raised:
        read_table(file, "incidents")
    assert [fault.row for fault in raised.value.faults] == [2, 4]
    file = write(tmp_path, "id,date,lon,lat,address\n" + long * 30)
    with pytest.raises(AreaError, match="10 more"):
        read_table(file, "incidents")


def test_a_mapping_must_name_columns_that_are_there(tmp_path: Path) -> None:
    """A mapping from or to a column that does not exist is a fault of its own."""
    file = write(tmp_path, "date,x,y\n2026-09-03,1,2\n")
    with pytest.raises(AreaError) as raised:
        read_table(file, "incidents", names={"when": "date", "occurred_from": "wann"})
    assert [(fault.column, fault.value) for fault in raised.value.faults] == [
        ("when", None),
        ("occurred_from", "wann"),
    ]


def test_a_layer_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    """`FILE#layer` with a wrong layer says which layers there are."""
    file = tmp_path / "one.gpkg"
    gpd.GeoDataFrame(geometry=gpd.points_from_xy([1.0], [2.0]), crs=4326).to_file(file, layer="a")
    with pytest.raises(AreaError, match=r"no such layer.*nope.*one of: a"):
        read_layer(f"{file}#nope")
    with pytest.raises(AreaError, match="no such layer"):
        read_table(f"{file}#nope", "incidents")


@pytest.mark.parametrize("kind", ["incidents", "key_points", "communities"])
def test_an_empty_layer_is_refused(tmp_path: Path, kind: str) -> None:
    """A layer that holds nothing is one sentence, not a traceback."""
    file = tmp_path / "empty.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(AreaError, match=r"file is empty"):
        read_table(file, kind, optional=("name", "category"))


def test_rows_of_a_layer_without_a_place_are_kept(tmp_path: Path) -> None:
    """A record without geometry is a row with empty coordinates, under its own number."""
    points = gpd.GeoSeries([None, Point(117.9, 38.85), Point()], crs=4326)
    layer = gpd.GeoDataFrame({"date": ["2026-09-03"] * 3}, geometry=points)
    layer.to_file(tmp_path / "some.gpkg", driver="GPKG", layer="a")
    table = read_table(tmp_path / "some.gpkg#a", "incidents")
    assert table["lon"].tolist() == ["", "117.9000000", ""]
    assert table.index.tolist() == [2, 3, 4]
    assert len(read_layer(tmp_path / "some.gpkg#a")) == 1
