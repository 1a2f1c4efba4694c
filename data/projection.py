"""From lon/lat to the local metric CRS, and which one that is."""

from pyproj import CRS

WGS84 = "EPSG:4326"


def utm_crs(lon: float, lat: float) -> CRS:
    """
    Return the UTM zone of a place.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees.

    References
    ----------
    EPSG 326xx (north) and 327xx (south): WGS 84 / UTM zones of 6 degrees from 180 W.

    Examples
    --------
    >>> utm_crs(117.2, 39.1).name
    'WGS 84 / UTM zone 50N'
    """
    zone = min(int((lon + 180) // 6) + 1, 60)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)
