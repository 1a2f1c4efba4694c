import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pytest
import shapely

from data.errors import NetworkError
from data.network import read_streets

CRS = "EPSG:32650"
EAST, NORTH = 500_000, 4_300_000


def _layer(lines: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    geometry = [shapely.affinity.translate(shapely.LineString(c), EAST, NORTH) for c in lines]
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


CROSS = [[(0, 0), (200, 0)], [(100, -50), (100, 50)]]


@pytest.mark.parametrize("name", ["s.gpkg", "s.geojson", "s.shp", "街道.gpkg", "街道.shp"])
def test_each_format_gives_a_noded_network(tmp_path: Path, name: str) -> None:
    """Centre lines of any format, in metres or degrees, are cut at crossings, both ways open."""
    path = tmp_path / name
    layer = _layer(CROSS, name=["长安路", "二马路"])
    layer.to_crs(4326 if name.endswith("json") else CRS).to_file(path, encoding="utf-8")
    graph, notices = read_streets(path)
    assert len(graph) == 5
    assert graph.number_of_edges() == 8
    assert graph.graph["crs"].to_epsg() == 32650
    assert sum(m for *_, m in graph.edges(data="length")) == pytest.approx(600, abs=0.01)
    assert {name for *_, name in graph.edges(data="name")} == {"长安路", "二马路"}
    assert {kind for *_, kind in graph.edges(data="highway")} == {"unclassified"}
    assert str(notices[0]) == "2 lines were cut where they meet: 4 stretches of street."


def test_columns_become_tags(tmp_path: Path) -> None:
    """Name, class, light and one-way are found under their usual names, in any case."""
    layer = _layer(
        [[(0, 0), (50, 0)], [(50, 0), (90, 0)], [(90, 0), (99, 0)], [(99, 0), (120, 0)]],
        路名=["甲路", None, "乙路", "丙路"],
        TYPE=["Autoroute", "rue", "人行道", None],
        lit=["no", None, "yes", "no"],
        OneWay=["yes", "-1", "B", None],
    )
    layer.to_file(tmp_path / "s.gpkg")
    graph, _ = read_streets(tmp_path / "s.gpkg", crs=CRS)
    rows = {
        (round(graph.nodes[u]["x"] - EAST), round(graph.nodes[v]["x"] - EAST)): data
        for u, v, data in graph.edges(data=True)
    }
    assert set(rows) == {(0, 50), (90, 50), (90, 99), (99, 90), (99, 120), (120, 99)}
    assert [rows[key]["name"] for key in ((0, 50), (90, 50), (90, 99))] == ["甲路", "", "乙路"]
    assert [rows[key]["highway"] for key in ((0, 50), (90, 50), (90, 99))] == [
        "motorway",
        "unclassified",
        "footway",
    ]
    assert [rows[key]["oneway"] for key in ((0, 50), (90, 50), (90, 99))] == [True, True, False]
    assert rows[0, 50]["lit"] == "no"


def test_classes_of_openstreetmap_are_kept(tmp_path: Path) -> None:
    """A column `highway` or `fclass` holds OpenStreetMap's own classes."""
    layer = _layer(CROSS, fclass=["steps", ""])
    layer.to_file(tmp_path / "s.gpkg")
    graph, _ = read_streets(tmp_path / "s.gpkg")
    assert {kind for *_, kind in graph.edges(data="highway")} == {"steps", "unclassified"}


def test_heights_multilines_and_gaps_do_not_matter(tmp_path: Path) -> None:
    """Heights are dropped, multi-part lines parted, missing and empty geometries passed over."""
    line = shapely.LineString([(EAST, NORTH, 5), (EAST + 100, NORTH, 9)])
    more = shapely.MultiLineString(
        [[(EAST + 100, NORTH), (EAST + 100, NORTH + 50)], [(EAST, NORTH), (EAST, NORTH + 7)]]
    )
    shapes = [line, more, None, shapely.LineString()]
    gpd.GeoDataFrame(geometry=shapes, crs=CRS).to_file(tmp_path / "s.gpkg")
    graph, _ = read_streets(tmp_path / "s.gpkg")
    assert sum(m for *_, m in graph.edges(data="length")) == pytest.approx(2 * 157)
    assert not any(line.has_z for *_, line in graph.edges(data="geometry"))


def test_layer_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    """Two layers of lines ask for a name, points beside lines do not, a wrong name is refused."""
    path = tmp_path / "s.gpkg"
    _layer(CROSS).to_file(path, layer="streets")
    points = gpd.GeoDataFrame(geometry=[shapely.Point(EAST, NORTH)], crs=CRS)
    points.to_file(path, layer="stops")
    assert len(read_streets(path)[0]) == 5
    _layer(CROSS[:1]).to_file(path, layer="lanes")
    with pytest.raises(NetworkError, match=r"several layers.*s\.gpkg#layer.*streets, lanes"):
        read_streets(path)
    assert len(read_streets(f"{path}#lanes")[0]) == 2
    with pytest.raises(NetworkError, match=r"no such layer.*stops.*streets, lanes"):
        read_streets(f"{path}#stops")
    points.to_file(tmp_path / "p.gpkg")
    with pytest.raises(NetworkError, match="no layer of lines"):
        read_streets(tmp_path / "p.gpkg")


def test_layer_without_crs_is_refused(tmp_path: Path) -> None:
    """Without a CRS nobody knows where the lines are."""
    _layer(CROSS).to_file(tmp_path / "s.shp")
    (tmp_path / "s.prj").unlink()
    with pytest.raises(NetworkError, match="does not say in which CRS"):
        read_streets(tmp_path / "s.shp")


def test_wrong_crs_is_refused(tmp_path: Path) -> None:
    """Metres called degrees, degrees called metres, and a place its CRS does not cover."""
    layer = _layer(CROSS)
    far = layer.translate(10_000_000, 0).to_frame("geometry")
    for wrong, crs in ((layer, 4326), (layer.to_crs(4326), 32650), (far, 32650)):
        wrong.set_crs(crs, allow_override=True).to_file(tmp_path / "s.gpkg")
        with pytest.raises(NetworkError, match="do not fit the stated CRS"):
            read_streets(tmp_path / "s.gpkg")


def test_clip_keeps_lines_near_the_area(tmp_path: Path) -> None:
    """Only lines that meet the area's bounding box are read; none at all is refused."""
    layer = _layer([[(0, 0), (100, 0)], [(5000, 0), (5100, 0)], [(5100, 0), (5200, 0)]])
    layer.to_file(tmp_path / "s.gpkg")
    near = shapely.box(*layer.to_crs(4326).geometry.iloc[0].bounds)
    assert len(read_streets(tmp_path / "s.gpkg", clip=near)[0]) == 2
    assert len(read_streets(tmp_path / "s.gpkg")[0]) == 3
    with pytest.raises(NetworkError, match="no street in the area"):
        read_streets(tmp_path / "s.gpkg", clip=shapely.box(10, 10, 11, 11))


def test_empty_layer_is_refused(tmp_path: Path) -> None:
    """A layer without lines is no network."""
    _layer(CROSS).iloc[:0].to_file(tmp_path / "s.gpkg", geometry_type="LineString")
    with pytest.raises(NetworkError, match="no street in the area"):
        read_streets(tmp_path / "s.gpkg")


@pytest.mark.parametrize("name", ["s.gpkg", "s.geojson", "s.shp"])
@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "junk"])
def test_damaged_layer_is_refused_in_words(tmp_path: Path, name: str, kind: str) -> None:
    """A layer that cannot be read is named, with one sentence and a remedy, and no traceback."""
    path = tmp_path / name
    _layer(CROSS).to_crs(4326).to_file(path)
    content = path.read_bytes()
    if kind == "missing":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "truncated": content[:60], "junk": b"\xff junk"}[kind])
    with pytest.raises(NetworkError) as refused:
        read_streets(path)
    assert refused.value.faults[0].file == name


