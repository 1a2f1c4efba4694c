import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from data.errors import DegenerateDataError
from spatial.lixel import cut_lixels
from spatial.network_k import network_k
from tests.spatial.geodanet import geodanet

FEET = [500, 1000, 1500, 2000, 2500, 3000]
PLAIN = [2455.097, 6146.646, 11888.774, 21459.834, 31455.767, 40062.597]
CORRECTED = [997.085, 1496.728, 1964.063, 2591.654, 3178.129, 3650.758]


@pytest.mark.parametrize(("corrected", "k"), [(False, PLAIN), (True, CORRECTED)])
def test_geodanet_is_that_of_spatstat(corrected: bool, k: list[float]) -> None:  # noqa: FBT001
    """K of 287 crimes on 293 streets equals spatstat's `linearK`, with and without correction."""
    lixels, crimes = geodanet()
    found = network_k(crimes, lixels, FEET, corrected=corrected, max_snap_m=np.inf)
    assert found.index.tolist() == FEET
    assert found.to_numpy() == pytest.approx(k, rel=5e-7)


def test_random_incidents_have_k_of_r() -> None:
    """For incidents thrown at random on a town of blocks the corrected K(r) is about r."""
    town = nx.convert_node_labels_to_integers(nx.grid_2d_graph(6, 6), label_attribute="at")
    streets = nx.MultiDiGraph(crs="EPSG:32650")
    for u, v in town.edges:
        ends = [tuple(100 * c for c in town.nodes[node]["at"]) for node in (u, v)]
        streets.add_edge(u, v, geometry=shapely.LineString(ends), length=100.0)
    lixels = cut_lixels(streets, length_m=100)
    rng = np.random.default_rng(0)
    lines = lixels.geometry.to_numpy()[rng.integers(0, len(lixels), 400)]
    points = gpd.GeoSeries(shapely.line_interpolate_point(lines, rng.uniform(0, 100, 400)))
    found = network_k(points, lixels, [50, 150, 300])
    assert found.to_numpy() == pytest.approx([50, 150, 300], rel=0.1)


def test_one_incident_makes_no_pair() -> None:
    """Fewer than two incidents near a street are refused."""
    lixels, crimes = geodanet()
    with pytest.raises(DegenerateDataError, match="1 incidents near a street make no pair"):
        network_k(crimes[:1], lixels, [500], max_snap_m=np.inf)


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix of distances that no office PC holds is refused with a remedy."""
    monkeypatch.setattr("spatial.network_k.MAX_DISTANCES", 1000)
    lixels, crimes = geodanet()
    with pytest.raises(DegenerateDataError, match="287 incidents are too many"):
        network_k(crimes, lixels, [500], max_snap_m=np.inf)
