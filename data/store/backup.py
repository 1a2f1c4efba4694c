"""Backups: every row of a store, and the area's files, in one zip that both engines read."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data.errors import N_, Message
from data.store.archive import damaged_backup, extract, hash_file, read_manifest, write_archive
from data.store.area_files import take_files
from data.store.connections import Store, file_url, reading, writing
from data.store.copying import copy_rows, count_records, count_rows
from data.store.engine import open_store
from data.store.errors import StoreError
from data.store.restoring import STORE_MEMBER, RestoreReceipt, restore
from data.store.trail import last_hash
from data.store.upgrade import REVISIONS

__all__ = ["BackupContents", "BackupReceipt", "RestoreReceipt", "back_up", "look_into", "restore"]


@dataclass(frozen=True)
class BackupContents:
    """What a backup says of itself."""

    created_at: datetime
    """With zone."""
    records: int | None
    """That it held then, of all areas, removed ones left out; None where it does not say."""


def look_into(backup: Path) -> BackupContents:
    """
    Say when a backup was made and how much it holds, without putting it back.

    Raises
    ------
    StoreError
        If the file is no backup, or is damaged.
    """
    told = read_manifest(backup)
    try:
        records = int(told["records"]) if "records" in told else None
        return BackupContents(datetime.fromisoformat(told["created_at"]), records)
    except (KeyError, TypeError, ValueError):
        raise damaged_backup() from None


@dataclass(frozen=True)
class BackupReceipt:
    """What a backup holds."""

    path: Path
    sha256: str
    """Of the whole file: write it down where the file is not."""
    tables: Mapping[str, int]
    """Table -> rows."""
    files: tuple[str, ...]
    """Files of the area, as they are named in the archive."""
    left_out: tuple[str, ...]
    """Entries of `area.toml` that lie outside its folder."""


def back_up(store: Store, target: Path, *, folder: Path | None, now: datetime) -> BackupReceipt:
    """
    Write every row of a store, of all its areas, into a zip, and read it back.

    Parameters
    ----------
    store
        On either engine; the backup is the same.
    target
        File to write; must not be there yet.
    folder
        The area's folder, whose files go along; None takes the rows only.
    now
        With zone.

    Raises
    ------
    StoreError
        If there is such a file already, the store is damaged, or the disk is full.
    """
    if target.exists():
        raise StoreError(
            Message.of(N_("There is a file {file} already."), file=target.name),
            N_("Choose another name: a backup replaces none."),
        )
    files, left_out = ({}, ()) if folder is None else take_files(folder)
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup") as scratch:
        rows = Path(scratch) / STORE_MEMBER
        told = _copy_store(store, rows)
        told |= {"created_at": now, "program": _program(), "revision": REVISIONS[-1]}
        part = Path(scratch) / target.name
        write_archive(part, {STORE_MEMBER: rows, **files}, told, now=now)
        unpacked = Path(scratch) / "read_back"
        unpacked.mkdir()
        extract(part, read_manifest(part), unpacked)
        digest = hash_file(part)
        part.replace(target)
    return BackupReceipt(target, digest, told["tables"], tuple(files), left_out)


def _copy_store(store: Store, file: Path) -> dict[str, Any]:
    """Copy a store's rows into a SQLite file, and say what it holds."""
    with open_store(file_url(file)) as copy:
        with reading(store) as source, writing(copy) as target:
            copy_rows(source, target)
            told = {
                "tables": count_rows(target),
                "records": count_records(target),
                "head": last_hash(target),
            }
        with copy.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it
    return told


def _program() -> str:
    """Return the version of this program; empty where it runs without having been installed."""
    try:
        return version("xunge")
    except PackageNotFoundError:
        return ""
