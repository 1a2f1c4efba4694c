from itertools import permutations

import geopandas as gpd
import numpy as np
import pytest
from scipy.spatial import KDTree
from scipy.stats import poisson

from spatial.knox import KnoxTest, knox
from spatial.near_repeat_orders import count_in_orders, count_pairs


@pytest.fixture
def burkitt() -> tuple[np.ndarray, np.ndarray]:
    """Places (km) and days of the 188 cases of Burkitt's lymphoma that ship inside libpysal."""
    from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only these tests need it

    cases = gpd.read_file(get_path("burkitt.shp"))
    return cases[["X", "Y"]].to_numpy(), cases["T"].to_numpy()


@pytest.mark.parametrize(
    ("km", "days", "n_pairs", "expected"),
    [
        (20, 5, 13, 10.143816),
        (5, 2, 1, 0.4915235),
        (10, 10, 6, 5.55285),
        (20, 30, 54, 44.67181),
        (5, 30, 7, 4.689953),
    ],
)
def test_knox_is_that_of_surveillance(
    burkitt: tuple[np.ndarray, np.ndarray], km: float, days: float, n_pairs: int, expected: float
) -> None:
    """Pairs and expected pairs of the Burkitt cases equal those of pointpats and surveillance."""
    test = knox(*burkitt, distance_m=km, interval_days=days, permutations=1)
    assert test.n_pairs == n_pairs
    assert test.expected == pytest.approx(expected, abs=5e-6)


def test_knox_p_values_count_the_observed_number(burkitt: tuple[np.ndarray, np.ndarray]) -> None:
    """Both p-values are P(>= 13), 0.22227 and 0.20, and not P(> 13), which is 0.14625."""
    test = knox(*burkitt, distance_m=20, interval_days=5, permutations=9999, seed=1)
    assert test.p_poisson == pytest.approx(0.22227, abs=5e-6)
    assert poisson.sf(test.n_pairs, test.expected) == pytest.approx(0.14625, abs=5e-6)
    assert 0.19 < test.p_value < 0.215


def test_observed_order_is_one_of_the_orders() -> None:
    """When every order gives as many pairs the permutation p-value is exactly 1."""
    test = knox(np.zeros((5, 2)), np.zeros(5), distance_m=1, interval_days=1)
    assert test == KnoxTest(10, 10.0, pytest.approx(poisson.sf(9, 10)), 1.0)


def test_same_seed_same_p(burkitt: tuple[np.ndarray, np.ndarray]) -> None:
    """The random orders come from the seed alone."""
    first, again = (knox(*burkitt, distance_m=20, interval_days=5, seed=4) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_incidents_have_no_pairs(n: int) -> None:
    """Without a pair nothing is close, nothing expected and nothing proven."""
    test = knox(np.zeros((n, 2)), np.zeros(n), distance_m=1, interval_days=1)
    assert test == KnoxTest(0, 0.0, 1.0, 1.0)


def test_p_is_that_of_all_orders() -> None:
    """The permutation p-value lies within sampling error of the share among all 720 orders."""
    rng = np.random.default_rng(5)
    places, days = rng.uniform(0, 100, (6, 2)), rng.uniform(0, 30, 6)
    test = knox(places, days, distance_m=50, interval_days=9, permutations=9999, seed=2)
    first, second = np.triu_indices(6, 1)
    near = np.hypot(*(places[first] - places[second]).T) <= 50
    when = np.array(list(permutations(days)))
    pairs = (np.abs(when[:, first] - when[:, second]) <= 9) @ near.astype(int)
    assert 0 < test.n_pairs < near.sum()
    assert test.n_pairs == pairs[0]
    assert test.p_value == pytest.approx((pairs >= pairs[0]).mean(), abs=0.02)


def test_orders_do_not_depend_on_how_many_are_held_at_a_time(
    burkitt: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same seed gives the same p-value on a machine that compares one order at a time."""
    at_once = knox(*burkitt, distance_m=20, interval_days=5, permutations=99, seed=4)
    monkeypatch.setattr("spatial.near_repeat_orders._BATCH", 1)
    one_by_one = knox(*burkitt, distance_m=20, interval_days=5, permutations=99, seed=4)
    assert at_once == one_by_one


def test_machine_code_counts_the_same(
    burkitt: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiled loop, the arrays and plain Python find the same pairs in the same orders."""
    places, days = burkitt
    pairs = KDTree(places).query_pairs(20, output_type="ndarray")
    # some in the first of the two bands of distance, the others in the second
    given = (days, pairs, np.array([0, 200, len(pairs)]), [5.0, 30.0])
    arrays = count_in_orders(*given, permutations=150, seed=4)
    monkeypatch.setattr("spatial.near_repeat_orders.COMPILED_FROM", 0)
    assert (count_in_orders(*given, permutations=150, seed=4) == arrays).all()
    plain = np.zeros((2, 2, 1), dtype=np.int64)
    count_pairs(days[:, None], *given[1:3], np.array(given[3]), plain)
    assert np.diff(plain[..., 0], prepend=0).tolist() == arrays[0].tolist()
