"""Names of known places in a text, told apart from longer names that contain them."""

from typing import NamedTuple

from data.ledger.address_words import closes_at, opens_at
from data.ledger.gate_names import GATE
from data.ledger.gazetteer import Gazetteer, Sense


class Mention(NamedTuple):
    """A name found in a text."""

    start: int
    end: int
    senses: tuple[Sense, ...]
    whole: bool
    """False where it may be part of a longer name: 建设路 in 新建设路 or 建设路小学."""


def find_mentions(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """
    Find the places that a normalised text names, from left to right.

    Of names that overlap only the longest counts. A name is whole if it begins and ends where a
    word can, or where another name ends or begins.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from data.ledger.gazetteer import Place
    >>> senses = {"建设路": (Sense(0, 100, ""),), "新华道": (Sense(1, 100, ""),)}
    >>> roads = (Place("road", "建设路", None), Place("road", "新华道", None))
    >>> known = Gazetteer(None, None, roads, senses)
    >>> [(m.start, m.whole) for m in find_mentions("建设路新华道口", known)]
    [(0, True), (3, True)]
    >>> [(m.start, m.whole) for m in find_mentions("新建设路与新华道小学", known)]
    [(1, False), (5, False)]
    """
    hits = _longest(_hits(text, gazetteer))
    starts, ends = {start for start, _ in hits}, {end for _, end in hits}
    mentions = []
    for start, end in hits:
        opens = start in ends or opens_at(text, start)
        meant = gazetteer.senses[text[start:end]]
        fitting = tuple(
            sense
            for sense in meant
            if opens
            and _fits_town(text[:start], sense.town)
            and (end in starts or _closes(text, end, sense, gazetteer))
        )
        mentions.append(Mention(start, end, fitting or meant, bool(fitting)))
    return mentions


def _hits(text: str, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """Return start and end of the longest name that begins at each position."""
    hits = []
    for start in range(len(text) - 1):
        for name in gazetteer.starts.get(text[start : start + 2], ()):
            if text.startswith(name, start):
                hits.append((start, start + len(name)))
                break
    return hits


def _longest(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop what overlaps a longer hit, or an equally long one before it."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(hits, key=lambda hit: hit[0] - hit[1]):
        if all(end <= other or last <= start for other, last in kept):
            kept.append((start, end))
    return sorted(kept)


def _closes(text: str, end: int, sense: Sense, gazetteer: Gazetteer) -> bool:
    """Tell whether a name ends where a word can, or where one of its gates follows."""
    kind = gazetteer.places[sense.place].kind
    if closes_at(text, end, kind if kind in {"road", "community"} else "place"):
        return True
    if kind not in {"road", "community"} and GATE.match(text, end):
        return True
    gates = gazetteer.gates.get(sense.place, ())
    return any(gate != "" and text.startswith(gate, end) for gate, _ in gates)


def _fits_town(before: str, town: str) -> bool:
    """Tell whether the town that stands before a shortened name is the one it was cut from."""
    return not town or before[-1:] not in tuple("省市区县") or before[-3:-1] in town
