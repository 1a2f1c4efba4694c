"""The boundary and the eight communities, divided by river, railway and two main streets."""

from functools import cache

import numpy as np
from shapely import LineString, Point, Polygon
from shapely.ops import polygonize, unary_union

from data.sample.curves import beside
from data.sample.skeleton import (
    AXIS,
    EAST,
    NORTH,
    SOUTH,
    SPINE,
    WEST,
    line_of,
    railway_line,
    river_line,
)

_BEYOND_M = 6.0  # the streets at the edge belong to the sub-district
# name: a place inside
_PLACES = {
    "鹤汀社区": (180, 1000),
    "苇岸社区": (150, 300),
    "听澜社区": (580, 1100),
    "晴岚社区": (880, 900),
    "砚池社区": (550, 300),
    "青梧社区": (1000, 300),
    "望舒社区": (1300, 1050),
    "拾穗社区": (1400, 300),
}


@cache
def boundary() -> Polygon:
    """Return the sub-district: it reaches a little beyond its four outer streets."""
    sides = [(NORTH, 1), (SOUTH, -1), (WEST, 1), (EAST, -1)]
    lines = [
        LineString(beside(np.array(line_of(name).coords), left * _BEYOND_M)) for name, left in sides
    ]
    return next(face for face in polygonize(unary_union(lines)))


@cache
def communities() -> dict[str, Polygon]:
    """Return the communities by name; together they are the boundary."""
    dividers = [line_of(SPINE), line_of(AXIS), LineString(river_line()), LineString(railway_line())]
    faces = list(polygonize(unary_union([boundary().exterior, *dividers])))
    return {
        name: next(face for face in faces if face.contains(Point(place)))
        for name, place in _PLACES.items()
    }


def community_at(x: float, y: float) -> str:
    """Name the community at a place on the plane; empty outside the sub-district.

    Examples
    --------
    >>> community_at(150, 300), community_at(-100, 300)
    ('苇岸社区', '')
    """
    inside = [name for name, area in communities().items() if area.covers(Point(x, y))]
    return inside[0] if inside else ""
