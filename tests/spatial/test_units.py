from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from data.errors import DegenerateDataError
from data.settings import DAY, NIGHT, Analysis
from spatial.exposure_surface import along_streets
from spatial.gi_star import exact_gi_star, expected_hot_by_chance
from spatial.hot_since import hot_since
from spatial.hotspots import HotspotAnalysis, find_hotspots
from spatial.multiple_tests import benjamini_hochberg, benjamini_yekutieli
from spatial.unit_stability import unit_stability
from spatial.units import lay_units

SIDE, BLOCKS = 120.0, 8
MASK = shapely.box(-60, -60, SIDE * BLOCKS + 60, SIDE * BLOCKS + 60)
GATE = (480.0, 490.0)
KINDS = ("square", "hexagon", "area", "segment")


def streets() -> nx.MultiDiGraph:
    """Build a town of 8 x 8 blocks with streets in both directions."""
    graph = nx.MultiDiGraph(crs="EPSG:32650")
    number = {
        (c, r): 1 + c + r * (BLOCKS + 1) for c in range(BLOCKS + 1) for r in range(BLOCKS + 1)
    }
    for (c, r), node in number.items():
        for other in ((c + 1, r), (c, r + 1)):
            if other in number:
                ends = [(c * SIDE, r * SIDE), (other[0] * SIDE, other[1] * SIDE)]
                line = shapely.LineString(ends)
                graph.add_edge(node, number[other], geometry=line, length=SIDE, name="")
                graph.add_edge(number[other], node, geometry=line.reverse(), length=SIDE, name="")
    return graph


def areas() -> gpd.GeoDataFrame:
    """Draw 25 areas that cover the town."""
    step = (SIDE * BLOCKS + 120) / 5
    boxes = [
        shapely.box(-60 + c * step, -60 + r * step, -60 + (c + 1) * step, -60 + (r + 1) * step)
        for c in range(5)
        for r in range(5)
    ]
    names = pd.Index([f"W{k}" for k in range(25)], name="community_id", dtype="str")
    return gpd.GeoDataFrame({"name": names}, geometry=boxes, index=names, crs=32650)


GRAPH, AREAS = streets(), areas()


