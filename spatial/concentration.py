"""How concentrated incidents are, and how concentrated chance alone would make so few of them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK_CELLS = 4_000_000
"""Counts of simulated maps held at once (32 MB)."""
CURVE_POINTS = 1000
"""Points of a curve: more than a screen shows."""


class Concentration(NamedTuple):
    """The concentration curve of a map beside those of chance."""

    curve: pd.DataFrame
    """Index `unit_share` from 0 to 1: `share` of the incidents in the fullest units that make up
    this share of all; `chance`, `chance_low` and `chance_high`: mean and bounds for maps of chance
    with as many incidents."""
    gini: float
    """0: all units hold the same; towards 1: one unit holds all."""
    gini_adjusted: float
    """The same against the most even map that so few incidents allow (one each), in [0, 1]."""
    chance_gini: tuple[float, float, float]
    """Mean and bounds of `gini` over the maps of chance."""
    p_value: float
    """Share of the maps, the observed one included, with such a Gini or a higher one."""
    simulations: int
    seed: int

    def note(self) -> Message:
        """Say how much of the concentration few incidents show anyway."""
        text = N_(
            "Gini {gini}; incidents thrown at random would show {low} to {high}"
            " ({simulations} maps, seed {seed})."
        )
        _, low, high = self.chance_gini
        return Message.of(
            text,
            gini=f"{self.gini:.2f}",
            low=f"{low:.2f}",
            high=f"{high:.2f}",
            simulations=self.simulations,
            seed=self.seed,
        )


def gini(n: Integers) -> float:
    """
    Return the Gini coefficient of counts.

    Examples
    --------
    All in one of four; the same everywhere.

    >>> gini(np.array([0, 0, 0, 8])), gini(np.array([2, 2, 2, 2]))
    (0.75, 0.0)
    """
    return float(_ginis(np.sort(n)[None])[0])


def measure_concentration(
    n: pd.Series,
    *,
    size: pd.Series | None = None,
    simulations: int = 999,
    confidence: float = 0.95,
    seed: int = 0,
) -> Concentration:
    """
    Measure how few units hold how many incidents, beside what chance would show.

    With 40 incidents on 900 cells at most 4 % of the cells hold all of them, wherever they are.
    Chance therefore throws the same number of incidents on the units at random, many times.

    Parameters
    ----------
    n
        Incidents of each unit, whole numbers, shape (n,).
    size
        What chance throws in proportion to: metres of street or square metres of each unit, at
        least 0, on the index of `n`. Omitted: every unit is as likely.
    simulations
        Maps of chance, at least 1.
    confidence
        Share of the maps between the bounds, at each point of the curve for itself.
    seed
        Of the maps.

    Raises
    ------
    DegenerateDataError
        If there is no incident or no second unit, a count is no whole number, or no unit has a
        size: then nothing is concentrated.

    References
    ----------
    Weisburd (2015), Criminology 53(2), doi:10.1111/1745-9125.12070; Bernasco & Steenbeek (2017),
    Journal of Quantitative Criminology 33(3), doi:10.1007/s10940-016-9324-7, for the adjusted Gini.

    Examples
    --------
    Four incidents, two of them in one of eight units.

    >>> found = measure_concentration(pd.Series([2, 1, 1, 0, 0, 0, 0, 0]), simulations=99)
    >>> found.curve["share"].iloc[:4].tolist(), found.gini, found.gini_adjusted
    ([0.0, 0.5, 0.75, 1.0], 0.6875, 0.375)
    """
    chance = _chance(n, size)
    counts = n.to_numpy(dtype=np.int64)
    total, units = int(counts.sum()), counts.size
    at = np.unique(np.rint(np.linspace(0, units, min(units, CURVE_POINTS) + 1)).astype(np.int64))
    thrown, ginis = _throw(total, chance, at, simulations, np.random.default_rng(seed))
    bounds = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(thrown, bounds, axis=0)
    own = gini(counts)
    return Concentration(
        curve=pd.DataFrame(
            {
                "share": _curves(np.sort(counts)[None], at)[0],
                "chance": thrown.mean(axis=0),
                "chance_low": low,
                "chance_high": high,
            },
            index=pd.Index(at / units, name="unit_share"),
        ),
        gini=own,
        gini_adjusted=1 - max(units / total, 1) * (1 - own),
        chance_gini=(float(ginis.mean()), *np.quantile(ginis, bounds).tolist()),
        p_value=(1 + int((ginis >= own - 1e-12).sum())) / (1 + simulations),
        simulations=simulations,
        seed=seed,
    )


def top_units(n: pd.Series, *, at_most: int = 10) -> pd.DataFrame:
    """
    List the units with the most incidents, without cutting through a tie.

    Parameters
    ----------
    n
        Incidents of each unit, shape (n,), at least 0.
    at_most
        Rows of the list. Units that tie for the last places and would not all fit are left out: to
        choose among equals would be to draw lots.

    Returns
    -------
    top
        On the labels of `n`, most first and equal ones in the order of `n`: `n`, `rank` (equal
        counts share the best rank), `share` and `cumulative_share` of all incidents. Units without
        incidents are never listed.

    Examples
    --------
    >>> top_units(pd.Series([1, 5, 0, 1, 3], index=list("abcde")), at_most=3)
       n  rank  share  cumulative_share
    b  5     1    0.5               0.5
    e  3     2    0.3               0.8
    """
    ranked = n[n > 0].sort_values(ascending=False, kind="stable")
    ranks = ranked.rank(method="min", ascending=False).astype(int)
    last = ranked.rank(method="max", ascending=False)
    kept = last <= at_most
    share = ranked / n.sum() if len(ranked) else ranked.astype(float)
    table = {"n": ranked, "rank": ranks, "share": share, "cumulative_share": share.cumsum()}
    return pd.DataFrame(table)[kept]


def _chance(n: pd.Series, size: pd.Series | None) -> Floats:
    """Return the chance of each unit, or raise what makes concentration meaningless."""
    counts = n.to_numpy(dtype=np.float64)
    whole = (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all()
    if not whole or counts.sum() == 0 or counts.size < 2:  # noqa: PLR2004  # one holds all
        raise DegenerateDataError(
            Message.of(
                N_("{n} units without a whole number of incidents have no concentration."),
                n=counts.size,
            ),
            N_("Choose a longer period, and count whole incidents in two or more units."),
        )
    weight = np.ones(counts.size) if size is None else size.reindex(n.index).to_numpy(np.float64)
    if not (np.isfinite(weight) & (weight >= 0)).all() or weight.sum() == 0:
        raise DegenerateDataError(
            N_("Some units have no size."), N_("Give every unit its length or area.")
        )
    chance: Floats = weight / weight.sum()
    return chance


def _throw(
    total: int, chance: Floats, at: Integers, simulations: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the curves, at these numbers of units, and the Ginis of maps of chance."""
    curves, ginis = [], []
    at_once = max(1, BLOCK_CELLS // chance.size)
    for done in range(0, simulations, at_once):
        maps = rng.multinomial(total, chance, size=min(at_once, simulations - done))
        maps.sort(axis=1)
        curves.append(_curves(maps, at))
        ginis.append(_ginis(maps))
    return np.concatenate(curves), np.concatenate(ginis)


def _curves(ascending: Integers, at: Integers) -> Floats:
    """Return the share of incidents in the fullest units of every row of sorted counts."""
    held = np.cumsum(ascending[:, ::-1], axis=1)
    shares: Floats = np.pad(held, ((0, 0), (1, 0)))[:, at] / held[:, -1:]
    return shares


def _ginis(ascending: Integers) -> Floats:
    """Return the Gini coefficient of every row of sorted counts."""
    units = ascending.shape[1]
    rank = np.arange(1, units + 1)
    total = ascending.sum(axis=1)
    return np.asarray((2 * (ascending @ rank) / total - units - 1) / units)
