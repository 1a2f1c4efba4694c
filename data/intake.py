"""Ledgers from file to store: look at them, propose what repeats, take them in."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from data.decisions import RECALLED, merge_by_rules, recall
from data.errors import N_, AreaError, FaultList, Message
from data.ledger.context import LedgerContext
from data.ledger.duplicate_rules import DuplicateRule
from data.ledger.duplicates import propose_duplicates
from data.ledger.files import read_tables
from data.ledger.kinds import find_kind
from data.ledger.layer_reading import LAYER_KINDS, LayerReading, read_features, read_osm
from data.ledger.reading import Reading, read_records
from data.ledger.records import empty_records
from data.ledger.table import LedgerTable
from data.ledger.terms import Terms
from data.map_files import osm_format
from data.store.connections import Store
from data.store.engine import open_store, store_url
from data.store.imports import known_rows, save_import
from data.store.layers import save_features
from data.store.memory import remember_terms
from data.store.records import read_records as read_stored

HASH_SHOWN = 16
_SHOWN = ["file", "row", "source", "occurred_from", "type", "address", "summary"]
Progress = Callable[[float, Message], None]


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


@dataclass(frozen=True)
class Receipt:
    """What became of one table of a file."""

    file: str
    sheet: str
    kind: str
    import_id: int | None
    added: int
    unchanged: int
    changed: int


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


def propose_repeats(
    intakes: Sequence[Intake],
    context: LedgerContext,
    known: pd.DataFrame,
    store: Store | None = None,
) -> pd.DataFrame:
    """
    Propose which records of these files repeat each other, or records on file.

    Parameters
    ----------
    intakes
        Files as read.
    context
        The area: distances are measured in its system.
    known
        Records on file, as `known_records` gives them.
    store
        Rows that it knows already are those records, and are not proposed again: what a person
        said of them stays.

    Returns
    -------
    groups
        As `data.ledger.duplicates.propose_duplicates` gives them; `record` is the number of a
        record on file, or `TABLE|row`; with `file`, `row` and what the record says.
    """
    parts = [known]
    for intake in intakes:
        for reading in intake.readings:
            if isinstance(reading, Reading):
                names = name_row(reading, "") + reading.records.index.astype(str)
                part = reading.records.set_axis(names.rename("record_id"))
                if store is not None:
                    part = part[~known_rows(store, context.key, part)]
                parts.append(part)
    whole = pd.concat(parts)
    whole = whole[~whole.index.duplicated()]  # the same file twice
    groups = propose_duplicates(whole[whole["status"] != "duplicate"], crs=context.crs)
    new = ~groups["record"].isin(known.index)
    kept = groups[new.groupby(groups["group"]).transform("any")]
    return kept.join(whole[_SHOWN], on="record")


def apply_rules(
    intakes: Sequence[Intake], groups: pd.DataFrame, rules: Sequence[DuplicateRule]
) -> tuple[list[Intake], pd.DataFrame]:
    """Merge what the office's saved rules merge; return the files, and the groups left to ask."""
    merged, decided = [], set()
    for intake in intakes:
        readings = [
            merge_by_rules(reading, groups, rules, name_row(reading, ""))
            if isinstance(reading, Reading)
            else reading
            for reading in intake.readings
        ]
        merged.append(replace(intake, readings=tuple(readings)))
        decided |= {
            name_row(reading, row)
            for reading in readings
            if isinstance(reading, Reading)
            for row in reading.records.index[reading.records["duplicate_of"] != ""]
        }
    open_ = groups[~groups["record"].isin(decided) | groups["keeper"]]
    asked = open_.groupby("group")["record"].transform("size") > 1
    return merged, open_[asked]


def name_row(reading: Reading, row: object) -> str:
    """Name a record that has no number yet: by its table, not by its file, whose name may tell."""
    return f"{reading.table_id}|{row}"


