"""Invented incidents for an area that has none, so that it can be tried out."""

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from data.tables import WGS84

WEEKS = 26
_SHARE_BACKGROUND = 0.35
_SPREAD_M = 30.0
# what little is known of the hours of this trade: mornings, afternoons, evenings
_HOURS = ((7.5, 11.0, 0.55), (13.5, 16.0, 0.2), (18.5, 21.0, 0.25))
_SOURCES = ("12345", "110", "巡查发现")
_TYPES = ("站街设牌", "散发小广告", "交易聚集")
LABEL = "演示数据"


def draw_incidents(gates: gpd.GeoDataFrame, n: int, *, seed: int, until: date) -> pd.DataFrame:
    """
    Draw invented incidents near key points.

    Parameters
    ----------
    gates
        Gates of the key points, in metres. Two of them by day and one by night draw most of the
        incidents; the rest is spread over all gates.
    n
        How many.
    seed
        Same seed, same incidents.
    until
        The last day; they spread over the 26 weeks before it.

    Returns
    -------
    table
        Text columns of an incident ledger; every row says 演示数据.

    Examples
    --------
    >>> gate = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500000.0], [4e6]), crs="EPSG:32650")
    >>> table = draw_incidents(gate, 3, seed=1, until=date(2026, 11, 15))
    >>> table["address"].tolist()
    ['演示数据', '演示数据', '演示数据']
    """
    rng = np.random.default_rng(seed)
    window = rng.choice(len(_HOURS), n, p=[share for _, _, share in _HOURS])
    hot = rng.permutation(len(gates))[:3]
    # mornings at the first gate, afternoons at the second, evenings at the third
    anywhere = rng.integers(len(gates), size=n)
    at = np.where(rng.random(n) < _SHARE_BACKGROUND, anywhere, hot[window % len(hot)])
    place = gates.geometry.iloc[at]
    x, y = (place.x + rng.normal(0, _SPREAD_M, n), place.y + rng.normal(0, _SPREAD_M, n))
    points = gpd.GeoSeries(gpd.points_from_xy(x, y, crs=gates.crs)).to_crs(WGS84)
    begin = np.array([_HOURS[w][0] for w in window])
    length = np.array([_HOURS[w][1] - _HOURS[w][0] for w in window])
    minute = np.round((begin + rng.random(n) * length) * 60).astype(int)
    days = [until - timedelta(days=int(back)) for back in rng.integers(WEEKS * 7, size=n)]
    times = [f"{day} {m // 60:02}:{m % 60:02}" for day, m in zip(days, minute, strict=True)]
    return pd.DataFrame(
        {
            "incident_id": [f"DEMO-{number:04}" for number in range(1, n + 1)],
            "source": rng.choice(_SOURCES, n, p=[0.5, 0.3, 0.2]),
            "occurred_from": times,
            "type": rng.choice(_TYPES, n, p=[0.5, 0.3, 0.2]),
            "address": LABEL,
            "lon": points.x.map("{:.6f}".format),
            "lat": points.y.map("{:.6f}".format),
        },
        dtype=str,
    )
