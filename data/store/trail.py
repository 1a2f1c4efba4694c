"""The audit trail: who did what and when, appended only, each entry sealed with the one before."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select, union_all

from data.errors import N_, Message
from data.masking import mask
from data.store.column_types import to_json, to_microseconds
from data.store.connections import Store, reading
from data.store.errors import StoreError
from data.store.models import MODELS, TIMELINES, event

FIRST_HASH = "0" * 64
"""What the first entry is sealed with."""
DATA_ACTIONS = (
    "import",
    "edit",
    "merge",
    "split",
    "remove",
    "save_layer",
    "undo",
    "purge",
    "erase",
    "restore",
)
"""Actions after which an area's records or layers are other ones."""
_COLUMNS = ["seq", "area", "at", "who", "action", "payload"]


def append_event(
    connection: Connection,
    area: str,
    action: str,
    *,
    who: str,
    now: datetime,
    payload: Mapping[str, Any],
) -> int:
    """
    Append an entry to the trail and return its number.

    Parameters
    ----------
    connection
        In a transaction of `data.store.connections.writing`.
    area, action
        Key of the area; one word, such as `import`.
    who
        A role, such as 办公室; digits that may be a person's number are masked.
    now
        With zone.
    payload
        Counts, ids, column names and reasons. Never what a record says.
    """
    seq, previous = next_seq(connection), last_hash(connection)
    entry = {
        "seq": seq,
        "area": area,
        "at": now,
        "who": mask(who),
        "action": action,
        "payload": to_json(payload),
        "previous_hash": previous or FIRST_HASH,
    }
    connection.execute(insert(event), [{**entry, "hash": _seal(entry)}])
    return seq


def next_seq(connection: Connection) -> int:
    """Return the number that the next entry will have; entries are numbered without a gap."""
    return (connection.execute(select(func.max(event.c.seq))).scalar() or 0) + 1


def last_hash(
    connection: Connection, area: str | None = None, actions: Collection[str] = ()
) -> str:
    """Return the hash of the last entry, of an area and of some actions; empty if there is none."""
    query = select(event.c.hash).order_by(event.c.seq.desc()).limit(1)
    if area is not None:
        query = query.where(event.c.area == area, event.c.action.in_(actions))
    return connection.execute(query).scalar() or ""


def current_seq(store: Store, area: str) -> int:
    """
    Return the number of the last entry that changed an area's data; 0 if there is none.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     current_seq(store, "east")
    0
    """
    query = select(func.max(event.c.seq)).where(
        event.c.area == area, event.c.action.in_(DATA_ACTIONS)
    )
    with reading(store) as connection:
        return connection.execute(query).scalar() or 0


def read_trail(store: Store, area: str) -> pd.DataFrame:
    """
    List an area's entries, the last one first.

    Returns
    -------
    trail
        Indexed by `seq`: `at` (UTC), `who`, `action` and `payload` (a dict).
    """
    query = select(*(event.c[name] for name in _COLUMNS)).where(event.c.area == area)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(event.c.seq.desc())).all()
    frame = pd.DataFrame(rows, columns=_COLUMNS).set_index("seq").drop(columns="area")
    return frame.assign(
        at=pd.to_datetime(frame["at"], utc=True).astype("datetime64[us, UTC]"),
        payload=frame["payload"].map(json.loads).astype(object),
    )


def verify_trail(store: Store) -> int:
    """
    Recompute every seal of the trail, and return how many entries there are.

    Raises
    ------
    StoreError
        If an entry was changed, removed or put in by something else than this program, or the
        trail's end was cut off while rows still point at it.

    Notes
    -----
    Who can write to the database can also write a whole new trail. Against that, keep the last
    hash (it stands in every backup) where that person cannot write.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     verify_trail(store)
    0
    """
    previous, n = FIRST_HASH, 0
    with reading(store) as connection:
        entries = connection.execute(
            select(event).order_by(event.c.seq).execution_options(yield_per=1000)
        )
        for entry in entries.mappings():
            n += 1
            fits = entry["seq"] == n and entry["previous_hash"] == previous
            if not fits or entry["hash"] != _seal(entry):
                raise _broken(n)
            previous = entry["hash"]
        if _last_used(connection) > n:
            raise _broken(n + 1)
    return n


def _seal(entry: Mapping[Any, Any]) -> str:
    """Hash an entry together with the hash of the one before."""
    fields = (
        entry["seq"],
        entry["area"],
        to_microseconds(entry["at"]),
        entry["who"],
        entry["action"],
        entry["payload"],
        entry["previous_hash"],
    )
    return hashlib.sha256(to_json(fields).encode()).hexdigest()


def _last_used(connection: Connection) -> int:
    """Return the number of the last entry at which a row points."""
    columns = [
        MODELS.tables[name].c[column] for name in TIMELINES for column in ("since_seq", "until_seq")
    ]
    latest = union_all(*(select(func.max(column).label("seq")) for column in columns)).subquery()
    return connection.execute(select(func.max(latest.c.seq))).scalar() or 0


def _broken(seq: int) -> StoreError:
    return StoreError(
        Message.of(N_("The audit trail is broken at entry {seq}."), seq=seq),
        N_("Something else than this program changed it. Compare it with the last backup."),
    )
