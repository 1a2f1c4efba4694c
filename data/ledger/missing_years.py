"""Dates without a year, or without year and month -> days, from what stands beside them."""

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.calendar_days import day_numbers
from data.ledger.findings import MOST_LISTED, Findings, Rule

YEAR_FROM_REPORT = Rule(
    "year_from_report",
    N_("{n} dates without a year are those last before the report."),
    "assumed",
)
YEAR_FROM_NEIGHBOURS = Rule(
    "year_from_neighbours",
    N_("{n} dates without a year are those nearest to the dates of the rows beside them."),
    "assumed",
    N_("Check the first row of each year."),
)
YEAR_FROM_HINT = Rule(
    "year_from_hint", N_("{n} dates without a year are of the year of the file."), "assumed"
)
YEAR_FROM_TODAY = Rule(
    "year_from_today",
    N_("{n} dates without a year are those last before today, for the file has no year at all."),
    "assumed",
    N_("Write the year into one of the rows."),
)
_HALF_YEAR, _HALF_MONTH = 182, 15
_LEAP_CYCLE = 8
"""Years to look back for a 29 February: between 1896 and 1904 there was none."""


def fill_years(
    days: pd.DataFrame,
    report_day: pd.Series,
    texts: pd.Series,
    findings: Findings,
    *,
    today: int,
    year_hint: int | None,
    column: str,
) -> pd.Series:
    """
    Find the days of dates that do not tell their year.

    The day of the report comes first: nothing is reported before it happens. Then the rows beside,
    for ledgers are kept in order; then the year of the file; then today. No day is still to come.

    Parameters
    ----------
    days
        `day`, `month` and `of_month` as `data.ledger.calendar_days.resolve_days` gives them.
    report_day
        Day of the report, from 1970-01-01; NaN where it is not known.
    texts
        The cells, for the findings.
    findings
        Counts what was assumed.
    today
        Day of reading, from 1970-01-01.
    year_hint
        Year that the name of the file or its title names.
    column
        Our name of the column, for the findings.

    Returns
    -------
    day
        On the index of `days`, from 1970-01-01.

    Examples
    --------
    >>> days = pd.DataFrame({"day": [17910.0, np.nan], "month": [np.nan, 1.0]})
    >>> days = days.assign(of_month=[np.nan, 5.0])
    >>> texts, unknown = pd.Series(["2019-01-14", "1月5日"]), pd.Series([np.nan, np.nan])
    >>> found = Findings()
    >>> fill_years(
    ...     days, unknown, texts, found, today=20000, year_hint=None, column="occurred_from"
    ... ).tolist(), found.counts
    ([17910.0, 17901.0], {'year_from_neighbours': 1})
    """
    open_rows = days["of_month"].notna()
    day = days["day"].copy()
    if not open_rows.any():
        return day
    beside = day.ffill().bfill()
    hint = np.nan if year_hint is None else _last_day_of(year_hint)
    ways = (
        (YEAR_FROM_REPORT, report_day, False),
        (YEAR_FROM_NEIGHBOURS, beside, True),
        (YEAR_FROM_HINT, pd.Series(hint, day.index), False),
        (YEAR_FROM_TODAY, pd.Series(float(today), day.index), False),
    )
    for rule, reference, either in ways:
        rows = open_rows & day.isna() & reference.notna()
        if rule is YEAR_FROM_TODAY or rule is YEAR_FROM_HINT:
            rows &= days["month"].notna()
        if rows.any():
            half = days["month"][rows].notna().map({True: _HALF_YEAR, False: _HALF_MONTH})
            latest = reference[rows] + half * either
            found = latest_days(days[rows], latest.clip(upper=today))
            findings.add(
                rule, texts[found.index[found.notna()]], column=column, after=_dates(found)
            )
            day = day.fillna(found)
    return day


def latest_days(days: pd.DataFrame, until: pd.Series) -> pd.Series:
    """
    Find the last days of a name (`month` and `of_month`) that are not after a day.

    Examples
    --------
    >>> days = pd.DataFrame({"month": [2.0, np.nan], "of_month": [29.0, 31.0]})
    >>> found = latest_days(days, pd.Series([20000.0, 20000.0]))  # 2024-10-04
    >>> found.to_numpy().astype("datetime64[D]").astype(str).tolist()
    ['2024-02-29', '2024-08-31']
    """
    dates = pd.DatetimeIndex(until.to_numpy().astype("datetime64[D]").astype("datetime64[s]"))
    year = pd.Series(dates.year, days.index, dtype=float)
    month = pd.Series(dates.month, days.index, dtype=float)
    only_day = days["month"].isna()
    found = pd.Series(np.nan, days.index)
    for back in range(_LEAP_CYCLE + 1):
        # without a month: so many months back; else so many years
        months = year * 12 + month - 1 - back
        tried = day_numbers(
            (months // 12).where(only_day, year - back),
            (months % 12 + 1).where(only_day, days["month"]),
            days["of_month"],
        )
        found = found.fillna(tried.where(tried <= until))
        if found.notna().all():
            break
    return found


def _last_day_of(year: int) -> float:
    """Return the last day of a year, from 1970-01-01."""
    return float((np.datetime64(f"{year + 1:04d}-01-01") - np.timedelta64(1, "D")).astype(int))


def _dates(days: pd.Series) -> pd.Series:
    """Write the days that a finding lists as dates."""
    days = days.dropna().head(MOST_LISTED)
    dates = days.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(dates, days.index).dt.strftime("%Y-%m-%d")
