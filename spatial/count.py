"""Count points per cell by integer arithmetic."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.grid import Lattice


def cell_positions(
    points: gpd.GeoDataFrame | gpd.GeoSeries, *, lattice: Lattice, cells: gpd.GeoDataFrame
) -> NDArray[np.int64]:
    """
    Find the cell of every point.

    Parameters
    ----------
    points
        Point geometry, in metres.
    lattice
        The lattice from which `cells` were cut.
    cells
        CELLS frame.

    Returns
    -------
    positions
        Row number of the cell in `cells` for each point, shape (n,); -1 where no cell of the frame
        holds it, so `(positions < 0).sum()` points are outside.

    Examples
    --------
    >>> import shapely
    >>> mask = shapely.box(0, 0, 100, 50)
    >>> lattice = Lattice.cover(mask, 50.0)
    >>> points = gpd.GeoSeries.from_xy([10, 60, 70, 500], [10, 10, 20, 10])
    >>> cell_positions(points, lattice=lattice, cells=lattice.cells(mask)).tolist()
    [0, 1, 1, -1]
    """
    geometry = points.geometry
    numbers = lattice.locate(geometry.x.to_numpy(), geometry.y.to_numpy())
    table = lattice.positions(cells)
    return np.where(numbers >= 0, table[numbers], -1)


def count_in_cells(
    positions: NDArray[np.int64], cells: gpd.GeoDataFrame, weights: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Count the points of each cell, or add up their whole-number weights.

    Parameters
    ----------
    positions
        Row number of each point's cell, -1 for points that no cell holds and nobody counts.
    cells
        CELLS frame.
    weights
        One row for each point, in the order of `positions`; one column for each layer, such as
        the twelfths of `shift_twelfths`. Omitted: one layer `n` in which each point counts 1.

    Returns
    -------
    counts
        Integers of at least 0 on the index of `cells`, a column for each layer.

    Examples
    --------
    >>> cells = gpd.GeoDataFrame(index=pd.Index(["c000r000", "c001r000"], name="cell_id"))
    >>> count_in_cells(np.array([1, 1, -1]), cells)["n"].tolist()
    [0, 2]
    """
    if weights is None:
        weights = pd.DataFrame({"n": np.ones(positions.size, dtype=np.int64)})
    inside = positions >= 0
    counts = {
        # sums stay exact: a float holds every whole number up to 2^53
        layer: np.bincount(positions[inside], column.to_numpy()[inside], len(cells))
        for layer, column in weights.items()
    }
    return pd.DataFrame(counts, index=cells.index).astype(np.int64)
