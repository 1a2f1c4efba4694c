"""Which records repeat which: every one that does points at one that counts."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, literal_column, or_, select

from data.ledger.records import PLACED
from data.store.bulk import in_chunks
from data.store.models import record
from data.store.statuses import settle_status
from data.store.versions import current_versions, replace_versions

LONGEST_CHAIN = 20
OWN_IDS = "I%-%"
"""How the numbers of the store's own records look."""


def settle_duplicates(connection: Connection, area: str, seq: int) -> int:
    """
    See to it that whatever repeats a record repeats one that counts.

    Where the record that counted is gone, the first of those that repeated it takes its place.

    Parameters
    ----------
    connection
        In a transaction of `data.store.connections.writing`.
    seq
        The entry of the trail by which the record went.

    Returns
    -------
    n
        How many records were changed.
    """
    n = 0
    while loose := _find_loose(connection, area):
        targets = _choose_targets(connection, area, loose)
        versions = current_versions(connection, area, list(targets))
        moved = versions.assign(duplicate_of=[targets[one] for one in versions.index])
        replace_versions(connection, release_status(connection, moved), seq)
        n += len(targets)
    return n


def _find_loose(connection: Connection, area: str) -> dict[str, str]:
    """Return records that repeat one that is gone or repeats another -> which one that is."""
    kept = record.alias()
    there = and_(
        kept.c.area == area,
        kept.c.record_id == record.c.duplicate_of,
        kept.c.until_seq.is_(None),
        ~kept.c.removed,
    )
    query = (
        select(record.c.record_id, record.c.duplicate_of)
        .outerjoin(kept, there)
        .where(*repeating(area), or_(kept.c.version_id.is_(None), kept.c.duplicate_of != ""))
        # what repeats an incident that is kept elsewhere stays as it is
        .where(record.c.duplicate_of.like(OWN_IDS))
        .order_by(record.c.import_id, record.c.row)
    )
    return {row.record_id: row.duplicate_of for row in connection.execute(query)}


def _choose_targets(connection: Connection, area: str, loose: Mapping[str, str]) -> dict[str, str]:
    """Say what loose records repeat from now on; the empty text means that they count."""
    roots = _find_roots(connection, area, set(loose.values()))
    targets: dict[str, str] = {}
    heirs: dict[str, str] = {}
    for one, kept in loose.items():
        if kept not in roots:
            continue
        root = roots[kept]
        heir = heirs.setdefault(kept, one)
        targets[one] = root or ("" if heir == one else heir)
    # records that repeat each other in a circle: the first one counts
    return targets or {next(iter(loose)): ""}


def _find_roots(
    connection: Connection, area: str, record_ids: Collection[str]
) -> dict[str, str | None]:
    """Follow repetitions to the record that counts: None where a record itself is gone.

    One that leads to a record that is gone, or round in a circle, is left out.
    """
    roots: dict[str, str | None] = {}
    at = {one: one for one in record_ids}
    for _ in range(LONGEST_CHAIN):
        if not at:
            break
        versions = current_versions(connection, area, list(dict.fromkeys(at.values())))
        points = versions.loc[~versions["removed"], "duplicate_of"].to_dict()
        roots |= {one: None for one, here in at.items() if one == here and here not in points}
        roots |= {one: here for one, here in at.items() if points.get(here) == ""}
        at = {one: points[here] for one, here in at.items() if points.get(here)}
    return roots


def release_status(connection: Connection, versions: pd.DataFrame) -> pd.DataFrame:
    """Give those that repeat nothing the status that they had before they did."""
    free = versions.index[versions["duplicate_of"].eq("")]
    before = pd.Series(PLACED, versions.index, dtype=str)
    for chunk in in_chunks(free.tolist()):
        query = (
            select(record.c.record_id, record.c.status)
            .where(
                record.c.area == str(versions["area"].iloc[0]),
                record.c.until_seq.is_not(None),
                record.c.record_id.in_(chunk),
                record.c.status != "duplicate",
            )
            .order_by(record.c.version_id)
        )
        for one, status in connection.execute(query):
            before[one] = status
    return versions.assign(status=settle_status(versions, before))


def repeating(area: str) -> tuple[ColumnElement[bool], ...]:
    """Choose the records of an area that repeat another one."""
    return (
        record.c.area == area,
        record.c.until_seq.is_(None),
        ~record.c.removed,
        # written out, so that the index of these rows is used
        record.c.duplicate_of != literal_column("''"),
    )


def find_repeating(connection: Connection, area: str, record_ids: Sequence[str]) -> list[str]:
    """List the records that repeat one of these."""
    found: list[str] = []
    for chunk in in_chunks(list(record_ids)):
        query = select(record.c.record_id).where(
            *repeating(area),
            record.c.duplicate_of.in_(chunk),
        )
        found += connection.execute(query).scalars()
    return found
