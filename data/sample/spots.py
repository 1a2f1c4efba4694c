"""Places for incidents: on the streets, round a hotspot, near a gate, or anywhere."""

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from data.sample.communities import boundary
from data.sample.facilities import facilities
from data.sample.shapes import lines_in
from data.sample.skeleton import CANVAS
from data.sample.streets import weave_streets

_SPREAD_M, _GATE_SPREAD_M, _FADE_M = 66.0, 32.0, 110.0
_DOOR_M = 30.0
_SIDE_M = 7.0  # people stand on the pavement
_NEAR_GATE_SHARE = 0.4
_SMALLER = {"药店", "民营医院", "公交站"}
_OUTSIDE_SHARES = (0.31, 0.77)


class Spots:
    """Draws places on the named streets of the sample, with the generator it was given."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Collect the streets on which people stand: named ones that are no underpass."""
        self._rng = rng
        lines = [
            street.path
            for street in weave_streets().streets
            if street.name
            and street.highway not in {"footway", "steps"}
            and not {"tunnel", "bridge"} & set(street.tags)
        ]
        self._streets = unary_union([line for line in lines if line.length > 0])
        self._inside = self._streets.intersection(boundary().buffer(-15))
        self._gates = [
            (f.name, f.gates[0].place)
            for f in facilities()
            if f.community and f.category in _SMALLER
        ]

    def around(self, middle: Point, spread_m: float = _SPREAD_M) -> tuple[Point, str]:
        """Draw a place near `middle`, the likelier the nearer; and how well it is known."""
        near = self._streets.intersection(middle.buffer(spread_m))
        while True:
            place = self._on(near)
            gap = middle.distance(place)
            if self._rng.random() < 1 - gap / _FADE_M:
                return self._aside(place), "门口" if gap < _DOOR_M else "门牌"

    def anywhere(self) -> tuple[Point, str, str]:
        """Draw a place near some smaller gate, or on any street; with the name of what is near."""
        if self._rng.random() < _NEAR_GATE_SHARE:
            name, gate = self._gates[int(self._rng.integers(len(self._gates)))]
            place, precision = self.around(gate, _GATE_SPREAD_M)
            return place, name, precision
        return self._aside(self._on(self._inside)), "", "路段"

    def outside(self) -> list[Point]:
        """Return two places well beyond the boundary, as a ledger often has them."""
        far = self._streets.intersection(CANVAS.difference(boundary().buffer(105)))
        return [self._aside(_along(far, share)) for share in _OUTSIDE_SHARES]

    def _on(self, streets: BaseGeometry) -> Point:
        """Draw a place on some lines, every metre with the same chance."""
        return _along(streets, float(self._rng.random()))

    def _aside(self, place: Point) -> Point:
        """Step aside from the middle of the street."""
        angle, gap = self._rng.uniform(0, 2 * np.pi), self._rng.uniform(0, _SIDE_M)
        return Point(place.x + gap * np.cos(angle), place.y + gap * np.sin(angle))


def _along(streets: BaseGeometry, share: float) -> Point:
    """Return the place after a share of the length of some lines.

    Examples
    --------
    >>> from shapely import MultiLineString
    >>> _along(MultiLineString([[(0, 0), (1, 0)], [(5, 5), (5, 8)]]), 0.5).wkt
    'POINT (5 6)'
    """
    # the order in which GEOS returns the parts is nobody's promise
    lines = sorted(lines_in(streets), key=lambda line: line.coords[0])
    left = share * sum(line.length for line in lines)
    for line in lines:
        if left <= line.length:
            break
        left -= line.length
    return line.interpolate(left)
