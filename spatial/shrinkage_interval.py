"""How sure a shrunken rate is when the spread of the true rates is itself a guess."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln

Floats = NDArray[np.float64]

_SPREADS = 20
_MEANS = 13
_FAR = 1.5
"""The common rate may be e^1.5 times as large or as small as the raw one."""
_RATES = 150
_NEGLIGIBLE = 1e-4


def bound_rates(
    counts: Floats, exposure: Floats, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """
    Bound the true rate of each place, over all means and spreads that the counts leave likely.

    For one mean and spread the rate given the count is a gamma variable. Means and spreads are
    weighed by how likely they make the counts (negative binomial), all degrees of shrinking alike
    beforehand; taking one of them as known, as empirical Bayes does, makes intervals too narrow.

    Parameters
    ----------
    counts, exposure
        Shape (n,), at least 0, not all 0, and above 0.
    confidence
        Of the interval.

    Returns
    -------
    low, high
        Shape (n,), in incidents per unit of exposure.

    References
    ----------
    Christiansen & Morris (1997), Journal of the American Statistical Association 92(438),
    doi:10.1080/01621459.1997.10474039, for the uniform prior of the shrinking.

    Examples
    --------
    The more exposure, the surer.

    >>> low, high = bound_rates(np.array([1.0, 2, 30, 20]), np.array([1.0, 1, 20, 20]))
    >>> bool(high[0] - low[0] > high[2] - low[2])
    True
    """
    shape, rate, weight = _likely_priors(counts, exposure)
    most = (counts + 6 * np.sqrt(counts + 1) + 6) / exposure
    top = np.maximum(most, 8 * counts.sum() / exposure.sum())
    rest = (1 - confidence) / 2
    bounds = np.empty((2, counts.size))
    for place, (n, e) in enumerate(zip(counts, exposure, strict=True)):
        # finer where rates are low: the lower bounds of small places lie there
        at = top[place] * np.linspace(0, 1, _RATES) ** 2
        below = gammainc(shape + n, (rate + e) * at[:, None]) @ weight
        bounds[:, place] = np.interp([rest, 1 - rest], below, at)
    return bounds[0], bounds[1]


def _likely_priors(counts: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    """Return gamma priors, shape and rate, and how much each is to be believed."""
    share = (np.arange(_SPREADS) + 0.5) / _SPREADS
    spread = np.linspace(-_FAR, _FAR, _MEANS)
    mean = counts.sum() / exposure.sum() * np.exp(spread)
    # a place of typical exposure keeps `share` of its own rate
    rate = np.tile(np.median(exposure) * (1 - share) / share, _MEANS)
    shape = np.repeat(mean, _SPREADS) * rate
    n, e = counts[:, None], exposure[:, None]
    likely = gammaln(n + shape) - gammaln(shape) + shape * np.log(rate) + n * np.log(e)
    likely = (likely - (shape + n) * np.log(rate + e)).sum(axis=0)
    weight = np.exp(likely - likely.max())
    kept = weight > _NEGLIGIBLE
    return shape[kept], rate[kept], weight[kept] / weight[kept].sum()
