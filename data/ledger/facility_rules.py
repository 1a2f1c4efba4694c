"""What a text says of facilities: a gate, the facility itself, a stop or a bridge beside it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from data.ledger.address_words import opens_at
from data.ledger.candidates import PART_OF_LONGER, Candidate, is_aside, tail_of
from data.ledger.gate_names import GATE, read_gate
from data.ledger.gazetteer import Gazetteer
from data.ledger.mentions import Mention
from data.ledger.place_names import OFFICIAL

GATE_NAMED, ONLY_GATE, GATE_ON_ROAD, MAIN_GATE, STOP_BESIDE = 100, 96, 94, 90, 90
ONE_OF_GATES, UNKNOWN_GATE, BESIDE, FAR_GATES = 88, 84, 84, 70
ONLY_OF_KIND, KIND_ONLY, GATE_FOR_CLICK = 82, 60, 60
"""Scores, on the scale of `data.ledger.places`."""
DOOR_M, SEGMENT_M = 100.0, 200.0
"""A facility whose gates lie this near to its main one is placed there to a door, to a segment."""
STOP_M = 150.0
GATE_ON_ROAD_M = 30.0
SMALL_M = 30.0
MOST_OF_KIND = 5
SMALL = frozenset({"pharmacy", "clinic", "community_health_center", "police_post"})
"""Categories of facilities with small grounds: without a known gate they are good for a door."""
Gates = tuple[tuple[str, int], ...]
_STOP = re.compile(r"[^,]{0,6}?(?:公交|车站|站牌|站台)")
_KIND = re.compile(
    r"某?(?P<word>社区医院|卫生服务中心|医院|大?药房|药店|早市|菜?市场|火车站|公交车?站|桥)"
    r"(?=[下底门口旁边侧附对东南西北正大]|$|\W)"
)
_OF_KIND = {
    "医院": ("tertiary_hospital", "private_hospital", "hospital"),
    "社区医院": ("community_health_center", "clinic"),
    "卫生服务中心": ("community_health_center", "clinic"),
    "药房": ("pharmacy",),
    "药店": ("pharmacy",),
    "早市": ("market",),
    "市场": ("market",),
    "火车站": ("station",),
    "站": ("bus_stop",),
    "桥": ("bridge",),
}


class FacilityRules:
    """Finds facilities and their gates in one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.stops = gazetteer.of_kind("bus_stop")
        self.gates = {gate for gates in gazetteer.gates.values() for _, gate in gates}
        self.of_kind = cache(self._of_category)
        self.whole = cache(self._whole)

    def propose(
        self, text: str, mentions: list[Mention], roads: list[BaseGeometry], community: int | None
    ) -> Iterator[Candidate]:
        """Yield every place that the facilities in a text may mean; `roads` are named with them."""
        places = self.gazetteer.places
        for at, mention in enumerate(mentions):
            words = tail_of(text, mentions, at)
            for sense in mention.senses:
                if places[sense.place].kind in {"road", "community"}:
                    continue
                factor = 1.0 if mention.whole else PART_OF_LONGER
                aside = is_aside(text, mention.start, brackets=False)
                for found in self._locate(sense.place, words, roads):
                    place = found.lowered().lowered() if aside else found
                    score = min(found.score, BESIDE) if aside else found.score
                    yield place._replace(score=(score - OFFICIAL + sense.worth) * factor)
        if not any(places[sense.place].kind != "community" for m in mentions for sense in m.senses):
            yield from self._of_kind(text, community)

    def _locate(self, facility: int, words: str, roads: list[BaseGeometry]) -> Iterator[Candidate]:
        """Yield the place meant by the words after a name first, then the other gates."""
        gates = self.gazetteer.gates.get(facility, ())
        found = self._named_gate(facility, gates, words)
        here = self.gazetteer.places[facility].shape if found is None else _point(found)
        found = self._stop_beside(here, words) or found
        if found is None and len(gates) > 1:
            found = self._one_of(facility, gates, roads)
        if found is None:
            found = self.whole(gates[0][1] if gates else facility)
        yield found.moved(words)
        if len(gates) > 1 and found.kind != "bus_stop":
            others = (self.whole(gate)._replace(score=GATE_FOR_CLICK) for _, gate in gates)
            yield from (gate for gate in others if gate.label != found.label)

    def _named_gate(self, facility: int, gates: Gates, words: str) -> Candidate | None:
        """Return the gate that is named after the facility, if one is."""
        said = GATE.match(words)
        name = None if said is None else read_gate(said)
        for plain, gate in gates:
            if plain and (plain == name or words.lstrip("(的").startswith(plain)):
                return self.whole(gate)._replace(score=GATE_NAMED)
        if not gates or name is None or (name == "" and len(gates) == 1):
            return None
        main = [gate for plain, gate in gates if plain == ""]
        if name == "" and main:
            sure = "正门" in words or "大门" in words
            return self.whole(main[0])._replace(score=GATE_NAMED if sure else MAIN_GATE)
        middle = shapely.union_all(
            [self.gazetteer.places[gate].shape for _, gate in gates]
        ).centroid
        label = self.gazetteer.places[facility].label
        return Candidate(UNKNOWN_GATE, "facility", label, middle.x, middle.y, "segment")

    def _stop_beside(self, here: BaseGeometry, words: str) -> Candidate | None:
        """Return the bus stop nearest to a gate or facility that a stop is said to be at."""
        if not self.stops or not _STOP.match(words):
            return None
        places = self.gazetteer.places
        nearest = min(self.stops, key=lambda stop: here.distance(places[stop].shape))
        if here.distance(places[nearest].shape) > STOP_M:
            return None
        return self.whole(nearest)._replace(score=STOP_BESIDE)

    def _one_of(self, facility: int, gates: Gates, roads: list[BaseGeometry]) -> Candidate:
        """Choose among several gates: the one on the road named, else the main one."""
        shapes = [self.gazetteer.places[gate].shape for _, gate in gates]
        on_road = [
            gate
            for (_, gate), shape in zip(gates, shapes, strict=True)
            if any(road.distance(shape) <= GATE_ON_ROAD_M for road in roads)
        ]
        if len(on_road) == 1:
            return self.whole(on_road[0])._replace(score=GATE_ON_ROAD)
        main = next((gate for plain, gate in gates if plain == ""), gates[0][1])
        reach_m = max(self.gazetteer.places[main].shape.distance(shape) for shape in shapes)
        return self.whole(main)._replace(
            kind="facility", label=self.gazetteer.places[facility].label, **_within(reach_m)
        )

    def _whole(self, at: int) -> Candidate:
        """Return a place by itself, as exactly as its size allows."""
        kind, label, shape, category = self.gazetteer.places[at]
        point = shape if isinstance(shape, shapely.Point) else shape.representative_point()
        reach_m = float(shapely.hausdorff_distance(point, shape))
        found = Candidate(ONLY_GATE, kind, label, point.x, point.y, "gate")
        if kind not in {"gate", "bus_stop"}:  # no gate of it is known, and the grounds may be wide
            found = found._replace(precision="door" if category in SMALL else "segment")
        return found if reach_m <= SMALL_M else found._replace(**_within(reach_m))

    def _of_kind(self, text: str, community: int | None) -> Iterator[Candidate]:
        """Yield the facilities of a kind that is named without a name: 医院北门口."""
        for found in _KIND.finditer(text):
            if not opens_at(text, found.start()):
                continue
            kind = next(kind for kind in _OF_KIND if found["word"].endswith(kind))
            area = None if community is None else self.gazetteer.places[community].shape
            near = [at for at in self.of_kind(kind) if area is None or self._inside(at, area)]
            score = ONLY_OF_KIND if area is not None and len(near) == 1 else KIND_ONLY
            for at in near[:MOST_OF_KIND]:
                best = next(self._locate(at, text[found.end() :].partition(",")[0], []))
                yield best._replace(score=min(score, best.score))

    def _inside(self, at: int, area: BaseGeometry) -> bool:
        return bool(self.gazetteer.places[at].shape.intersects(area))

    def _of_category(self, kind: str) -> list[int]:
        """Return the places of a kind that is said in a word."""
        wanted = _OF_KIND[kind]
        return [
            at
            for at, place in enumerate(self.gazetteer.places)
            if at not in self.gates and (place.category in wanted or place.kind in wanted)
        ]


def _point(place: Candidate) -> shapely.Point:
    return shapely.Point(place.x, place.y)


def _within(reach_m: float) -> dict[str, Any]:
    """Return score and precision of a place that goes so far from its point."""
    if reach_m <= DOOR_M:
        return {"score": ONE_OF_GATES, "precision": "door"}
    return {"score": UNKNOWN_GATE if reach_m <= SEGMENT_M else FAR_GATES, "precision": "segment"}
