"""Buildings: every block filled, clear of streets and paths, and the named ones among them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from shapely import LineString, Point, Polygon, STRtree, box
from shapely.affinity import rotate
from shapely.ops import unary_union

from data.sample.arrangements import SETBACK_M, corners, halls, rows, wings
from data.sample.blocks import grow_blocks
from data.sample.communities import boundary
from data.sample.curves import beside
from data.sample.plane import draw_from
from data.sample.shapes import largest, polygons_in
from data.sample.skeleton import SPINE, line_of, railway_line
from data.sample.streets import weave_streets

_FROM_WAYS_M, _SMALLEST_M2 = 6.5, 330.0
_HALF, _TOUCHING_M = 0.5, 5.0
_BEYOND_SHARE = 0.15  # of blocks outside the boundary that show buildings
_CORNER_SHARE = 0.28  # of blocks built round their edge; twice as many along the main street
_KINDS = {"yes": 0.3, "apartments": 0.5, "residential": 0.2}
_ARRANGED = {
    "hospital": ("hospital", wings),
    "outer_hospital": ("hospital", wings),
    "school": ("school", wings),
    "market": ("retail", halls),
}


@dataclass(frozen=True)
class Building:
    """The outline of a building on the plane, and its tags."""

    outline: Polygon
    tags: dict[str, str]


@cache
def build_up() -> tuple[Building, ...]:
    """Fill all blocks with buildings that keep clear of every street and path."""
    fabric = grow_blocks()
    rng = draw_from(4)
    lines = [street.path for street in weave_streets().streets]
    built = []
    for block in fabric.blocks:
        inside = boundary().intersection(block).area / block.area
        if inside > _HALF or rng.random() < _BEYOND_SHARE:
            kind = str(rng.choice(list(_KINDS), p=list(_KINDS.values())))
            built += _keep_clear(_fill(block, rng), lines, kind)
    for name, (kind, arrange) in _ARRANGED.items():
        built += _keep_clear(arrange(fabric.reserved[name]), lines, kind)
    compound = fabric.reserved["compound"]
    inner_ways = [line.buffer(0.5) for line in lines if line.intersects(compound)]
    yards = compound.buffer(-SETBACK_M / 2).difference(unary_union(inner_ways))
    for yard in polygons_in(yards):
        built += _keep_clear(rows(yard, rng, SETBACK_M / 2), lines, "apartments")
    return (*built, Building(station(), {"building": "train_station", "name": "云桥站"}))


@cache
def station() -> Polygon:
    """Return the station building, between the tracks and the street beside them."""
    front = LineString(beside(railway_line(), -24.0))
    middle = front.interpolate(front.project(Point(1110, 900)))
    ahead = front.interpolate(front.project(middle) + 5)
    turn = np.degrees(np.arctan2(ahead.y - middle.y, ahead.x - middle.x))
    slab = box(middle.x - 52, middle.y - 9, middle.x + 52, middle.y + 9)
    hall = box(middle.x - 16, middle.y - 12, middle.x + 16, middle.y + 11)
    return largest(rotate(unary_union([slab, hall]), turn, origin=middle))


def _fill(block: Polygon, rng: np.random.Generator) -> list[Polygon]:
    """Choose how the buildings of a block stand."""
    near_spine = line_of(SPINE).distance(block) < _TOUCHING_M
    if rng.random() < _CORNER_SHARE * (2 if near_spine else 1):
        return corners(block, rng)
    return rows(block, rng)


def _keep_clear(outlines: list[Polygon], lines: list[LineString], kind: str) -> list[Building]:
    """Cut streets and paths out of outlines and keep the pieces that are large enough."""
    tree = STRtree(lines)
    built = []
    for outline in outlines:
        near = [lines[i] for i in sorted(tree.query(outline, "dwithin", _FROM_WAYS_M))]
        lanes = [line.buffer(_FROM_WAYS_M, cap_style="flat", join_style="mitre") for line in near]
        for piece in polygons_in(outline.difference(unary_union(lanes))):
            kept = largest(piece.simplify(0.5))
            if kept.area > _SMALLEST_M2 and not kept.interiors:
                built.append(Building(kept, {"building": kind}))
    return built
