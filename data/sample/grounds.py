"""Grounds: park, compound, hospitals, market and square, with ways, gates and outlines."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate, scale

from data.sample.blocks import grow_blocks, rectangle_around
from data.sample.curves import bow
from data.sample.shapes import inset, largest, points_in
from data.sample.skeleton import Street

# neither covers a night patrol from 18:30 to 21:30: for such a shift these gates are shut
PARK_HOURS, COMPOUND_HOURS = "06:00-20:00", "05:30-21:00"
WALL_M = 9.0  # from the middle of the street to wall or fence
_BEARINGS = {"东": (1, 0), "北": (0, 1), "西": (-1, 0), "南": (0, -1)}
_LIT, _UNLIT = {"lit": "yes"}, {"lit": "no"}


@dataclass
class Grounds:
    """Ways, gate nodes and outlines of the grounds."""

    ways: list[Street] = field(default_factory=list)
    gates: list[tuple[Point, dict[str, str]]] = field(default_factory=list)
    areas: list[tuple[Polygon, dict[str, str]]] = field(default_factory=list)

    def add_way(self, points: list[Point], highway: str, tags: dict[str, str]) -> None:
        """Add a way without a name."""
        self.ways.append(Street(LineString(points), highway, "", dict(tags)))


@cache
def lay_out() -> Grounds:
    """Lay out every ground that is more than a block with buildings."""
    plots = grow_blocks().reserved
    grounds = Grounds()
    _lay_out_park(plots["park"], grounds)
    _lay_out_compound(plots["compound"], grounds)
    _lay_out_square(plots["square"], grounds)
    for plot in (plots["hospital"], plots["outer_hospital"]):
        for side in ("南", "北", "东"):
            grounds.add_way([reach(plot, side), plot.centroid], "service", {"service": "driveway"})
    for side in ("东", "西"):
        path = LineString([reach(plots["market"], side), plots["market"].centroid])
        grounds.ways.append(Street(path, "pedestrian", "早市街", _LIT))
    return grounds


def reach(block: Polygon, side: str, inset_m: float = 0.0) -> Point:
    """Return where the line from a block's middle to 东, 北, 西 or 南 meets its outline."""
    turn = tilt(block)
    dx, dy = _BEARINGS[side]
    dx, dy = dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn)
    middle = block.centroid
    ray = LineString([middle, Point(middle.x + 999 * dx, middle.y + 999 * dy)])
    outline = inset(block, inset_m) if inset_m else block
    return min(points_in(ray.intersection(outline.exterior)), key=middle.distance)


def tilt(block: Polygon) -> float:
    """Return by how many radians a block is turned against east and north, up to a quarter pi.

    Examples
    --------
    >>> round(tilt(rotate(Polygon([(0, 0), (9, 0), (9, 5), (0, 5)]), 10)) * 180 / np.pi, 6)
    10.0
    """
    a, b = rectangle_around(block)[:2]
    turn = np.arctan2(b[1] - a[1], b[0] - a[0]) % (np.pi / 2)
    return float(turn if turn < np.pi / 4 else turn - np.pi / 2)


def _lay_out_park(block: Polygon, grounds: Grounds) -> None:
    """Give the park a ring path, two cross paths, a pond and four gates that close at night."""
    ring = largest(block.buffer(-34).buffer(-14).buffer(14).simplify(1.5)).exterior
    grounds.areas.append((inset(block, WALL_M), {"leisure": "park", "name": "苇风公园"}))
    grounds.ways.append(Street(LineString(ring.coords), "footway", "", _LIT))
    at = {}
    for side in _BEARINGS:
        gate = reach(block, side, WALL_M)
        ray = LineString([gate, block.centroid])
        at[side] = min(points_in(ray.intersection(ring)), key=gate.distance)
        grounds.add_way([reach(block, side), gate, at[side]], "footway", _LIT)
        tags = {"barrier": "gate", "opening_hours": PARK_HOURS, "name": f"苇风公园{side}门"}
        grounds.gates.append((gate, tags))
    for one, other, sag in (("南", "北", 0.05), ("西", "东", -0.06)):
        ends = [(float(at[side].x), float(at[side].y)) for side in (one, other)]
        path = bow(ends[0], ends[1], sag, step_m=25)
        grounds.ways.append(Street(path, "footway", "", _UNLIT))
    x, y = block.centroid.x + 34, block.centroid.y + 36
    pond = largest(rotate(scale(Point(x, y).buffer(1, quad_segs=5), 25, 17), 25))
    grounds.areas.append((pond, {"natural": "water", "name": "苇风塘"}))


def _lay_out_compound(block: Polygon, grounds: Grounds) -> None:
    """Give the compound a cross of inner streets and three gates that close at night."""
    outline = inset(block, WALL_M)
    grounds.areas.append((outline, {"landuse": "residential", "name": "棹歌苑小区"}))
    middle = block.centroid
    for side in ("东", "西", "南"):
        gate = reach(block, side, WALL_M)
        grounds.add_way([reach(block, side), gate, middle], "living_street", _LIT)
        tags = {"barrier": "gate", "opening_hours": COMPOUND_HOURS, "name": f"棹歌苑{side}门"}
        grounds.gates.append((gate, tags))
    dead_end = [middle, reach(block, "北", WALL_M + 14)]
    grounds.add_way(dead_end, "living_street", _LIT)


def _lay_out_square(block: Polygon, grounds: Grounds) -> None:
    """Cross the station square by footways from all its sides."""
    grounds.areas.append((inset(block, WALL_M), {"place": "square", "name": "云桥站站前广场"}))
    for side in _BEARINGS:
        grounds.add_way([reach(block, side), block.centroid], "footway", _LIT)
    ring = inset(block, 30).exterior
    grounds.ways.append(Street(LineString(ring.coords), "footway", "", _LIT))
