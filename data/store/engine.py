"""Opening the store: SQLite in the area's folder, or the server that the environment names."""

import os
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from data.errors import N_, Message
from data.store.connections import Store, file_url, make_engine, make_reader, parse_url
from data.store.errors import DamagedStoreError
from data.store.models import event
from data.store.plain_errors import DAMAGED, RESTORE_IT, said_plainly
from data.store.trail import DATA_ACTIONS, last_hash
from data.store.upgrade import upgrade

__all__ = ["Store", "has_store", "open_store", "store_revision", "store_url"]

URL_VARIABLE = "XUNGE_DATABASE_URL"
FILE_NAME = "xunge.db"
APPLICATION_ID = 0x58554E47
"""`XUNG`: stands in the head of the file and tells our stores from other SQLite files."""
CHECKED_BYTES = 64 * 2**20
"""A file up to this size is checked as a whole when it is opened; a larger one where it is read."""
_MAGIC = b"SQLite format 3\x00"
_REVISION_DIGITS = 15
"""Hexadecimal digits of a hash that fit into a signed 64-bit number."""


def store_url(folder: Path) -> str:
    """
    Say where the store of an area is: on the server of `XUNGE_DATABASE_URL`, or in its folder.

    Examples
    --------
    >>> store_url(Path("/areas/east"))
    'sqlite:////areas/east/xunge.db'
    """
    return _server() or file_url(folder / FILE_NAME)


def has_store(folder: Path) -> bool:
    """
    Tell whether there is a store to read, without making one.

    Examples
    --------
    >>> has_store(Path("/areas/east"))
    False
    """
    return bool(_server()) or (folder / FILE_NAME).is_file()


def open_store(url: str) -> Store:
    """
    Open a store, make it if there is none, and bring it to the form of this program.

    Parameters
    ----------
    url
        As `store_url` gives it; `sqlite://` is a store in memory.

    Raises
    ------
    StoreError
        If something else, something damaged or a newer program's store is at that place, or it
        cannot be reached. It is then left as it was.

    Examples
    --------
    >>> with open_store("sqlite://") as store:
    ...     store.engine.dialect.name
    'sqlite'
    """
    address = parse_url(url)
    engine = make_engine(address)
    try:
        with said_plainly():
            if address.get_backend_name() == "sqlite" and address.database:
                _refuse_other_files(Path(address.database))
            upgrade(engine, mark=_mark)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, url)


def store_revision(folder: Path, area: str) -> int:
    """
    Return a number that is another one after every change of an area's data; 0 without a store.

    Nothing is opened for writing, and nothing is made.

    Raises
    ------
    StoreError
        If the store is damaged or cannot be reached.

    Examples
    --------
    >>> store_revision(Path("/areas/east"), "east")
    0
    """
    if not has_store(folder):
        return 0
    server = _server()
    engine = _server_engine(server) if server else make_reader(folder / FILE_NAME)
    with said_plainly(), engine.connect() as connection:
        if not inspect(connection).has_table(event.name):
            return 0
        digits = last_hash(connection, area, DATA_ACTIONS)[:_REVISION_DIGITS]
        return int(digits or "0", 16)


def _server() -> str:
    """Return the address of the server, if the environment names one."""
    return os.environ.get(URL_VARIABLE, "").strip()


@lru_cache(maxsize=8)
def _server_engine(url: str) -> Engine:
    """Keep one connection for asking about changes."""
    return make_engine(parse_url(url), pool_size=1)


def _mark(connection: Connection) -> None:
    """Write into the head of the file that it is a store."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _read_head(path: Path) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC))


def _refuse_other_files(path: Path) -> None:
    """Raise an error unless the file is a sound store, empty, or not there yet."""
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return
    if not path.is_file() or _read_head(path) != _MAGIC:
        raise _not_a_store(path)
    with make_reader(path).connect() as connection:
        ours = connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        if tables and not ours:
            raise _not_a_store(path)
        small = path.stat().st_size <= CHECKED_BYTES
        if small and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise DamagedStoreError(DAMAGED, RESTORE_IT)


def _head(path: Path) -> bytes:
    """Read the first bytes of a file, which say what it is."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC))


def _not_a_store(path: Path) -> DamagedStoreError:
    """Say that there is something else in the store's place."""
    return DamagedStoreError(
        Message.of(N_("{file} is not a store of this program, or it is damaged."), file=path.name),
        N_("It was left as it is. Move it away, or restore the last backup with: xunge restore"),
    )
