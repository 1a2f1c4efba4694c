"""How buildings stand on a block: rows of slabs, corners round a yard, wings, halls."""

import numpy as np
from shapely import LineString, Polygon, box
from shapely.affinity import rotate
from shapely.ops import unary_union

from data.sample.grounds import tilt
from data.sample.shapes import inset, largest, lines_in, polygons_in

SETBACK_M = 13.0  # from the middle of the street
_DEPTH_M, _ROWS_APART_M, _LONGEST_M, _GAP_M = 13.0, 36.0, 72.0, 13.0
_SHORTEST_M = 24.0
_KEPT_SHARE = 0.78  # of slabs; a gap here and there is a yard
_WING_M, _OPENING_M = 17.0, 9.0


def rows(block: Polygon, rng: np.random.Generator, setback_m: float = SETBACK_M) -> list[Polygon]:
    """Set slabs in rows that face south, as apartment blocks do."""
    turn = float(np.degrees(tilt(block)))
    inner = inset(largest(rotate(block, -turn, origin=block.centroid)), setback_m)
    if inner.is_empty:
        return []
    _, south, _, north = inner.bounds
    n = max(1, round((north - south - _DEPTH_M) / _ROWS_APART_M))
    first, apart = south + _DEPTH_M / 2 + 1, (north - south - _DEPTH_M - 2) / n
    slabs = [slab for i in range(n + 1) for slab in _row(inner, first + i * apart, rng)]
    kept = [slab for slab in slabs if rng.random() < _KEPT_SHARE]
    return [largest(rotate(slab, turn, origin=block.centroid)) for slab in kept]


def _row(inner: Polygon, y: float, rng: np.random.Generator) -> list[Polygon]:
    """Divide one row into slabs of uneven length."""
    west, _, east, _ = inner.bounds
    slabs = []
    for middle in lines_in(LineString([(west, y), (east, y)]).intersection(inner)):
        x0, _, x1, _ = middle.bounds
        n = max(1, round((x1 - x0) / (_LONGEST_M + _GAP_M)))
        length = (x1 - x0 - _GAP_M * (n - 1)) / n
        for k in range(n if middle.length > _SHORTEST_M else 0):
            shift = float(rng.uniform(0, 5))
            left = x0 + k * (length + _GAP_M) + shift
            right = left + length - shift - float(rng.uniform(0, 7))
            slab = box(left, y - _DEPTH_M / 2, right, y + _DEPTH_M / 2)
            slabs.append(largest(slab.intersection(inner)))
    return slabs


def corners(block: Polygon, rng: np.random.Generator) -> list[Polygon]:
    """Build round the edge of a block, with openings in the middle of its sides."""
    edge = inset(block, SETBACK_M)
    turn = float(np.degrees(tilt(block)))
    x, y = block.centroid.x, block.centroid.y
    wide = float(rng.uniform(8, 20))
    down = box(x - wide, y - 300, x + wide, y + 300)
    across = box(x - 300, y - _OPENING_M, x + 300, y + _OPENING_M)
    openings = rotate(unary_union([down, across]), turn, origin=block.centroid)
    return polygons_in(edge.difference(inset(edge, _WING_M)).difference(openings))


def wings(block: Polygon) -> list[Polygon]:
    """Set four large wings round the crossing of the drives."""
    return _cut_up(block, [(0.04, 0.06, 0.42, 0.36), (0.58, 0.04, 0.96, 0.30),
                           (0.10, 0.48, 0.40, 0.92), (0.60, 0.42, 0.94, 0.86)])  # fmt: skip


def halls(block: Polygon) -> list[Polygon]:
    """Set two long halls on both sides of the market street."""
    return _cut_up(block, [(0.08, 0.06, 0.92, 0.34), (0.08, 0.66, 0.92, 0.94)])


def _cut_up(block: Polygon, shares: list[tuple[float, float, float, float]]) -> list[Polygon]:
    """Return rectangles given as shares of a block's inner width and height."""
    turn = float(np.degrees(tilt(block)))
    inner = inset(largest(rotate(block, -turn, origin=block.centroid)), SETBACK_M)
    west, south, east, north = inner.bounds
    wide, high = east - west, north - south
    boxes = [
        box(west + a * wide, south + b * high, west + c * wide, south + d * high)
        for a, b, c, d in shares
    ]
    return [largest(rotate(b.intersection(inner), turn, origin=block.centroid)) for b in boxes]
