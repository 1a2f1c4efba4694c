"""Arithmetic of a hexagonal lattice whose cells stand on a corner; lengths in cell sizes."""

import numpy as np
from numpy.typing import NDArray

ROW_PITCH = float(np.sqrt(3) / 2)
"""Distance between the rows; also the area of a cell."""
_AROUND = np.array(
    [
        [(-1, -1), (0, -1), (-1, 0), (0, 0), (1, 0), (-1, 1), (0, 1)],  # of a cell in an even row
        [(0, -1), (1, -1), (-1, 0), (0, 0), (1, 0), (0, 1), (1, 1)],  # in an odd row
    ]
)


def round_to_hexagon(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return column and row of the hexagon that holds each point.

    Parameters
    ----------
    x, y
        Shape (n,), in cell sizes from the centre of the cell in column 0 of row 0.

    References
    ----------
    Axial coordinates and their rounding: Patel (2013), redblobgames.com/grids/hexagons.

    Examples
    --------
    >>> column, row = round_to_hexagon(np.array([0.49, 0.51, 0.5]), np.array([0.0, 0.0, 0.8]))
    >>> list(zip(column.tolist(), row.tolist()))
    [(0, 0), (1, 0), (0, 1)]
    """
    axial_row = y / ROW_PITCH
    axial_column = x - axial_row / 2
    third = -axial_row - axial_column
    q, r, s = (np.rint(value) for value in (axial_column, axial_row, third))
    # the three must add up to 0: the one that was rounded furthest is derived from the others
    gap_q, gap_r, gap_s = abs(q - axial_column), abs(r - axial_row), abs(s - third)
    derive_q = (gap_q > gap_r) & (gap_q > gap_s)
    derive_r = ~derive_q & (gap_r > gap_s)
    q = np.where(derive_q, -r - s, q).astype(np.int64)
    r = np.where(derive_r, -q - s, r).astype(np.int64)
    return q + (r - (r & 1)) // 2, r


def hexagons_around(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Return the steps (column, row) from a cell to the 7 cells that are itself or share a side.

    Examples
    --------
    >>> hexagons_around(np.array([1]))[0, :2].tolist()
    [[0, -1], [1, -1]]
    """
    steps: NDArray[np.int64] = _AROUND[row & 1]
    return steps


def hexagon_corners(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the 6 corners around each centre, shape (n, 6, 2), counter-clockwise.

    Examples
    --------
    >>> hexagon_corners(np.array([0.0]), np.array([0.0])).round(3)[0, :2].tolist()
    [[0.5, 0.289], [0.0, 0.577]]
    """
    angle = np.radians(np.arange(30, 390, 60))
    radius = 1 / np.sqrt(3)
    corner_x = x[:, None] + radius * np.cos(angle)
    corner_y = y[:, None] + radius * np.sin(angle)
    return np.stack([corner_x, corner_y], axis=-1).round(12) + 0.0
