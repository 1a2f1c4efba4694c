import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from spatial.facility import count_in_communities, count_near_key_points, walking_distances


@pytest.fixture
def streets() -> nx.MultiDiGraph:
    """Three streets that run west to east 100 m apart, joined only at their eastern ends."""
    graph = nx.MultiDiGraph(crs="EPSG:32650")
    for row in range(3):
        graph.add_node(2 * row, x=0.0, y=100.0 * row)
        graph.add_node(2 * row + 1, x=200.0, y=100.0 * row)
    for u, v in [(0, 1), (2, 3), (4, 5), (1, 3), (3, 5)]:
        ends = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (u, v)]
        line = shapely.LineString(ends)
        graph.add_edge(u, v, geometry=line, length=line.length)
        graph.add_edge(v, u, geometry=line.reverse(), length=line.length)
    return graph


def points(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Make a frame of points."""
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*places, strict=True)), crs=32650)


def test_distance_follows_the_streets(streets: nx.MultiDiGraph) -> None:
    """An incident one street away is reached around the end of the block, not through it."""
    gates = points((150, 4), (0, 200))
    incidents = points((150, 96), (160, -1), (100, 200), (150, 4))
    found = walking_distances(streets, gates, incidents, 1000)
    expected = [[208, 15, 304 + 50, 8], [354, 441, 100, 454]]
    assert np.allclose(found, expected)


def test_distance_beyond_the_limit_or_the_streets_is_infinite(streets: nx.MultiDiGraph) -> None:
    """What is further than the limit, straight parts included, or off every street is inf."""
    gates, incidents = points((150, 4), (900, 900)), points((110, 0), (107, -4), (150, -300))
    found = walking_distances(streets, gates, incidents, 44, max_snap_m=50)
    assert found[0, 0] == pytest.approx(44)
    assert np.isinf(found[0, 1:]).all()
    assert np.isinf(found[1]).all()


@pytest.mark.parametrize(("n_gates", "n_incidents"), [(0, 2), (2, 0), (0, 0)])
def test_nothing_to_measure_is_an_empty_table(
    streets: nx.MultiDiGraph, n_gates: int, n_incidents: int
) -> None:
    """An area without key points or without incidents has an empty table, not an error."""
    some = points((10, 0), (20, 0))
    found = walking_distances(streets, some[:n_gates], some[:n_incidents], 100)
    assert found.shape == (n_gates, n_incidents)


def test_arguments_are_kept(streets: nx.MultiDiGraph) -> None:
    """Neither the graph nor the frames are changed."""
    gates, incidents = points((150, 4)), points((150, 96))
    before = streets.copy(), gates.copy(), incidents.copy()
    walking_distances(streets, gates, incidents, 100)
    assert nx.utils.graphs_equal(streets, before[0])
    assert_frame_equal(gates, before[1])
    assert_frame_equal(incidents, before[2])


def test_incident_near_two_gates_counts_once_at_a_key_point() -> None:
    """Two gates of one hospital do not double an incident; two key points each have it."""
    key_points = gpd.GeoDataFrame(index=pd.Index(["K1", "K2", "K3"], name="key_point_id"))
    gates = gpd.GeoDataFrame({"key_point_id": ["K1", "K2", "K1", "gone"]})
    twelfths = pd.DataFrame({"day": [12, 3, 0], "night": [0, 9, 12]}, index=["A", "B", "C"])
    distance_m = np.array([[50, 99, np.inf], [100, 100.1, 3], [60, 500, 700], [1, 1, 1]])
    found = count_near_key_points(key_points, gates, twelfths, distance_m, 100)
    assert found.to_dict("index") == {
        "K1": {"n_day": 1.25, "n_night": 0.75, "n": 2.0},
        "K2": {"n_day": 1.0, "n_night": 1.0, "n": 2.0},
        "K3": {"n_day": 0.0, "n_night": 0.0, "n": 0.0},
    }
    assert found.index.equals(key_points.index)


def test_communities_share_no_incident() -> None:
    """Incidents on a common border count in one community only; day and night add up."""
    west, east = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
    communities = gpd.GeoDataFrame(
        {"name": ["West", "East"]}, index=["C1", "C2"], geometry=[west, east], crs=32650
    )
    incidents = points((50, 50), (100, 50), (150, 50), (500, 50))
    twelfths = pd.DataFrame({"day": [12, 6, 0, 12], "night": [0, 6, 12, 0]})
    near = np.array([True, False, True, True])
    found = count_in_communities(communities, incidents, twelfths, near)
    assert found.index.equals(communities.index)
    assert found["n"].tolist() == [2, 1]
    assert found["near"].tolist() == [1, 1]
    assert (found["n_day"] + found["n_night"]).equals(found["n"])
    assert (found["near_day"] + found["near_night"]).equals(found["near"])


def test_no_communities_and_no_incidents_are_empty_tables() -> None:
    """Where either is missing the tables are empty or zero, with all columns."""
    square = gpd.GeoDataFrame(index=["C1"], geometry=[shapely.box(0, 0, 1, 1)], crs=32650)
    nothing = gpd.GeoDataFrame(geometry=[], crs=32650)
    twelfths = pd.DataFrame({"day": [], "night": []}, dtype=int)
    found = count_in_communities(square, nothing, twelfths, np.zeros(0, dtype=bool))
    none = count_in_communities(square[:0], nothing, twelfths, np.zeros(0, dtype=bool))
    assert found.loc["C1"].tolist() == [0] * 6
    assert none.columns.equals(found.columns)
