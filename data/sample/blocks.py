"""Blocks: the land between main streets, split again and again by lanes that end at T-junctions."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.ops import polygonize, split, unary_union

from data.sample.curves import bow
from data.sample.plane import draw_from
from data.sample.shapes import polygons_in
from data.sample.skeleton import CANVAS, embankments, main_streets, railway_land

# places that want a block of their own: where, and the largest area it may keep (m²)
RESERVED: dict[str, tuple[tuple[float, float], float]] = {
    "park": ((600, 470), 44_000),
    "hospital": ((830, 745), 34_000),
    "compound": ((1060, 470), 46_000),
    "market": ((560, 900), 22_000),
    "outer_hospital": ((915, -60), 26_000),
    "school": ((200, 770), 26_000),
    "square": ((1040, 900), 15_000),
}
_LARGEST_M2, _LONGEST_M = 21_000.0, 185.0
_APART_M = 42.0  # no lane ends closer than this to a junction, unless it joins it
_SHORTEST_M = 60.0
_CORNER_M = 45.0
_SQUARE_M = 4.0  # the stretch of a street that says which way it runs
_WORST_SCORE = -3.0  # rather a large block than such a lane
_TRIES = 24


@dataclass
class Fabric:
    """Lanes and blocks as they grow."""

    lanes: list[LineString] = field(default_factory=list)
    blocks: list[Polygon] = field(default_factory=list)
    reserved: dict[str, Polygon] = field(default_factory=dict)
    joints: list[Point] = field(default_factory=list)


@cache
def grow_blocks() -> Fabric:
    """Split the land between the main streets until every block is 90 to 180 m wide."""
    rng = draw_from(1)
    lines = [street.path for street in main_streets()]
    faces = polygonize(unary_union([*lines, CANVAS.exterior]))
    corridors = unary_union([embankments(), railway_land()])
    land = [face for face in faces if not corridors.contains(face.representative_point())]
    fabric = Fabric()
    for face in sorted(land, key=lambda face: (round(face.centroid.x), round(face.centroid.y))):
        fabric.joints += [Point(xy) for xy in _corners(face)]
    for face in sorted(land, key=lambda face: (round(face.centroid.x), round(face.centroid.y))):
        _split(face, fabric, rng)
    return fabric


def _corners(face: Polygon) -> list[tuple[float, float]]:
    """Return the vertices of a face at which its outline turns by more than 30 degrees."""
    xy = np.array(face.exterior.coords)[:-1]
    into, out = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
    turn = np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1))
    return [(float(x), float(y)) for x, y in xy[np.abs(turn) > np.pi / 6]]


def _split(face: Polygon, fabric: Fabric, rng: np.random.Generator) -> None:
    """Split a face by its best lane and go on with both halves, or keep it as a block."""
    name = _reserved_for(face)
    sides = _sides_m(face)
    small = face.area < _LARGEST_M2 and max(sides) < _LONGEST_M
    if name and face.area < RESERVED[name][1]:
        fabric.reserved[name] = face
        return
    lane = None if small or min(sides) < _SHORTEST_M else _best_lane(face, fabric, rng)
    if lane is None:
        fabric.blocks.append(face)
        return
    fabric.lanes.append(lane)
    fabric.joints += [Point(lane.coords[0]), Point(lane.coords[-1])]
    longer = LineString([_beyond(lane, 0, 1), *lane.coords[1:-1], _beyond(lane, -1, -2)])
    for half in polygons_in(split(face, longer)):
        _split(half, fabric, rng)


def _reserved_for(face: Polygon) -> str | None:
    """Name the reserved place that lies in this face."""
    inside = [name for name, (xy, _) in RESERVED.items() if face.contains(Point(xy))]
    return inside[0] if len(inside) == 1 else None


def _sides_m(face: Polygon) -> tuple[float, float]:
    """Measure both sides of the tightest rectangle around a face."""
    a, b, c = (Point(xy) for xy in rectangle_around(face)[:3])
    return a.distance(b), b.distance(c)


def rectangle_around(face: Polygon) -> NDArray[np.float64]:
    """Return the corners of the tightest rectangle around a polygon, the first one twice."""
    (rectangle,) = polygons_in(face.minimum_rotated_rectangle)
    return np.array(rectangle.exterior.coords)


def _beyond(lane: LineString, end: int, before: int) -> tuple[float, float]:
    """Return a place half a metre beyond the end of a lane, so that it cuts the face through."""
    a, b = np.array(lane.coords[before]), np.array(lane.coords[end])
    x, y = b + (b - a) / np.hypot(*(b - a)) * 0.5
    return float(x), float(y)


def _best_lane(face: Polygon, fabric: Fabric, rng: np.random.Generator) -> LineString | None:
    """Try some lanes across the longer side and return the one that fits best."""
    a, b, c = rectangle_around(face)[:3]
    along, across = (b - a, c - b) if np.hypot(*(b - a)) >= np.hypot(*(c - b)) else (c - b, b - a)
    middle = (a + c) / 2
    near = [joint for joint in fabric.joints if face.distance(joint) < 1]
    best, best_score = None, _WORST_SCORE
    for _ in range(_TRIES):
        share, turn = rng.uniform(-0.16, 0.16), rng.uniform(-0.10, 0.10)
        centre = middle + along * share
        way = across + np.array([-across[1], across[0]]) * turn
        chord = LineString([centre - way * 1.2, centre + way * 1.2]).intersection(face)
        if not isinstance(chord, LineString):
            continue
        ends = [_join(Point(xy), near) for xy in (chord.coords[0], chord.coords[-1])]
        score = _score(face, ends, near, abs(share))
        if score > best_score and ends[0].distance(ends[1]) > _SHORTEST_M:
            sag = float(rng.uniform(-0.035, 0.035))
            best, best_score = bow(_xy(ends[0]), _xy(ends[1]), sag), score
    return best if best is not None and best.within(face.buffer(0.1)) else None


def _xy(point: Point) -> tuple[float, float]:
    return float(point.x), float(point.y)


def _join(end: Point, joints: list[Point]) -> Point:
    """Move the end of a lane to a junction nearby, so that streets go on across it."""
    nearest = min(joints, key=end.distance, default=end)
    return nearest if end.distance(nearest) < _APART_M * 0.7 else end


def _score(face: Polygon, ends: list[Point], joints: list[Point], off_centre: float) -> float:
    """Rate a lane: it meets streets squarely, away from corners, near the middle."""
    chord = np.subtract(_xy(ends[1]), _xy(ends[0]))
    score = -2.0 * off_centre
    corners = [Point(xy) for xy in _corners(face)]
    for end in ends:
        at = face.exterior.project(end)
        one = face.exterior.interpolate((at - _SQUARE_M) % face.exterior.length)
        two = face.exterior.interpolate((at + _SQUARE_M) % face.exterior.length)
        edge = np.subtract(_xy(two), _xy(one))
        score -= abs(float(chord @ edge)) / float(np.hypot(*chord) * np.hypot(*edge))
        gap = min((end.distance(joint) for joint in joints), default=1e3)
        score += 0.35 if gap < 1 else -1.5 * max(0.0, 1 - gap / _APART_M)
        near_corner = min((end.distance(corner) for corner in corners), default=1e3) < _CORNER_M
        score -= 6.0 if near_corner else 0.0
    return score
