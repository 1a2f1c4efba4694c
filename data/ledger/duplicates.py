"""Records that may tell of one incident: proposed in groups, merged by a person or a saved rule."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_
from data.ledger.duplicate_evidence import (
    Evidence,
    Floats,
    SortedSigns,
    distance_m,
    gather,
    hours_apart,
    likeness,
    may_be_same,
    plain_words,
)
from data.ledger.duplicate_groups import link_completely
from data.ledger.duplicate_pairs import Pairs, crowded, neighbour_pairs
from data.ledger.duplicate_proposals import describe, say_reason
from data.ledger.findings import Findings, Rule

__all__ = ["CROWDED", "DUPLICATES", "propose_duplicates", "say_reason"]

DUPLICATES = Rule(
    "duplicates_proposed",
    N_("{n} records may tell of an incident that another record tells of."),
    "proposed",
    N_("Look at them side by side and merge those that are the same."),
)
CROWDED = Rule(
    "duplicates_crowded",
    N_("{n} records stand at one place and time with more than a hundred others; not compared."),
    "noted",
    N_("Correct the places if they are a default point."),
)
NEAR = 0.9
"""Likeness of texts that are all but the same."""
SAME_SOURCE_H = 1.0
"""One source writes down one incident twice only within the hour; later it is another one."""
ADDRESS_SIGNS = 6
"""An address of fewer signs is a road or an area, and says no more than a community does."""
_NO_PLACE = {"address": 0.15, "community": 0.3}
"""How much more alike the words must be where no distance is known."""
_NAMELESS = -1

_TEXTS = (
    "source",
    "source_ref",
    "type",
    "summary",
    "address",
    "place_note",
    "community",
    "geo_precision",
    "time_precision",
)


def propose_duplicates(
    records: pd.DataFrame,
    *,
    crs: object,
    within_m: float = 100.0,
    within_h: float = 24.0,
    similar: float = 0.6,
    findings: Findings | None = None,
) -> pd.DataFrame:
    """
    Propose which records tell of one incident.

    Two records of different sources go together if they are near in space and time, of one type
    (or one has none), and alike in words: the longer the time between them, the more alike, from
    `similar` at once to 0.9 after `within_h`. Two of one source must be all but the same and
    within the hour: a patrol that writes the same sentence every morning sees a new incident
    every morning. Where one has no exact place, the same address or community stands in for it,
    and the words must be more alike. One number of one source is one record, and no duplicate.

    Parameters
    ----------
    records
        With the columns of `data.ledger.records.RECORDS`; any unique index.
    crs
        Projected system of the area, in metres.
    within_m, within_h
        Greatest distance (m) and time (h) between two records of one incident.
    similar
        Least likeness of the words, 0 to 1, of records at the same time.
    findings
        Where proposals, and records that stand too close to be compared, are counted.

    Returns
    -------
    groups
        A row per member: `group`, `record` (label in `records`), `keeper` (the one that would
        count: the most precise, then the first received), `basis` (`place`, `address` or
        `community`), `sources` (of member and keeper), `reason_distance_m`, `reason_hours` and
        `similarity` to the keeper, for `say_reason`. Within a group every two go together.

    Examples
    --------
    >>> from data.ledger.records import empty_records
    >>> blank = empty_records().reindex(["a", "b"]).assign(row=0, source_ref="", note="")
    >>> at = pd.to_datetime(["2018-01-15 08:00", "2018-01-15 09:00"], utc=True)
    >>> two = blank.assign(lon=117.2, lat=39.14, occurred_from=at, occurred_to=at, type="other",
    ...     source=["110", "12345"], summary="医院北门有人举牌收药", address="", place_note="")
    >>> groups = propose_duplicates(two, crs="EPSG:32650")
    >>> groups[["record", "keeper"]].to_numpy().tolist(), str(say_reason(groups.iloc[1]))
    ([['a', True], ['b', False]], '0 m and 1 h apart; the words agree by 100%.')
    """
    findings = Findings() if findings is None else findings
    records = records.assign(**{name: records[name].fillna("").astype(str) for name in _TEXTS})
    evidence = gather(records, crs)
    found = [
        _near_in_space(evidence, within_m, within_h, similar, findings),
        *_near_in_words(records, evidence, within_h, similar, findings),
    ]
    pairs = pd.concat(found, ignore_index=True).drop_duplicates(["first", "second"])
    score = pairs["similarity"] - pairs["hours"] / within_h / 10
    members = link_completely(
        (pairs["first"].to_numpy(), pairs["second"].to_numpy()), score.to_numpy(dtype=float)
    )
    groups = describe(records, members, pairs)
    findings.note(DUPLICATES, int((~groups["keeper"]).sum()))
    return groups


def _near_in_space(
    evidence: Evidence, within_m: float, within_h: float, similar: float, findings: Findings
) -> pd.DataFrame:
    """Return the pairs of records with exact places that go together."""
    known = np.flatnonzero(np.isfinite(evidence.x_m) & np.isfinite(evidence.begin_h))
    places = np.column_stack([evidence.x_m[known], evidence.y_m[known]]) / within_m
    units = np.column_stack([places, _time_units(evidence, known, within_h)])
    found = [
        _judge(evidence, pairs, within_h, similar, basis="place", within_m=within_m)
        for pairs in _candidates(known, units, findings, evidence.kind)
    ]
    return pd.concat([_no_pairs(), *found])


def _near_in_words(
    records: pd.DataFrame,
    evidence: Evidence,
    within_h: float,
    similar: float,
    findings: Findings,
) -> list[pd.DataFrame]:
    """Return the pairs of which one has no exact place, but both the same address or community."""
    (address, address_names), (community, community_names) = (
        _plain_names(records[name]) for name in ("address", "community")
    )
    said = np.array([name != "" for name in community_names], dtype=bool)
    long = np.array([len(name) >= ADDRESS_SIGNS for name in address_names], dtype=bool)[address]
    names = {
        "address": np.where(long, address, _NAMELESS),
        "community": np.where(~long & said[community], community, _NAMELESS),
    }
    words = SortedSigns(records["summary"] + records["place_note"])
    placed = np.isfinite(evidence.x_m)
    found = [_no_pairs()]
    for basis, name in names.items():
        lost = np.unique(name[~placed])  # a name that only records with places have is not needed
        known = np.flatnonzero(
            (name != _NAMELESS) & np.isin(name, lost) & np.isfinite(evidence.begin_h)
        )
        key = 3 * name[known]  # no name is another's neighbour
        units = np.column_stack([key, _time_units(evidence, known, within_h)])
        for first, second in _candidates(known, units, findings):
            open_ = ~(placed[first] & placed[second])
            pairs = first[open_], second[open_]
            least = min(similar + _NO_PLACE[basis], NEAR)
            found.append(_judge(evidence, pairs, within_h, least, basis=basis, words=words))
    return found


def _plain_names(texts: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Return the number of each name without its signs, and the names."""
    number, spellings = pd.factorize(texts)
    plain, names = pd.factorize(np.array([plain_words(text) for text in spellings], dtype=object))
    return plain[number], names.tolist()


