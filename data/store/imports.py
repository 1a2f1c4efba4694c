"""Imports: a file's rows become records; what is known already is recognised; all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, func, insert, select

from data.errors import N_, Message
from data.masking import mask, mask_path
from data.store.bulk import BATCH_ROWS, insert_table, many_rows
from data.store.connections import Store, reading, writing
from data.store.errors import StoreError
from data.store.memory import TermsTold, remember_with
from data.store.models import event, import_log, record
from data.store.payloads import mask_deep
from data.store.recognition import Incoming, Recognised, find_known, prepare, recognise
from data.store.reimport import change_known, name_repeats
from data.store.repetitions import settle_duplicates
from data.store.trail import append_event, next_seq
from data.store.undo_plan import taken_back, undo_targets
from data.store.versions import META, next_version_id, replace_versions
from data.store.watching import Cancelled, Progress, Watch

HAND = "geo_precision lat lon place_origin"
"""The columns of a place, as `by_hand` lists them."""


@dataclass(frozen=True)
class ImportReceipt:
    """What became of the rows of a file."""

    import_id: int
    """Of the import in the store, the same as `seq`: one count of everything that happened."""
    added: int
    unchanged: int
    """Rows that were known and say nothing new; those that a person removed are among them."""
    changed: int
    seq: int
    """Number of the entry in the audit trail."""
    record_ids: pd.Series = field(repr=False, compare=False)
    """Index of the records given -> `record_id`; empty for a row that was erased for good."""
    number: int = 1
    """Which import of the area it is, from 1: for readers, and for `find_import`."""


def save_import(
    store: Store,
    area: str,
    records: pd.DataFrame,
    *,
    file: str,
    file_hash: str,
    source: str,
    terms: Mapping[str, Any],
    counts: Mapping[str, int],
    who: str,
    now: datetime,
    remember: TermsTold | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportReceipt:
    """
    Keep the rows of a file; the same file again adds nothing.

    A row is recognised by its own `source` and `source_ref`, or, where it has no number, by what
    it says. Where a known row says something else, its record gets a new version in which all that
    a person set by hand stays: a place, a correction, a merge.

    Parameters
    ----------
    records
        With the columns of `data.ledger.records.RECORDS`, indexed by row of the file.
        `duplicate_of` may name a record of the store, `row 19` for another row, or an incident that
        is kept elsewhere.
    file, file_hash
        Name of the file without its folder, and a hash of its bytes.
    source
        The ledger that the file is a part of, for the list of imports.
    terms
        How the file was read, as JSON can hold it: mapping, datum, options.
    counts
        Rows read and set aside, by reason.
    who, now
        For the audit trail.
    remember
        What is to be known when such a file comes again; it goes if the import is undone.
    progress
        Called with the share done and what is being done.
    cancelled
        Asked again and again; once it says True, nothing is kept.

    Raises
    ------
    ImportCancelledError
        If a person stopped it.
    StoreError
        If the store cannot be written to.

    Examples
    --------
    >>> from datetime import UTC
    >>> from data.ledger.records import empty_records
    >>> from data.store.engine import open_store
    >>> told = {"file": "a.csv", "file_hash": "0", "source": "", "terms": {}, "counts": {}}
    >>> now = datetime(2026, 11, 21, tzinfo=UTC)
    >>> with open_store("sqlite://") as store:
    ...     save_import(store, "east", empty_records(), **told, who="办公室", now=now)
    ImportReceipt(import_id=1, added=0, unchanged=0, changed=0, seq=1, number=1)
    """
    watch = Watch(progress, cancelled)
    incoming = prepare(records, watch)
    with writing(store) as connection:
        import_id = next_seq(connection)
        incoming, known = recognise(connection, area, incoming, import_id)
        incoming = name_repeats(incoming, known.record_ids)
        changes = change_known(connection, area, incoming, known, watch)
        changed = sum(map(len, changes))
        added = int(known.new.sum())
        numbers = {"added": added, "changed": changed, "unchanged": len(records) - added - changed}
        told = {
            "file": mask_path(file),
            "file_hash": file_hash,
            "source": mask(source),
            "counts": dict(counts),
            **numbers,
        }
        seq = append_event(connection, area, "import", who=who, now=now, payload=told)
        number = _log_import(connection, area, {**told, "terms": terms}, seq, remember)
        _insert_new(connection, area, incoming, known, seq=seq, watch=watch)
        for versions in changes:
            replace_versions(connection, versions, seq)
        if known.repeats:
            settle_duplicates(connection, area, seq)
        watch.tell(1.0, N_("Saving"))
    ids = pd.Series(known.record_ids, records.index, dtype=str, name="record_id")
    return ImportReceipt(seq, added, numbers["unchanged"], changed, seq, ids, number)


def known_rows(store: Store, area: str, records: pd.DataFrame) -> NDArray[np.bool_]:
    """
    Tell which rows of a file are records of the store already.

    Parameters
    ----------
    records
        As `save_import` takes them; any index.
    """
    numbered = records.set_axis(pd.RangeIndex(len(records)))
    incoming = prepare(numbered, Watch(None, None))
    with reading(store) as connection:
        return find_known(connection, area, incoming)


def list_imports(store: Store, area: str) -> pd.DataFrame:
    """
    List the imports of an area, the last one first.

    Returns
    -------
    imports
        Indexed by `import_id`: `at` (UTC), `who`, `number` (1, 2, 3 in their order), `file`,
        `file_hash`, `source`, `added`, `unchanged`, `changed`, `counts` and `terms` (dicts), and
        `undone`.
    """
    names = ["import_id", "file", "file_hash", "source", "added", "unchanged", "changed"]
    columns = [import_log.c[name] for name in (*names, "counts", "terms")]
    query = (
        select(*columns, event.c.at, event.c.who)
        .join(event, event.c.seq == import_log.c.import_id)
        .where(import_log.c.area == area)
        .order_by(import_log.c.import_id.desc())
    )
    with reading(store) as connection:
        rows = connection.execute(query).all()
        undone = taken_back(undo_targets(connection, area))
    frame = pd.DataFrame(rows, columns=[*names, "counts", "terms", "at", "who"])
    frame["at"] = pd.to_datetime(frame["at"], utc=True).astype("datetime64[us, UTC]")
    frame["undone"] = frame["import_id"].isin(undone)
    frame["number"] = np.arange(len(frame), 0, -1)
    first = ["import_id", "at", "who", "number"]
    rest = [name for name in frame.columns if name not in first]
    return frame[[*first, *rest]].set_index("import_id")


def find_import(store: Store, area: str, number: int) -> int:
    """
    Return the entry of the audit trail of an area's n-th import.

    Raises
    ------
    StoreError
        If there were not so many imports.
    """
    listed = list_imports(store, area)
    found = listed.index[listed["number"] == number]
    if found.empty:
        raise StoreError(
            Message.of(
                N_("There is no import {number}; there were {n}."), number=number, n=len(listed)
            ),
            N_("The page of records lists the imports with their numbers."),
        )
    return int(found[0])


def _log_import(
    connection: Connection,
    area: str,
    told: Mapping[str, Any],
    seq: int,
    remember: TermsTold | None,
) -> int:
    """Put an import on the list, remember what it says of such files, and return its number."""
    log = {**told, "import_id": seq, "area": area, "terms": mask_deep(told["terms"])}
    connection.execute(insert(import_log), [log])
    if remember is not None:
        remember_with(connection, area, remember, seq)
    return _count_imports(connection, area)


def _count_imports(connection: Connection, area: str) -> int:
    """Count the imports of an area, undone ones among them."""
    query = select(func.count()).select_from(import_log).where(import_log.c.area == area)
    return int(connection.execute(query).scalar_one())


def _insert_new(
    connection: Connection,
    area: str,
    incoming: Incoming,
    known: Recognised,
    *,
    seq: int,
    watch: Watch,
) -> None:
    """Insert the rows that are not known yet, batch by batch."""
    at = np.flatnonzero(known.new)
    first = next_version_id(connection, record)
    with many_rows(connection, record, len(at)):
        for start in range(0, len(at), BATCH_ROWS):
            watch.tell(0.3 + 0.7 * start / len(at), N_("Saving"))
            rows = at[start : start + BATCH_ROWS]
            batch = incoming.table.take(rows)
            by_hand = pc.if_else(pc.equal(batch.column("place_origin"), "hand"), HAND, "")
            meta = {
                "version_id": np.arange(first + start, first + start + len(rows)),
                "area": pa.repeat(area, len(rows)),
                "record_id": known.record_ids[rows],
                "import_id": pa.repeat(seq, len(rows)),
                "row_key": incoming.keys[rows],
                "content_hash": incoming.contents[rows],
                "by_hand": by_hand,
                "removed": pa.repeat(False, len(rows)),  # noqa: FBT003  # a value, not a switch
                "since_seq": pa.repeat(seq, len(rows)),
            }
            for name, kind in META.items():
                column = meta[name]
                if not isinstance(column, pa.Array | pa.ChunkedArray):
                    column = pa.array(column)
                batch = batch.append_column(name, column.cast(kind))
            insert_table(connection, record, batch)
