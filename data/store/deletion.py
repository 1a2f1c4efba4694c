"""Rows deleted for good, and the files rewritten without them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from data.errors import N_
from data.store.bulk import in_chunks
from data.store.connections import Store
from data.store.errors import StoreError
from data.store.models import MODELS, TIMELINES, erased, record
from data.store.plain_errors import said_plainly
from data.store.versions import any_version


def wipe(store: Store) -> None:
    """
    Rewrite the store without what was deleted, so that no byte of it is left in its files.

    Raises
    ------
    StoreError
        If another program keeps the store busy.
    """
    if store.engine.dialect.name == "postgresql":
        # only a full rewrite leaves nothing of a deleted row on the server's pages
        with said_plainly(), store.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for name in TIMELINES:
                alone.execute(text(f"VACUUM FULL {name}"))
        return
    with said_plainly(), store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError(
            N_("The rows are deleted, but another program still reads an old state of the store."),
            N_("Close other windows of the program, and run it again."),
        )


def find_any(connection: Connection, area: str, record_ids: Sequence[str]) -> list[str]:
    """List those of some records of which the store has a version."""
    found: list[str] = []
    for chunk in in_chunks(list(record_ids)):
        query = select(record.c.record_id).where(any_version(area, chunk)).distinct()
        found += connection.execute(query).scalars()
    return found


def bury(connection: Connection, area: str, record_ids: Sequence[str]) -> None:
    """Note by what rows are known, so that no file brings them back."""
    keys: set[int] = set()
    for chunk in in_chunks(list(record_ids)):
        query = select(record.c.row_key).where(any_version(area, chunk))
        keys |= set(connection.execute(query).scalars())
    known = select(erased.c.row_key).where(erased.c.area == area)
    new = keys.difference(connection.execute(known).scalars())
    if new:
        connection.execute(insert(erased), [{"area": area, "row_key": key} for key in new])


def delete_records(connection: Connection, area: str, record_ids: Sequence[str]) -> int:
    """Delete every version of some records; return how many there were."""
    n = 0
    for chunk in in_chunks(list(record_ids)):
        n += connection.execute(delete(record).where(any_version(area, chunk))).rowcount
    return n


def count_closed(connection: Connection, area: str, name: str, through: int) -> int:
    """Count the versions that ceased to hold with an entry, or before."""
    table = MODELS.tables[name]
    closed = (table.c.area == area, table.c.until_seq <= through)
    return connection.scalar(select(func.count()).select_from(table).where(*closed)) or 0


def delete_closed(connection: Connection, area: str, name: str, through: int) -> int:
    """Delete the versions that ceased to hold with an entry, or before."""
    table = MODELS.tables[name]
    closed = delete(table).where(table.c.area == area, table.c.until_seq <= through)
    return connection.execute(closed).rowcount
