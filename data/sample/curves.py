"""Gently bent lines through a few chosen points, and lines that run beside them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from data.sample.plane import Point

Coordinates = NDArray[np.float64]


def smooth(points: Sequence[Point], step_m: float = 45.0) -> Coordinates:
    """Run a Catmull-Rom curve through all points, with a vertex about every `step_m` metres.

    Examples
    --------
    >>> smooth([(0, 0), (100, 0)], step_m=50).tolist()
    [[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]
    """
    knots = np.asarray(points, dtype=float)
    before, after = 2 * knots[0] - knots[1], 2 * knots[-1] - knots[-2]
    padded = np.vstack([before, knots, after])
    t = np.linspace(0, 1, 33)[:-1, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        cubic = (3 * (b - c) + d - a) * t**3 + (2 * a - 5 * b + 4 * c - d) * t**2
        pieces.append(b + 0.5 * (cubic + (c - a) * t))
    line = LineString(np.vstack([*pieces, knots[-1:]]))
    n = max(1, round(line.length / step_m))
    along = [line.interpolate(i / n, normalized=True) for i in range(n + 1)]
    return np.array([(p.x, p.y) for p in along])


def beside(line: Coordinates, distance_m: float | NDArray[np.float64]) -> Coordinates:
    """Return the line that runs `distance_m` to the left of `line`, vertex by vertex.

    Examples
    --------
    >>> beside(np.array([[0.0, 0.0], [0.0, 10.0]]), 2.0).tolist()
    [[-2.0, 0.0], [-2.0, 10.0]]
    """
    ahead = np.gradient(line, axis=0)
    ahead /= np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    moved: Coordinates = line + left * np.broadcast_to(distance_m, len(line))[:, None]
    return moved


def bow(start: Point, end: Point, sag: float, step_m: float = 45.0) -> LineString:
    """Join two points by a flat arc that swings out by the share `sag` of its length.

    Examples
    --------
    >>> bow((0, 0), (100, 0), 0.05, step_m=50).wkt
    'LINESTRING (0 0, 50 5, 100 0)'
    """
    a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    n = max(1, round(float(np.hypot(*(b - a))) / step_m))
    t = np.linspace(0, 1, n + 1)[:, None]
    left = np.array([a[1] - b[1], b[0] - a[0]])
    return LineString(a + (b - a) * t + left * sag * 4 * t * (1 - t))
