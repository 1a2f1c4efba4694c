"""Poisson and negative binomial regression of counts, by maximum likelihood."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, xlogy

POISSON, NEGATIVE_BINOMIAL = "poisson", "negative_binomial"

_STEPS = 60
_TOLERANCE = 1e-8
_LARGEST = 25.0
"""A log rate ratio beyond this means that a layer holds all incidents or none."""

Floats = NDArray[np.float64]


class CountModel(NamedTuple):
    """A fitted regression with a logarithmic link."""

    coefficients: Floats
    """The intercept first, then one for each column."""
    fitted: Floats
    """Expected counts."""
    log_likelihood: float
    """Minus infinity if no finite coefficients fit best."""
    dispersion: float
    """Variance = mean + dispersion x mean^2; 0 for Poisson."""


def fit_counts(
    columns: Floats, counts: Floats, exposure: Floats, *, distribution: str = POISSON
) -> CountModel:
    """
    Fit log(expected count / exposure) as a sum of an intercept and weighted columns.

    Parameters
    ----------
    columns
        Shape (n, k), without an intercept; k may be 0.
    counts, exposure
        Shape (n,), at least 0 and above 0.
    distribution
        `poisson`, or `negative_binomial` with variance mean + dispersion x mean^2.

    Returns
    -------
    model
        See `CountModel`.

    References
    ----------
    Nelder & Wedderburn (1972), doi:10.2307/2344614, for the scoring steps; Lawless (1987), Canadian
    Journal of Statistics 15(3), doi:10.2307/3314912, for the negative binomial.

    Examples
    --------
    Two cells without and two with a facility: the ratio of their means is 3.

    >>> columns = np.array([[0.0], [0.0], [1.0], [1.0]])
    >>> model = fit_counts(columns, np.array([1.0, 3.0, 4.0, 8.0]), np.ones(4))
    >>> np.exp(model.coefficients).round(6).tolist()
    [2.0, 3.0]
    """
    design = np.column_stack([np.ones(len(counts)), columns])
    start = np.zeros(design.shape[1])
    start[0] = np.log(max(counts.sum(), 0.5) / exposure.sum())
    best = _score(design, counts, exposure, 0.0, start)
    if distribution == POISSON or np.isinf(best.log_likelihood):
        return best

    def fit(log_dispersion: float) -> CountModel:
        dispersion = float(np.exp(log_dispersion))
        return _score(design, counts, exposure, dispersion, best.coefficients)

    # the likelihood of the best coefficients has one peak over the logarithm of the dispersion
    found = minimize_scalar(
        lambda log: -fit(log).log_likelihood,
        bounds=(-8.0, 6.0),
        method="bounded",
        options={"xatol": 1e-2},
    )
    return fit(found.x)


def _score(
    design: Floats, counts: Floats, exposure: Floats, dispersion: float, start: Floats
) -> CountModel:
    """Maximise the likelihood for one dispersion by Fisher scoring."""
    coefficients = start
    expected = exposure * np.exp(design @ coefficients)
    for _ in range(_STEPS):
        weight = expected / (1 + dispersion * expected)
        gradient = design.T @ ((counts - expected) / (1 + dispersion * expected))
        try:
            step = np.linalg.solve(design.T @ (weight[:, None] * design), gradient)
        except np.linalg.LinAlgError:
            break
        coefficients = coefficients + np.clip(step, -2.0, 2.0)
        if np.abs(coefficients).max() > _LARGEST:
            break
        expected = exposure * np.exp(design @ coefficients)
        if np.abs(step).max() < _TOLERANCE:
            fit = _log_likelihood(counts, expected, dispersion)
            return CountModel(coefficients, expected, fit, dispersion)
    return CountModel(coefficients, expected, -np.inf, dispersion)


def _log_likelihood(counts: Floats, expected: Floats, dispersion: float) -> float:
    """Return the log-likelihood, its constant included: distributions are compared by it."""
    if dispersion == 0:
        terms = xlogy(counts, expected) - expected - gammaln(counts + 1)
    else:
        size = 1 / dispersion
        terms = (
            gammaln(counts + size)
            - gammaln(size)
            - gammaln(counts + 1)
            + xlogy(counts, expected / (expected + size))
            - size * np.log1p(expected / size)
        )
    return float(terms.sum())
