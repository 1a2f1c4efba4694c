"""Networks that nobody here drew, and the sample, against counts and costs made by others."""

from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from data.graphs import StreetGraph
from data.network import read_streets
from data.osm_streets import read_osm_streets
from data.paths import shortest_paths, travel_costs
from data.profiles import build_profile
from data.settings import DAY, NIGHT, Streets

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "streets.osm"
EVEN = Streets(foot_mps=1.0, vehicle_kph=5, steps_factor=1.0)


def _check_profiles(streets: StreetGraph) -> None:
    """Hold what is true of every place: parts, edges, and costs equal to networkx's."""
    for mode in ("foot", "e_bike", "vehicle"):
        for shift in (DAY, NIGHT):
            profile = build_profile(streets, mode, shift, Streets())
            assert all(data["travel_time"] >= 0 for *_, data in profile.edges(data=True))
            if mode != "foot":
                assert nx.is_strongly_connected(profile)
    nodes = sorted(profile)[:: max(1, len(profile) // 5)]
    costs = travel_costs(profile, nodes, nodes)
    for source, row in zip(nodes, costs, strict=True):
        truth = nx.single_source_dijkstra_path_length(profile, source, weight="travel_time")
        np.testing.assert_allclose(row, [truth[target] for target in nodes])


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("osm_monaco/monaco.osm.gz", (4770, 8939, 965, 2322, 933)),
        ("osm_shanghai_drive/shanghai.osm", (2458, 3387, 781, 1710, 564)),
    ],
)
def test_streets_are_those_osmnx_counts(
    shared: Path, name: str, counts: tuple[int, int, int, int, int]
) -> None:
    """Raw and simplified counts, and the largest part, equal those measured with OSMnx alone."""
    raw, _ = read_osm_streets(shared / name)
    simple = ox.simplify_graph(raw)
    largest = max(nx.weakly_connected_components(simple), key=len)
    assert (len(raw), raw.number_of_edges()) == counts[:2]
    assert (len(simple), simple.number_of_edges(), len(largest)) == counts[2:]


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "osm_monaco/monaco.osm.gz",
        "osm_krems/krems.osm.gz",
        "osm_misc_small/bayfront_singapore.osm.pbf",
        "osm_misc_small/moorgate.osm.pbf",
        "osm_misc_small/moscow.osm.gz",
        "osm_shanghai_drive/shanghai.osm",
    ],
)
def test_real_town_is_one_network_for_every_mode(shared: Path, name: str) -> None:
    """A real town is one connected part, its wheels' profiles strongly so, costs as networkx."""
    streets, _ = read_streets(shared / name)
    assert nx.is_weakly_connected(streets)
    _check_profiles(streets)


@pytest.mark.real_data
def test_monaco_drops_32_junctions_and_says_so(shared: Path) -> None:
    """965 - 933 junctions are not connected to the rest, which is told with their metres."""
    _, notices = read_streets(shared / "osm_monaco" / "monaco.osm.gz")
    assert str(notices[-1]).startswith("32 junctions with ")


@pytest.mark.real_data
def test_walking_is_never_longer_than_driving(shared: Path) -> None:
    """In Monaco the walk graph is larger, and each walk at most as long as the drive."""
    streets, _ = read_streets(shared / "osm_monaco" / "monaco.osm.gz")
    # one tunnel forbids walkers, and a drive through it may well be shorter
    tunnel = [
        edge for edge, foot in nx.get_edge_attributes(streets, "foot").items() if foot == "no"
    ]
    assert len(tunnel) == 2
    streets.remove_edges_from(tunnel)
    walk = build_profile(streets, "foot", DAY, EVEN)
    drive = build_profile(streets, "vehicle", DAY, EVEN)
    assert len(walk) > len(drive)
    assert walk.number_of_edges() > drive.number_of_edges()
    both = sorted(set(walk) & set(drive))[::12]
    on_foot = travel_costs(walk, both, both, weight="length")
    by_car = travel_costs(drive, both, both, weight="length")
    assert len(both) > 40
    assert (on_foot <= by_car + 1e-6).all()
    assert (on_foot < by_car - 1).any()


@pytest.mark.real_data
def test_clipped_campo_grande_is_repaired(shared: Path) -> None:
    """The file that OSMnx refuses for its missing nodes is read, and their number told."""
    _, notices = read_streets(shared / "osm_misc_small" / "campo-grande.osm.gz")
    assert any("1404 points of streets are missing" in str(notice) for notice in notices)


@pytest.mark.real_data
def test_scripts_of_names_survive(shared: Path) -> None:
    """Chinese and Cyrillic street names come through unharmed."""
    shanghai, _ = read_streets(shared / "osm_shanghai_drive" / "shanghai.osm")
    moscow, _ = read_streets(shared / "osm_misc_small" / "moscow.osm.gz")
    assert "延安东路" in {name for *_, name in shanghai.edges(data="name")}
    assert any("улица" in name for *_, name in moscow.edges(data="name"))


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample has not been made yet")
def test_sample_costs_equal_networkx() -> None:
    """On the sample, matrices of every mode and shift equal networkx, and paths cost the same."""
    streets, _ = read_streets(SAMPLE)
    _check_profiles(streets)
    walk = build_profile(streets, "foot", DAY, Streets())
    nodes = sorted(walk)[::25]
    pairs = [(u, v) for u in nodes for v in nodes]
    costs = travel_costs(walk, nodes, nodes).ravel()
    for path, cost in zip(shortest_paths(walk, pairs), costs, strict=True):
        assert sum(walk.edges[edge]["travel_time"] for edge in path) == pytest.approx(cost)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample has not been made yet")
def test_sample_gates_close_at_night() -> None:
    """At night the sample has closed gates and unlit ways: some walks are longer or shut off."""
    streets, _ = read_streets(SAMPLE)
    by_day = build_profile(streets, "foot", DAY, Streets())
    by_night = build_profile(streets, "foot", NIGHT, Streets())
    assert set(by_day) - set(by_night)
    both = sorted(set(by_day) & set(by_night))
    change = travel_costs(by_night, both, both) - travel_costs(by_day, both, both)
    assert (change >= -1e-9).all()
    assert (change > 1).any()
