"""The files on a clerk's desk: read in memory, decided on, and stored only when asked."""

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.edits import opened
from data.area import Area
from data.decisions import saved_rules
from data.errors import XungeError
from data.intake import Intake, read_file
from data.ledger.contacts import leaflet_key
from data.ledger.context import LedgerContext, context_of
from data.ledger.layer_reading import LayerReading
from data.ledger.reading import Reading
from data.ledger.terms import Terms
from data.receipts import Progress, Receipt, take_in
from data.repeats import Known, apply_rules, find_known, known_records, propose_repeats
from data.store.connections import Store
from data.store.engine import has_store

MOST_READ = 12
"""Readings kept at hand for one clerk."""


@dataclass(frozen=True)
class Opened:
    """One uploaded file."""

    name: str
    file_hash: str
    intake: Intake | None
    error: XungeError | None


def open_files(area: Area, files: list[UploadedFile], *, now: datetime) -> list[Opened]:
    """Read the uploaded files under what was decided of each so far."""
    context = _context(area)
    if not has_store(area.folder):
        return [_open(context, area, file, now, None) for file in files]
    with opened(area) as store:
        return [_open(context, area, file, now, store) for file in files]


def _open(
    context: LedgerContext, area: Area, file: UploadedFile, now: datetime, store: Store | None
) -> Opened:
    content = file.getvalue()
    file_hash = sha256(content).hexdigest()
    terms = terms_of(file_hash)
    shelf = st.session_state.setdefault("readings", {})
    key = (file_hash, repr(terms), area.content_hash)
    if key not in shelf:
        shelf[key] = _read(context, file.name, content, terms, now=now, store=store)
        while len(shelf) > MOST_READ:
            shelf.pop(next(iter(shelf)))
    read = shelf[key]
    if isinstance(read, XungeError):
        return Opened(file.name, file_hash, None, read)
    return Opened(file.name, file_hash, read, None)


def _read(
    context: LedgerContext,
    name: str,
    content: bytes,
    terms: Terms,
    *,
    now: datetime,
    store: Store | None,
) -> Intake | XungeError:
    """Read a file from a folder that is gone afterwards: nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="xunge-") as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        try:
            return read_file(path, context, terms, now=now, contact_key=leaflet_key(), store=store)
        except XungeError as error:
            return error


def _context(area: Area) -> LedgerContext:
    """Return the area as a yardstick; made once for each state of it."""
    kept = st.session_state.get("ledger_context")
    if kept is None or kept[0] != area.content_hash:
        kept = (area.content_hash, context_of(area))
        st.session_state["ledger_context"] = kept
    context: LedgerContext = kept[1]
    return context


def terms_of(file_hash: str) -> Terms:
    """Return what was decided of a file."""
    terms: Terms = st.session_state.setdefault("terms", {}).get(file_hash, Terms())
    return terms


def decide(file_hash: str, **said: object) -> None:
    """Keep what a clerk decided of a file; it is read anew."""
    changed: Terms = replace(terms_of(file_hash), **said)  # type: ignore[arg-type]
    st.session_state["terms"] = {**st.session_state.get("terms", {}), file_hash: changed}


@dataclass(frozen=True)
class Compared:
    """The files on the desk beside each other and beside the ledger."""

    files: list[Opened]
    """In which the saved rules have merged what they merge."""
    repeats: pd.DataFrame
    """Groups left to ask about, as `data.repeats.propose_repeats` gives them."""
    groups: pd.DataFrame
    """All groups, those that a rule settled among them."""
    known: Known
    """Which rows the ledger has already."""


def compare_files(area: Area, files: list[Opened]) -> Compared:
    """Find out which rows are known, and which repeat each other or records on file."""
    intakes = [file.intake for file in files if file.intake is not None]
    context = _context(area)
    if not has_store(area.folder):
        groups = propose_repeats(intakes, context, known_records(context, None))
        return Compared(files, groups, groups, {})
    with opened(area) as store:
        known = find_known(intakes, context, store)
        groups = propose_repeats(intakes, context, known_records(context, store), known)
        merged, left = apply_rules(intakes, groups, saved_rules(store, area.key))
    found = iter(merged)
    ruled = [file if file.intake is None else replace(file, intake=next(found)) for file in files]
    return Compared(ruled, left, groups, known)


def store_files(
    area: Area, files: list[Opened], *, who: str, now: datetime, progress: Progress
) -> list[Receipt]:
    """Store every file that could be read; what repeats a row of an earlier file follows it."""
    receipts: list[Receipt] = []
    numbers: dict[str, str] = {}
    for file in files:
        if file.intake is not None:
            taken = take_in(
                file.intake, _context(area), who=who, now=now, progress=progress, numbers=numbers
            )
            receipts += taken
    return receipts


def clear_desk() -> None:
    """Put the files away: the next run begins with an empty desk."""
    for name in ("terms", "readings", "ledger_context"):
        st.session_state.pop(name, None)
    st.session_state["desk"] = st.session_state.get("desk", 0) + 1


def settled(reading: Reading | LayerReading) -> bool:
    """Tell whether every place of a table stands in a system that is certain or was chosen."""
    datum = reading.datum
    if datum is None or not reading.has_numbers:
        return True
    return datum.certain or reading.terms.datum != "auto"


def unplaced_rows(reading: Reading) -> pd.DataFrame:
    """Return the records that a clerk can put on the map, and those that he has put there."""
    records = reading.records
    return records[(records["status"] == "no_place") | (records["place_origin"] == "hand")]
