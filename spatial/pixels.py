"""Fine pixels over a study area: points are shared out among them, filtered and read again."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, gaussian_filter, map_coordinates
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError, Message
from spatial import kernels
from spatial.grid import MAX_CELLS, Lattice

Floats = NDArray[np.float64]

PER_BANDWIDTH = 8
"""Pixels in a bandwidth."""
REACH = 5
"""Bandwidths beyond which a Gaussian kernel counts as 0: it is 4e-6 of its peak there."""


def lay_pixels(mask: BaseGeometry, bandwidth_m: float) -> Lattice:
    """
    Lay pixels of an eighth of a bandwidth over a study area and a margin around it.

    Raises
    ------
    DegenerateDataError
        If the study area holds more than 5 million of them.

    Examples
    --------
    >>> lay_pixels(shapely.box(0, 0, 160, 80), 80.0)
    Lattice(shape='square', cell_size_m=10.0, origin=(-80.0, -80.0), columns=32, rows=24)
    """
    pixel_m = bandwidth_m / PER_BANDWIDTH
    # interpolation at the edge reads pixels beyond it
    frame = shapely.box(*mask.bounds).buffer(bandwidth_m, join_style="mitre")
    if (n := frame.area / pixel_m**2) > MAX_CELLS:
        least_m = np.ceil(bandwidth_m * np.sqrt(n / MAX_CELLS))
        raise DegenerateDataError(
            Message.of(
                N_("A bandwidth of {size} m is too fine for this study area."), size=bandwidth_m
            ),
            Message.of(N_("Use a bandwidth of {least} m or more."), least=int(least_m)),
        )
    return Lattice.cover(frame, pixel_m)


def bin_points(
    x: Floats, y: Floats, weights: Floats, *, pixels: Lattice, mask: BaseGeometry, share: Floats
) -> Floats:
    """
    Share out each point among the four pixels around it, so that its place is kept.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    weights
        How much each point counts, shape (n,).
    pixels
        From `lay_pixels`.
    mask
        Study area; points outside it are left out.
    share
        `pixels.covered_share(mask)`.

    Returns
    -------
    binned
        Shape (rows, columns); the sum is that of the weights of the points within the mask.

    Examples
    --------
    >>> mask = shapely.box(0, 0, 160, 80)
    >>> pixels = lay_pixels(mask, 80.0)
    >>> x, y, once = np.array([20.0, 500.0]), np.array([20.0, 20.0]), np.ones(2)
    >>> share = pixels.covered_share(mask)
    >>> binned = bin_points(x, y, once, pixels=pixels, mask=mask, share=share)
    >>> binned[9:11, 9:11].tolist(), float(binned.sum())
    ([[0.25, 0.25], [0.25, 0.25]], 1.0)
    """
    shapely.prepare(mask)
    if x.size < kernels.LEAST:
        within = shapely.intersects_xy(mask, x, y)
        return _bin(pixels, x[within], y[within], weights[within])
    binned = np.zeros(share.shape)
    unsure = np.zeros(x.size, dtype=bool)
    compiled = kernels.compiled(kernels.bin_linearly)
    frame = (*pixels.origin, pixels.cell_size_m, pixels.columns, pixels.rows)
    compiled((x, y, weights), frame, _kinds(share), binned, unsure)
    # geometry is asked only about the few points in pixels that the edge may cross
    at = np.flatnonzero(unsure)
    at = at[shapely.intersects_xy(mask, x[at], y[at])]
    return binned + _bin(pixels, x[at], y[at], weights[at])


def smooth(raster: Floats, places: Floats) -> Floats:
    """
    Filter a raster with the Gaussian kernel and read it at fractions between its pixels.

    Parameters
    ----------
    raster
        Binned points or covered shares, shape (rows, columns).
    places
        From `fractions`, shape (2, m).
    """
    # sharing a point among pixels has already spread it, by 1/6 of a squared pixel on average
    sigma = np.sqrt(PER_BANDWIDTH**2 - 1 / 6)
    filtered = gaussian_filter(raster, sigma, mode="constant", truncate=REACH)
    return np.asarray(map_coordinates(filtered, places, order=3, mode="nearest"))


def fractions(pixels: Lattice, x: Floats, y: Floats) -> Floats:
    """Return rows and columns of points, shape (2, n), as fractions between pixel centres."""
    offset = np.stack([y - pixels.origin[1], x - pixels.origin[0]])
    return np.asarray(offset / pixels.cell_size_m - 0.5, dtype=np.float64)


def _bin(pixels: Lattice, x: Floats, y: Floats, weights: Floats) -> Floats:
    """Bin points that are known to be within the mask."""
    places = fractions(pixels, x, y)
    corner = np.floor(places).astype(np.int64)
    past = places - corner
    binned = np.zeros(pixels.rows * pixels.columns)
    for up in (0, 1):
        for right in (0, 1):
            part = np.where(up, past[0], 1 - past[0]) * np.where(right, past[1], 1 - past[1])
            number = (corner[0] + up) * pixels.columns + corner[1] + right
            binned += np.bincount(number, weights * part, binned.size)
    return binned.reshape(pixels.rows, pixels.columns)


def _kinds(share: Floats) -> NDArray[np.int8]:
    """Tell pixels within the mask (1), off it (0) and those that its edge may cross (2)."""
    # the edge may run exactly between two pixels; then a point on it is in either
    near = binary_dilation(share > 0, np.ones((3, 3), dtype=bool))
    return np.where(share >= 1, 1, np.where(near, 2, 0)).astype(np.int8)
