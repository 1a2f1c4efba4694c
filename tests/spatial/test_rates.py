import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from data.errors import DegenerateDataError
from spatial.rates import exact_interval, rate_table


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.floats(0.5, 0.999))
def test_limits_leave_exactly_the_tails(counts: list[int], confidence: float) -> None:
    """At the upper limit so few, and at the lower so many, have exactly half the rest of chance."""
    n = pd.Series(counts)
    interval = exact_interval(n, confidence=confidence)
    tail = (1 - confidence) / 2
    assert np.allclose(poisson.cdf(n, interval["high"]), tail)
    seen = n > 0
    assert np.allclose(poisson.sf(n[seen] - 1, interval["low"][seen]), tail)
    assert (interval["low"][~seen] == 0).all()


@pytest.mark.parametrize(
    ("n", "low", "high"), [(1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (20, 12.2165, 30.8884)]
)
def test_limits_are_those_of_the_tables(n: int, low: float, high: float) -> None:
    """For 1, 5 and 20 they are the 95 % limits of every table of the Poisson distribution."""
    assert exact_interval(pd.Series([n])).loc[0].tolist() == pytest.approx([low, high], abs=5e-5)


def test_fractions_lie_between_their_neighbours() -> None:
    """The limits of an aoristic 2.5 lie between those of 2 and of 3."""
    limits = exact_interval(pd.Series([2.0, 2.5, 3.0]))
    assert limits["low"].is_monotonic_increasing
    assert limits["high"].is_monotonic_increasing


def test_rates_divide_by_days_and_visits() -> None:
    """The index is kept; a unit without visits has no rate per visit, not an infinite one."""
    n = pd.Series([4, 0, 7], index=["b", "a", "c"])
    visits = pd.Series([2000.0, 0.0], index=["b", "a"])
    table = rate_table(n, days=50, visits=visits)
    assert table.index.equals(n.index)
    assert table["per_day"].tolist() == [0.08, 0, 0.14]
    assert table["per_1000"].iloc[0] == 2
    assert (
        table.loc[["a", "c"], ["per_1000", "per_1000_low", "per_1000_high"]].isna().all(axis=None)
    )
    assert np.allclose(table["per_1000_high"].iloc[0], table["high"].iloc[0] / 2)
    assert "per_1000" not in rate_table(n, days=50)


@pytest.mark.parametrize(
    ("n", "days", "visits", "fault"),
    [
        ([1.0], 0, None, "0 days has no rate"),
        ([1.0], 9, [-5.0], "1 numbers of visits are negative"),
        ([-1.0], 9, None, "negative or missing"),
        ([np.nan], 9, None, "negative or missing"),
    ],
)
def test_rates_without_meaning_are_refused(
    n: list[float], days: float, visits: list[float] | None, fault: str
) -> None:
    """No days, negative visits, and missing counts are named."""
    with pytest.raises(DegenerateDataError, match=fault):
        rate_table(pd.Series(n), days=days, visits=None if visits is None else pd.Series(visits))


def test_impossible_confidence_is_refused() -> None:
    """A confidence of 1 would be an infinite interval."""
    with pytest.raises(DegenerateDataError, match="confidence of 1"):
        exact_interval(pd.Series([1]), confidence=1)
