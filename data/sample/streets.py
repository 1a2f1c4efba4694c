"""All streets of the sample, woven into nodes and ways, with bridges and the underpass cut out."""

from dataclasses import dataclass, replace
from functools import cache

from shapely import LineString
from shapely.geometry.base import BaseGeometry

from data.sample.byways import draw_byways
from data.sample.grounds import Grounds, lay_out
from data.sample.lanes import name_lanes
from data.sample.shapes import lines_in
from data.sample.skeleton import (
    NORTH_BRIDGE,
    RAILSIDE_EAST,
    SPINE,
    Street,
    main_streets,
    railway_line,
    river,
)
from data.sample.weave import Nodes, weave

_BRIDGES = {SPINE: "菱歌桥", NORTH_BRIDGE: "鹤汀桥"}
_ABUTMENT_M = 3.0  # a bridge begins this far from the water
_TRENCH_M = 19.0  # half the length of the underpass


@dataclass(frozen=True)
class StreetWays:
    """Streets as ways over shared nodes, and what stands on some of the nodes."""

    streets: list[Street]
    ways: list[list[int]]
    nodes: Nodes
    node_tags: dict[int, dict[str, str]]
    grounds: Grounds


@cache
def weave_streets() -> StreetWays:
    """Collect every street, cut bridges and underpass out, and join them where they meet."""
    grounds = lay_out()
    drawn = [street for main in main_streets() for street in _cut_crossings(main)]
    streets = [*drawn, *name_lanes(), *grounds.ways, *draw_byways()]
    nodes = Nodes()
    kept = [gate for gate, _ in grounds.gates]
    ways = weave([street.path for street in streets], nodes, kept)
    node_tags = {nodes.at(gate.x, gate.y): tags for gate, tags in grounds.gates}
    return StreetWays(streets, ways, nodes, node_tags, grounds)


def _cut_crossings(street: Street) -> list[Street]:
    """Light a main street, and cut it where it is a bridge or passes under the railway."""
    lit = replace(street, tags={"lit": "yes"})
    if street.name not in _BRIDGES:
        unlit = {"lit": "no"} if street.name == RAILSIDE_EAST else lit.tags
        return [replace(street, tags=unlit)]
    bridge = {"lit": "yes", "bridge": "yes", "layer": "1", "bridge:name": _BRIDGES[street.name]}
    parts = _cut(lit, river().buffer(_ABUTMENT_M), bridge)
    if street.name != SPINE:
        return parts
    trench = LineString(railway_line()).buffer(_TRENCH_M)
    tunnel = {"lit": "no", "tunnel": "yes", "layer": "-1"}
    return [piece for part in parts for piece in _cut(part, trench, tunnel)]


def _cut(street: Street, zone: BaseGeometry, tags: dict[str, str]) -> list[Street]:
    """Cut a street in three where it passes a zone, and tag the middle piece."""
    outside = lines_in(street.path.difference(zone))
    if len(outside) == 1:
        return [street]
    # the middle piece takes the very ends of its neighbours
    middle = LineString([outside[0].coords[-1], outside[1].coords[0]])
    return [
        replace(street, path=outside[0]),
        replace(street, path=middle, tags=tags),
        replace(street, path=outside[1]),
    ]
