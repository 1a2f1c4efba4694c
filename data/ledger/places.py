"""Records without coordinates -> places of the area's gazetteer, each with a score."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from data.errors import N_
from data.ledger.address_words import normalise
from data.ledger.candidates import Candidate
from data.ledger.findings import Findings, Rule
from data.ledger.fuzzy_names import find_alike, is_misspelt
from data.ledger.gazetteer import Gazetteer
from data.ledger.place_finder import ACCEPT_FROM, PlaceFinder, is_ahead
from data.ledger.road_rules import LONG_ROAD

Row = tuple[str, str, str, str]
TEXTS = ("address", "place_note", "community", "near_facility")
MISSPELT, MOST_ALIKE = 84, 58
"""Score of a name with a wrong sign that can be nothing else, and the most for one that may be."""
WGS84 = "EPSG:4326"
_SHOWN = ("label", "lon", "lat", "geo_precision", "score", "kind")

PLACED = Rule(
    "place_from_words",
    N_("{n} records without coordinates were placed by the words of their address."),
    "assumed",
    N_("Look at the places on the map and move those that are wrong."),
)
ON_ROAD = Rule(
    "place_on_road",
    N_("{n} records are known to a road only; the analysis spreads them along it."),
    "assumed",
    N_("Put them on the map by hand where a nearer place is known."),
)
IN_COMMUNITY = Rule(
    "place_in_community",
    N_("{n} records are known to a community only; the analysis spreads them over its streets."),
    "assumed",
    N_("Put them on the map by hand where a nearer place is known."),
)
UNDECIDED = Rule(
    "place_undecided",
    N_("{n} records may mean one of several places."),
    "proposed",
    N_("Choose the place on the map."),
)
UNKNOWN = Rule(
    "place_unknown",
    N_("{n} records name no place that the area knows."),
    "set_aside",
    N_("Put them on the map by hand, or add the place to the area."),
)
RULES = (PLACED, ON_ROAD, IN_COMMUNITY, UNDECIDED, UNKNOWN)


def match_places(
    texts: pd.DataFrame, gazetteer: Gazetteer, *, limit: int = 5
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Find where records without coordinates were, by the words of their address.

    Only the gazetteer is asked; nothing is sent anywhere. A name counts where it begins and ends
    as a word can, never as a part of a longer one: 建设路 is not found in 新建设路 or 建设路小学.

    Parameters
    ----------
    texts
        Any of the columns `address`, `place_note`, `community` and `near_facility`; any index.
    gazetteer
        The places of the area.
    limit
        Candidates given per record.

    Returns
    -------
    best
        On the index of `texts`: `lon`, `lat` (WGS 84), `geo_precision`, `score`, `label` and
        `kind`. A place is given if its score is `ACCEPT_FROM` or more and `CLEAR_LEAD` ahead of any
        other place further than `SAME_PLACE_M` away. Otherwise `lon` and `lat` are empty, and
        `kind` is `road` (precision `segment`) or `community` (`community`) where at least that is
        known, for `data.ledger.spread`; else '' (`none`). Records of the kind `road` are to be
        spread too where a point is given: it is the middle of a short road.
    candidates
        `row` (of the index of `texts`), `rank` from 1, and the columns of `best`: every place that
        may be meant, the surest first, for a person's choice.

    Notes
    -----
    The score says how surely the words mean the place: 100, a gate is named; 96 to 98, a crossing,
    a known door, a facility with one gate; 86, a number between known doors, or the only facility
    of its kind in the community; 84, a spot near a named corner, a short road, or a facility whose
    gate is not said. Short forms of a name lose up to 17. The community adds 4 or takes 20; a road
    that the place does not lie on takes 25, a door number on a road that nobody here knows 20. What
    may be part of a longer name is worth six tenths.

    Tested on the sample area, whose incidents are invented, and on 13,664 addresses of a whole
    city, of which 239 lie in the test area. In the sample all 126 accepted gates and stops lay
    within 100 m of the record. In the city 89 % of known doors and 93 % of numbers inferred from
    them, over random halves of 115 doors, 13 of 14 facilities and 23 of 29 crossings and corners
    lay within 100 m of the listed point; within 200 m 98 % of the doors and 42 of the other 43.
    Points listed for one and the same address scatter by 44 m there. Of the 13,425 addresses
    elsewhere in the city one was wrongly placed in the area.
    """
    table = _texts(texts)
    key = np.asarray(table.groupby(list(TEXTS), sort=False).ngroup(), dtype=np.int64)
    distinct = table[~pd.Series(key).duplicated().to_numpy()]
    found = _find(list(distinct.itertuples(index=False, name=None)), PlaceFinder(gazetteer))
    best = _frame([_decide(places) for places in found], gazetteer)
    shown = [places[:limit] for places in found]
    candidates = _frame([place for places in shown for place in places], gazetteer)
    counts = np.array([len(places) for places in shown], dtype=np.int64)
    return (
        best.take(key).set_axis(texts.index),
        _for_each_row(candidates, counts, key, texts.index),
    )


