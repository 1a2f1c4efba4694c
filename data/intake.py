"""Ledgers read: each table of a file as what it is, nothing stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from data.decisions import RECALLED, recall
from data.errors import N_, AreaError, FaultList
from data.ledger.context import LedgerContext
from data.ledger.files import read_tables
from data.ledger.kinds import find_kind
from data.ledger.layer_reading import LAYER_KINDS, LayerReading, read_features, read_osm
from data.ledger.reading import Reading, read_records
from data.ledger.table import LedgerTable
from data.ledger.terms import Terms
from data.map_files import osm_format
from data.store.connections import Store

HASH_SHOWN = 16


@dataclass(frozen=True)
class Intake:
    """One file as it was read, before anything of it is stored."""

    file: str
    file_hash: str
    readings: tuple[Reading | LayerReading, ...]


@dataclass(frozen=True)
class _Told:
    """What is known of a table beside what a person says of it."""

    now: datetime
    contact_key: bytes | None
    columns: Mapping[str, str]


def hash_file(path: Path) -> str:
    """Hash the content of a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as empty:
    ...     hash_file(Path(empty.name))[:8]
    'e3b0c442'
    """
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def read_file(
    path: Path,
    context: LedgerContext,
    terms: Terms,
    *,
    now: datetime,
    sheet: str | None = None,
    contact_key: bytes | None = None,
    store: Store | None = None,
) -> Intake:
    """
    Read every table of a file; nothing is stored.

    Parameters
    ----------
    path
        Ledger, list of facilities, layer of areas, or an OSM extract whose facilities are wanted.
    context
        What is known of the area.
    terms
        What a person decided about this file.
    now
        The moment of reading.
    sheet
        The sheet or layer wanted; None reads all.
    contact_key
        Local secret for the numbers on leaflets.
    store
        Where it may be known how a table like this was read before; what nobody says now is read
        as it was then.

    Raises
    ------
    AreaError
        If the file cannot be read, or no table of it is anything that can be taken in.
    """
    if osm_format(path) is not None:
        return Intake(path.name, hash_file(path), (read_osm(path, context, terms),))
    readings: list[Reading | LayerReading] = []
    faults = FaultList(path.name)
    tables = read_tables(path, sheet=sheet)
    for table in tables:
        try:
            known = {} if store is None else recall(store, context.key, table.cells.columns)
            told = _Told(now, contact_key, known)
            readings.append(_read_table(table, context, terms, told))
        except AreaError as error:
            faults.faults.extend(error.named(path.name))
    if not readings:
        faults.raise_if_any(AreaError)
    file_hash = hash_file(path)
    named = (
        replace(one, table_id=f"{file_hash[:HASH_SHOWN]}.{n}") if isinstance(one, Reading) else one
        for n, one in enumerate(readings)
    )
    return Intake(path.name, file_hash, tuple(named))


def _read_table(
    table: LedgerTable,
    context: LedgerContext,
    terms: Terms,
    told: _Told,
) -> Reading | LayerReading:
    """Read one table as what it is."""
    kind = terms.kind
    if kind == "auto":
        found = find_kind(table)
        kind = found.kind
        if kind not in {"incidents", *LAYER_KINDS}:
            raise AreaError(found.said, N_("Say what it is with --kind, or leave it out."))
    if kind == "incidents":
        reading = read_records(
            table,
            context,
            terms,
            now=told.now,
            contact_key=told.contact_key,
            remembered=told.columns,
        )
        reading.findings.note(RECALLED, int(bool(told.columns)))
        return reading
    return read_features(table, context, replace(terms, kind=kind))
