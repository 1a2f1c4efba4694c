from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.concentration import gini, measure_concentration, top_units

COUNTS = st.lists(st.integers(0, 30), min_size=2, max_size=25).filter(any)


@given(COUNTS)
def test_gini_is_half_the_mean_difference(counts: list[int]) -> None:
    """It equals the mean absolute difference of all pairs over twice the mean: its definition."""
    n = np.array(counts)
    difference = np.abs(n[:, None] - n[None]).mean()
    assert gini(n) == pytest.approx(difference / (2 * n.mean()))


@given(COUNTS)
def test_curve_rises_from_nothing_to_all(counts: list[int]) -> None:
    """From 0 to 1, ever less steep, never below the share of units, on an unchanged series."""
    n = pd.Series(counts)
    before = n.copy()
    found = measure_concentration(n, simulations=9)
    share = found.curve["share"]
    assert share.iloc[0] == 0
    assert share.iloc[-1] == pytest.approx(1)
    assert (np.diff(share) >= -1e-12).all()
    assert (np.diff(share, 2) <= 1e-12).all()
    assert (share >= share.index - 1e-12).all()
    assert -1e-12 <= found.gini_adjusted <= found.gini + 1e-12
    assert n.equals(before)


def test_few_incidents_look_concentrated_by_chance() -> None:
    """Forty incidents on 900 cells have a Gini above 0.95 by chance, and no small p-value."""
    rng = np.random.default_rng(1)
    n = pd.Series(np.bincount(rng.integers(0, 900, 40), minlength=900))
    found = measure_concentration(n, seed=2)
    assert found.gini > 0.95
    assert found.p_value > 0.05
    assert found.gini_adjusted < 0.1
    inside = found.curve["share"].between(
        found.curve["chance_low"] - 1e-9, found.curve["chance_high"] + 1e-9
    )
    assert inside.all()
    assert "Gini 0.96; incidents thrown at random would show 0.9" in str(found.note())


def test_true_concentration_leaves_the_envelope() -> None:
    """A tenth of the cells with half of 200 incidents is more than chance, and says so."""
    rng = np.random.default_rng(1)
    spots = np.concatenate([rng.integers(0, 20, 100), rng.integers(0, 200, 100)])
    found = measure_concentration(pd.Series(np.bincount(spots, minlength=200)))
    assert found.p_value == 0.001
    assert (found.curve["share"] > found.curve["chance_high"]).any()
    assert found.gini > found.chance_gini[2]


def test_chance_is_that_of_all_maps() -> None:
    """On three unequal units mean Gini and p-value approach those over all possible maps."""
    size = pd.Series([1.0, 2.0, 3.0])
    found = measure_concentration(pd.Series([4, 0, 0]), size=size, simulations=4000, seed=5)
    mean = chance = 0.0
    for places in product(range(3), repeat=4):
        weight = float((size / 6).to_numpy()[list(places)].prod())
        value = gini(np.bincount(places, minlength=3))
        mean += weight * value
        chance += weight * (value >= found.gini - 1e-9)
    assert found.chance_gini[0] == pytest.approx(mean, abs=0.01)
    assert found.p_value == pytest.approx(chance, abs=0.02)


def test_same_seed_gives_the_same_digits_and_many_units_a_short_curve() -> None:
    """The seed decides the envelope; 5,000 units still give a curve that a screen can show."""
    n = pd.Series(np.random.default_rng(3).poisson(0.1, 5000))
    first, second = (measure_concentration(n, simulations=50, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first.curve, second.curve)
    assert len(first.curve) == 1001
    assert first.curve.index[-1] == 1


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(0, 12))
def test_top_never_cuts_a_tie(counts: list[int], at_most: int) -> None:
    """Every unit on the list has more than every unit off it; the list is no longer than asked."""
    n = pd.Series(counts, dtype=int)
    top = top_units(n, at_most=at_most)
    left = n.drop(top.index)
    assert len(top) <= at_most
    assert (top["n"] > left.max()).all() or left.empty or top.empty
    assert top["cumulative_share"].is_monotonic_increasing
    assert (top["n"] > 0).all()
    if len(top) < at_most and left.max() > 0:  # the next ties would not have fitted
        assert (left == left.max()).sum() > at_most - len(top)


@pytest.mark.parametrize("counts", [[], [5], [0, 0], [0.5, 1.0], [-1, 3]])
def test_nothing_to_concentrate_is_refused(counts: list[float]) -> None:
    """No unit, one unit, no incident and fractions have no concentration to measure."""
    with pytest.raises(DegenerateDataError, match="have no concentration"):
        measure_concentration(pd.Series(counts, dtype=float))


@pytest.mark.parametrize("size", [[0.0, 0.0], [1.0, np.nan], [1.0, -1.0]])
def test_units_without_size_are_refused(size: list[float]) -> None:
    """Chance cannot throw in proportion to nothing."""
    with pytest.raises(DegenerateDataError, match="no size"):
        measure_concentration(pd.Series([1, 2]), size=pd.Series(size))
