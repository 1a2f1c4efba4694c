"""Where each record is: by its coordinates, else by what it says, else by a person's hand."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.context import LedgerContext
from data.ledger.datum_finding import (
    DATUM_ASSUMED,
    DATUM_CONVERTED,
    DATUM_UNSETTLED,
    DatumFinding,
    find_datum,
)
from data.ledger.findings import Findings, Rule
from data.ledger.local_grid import fit_local_grid, say_grid
from data.ledger.places import match_places, note_matches
from data.ledger.terms import Terms

NO_DATUM = ""
LOCAL = "local"
PLAIN = frozenset({"wgs84", "cgcs2000"})
"""Systems of which nothing need be converted."""
TEXTS = ("address", "place_note", "community", "near_facility")
BY_HAND = Rule("placed_by_hand", N_("{n} records were put on the map by hand."), "repaired")
FINENESS = ("gate", "door", "segment", "community", "none")


def place_records(
    positions: pd.DataFrame,
    texts: pd.DataFrame,
    context: LedgerContext,
    terms: Terms,
    *,
    declared: str | None,
    findings: Findings,
) -> tuple[pd.DataFrame, DatumFinding, pd.DataFrame]:
    """
    Give each record its place in WGS 84.

    Parameters
    ----------
    positions
        `raw_x`, `raw_y` and `geo_limit` as `data.ledger.coordinates.read_positions` gives them.
    texts
        What the records say of their place, and `stated`, the precision that the file states.
    context, terms
        The area, and what a person decided.
    declared
        The system that the file says it is in.
    findings
        Counts what was done.

    Returns
    -------
    places, datum, candidates
        Places on the index of `positions`: `lon`, `lat`, `raw_x`, `raw_y`, `datum`,
        `geo_precision`, `place_origin`; what was found of the coordinate system; and, of records
        without coordinates, the places that may be meant.
    """
    raw_x, raw_y = positions["raw_x"], positions["raw_y"]
    there = raw_x.notna() & raw_y.notna()
    found = find_datum(raw_x, raw_y, context.evidence, declared=declared, records=texts)
    datum = choose_datum(found, terms)
    degrees = datum.places(raw_x, raw_y)
    _count_datum(datum, raw_x[there], findings, chosen=terms.datum != "auto")
    places = pd.DataFrame(
        {
            "lon": degrees["lon"],
            "lat": degrees["lat"],
            "raw_x": raw_x,
            "raw_y": raw_y,
            "datum": np.where(there, datum.system, NO_DATUM),
            "geo_precision": _limit(texts["stated"], positions["geo_limit"]),
            "place_origin": np.where(degrees["lon"].notna(), "file", ""),
        },
        index=positions.index,
    )
    places, candidates = _match(places, texts[~there], context, findings)
    return _take_hand(places, terms, findings), datum, candidates


def choose_datum(found: DatumFinding, terms: Terms) -> DatumFinding:
    """Take the system that a person chose; the evidence found stays to be seen."""
    if terms.datum in {"auto", found.system}:
        return found
    chosen = replace(found, system=terms.datum, swapped=False, certain=True, confidence=1.0)
    if terms.datum == LOCAL:
        grid = fit_local_grid(pd.DataFrame(terms.control, columns=["x", "y", "lon", "lat"]))
        return replace(chosen, grid=grid, said=(say_grid(grid),), sample=found.sample.head(0))
    shown = found.sample.dropna(subset=["raw_lon", "raw_lat"])
    degrees = chosen.places(shown["raw_lon"], shown["raw_lat"])
    return replace(chosen, sample=shown.assign(lon=degrees["lon"], lat=degrees["lat"]))


def _count_datum(
    datum: DatumFinding, numbers: pd.Series, findings: Findings, *, chosen: bool
) -> None:
    """Count the records whose system was converted, assumed, or left open."""
    for rule in datum.rules:
        findings.note(rule)
    if not datum.system:
        findings.note(DATUM_UNSETTLED, len(numbers))
    elif datum.system not in PLAIN:
        findings.note(DATUM_CONVERTED, len(numbers))
    if datum.system and not datum.certain and not chosen:
        findings.note(DATUM_ASSUMED, len(numbers))


def _limit(stated: pd.Series, limit: pd.Series) -> pd.Series:
    """Return the coarser of the precision that is stated and the one that the numbers allow."""
    rank = {name: at for at, name in enumerate(FINENESS)}
    finest = limit.map(rank).fillna(-1)
    too_fine = (finest >= 0) & (stated.map(rank).fillna(-1) < finest)
    known = stated.where(stated.isin([*FINENESS, "unknown"]), "unknown")
    return known.where(~too_fine, limit).astype(str)


def _match(
    places: pd.DataFrame, texts: pd.DataFrame, context: LedgerContext, findings: Findings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place the records without coordinates by what they say."""
    said = texts.reindex(columns=list(TEXTS))
    best, candidates = match_places(said, context.gazetteer)
    note_matches(best, said, findings)
    named = best["lon"].notna()
    filled = places.copy()
    rows = best.index
    filled.loc[rows, ["lon", "lat"]] = best[["lon", "lat"]].to_numpy()
    filled.loc[rows, "geo_precision"] = best["geo_precision"].to_numpy()
    filled.loc[rows, "place_origin"] = np.where(named, "gazetteer", "")
    return filled, candidates


def _take_hand(places: pd.DataFrame, terms: Terms, findings: Findings) -> pd.DataFrame:
    """Put the records where a person put them."""
    rows = [row for row in terms.places if row in places.index]
    if not rows:
        return places
    moved = places.copy()
    moved.loc[rows, ["lon", "lat"]] = [terms.places[row] for row in rows]
    moved.loc[rows, "geo_precision"] = "door"
    moved.loc[rows, "place_origin"] = "hand"
    findings.note(BY_HAND, len(rows))
    return moved
