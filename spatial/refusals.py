"""When a statistic of incidents would mean nothing: what is missing, and what would help."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message

WEEK = pd.Timedelta(weeks=1)
MONTH = pd.Timedelta(days=28)
DAY = pd.Timedelta(days=1)


def refuse_few(n: int, least: int) -> None:
    """
    Refuse fewer than `least` incidents.

    Raises
    ------
    DegenerateDataError
        If there are fewer, because any pattern of theirs may be chance.

    Examples
    --------
    >>> refuse_few(12, 10)
    >>> refuse_few(1, 10)
    Traceback (most recent call last):
    data.errors.DegenerateDataError: There is only one incident; at least 10 are needed. ...
    """
    if n >= least:
        return
    text = {
        0: N_("There is no incident; at least {least} are needed."),
        1: N_("There is only one incident; at least {least} are needed."),
    }.get(n, N_("There are only {n} incidents; at least {least} are needed."))
    raise DegenerateDataError(
        Message.of(text, n=n, least=least),
        N_("Choose a longer period, or more sources and types."),
    )


def refuse_one_place(places: NDArray[np.float64]) -> None:
    """
    Refuse places, shape (n, 2), that are all the same.

    Raises
    ------
    DegenerateDataError
        If they are, because then nothing is nearer than anything else.

    Examples
    --------
    >>> refuse_one_place(np.array([[0.0, 0.0], [0.0, 5.0]]))
    """
    if len(places) and (places == places[0]).all():
        raise DegenerateDataError(
            Message.of(N_("All {n} incidents lie at the same point."), n=len(places)),
            N_("Check whether the point is a default for unknown places."),
        )


def refuse_one_moment(start: pd.Series, end: pd.Series) -> None:
    """
    Refuse intervals that all begin, and all end, at the same minute.

    Raises
    ------
    DegenerateDataError
        If they do, because then no time differs from any other.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2024-03-04 08:00", "2024-03-04 09:00"]))
    >>> refuse_one_moment(times, times)
    """
    if len(start) and (start == start.iloc[0]).all() and (end == end.iloc[0]).all():
        raise DegenerateDataError(
            Message.of(N_("All {n} incidents bear the same time."), n=len(start)),
            N_("Check whether the time is a default for unknown times."),
        )


def refuse_no_time(start: pd.Series, end: pd.Series) -> None:
    """
    Refuse incidents none of which has a time.

    Raises
    ------
    DegenerateDataError
        If each begins or ends at no time (`NaT`).

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2024-03-04 08:00", None]))
    >>> refuse_no_time(times, times)
    """
    if len(start) and (start.isna() | end.isna()).all():
        raise DegenerateDataError(
            Message.of(N_("None of the {n} incidents has a time."), n=len(start)),
            N_("Name the column with the time of occurrence when importing."),
        )


def refuse_vague_times(length: pd.Series, longest: pd.Timedelta) -> None:
    """
    Refuse incidents that all last `longest` or longer, as far as is known.

    Parameters
    ----------
    length
        From the first to the last possible moment of each incident.
    longest
        Length at which an interval says nothing any more.

    Raises
    ------
    DegenerateDataError
        If all intervals are that long; the sentence says whether months, days or others.

    Examples
    --------
    >>> refuse_vague_times(pd.Series([DAY, MONTH]), WEEK)
    >>> refuse_vague_times(pd.Series([MONTH, MONTH]), WEEK)
    Traceback (most recent call last):
    data.errors.DegenerateDataError: The times of all 2 incidents are known only to the month. ...
    """
    if not len(length) or not (length >= longest).all():
        return
    text = N_("The times of all {n} incidents are intervals of {hours} h or longer.")
    if (length >= MONTH).all():
        text = N_("The times of all {n} incidents are known only to the month.")
    elif (length == DAY).all():
        text = N_("The times of all {n} incidents are known only to the day.")
    hours = round(length.min() / pd.Timedelta(hours=1))
    raise DegenerateDataError(
        Message.of(text, n=len(length), hours=hours),
        N_("Ask for the hour of occurrence when incidents are recorded."),
    )
