"""Which surface to trust: each is judged on incidents that it has not seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from data.errors import N_, DegenerateDataError, Message
from spatial.accuracy import patrolled_part
from spatial.count import count_points
from spatial.grid import Lattice
from spatial.surfaces import PLAIN, candidate_surfaces

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

SAFE = "count, then density"
"""Plain counts with a better order among equal ones: never worse than lots, on average."""
LEAST_INCIDENTS = 30
BOOTSTRAPS = 1000
LEVEL = 0.95
DAY_S = 86_400.0
FAINTEST = 1e-3


@dataclass(frozen=True)
class Judgement:
    """What the hold-outs say of each surface, and which one to use."""

    chosen: str
    table: pd.DataFrame
    """Indexed by `surface`: mean `hit_rate`, its `lower` and `upper` bound, and the difference to
    plain counts, `gain`, with `gain_lower` and `gain_upper`; 95 % bootstrap intervals."""
    folds: int
    n_test: int
    """Incidents foretold in all folds together."""
    plain_is_as_good: bool
    """True if no surface is better than plain counts beyond chance."""


def judge_surfaces(
    x: Floats,
    y: Floats,
    times: pd.Series | None,
    *,
    lattice: Lattice,
    studied: Booleans,
    area_share: float,
    bandwidths_m: Sequence[float],
    folds: int = 5,
    seed: int = 0,
) -> Judgement:
    """
    Choose a surface by how many later incidents it would have reached in the same area.

    With times the origin rolls: the incidents are ordered, the second half is cut into `folds`
    periods of as many incidents each, and each period is foretold from all that came before it.
    Without times the incidents are dealt out at random into as many parts, and each is foretold
    from the others. A surface is chosen instead of the safe one only if it is better beyond chance,
    without a correction for the number of surfaces; among several the best on average. The safe one
    is plain counts, equal ones ordered by density, or by lot where that order is worse beyond
    chance.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    times
        When each happened, in the order of `x`; None if unknown.
    lattice
        Squares.
    studied
        Which cells of the lattice belong to the study area, by cell number.
    area_share
        Share of the studied cells that the staff can patrol.
    bandwidths_m
        Standard deviations of the smoothed surfaces to try, in metres.
    folds
        Number of periods or parts, at least 2.
    seed
        Of the dealing and the bootstrap.

    Raises
    ------
    DegenerateDataError
        If there are fewer than 30 incidents, because then any surface wins by chance, the area
        holds no whole cell, or all incidents have the same time.

    References
    ----------
    Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, section 5.10, for the
    rolling origin; Efron & Tibshirani (1993), An Introduction to the Bootstrap.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.uniform(0, 1000, (2, 200))
    >>> x[:150], y[:150] = 450.0, 550.0
    >>> found = judge_surfaces(
    ...     x, y, None, lattice=Lattice("square", 100.0, (0.0, 0.0), 10, 10),
    ...     studied=np.ones(100, dtype=bool), area_share=0.01, bandwidths_m=[100],
    ... )
    >>> found.chosen, float(found.table.loc["count", "hit_rate"].round(2))
    ('count, then density', 0.76)
    """
    n_patrolled = _check(x.size, area_share, int(studied.sum()), folds)
    rng = np.random.default_rng(seed)
    hit: list[pd.DataFrame] = []
    for train, test in split_folds(times, x.size, folds, rng):
        age = None if times is None else age_days(times, train, test)
        scores = candidate_surfaces(
            x[train], y[train], age, lattice=lattice, studied=studied, bandwidths_m=bandwidths_m
        )
        hit.append(_hits(scores, x[test], y[test], lattice, n_patrolled))
    if not hit:
        raise DegenerateDataError(
            Message.of(N_("All {n} incidents have the same time."), n=x.size),
            N_("Judge surfaces without times, or give the times of occurrence."),
        )
    table = _intervals(hit, rng)
    return Judgement(
        choose_surface(table),
        table.drop(columns="safe_lower"),
        len(hit),
        sum(len(part) for part in hit),
        not (table["gain_lower"] > 0).any(),
    )


def choose_surface(table: pd.DataFrame) -> str:
    """
    Choose the best surface that beats the safe one, which is plain counts where they beat it.

    Parameters
    ----------
    table
        Indexed by `surface`, plain counts and the safe one among them: `hit_rate`, and the bounds
        of the differences to plain counts, `gain_lower` and `gain_upper`, and to the safe one,
        `safe_lower`.

    Examples
    --------
    The order by density costs hits for sure, and no other surface is better than counts for sure.

    >>> table = pd.DataFrame(
    ...     {"hit_rate": [0.65, 0.64, 0.66], "gain_lower": [0, -0.02, -0.01],
    ...      "gain_upper": [0, -0.01, 0.04], "safe_lower": [0.01, 0, 0.0]},
    ...     index=["count", "count, then density", "density 80 m"],
    ... )
    >>> choose_surface(table)
    'count'
    """
    safe, lower = SAFE, "safe_lower"
    if float(table["gain_upper"][SAFE]) < 0:
        safe, lower = PLAIN, "gain_lower"
    better = table[table[lower] > 0].drop(index=[PLAIN, SAFE], errors="ignore")
    return safe if better.empty else str(better["hit_rate"].idxmax())


def _check(n: int, area_share: float, n_cells: int, folds: int) -> int:
    """Raise if nothing can be judged; return how many cells can be patrolled."""
    if n < LEAST_INCIDENTS:
        raise DegenerateDataError(
            Message.of(
                N_("{n} incidents are too few to judge surfaces by (at least {least} needed)."),
                n=n,
                least=LEAST_INCIDENTS,
            ),
            N_("Use plain counts, or a longer period."),
        )
    n_patrolled = round(area_share * n_cells)
    if not (0 < n_patrolled <= n_cells and folds > 1):
        raise DegenerateDataError(
            Message.of(
                N_("{folds} parts and {patrolled} of {n} cells leave nothing to judge."),
                folds=folds,
                patrolled=n_patrolled,
                n=n_cells,
            ),
            N_("Give at least 2 parts, and a share between one cell and all."),
        )
    return n_patrolled


def split_folds(
    times: pd.Series | None, n: int, folds: int, rng: np.random.Generator
) -> Iterator[tuple[Booleans, Booleans]]:
    """
    Yield the incidents to learn from and those to foretell, as `judge_surfaces` says.

    Parameters
    ----------
    times
        When each of `n` incidents happened; None deals them out by `rng`.
    n, folds
        Number of incidents and of periods or parts.
    rng
        Of the dealing; not used with times.

    Examples
    --------
    Of four days the last two are foretold, one after the other.

    >>> days = pd.Series(pd.date_range("2026-01-01", periods=4))
    >>> rng = np.random.default_rng(0)
    >>> [(int(a.sum()), int(b.sum())) for a, b in split_folds(days, 4, 2, rng)]
    [(2, 1), (3, 1)]
    """
    if times is None:
        part = rng.permutation(np.arange(n) % folds)
        for number in range(folds):
            yield part != number, part == number
        return
    moment = pd.DatetimeIndex(times).asi8
    edges = np.quantile(moment, np.linspace(0.5, 1, folds + 1))
    for start, end in pairwise(edges):
        last = end == edges[-1]
        test = (moment >= start) & ((moment <= end) if last else (moment < end))
        if test.any() and (moment < start).any():
            yield moment < start, test


def age_days(times: pd.Series, train: Booleans, test: Booleans) -> Floats:
    """
    Return how many days before the first incident to foretell each one of `train` happened.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-01-01", periods=3))
    >>> age_days(days, np.array([True, True, False]), np.array([False, False, True])).tolist()
    [2.0, 1.0]
    """
    moments = pd.DatetimeIndex(times)
    gap = moments[test].min() - moments[train]
    return np.asarray(gap.total_seconds() / DAY_S, dtype=np.float64)


def _hits(
    scores: pd.DataFrame, x: Floats, y: Floats, lattice: Lattice, n_patrolled: int
) -> pd.DataFrame:
    """Tell of each incident to foretell how much each surface patrols its cell."""
    part = pd.DataFrame(
        {name: patrolled_part(score, n_patrolled) for name, score in scores.items()}
    )
    return part.reindex(lattice.locate(x, y), fill_value=0.0)


def _intervals(hit: list[pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Average over the folds; bound by drawing incidents anew within each fold."""
    mean = np.mean([part.mean().to_numpy() for part in hit], axis=0)
    drawn = np.zeros((BOOTSTRAPS, mean.size))
    for part in hit:
        n = len(part)
        times = rng.multinomial(n, np.full(n, 1 / n), size=BOOTSTRAPS)
        drawn += times @ part.to_numpy() / n / len(hit)
    names = list(hit[0].columns)
    plain, safe = names.index(PLAIN), names.index(SAFE)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    gain = drawn - drawn[:, [plain]]
    over_safe = drawn - drawn[:, [safe]]
    lower, upper = np.quantile(drawn, tails, axis=0)
    gain_lower, gain_upper = np.quantile(gain, tails, axis=0)
    return pd.DataFrame(
        {
            "hit_rate": mean,
            "lower": lower,
            "upper": upper,
            "gain": mean - mean[plain],
            "gain_lower": gain_lower,
            "gain_upper": gain_upper,
            "safe_lower": np.quantile(over_safe, tails[0], axis=0),
        },
        index=pd.Index(names, name="surface"),
    )


def study_cells(x: Floats, y: Floats, lattice: Lattice) -> Booleans:
    """
    Take as study area, where no boundary is known, the cells around the incidents.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    lattice
        Squares.

    Returns
    -------
    studied
        By cell number: whether a Gaussian of 2 cells over the incidents is above 0.001, which is
        within about 5 cells of a lone one.

    Examples
    --------
    >>> lattice = Lattice("square", 100.0, (0.0, 0.0), columns=12, rows=1)
    >>> int(study_cells(np.array([50.0]), np.array([50.0]), lattice).sum())
    7
    """
    raster = count_points(x, y, lattice=lattice).reshape(lattice.rows, lattice.columns)
    spread = gaussian_filter(raster.astype(np.float64), 2.0)
    return np.asarray(spread > FAINTEST).ravel()
