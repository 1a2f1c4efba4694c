"""Taking back an import or a change, an undo included, by closing and reopening versions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Table,
    and_,
    func,
    insert,
    literal,
    null,
    select,
)

from data.errors import N_, Message
from data.store.bulk import in_chunks
from data.store.connections import Store, reading, writing
from data.store.errors import StoreError
from data.store.models import event, import_log, memory, record
from data.store.repetitions import settle_duplicates
from data.store.trail import append_event
from data.store.undo_plan import UndoStep, plan_undo
from data.store.versions import close_versions, next_version_id

UNDOABLE = frozenset(
    {"import", "edit", "merge", "split", "remove", "save_layer", "remember", "undo"}
)


@dataclass(frozen=True)
class Entry:
    """An entry of the audit trail, as a person knows it."""

    seq: int
    action: str
    at: datetime
    who: str
    file: str
    """Of an import; empty for anything else."""
    empty: bool
    """Whether it is an import that added and changed nothing."""

    def message(self, timezone: str) -> Message:
        """Name it: file, day and hour in this zone, post."""
        when = f"{self.at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
        if self.file:
            return Message.of(
                N_("The import of {file} on {when} by {who}:"),
                file=self.file, when=when, who=self.who or "—",
            )  # fmt: skip
        return Message.of(N_("What was done on {when} by {who}:"), when=when, who=self.who or "—")


@dataclass(frozen=True)
class UndoEffect:
    """What taking back an entry of the trail does, or did."""

    seq: int
    """The entry."""
    action: str
    taken_away: int
    """Records and features that go, because the entry brought them; settings beside none."""
    restored: int
    """Those that are again what they were before it."""
    later_changes: int
    """Later entries that go with it, as far as they changed the same things."""
    later_changed: int
    """How many of these things they changed."""
    told: Entry
    """When, by whom, and of which file the entry was."""

    def message(self, timezone: str) -> Message:
        """Say it before a person agrees to it; the entry's moment in this zone."""
        said = N_("{entry} {gone} records or shapes go, and {back} are again as they were.")
        if self.later_changes:
            said = N_(
                "{entry} {gone} records or shapes go, and {back} are again as they were. "
                "{changed} of them were changed since; these {later} changes are taken back as "
                "well."
            )
        return Message.of(
            said,
            entry=self.told.message(timezone),
            gone=self.taken_away,
            back=self.restored,
            changed=self.later_changed,
            later=self.later_changes,
        )


def what_undo_does(store: Store, area: str, seq_or_import: int) -> UndoEffect:
    """
    Say what `undo` would do, without doing it.

    Parameters
    ----------
    seq_or_import
        Number of an entry of the audit trail; an import's number is one.

    Raises
    ------
    StoreError
        If there is no such entry, it cannot be taken back, or it has been already.
    """
    with reading(store) as connection:
        entry = _find_entry(connection, area, seq_or_import)
        return _sum_up(entry, _plan(connection, area, entry))


def undo(store: Store, area: str, seq_or_import: int, *, who: str, now: datetime) -> int:
    """
    Take back an import or a change; what was changed on the same things later goes with it.

    Parameters
    ----------
    seq_or_import
        Number of an entry of the audit trail; an import's number is one. If it is an undo, what
        that took back holds again.
    who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the new entry, by which this can itself be taken back.

    Raises
    ------
    StoreError
        If there is no such entry, it cannot be taken back, it has been already, or the rows that
        would come back have been imported again since.
    """
    with writing(store) as connection:
        entry = _find_entry(connection, area, seq_or_import)
        steps = _plan(connection, area, entry)
        effect = _sum_up(entry, steps)
        payload = {
            "target": effect.seq,
            "action": effect.action,
            "taken_away": effect.taken_away,
            "restored": effect.restored,
            "later_changes": effect.later_changes,
        }
        seq = append_event(connection, area, "undo", who=who, now=now, payload=payload)
        for step in steps:
            close_versions(connection, step.table, step.close, seq)
            _reopen(connection, step.table, step.reopen, seq)
        _refuse_twice(connection, area, seq)
        settle_duplicates(connection, area, seq)
    return seq


