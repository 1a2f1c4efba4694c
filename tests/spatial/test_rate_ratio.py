from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from spatial.rate_ratio import RateChange, compare_rates


def test_interval_is_that_of_poisson_test() -> None:
    """The example of R's poisson.test, 11 in 800 and 21 in 3,011, has its ratio and interval."""
    change = compare_rates(11, 800, 21, 3011)
    assert change.ratio == pytest.approx(1.971488, abs=5e-7)
    assert change.ratio_low == pytest.approx(0.8584264, abs=5e-8)
    assert change.ratio_high == pytest.approx(4.2772659, abs=5e-8)


def test_e_test_is_the_double_sum_of_its_definition() -> None:
    """The E-test's p is the chance, at the common rate, of a statistic as far out, either way."""
    n, days, n_before, days_before = 3, 28.0, 11, 35.0
    common = (n + n_before) / (days + days_before)
    p_value = 0.0
    gap = abs(n / days - n_before / days_before)
    observed = gap / np.sqrt(n / days**2 + n_before / days_before**2)
    for a, b in product(range(40), range(40)):
        spread = a / days**2 + b / days_before**2
        far = spread > 0 and abs(a / days - b / days_before) / np.sqrt(spread) >= observed
        p_value += far * poisson.pmf(a, common * days) * poisson.pmf(b, common * days_before)
    found = compare_rates(n, days, n_before, days_before)
    assert found.p_e == pytest.approx(p_value, abs=1e-6)


@pytest.fixture(scope="module")
def every_pair() -> dict[tuple[int, int], RateChange]:
    """Compare all pairs of counts up to 17 in equal periods; exchanging them changes no p."""
    half = {(a, b): compare_rates(a, 28, b, 28) for a in range(18) for b in range(a, 18)}
    return half | {(b, a): change for (a, b), change in half.items()}


@pytest.mark.parametrize("rate", [0.5, 2.0, 4.0])
def test_false_alarms_keep_the_level(
    every_pair: dict[tuple[int, int], RateChange], rate: float
) -> None:
    """At equal rates the exact test is wrong in at most 5 % of cases, the other two hardly more.

    The chance is summed over all pairs of counts, not simulated.
    """
    wrong = dict.fromkeys(["p_exact", "p_mid", "p_e"], 0.0)
    for (a, b), change in every_pair.items():
        for name in wrong:
            chance = poisson.pmf(a, rate) * poisson.pmf(b, rate)
            wrong[name] += chance * (getattr(change, name) <= 0.05)
    assert wrong["p_exact"] <= 0.05
    assert wrong["p_mid"] <= 0.06
    assert wrong["p_e"] <= 0.06
    assert wrong["p_exact"] <= wrong["p_mid"] + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.floats(1, 100), st.floats(1, 100))
def test_interval_and_p_agree(n: int, n_before: int, days: float, days_before: float) -> None:
    """The interval leaves out 1 just when the exact p is at most 5 %; exchange inverts it."""
    change = compare_rates(n, days, n_before, days_before)
    outside = not change.ratio_low < 1 < change.ratio_high
    if abs(change.p_exact - 0.05) > 1e-6:
        assert outside == (change.p_exact <= 0.05)
    back = compare_rates(n_before, days_before, n, days)
    assert back.p_exact == pytest.approx(change.p_exact)
    if n and n_before:
        assert back.ratio * change.ratio == pytest.approx(1)
        assert back.ratio_low * change.ratio_high == pytest.approx(1)
        assert change.ratio_low < change.ratio < change.ratio_high


@pytest.mark.parametrize(
    ("n", "n_before", "ratio", "p_exact"),
    [(1, 3, 1 / 3, 0.625), (0, 6, 0, 1 / 32), (6, 0, np.inf, 1 / 32), (4, 4, 1, 1)],
)
def test_small_counts_by_hand(n: int, n_before: int, ratio: float, p_exact: float) -> None:
    """Equal periods are coins: 3 to 1 is 5/16 twice, 6 to 0 is 1/64 twice."""
    change = compare_rates(n, 28, n_before, 28)
    assert change.ratio == pytest.approx(ratio)
    assert change.p_exact == pytest.approx(p_exact)


def test_nothing_in_either_period_says_nothing() -> None:
    """Without any incident every ratio is possible and no p-value is below 1."""
    change = compare_rates(0, 28, 0, 28)
    assert np.isnan(change.ratio)
    assert change[1:] == (0.0, np.inf, 1.0, 1.0, 1.0)
