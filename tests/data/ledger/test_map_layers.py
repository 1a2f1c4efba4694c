import http.server
import json
import shutil
import sqlite3
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import Point

from data.errors import AreaError
from data.ledger.files import read_tables

PLACES = [Point(117.2, 39.14), Point(117.21, 39.15)]
FRAME = gpd.GeoDataFrame(
    {
        "名称": ["北门", "河边桥底下"],
        "编号": [1, 2],
        "网格编码": [120105001000123456, 120105001000123457],
        "面积": [0.1 + 0.2, np.nan],
    },
    geometry=PLACES,
    crs=4326,
)
CELLS = {
    2: {"名称": "北门", "编号": "1", "网格编码": "120105001000123456", "面积": "0.3"},
    3: {"名称": "河边桥底下", "编号": "2", "网格编码": "120105001000123457", "面积": ""},
}


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.json", "a.GPKG"])
def test_layer_is_read(tmp_path: Path, name: str) -> None:
    """Fields become texts, long whole numbers in full; rows count from 2; shapes stand beside."""
    FRAME.to_file(tmp_path / name, driver="GPKG" if name.lower().endswith("gpkg") else "GeoJSON")
    [table] = read_tables(tmp_path / name)
    assert table.cells.to_dict("index") == CELLS
    assert table.places is not None
    assert table.places.tolist() == PLACES
    assert table.places.index.equals(table.cells.index)
    assert table.places.crs == "EPSG:4326"
    assert (table.file, table.sheet, table.cells.index.name) == (name, "", "row")


def write_gbk_shapefile(folder: Path, *, language: int = 0, cpg: str | None = None) -> Path:
    """Write a shapefile as Chinese survey offices do: GBK, no .cpg, no .prj."""
    path = folder / "社区.shp"
    frame = FRAME[["名称", "geometry"]].rename(columns={"名称": "社区名称全"})
    frame.to_file(path, encoding="GBK")
    for suffix in (".cpg", ".prj"):
        path.with_suffix(suffix).unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize(
    ("language", "cpg", "assumed"),
    [(0, None, 1), (0x57, None, 1), (0x4D, None, 0), (0, "GBK", 0), (0, "UTF-8", 0)],
)
def test_gbk_shapefile_without_system(
    tmp_path: Path, language: int, cpg: str | None, assumed: int
) -> None:
    """A GBK table is read whatever its marks say; no .prj means that no system is named."""
    [table] = read_tables(write_gbk_shapefile(tmp_path, language=language, cpg=cpg))
    assert table.cells.to_dict("list") == {"社区名称全": ["北门", "河边桥底下"]}
    assert table.places is not None
    assert table.places.crs is None
    assert table.findings.counts.get("layer_encoding_assumed", 0) == assumed


def test_utf8_and_western_shapefiles(tmp_path: Path) -> None:
    """UTF-8 and Windows-1252 tables without a .cpg are told from GBK."""
    for encoding, names in (
        ("UTF-8", ["北门", "河边桥底下"]),
        ("UTF-8", ["Medellín", "José Peña"]),
        ("CP1252", ["Medellín", "José Peña"]),
    ):
        path = tmp_path / "a.shp"
        FRAME[["geometry"]].assign(name=names).to_file(path, encoding=encoding)
        path.with_suffix(".cpg").unlink()
        [table] = read_tables(path)
        assert table.cells["name"].tolist() == names


def test_cut_field_names_and_texts_are_kept(tmp_path: Path) -> None:
    """A shapefile's cut names stay cut, also where half a character was cut off."""
    path = write_gbk_shapefile(tmp_path)
    table = path.with_suffix(".dbf")
    before, cut = "社区名称全".encode("gbk"), "A社区名称".encode("gbk") + b"\xc8"
    content = table.read_bytes().replace(before, cut)
    table.write_bytes(content.replace("桥底下".encode("gbk"), "桥底".encode("gbk") + b"\xcf "))
    [read] = read_tables(path)
    [column] = read.cells.columns
    assert column.startswith("A社区名称")
    assert read.cells[column].tolist()[0] == "北门"
    assert read.cells[column].tolist()[1].startswith("河边桥底")


def test_table_without_shapes_is_read(tmp_path: Path) -> None:
    """A .dbf alone is a ledger without places."""
    path = write_gbk_shapefile(tmp_path).with_suffix(".dbf")
    shutil.copy(path, tmp_path / "alone.dbf")
    [table] = read_tables(tmp_path / "alone.dbf")
    assert table.cells["社区名称全"].tolist() == ["北门", "河边桥底下"]
    assert table.places is None


