from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.accuracy import surface_accuracy
from spatial.grid import Lattice
from spatial.holdout import SAFE, judge_surfaces, study_cells
from spatial.surfaces import candidate_surfaces, smooth_counts

LATTICE = Lattice("square", 100.0, (0.0, 0.0), columns=30, rows=30)
ALL = np.ones(900, dtype=bool)
ASKED = {"lattice": LATTICE, "studied": ALL, "area_share": 0.05, "bandwidths_m": [100.0, 200.0]}


def smooth_truth(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw incidents from a wide smooth hill over a little noise."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(1500, 300, (2, n))
    some = rng.random(n) < 0.1
    return np.where(some, rng.uniform(0, 3000, n), x), np.where(some, rng.uniform(0, 3000, n), y)


def test_hit_rates_are_those_of_each_period_from_all_before() -> None:
    """Rolling the origin by hand gives the same mean hit rate of every surface."""
    x, y = smooth_truth(200, 1)
    times = pd.Series(pd.date_range("2026-01-01", periods=200, freq="6h"))
    found = judge_surfaces(x, y, times, **ASKED, folds=4)
    edges = np.quantile(np.arange(200), np.linspace(0.5, 1, 5))
    rates = []
    for start, end in pairwise(edges):
        first, last = int(np.ceil(start)), 200 if end == 199 else int(np.ceil(end))
        age = (times[first] - times[:first]).dt.total_seconds().to_numpy() / 86_400
        scores = candidate_surfaces(
            x[:first], y[:first], age, lattice=LATTICE, studied=ALL, bandwidths_m=[100, 200]
        )
        counts = [
            pd.Series(np.bincount(LATTICE.locate(x[part], y[part]), minlength=900))
            for part in (slice(first), slice(first, last))
        ]
        n_test = last - first
        accuracy = surface_accuracy(scores, *counts, area_share=0.05, n_test=n_test)
        rates.append(accuracy["hit_rate"])
    assert found.table["hit_rate"].to_dict() == pytest.approx(
        pd.concat(rates, axis=1).mean(axis=1).to_dict()
    )
    assert (found.folds, found.n_test) == (4, 100)


def test_a_smoother_is_chosen_where_it_is_better() -> None:
    """Where incidents are spread smoothly, a density wins over counts, and it is said."""
    x, y = smooth_truth(1500, 2)
    found = judge_surfaces(x, y, None, **ASKED)
    assert "density" in found.chosen
    assert not found.plain_is_as_good
    assert found.table.loc[found.chosen, "gain_lower"] > 0


def test_plain_counts_are_kept_where_they_are_as_good() -> None:
    """Where incidents repeat at single gates, counts stay, and it is said that they are as good."""
    rng = np.random.default_rng(3)
    gate = rng.choice(900, 25, replace=False)
    number = rng.choice(gate, 300)
    x, y = LATTICE.centres(number)
    found = judge_surfaces(x, y, None, **{**ASKED, "area_share": 25 / 900})
    assert found.chosen == SAFE
    assert found.plain_is_as_good
    assert found.table.loc["count", "hit_rate"] == 1
    assert found.table.loc["count", ["lower", "upper", "gain"]].tolist() == [1, 1, 0]


def test_intervals_hold_the_mean_and_the_seed_fixes_them() -> None:
    """Every interval holds its mean; the same seed gives the same table to the digit."""
    x, y = smooth_truth(120, 4)
    found, again = (judge_surfaces(x, y, None, **ASKED, seed=7) for _ in range(2))
    table = found.table
    assert (table["lower"] <= table["hit_rate"]).all()
    assert (table["hit_rate"] <= table["upper"]).all()
    pd.testing.assert_frame_equal(table, again.table)


def test_too_few_incidents_are_not_judged() -> None:
    """Below 30 incidents, or without a whole cell to patrol, nothing is judged."""
    x, y = smooth_truth(29, 5)
    with pytest.raises(DegenerateDataError, match="29 incidents are too few"):
        judge_surfaces(x, y, None, **ASKED)
    x, y = smooth_truth(60, 5)
    with pytest.raises(DegenerateDataError, match="0 of 900 cells leave nothing"):
        judge_surfaces(x, y, None, **{**ASKED, "area_share": 0.0001})


def test_all_at_one_moment_are_foretold_from_nothing() -> None:
    """Incidents that all have the same time leave nothing to learn from, and it is said."""
    x, y = smooth_truth(60, 6)
    same = pd.Series([pd.Timestamp("2026-03-01")] * 60)
    with pytest.raises(DegenerateDataError, match="the same time"):
        judge_surfaces(x, y, same, **ASKED)


def test_the_study_area_is_around_the_incidents() -> None:
    """Cells within about 5 cells of an incident are studied, others are not."""
    studied = study_cells(np.array([1550.0]), np.array([1550.0]), LATTICE)
    x, y = LATTICE.centres(np.arange(900))
    away = np.hypot(x - 1550, y - 1550)
    assert studied[away <= 500].all()
    assert not studied[away > 600].any()


def test_smooth_counts_keep_an_even_level_at_any_edge() -> None:
    """Where every studied cell holds 2, the smooth count is 2, whatever the shape of the area."""
    studied = np.hypot(*(axis - 1500 for axis in LATTICE.centres(np.arange(900)))) < 900
    even = smooth_counts(2.0 * studied, lattice=LATTICE, bandwidth_m=170, studied=studied)
    assert even[studied] == pytest.approx(2)
    assert (even[~studied] == 0).all()
