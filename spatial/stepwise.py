"""Stepwise choice of the columns of a count regression by an information criterion."""

from collections.abc import Hashable, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from spatial.count_regression import NEGATIVE_BINOMIAL, CountModel, fit_counts

Floats = NDArray[np.float64]
Chosen = tuple[int, ...]

_ROUNDING = 1e-9
"""Less than this is no gain."""


def choose_columns(
    columns: Floats,
    counts: Floats,
    exposure: Floats,
    *,
    groups: Sequence[Hashable],
    tried: int,
    most: int,
    gamma: float = 1.0,
    distribution: str,
) -> tuple[Chosen, CountModel, float]:
    """
    Add, drop and exchange columns as long as the criterion falls, beginning with none.

    Parameters
    ----------
    columns
        Shape (n, k), without an intercept.
    counts, exposure
        Shape (n,), at least 0 and above 0.
    groups
        Group of each column; a model holds at most one column of a group, and only columns that
        raise the count.
    tried
        Columns among which these k were found, at least k: what `gamma` charges for.
    most
        Columns that a model may hold.
    gamma
        0 for the Bayesian information criterion (BIC), 1 for the extended one, which also charges
        2 log of the number of models of the same size.
    distribution
        As in `fit_counts`.

    Returns
    -------
    chosen, model, criterion
        Positions of the columns, the fit, and its value; smaller is better.

    References
    ----------
    Schwarz (1978), doi:10.1214/aos/1176344136; Chen & Chen (2008), Biometrika 95(3),
    doi:10.1093/biomet/asn034, for many columns.

    Examples
    --------
    >>> columns = np.tile([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], (10, 1))
    >>> counts = np.tile([0.0, 1.0, 3.0, 2.0], 10)
    >>> chosen, model, _ = choose_columns(
    ...     columns, counts, np.ones(40), groups="ab", tried=2, most=2, distribution="poisson"
    ... )
    >>> chosen, np.exp(model.coefficients).round(3).tolist()
    ((0,), [0.5, 5.0])
    """

    def fit(chosen: Chosen) -> tuple[Chosen, CountModel, float]:
        model = fit_counts(columns[:, chosen], counts, exposure, distribution=distribution)
        if (model.coefficients[1:] <= 0).any():
            return chosen, model, np.inf
        free = model.coefficients.size + (distribution == NEGATIVE_BINOMIAL)
        charge = free * np.log(len(counts)) + 2 * gamma * _log_models(tried, len(chosen))
        return chosen, model, float(charge - 2 * model.log_likelihood)

    best = fit(())
    kinds = (_moves, _exchanges)
    at = 0
    while at < len(kinds):
        moves = [fit(chosen) for chosen in kinds[at](best[0], groups, most)]
        better = min(moves, key=itemgetter(2), default=best)
        # exchanges are dear to try, so they wait until nothing else helps
        at = 0 if (gain := better[2] < best[2] - _ROUNDING) else at + 1
        best = better if gain else best
    return best


def _moves(chosen: Chosen, groups: Sequence[Hashable], most: int) -> list[Chosen]:
    """Return the models one step away: one column more, less, or exchanged in its group."""
    moves = [tuple(c for c in chosen if c != gone) for gone in chosen]
    for new, group in enumerate(groups):
        if new in chosen:
            continue
        others = tuple(c for c in chosen if groups[c] != group)
        if len(others) < most:
            moves.append(tuple(sorted((*others, new))))
    return moves


def _exchanges(chosen: Chosen, groups: Sequence[Hashable], _most: int) -> list[Chosen]:
    """Return the models in which a column gives way to one of a group not in the model."""
    present = {groups[c] for c in chosen}
    return [
        tuple(sorted((*(c for c in chosen if c != gone), new)))
        for gone in chosen
        for new, group in enumerate(groups)
        if group not in present
    ]


def _log_models(tried: int, size: int) -> float:
    """Return the logarithm of the number of models with `size` of `tried` columns."""
    return float(gammaln(tried + 1) - gammaln(size + 1) - gammaln(tried - size + 1))
