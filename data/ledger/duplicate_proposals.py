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
    "said": "object",
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
    known = dict(
        zip(
            zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True),
            pairs[["basis", "metres", "hours", "similarity"]].itertuples(index=False, name=None),
            strict=True,
        )
    )
    rank, source, labels = _rank(records).tolist(), records["source"].tolist(), records.index
    rows: list[tuple[object, ...]] = []
    for n, group in enumerate(members):
        keeper, *others = sorted(group, key=rank.__getitem__)
        counts = (0.0, 0.0, 1.0, Message(KEEPER))
        rows.append((n, labels[keeper], True, "", source[keeper], *counts))
        for at in others:
            basis, metres, hours, like = known[min(at, keeper), max(at, keeper)]
            both = "+".join(sorted({source[at], source[keeper]}))
            said = _say(str(basis), float(metres), float(hours), float(like))
            rows.append((n, labels[at], False, basis, both, metres, hours, like, said))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _say(basis: str, metres: float, hours: float, like: float) -> Message:
    """Say what speaks for a record."""
    values: dict[str, object] = {"h": f"{hours:.1f}".removesuffix(".0"), "percent": f"{like:.0%}"}
    if basis == "place":
        values["m"] = f"{metres:.0f}"
    return Message.of(SAID[basis], **values)


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
