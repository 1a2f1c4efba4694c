"""What a geometry consists of, with the kind that is meant."""

from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    return list(getattr(shape, "geoms", [shape]))


def points_in(shape: BaseGeometry) -> list[Point]:
    """Return the points of which a geometry consists, without its lines and polygons."""
    return [part for part in _parts(shape) if isinstance(part, Point)]


def lines_in(shape: BaseGeometry) -> list[LineString]:
    """Return the lines of which a geometry consists; empty ones do not count.

    Examples
    --------
    >>> gap = Point(3, 0).buffer(1)
    >>> [line.wkt for line in lines_in(LineString([(0, 0), (9, 0)]).difference(gap))]
    ['LINESTRING (0 0, 2 0)', 'LINESTRING (4 0, 9 0)']
    """
    return [part for part in _parts(shape) if isinstance(part, LineString) and not part.is_empty]


def polygons_in(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of which a geometry consists; empty ones do not count."""
    return [part for part in _parts(shape) if isinstance(part, Polygon) and not part.is_empty]


def largest(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon of a geometry; an empty one where there is none.

    Examples
    --------
    >>> largest(Point(0, 0)).is_empty
    True
    """
    return max(polygons_in(shape), key=lambda part: part.area, default=Polygon())


def inset(polygon: Polygon, distance_m: float) -> Polygon:
    """Draw a polygon's outline inwards and keep its corners.

    Examples
    --------
    >>> inset(Polygon([(0, 0), (9, 0), (9, 9), (0, 9)]), 1).bounds
    (1.0, 1.0, 8.0, 8.0)
    """
    return largest(polygon.buffer(-distance_m, join_style="mitre"))
