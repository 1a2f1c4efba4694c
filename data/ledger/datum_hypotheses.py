"""Which systems the numbers of a file could be in, judged by their size alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.china import in_china
from data.china_shift import Array, Pair
from data.datum import from_wgs84, to_wgs84
from data.projection import utm_crs

MOST = 0.6
"""Share of the points that must suit a system: the others may be noise."""
SHIFTED_SHARE = 0.2
"""Share of the points that must lie in China before GCJ-02 and BD-09 come into question."""
MOST_TRIED = 200
"""Points that are enough to find the middle of a file; they stand in no order."""
NEAR_DEG = 1.0
"""A file of the area has its middle this near the area's, about 100 km."""
MOST_LON, MOST_LAT = 180, 90
MERCATOR = "EPSG:3857"
ZONES_3DEG, ZONES_6DEG = range(25, 46), range(13, 24)
CODE_3DEG_ZONE, CODE_3DEG, CODE_6DEG_ZONE = 4513 - 25, 4534 - 25, 4491 - 13
"""EPSG codes of CGCS2000 / Gauss-Krüger: code of zone n minus n."""
NORTHING = (1.7e6, 6.1e6)
EASTING = (1e5, 9e5)
MILLION, HALF_MILLION = 1_000_000, 500_000
MERCATOR_M = 2.004e7


@dataclass(frozen=True)
class Hypothesis:
    """A system, and whether the two columns are exchanged."""

    system: str
    swapped: bool = False

    def places(self, x: Array, y: Array) -> Pair:
        """Return the places in WGS 84 if the hypothesis is true."""
        return to_wgs84(y, x, self.system) if self.swapped else to_wgs84(x, y, self.system)

    def numbers(self, lon: Array, lat: Array) -> Pair:
        """Return what the file would say of places in WGS 84 if the hypothesis is true."""
        x, y = from_wgs84(lon, lat, self.system)
        return (y, x) if self.swapped else (x, y)


def propose(
    x: Array,
    y: Array,
    centre: tuple[float, float] | None,
    declared: Hypothesis | None = None,
) -> list[Hypothesis]:
    """
    List the systems that fit the size of the numbers, and the area if one is known.

    Parameters
    ----------
    x, y
        The numbers of the file, none missing.
    centre
        Lon and lat of the middle of the area; None if no area is known.
    declared
        What a believed label says; None if there is none.

    Returns
    -------
    hypotheses
        Those that bring the middle of the file near the area, if any does; otherwise all.

    Examples
    --------
    >>> [h.system for h in propose(np.array([117.2]), np.array([39.1]), None)]
    ['wgs84', 'gcj02', 'bd09']
    >>> [h.system for h in propose(np.array([39517000.0]), np.array([4333000.0]), None)]
    ['EPSG:4527']
    >>> propose(np.array([39.1]), np.array([117.2]), None)[0]
    Hypothesis(system='wgs84', swapped=True)
    """
    if not x.size:
        return []
    found = [declared] if declared else []
    for swapped, (east, north) in enumerate([(x, y), (y, x)]):
        found += [Hypothesis(system, bool(swapped)) for system in _systems(east, north, centre)]
    once = list(dict.fromkeys(found))
    if centre is None:
        return _straight_first(once, x, y)
    near = [h for h in once if _is_near(h, x, y, centre)]
    return near or _straight_first(once, x, y)


def is_degrees(x: Array, y: Array) -> bool:
    """
    Tell whether most of the numbers can be longitude and latitude.

    Examples
    --------
    >>> lon, lat = np.array([117.2]), np.array([39.1])
    >>> is_degrees(lon, lat), is_degrees(lat, lon)
    (True, False)
    """
    return _share((np.abs(x) <= MOST_LON) & (np.abs(y) <= MOST_LAT)) >= MOST


def _systems(east: Array, north: Array, centre: tuple[float, float] | None) -> Iterator[str]:
    """List the systems that the size of eastings and northings allows."""
    if is_degrees(east, north):
        yield "wgs84"
        if _share(in_china(east, north)) >= SHIFTED_SHARE:
            yield from ("gcj02", "bd09")
        return
    middle = float(np.median(east))
    if _share((north > NORTHING[0]) & (north < NORTHING[1])) >= MOST:
        yield from _gauss_kruger(middle, centre)
    if centre is not None:
        if _share((east > EASTING[0]) & (east < EASTING[1])) >= MOST:
            for aside in (-3, 0, 3):
                zone = utm_crs(min(max(centre[0] + aside, -180), 180), centre[1])
                if _may_lie(middle, (zone.to_epsg() or 0) % 100 * 6 - 183, centre):
                    yield f"EPSG:{zone.to_epsg()}"
        if _share((np.abs(east) <= MERCATOR_M) & (np.abs(north) <= MERCATOR_M)) >= MOST:
            yield MERCATOR


def _gauss_kruger(east: float, centre: tuple[float, float] | None) -> Iterator[str]:
    """List the zones of CGCS2000 that an easting allows, with the zone before it or without."""
    zone, rest = divmod(east, MILLION)
    if not EASTING[0] < rest < EASTING[1]:
        return
    if zone in ZONES_3DEG:
        yield f"EPSG:{CODE_3DEG_ZONE + int(zone)}"
    elif zone in ZONES_6DEG:
        yield f"EPSG:{CODE_6DEG_ZONE + int(zone)}"
    elif zone == 0 and centre is not None:
        # a zone of 6 degrees without its number is the same as the zone of 3 degrees in its middle
        nearest = round(centre[0] / 3)
        for zone_3deg in (nearest - 1, nearest, nearest + 1):
            if zone_3deg in ZONES_3DEG and _may_lie(east, 3 * zone_3deg, centre):
                yield f"EPSG:{CODE_3DEG + zone_3deg}"


def _may_lie(east: float, meridian: float, centre: tuple[float, float]) -> bool:
    """Tell whether an easting may lie near the area, if counted from a meridian."""
    per_degree_m = 111_320 * np.cos(np.radians(centre[1]))
    lon = meridian + (east - HALF_MILLION) / per_degree_m
    return bool(abs(lon - centre[0]) <= 2 * NEAR_DEG / np.cos(np.radians(centre[1])))


def _straight_first(found: list[Hypothesis], x: Array, y: Array) -> list[Hypothesis]:
    """Leave out what only exchanged columns allow, unless nothing else puts them in China."""
    straight = [h for h in found if not h.swapped]
    in_order = _share(in_china(x, y)) >= MOST
    exchanged = _share(in_china(y, x)) >= MOST
    if straight and (in_order or not exchanged):
        return straight
    return [h for h in found if h.swapped] if exchanged else found


def _is_near(hypothesis: Hypothesis, x: Array, y: Array, centre: tuple[float, float]) -> bool:
    """Tell whether a hypothesis brings the middle of the points near the area."""
    lon, lat = hypothesis.places(x[:MOST_TRIED], y[:MOST_TRIED])
    known = np.isfinite(lon)
    if not known.any():
        return False
    east = (np.median(lon[known]) - centre[0]) * np.cos(np.radians(centre[1]))
    return bool(np.hypot(east, np.median(lat[known]) - centre[1]) <= NEAR_DEG)


def _share(fits: NDArray[np.bool_]) -> float:
    """Return the share of points that fit."""
    return float(np.mean(fits))
