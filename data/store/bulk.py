"""Many rows at once, into the store and out of it, in bounded memory."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Connection, Select, Table, func, select

from data.store.record_tables import column_type

Item = TypeVar("Item")

BATCH_ROWS = 20_000
MANY_ROWS = 20_000
UNORDERED = frozenset({"ix_record_open", "ix_record_row_key", "ix_record_occurred"})
"""Indexes in an order that is not the one in which rows come: `I1-10` comes before `I1-9`."""
CHUNK = 5_000
"""Values of one list in a query; both engines take more than 30,000."""


def in_chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """
    Part a sequence.

    Examples
    --------
    >>> list(in_chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]


@contextmanager
def many_rows(connection: Connection, target: Table, n: int) -> Iterator[None]:
    """
    Make ready for `n` more rows: if a table grows manifold, its indexes are made at the end.

    An index in an order of its own costs several times more row by row. Only in SQLite, where a
    writer is alone in any case; a server's readers would have to wait.
    """
    there = connection.scalar(select(func.count()).select_from(target.select().limit(n).subquery()))
    late = n >= MANY_ROWS and n > (there or 0) and connection.dialect.name == "sqlite"
    indexes = [index for index in target.indexes if late and index.name in UNORDERED]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
    if indexes:
        # else SQLite takes an area for a small part of the table, and reads it row by row
        for index in target.indexes:
            if index.columns[0].name == "area":
                connection.exec_driver_sql(f"ANALYZE {index.name}")


def insert_table(connection: Connection, target: Table, rows: pa.Table) -> None:
    """
    Insert the rows of an Arrow table.

    Parameters
    ----------
    connection
        In a transaction.
    target
        Has a column for each of `rows`, of texts, numbers or booleans.
    rows
        At most `BATCH_ROWS` or so: they are all held in memory once more.
    """
    if not rows.num_rows:
        return
    rows = rows.combine_chunks()
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in rows.column_names)
    if connection.dialect.name == "postgresql":
        sink = io.BytesIO()
        csv.write_csv(rows, sink, csv.WriteOptions(include_header=False))
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {target.name} ({names}) FROM STDIN (FORMAT csv)") as copy,
        ):
            copy.write(sink.getvalue())
        return
    # what is the same in every row of a batch need not be handed over a million times
    literals = [_literal(column) for column in rows.columns]
    marks = ", ".join(literal or "?" for literal in literals)
    bound = [column for column, same in zip(rows.columns, literals, strict=True) if same is None]
    # of a single row every column is a literal, and none is left to bind
    values = (
        zip(*(_driver_values(c) for c in bound), strict=True) if bound else [()] * rows.num_rows
    )
    statement = f"INSERT INTO {target.name} ({names}) VALUES ({marks})"  # noqa: S608  # our own names
    # the driver itself takes the rows one by one: none has to wait in a list for the others
    sqlite: Any = connection.connection.driver_connection
    sqlite.executemany(statement, values)


def read_tables(
    connection: Connection, query: Select[Any], types: Mapping[str, pa.DataType] | None = None
) -> Iterator[pa.Table]:
    """
    Run a query and give its rows as Arrow tables of bounded size; at least one, maybe empty.

    Parameters
    ----------
    connection
        In a transaction.
    query
        Its columns are records' columns, or stand in `types`.
    types
        Column -> type, for those that are no columns of a record.
    """
    names = [column.name for column in query.selected_columns]
    schema = pa.schema([(name, (types or {}).get(name) or column_type(name)) for name in names])
    if connection.dialect.name == "postgresql":  # else the driver would fetch all rows at once
        query = query.execution_options(yield_per=BATCH_ROWS)
    result = connection.execute(query)
    yield schema.empty_table()
    for rows in result.partitions(BATCH_ROWS):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, type=schema.field(i).type) for i, column in enumerate(columns)]
        yield pa.table(arrays, schema=schema)


def read_table(
    connection: Connection, query: Select[Any], types: Mapping[str, pa.DataType] | None = None
) -> pa.Table:
    """Run a query and return its rows as one Arrow table."""
    return pa.concat_tables(read_tables(connection, query, types))


def _literal(column: pa.ChunkedArray) -> str | None:
    """Write a whole number, a text or nothing that fills a column, for SQLite; None if it differs.

    In SQLite a text in single quotes ends at the next single one; nothing else in it means a thing.
    """
    first = column[0].as_py()
    if first is None:
        return "NULL" if column.null_count == len(column) else None
    if not isinstance(first, int | str) or column.null_count:
        return None
    if not pc.all(pc.equal(column, column[0])).as_py():
        return None
    return f"""'{first.replace("'", "''")}'""" if isinstance(first, str) else str(int(first))


def _driver_values(column: pa.ChunkedArray) -> list[Any]:
    """Return the values as Python's SQLite driver takes them fastest."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if pa.types.is_large_string(column.type):
        # each text once: Python makes it, and writes it as UTF-8, once only
        codes = column.combine_chunks().dictionary_encode()
        texts = codes.dictionary.to_numpy(zero_copy_only=False)
        listed: list[Any] = texts[codes.indices.to_numpy()].tolist()
        return listed
    # nothing becomes NaN, which SQLite keeps as NULL, and whole numbers beside it become floats,
    # which it keeps as whole numbers: both are faster than None, and exact up to 2^53
    # microseconds, the year 2255
    values: list[Any] = column.to_numpy().tolist()
    return values
