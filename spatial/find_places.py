"""At which key point each find of a patrol was made, and how long patrols stayed there."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

MINUTES_PER_HOUR = 60


def nearest_key_points(
    incidents: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    distance_m: NDArray[np.float64],
    near_m: float,
) -> "pd.Series[str]":
    """
    Name the key point whose gate is nearest to each incident, each incident at one place only.

    Parameters
    ----------
    incidents
        INCIDENTS frame.
    gates
        GATES frame; `key_point_id` tells whose they are.
    distance_m
        Result of `walking_distances`, shape (gates, incidents), in the order of the two frames.
    near_m
        Walking distance that still counts as there, in metres.

    Returns
    -------
    key_point_id
        On the index of `incidents`; empty where no gate is near.

    Examples
    --------
    >>> incidents = gpd.GeoDataFrame(index=["A1", "A2"])
    >>> gates = gpd.GeoDataFrame({"key_point_id": ["K1", "K2"]})
    >>> distance_m = np.array([[80.0, np.inf], [20.0, 300.0]])
    >>> nearest_key_points(incidents, gates, distance_m, 100.0).to_dict()
    {'A1': 'K2', 'A2': ''}
    """
    found = np.full(len(incidents), "", dtype=object)
    if distance_m.size:
        nearest = distance_m.argmin(axis=0)
        near = distance_m.min(axis=0) <= near_m
        found[near] = gates["key_point_id"].to_numpy()[nearest[near]]
    return pd.Series(found, index=incidents.index, dtype=str, name="key_point_id")


def add_up_visit_hours(visits: pd.DataFrame) -> "pd.Series[float]":
    """
    Add up the hours that patrols stayed at each key point.

    Parameters
    ----------
    visits
        PATROL_RECORDS frame. A visit whose `dwell_min` is missing or 0 says nothing of its length
        and is not counted.

    Returns
    -------
    visit_hours
        Indexed by key point, above 0.

    Examples
    --------
    >>> visits = pd.DataFrame(
    ...     {"point_id": ["K1", "K1", "K2"], "dwell_min": [15.0, 60.0, float("nan")]}
    ... )
    >>> add_up_visit_hours(visits).to_dict()
    {'K1': 1.25}
    """
    known = visits[visits["dwell_min"] > 0]
    hours: pd.Series[float] = known.groupby("point_id")["dwell_min"].sum() / MINUTES_PER_HOUR
    return hours.rename("visit_hours")


def place_finds(nearest: "pd.Series[str]", visits: pd.DataFrame) -> "pd.Series[str]":
    """
    Say at which key point each find was made: that of the visit that names it, or the nearest.

    Parameters
    ----------
    nearest
        Nearest key point of each find, indexed by incident; empty where none is near.
    visits
        PATROL_RECORDS frame; of several visits that name a find the first counts.

    Returns
    -------
    key_point_id
        On the index of `nearest`.

    Examples
    --------
    >>> visits = pd.DataFrame({"point_id": ["K1"], "incident_id": ["A2"]})
    >>> place_finds(pd.Series({"A1": "K2", "A2": ""}), visits).to_dict()
    {'A1': 'K2', 'A2': 'K1'}
    """
    named = visits[visits["incident_id"] != ""].drop_duplicates("incident_id")
    by_visit = named.set_index("incident_id")["point_id"].reindex(nearest.index)
    return by_visit.fillna(nearest).rename("key_point_id")
