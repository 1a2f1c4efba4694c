from typing import Any

import networkx as nx
import pytest
import shapely

from data.errors import NetworkError
from data.paths import travel_costs
from data.profiles import build_profile
from data.settings import DAY, NIGHT, Streets

RULES = Streets()


def _streets(
    *ways: dict[str, Any], nodes: dict[int, dict[str, str]] | None = None
) -> nx.MultiDiGraph:
    """Chain streets of 120 m each, from node 1 to 2, 2 to 3 and so on."""
    graph = nx.MultiDiGraph(crs="EPSG:32650")
    for start, way in enumerate(ways, 1):
        line = shapely.LineString([(120 * start, 0), (120 * (start + 1), 0)])
        data = {"highway": "residential", "oneway": False, "length": 120.0, **way}
        for node, x in ((start, 120.0 * start), (start + 1, 120.0 * (start + 1))):
            graph.add_node(node, x=x, y=0.0, **(nodes or {}).get(node, {}))
        graph.add_edge(start, start + 1, geometry=line, **data)
        if not data["oneway"]:
            graph.add_edge(start + 1, start, geometry=line.reverse(), **data)
    return graph


def _admits(mode: str, **way: str) -> bool:
    """Whether the mode can use the middle one of three streets."""
    streets = _streets({}, way, {})
    return build_profile(streets, mode, DAY, RULES).has_edge(2, 3)


@pytest.mark.parametrize(
    ("way", "modes"),
    [
        ({"highway": "residential"}, "foot e_bike vehicle"),
        ({"highway": "motorway"}, "vehicle"),
        ({"highway": "trunk"}, "vehicle"),
        ({"highway": "trunk", "foot": "yes"}, "foot vehicle"),
        ({"highway": "trunk", "bicycle": "yes"}, "e_bike vehicle"),
        ({"highway": "footway"}, "foot"),
        ({"highway": "footway", "bicycle": "yes"}, "foot e_bike"),
        ({"highway": "pedestrian", "bicycle": "designated"}, "foot e_bike"),
        ({"highway": "path", "foot": "no"}, ""),
        ({"highway": "steps"}, "foot"),
        ({"highway": "steps", "bicycle": "yes"}, "foot"),
        ({"highway": "cycleway"}, "foot e_bike"),
        ({"highway": "track"}, "foot e_bike"),
        ({"access": "private"}, ""),
        ({"access": "no", "foot": "designated"}, "foot"),
        ({"access": "no", "bicycle": "yes", "motor_vehicle": "yes"}, "e_bike vehicle"),
        ({"motor_vehicle": "no"}, "foot e_bike"),
        ({"vehicle": "no"}, "foot"),
        ({"bicycle": "no"}, "foot vehicle"),
        ({"access": "destination"}, "foot e_bike vehicle"),
    ],
)
def test_each_mode_uses_the_ways_its_tags_allow(way: dict[str, str], modes: str) -> None:
    """Class and access tags decide who may use a way; the more specific tag wins."""
    assert {mode for mode in ("foot", "e_bike", "vehicle") if _admits(mode, **way)} == set(
        modes.split()
    )


def test_walkers_ignore_one_way_streets() -> None:
    """A one-way street gets a reverse edge on foot, mirrored and as long, and only there."""
    streets = _streets({"oneway": True})
    streets.add_edge(2, 1, **{**streets.edges[1, 2, 0], "oneway": False, "length": 300.0})
    walk = build_profile(streets, "foot", DAY, RULES)
    there, back = walk.edges[1, 2, 0], walk.edges[2, 1, 0]
    assert back["travel_time"] == there["travel_time"] == pytest.approx(100)
    assert back["geometry"].equals_exact(there["geometry"].reverse())
    drive = build_profile(streets, "vehicle", DAY, RULES)
    assert drive.edges[2, 1, 0]["length"] == 300


@pytest.mark.parametrize("tag", [{"oneway:bicycle": "no"}, {"cycleway": "opposite_lane"}])
def test_e_bikes_go_against_one_way_only_where_allowed(tag: dict[str, str]) -> None:
    """E-bikes obey one-way unless the street is opened to bicycles in both directions."""
    assert build_profile(_streets({"oneway": True, **tag}), "e_bike", DAY, RULES).has_edge(2, 1)
    with pytest.raises(NetworkError, match="by e-bike"):
        build_profile(_streets({"oneway": True}), "e_bike", DAY, RULES)