def test_shapefile_without_its_index_is_refused(tmp_path: Path) -> None:
    """The missing file is named; nothing is written beside the others to make up for it."""
    path = write_gbk_shapefile(tmp_path)
    path.with_suffix(".shx").unlink()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(AreaError, match=r"The \.shx file .* is missing\. Copy all files"):
        read_tables(path)
    assert sorted(tmp_path.iterdir()) == before


def test_zipped_shapefile_is_read(tmp_path: Path) -> None:
    """Shapefiles in an archive are layers, with GBK texts and with file names in GBK as well."""
    folder = tmp_path / "set"
    folder.mkdir()
    write_gbk_shapefile(folder)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"set/abcdef{file.suffix}")
    content = (tmp_path / "a.zip").read_bytes().replace(b"abcdef", "社区层".encode("gbk"))
    (tmp_path / "a.zip").write_bytes(content)
    [table] = read_tables(tmp_path / "a.zip")
    assert table.cells["社区名称全"].tolist() == ["北门", "河边桥底下"]
    assert table.places is not None
    assert table.places.tolist() == PLACES


def test_heights_are_dropped(tmp_path: Path) -> None:
    """Heights are left out and counted."""
    frame = FRAME.set_geometry([Point(117.2, 39.14, 5), Point(117.21, 39.15, 6)])
    frame.to_file(tmp_path / "a.gpkg")
    [table] = read_tables(tmp_path / "a.gpkg")
    assert table.places is not None
    assert table.places.tolist() == PLACES
    assert table.findings.counts == {"height_dropped": 2}


def test_several_layers(tmp_path: Path) -> None:
    """Each layer is a table; one can be named; looks are none; a table without shapes is one."""
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path, layer="岗亭")
    FRAME.head(1).to_file(path, layer="社区")
    pyogrio.write_dataframe(pd.DataFrame({"姓名代号": ["A1"]}), path, layer="人员")
    pyogrio.write_dataframe(pd.DataFrame({"styleQML": ["x"]}), path, layer="layer_styles")
    tables = {table.sheet: table for table in read_tables(path)}
    assert {name: len(table.cells) for name, table in tables.items()} == {
        "岗亭": 2,
        "社区": 1,
        "人员": 1,
    }
    assert tables["人员"].places is None
    [one] = read_tables(path, sheet="社区")
    assert one.sheet == "社区"
    with pytest.raises(AreaError, match="Choose one of: 岗亭, 社区, 人员"):
        read_tables(path, sheet="网格")


def test_geopackage_is_left_as_it_is(tmp_path: Path) -> None:
    """Reading changes no byte and leaves no file beside."""
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path)
    before = path.read_bytes()
    read_tables(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_rows_without_shape_stay(tmp_path: Path) -> None:
    """A row without a place is a row."""
    FRAME.set_geometry([PLACES[0], None], crs=4326).to_file(tmp_path / "a.geojson")
    [table] = read_tables(tmp_path / "a.geojson")
    assert table.places is not None
    assert table.places.isna().tolist() == [False, True]
    assert len(table.cells) == 2


def test_damaged_shape_is_counted(tmp_path: Path) -> None:
    """A shape that cannot be built is left out and listed; its row stays."""
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path, layer="a")
    line = struct.pack("<BIIdd", 1, 2, 1, 117.0, 39.0)  # a line of one point
    head = b"GP\0\1" + struct.pack("<i", 4326)
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE a SET geom = ? WHERE 编号 = 2", (head + line,))
        database.commit()
    [table] = read_tables(path)
    assert len(table.cells) == 2
    assert table.findings.counts == {"shape_unreadable": 1}


GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "名称": " 北门 ",
                "时间": "2018-01-15T09:20:00Z",
                "是": True,
                "中心": [117.201569, 39.1],
                "上级": {"编码": 120000},
            },
            "geometry": {"type": "Point", "coordinates": [117.2, 39.14]},
        }
    ],
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_values_of_geojson(tmp_path: Path, encoding: str) -> None:
    """Times stay as they are written, lists and objects become JSON, in any encoding."""
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(GEOJSON, ensure_ascii=False), encoding=encoding)
    [table] = read_tables(path)
    assert table.cells.iloc[0].to_dict() == {
        "名称": "北门",
        "时间": "2018-01-15T09:20:00Z",
        "是": "是",
        "中心": "[117.201569, 39.1]",
        "上级": '{ "编码": 120000 }',
    }


