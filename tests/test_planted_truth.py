"""What was planted in the sample area (`data/sample/truth.json`) is found, and nothing else."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from data.area import Area, read_area
from data.sample.ledger import keep_ledger
from spatial.displacement import compare_cleanup, weighted_displacement
from spatial.grid import Lattice
from spatial.hotspots import HotspotAnalysis, find_hotspots
from spatial.near_repeat import find_near_repeats
from spatial.near_repeat_table import near_repeat_table

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
CELL_M = 50.0
LOTS = range(5)
ROSE_NEXT_DOOR = "It rose in the ring: part of it may have moved next door."


@pytest.fixture(scope="module")
def area() -> Area:
    """Read the sample area."""
    return read_area(SAMPLE)


@pytest.fixture(scope="module")
def streets(area: Area) -> gpd.GeoSeries:
    """Take the lines of the streets, so that cells nobody walks are left out."""
    lines = [data["geometry"] for *_, data in area.streets.edges(data=True)]
    return gpd.GeoSeries(lines, crs=area.crs)


@pytest.fixture(scope="module")
def found(area: Area, streets: gpd.GeoSeries) -> HotspotAnalysis:
    """Find the hotspots of the whole period with the area's own settings."""
    return analyse(area, area.incidents, streets)


def analyse(area: Area, incidents: gpd.GeoDataFrame, streets: gpd.GeoSeries) -> HotspotAnalysis:
    """Find the hotspots of some incidents as the pages do."""
    return find_hotspots(
        incidents,
        mask=area.boundary.buffer(area.settings.analysis.edge_buffer_m),
        shifts=area.shifts,
        analysis=area.settings.analysis,
        streets=streets,
    )


def place(area: Area, spot: dict[str, Any]) -> Point:
    """Return the middle of a planted hotspot, in metres."""
    degrees = gpd.GeoSeries([Point(spot["lon"], spot["lat"])], crs=4326)
    return degrees.to_crs(area.crs).iloc[0]


def hot_cells(found: HotspotAnalysis, shift: str) -> gpd.GeoDataFrame:
    """Select the hot cells of a shift."""
    cells = found.hotspots
    return cells[cells["hot"] & (cells["shift"] == shift)]


@pytest.mark.parametrize("shift", ["day", "night"])
def test_both_hotspots_are_found(area: Area, found: HotspotAnalysis, shift: str) -> None:
    """The cell in which a hotspot was planted is hot, in its shift, beyond the level of 5 %."""
    hot = hot_cells(found, shift)
    there = hot[hot.contains(place(area, TRUTH["hotspots"][shift]))]
    assert len(there) == 1
    assert (there["q_value"] <= 0.05).all()
    assert (there["n_block"] > 2 * there["expected"]).all()


def test_day_and_night_differ(area: Area, found: HotspotAnalysis) -> None:
    """The hotspot of the day is not hot at night, and that of the night not by day."""
    for shift, other in (("day", "night"), ("night", "day")):
        spot = TRUTH["hotspots"][shift]
        ground = place(area, spot).buffer(spot["within_m"] + CELL_M)
        assert hot_cells(found, shift).intersects(ground).any()
        assert not hot_cells(found, other).intersects(ground).any()


def test_few_hot_cells_are_false(area: Area, found: HotspotAnalysis) -> None:
    """At most 5 % of the hot cells lie farther than one cell from every planted hotspot."""
    displacement = TRUTH["displacement"]
    spots = [*TRUTH["hotspots"].values(), displacement["before"], displacement["after"]]
    grounds = gpd.GeoSeries([place(area, s).buffer(s["within_m"]) for s in spots], crs=area.crs)
    hot = found.hotspots[found.hotspots["hot"]]
    assert len(hot) >= 10
    false = hot.distance(grounds.union_all()) > CELL_M
    assert false.mean() <= 0.05


def test_clean_up_displaced_what_it_drove_away(area: Area) -> None:
    """After the clean-up it rose in the ring beyond its comparison, whatever lots were drawn."""
    planted = TRUTH["displacement"]
    for seed in LOTS:
        counts, areas = compare(area, area.street_incidents, seed)
        at_new_place = areas[cells_of(area).contains(place(area, planted["after"]))]
        assert at_new_place.tolist() == ["ring"]
        changed = weighted_displacement(counts, area_weight=areas.value_counts())
        assert changed.enough
        assert changed.table.loc["local", "estimate"] < 0
        assert changed.table.loc["displaced", "lower"] > 0
        assert str(changed.verdict) == ROSE_NEXT_DOOR


def test_no_displacement_where_none_is_left(area: Area) -> None:
    """Without the incidents at the new place the ring did not rise."""
    planted = TRUTH["displacement"]
    new_place = place(area, planted["after"]).buffer(planted["after"]["within_m"] + 1)
    others = area.street_incidents[~area.street_incidents.within(new_place)]
    for seed in LOTS:
        counts, areas = compare(area, others, seed)
        changed = weighted_displacement(counts, area_weight=areas.value_counts())
        assert str(changed.verdict) != ROSE_NEXT_DOOR


def cells_of(area: Area) -> gpd.GeoDataFrame:
    """Lay the cells in which the clean-up is judged."""
    mask = area.boundary.buffer(area.settings.analysis.edge_buffer_m)
    return Lattice.cover(mask, CELL_M).cells(mask, crs=area.crs)


def compare(area: Area, incidents: gpd.GeoDataFrame, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Count before and after the planted clean-up, two comparison cells for each treated one."""
    planted = TRUTH["displacement"]
    return compare_cleanup(
        incidents,
        cells_of(area),
        place(area, planted["before"]).buffer(planted["treated_m"]),
        start=pd.Timestamp(planted["cleanup_on"], tz=area.timezone),
        days=planted["seen_over_days"],
        ring_m=planted["ring_m"],
        n_comparison=2,
        seed=seed,
    )


def test_near_repeat_is_found(area: Area) -> None:
    """Within 100 m and 7 days are more pairs than chance gives, by the planted ones and more."""
    planted = TRUTH["near_repeat"]
    followers = planted["followers"] * sum(planted["series"].values())
    table = find_near_repeats(area.street_incidents).table
    first = table.iloc[0]
    assert (first["to_m"], first["to_days"]) == (100, 7)
    assert planted["within_m"] <= first["to_m"]
    assert planted["within_days"] <= first["to_days"]
    assert first["p_adjusted"] <= 0.05
    assert first["n_pairs"] - first["expected"] >= followers
    assert (table["p_adjusted"].iloc[1:] > 0.05).all()


def test_near_repeat_is_planted_not_found_anyway() -> None:
    """The same places and days before the series were planted have no near repeat."""
    rows = [row for row in keep_ledger() if row.place is not None]
    places = np.array([[row.place.x, row.place.y] for row in rows if row.place is not None])
    since = pd.Series([row.spell.since for row in rows])
    days = ((since - since.min()).dt.total_seconds() / 86_400).to_numpy()
    table = near_repeat_table(places, days)
    assert (table["p_adjusted"] > 0.05).all()
