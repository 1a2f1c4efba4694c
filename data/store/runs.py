"""Analysis runs: with what settings, on which rows, and what came out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, or_, select

from data.errors import N_, Message
from data.store.column_types import to_json
from data.store.connections import Store, reading, writing
from data.store.errors import StoreError
from data.store.models import record, run
from data.store.records import read_records

_COLUMNS = (
    "run_id",
    "at",
    "kind",
    "settings",
    "data_hash",
    "seq",
    "seed",
    "version",
    "headline",
    "records",
)


def save_run(
    store: Store,
    area: str,
    *,
    kind: str,
    settings: Mapping[str, Any],
    data_hash: str,
    seq: int,
    seed: int,
    version: str,
    headline: Mapping[str, Any],
    now: datetime,
) -> int:
    """
    Keep what a run was made of; the same run again is the same run.

    It is no entry of the audit trail: looking at a page changes nothing.

    Parameters
    ----------
    kind
        Such as `hotspots`.
    settings, headline
        As JSON can hold them: what it was asked, and the numbers that were shown.
    data_hash
        Hash of everything it read.
    seq
        The entry of the trail up to which it knew the store.
    seed, version
        Of the random numbers, and of the program.
    now
        With zone.

    Returns
    -------
    run_id
        Of the run that is the same in everything but headline and time, if there is one.
    """
    told = {
        "kind": kind,
        "settings": settings,
        "data_hash": data_hash,
        "seq": seq,
        "seed": seed,
        "version": version,
    }
    fingerprint = hashlib.sha256(to_json(told).encode()).hexdigest()
    same = select(run.c.run_id).where(run.c.area == area, run.c.fingerprint == fingerprint)
    with reading(store) as connection:
        known = connection.scalar(same)
    if known is not None:
        return int(known)
    with writing(store) as connection:
        known = connection.scalar(same)
        if known is None:
            known = (connection.scalar(select(func.max(run.c.run_id))) or 0) + 1
            counted = _count_records(area, seq)
            row = {
                **told,
                "run_id": known,
                "area": area,
                "at": now,
                "headline": headline,
                "records": connection.scalar(counted),
                "fingerprint": fingerprint,
            }
            connection.execute(insert(run), [row])
    return int(known)


def list_runs(store: Store, area: str) -> pd.DataFrame:
    """
    List the runs of an area, the last one first.

    Returns
    -------
    runs
        Indexed by `run_id`: `at` (UTC), `kind`, `settings` and `headline` (dicts), `data_hash`,
        `seq`, `seed`, `version` and `records`, how many there were then.
    """
    query = select(*(run.c[name] for name in _COLUMNS)).where(run.c.area == area)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(run.c.run_id.desc())).all()
    runs = pd.DataFrame(rows, columns=list(_COLUMNS)).set_index("run_id")
    return runs.assign(at=pd.to_datetime(runs["at"], utc=True).astype("datetime64[us, UTC]"))


def records_of_run(store: Store, area: str, run_id: int) -> pd.DataFrame:
    """
    Return the records that a run could read, as they were then.

    Returns
    -------
    records
        As `data.store.records.read_records` gives them. They are fewer than `records` of
        `list_runs` says if some were deleted for good since; `lost_records` counts these.

    Raises
    ------
    StoreError
        If there is no such run.
    """
    _, seq = _find_run(store, area, run_id)
    return read_records(store, area, as_of=seq)


def lost_records(store: Store, area: str, run_id: int) -> int:
    """
    Count the records of a run that can no longer be shown, because they were deleted for good.

    Raises
    ------
    StoreError
        If there is no such run.
    """
    counted, seq = _find_run(store, area, run_id)
    with reading(store) as connection:
        return counted - (connection.scalar(_count_records(area, seq)) or 0)


def _find_run(store: Store, area: str, run_id: int) -> tuple[int, int]:
    """Return how many records a run had, and up to which entry it knew the store."""
    query = select(run.c.records, run.c.seq).where(run.c.area == area, run.c.run_id == run_id)
    with reading(store) as connection:
        found = connection.execute(query).one_or_none()
    if found is None:
        raise StoreError(
            Message.of(N_("There is no run {id}."), id=run_id), N_("Choose one of the list.")
        )
    return found.records, found.seq


def _count_records(area: str, seq: int) -> Any:
    """Count the records that there were after an entry of the trail."""
    still = or_(record.c.until_seq.is_(None), record.c.until_seq > seq)
    return select(func.count()).where(
        record.c.area == area, ~record.c.removed, record.c.since_seq <= seq, still
    )
