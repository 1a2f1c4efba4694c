"""Penalised Poisson regression: which of many columns raise a count, by cross-validation."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.sparse import csr_array
from scipy.special import xlogy

MIXING = 0.5
"""Share of the absolute values in the penalty; the rest is squares."""
FOLDS = 10

_STEPS = 100
_ROUNDING = 1e-13
_PENALTIES = 25
_SMALLEST = 0.01
"""Smallest penalty tried, as a share of the one that leaves no column."""

Floats = NDArray[np.float64]
Sparse: TypeAlias = "csr_array[Any]"


def screen_columns(
    columns: Floats, counts: Floats, exposure: Floats, *, folds: int = FOLDS, seed: int = 0
) -> list[int]:
    """
    Choose the columns that predict counts left out of the fit.

    The penalty is the one with the smallest deviance of the counts that were left out, over `folds`
    random parts of the rows; the columns are those with a coefficient above 0 at that penalty.

    Parameters
    ----------
    columns
        Shape (n, k), 0 or 1; only columns that raise the count are looked for.
    counts, exposure
        Shape (n,), at least 0 and above 0.
    folds
        Parts of the rows, at least 2.
    seed
        Of the random parts.

    Returns
    -------
    chosen
        Positions of the columns, in rising order; empty if none predicts better than the mean.

    References
    ----------
    Zou & Hastie (2005), doi:10.1111/j.1467-9868.2005.00503.x; Friedman, Hastie & Tibshirani (2010),
    doi:10.18637/jss.v033.i01, for the sequence of penalties.

    Examples
    --------
    >>> columns = np.tile([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], (10, 1))
    >>> counts = np.tile([0.0, 0.0, 3.0, 3.0], 10)
    >>> screen_columns(columns, counts, np.ones(40))
    [0]
    """
    penalties = _penalties(columns, counts, exposure)
    part = np.random.default_rng(seed).permutation(np.arange(len(counts)) % folds)
    deviance = np.zeros(len(penalties))
    for fold in range(folds):
        kept, left_out = part != fold, part == fold
        if counts[kept].sum() == 0:
            continue
        for at, solution in enumerate(
            _path(columns[kept], counts[kept], exposure[kept], penalties)
        ):
            expected = exposure[left_out] * np.exp(solution[0] + columns[left_out] @ solution[1:])
            deviance[at] += float((expected - xlogy(counts[left_out], expected)).sum())
    best = int(np.argmin(deviance))
    *_, solution = _path(columns, counts, exposure, penalties[: best + 1])
    return [int(at) for at in np.flatnonzero(solution[1:] > 0)]


def fit_elastic_net(
    columns: Floats,
    counts: Floats,
    exposure: Floats,
    penalty: float,
    *,
    start: Floats | None = None,
) -> Floats:
    """
    Minimise the mean negative Poisson log-likelihood plus a penalty, over coefficients >= 0.

    The penalty is `penalty` x (half the sum of the coefficients + a quarter of that of their
    squares); the intercept goes free. Where no coefficient is negative the sum is linear, so each
    scoring step is a problem of non-negative least squares and is solved exactly.

    Parameters
    ----------
    columns, counts, exposure
        As in `screen_columns`; at least one incident.
    penalty
        Above 0.
    start
        Coefficients to start from.

    Returns
    -------
    coefficients
        The intercept first, then one for each column, at least 0.

    References
    ----------
    Zou & Hastie (2005), doi:10.1111/j.1467-9868.2005.00503.x; Lawson & Hanson (1974), Solving Least
    Squares Problems, ch. 23, for the steps.

    Examples
    --------
    >>> columns = np.array([[0.0], [0.0], [1.0], [1.0]])
    >>> fit_elastic_net(columns, np.array([1.0, 1.0, 3.0, 3.0]), np.ones(4), 100.0)[1:].tolist()
    [0.0]
    """
    sparse = csr_array(columns)
    if start is None:
        start = np.zeros(columns.shape[1] + 1)
        start[0] = np.log(counts.sum() / exposure.sum())
    now, cost = start, _cost(start, sparse, counts, exposure, penalty)
    for _ in range(_STEPS):
        target = _step(now, sparse, counts, exposure, penalty)
        stride = 1.0
        # a full step may overshoot far from the solution; half of it, and so on, never does
        while (after := _cost(now + stride * (target - now), sparse, counts, exposure, penalty)) > (
            cost + _ROUNDING
        ):
            stride /= 2
        now = now + stride * (target - now)
        if cost - after <= _ROUNDING:
            break
        cost = after
    return now


def _cost(
    coefficients: Floats, columns: Sparse, counts: Floats, exposure: Floats, penalty: float
) -> float:
    """Return what `fit_elastic_net` minimises."""
    linear = coefficients[0] + columns @ coefficients[1:]
    raised = coefficients[1:]
    charge = MIXING * raised.sum() + (1 - MIXING) / 2 * raised @ raised
    return float((exposure * np.exp(linear) - counts * linear).mean() + penalty * charge)


def _step(
    coefficients: Floats, columns: Sparse, counts: Floats, exposure: Floats, penalty: float
) -> Floats:
    """Return the best coefficients for the parabola that touches the likelihood here."""
    linear = coefficients[0] + columns @ coefficients[1:]
    expected = exposure * np.exp(linear)
    response = linear + counts / expected - 1
    total = expected.sum()
    middle, centre = expected @ columns / total, expected @ response / total
    # sparse products stay in one thread: as fast as any here, and the same to the last digit
    weighted = columns.copy()
    weighted.data = columns.data * np.repeat(expected, np.diff(columns.indptr))
    n = len(counts)
    bend = ((weighted.T @ columns).toarray() - total * np.outer(middle, middle)) / n
    bend[np.diag_indices_from(bend)] += penalty * (1 - MIXING)
    pull = (weighted.T @ response - total * middle * centre) / n - penalty * MIXING
    root = np.linalg.cholesky(bend)
    raised, _ = nnls(root.T, np.linalg.solve(root, pull))
    return np.concatenate([[centre - middle @ raised], raised])


def _penalties(columns: Floats, counts: Floats, exposure: Floats) -> Floats:
    """Return penalties in falling order, from the smallest that leaves no column."""
    mean = exposure * counts.sum() / exposure.sum()
    slope = columns.T @ (counts - mean) / len(counts)
    largest = max(float(slope.max(initial=0)), 1e-9) / MIXING
    return np.geomspace(largest, largest * _SMALLEST, _PENALTIES)


def _path(columns: Floats, counts: Floats, exposure: Floats, penalties: Floats) -> list[Floats]:
    """Return the coefficients at each penalty, each search starting where the last one ended."""
    solutions: list[Floats] = []
    for penalty in penalties:
        start = solutions[-1] if solutions else None
        solutions.append(fit_elastic_net(columns, counts, exposure, float(penalty), start=start))
    return solutions
