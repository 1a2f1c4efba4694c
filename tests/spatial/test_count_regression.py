import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from spatial.count_regression import NEGATIVE_BINOMIAL, POISSON, fit_counts
from spatial.stepwise import choose_columns


def test_poisson_is_that_of_scikit_learn() -> None:
    """Coefficients with exposure equal those of an unpenalised PoissonRegressor."""
    from sklearn.linear_model import PoissonRegressor  # noqa: PLC0415  # slow, only this test

    rng = np.random.default_rng(2)
    columns = rng.integers(0, 2, (300, 3)).astype(float)
    exposure = rng.uniform(0.5, 2, 300)
    counts = rng.poisson(exposure * np.exp(columns @ [0.5, -1, 1.2] - 0.3)).astype(float)
    model = fit_counts(columns, counts, exposure)
    peer = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000)
    peer.fit(columns, counts / exposure, sample_weight=exposure)
    assert model.coefficients == pytest.approx([peer.intercept_, *peer.coef_], abs=1e-5)
    assert model.log_likelihood == pytest.approx(poisson.logpmf(counts, model.fitted).sum())


def test_negative_binomial_finds_the_likeliest_dispersion() -> None:
    """No other dispersion or rate makes the counts likelier, by scipy's negative binomial."""
    rng = np.random.default_rng(3)
    near = np.repeat([0.0, 1.0], 150)
    counts = rng.poisson(rng.gamma(2, 0.5, 300) * np.exp(0.2 + near)).astype(float)
    model = fit_counts(near[:, None], counts, np.ones(300), distribution=NEGATIVE_BINOMIAL)

    def log_likelihood(dispersion: float, shift: float) -> float:
        size = 1 / dispersion
        expected = model.fitted * np.exp(shift)
        return float(nbinom.logpmf(counts, size, size / (size + expected)).sum())

    best = log_likelihood(model.dispersion, 0)
    assert model.log_likelihood == pytest.approx(best)
    assert model.dispersion == pytest.approx(0.5, abs=0.25)
    for factor, shift in [(0.97, 0), (1.03, 0), (1, 0.01), (1, -0.01)]:
        assert log_likelihood(model.dispersion * factor, shift) < best
    means = [counts[near == side].mean() for side in (0, 1)]
    assert np.unique(model.fitted.round(6)) == pytest.approx(means, abs=1e-5)


def test_a_layer_with_all_incidents_has_no_finite_fit() -> None:
    """Where no coefficient is best the fit says so instead of giving a large number."""
    counts = np.array([0.0, 0.0, 3.0, 4.0])
    assert (
        fit_counts(np.array([[0.0], [0], [1], [1]]), counts, np.ones(4)).log_likelihood == -np.inf
    )


def test_counts_without_columns_are_their_mean() -> None:
    """The model without columns is the common rate; with no incident it stays near nothing."""
    exposure = np.array([1.0, 2.0, 5.0])
    model = fit_counts(np.empty((3, 0)), np.array([1.0, 3.0, 12.0]), exposure)
    assert np.allclose(model.fitted, 2 * exposure)


def test_steps_hold_one_column_of_a_group_and_stop_in_time() -> None:
    """The best distance of a class enters, its copies and noise do not, whatever their order."""
    rng = np.random.default_rng(5)
    near = rng.random(400) < 0.2
    wider = near | (rng.random(400) < 0.2)
    columns = np.column_stack([wider, near, rng.random((400, 3)) < 0.3]).astype(float)
    counts = rng.poisson(np.where(near, 1.5, 0.2)).astype(float)
    for order in ([0, 1, 2, 3, 4], [4, 2, 1, 0, 3]):
        chosen, model, criterion = choose_columns(
            columns[:, order],
            counts,
            np.ones(400),
            groups=[["a", "a", "b", "c", "d"][at] for at in order],
            tried=5,
            most=4,
            distribution=POISSON,
        )
        assert [order[at] for at in chosen] == [1]
        assert np.exp(model.coefficients[1]) == pytest.approx(
            counts[near].mean() / counts[~near].mean()
        )
    null = choose_columns(
        columns, counts, np.ones(400), groups=range(5), tried=5, most=0, distribution=POISSON
    )
    assert null[0] == ()
    assert criterion < null[2]
