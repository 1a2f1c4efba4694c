"""Densities by shift, with one bandwidth for all of them."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.errors import DegenerateDataError, Message
from data.settings import Analysis
from spatial import notes
from spatial.aoristic import TWELFTHS
from spatial.bandwidth import choose_bandwidth
from spatial.kde import kernel_density


def shift_density(
    incidents: gpd.GeoDataFrame,
    parts: pd.DataFrame,
    mask: BaseGeometry,
    cells: gpd.GeoDataFrame,
    analysis: Analysis,
) -> tuple[pd.DataFrame | None, float | None, list[Message]]:
    """
    Estimate the density of each shift that has incidents enough for a surface.

    Parameters
    ----------
    incidents
        INCIDENTS frame of those that are counted, in metres.
    parts
        Their twelfths by shift.
    mask, cells
        Study area, and the units at whose middle the density is taken.
    analysis
        Bandwidth, or that it is to be cross-validated, and `min_n_surface`.

    Returns
    -------
    density
        Incidents per km2, cells x shifts, NaN for a shift with too few; None without any shift.
    bandwidth_m
        One for all shifts, so that they compare; None without a density.
    notes
        How the bandwidth was found, where it was asked for.

    Examples
    --------
    Twelve incidents make no surface.

    >>> times = pd.DataFrame({"day": [12] * 12})
    >>> shift_density(gpd.GeoDataFrame(geometry=[]), times, None, None, Analysis())
    (None, None, [])
    """
    enough = parts.sum() >= analysis.min_n_surface * TWELFTHS
    if not enough.any():
        return None, None, []
    bandwidth_m, why = _bandwidth(incidents, mask, analysis)
    density = kernel_density(
        incidents, parts / TWELFTHS, mask=mask, cells=cells, bandwidth_m=bandwidth_m
    )
    return density.where(enough, np.nan, axis=1), bandwidth_m, why


def _bandwidth(
    incidents: gpd.GeoDataFrame, mask: BaseGeometry, analysis: Analysis
) -> tuple[float, list[Message]]:
    """Return the bandwidth that is set or, on demand, foretells best; one for all shifts."""
    if not analysis.auto_bandwidth:
        return analysis.bandwidth_m, []
    geometry = incidents.geometry
    try:
        chosen_m = choose_bandwidth(geometry.x.to_numpy(), geometry.y.to_numpy(), mask=mask)
    except DegenerateDataError:  # too few different places
        return analysis.bandwidth_m, notes.bandwidth_note(analysis.bandwidth_m, chosen=False)
    return chosen_m, notes.bandwidth_note(chosen_m, chosen=True)
