"""The OSM file: streets, water, railway, buildings and facilities as plain OSM XML 0.6."""

from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

import numpy as np
from shapely import LineString, Polygon, box

from data.sample.buildings import build_up
from data.sample.curves import beside
from data.sample.facilities import facilities
from data.sample.plane import LABEL, Point, to_lonlat
from data.sample.posts import offices
from data.sample.shapes import largest, lines_in
from data.sample.skeleton import (
    CANVAS,
    RAILWAY_NAME,
    RIVER_NAME,
    islet,
    railway_line,
    river,
    river_line,
)
from data.sample.streets import weave_streets
from data.sample.weave import Nodes

NOTE = f"{LABEL}：虚构的地方。坐标落在渤海湾的海面上，街名、机构和事件都是编的。"
_FIRST_WAY = 100_001
_TRACKS_M = (-6.0, 6.0)  # the platform lies between them
_SEAM_M = 0.02


@dataclass
class OsmFile:
    """Nodes and ways as they are collected, then written."""

    places: list[Point] = field(default_factory=list)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def add_node(self, place: Point, tags: dict[str, str] | None = None) -> int:
        """Add a node and return its number, from 1."""
        self.places.append(place)
        if tags:
            self.node_tags[len(self.places)] = tags
        return len(self.places)

    def add_line(self, line: LineString, tags: dict[str, str]) -> None:
        """Add an open way with nodes of its own."""
        self.ways.append(([self.add_node((x, y)) for x, y in line.coords], tags))

    def add_area(self, area: Polygon, tags: dict[str, str]) -> None:
        """Add a closed way with nodes of its own."""
        ring = [self.add_node((x, y)) for x, y in area.exterior.coords[:-1]]
        self.ways.append(([*ring, ring[0]], tags))

    def text(self) -> str:
        """Return the file's text.

        Examples
        --------
        >>> file = OsmFile()
        >>> file.add_line(LineString([(750, 650), (760, 650)]), {"highway": "path"})
        >>> print(file.text().splitlines()[4])
        <node id="1" version="1" lat="38.8500000" lon="117.9000000"/>
        """
        lonlat = [to_lonlat(place) for place in self.places]
        west, south = np.min(lonlat, axis=0)
        east, north = np.max(lonlat, axis=0)
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<osm version="0.6" generator="xunge data/sample/make_sample.py ({LABEL})">',
            f"<note>{NOTE}</note>",
            _bounds(south, west, north, east),
        ]
        for number, (lon, lat) in enumerate(lonlat, start=1):
            head = f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
            lines += _element(head, [], self.node_tags.get(number, {}), "node")
        for number, (refs, tags) in enumerate(self.ways, start=_FIRST_WAY):
            lines += _element(f'<way id="{number}" version="1"', refs, tags, "way")
        return "\n".join([*lines, "</osm>", ""])


def _bounds(south: float, west: float, north: float, east: float) -> str:
    corners = {"minlat": south, "minlon": west, "maxlat": north, "maxlon": east}
    inside = " ".join(f'{key}="{degrees:.7f}"' for key, degrees in corners.items())
    return f"<bounds {inside}/>"


def _element(head: str, refs: list[int], tags: dict[str, str], kind: str) -> list[str]:
    """Write one element, closed at once where it has nothing inside."""
    inside = [f'<nd ref="{ref}"/>' for ref in refs]
    inside += [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
    return [f"{head}>", *inside, f"</{kind}>"] if inside else [f"{head}/>"]


def draw_osm() -> OsmFile:
    """Collect everything that the OSM file shows."""
    file = OsmFile()
    woven = weave_streets()
    for number, place in enumerate(woven.nodes.places):
        file.add_node(place, woven.node_tags.get(number))
    for street, way in zip(woven.streets, woven.ways, strict=True):
        name = {"name": street.name} if street.name else {}
        refs = [number + 1 for number in way]
        file.ways.append((refs, {"highway": street.highway, **name, **street.tags}))
    _draw_water(file)
    _draw_railway(file)
    for area, tags in woven.grounds.areas:
        file.add_area(area, tags)
    _draw_buildings(file)
    for facility in facilities():
        if facility.ground is None:
            door = facility.gates[0].place
            file.add_node((door.x, door.y), facility.osm_tags)
    return file


def _draw_buildings(file: OsmFile) -> None:
    """Draw buildings with what is in them, then the plots of facilities larger than one."""
    owners = {f.ground.wkb: (f.ground, f.osm_tags) for f in facilities() if f.ground is not None}
    owners |= {office.outline.wkb: (office.outline, office.tags) for office in offices().values()}
    for building in build_up():
        _, more = owners.pop(building.outline.wkb, (None, {}))
        file.add_area(building.outline, building.tags | more)
    for plot, tags in owners.values():
        file.add_area(plot, tags)


def _draw_water(file: OsmFile) -> None:
    """Draw the river in two pieces that leave the islet open between them, and its middle."""
    x0, y0, x1, y1 = CANVAS.bounds
    seam = islet().centroid.y
    shore = Nodes(same_m=_SEAM_M)  # both pieces share the nodes of the seam
    numbers: dict[int, int] = {}
    for half in (box(x0, seam, x1, y1), box(x0, y0, x1, seam)):
        piece = largest(river().difference(islet()).intersection(half))
        ring = []
        for x, y in piece.exterior.coords:
            at = shore.at(x, y)
            if at not in numbers:
                numbers[at] = file.add_node((x, y))
            ring.append(numbers[at])
        file.ways.append((ring, {"natural": "water", "water": "river", "name": RIVER_NAME}))
    file.add_area(islet(), {"place": "islet", "name": "芦心屿"})
    for middle in lines_in(LineString(river_line()).intersection(CANVAS)):
        file.add_line(middle, {"waterway": "river", "name": RIVER_NAME})


def _draw_railway(file: OsmFile) -> None:
    for distance in _TRACKS_M:
        for track in lines_in(LineString(beside(railway_line(), distance)).intersection(CANVAS)):
            file.add_line(track, {"railway": "rail", "name": RAILWAY_NAME, "gauge": "1435"})
