"""Where there is more than its streets or its patients explain: ready-made risk surfaces."""

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from spatial.dual_kde import dual_density
from spatial.network_kde import network_density

M_PER_KM = 1000.0
DAYS_PER_YEAR = 365.0
VISITS = 1000.0


def per_street_km(
    incidents: gpd.GeoDataFrame,
    weights: pd.DataFrame,
    lixels: gpd.GeoDataFrame,
    *,
    mask: BaseGeometry,
    cells: gpd.GeoDataFrame,
    bandwidth_m: float,
) -> pd.DataFrame:
    """
    Divide the density of incidents by that of streets on which they could have happened.

    Parameters
    ----------
    incidents
        Points, in metres.
    weights
        How many incidents each point stands for, a column for each layer.
    lixels
        Segments of the streets with `length_m`, each of which counts at its middle.
    mask, cells, bandwidth_m
        As in `dual_density`.

    Returns
    -------
    risk
        Incidents per km of street on the index of `cells`, a column for each layer; NaN where
        there are hardly any streets.

    Raises
    ------
    DegenerateDataError
        If there is no street within the study area.

    References
    ----------
    Kelsall & Diggle (1995), Statistics in Medicine 14(21-22), doi:10.1002/sim.4780142106

    Examples
    --------
    Five incidents in the middle of a street of 500 m, and nothing else: ten per km.

    >>> from spatial.grid import Lattice
    >>> mask = shapely.box(0, 0, 100, 100)
    >>> lixels = gpd.GeoDataFrame(
    ...     {"length_m": [500.0]}, geometry=[shapely.LineString([(50, 40), (50, 60)])])
    >>> gate, five = gpd.GeoSeries.from_xy([50] * 5, [50] * 5), pd.DataFrame({"day": [1] * 5})
    >>> per_street_km(gate, five, lixels, mask=mask, bandwidth_m=40.0,
    ...               cells=Lattice.cover(mask, 100.0).cells(mask))["day"].round(6).tolist()
    [10.0]
    """
    middle = shapely.line_interpolate_point(lixels.geometry.to_numpy(), 0.5, normalized=True)
    return dual_density(
        incidents,
        weights,
        gpd.GeoSeries(middle, crs=lixels.crs),
        lixels["length_m"] / M_PER_KM,
        mask=mask,
        cells=cells,
        bandwidth_m=bandwidth_m,
    )


def per_thousand_visits(
    incidents: gpd.GeoDataFrame,
    weights: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    yearly_visits: pd.Series,
    *,
    days: float,
    mask: BaseGeometry,
    cells: gpd.GeoDataFrame,
    bandwidth_m: float,
) -> pd.DataFrame:
    """
    Divide the density of incidents by that of outpatient visits in the same time.

    Parameters
    ----------
    incidents, weights
        As in `per_street_km`.
    facilities
        Where the visits are made, points in metres.
    yearly_visits
        Visits a year, in the order of `facilities`; NaN: not known, left out.
    days
        Length of the incidents' period, above 0.
    mask, cells, bandwidth_m
        As in `dual_density`.

    Returns
    -------
    risk
        Incidents per 1,000 visits on the index of `cells`, a column for each layer; NaN where
        there are hardly any visits.

    Raises
    ------
    DegenerateDataError
        If no visits are known within the study area.

    Examples
    --------
    Two incidents at the one hospital, which has 4,000 visits in the time: one per 2,000.

    >>> from spatial.grid import Lattice
    >>> mask = shapely.box(0, 0, 100, 100)
    >>> gate = gpd.GeoSeries.from_xy([50], [50])
    >>> per_thousand_visits(
    ...     gate, pd.DataFrame({"day": [2]}), gate, pd.Series([8000.0]), days=182.5, mask=mask,
    ...     cells=Lattice.cover(mask, 100.0).cells(mask), bandwidth_m=40.0)["day"].round(6).tolist()
    [0.5]
    """
    known = yearly_visits.notna().to_numpy()
    return dual_density(
        incidents,
        weights,
        facilities.geometry[known],
        yearly_visits[known] * days / DAYS_PER_YEAR / VISITS,
        mask=mask,
        cells=cells,
        bandwidth_m=bandwidth_m,
    )


def along_streets(
    incidents: gpd.GeoDataFrame,
    weights: pd.DataFrame,
    lixels: gpd.GeoDataFrame,
    *,
    bandwidth_m: float,
    within: BaseGeometry,
) -> gpd.GeoDataFrame:
    """
    Estimate the density along the streets and keep the segments of the study area.

    Parameters
    ----------
    incidents, weights
        As in `per_street_km`.
    lixels
        Result of `cut_lixels`, all segments of each street.
    bandwidth_m
        Standard deviation along the streets, in metres.
    within
        Study area; segments that do not meet it are dropped from the result.

    Returns
    -------
    density
        Incidents per km of street, a column for each layer, and the segments' `geometry`.

    References
    ----------
    Okabe, Satoh & Sugihara (2009), doi:10.1080/13658810802475491

    Examples
    --------
    `network_density` has one; this drops what lies outside.
    """
    density = network_density(incidents, weights, lixels, bandwidth_m=bandwidth_m)
    near = shapely.intersects(lixels.geometry.to_numpy(), within)
    frame = gpd.GeoDataFrame(density, geometry=lixels.geometry.to_numpy(), crs=lixels.crs)
    return frame[near]