def known_records(context: LedgerContext, store: Store | None) -> pd.DataFrame:
    """Return the incidents on file, from the area's own file and from its store."""
    stored = empty_records() if store is None else read_stored(store, context.key)
    if context.incidents is None:
        return stored
    own = context.incidents[~context.incidents.index.isin(stored.index)].to_crs("EPSG:4326")
    blank = empty_records().reindex(own.index)
    texts = blank.columns[blank.dtypes.map(pd.api.types.is_string_dtype)]
    filled = blank.assign(**dict.fromkeys(texts, ""), row=0)
    times = {name: own[name].dt.tz_convert("UTC") for name in ("occurred_from", "occurred_to")}
    same = [
        name for name in ("source", "type", "address", "community", "geo_precision") if name in own
    ]
    filled = filled.assign(
        **{name: own[name] for name in (*same, "time_precision")},
        **times,
        lon=own.geometry.x,
        lat=own.geometry.y,
        place_origin="file",
        file="incidents.csv",
    )
    return pd.concat([stored, filled])


def take_in(
    intake: Intake,
    context: LedgerContext,
    *,
    who: str,
    now: datetime,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    numbers: dict[str, str] | None = None,
) -> list[Receipt]:
    """
    Store what was read of a file: each table in one transaction, and only what is new.

    Parameters
    ----------
    intake
        What `read_file` returned.
    context
        The area in whose store it is kept.
    who
        The role that imports, such as 办公室.
    now
        The moment that the audit trail names.
    progress, cancelled
        Told the share done; asked whether to stop, which leaves nothing behind.
    numbers
        Numbers of the records stored before in the same go, by the name that `name_row` gives
        them; those of this file are added.
    """
    receipts = []
    with open_store(store_url(context.folder)) as store:
        for reading in intake.readings:
            if isinstance(reading, LayerReading):
                receipts.append(_save_layer(store, context, intake, reading, who=who, now=now))
                continue
            receipt = save_import(
                store,
                context.key,
                reading.records.assign(duplicate_of=_resolve(reading.records, numbers or {})),
                file=intake.file,
                file_hash=intake.file_hash,
                source=reading.terms.source or intake.file,
                terms=_describe(reading),
                counts={**reading.counts, **reading.findings.counts},
                who=who,
                now=now,
                progress=progress,
                cancelled=cancelled,
            )
            if numbers is not None:
                named = [name_row(reading, row) for row in receipt.record_ids.index]
                numbers.update(zip(named, receipt.record_ids, strict=True))
            _remember(store, context.key, reading, who=who, now=now)
            receipts.append(
                Receipt(
                    intake.file,
                    reading.sheet,
                    "incidents",
                    receipt.import_id,
                    receipt.added,
                    receipt.unchanged,
                    receipt.changed,
                )
            )
    return receipts


def _resolve(records: pd.DataFrame, numbers: Mapping[str, str]) -> pd.Series:
    """Put the numbers of records stored before in place of the names of their rows.

    Raises
    ------
    AreaError
        If a row repeats one that is not stored: it would be on no map, and nothing would count.
    """
    named = records["duplicate_of"]
    said = named[named.str.contains("|", regex=False)]
    if lost := int((~said.isin(list(numbers))).sum()) if len(said) else 0:
        raise AreaError(
            Message.of(
                N_("{n} rows repeat rows of a file that is not stored before them."), n=lost
            ),
            N_("Put that file back, or take back the repetitions that were confirmed."),
        )
    return named.mask(named.index.isin(said.index), said.map(numbers))


def _describe(reading: Reading) -> dict[str, object]:
    """Say how a table was read, so that it can be read so again."""
    return {
        **reading.terms.to_json(),
        "columns": dict(reading.mapping.columns),
        "datum": reading.datum.system,
        "datum_confidence": round(reading.datum.confidence, 4),
        "dropped": sorted(set(reading.private.values())),
    }


def _remember(store: Store, area: str, reading: Reading, *, who: str, now: datetime) -> None:
    """Remember what the columns of this source are."""
    unread = {ours: "" for ours, header in reading.terms.columns.items() if not header}
    kept = {"columns": {**reading.mapping.columns, **unread}}
    source = reading.terms.source or reading.file
    remember_terms(store, area, source, kept, headers=reading.headers, who=who, now=now)


def _save_layer(
    store: Store,
    context: LedgerContext,
    intake: Intake,
    reading: LayerReading,
    *,
    who: str,
    now: datetime,
) -> Receipt:
    """Store the features of a layer, valid from today."""
    today = now.date()
    for layer, features in reading.layers.items():
        save_features(
            store,
            context.key,
            layer,
            features,
            valid_from=today,
            reason=intake.file,
            who=who,
            now=now,
        )
    return Receipt(intake.file, reading.sheet, reading.kind, None, len(reading.features), 0, 0)