def _find(rows: Sequence[Row], finder: PlaceFinder) -> list[list[Candidate]]:
    """Find the places of each text; misspelt names only where nothing else is sure."""
    found = [finder.find(*row) for row in rows]
    unsure = [at for at, places in enumerate(found) if not _is_sure(places)]
    for at, alike in _alike([rows[at] for at in unsure], finder).items():
        places, community = found[unsure[at]], rows[unsure[at]][2]
        named = {place.label for place in places}
        more = [place for place in alike if place.label not in named]
        found[unsure[at]] = finder.weigh(places, more, community)
    return found


def _is_sure(places: list[Candidate]) -> bool:
    return bool(places) and places[0].score >= ACCEPT_FROM and is_ahead(places)


def _decide(places: list[Candidate]) -> Candidate:
    """Return the place that is accepted, or the road or the community that remains."""
    if _is_sure(places):
        return places[0]
    if places and places[0].kind == "road" and places[0].score >= LONG_ROAD and is_ahead(places):
        return places[0]._replace(x=np.nan, y=np.nan)
    for place in places:
        if place.kind == "community":
            return place._replace(x=np.nan, y=np.nan)
    score = places[0].score if places else 0.0
    return Candidate(score, "", "", np.nan, np.nan, "none")


def _frame(places: Sequence[Candidate], gazetteer: Gazetteer) -> pd.DataFrame:
    """Write places as rows, in longitude and latitude."""
    rows = pd.DataFrame(places, columns=Candidate._fields)
    to_wgs84 = Transformer.from_crs(gazetteer.crs, WGS84, always_xy=True)
    lon, lat = to_wgs84.transform(rows["x"].to_numpy(float), rows["y"].to_numpy(float))
    known = np.isfinite(rows["x"].to_numpy(float))
    return pd.DataFrame(
        {
            "lon": np.where(known, lon, np.nan),
            "lat": np.where(known, lat, np.nan),
            "geo_precision": rows["precision"].astype(str),
            "score": rows["score"].astype(float).round().astype(int),
            "label": rows["label"].astype(str),
            "kind": rows["kind"].astype(str),
        }
    )


def _for_each_row(
    candidates: pd.DataFrame, counts: NDArray[np.int64], key: NDArray[np.int64], index: pd.Index
) -> pd.DataFrame:
    """Repeat the candidates of each distinct text for every row that has it."""
    per_row = counts[key]
    starts = np.cumsum(counts) - counts
    total = int(per_row.sum())
    rank = np.arange(total) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    shown = candidates.take(np.repeat(starts[key], per_row) + rank).reset_index(drop=True)
    row = pd.Series(np.repeat(index.to_numpy(), per_row), shown.index)
    return shown[list(_SHOWN)].assign(row=row, rank=rank + 1)[["row", "rank", *_SHOWN]]


def note_matches(best: pd.DataFrame, texts: pd.DataFrame, findings: Findings) -> None:
    """Count how the rows of `match_places` were placed, under `RULES`."""
    table = _texts(texts)
    said = table["address"]
    for name in TEXTS[1:]:
        said = (said + " " + table[name]).str.strip()
    placed = best["lon"].notna()
    kinds = {
        PLACED: placed,
        ON_ROAD: ~placed & (best["kind"] == "road"),
        IN_COMMUNITY: best["kind"] == "community",
        UNDECIDED: (best["kind"] == "") & (best["score"] > 0),
        UNKNOWN: (best["kind"] == "") & (best["score"] == 0),
    }
    for rule, rows in kinds.items():
        findings.add(rule, said[rows], column="address", after=best["label"])


def _texts(texts: pd.DataFrame) -> pd.DataFrame:
    """Pick the columns that say where, as texts; empty where there is none."""
    blank = pd.Series("", texts.index, dtype=str)
    columns = {name: texts.get(name, blank) for name in TEXTS}
    for name, column in columns.items():
        given = column if column.dtype == blank.dtype else column.astype(object)
        columns[name] = given.fillna("").astype(str)
    return pd.DataFrame(columns, index=texts.index)


def _alike(rows: Sequence[Row], finder: PlaceFinder) -> dict[int, list[Candidate]]:
    """Return the places whose names come close to what texts say, by the text's position."""
    names = list(finder.gazetteer.senses)
    texts = [normalise(f"{address},{note},{near}") for address, note, _, near in rows]
    found: dict[int, list[Candidate]] = {}
    for text, name, ratio in find_alike(texts, names).itertuples(index=False, name=None):
        sure = is_misspelt(names[name], texts[text])
        for sense in finder.gazetteer.senses[names[name]]:
            place = finder.whole(sense.place)
            most = MISSPELT if sure else min(ratio, MOST_ALIKE)
            if place.kind != "community":
                found.setdefault(text, []).append(place._replace(score=min(most, place.score)))
    return found
