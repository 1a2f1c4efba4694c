"""Coordinates of the systems used in China -> WGS 84, and back."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from data.china_shift import (
    Pair,
    as_arrays,
    bd09_from_gcj02,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_gcj02,
)
from data.errors import N_, AreaError, Message

__all__ = [
    "DEGREES",
    "bd09_from_gcj02",
    "from_wgs84",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "is_uncertain",
    "to_wgs84",
    "wgs84_from_gcj02",
]

WGS84 = "EPSG:4326"
DEGREES = ("wgs84", "cgcs2000", "gcj02", "bd09")
"""Systems of longitude and latitude. CGCS2000 and WGS 84 are the same at the metre: both are ITRS
frames (of 1997.0 and of today), and the plates have since moved less than a metre."""
UNCERTAIN = ("Xian 1980", "Beijing 1954", "New Beijing")
"""Datums whose shift to WGS 84 (tens of metres to over a hundred) is not public: PROJ leaves it
out, or takes one that was measured for an oil field. Names as EPSG gives them."""


def to_wgs84(x: ArrayLike, y: ArrayLike, system: str) -> Pair:
    """
    Convert coordinates of a known system to WGS 84.

    Parameters
    ----------
    x, y
        Degrees, or metres east and north, of one shape; missing ones stay missing.
    system
        `wgs84`, `cgcs2000`, `gcj02`, `bd09` or `EPSG:n`.

    Returns
    -------
    lon, lat
        Degrees; missing where the system has no such place.

    Raises
    ------
    AreaError
        If the system is unknown, or its shift to WGS 84 is not public.

    Examples
    --------
    >>> lon, lat = to_wgs84([39517000.0], [4333000.0], "EPSG:4527")
    >>> round(float(lon[0]), 4), round(float(lat[0]), 4)
    (117.1966, 39.1304)
    """
    points = as_arrays(x, y)
    if system in {"wgs84", "cgcs2000"}:
        return points
    if system == "gcj02":
        return wgs84_from_gcj02(*points)
    if system == "bd09":
        return wgs84_from_gcj02(*gcj02_from_bd09(*points))
    return _projected(_transformer(system, "inverse"), points)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, system: str) -> Pair:
    """
    Convert WGS 84 to a known system; the counterpart of `to_wgs84`.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape.
    system
        `wgs84`, `cgcs2000`, `gcj02`, `bd09` or `EPSG:n`.

    Returns
    -------
    x, y
        Degrees, or metres east and north.

    Raises
    ------
    AreaError
        If the system is unknown, or its shift to WGS 84 is not public.

    Examples
    --------
    >>> x, y = from_wgs84([117.0], [0.0], "EPSG:4548")  # on the central meridian
    >>> float(x[0]), float(y[0])
    (500000.0, 0.0)
    """
    points = as_arrays(lon, lat)
    if system in {"wgs84", "cgcs2000"}:
        return points
    if system == "gcj02":
        return gcj02_from_wgs84(*points)
    if system == "bd09":
        return bd09_from_gcj02(*gcj02_from_wgs84(*points))
    return _projected(_transformer(system, "forward"), points)


def is_uncertain(crs: CRS) -> bool:
    """
    Tell whether the shift between a reference system and WGS 84 is not public.

    Examples
    --------
    >>> is_uncertain(CRS("EPSG:2334")), is_uncertain(CRS("EPSG:4548"))  # Xi'an 80, CGCS2000
    (True, False)
    """
    geodetic = crs.geodetic_crs
    names = {part.name for part in (geodetic, geodetic and geodetic.datum) if part}
    return any(known.lower() in name.lower() for known in UNCERTAIN for name in names)


@cache
def _transformer(system: str, direction: str) -> Transformer:
    """Return PROJ's conversion between WGS 84 and a system named by its code."""
    try:
        crs = CRS.from_user_input(system)
    except CRSError:
        remedy = N_("Use wgs84, cgcs2000, gcj02, bd09 or an EPSG code such as EPSG:4548.")
        what = Message.of(N_("The coordinate system {system} is not known."), system=system)
        raise AreaError(what, remedy) from None
    if is_uncertain(crs):
        text = N_("The shift between {system} and WGS 84 is not public.")
        remedy = N_("Give three or more points with their place on the map, to fit it from them.")
        raise AreaError(Message.of(text, system=crs.name), remedy)
    if direction == "inverse":
        return Transformer.from_crs(crs, WGS84, always_xy=True)
    return Transformer.from_crs(WGS84, crs, always_xy=True)


def _projected(transformer: Transformer, points: Pair) -> Pair:
    """Run a conversion; a place that it does not know becomes missing."""
    x, y = transformer.transform(*points)
    known = np.isfinite(x) & np.isfinite(y)
    return np.where(known, x, np.nan), np.where(known, y, np.nan)
