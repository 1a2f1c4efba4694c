import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from data.graphs import StreetGraph
from data.ledger.spread import draw_numbers, spread_along_streets, spread_draws

CRS = 32650
AREAS = gpd.GeoDataFrame(
    {"name": ["西山社区", "东山社区", "空山社区"]},
    geometry=[
        shapely.box(0, 0, 500, 500),
        shapely.box(500, 0, 1000, 500),
        shapely.Polygon([(0, 900), (600, 900), (600, 1500), (300, 1000), (0, 1500)]),
    ],
    crs=CRS,
)
STREETS = (
    ("建设路", [(0, 100), (1000, 100)], {}),
    ("新华道", [(250, 0), (250, 500)], {}),
    ("分界路", [(503, 0), (503, 500)], {}),
    ("", [(100, 300), (400, 300)], {}),
    ("内部路", [(0, 400), (500, 400)], {"access": "private"}),
)


def draw_streets() -> StreetGraph:
    """Draw streets in both directions; one is private, one runs just outside a community."""
    made: StreetGraph = nx.MultiDiGraph(crs=f"EPSG:{CRS}")
    for number, (name, xy, tags) in enumerate(STREETS):
        line = shapely.LineString(xy)
        u, v = 2 * number, 2 * number + 1
        for start, end, drawn in ((u, v, line), (v, u, line.reverse())):
            made.add_edge(
                start, end, name=name, geometry=drawn, highway="residential", oneway=False, **tags
            )
    return made


GRAPH = draw_streets()


def records(n: int, community: str = "西山社区", **columns: object) -> gpd.GeoDataFrame:
    """Make records that are known to a community only."""
    ids = pd.Index([f"R{number}" for number in range(n)], dtype=str, name="record_id")
    known = {"geo_precision": "community", "community": community, **columns}
    table = pd.DataFrame(known, index=ids)
    return gpd.GeoDataFrame(table, geometry=[None] * n, crs=CRS)


def test_a_street_gets_what_its_length_deserves() -> None:
    """Over the public streets of a community points are spread uniformly by length."""
    places, is_spread = spread_along_streets(records(4000), GRAPH, AREAS)
    assert is_spread.all()
    expected = {"建设路": 500, "新华道": 500, "分界路": 500, "": 300}
    lines = {name: shapely.LineString(xy) for name, xy, _ in STREETS if name in expected}
    nearest = pd.DataFrame({name: places.distance(line) for name, line in lines.items()}).idxmin(
        axis=1
    )
    counted = nearest.value_counts().reindex(list(expected)).to_numpy()
    share = np.array(list(expected.values())) / sum(expected.values())
    assert chisquare(counted, share * counted.sum()).pvalue > 0.001
    along = places[nearest == "新华道"].y / 500
    assert kstest(along, "uniform").pvalue > 0.001


def test_private_streets_get_nothing() -> None:
    """No record stands on a street that the public may not use."""
    places, _ = spread_along_streets(records(500), GRAPH, AREAS)
    assert (places.distance(shapely.LineString(STREETS[4][1])) > 0).all()


@given(st.sampled_from(["西山社区", "西山居委会", "东山", "空山社区"]), st.integers(1, 60))
def test_all_stand_inside_and_apart(community: str, n: int) -> None:
    """Every point lies in its community, and no two records stand at one point."""
    places, is_spread = spread_along_streets(records(n, community), GRAPH, AREAS)
    area = AREAS.geometry[[community[:2] in name for name in AREAS["name"]]].iloc[0]
    assert is_spread.all()
    assert shapely.contains_properly(area, places.to_numpy()).all()
    assert not places.to_wkb().duplicated().any()


def test_a_border_street_is_its_neighbours_too() -> None:
    """A street just outside a community has a share of its records, on the community's side."""
    places, _ = spread_along_streets(records(1000), GRAPH, AREAS)
    assert 150 < (places.x > 490).sum() < 450
    assert (places.x < 500).all()


