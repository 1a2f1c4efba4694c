"""Incidents of each place where one may belong to the nearest of them only."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def count_at_nearest(
    distance_m: NDArray[np.float64], owner: pd.Series, places: pd.Index, *, near_m: float
) -> "pd.Series[int]":
    """
    Count each incident at the place whose gate is nearest to it.

    Unlike the bands around places, which overlap, these counts add up: a scan that compares places
    needs that.

    Parameters
    ----------
    distance_m
        Shape (gates, incidents), metres; `inf` where no way leads.
    owner
        The place of each gate, in the order of the rows; gates of others are not asked.
    places
        Places to count at.
    near_m
        An incident further than this from every gate belongs to none.

    Returns
    -------
    n
        Incidents on the index `places`, of equally near gates at the first.

    Examples
    --------
    >>> distance_m = np.array([[10.0, 90.0, np.inf], [50.0, 20.0, np.inf]])
    >>> count_at_nearest(
    ...     distance_m, pd.Series(["A", "B"]), pd.Index(["A", "B"]), near_m=100
    ... ).to_dict()
    {'A': 1, 'B': 1}
    """
    row = places.get_indexer(pd.Index(owner))
    asked = distance_m[row >= 0]
    if asked.size == 0:
        return pd.Series(0, index=places, name="n")
    gate = asked.argmin(axis=0)
    near = asked[gate, np.arange(asked.shape[1])] <= near_m
    n = np.bincount(row[row >= 0][gate[near]], minlength=len(places))
    return pd.Series(n, index=places, name="n")
