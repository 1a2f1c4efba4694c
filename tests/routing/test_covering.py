"""Maximal covering against every possible choice."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from routing.covering import greedy_cover, maximal_cover

WEIGHT = st.one_of(st.integers(0, 20).map(float), st.floats(0.01, 50).map(lambda w: round(w, 2)))


@given(st.data(), st.integers(1, 9), st.integers(1, 7), st.integers(0, 4))
def test_no_choice_covers_more(data: st.DataObject, demands: int, sites: int, most: int) -> None:
    """The cover equals the best of all choices, keeps fixed sites and opens no idle one."""
    covers = data.draw(arrays(bool, (demands, sites)))
    weight = np.array(data.draw(st.lists(WEIGHT, min_size=demands, max_size=demands)))
    fixed = data.draw(arrays(bool, sites, elements=st.sampled_from([False, False, True])))

    def covered(opened: tuple[int, ...]) -> float:
        is_open = fixed.copy()
        is_open[np.array(opened, dtype=int)] = True
        return float(weight[covers[:, is_open].any(axis=1)].sum())

    found = maximal_cover(covers, weight, fixed=fixed, most=most)
    best = max(covered(choice) for k in range(most + 1) for choice in combinations(range(sites), k))
    assert found.weight == pytest.approx(best) == pytest.approx(covered(found.chosen))
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert len(found.chosen) <= most
    assert not fixed[list(found.chosen)].any() if found.chosen else True
    for site in found.chosen:
        assert covered(tuple(s for s in found.chosen if s != site)) < found.weight


def test_solver_beats_greedy() -> None:
    """Where greedy is trapped, the proven optimum is better (2 + 3 + 3 + 2 against 8)."""
    covers = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    weight = np.array([2.0, 3, 3, 2])
    greedy = greedy_cover(covers, weight, 2)
    assert weight[covers[:, list(greedy)].any(axis=1)].sum() == 8
    assert maximal_cover(covers, weight, fixed=np.zeros(3, dtype=bool), most=2).weight == 10


def test_of_equal_sites_the_first_is_taken() -> None:
    """Sites that cover the same demand are interchangeable; order decides, not the solver."""
    covers = np.ones((2, 4), dtype=bool)
    found = maximal_cover(covers, np.ones(2), fixed=np.zeros(4, dtype=bool), most=2)
    assert found.chosen == (0,)


def test_large_model_is_proven() -> None:
    """Four hundred sites and six hundred demands are solved to a gap of zero."""
    rng = np.random.default_rng(0)
    sites, demands = rng.uniform(0, 1500, (400, 2)), rng.uniform(0, 1500, (600, 2))
    apart = np.linalg.norm(demands[:, None] - sites[None], axis=2)
    found = maximal_cover(
        apart <= 216, rng.uniform(1, 9, 600), fixed=np.zeros(400, dtype=bool), most=5
    )
    assert len(found.chosen) == 5
    assert found.gap == pytest.approx(0, abs=1e-9)
