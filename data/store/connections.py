"""Connections to a store, set up the same way, and its two kinds of transaction."""

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, StaticPool

from data.errors import N_, Message
from data.store.errors import StoreError
from data.store.plain_errors import said_plainly

BUSY_TIMEOUT_MS = 30_000
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_TURNS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""Threads of this program queue for each store: SQLite lets waiting writers in at random, and some
would wait too long."""
_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # what was saved outlives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
    "trusted_schema = OFF",
    "cache_size = -65536",
)


@dataclass(frozen=True)
class Store:
    """An open store; close it, or use it in a `with` statement."""

    engine: Engine
    url: str = field(repr=False)
    """May hold a password."""

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Use the store in a `with` statement."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it at the end."""
        self.close()


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """Read in one transaction: all that is read belongs to one moment."""
    engine = store.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with said_plainly(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """Write in one transaction, one writer at a time: all of it is kept or nothing."""
    engine = store.engine.execution_options(writes=True)
    turn = _TURNS[engine.url.render_as_string()]
    with turn, said_plainly(), engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            # the trail is a chain: entries are appended one after another
            connection.execute(text("LOCK TABLE event IN EXCLUSIVE MODE"))
        yield connection


def parse_url(url: str) -> URL:
    """
    Read the address of a store and choose the driver.

    Raises
    ------
    StoreError
        If it names neither SQLite nor PostgreSQL.

    Examples
    --------
    >>> parse_url("postgres://gis:geheim@server/xunge").drivername
    'postgresql+psycopg'
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("unreadable")
    name = parsed.drivername.partition("+")[0]
    if name not in _DRIVERS:
        raise StoreError(
            N_("The store's address cannot be read."),
            Message.of(
                N_("Write XUNGE_DATABASE_URL like {example}."),
                example="postgresql://user:password@server/database",
            ),
        )
    return parsed.set(drivername=_DRIVERS[name])


def file_url(path: Path) -> str:
    """
    Write the address of a store in a file.

    Examples
    --------
    >>> file_url(Path("/areas/east/xunge.db"))
    'sqlite:////areas/east/xunge.db'
    """
    return URL.create("sqlite", database=str(path)).render_as_string()


def make_engine(url: URL, **options: Any) -> Engine:
    """Make an engine whose connections are set up for a store."""
    if url.get_backend_name() != "sqlite":
        patience = {"connect_timeout": 10}
        return create_engine(url, pool_pre_ping=True, connect_args=patience, **options)
    if not url.database or url.database == ":memory:":
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def make_reader(path: Path) -> Engine:
    """Make an engine that opens a SQLite file for reading only, and anew each time."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )


def _set_up(connection: Any, _record: Any) -> None:
    """Set up a new SQLite connection."""
    connection.isolation_level = None  # transactions begin where we say, schema changes included
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite; a writer takes its turn at once, and not in the middle."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
