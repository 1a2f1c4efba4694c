"""Key points: invented facilities, their gates on the streets, and the buildings they occupy."""

from dataclasses import dataclass
from functools import cache

from shapely import LineString, Point, Polygon, STRtree

from data.sample.blocks import grow_blocks
from data.sample.buildings import build_up, station
from data.sample.communities import community_at
from data.sample.grounds import reach
from data.sample.shapes import inset
from data.sample.skeleton import AXIS, NORTH_BRIDGE, RAILSIDE_WEST, SPINE, line_of
from data.sample.streets import weave_streets

_GATE_M = 9.0  # from the middle of the street: the pavement's inner edge
_STOP_M = 7.0
_SIDE_GATES = {"南": "南门", "北": "北门", "东": "东门", "西": "西门"}
_OSM_TAGS = {
    "三甲医院": {"amenity": "hospital", "healthcare": "hospital"},
    "社区卫生服务中心": {"amenity": "clinic", "healthcare": "centre"},
    "民营医院": {"amenity": "hospital", "healthcare": "hospital", "operator:type": "private"},
    "药店": {"amenity": "pharmacy", "healthcare": "pharmacy"},
    "早市": {"amenity": "marketplace", "opening_hours": "05:30-10:30"},
    "车站": {"railway": "station", "public_transport": "station"},
    "公交站": {"highway": "bus_stop", "public_transport": "platform"},
}


@dataclass(frozen=True)
class Gate:
    """One entrance of a facility."""

    name: str
    place: Point
    street: str


@dataclass(frozen=True)
class Facility:
    """A key point with its gates; `ground` is its building or its plot, if it has one."""

    facility_id: str
    name: str
    category: str
    gates: tuple[Gate, ...]
    grade: str = ""
    ground: Polygon | None = None

    @property
    def daily(self) -> bool:
        """Whether it must be visited every day."""
        return self.category not in {"药店", "车站", "公交站"}

    @property
    def community(self) -> str:
        """Community of the first gate; empty outside the boundary."""
        return community_at(self.gates[0].place.x, self.gates[0].place.y)

    @property
    def osm_tags(self) -> dict[str, str]:
        """Tags by which OSM would know it."""
        return {"name": self.name, **_OSM_TAGS[self.category]}


# name, about where, sides with a gate
_CLINICS = (
    ("苇岸社区卫生服务中心", "社区卫生服务中心", (190, 400), "北"),
    ("望舒社区卫生服务中心", "社区卫生服务中心", (1310, 900), "西"),
    ("听澜医院", "民营医院", (600, 1190), "西南"),
    ("砚池口腔医院", "民营医院", (545, 220), "东南"),
    ("拾穗骨科医院", "民营医院", (1300, 620), "西南"),
)
_PHARMACIES = (
    ("鹤汀大药房", (335, 940)), ("汀畔药房", (105, 1128)), ("苇岸大药房", (200, 600)),
    ("西苇药房", (250, 190)), ("听澜大药房", (630, 1130)), ("菱歌药房", (560, 985)),
    ("青梧大药房", (742, 560)), ("大街药房", (905, 664)), ("站前大药房", (1060, 840)),
    ("砚池大药房", (470, 298)), ("棹歌药房", (990, 390)), ("疏影药房", (960, 150)),
    ("望舒大药房", (1290, 1014)), ("拾穗大药房", (1430, 350)),
)  # fmt: skip
_BUS_STOPS = (
    (SPINE, 150, "西汀路口"), (SPINE, 560, "苇风公园"), (SPINE, 860, "青梧医院"),
    (SPINE, 1395, "采菱路口"), (NORTH_BRIDGE, 330, "鹤汀桥西"), (NORTH_BRIDGE, 830, "鹤汀道中"),
    (AXIS, 1150, "听澜"), (AXIS, 380, "砚池"),
)  # fmt: skip


