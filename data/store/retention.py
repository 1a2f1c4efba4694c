"""Deleting for good: what was superseded long ago, what is too old, what somebody asked to erase.

The audit trail keeps that something was there and went, never what it said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from data.errors import N_
from data.masking import mask
from data.store.column_types import to_microseconds
from data.store.connections import Store, reading, writing
from data.store.deletion import bury, count_closed, delete_closed, delete_records, find_any, wipe
from data.store.errors import StoreError
from data.store.merging import say_ids
from data.store.models import TIMELINES, event, record
from data.store.repetitions import settle_duplicates
from data.store.trail import append_event, next_seq


@dataclass(frozen=True)
class Purged:
    """What was, or would be, deleted for good."""

    versions: int
    """Earlier forms of records, features and settings."""
    removed: int
    """Records that a person had removed."""
    aged: int
    """Records beyond the age up to which they may be kept."""
    seq: int
    """Number of the entry in the audit trail; of the last one there is if nothing was deleted."""


def purge(
    store: Store,
    area: str,
    *,
    keep_days: int,
    now: datetime,
    max_age_days: int | None = None,
    who: str = "",
) -> Purged:
    """
    Delete for good what was superseded or removed long ago.

    What was before can then no longer be brought back by `undo`, nor be read with `as_of`.

    Parameters
    ----------
    keep_days
        How long earlier versions and removed records are kept, in days.
    now
        With zone.
    max_age_days
        Records of events longer ago than this go as well; of a record without any time, its import
        counts. None keeps them.
    who
        Who started it; empty for a job that runs by itself.

    Raises
    ------
    StoreError
        If another program keeps the store busy; run it again then.
    """
    with writing(store) as connection:
        due = _find_due(connection, area, keep_days, max_age_days, now)
        for name in TIMELINES:
            delete_closed(connection, area, name, due.through)
        bury(connection, area, due.removed)
        delete_records(connection, area, [*due.removed, *due.aged])
        seq = next_seq(connection) - 1
        if any(due.counts.values()):
            payload = {**due.counts, "through": due.through}
            seq = append_event(connection, area, "purge", who=who, now=now, payload=payload)
            settle_duplicates(connection, area, seq)
    wipe(store)
    return Purged(**due.counts, seq=seq)


def what_purge_does(
    store: Store, area: str, *, keep_days: int, now: datetime, max_age_days: int | None = None
) -> Purged:
    """Count what `purge` would delete, without deleting it; `seq` is that of the last entry."""
    with reading(store) as connection:
        due = _find_due(connection, area, keep_days, max_age_days, now)
        return Purged(**due.counts, seq=next_seq(connection) - 1)


def erase_records(
    store: Store, area: str, record_ids: Sequence[str], *, reason: str, who: str, now: datetime
) -> Purged:
    """
    Delete records for good, at once, with everything that they ever said.

    Neither `undo` nor a file that holds them again brings them back: of each, a hash is kept by
    which the row is known.

    Parameters
    ----------
    record_ids
        Also of records that were removed or whose import was undone.
    reason, who, now
        For the audit trail.

    Raises
    ------
    StoreError
        If none of them is in the store, or another program keeps the store busy.
    """
    with writing(store) as connection:
        known = find_any(connection, area, record_ids)
        if not known:
            raise StoreError(
                N_("None of these records is in the store."),
                N_("They may have been erased before."),
            )
        bury(connection, area, known)
        versions = delete_records(connection, area, known)
        payload = {**say_ids(known), "reason": mask(reason)}
        seq = append_event(connection, area, "erase", who=who, now=now, payload=payload)
        settle_duplicates(connection, area, seq)
    wipe(store)
    return Purged(versions - len(known), len(known), 0, seq)


@dataclass(frozen=True)
class _Due:
    """What a purge deletes."""

    through: int
    """The last entry whose closed versions go."""
    versions: int
    removed: list[str]
    aged: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How much of each."""
        return {"versions": self.versions, "removed": len(self.removed), "aged": len(self.aged)}


def _find_due(
    connection: Connection, area: str, keep_days: int, max_age_days: int | None, now: datetime
) -> _Due:
    """Find out what is beyond the limits now."""
    through = _last_before(connection, area, now - timedelta(days=keep_days))
    removed = _removed_until(connection, area, through)
    aged = []
    if max_age_days is not None:
        aged = _older_than(connection, area, now - timedelta(days=max_age_days))
    versions = sum(count_closed(connection, area, name, through) for name in TIMELINES)
    return _Due(through, versions, removed, [one for one in aged if one not in set(removed)])


def _last_before(connection: Connection, area: str, moment: datetime) -> int:
    """Return the last entry of the trail up to a moment; 0 if there is none."""
    query = select(func.max(event.c.seq)).where(event.c.area == area, event.c.at <= moment)
    return connection.scalar(query) or 0


def _removed_until(connection: Connection, area: str, through: int) -> list[str]:
    """List the records that were removed by an entry, or before."""
    query = select(record.c.record_id).where(
        record.c.area == area,
        record.c.until_seq.is_(None),
        record.c.removed,
        record.c.since_seq <= through,
    )
    return list(connection.execute(query).scalars())


def _older_than(connection: Connection, area: str, moment: datetime) -> list[str]:
    """List the records of events before a moment."""
    since = func.coalesce(record.c.occurred_from, record.c.received_at, event.c.at)
    query = (
        select(record.c.record_id)
        .join(event, event.c.seq == record.c.import_id)
        .where(record.c.area == area, record.c.until_seq.is_(None))
        .where(since < to_microseconds(moment))
    )
    return list(connection.execute(query).scalars())
