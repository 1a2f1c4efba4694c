"""Kernel density along the streets, where a kernel splits at every crossing."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from data.errors import N_, DegenerateDataError, Message
from spatial.kernels import compiled
from spatial.street_walks import Streets, locate_on_streets, spread_kernels

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KERNELS = {"epanechnikov": np.sqrt(5), "quartic": np.sqrt(7), "gaussian": 3.0}
"""Standard deviations that each kernel reaches; the Gaussian is cut off there and scaled up."""
HEIGHTS = {
    "epanechnikov": 3 / 4,
    "quartic": 15 / 16,
    "gaussian": 3 / np.sqrt(2 * np.pi) / 0.9973002,
}
"""Height of each kernel times its reach, so that it adds up to 1."""
RULES = ("discontinuous", "continuous")
LEAST_SHARE = 0.01
"""Share of a kernel below which a walk goes on together with others as far away, to a 512th of the
reach; the density changes by less than 0.1 % of its peak."""
M_PER_KM = 1000.0
EVENTS_AT_ONCE = 256


def network_density(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    weights: pd.DataFrame,
    lixels: gpd.GeoDataFrame,
    *,
    bandwidth_m: float,
    rule: str = "discontinuous",
    kernel: str = "epanechnikov",
    max_snap_m: float = 100.0,
) -> pd.DataFrame:
    """
    Estimate the density of incidents along the streets at the middle of every lixel.

    Each incident spreads its kernel along every walk that does not turn back. At a crossing of m
    streets the discontinuous rule gives each of the other m - 1 an equal part; the kernel adds up
    to 1, except for what reaches the end of a blind alley. The continuous rule gives 2/m to each
    other street and 2/m - 1 back, so that the density has no jump at crossings and nothing is lost
    in blind alleys; it may be slightly negative beside large crossings. Walks that carry less than
    a hundredth of the kernel go on together with others as far away, to a 512th of the reach.
    One-way rules are not asked.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the lixels.
    weights
        One row for each point, one column for each layer: how many incidents it stands for.
    lixels
        Result of `cut_lixels`, with all lixels of each street.
    bandwidth_m
        Standard deviation of the kernel, in metres along the streets, above 0.
    rule
        `discontinuous` or `continuous`.
    kernel
        `epanechnikov`, `quartic`, or `gaussian` cut off at 3 standard deviations.
    max_snap_m
        Points further than this (m) from every street are left out.

    Returns
    -------
    density
        Incidents per km of street on the index of `lixels`, a column for each layer.

    Raises
    ------
    DegenerateDataError
        If the rule or kernel is unknown or the bandwidth not above 0.

    References
    ----------
    Okabe, Satoh & Sugihara (2009), International Journal of Geographical Information Science
    23(1), doi:10.1080/13658810802475491

    Examples
    --------
    One incident in the middle of a street of 400 m: 3/4 of an incident per reach of 111.8 m.

    >>> import networkx as nx
    >>> from shapely import LineString
    >>> from spatial.lixel import cut_lixels
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=LineString([(0, 0), (400, 0)]), length=400.0)
    >>> lixels = cut_lixels(streets, length_m=80)
    >>> gate, once = gpd.GeoSeries.from_xy([200], [5], crs=32650), pd.DataFrame({"day": [1]})
    >>> network_density(gate, once, lixels, bandwidth_m=50)["day"].round(2).tolist()
    [0.0, 3.27, 6.71, 3.27, 0.0]
    """
    streets = Streets.of(lixels)
    street, at_m = locate_on_streets(points, lixels, streets, max_snap_m=max_snap_m)
    middle_m = (lixels["from_m"] + lixels["to_m"]).to_numpy(dtype=np.float64) / 2
    layers = {
        layer: density_along_streets(
            (street, at_m, column.to_numpy(dtype=np.float64)),
            (streets.of_lixel, middle_m),
            streets,
            bandwidth_m=bandwidth_m,
            rule=rule,
            kernel=kernel,
        )
        * M_PER_KM
        for layer, column in weights.items()
    }
    return pd.DataFrame(layers, index=lixels.index)


def density_along_streets(
    events: tuple[Integers, Floats, Floats],
    places: tuple[Integers, Floats],
    streets: Streets,
    *,
    bandwidth_m: float,
    rule: str = "discontinuous",
    kernel: str = "epanechnikov",
) -> Floats:
    """
    Add up the kernels of events at places, both given along the streets.

    Parameters
    ----------
    events
        Street (-1: left out), metres along it and weight of each event.
    places
        Street and metres along it of each of the m places.
    streets
        From `Streets.of`.
    bandwidth_m, rule, kernel
        As in `network_density`.

    Returns
    -------
    density
        Events per metre of street, shape (m,).

    Examples
    --------
    >>> streets = Streets.of(pd.DataFrame({"u": [1], "v": [2], "key": [0], "to_m": [400.0]}))
    >>> event = np.array([0]), np.array([200.0]), np.array([1.0])
    >>> place = np.array([0]), np.array([200.0])
    >>> density_along_streets(event, place, streets, bandwidth_m=100).round(6).tolist()
    [0.003354]
    """
    return np.asarray(
        _spread(events, None, places, streets, _kernel(bandwidth_m, rule, kernel)).ravel()
    )


def kernel_shares(
    events: tuple[Integers, Floats],
    places: tuple[Integers, Floats],
    streets: Streets,
    *,
    bandwidth_m: float,
    rule: str = "discontinuous",
    kernel: str = "epanechnikov",
) -> "csr_array[Any]":
    """
    Return the kernel of each event at each place, for sums with ever different weights.

    Parameters
    ----------
    events
        Street (-1: left out) and metres along it of each of the n events.
    places, streets, bandwidth_m, rule, kernel
        As in `density_along_streets`.

    Returns
    -------
    shares
        Per metre of street, shape (n, m).

    Examples
    --------
    >>> streets = Streets.of(pd.DataFrame({"u": [1], "v": [2], "key": [0], "to_m": [400.0]}))
    >>> spots = np.array([0, 0]), np.array([10.0, 390.0])
    >>> kernel_shares(spots, spots, streets, bandwidth_m=100).toarray().round(5).tolist()
    [[0.00335, 0.0], [0.0, 0.00335]]
    """
    how = _kernel(bandwidth_m, rule, kernel)
    street, at_m = events
    blocks = [csr_array((0, places[0].size))]
    for start in range(0, street.size, EVENTS_AT_ONCE):
        block = slice(start, start + EVENTS_AT_ONCE)
        once = np.ones(street[block].size)
        rows = np.arange(once.size)
        some = (street[block], at_m[block], once)
        blocks.append(csr_array(_spread(some, rows, places, streets, how)))
    return csr_array(vstack(blocks))


def _kernel(bandwidth_m: float, rule: str, kernel: str) -> tuple[Any, ...]:
    """Return the kernel as the walks want it; raise if there is no such kernel."""
    if rule not in RULES:
        raise DegenerateDataError(
            Message.of(N_("There is no rule {rule} for crossings."), rule=rule),
            N_("Write discontinuous or continuous."),
        )
    if kernel not in KERNELS:
        raise DegenerateDataError(
            Message.of(N_("There is no kernel {kernel}."), kernel=kernel),
            N_("Write epanechnikov, quartic or gaussian."),
        )
    if not 0 < bandwidth_m < np.inf:
        raise DegenerateDataError(
            Message.of(N_("A bandwidth of {size} m does not exist."), size=bandwidth_m),
            N_("Give a bandwidth above 0 m."),
        )
    reach_m = float(KERNELS[kernel]) * bandwidth_m
    height = float(HEIGHTS[kernel]) / reach_m
    number = list(KERNELS).index(kernel)
    return number, float(bandwidth_m), reach_m, height, rule == "continuous", LEAST_SHARE


def _spread(
    events: tuple[Integers, Floats, Floats],
    rows: Integers | None,
    places: tuple[Integers, Floats],
    streets: Streets,
    how: tuple[Any, ...],
) -> Floats:
    """Walk from every event; one row for all of them, or those given."""
    street, at_m, weight = events
    on = (street >= 0) & (weight != 0)
    row = np.zeros(street.size, dtype=np.int64) if rows is None else rows
    order = np.argsort(places[0], kind="stable")
    many = np.bincount(places[0], minlength=streets.length_m.size)
    first = np.concatenate([[0], np.cumsum(many)])
    density = np.zeros((1 if rows is None else rows.size, order.size))
    compiled(spread_kernels)(
        (street[on], at_m[on], weight[on], row[on]),
        (first, places[1][order], order),
        (streets.length_m, streets.node, streets.first, streets.ends),
        how,
        density,
    )
    return density
