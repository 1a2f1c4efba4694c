"""The area's own list of places: facilities, gates, roads, crossings, communities, door numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from data.graphs import StreetGraph
from data.ledger.address_words import normalise
from data.ledger.door_numbers import RoadDoors, group_doors
from data.ledger.gate_names import name_gate
from data.ledger.named_roads import find_bridges, find_crossings, name_roads
from data.ledger.place_names import (
    OFFICIAL,
    Name,
    learn_towns,
    name_community,
    name_facility,
)

KINDS = MappingProxyType({"bus_stop": "bus_stop", "market": "market", "station": "station"})
"""Category of a key point -> kind of place; every other category is a `facility`."""
LANDMARKS = frozenset({"building", "park", "water"})


class Place(NamedTuple):
    """A place of the area; shapes are in metres."""

    kind: str
    """`facility`, `gate`, `bus_stop`, `market`, `station`, `landmark`, `bridge`, `road` or
    `community`."""
    label: str
    shape: BaseGeometry
    category: str = ""


class Sense(NamedTuple):
    """What a name may stand for."""

    place: int
    worth: int
    town: str


@dataclass(frozen=True)
class Gazetteer:
    """The places of an area and the names they go by."""

    crs: CRS
    boundary: BaseGeometry | None
    places: tuple[Place, ...]
    senses: Mapping[str, tuple[Sense, ...]]
    """Normalised name -> what it may stand for."""
    gates: Mapping[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Facility -> plain name and place of each of its gates, in the order of the file."""
    crossings: Mapping[tuple[int, int], tuple[shapely.Point, ...]] = field(default_factory=dict)
    """Two roads, the lower first -> where they meet."""
    doors: Mapping[int, RoadDoors] = field(default_factory=dict)
    """Road -> its known doors."""

    @cached_property
    def starts(self) -> dict[str, tuple[str, ...]]:
        """First two signs -> the names that begin with them, the longest first."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.senses, key=len, reverse=True):
            found.setdefault(name[:2], []).append(name)
        return {start: tuple(names) for start, names in found.items()}

    def of_kind(self, kind: str) -> list[int]:
        """Return the places of a kind."""
        return [i for i, place in enumerate(self.places) if place.kind == kind]

    def to_frame(self) -> gpd.GeoDataFrame:
        """List the places: `kind`, `label`, `category` and `geometry`."""
        rows = [(place.kind, place.label, place.category) for place in self.places]
        frame = pd.DataFrame(rows, columns=["kind", "label", "category"], dtype=str)
        shapes = [place.shape for place in self.places]
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=self.crs)


def build_gazetteer(
    *,
    streets: StreetGraph | None,
    key_points: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    boundary: BaseGeometry | None,
    crs: Any,
    doors: gpd.GeoDataFrame | None = None,
    basemap: gpd.GeoDataFrame | None = None,
) -> Gazetteer:
    """
    Gather the places that an area knows by name.

    Parameters
    ----------
    streets
        Street graph with names in `crs`, or None.
    key_points, gates, communities
        Frames of `data.schema`, in any CRS; each may be empty.
    boundary
        Of the area, in `crs`, or None.
    crs
        Metric CRS of the result.
    doors
        Known door numbers, as `data.ledger.door_numbers` gives them, or None.
    basemap
        As `data.osm.read_basemap` gives it: parks, waters and buildings with a name are landmarks.

    Returns
    -------
    gazetteer
        Names are normalised by `data.ledger.address_words.normalise`. A short form that is another
        place's full name stands for that place only; a short form of several stands for each.

    Examples
    --------
    >>> spot = gpd.GeoSeries.from_wkt(["POINT (0 0)"], crs=32650)
    >>> hospital = gpd.GeoDataFrame({"name": ["某医院"], "category": ["hospital"]}, geometry=spot)
    >>> gate = gpd.GeoDataFrame({"key_point_id": [0], "gate_name": ["北大门"]}, geometry=spot)
    >>> area = gpd.GeoDataFrame({"name": ["某某社区"]}, geometry=spot.buffer(90))
    >>> layers = {"key_points": hospital, "gates": gate, "communities": area}
    >>> found = build_gazetteer(streets=None, boundary=None, crs=32650, **layers)
    >>> found.to_frame()["label"].tolist(), found.gates
    (['某医院', '某医院北大门', '某某社区'], {0: (('北门', 1),)})
    >>> "某某居委会" in found.senses, "医院" in found.senses
    (True, False)
    """
    metric = CRS.from_user_input(crs)
    making = _Making()
    making.add_facilities(key_points.to_crs(metric), gates.to_crs(metric))
    for label, shape in zip(communities["name"], communities.to_crs(metric).geometry, strict=True):
        making.add(Place("community", label, shape), name_community(label))
    roads = name_roads(streets, metric)
    first = len(making.places)
    for name, label, shape in zip(roads.index, roads["label"], roads.geometry, strict=True):
        making.add(Place("road", label, shape), [Name(name, OFFICIAL, "")])
    known = group_doors(doors, roads.geometry)
    for name, row in known.items():
        if name not in roads.index:  # a lane that no map has, known by its doors
            making.add(Place("road", row.label, row.outline), [Name(name, OFFICIAL, "")])
    by_name = {
        normalise(place.label): i for i, place in enumerate(making.places) if place.kind == "road"
    }
    for label, shape, names in find_bridges(streets):
        making.add(Place("bridge", label, shape), names)
    if basemap is not None:
        making.add_landmarks(basemap.to_crs(metric))
    meet = find_crossings(roads.geometry.to_numpy())
    return Gazetteer(
        crs=metric,
        boundary=boundary,
        places=tuple(making.places),
        senses=making.settle(),
        gates=making.gates,
        crossings={(a + first, b + first): spots for (a, b), spots in meet.items()},
        doors={by_name[name]: row for name, row in known.items()},
    )


class _Making:
    """A gazetteer while it is being written."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.senses: dict[str, list[Sense]] = {}
        self.gates: dict[int, tuple[tuple[str, int], ...]] = {}

    def add(self, place: Place, names: Sequence[Name]) -> int:
        """Add a place under its names, and return its position."""
        at = len(self.places)
        self.places.append(place)
        for name in names:
            if len(name.text) > 1:
                self.senses.setdefault(name.text, []).append(Sense(at, name.worth, name.town))
        return at

    def add_facilities(self, key_points: gpd.GeoDataFrame, gates: gpd.GeoDataFrame) -> None:
        """Add key points, each with its gates."""
        towns = learn_towns(key_points["name"])
        of_point = dict(list(gates.groupby("key_point_id")))
        for key, name, category, shape in zip(
            key_points.index, key_points["name"], key_points["category"], key_points.geometry,
            strict=True,
        ):  # fmt: skip
            place = Place(KINDS.get(category, "facility"), name, shape, category)
            at = self.add(place, name_facility(name, towns))
            if key in of_point:
                self.gates[at] = tuple(self._gates_of(name, category, of_point[key]))

    def _gates_of(
        self, name: str, category: str, gates: gpd.GeoDataFrame
    ) -> Iterator[tuple[str, int]]:
        """Add the gates of a facility, which are found by its name."""
        for gate, shape in zip(gates["gate_name"], gates.geometry, strict=True):
            kind = "bus_stop" if category == "bus_stop" else "gate"
            yield name_gate(gate), self.add(Place(kind, f"{name}{gate}", shape, category), [])

    def add_landmarks(self, basemap: gpd.GeoDataFrame) -> None:
        """Add what the base map names and no list of the area has."""
        named = basemap[basemap["kind"].isin(LANDMARKS) & (basemap["name"] != "")]
        listed = set(self.senses)
        for label, part in named.groupby("name"):
            if normalise(str(label)) not in listed:
                shape = shapely.union_all(part.geometry.to_numpy())
                self.add(Place("landmark", str(label), shape), name_facility(str(label)))

    def settle(self) -> dict[str, tuple[Sense, ...]]:
        """Return the names; one that is a place's own is no other place's short form."""
        settled = {}
        for name, senses in self.senses.items():
            most = max(sense.worth for sense in senses)
            settled[name] = tuple(s for s in senses if s.worth == most or most < OFFICIAL)
        return settled
