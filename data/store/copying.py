"""Every row of one store into another, whichever engine either has."""

from collections.abc import Mapping

import pyarrow as pa
from sqlalchemy import Connection, Table, delete, func, insert, select

from data.ledger.records import COLUMNS
from data.store.bulk import BATCH_ROWS, insert_table, many_rows, read_tables
from data.store.models import TABLES, record
from data.store.trail_guard import guard_trail, release_trail
from data.store.versions import META


def copy_rows(source: Connection, target: Connection) -> None:
    """
    Copy all rows into empty tables.

    Parameters
    ----------
    source, target
        Each in a transaction; both stores are of this program's form.
    """
    for table in TABLES:
        if table is record:
            _copy_records(source, target)
            continue
        query = select(table).order_by(*table.primary_key.columns)
        result = source.execute(query.execution_options(yield_per=BATCH_ROWS))
        for rows in result.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    return {table.name: _count(connection, table) for table in TABLES}


def count_records(connection: Connection) -> int:
    """Count the records of all areas as they are now, removed ones left out."""
    now = (record.c.until_seq.is_(None), ~record.c.removed)
    return connection.scalar(select(func.count()).select_from(record).where(*now)) or 0


def clear_rows(connection: Connection) -> None:
    """Delete all rows, the audit trail included; only for a restore, in whose transaction it is."""
    release_trail(connection)
    for table in reversed(TABLES):
        connection.execute(delete(table))
    guard_trail(connection)


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _copy_records(source: Connection, target: Connection) -> None:
    """Copy the one large table by the way of imports."""
    types: Mapping[str, pa.DataType] = {**META, "until_seq": pa.int64()}
    columns = [record.c[name] for name in (*types, *COLUMNS)]
    query = select(*columns).order_by(record.c.version_id)
    with many_rows(target, record, _count(source, record)):
        for rows in read_tables(source, query, types):
            insert_table(target, record, rows)
