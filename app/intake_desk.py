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
from data.errors import XungeError
from data.intake import (
    Intake,
    Progress,
    Receipt,
    known_records,
    name_row,
    propose_repeats,
    read_file,
    take_in,
)
from data.ledger.context import LedgerContext, context_of
from data.ledger.layer_reading import LayerReading
from data.ledger.reading import Reading
from data.ledger.terms import Terms
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
    return [_open(context, area, file, now) for file in files]


def _open(context: LedgerContext, area: Area, file: UploadedFile, now: datetime) -> Opened:
    content = file.getvalue()
    file_hash = sha256(content).hexdigest()
    terms = terms_of(file_hash)
    shelf = st.session_state.setdefault("readings", {})
    key = (file_hash, repr(terms), area.content_hash)
    if key not in shelf:
        shelf[key] = _read(context, file.name, content, terms, now)
        while len(shelf) > MOST_READ:
            shelf.pop(next(iter(shelf)))
    read = shelf[key]
    if isinstance(read, XungeError):
        return Opened(file.name, file_hash, None, read)
    return Opened(file.name, file_hash, read, None)


def _read(
    context: LedgerContext, name: str, content: bytes, terms: Terms, now: datetime
) -> Intake | XungeError:
    """Read a file from a folder that is gone afterwards: nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="xunge-") as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        try:
            return read_file(path, context, terms, now=now)
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


def find_repeats(area: Area, files: list[Opened]) -> pd.DataFrame:
    """Propose which records repeat each other, or records on file."""
    intakes = [file.intake for file in files if file.intake is not None]
    context = _context(area)
    if not has_store(area.folder):
        return propose_repeats(intakes, context, known_records(context, None))
    with opened(area) as store:
        return propose_repeats(intakes, context, known_records(context, store))


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
    return datum is None or datum.certain or reading.terms.datum != "auto"


def unplaced_rows(reading: Reading) -> pd.DataFrame:
    """Return the records that a clerk can put on the map, and those that he has put there."""
    records = reading.records
    return records[(records["status"] == "no_place") | (records["place_origin"] == "hand")]


def name_target(reading: Reading, record: str) -> str:
    """Return how the terms of a file name a record: `row 19` if it is in the same table."""
    start = name_row(reading, "")
    return f"row {record.removeprefix(start)}" if record.startswith(start) else record
