"""Putting a backup back, whole or not at all."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from data.errors import N_
from data.store.archive import damaged_backup, extract, hash_file, read_manifest
from data.store.area_files import put_files, refuse_other_files
from data.store.connections import Store, file_url, make_reader, parse_url, reading, writing
from data.store.copying import clear_rows, copy_rows, count_records, count_rows
from data.store.engine import open_store, store_url
from data.store.errors import DamagedStoreError, StoreError
from data.store.models import TABLES, event
from data.store.trail import append_event, verify_trail
from data.store.trail_guard import GUARDS
from data.store.upgrade import VERSION_TABLE

STORE_MEMBER = "store.db"
"""Under which the rows stand in the archive."""


@dataclass(frozen=True)
class RestoreReceipt:
    """What a restore put back."""

    tables: Mapping[str, int]
    """Table -> rows."""
    files: tuple[str, ...]
    """Files of the area that were written."""
    set_aside: str
    """New name of a damaged store that stood in the way; empty if none did."""
    records: int
    """Records of all areas that there are again."""


def restore(
    target: str | Path,
    backup: Path,
    *,
    replace: bool = False,
    who: str = "",
    now: datetime | None = None,
) -> RestoreReceipt:
    """
    Put a backup back, whole or not at all.

    Parameters
    ----------
    target
        The area's folder, into whose store the rows go and to which its files return; or the
        address of a store, for the rows only.
    backup
        As `back_up` wrote it; it is checked before anything is touched.
    replace
        Whether to replace what is there: every row of every area of the store, and the area's
        files. A damaged store is set aside under another name, never overwritten.
    who, now
        For the audit trail; None takes the moment on this machine's clock.

    Raises
    ------
    StoreError
        If the file is no backup, is damaged, or was made by a newer program; or if something is
        there and `replace` is False.
    """
    folder = target if isinstance(target, Path) else None
    url = str(target) if folder is None else store_url(folder)
    manifest = read_manifest(backup)
    with tempfile.TemporaryDirectory(prefix="restore") as scratch:
        members = extract(backup, manifest, Path(scratch))
        if folder is not None and not replace:
            refuse_other_files(members, folder)
        with _open_backup(members, manifest) as source:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            with _open_target(url, replace=replace) as (store, set_aside):
                tables, records = _put_rows(
                    source,
                    store,
                    replace=replace,
                    backup=hash_file(backup),
                    who=who,
                    now=now or datetime.now(UTC),
                )
        written = () if folder is None else put_files(members, folder)
    return RestoreReceipt(tables, written, set_aside, records)


@contextmanager
def _open_target(url: str, *, replace: bool) -> Iterator[tuple[Store, str]]:
    """Open the store to restore into; set a damaged one aside, and say under what name.

    A new file that could not be filled does not stay.
    """
    address = parse_url(url)
    path = Path(address.database or "")
    fresh = address.get_backend_name() == "sqlite" and not path.exists()
    aside = ""
    try:
        store = open_store(url)
    except DamagedStoreError:
        if not replace:
            raise
        aside = _set_aside(path)
        store = open_store(url)
    try:
        with store:
            yield store, aside
    except BaseException:
        for part in _parts(path) if fresh else ():
            part.unlink(missing_ok=True)
        raise


def _open_backup(members: Mapping[str, Path], manifest: Mapping[str, Any]) -> Store:
    """Open the store in an unpacked backup, and check that it is what the manifest says."""
    if STORE_MEMBER not in members:
        raise damaged_backup()
    _refuse_strange_tables(members[STORE_MEMBER])
    store = open_store(file_url(members[STORE_MEMBER]))
    try:
        _compare(store, manifest)
    except BaseException:
        store.close()
        raise
    return store


def _compare(store: Store, manifest: Mapping[str, Any]) -> None:
    """Check the trail of an unpacked store, and that it has as many rows as its manifest says."""
    verify_trail(store)
    tables = manifest["tables"]
    with reading(store) as connection:
        counted, records = count_rows(connection), count_records(connection)
    if any(tables.get(name, 0) != n for name, n in counted.items()):
        raise damaged_backup()
    if manifest.get("records", records) != records:
        raise damaged_backup()


def _refuse_strange_tables(file: Path) -> None:
    """Refuse a database that holds anything but our tables, their indexes and the trail's guard."""
    ours = {("table", name) for name in (*(table.name for table in TABLES), VERSION_TABLE)}
    ours |= {("trigger", name) for name in GUARDS}
    try:
        with make_reader(file).connect() as connection:
            found = connection.exec_driver_sql("SELECT type, name FROM sqlite_master").all()
    except DatabaseError:
        raise damaged_backup() from None
    for kind, name in found:
        if kind != "index" and (kind, name) not in ours and not name.startswith("sqlite_"):
            raise damaged_backup()


def _put_rows(
    source: Store, target: Store, *, replace: bool, backup: str, who: str, now: datetime
) -> tuple[dict[str, int], int]:
    """Put all rows of one store into another, and note it in the trail of every area.

    Returns
    -------
    tables, records
        Table -> rows, and how many records there are now.
    """
    with reading(source) as read, writing(target) as written:
        if any(count_rows(written).values()):
            if not replace:
                raise StoreError(
                    N_("The store holds data already."),
                    N_("Agree to replace it: every area's rows go, and those of the backup come."),
                )
            clear_rows(written)
        _copy_checked(read, written)
        tables = count_rows(written)
        areas = written.execute(select(event.c.area).distinct()).scalars().all()
        payload = {"backup": backup, "entries": tables[event.name]}
        for area in areas or [""]:
            append_event(written, area, "restore", who=who, now=now, payload=payload)
        records = count_records(written)
    return tables, records


def _copy_checked(read: Connection, written: Connection) -> None:
    """Copy all rows; what no store can hold is damage of the backup."""
    try:
        copy_rows(read, written)
    except StoreError:
        raise
    except (ValueError, TypeError, DatabaseError) as error:
        raise damaged_backup() from error


def _set_aside(path: Path) -> str:
    """Give a damaged store, with its journal, a name under which nobody opens it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for part in _parts(path):
        if part.exists():
            part.rename(part.with_name(part.name.replace(path.name, aside.name, 1)))
    return aside.name


def _parts(path: Path) -> list[Path]:
    """List the files of a SQLite store, its journal first."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "")]
