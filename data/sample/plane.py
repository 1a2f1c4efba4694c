"""The sample's own plane in metres, and the place in the open sea where it is put."""

from functools import cache

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

SEED = 20261115
LABEL = "演示数据"
CENTRE_LON, CENTRE_LAT = 117.9, 38.85  # Bohai Bay: water, so that nobody takes it for a real place
CENTRE_X, CENTRE_Y = 750.0, 650.0
WIDTH_M, HEIGHT_M = 1500.0, 1300.0
MARGIN_M = 140.0  # streets go on beyond the boundary, as in any extract

Point = tuple[float, float]


def draw_from(stage: int) -> np.random.Generator:
    """Return the random numbers of one stage, so that a change there moves nothing elsewhere.

    Examples
    --------
    >>> bool(draw_from(1).random() == draw_from(1).random())
    True
    """
    return np.random.default_rng([SEED, stage])


@cache
def _transformer() -> Transformer:
    plane = (
        f"+proj=tmerc +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +x_0={CENTRE_X} +y_0={CENTRE_Y} "
        "+k=1 +ellps=WGS84 +units=m +no_defs"
    )
    return Transformer.from_crs(plane, "EPSG:4326", always_xy=True)


def to_lonlat(point: Point) -> Point:
    """Return longitude and latitude (WGS84, degrees) of a place on the plane (metres).

    Examples
    --------
    >>> [round(degrees, 6) for degrees in to_lonlat((750.0, 650.0))]
    [117.9, 38.85]
    """
    lon, lat = _transformer().transform(*point)
    return float(lon), float(lat)


def shape_to_lonlat(shape: BaseGeometry, decimals: int = 7) -> BaseGeometry:
    """Return a geometry of the plane in longitude and latitude, rounded (7 decimals: 1 cm).

    Examples
    --------
    >>> shape_to_lonlat(shapely.Point(750, 650)).wkt
    'POINT (117.9 38.85)'
    """

    def convert(xy: np.ndarray) -> np.ndarray:
        lon, lat = _transformer().transform(xy[:, 0], xy[:, 1])
        return np.round(np.column_stack([lon, lat]), decimals)

    return shapely.transform(shape, convert)
