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
from spatial.gi_star import exact_gi_star, expected_hot_by_chance, getis_ord
from spatial.grid import Lattice
from spatial.multiple_tests import benjamini_hochberg, benjamini_yekutieli
from spatial.whole_parts import whole_parts

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
    """By the sum alone, p is the share of all draws of the block's size with such a sum."""
    counts, near = drawn
    test = exact_gi_star(pd.Series(counts), csr_array(near), ties="block")
    for cell, p_value in test["p_value"].items():
        k, observed = int(near[cell].sum()), int(near[cell] @ counts)
        sums = [sum(draw) for draw in combinations(counts, k)]
        assert p_value == pytest.approx(np.mean([s >= observed for s in sums]), rel=1e-12)
        assert test.loc[cell, "expected"] == pytest.approx(np.mean(sums) / 12)
        assert test.loc[cell, "n_block"] == pytest.approx(observed / 12)


@settings(deadline=None)
@given(small_maps())
def test_p_with_parted_ties_equals_enumeration(drawn: tuple[list[int], np.ndarray]) -> None:
    """It is the share of all orders with a fuller block, or one as full and as much in the unit."""
    counts, near = drawn
    found = exact_gi_star(pd.Series(counts), csr_array(near))["p_value"]
    by_sum = exact_gi_star(pd.Series(counts), csr_array(near), ties="block")["p_value"]
    assert (found <= by_sum * (1 + 1e-12)).all()
    for cell, p_value in found.items():
        orders = ordered_blocks(counts, int(near[cell].sum()))
        seen = int(near[cell] @ counts), counts[cell]
        assert p_value == pytest.approx(np.mean([order >= seen for order in orders]), rel=1e-12)


def ordered_blocks(counts: list[int], size: int) -> list[tuple[int, int]]:
    """Return sum and own count of every draw of a block, the unit itself drawn first."""
    return [
        (own + sum(rest), own)
        for at, own in enumerate(counts)
        for rest in combinations(counts[:at] + counts[at + 1 :], size - 1)
    ]


@settings(deadline=None)
@given(small_maps())
def test_focal_fixed_p_equals_enumeration(drawn: tuple[list[int], np.ndarray]) -> None:
    """With the unit's own count kept, it is the share of the draws of its neighbours alone."""
    counts, near = drawn
    test = exact_gi_star(
        pd.Series(counts), csr_array(near), parts_per_incident=1, null="focal_fixed"
    )
    for cell, p_value in test["p_value"].items():
        k, observed = int(near[cell].sum()) - 1, int(near[cell] @ counts)
        others = counts[:cell] + counts[cell + 1 :]
        sums = [counts[cell] + sum(draw) for draw in combinations(others, k)]
        assert p_value == pytest.approx(np.mean([s >= observed for s in sums]), rel=1e-12)
        assert test.loc[cell, "expected"] == pytest.approx(np.mean(sums))


@settings(deadline=None)
@given(small_maps(), st.floats(0, 1), st.sampled_from(["own", "block"]))
def test_number_hot_by_chance_equals_enumeration(
    drawn: tuple[list[int], np.ndarray], level: float, ties: str
) -> None:
    """It is the mean number of units with such a p-value over all draws of the counts."""
    counts, near = drawn
    chance = 0.0
    for cell in range(len(counts)):
        orders = ordered_blocks(counts, int(near[cell].sum()))
        kinds = [order[0] if ties == "block" else order for order in orders]
        p_values = np.array([np.mean([other >= kind for other in kinds]) for kind in kinds])
        # a p-value that is the level itself must not depend on the last digit
        if np.isclose(p_values, level, rtol=1e-9).any():
            return
        chance += float((p_values <= level).mean())
    found = expected_hot_by_chance(pd.Series(counts), csr_array(near), level=level, ties=ties)
    assert found == pytest.approx(chance, rel=1e-9, abs=1e-12)
    assert found <= level * len(counts) + 1e-9


