"""What the story of the sample area planted in time is found again by the methods of time."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from data.area import Area, read_area
from data.sample.story import CLEANUP_ON, TRUTH, Hotspot
from spatial.count import cell_positions, count_in_cells
from spatial.emerging import EmergingHotspots, find_emerging_hotspots
from spatial.grid import Lattice
from spatial.hour_table import tabulate_hours
from spatial.near_repeat import find_near_repeats
from spatial.period_change import compare_with_earlier
from spatial.time_slices import cut_period, slice_twelfths

NEAR_M = 110.0
"""Middle of a cell of 50 m whose block reaches a planted place."""


@pytest.fixture(scope="module")
def area() -> Area:
    """Read the sample area."""
    return read_area(Path(__file__).parents[2] / "data" / "sample")


@pytest.fixture(scope="module")
def cells(area: Area) -> gpd.GeoDataFrame:
    """Lay cells of 50 m over the sample area."""
    mask = area.boundary.buffer(100)
    return Lattice.cover(mask, 50.0).cells(mask, crs=area.crs)


@pytest.fixture(scope="module")
def emerging(area: Area, cells: gpd.GeoDataFrame) -> EmergingHotspots:
    """Name the patterns over slices of two weeks."""
    incidents = area.street_incidents
    lattice = Lattice.cover(area.boundary.buffer(100), 50.0)
    begin = incidents["occurred_from"].min().normalize()
    end = incidents["occurred_to"].max().normalize() + pd.Timedelta(days=1)
    positions = cell_positions(incidents, lattice=lattice, cells=cells)
    twelfths = slice_twelfths(incidents, cut_period(begin, end, days=14))
    counts = count_in_cells(positions, cells, twelfths)
    return find_emerging_hotspots(counts, lattice.neighbours(cells))


def patterns_near(
    spot: Hotspot, area: Area, cells: gpd.GeoDataFrame, emerging: EmergingHotspots
) -> set[str]:
    """Name the patterns of the cells around a planted hotspot."""
    place = gpd.GeoSeries([Point(spot.lon, spot.lat)], crs=4326).to_crs(area.crs).iloc[0]
    near = cells.centroid.distance(place) < NEAR_M
    return set(emerging.cells.loc[near, "pattern"]) - {"none"}


def test_hotspot_that_moved_is_new_where_it_went(
    area: Area, cells: gpd.GeoDataFrame, emerging: EmergingHotspots
) -> None:
    """The displaced hotspot is new across the river and none where it was before the clean-up."""
    assert patterns_near(TRUTH.after_cleanup, area, cells, emerging) == {"new"}
    assert patterns_near(TRUTH.before_cleanup, area, cells, emerging) == set()


def test_hotspot_that_stayed_is_hot_again_and_again(
    area: Area, cells: gpd.GeoDataFrame, emerging: EmergingHotspots
) -> None:
    """The hotspot at the hospital's gate has been hot most of the time and is so now."""
    assert "sporadic" in patterns_near(TRUTH.day, area, cells, emerging)
    assert emerging.cells.loc[emerging.cells["hot_now"], "n_hot"].max() >= 9


def test_no_pattern_is_far_from_what_was_planted(
    area: Area, cells: gpd.GeoDataFrame, emerging: EmergingHotspots
) -> None:
    """Every cell with a pattern lies beside a planted hotspot."""
    spots = gpd.GeoSeries([Point(s.lon, s.lat) for s in TRUTH.hotspots], crs=4326).to_crs(area.crs)
    named = cells[emerging.cells["pattern"] != "none"].centroid
    assert len(named)
    assert max(spots.distance(place).min() for place in named) < NEAR_M


def test_hours_are_the_planted_ones(area: Area) -> None:
    """Incidents are most frequent around 8 in the morning and 19 in the evening, on weekdays."""
    found = tabulate_hours(area.street_incidents, area.shifts)
    by_hour = found.table.sum(axis=1).groupby("hour").sum()
    assert by_hour.idxmax() in {7, 8}
    assert by_hour[18:].idxmax() == 19
    by_day = found.table.sum(axis=1).groupby("weekday").sum()
    assert by_day[:5].mean() > 1.5 * by_day[5:].mean()
    assert found.n_effective < found.n == len(area.street_incidents)


def test_lasting_hotspots_are_no_near_repeats(area: Area) -> None:
    """Places that are busy for months make no contagion: only the planted band stands out."""
    found = find_near_repeats(area.street_incidents)
    assert found.n == len(area.street_incidents)
    assert found.table["p_adjusted"].iloc[0] <= 0.05
    assert (found.table["p_adjusted"].iloc[1:] > 0.05).all()


def test_clean_up_that_moved_things_is_no_success(area: Area) -> None:
    """The area as a whole has no change from the eight weeks before the clean-up to those after."""
    start = pd.Timestamp(CLEANUP_ON, tz=area.timezone)
    table, _ = compare_with_earlier(
        area.street_incidents,
        start=start,
        end=start + pd.Timedelta(weeks=8),
        known_from=area.street_incidents["occurred_from"].min().normalize(),
    )
    assert table.loc["before", "days_before"] == 56
    assert not table["changed"].any()
