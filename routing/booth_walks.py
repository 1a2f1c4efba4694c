"""How long a booth's crew walks to each place, by day and by night."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.graphs import StreetGraph
from data.paths import travel_costs
from data.profiles import build_profile
from data.settings import Streets
from data.shifts import Shift
from data.snapping import attach_points


def walking_s(
    streets: StreetGraph,
    sites: gpd.GeoSeries,
    demand: gpd.GeoDataFrame,
    *,
    shifts: Sequence[Shift],
    rules: Streets,
    limit_min: float,
) -> NDArray[np.float64]:
    """
    Measure the walk from every site to every place that is in demand.

    Parameters
    ----------
    streets
        The area's streets.
    sites
        Where booths stand or could stand, n points.
    demand
        m places, each with the `shift` on whose network it is reached.
    shifts
        All shifts of the area.
    rules
        Walking speed, and how far from a street a place may lie.
    limit_min
        Longer walks (minutes) count as endless.

    Returns
    -------
    seconds
        Shape (m, n); `inf` where no way leads within the limit.

    Examples
    --------
    `tests/routing/test_booths.py` closes a gate at night.
    """
    seconds = np.full((len(demand), len(sites)), np.inf)
    for shift in shifts:
        rows = np.flatnonzero(demand["shift"].to_numpy() == shift.code)
        if rows.size and len(sites):
            profile = build_profile(streets, "foot", shift, rules)
            places = pd.concat([sites, demand.geometry.iloc[rows]], ignore_index=True)
            graph, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
            all_s = _times(graph, found, len(sites), rules, limit_min * 60)
            seconds[rows] = all_s.T
    return seconds


def _times(
    graph: StreetGraph, found: pd.DataFrame, sites: int, rules: Streets, limit_s: float
) -> NDArray[np.float64]:
    """Return the times from the first places to the others, offsets included (s)."""
    times = np.full((sites, len(found) - sites), np.inf)
    near = found["node"].notna().to_numpy()
    from_sites, to_places = np.flatnonzero(near[:sites]), np.flatnonzero(near[sites:])
    nodes = found["node"].fillna(0).astype(int).to_numpy()
    offset_s = found["offset_m"].to_numpy(dtype=float) / rules.foot_mps
    costs = travel_costs(
        graph,
        nodes[:sites][from_sites].tolist(),
        nodes[sites:][to_places].tolist(),
        limit=limit_s,
    )
    ends_s = offset_s[:sites][from_sites][:, None] + offset_s[sites:][to_places][None, :]
    times[np.ix_(from_sites, to_places)] = costs + ends_s
    return np.where(times <= limit_s, times, np.inf)
