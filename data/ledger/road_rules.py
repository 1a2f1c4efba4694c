"""What a text says of roads: a door number, a crossing, a corner nearby, or the road alone."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import shapely

from data.ledger.address_words import read_number
from data.ledger.candidates import PART_OF_LONGER, Candidate, is_aside, tail_of
from data.ledger.gazetteer import Gazetteer
from data.ledger.mentions import Mention

KNOWN_DOOR, INFERRED_DOOR, CROSSING, STRETCH = 98, 86, 96, 86
CORNER_NEARBY, SHORT_ROAD, LONG_ROAD, OTHER_ROAD = 84, 84, 70, 60
"""Scores, on the scale of `data.ledger.places`."""
SHORT_ROAD_M = 200.0
"""A road all of which lies this near to its middle is as good as a segment."""
BORDER_M = 20.0
_JOINED = re.compile(r"(?:与|和|及|同|跟|[、/&+ -]|至|到|交)*")
_NEARBY = re.compile(r"[(,]|近|靠|邻|临")
_CORNER = re.compile(r"\)?路?(?:交|口|道口|十字|丁字|拐角|转角|相交)")
_STRETCH = re.compile(r"-|至|到")
_LONGEST_LINK = 4
_LINKS = ("与", "和", "及", "同", "跟", "、", "/", "&", "+")
_LINK = re.compile("[与和及同跟、/&+]")


class RoadRules:
    """Finds places on the roads of one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.part_of = cache(self._part_of)

    def propose(
        self, text: str, mentions: list[Mention], community: int | None
    ) -> Iterator[Candidate]:
        """Yield every place that the roads in a text may mean."""
        places = self.gazetteer.places
        roads = [
            (at, sense.place)
            for at, mention in enumerate(mentions)
            for sense in mention.senses[:1]
            if places[sense.place].kind == "road"
        ]
        numbers = {at: read_number(tail_of(text, mentions, at)) for at, _ in roads}
        numbered = set()
        for at, road in roads:
            words = tail_of(text, mentions, at)
            for door in self._doors(road, numbers[at], words) if mentions[at].whole else ():
                numbered.add(road)
                yield door
            alone = self.whole(road, community)
            if is_aside(text, mentions[at].start) or (any(numbers.values()) and not numbers[at]):
                alone = alone._replace(score=OTHER_ROAD)
            elif numbers[at] or _is_corner(text, mentions[at]):
                alone = alone._replace(score=LONG_ROAD)  # its middle is not what was meant
            yield alone if mentions[at].whole else _doubted(alone)
        free = [(at, road) for at, road in roads if mentions[at].whole and road not in numbered]
        stretches = self._stretches(text, mentions, free)
        yield from stretches
        addressed = {road for at, road in roads if numbers[at]}
        for one, other in pairwise(free) if not stretches else ():
            for corner in self._corner(text, mentions, one, other):
                elsewhere = addressed and not addressed & {one[1], other[1]}
                yield corner._replace(score=OTHER_ROAD) if elsewhere else corner

    def _stretches(
        self, text: str, mentions: list[Mention], roads: list[tuple[int, int]]
    ) -> list[Candidate]:
        """Return the middle of a road between two others: 某路(甲道至乙道)."""
        found = []
        for (_, along), (at, start), (to, end) in zip(roads, roads[1:], roads[2:], strict=False):
            between = text[mentions[at].end : mentions[to].start]
            spots = [self.gazetteer.crossings.get(_pair(along, road), ()) for road in (start, end)]
            if len(between) > _LONGEST_LINK or not _STRETCH.search(between) or not all(spots):
                continue
            line = shapely.LineString([spots[0][0], spots[1][0]])
            middle = line.interpolate(0.5, normalized=True)
            score = STRETCH if line.length <= 2 * SHORT_ROAD_M else OTHER_ROAD
            names = [self.gazetteer.places[road].label for road in (along, start, end)]
            label = "{}（{}至{}）".format(*names)
            found.append(Candidate(score, "stretch", label, middle.x, middle.y, "segment"))
        return found

    def _doors(self, road: int, numbers: tuple[int, int] | None, words: str) -> Iterator[Candidate]:
        """Yield the door whose number follows the road's name."""
        row = self.gazetteer.doors.get(road)
        if numbers is None or row is None:
            return
        found = [door for number in sorted(set(numbers)) if (door := row.locate(number))]
        if found:
            best = min(found, key=lambda door: (not door.known, door.precision))
            label = f"{self.gazetteer.places[road].label}{numbers[0]}号"
            score = KNOWN_DOOR if best.known else INFERRED_DOOR
            yield Candidate(score, "door", label, best.x, best.y, best.precision).moved(words)

    def _corner(
        self, text: str, mentions: list[Mention], one: tuple[int, int], other: tuple[int, int]
    ) -> Iterator[Candidate]:
        """Yield where two roads meet, if the text means that or something near it."""
        a, b = mentions[one[0]], mentions[other[0]]
        between, after = text[a.end : b.start], text[b.end : b.end + 4]
        aside = is_aside(text, a.start)
        spots = self.gazetteer.crossings.get(_pair(one[1], other[1]), ())
        names = [self.gazetteer.places[road].label for _, road in (one, other)]
        label = f"{names[0]}与{names[1]}交口"
        for spot in spots:
            corner = Candidate(CROSSING, "crossing", label, spot.x, spot.y, "door")
            joined = _CORNER.match(after) or not _STRETCH.search(between)
            if joined and not aside and _JOINED.fullmatch(between):
                yield corner.moved(tail_of(text, mentions, other[0]))
            elif aside or _CORNER.match(after) or _NEARBY.search(between[-3:]):
                yield corner._replace(score=CORNER_NEARBY, precision="segment")

    def whole(self, road: int, community: int | None) -> Candidate:
        """Return the middle of a road, of its part in the community where that is known."""
        x, y, reach_m = self.part_of(road, community)
        score = SHORT_ROAD if reach_m <= SHORT_ROAD_M else LONG_ROAD
        return Candidate(score, "road", self.gazetteer.places[road].label, x, y, "segment")

    def _part_of(self, road: int, community: int | None) -> tuple[float, float, float]:
        """Return the middle of a road's part in a community or the area, and how far it goes."""
        part = self.gazetteer.places[road].shape
        within = [self.gazetteer.boundary]
        if community is not None:
            within.insert(0, self.gazetteer.places[community].shape)
        for area in within:
            clipped = None if area is None else part.intersection(area.buffer(BORDER_M))
            if clipped is not None and not clipped.is_empty:
                part = clipped
                break
        middle = shapely.shortest_line(part.centroid, part).coords[-1]
        reach_m = float(shapely.hausdorff_distance(shapely.Point(middle), part))
        return middle[0], middle[1], reach_m


def _is_corner(text: str, mention: Mention) -> bool:
    """Tell whether a road is named as one of two that meet."""
    before, after = text[: mention.start], text[mention.end :]
    return bool(_CORNER.match(after) or _LINK.match(after) or before.endswith(_LINKS))


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _doubted(candidate: Candidate) -> Candidate:
    """Return it with the score of a name that may be part of a longer one."""
    return candidate._replace(score=candidate.score * PART_OF_LONGER)