def test_a_community_without_streets_is_filled_evenly() -> None:
    """Without streets the records lie all over the area."""
    places, _ = spread_along_streets(records(3000, "空山社区"), GRAPH, AREAS)
    area = AREAS.geometry.iloc[2]
    left = area.intersection(shapely.box(0, 900, 300, 1500)).area / area.area
    inside = int((places.x < 300).sum())
    assert chisquare([inside, 3000 - inside], [3000 * left, 3000 * (1 - left)]).pvalue > 0.001


@given(st.lists(st.integers(0, 99), min_size=1, max_size=30, unique=True))
def test_a_record_stands_where_it_always_does(chosen: list[int]) -> None:
    """The place of a record does not depend on the other records, nor on their order."""
    every = records(100)
    places, _ = spread_along_streets(every, GRAPH, AREAS)
    some = every.iloc[chosen]
    again, _ = spread_along_streets(some, GRAPH, AREAS)
    assert again.geom_equals(places.loc[some.index]).all()


def test_a_road_takes_its_own_records() -> None:
    """Records known to a road stand on it, within their community if it runs there."""
    said = records(40, road="建设路", geo_precision="segment")
    places, is_spread = spread_along_streets(said, GRAPH, AREAS)
    assert is_spread.all()
    assert (places.y == 100).all()
    assert (places.x <= 500).all()
    elsewhere, _ = spread_along_streets(records(5, "空山社区", road="建设路"), GRAPH, AREAS)
    assert (elsewhere.y == 100).all()
    anywhere, _ = spread_along_streets(records(200, "", road="建设路"), GRAPH, AREAS)
    assert anywhere.x.max() > 500 > anywhere.x.min()


def test_a_road_is_read_from_the_address() -> None:
    """Without a column `road`, a record without a point stands on the road its address names."""
    said = records(20, geo_precision="segment", address="某区新华道12号附近")
    places, is_spread = spread_along_streets(said, GRAPH, AREAS)
    assert is_spread.all()
    assert (places.x == 250).all()


def test_known_places_stay() -> None:
    """A record with a place of its own keeps it; one of no known community keeps none."""
    said = records(3).assign(
        geo_precision=["gate", "community", "none"], community=["西山社区", "远山社区", "西山社区"]
    )
    said = said.set_geometry([shapely.Point(7, 7), None, None], crs=CRS)
    places, is_spread = spread_along_streets(said, GRAPH, AREAS)
    assert not is_spread.any()
    assert places.iloc[0] == shapely.Point(7, 7)
    assert places.iloc[1:].isna().all()


def test_nothing_to_spread_is_no_fault() -> None:
    """Without records, or without communities, nothing is drawn."""
    places, is_spread = spread_along_streets(records(0), GRAPH, AREAS)
    assert (len(places), len(is_spread)) == (0, 0)
    places, is_spread = spread_along_streets(records(3), GRAPH, AREAS.iloc[:0])
    assert not is_spread.any()


def test_draws_are_independent() -> None:
    """Draw 0 is the place of every day; the others are as uniform, and unlike one another."""
    said = records(300)
    draws = spread_draws(said, GRAPH, AREAS, 4)
    assert draws.index.names == ["record_id", "draw"]
    assert len(draws) == 1200
    places, _ = spread_along_streets(said, GRAPH, AREAS)
    assert draws.xs(0, level="draw").geom_equals(places).all()
    assert not draws.to_wkb().duplicated().any()
    numbers = np.column_stack([draw_numbers(said.index, draw)[:, 0] for draw in range(4)])
    off_diagonal = np.abs(np.corrcoef(numbers.T) - np.eye(4))
    assert off_diagonal.max() < 4 / np.sqrt(300)


@pytest.mark.parametrize("column", [0, 1, 2])
def test_numbers_are_uniform(column: int) -> None:
    """The numbers made of ids fill [0, 1) evenly."""
    numbers = draw_numbers([f"R{number}" for number in range(5000)], 3)[:, column]
    assert ((numbers >= 0) & (numbers < 1)).all()
    assert kstest(numbers, "uniform").pvalue > 0.001
