"""Inner loops over millions of points, compiled to machine code when they are first used.

Tables of a few thousand rows never come here: loading the compiler takes longer than the work. The
bodies are plain Python, so that a test can run them against the compiled form; a coverage tool
cannot look inside machine code.
"""

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

LEAST = 200_000
"""Points from which a compiled loop is worth the time it takes to load."""


@cache
def compiled(kernel: Callable[..., None]) -> Callable[..., None]:
    """
    Return the machine code of a kernel, compiled once and kept on disk between sessions.

    Examples
    --------
    >>> total = np.zeros(2)
    >>> frame = (0.0, 0.0, 1.0, 2, 1)
    >>> compiled(count_squares)(np.array([0.5]), np.array([0.0]), frame, total)
    >>> total.tolist()
    [1.0, 0.0]
    """
    # imported here: whoever never meets a million points never waits for the compiler
    numba: Any = importlib.import_module("numba")
    machine_code: Callable[..., None] = numba.njit(cache=True, error_model="numpy")(kernel)
    return machine_code


def count_squares(x: Any, y: Any, frame: Any, total: Any) -> None:  # pragma: no cover
    """Add 1 to the square of every point, with the same rounding as `Lattice.locate`."""
    x0, y0, size, columns, rows = frame
    for i in range(x.size):
        across, up = x[i] - x0, y[i] - y0
        column, row = np.floor(across / size), np.floor(up / size)
        if column == columns and across <= columns * size:
            column -= 1
        if row == rows and up <= rows * size:
            row -= 1
        # NaN fails every comparison, so a missing coordinate is nowhere
        if 0 <= column < columns and 0 <= row < rows:
            total[int(row * columns + column)] += 1


def count_squares_by_layer(  # pragma: no cover
    x: Any, y: Any, layer: Any, frame: Any, total: Any
) -> None:
    """Add 1 to the square of every point in its layer; a negative layer counts nowhere."""
    x0, y0, size, columns, rows = frame
    for i in range(x.size):
        across, up = x[i] - x0, y[i] - y0
        column, row = np.floor(across / size), np.floor(up / size)
        if column == columns and across <= columns * size:
            column -= 1
        if row == rows and up <= rows * size:
            row -= 1
        if 0 <= column < columns and 0 <= row < rows and layer[i] >= 0:
            total[layer[i], int(row * columns + column)] += 1


def bin_linearly(  # pragma: no cover
    points: Any, frame: Any, inside: Any, binned: Any, unsure: Any
) -> None:
    """Share out each point among the four pixels around it, and list those on the mask's edge.

    `points` are x, y and weight. `inside` is 1 for pixels within the mask, 0 for pixels off it and
    2 for pixels that its edge may cross; `unsure` receives True for points in the last ones, which
    are not binned.
    """
    x, y, weight = points
    x0, y0, size, columns, rows = frame
    for i in range(x.size):
        right, up = (x[i] - x0) / size, (y[i] - y0) / size
        column, row = np.floor(right), np.floor(up)
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        kind = inside[int(row), int(column)]
        if kind == 2:  # noqa: PLR2004  # explained above
            unsure[i] = True
        if kind != 1:
            continue
        right, up = right - 0.5, up - 0.5
        column, row = np.floor(right), np.floor(up)
        right, up = right - column, up - row
        low, left = int(row), int(column)
        binned[low, left] += weight[i] * (1 - right) * (1 - up)
        binned[low, left + 1] += weight[i] * right * (1 - up)
        binned[low + 1, left] += weight[i] * (1 - right) * up
        binned[low + 1, left + 1] += weight[i] * right * up
