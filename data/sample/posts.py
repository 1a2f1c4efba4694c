"""Where people start from, and what already watches the streets: offices, booth, cameras."""

from dataclasses import dataclass
from functools import cache

from shapely import Point, Polygon

from data.sample.buildings import build_up
from data.sample.communities import communities
from data.sample.facilities import facilities, nearest_street
from data.sample.plane import draw_from
from data.sample.streets import weave_streets

N_CAMERAS = 20
STREET_OFFICE, MARKET_OFFICE, POLICE = "云桥街道办事处", "云桥市场监管所", "云桥派出所"
_POLE_M = 8.0
_APART_M = 120.0
_FOV_DEG = 70
# name: about where, tags of the building
_OFFICES: dict[str, tuple[tuple[float, float], dict[str, str]]] = {
    STREET_OFFICE: ((650, 690), {"office": "government"}),
    MARKET_OFFICE: ((900, 560), {"office": "government"}),
    POLICE: ((1030, 690), {"amenity": "police"}),
    "菱歌小学": ((240, 730), {"amenity": "school"}),
}


@dataclass(frozen=True)
class Office:
    """A named building, and the place on the street in front of it."""

    name: str
    outline: Polygon
    door: Point
    tags: dict[str, str]


@dataclass(frozen=True)
class Camera:
    """A camera on a pole: where it stands and, in degrees from north, where it looks."""

    place_name: str
    place: Point
    bearing: int
    range_m: int
    fov_deg: int


@cache
def offices() -> dict[str, Office]:
    """Return the offices by name, each in the building nearest to its place."""
    taken = {f.ground.wkb for f in facilities() if f.ground is not None}
    free = [b.outline for b in build_up() if b.outline.wkb not in taken]
    found = {}
    for name, (near, tags) in _OFFICES.items():
        outline = min(free, key=Point(near).distance)
        found[name] = Office(name, outline, on_street(outline.centroid), {"name": name, **tags})
    return found


def on_street(point: Point) -> Point:
    """Return the nearest place on a named street."""
    line, _ = nearest_street(point)
    return line.interpolate(line.project(point))


def community_doors() -> dict[str, Point]:
    """Return per community where its committee meets the street, near its middle."""
    return {name: on_street(area.centroid) for name, area in communities().items()}


def booth() -> tuple[str, Point]:
    """Return the standing booth: at the junction nearest to the large hospital's main gate."""
    gate = facilities()[0].gates[0].place
    name, corner = min(_junctions(), key=lambda junction: gate.distance(junction[1]))
    return name, Point(corner.x - _POLE_M, corner.y + _POLE_M)


@cache
def _junctions() -> tuple[tuple[str, Point], ...]:
    """Return the nodes at which streets of two names meet, with both names."""
    woven = weave_streets()
    names: dict[int, list[str]] = {}
    for street, way in zip(woven.streets, woven.ways, strict=True):
        if street.name and street.highway not in {"footway", "steps"}:
            for node in way:
                names.setdefault(node, []).append(street.name)
    meeting = {node: list(dict.fromkeys(found)) for node, found in names.items()}
    return tuple(
        (f"{found[0]}与{found[1]}路口", Point(woven.nodes.places[node]))
        for node, found in sorted(meeting.items())
        if len(found) > 1
    )


def cameras() -> list[Camera]:
    """Return the cameras: some at daily gates, the others at junctions that stand apart."""
    rng = draw_from(5)
    gates = [(f, g) for f in facilities() if f.daily and f.community for g in f.gates]
    spots = [(f"{f.name}{g.name}", g.place) for f, g in gates[::2]]
    middle = Point(750, 650)
    for name, corner in sorted(_junctions(), key=lambda junction: middle.distance(junction[1])):
        if len(spots) < N_CAMERAS and min(corner.distance(p) for _, p in spots) > _APART_M:
            spots.append((name, Point(corner.x + _POLE_M, corner.y + _POLE_M)))
    return [
        Camera(name, place, int(rng.integers(0, 36)) * 10, int(rng.choice([40, 50, 60])), _FOV_DEG)
        for name, place in spots
    ]
