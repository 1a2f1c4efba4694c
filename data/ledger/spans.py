"""From when to when: spans of seconds on the wall clock, checked against their ends and today."""

import numpy as np
import pandas as pd

from data.columns import CODES
from data.errors import N_
from data.ledger.calendar_days import FIRST_DAY, end_days
from data.ledger.findings import Findings, Rule
from data.ledger.missing_years import latest_days
from data.ledger.moment_units import DAY_S, GRAINS, HOUR_S
from data.ledger.wall_times import UNREADABLE, Calendar

INTERVAL_PAST_MIDNIGHT = Rule(
    "end_past_midnight",
    N_("{n} records end before they begin; they end on the next day."),
    "repaired",
)
TIMES_EXCHANGED = Rule(
    "times_exchanged",
    N_("{n} records end before they begin; the two times were exchanged."),
    "repaired",
)
DATE_IN_FUTURE = Rule(
    "date_in_future",
    N_("{n} times are still to come; they are not used."),
    "set_aside",
    N_("Correct the date."),
)
DATE_TOO_EARLY = Rule(
    "date_before_1990",
    N_("{n} times are before 1990; they are not used."),
    "set_aside",
    N_("Correct the date."),
)
_HALF_YEAR = 182


def read_spans(walls: pd.DataFrame) -> pd.DataFrame:
    """
    Make spans of days and clocks.

    Returns
    -------
    spans
        `begin_s` and `end_s` in seconds from 1970-01-01 on the wall clock, and `grain`; a day
        without a clock lasts until the next midnight.

    Examples
    --------
    >>> walls = pd.DataFrame({"day": [10.0], "grain": [0.0]}).assign(begin_s=np.nan, end_s=np.nan)
    >>> walls = walls.assign(end_a=np.nan, end_b=np.nan, end_c=np.nan)
    >>> (read_spans(walls)[["begin_s", "end_s"]] / 86400).to_numpy().tolist()
    [[10.0, 11.0]]
    """
    clocked = walls["grain"] > 0
    last = end_days(walls, walls["day"]).fillna(walls["day"])
    return pd.DataFrame(
        {
            "begin_s": walls["day"] * DAY_S + walls["begin_s"].where(clocked, 0.0),
            "end_s": last * DAY_S + walls["end_s"].where(clocked, DAY_S),
            "grain": walls["grain"],
        }
    )


def add_ends(
    spans: pd.DataFrame,
    ends: pd.DataFrame,
    report: pd.DataFrame,
    texts: pd.Series,
    findings: Findings,
) -> pd.DataFrame:
    """
    Take the end of each record from the column of ends.

    An end before its begin belongs to the next day, if that makes the shorter interval and the end
    names no other day; else the two times were exchanged.

    Parameters
    ----------
    spans
        As `read_spans` gives them.
    ends
        What the column of ends says, as `data.ledger.wall_times.wall_times` gives it.
    report
        `day` of the report, for ends like 今天.
    texts
        The cells of the ends, for the findings.
    findings
        Counts the ends that were moved or exchanged.
    """
    begin_day = spans["begin_s"] // DAY_S
    # a year that is not said is the one that brings the end nearest to the begin
    day = ends["day"].fillna(latest_days(ends, begin_day.fillna(0) + _HALF_YEAR))
    day = day.fillna(report["day"] + ends["shift"])
    bare = day.isna() & ends["shift"].isna() & (ends["grain"] > 0)
    day = day.mask(bare, begin_day)
    moment_s = ends["begin_s"].where(ends["grain"] != GRAINS["period"], ends["end_s"])
    end_s = day * DAY_S + moment_s.where(ends["grain"] > 0, DAY_S)
    known = spans["begin_s"].notna() & end_s.notna() & ((ends["marks"] & UNREADABLE) == 0)
    before = known & (end_s < spans["begin_s"])
    same_day = day == begin_day
    next_day = before & same_day & (end_s + DAY_S - spans["begin_s"] <= spans["begin_s"] - end_s)
    exchanged = before & ~next_day
    findings.add(INTERVAL_PAST_MIDNIGHT, texts[next_day], column="occurred_to")
    findings.add(TIMES_EXCHANGED, texts[exchanged], column="occurred_to")
    end_s = end_s + DAY_S * next_day
    clocks = (spans["grain"] > 0) | (ends["grain"] > 0)
    longer = known & (end_s != spans["begin_s"])
    return pd.DataFrame(
        {
            "begin_s": spans["begin_s"].mask(exchanged, end_s),
            "end_s": spans["end_s"].mask(known, end_s).mask(exchanged, spans["begin_s"]),
            "grain": spans["grain"].mask(longer, clocks * float(GRAINS["period"])),
        }
    )


def keep_possible(
    spans: pd.DataFrame, texts: pd.Series, calendar: Calendar, findings: Findings, *, column: str
) -> pd.DataFrame:
    """
    Drop the times that are still to come or before 1990; an end is cut off after tomorrow.

    Examples
    --------
    >>> spans = pd.DataFrame({"begin_s": [1.5e9, 3e9], "end_s": [1.5e9, 3e9], "grain": [1.0, 1.0]})
    >>> calendar = Calendar("Asia/Shanghai", today=20000, now_s=20000 * 86400.0)
    >>> texts = pd.Series(["2017-07-14", "2065-01-24"])
    >>> kept = keep_possible(spans, texts, calendar, Findings(), column="occurred_from")
    >>> kept["begin_s"].tolist()
    [1500000000.0, nan]
    """
    future, early = spans["begin_s"] > calendar.now_s, spans["begin_s"] < FIRST_DAY * DAY_S
    findings.add(DATE_IN_FUTURE, texts[future], column=column)
    findings.add(DATE_TOO_EARLY, texts[early], column=column)
    latest_s = (calendar.today + 2) * DAY_S
    endless = spans["end_s"] > latest_s
    findings.add(DATE_IN_FUTURE, texts[endless & ~future], column=column)
    ends_s = spans["end_s"].clip(upper=latest_s)
    return spans.assign(end_s=ends_s).mask(future | early)


def coarsen(spans: pd.DataFrame, stated: pd.Series) -> pd.DataFrame:
    """
    Take back exactness that the record itself denies.

    Parameters
    ----------
    spans
        As `read_spans` gives them.
    stated
        Words or codes of `data.columns.CODES["time_precision"]`.

    Examples
    --------
    >>> spans = pd.DataFrame({"begin_s": [30600.0], "end_s": [30600.0], "grain": [1.0]})
    >>> coarsen(spans, pd.Series(["日"])).to_numpy().tolist()
    [[0.0, 86400.0, 0.0]]
    """
    words = CODES["time_precision"]
    codes = stated.map({**words, **{code: code for code in words.values()}})
    day = (codes == "day") & (spans["grain"] > 0)
    hour = (codes == "hour") & (spans["grain"] == GRAINS["minute"])
    start_s, next_s = spans["begin_s"] // DAY_S * DAY_S, np.ceil(spans["end_s"] / DAY_S) * DAY_S
    next_s = next_s.where(next_s > start_s, start_s + DAY_S)
    return pd.DataFrame(
        {
            "begin_s": spans["begin_s"].mask(day, start_s),
            "end_s": spans["end_s"].mask(day, next_s).mask(hour, spans["begin_s"] + HOUR_S),
            "grain": spans["grain"].mask(day, 0.0).mask(hour, float(GRAINS["hour"])),
        }
    )
