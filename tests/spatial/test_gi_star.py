from itertools import combinations, permutations
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, eye_array
from scipy.spatial.distance import cdist
from shapely import box

from data.errors import DegenerateDataError
from spatial.gi_star import benjamini_hochberg, exact_gi_star, getis_ord
from spatial.grid import Lattice

REFERENCE = Path(__file__).parents[2].parent / "shared" / "data" / "hotspot_reference"
GRID = Lattice.cover(box(0, 0, 1500, 1500), 50.0)
BLOCKS = GRID.neighbours(GRID.cells(box(0, 0, 1500, 1500)))


def with_self(weights: "csr_array[Any]") -> "csr_array[Any]":
    """Make every place its own neighbour."""
    return csr_array(weights + eye_array(weights.shape[0]))


@pytest.mark.parametrize(
    ("layer", "column", "expected"),
    [
        ("columbus.shp", "CRIME", [-1.432780, -1.340008, -0.771999, -0.131733, 1.285363]),
        ("stl_hom.shp", "HR8893", [-0.008008, -0.889698, -0.568621, -0.635826, -0.747440]),
        ("sids2.shp", "SIDR79", [-0.074924, 0.386594, 0.374443, 1.427853, 1.127507]),
    ],
)
def test_z_scores_are_those_of_spdep(
    published: Any, layer: str, column: str, expected: list[float]
) -> None:
    """Gi* on three published maps equals spdep's localG, for binary and for standardised rows."""
    values, queen = published(layer, column)
    weights = with_self(queen)
    z_score = getis_ord(values, weights)
    assert z_score.index.equals(values.index)
    assert np.allclose(z_score[:5], expected, atol=5.1e-7, rtol=0)
    shares = csr_array(weights / weights.sum(axis=1)[:, None])
    assert np.allclose(getis_ord(values, shares), z_score, atol=1e-12)


@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not beside the checkout")
def test_z_scores_are_those_of_getis_and_ord_1996() -> None:
    """G and G* of the 16 x 16 raster at 30, 60 and 90 m equal the published example."""
    raster = pd.read_csv(REFERENCE / "getisord.csv")
    distance_m = cdist(raster[["x", "y"]], raster[["x", "y"]])
    found, starred = [], []
    for reach_m in (30, 60, 90):
        near = csr_array((distance_m <= reach_m).astype(float))
        starred.append(getis_ord(raster["val"], near)[119])
        alone = csr_array(near - eye_array(256))
        found.append(getis_ord(raster["val"], alone, star=False)[119])
    assert np.allclose(found, [1.2219792, 1.7480975, 1.9861354], atol=5.1e-8, rtol=0)
    assert np.allclose(starred, [1.4507798, 1.9005589, 2.0969387], atol=5.1e-8, rtol=0)


def test_z_score_of_equal_values_is_refused() -> None:
    """Gi* of a map without differences is undefined, and said to be."""
    with pytest.raises(DegenerateDataError, match="All 3 cells"):
        getis_ord(pd.Series([2, 2, 2]), csr_array(np.ones((3, 3))))


def test_z_score_next_to_everything_is_zero() -> None:
    """A place whose neighbours are the whole map has no evidence for or against it."""
    assert getis_ord(pd.Series([1, 2, 3]), csr_array(np.ones((3, 3)))).tolist() == [0, 0, 0]


@st.composite
def small_maps(draw: st.DrawFn) -> tuple[list[int], np.ndarray]:
    """Draw up to 9 cells with counts and any symmetric neighbourhood with itself."""
    counts = draw(st.lists(st.integers(0, 30), min_size=1, max_size=9))
    n = len(counts)
    bits = draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n))
    half = np.triu(np.reshape(bits, (n, n)), 1)
    return counts, (half | half.T | np.eye(n, dtype=bool)).astype(int)


@settings(deadline=None)
@given(small_maps())
def test_exact_p_equals_enumeration(drawn: tuple[list[int], np.ndarray]) -> None:
    """The p-value of every block equals the share of all draws of its size with such a sum."""
    counts, near = drawn
    test = exact_gi_star(pd.Series(counts), csr_array(near))
    for cell, p_value in test["p_value"].items():
        k, observed = int(near[cell].sum()), int(near[cell] @ counts)
        sums = [sum(draw) for draw in combinations(counts, k)]
        assert p_value == pytest.approx(np.mean([s >= observed for s in sums]), rel=1e-12)
        assert test.loc[cell, "expected"] == pytest.approx(np.mean(sums) / 12)
        assert test.loc[cell, "n_block"] == pytest.approx(observed / 12)


def test_exact_p_equals_all_permutations_of_a_map() -> None:
    """On a 2 x 3 grid it is the share of all 720 orders of the counts: the test's definition."""
    grid = Lattice.cover(box(0, 0, 150, 100), 50.0)
    near = grid.neighbours(grid.cells(box(0, 0, 150, 100)))
    counts = np.array([5, 0, 1, 1, 3, 0])
    block = near @ counts
    orders = np.array(list(permutations(counts)))
    share = (orders @ near.toarray() >= block).mean(axis=0)
    found = exact_gi_star(pd.Series(counts), near)["p_value"]
    assert np.allclose(found, share, rtol=1e-13)


