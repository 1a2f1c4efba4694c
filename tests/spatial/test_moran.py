from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from data.errors import DegenerateDataError
from spatial.moran import morans_i


@pytest.mark.parametrize(
    ("layer", "column", "i", "z_score"),
    [
        ("columbus.shp", "CRIME", 0.5001885572, 5.5893827),
        ("stl_hom.shp", "HR8893", 0.195024157, 3.856487),
    ],
)
def test_moran_is_that_of_spdep(
    published: Any, layer: str, column: str, i: float, z_score: float
) -> None:
    """I and its z under randomisation on two published maps equal spdep's and esda's."""
    values, queen = published(layer, column)
    shares = csr_array(queen / queen.sum(axis=1)[:, None])
    test = morans_i(values, shares)
    assert test.i == pytest.approx(i, abs=1e-9)
    assert test.z_score == pytest.approx(z_score, abs=5e-7)
    assert test.p_value < 0.001


def test_variance_is_that_of_all_permutations() -> None:
    """The z-score uses the mean and deviation of I over random orders of the values."""
    rng = np.random.default_rng(1)
    ring = csr_array(np.roll(np.eye(12), 1, axis=1) + np.roll(np.eye(12), -1, axis=1))
    values = pd.Series(rng.gamma(1, size=12))
    orders = [morans_i(pd.Series(rng.permutation(values)), ring).i for _ in range(600)]
    test = morans_i(values, ring)
    assert np.mean(orders) == pytest.approx(test.expected, abs=0.02)
    assert np.std(orders) == pytest.approx((test.i - test.expected) / test.z_score, rel=0.08)


@pytest.mark.parametrize(
    ("values", "weights"),
    [([1, 1, 1, 1], np.ones((4, 4)) - np.eye(4)), ([1, 2, 3, 4], np.zeros((4, 4)))],
)
def test_moran_of_nothing_is_refused(values: list[int], weights: np.ndarray) -> None:
    """Equal values, or places without neighbours, have no autocorrelation to measure."""
    with pytest.raises(DegenerateDataError):
        morans_i(pd.Series(values), csr_array(weights))