def test_exact_p_equals_all_permutations_of_a_map() -> None:
    """On a 2 x 3 grid it is the share of all 720 orders of the counts: the test's definition."""
    grid = Lattice.cover(box(0, 0, 150, 100), 50.0)
    near = grid.neighbours(grid.cells(box(0, 0, 150, 100)))
    counts = np.array([5, 0, 1, 1, 3, 0])
    block = near @ counts
    orders = np.array(list(permutations(counts)))
    drawn = orders @ near.toarray()
    found = exact_gi_star(pd.Series(counts), near, ties="block")["p_value"]
    assert np.allclose(found, (drawn >= block).mean(axis=0), rtol=1e-13)
    fuller = (drawn > block) | ((drawn == block) & (orders >= counts))
    found = exact_gi_star(pd.Series(counts), near)["p_value"]
    assert np.allclose(found, fuller.mean(axis=0), rtol=1e-13)


def test_exact_p_agrees_with_random_orders() -> None:
    """On 900 cells it lies within 4 standard errors of 20,000 random draws."""
    rng = np.random.default_rng(11)
    counts = rng.poisson(0.3, 900)
    counts[:3] += 2
    found = exact_gi_star(pd.Series(counts), BLOCKS, parts_per_incident=1).assign(own=counts)
    drawn = rng.permuted(np.tile(counts, (20_000, 1)), axis=1)[:, :9]
    draws, own = drawn.sum(axis=1), drawn[:, 0]
    inner = found[BLOCKS.sum(axis=1) == 9].drop_duplicates(["n_block", "own"])
    for n_block, count, p_value in inner[["n_block", "own", "p_value"]].itertuples(index=False):
        share = ((draws > n_block) | ((draws == n_block) & (own >= count))).mean()
        error = np.sqrt(p_value * (1 - p_value) / draws.size)
        assert abs(share - p_value) <= 4 * error + 1e-12


@pytest.mark.parametrize("scale", [1, 12, 7])
def test_deep_tail_keeps_its_digits(scale: int) -> None:
    """A block of the nine full cells among 2,000 has p = 1 / C(2000, 9), about 7e-25.

    With the fullest fifth in its middle, as here, 5 of 9 such blocks are as extreme.
    """
    grid = Lattice.cover(box(0, 0, 2500, 2000), 50.0)
    cells = grid.cells(box(0, 0, 2500, 2000))
    near = grid.neighbours(cells)
    counts = np.zeros(2000, dtype=int)
    counts[near.toarray()[1020].astype(bool)] = np.arange(5, 14) * scale
    by_sum = exact_gi_star(pd.Series(counts, cells.index), near, ties="block")["p_value"]
    assert by_sum.iloc[1020] == pytest.approx(1 / comb(2000, 9), rel=1e-13, abs=0)
    parted = exact_gi_star(pd.Series(counts, cells.index), near)["p_value"]
    assert parted.iloc[1020] == pytest.approx(5 / 9 / comb(2000, 9), rel=1e-13, abs=0)


def test_tail_equals_whole_number_arithmetic() -> None:
    """For a clumped map in twelfths every p-value has the digits of unlimited integers."""
    rng = np.random.default_rng(2)
    counts = np.zeros(900, dtype=int)
    np.add.at(counts, rng.integers(0, 900, 150), rng.integers(1, 13, 150))
    counts[[31, 32, 61, 62]] += [75, 88, 61, 90]
    found = exact_gi_star(pd.Series(counts), BLOCKS, ties="block")
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
        assert found.loc[cell, "p_value"] == pytest.approx(expected, rel=1e-12, abs=0)
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


@pytest.mark.parametrize("null", ["permuted", "focal_fixed"])
def test_irregular_blocks_agree_with_random_orders(null: str) -> None:
    """With 1 to 25 neighbours a unit it lies within 4 standard errors of 4,000 random orders."""
    rng = np.random.default_rng(3)
    place = rng.uniform(0, 1, (60, 2))
    near = (cdist(place, place) <= rng.uniform(0.05, 0.35, 60)[:, None]).astype(int)
    np.fill_diagonal(near, 1)
    counts = rng.poisson(rng.gamma(0.5, 3, 60))
    found = exact_gi_star(
        pd.Series(counts), csr_array(near), parts_per_incident=1, null=null, ties="block"
    )
    assert near.sum(axis=1).min() <= 3
    assert near.sum(axis=1).max() >= 10
    orders = rng.permuted(np.tile(counts, (4000, 1)), axis=1)
    for cell in range(60):
        own = orders.copy()
        if null == "focal_fixed":
            # the unit's own count changes places with whatever came to lie on it
            other = np.tile(np.delete(counts, cell), (4000, 1))
            own = np.insert(rng.permuted(other, axis=1), cell, counts[cell], axis=1)
        share = (own @ near[cell] >= near[cell] @ counts).mean()
        p_value = found["p_value"].iloc[cell]
        assert abs(share - p_value) <= 4 * np.sqrt(p_value * (1 - p_value) / 4000) + 1e-12


