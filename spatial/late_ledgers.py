"""Incidents of ledgers that do not reach back: a rise that is only one more file."""

import pandas as pd

IMPORTED = r"^(I\d+)-"
"""How the store names a record: by its import and the row in it."""


def count_late(
    times: "pd.Series[pd.Timestamp]", *, since: pd.Timestamp, start: pd.Timestamp
) -> int:
    """
    Count the incidents from `start` on that stand in a ledger which begins after `since`.

    Parameters
    ----------
    times
        When each incident began, indexed by its id; ids of one import begin alike (`I3-`), all
        others are of the area's own file.
    since
        Begin of the period that `start` and later are to be compared with.
    start
        Begin of the later period.

    Returns
    -------
    n
        With any, the two periods are not of the same ledgers, and their difference may be that.

    Examples
    --------
    The file imported third knows the last days only; the area's own goes back.

    >>> days = pd.to_datetime(["2026-01-05", "2026-03-02", "2026-03-03", "2026-03-04"])
    >>> times = pd.Series(days, index=["A1", "A2", "I3-2", "I3-3"])
    >>> count_late(times, since=pd.Timestamp("2026-02-01"), start=pd.Timestamp("2026-03-01"))
    2
    """
    if times.empty:
        return 0
    ledger = times.index.to_series().str.extract(IMPORTED)[0].fillna("").to_numpy()
    begins = times.groupby(ledger).transform("min")
    return int(((begins > since) & (times >= start)).sum())
