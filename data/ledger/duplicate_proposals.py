"""Groups of records -> a row per member, with what speaks for it and which one would count."""

from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, Message
from data.ledger.records import TIME_PRECISIONS

SAID = {
    "place": N_("{m} m and {h} h apart; the words agree by {percent}."),
    "address": N_("The same address, {h} h apart; the words agree by {percent}."),
    "community": N_("The same community, {h} h apart; the words agree by {percent}."),
}
KEEPER = N_("Would count: it knows place and time best, or came first.")
COLUMNS = {
    "group": "int64",
    "record": "object",
    "keeper": "bool",
    "basis": "str",
    "sources": "str",
    "reason_distance_m": "float64",
    "reason_hours": "float64",
    "similarity": "float64",
}
_BEST_PLACES = ("gate", "door", "segment", "unknown", "community", "none")
"""The best known first."""
_RANKING = ["geo_precision", "time_precision", "received_at", "occurred_from"]
_TOLD = ["basis", "metres", "hours", "similarity"]


def describe(records: pd.DataFrame, members: list[list[int]], pairs: pd.DataFrame) -> pd.DataFrame:
    """
    Say of each member what speaks for it.

    Parameters
    ----------
    records
        All records.
    members
        Groups of positions in `records`.
    pairs
        What is known of each pair: `first`, `second` (positions, ascending), `basis`, `metres`,
        `hours`, `similarity`.

    Returns
    -------
    groups
        As `data.ledger.duplicates.propose_duplicates` returns them.
    """
    number = np.repeat(np.arange(len(members)), [len(group) for group in members])
    at = np.fromiter(chain.from_iterable(members), dtype=np.int64)
    # the one that would count comes first
    order = _best_first(records[_RANKING].iloc[at], at, number)
    at, keeper = at[order], np.diff(number, prepend=-1) != 0
    kept = at[keeper][number]
    first, second = (pairs[name].to_numpy(dtype=np.int64) for name in ("first", "second"))
    keys = first * len(records) + second
    sought = np.minimum(at, kept) * len(records) + np.maximum(at, kept)
    told = pairs[_TOLD].iloc[_find(keys, sought[~keeper])]
    groups = pd.DataFrame(
        {
            "group": number,
            "record": records.index[at],
            "keeper": keeper,
            "basis": _fill(keeper, "", told["basis"]),
            "sources": _both(records["source"].iloc[at], records["source"].iloc[kept]),
            "reason_distance_m": _fill(keeper, 0.0, told["metres"]),
            "reason_hours": _fill(keeper, 0.0, told["hours"]),
            "similarity": _fill(keeper, 1.0, told["similarity"]),
        }
    )
    return groups.astype(COLUMNS)


def _find(keys: NDArray[np.int64], sought: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return where each number sought stands among the keys."""
    order = np.argsort(keys)
    found: NDArray[np.intp] = order[np.searchsorted(keys, sought, sorter=order)]
    return found


def _fill(keeper: NDArray[np.bool_], its: object, others: pd.Series) -> NDArray[Any]:
    """Return what is said of keepers, and in their order of the other members."""
    values = others.to_numpy(dtype=object if isinstance(its, str) else float)
    filled = np.full(len(keeper), its, dtype=values.dtype)
    filled[~keeper] = values
    return filled


def _both(source: pd.Series, other: pd.Series) -> NDArray[np.object_]:
    """Name the sources of two records, each once."""
    names = pd.Index(pd.unique(pd.concat([source, other])))
    one, another = (names.get_indexer(pd.Index(side)) for side in (source, other))
    # only the pairs that occur: a column of names taken for sources may hold thousands
    pairs, at = np.unique(one * len(names) + another, return_inverse=True)
    said = [
        "+".join(sorted({names[pair // len(names)], names[pair % len(names)]})) for pair in pairs
    ]
    found: NDArray[np.object_] = np.array(said, dtype=object)[at]
    return found


def say_reason(member: pd.Series) -> Message:
    """
    Say what speaks for a member of a group.

    Parameters
    ----------
    member
        A row of the groups: `keeper`, `basis`, `reason_distance_m`, `reason_hours`, `similarity`.
    """
    if member["keeper"]:
        return Message(KEEPER)
    hours = f"{member['reason_hours']:.1f}".removesuffix(".0")
    values: dict[str, object] = {"h": hours, "percent": f"{member['similarity']:.0%}"}
    if member["basis"] == "place":
        values["m"] = f"{member['reason_distance_m']:.0f}"
    return Message.of(SAID[str(member["basis"])], **values)


def _best_first(
    members: pd.DataFrame, at: NDArray[np.int64], group: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Order the members of each group: the place known best, then the time, the first received."""
    place, clock = (
        pd.Index(words).get_indexer(pd.Index(members[name])) % (len(words) + 1)
        for name, words in (("geo_precision", _BEST_PLACES), ("time_precision", TIME_PRECISIONS))
    )  # another word has the code -1, and so the last place
    came = members["received_at"].fillna(members["occurred_from"])
    seconds = (came - pd.Timestamp(0, tz="UTC")).dt.total_seconds().fillna(np.inf).to_numpy()
    order: NDArray[np.intp] = np.lexsort((at, seconds, clock, place, group))
    return order