def test_focal_fixed_is_no_sharper_where_the_pile_is_the_unit_itself() -> None:
    """All incidents on one cell prove nothing for that cell if it is kept fixed."""
    counts = np.zeros(900, dtype=int)
    counts[465] = 30
    fixed = exact_gi_star(pd.Series(counts), BLOCKS, null="focal_fixed")["p_value"]
    assert fixed[465] == 1
    parted = exact_gi_star(pd.Series(counts), BLOCKS)["p_value"]
    assert parted[465] == pytest.approx(1 / 900)
    assert parted[466] == pytest.approx(9 / 900)


@pytest.mark.parametrize(
    ("counts", "weights", "null", "fault"),
    [
        ([0.5, 1.0], np.eye(2, dtype=int), "permuted", "fractions"),
        ([-1, 1], np.eye(2, dtype=int), "permuted", "negative"),
        ([1, 1], np.eye(2) / 2, "permuted", "0 and 1"),
        ([1, 1], np.ones((2, 2)) - np.eye(2), "permuted", "0 and 1"),
        ([1, 1], np.eye(3, dtype=int), "permuted", "0 and 1"),
        ([1, 1], np.eye(2, dtype=int), "normal", "null hypothesis normal"),
    ],
)
def test_what_would_not_be_exact_is_refused(
    counts: list[float], weights: np.ndarray, null: str, fault: str
) -> None:
    """Fractions, missing or negative counts and weights other than 0 and 1 are named, not used."""
    with pytest.raises(DegenerateDataError, match=fault):
        exact_gi_star(pd.Series(counts), csr_array(weights), null=null)


@given(st.lists(st.floats(0, 40), max_size=30), st.sampled_from([1, 12, 60]))
def test_whole_parts_keep_the_sum(counts: list[float], parts: int) -> None:
    """No unit moves by a part or more, and the sum stays the nearest whole number of parts."""
    found = whole_parts(pd.Series(counts, dtype=float), parts_per_incident=parts)
    exact = np.array(counts) * parts
    assert (np.abs(found - exact) < 1 + 1e-9).all()
    assert abs(found.sum() - exact.sum()) <= 0.5 + 1e-6


def test_parts_of_a_missing_count_are_refused() -> None:
    """A negative or missing count is no number of incidents."""
    for count in (-1.0, np.nan):
        with pytest.raises(DegenerateDataError, match="negative or missing"):
            whole_parts(pd.Series([1.0, count]))


def test_parts_change_p_values_little() -> None:
    """With 120 parts no p-value below 0.2 of a map of fractions is off by more than 0.02."""
    rng = np.random.default_rng(4)
    counts = pd.Series(np.bincount(rng.integers(0, 900, 120), rng.uniform(0, 1, 120), 900))
    default, fine = (
        exact_gi_star(
            whole_parts(counts, parts_per_incident=parts), BLOCKS, parts_per_incident=parts
        )["p_value"]
        for parts in (120, 1200)
    )
    small = fine < 0.2
    assert small.sum() > 50
    assert np.abs(default - fine)[small].max() <= 0.02


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_yekutieli_is_hochberg_times_the_harmonic_number(p_values: list[float]) -> None:
    """The strict adjustment is the usual one times 1 + 1/2 + ... + 1/n, at most 1."""
    p_value = pd.Series(p_values)
    factor = (1 / np.arange(1, len(p_values) + 1)).sum()
    strict, usual = benjamini_yekutieli(p_value), benjamini_hochberg(p_value)
    assert np.allclose(strict[strict < 1], (usual * factor)[strict < 1])
    assert (strict >= usual - 1e-12).all()
