import gzip
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.cache import load_arrays
from data.errors import NetworkError
from data.network import read_streets
from data.network_arrays import from_arrays, to_arrays
from data.paths import travel_costs
from data.profiles import build_profile
from data.settings import DAY, NIGHT, Streets
from data.street_graph import normalise

CRS = "EPSG:32650"
# a street of 100 + 50 m with a bend, a lane of 200 m, a house, and a way apart
NODES = {
    1: (0, 0),
    2: (100, 0),
    3: (100, 50),
    4: (-200, 0),
    5: (0, 300),
    6: (40, 300),
    9: (300, 300),
}
ROAD = {"highway": "residential", "name": "长安路", "lit": "yes"}
LANE = {"highway": "service", "oneway": "yes", "access": "private"}
WAYS = [
    (10, [1, 2, 3], ROAD),
    (11, [4, 1], LANE),
    (12, [5, 6], {"highway": "footway"}),
    (13, [1, 2, 5, 1], {"building": "yes"}),
    (14, [3, 9], {"highway": "proposed"}),
]


def _nearest(graph: nx.MultiDiGraph, east: float, north: float) -> int:
    place = (500_000 + east, 4_300_000 + north)
    return min(graph, key=lambda n: np.hypot(*np.subtract(_xy(graph, n), place)))


def _xy(graph: nx.MultiDiGraph, node: int) -> tuple[float, float]:
    return graph.nodes[node]["x"], graph.nodes[node]["y"]


@pytest.mark.parametrize(
    "name", ["t.osm", "t.osm.gz", "t.osm.bz2", "t.osm.pbf", "t.pbf", "地图.OSM"]
)
def test_osm_file_of_any_format_gives_its_streets(write_town: Any, name: str) -> None:
    """Each format gives the same streets in metres; houses and planned roads are no streets."""
    path = write_town(name.lower(), NODES, WAYS)
    graph, notices = read_streets(path.rename(path.with_name(name)), crs=CRS)
    assert set(graph) == {1, 3, 4}
    street, lane = graph.edges[1, 3, 0], graph.edges[4, 1, 0]
    assert street["length"] == pytest.approx(150, abs=0.05)
    assert street["geometry"].length == pytest.approx(street["length"])
    assert (street["name"], street["lit"], street["oneway"]) == ("长安路", "yes", False)
    assert (lane["access"], lane["oneway"], lane["name"]) == ("private", True, "")
    assert sorted(graph.edges()) == [(1, 3), (3, 1), (4, 1)]
    assert [str(notice) for notice in notices] == [
        "2 ways of the map file are no streets and were left out.",
        "2 junctions with 40 m of street are not connected to the rest and were left out.",
    ]


def test_every_edge_has_the_attributes_others_rely_on(write_town: Any) -> None:
    """Geometry runs from node to node, tags are texts, and the CRS measures metres."""
    graph, _ = read_streets(write_town("t.osm", NODES, WAYS))
    assert graph.graph["crs"].to_epsg() == 32650
    for u, v, data in graph.edges(data=True):
        assert data["geometry"].coords[0] == pytest.approx(_xy(graph, u))
        assert data["geometry"].coords[-1] == pytest.approx(_xy(graph, v))
        assert isinstance(data["oneway"], bool)
        tags = ("highway", "name", "lit", "access", "foot", "bicycle", "tunnel", "surface")
        assert all(isinstance(data[tag], str) for tag in tags)


def test_gates_stay_nodes_with_their_hours(write_town: Any) -> None:
    """A gate in the middle of a street is a node, is passed by day and parts it at night."""
    gate = {2: {"barrier": "gate", "opening_hours": "06:00-20:00", "name": "东门"}}
    graph, _ = read_streets(write_town("t.osm", NODES, WAYS, gate))
    assert graph.nodes[2]["barrier"] == "gate"
    assert graph.nodes[2]["name"] == "东门"
    by_day = build_profile(graph, "foot", DAY, Streets(foot_mps=1.0))
    by_night = build_profile(graph, "foot", NIGHT, Streets(foot_mps=1.0))
    assert travel_costs(by_day, [1], [3])[0, 0] == pytest.approx(150, abs=0.05)
    assert np.isinf(travel_costs(by_night, [1], [3])[0, 0])


def test_a_street_is_divided_where_its_tags_change(write_town: Any) -> None:
    """Light or access for half a street holds for that half only, so tags stay single texts."""
    ways = [(10, [1, 2], {**ROAD, "lit": "no"}), (11, [2, 3], ROAD)]
    graph, _ = read_streets(write_town("t.osm", NODES, ways))
    assert {(u, v): lit for u, v, lit in graph.edges(data="lit")} == {
        (1, 2): "no",
        (2, 1): "no",
        (2, 3): "yes",
        (3, 2): "yes",
    }


