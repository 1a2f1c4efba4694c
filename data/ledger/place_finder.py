"""One text -> the places it may mean, weighed against each other and the rest of its record."""

import re
from collections.abc import Iterator
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from data.ledger.address_words import HAN, normalise
from data.ledger.candidates import PRECISIONS, Candidate
from data.ledger.facility_rules import FacilityRules
from data.ledger.gazetteer import Gazetteer
from data.ledger.mentions import Mention, find_mentions
from data.ledger.place_names import split_community
from data.ledger.road_rules import RoadRules

ACCEPT_FROM = 80
"""Scores from here on are accepted without a person's look."""
CLEAR_LEAD = 10
SAME_PLACE_M = 100.0
"""A second place this near to the first is the same; any other must score `CLEAR_LEAD` less."""
IN_COMMUNITY, OFF_COMMUNITY, OFF_ROAD, UNKNOWN_ROAD = 4, -20, -25, -20
"""Added to the score of a place in, or out of, the record's community, off the road named, or with
a door number on a road that the area does not know."""
_ROAD = re.compile(rf"[{HAN}]{{2,}}?(?:路|街|大街|大道|道|巷|弄|胡同)(?=\d+(?:号|弄))")
OFF_COMMUNITY_M, OFF_ROAD_M = 50.0, 200.0
NEAR_FACILITY, COMMUNITY_ONLY = 86, 50


class PlaceFinder:
    """Finds places in one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.road_rules = RoadRules(gazetteer)
        self.facility_rules = FacilityRules(gazetteer)
        self.has_roads = bool(gazetteer.of_kind("road"))
        self.stems = {
            split_community(normalise(gazetteer.places[at].label))[0]: at
            for at in gazetteer.of_kind("community")
        }
        self.find_community = cache(self._find_community)

    def find(self, address: str, note: str, community: str, near: str) -> list[Candidate]:
        """Return the places that the words of a record may mean, the surest first."""
        text = ",".join(dict.fromkeys(normalise(part) for part in (address, note) if part.strip()))
        mentions = find_mentions(text, self.gazetteer)
        area = self.find_community(community) if community else self._named_community(mentions)
        found = list(self.road_rules.propose(text, mentions, area))
        roads = self._roads(mentions)
        lost = UNKNOWN_ROAD if self.has_roads and _names_unknown_road(text, mentions) else 0
        found += [
            place._replace(score=place.score + (_off_roads(place, roads) or lost))
            for place in self.facility_rules.propose(text, mentions, roads, area)
        ]
        if near and not any(is_point(place) and place.score >= ACCEPT_FROM for place in found):
            found += self._near(normalise(near), roads)
        found = [self._agree(place, area) for place in found]
        if area is not None:
            found.append(self.whole(area))
        return _ranked(found)

    def weigh(
        self, found: list[Candidate], more: list[Candidate], community: str
    ) -> list[Candidate]:
        """Return what was found with more candidates, which the community has yet to confirm."""
        area = self.find_community(community) if community else None
        return _ranked(found + [self._agree(place, area) for place in more])

    def whole(self, at: int) -> Candidate:
        """Return a place by itself."""
        kind, label, shape, _ = self.gazetteer.places[at]
        if kind == "road":
            return self.road_rules.whole(at, None)
        if kind != "community":
            return self.facility_rules.whole(at)
        point = shape.representative_point()
        return Candidate(COMMUNITY_ONLY, "community", label, point.x, point.y, "community")

    def _roads(self, mentions: list[Mention]) -> list[BaseGeometry]:
        """Return the roads that are named in full."""
        named = [self.gazetteer.places[one.senses[0].place] for one in mentions if one.whole]
        return [place.shape for place in named if place.kind == "road"]

    def _find_community(self, text: str) -> int | None:
        """Return the community that the column of that name means."""
        plain = normalise(text)
        exact = self.stems.get(plain, self.stems.get(split_community(plain)[0]))
        if exact is not None:
            return exact
        return self._named_community(find_mentions(plain, self.gazetteer))

    def _named_community(self, mentions: list[Mention]) -> int | None:
        """Return the one community that is named in full."""
        places = self.gazetteer.places
        named = {
            sense.place
            for mention in mentions
            for sense in mention.senses
            if mention.whole and places[sense.place].kind == "community"
        }
        return named.pop() if len(named) == 1 else None

    def _near(self, near: str, roads: list[BaseGeometry]) -> Iterator[Candidate]:
        """Yield the facility nearest to the place, or the spot beside it on the road named."""
        mentions = find_mentions(near, self.gazetteer)
        beside = list(self.facility_rules.propose(near, mentions, roads, None))
        for place in beside:
            score = min(place.score, NEAR_FACILITY)
            sure = place._replace(score=score, precision="segment")
            spot = shapely.Point(place.x, place.y)
            close = [road for road in roads if road.distance(spot) <= OFF_ROAD_M]
            if close:
                x, y = shapely.shortest_line(close[0], spot).coords[0]
                yield sure._replace(x=x, y=y)
            else:
                yield sure._replace(score=score + _off_roads(place, roads))

    def _agree(self, place: Candidate, area: int | None) -> Candidate:
        """Return a candidate with its score given the record's community."""
        if area is None or place.kind == "community":
            return place
        off_m = self.gazetteer.places[area].shape.distance(shapely.Point(place.x, place.y))
        more = IN_COMMUNITY if off_m <= OFF_COMMUNITY_M else OFF_COMMUNITY
        return place._replace(score=min(place.score + more, 100.0))


def is_point(place: Candidate) -> bool:
    """Tell whether a candidate is a spot, and not a road or a community as a whole."""
    return place.kind not in {"road", "community"}


def is_ahead(found: list[Candidate]) -> bool:
    """
    Tell whether the first candidate is clearly ahead of every other place.

    A road or a community does not rival a spot.

    Examples
    --------
    >>> gates = [Candidate(96, "gate", name, x, 0, "gate") for name, x in (("甲", 0), ("乙", 400))]
    >>> is_ahead(gates[:1]), is_ahead(gates), is_ahead([gates[0], gates[1]._replace(score=60)])
    (True, False, True)
    """
    best = found[0]
    rivals = (other for other in found[1:] if is_point(other) or not is_point(best))
    return all(
        other.score <= best.score - CLEAR_LEAD
        or shapely.Point(other.x, other.y).distance(shapely.Point(best.x, best.y)) <= SAME_PLACE_M
        for other in rivals
    )


def _names_unknown_road(text: str, mentions: list[Mention]) -> bool:
    """Tell whether a door number is given on a road that the area does not know."""
    known = {mention.end for mention in mentions}
    return any(found.end() not in known for found in _ROAD.finditer(text))


def _off_roads(place: Candidate, roads: list[BaseGeometry]) -> float:
    """Return what a place loses by lying off every road that is named with it."""
    spot = shapely.Point(place.x, place.y)
    if roads and all(road.distance(spot) > OFF_ROAD_M for road in roads):
        return OFF_ROAD
    return 0


def _ranked(found: list[Candidate]) -> list[Candidate]:
    """Sort candidates: sure spots, then the rest by score; of one label at one spot the first."""

    def rank(place: Candidate) -> tuple[bool, float, int]:
        sure_spot = is_point(place) and place.score >= ACCEPT_FROM
        return not sure_spot, -place.score, PRECISIONS.index(place.precision)

    found = sorted(found, key=rank)
    first: dict[tuple[str, int, int], Candidate] = {}
    for place in found:
        first.setdefault((place.label, round(place.x), round(place.y)), place)
    return list(first.values())
