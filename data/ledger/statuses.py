"""Why a record is on no map: one reason each, counted, and none lost."""

import numpy as np
import pandas as pd

from data.errors import N_, Message
from data.ledger.records import PLACED

ON_MAP = N_("On the map")
REASON_TEXTS = {
    "no_place": N_("No place"),
    "outside": N_("Outside the area"),
    "no_time": N_("No time that can be read"),
    "duplicate": N_("Repeats another record"),
    "datum_unsettled": N_("Coordinate system not settled"),
}
MATCH_RATE = 0.85
"""Below this share of located records a map misleads: Ratcliffe (2004), International Journal of
Geographical Information Science 18(1), doi:10.1080/13658810310001596076."""


def settle_status(
    *,
    repeated: pd.Series,
    timed: pd.Series,
    settled: pd.Series,
    placed: pd.Series,
    inside: pd.Series,
) -> pd.Series:
    """
    Give each record the first reason that keeps it off the map, or none.

    Parameters
    ----------
    repeated, timed, settled, placed, inside
        Booleans on one index: repeats another record; has a time; its coordinate system is known;
        has a place, or a community in which it can be spread; lies in the area.

    Examples
    --------
    >>> yes, no = pd.Series([True, True]), pd.Series([False, False])
    >>> timed = pd.Series([True, False])
    >>> settle_status(repeated=no, timed=timed, settled=yes, placed=no, inside=yes).tolist()
    ['no_place', 'no_time']
    """
    reasons = [
        (repeated, "duplicate"),
        (~timed, "no_time"),
        (~settled, "datum_unsettled"),
        (~placed, "no_place"),
        (~inside, "outside"),
    ]
    chosen = np.select(
        [hit.to_numpy() for hit, _ in reasons], [code for _, code in reasons], PLACED
    )
    return pd.Series(chosen, repeated.index, dtype=str)


def count_statuses(status: pd.Series) -> dict[str, int]:
    """Count the records by the reason that keeps them off the map.

    Examples
    --------
    >>> count_statuses(pd.Series(["", "no_place", ""]))
    {'no_place': 1}
    """
    counts = status[status != PLACED].value_counts()
    return {reason: int(counts[reason]) for reason in REASON_TEXTS if reason in counts}


def say_status(code: str) -> Message:
    """Name a status for a reader."""
    return Message.of(REASON_TEXTS.get(code, ON_MAP))
