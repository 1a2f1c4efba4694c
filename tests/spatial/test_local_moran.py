from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from data.errors import DegenerateDataError
from spatial.local_moran import local_morans_i
from spatial.moran import morans_i


def by_rows(queen: "csr_array[Any]") -> "csr_array[Any]":
    """Scale the rows to 1."""
    return csr_array(queen / queen.sum(axis=1)[:, None])


def test_the_two_conventions_differ_by_77_of_78(published: Any) -> None:
    """On stl the I_i with divisor n - 1 (esda) are 77/78 of those with n (spdep)."""
    values, queen = published("stl_hom.shp", "HR8893")
    shares = by_rows(queen)
    spdep = local_morans_i(values, shares, permutations=9)
    esda = local_morans_i(values, shares, divisor="n-1", permutations=9)
    assert len(values) == 78
    assert np.allclose(esda["i"] / spdep["i"], 77 / 78, rtol=1e-12)
    assert esda["p_value"].equals(spdep["p_value"])


@pytest.mark.parametrize(
    ("layer", "column", "i"),
    [("columbus.shp", "CRIME", 0.5001885572), ("stl_hom.shp", "HR8893", 0.195024157)],
)
def test_local_values_average_to_the_published_global_one(
    published: Any, layer: str, column: str, i: float
) -> None:
    """With standardised rows the mean of the local I is Moran's I, as published for both maps."""
    values, queen = published(layer, column)
    shares = by_rows(queen)
    local = local_morans_i(values, shares, permutations=9)
    assert local["i"].mean() == pytest.approx(i, abs=1e-9)
    assert local["i"].mean() == pytest.approx(morans_i(values, shares).i, rel=1e-12)


def test_p_value_is_that_of_all_orders_of_the_others() -> None:
    """On a ring of seven it approaches twice the smaller tail over all orders of the other six."""
    ring = csr_array(np.roll(np.eye(7), 1, axis=1) + np.roll(np.eye(7), -1, axis=1))
    values = pd.Series([9.0, 7.0, 0.0, 1.0, 0.5, 2.0, 6.5])
    found = local_morans_i(values, ring, permutations=20_000, seed=1)["p_value"]
    for place in range(7):
        others = values.drop(place)
        sums = np.array([order[0] + order[1] for order in permutations(others)])
        own = values[(place - 1) % 7] + values[(place + 1) % 7]
        tail = min((sums >= own - 1e-9).mean(), (sums <= own + 1e-9).mean())
        assert found[place] == pytest.approx(min(1.0, 2 * tail), abs=0.015)


def test_chance_gives_few_small_p_values() -> None:
    """On noise the two-sided p-value is at most 0.05 in about 5 % of the places, not in 10 %."""
    rng = np.random.default_rng(6)
    side = np.eye(40, k=1) + np.eye(40, k=-1)
    rook = csr_array(np.kron(side, np.eye(40)) + np.kron(np.eye(40), side))
    found = local_morans_i(pd.Series(rng.normal(size=1600)), rook, permutations=499, seed=2)
    assert (found["p_value"] <= 0.05).mean() == pytest.approx(0.05, abs=0.025)
    assert found["p_value"].min() >= 2 / 500


def test_same_seed_gives_the_same_digits_and_islands_say_nothing() -> None:
    """The seed decides the p-values; a place without neighbours has I 0, no quadrant and p 1."""
    weights = csr_array(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    values = pd.Series([1.0, 2.0, 6.0], index=["a", "b", "c"])
    first = local_morans_i(values, weights, seed=4)
    assert first.equals(local_morans_i(values, weights, seed=4))
    assert first.loc["c"].tolist() == [0, "", 1]
    assert first.index.equals(values.index)


def test_equal_values_and_unknown_divisors_are_refused() -> None:
    """Nothing is divided by a variance of 0, and no divisor is guessed."""
    pair = csr_array(np.array([[0, 1], [1, 0]]))
    with pytest.raises(DegenerateDataError, match="All 2 cells"):
        local_morans_i(pd.Series([3, 3]), pair)
    with pytest.raises(DegenerateDataError, match="no divisor N"):
        local_morans_i(pd.Series([3, 4]), pair, divisor="N")
