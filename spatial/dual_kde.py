"""Risk surface: how many incidents there are for what is exposed to them."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError, Message
from spatial.kde import kernel_density


def dual_density(
    incidents: gpd.GeoDataFrame | gpd.GeoSeries,
    weights: pd.DataFrame,
    exposure: gpd.GeoDataFrame | gpd.GeoSeries,
    exposed: pd.Series,
    *,
    mask: BaseGeometry,
    cells: gpd.GeoDataFrame,
    bandwidth_m: float,
    floor_share: float = 0.05,
) -> pd.DataFrame:
    """
    Divide the density of incidents by that of exposure, such as outpatient visits.

    Both surfaces have the same bandwidth and edge correction. Where exposure is low the ratio is
    blank: a single incident there would outshine every gate.

    Parameters
    ----------
    incidents
        Point geometry, in metres; points outside `mask` are left out.
    weights
        How many incidents each point stands for, one column for each layer.
    exposure
        Point geometry of what is exposed: hospitals, dwellings, shops.
    exposed
        How much is exposed at each of these points, at least 0, in the order of `exposure`.
    mask
        Study area, in metres.
    cells
        CELLS frame within `mask`.
    bandwidth_m
        Standard deviation of both kernels, in metres, above 0.
    floor_share
        Exposure below this share of its greatest density on the cells is too low for a ratio.

    Returns
    -------
    risk
        Incidents per unit exposed, on the index of `cells`, a column for each layer; NaN where
        exposure is below the floor.

    Raises
    ------
    DegenerateDataError
        If nothing is exposed within the study area or the floor is not between 0 and 1, because
        nothing could be divided.

    References
    ----------
    Kelsall & Diggle (1995), Statistics in Medicine 14(21-22), doi:10.1002/sim.4780142106

    Examples
    --------
    Ten incidents and 1,000 visits at one gate are one in a hundred, wherever they both spread.

    >>> import shapely
    >>> from spatial.grid import Lattice
    >>> mask = shapely.box(0, 0, 400, 200)
    >>> cells = Lattice.cover(mask, 100.0).cells(mask)
    >>> gate = gpd.GeoSeries.from_xy([50], [50])
    >>> ten, visits = pd.DataFrame({"day": [10]}), pd.Series([1000])
    >>> risk = dual_density(gate, ten, gate, visits, mask=mask, cells=cells, bandwidth_m=80.0)
    >>> risk["day"].round(6).tolist()[:4]
    [0.01, 0.01, nan, nan]
    """
    amount = exposed.to_numpy(dtype=np.float64)
    if not (0 < floor_share < 1):
        raise DegenerateDataError(
            Message.of(N_("A floor of {share} is no share."), share=floor_share),
            N_("Give a number between 0 and 1."),
        )
    usable = np.isfinite(amount) & (amount >= 0)
    if not usable.all():
        raise DegenerateDataError(
            Message.of(
                N_("{n} places have no exposure or one below 0."),
                n=int((~usable).sum()),
            ),
            N_("Fill in how much is exposed, 0 or more."),
        )
    around = {"mask": mask, "cells": cells, "bandwidth_m": bandwidth_m}
    exposed_density = kernel_density(exposure, pd.DataFrame({"exposed": amount}), **around)
    below = exposed_density["exposed"].to_numpy()
    if not below.max(initial=0) > 0:
        raise DegenerateDataError(
            N_("Nothing is exposed within the study area."),
            N_("Give places with visits, residents or shops inside the boundary."),
        )
    risk = kernel_density(incidents, weights, **around).div(below, axis=0)
    return risk.where(below[:, None] >= floor_share * below.max())
