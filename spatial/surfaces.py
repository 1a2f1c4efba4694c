"""Surfaces that may foretell the next incidents: counts, and ways to smooth them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from spatial.count import count_points
from spatial.grid import Lattice

Floats = NDArray[np.float64]

BLOCK = 3
WIDTHS_IN_CELLS = (1.0, 1.6, 3.0)
"""Bandwidths to try, in sides of a cell: wider ones foretold worse wherever they were tried."""
PLAIN = "count"


def candidate_surfaces(
    x: Floats,
    y: Floats,
    age_days: Floats | None,
    *,
    lattice: Lattice,
    studied: NDArray[np.bool_],
    bandwidths_m: Sequence[float],
    half_life_days: float = 60.0,
) -> pd.DataFrame:
    """
    Score the cells of a lattice of squares by each surface among which the tool chooses.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    age_days
        How long before the end of the period each incident happened, in days; None if unknown,
        then no surface fades.
    lattice
        Squares.
    studied
        Which cells of the lattice belong to the study area, by cell number.
    bandwidths_m
        Standard deviations of the smoothed surfaces, in metres, above 0.
    half_life_days
        Age at which an incident counts half on the fading surfaces.

    Returns
    -------
    scores
        A row for each studied cell, indexed by its number, `cell`; the columns are `count`;
        `count, then density`, which only decides between equal counts; `block`, the sum of 3 x 3;
        and for each bandwidth `density 100 m`, `count + density 100 m`, the count plus what its
        surroundings expect, and `fading density 100 m`.

    Examples
    --------
    >>> lattice = Lattice("square", 100.0, (0.0, 0.0), columns=3, rows=1)
    >>> x, y, studied = np.array([50.0, 50, 150]), np.full(3, 50.0), np.ones(3, dtype=bool)
    >>> scores = candidate_surfaces(
    ...     x, y, None, lattice=lattice, studied=studied, bandwidths_m=[100]
    ... )
    >>> scores.columns.tolist()
    ['count', 'block', 'count, then density', 'density 100 m', 'count + density 100 m']
    """
    number = np.flatnonzero(studied)
    count = count_points(x, y, lattice=lattice).astype(np.float64)
    surfaces = {PLAIN: count, "block": _block(count, lattice)}
    finest = smooth_counts(count, lattice=lattice, bandwidth_m=min(bandwidths_m), studied=studied)
    surfaces["count, then density"] = count + finest / (2 * max(finest.max(), 1e-300))
    for width in bandwidths_m:
        density = smooth_counts(count, lattice=lattice, bandwidth_m=width, studied=studied)
        surfaces[f"density {width:.0f} m"] = density
        surfaces[f"count + density {width:.0f} m"] = count + density
        if age_days is not None:
            faded = _weighted(x, y, 0.5 ** (age_days / half_life_days), lattice)
            fading = smooth_counts(faded, lattice=lattice, bandwidth_m=width, studied=studied)
            surfaces[f"fading density {width:.0f} m"] = fading
    table = {name: surface[number] for name, surface in surfaces.items()}
    return pd.DataFrame(table, index=pd.Index(number, name="cell"))


def smooth_counts(
    count: Floats,
    *,
    lattice: Lattice,
    bandwidth_m: float,
    studied: NDArray[np.bool_] | None = None,
) -> Floats:
    """
    Smooth the counts of a lattice with a Gaussian.

    Parameters
    ----------
    count
        By cell number.
    lattice
        Squares.
    bandwidth_m
        Standard deviation, in metres, above 0.
    studied
        Given, each cell is divided by the share of its kernel over studied cells; a cell that is
        not studied is 0. Without it the lattice is mirrored at its edges.

    Returns
    -------
    smooth
        Incidents per cell, by cell number.

    Examples
    --------
    >>> lattice = Lattice("square", 100.0, (0.0, 0.0), columns=3, rows=1)
    >>> all_three, even = np.ones(3, dtype=bool), np.ones(3)
    >>> smooth_counts(even, lattice=lattice, bandwidth_m=90.0, studied=all_three).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    shape, sigma = (lattice.rows, lattice.columns), bandwidth_m / lattice.cell_size_m
    raster = count.reshape(shape)
    if studied is None:
        return np.asarray(gaussian_filter(raster, sigma)).ravel()
    area = studied.reshape(shape).astype(np.float64)
    top, bottom = (gaussian_filter(v, sigma, mode="constant") for v in (raster * area, area))
    return np.divide(top, bottom, out=np.zeros(shape), where=area > 0).ravel()


def _block(count: Floats, lattice: Lattice) -> Floats:
    """Return the sum of each cell and its neighbours."""
    raster = count.reshape(lattice.rows, lattice.columns)
    mean = uniform_filter(raster, BLOCK, mode="constant")
    # counts are whole numbers; a running mean leaves crumbs that would break ties
    return np.asarray(np.rint(mean * BLOCK**2)).ravel()


def _weighted(x: Floats, y: Floats, weight: Floats, lattice: Lattice) -> Floats:
    """Add up weights per cell."""
    number = lattice.locate(x, y)
    on = number >= 0
    total = np.bincount(number[on], weight[on], lattice.rows * lattice.columns)
    return np.asarray(total, dtype=np.float64)
