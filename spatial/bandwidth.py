"""The bandwidth of a density surface, chosen by how well it foretells the incidents left out."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError, Message
from spatial.grid import Lattice
from spatial.pixels import fractions

Floats = NDArray[np.float64]

LEAST_PLACES = 10
"""Different places below which no bandwidth can be told from another."""
EXACT_PLACES = 1_000
"""Different places up to which every pair is compared; above, places are pixels."""
CANDIDATES = 16
FINEST_SHARE, COARSEST_SHARE = 1 / 100, 1 / 4
"""Candidates reach from a hundredth to a quarter of the shorter side of the study area."""
PIXELS = 2
"""Pixels in the finest bandwidth."""
MOST_PIXELS = 250_000
"""Pixels above which they are made coarser than that: the filter takes 1,000 steps for each."""


def choose_bandwidth(
    x: Floats, y: Floats, *, mask: BaseGeometry, candidates_m: Sequence[float] | None = None
) -> float:
    """
    Choose the bandwidth of the highest cross-validated likelihood.

    See `bandwidth_scores` for the arguments, what is left out and when it refuses.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mask = shapely.box(0, 0, 2000, 2000)
    >>> x, y = rng.normal(1000, 60, (2, 200))
    >>> choose_bandwidth(x, y, mask=mask, candidates_m=[10, 30, 100, 300])
    30.0
    """
    scores = bandwidth_scores(x, y, mask=mask, candidates_m=candidates_m)
    return float(scores.index[int(np.argmax(scores.to_numpy()))])


def bandwidth_scores(
    x: Floats, y: Floats, *, mask: BaseGeometry, candidates_m: Sequence[float] | None = None
) -> pd.Series:
    """
    Score bandwidths by the likelihood of each incident under the density of all others.

    The score of a bandwidth h is the point-process log-likelihood in which every incident is
    foretold without itself: the sum of log of the density at each incident, less the number of
    incidents that the density expects in the whole study area. All incidents of one place are left
    out together; otherwise a second report from the same gate would be foretold perfectly by ever
    narrower kernels. Up to 1,000 different places every pair is compared; above, a place is a pixel
    of half the finest bandwidth. Densities are edge-corrected as in `kernel_density`.

    Parameters
    ----------
    x, y
        Metres, shape (n,); points outside `mask` are left out.
    mask
        Study area, in metres.
    candidates_m
        Standard deviations to try, in metres, above 0, ascending. By default 16 in equal ratios
        from a hundredth to a quarter of the shorter side of the study area.

    Returns
    -------
    score
        Log-likelihood by `bandwidth_m`; higher is better, -inf where an incident is too far from
        all others for that kernel.

    Raises
    ------
    DegenerateDataError
        If fewer than 10 different places are left, because then any bandwidth fits.

    References
    ----------
    Loader (1999), Local Regression and Likelihood, section 5.3, doi:10.1007/b98858

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mask = shapely.box(0, 0, 2000, 2000)
    >>> x, y = rng.normal(1000, 60, (2, 200))
    >>> bandwidth_scores(x, y, mask=mask, candidates_m=[30, 300]).diff().iloc[-1] < 0
    np.True_
    """
    shapely.prepare(mask)
    within = shapely.intersects_xy(mask, x, y)
    places, times = np.unique(np.stack([x[within], y[within]], axis=1), axis=0, return_counts=True)
    if len(places) < LEAST_PLACES:
        raise DegenerateDataError(
            Message.of(
                N_("{n} incidents at {places} different places cannot tell a bandwidth."),
                n=int(within.sum()),
                places=len(places),
            ),
            Message.of(
                N_("Set the bandwidth by hand, or give {least} places."), least=LEAST_PLACES
            ),
        )
    widths = _candidates(mask) if candidates_m is None else np.asarray(candidates_m, np.float64)
    _check(widths)
    pixels = _pixels(mask, float(widths[0]))
    share = pixels.covered_share(mask)
    row, column = np.divmod(pixels.locate(*places.T), pixels.columns)
    binned = np.zeros(share.shape)
    np.add.at(binned, (row, column), times)
    score = [_score((places, times), binned, share, pixels, width) for width in widths]
    return pd.Series(score, index=pd.Index(widths, name="bandwidth_m"), name="score")


def _check(widths: Floats) -> None:
    """Raise if the candidates are no ascending lengths."""
    if not (widths.size and widths[0] > 0 and all(a < b for a, b in pairwise(widths.tolist()))):
        raise DegenerateDataError(
            Message.of(N_("{widths} are no bandwidths to choose from."), widths=widths.tolist()),
            N_("Give lengths above 0 m in ascending order."),
        )


def _candidates(mask: BaseGeometry) -> Floats:
    """Return the default bandwidths for a study area."""
    west, south, east, north = mask.bounds
    side = min(east - west, north - south)
    return np.geomspace(side * FINEST_SHARE, side * COARSEST_SHARE, CANDIDATES)


def _pixels(mask: BaseGeometry, finest_m: float) -> Lattice:
    """Lay pixels of half the finest bandwidth, coarser where that would be too many."""
    frame = shapely.box(*mask.bounds).buffer(finest_m, join_style="mitre")
    # a row and a column more than the area needs, so that the number stays below the limit
    fewest_m = np.sqrt(frame.area / MOST_PIXELS) * 1.01
    return Lattice.cover(frame, max(finest_m / PIXELS, float(fewest_m)))


def _score(
    distinct: tuple[Floats, NDArray[np.int64]],
    binned: Floats,
    share: Floats,
    pixels: Lattice,
    width_m: float,
) -> float:
    """Return the cross-validated log-likelihood of one bandwidth."""
    places, times = distinct
    up, across = _kernel(pixels.rows, pixels, width_m), _kernel(pixels.columns, pixels, width_m)
    covered, spread = up @ share @ across, up @ binned @ across
    studied = share > 0
    expected = (spread[studied] / covered[studied] * share[studied]).sum()
    if len(places) <= EXACT_PLACES:
        others, weight = _others(places, times, width_m), times
        at = fractions(pixels, *places.T)
        covered_there = map_coordinates(covered, at, order=1, mode="nearest")
    else:
        filled = binned > 0
        # what is left after taking the own pixel out may round to just below 0
        own = up[0, 0] * across[0, 0]
        others = np.maximum(spread[filled] - own * binned[filled], 0) / pixels.cell_area_m2
        weight, covered_there = binned[filled].astype(np.int64), covered[filled]
    with np.errstate(divide="ignore"):
        return float((weight * np.log(others / covered_there)).sum() - expected)


def _kernel(n: int, pixels: Lattice, width_m: float) -> Floats:
    """Return how much of each pixel of a line reaches every other, shape (n, n).

    As a matrix product the filter is exact and takes as long for the widest kernel as for the
    narrowest.
    """
    place = np.arange(n) * (pixels.cell_size_m / width_m)
    height = pixels.cell_size_m / (width_m * np.sqrt(2 * np.pi))
    return np.asarray(height * np.exp(-((place[:, None] - place) ** 2) / 2))


def _others(places: Floats, times: NDArray[np.int64], width_m: float) -> Floats:
    """Return the sum of kernels of all other places at each place, per m²."""
    x, y = places.T
    apart_m2 = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    near = np.exp(-apart_m2 / (2 * width_m**2))
    np.fill_diagonal(near, 0)
    return np.asarray(near @ times / (2 * np.pi * width_m**2))