def test_times_follow_speed_stairs_and_light() -> None:
    """Stairs slow walkers, unlit ways slow everybody in the dark, and nobody by day."""
    streets = _streets({}, {"highway": "steps"}, {"lit": "no"})
    by_day = build_profile(streets, "foot", DAY, RULES)
    by_night = build_profile(streets, "foot", NIGHT, RULES)
    assert [by_day.edges[u, u + 1, 0]["travel_time"] for u in (1, 2, 3)] == [100, 200, 100]
    assert [by_night.edges[u, u + 1, 0]["travel_time"] for u in (1, 2, 3)] == pytest.approx(
        [100, 200, 150]
    )
    ride = build_profile(streets, "e_bike", DAY, Streets(e_bike_kph=18))
    assert {data["travel_time"] for *_, data in ride.edges(data=True)} == {24.0}


def test_gate_shut_at_night_parts_the_streets() -> None:
    """A gate whose hours miss the night windows is passed by day and a dead end at night."""
    gate = {2: {"barrier": "gate", "opening_hours": "06:00-20:00"}}
    streets = _streets({}, {}, {}, nodes=gate)
    assert 2 in build_profile(streets, "foot", DAY, RULES)
    by_night = build_profile(streets, "foot", NIGHT, RULES)
    assert 2 not in by_night
    assert travel_costs(by_night, [1], [3, 4]).tolist() == [[float("inf")] * 2]
    # the street up to the gate can still be walked from either side
    assert sum(data["length"] for *_, data in by_night.edges(data=True)) == 6 * 120
    drive = build_profile(streets, "vehicle", NIGHT, RULES)
    assert set(drive) >= {3, 4}
    assert 1 not in drive


def test_loop_at_a_shut_gate_goes_with_it() -> None:
    """A turning loop that only touches a shut gate cannot be reached and is no street then."""
    streets = _streets({}, {}, nodes={2: {"barrier": "gate", "opening_hours": "off"}})
    loop = shapely.LineString([(240, 0), (250, 9), (230, 9), (240, 0)])
    data = {**streets.edges[1, 2, 0], "geometry": loop, "length": loop.length}
    streets.add_edge(2, 2, **data)
    assert build_profile(streets, "foot", DAY, RULES).number_of_edges() == 4


def test_named_gates_are_shut_in_the_dark() -> None:
    """Node ids in closed_gates part the streets at night and not by day."""
    rules = Streets(closed_gates=("2",))
    streets = _streets({}, {})
    assert 2 in build_profile(streets, "foot", DAY, rules)
    assert 2 not in build_profile(streets, "foot", NIGHT, rules)


def test_way_with_opening_hours_is_left_out_when_shut() -> None:
    """A park path shut at night is no street at night."""
    streets = _streets({}, {"highway": "footway", "opening_hours": "06:00-20:00"})
    assert build_profile(streets, "foot", DAY, RULES).has_edge(2, 3)
    assert not build_profile(streets, "foot", NIGHT, RULES).has_edge(2, 3)


@pytest.mark.parametrize(
    ("node", "modes"),
    [
        ({"barrier": "bollard"}, "foot e_bike"),
        ({"barrier": "block", "motor_vehicle": "yes"}, "foot e_bike"),
        ({"barrier": "turnstile"}, "foot"),
        ({"barrier": "gate"}, "foot e_bike vehicle"),
        ({"barrier": "gate", "access": "private"}, ""),
        ({"barrier": "lift_gate", "access": "private", "foot": "yes"}, "foot"),
        ({"barrier": "kerb", "opening_hours": "off"}, "foot e_bike vehicle"),
        ({"opening_hours": "off"}, "foot e_bike vehicle"),
    ],
)
def test_barriers_stop_the_modes_they_stop_in_the_street(node: dict[str, str], modes: str) -> None:
    """Bollards stop vehicles only, turnstiles all wheels, gates by their access tags and hours."""
    streets = _streets({}, {}, {}, nodes={2: node})
    passing = {
        mode
        for mode in ("foot", "e_bike", "vehicle")
        if 2 in build_profile(streets, mode, DAY, RULES)
    }
    assert passing == set(modes.split())


def test_wheels_keep_what_can_be_left_again() -> None:
    """A one-way dead end is no place to send a vehicle: the largest strong part stays."""
    drive = build_profile(_streets({}, {}, {"oneway": True}), "vehicle", DAY, RULES)
    assert set(drive) == {1, 2, 3}


def test_streets_stay_as_they_are() -> None:
    """The network passed in gains no travel times, edges or gaps."""
    streets = _streets({"oneway": True}, {})
    build_profile(streets, "foot", DAY, Streets(closed_gates=("2",)))
    assert streets.number_of_edges() == 3
    assert not any("travel_time" in data for *_, data in streets.edges(data=True))
