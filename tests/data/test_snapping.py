import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.paths import travel_costs
from data.snapping import approach_points, attach_points

CRS = "EPSG:32650"
BENT = shapely.LineString([(0, 0), (100, 0), (100, 50)])
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def _graph(*edges: tuple[int, int, shapely.LineString]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs=CRS)
    for u, v, line in edges:
        for node, (x, y) in ((u, line.coords[0]), (v, line.coords[-1])):
            graph.add_node(node, x=x, y=y)
        graph.add_edge(u, v, geometry=line, length=line.length, travel_time=2 * line.length)
    return graph


def _street() -> nx.MultiDiGraph:
    """Two directions of one bent street of 150 m."""
    return _graph((1, 2, BENT), (2, 1, BENT.reverse()))


def _points(*xy: tuple[float, float], crs: str = CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(place) for place in xy], crs=crs)


@given(SHARES)
def test_distances_along_a_street_are_kept(shares: list[float]) -> None:
    """Between attached points, in both directions, the cost is the distance along the street."""
    at_m = np.array(shares) * BENT.length
    points = gpd.GeoSeries(shapely.line_interpolate_point(BENT, at_m), crs=CRS)
    attached, places = attach_points(_street(), points, max_distance_m=10)
    nodes = [1, 2, *places["node"]]
    along_m = np.array([0, BENT.length, *at_m])
    expected = np.abs(along_m[:, None] - along_m)
    costs = travel_costs(attached, nodes, nodes, weight="length")
    np.testing.assert_allclose(costs, expected, atol=0.004)
    times = travel_costs(attached, nodes, nodes)
    np.testing.assert_allclose(times, 2 * costs)


@given(SHARES)
def test_parts_join_to_the_street(shares: list[float]) -> None:
    """The parts of each direction start and end at their nodes and are as long as the whole."""
    points = gpd.GeoSeries(
        shapely.line_interpolate_point(BENT, np.array(shares), normalized=True), crs=CRS
    )
    attached, _ = attach_points(_street(), points, max_distance_m=10)
    total_m = 0.0
    for u, v, data in attached.edges(data=True):
        ends = [(attached.nodes[node]["x"], attached.nodes[node]["y"]) for node in (u, v)]
        line = data["geometry"]
        np.testing.assert_allclose([line.coords[0], line.coords[-1]], ends, atol=1e-9)
        assert line.length == pytest.approx(data["length"])
        total_m += data["length"]
    assert total_m == pytest.approx(2 * BENT.length)


def test_both_directions_share_one_new_node() -> None:
    """A two-way street is split once: one node, two edges in and two out."""
    attached, places = attach_points(_street(), _points((40, 5)), max_distance_m=10)
    assert places["node"].tolist() == [-1]
    assert places["offset_m"].tolist() == [5.0]
    assert attached.nodes[-1] == {"x": 40.0, "y": 0.0}
    assert sorted(attached.edges()) == [(-1, 1), (-1, 2), (1, -1), (2, -1)]
    assert attached.edges[2, -1, 0]["length"] == pytest.approx(110)


def test_one_way_street_stays_one_way() -> None:
    """Splitting an edge without a counterpart adds none."""
    attached, _ = attach_points(_graph((1, 2, BENT)), _points((40, 5)), max_distance_m=10)
    assert sorted(attached.edges()) == [(-1, 2), (1, -1)]


def test_parallel_street_is_not_split() -> None:
    """Of two streets between the same nodes only the nearer one is split."""
    detour = shapely.LineString([(0, 0), (0, 50), (100, 50)])
    graph = _graph((1, 2, BENT), (1, 2, detour))
    attached, _ = attach_points(graph, _points((0, 20)), max_distance_m=10)
    assert attached.number_of_edges(1, 2) == 1
    assert attached.edges[1, -1, 0]["length"] == pytest.approx(20)


def test_point_at_a_node_uses_it() -> None:
    """A point whose nearest spot is an end of the street gets that node, and nothing is split."""
    attached, places = attach_points(_street(), _points((-3, 0), (100, 53)), max_distance_m=10)
    assert places["node"].tolist() == [1, 2]
    assert attached.number_of_edges() == 2


def test_points_at_one_spot_share_a_node() -> None:
    """Two gates across the street from each other meet the street in one node."""
    _, places = attach_points(_street(), _points((40, 5), (40, -5)), max_distance_m=10)
    assert places["node"].tolist() == [-1, -1]