def test_exact_p_agrees_with_random_orders() -> None:
    """On 900 cells it lies within 4 standard errors of 20,000 random draws."""
    rng = np.random.default_rng(11)
    counts = rng.poisson(0.3, 900)
    counts[:3] += 2
    found = exact_gi_star(pd.Series(counts), BLOCKS, parts_per_incident=1)
    draws = rng.permuted(np.tile(counts, (20_000, 1)), axis=1)[:, :9].sum(axis=1)
    inner = found[BLOCKS.sum(axis=1) == 9].drop_duplicates("n_block")
    for n_block, p_value in zip(inner["n_block"], inner["p_value"], strict=True):
        error = np.sqrt(p_value * (1 - p_value) / draws.size)
        assert abs((draws >= n_block).mean() - p_value) <= 4 * error + 1e-12


@pytest.mark.parametrize("scale", [1, 12, 7])
def test_deep_tail_keeps_its_digits(scale: int) -> None:
    """A block of the nine full cells among 2,000 has p = 1 / C(2000, 9), about 7e-25."""
    grid = Lattice.cover(box(0, 0, 2500, 2000), 50.0)
    cells = grid.cells(box(0, 0, 2500, 2000))
    near = grid.neighbours(cells)
    counts = np.zeros(2000, dtype=int)
    counts[near.toarray()[1020].astype(bool)] = np.arange(5, 14) * scale
    p_value = exact_gi_star(pd.Series(counts, cells.index), near)["p_value"].iloc[1020]
    assert p_value == pytest.approx(1 / comb(2000, 9), rel=1e-13)


def test_tail_equals_whole_number_arithmetic() -> None:
    """For a clumped map in twelfths every p-value has the digits of unlimited integers."""
    rng = np.random.default_rng(2)
    counts = np.zeros(900, dtype=int)
    np.add.at(counts, rng.integers(0, 900, 150), rng.integers(1, 13, 150))
    counts[[31, 32, 61, 62]] += [75, 88, 61, 90]
    found = exact_gi_star(pd.Series(counts), BLOCKS)
    ways = {(0, 0): 1}
    for count in counts.tolist():
        grown = dict(ways)
        for (k, total), number in ways.items():
            if k < 9:
                grown[k + 1, total + count] = grown.get((k + 1, total + count), 0) + number
        ways = grown
    size = BLOCKS.sum(axis=1)
    for cell in (0, 15, 31, 450, *found["p_value"].nsmallest(4).index):
        observed = round(found.loc[cell, "n_block"] * 12)
        reaching = sum(n for (k, s), n in ways.items() if k == size[cell] and s >= observed)
        expected = reaching / comb(900, int(size[cell]))
        assert found.loc[cell, "p_value"] == pytest.approx(expected, rel=1e-12)
    assert found["p_value"].min() < 1e-8


def test_scale_of_the_parts_does_not_matter() -> None:
    """Twelve twelfths are one incident: the same p-values and the same incidents expected."""
    counts = pd.Series(np.random.default_rng(0).poisson(0.4, 900))
    whole = exact_gi_star(counts, BLOCKS, parts_per_incident=1)
    twelfths = exact_gi_star(counts * 12, BLOCKS)
    assert np.allclose(whole, twelfths, rtol=1e-13)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_map_without_incidents_has_no_evidence(n: int) -> None:
    """Without incidents every p-value is 1 and nothing is expected; no cell at all is no error."""
    near = csr_array(np.ones((n, n), dtype=int))
    test = exact_gi_star(pd.Series(np.zeros(n, dtype=int)), near)
    assert (test["p_value"] == 1).all()
    assert (test["expected"] == 0).all()
    assert len(benjamini_hochberg(test["p_value"])) == n


def test_index_is_kept_and_arguments_unchanged() -> None:
    """The result is on the index of the counts, which are not changed."""
    counts = pd.Series([4, 0, 1], index=["b", "a", "c"])
    before = counts.copy()
    test = exact_gi_star(counts, csr_array(np.eye(3, dtype=int)))
    assert test.index.equals(before.index)
    assert counts.equals(before)
    assert benjamini_hochberg(test["p_value"]).index.equals(before.index)


def test_maps_without_a_hotspot_raise_few_alarms() -> None:
    """Of 60 maps of chance, 90 incidents on 900 cells, at most 3 x 5 % show any hot cell."""
    rng = np.random.default_rng(20240304)
    alarms = 0
    for _ in range(60):
        counts = pd.Series(np.bincount(rng.integers(0, 900, 90), minlength=900))
        q_value = benjamini_hochberg(exact_gi_star(counts, BLOCKS)["p_value"])
        alarms += bool((q_value <= 0.05).any())
    assert alarms <= 9


def test_true_hotspot_is_found() -> None:
    """Of 20 maps with 300 incidents and a block of 8-fold risk nearly all show that block hot."""
    rng = np.random.default_rng(8)
    hot = BLOCKS.toarray()[465].astype(bool)
    risk = np.where(hot, 8.0, 1.0) / (8 * 9 + 891)
    found = 0.0
    for _ in range(20):
        counts = pd.Series(np.bincount(rng.choice(900, 300, p=risk), minlength=900))
        q_value = benjamini_hochberg(exact_gi_star(counts, BLOCKS)["p_value"])
        found += float((q_value[hot] <= 0.05).mean()) / 20
        assert (q_value[~hot] <= 0.05).mean() < 0.05
    assert found > 0.5
