"""What was drawn by hand: the river, the railway, the main streets and what they enclose."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from shapely import LineString, Polygon, box
from shapely.ops import substring, unary_union

from data.sample.curves import Coordinates, beside, smooth
from data.sample.plane import HEIGHT_M, MARGIN_M, WIDTH_M, Point
from data.sample.shapes import largest, lines_in, points_in

CANVAS = box(-MARGIN_M, -MARGIN_M, WIDTH_M + MARGIN_M, HEIGHT_M + MARGIN_M)
RIVER_NAME, RAILWAY_NAME = "菱歌河", "云菱线"
SPINE, NORTH_BRIDGE, NORTH, SOUTH = "云桥大街", "鹤汀道", "晴岚道", "荻花道"
WEST, AXIS, EAST = "西汀路", "青梧路", "朝霁路"
EMBANKMENT_WEST, EMBANKMENT_EAST = "菱歌西路", "菱歌东路"
RAILSIDE_WEST, RAILSIDE_EAST = "鸣笛路", "望轨路"

_RIVER: list[Point] = [
    (268, 1600), (300, 1440), (352, 1270), (432, 1090), (470, 930), (452, 770), (396, 620),
    (362, 470), (372, 310), (432, 150), (520, 10), (580, -140), (630, -300),
]  # fmt: skip
_RAILWAY: list[Point] = [
    (1050, 1600), (1068, 1440), (1090, 1250), (1122, 1000), (1164, 740), (1222, 500),
    (1300, 250), (1382, 30), (1440, -140), (1500, -300),
]  # fmt: skip
_ISLET_X, _ISLET_Y, _ISLET_LENGTH_M, _ISLET_WIDTH_M = 391.0, 235.0, 76.0, 22.0
_EMBANKMENT_M = 24.0  # from the water's edge to the middle of the street
_RAILSIDE_M = 46.0  # from the middle of the tracks to the middle of the street

# street: class, whether it crosses river and railway, points from west to east or south to north
_STREETS: dict[str, tuple[str, bool, bool, list[Point]]] = {
    SOUTH: ("secondary", False, False,
        [(-160, 24), (200, 12), (520, -6), (900, 14), (1300, -6), (1660, 16)]),
    "拾穗道": ("tertiary", False, False,
        [(-160, 338), (150, 322), (450, 300), (760, 296), (1040, 318), (1350, 352), (1660, 352)]),
    SPINE: ("primary", True, True,
        [(-160, 590), (150, 604), (420, 636), (740, 664), (1000, 662), (1300, 686), (1660, 716)]),
    NORTH_BRIDGE: ("secondary", True, False,
        [(-160, 962), (200, 950), (480, 968), (740, 1000), (1000, 1002), (1300, 1016),
         (1660, 1046)]),
    NORTH: ("secondary", False, False,
        [(-160, 1276), (300, 1296), (700, 1286), (1100, 1304), (1660, 1284)]),
    WEST: ("secondary", False, False,
        [(12, -160), (24, 200), (2, 600), (18, 1000), (-8, 1460)]),
    AXIS: ("primary", False, False,
        [(786, -160), (778, 150), (762, 420), (728, 700), (704, 960), (716, 1220), (694, 1460)]),
    EAST: ("secondary", False, False,
        [(1566, -160), (1536, 200), (1500, 620), (1488, 1000), (1464, 1460)]),
    "雁归路": ("tertiary", False, False,
        [(878, 1320), (892, 1180), (944, 1030), (972, 860), (962, 640)]),
    "疏影路": ("tertiary", False, False,
        [(858, 360), (884, 240), (960, 142), (1050, 70), (1112, -40)]),
}  # fmt: skip
_ENDS = {"雁归路": (NORTH, SPINE), "疏影路": ("拾穗道", SOUTH)}  # these join two main streets
_OVERLAP_M = (
    0.05  # a street that ends at another reaches over it, so that rounding cannot part them
)


@dataclass(frozen=True)
class Street:
    """A street as drawn: its line on the plane, its class, its name and more OSM tags."""

    path: LineString
    highway: str
    name: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@cache
def river_line() -> Coordinates:
    """Return the middle of the river, north to south."""
    return smooth(_RIVER, 24.0)


@cache
def _half_width_m() -> Coordinates:
    """Return half the river's width per vertex: wider where it holds the islet."""
    y = river_line()[:, 1]
    return 27.0 + 3.0 * np.sin(y / 140.0) + 15.0 * np.exp(-(((y - _ISLET_Y) / 85.0) ** 2))


