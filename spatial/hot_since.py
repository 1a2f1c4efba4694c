"""Since when the incidents so far have been enough to call a place hot."""

import geopandas as gpd
import numpy as np
import pandas as pd

from data.settings import Analysis
from spatial.aoristic import TWELFTHS
from spatial.count import count_in_cells
from spatial.hot_layers import prove_hot
from spatial.units import Units

LEAST_STEP = pd.Timedelta(weeks=4)
MOST_LOOKS = 12


def hot_since(
    incidents: gpd.GeoDataFrame,
    parts: pd.Series,
    units: Units,
    analysis: Analysis,
    period: tuple[pd.Timestamp, pd.Timestamp],
) -> pd.Series:
    """
    Date each hot unit by the first look back at which it was hot, and ever after.

    The test of the map is repeated with the incidents up to each of at most 12 dates, at least
    four weeks apart, that lead back from the end of the period. Looks with fewer than
    `min_n_ranking` incidents are none. A date says how long the incidents have been enough for
    proof; trouble may be older than its proof.

    Parameters
    ----------
    incidents
        INCIDENTS frame of those that are counted, in metres.
    parts
        Their twelfths in the shift, in the same order.
    units
        What was tested.
    analysis
        Level, correction and least number of incidents.
    period
        Beginning and end of the incidents.

    Returns
    -------
    since
        On the index of `units.frame`; NaT where a unit is not hot at the end.

    Examples
    --------
    `tests/spatial/test_units.py` dates a hotspot that begins halfway.
    """
    since = pd.Series(pd.NaT, index=units.frame.index, dtype="datetime64[ns]", name="since")
    positions, neighbours = units.positions(incidents), units.neighbours()
    ended = incidents["occurred_to"]
    going = np.ones(len(since), dtype=bool)
    for look in _looks(period):
        so_far = parts.where((ended <= look).to_numpy(), 0)
        if so_far.sum() < analysis.min_n_ranking * TWELFTHS:
            break
        counts = count_in_cells(positions, units.frame, pd.DataFrame({"n": so_far}))["n"]
        going &= prove_hot(counts, neighbours, analysis)["hot"].to_numpy(dtype=bool)
        if not going.any():
            break
        since[going] = look.tz_localize(None)
    return since


def _looks(period: tuple[pd.Timestamp, pd.Timestamp]) -> list[pd.Timestamp]:
    """Return the dates of the looks from the last one back."""
    start, end = period
    if pd.isna(start) or pd.isna(end):
        return []
    step = max(LEAST_STEP, (end - start) / MOST_LOOKS)
    looks = [end - k * step for k in range(MOST_LOOKS)]
    return [look for look in looks if look > start]
