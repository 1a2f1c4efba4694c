from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from spatial.mann_kendall import mann_kendall


def row_with(n: int, s: int) -> list[int]:
    """Order 1 to n so that S is s: exchange neighbours of the rising order until it is."""
    row = list(range(n))
    falling = (n * (n - 1) // 2 - s) // 2
    while falling:
        for i in range(n - 1):
            if falling and row[i] < row[i + 1]:
                row[i], row[i + 1] = row[i + 1], row[i]
                falling -= 1
    return row


@pytest.mark.parametrize(
    ("n", "s", "one_sided"),
    [
        (4, 6, 0.042),
        (5, 8, 0.042),
        (6, 11, 0.028),
        (8, 16, 0.031),
        (10, 21, 0.036),
        (10, 23, 0.023),
    ],
)
def test_p_is_that_of_kendalls_table(n: int, s: int, one_sided: float) -> None:
    """Half the p-value is the tail printed in Kendall's table of S, to its three digits."""
    found = mann_kendall(pd.DataFrame([row_with(n, s)])).iloc[0]
    assert found["s"] == s
    assert round(found["p_value"] / 2, 3) == one_sided


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_ties_are_exact(row: list[int]) -> None:
    """With ties the p-value is the share of all orders whose |S| is as large."""

    def s(order: tuple[int, ...]) -> int:
        return sum(int(np.sign(b - a)) for i, a in enumerate(order) for b in order[i + 1 :])

    observed = s(tuple(row))
    share = np.mean([abs(s(order)) >= abs(observed) for order in permutations(row)])
    found = mann_kendall(pd.DataFrame([row])).iloc[0]
    assert found["s"] == observed
    assert found["p_value"] == pytest.approx(share)


def test_no_ties_is_kendalls_exact_tau() -> None:
    """Without ties the p-value equals scipy's exact test of Kendall's tau against time."""
    rows = np.random.default_rng(3).normal(size=(5, 14))
    found = mann_kendall(pd.DataFrame(rows))
    for row, p_value, tau in zip(rows, found["p_value"], found["tau"], strict=True):
        peer = kendalltau(np.arange(14), row, method="exact")
        assert (tau, p_value) == pytest.approx((peer.statistic, peer.pvalue))


def test_long_series_are_nearly_exact() -> None:
    """Just above the exact range the normal p-value differs from that of one value less by 0.01."""
    row = np.random.default_rng(8).integers(0, 9, 50) + np.arange(50) // 12
    exact = mann_kendall(pd.DataFrame([row]))["p_value"].iloc[0]
    normal = mann_kendall(pd.DataFrame([[*row, row[25]]]))["p_value"].iloc[0]
    assert 0.001 < exact < 0.5
    assert normal == pytest.approx(exact, abs=0.02)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_reversed_series_has_the_opposite_trend(row: list[int]) -> None:
    """Time run backwards changes the sign of S and nothing else."""
    found = mann_kendall(pd.DataFrame([row, row[::-1]], index=["a", "b"]))
    assert found.loc["a", "s"] == -found.loc["b", "s"]
    assert found.loc["a", "p_value"] == found.loc["b", "p_value"]
    assert 0 < found.loc["a", "p_value"] <= 1


def test_no_places_is_an_empty_table() -> None:
    """An area without cells has an empty table with all columns."""
    found = mann_kendall(pd.DataFrame(np.empty((0, 12))))
    assert found.columns.tolist() == ["s", "tau", "p_value"]
    assert found.empty