def test_clip_keeps_the_streets_that_touch_the_area(write_town: Any) -> None:
    """Streets that meet the area's bounding box stay whole; the others are counted."""
    path = write_town("t.osm", NODES, WAYS)
    graph, _ = read_streets(path)
    lon_lat = ox.project_graph(graph, to_crs="EPSG:4326")
    corner = shapely.Point(_xy(lon_lat, 3)).buffer(0.0001)
    clipped, notices = read_streets(path, crs=CRS, clip=corner)
    assert set(clipped) == {1, 3}
    assert "2 streets of the map file lie outside the area" in str(notices[1])
    with pytest.raises(NetworkError, match="no street in the area"):
        read_streets(path, clip=shapely.Point(0, 0).buffer(0.1))


def test_missing_points_end_a_street_instead_of_bridging_the_gap(write_town: Any) -> None:
    """A way that left the cut-out and came back is two streets, and the points are counted."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (500, 0), 4: (600, 0), 5: (500, 250)}
    ways = [(10, [1, 2, 77, 78, 3, 4], ROAD), (11, [3, 5], ROAD), (12, [5, 79], ROAD)]
    graph, notices = read_streets(write_town("t.osm", nodes, ways))
    assert sum(length for *_, length in graph.edges(data="length")) / 2 == pytest.approx(
        350, abs=0.1
    )
    assert (
        str(notices[0]) == "3 points of streets are missing from the map file; streets end there."
    )


def test_ways_before_nodes_are_put_in_order(tmp_path: Path) -> None:
    """A file whose ways come first, as some downloads have it, reads like any other."""
    path = tmp_path / "t.osm"
    path.write_text(
        '<?xml version="1.0"?><osm version="0.6"><way id="7"><nd ref="2"/><nd ref="1"/>'
        '<tag k="highway" v="path"/></way><node id="2" lon="117" lat="39"/>'
        '<node id="1" lon="117.001" lat="39"/></osm>'
    )
    graph, notices = read_streets(path)
    assert set(graph) == {1, 2}
    assert notices == ()


def _damage(path: Path, kind: str) -> Path:
    content = path.read_bytes()
    if kind == "missing":
        path.unlink()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(kind.encode("gb18030"))
    return path


@pytest.mark.parametrize("name", ["t.osm", "t.osm.gz", "t.osm.bz2", "t.osm.pbf"])
@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "<osm>长安路"])
def test_damaged_file_is_refused_in_words(write_town: Any, name: str, kind: str) -> None:
    """A file that cannot be read is named, with one sentence and a remedy, and no traceback."""
    path = _damage(write_town(name, NODES, WAYS), kind)
    with pytest.raises(NetworkError) as refused:
        read_streets(path)
    (fault,) = refused.value.faults
    assert fault.file == name
    assert str(fault.what).endswith(".")
    assert str(fault.remedy)


@pytest.mark.parametrize("name", ["streets.dwg", "streets.xml", "streets"])
def test_unknown_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    """A file of another kind is refused with the kinds that can be used."""
    path = tmp_path / name
    path.write_text("x")
    with pytest.raises(NetworkError, match=r"hold no street network.*\.osm\.pbf"):
        read_streets(path)


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """A folder with the name of a map is refused like a file that may not be opened."""
    path = tmp_path / "t.osm"
    path.mkdir()
    with pytest.raises(NetworkError, match="cannot be opened"):
        read_streets(path)


def test_town_without_streets_is_refused(write_town: Any) -> None:
    """Houses alone are no network."""
    path = write_town("t.osm", NODES, [WAYS[3]])
    with pytest.raises(NetworkError, match="no street in the area"):
        read_streets(path)


@pytest.mark.parametrize("crs", ["EPSG:4326", 2263])
def test_crs_must_measure_in_metres(write_town: Any, crs: Any) -> None:
    """Degrees and feet are refused as the CRS of a network."""
    with pytest.raises(NetworkError, match="does not measure in metres"):
        read_streets(write_town("t.osm", NODES, WAYS), crs=crs)


@pytest.mark.parametrize("simplified", [True, False])
def test_graphml_gives_the_same_streets(
    write_town: Any, tmp_path: Path, *, simplified: bool
) -> None:
    """A network that OSMnx saved, simplified or not, reads like the map it was made from."""
    town = write_town("t.osm", NODES, [WAYS[0], WAYS[1]])
    from_map, _ = read_streets(town, crs=CRS)
    path = tmp_path / "t.graphml"
    ox.save_graphml(ox.graph_from_xml(town, retain_all=True, simplify=simplified), path)
    graph, _ = read_streets(path, crs=CRS)
    assert set(graph) == set(from_map)
    for u, v, data in from_map.edges(data=True):
        assert graph.edges[u, v, 0]["length"] == pytest.approx(data["length"])
        assert graph.edges[u, v, 0]["oneway"] == data["oneway"]
        assert graph.edges[u, v, 0]["geometry"].equals_exact(data["geometry"], 1e-6)
    outside, notices = read_streets(path, clip=shapely.box(116.9976, 38.84, 116.9985, 38.86))
    assert set(outside) == {1, 4}
    assert "streets of the map file lie outside the area" in str(notices[0])
    with pytest.raises(NetworkError, match="no street in the area"):
        read_streets(path, clip=shapely.box(0, 0, 1, 1))


def test_merged_attributes_of_a_saved_network_become_single_texts() -> None:
    """Names are set side by side; a light that is only partly there is not claimed."""
    graph = nx.MultiDiGraph(crs=CRS)
    graph.add_nodes_from([(1, {"x": 0, "y": 0}), (2, {"x": 9, "y": 0})])
    merged = {"name": ["b", "a"], "lit": ["yes", "no"], "highway": ["steps", "path"], "length": 9}
    graph.add_edge(1, 2, **merged, access=["no", "no"])
    graph.add_edge(2, 1, **merged)
    data = normalise(graph).edges[1, 2, 0]
    assert (data["name"], data["lit"], data["highway"], data["access"]) == (
        "a / b",
        "",
        "steps",
        "no",
    )
    assert not data["oneway"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<graphml>",
        '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>',
    ],
)
def test_other_graphml_is_refused(tmp_path: Path, text: str) -> None:
    """GraphML that is damaged, or not OSMnx's, is refused in words."""
    path = tmp_path / "t.graphml"
    path.write_text(text)
    with pytest.raises(NetworkError, match=r"empty|saved by OSMnx"):
        read_streets(path)
    nx.write_graphml(nx.path_graph(3), path)
    with pytest.raises(NetworkError, match="saved by OSMnx"):
        read_streets(path)


