"""Byways: promenade and stairs, paths that join nothing, dead ends and paths through blocks."""

import numpy as np
from shapely import LineString, Point, Polygon

from data.sample.blocks import grow_blocks
from data.sample.curves import Coordinates, bow, smooth
from data.sample.grounds import reach
from data.sample.plane import HEIGHT_M, MARGIN_M, WIDTH_M, draw_from
from data.sample.shapes import largest
from data.sample.skeleton import (
    EMBANKMENT_EAST,
    EMBANKMENT_WEST,
    RIVER_NAME,
    Street,
    bank,
    islet,
    main_streets,
    railway_line,
)

_WALK_M = 6.0  # from the water's edge
_PLATFORM_Y = (830.0, 1010.0)
_WALK_WEST_Y, _WALK_EAST_Y = (665.0, 925.0), (-MARGIN_M + 25, 1330.0)
_ROOM_M2 = 9_000.0  # a block must have it to be cut
_KINDS = {"nothing": 0.54, "dead end": 0.34, "path": 0.12}
_PRIVATE_SHARE, _LIT_SHARE = 0.2, 0.4


def draw_byways() -> list[Street]:
    """Return all ways that are no streets and lie in no ground of their own."""
    return [*_riverside(), *_islands(), *_spurs(grow_blocks().blocks)]


def _riverside() -> list[Street]:
    """Lead a promenade along the water, with stairs up to the embankment streets."""
    streets = {street.name: street.path for street in main_streets()}
    sides = (
        (streets[EMBANKMENT_EAST], bank(_WALK_M, east=True), _WALK_EAST_Y, 9),
        (streets[EMBANKMENT_WEST], bank(_WALK_M, east=False), _WALK_WEST_Y, 2),
    )
    ways = []
    for street, points, (low, high), n_steps in sides:
        walk = LineString(_within(points, low, high)[::2])
        tags = {"lit": "no", "surface": "paving_stones"}
        ways.append(Street(walk, "footway", f"{RIVER_NAME}步道", tags))
        for share in np.linspace(0, 1, n_steps + 1):
            foot = Point(walk.coords[round(share * (len(walk.coords) - 1))])
            top = street.interpolate(street.project(foot))
            ways.append(Street(LineString([top, foot]), "steps", "", {"lit": "no"}))
    return ways


def _within(points: Coordinates, low: float, high: float) -> Coordinates:
    return points[(points[:, 1] > low) & (points[:, 1] < high)]


def _islands() -> list[Street]:
    """Return the two ways that join nothing: a loop on the islet and the station's platform."""
    shore = largest(islet().buffer(-4).simplify(1))
    track = [(float(x), float(y)) for x, y in _within(railway_line(), *_PLATFORM_Y)]
    return [
        Street(LineString(shore.exterior.coords), "footway", "", {"lit": "no"}),
        Street(LineString(smooth(track, 30)), "footway", "云桥站站台", {"lit": "yes"}),
    ]


def _spurs(blocks: list[Polygon]) -> list[Street]:
    """Draw dead-end service ways into blocks and footways through some of them."""
    rng = draw_from(3)
    spurs = []
    for block in blocks:
        middle = block.centroid
        inside = 0 < middle.x < WIDTH_M and 0 < middle.y < HEIGHT_M
        if not inside or block.area < _ROOM_M2:
            continue
        kind = str(rng.choice(list(_KINDS), p=list(_KINDS.values())))
        sides = ("东", "西") if rng.integers(2) else ("南", "北")
        if kind == "dead end":
            depth = float(rng.uniform(0.75, 1.15))
            out = reach(block, sides[int(rng.integers(2))])
            end = Point(out.x + (middle.x - out.x) * depth, out.y + (middle.y - out.y) * depth)
            private = {"access": "private"} if rng.random() < _PRIVATE_SHARE else {}
            spurs.append(Street(LineString([out, end]), "service", "", private))
        elif kind == "path":
            one, other = (reach(block, side) for side in sides)
            lit = {"lit": "yes" if rng.random() < _LIT_SHARE else "no"}
            path = bow((one.x, one.y), (other.x, other.y), 0.04)
            spurs.append(Street(path, "footway", "", lit))
    return spurs
