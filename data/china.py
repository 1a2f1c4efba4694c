"""Where the shifted systems of Chinese map services apply: a coarse outline, not a border."""

from functools import cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

OUTLINE = (
    (134.8, 48.45), (134.0, 48.6), (132.5, 48.0), (131.0, 48.1), (130.8, 48.9), (129.5, 49.6),
    (127.7, 50.3), (126.9, 51.3), (125.9, 52.8), (123.6, 53.65), (121.2, 53.45), (119.8, 52.7),
    (120.3, 51.9), (118.9, 50.3), (117.8, 49.7), (116.6, 49.95), (115.3, 48.1), (115.6, 47.6),
    (117.8, 47.85), (118.6, 47.8), (119.6, 47.0), (118.3, 46.85), (116.4, 46.5), (115.5, 45.6),
    (114.4, 45.55), (113.5, 45.0), (111.9, 45.2), (111.2, 44.4), (111.6, 43.85), (110.3, 42.85),
    (109.4, 42.6), (107.3, 42.6), (105.0, 41.75), (101.9, 42.4), (97.2, 42.9), (96.4, 43.0),
    (95.6, 44.4), (93.5, 45.1), (91.1, 45.4), (91.2, 46.6), (90.2, 48.1), (87.9, 49.3),
    (86.6, 49.25), (85.5, 48.5), (85.3, 47.3), (82.9, 47.4), (82.1, 45.7), (80.0, 45.3),
    (80.1, 44.3), (80.5, 43.2), (79.9, 42.35), (78.0, 41.45), (76.7, 41.1), (75.7, 40.5),
    (73.7, 40.0), (73.4, 39.3), (73.5, 38.4), (74.6, 37.2), (75.6, 36.6), (77.6, 35.3),
    (78.0, 34.4), (78.4, 32.6), (79.0, 31.2), (81.0, 30.0), (84.0, 28.7), (85.9, 27.9),
    (88.1, 27.75), (88.8, 27.2), (89.1, 27.4), (89.7, 28.0), (91.4, 27.7), (92.1, 26.8),
    (94.0, 26.9), (97.0, 27.6), (98.2, 27.4), (98.5, 26.1), (98.4, 25.6), (97.4, 24.9),
    (97.5, 23.8), (98.7, 23.9), (98.8, 23.0), (99.4, 22.0), (100.2, 21.3), (101.7, 21.0),
    (101.9, 22.3), (102.5, 22.6), (103.1, 22.4), (104.0, 22.4), (105.3, 23.1), (106.4, 22.8),
    (106.6, 21.95), (107.9, 21.5), (108.1, 20.0), (108.2, 18.6), (108.9, 17.8), (110.5, 15.5),
    (113.5, 15.5), (117.5, 20.0), (120.5, 21.4), (121.9, 21.4), (122.4, 25.0), (124.0, 26.0),
    (123.5, 29.0), (124.0, 32.0), (123.8, 37.0), (123.4, 38.8), (124.2, 39.7), (124.6, 40.1),
    (126.1, 40.9), (127.1, 41.5), (128.2, 41.35), (129.0, 41.95), (129.9, 42.8), (130.7, 42.3),
    (131.3, 43.5), (131.4, 44.7), (131.8, 45.2), (133.2, 45.4), (134.1, 46.4), (134.9, 47.7),
)  # fmt: skip
"""Corners in degrees (lon, lat), drawn by hand to a few tenths of a degree. Mainland, Hong Kong,
Macau and Taiwan are in: a Chinese map service shifts all of them (Baidu: "国内（包括港澳台）").
Islands of the South China Sea south of 15.5 N are not."""


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """
    Tell which places lie where GCJ-02 and BD-09 differ from WGS 84.

    The customary box of 72 to 138 E and 1 to 56 N also holds Mongolia, Korea, Vietnam and half of
    India; this outline is wrong only within some tens of kilometres of a land border.

    Parameters
    ----------
    lon, lat
        Degrees; missing ones are not in China.

    References
    ----------
    Baidu map SDK, coordinate systems: lbsyun.baidu.com, androidsdk/guide/tool/coordinate

    Examples
    --------
    >>> in_china([117.2, 106.9, 127.0], [39.1, 47.9, 37.5]).tolist()  # Tianjin, Ulaanbaatar, Seoul
    [True, False, False]
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return np.asarray(shapely.contains_xy(_outline(), x, y), dtype=np.bool_)


@cache
def _outline() -> shapely.Polygon:
    """Build the outline, made ready for many questions."""
    outline = shapely.Polygon(OUTLINE)
    shapely.prepare(outline)
    return outline
