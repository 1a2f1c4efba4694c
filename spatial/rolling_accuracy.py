"""The usual measures of a forecast, averaged over the hold-outs that choose the surface."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.accuracy import hit_rate_curve, surface_accuracy
from spatial.count import count_points
from spatial.grid import Lattice
from spatial.holdout import age_days, split_folds  # the very same folds as those that choose
from spatial.surfaces import candidate_surfaces

Floats = NDArray[np.float64]


class RollingAccuracy(NamedTuple):
    """Means over the hold-outs."""

    measures: pd.DataFrame
    """Indexed by `surface`: `hit_rate`, `pai`, `pei_star`, `rri`, as in `surface_accuracy`."""
    curve: pd.DataFrame
    """Indexed by `area_share`: hit rate of each surface and of `random`."""


def roll_accuracy(
    x: Floats,
    y: Floats,
    times: pd.Series | None,
    *,
    lattice: Lattice,
    studied: NDArray[np.bool_],
    area_share: float,
    curve_shares: Sequence[float],
    bandwidths_m: Sequence[float],
    folds: int = 5,
    seed: int = 0,
) -> RollingAccuracy:
    """
    Measure each surface on the same hold-outs as `judge_surfaces`.

    Parameters
    ----------
    x, y, times, lattice, studied, area_share, bandwidths_m, folds, seed
        As in `judge_surfaces`, which refuses what cannot be judged: ask it first.
    curve_shares
        Shares of the studied cells at which the curve is wanted, in [0, 1].

    Returns
    -------
    accuracy
        See `RollingAccuracy`. The hit rates equal those of `judge_surfaces`; a hold-out in which
        a measure divides by nothing is left out of its mean.

    References
    ----------
    As in `surface_accuracy`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.uniform(0, 1000, (2, 200))
    >>> x[:150], y[:150] = 450.0, 550.0
    >>> found = roll_accuracy(
    ...     x, y, None, lattice=Lattice("square", 100.0, (0.0, 0.0), 10, 10),
    ...     studied=np.ones(100, dtype=bool), area_share=0.01, curve_shares=[0.5],
    ...     bandwidths_m=[100],
    ... )
    >>> found.measures.loc["count", ["hit_rate", "pai"]].round(2).tolist()
    [0.76, 75.5]
    >>> float(found.curve.loc[0.5, "random"])
    0.5
    """
    rng = np.random.default_rng(seed)
    measures, curves = [], []
    for train, test in split_folds(times, x.size, folds, rng):
        age = None if times is None else age_days(times, train, test)
        scores = candidate_surfaces(
            x[train], y[train], age, lattice=lattice, studied=studied, bandwidths_m=bandwidths_m
        )
        before, after = (
            pd.Series(count_points(x[part], y[part], lattice=lattice)[studied], scores.index)
            for part in (train, test)
        )
        n_before, n_after = int(train.sum()), int(test.sum())
        measures.append(
            surface_accuracy(
                scores, before, after, area_share=area_share, n_train=n_before, n_test=n_after
            )
        )
        curves.append(hit_rate_curve(scores, after, curve_shares, n_test=n_after))
    return RollingAccuracy(
        pd.concat(measures).groupby(level=0, sort=False).mean().drop(columns="hits"),
        pd.concat(curves).groupby(level=0).mean(),
    )