def test_shapefile_without_its_index_is_refused(tmp_path: Path) -> None:
    """A .shp copied alone is refused with the files that belong to it."""
    _layer(CROSS).to_file(tmp_path / "s.shp")
    (tmp_path / "s.shx").unlink()
    with pytest.raises(NetworkError, match=r"\.shx, \.dbf and \.prj"):
        read_streets(tmp_path / "s.shp")


def _forget_encoding(path: Path) -> None:
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[29:30] = struct.pack("B", 0)  # the language mark of dBASE
    table.write_bytes(content)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_shapefile_without_encoding_is_not_garbled(tmp_path: Path, encoding: str) -> None:
    """Chinese names are read from a shapefile that does not say whether it is GBK or UTF-8."""
    path = tmp_path / "s.shp"
    _layer(CROSS, name=["宝山区长安路", "二马路"]).to_file(path, encoding=encoding)
    _forget_encoding(path)
    graph, _ = read_streets(path)
    assert {name for *_, name in graph.edges(data="name")} == {"宝山区长安路", "二马路"}


def test_shapefile_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    """Texts that are neither UTF-8 nor GBK are refused, not shown as rubbish."""
    path = tmp_path / "s.shp"
    _layer(CROSS, name=["AAAA", "BBBB"]).to_file(path)
    _forget_encoding(path)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"AAAA", b"\xff\xff\xff\xff"))
    with pytest.raises(NetworkError, match="unknown encoding"):
        read_streets(path)


def test_changed_attributes_are_not_taken_from_the_cache(tmp_path: Path) -> None:
    """New names in the .dbf beside the same .shp give a new network."""
    path = tmp_path / "s.shp"
    for name in ("甲路", "乙路"):
        _layer(CROSS, name=[name, name]).to_file(path, encoding="utf-8")
        graph, _ = read_streets(path)
        assert {name for *_, name in graph.edges(data="name")} == {name}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("layer", "n_lines", "km"), [("mtl_network", 2945, 318.7), ("main_network_mtl", 16188, 2053)]
)
def test_montreal_is_one_network(shared: Path, layer: str, n_lines: int, km: float) -> None:
    """Nearly all of Montreal's 2,945 or 16,188 street lines form one connected network."""
    graph, notices = read_streets(f"{shared / 'montreal' / 'montreal.gpkg'}#{layer}", crs=3797)
    assert f"{n_lines} lines" in str(notices[0])
    assert nx.is_weakly_connected(graph)
    total_km = sum(m for *_, m in graph.edges(data="length")) / 2000
    assert total_km == pytest.approx(km, rel=0.01)
