"""Records of an area: read as they are or were, corrected, merged, removed; nothing is lost."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, or_, select

from data.ledger.records import COLUMNS
from data.masking import mask
from data.store.bulk import read_table
from data.store.column_types import to_microseconds
from data.store.connections import Store, reading, writing
from data.store.editing import edit_records
from data.store.merging import existing_versions, merge_records, say_ids, split_records
from data.store.models import event, record
from data.store.record_tables import to_frame
from data.store.repetitions import settle_duplicates
from data.store.trail import append_event
from data.store.versions import META, any_version, replace_versions

__all__ = [
    "edit_records",
    "history_of",
    "merge_records",
    "read_records",
    "remove_records",
    "split_records",
]


def read_records(
    store: Store,
    area: str,
    *,
    as_of: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    status: str | Collection[str] | None = None,
) -> pd.DataFrame:
    """
    Return records of an area; removed ones are not among them.

    Parameters
    ----------
    as_of
        As they were after this entry of the audit trail; None takes them as they are.
    since, until
        With zone: those that occurred at `since` or later, and before `until`.
    bbox
        West, south, east, north in degrees (WGS 84); those with a place in it, edges included.
    status
        One status or several; the empty text stands for records on the map.

    Returns
    -------
    records
        As `data.ledger.records.RECORDS` says, in the order in which they were imported.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     len(read_records(store, "east"))
    0
    """
    where: list[ColumnElement[bool]] = [record.c.area == area, ~record.c.removed]
    where += _held(as_of)
    if since is not None:
        where.append(record.c.occurred_from >= to_microseconds(since))
    if until is not None:
        where.append(record.c.occurred_from < to_microseconds(until))
    if bbox is not None:
        where += [record.c.lon.between(bbox[0], bbox[2]), record.c.lat.between(bbox[1], bbox[3])]
    if status is not None:
        wanted = [status] if isinstance(status, str) else list(status)
        where.append(record.c.status.in_(wanted))
    columns = [record.c[name] for name in ("record_id", "import_id", *COLUMNS)]
    with reading(store) as connection:
        table = read_table(connection, select(*columns).where(*where), META)
    order = np.lexsort([table.column(name).to_numpy() for name in ("row", "import_id")])
    in_order = np.array_equal(order, np.arange(len(order)))
    frame = to_frame(table if in_order else table.take(order))
    index = pd.Index(frame.pop("record_id"), dtype=str, name="record_id")
    return frame[list(COLUMNS)].set_axis(index)


def remove_records(
    store: Store, area: str, record_ids: Sequence[str], *, reason: str, who: str, now: datetime
) -> int:
    """
    Take records out of every count and off every map; `undo` brings them back.

    A file that holds them again does not. Where others repeat one of them, the first of these
    takes its place.

    Parameters
    ----------
    record_ids
        At least one.
    reason, who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail.

    Raises
    ------
    StoreError
        If one of them is not in the store.
    """
    with writing(store) as connection:
        versions = existing_versions(connection, area, list(dict.fromkeys(record_ids)))
        payload = {**say_ids(versions.index), "reason": mask(reason)}
        seq = append_event(connection, area, "remove", who=who, now=now, payload=payload)
        replace_versions(connection, versions.assign(removed=True), seq)
        settle_duplicates(connection, area, seq)
    return seq


def history_of(store: Store, area: str, record_id: str) -> pd.DataFrame:
    """
    List what a record was, from its first version to its last.

    Returns
    -------
    history
        One row per version: `since_seq` and `until_seq` (missing if it holds), `at`, `who`,
        `action` and `reason` of the entry that made it, `removed`, and the columns of a record.
    """
    columns = [record.c[name] for name in ("since_seq", "until_seq", "removed", *COLUMNS)]
    versions = select(*columns).where(any_version(area, [record_id])).order_by(record.c.version_id)
    with reading(store) as connection:
        table = read_table(connection, versions, {**META, "until_seq": META["since_seq"]})
        frame = to_frame(table)
        entries = connection.execute(
            select(event.c.seq, event.c.at, event.c.who, event.c.action, event.c.payload).where(
                event.c.seq.in_(sorted(set(frame["since_seq"])))
            )
        ).all()
    trail = pd.DataFrame(entries, columns=["since_seq", "at", "who", "action", "payload"])
    trail["at"] = pd.to_datetime(trail["at"], utc=True).astype("datetime64[us, UTC]")
    trail["reason"] = [json.loads(payload).get("reason", "") for payload in trail.pop("payload")]
    told = frame.merge(trail, on="since_seq", how="left")
    first = ["since_seq", "until_seq", "at", "who", "action", "reason"]
    return told[[*first, "removed", *COLUMNS]].astype({"until_seq": "Int64"})


def _held(as_of: int | None) -> list[ColumnElement[bool]]:
    """Choose the versions that held after an entry of the trail, or hold now."""
    if as_of is None:
        return [record.c.until_seq.is_(None)]
    return [
        record.c.since_seq <= as_of,
        or_(record.c.until_seq.is_(None), record.c.until_seq > as_of),
    ]
