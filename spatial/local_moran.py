"""Local Moran's I: which places are like or unlike their neighbours; a second view."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, Message

Floats = NDArray[np.float64]

DIVISORS = ("n", "n-1")
SAME = 1e-12
"""Two sums of the same neighbours in another order differ by less than this share."""


def local_morans_i(
    values: pd.Series,
    weights: "csr_array[Any]",
    *,
    divisor: str = "n",
    permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """
    Measure for every place whether its neighbours are like it, with a permutation p-value.

    I_i = z_i sum_j w_ij z_j / (sum_j z_j^2 / divisor), z = value - mean. Chance: the place keeps
    its value and the others change places. Where a place and its neighbours are all high it is part
    of a hotspot in the sense of this statistic; `exact_gi_star` is the sharper test for counts.
    With 999 permutations no p-value is below 0.002, so an adjustment for hundreds of cells leaves
    nothing: use this view for the kind of pattern, not for proof.

    Parameters
    ----------
    values
        Shape (n,), one number for each place, n at least 2.
    weights
        Shape (n, n), in the order of `values`, 0 on the diagonal, used as they are.
    divisor
        `n` (the sample moment, as spdep's `localmoran`) or `n-1` (as esda's `Moran_Local`); the
        two differ by the factor (n - 1) / n in `i` and not at all in sign or p-value.
    permutations
        Random draws of neighbours for each place, at least 1.
    seed
        Of the draws. All places use the same draws of positions, so the p-values of two places are
        not independent; each is valid by itself.

    Returns
    -------
    local
        On the index of `values`: `i`; `quadrant`, `HH`, `LL` (like its neighbours), `HL`, `LH`
        (unlike), '' for a place without neighbours or equal to the mean; `p_value`, two-sided:
        twice the smaller of the two shares of draws, the observed one included in each, that are as
        high and as low, at most 1; not adjusted for multiple tests.

    Raises
    ------
    DegenerateDataError
        If all values are equal, because the statistic divides by their variance, or the divisor has
        no such name.

    References
    ----------
    Anselin (1995), Geographical Analysis 27(2), doi:10.1111/j.1538-4632.1995.tb00338.x; Phipson &
    Smyth (2010), doi:10.2202/1544-6115.1585, for counting the observed draw among the others.

    Examples
    --------
    Two low values beside two high ones, in a row; the inner ones have one neighbour of each kind.

    >>> row_of_four = csr_array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
    >>> local_morans_i(pd.Series([0, 0, 1, 1]), row_of_four)["quadrant"].tolist()
    ['LL', '', '', 'HH']
    """
    x = values.to_numpy(dtype=np.float64)
    _check(x, divisor)
    z = x - x.mean()
    scale = (z**2).sum() / (x.size if divisor == "n" else x.size - 1)
    lag = weights @ z
    return pd.DataFrame(
        {
            "i": z * lag / scale,
            "quadrant": pd.array(_quadrants(z, lag), dtype="str"),
            "p_value": _p_values(z, lag, csr_array(weights), permutations, seed),
        },
        index=values.index,
    )


def _check(x: Floats, divisor: str) -> None:
    """Raise what makes the statistic undefined."""
    if x.size == 0 or np.ptp(x) == 0:
        raise DegenerateDataError(
            Message.of(N_("All {n} cells hold the same number of incidents."), n=x.size),
            N_("Use larger cells or a longer period."),
        )
    if divisor not in DIVISORS:
        raise DegenerateDataError(
            Message.of(N_("There is no divisor {divisor}."), divisor=divisor),
            N_("Write n or n-1."),
        )


def _quadrants(z: Floats, lag: Floats) -> NDArray[np.object_]:
    """Name the quadrant of the scatterplot of values and neighbours."""
    names = np.where(z > 0, "H", "L").astype(object) + np.where(lag > 0, "H", "L").astype(object)
    # rounding must not make a neighbour of two opposites high or low
    nothing = np.abs(z).max() * SAME * 100
    return np.where((np.abs(z) <= nothing) | (np.abs(lag) <= nothing), "", names)


def _p_values(
    z: Floats, lag: Floats, weights: "csr_array[Any]", permutations: int, seed: int
) -> Floats:
    """Return two-sided p-values of the neighbours' sums, each place keeping its own value."""
    n, many = z.size, np.diff(weights.indptr)
    rng = np.random.default_rng(seed)
    widest = min(int(many.max(initial=0)), n - 1)
    # positions among the n - 1 others, drawn without replacement
    drawn = np.stack([rng.choice(n - 1, widest, replace=False) for _ in range(permutations)])
    p_value = np.ones(n)
    for place in np.flatnonzero(many):
        first, last = weights.indptr[place : place + 2]
        others = drawn[:, : last - first]
        sums = z[others + (others >= place)] @ weights.data[first:last]
        slack = SAME * np.abs(z).max() * float(np.abs(weights.data[first:last]).sum())
        higher = 1 + int((sums >= lag[place] - slack).sum())
        lower = 1 + int((sums <= lag[place] + slack).sum())
        p_value[place] = min(1.0, 2 * min(higher, lower) / (1 + permutations))
    return p_value
