"""Count points per cell by integer arithmetic."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.grid import Lattice
from spatial.kernels import LEAST, compiled, count_squares, count_squares_by_layer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK = 65_536
"""Points handled at a time, so that what is made on the way stays in the processor's cache."""
FURTHEST_M = 1e12


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


def count_points(x: Floats, y: Floats, *, lattice: Lattice) -> Integers:
    """
    Count points per cell of a lattice in one pass over their coordinates.

    Parameters
    ----------
    x, y
        Metres, shape (n,); points outside the lattice or without a number are nowhere.
    lattice
        Squares or hexagons.

    Returns
    -------
    counts
        Shape (rows x columns,), in the order of the cell numbers of `lattice`; they are those of
        `Lattice.locate`, whichever way is taken.

    Examples
    --------
    >>> lattice = Lattice("square", 50.0, (0.0, 0.0), columns=2, rows=1)
    >>> count_points(np.array([10.0, 60, 100, np.nan]), np.array([0.0, 0, 50, 0]), lattice=lattice)
    array([1, 2])
    """
    counts = np.zeros(lattice.rows * lattice.columns, dtype=np.int64)
    if lattice.shape == "square" and x.size >= LEAST:
        compiled(count_squares)(x, y, _frame(lattice), counts)
        return counts
    for start in range(0, x.size, BLOCK):
        part = slice(start, start + BLOCK)
        numbers = cell_numbers(x[part], y[part], lattice=lattice)
        counts += np.bincount(numbers[numbers >= 0], minlength=counts.size)
    return counts


def count_points_by_layer(
    x: Floats, y: Floats, layer: NDArray[np.integer], *, layers: int, lattice: Lattice
) -> Integers:
    """
    Count points per layer and cell of a lattice in one pass.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    layer
        Number of the layer of each point, below `layers`; negative: counted nowhere.
    layers
        Number of layers.
    lattice
        Squares or hexagons.

    Returns
    -------
    counts
        Shape (layers, rows x columns).

    Examples
    --------
    >>> lattice = Lattice("square", 50.0, (0.0, 0.0), columns=2, rows=1)
    >>> x, y, shift = np.array([10.0, 60, 70]), np.zeros(3), np.array([1, 0, 1])
    >>> count_points_by_layer(x, y, shift, layers=2, lattice=lattice).tolist()
    [[0, 1], [1, 1]]
    """
    cells = lattice.rows * lattice.columns
    counts = np.zeros((layers, cells), dtype=np.int64)
    if lattice.shape == "square" and x.size >= LEAST:
        compiled(count_squares_by_layer)(x, y, layer, _frame(lattice), counts)
        return counts
    for start in range(0, x.size, BLOCK):
        part = slice(start, start + BLOCK)
        numbers = cell_numbers(x[part], y[part], lattice=lattice)
        known = (numbers >= 0) & (layer[part] >= 0)
        both = layer[part][known].astype(np.int64) * cells + numbers[known]
        counts += np.bincount(both, minlength=counts.size).reshape(counts.shape)
    return counts


def counts_on_cells(counts: Integers, *, lattice: Lattice, cells: gpd.GeoDataFrame) -> Integers:
    """
    Pick from the counts of a whole lattice those of a CELLS frame, in its order.

    Examples
    --------
    >>> import shapely
    >>> lattice = Lattice.cover(shapely.box(0, 0, 150, 50), 50.0)
    >>> cells = lattice.cells(shapely.box(60, 0, 150, 50))
    >>> counts_on_cells(np.array([7, 8, 9]), lattice=lattice, cells=cells).tolist()
    [8, 9]
    """
    column, row = cells["column"].to_numpy(np.int64), cells["row"].to_numpy(np.int64)
    picked: Integers = counts[..., row * lattice.columns + column]
    return picked


def cell_numbers(x: Floats, y: Floats, *, lattice: Lattice) -> Integers:
    """
    Return the number of the cell of each point, -1 for points outside or without a number.

    Examples
    --------
    >>> lattice = Lattice("square", 50.0, (0.0, 0.0), columns=2, rows=1)
    >>> cell_numbers(np.array([60.0, np.nan, 999]), np.zeros(3), lattice=lattice).tolist()
    [1, -1, -1]
    """
    # NaN fails the comparison; beyond it no cell number fits an integer, and no place is on Earth
    known = (np.abs(x) < FURTHEST_M) & (np.abs(y) < FURTHEST_M)
    numbers = np.full(x.size, -1, dtype=np.int64)
    numbers[known] = lattice.locate(x[known], y[known])
    return numbers


def _frame(lattice: Lattice) -> tuple[float, float, float, int, int]:
    """Return the lattice as a kernel wants it."""
    return (*lattice.origin, lattice.cell_size_m, lattice.columns, lattice.rows)
