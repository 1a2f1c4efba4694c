"""On which day something happened: what the columns of a record say together."""

import pandas as pd

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.ledger.missing_years import fill_years
from data.ledger.moment_rules import BITS
from data.ledger.wall_times import UNREADABLE, Calendar, said_walls

DATE_AND_CLOCK_JOINED = Rule(
    "date_and_clock_joined",
    N_("{n} times have date and clock in two columns; they were put together."),
    "repaired",
)
RELATIVE_DAY = Rule(
    "relative_day",
    N_("{n} times say 今天, 昨晚 or the like; they are counted from the day of the report."),
    "assumed",
)
DATE_FROM_REPORT = Rule(
    "date_from_report",
    N_("{n} times have a clock and no date; the last such time before the report is taken."),
    "assumed",
)
TIME_WITHOUT_DATE = Rule(
    "time_without_date",
    N_("{n} times have no date, and the record says nowhere on which day it was reported."),
    "set_aside",
    N_("Write the date."),
)
_DAY_PARTS = ["day", "month", "of_month", "shift", "end_a", "end_b", "end_c", "utc_s"]
_CLOCK_PARTS = ["begin_s", "end_s", "grain"]


def has_day(walls: pd.DataFrame) -> pd.Series:
    """Tell which rows say a day, however."""
    return walls[["day", "of_month", "shift"]].notna().any(axis=1)


def join_columns(
    said: pd.DataFrame,
    others: list[pd.DataFrame],
    texts: pd.Series,
    findings: Findings,
) -> pd.DataFrame:
    """
    Fill in the day and the clock that a column does not say from columns that say only them.

    Parameters
    ----------
    said
        What the column of the occurrence says, as `data.ledger.wall_times.wall_times` gives it.
    others
        What other columns say, the first that says a thing counts.
    texts
        The cells, for the findings.
    findings
        Counts the rows that were put together of two columns.
    """
    if not others:
        return said
    joined = said.copy()
    blocked = (said["marks"] & (UNREADABLE & ~BITS["unread"])) > 0
    days_before = has_day(said)
    parts = pd.Series(0, said.index)
    for other in others:
        undated = ~has_day(joined) & has_day(other) & ~blocked
        unclocked = (joined["grain"] == 0) & (other["grain"] > 0) & ~blocked
        parts += (undated | unclocked).astype(int)
        joined.loc[undated, _DAY_PARTS] = other.loc[undated, _DAY_PARTS]
        joined.loc[unclocked, _CLOCK_PARTS] = other.loc[unclocked, _CLOCK_PARTS]
        joined.loc[undated, "marks"] &= ~BITS["unread"]
    several = (parts + (days_before | (said["grain"] > 0)).astype(int)) > 1
    findings.add(DATE_AND_CLOCK_JOINED, texts[several], column="occurred_from")
    return joined


def place_days(
    walls: pd.DataFrame,
    report: pd.DataFrame,
    texts: pd.Series,
    calendar: Calendar,
    findings: Findings,
) -> pd.DataFrame:
    """
    Give each record its day: years from elsewhere, 昨晚 and bare clocks from the report.

    Parameters
    ----------
    walls
        What the record says of its time.
    report
        `day` and `clock_s` (seconds after midnight, NaN without a clock) of the report.
    texts
        The cells, for the findings.
    calendar
        Of the place and the moment of reading.
    findings
        Counts what was assumed.
    """
    placed = walls.copy()
    placed["day"] = fill_years(
        walls,
        report["day"],
        texts,
        findings,
        today=calendar.today,
        year_hint=calendar.year_hint,
        column="occurred_from",
    )
    undated = placed["day"].isna() & placed["of_month"].isna()
    relative = undated & placed["shift"].notna() & report["day"].notna()
    placed["day"] = placed["day"].mask(relative, report["day"] + placed["shift"])
    bare = undated & placed["shift"].isna() & (placed["grain"] > 0) & report["day"].notna()
    bare &= (placed["marks"] & UNREADABLE) == 0
    later = placed["begin_s"] > report["clock_s"]
    placed["day"] = placed["day"].mask(bare, report["day"] - later.astype(int))
    lost = undated & placed["day"].isna() & (placed["shift"].notna() | (placed["grain"] > 0))
    findings.add(
        RELATIVE_DAY, texts[relative], column="occurred_from", after=said_walls(placed, relative)
    )
    findings.add(
        DATE_FROM_REPORT, texts[bare], column="occurred_from", after=said_walls(placed, bare)
    )
    findings.add(TIME_WITHOUT_DATE, texts[lost], column="occurred_from")
    return placed
