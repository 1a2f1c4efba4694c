"""Weaving: single lines become ways that share a node wherever they meet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from shapely import LineString, Point, STRtree

from data.sample.shapes import points_in

_TOUCH_M = 0.3
_FLAT_M = 0.8  # bends that stand out less are dropped
_CLEAR_M = 5.0  # bends closer than this to a junction are dropped


@dataclass
class Nodes:
    """Nodes on the plane; a place nearer than `same_m` to a known one is that one."""

    same_m: float = 1.5
    places: list[tuple[float, float]] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def at(self, x: float, y: float) -> int:
        """Return the number of the node at a place, made if there is none.

        Examples
        --------
        >>> nodes = Nodes()
        >>> nodes.at(0, 0), nodes.at(10, 0), nodes.at(0.1, 0.1)
        (0, 1, 0)
        """
        column, row = int(x // self.same_m), int(y // self.same_m)
        for i in range(column - 1, column + 2):
            for j in range(row - 1, row + 2):
                for node in self._cells.get((i, j), []):
                    if np.hypot(self.places[node][0] - x, self.places[node][1] - y) < self.same_m:
                        return node
        self.places.append((float(x), float(y)))
        self._cells.setdefault((column, row), []).append(len(self.places) - 1)
        return len(self.places) - 1


def weave(lines: list[LineString], nodes: Nodes, kept: Sequence[Point] = ()) -> list[list[int]]:
    """Return each line as numbers of nodes, with a shared one where two lines meet.

    The places `kept` become nodes of the lines that they lie on, even where these run straight.

    Examples
    --------
    >>> across, down = LineString([(0, 0), (20, 0)]), LineString([(10, 10), (10, 0)])
    >>> weave([across, down], Nodes())
    [[1, 0, 2], [3, 0]]
    """
    joints: list[list[Point]] = [[] for _ in lines]
    tree = STRtree(lines)
    for i, line in enumerate(lines):
        for j in sorted(int(k) for k in tree.query(line, "dwithin", _TOUCH_M) if k > i):
            for point in _meetings(line, lines[j]):
                joints[i].append(point)
                joints[j].append(point)
    for point in kept:
        for i in tree.query(point, "dwithin", _TOUCH_M):
            joints[int(i)].append(point)
    for points in joints:
        for point in points:
            nodes.at(point.x, point.y)
    return [_trace(line, points, nodes) for line, points in zip(lines, joints, strict=True)]


def _meetings(one: LineString, other: LineString) -> list[Point]:
    """Return where two lines cross, and where one ends at the other."""
    found = points_in(one.intersection(other))
    for a, b in ((one, other), (other, one)):
        ends = (Point(a.coords[0]), Point(a.coords[-1]))
        found += [b.interpolate(b.project(end)) for end in ends if b.distance(end) < _TOUCH_M]
    return found


def _trace(line: LineString, joints: list[Point], nodes: Nodes) -> list[int]:
    """Follow a line through its own bends and its joints."""
    stops = [(line.project(point), point.x, point.y) for point in joints]
    bends = [(line.project(Point(xy)), *xy) for xy in line.simplify(_FLAT_M).coords[1:-1]]
    apart = [b for b in bends if min((abs(b[0] - s[0]) for s in stops), default=99) > _CLEAR_M]
    ends = [(0.0, *line.coords[0]), (line.length, *line.coords[-1])]
    trace: list[int] = []
    for _, x, y in sorted([*stops, *apart, *ends]):
        node = nodes.at(x, y)
        if not trace or trace[-1] != node:
            trace.append(node)
    return trace
