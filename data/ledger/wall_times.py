"""A column of texts -> days and seconds on the wall clock of the place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.calendar_days import resolve_days
from data.ledger.findings import MOST_LISTED, Findings, Rule
from data.ledger.moment_parts import moment_parts
from data.ledger.moment_rules import BITS, MARK_RULES
from data.ledger.moment_units import DAY_S, GRAINS, HOUR_S, MINUTE_S
from data.ledger.utc_habit import Z_AS_LOCAL, Z_AS_UTC, ZONE_CONVERTED, Utc, judge_utc

MIDNIGHTS_ARE_DATES = Rule(
    "midnights_are_dates",
    N_("{n} times are all 00:00: the column holds dates, and no time of day is known."),
    "assumed",
)
UNREADABLE = BITS["unread"] | BITS["date_impossible"] | BITS["day_month_unclear"]
"""Marks of texts that name no day although they should."""
_EPOCH = BITS["epoch_s"] | BITS["epoch_ms"]
_US = 1_000_000
WALLS = (
    *("day", "month", "of_month", "shift", "end_a", "end_b", "end_c"),
    *("begin_s", "end_s", "grain", "marks", "utc_s"),
)


@dataclass(frozen=True)
class Calendar:
    """What must be known of a place to read its times."""

    timezone: str
    today: int
    """Day of reading, counted from 1970-01-01."""
    now_s: float
    """Moment of reading on the wall clock, in seconds from 1970-01-01."""
    year_hint: int | None = None
    utc: Utc = "auto"


def wall_times(
    texts: pd.Series, calendar: Calendar, findings: Findings, *, column: str
) -> pd.DataFrame:
    """
    Read a column of moments, and count what is unusual about them.

    Parameters
    ----------
    texts
        Cells as they stand.
    calendar
        Of the place and the moment of reading.
    findings
        Counts what was found.
    column
        Our name of the column; `clock` holds times of day only.

    Returns
    -------
    walls
        On the index of `texts`: `day`, or `month` and `of_month`, or `shift`; `end_a`, `end_b`,
        `end_c` of the last day; `begin_s`, `end_s` and `grain` of the time of day; `marks`; and
        `utc_s` (seconds from 1970-01-01 in UTC) of times that were converted.

    Examples
    --------
    >>> calendar = Calendar("Asia/Shanghai", today=20000, now_s=20000 * 86400.0)
    >>> texts = pd.Series(["2018-01-15 09:20", "2018-01-15T01:20:00Z"])
    >>> walls = wall_times(texts, calendar, Findings(), column="received_at")
    >>> (walls["begin_s"] / 3600).round(2).tolist()
    [9.33, 9.33]
    """
    if (texts == "").all():
        return no_walls(texts.index)
    parts = moment_parts(texts, clock=column == "clock")
    days = resolve_days(parts, calendar.today)
    walls = parts.drop(columns=["a", "b", "c", "marks"]).join(days)
    walls["utc_s"] = np.nan
    walls = _without_midnights(walls, texts, findings, column)
    walls = _in_local_time(walls, texts, calendar, findings, column)
    met = np.bitwise_or.reduce(walls["marks"].to_numpy())
    for mark, rule in MARK_RULES.items():
        if not met & BITS[mark]:
            continue
        rows = (walls["marks"] & BITS[mark]) > 0
        findings.add(rule, texts[rows], column=column, after=said_walls(walls, rows))
    return walls[[*WALLS]]


def no_walls(index: pd.Index) -> pd.DataFrame:
    """
    Return the wall times of cells that say nothing.

    Examples
    --------
    >>> no_walls(pd.RangeIndex(2))["day"].tolist()
    [nan, nan]
    """
    return pd.DataFrame(np.nan, index, [*WALLS]).assign(grain=0.0, marks=0)


def said_walls(walls: pd.DataFrame, rows: pd.Series) -> pd.Series:
    """Write what was made of the rows that a finding lists; nothing where no day is known yet."""
    top = walls.loc[rows.index[rows][:MOST_LISTED]]
    known = (top["day"] * DAY_S + top["begin_s"].fillna(0)).dropna()
    texts: pd.Series = wall_clock(known).dt.strftime("%Y-%m-%d %H:%M")
    return texts


def wall_clock(seconds: pd.Series) -> pd.Series:
    """
    Write seconds from 1970-01-01 on the wall clock as times without zone.

    Examples
    --------
    >>> wall_clock(pd.Series([86400.5, np.nan])).astype(str).tolist()
    ['1970-01-02 00:00:00.500', nan]
    """
    known = seconds.notna().to_numpy()
    micros = np.round(np.where(known, seconds.to_numpy(), 0) * _US).astype(np.int64)
    times = micros.astype("datetime64[us]")
    times[~known] = np.datetime64("NaT")
    return pd.Series(times, seconds.index)


def _without_midnights(
    walls: pd.DataFrame, texts: pd.Series, findings: Findings, column: str
) -> pd.DataFrame:
    """Take a column in which every clock shows midnight for a column of dates."""
    clocks = walls["grain"] == GRAINS["minute"]
    dated = walls["day"].notna() | walls["of_month"].notna()
    if not (clocks & dated).any() or (walls["begin_s"][clocks] != 0).any():
        return walls
    findings.add(MIDNIGHTS_ARE_DATES, texts[clocks], column=column)
    dates = walls.copy()
    dates.loc[clocks, ["begin_s", "end_s", "offset_min"]] = np.nan
    dates.loc[clocks, "grain"] = 0.0
    return dates


def _in_local_time(
    walls: pd.DataFrame, texts: pd.Series, calendar: Calendar, findings: Findings, column: str
) -> pd.DataFrame:
    """Convert the times that name a zone, unless the zone is only an export program's habit."""
    zoned = walls["offset_min"].notna() & walls["day"].notna() & walls["begin_s"].notna()
    if not zoned.any():
        return walls
    rows = walls[zoned]
    written_s = rows["day"] * DAY_S + rows["begin_s"]
    utc_s = written_s - rows["offset_min"] * MINUTE_S
    utc = wall_clock(utc_s).dt.tz_localize("UTC").dt.tz_convert(calendar.timezone)
    local_s = (utc.dt.tz_localize(None).astype("int64") / _US).astype(float)
    clocked = walls["begin_s"].notna() & walls["day"].notna()
    convert = rows["offset_min"] != 0
    shown = texts[convert.index[convert]]
    local = utc[shown.index[:MOST_LISTED]].dt.strftime("%Y-%m-%d %H:%M")
    findings.add(ZONE_CONVERTED, shown, column=column, after=local)
    epoch = (rows["marks"] & _EPOCH) > 0
    for group in (epoch, ~epoch & ~convert):
        if not group.any():
            continue
        chosen, evidence = judge_utc(
            rows["begin_s"][group] / HOUR_S,
            local_s[group] % DAY_S / HOUR_S,
            is_epoch=bool(group is epoch),
            all_marked=bool(group.sum() == clocked.sum()),
            utc=calendar.utc,
        )
        rule = Z_AS_UTC if chosen else Z_AS_LOCAL
        shown = texts[group.index[group]]
        findings.add(rule, shown, column=column, after=pd.Series(evidence, shown.index))
        convert = convert | (group & chosen)
    return _shifted(walls, convert.index[convert], local_s, utc_s)


def _shifted(
    walls: pd.DataFrame, rows: pd.Index, local_s: pd.Series, utc_s: pd.Series
) -> pd.DataFrame:
    """Put local times in place of those of other zones."""
    moved = walls.copy()
    length_s = walls.loc[rows, "end_s"] - walls.loc[rows, "begin_s"]
    moved.loc[rows, "day"] = local_s[rows] // DAY_S
    moved.loc[rows, "begin_s"] = local_s[rows] % DAY_S
    moved.loc[rows, "end_s"] = local_s[rows] % DAY_S + length_s
    moved.loc[rows, "utc_s"] = utc_s[rows]
    return moved