def bank(distance_m: float, *, east: bool) -> Coordinates:
    """Return the line `distance_m` from the water's edge, landwards, on one side of the river."""
    beyond = _half_width_m() + distance_m
    return beside(river_line(), beyond if east else -beyond)


@cache
def railway_line() -> Coordinates:
    """Return the middle of the railway, north to south."""
    return smooth(_RAILWAY, 40.0)


@cache
def river() -> Polygon:
    """Return the water between both banks, within the canvas."""
    ring = np.vstack([bank(0, east=True), bank(0, east=False)[::-1]])
    return largest(Polygon(ring).intersection(CANVAS))


@cache
def islet() -> Polygon:
    """Return the islet in the river: its path joins no street."""
    t = np.linspace(0, 2 * np.pi, 15)[:-1]
    length, width = _ISLET_LENGTH_M / 2, _ISLET_WIDTH_M / 2
    x = _ISLET_X + width * np.cos(t) - 0.35 * length * np.sin(t)
    return Polygon(np.column_stack([x, _ISLET_Y + length * np.sin(t)]))


@cache
def embankments() -> Polygon:
    """Return the corridor of the river between the middles of its two embankment streets."""
    ring = np.vstack([bank(_EMBANKMENT_M, east=True), bank(_EMBANKMENT_M, east=False)[::-1]])
    return Polygon(ring)


@cache
def railway_land() -> Polygon:
    """Return the corridor of the railway between the middles of the streets beside it."""
    line = railway_line()
    return Polygon(np.vstack([beside(line, _RAILSIDE_M), beside(line, -_RAILSIDE_M)[::-1]]))


@cache
def main_streets() -> tuple[Street, ...]:
    """Return the hand-drawn streets, interrupted where they do not cross river or railway."""
    streets = []
    for name, (highway, over_river, under_railway, points) in _STREETS.items():
        barriers = [] if over_river else [embankments().buffer(-_OVERLAP_M)]
        barriers += [] if under_railway else [railway_land().buffer(-_OVERLAP_M)]
        line = LineString(smooth(points))
        whole = _between(line, *_ENDS[name]) if name in _ENDS else line
        parts = lines_in(whole.intersection(CANVAS).difference(unary_union(barriers)))
        streets += [Street(part, highway, name) for part in parts]
    track = railway_line()
    beside_barriers = [
        (bank(_EMBANKMENT_M, east=False), "tertiary", EMBANKMENT_WEST),
        (bank(_EMBANKMENT_M, east=True), "tertiary", EMBANKMENT_EAST),
        (beside(track, -_RAILSIDE_M), "tertiary", RAILSIDE_WEST),
        (beside(track, _RAILSIDE_M), "residential", RAILSIDE_EAST),
    ]
    for path, highway, name in beside_barriers:
        inside = lines_in(LineString(path).intersection(CANVAS))
        streets += [Street(part, highway, name) for part in inside]
    return tuple(streets)


def _between(line: LineString, start: str, end: str) -> LineString:
    """Cut a street off where it starts at one main street and ends at another."""
    meetings = [points_in(line.intersection(line_of(name)))[0] for name in (start, end)]
    first, last = (line.project(point) for point in meetings)
    return lines_in(substring(line, first - _OVERLAP_M, last + _OVERLAP_M))[0]


def line_of(name: str) -> LineString:
    """Return the uninterrupted line of a hand-drawn main street."""
    return LineString(smooth(_STREETS[name][3]))
