from collections.abc import Iterator
from itertools import count, product
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.lixel import cut_lixels, lixel_positions
from spatial.lixel_network import lixel_distances
from spatial.poisson_scan import poisson_scan
from spatial.scan_windows import Scan, critical_cases, log_likelihood_ratio, zones_around
from spatial.space_time_scan import space_time_scan

REFERENCE = Path(__file__).parents[2].parent / "shared" / "data" / "hotspot_reference"
COLUMN = np.stack([np.zeros(6), 100.0 * np.arange(6)], axis=1)


def read_satscan(number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read places and cases, one row each, of an input that SaTScan printed its answer to."""
    names = ["id", "x", "y"]
    places = pd.read_csv(
        REFERENCE / f"satscan_test{number}.geo", sep=r"\s+", header=None, names=names
    ).set_index("id")
    cases = pd.read_csv(
        REFERENCE / f"satscan_test{number}.cas", sep=r"\s+", header=None, names=["id", "n", "day"]
    )
    cases = cases.loc[cases.index.repeat(cases["n"])]
    assert len(cases) == 100
    return places, cases


def scan_cases(
    places: pd.DataFrame,
    ids: pd.Series,
    days: np.ndarray,
    *,
    simulations: int = 1,
    at_most: int = 3,
) -> Scan:
    """Scan as SaTScan 9.4.4 was told to."""
    return space_time_scan(
        places.index.get_indexer(ids),
        days,
        places.to_numpy(),
        period=(0, 1000),
        at_most=at_most,
        simulations=simulations,
        seed=1,
    )


def satscan(number: int, simulations: int = 1) -> tuple[Scan, pd.DataFrame]:
    """Scan one of the two inputs that SaTScan 9.4.4 printed its answer to."""
    places, cases = read_satscan(number)
    days = cases["day"].to_numpy()
    return scan_cases(places, cases["id"], days, simulations=simulations), places


def satscan_orders(days: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the days in the random orders of SaTScan, its generator being published.

    A Lehmer generator of Park & Miller, doi:10.1145/63039.63042, with their later multiplier,
    begins replication k with the seed 12345678 + k; every day draws a number, and the days go to
    the cases in the order of their numbers.
    """
    for replication in count(1):
        value, numbers = 12_345_678 + replication, []
        for _ in days:
            value = 48_271 * value % 2_147_483_647
            numbers.append(value)
        yield days[np.argsort(numbers, kind="stable")]


@pytest.mark.parametrize(
    ("number", "row", "printed"),
    [
        (1, 1, ("23, 6, 16", "(30,30) / 20.00", "993 to 1000", 3, "0.42", "7.14", "3.352053")),
        (1, 2, ("10", "(50,50) / 0", "962 to 1000", 4, "0.96", "4.17", "2.715606")),
        (3, 1, ("21, 6, 22, 11", "(30,30) / 20.00", "930 to 1000", 10, "5.46", "1.83", "1.622161")),
    ],
)
@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not there")
def test_satscan_prints_the_same(
    number: int, row: int, printed: tuple[str, str, str, int, str, str, str]
) -> None:
    """Places, circle, time frame, cases, expected, ratio and statistic are as SaTScan printed."""
    scan, places = satscan(number)
    found = scan.clusters.loc[row]
    x, y = places.iloc[found["centre"]]
    radius = f"{found['radius_m']:.2f}" if found["radius_m"] else "0"
    assert printed == (
        ", ".join(str(places.index[member]) for member in found["members"]),
        f"({x:g},{y:g}) / {radius}",
        f"{found['start']} to {found['end']}",
        found["n"],
        f"{found['expected']:.2f}",
        f"{found['ratio']:.2f}",
        f"{found['log_likelihood_ratio']:.6f}",
    )


@pytest.mark.parametrize(
    ("number", "replications", "printed"),
    [
        (1, 248, [("0.202", "5.0"), ("0.581", "1.7")]),
        (3, 50, [("1.00", "1.0")]),
    ],
)
@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not there")
def test_satscan_prints_the_same_p_values(
    number: int, replications: int, printed: list[tuple[str, str]]
) -> None:
    """On its own maps of chance our scan gives its p-values, intervals and number of replications.

    It stops at the 50th map that scores more than the first cluster; p is their share of all maps,
    with as many decimals as that number has digits. Its cases stand latest first, those of a day by
    the identifier of their place as a text. A map that scores the same is not counted (3 of the 248
    do); ours counts it, and the observed order too, which can only make p larger.
    """
    places, cases = read_satscan(number)
    cases = cases.iloc[np.lexsort((cases["id"].astype(str), -cases["day"]))]
    days = cases["day"].to_numpy()
    own = scan_cases(places, cases["id"], days).clusters["log_likelihood_ratio"].to_numpy()
    more, tried, orders = np.zeros(len(own), dtype=int), 0, satscan_orders(days)
    while more[0] < 50:
        best = scan_cases(places, cases["id"], next(orders), at_most=1).clusters
        more += best["log_likelihood_ratio"].max() > own + 1e-9
        tried += 1
    assert tried == replications
    decimals = len(str(tried))
    found = [(f"{m / tried:.{decimals}f}", f"{tried / m:.1f}") for m in more]
    assert found[: len(printed)] == printed
    assert (more[len(printed) :] == tried).all()  # what has p = 1 it prints only as the first


@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not there")
def test_satscan_clusters_are_as_little_proven() -> None:
    """Neither input holds a cluster beyond chance; each recurrence interval is 1 / p."""
    for number in (1, 3):
        clusters = satscan(number, simulations=199)[0].clusters
        assert (clusters["p_value"] > 0.1).all()
        assert np.allclose(clusters["recurrence"], 1 / clusters["p_value"])


def sids(column: str, births: str) -> gpd.GeoDataFrame:
    """Read the counties of North Carolina with their centroids in metres."""
    from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only one test needs it

    counties = gpd.read_file(get_path("sids2.shp")).set_index("NAME")
    centre = counties.geometry.set_crs("EPSG:4267", allow_override=True).centroid.to_crs(32119)
    return gpd.GeoDataFrame(
        {"cases": counties[column].astype(int), "births": counties[births]}, geometry=centre
    )


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")  # as published: of lon/lat
def test_sids_1974_clusters_are_the_published_ones() -> None:
    """At most 10 % of births: 4 counties with 5.12, 6 with 3.76 per 1,000, as printed in 2021."""
    counties = sids("SID74", "BIR74")
    scan = poisson_scan(
        counties["cases"], counties["births"], counties.get_coordinates().to_numpy(), max_share=0.1
    )
    first, second = (scan.clusters.loc[row] for row in (1, 2))
    assert sorted(first["members"]) == ["Bertie", "Halifax", "Hertford", "Northampton"]
    assert sorted(second["members"]) == [
        *("Anson", "Hoke", "Moore", "Richmond", "Robeson", "Scotland")
    ]
    for found, llr, rate in ((first, 13.44565, 5.12), (second, 11.93190, 3.76)):
        assert found["log_likelihood_ratio"] == pytest.approx(llr, abs=5.1e-6)
        births = counties.loc[list(found["members"]), "births"].sum()
        assert round(1000 * found["n"] / births, 2) == rate
        assert found["p_value"] <= 0.01


@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not there")
def test_sids_1974_to_1984_clusters_are_the_published_ones() -> None:
    """At county seats, at most half of the births: the two clusters of row 17."""
    counties = pd.read_csv(REFERENCE / "nc_sids.csv").set_index("NAME")
    scan = poisson_scan(
        counties["SID74"] + counties["SID79"],
        counties["BIR74"] + counties["BIR79"],
        counties[["east", "north"]].to_numpy(dtype=float),
    )
    first, second = (scan.clusters.loc[row] for row in (1, 2))
    assert sorted(first["members"]) == ["Bladen", "Columbus", "Hoke", "Robeson", "Scotland"]
    assert sorted(second["members"]) == ["Halifax", "Hertford", "Northampton"]
    found = scan.clusters.loc[[1, 2], ["n", "expected", "log_likelihood_ratio"]].to_numpy(float)
    assert np.allclose(found[:, 0], [139, 59])
    assert np.allclose(found[:, 1], [72.669, 28.743], atol=5.1e-4, rtol=0)
    assert np.allclose(found[:, 2], [25.38068, 12.48472], atol=5.1e-6, rtol=0)


def test_best_circle_and_p_value_are_those_of_all_maps() -> None:
    """On six places in a row the scan equals trying all circles on all maps of four incidents."""
    baseline = np.array([1.0, 2, 1, 3, 2, 1])
    cases = np.array([0, 3, 1, 0, 0, 0])
    scan = poisson_scan(
        pd.Series(cases), pd.Series(baseline), COLUMN, simulations=4000, seed=3, at_most=1
    )
    share = baseline / baseline.sum()
    zones = [zone[:size] for zone in zones_around(COLUMN, baseline) for size in range(1, 7)]

    def best(counts: np.ndarray) -> float:
        scores = [0.0]
        for zone in zones:
            c, e = counts[zone].sum(), share[zone].sum() * 4
            if c > e and c >= 2:
                outside = (4 - c) * np.log((4 - c) / (4 - e)) if c < 4 else 0.0
                scores.append(c * np.log(c / e) + outside)
        return max(scores)

    own, chance = best(cases), 0.0
    for places in product(range(6), repeat=4):
        if best(np.bincount(places, minlength=6)) >= own - 1e-9:
            chance += share[list(places)].prod()
    found = scan.clusters.loc[1]
    assert found["log_likelihood_ratio"] == pytest.approx(own)
    assert found["p_value"] == pytest.approx(chance, abs=4 * np.sqrt(chance / 4000))


@settings(deadline=None)
@given(
    total=st.integers(2, 60),
    shares=st.lists(st.floats(0.001, 0.999), min_size=1, max_size=8),
    score=st.floats(0.01, 20),
)
def test_critical_cases_are_the_fewest(total: int, shares: list[float], score: float) -> None:
    """With the critical number a window scores enough, with one fewer it does not."""
    expected = np.array(shares) * total
    needed = critical_cases(expected, total, score, 1)
    reached = log_likelihood_ratio(np.minimum(needed, total).astype(float), expected, total)
    below = log_likelihood_ratio((needed - 1).astype(float), expected, total)
    assert (reached[needed <= total] >= score - 1e-8).all()
    assert (below[needed > 1] < score).all()


@pytest.mark.parametrize("prospective", [True, False])
def test_space_time_p_value_is_that_of_all_orders(*, prospective: bool) -> None:
    """On six incidents it approaches the share of all 720 orders of the times."""
    from itertools import permutations  # noqa: PLC0415  # only here

    place = np.array([0, 1, 1, 1, 2, 2])
    when = np.array([1, 7, 8, 8, 2, 6])
    xy = COLUMN[:3]
    scan = space_time_scan(
        place, when, xy, period=(1, 8), prospective=prospective, simulations=4000, seed=2
    )
    spans = [(start, end) for start in range(1, 9) for end in range(start, min(start + 4, 9))]
    if prospective:
        spans = [span for span in spans if span[1] == 8]
    zones = [
        zone[:size]
        for zone in zones_around(xy, np.bincount(place).astype(float))
        for size in range(1, zone.size + 1)
    ]

    def best(times: np.ndarray) -> float:
        scores = [0.0]
        for zone, (start, end) in product(zones, spans):  # at most half of the eight days
            inside, late = np.isin(place, zone), (times >= start) & (times <= end)
            c, e = (inside & late).sum(), inside.sum() * late.sum() / 6
            if c > e and c >= 2:
                scores.append(float(log_likelihood_ratio(np.array(float(c)), np.array(e), 6)))
        return max(scores)

    own = best(when)
    share = np.mean([best(np.array(order)) >= own - 1e-9 for order in set(permutations(when))])
    found = scan.clusters.loc[1]
    assert found["log_likelihood_ratio"] == pytest.approx(own)
    assert found["p_value"] == pytest.approx(share, abs=0.03)


def test_retrospective_scan_finds_what_is_over() -> None:
    """A burst in the middle of the year is found looking back, and not as hot now."""
    rng = np.random.default_rng(5)
    place = np.concatenate([rng.integers(0, 6, 80), np.full(10, 2)])
    when = np.concatenate([rng.integers(0, 360, 80), rng.integers(150, 157, 10)])
    back = space_time_scan(
        place, when, COLUMN, period=(0, 359), prospective=False, max_duration=60, simulations=99
    )
    first = back.clusters.loc[1]
    assert first["members"] == (2,)
    assert first["start"] <= 152
    assert 154 <= first["end"] <= 165
    assert first["p_value"] == 0.01
    assert np.isnan(first["recurrence"])
    now = space_time_scan(place, when, COLUMN, period=(0, 359), simulations=99)
    assert now.clusters["p_value"].min() > 0.05
    assert (now.clusters["end"] == 359).all()


def test_a_cluster_along_the_streets_does_not_cross_the_river() -> None:
    """Two banks 20 m apart and 2 km by road: with network distance the cluster stays on one."""
    streets = nx.MultiDiGraph(crs="EPSG:32650")
    lines = {
        (1, 2): [(0, 0), (1000, 0)],
        (3, 4): [(0, 20), (1000, 20)],
        (2, 4): [(1000, 0), (2000, 10), (1000, 20)],
    }
    for (u, v), line in lines.items():
        shape = shapely.LineString(line)
        streets.add_edge(u, v, geometry=shape, length=shape.length)
    lixels = cut_lixels(streets, length_m=100)
    xy = shapely.get_coordinates(shapely.centroid(lixels.geometry.to_numpy()))
    points = gpd.GeoSeries.from_xy([120, 150, 180, 220, 250, 850], [1, 1, 1, 1, 1, 19])
    positions = lixel_positions(points.set_crs(32650), lixels)
    cases = pd.Series(np.bincount(positions, minlength=len(lixels)), index=lixels.index)
    scan = poisson_scan(
        cases,
        lixels["length_m"],
        xy,
        distance_m=lixel_distances(lixels),
        max_radius_m=150,
        simulations=99,
    )
    found = scan.clusters.loc[1]
    assert {str(member)[:3] for member in found["members"]} == {"1-2"}
    assert found["n"] == 5
    assert found["radius_m"] <= 150


def test_same_seed_same_digits_and_the_cap_is_said() -> None:
    """The seed decides every digit; the note names windows, cap, maps and seed."""
    cases = pd.Series([4, 0, 1, 0, 2, 1])
    scans = [
        poisson_scan(cases, pd.Series(1, cases.index), COLUMN, max_share=0.4, seed=9)
        for _ in range(2)
    ]
    pd.testing.assert_frame_equal(scans[0].clusters, scans[1].clusters)
    assert "at most 40 % of the whole" in str(scans[0].note())
    assert "999 maps of chance (seed 9)" in str(scans[0].note())


def test_no_interval_is_no_cluster() -> None:
    """Where every incident is older than the longest interval nothing is hot now."""
    scan = space_time_scan(
        np.array([0, 1, 1]), np.array([1, 2, 2]), COLUMN, period=(0, 99), max_duration=7
    )
    assert scan.clusters.empty
    assert {"members", "start", "end", "p_value", "recurrence"} <= set(scan.clusters)
    assert "span" not in scan.clusters


def test_nothing_raised_is_no_cluster() -> None:
    """Where incidents follow the baseline exactly there is no cluster, and the table is empty."""
    cases = pd.Series([2, 2, 2, 2, 2, 2])
    scan = poisson_scan(cases, cases, COLUMN, simulations=9)
    assert scan.clusters.empty
    assert {"members", "relative_risk", "p_value"} <= set(scan.clusters)


@pytest.mark.parametrize(
    ("cases", "baseline", "fault"),
    [
        ([1, 0], [1, 1], "2 or more whole incidents"),
        ([1.5, 3], [1, 1], "whole incidents"),
        ([2, 3], [0, 1], "1 places hold incidents but are exposed to nothing"),
        ([2, 3], [np.nan, 1], "baselines are negative or missing"),
    ],
)
def test_scan_without_meaning_is_refused(
    cases: list[float], baseline: list[float], fault: str
) -> None:
    """One incident, half an incident and incidents without exposure are named."""
    with pytest.raises(DegenerateDataError, match=fault):
        poisson_scan(pd.Series(cases), pd.Series(baseline), COLUMN[:2])


@pytest.mark.parametrize(
    ("place", "when", "fault"),
    [
        ([], [], "2 or more whole incidents"),
        ([1], [3], "2 or more whole incidents"),
        ([1, 1], [3, 4], "All 2 incidents are at one place or at one time"),
        ([0, 1], [3, 3], "at one place or at one time"),
        ([0, 1], [3, 99], "1 incidents lie outside the period"),
        ([0, -1], [3, 4], "no place"),
    ],
)
def test_space_time_scan_without_meaning_is_refused(
    place: list[int], when: list[int], fault: str
) -> None:
    """No incident, one, all at one place or at one minute, or outside the period: a sentence."""
    with pytest.raises(DegenerateDataError, match=fault):
        space_time_scan(
            np.array(place, dtype=np.int64), np.array(when, dtype=np.int64), COLUMN, period=(0, 9)
        )


def test_impossible_zones_are_refused() -> None:
    """A cap of nothing, or a place without coordinates, lays no zone."""
    with pytest.raises(DegenerateDataError, match="No zones of at most 0"):
        zones_around(COLUMN, np.ones(6), max_share=0)
    with pytest.raises(DegenerateDataError, match="No zones"):
        zones_around(np.array([[0.0, np.nan], [1.0, 1.0]]), np.ones(2))
