"""Numbers of dates -> days, once the file has shown which number is the year, month and day."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.ledger.moment_rules import BITS
from data.ledger.moment_units import THIS_CENTURY

FIRST_DAY = int(np.datetime64("1990-01-01").astype(int))
"""Days before are slips of the pen; days are counted from 1970-01-01."""
ENOUGH = 0.5
"""The least share of the dates that must be possible in an order for it to be that of the file."""
_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 1, 9999
_FOUR_DIGITS = 1000
_LEAP_YEAR = 2000
Floats = NDArray[np.float64]


class _Order(NamedTuple):
    """An order of the three numbers: which is the year, the month, the day."""

    mark: str
    year: str
    month: str
    day: str


YEAR_LAST = (_Order("day_first", "c", "b", "a"), _Order("month_first", "c", "a", "b"))
SHORT_YEAR = (
    _Order("two_digit_year", "a", "b", "c"),
    _Order("day_first", "c", "b", "a"),
    _Order("month_first", "c", "a", "b"),
)


def day_numbers(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    """
    Count the days from 1970-01-01 to dates; NaN for dates that no calendar has.

    Examples
    --------
    >>> year, month, day = (pd.Series(numbers) for numbers in ([1970, 2018], [1, 2], [2, 30]))
    >>> day_numbers(year, month, day).tolist()
    [1.0, nan]
    """
    given = year.between(_FIRST_YEAR, _LAST_YEAR) & month.between(1, _MONTHS)
    months = ((year - 1970) * _MONTHS + month - 1).where(given, 0).to_numpy().astype(np.int64)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found = pd.Series(first, year.index) + day - 1
    return found.where(given & (day >= 1) & (found < after))


def resolve_days(parts: pd.DataFrame, today: int) -> pd.DataFrame:
    """
    Find the days of dates whose numbers are known, and the order in which they stand.

    Where the year stands last, or has two digits, the whole column decides: the order in which
    more of its dates exist and are not yet to come; else the one in which the file is sorted; else,
    for years of two digits, the one that is nearest to today. What even that leaves open is marked.

    Parameters
    ----------
    parts
        As `data.ledger.moment_parts.moment_parts` gives them.
    today
        Day of reading, counted from 1970-01-01.

    Returns
    -------
    days
        On the index of `parts`: `day` (from 1970-01-01, NaN if unknown), `month` and `of_month` of
        dates without a year, and `marks` with what was found added.

    Examples
    --------
    >>> parts = pd.DataFrame({"a": [15.0, 1.0], "b": [1.0, 2.0], "c": [2018.0, 2018.0]})
    >>> parts = parts.assign(marks=0)
    >>> resolve_days(parts, today=18000)["day"].to_numpy().astype("M8[D]").astype(str).tolist()
    ['2018-01-15', '2018-02-01']
    """
    a, c = parts["a"], parts["c"]
    day = day_numbers(a.where(a >= _FOUR_DIGITS), parts["b"], c)
    marks = parts["marks"].copy()
    last = a.notna() & (c >= _FOUR_DIGITS)
    short = (a < _FOUR_DIGITS) & (c < _FOUR_DIGITS)
    for rows, orders, nearest in ((last, YEAR_LAST, False), (short, SHORT_YEAR, True)):
        if rows.any():
            found, mark = _by_column(parts[rows], orders, today, nearest=nearest)
            day = day.fillna(found)
            marks[rows] |= mark
    dated = a.notna()
    impossible = dated & day.isna() & ((marks & BITS["day_month_unclear"]) == 0)
    yearless = a.isna() & c.notna()
    # 31 November is in no year: a leap year has every day that any year has
    leap = pd.Series(float(_LEAP_YEAR), parts.index)
    impossible |= yearless & parts["b"].notna() & day_numbers(leap, parts["b"], c).isna()
    marks[impossible] |= BITS["date_impossible"]
    return pd.DataFrame(
        {
            "day": day,
            "month": parts["b"].where(yearless),
            "of_month": c.where(yearless),
            "marks": marks,
        }
    )


def _by_column(
    parts: pd.DataFrame, orders: Sequence[_Order], today: int, *, nearest: bool
) -> tuple[pd.Series, pd.Series]:
    """Read dates in the order that the column shows, or only those that one order allows."""
    days = pd.DataFrame({order.mark: _in_order(parts, order) for order in orders})
    found = days.where((days >= FIRST_DAY) & (days <= today))
    best = _best(found, today, nearest=nearest)
    marks = pd.Series(0, parts.index)
    if best is None:
        day = found.max(axis=1).where(found.max(axis=1) == found.min(axis=1))
        marks[day.isna() & found.notna().any(axis=1)] = BITS["day_month_unclear"]
        return day, marks
    short = "two_digit_year" in found
    marks[:] = BITS[best] | (BITS["two_digit_year"] if short else 0)
    return days[best], marks


def _in_order(parts: pd.DataFrame, order: _Order) -> pd.Series:
    """Read dates in one order; NaN where that gives none."""
    year = parts[order.year]
    year = year.where(year >= _FOUR_DIGITS, year + THIS_CENTURY)
    return day_numbers(year, parts[order.month], parts[order.day])


def _best(found: pd.DataFrame, today: int, *, nearest: bool) -> str | None:
    """Return the order that fits most dates, is sorted, or is nearest; None if none stands out."""
    counts = found.notna().sum()
    left = found.loc[:, (counts == counts.max()) & (counts >= ENOUGH * len(found))]
    tests: list[Callable[[pd.Series], float]] = [_sortedness]
    if nearest:
        tests.append(lambda days: -abs(today - float(days.median())))
    for test in tests:
        if left.shape[1] > 1:
            scores = left.apply(test)
            left = left.loc[:, scores == scores.max()]
    return str(left.columns[0]) if left.shape[1] == 1 else None


def _sortedness(days: pd.Series) -> float:
    """Tell whether days that differ are in the order of the file, or in the reverse."""
    different = days.dropna().drop_duplicates()
    if len(different) < 3:  # noqa: PLR2004  # two are always in order
        return 0.0
    return float(different.is_monotonic_increasing or different.is_monotonic_decreasing)


def end_days(parts: pd.DataFrame, day: pd.Series) -> pd.Series:
    """
    Find the days on which intervals end; what a text does not say of them is as in their begin.

    Examples
    --------
    >>> parts = pd.DataFrame({"end_a": [np.nan], "end_b": [1.0], "end_c": [2.0]})
    >>> (end_days(parts, pd.Series([17530.0])) - 17530).tolist()  # 30 December to 2 January
    [3.0]
    """
    given = parts["end_c"].notna() & day.notna()
    found = pd.Series(np.nan, day.index)
    if not given.any():
        return found
    dates = pd.DatetimeIndex(day[given].to_numpy().astype("datetime64[D]").astype("datetime64[s]"))
    parts = parts[given]
    year = parts["end_a"].where(parts["end_a"] >= _FOUR_DIGITS)
    same_year = year.fillna(pd.Series(dates.year, parts.index, dtype=float))
    month = parts["end_b"].fillna(pd.Series(dates.month, parts.index, dtype=float))
    ends = day_numbers(same_year, month, parts["end_c"])
    next_year = year.isna() & parts["end_b"].notna() & (ends < day[given])
    found[given] = ends.mask(next_year, day_numbers(same_year + 1, month, parts["end_c"]))
    return found