@cache
def facilities() -> tuple[Facility, ...]:
    """Return all key points, hospitals first."""
    plots = grow_blocks().reserved
    found = [
        _on_plot("青梧医院", "三甲医院", plots["hospital"], "南北东西", "三级甲等"),
        _on_plot("荻花医院", "三甲医院", plots["outer_hospital"], "北东西", "三级甲等"),
    ]
    for name, category, near, sides in _CLINICS:
        found.append(_in_building(name, category, near, sides))
    found.append(_market(plots["market"]))
    found.append(_station())
    for name, near in _PHARMACIES:
        place, street = _beside_street(Point(near), _GATE_M)
        found.append(Facility("", name, "药店", (Gate("门口", place, street),)))
    for road, along, name in _BUS_STOPS:
        found.append(_bus_stop(road, along, name))
    return tuple(
        Facility(f"KP-{i:02d}", f.name, f.category, f.gates, f.grade, f.ground)
        for i, f in enumerate(found, start=1)
    )


@cache
def _street_index() -> tuple[STRtree, list[LineString], list[str]]:
    """Index the streets with a name that carry traffic."""
    streets = [
        street
        for street in weave_streets().streets
        if street.name and street.highway not in {"footway", "steps"}
    ]
    lines = [street.path for street in streets]
    return STRtree(lines), lines, [street.name for street in streets]


def nearest_street(point: Point) -> tuple[LineString, str]:
    """Return the line and the name of the street nearest to a place."""
    tree, lines, names = _street_index()
    i = int(tree.nearest(point))
    return lines[i], names[i]


def _beside_street(point: Point, distance_m: float) -> tuple[Point, str]:
    """Move a place to `distance_m` from the middle of the nearest street, on its own side."""
    line, name = nearest_street(point)
    foot = line.interpolate(line.project(point))
    gap = foot.distance(point)
    share = distance_m / gap
    return Point(foot.x + (point.x - foot.x) * share, foot.y + (point.y - foot.y) * share), name


def _on_plot(name: str, category: str, plot: Polygon, sides: str, grade: str) -> Facility:
    """Place a facility on its own block, with a gate to the street on each of `sides`."""
    gates: list[Gate] = []
    for side in sides:
        place = reach(plot, side, _GATE_M)
        name_of_gate = _SIDE_GATES[side] if gates else "正门"
        gates.append(Gate(name_of_gate, place, nearest_street(reach(plot, side))[1]))
    ground = inset(plot, _GATE_M)
    return Facility("", name, category, tuple(gates), grade, ground)


def _in_building(name: str, category: str, near: tuple[float, float], sides: str) -> Facility:
    """Place a facility in the building nearest to a place, with gates to its block's streets."""
    building = min((b.outline for b in build_up()), key=Point(near).distance)
    block = next(b for b in grow_blocks().blocks if b.contains(building.centroid))
    gates = []
    for i, side in enumerate(sides):
        out = reach(block, side)
        place = reach(block, side, _GATE_M)
        gate = _SIDE_GATES[side] if i else "正门"
        gates.append(Gate(gate, place, nearest_street(out)[1]))
    grade = "二级" if category == "民营医院" else ""
    return Facility("", name, category, tuple(gates), grade, building)


def _market(plot: Polygon) -> Facility:
    place = reach(plot, "西", _GATE_M)
    gate = Gate("西口", place, nearest_street(reach(plot, "西"))[1])
    return Facility("", "菱歌早市", "早市", (gate,), "", inset(plot, _GATE_M + 2))


def _station() -> Facility:
    place, _ = _beside_street(station().centroid, _GATE_M)
    return Facility("", "云桥站", "车站", (Gate("出站口", place, RAILSIDE_WEST),))


def _bus_stop(road: str, along: float, name: str) -> Facility:
    """Place a bus stop beside a main street, at an x (streets to the east) or a y."""
    line = line_of(road)
    reached = next(p for p in line.coords if (p[1] if road == AXIS else p[0]) >= along)
    x, y = (reached[0] + 3, reached[1]) if road == AXIS else (reached[0], reached[1] - 3)
    place, street = _beside_street(Point(x, y), _STOP_M)
    return Facility("", f"{name}公交站", "公交站", (Gate("站台", place, street),))
