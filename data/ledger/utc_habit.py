"""Whether times that end in Z are in UTC, or local times that an export program marked so."""

from typing import Literal

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.findings import Rule

Utc = Literal["auto", "as_written", "convert"]
ENOUGH = 200
"""Fewer times say nothing about the hours of the day."""
DAWN, NIGHT = (4, 8), (0, 4)
"""Local hours in which least happens in the street, and those before. In files of robberies that
are in local time for certain they are rarest from 4 to 8, and far from rare from 2 to 6."""
LEAST_SHIFT_H = 3
"""A shift of fewer hours leaves too much of the four hours where it was."""
CLEAR_RATIO, CLEAR_DEVIATIONS = 1.25, 3.0
MOST_NIGHT = 1 / 3
"""No file of street events has more of them from 0 to 4."""

Z_AS_LOCAL = Rule(
    "z_taken_as_local",
    N_(
        "{n} times end in Z, as if in UTC, and are taken as local times. The list shows the "
        "share of the hours 4 to 8, when least happens: as written, and if in UTC."
    ),
    "assumed",
    N_("If this is wrong, choose that times in UTC are converted."),
)
Z_AS_UTC = Rule(
    "z_taken_as_utc",
    N_(
        "{n} times in UTC were converted to local times. The list shows the share of the hours "
        "4 to 8, when least happens: as written, and if in UTC."
    ),
    "repaired",
    N_("If this is wrong, choose that times stay as they are written."),
)
ZONE_CONVERTED = Rule(
    "zone_converted", N_("{n} times of another zone were converted to local times."), "repaired"
)


def judge_utc(
    written: pd.Series,
    converted: pd.Series,
    *,
    is_epoch: bool,
    all_marked: bool,
    utc: Utc,
) -> tuple[bool, str]:
    """
    Decide whether the times of a column are converted from UTC.

    The times themselves decide, if they are many and their hours speak clearly: under the right
    reading less happens from 4 to 8 in the morning. Where they do not, seconds since 1970 are in
    UTC, as they are by definition; times that end in Z are local if all of the column do, for so
    export programs write them, and in UTC if only some do.

    Parameters
    ----------
    written, converted
        Hours of the day (0 to 24) as written, and converted from UTC.
    is_epoch
        Whether they are seconds since 1970.
    all_marked
        Whether every time of the column is marked as UTC.
    utc
        `as_written` and `convert` decide beforehand.

    Returns
    -------
    convert, evidence
        The decision, and the shares of the hours 4 to 8 under both readings.

    Examples
    --------
    >>> evening = pd.Series([18.0, 19.0, 20.0, 21.0] * 100)
    >>> judge_utc(evening, (evening + 8) % 24, is_epoch=False, all_marked=True, utc="auto")
    (False, '0 % | 50 %')
    """
    shares = [_share(hours, DAWN) for hours in (written, converted)]
    evidence = " | ".join(f"{share:.0%}".replace("%", " %") for share in shares)
    if utc != "auto":
        return utc == "convert", evidence
    default = is_epoch or not all_marked
    shift_h = float(np.median((converted - written + 12) % 24 - 12)) if len(written) else 0.0
    if len(written) < ENOUGH or abs(shift_h) < LEAST_SHIFT_H or not (is_epoch or all_marked):
        return default, evidence
    if default:
        late = _share(written, NIGHT) > MOST_NIGHT
        return late or not _is_calmer(written, converted), evidence
    later = _share(converted, NIGHT) > _share(written, NIGHT)
    return not later and _is_calmer(converted, written), evidence


def _share(hours: pd.Series, span: tuple[int, int]) -> float:
    """Return the share of the hours in a span of the day."""
    return float(hours.between(*span, inclusive="left").mean()) if len(hours) else 0.0


def _is_calmer(one: pd.Series, other: pd.Series) -> bool:
    """Tell whether clearly fewer of one's hours than of the other's are from 4 to 8."""
    n = [float(hours.between(*DAWN, inclusive="left").sum()) for hours in (one, other)]
    clear = n[1] - n[0] >= CLEAR_DEVIATIONS * np.sqrt(n[0] + n[1])
    return n[1] > 0 and n[1] >= CLEAR_RATIO * n[0] and bool(clear)