def _time_units(evidence: Evidence, known: NDArray[np.intp], within_h: float) -> Floats:
    """Return begins in units so long that records near in time begin within one of them."""
    begin = evidence.begin_h[known]
    longest = np.max(evidence.end_h[known] - begin, initial=0.0)
    return np.asarray(begin / max(within_h + longest, 1.0), dtype=float)


def _candidates(
    known: NDArray[np.intp],
    units: Floats,
    findings: Findings,
    kind: NDArray[np.int64] | None = None,
) -> Iterator[Pairs]:
    """Yield the pairs within one unit, as positions of the records; of one kind or of none."""
    crowd = crowded(units)
    findings.note(CROWDED, int(crowd.sum()))
    rest, units = known[~crowd], units[~crowd]
    kinds = np.full(len(rest), -1) if kind is None else kind[rest]
    for one in np.unique(kinds):
        rows = np.flatnonzero((kinds == one) | (kinds < 0))
        for first, second in neighbour_pairs(units[rows]):
            # two of no kind are found among these once, not beside every kind again
            new = np.maximum(kinds[rows[first]], kinds[rows[second]]) == one
            yield rest[rows[first[new]]], rest[rows[second[new]]]


def _judge(
    evidence: Evidence,
    pairs: Pairs,
    within_h: float,
    similar: float,
    *,
    basis: str,
    within_m: float | None = None,
    words: SortedSigns | None = None,
) -> pd.DataFrame:
    """Keep the pairs that go together."""
    # the cheapest question first: of tens of millions of pairs few are left for the words
    apart_m = distance_m(evidence, pairs)
    if within_m is not None:
        pairs, apart_m = _keep(apart_m <= within_m, pairs, apart_m)
    pairs, apart_m = _keep(may_be_same(evidence, pairs), pairs, apart_m)
    hours = hours_apart(evidence, pairs)
    same_source = evidence.source[pairs[0]] == evidence.source[pairs[1]]
    near = hours <= np.where(same_source, min(SAME_SOURCE_H, within_h), within_h)
    (first, second), apart_m = _keep(near, pairs, apart_m)
    same_source, hours = same_source[near], hours[near]
    like = likeness(evidence.words if words is None else words, (first, second))
    needed = similar + max(NEAR - similar, 0) * hours / within_h
    alike = like >= np.where(same_source, np.maximum(needed, NEAR), needed)
    return pd.DataFrame(
        {
            "first": np.minimum(first, second)[alike],
            "second": np.maximum(first, second)[alike],
            "metres": apart_m[alike],
            "hours": hours[alike],
            "similarity": like[alike],
            "basis": basis,
        }
    )


def _keep(fits: NDArray[np.bool_], pairs: Pairs, metres: Floats) -> tuple[Pairs, Floats]:
    return (pairs[0][fits], pairs[1][fits]), metres[fits]


def _no_pairs() -> pd.DataFrame:
    numbers = {name: pd.Series(dtype="float64") for name in ("metres", "hours", "similarity")}
    places = {name: pd.Series(dtype="int64") for name in ("first", "second")}
    return pd.DataFrame({**places, **numbers, "basis": pd.Series(dtype="str")})
