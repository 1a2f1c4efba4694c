"""Which rows of a file are known already, and what a known row that changed becomes."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data.errors import N_
from data.ledger.records import COLUMNS
from data.masking import mask_path
from data.store.bulk import BATCH_ROWS, in_chunks, read_table
from data.store.models import erased, record
from data.store.record_tables import to_frame, to_table
from data.store.row_hashes import hash_contents, hash_keys, hash_words
from data.store.versions import META, current_versions
from data.store.watching import Watch

_MATTER = ["received_at", "occurred_from", "address", "summary"]
"""Columns of which a record keeps at least one, however its source corrects it."""
_KNOWN = {name: META[name] for name in ("row_key", "record_id", "content_hash", "removed")}


@dataclass(frozen=True)
class Incoming:
    """The rows of a file, n of them."""

    table: pa.Table
    rows: NDArray[np.int64]
    """Row of the file, shape (n,)."""
    keys: NDArray[np.int64]
    """By what each row is known again, shape (n,)."""
    contents: NDArray[np.int64]
    """Hash of what each row says, shape (n,)."""


@dataclass(frozen=True)
class Recognised:
    """What the store knows of the rows of a file."""

    record_ids: NDArray[np.object_]
    """The record that each row is or will be; empty if it was erased for good."""
    new: NDArray[np.bool_]
    differs: NDArray[np.bool_]
    """Known, and may say something new."""
    repeats: bool
    """Whether a row is said to repeat another one."""


@dataclass(frozen=True)
class _Known:
    """What is kept under the key of each row of a file."""

    found: NDArray[np.bool_]
    record_ids: NDArray[np.object_]
    """Nothing in particular where nothing was found."""
    differs: NDArray[np.bool_]
    removed: NDArray[np.bool_]


def prepare(records: pd.DataFrame, watch: Watch) -> Incoming:
    """Turn records into a table, and hash each row."""
    missing = [name for name in COLUMNS if name not in records]
    if missing:
        msg = f"Records lack the columns {missing}: see data.ledger.records.RECORDS."
        raise ValueError(msg)
    comparing = N_("Comparing with what is known")
    watch.tell(0.0, comparing)
    table = _mask_files(to_table(records))
    contents = hash_contents(table, lambda share: watch.tell(0.15 * share, comparing))
    keys = hash_keys(table, lambda share: watch.tell(0.15 + 0.1 * share, comparing))
    return Incoming(table, records.index.to_numpy(np.int64), keys, contents)


def recognise(
    connection: Connection, area: str, incoming: Incoming, import_id: int
) -> tuple[Incoming, Recognised]:
    """Find the record of each row, or name the one that it will be."""
    known = _look_up(connection, area, incoming)
    others = _find_others(connection, area, incoming, known)
    if others.any():
        # two ledgers that both begin at 1: such a row is known by what it says
        keys = incoming.keys.copy()
        keys[others] = hash_words(incoming.table.filter(pa.array(others)))
        incoming = replace(incoming, keys=keys)
        known = _look_up(connection, area, incoming)
    gone = np.isin(incoming.keys, _find_erased(connection, area)) & ~known.found
    repeats = pc.not_equal(incoming.table.column("duplicate_of"), "").to_numpy()
    by_hand = pc.equal(incoming.table.column("place_origin"), "hand").to_numpy()
    record_ids = np.where(known.found, known.record_ids, _name_rows(incoming.rows, import_id))
    record_ids[gone] = ""
    recognised = Recognised(
        record_ids=record_ids,
        new=~known.found & ~gone,
        differs=known.found & ~known.removed & (known.differs | by_hand | repeats),
        repeats=bool(repeats.any()),
    )
    return incoming, recognised


def find_known(connection: Connection, area: str, incoming: Incoming) -> NDArray[np.bool_]:
    """Tell which rows an import would not store as new: known, or erased for good."""
    nowhere = 0
    return ~recognise(connection, area, incoming, nowhere)[1].new


def _look_up(connection: Connection, area: str, incoming: Incoming) -> _Known:
    """Find the open record under the key of each row."""
    columns = [record.c[name] for name in _KNOWN]
    query = select(*columns).where(record.c.area == area, record.c.until_seq.is_(None))
    first = read_table(connection, query.limit(1), _KNOWN)
    keys = incoming.keys.tolist() if first.num_rows else []
    found_keys = [
        read_table(connection, query.where(record.c.row_key.in_(chunk)), _KNOWN)
        for chunk in in_chunks(keys)
    ]
    there = pa.concat_tables([first.slice(0, 0), *found_keys]).to_pandas()
    there = there.drop_duplicates("row_key").set_index("row_key")
    at = there.index.get_indexer(pd.Index(incoming.keys))
    found = at >= 0
    if not len(there):
        return _Known(found, np.full(len(at), "", object), found, found)
    return _Known(
        found=found,
        record_ids=there["record_id"].to_numpy(object)[at],
        differs=found & (there["content_hash"].to_numpy()[at] != incoming.contents),
        removed=found & there["removed"].to_numpy(bool)[at],
    )


def _find_others(
    connection: Connection, area: str, incoming: Incoming, known: _Known
) -> NDArray[np.bool_]:
    """Tell which rows bear the number of a record and yet have nothing in common with it."""
    others = np.zeros(len(known.found), bool)
    numbered = pc.not_equal(incoming.table.column("source_ref"), "").to_numpy()
    at = np.flatnonzero(known.differs & numbered)
    for start in range(0, len(at), BATCH_ROWS):
        rows = at[start : start + BATCH_ROWS]
        before = current_versions(connection, area, known.record_ids[rows].tolist())
        given = to_frame(incoming.table.select(_MATTER).take(rows)).set_axis(before.index)
        old = before[_MATTER].replace("", None)
        new = given.replace("", None)
        both = old.notna() & new.notna()
        others[rows] = both.any(axis=1) & ~(old.eq(new) & both).any(axis=1)
    return others


def _find_erased(connection: Connection, area: str) -> list[int]:
    """List the keys of rows that were erased for good."""
    query = select(erased.c.row_key).where(erased.c.area == area)
    return list(connection.execute(query).scalars())


def _name_rows(rows: NDArray[np.int64], import_id: int) -> NDArray[np.object_]:
    """Name records by import and row: `I12-345`; of several sheets `I12-345-2` and so on."""
    names = pc.binary_join_element_wise(
        pa.scalar(f"I{import_id}"), pa.array(rows).cast(pa.string()), "-"
    ).to_numpy(zero_copy_only=False)
    again = pd.Series(rows).groupby(rows, sort=False).cumcount().to_numpy()
    for at in np.flatnonzero(again):
        names[at] = f"{names[at]}-{again[at] + 1}"
    named: NDArray[np.object_] = names
    return named


def _mask_files(table: pa.Table) -> pa.Table:
    """Mask what may be a person's number in the names of files and sheets."""
    for at, name in enumerate(("file", "sheet")):
        texts = table.column(name).combine_chunks().dictionary_encode()
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0) if texts.num_chunks else pa.array([], pa.large_string())
        names = pa.array(
            [mask_path(text) for text in texts.dictionary.to_pylist()], pa.large_string()
        )
        masked = pa.DictionaryArray.from_arrays(texts.indices, names).cast(pa.large_string())
        table = table.set_column(at, name, masked)
    return table
