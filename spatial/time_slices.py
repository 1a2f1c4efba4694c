"""Cut a period into slices of time and share out incidents among them."""

import numpy as np
import pandas as pd

from data.errors import N_, DegenerateDataError, Message
from spatial.aoristic import whole_twelfths


def cut_period(start: pd.Timestamp, end: pd.Timestamp, *, days: int) -> pd.DatetimeIndex:
    """
    Cut a period, from its end backwards, into slices of equal length; the rest at its head is lost.

    Whole weeks make slices with the same weekdays in each.

    Parameters
    ----------
    start, end
        Local times with zone; `end` belongs to no slice.
    days
        Length of a slice in calendar days, at least 1.

    Returns
    -------
    edges
        Bounds of the slices, one more than there are slices, in rising order.

    Raises
    ------
    DegenerateDataError
        If not even one slice fits.

    Examples
    --------
    >>> edges = cut_period(pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-16"), days=7)
    >>> edges.strftime("%m-%d").tolist()
    ['03-02', '03-09', '03-16']
    """
    step = pd.DateOffset(days=days)  # a calendar day may last 23 h
    edges = [end]
    while edges[-1] - step >= start:
        edges.append(edges[-1] - step)
    if len(edges) == 1:
        raise DegenerateDataError(
            Message.of(N_("The period is shorter than one slice of {days} days."), days=days),
            N_("Choose a longer period or shorter slices."),
        )
    return pd.DatetimeIndex(edges[::-1])


def slice_twelfths(incidents: pd.DataFrame, edges: pd.DatetimeIndex) -> pd.DataFrame:
    """
    Share out each incident among slices of time, in whole twelfths.

    Parameters
    ----------
    incidents
        INCIDENTS frame.
    edges
        Result of `cut_period`.

    Returns
    -------
    twelfths
        Integers on the index of `incidents`, a column for each slice, named by its first moment. A
        row adds up to 12, or to less if its interval reaches out of the slices.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), doi:10.1023/A:1013240828824

    Examples
    --------
    >>> times = pd.to_datetime(["2024-03-01", "2024-03-05"])
    >>> incidents = pd.DataFrame({"occurred_from": times[:1], "occurred_to": times[1:]})
    >>> edges = pd.DatetimeIndex(["2024-03-02", "2024-03-04", "2024-03-06"])
    >>> slice_twelfths(incidents, edges).to_numpy().tolist()
    [[6, 3]]
    """
    start = _microseconds(pd.DatetimeIndex(incidents["occurred_from"]))
    end = np.maximum(_microseconds(pd.DatetimeIndex(incidents["occurred_to"])), start + 1)
    bounds = _microseconds(edges)
    reached = np.clip(bounds, start[:, None], end[:, None])
    inside = np.diff(reached, axis=1)
    outside = (end - start - inside.sum(axis=1))[:, None]
    parts = whole_twelfths(np.hstack([inside, outside]), end - start)[:, :-1]
    return pd.DataFrame(parts, index=incidents.index, columns=edges[:-1])


def _microseconds(times: pd.DatetimeIndex) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return microseconds since the epoch."""
    return np.asarray(times.as_unit("us").asi8)
