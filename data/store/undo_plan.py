"""Which versions an undo closes and which it opens again."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Table, and_, or_, select, union_all

from data.store.models import MODELS, TIMELINES, event


@dataclass(frozen=True)
class UndoStep:
    """What an undo does to one table of versions."""

    table: Table
    close: list[int]
    """Numbers of the versions that cease to hold."""
    reopen: list[int]
    """Numbers of the versions that hold again, as copies."""
    things: int
    """Records or features that become other ones, those that go included."""
    restored: int
    later: frozenset[int]
    """Later changes that go with it."""
    changed: int
    """Things that were changed later."""


def plan_undo(
    connection: Connection, area: str, seq: int, *, keep_later: Collection[str] = ()
) -> list[UndoStep]:
    """
    Find out what taking back an entry means for each table.

    A thing becomes what it was just before the entry, if the entry still counts for it: if it, or
    an entry before it, was taken back on this thing already, there is nothing to be done.

    Parameters
    ----------
    keep_later
        Tables in which a thing that was changed since stays as it is.
    """
    targets = undo_targets(connection, area)
    steps = []
    for name, key in TIMELINES.items():
        table = MODELS.tables[name]
        versions = _versions(connection, table, key, area, seq)
        steps.append(_plan_step(table, versions, seq, targets, keep_later=name in keep_later))
    return steps


def undo_targets(connection: Connection, area: str) -> dict[int, int]:
    """Return each undo of an area -> the entry that it took back."""
    query = select(event.c.seq, event.c.payload).where(
        event.c.area == area, event.c.action == "undo"
    )
    return {row.seq: json.loads(row.payload)["target"] for row in connection.execute(query)}


def taken_back(targets: Mapping[int, int]) -> set[int]:
    """
    Tell which entries are undone, knowing that an undo can itself be undone.

    Examples
    --------
    >>> sorted(taken_back({3: 1, 4: 2, 5: 4}))  # 5 brought back what 4 had taken away
    [1, 4]
    """
    undone: set[int] = set()
    for undo in sorted(targets, reverse=True):
        if undo not in undone:
            undone.add(targets[undo])
    return undone


def changes_since(seq: int, touches: Sequence[int], targets: Mapping[int, int]) -> list[int] | None:
    """
    List the changes that stand on top of an entry for one thing; None if it no longer counts.

    Parameters
    ----------
    seq
        The entry.
    touches
        All entries that touched the thing, ascending.
    targets
        Each undo -> the entry that it took back. An undo may also touch what its target did not:
        a record that repeated one that went. There it is a change like any other.

    Examples
    --------
    >>> changes_since(1, [1, 2, 3], {})
    [2, 3]
    >>> changes_since(1, [1, 2, 3, 4], {4: 2})  # 4 took 2 and 3 back
    []
    >>> changes_since(2, [1, 2, 3, 4], {4: 1}) is None  # 2 went with 1
    True
    >>> changes_since(2, [1, 2, 3, 4, 5], {4: 1, 5: 4})  # and came back with 5
    [3]
    """
    before: dict[int, list[int] | None] = {}
    standing: list[int] | None = []
    for entry in touches:
        if entry <= seq:
            continue
        before[entry] = standing
        if targets.get(entry) in touches:
            standing = before.get(targets[entry])
        elif standing is not None:
            standing = [*standing, entry]
    return standing


def _versions(
    connection: Connection, table: Table, key: Sequence[str], area: str, seq: int
) -> pd.DataFrame:
    """Read the versions of what an entry touched: numbers and spans."""
    touched = (
        select(*(table.c[name] for name in key))
        .where(table.c.area == area, or_(table.c.since_seq == seq, table.c.until_seq == seq))
        .distinct()
        .subquery()
    )
    same = and_(*(table.c[name] == touched.c[name] for name in key), table.c.area == area)
    columns_of = (table.c.version_id, table.c.since_seq, table.c.until_seq, *touched.c)
    # by the halves of the index: open versions and closed ones
    query = union_all(
        *(
            select(*columns_of).select_from(touched.join(table, same)).where(half)
            for half in (table.c.until_seq.is_(None), table.c.until_seq.is_not(None))
        )
    )
    columns = ["version_id", "since", "until", *key]
    frame = pd.DataFrame(connection.execute(query).all(), columns=columns)
    frame["thing"] = frame.groupby(list(key), sort=False).ngroup()
    return frame.astype({"version_id": int, "since": int, "until": "Int64"})[
        ["version_id", "since", "until", "thing"]
    ]


def _plan_step(
    table: Table,
    versions: pd.DataFrame,
    seq: int,
    targets: Mapping[int, int],
    *,
    keep_later: bool,
) -> UndoStep:
    """Decide for each version of what an entry touched."""
    ends = [
        versions[["thing", name]].set_axis(["thing", "at"], axis=1) for name in ("since", "until")
    ]
    touches = pd.concat([end.dropna().astype(int) for end in ends]).drop_duplicates()
    # what nothing touched later needs no look: of a million rows that is most of them
    changed_later = touches.loc[touches["at"] > seq, "thing"].unique()
    entries = touches[touches["thing"].isin(changed_later)].sort_values("at").groupby("thing")["at"]
    standing = {thing: changes_since(seq, list(these), targets) for thing, these in entries}
    gone = {thing for thing, later in standing.items() if later is None or (later and keep_later)}
    mine = versions[~versions["thing"].isin(gone)]
    close = mine[mine["until"].isna() & (mine["since"] >= seq)]
    reopen = mine[mine["until"].ge(seq).fillna(value=False) & (mine["since"] < seq)]
    if keep_later:
        reopen = _standing_before(mine, reopen, seq, taken_back(targets))
    changed = [later for thing, later in standing.items() if later and thing not in gone]
    return UndoStep(
        table=table,
        close=close["version_id"].tolist(),
        reopen=reopen["version_id"].tolist(),
        things=len({*close["thing"], *reopen["thing"]}),
        restored=reopen["thing"].nunique(),
        later=frozenset().union(*changed),
        changed=len(changed),
    )


def _standing_before(
    versions: pd.DataFrame, reopen: pd.DataFrame, seq: int, gone: Collection[int]
) -> pd.DataFrame:
    """Put the youngest version that still holds in the place of those of entries taken back.

    One holds if its own entry was not taken back, and those that ended it were.
    """
    void = reopen["since"].isin(gone)
    held = versions[
        versions["thing"].isin(reopen.loc[void, "thing"])
        & (versions["since"] < seq)
        & ~versions["since"].isin(gone)
        & versions["until"].isin([*gone, seq])
    ]
    youngest = held.sort_values("since").drop_duplicates("thing", keep="last")
    return pd.concat([reopen[~void], youngest])
