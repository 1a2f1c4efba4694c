"""Travel times between places."""

import geopandas as gpd
import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from data.settings import Streets
from routing.travel_time import travel_time_matrix
from tests.routing.towns import CRS, EVENING, MORNING, grid_streets

SPOTS = st.lists(st.tuples(st.integers(-50, 400), st.integers(-50, 400)), min_size=1, max_size=6)


@given(SPOTS)
def test_times_agree_with_networkx(spots: list[tuple[int, int]]) -> None:
    """Every time is the shortest path on the profile plus the walks beside the street."""
    places = gpd.GeoSeries([Point(x, y) for x, y in spots], crs=CRS)
    times = travel_time_matrix(grid_streets(4, 4), places, "foot", MORNING, Streets())
    for a, b in np.ndindex(len(spots), len(spots)):
        ends = times.places.iloc[[a, b]]
        walk_s = ends["offset_m"].sum() / 1.2
        between_s = nx.shortest_path_length(
            times.graph, *(int(node) for node in ends["node"]), weight="travel_time"
        )
        expected = 0 if a == b else np.ceil(np.round(between_s + walk_s, 6))
        assert times.time_s[a, b] == expected


def test_place_far_from_any_street_is_unreachable() -> None:
    """A place more than `max_snap_m` from every street is reached by nobody."""
    places = gpd.GeoSeries([Point(0, 0), Point(-101, 0)], crs=CRS)
    times = travel_time_matrix(grid_streets(2, 2), places, "foot", MORNING, Streets())
    assert times.time_s.tolist() == [[0, np.inf], [np.inf, 0]]


def test_riders_walk_the_last_metres() -> None:
    """120 m at 15 km/h take 28.8 s; 24 m beside the street are walked in 20 s."""
    places = gpd.GeoSeries([Point(0, 0), Point(120, -24)], crs=CRS)
    times = travel_time_matrix(grid_streets(2, 2), places, "e_bike", MORNING, Streets())
    assert times.time_s[0, 1] == 49


def test_unlit_streets_are_slower_at_night() -> None:
    """An unlit street takes half as long again in the dark, and no longer by day."""
    streets = grid_streets(2, 1)
    for *_, data in streets.edges(data=True):
        data["lit"] = "no"
    places = gpd.GeoSeries([Point(0, 0), Point(120, 0)], crs=CRS)
    day, night = (
        travel_time_matrix(streets, places, "foot", shift, Streets()).time_s[0, 1]
        for shift in (MORNING, EVENING)
    )
    assert (day, night) == (100, 150)