def test_kept_network_equals_the_fresh_one(write_town: Any, tmp_path: Path) -> None:
    """The second reading comes from disk and is the same in every digit and sentence."""
    path = write_town("t.osm", NODES, WAYS, {2: {"barrier": "gate"}})
    folder = tmp_path / "cache"
    fresh, said = read_streets(path, cache_dir=folder)
    (kept_file,) = folder.iterdir()
    kept, said_again = read_streets(path, cache_dir=folder)
    assert said_again == said
    assert dict(kept.nodes(data=True)) == dict(fresh.nodes(data=True))
    assert list(kept.edges(keys=True, data=True)) == list(fresh.edges(keys=True, data=True))
    assert kept.graph == fresh.graph
    for damaged in (b"", b"PK\3\4 not a network", kept_file.read_bytes()[:500]):
        kept_file.write_bytes(damaged)
        again, _ = read_streets(path, cache_dir=folder)
        assert set(again) == set(fresh)
        assert load_arrays(folder, kept_file.stem) is not None
    np.savez(kept_file, other=np.zeros(3))
    assert set(read_streets(path, cache_dir=folder)[0]) == set(fresh)


def test_another_file_clip_or_crs_is_kept_apart(write_town: Any, tmp_path: Path) -> None:
    """What is kept belongs to the content, the clip and the CRS, never to the name alone."""
    folder = tmp_path / "cache"
    path = write_town("t.osm", NODES, WAYS)
    read_streets(path, cache_dir=folder)
    read_streets(path, cache_dir=folder, crs=32649)
    read_streets(path, cache_dir=folder, clip=shapely.box(116, 38, 118, 40))
    path.unlink()
    read_streets(write_town("t.osm", NODES, [*WAYS[:2]]), cache_dir=folder)
    assert len(list(folder.iterdir())) == 4


def test_folder_that_refuses_costs_only_time(write_town: Any, tmp_path: Path) -> None:
    """Without a writable cache the network is read all the same, and no other folder is made."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    graph, _ = read_streets(write_town("t.osm", NODES, WAYS), cache_dir=blocked / "sub")
    assert set(graph) == {1, 3, 4}


def test_osmnx_makes_no_folder_of_its_own(
    write_town: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a network leaves no `./data` or `./cache` in the working directory."""
    path = write_town("t.osm", NODES, WAYS)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    read_streets(path)
    assert list(work.iterdir()) == []
    assert not ox.settings.use_cache
    assert {"lit", "foot", "opening_hours"} <= set(ox.settings.useful_tags_way)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9))
def test_any_name_survives_the_disk(name: str) -> None:
    """Names in any script come back from the kept arrays as they were."""
    graph = nx.MultiDiGraph(crs=CRS)
    graph.add_nodes_from([(1, {"x": 0, "y": 0}), (2, {"x": 9, "y": 0})])
    graph.add_edge(1, 2, name=name, length=9.0, oneway=True)
    network = from_arrays(to_arrays(normalise(graph), ()))
    assert network is not None
    assert network[0].edges[1, 2, 0]["name"] == name


def test_gz_that_is_no_gz_is_refused(write_town: Any) -> None:
    """A file whose name promises another compression is refused, not guessed at."""
    path = write_town("t.osm.bz2", NODES, WAYS)
    path.write_bytes(gzip.compress(b"<osm/>"))
    with pytest.raises(NetworkError, match="not what its name says"):
        read_streets(path)
