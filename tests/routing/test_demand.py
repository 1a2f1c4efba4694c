"""Stops made from key points and hot cells."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from data import schema
from data.settings import Patrol
from routing.demand import UNCERTAINTY, demand_points, facility_stops, key_point_stops, make_stops
from routing.hot_stops import hot_stops
from tests.routing.towns import EVENING, MORNING, grid_streets, hot_cells, staffing, town

PLACES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9)),
    min_size=1,
    max_size=25,
)


def _town(**rules: Any) -> SimpleNamespace:
    """Build a town whose rules differ in the given fields."""
    return town(grid_streets(2, 2), staffing({}), rules=Patrol(**rules))


@given(PLACES, st.integers(0, 200))
def test_prizes_add_up_to_the_incidents_in_hot_cells(
    places: dict[str, tuple[int, int, int]], spacing_m: int
) -> None:
    """No incident of a hot cell is lost or counted twice, and stops keep their distance."""
    cells = hot_cells({name: (x * 20, y * 20, n) for name, (x, y, n) in places.items()})
    stops, unmet = hot_stops(_town(hot_stop_spacing_m=spacing_m, max_hot_stops=200), cells, MORNING)
    total = cells["n"].sum()
    assert bool(unmet) == (total < 10)
    assert stops["prize"].sum() == pytest.approx(0 if unmet else total)
    schema.STOPS.validate(stops)


def test_stop_is_the_weighted_centre_of_its_cells() -> None:
    """Nine incidents at 0 and three at 40 m are watched from 10 m."""
    cells = hot_cells({"a": (0, 0, 9), "b": (40, 0, 3)})
    stops, _ = hot_stops(_town(), cells, MORNING)
    assert stops.geometry["day-a"] == Point(10, 0)


def test_cell_amid_incidents_is_preferred() -> None:
    """A cell with fewer incidents is chosen if its neighbours hold more."""
    cells = hot_cells(
        {"alone": (500, 0, 6), "amid": (20, 0, 5), "left": (0, 0, 4), "r": (40, 0, 4)}
    )
    stops, _ = hot_stops(_town(max_hot_stops=1), cells, MORNING)
    assert stops["place_id"].tolist() == ["amid"]
    assert stops["prize"].tolist() == [19]


def test_cells_without_proof_stand_in() -> None:
    """Where no cell is hot, cells of two incidents and more are visited, marked as not proven."""
    cells = hot_cells({"a": (0, 0, 6), "b": (300, 0, 3), "c": (600, 0, 1)}, hot=False)
    stops, _ = hot_stops(_town(), cells, MORNING)
    assert stops["prize"].to_dict() == {"day-a": 6, "day-b": 3}
    assert not stops["proven"].any()


def test_unproven_cells_follow_the_hot_ones() -> None:
    """Cells of two incidents away from the hot ones come after them, unless they are not wanted."""
    cells = hot_cells({"hot": (0, 0, 9), "by": (60, 0, 5), "off": (300, 0, 3), "one": (600, 0, 1)})
    cells["hot"] = cells["cell_id"] == "hot"
    stops, _ = hot_stops(_town(), cells, MORNING)
    assert stops["proven"].to_dict() == {"day-hot": True, "day-off": False}
    assert stops["prize"].tolist() == [9, 3]
    alone, _ = hot_stops(_town(unproven_stops=False), cells, MORNING)
    assert alone.index.tolist() == ["day-hot"]


def test_small_sample_is_said() -> None:
    """Below ten incidents there are no hot stops, and the reason is given."""
    stops, unmet = make_stops(_town(), hot_cells({"a": (0, 0, 9)}), MORNING)
    assert stops.empty
    assert "sample" in str(unmet[0].reason)


def test_every_gate_of_a_daily_key_point_is_a_stop() -> None:
    """Gates share the key point as their place; key points that are not daily are left out."""
    area = town(
        grid_streets(2, 2), staffing({}), {"K": [Point(0, 9), Point(9, 0)], "L": [Point(5, 5)]}
    )
    area.key_points.loc["L", "daily_required"] = False
    stops = key_point_stops(area, MORNING)
    assert stops["place_id"].to_dict() == {"K-1": "K", "K-2": "K"}
    assert stops["label"].tolist() == ["K · gate 1", "K · gate 2"]
    assert stops["needs_enforcement"].all()


def test_hot_stop_needs_no_certificate() -> None:
    """To be seen deters: helpers may stand at hot stops."""
    stops, _ = hot_stops(_town(), hot_cells({"a": (0, 0, 12)}), MORNING)
    assert not stops["needs_enforcement"].any()


def test_label_names_street_and_key_point() -> None:
    """A hot stop is called after the street it is on and the key point it is near."""
    area = town(grid_streets(2, 2), staffing({}), {"早市": [Point(50, 10)]})
    area.streets.edges[0, 1, 0]["name"] = "桥北路"
    stops, _ = hot_stops(area, hot_cells({"a": (40, 5, 12)}), MORNING)
    assert stops["label"].tolist() == ["桥北路 · 早市"]


def test_other_facilities_are_looked_at_by_day_only() -> None:
    """A facility that is not due daily is one optional stop by day, for observers too."""
    area = town(
        grid_streets(2, 2), staffing({}), {"K": [Point(0, 9)], "L": [Point(5, 5), Point(9, 9)]}
    )
    area.key_points.loc["L", "daily_required"] = False
    stops = facility_stops(area, MORNING)
    assert stops["place_id"].to_dict() == {"L-1": "L"}
    assert not stops["required"].any()
    assert not stops["needs_enforcement"].any()
    assert stops["prize"].tolist() == [area.settings.patrol.facility_prize]
    assert facility_stops(area, EVENING).empty


@pytest.mark.parametrize("lines", [False, True])
def test_demand_points_lie_on_the_streets_with_what_is_not_known(*, lines: bool) -> None:
    """Cells and segments give the same points: on a street, with prize, interval and stability."""
    cells = hot_cells({"a": (40, 20, 8), "b": (70, 20, 2), "c": (100, 110, 3)})
    cells = cells.assign(hot=cells["cell_id"] != "c", stability=[1.0, 0.5, np.nan])
    if lines:
        middle = cells.geometry.centroid
        ends = [LineString([(p.x - 10, p.y), (p.x + 10, p.y)]) for p in middle]
        cells = cells.set_geometry(ends, crs=cells.crs)
    area = _town(hot_stop_spacing_m=60)
    points, unmet = demand_points(area, cells, MORNING)
    assert not unmet
    schema.STOPS.validate(points)
    assert points["prize"].to_dict() == {"day-a": 10, "day-c": 3}
    # Garwood's interval for 10
    assert points.loc["day-a", UNCERTAINTY].astype(float).round(2).tolist() == [4.8, 18.39, 0.9]
    assert np.isnan(points.loc["day-c", "stability"])
    assert points.geometry["day-a"].equals_exact(Point(46, 0), 0.01)
    streets = [data["geometry"] for *_, data in area.streets.edges(data=True)]
    assert max(min(line.distance(p) for line in streets) for p in points.geometry) < 0.01


def test_a_place_far_from_every_street_is_not_moved() -> None:
    """A hot cell that no street is near keeps its place, and is named elsewhere."""
    points, _ = demand_points(_town(), hot_cells({"far": (900, 900, 12)}), MORNING)
    assert points.geometry.tolist() == [Point(900, 900)]


def test_patrols_and_booths_share_their_points() -> None:
    """The hot stops of a plan are the demand points, and its gates have no uncertain prize."""
    area = town(grid_streets(2, 2), staffing({}), {"K": [Point(0, 9)]})
    cells = hot_cells({"a": (40, 20, 12)})
    stops, _ = make_stops(area, cells, MORNING)
    points, _ = demand_points(area, cells, MORNING)
    hot = stops[stops["stop_kind"] == "hotspot"]
    assert hot.geometry.equals(points.geometry)
    assert hot["prize"].equals(points["prize"])
    assert stops.loc["K-1", UNCERTAINTY].isna().all()
    gates, _ = make_stops(area, hot_cells({}), MORNING)
    assert set(UNCERTAINTY) <= set(gates.columns)
