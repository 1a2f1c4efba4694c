"""Holm's p-values: what remains of a few p-values where not one may be false."""

import numpy as np
import pandas as pd


def holm(p_value: pd.Series) -> pd.Series:
    """
    Adjust p-values so that the chance of even one false finding stays below the level.

    Holds however the tests depend on each other.

    Parameters
    ----------
    p_value
        Shape (n,), in [0, 1]; NaN for what was not tested, which costs nothing.

    Returns
    -------
    p_adjusted
        On the index of `p_value`, in [0, 1], NaN where that is.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2).

    Examples
    --------
    >>> holm(pd.Series([0.03, 0.02, None])).tolist()
    [0.04, 0.04, nan]
    """
    tested = p_value.dropna().astype(float).sort_values()
    times = np.arange(len(tested), 0, -1)
    adjusted = (tested * times).cummax().clip(upper=1.0)
    return adjusted.reindex(p_value.index).rename("p_adjusted")
