"""The status of a record after a person or a file changed it."""

import pandas as pd

from data.ledger.records import PLACED


def settle_status(versions: pd.DataFrame, before: pd.Series) -> pd.Series:
    """
    Give each record the reason that keeps it off the map now, from the one that did before.

    Parameters
    ----------
    versions
        Columns of records as they are now.
    before
        Their status before, on the same index, `duplicate` for none of them. A reason that no
        longer holds falls away; whether a place lies outside is not known here, so that stays.

    Examples
    --------
    >>> from data.ledger.records import empty_records
    >>> one = empty_records().reindex(["a"]).assign(community="", duplicate_of="", lon=117.9)
    >>> settle_status(one, pd.Series(["no_place"], index=["a"])).tolist()
    ['no_time']
    """
    timed, placed = versions["occurred_from"].notna(), versions["lon"].notna()
    gone = (before.eq("no_time") & timed) | (before.isin(["no_place", "datum_unsettled"]) & placed)
    status = before.mask(gone, PLACED)
    status = status.mask(status.eq(PLACED) & ~placed & versions["community"].eq(""), "no_place")
    status = status.mask(status.isin([PLACED, "no_place", "outside"]) & ~timed, "no_time")
    return status.mask(versions["duplicate_of"].ne(""), "duplicate").astype(str)
