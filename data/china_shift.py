"""GCJ-02 and BD-09, the shifted systems of Chinese map services, by the published formulas."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from data.china import in_china

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

AXIS_M, ECCENTRICITY2 = 6378245.0, 0.00669342162296594323
"""Krassovsky 1940, the ellipsoid of the formula."""
BAIDU = np.pi * 3000 / 180
SETTLED_DEG = 1e-10
"""A hundredth of a millimetre."""
MOST_ROUNDS = 40


def as_arrays(x: ArrayLike, y: ArrayLike) -> Pair:
    """Return new arrays of numbers, whatever came in."""
    return np.array(x, dtype=float), np.array(y, dtype=float)


def gcj02_from_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Shift WGS 84 to GCJ-02, the system of AMap and Tencent; outside China nothing is shifted.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape.

    Returns
    -------
    lon, lat
        Degrees.

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(117.2, 39.14)
    >>> round(float(lon), 6), round(float(lat), 6)
    (117.206306, 39.141041)
    """
    x, y = as_arrays(lon, lat)
    dx, dy = _offset(x, y)
    inside = in_china(x, y)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def wgs84_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Undo `gcj02_from_wgs84` by iteration.

    Within a kilometre of the outline of China a shifted and an unshifted place can have the same
    GCJ-02 coordinates; the shifted one is taken.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape.

    Returns
    -------
    lon, lat
        Degrees, to a hundredth of a millimetre against the formula.

    Examples
    --------
    >>> lon, lat = wgs84_from_gcj02(*gcj02_from_wgs84(117.2, 39.14))
    >>> round(float(lon), 9), round(float(lat), 9)
    (117.2, 39.14)
    """
    x, y = as_arrays(lon, lat)

    def shifted(lon: Array, lat: Array) -> Pair:
        dx, dy = _offset(lon, lat)
        return lon + dx, lat + dy

    back = _invert(shifted, x, y)
    inside = in_china(*back)
    return np.where(inside, back[0], x), np.where(inside, back[1], y)


def bd09_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Shift GCJ-02 to BD-09, the system of Baidu; outside China nothing is shifted.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape.

    Returns
    -------
    lon, lat
        Degrees.

    Examples
    --------
    >>> lon, lat = bd09_from_gcj02(*gcj02_from_wgs84(117.2, 39.14))
    >>> round(float(lon), 6), round(float(lat), 6)
    (117.212846, 39.146979)
    """
    x, y = as_arrays(lon, lat)
    inside = in_china(x, y)
    shifted = _baidu(x, y)
    return np.where(inside, shifted[0], x), np.where(inside, shifted[1], y)


def gcj02_from_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Undo `bd09_from_gcj02` by iteration.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape.

    Returns
    -------
    lon, lat
        Degrees, to a hundredth of a millimetre against the formula.

    Examples
    --------
    >>> lon, lat = gcj02_from_bd09(*bd09_from_gcj02(117.206306, 39.141041))
    >>> round(float(lon), 9), round(float(lat), 9)
    (117.206306, 39.141041)
    """
    x, y = as_arrays(lon, lat)
    back = _invert(_baidu, x, y)
    inside = in_china(*back)
    return np.where(inside, back[0], x), np.where(inside, back[1], y)


def _offset(lon: Array, lat: Array) -> Pair:
    """Return what the published formula adds to WGS 84 (degrees)."""
    x, y, pi = lon - 105, lat - 35, np.pi
    root = np.sqrt(np.abs(x))
    wave = 20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)
    east = wave + 20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)
    east += 150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)
    north = wave + 20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)
    north += 160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)
    east_m = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root + east * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root + north * 2 / 3
    squash = 1 - ECCENTRICITY2 * np.sin(np.radians(lat)) ** 2
    across_m = AXIS_M / np.sqrt(squash) * np.cos(np.radians(lat))
    along_m = AXIS_M * (1 - ECCENTRICITY2) / squash**1.5
    return np.degrees(east_m / across_m), np.degrees(north_m / along_m)


def _baidu(lon: Array, lat: Array) -> Pair:
    """Return BD-09 of GCJ-02 by the published formula (degrees)."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(BAIDU * lat)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(BAIDU * lon)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _invert(shift: Callable[[Array, Array], Pair], lon: Array, lat: Array) -> Pair:
    """Find the places that `shift` brings to lon, lat: it is so smooth that repeating settles."""
    x, y = lon, lat
    for _ in range(MOST_ROUNDS):
        there = shift(x, y)
        dx, dy = lon - there[0], lat - there[1]
        x, y = x + dx, y + dy
        if not np.any(np.hypot(dx, dy) > SETTLED_DEG):
            break
    return x, y
