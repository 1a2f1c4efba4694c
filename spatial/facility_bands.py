"""Incidents within walking bands of each key point and each gate, by shift."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.facility import count_near_key_points

BANDS_M = (50.0, 100.0, 200.0, 300.0)


def count_in_bands(
    key_points: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    twelfths: pd.DataFrame,
    distance_m: NDArray[np.float64],
    *,
    bands_m: Sequence[float] = BANDS_M,
) -> pd.DataFrame:
    """
    Count the incidents within each walking distance of each key point, by shift.

    Bands are rings without a hole: within 100 m includes within 50 m. An incident near two gates of
    one key point counts once there; one near two key points counts at both, so neither the bands
    nor the key points must be added up.

    Parameters
    ----------
    key_points
        KEY_POINTS frame.
    gates
        GATES frame; `key_point_id` tells whose they are.
    twelfths
        Result of `shift_twelfths`, shape (incidents, shifts).
    distance_m
        Result of `walking_distances` up to the last band, shape (gates, incidents).
    bands_m
        Walking distances from a gate, in metres.

    Returns
    -------
    counts
        Index (`key_point_id`, `within_m`): `n_<shift>` for each shift and their sum `n`.

    Examples
    --------
    >>> key_points = gpd.GeoDataFrame(index=pd.Index(["K1"], name="key_point_id"))
    >>> gates = gpd.GeoDataFrame({"key_point_id": ["K1", "K1"]})
    >>> twelfths = pd.DataFrame({"day": [12, 6, 0], "night": [0, 6, 12]})
    >>> distance_m = np.array([[10.0, 80.0, 280.0], [20.0, 60.0, np.inf]])
    >>> count_in_bands(key_points, gates, twelfths, distance_m).reset_index()
      key_point_id  within_m  n_day  n_night    n
    0           K1      50.0    1.0      0.0  1.0
    1           K1     100.0    1.5      0.5  2.0
    2           K1     200.0    1.5      0.5  2.0
    3           K1     300.0    1.5      1.5  3.0
    """
    bands = {
        float(band): count_near_key_points(key_points, gates, twelfths, distance_m, band)
        for band in bands_m
    }
    return _by_place(bands, key_points.index, "key_point_id")


def count_in_gate_bands(
    gates: gpd.GeoDataFrame,
    twelfths: pd.DataFrame,
    distance_m: NDArray[np.float64],
    *,
    bands_m: Sequence[float] = BANDS_M,
) -> pd.DataFrame:
    """
    Count the incidents within each walking distance of each gate, by shift.

    Parameters
    ----------
    gates
        GATES frame.
    twelfths, distance_m, bands_m
        As in `count_in_bands`.

    Returns
    -------
    counts
        Index (`gate_id`, `within_m`): `n_<shift>` for each shift and their sum `n`.

    Examples
    --------
    >>> gates = gpd.GeoDataFrame(index=pd.Index(["G1", "G2"], name="gate_id"))
    >>> twelfths = pd.DataFrame({"day": [12, 12]})
    >>> distance_m = np.array([[10.0, 80.0], [20.0, 60.0]])
    >>> count_in_gate_bands(gates, twelfths, distance_m, bands_m=[70])["n"].tolist()
    [1.0, 2.0]
    """
    itself = gpd.GeoDataFrame({"key_point_id": gates.index})
    bands = {
        float(band): count_near_key_points(gates, itself, twelfths, distance_m, band)
        for band in bands_m
    }
    return _by_place(bands, gates.index, "gate_id")


def _by_place(bands: dict[float, pd.DataFrame], places: pd.Index, name: str) -> pd.DataFrame:
    """Stack the tables of the bands, place after place."""
    stacked = pd.concat(bands, names=["within_m"]).swaplevel()
    order = pd.MultiIndex.from_product([places, list(bands)], names=[name, "within_m"])
    return stacked.reindex(order)
