from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from data.area import read_area
from data.graphs import StreetGraph
from data.ledger.door_numbers import RoadDoors, group_doors, read_doors
from data.ledger.gazetteer import Gazetteer, build_gazetteer
from data.ledger.learned_doors import learn_doors
from data.ledger.named_roads import CROSSING_M, ONE_SPOT_M, find_crossings, name_roads
from data.ledger.place_names import name_facility

CRS = 32650


SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture(scope="module")
def sample_gazetteer() -> Gazetteer:
    """Gather the places of the sample area."""
    area = read_area(SAMPLE)
    return build_gazetteer(
        streets=area.streets,
        key_points=area.key_points,
        gates=area.gates,
        communities=area.communities,
        boundary=area.boundary,
        crs=area.crs,
        basemap=area.basemap,
    )


def layer(
    columns: dict[str, list[str]], shapes: list[BaseGeometry] | None = None
) -> gpd.GeoDataFrame:
    """Make a layer; its rows are numbered from 0."""
    return gpd.GeoDataFrame(columns, geometry=shapes or [], crs=CRS)


def street_graph(*roads: tuple[str, list[tuple[float, float]]]) -> StreetGraph:
    """Make a graph with one edge per road."""
    graph: StreetGraph = nx.MultiDiGraph(crs=f"EPSG:{CRS}")
    for number, (name, xy) in enumerate(roads):
        line = shapely.LineString(xy)
        graph.add_edge(2 * number, 2 * number + 1, name=name, geometry=line, oneway=True)
    return graph


def gazetteer(
    names: dict[str, tuple[float, float]] | None = None,
    *,
    streets: StreetGraph | None = None,
    doors: gpd.GeoDataFrame | None = None,
) -> Gazetteer:
    """Build a gazetteer of facilities without gates."""
    points = [shapely.Point(xy) for xy in (names or {}).values()]
    kinds = {"name": list(names or {}), "category": ["hospital"] * len(points)}
    return build_gazetteer(
        streets=streets,
        key_points=layer(kinds, points),
        gates=layer({"key_point_id": [], "gate_name": []}),
        communities=layer({"name": []}),
        boundary=None,
        crs=CRS,
        doors=doors,
    )


def labels(known: Gazetteer, name: str) -> list[str]:
    """Return what a name may stand for."""
    return [known.places[sense.place].label for sense in known.senses.get(name, ())]


def test_every_layer_of_the_sample_is_in_it(sample_gazetteer: Gazetteer) -> None:
    """Facilities, gates, stops, markets, roads, crossings, communities and bridges are known."""
    kinds = sample_gazetteer.to_frame()["kind"].value_counts()
    assert {"facility", "gate", "bus_stop", "market", "road", "community", "bridge"} <= set(
        kinds.index
    )
    assert kinds["community"] == 8
    assert len(sample_gazetteer.crossings) > 100
    assert labels(sample_gazetteer, "晴岚居委会") == ["晴岚社区"]


def test_a_full_name_is_nobody_elses_short_form() -> None:
    """Where one place is called what another is shortened to, the name means the first."""
    known = gazetteer({"甲乙市曙光医院": (0, 0), "曙光医院": (900, 0)})
    assert labels(known, "曙光医院") == ["曙光医院"]


def test_a_short_form_of_two_stands_for_both() -> None:
    """Branches whose name without the branch is one are all meant by it."""
    known = gazetteer({"曙光药房(东店)": (0, 0), "曙光药房(西店)": (900, 0)})
    assert labels(known, "曙光药房") == ["曙光药房(东店)", "曙光药房(西店)"]


def test_a_kind_alone_names_nothing() -> None:
    """医院 is no short form of any hospital."""
    names = {one.text for one in name_facility("甲乙市医院")}
    assert "医院" not in names


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("甲乙市第四中心医院", "四中心医院"),
        ("甲乙市第三医院", "三院"),
        ("丙丁大学医学院附属曙光医院", "曙光医院"),
        ("苇岸社区卫生服务中心", "苇岸卫生服务中心"),
        ("鹤汀大药房有限公司", "鹤汀药店"),
        ("听澜公交站", "听澜公交站台"),
        ("曙光医院（西院）", "曙光医院西院"),
    ],
)
def test_usual_short_forms_are_known(full: str, short: str) -> None:
    """People say a name without town, parent or branch, and the kind in other words."""
    assert short in {one.text for one in name_facility(full)}


ROADS = st.lists(
    st.tuples(*[st.integers(0, 600)] * 4).filter(lambda xy: xy[:2] != xy[2:]),
    min_size=2,
    max_size=6,
)


@given(ROADS)
def test_crossings_lie_on_both_roads(ends: list[tuple[int, int, int, int]]) -> None:
    """Every spot is near both of its roads, and no two that cut across each other are missed."""
    roads = np.array([shapely.LineString([xy[:2], xy[2:]]) for xy in ends], dtype=object)
    found = find_crossings(roads)
    for (a, b), spots in found.items():
        assert all(
            roads[at].distance(spot) <= CROSSING_M + ONE_SPOT_M for at in (a, b) for spot in spots
        )
    for a, b in combinations(range(len(roads)), 2):
        if roads[a].crosses(roads[b]):
            assert len(found[a, b]) == 1


