"""Risk layers: which cells are near a facility of each class, or among many of them."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

PROXIMITY, DENSITY = "proximity", "density"
DENSE = 2.0
"""Standard deviations above the mean density from which a cell lies among many."""

Floats = NDArray[np.float64]


def straight_distances(places: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> Floats:
    """
    Measure the straight line from every place to the middle of every cell.

    `walking_distances` gives the same table along the streets, for the cells' middles as points.

    Parameters
    ----------
    places
        Points in metres, such as gates.
    cells
        CELLS frame in the same CRS.

    Returns
    -------
    distance_m
        Shape (places, cells).

    Examples
    --------
    >>> import shapely
    >>> places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [5]))
    >>> cells = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    >>> straight_distances(places, cells).tolist()
    [[5.0, 15.0]]
    """
    middle, points = cells.geometry.centroid, places.geometry
    return np.asarray(
        cdist(np.column_stack([points.x, points.y]), np.column_stack([middle.x, middle.y]))
    )


def build_risk_layers(
    distance_m: Floats,
    category: pd.Series,
    cells: pd.Index,
    *,
    bands_m: Sequence[float] = (50.0, 100.0, 200.0, 300.0),
) -> pd.DataFrame:
    """
    Tell for every cell whether it is near a facility of a class, and whether among many.

    Near means that a facility lies within the distance. Among many means that the density of
    the facilities there (biweight kernel of that radius) is more than two standard deviations above
    its mean over the cells. Layers that are alike everywhere tell nothing and are left out; of two
    equal layers of a class only the first is kept.

    Parameters
    ----------
    distance_m
        Shape (facilities, cells), metres; `inf` where no way leads.
    category
        Class of each facility, in the order of the rows.
    cells
        Index of the cells, in the order of the columns.
    bands_m
        Distances to try, in metres, in rising order.

    Returns
    -------
    layers
        0 or 1, on `cells`; columns (`category`, `kind`, `distance_m`), kind `proximity` or
        `density`.

    References
    ----------
    Caplan, Kennedy & Miller (2011), Justice Quarterly 28(2), doi:10.1080/07418825.2010.486037

    Examples
    --------
    >>> distance_m = np.array([[10.0, 60.0, 110.0, 160.0]])
    >>> layers = build_risk_layers(distance_m, pd.Series(["pharmacy"]), pd.Index(list("abcd")))
    >>> layers["pharmacy", "proximity"]
    distance_m  50.0   100.0
    a               1      1
    b               0      1
    c               0      0
    d               0      0
    """
    layers: dict[tuple[str, str, float], NDArray[np.int64]] = {}
    for name in sorted(set(category)):
        own = distance_m[(category == name).to_numpy()]
        for band in bands_m:
            layers[name, PROXIMITY, float(band)] = (own.min(axis=0) <= band).astype(np.int64)
        for band in bands_m:
            layers[name, DENSITY, float(band)] = _dense(own, band)
    kept: dict[tuple[str, str, float], NDArray[np.int64]] = {}
    for key, layer in layers.items():
        same = [k for k in kept if k[0] == key[0] and np.array_equal(kept[k], layer)]
        if 0 < layer.sum() < layer.size and not same:
            kept[key] = layer
    columns = pd.MultiIndex.from_tuples(list(kept), names=["category", "kind", "distance_m"])
    values = np.column_stack(list(kept.values())) if kept else np.empty((len(cells), 0), int)
    return pd.DataFrame(values, index=cells, columns=columns)


def _dense(distance_m: Floats, radius_m: float) -> NDArray[np.int64]:
    """Tell which cells lie among more facilities than two standard deviations above the mean."""
    nearness = np.clip(1 - (distance_m / radius_m) ** 2, 0, None) ** 2
    density = nearness.sum(axis=0)
    return np.asarray(density > density.mean() + DENSE * density.std(), dtype=np.int64)
