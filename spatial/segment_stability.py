"""How sure it is that a street segment belongs to the patrolled ones."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, Message
from spatial.network_kde import kernel_shares
from spatial.stability import Doubt
from spatial.street_walks import Streets, locate_on_streets

Floats = NDArray[np.float64]

COPIES = 25
"""Places that each incident with a location error may have come from."""
REPLICATES_AT_ONCE = 100


def segment_stability(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    lixels: gpd.GeoDataFrame,
    *,
    patrolled_m: float,
    bandwidth_m: float,
    doubt: Doubt | None = None,
    rule: str = "discontinuous",
    kernel: str = "epanechnikov",
    max_snap_m: float = 100.0,
    replicates: int = 1000,
    seed: int = 0,
) -> pd.Series:
    """
    Tell for each lixel in which share of replicates it stays among the patrolled ones.

    A replicate draws the incidents anew, puts each at one of 25 places drawn beforehand from its
    location error and snapped to the streets, into the shift or not, and takes the lixels of the
    highest network density until their length reaches `patrolled_m`, ties broken by lot; a lixel
    of density 0 is never patrolled. There is no grid to shift on a street.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the lixels.
    lixels
        Result of `cut_lixels`, with all lixels of each street.
    patrolled_m
        Metres of street that the staff can patrol, above 0.
    bandwidth_m, rule, kernel, max_snap_m
        As in `network_density`.
    doubt
        See `Doubt`; by default the incidents are resampled, their places and times are sure.
    replicates
        Number of replicates, at least 1.
    seed
        Of the random numbers.

    Returns
    -------
    stability
        Share in [0, 1] on the index of `lixels`.

    Raises
    ------
    DegenerateDataError
        If no metre or no replicate is asked for, or the kernel does not exist.

    Examples
    --------
    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from spatial.lixel import cut_lixels
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=LineString([(0, 0), (300, 0)]), length=300.0)
    >>> points = gpd.GeoSeries.from_xy([150] * 9, [4] * 9, crs=32650)
    >>> lixels = cut_lixels(streets, length_m=100)
    >>> segment_stability(points, lixels, patrolled_m=100, bandwidth_m=30).tolist()
    [0.0, 1.0, 0.0]
    """
    if not patrolled_m > 0 or replicates < 1:
        raise DegenerateDataError(
            Message.of(
                N_("{metres} m of patrolled street in {replicates} replicates cannot stay."),
                metres=patrolled_m,
                replicates=replicates,
            ),
            N_("Ask for more than 0 m and at least one replicate."),
        )
    rng = np.random.default_rng(seed)
    doubt = Doubt() if doubt is None else doubt
    streets = Streets.of(lixels)
    spots, copies = _places(points, doubt, rng)
    street, at_m = locate_on_streets(spots, lixels, streets, max_snap_m=max_snap_m)
    middle_m = (lixels["from_m"] + lixels["to_m"]).to_numpy(dtype=np.float64) / 2
    shares = kernel_shares(
        (street, at_m),
        (streets.of_lixel, middle_m),
        streets,
        bandwidth_m=bandwidth_m,
        rule=rule,
        kernel=kernel,
    )
    length_m = lixels["length_m"].to_numpy(dtype=np.float64)
    stays = np.zeros(len(lixels), dtype=np.int64)
    for start in range(0, replicates, REPLICATES_AT_ONCE):
        many = min(REPLICATES_AT_ONCE, replicates - start)
        weights = _weights(len(points), copies, doubt, rng, many)
        density = (weights @ shares).toarray()
        stays += _longest_reach(density, length_m, patrolled_m, rng).sum(axis=0)
    return pd.Series(stays / replicates, index=lixels.index, name="stability")


def _places(
    points: gpd.GeoDataFrame | gpd.GeoSeries, doubt: Doubt, rng: np.random.Generator
) -> tuple[gpd.GeoSeries, int]:
    """Draw the places that each incident may have come from, incident after incident."""
    error_m = np.broadcast_to(np.asarray(doubt.location_error_m, np.float64), (len(points),))
    copies = COPIES if error_m.any() else 1
    moved_m = rng.standard_normal((2, len(points), copies)) * error_m[:, None]
    if copies == 1:
        moved_m[:] = 0
    x = points.geometry.x.to_numpy()[:, None] + moved_m[0]
    y = points.geometry.y.to_numpy()[:, None] + moved_m[1]
    return gpd.GeoSeries.from_xy(x.ravel(), y.ravel(), crs=points.crs), copies


def _weights(
    n: int, copies: int, doubt: Doubt, rng: np.random.Generator, replicates: int
) -> "csr_array[Any]":
    """Return how often each place is drawn in each replicate, shape (replicates, n x copies)."""
    sure = Doubt(chance=doubt.chance, resample=doubt.resample)
    drawn, counted, _ = sure.draw(n, rng, replicates=replicates)
    place = drawn * copies + rng.integers(copies, size=drawn.shape)
    row, _ = np.nonzero(counted)
    return csr_array((np.ones(row.size), (row, place[counted])), shape=(replicates, n * copies))


def _longest_reach(
    density: Floats, length_m: Floats, patrolled_m: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Mark in each row the densest lixels until their length reaches `patrolled_m`."""
    ranked = density * (1 + 1e-9 * rng.random(density.shape))
    order = np.argsort(-ranked, axis=1)
    before_m = np.cumsum(length_m[order], axis=1) - length_m[order]
    marked = np.zeros(density.shape, dtype=bool)
    np.put_along_axis(marked, order, before_m < patrolled_m, axis=1)
    return marked & (density > 0)
