import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from data.graphs import StreetGraph
from spatial.lixel import cut_lixels
from spatial.network_kde import density_along_streets, kernel_shares, network_density
from spatial.street_walks import Streets, locate_on_streets, spread_kernels
from tests.spatial.geodanet import geodanet

# two rings that share a side, a blind alley, and a second street between the same crossings
RINGS = [(0, 1, 80.0), (1, 2, 70.0), (2, 0, 90.0), (1, 3, 60.0), (3, 2, 75.0), (3, 4, 55.0)]
RINGS += [(0, 1, 110.0)]


def streets_of(lines: list[tuple[int, int, float]]) -> Streets:
    """Make streets of these lengths between numbered crossings."""
    frame = pd.DataFrame(lines, columns=["u", "v", "to_m"])
    return Streets.of(frame.assign(key=range(len(lines))))


def walk(
    lines: list[tuple[int, int, float]], event: tuple[int, float], reach_m: float, *, turning: bool
) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """List by recursion every entry into a street, as (end, street): distance and share."""
    entries: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def onward(street: int, end: int, come_m: float, share: float) -> None:
        crossing = lines[street][end]
        ways = [(s, e) for s, line in enumerate(lines) for e in (0, 1) if line[e] == crossing]
        for s, e in ways:
            back = (s, e) == (street, end)
            if turning:
                part = share * (2 / len(ways) - back)
            elif back:
                continue
            else:
                part = share / (len(ways) - 1)
            if come_m < reach_m and abs(part) > 1e-7:
                entries.setdefault((e, s), []).append((come_m, part))
                onward(s, 1 - e, come_m + lines[s][2], part)

    street, at_m = event
    onward(street, 0, at_m, 1.0)
    onward(street, 1, lines[street][2] - at_m, 1.0)
    return entries


@settings(max_examples=20)
@given(st.integers(0, 6), st.floats(0.01, 0.99), st.sampled_from(["dis", ""]), st.integers(15, 35))
def test_density_equals_walking_every_way(
    street: int, share: float, prefix: str, bandwidth_m: int
) -> None:
    """At every place the density is the sum over all walks of the kernel times its share."""
    event = (street, share * RINGS[street][2])
    reach_m = bandwidth_m * np.sqrt(5)
    entries = walk(RINGS, event, reach_m, turning=not prefix)
    place_street = np.repeat(np.arange(7), 5)
    place_m = np.array([line[2] * part for line in RINGS for part in (0.07, 0.3, 0.5, 0.8, 0.97)])
    truth = np.zeros(place_m.size)
    for i, (s, m) in enumerate(zip(place_street, place_m, strict=True)):
        away = [(abs(m - event[1]), 1.0)] if s == street else []
        away += [(come + m, part) for come, part in entries.get((0, int(s)), [])]
        away += [(come + RINGS[s][2] - m, part) for come, part in entries.get((1, int(s)), [])]
        truth[i] = sum(part * max(0, 1 - (d / reach_m) ** 2) for d, part in away) * 0.75 / reach_m
    found = density_along_streets(
        (np.array([street]), np.array([event[1]]), np.ones(1)),
        (place_street, place_m),
        streets_of(RINGS),
        bandwidth_m=bandwidth_m,
        rule=f"{prefix}continuous",
    )
    # walks below a hundredth of the kernel go on together
    assert found == pytest.approx(truth, abs=1e-3 * 0.75 / reach_m)


@pytest.mark.parametrize("kernel", ["epanechnikov", "quartic", "gaussian"])
@pytest.mark.parametrize("rule", ["discontinuous", "continuous"])
def test_kernels_add_up_to_the_incidents(kernel: str, rule: str) -> None:
    """Without blind alleys the density along all streets adds up to the weights."""
    lines = [line for line in RINGS if 4 not in line[:2]]
    metres = np.concatenate([np.arange(0.25, line[2], 0.5) for line in lines])
    street = np.repeat(np.arange(len(lines)), [int(line[2] * 2) for line in lines])
    density = density_along_streets(
        (np.array([0, 3, -1]), np.array([12.0, 50.0, 0.0]), np.array([2.0, 1.5, 9.0])),
        (street, metres),
        streets_of(lines),
        bandwidth_m=40,
        rule=rule,
        kernel=kernel,
    )
    assert density.sum() * 0.5 == pytest.approx(3.5, rel=2e-3)


def test_continuous_rule_has_no_jump_and_loses_nothing_in_a_blind_alley() -> None:
    """All streets agree at their crossing, and a kernel turns back at the end of an alley."""
    streets = streets_of([(0, 1, 100.0), (1, 2, 100.0), (1, 3, 100.0), (1, 4, 10.0)])
    at_crossing = (np.arange(4), np.array([100.0, 0.0, 0.0, 0.0]))
    event = (np.array([0]), np.array([97.0]), np.ones(1))
    found = density_along_streets(event, at_crossing, streets, bandwidth_m=20, rule="continuous")
    assert np.ptp(found) < 1e-3 * found.max()
    metres = np.arange(0.05, 100, 0.1)
    lone = streets_of([(0, 1, 100.0)])
    places = (np.zeros(metres.size, dtype=int), metres)
    near_end = (np.array([0]), np.array([5.0]), np.ones(1))
    kept = density_along_streets(near_end, places, lone, bandwidth_m=10, rule="continuous")
    lost = density_along_streets(near_end, places, lone, bandwidth_m=10)
    assert kept.sum() * 0.1 == pytest.approx(1, rel=1e-3)
    assert lost.sum() * 0.1 == pytest.approx(0.75 * (5 / 22.3607 - (5 / 22.3607) ** 3 / 3) + 0.5)


