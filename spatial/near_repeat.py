"""Near repeats: by how much an incident makes another one likelier, near it and soon after."""

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import N_, Message
from spatial.near_repeat_table import BANDS_DAYS, BANDS_M, near_repeat_table
from spatial.refusals import (
    refuse_few,
    refuse_no_time,
    refuse_one_moment,
    refuse_vague_times,
)


class NearRepeats(NamedTuple):
    """A near-repeat table and what it rests on."""

    table: pd.DataFrame
    """Result of `near_repeat_table`."""
    n: int
    """Incidents compared."""
    notes: tuple[Message, ...]


def find_near_repeats(
    incidents: gpd.GeoDataFrame,
    *,
    bands_m: Sequence[float] = BANDS_M,
    bands_days: Sequence[float] = BANDS_DAYS,
    least: int = 10,
    permutations: int = 999,
    seed: int = 0,
) -> NearRepeats:
    """
    Compare how near and how soon after one another incidents happened.

    An incident stands at the middle of its interval; one whose interval is longer than the first
    band of days might be in several bands, so it is left out and counted in a note.

    Parameters
    ----------
    incidents
        INCIDENTS frame of the street, in metres.
    bands_m, bands_days, permutations, seed
        As in `near_repeat_table`.
    least
        Fewer incidents are not compared.

    Raises
    ------
    DegenerateDataError
        If too few incidents have a time known well enough, or all share one place or one time.

    Examples
    --------
    >>> times = pd.to_datetime(["2024-03-04", "2024-03-05", "2024-05-01", "2024-05-02"])
    >>> incidents = gpd.GeoDataFrame(
    ...     {"occurred_from": times, "occurred_to": times},
    ...     geometry=gpd.points_from_xy([0, 10, 900, 910], [0, 0, 0, 0]),
    ... )
    >>> found = find_near_repeats(incidents, bands_m=[50], bands_days=[7], least=4)
    >>> found.table[["n_pairs", "expected", "ratio"]].round(2).to_numpy().tolist()
    [[2.0, 0.67, 3.0]]
    """
    start, end = incidents["occurred_from"], incidents["occurred_to"]
    refuse_few(len(incidents), least)
    refuse_no_time(start, end)
    finest = pd.Timedelta(days=min(bands_days))
    length = (end - start).dropna()
    refuse_vague_times(length, finest + pd.Timedelta(seconds=1))
    known = (end - start) <= finest
    refuse_few(int(known.sum()), least)
    refuse_one_moment(start[known], end[known])

    kept = incidents[known].geometry
    places = np.column_stack([kept.x, kept.y])
    middle = pd.DatetimeIndex(start[known] + (end - start)[known] / 2)
    days = np.asarray((middle - middle.min()) / pd.Timedelta(days=1), dtype=np.float64)
    table = near_repeat_table(
        places,
        days,
        bands_m=bands_m,
        bands_days=bands_days,
        permutations=permutations,
        seed=seed,
    )
    left_out = int((~known).sum())
    text = N_("{n} incidents are left out, their time is not known to {days} days.")
    said = [Message.of(text, n=left_out, days=f"{min(bands_days):g}")] if left_out else []
    return NearRepeats(table, len(days), tuple(said))
