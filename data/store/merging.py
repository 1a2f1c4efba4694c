"""Several records of one incident: merged by a person, counted once, parted again."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from data.errors import N_, Message
from data.masking import mask
from data.store.connections import Store, writing
from data.store.errors import StoreError
from data.store.repetitions import find_repeating, release_status
from data.store.trail import append_event
from data.store.versions import current_versions, replace_versions

MOST_LISTED = 100
"""Ids listed in an entry of the trail; all are counted."""


def merge_records(
    store: Store,
    area: str,
    keep: str,
    others: Sequence[str],
    *,
    reason: str,
    who: str,
    now: datetime,
) -> int:
    """
    Count some records together with another one, which alone stays on the map.

    Parameters
    ----------
    keep
        `record_id` of the record that counts.
    others
        Those that repeat it; what repeats one of them repeats `keep` from now on.
    reason, who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail.

    Raises
    ------
    StoreError
        If one of them is not in the store, or `keep` itself is among the others or repeats one.
    """
    with writing(store) as connection:
        kept, repeats = existing_versions(connection, area, [keep]), list(dict.fromkeys(others))
        if keep in repeats or kept["duplicate_of"].ne("").any() or not repeats:
            raise StoreError(
                Message.of(N_("Record {id} cannot be the one that counts."), id=keep),
                N_("Choose a record that repeats no other one, and at least one that repeats it."),
            )
        repeats = list(dict.fromkeys([*repeats, *find_repeating(connection, area, repeats)]))
        versions = existing_versions(connection, area, repeats)
        payload = {"keep": keep, **say_ids(repeats), "reason": mask(reason)}
        seq = append_event(connection, area, "merge", who=who, now=now, payload=payload)
        replace_versions(connection, versions.assign(duplicate_of=keep, status="duplicate"), seq)
    return seq


def split_records(
    store: Store, area: str, record_ids: Sequence[str], *, reason: str, who: str, now: datetime
) -> int:
    """
    Let records that repeat another one count for themselves again.

    Parameters
    ----------
    record_ids
        Records that were merged into another one.
    reason, who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail.

    Raises
    ------
    StoreError
        If one of them is not in the store or repeats nothing.
    """
    with writing(store) as connection:
        versions = existing_versions(connection, area, list(dict.fromkeys(record_ids)))
        alone = versions.index[versions["duplicate_of"].eq("")]
        if len(alone) or versions.empty:
            raise StoreError(
                Message.of(N_("{n} of these records repeat no other one."), n=len(alone)),
                N_("Choose records that were merged."),
            )
        payload = {**say_ids(versions.index), "reason": mask(reason)}
        seq = append_event(connection, area, "split", who=who, now=now, payload=payload)
        freed = versions.assign(duplicate_of="")
        replace_versions(connection, release_status(connection, freed), seq)
    return seq


def existing_versions(connection: Connection, area: str, record_ids: Sequence[str]) -> pd.DataFrame:
    """Return the open versions of records, or say which of them are not in the store."""
    versions = current_versions(connection, area, record_ids)
    versions = versions[~versions["removed"]]
    missing = [one for one in record_ids if one not in versions.index]
    if missing:
        raise StoreError(
            Message.of(
                N_("{n} records are not in the store, such as {id}."),
                n=len(missing),
                id=mask(str(missing[0])),
            ),
            N_("They may have been removed, or their import undone. Open the page anew."),
        )
    return versions


def say_ids(record_ids: Sequence[str] | pd.Index) -> dict[str, object]:
    """Count records for the trail, and list the first ones."""
    return {"records": len(record_ids), "ids": list(record_ids[:MOST_LISTED])}