@pytest.mark.parametrize(("bandwidth", "peak"), [(150, 0.0163718787), (300, 0.0091708457)])
def test_peak_of_geodanet_is_that_of_spatstat(bandwidth: float, peak: float) -> None:
    """The greatest density at 194 different crimes equals spatstat's `densityEqualSplit`."""
    lixels, crimes = geodanet()
    streets = Streets.of(lixels)
    street, at = locate_on_streets(crimes, lixels, streets, max_snap_m=np.inf)
    spots = np.unique(np.stack([street, at.round(6)], axis=1), axis=0)
    assert len(spots) == 194
    where = spots[:, 0].astype(np.int64), spots[:, 1]
    density = density_along_streets((*where, np.ones(194)), where, streets, bandwidth_m=bandwidth)
    assert density.max() == pytest.approx(peak, rel=1e-8)


def ring_of_streets() -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, pd.DataFrame]:
    """Make a block of four streets, cut into lixels, with three incidents and two layers."""
    corners = [(0, 0), (200, 0), (200, 150), (0, 150)]
    streets: StreetGraph = nx.MultiDiGraph(crs="EPSG:32650")
    for u in range(4):
        line = shapely.LineString([corners[u], corners[(u + 1) % 4]])
        streets.add_edge(u, (u + 1) % 4, geometry=line, length=line.length)
        streets.add_edge((u + 1) % 4, u, geometry=line.reverse(), length=line.length)
    points = gpd.GeoSeries.from_xy([20, 190, 900], [4, 80, 900], crs="EPSG:32650")
    weights = pd.DataFrame({"day": [1.0, 0.5, 1], "night": [0, 0.5, 1]})
    return cut_lixels(streets, length_m=10), points, weights


def test_layers_add_up_on_the_index_of_the_lixels() -> None:
    """Each layer adds up to its incidents near a street; places far off are left out."""
    lixels, points, weights = ring_of_streets()
    before = points.copy(), weights.copy(), lixels.copy()
    density = network_density(points, weights, lixels, bandwidth_m=40)
    total = density.mul(lixels["length_m"] / 1000, axis=0).sum()
    assert density.index.equals(lixels.index)
    assert total.to_dict() == pytest.approx({"day": 1.5, "night": 0.5}, rel=0.01)
    assert points.equals(before[0])
    pd.testing.assert_frame_equal(weights, before[1])
    pd.testing.assert_frame_equal(lixels, before[2])


def test_shares_times_weights_are_the_density() -> None:
    """The kernels of single events, weighted and added, are the density of all."""
    streets = streets_of(RINGS)
    rng = np.random.default_rng(0)
    street = rng.integers(-1, 7, 300)
    at_m, weight = rng.uniform(0, 55, 300), rng.uniform(0, 3, 300)
    places = np.arange(7), np.full(7, 30.0)
    shares = kernel_shares((street, at_m), places, streets, bandwidth_m=60)
    summed = density_along_streets((street, at_m, weight), places, streets, bandwidth_m=60)
    assert shares.shape == (300, 7)
    assert weight @ shares == pytest.approx(summed, rel=1e-12)


def test_plain_python_and_machine_code_agree() -> None:
    """The walks give the same density when Python runs them."""
    streets = streets_of(RINGS)
    plain, compiled = np.zeros((1, 7)), np.zeros((1, 7))
    event = (np.array([0]), np.array([10.0]), np.ones(1))
    compiled[0] = density_along_streets(
        event, (np.arange(7), np.full(7, 9.0)), streets, bandwidth_m=30
    )
    how = (0, 30.0, 30 * np.sqrt(5), 0.75 / 30 / np.sqrt(5), False, 1e-4)
    spread_kernels(
        (*event, np.zeros(1, dtype=np.int64)),
        (np.arange(8), np.full(7, 9.0), np.arange(7)),
        (streets.length_m, streets.node, streets.first, streets.ends),
        how,
        plain,
    )
    assert plain == pytest.approx(compiled, rel=1e-12)


def test_wrong_words_are_refused() -> None:
    """An unknown rule or kernel, or a bandwidth that is none, is refused by its value."""
    lixels, points, weights = ring_of_streets()
    for bad, said in (
        ({"rule": "equal"}, "no rule equal"),
        ({"kernel": "box"}, "no kernel box"),
        ({"bandwidth_m": 0.0}, "A bandwidth of 0.0 m"),
    ):
        with pytest.raises(DegenerateDataError, match=said):
            network_density(points, weights, lixels, **{"bandwidth_m": 40.0, **bad})
