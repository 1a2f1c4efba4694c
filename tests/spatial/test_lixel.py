import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.count import count_in_cells
from spatial.gi_star import exact_gi_star
from spatial.lixel import cut_lixels, lixel_positions
from spatial.lixel_network import lixel_distances, lixel_neighbours
from spatial.multiple_tests import benjamini_hochberg

CRS = "EPSG:32650"


def street(graph: nx.MultiDiGraph, u: int, v: int, *bends: tuple[float, float]) -> None:
    """Add a street in both directions, over these bends."""
    ends = [(graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in (u, v)]
    line = shapely.LineString([ends[0], *bends, ends[1]])
    graph.add_edge(u, v, geometry=line, length=line.length, name=f"{u}-{v}")
    graph.add_edge(v, u, geometry=line.reverse(), length=line.length, name=f"{u}-{v}")


@pytest.fixture
def streets() -> nx.MultiDiGraph:
    """Build a crossing with four arms, a bend, parallel streets, a ring and an island."""
    graph = nx.MultiDiGraph(crs=CRS)
    places = [(0, 0), (200, 0), (-130, 0), (0, 170), (0, -40), (5000, 5000), (5100, 5000)]
    graph.add_nodes_from((n, {"x": float(x), "y": float(y)}) for n, (x, y) in enumerate(places))
    for arm in (1, 2, 3, 4):
        street(graph, 0, arm)
    street(graph, 1, 3, (200.0, 170.0))
    street(graph, 1, 3, (150.0, 120.0))  # a parallel street between the same crossings
    street(graph, 4, 4, (40.0, -90.0), (-40.0, -90.0))
    street(graph, 5, 6)
    return graph


@given(
    bends=st.lists(
        st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=2, max_size=7
    ).filter(lambda bends: len(set(bends)) > 1),
    length_m=st.floats(3, 400),
)
def test_lixels_of_a_street_are_the_street(bends: list[tuple[int, int]], length_m: float) -> None:
    """Laid end to end the lixels are the street, and each is as long as it says."""
    line = shapely.remove_repeated_points(shapely.LineString(bends))
    graph = nx.MultiDiGraph(crs=CRS)
    graph.add_edge(1, 2, geometry=line, length=line.length)
    lixels = cut_lixels(graph, length_m=length_m)
    assert np.allclose(lixels.length, lixels["length_m"], rtol=1e-6, atol=1e-4)
    assert lixels["length_m"].sum() == pytest.approx(line.length)
    assert lixels["length_m"].max() <= max(1.5 * length_m, line.length) + 1e-6
    assert (lixels["length_m"].max() <= 1.5 * length_m + 1e-6) or len(lixels) == 1
    for before, after in zip(lixels.geometry[:-1], lixels.geometry[1:], strict=True):
        assert before.coords[-1] == after.coords[0]
    whole = shapely.LineString(
        np.concatenate([shapely.get_coordinates(g) for g in lixels.geometry])
    )
    assert shapely.hausdorff_distance(whole, line, densify=0.05) < 1e-3


def test_every_street_is_cut_once(streets: nx.MultiDiGraph) -> None:
    """Two directions are one street; parallel streets, rings and islands are not dropped."""
    lixels = cut_lixels(streets, length_m=50)
    assert lixels["length_m"].sum() == pytest.approx(streets.size(weight="length") / 2)
    assert lixels.index.is_unique
    assert lixels.index.name == "lixel_id"
    assert lixels.crs == CRS
    assert set(lixels["name"]) == {"0-1", "0-2", "0-3", "0-4", "1-3", "4-4", "5-6"}
    assert (lixels.groupby(["u", "v", "key"])["to_m"].max().to_numpy() > 0).all()


def test_distances_are_those_of_the_cut_graph(streets: nx.MultiDiGraph) -> None:
    """Between all centres they equal NetworkX's shortest ways over a graph cut at the centres."""
    lixels = cut_lixels(streets, length_m=60)
    graph = nx.Graph()
    for name, row in lixels.iterrows():
        ends = [
            tuple(np.round(end, 3)) for end in (row.geometry.coords[0], row.geometry.coords[-1])
        ]
        for end in ends:
            graph.add_edge(name, end, weight=row["length_m"] / 2)
    expected = dict(nx.all_pairs_dijkstra_path_length(graph))
    found = lixel_distances(lixels)
    for i, a in enumerate(lixels.index):
        for j, b in enumerate(lixels.index):
            assert found[i, j] == pytest.approx(expected[a].get(b, np.inf), abs=1e-6)
    some = np.array([4, 0, 9])
    assert np.allclose(lixel_distances(lixels, some), found[np.ix_(some, some)])


@pytest.mark.parametrize("reach_m", [1.0, 60.0, 125.0, 400.0])
def test_neighbours_are_within_reach(streets: nx.MultiDiGraph, reach_m: float) -> None:
    """Neighbours are exactly the lixels whose centres are within reach along the streets."""
    lixels = cut_lixels(streets, length_m=45)
    near = lixel_neighbours(lixels, reach_m=reach_m)
    assert np.array_equal(near.toarray(), lixel_distances(lixels) <= reach_m)
    assert near.dtype == np.int64


def test_incidents_go_to_the_nearest_segment(streets: nx.MultiDiGraph) -> None:
    """Every incident lies on the nearest lixel, and none is counted that is off the streets."""
    lixels = cut_lixels(streets, length_m=50)
    rng = np.random.default_rng(1)
    xy = rng.uniform(-200, 300, (300, 2))
    points = gpd.GeoSeries.from_xy(*xy.T, crs=CRS)
    found = lixel_positions(points, lixels, max_snap_m=40)
    away_m = shapely.distance(points.to_numpy()[:, None], lixels.geometry.to_numpy()[None])
    assert np.array_equal(found >= 0, away_m.min(axis=1) <= 40)
    inside = found >= 0
    assert np.allclose(away_m[inside, found[inside]], away_m[inside].min(axis=1))
    counts = count_in_cells(found, lixels)["n"]
    assert counts.sum() == inside.sum()
    assert counts.index.equals(lixels.index)


def test_a_hot_street_is_found_on_segments() -> None:
    """Twenty incidents around one crossing of a 10 x 10 town make its segments stand out."""
    graph = nx.MultiDiGraph(crs=CRS)
    for node in range(100):
        graph.add_node(node, x=100.0 * (node % 10), y=100.0 * (node // 10))
    for node in range(100):
        if node % 10 < 9:
            street(graph, node, node + 1)
        if node < 90:
            street(graph, node, node + 10)
    lixels = cut_lixels(graph, length_m=50)
    rng = np.random.default_rng(2)
    xy = np.concatenate([rng.uniform(0, 900, (40, 2)), rng.normal(400, 20, (20, 2))])
    positions = lixel_positions(gpd.GeoSeries.from_xy(*xy.T, crs=CRS), lixels)
    counts = count_in_cells(positions, lixels)["n"]
    near = lixel_neighbours(lixels, reach_m=100)
    q_value = benjamini_hochberg(exact_gi_star(counts, near, parts_per_incident=1)["p_value"])
    away_m = lixels.distance(shapely.Point(400, 400))
    assert (q_value[away_m < 1] < 1e-3).all()
    assert (q_value[away_m > 250] > 0.05).all()


@pytest.mark.parametrize(
    ("length_m", "fault"), [(0, "0 m do not exist"), (np.nan, "nan m"), (1e-5, "1 m or more")]
)
def test_impossible_lengths_are_refused(
    streets: nx.MultiDiGraph, length_m: float, fault: str
) -> None:
    """A length of 0, a missing one and a million crumbs are refused with what to do."""
    with pytest.raises(DegenerateDataError, match=fault):
        cut_lixels(streets, length_m=length_m)


def test_no_street_is_said() -> None:
    """Without a street there is nothing to cut, and the sentence says so."""
    with pytest.raises(DegenerateDataError, match="no street to cut"):
        cut_lixels(nx.MultiDiGraph(crs=CRS), length_m=50)


def test_street_without_length_is_kept_as_it_is() -> None:
    """A street whose ends are one point is one lixel of 0 m, and its neighbours stay connected."""
    graph = nx.MultiDiGraph(crs=CRS)
    graph.add_nodes_from((n, {"x": float(max(n - 1, 0)), "y": 0.0}) for n in range(3))
    street(graph, 0, 1)
    street(graph, 1, 2)
    lixels = cut_lixels(graph, length_m=50)
    assert lixels["length_m"].tolist() == [0, 1]
    assert lixel_distances(lixels).tolist() == [[0, 0.5], [0.5, 0]]
    assert pd.notna(lixels["from_m"]).all()


def test_too_many_distances_are_refused(
    streets: nx.MultiDiGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A matrix that would not fit into memory is refused with what to do."""
    monkeypatch.setattr("spatial.lixel_network.MAX_DISTANCES", 100)
    with pytest.raises(DegenerateDataError, match="too many to measure between"):
        lixel_distances(cut_lixels(streets, length_m=10))
