"""Versions of records: read what is current, close it, put the next one in its place."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from data.ledger.records import COLUMNS
from data.store.bulk import BATCH_ROWS, in_chunks, insert_table, read_table
from data.store.models import record
from data.store.record_tables import to_frame, to_table

META = {
    "version_id": pa.int64(),
    "area": pa.large_string(),
    "record_id": pa.large_string(),
    "import_id": pa.int64(),
    "row_key": pa.int64(),
    "content_hash": pa.int64(),
    "by_hand": pa.large_string(),
    "removed": pa.bool_(),
    "since_seq": pa.int64(),
}
"""What a version carries besides the columns of a record."""
_SELECTED = [record.c[name] for name in (*META, *COLUMNS)]


def current_versions(connection: Connection, area: str, record_ids: Sequence[str]) -> pd.DataFrame:
    """
    Return the open versions of some records, removed ones among them.

    Returns
    -------
    versions
        Indexed by `record_id`, in the order asked for: the columns of `META` and of records.
        What is not in the store is left out.
    """
    found = []
    for chunk in list(in_chunks(list(record_ids))) or [[]]:
        query = select(*_SELECTED).where(
            record.c.area == area, record.c.until_seq.is_(None), record.c.record_id.in_(chunk)
        )
        found.append(read_table(connection, query, META))
    versions = to_frame(pa.concat_tables(found))
    named = versions.set_axis(pd.Index(versions["record_id"], dtype=str, name=None))
    return named.loc[[one for one in record_ids if one in named.index]]


def next_version_id(connection: Connection, table: Table) -> int:
    """Return a number that no version has; writers take turns, so nobody else gets it."""
    return (connection.execute(select(func.max(table.c.version_id))).scalar() or 0) + 1


def close_versions(
    connection: Connection, table: Table, version_ids: Sequence[int], seq: int
) -> None:
    """Close versions with an entry of the trail; what this same entry made just goes."""
    for chunk in in_chunks(list(version_ids)):
        these = table.c.version_id.in_(chunk)
        connection.execute(delete(table).where(these, table.c.since_seq == seq))
        connection.execute(update(table).where(these).values(until_seq=seq))


def insert_versions(connection: Connection, versions: pd.DataFrame, seq: int) -> None:
    """Insert new versions, with the columns of `META` and of records; ids are given here."""
    first = next_version_id(connection, record)
    numbered = versions.assign(
        version_id=np.arange(first, first + len(versions)), since_seq=np.int64(seq)
    )
    for start in range(0, len(numbered), BATCH_ROWS):
        batch = numbered.iloc[start : start + BATCH_ROWS]
        table = to_table(batch)
        for name, kind in META.items():
            table = table.append_column(name, pa.array(batch[name], type=kind))
        insert_table(connection, record, table)


def replace_versions(connection: Connection, versions: pd.DataFrame, seq: int) -> None:
    """Close the versions whose `version_id` stands in a frame, and insert the frame's rows."""
    close_versions(connection, record, versions["version_id"].tolist(), seq)
    insert_versions(connection, versions, seq)


def differing(before: pd.DataFrame, after: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """
    Tell which rows differ in one of some columns; nothing equals nothing.

    Examples
    --------
    >>> before = pd.DataFrame({"lon": [1.0, float("nan"), 2.0]})
    >>> differing(before, before.assign(lon=[1.0, float("nan"), 3.0]), ["lon"]).tolist()
    [False, False, True]
    """
    differs = pd.Series(data=False, index=before.index, dtype=bool)
    for name in columns:
        old, new = before[name], after[name]
        differs |= ~(old.eq(new) | (old.isna() & new.isna()))
    return differs


def any_version(area: str, record_ids: Sequence[str]) -> ColumnElement[bool]:
    """Choose every version of some records, by the halves of the index: open ones and closed."""
    these = (record.c.area == area, record.c.record_id.in_(record_ids))
    return or_(
        and_(*these, record.c.until_seq.is_(None)), and_(*these, record.c.until_seq.is_not(None))
    )
