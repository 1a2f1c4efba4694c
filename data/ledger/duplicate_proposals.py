"""Groups of records -> a row per member, with what speaks for it and which one would count."""

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
    at = np.array([row for group in members for row in group], dtype=np.int64)
    order = np.lexsort((_rank(records)[at], number))  # the one that would count comes first
    at, keeper = at[order], np.diff(number, prepend=-1) != 0
    kept = at[keeper][number]
    evidence = pairs.set_index(pairs["first"] * len(records) + pairs["second"])
    keys = np.minimum(at, kept) * len(records) + np.maximum(at, kept)
    told = evidence[["basis", "metres", "hours", "similarity"]].reindex(keys)
    source = records["source"].to_numpy(dtype=object)
    groups = pd.DataFrame(
        {
            "group": number,
            "record": records.index[at],
            "keeper": keeper,
            "basis": told["basis"].fillna("").to_numpy(),
            "sources": [
                "+".join(sorted({*both})) for both in zip(source[at], source[kept], strict=True)
            ],
            "reason_distance_m": np.where(keeper, 0.0, told["metres"]),
            "reason_hours": np.where(keeper, 0.0, told["hours"]),
            "similarity": np.where(keeper, 1.0, told["similarity"]),
        }
    )
    return groups.astype(COLUMNS)


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


def _rank(records: pd.DataFrame) -> NDArray[np.intp]:
    """Rank records: the place known best, then the time known best, then the first received."""
    place, clock = (
        records[name].map({word: n for n, word in enumerate(words)}).fillna(len(words)).to_numpy()
        for name, words in (("geo_precision", _BEST_PLACES), ("time_precision", TIME_PRECISIONS))
    )
    came = records["received_at"].fillna(records["occurred_from"])
    seconds = (came - pd.Timestamp(0, tz="UTC")).dt.total_seconds().fillna(np.inf).to_numpy()
    order = np.lexsort((seconds, clock, place))
    rank = np.empty(len(records), dtype=np.intp)
    rank[order] = np.arange(len(records))
    return rank