def test_loop_is_split() -> None:
    """A street that returns to its own junction is split like any other."""
    ring = shapely.LineString([(0, 0), (30, 0), (30, 30), (0, 30), (0, 0)])
    graph = _graph((1, 1, ring), (1, 1, ring.reverse()))
    attached, places = attach_points(graph, _points((30, 10)), max_distance_m=10)
    assert places["node"].tolist() == [-1]
    costs = travel_costs(attached, [1, -1], [1, -1], weight="length")
    np.testing.assert_allclose(costs, [[0, 40], [40, 0]])


def test_far_points_are_reported_not_snapped() -> None:
    """Beyond the limit there is no node, but the distance; a missing point has neither."""
    points = pd.concat([_points((40, 60.1), (40, 60)), gpd.GeoSeries([None], crs=CRS)])
    points.index = ["far", "near", "nowhere"]
    _, places = attach_points(_graph((1, 2, BENT)), points, max_distance_m=60)
    assert places["node"].isna().to_dict() == {"far": True, "near": False, "nowhere": True}
    assert places["offset_m"].tolist() == pytest.approx([60.1, 60, np.nan], nan_ok=True)


def test_main_part_is_preferred_to_a_gates_inside() -> None:
    """A point at a shut gate goes to the streets outside, not to the island behind the gate."""
    inside = shapely.LineString([(40, 0.5), (40, 30)])
    graph = _graph((1, 2, BENT), (2, 3, shapely.LineString([(100, 50), (0, 50)])), (8, 9, inside))
    _, places = attach_points(graph, _points((40, 2), (40, 30)), max_distance_m=60)
    assert places["node"].tolist() == [-1, 9]


def test_arguments_stay_as_they_are() -> None:
    """The graph passed in keeps its edges; attaching again adds nodes with fresh ids."""
    graph = _street()
    attached, first = attach_points(graph, _points((40, 5)), max_distance_m=10)
    again, second = attach_points(attached, _points((60, 5)), max_distance_m=10)
    assert graph.number_of_edges() == 2
    assert attached.number_of_edges() == 4
    assert again.number_of_edges() == 6
    assert first["node"].tolist() + second["node"].tolist() == [-1, -2]


def test_other_crs_is_refused() -> None:
    """Points in degrees on a graph in metres are a mistake of the caller."""
    with pytest.raises(ValueError, match="Project the points"):
        attach_points(_street(), _points((117, 39), crs="EPSG:4326"), max_distance_m=10)


def test_no_points_and_no_streets_are_normal() -> None:
    """Without points the graph is copied; without streets every point is too far."""
    attached, places = attach_points(_street(), _points(), max_distance_m=10)
    assert attached.number_of_edges() == 2
    assert places.empty
    _, places = attach_points(nx.MultiDiGraph(crs=CRS), _points((0, 0)), max_distance_m=10)
    assert places["node"].isna().all()


@given(st.lists(st.tuples(st.floats(-30, 130), st.floats(-30, 80)), min_size=1, max_size=12))
def test_approach_is_the_way_on_the_split_graph(xy: list[tuple[float, float]]) -> None:
    """From every node it is as far to a point as after splitting its street, one-way ones too."""
    side = shapely.LineString([(100, 50), (0, 50)])
    graph = _graph((1, 2, BENT), (2, 1, BENT.reverse()), (2, 3, side))
    graph.add_edge(3, 1, geometry=shapely.LineString([(0, 50), (0, 0)]), length=50.0, travel_time=9)
    points = _points(*xy)
    attached, split = attach_points(graph, points, max_distance_m=25)
    found = approach_points(graph, points, max_distance_m=25)
    assert found["start"].isna().equals(split["node"].isna())
    np.testing.assert_allclose(found["offset_m"], split["offset_m"])
    there = found.dropna()
    nodes = split["node"].dropna().astype(int).tolist()
    for node in (1, 2, 3):
        ways = [
            travel_costs(graph, [node], there[end].astype(int).tolist(), weight="length")[0]
            + there[part].to_numpy()
            for end, part in (("start", "from_start_m"), ("end", "from_end_m"))
        ]
        expected = travel_costs(attached, [node], nodes, weight="length")[0]
        np.testing.assert_allclose(np.minimum(*ways), expected, atol=0.004)
