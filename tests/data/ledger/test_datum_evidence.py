import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from data.ledger.datum_evidence import Evidence, street_lines
from data.ledger.datum_names import find_names, plain_name


def layer(names: list[str], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Make a layer in longitude and latitude."""
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326)


def test_no_layer_is_no_ground() -> None:
    """Evidence without a layer, or with empty ones, has nothing to measure against."""
    assert Evidence().ground is None
    assert Evidence(streets=layer([], [])).ground is None


def test_distances_are_metres_in_any_reference_system() -> None:
    """A layer in metres and the same in degrees measure the same."""
    street = layer(["甲路"], [shapely.LineString([(117.2, 39.14), (117.21, 39.14)])])
    for streets in (street, street.to_crs(32650)):
        ground = Evidence(streets=streets).ground
        assert ground is not None
        x, y = ground.to_metres(np.array([117.205]), np.array([39.141]))
        assert ground.street_m(shapely.points(x, y))[0] == pytest.approx(111, abs=1)
        lon, lat = ground.to_degrees(x, y)
        assert (lon[0], lat[0]) == pytest.approx((117.205, 39.141))


def test_one_name_is_one_shape() -> None:
    """Pieces of a street count as one; names that many facilities bear point nowhere."""
    pieces = [shapely.LineString([(west, 39.1), (west + 0.005, 39.1)]) for west in (117.2, 117.21)]
    spots = [shapely.Point(117.2 + k / 99, 39.1) for k in range(7)]
    chain = layer(["连锁药店"] * 6 + ["青梧医院"], spots)
    ground = Evidence(streets=layer(["甲 路", "甲路"], pieces), facilities=chain).ground
    assert ground is not None
    assert list(ground.streets) == ["甲路"]
    assert list(ground.facilities) == ["青梧医院"]


def test_missing_shapes_and_names_are_left_out() -> None:
    """Rows without shape or name do no harm."""
    streets = gpd.GeoDataFrame(
        {"name": ["甲路", None]},
        geometry=[None, shapely.LineString([(117.2, 39.1), (117.21, 39.1)])],
        crs=4326,
    )
    ground = Evidence(streets=streets).ground
    assert ground is not None
    assert (list(ground.streets), len(ground.lines)) == ([], 1)


def test_a_place_without_coordinates_is_far_from_everything() -> None:
    """What cannot be projected is put far away, not into the area."""
    ground = Evidence(boundary=shapely.box(117.2, 39.1, 117.3, 39.2)).ground
    assert ground is not None
    x, _ = ground.to_metres(np.array([np.nan]), np.array([39.0]))
    assert x[0] > 1e8


def test_streets_of_a_graph_come_once() -> None:
    """Both directions of a street are one line with its name."""
    graph = nx.MultiDiGraph(crs="EPSG:32650")
    line = shapely.LineString([(500_000, 4_300_000), (500_100, 4_300_000)])
    graph.add_edge(1, 2, geometry=line, name="甲路")
    graph.add_edge(2, 1, geometry=line.reverse(), name="甲路")
    graph.add_edge(2, 3, geometry=shapely.LineString([(500_100, 4_300_000), (500_200, 4_300_050)]))
    lines = street_lines(graph)
    assert lines["name"].tolist() == ["甲路", ""]
    assert lines.crs == "EPSG:4326"


def test_the_longest_name_is_found_whatever_its_width() -> None:
    """南京西路 is not 南京路, full-width letters and spaces do not matter, gaps hold no name."""
    texts = pd.Series(["南京西路 1 号", "Ｎ１路口", None, "无"], index=[4, 5, 6, 7])
    found = find_names(texts, {plain_name(name) for name in ("南京", "南京西路", "Ｎ１路")})
    assert found.tolist() == ["南京西路", "N1路", "", ""]
    assert found.index.tolist() == [4, 5, 6, 7]
    assert find_names(texts, set()).eq("").all()