KML = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>全部</name>
<NetworkLink><Link><href>{link}</href></Link></NetworkLink>
<Folder><name>岗亭</name>
<Placemark><name>一号</name><description><![CDATA[<b>北门</b> <!DOCTYPE x>]]></description>
<ExtendedData><Data name="备注"><value>甲</value></Data><Data name="状态"><value>在用</value></Data>
</ExtendedData><Point><coordinates>117.2,39.14,5</coordinates></Point></Placemark>
<Placemark><name>没有位置</name></Placemark></Folder>
<Folder><name>网格</name><Placemark><name>G1</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>117,39 118,39 118,40 117,39</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark></Folder></Document></kml>"""


@pytest.mark.parametrize("name", ["a.kml", "a.kmz"])
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "UTF-16"])
def test_folders_of_kml_are_layers(tmp_path: Path, name: str, encoding: str) -> None:
    """Folders are layers; names of added fields stay whole; descriptions stay texts."""
    content = KML.format(encoding=encoding, link="").encode(encoding)
    if name == "a.kmz":
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("doc.kml", content)
            archive.writestr("files/a.png", b"x")
    else:
        (tmp_path / name).write_bytes(content)
    booths, grids = read_tables(tmp_path / name)
    assert (booths.sheet, grids.sheet) == ("岗亭", "网格")
    assert booths.cells.to_dict("list") == {
        "Name": ["一号", "没有位置"],
        "description": ["<b>北门</b> <!DOCTYPE x>", ""],
        "备注": ["甲", ""],
        "状态": ["在用", ""],
    }
    assert booths.places is not None
    assert booths.places.tolist() == [Point(117.2, 39.14), None]
    assert grids.places is not None
    assert grids.places.geom_type.tolist() == ["Polygon"]


def test_waypoints_and_tracks_of_gpx(tmp_path: Path) -> None:
    """Waypoints and tracks are layers; the points of tracks are not listed a second time."""
    (tmp_path / "a.gpx").write_text(
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="39.14" lon="117.2"><ele>3</ele><time>2018-01-15T01:20:00Z</time>'
        "<name>北门</name></wpt><trk><name>上午</name><trkseg>"
        '<trkpt lat="39.1" lon="117.2"/><trkpt lat="39.2" lon="117.2"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )
    points, tracks = read_tables(tmp_path / "a.gpx")
    assert (points.sheet, tracks.sheet) == ("waypoints", "tracks")
    assert points.cells.iloc[0].to_dict() == {
        "ele": "3",
        "time": "2018-01-15T01:20:00Z",
        "name": "北门",
    }
    assert points.places is not None
    assert points.places.tolist() == [PLACES[0]]
    assert tracks.cells.iloc[0].to_dict() == {"name": "上午"}


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Serve anything, and note what was asked for."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_port}/", asked
    web.shutdown()
    web.server_close()


def test_no_address_in_a_layer_is_followed(tmp_path: Path, server: tuple[str, list[str]]) -> None:
    """A coordinate system, a link or a style named by its address is not fetched."""
    address, asked = server
    crs = {"type": "link", "properties": {"href": f"{address}crs", "type": "ogcwkt"}}
    (tmp_path / "a.geojson").write_text(json.dumps({**GEOJSON, "crs": crs}))
    (tmp_path / "a.kml").write_text(KML.format(encoding="UTF-8", link=f"{address}link"))
    read_tables(tmp_path / "a.geojson")
    read_tables(tmp_path / "a.kml")
    assert asked == []


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg"])
def test_layer_without_rows_is_refused(tmp_path: Path, name: str) -> None:
    """A layer without a row is empty."""
    FRAME.head(0).to_file(tmp_path / name)
    with pytest.raises(AreaError, match="is empty"):
        read_tables(tmp_path / name)


def test_shapes_are_built_as_they_are(tmp_path: Path) -> None:
    """Holes and parts survive."""
    shape = shapely.MultiPolygon(
        [shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 2, 2), shapely.box(9, 9, 10, 10)]
    )
    gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=4490).to_file(tmp_path / "a.gpkg")
    [table] = read_tables(tmp_path / "a.gpkg")
    assert table.places is not None
    assert table.places.iloc[0].equals(shape)
    assert table.places.crs == "EPSG:4490"
