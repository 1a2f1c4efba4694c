"""Scans along the streets: circles of segments with more incidents than chance puts there."""

from typing import NamedTuple

import geopandas as gpd
import numpy as np

from app.panels.place_streets import StreetCounts, days_of
from app.study import Study
from spatial.lixel_network import lixel_distances
from spatial.poisson_scan import poisson_scan
from spatial.scan_windows import Scan
from spatial.space_time_scan import space_time_scan
from spatial.week_ages import DAYS_PER_WEEK, week_ages

MAX_SHARE = 0.1
"""Of all streets, in a cluster of the scan in space."""
MAX_SHARE_NEW = 0.5
"""Of all incidents, in a cluster of the scan in space and time."""
MAX_RADIUS_M = 300.0
MIN_CASES = 3
AT_MOST = 6


class Found(NamedTuple):
    """Clusters on street segments."""

    scan: Scan
    members: list[list[str]]
    """Segments of each cluster, nearest to its middle first."""
    n: int
    """Incidents that were scanned."""


def scan_space(study: Study, streets: StreetCounts) -> Found:
    """Scan circles along the streets; each metre of street is as likely."""
    scan = poisson_scan(
        streets.n,
        streets.lixels["length_m"],
        _middles(streets.lixels),
        distance_m=lixel_distances(streets.lixels),
        max_share=MAX_SHARE,
        max_radius_m=MAX_RADIUS_M,
        min_cases=MIN_CASES,
        at_most=AT_MOST,
        seed=study.seed,
    )
    members = [[str(one) for one in each] for each in scan.clusters["members"]]
    return Found(scan, members, int(streets.n.sum()))


def scan_new(study: Study, streets: StreetCounts) -> Found:
    """Scan circles along the streets and the last weeks."""
    at = streets.found.units.positions(streets.incidents)
    incidents = streets.incidents
    age = week_ages(
        incidents["occurred_from"], incidents["occurred_to"], end=study.hotspots.period[1]
    )
    known = age.notna().to_numpy() & (at >= 0)
    used, place = np.unique(at[known], return_inverse=True)
    scan = space_time_scan(
        place,
        np.asarray(-age[known], dtype=np.int64),
        _middles(streets.lixels)[used],
        period=(-int((days_of(study) - 1) // DAYS_PER_WEEK), 0),
        distance_m=lixel_distances(streets.lixels, used),
        max_share=MAX_SHARE_NEW,
        max_radius_m=MAX_RADIUS_M,
        min_cases=MIN_CASES,
        at_most=AT_MOST,
        seed=study.seed,
    )
    ids = streets.lixels.index[used]
    members = [[str(ids[one]) for one in each] for each in scan.clusters["members"]]
    return Found(scan, members, int(known.sum()))


def _middles(lixels: gpd.GeoDataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return the middle of each segment, shape (n, 2)."""
    middle = lixels.geometry.interpolate(0.5, normalized=True)
    return np.column_stack([middle.x, middle.y]).astype(np.float64)