def _plan(connection: Connection, area: str, entry: Entry) -> list[UndoStep]:
    """Find out what an undo does; how a later import's files are read stays as that one said."""
    keep_later = {memory.name} if entry.action == "import" else ()
    return plan_undo(connection, area, entry.seq, keep_later=keep_later)


def _find_entry(connection: Connection, area: str, seq: int) -> Entry:
    """Return the entry, or say why it cannot be taken back."""
    columns = (event.c.seq, event.c.action, event.c.at, event.c.who, event.c.payload)
    entry = connection.execute(
        select(*columns).where(event.c.area == area, event.c.seq == int(seq))
    ).one_or_none()
    if entry is None or entry.action not in UNDOABLE:
        raise StoreError(
            Message.of(N_("Entry {seq} of the audit trail cannot be taken back."), seq=seq),
            N_("Choose an import, a correction, a merge, a removal or a change of a layer."),
        )
    purges = select(event.c.payload).where(event.c.area == area, event.c.action == "purge")
    horizon = max(
        (json.loads(payload)["through"] for payload in connection.execute(purges).scalars()),
        default=0,
    )
    if seq <= horizon:
        raise StoreError(
            Message.of(N_("What was before entry {seq} has been deleted for good."), seq=seq),
            N_("Only what is younger than the time of retention can be taken back."),
        )
    told = json.loads(entry.payload)
    return Entry(
        entry.seq,
        entry.action,
        entry.at,
        entry.who,
        file=str(told.get("file", "")),
        empty=not told.get("added", 1) and not told.get("changed", 1),
    )


def _sum_up(entry: Entry, steps: Sequence[UndoStep]) -> UndoEffect:
    """Count what an undo does; say so if it would do nothing."""
    if not any(step.things for step in steps):
        said = N_("This has been taken back already.")
        if entry.empty:
            said = N_("This import brought nothing new.")
        raise StoreError(said, N_("Nothing is left to be done."))
    # how files are read is no record: it is counted only where there is nothing else
    seen = [step for step in steps if step.table is not memory]
    steps = seen if any(step.things for step in seen) else steps
    restored = sum(step.restored for step in steps)
    return UndoEffect(
        seq=entry.seq,
        action=entry.action,
        taken_away=sum(step.things for step in steps) - restored,
        restored=restored,
        later_changes=len(frozenset().union(*(step.later for step in steps))),
        later_changed=sum(step.changed for step in steps),
        told=entry,
    )


def _reopen(connection: Connection, table: Table, version_ids: Sequence[int], seq: int) -> None:
    """Insert copies of earlier versions, which hold from now on."""
    own = {"version_id", "since_seq", "until_seq"}
    names = [column.name for column in table.columns if column.name not in own]
    for chunk in in_chunks(list(version_ids)):
        before = next_version_id(connection, table) - 1
        number = before + func.row_number().over(order_by=table.c.version_id)
        copies = select(number, *(table.c[name] for name in names), literal(seq), null()).where(
            table.c.version_id.in_(chunk)
        )
        targets = ["version_id", *names, "since_seq", "until_seq"]
        connection.execute(insert(table).from_select(targets, copies))


def _refuse_twice(connection: Connection, area: str, seq: int) -> None:
    """Refuse to bring back rows that are in the store under another number by now."""
    other = record.alias()
    again = and_(
        other.c.area == area,
        other.c.row_key == record.c.row_key,
        other.c.until_seq.is_(None),
        other.c.record_id != record.c.record_id,
    )
    query = (
        select(func.count(), func.min(other.c.import_id))
        .select_from(record.join(other, again))
        .where(record.c.area == area, record.c.until_seq.is_(None), record.c.since_seq == seq)
    )
    n, since = connection.execute(query).one()
    if n:
        up_to = (import_log.c.area == area, import_log.c.import_id <= since)
        number = connection.scalar(select(func.count()).select_from(import_log).where(*up_to))
        raise StoreError(
            Message.of(N_("{n} of these rows have been imported again since."), n=n),
            Message.of(N_("Take back import {number} first."), number=number),
        )
