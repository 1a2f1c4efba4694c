"""Places beyond every street: each is named, none is moved."""

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
from shapely import Point

from data.settings import Streets
from routing.off_street import name_off_street
from tests.routing.towns import CRS, grid_streets, staffing, town

FIELD, ROAD = Point(600, 600), Point(60, 5)


def _whats(area: SimpleNamespace) -> list[str]:
    """Name what is off the street."""
    rows = name_off_street(area)
    assert all(str(row.reason) and str(row.remedy) for row in rows)
    return [str(row.what) for row in rows]


def _layer(places: list[Point], **columns: object) -> gpd.GeoDataFrame:
    """Build a layer of numbered places."""
    index = pd.Index([f"X{n}" for n in range(len(places))], dtype=str)
    return gpd.GeoDataFrame(columns, index=index, geometry=places, crs=CRS)


def test_places_near_a_street_are_not_named() -> None:
    """Where everything is near a street there is nothing to say."""
    area = town(grid_streets(3, 3), staffing({}), {"K": [ROAD, Point(0, 0)]})
    assert _whats(area) == []
    assert _whats(town(grid_streets(3, 3), staffing({}))) == []


def test_each_kind_of_place_is_named() -> None:
    """Facilities and booths are named, and incidents counted, once each."""
    area = town(grid_streets(3, 3), staffing({}), {"far": [FIELD], "near": [ROAD, FIELD]})
    area.key_points["daily_required"] = False
    area.booths = _layer(
        [FIELD, ROAD, FIELD, FIELD],
        name=["B", "C", "D", ""],
        status=["existing", "existing", "proposed", "existing"],
    )
    area.incidents = _layer([FIELD, ROAD, FIELD, Point(-9000, 0)], type="leafleting")
    assert _whats(area) == ["Facility far", "Booth B", "Booth X3", "2 incidents off the streets"]


def test_single_gates_of_a_daily_key_point_are_named() -> None:
    """A gate is named beside one that can be visited; without one the duty is unmet as a whole."""
    area = town(grid_streets(3, 3), staffing({}), {"K": [ROAD, FIELD], "L": [FIELD]})
    assert _whats(area) == ["Gate K · gate 2"]


def test_the_limit_is_the_area_s_own() -> None:
    """A place is off the street beyond `max_snap_m`, not at it."""
    place = {"K": [Point(60, 0), Point(60, -60)]}
    for most, whats in ((60.0, []), (59.0, ["Gate K · gate 2"])):
        streets = Streets(max_snap_m=most)
        assert _whats(town(grid_streets(3, 3), staffing({}), place, streets=streets)) == whats
