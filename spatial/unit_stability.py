"""How sure it is that a unit is one of the hottest, whatever the units are."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.count import Integers
from spatial.segment_stability import segment_stability
from spatial.stability import Doubt, cell_stability
from spatial.units import Units

Floats = NDArray[np.float64]

LOCATION_ERROR_M: Mapping[str, float] = MappingProxyType(
    {"gate": 10.0, "door": 15.0, "segment": 40.0, "community": 150.0}
)
"""Standard deviation of a place, east and north each, by how precisely it is known. Nobody measured
them: they are guesses that say that a gate is surer than a street."""
UNKNOWN_ERROR_M = 30.0
MANY = 3_000
"""Of more incidents than these fewer replicates are drawn: their map hardly changes."""
LEAST_REPLICATES = 20


def location_error_m(incidents: pd.DataFrame) -> Floats:
    """
    Guess how far the place of each incident may be off.

    Parameters
    ----------
    incidents
        INCIDENTS frame; without `geo_precision` all are of unknown precision.

    Returns
    -------
    error_m
        Standard deviation east and north, in metres, shape (n,).

    Examples
    --------
    >>> location_error_m(pd.DataFrame({"geo_precision": ["gate", ""]})).tolist()
    [10.0, 30.0]
    """
    if "geo_precision" not in incidents:
        return np.full(len(incidents), UNKNOWN_ERROR_M)
    known = incidents["geo_precision"].map(LOCATION_ERROR_M)
    return np.asarray(known.fillna(UNKNOWN_ERROR_M), dtype=np.float64)


def replicates_for(n_incidents: int, wanted: int) -> int:
    """
    Return how many replicates to draw of so many incidents.

    Parameters
    ----------
    n_incidents
        Incidents of a replicate.
    wanted
        Replicates up to 3,000 incidents; of more, fewer are drawn, at least 20.

    Examples
    --------
    >>> replicates_for(240, 1000), replicates_for(30_000, 1000), replicates_for(10**6, 1000)
    (1000, 100, 20)
    """
    if n_incidents <= MANY:
        return wanted
    return min(wanted, max(LEAST_REPLICATES, wanted * MANY // n_incidents))


def unit_stability(
    incidents: gpd.GeoDataFrame,
    chance: Floats,
    units: Units,
    hot: NDArray[np.bool_],
    *,
    replicates: int,
    seed: int,
) -> pd.Series:
    """
    Tell in which share of replicates each unit is among as many of the hottest as are hot.

    A replicate draws the incidents with replacement, puts each into the shift by its chance and
    moves it within the error of its place; squares and hexagons are laid elsewhere as well. Cells
    and areas are ranked by the incidents in them and around them, segments by the density along
    the streets; with more than 3,000 incidents segments are ranked as areas are, and places are
    taken as sure. The order of the incidents does not matter: they are drawn by their index.

    Parameters
    ----------
    incidents
        INCIDENTS frame, in metres.
    chance
        Probability of each incident to belong to the shift, shape (n,).
    units
        What was tested.
    hot
        Which of the units are hot; as many, or as many metres of street, are drawn again.
    replicates, seed
        Number of replicates (fewer above 3,000 incidents, at least 20), and seed of the random
        numbers.

    Returns
    -------
    stability
        Share in [0, 1] on the index of `units.frame`; NaN where no unit is hot or no replicate is
        wanted.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, doi:10.1007/978-1-4899-4541-9

    Examples
    --------
    `tests/spatial/test_units.py` has a certain gate and a doubtful one for all kinds of units.
    """
    if not hot.any() or not replicates:
        return pd.Series(np.nan, index=units.frame.index, name="stability")
    order = incidents.index.argsort()
    incidents, chance = incidents.iloc[order], chance[order]
    doubt = Doubt(location_error_m(incidents), chance)
    many = len(incidents) > MANY
    replicates = replicates_for(len(incidents), replicates)
    n_hot = int(hot.sum())
    if units.lattice is not None:
        return cell_stability(
            incidents.geometry.x.to_numpy(),
            incidents.geometry.y.to_numpy(),
            lattice=units.lattice,
            cells=units.frame,
            n_patrolled=n_hot,
            doubt=doubt,
            block=True,
            replicates=replicates,
            seed=seed,
        )
    if units.whole is None:
        return _block_stability(incidents, units, n_hot, doubt, replicates=replicates, seed=seed)
    if many:
        sure = replace(doubt, location_error_m=0.0)
        return _block_stability(incidents, units, n_hot, sure, replicates=replicates, seed=seed)
    stays = segment_stability(
        incidents,
        units.whole,
        patrolled_m=float(units.frame.loc[hot, "length_m"].sum()),
        bandwidth_m=units.size_m,
        doubt=doubt,
        replicates=replicates,
        seed=seed,
    )
    return stays.reindex(units.frame.index)


def _block_stability(
    incidents: gpd.GeoDataFrame,
    units: Units,
    n_hot: int,
    doubt: Doubt,
    *,
    replicates: int,
    seed: int,
) -> pd.Series:
    """Do the same for units that nobody lays elsewhere, ranked by the incidents in their blocks."""
    rng = np.random.default_rng(seed)
    drawn, counted, moved_m = doubt.draw(len(incidents), rng, replicates=replicates)
    x, y = (incidents.geometry.x.to_numpy(), incidents.geometry.y.to_numpy())
    if moved_m.any():
        x, y = (x[drawn] + moved_m[0]).ravel(), (y[drawn] + moved_m[1]).ravel()
        at: Integers = units.positions(gpd.GeoSeries.from_xy(x, y)).reshape(drawn.shape)
    else:
        at = units.positions(incidents)[drawn]
    m = len(units.frame)
    row, column = np.nonzero(counted & (at >= 0))
    flat = np.bincount(row * m + at[row, column], minlength=replicates * m)
    block = np.asarray(flat.reshape(replicates, m) @ units.neighbours(), dtype=np.float64)
    # a lot far below one incident decides among equals only
    ranked = block + 1e-9 * rng.random(block.shape)
    least = np.partition(ranked, -n_hot, axis=1)[:, -n_hot]
    stays = (ranked >= least[:, None]) & (block > 0)
    return pd.Series(stays.mean(axis=0), index=units.frame.index, name="stability")