def ledger(n: int, *, at_gate: int = 0, seed: int = 0, spread_m: float = 15.0) -> gpd.GeoDataFrame:
    """Put incidents near streets over half a year, the first of them by day at a gate."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, BLOCKS + 1, n) * SIDE + rng.normal(0, 5, n)
    y = rng.uniform(0, SIDE * BLOCKS, n)
    x[:at_gate] = rng.normal(GATE[0], spread_m, at_gate)
    y[:at_gate] = rng.normal(GATE[1], spread_m, at_gate)
    minute = rng.integers(0, 182, n) * 1440 + rng.integers(500, 700, n)
    begin = pd.Timestamp("2024-03-04", tz="Asia/Shanghai") + pd.to_timedelta(minute, unit="min")
    return gpd.GeoDataFrame(
        {
            "occurred_from": begin,
            "occurred_to": begin,
            "time_precision": "minute",
            "type": "leafleting",
            "geo_precision": "gate",
        },
        geometry=gpd.points_from_xy(x, y),
        index=pd.Index([f"A{i}" for i in range(n)], name="incident_id", dtype="str"),
        crs=32650,
    )


def analyse(incidents: gpd.GeoDataFrame, **options: object) -> HotspotAnalysis:
    """Analyse the town with some settings."""
    analysis = replace(Analysis(replicates=100), **options)
    return find_hotspots(
        incidents, mask=MASK, shifts=(DAY, NIGHT), analysis=analysis, areas=AREAS, graph=GRAPH
    )


def said(found: HotspotAnalysis) -> str:
    """Join the notes in English."""
    return "\n".join(str(note) for note in found.notes)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 60), st.integers(0, 99))
@pytest.mark.parametrize("kind", KINDS)
def test_counts_add_up_by_any_unit(kind: str, n: int, seed: int) -> None:
    """Whatever incidents are counted by, each counts once, in one unit of each shift."""
    found = analyse(ledger(n, seed=seed), unit=kind, replicates=0)
    assert found.units.kind == kind
    assert found.n == n
    assert found.hotspots["n"].sum() == pytest.approx(n)
    assert len(found.hotspots) == 2 * len(found.cells)
    assert found.cells.index.name == "cell_id"


@pytest.mark.parametrize("kind", ["square", "hexagon", "segment"])
def test_a_gate_is_hot_by_any_unit_and_stays_so(kind: str) -> None:
    """A gate with half of all incidents is hot and nearly certain; its margin is less sure."""
    found = analyse(ledger(120, at_gate=60), unit=kind)
    hot = found.hotspots[found.hotspots["hot"]]
    assert set(hot["shift"]) == {"day"}
    assert hot.distance(shapely.Point(GATE)).min() < 20
    most = hot.loc[hot["p_value"].idxmin()]
    assert most["stability"] > 0.9
    assert hot["stability"].between(0, 1).all()
    night = found.hotspots[found.hotspots["shift"] == "night"]
    assert night["stability"].isna().all()


def test_areas_around_a_gate_stay_the_hottest() -> None:
    """Of drawn areas the one with the gate is nearly always among the nine of its block."""
    incidents = ledger(120, at_gate=60)
    units = lay_units(Analysis(unit="area"), MASK, areas=AREAS)
    block = units.neighbours()[[12]].toarray()[0] == 1
    stays = unit_stability(incidents, np.ones(120), units, block, replicates=200, seed=0)
    assert block.sum() == 9
    assert stays["W12"] > 0.99
    assert stays[block].min() > 0.6
    assert stays[~block].max() < 0.3


def test_stability_is_the_same_for_the_same_seed() -> None:
    """Two analysts with the same file get the same figures, to the digit."""
    first, again = (analyse(ledger(90, at_gate=30)).hotspots for _ in range(2))
    pd.testing.assert_series_equal(first["stability"], again["stability"])


def test_a_vague_place_is_less_stable_than_a_sure_one() -> None:
    """The same incidents known only to the community leave the hot cells less sure."""
    sure = ledger(120, at_gate=40)
    vague = sure.assign(geo_precision="community")
    means = [
        (found := analyse(incidents).hotspots)[found["hot"]]["stability"].mean()
        for incidents in (sure, vague)
    ]
    assert means[0] > means[1] + 0.1


def test_number_by_chance_is_that_of_shuffled_maps() -> None:
    """The number expected by chance is the mean over shuffled counts, within its error."""
    found = analyse(ledger(150, at_gate=40), replicates=0, cell_size_m=100.0)
    day = found.hotspots[found.hotspots["shift"] == "day"]
    chance = found.by_chance.loc["day"]
    neighbours = found.units.neighbours()
    parts = (day["n"] * 12).round().astype(int).to_numpy()
    rng = np.random.default_rng(5)
    level = 0.02
    reached = []
    for _ in range(150):
        shuffled = pd.Series(rng.permutation(parts))
        reached.append((exact_gi_star(shuffled, neighbours)["p_value"] <= level).sum())
    by_theory = expected_hot_by_chance(pd.Series(parts), neighbours, level=level)
    assert np.mean(reached) == pytest.approx(by_theory, abs=4 * np.std(reached) / np.sqrt(150))
    assert chance["n_hot"] == day["hot"].sum()
    assert chance["level"] == day.loc[day["hot"], "p_value"].max()
    assert 0 < chance["n_chance"] <= chance["level"] * len(day) * (1 + 1e-9)


def test_the_strict_correction_finds_no_more() -> None:
    """Benjamini-Yekutieli calls hot only what Benjamini-Hochberg calls hot."""
    incidents = ledger(150, at_gate=25)
    loose, strict = (
        analyse(incidents, correction=name, replicates=0).hotspots["hot"] for name in ("bh", "by")
    )
    assert (loose | ~strict).all()
    assert loose.sum() > strict.sum() > 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_corrections_are_those_of_scipy(p: list[float]) -> None:
    """Both corrections agree with SciPy's, ties and zeros included."""
    p_value = pd.Series(p)
    bh, by = benjamini_hochberg(p_value), benjamini_yekutieli(p_value)
    np.testing.assert_allclose(bh, false_discovery_control(p), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(by, false_discovery_control(p, method="by"), rtol=1e-12, atol=1e-300)


def test_a_bandwidth_is_chosen_on_demand_and_told() -> None:
    """`auto_bandwidth` takes the cross-validated one; with too few places the one that is set."""
    found = analyse(ledger(120, at_gate=60), auto_bandwidth=True, replicates=0)
    assert found.bandwidth_m is not None
    assert found.bandwidth_m < 150
    assert f"The bandwidth of {found.bandwidth_m:.0f} m foretells" in said(found)
    one_place = ledger(40)
    one_place["geometry"] = shapely.Point(GATE)
    fallback = analyse(one_place, auto_bandwidth=True, replicates=0)
    assert fallback.bandwidth_m == 150
    assert "Too few different places to choose a bandwidth; 150 m is used as set." in said(fallback)


def test_a_hotspot_is_dated_by_its_proof() -> None:
    """A hotspot that begins in July is dated after its beginning, an older one long before."""
    incidents = ledger(160, at_gate=80)
    late = incidents.iloc[:40].index
    moved = pd.Timestamp("2024-07-01", tz="Asia/Shanghai")
    for column in ("occurred_from", "occurred_to"):
        times = incidents[column].copy()
        times[late] = moved + pd.to_timedelta(np.arange(40) * 1440 + 600, unit="min")
        incidents[column] = times
    points = incidents.geometry.copy()
    around = np.random.default_rng(1).normal(120, 25, (2, 40))
    points[late] = gpd.points_from_xy(*around)
    incidents = incidents.set_geometry(points)
    found = analyse(incidents, replicates=0)
    since = hot_since(incidents, found.parts["day"], found.units, Analysis(), found.period)
    hot = found.hotspots[found.hotspots["hot"]].set_index("cell_id")
    near_new = hot.distance(shapely.Point(120, 120)) < 100
    assert since[hot.index].notna().all()
    assert since.drop(hot.index).isna().all()
    assert since[hot.index[near_new]].min() > pd.Timestamp("2024-07-01")
    assert since[hot.index[~near_new]].min() < pd.Timestamp("2024-05-15")


def test_dates_are_those_of_the_map_also_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where so many incidents are counted that ties stay, the dated units are the hot ones."""
    incidents = ledger(160, at_gate=80)
    parted = analyse(incidents, replicates=0).hotspots
    monkeypatch.setattr("spatial.hot_layers.PARTED_UNTIL", 0)
    found = analyse(incidents, replicates=0)
    assert (found.hotspots["p_value"] != parted["p_value"]).any()
    since = hot_since(incidents, found.parts["day"], found.units, Analysis(), found.period)
    hot = found.hotspots[found.hotspots["hot"] & (found.hotspots["shift"] == "day")]
    assert set(since.dropna().index) == set(hot["cell_id"])


@pytest.mark.parametrize("kind", KINDS)
def test_stability_does_not_depend_on_the_order_of_rows(kind: str) -> None:
    """The same ledger sorted otherwise gives the same figures, to the digit."""
    incidents = ledger(120, at_gate=60)
    mixed = incidents.sample(frac=1, random_state=3)
    first, again = (analyse(frame, unit=kind).hotspots for frame in (incidents, mixed))
    pd.testing.assert_series_equal(first["stability"], again["stability"])


def test_density_along_the_streets_keeps_the_incidents() -> None:
    """Along the streets the density adds up to the incidents, whatever the units of the map are."""
    incidents = ledger(50)
    lixels = lay_units(Analysis(unit="segment"), MASK, graph=GRAPH).whole
    assert lixels is not None
    weights = pd.DataFrame({"all": np.ones(50)})
    density = along_streets(incidents, weights, lixels, bandwidth_m=60.0, within=MASK)
    total = (density["all"] * lixels["length_m"] / 1000).sum()
    # a lixel is as dense as its middle: a sum over middles is near, not exact
    assert total == pytest.approx(50, rel=0.03)


def test_what_has_no_place_or_time_is_left_out_and_told() -> None:
    """Incidents without coordinates or without a time are counted in notes and change nothing."""
    incidents = ledger(60, at_gate=30)
    broken = incidents.copy()
    broken.loc["A59", ["occurred_from", "occurred_to"]] = pd.NaT
    points = broken.geometry.copy()
    points["A58"] = shapely.Point()
    points["A57"] = shapely.Point(-1e9, -5)
    broken = broken.set_geometry(points)
    found = analyse(broken)
    assert found.n == 57
    assert "1 incidents without a time are not counted." in said(found)
    assert "2 incidents outside the study area are not counted." in said(found)
    whole = analyse(incidents.iloc[:57])
    pd.testing.assert_frame_equal(found.hotspots, whole.hotspots)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"unit": "square", "cell_size_m": 0.1}, "would cut this study area into"),
        ({"unit": "segment"}, "no street to cut"),
        ({"unit": "area"}, "No areas are drawn"),
    ],
)
def test_units_that_cannot_be_laid_are_refused(options: dict[str, object], reason: str) -> None:
    """Too many cells, no streets and no drawn areas are refused in a sentence with its remedy."""
    with pytest.raises(DegenerateDataError, match=reason):
        find_hotspots(
            ledger(20),
            mask=MASK,
            shifts=(DAY, NIGHT),
            analysis=replace(Analysis(), **options),
        )


def test_incidents_off_the_streets_are_told() -> None:
    """An incident further than 100 m from every street belongs to no segment."""
    incidents = ledger(20)
    points = incidents.geometry.copy()
    points["A0"] = shapely.Point(1400, 1400)
    found = find_hotspots(
        incidents.set_geometry(points),
        mask=MASK.buffer(600),
        shifts=(DAY, NIGHT),
        analysis=Analysis(unit="segment"),
        graph=GRAPH,
    )
    assert found.n == 19
    assert "1 incidents lie in none of the street segments" in said(found)


@pytest.mark.parametrize("kind", KINDS)
def test_all_at_one_point_and_minute_is_a_result(kind: str) -> None:
    """Thirty incidents at one point in one minute give a map by any unit, and no error."""
    incidents = ledger(30)
    incidents["geometry"] = shapely.Point(GATE)
    for column in ("occurred_from", "occurred_to"):
        incidents[column] = incidents[column].iloc[0]
    found = analyse(incidents, unit=kind)
    assert found.n == 30
    assert found.hotspots["n"].max() == 30