def test_a_dual_carriageway_crosses_once() -> None:
    """Four corners of two divided roads are one crossing."""
    one = shapely.MultiLineString([[(0, 0), (200, 0)], [(0, 15), (200, 15)]])
    other = shapely.MultiLineString([[(90, -90), (90, 90)], [(105, -90), (105, 90)]])
    (spot,) = find_crossings(np.array([one, other], dtype=object))[0, 1]
    assert (spot.x, spot.y) == pytest.approx((97.5, 7.5), abs=1)


def test_a_road_above_another_crosses_it_nowhere() -> None:
    """Roads side by side for long have no crossing."""
    lines = [shapely.LineString([(0, y), (900, y)]) for y in (0, 10)]
    assert find_crossings(np.array(lines, dtype=object)) == {}


def test_streets_of_two_names_belong_to_both() -> None:
    """An edge named twice is a part of each road."""
    roads = name_roads(
        street_graph(("甲路 / 乙路", [(0, 0), (50, 0)]), ("乙路", [(50, 0), (80, 0)]))
    )
    assert roads.geometry.length.to_dict() == {"甲路": 50, "乙路": 80}


# --- door numbers ---------------------------------------------------------------------------------

DOORS = st.dictionaries(st.integers(1, 90), st.integers(0, 900), min_size=1, max_size=12)


@given(DOORS, st.integers(1, 99))
def test_a_number_lies_between_its_neighbours(known: dict[int, int], number: int) -> None:
    """A known door is where it is; another one is between or beside doors of its own side."""
    numbers = sorted(known)
    xy = np.array([(known[at], 0) for at in numbers], dtype=float)
    row = RoadDoors("甲路", np.array(numbers), xy, np.zeros(len(numbers)))
    door = row.locate(number)
    own = [known[at] for at in numbers if at % 2 == number % 2]
    if number in known:
        assert door == (known[number], 0, "door", True)
    elif door is not None:
        assert min(own) <= door.x <= max(own)
        assert not door.known


def test_a_door_off_its_road_is_not_believed() -> None:
    """A number far from the road it names is left out; one on no known road stays."""
    roads = gpd.GeoSeries([shapely.LineString([(0, 0), (100, 0)])], index=["甲路"], crs=CRS)
    points = gpd.points_from_xy([0, 0, 0], [10, 900, 900], crs=CRS)
    numbers = {"road": ["甲路", "甲路", "乙弄"], "low": [1, 3, 5], "high": [1, 3, 5]}
    found = group_doors(gpd.GeoDataFrame(numbers, geometry=points), roads)
    assert {name: row.numbers.tolist() for name, row in found.items()} == {"甲路": [1], "乙弄": [5]}


def test_points_of_one_number_give_their_middle() -> None:
    """Several points of one door give one door, less exact if they lie far apart."""
    roads = name_roads(None, CRS).geometry
    for far, precision in ((20, "door"), (400, "segment")):
        points = gpd.points_from_xy([0, 10, far], [0, 0, 0], crs=CRS)
        same = gpd.GeoDataFrame({"road": "甲路", "low": [7] * 3, "high": [7] * 3}, geometry=points)
        door = group_doors(same, roads)["甲路"].locate(7)
        assert door is not None
        assert (door.x, door.precision) == (10, precision)


def test_doors_are_read_from_a_map(write_town: Callable[..., Path]) -> None:
    """Nodes and buildings with a number and a street are doors; others are not."""
    square = {10: (0, 0), 11: (20, 0), 12: (20, 20), 13: (0, 20)}
    path = write_town(
        "town.osm.pbf",
        {1: (100, 5), 2: (120, 5), 3: (140, 5), **square},
        [
            (
                50,
                [10, 11, 12, 13, 10],
                {"building": "yes", "addr:housenumber": "8号", "addr:street": "甲路"},
            )
        ],
        {
            1: {"addr:housenumber": "12-16", "addr:street": "甲路"},
            2: {"addr:housenumber": "14"},
            3: {"addr:street": "甲路"},
        },
    )
    doors = read_doors(path).to_crs(CRS)
    found = {(row.road, row.low, row.high): row.geometry for row in doors.itertuples()}
    assert set(found) == {("甲路", 12, 16), ("甲路", 8, 8)}
    assert 0 < found["甲路", 8, 8].x - 500_000 < 20


def test_a_map_without_doors_has_none(write_town: Callable[..., Path]) -> None:
    """The frame of no door has the columns of any other."""
    assert list(read_doors(write_town("bare.osm", {1: (0, 0)}, []))) == [
        "road",
        "low",
        "high",
        "geometry",
    ]


def test_known_addresses_teach_doors() -> None:
    """A door learnt from an address is found again, in the gazetteer built with it."""
    streets = street_graph(("甲路", [(0, 0), (900, 0)]))
    addresses = pd.Series(["某区甲路12号2楼", "乙路3号", "甲路附近"], index=[4, 5, 6])
    points = gpd.GeoSeries(gpd.points_from_xy([300, 0, 0], [20, 0, 0]), index=[4, 5, 6], crs=CRS)
    doors = learn_doors(addresses, points, gazetteer(streets=streets))
    known = gazetteer(streets=streets, doors=doors)
    (row,) = known.doors.values()
    assert row.locate(12) == (300, 20, "door", True)
