from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.schema import CELLS, HOTSPOTS
from data.settings import DAY, NIGHT, Analysis
from data.shifts import undivided
from spatial.hotspots import HotspotAnalysis, find_hotspots

MASK = shapely.box(0, 0, 1500, 1300)
GATE = (733.0, 622.0)


def ledger(n: int, seed: int = 0, *, at_gate: int = 0) -> gpd.GeoDataFrame:
    """Draw `n` incidents over half a year, the first of them by day around one gate."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 1500, n), rng.uniform(0, 1300, n)
    minute = rng.integers(0, 182 * 24 * 60, n)
    x[:at_gate], y[:at_gate] = rng.normal(GATE[0], 25, at_gate), rng.normal(GATE[1], 25, at_gate)
    minute[:at_gate] = minute[:at_gate] // 1440 * 1440 + rng.integers(500, 700, at_gate)
    begin = pd.Timestamp("2024-03-04", tz="Asia/Shanghai") + pd.to_timedelta(minute, unit="min")
    lasts = rng.choice([0, 0, 45, 200, 900], n)
    lasts[:at_gate] = 0
    return gpd.GeoDataFrame(
        {
            "occurred_from": begin,
            "occurred_to": begin + pd.to_timedelta(lasts, unit="min"),
            "time_precision": "minute" if at_gate else rng.choice(["minute", "period", "day"], n),
            "type": "leafleting",
        },
        geometry=gpd.points_from_xy(x, y),
        index=pd.Index([f"A{i}" for i in range(n)], name="incident_id", dtype="str"),
        crs=32650,
    )


def analyse(incidents: gpd.GeoDataFrame, **options: object) -> HotspotAnalysis:
    """Analyse with the default settings, day and night."""
    given_analysis = Analysis(**{k: v for k, v in options.items() if hasattr(Analysis, k)})
    rest = {k: v for k, v in options.items() if not hasattr(Analysis, k)}
    inputs = {"mask": MASK, "shifts": (DAY, NIGHT), "analysis": given_analysis, **rest}
    return find_hotspots(incidents, **inputs)


def said(found: HotspotAnalysis) -> str:
    """Join the notes in English."""
    return "\n".join(str(note) for note in found.notes)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 80), st.integers(0, 99), st.sampled_from(["square", "hexagon"]))
def test_day_and_night_add_up_to_the_whole(n: int, seed: int, cell_shape: str) -> None:
    """Counts conserve from incidents over shifts to cells, and every frame obeys its schema."""
    found = analyse(ledger(n, seed), cell_shape=cell_shape, cell_size_m=100.0)
    HOTSPOTS.validate(found.hotspots)
    CELLS.validate(found.cells)
    assert found.n == n
    assert found.n_by_shift.sum() == pytest.approx(n)
    assert (found.parts.sum(axis=1) == 12).all()
    by_shift = found.hotspots.groupby("shift")["n"].sum()
    assert by_shift.to_dict() == pytest.approx(found.n_by_shift.to_dict())
    assert len(found.hotspots) == 2 * len(found.cells)


def test_gate_with_many_incidents_is_hot_by_day_only() -> None:
    """Sixty daytime incidents at one gate among 100 elsewhere make it hot by day, not at night."""
    found = analyse(ledger(160, at_gate=60))
    hot = found.hotspots[found.hotspots["hot"]]
    assert set(hot["shift"]) == {"day"}
    assert hot.distance(shapely.Point(GATE)).max() < 150
    assert hot.contains(shapely.Point(GATE)).any()
    assert (hot["n_block"] > hot["expected"]).all()
    by_chance = found.by_chance.loc["day"]
    assert by_chance["n_hot"] == len(hot)
    assert by_chance["n_chance"] <= 0.05 * len(hot)  # what Benjamini-Hochberg promises
    n_chance = f"{by_chance['n_chance']:.2g}"
    assert (
        f"day: {len(hot)} of 780 cells are hot; if the counts lay at random, about {n_chance} would"
        in said(found)
    )
    assert "night: none of 780 cells stands out beyond chance." in said(found)


def test_frame_has_one_row_a_shift_and_cell_with_its_geometry() -> None:
    """The long frame repeats the cells for each shift, in order, with their geometry and CRS."""
    found = analyse(ledger(60))
    night = found.hotspots[found.hotspots["shift"] == "night"].set_index("cell_id")
    assert night.index.equals(found.cells.index)
    assert night.geometry.geom_equals(found.cells.geometry).all()
    assert found.hotspots.crs == found.cells.crs == "EPSG:32650"


def test_expected_number_is_the_mean_of_a_block() -> None:
    """In the middle of the area nine cells of 780 are expected to hold 9/780 of the incidents."""
    found = analyse(ledger(120))
    middle = found.hotspots.set_index(["shift", "cell_id"]).loc[("day", "c015r013")]
    assert middle["expected"] == pytest.approx(9 / 780 * found.n_by_shift["day"])


def test_too_few_incidents_are_counted_but_not_ranked() -> None:
    """Below 10 incidents a shift has counts, but no p-value and no hot cell, and says so."""
    incidents = ledger(14, at_gate=14)  # all of them by day
    found = analyse(incidents)
    day, night = (found.hotspots[found.hotspots["shift"] == code] for code in ("day", "night"))
    assert day["p_value"].notna().all()
    assert day["hot"].any()
    assert night["p_value"].isna().all()
    assert night["q_value"].isna().all()
    assert not night["hot"].any()
    assert "night: too few to rank cells (0 incidents, at least 10 needed)" in said(found)
    assert found.density is None
    assert "day: only points and counts are shown (14 incidents, 30 for a surface)" in said(found)


def test_surface_only_where_a_shift_has_enough() -> None:
    """A shift of 30 incidents or more has a density; one of fewer is NaN beside it."""
    found = analyse(ledger(70, at_gate=60), min_n_surface=40)
    assert found.density is not None
    assert found.density.index.equals(found.cells.index)
    assert found.density["day"].notna().all()
    assert found.density["night"].isna().all()
    peak = found.density["day"].idxmax()
    assert found.cells.geometry[peak].distance(shapely.Point(GATE)) < 100


@pytest.mark.parametrize("n", [0, 1])
def test_almost_nothing_is_still_a_result(n: int) -> None:
    """With no incident or one, all parts of the result are there and nothing is hot."""
    found = analyse(ledger(1)[:n], period_weeks=4)
    assert found.n == n
    assert found.density is None
    assert found.n_by_shift.index.tolist() == ["day", "night"]
    assert not found.hotspots["hot"].any()
    assert found.hotspots["n"].sum() == pytest.approx(n)
    assert pd.isna(found.period[0]) == (n == 0)


def test_frame_without_any_type_is_taken_as_empty() -> None:
    """An area without an incidents file hands over an empty frame; the cells are there anyway."""
    empty = gpd.GeoDataFrame(
        {"occurred_from": [], "occurred_to": [], "time_precision": [], "type": []},
        geometry=[],
        crs=32650,
    )
    found = analyse(empty)
    assert found.n == 0
    assert len(found.cells) == 780


def test_incidents_outside_are_left_out_and_said() -> None:
    """Incidents beyond the study area are not counted, and their number is said."""
    incidents = ledger(40)
    moved = incidents.set_geometry(incidents.translate(xoff=750))
    found = analyse(moved)
    inside = moved[moved.within(MASK)]
    assert found.parts.index.equals(inside.index)
    assert f"{40 - len(inside)} incidents outside the study area are not counted." in said(found)


def test_period_ends_now_or_with_the_last_incident() -> None:
    """Only the last weeks count; they end with the last incident unless the clock is given."""
    incidents = ledger(200)
    last = incidents["occurred_to"].max()
    found = analyse(incidents, period_weeks=4)
    assert found.period == (last - pd.Timedelta(weeks=4), last)
    assert (incidents.loc[found.parts.index, "occurred_from"] >= found.period[0]).all()
    assert f"{200 - found.n} incidents outside the period are not counted." in said(found)
    earlier = analyse(incidents, period_weeks=4, now=last - pd.Timedelta(weeks=4))
    assert earlier.period[1] == found.period[0]
    assert earlier.parts.index.intersection(found.parts.index).empty
    whole = analyse(incidents)
    assert whole.n == 200
    assert whole.period == (incidents["occurred_from"].min(), last)


@pytest.mark.parametrize("form", ["frame", "array"])
def test_cells_far_from_any_street_are_not_tested(form: str) -> None:
    """Without a street within a cell size a cell is dropped, unless it holds an incident."""
    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 600), (1500, 600)])], crs=32650)
    streets = street if form == "frame" else street.geometry.to_numpy()
    incidents = ledger(30)
    found, whole = analyse(incidents, streets=streets), analyse(incidents)
    far = whole.cells.distance(street.geometry[0]) > 50
    empty = whole.hotspots.groupby("cell_id")["n"].sum().reindex(whole.cells.index) == 0
    assert found.cells.index.equals(whole.cells.index[~(far & empty)])
    assert found.hotspots["n"].sum() == pytest.approx(30)
    n = int((far & empty).sum())
    assert f"{n} cells without a street and without incidents are left out" in said(found)


def test_no_streets_at_all_drop_nothing() -> None:
    """An empty street layer says nothing about where people walk."""
    assert len(analyse(ledger(5), streets=np.array([], dtype=object)).cells) == 780


def test_dens_and_finds_on_the_net_make_no_street_hotspot() -> None:
    """Incidents of restricted types are counted in a note and change nothing else."""
    incidents = ledger(160, at_gate=60)
    kinds = ["storage_den"] * 20 + ["online"] * 20 + ["leafleting"] * 120
    mixed = incidents.assign(type=kinds)
    found, street = analyse(mixed), analyse(incidents.iloc[40:])
    assert_frame_equal(found.hotspots, street.hotspots)
    assert found.parts.index.equals(incidents.index[40:])
    assert "40 storage dens and finds on the net are kept apart" in said(found)
    assert "kept apart" not in said(street)


def test_undivided_shift_is_one_layer() -> None:
    """Without hours of day there is one layer, named for the user."""
    found = analyse(ledger(50), shifts=(undivided(DAY),))
    assert set(found.hotspots["shift"]) == {"all"}
    assert found.n_by_shift.to_dict() == {"all": 50.0}
    assert "all hours: " in said(found)


def test_arguments_are_not_changed() -> None:
    """The ledger is the same after the analysis, and the same ledger gives the same result."""
    incidents = ledger(90, at_gate=30)
    before = incidents.copy()
    first, again = analyse(incidents), analyse(incidents)
    assert_frame_equal(incidents, before)
    assert_frame_equal(first.hotspots, again.hotspots)
    assert first.notes == again.notes


def test_stricter_alpha_finds_no_more() -> None:
    """Lowering alpha can only take hot cells away."""
    incidents = ledger(120, at_gate=25)
    loose, strict = (analyse(incidents, alpha=alpha).hotspots["hot"] for alpha in (0.2, 0.0001))
    assert (loose | ~strict).all()
    assert loose.sum() > strict.sum()


def test_result_cannot_be_reassigned() -> None:
    """A result is a value: a change makes a new one."""
    found = analyse(ledger(3))
    assert replace(found, n=4).n == 4
    with pytest.raises(AttributeError):
        found.n = 4  # type: ignore[misc]
