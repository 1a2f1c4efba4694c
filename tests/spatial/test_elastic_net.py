import numpy as np
import pytest

from spatial.count_regression import fit_counts
from spatial.elastic_net import MIXING, fit_elastic_net, screen_columns


def town(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw 0-1 columns, exposure, and counts that the first two columns raise."""
    rng = np.random.default_rng(seed)
    columns = (rng.random((300, 12)) < 0.25).astype(float)
    exposure = rng.uniform(0.5, 2, 300)
    rate = 0.3 * np.exp(columns[:, :2] @ [1.2, 0.9] - 0.8 * columns[:, 2])
    return columns, rng.poisson(exposure * rate).astype(float), exposure


@pytest.mark.parametrize("penalty", [0.3, 0.05, 0.005])
def test_solution_is_the_minimum(penalty: float) -> None:
    """The slopes are those of a minimum: none where a coefficient is free, upwards at 0."""
    columns, counts, exposure = town(1)
    found = fit_elastic_net(columns, counts, exposure, penalty)
    expected = exposure * np.exp(found[0] + columns @ found[1:])
    slope = columns.T @ (expected - counts) / len(counts)
    slope += penalty * (MIXING + (1 - MIXING) * found[1:])
    free = found[1:] > 0
    assert expected.sum() == pytest.approx(counts.sum(), rel=1e-5)
    assert np.allclose(slope[free], 0, atol=1e-6)
    assert (slope[~free] >= -1e-6).all()
    assert (found[1:] >= 0).all()


def test_penalty_shrinks_from_the_free_fit_to_nothing() -> None:
    """Almost without penalty it is maximum likelihood; with a large one only the mean is left."""
    columns, counts, exposure = town(2)
    columns = columns[:, :2]
    free = fit_counts(columns, counts, exposure).coefficients
    assert (free[1:] > 0).all()
    assert fit_elastic_net(columns, counts, exposure, 1e-9) == pytest.approx(free, abs=1e-5)
    nothing = fit_elastic_net(columns, counts, exposure, 50.0)
    assert nothing[1:].tolist() == [0, 0]
    assert nothing[0] == pytest.approx(np.log(counts.sum() / exposure.sum()))


def test_screening_keeps_what_raises_the_count() -> None:
    """The two raising columns pass, the lowering one does not, and the seed decides alone."""
    columns, counts, exposure = town(3)
    chosen = screen_columns(columns, counts, exposure, folds=5, seed=1)
    assert {0, 1} <= set(chosen)
    assert 2 not in chosen
    assert chosen == screen_columns(columns, counts, exposure, folds=5, seed=1)
