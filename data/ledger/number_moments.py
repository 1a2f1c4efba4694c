"""Moments that are nothing but a number: serial numbers of a spreadsheet, seconds since 1970."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.ledger.moment_rules import BITS
from data.ledger.moment_units import DAY_S, GRAINS, HOUR_S, MINUTE_S, SIXTY
from data.ledger.text_groups import group_parts, plain_numbers

FIRST_SERIAL, LAST_SERIAL = 32_874, 73_050
"""1990-01-01 and 2099-12-31, as spreadsheets count the days from 1900."""
ROUGH_DECIMALS = 4
"""Serial numbers with so few decimals are rounded to the minute: one digit is 9 seconds."""
_ORIGIN = np.datetime64("1899-12-30")
_EPOCH_DIGITS, _EPOCH_MS_DIGITS, _MS = 10, 13, 1000
_CLOCK = r"^(?P<hour>\d{1,2})(?:[.]?(?P<minute>\d\d))?$"
_FRACTION = r"\..*$"
_LAST_HOUR = 23


def read_numbers(texts: pd.Series) -> pd.DataFrame:
    """
    Read the texts that are numbers of a size that only moments have.

    Returns
    -------
    parts
        Columns of `data.ledger.moment_units.PARTS` and `marks`, on the index of what was read.

    References
    ----------
    ECMA-376 part 1, 18.17.4.1: serial 2 is 1900-01-02, and a 1900-02-29 is counted.

    Examples
    --------
    >>> parts = read_numbers(pd.Series(["43117.3958", "1546306200", "12"]))
    >>> parts[["a", "b", "c", "begin_s"]].to_numpy().tolist()  # 9:30 and 1:30
    [[2018.0, 1.0, 17.0, 34200.0], [2019.0, 1.0, 1.0, 5400.0]]
    """
    numbers = plain_numbers(texts).dropna()
    if numbers.empty:
        return pd.DataFrame(index=numbers.index)
    texts = texts[numbers.index]
    digits = texts.str.replace(_FRACTION, "", regex=True).str.len()
    serial = numbers.between(FIRST_SERIAL, LAST_SERIAL + 1, inclusive="left")
    fraction = (numbers > 0) & (numbers < 1)
    seconds, millis = digits == _EPOCH_DIGITS, digits == _EPOCH_MS_DIGITS
    return pd.concat(
        [
            _serials(numbers[serial], texts[serial]),
            _serials(numbers[fraction], texts[fraction])[["begin_s", "end_s", "grain", "marks"]],
            _epochs(numbers[seconds], "epoch_s"),
            _epochs(numbers[millis] / _MS, "epoch_ms"),
        ]
    )


def read_clocks(texts: pd.Series) -> pd.DataFrame:
    """
    Read the texts of a column of clocks that lack the colon.

    Examples
    --------
    >>> read_clocks(pd.Series(["8", "0830", "8.30", "99"]))["begin_s"].tolist()
    [28800.0, 30600.0, 30600.0]
    """
    said = group_parts(texts, _CLOCK)
    said = said[(said["hour"] <= _LAST_HOUR) & (said["minute"].fillna(0) < SIXTY)]
    begin_s = said["hour"] * HOUR_S + said["minute"].fillna(0) * MINUTE_S
    hours_only = said["minute"].isna()
    return pd.DataFrame(
        {
            "begin_s": begin_s,
            "end_s": begin_s + HOUR_S * hours_only,
            "grain": hours_only.map({True: GRAINS["hour"], False: GRAINS["minute"]}).astype(float),
            "marks": BITS["bare_clock"],
        }
    )


def _serials(numbers: pd.Series, texts: pd.Series) -> pd.DataFrame:
    """Read serial numbers of days, with the time of day as their fraction."""
    decimals = texts.str.len() - texts.str.replace(_FRACTION, "", regex=True).str.len() - 1
    step_s = pd.Series(1.0, numbers.index).mask(decimals <= ROUGH_DECIMALS, MINUTE_S)
    begin_s = (numbers % 1 * DAY_S / step_s).round() * step_s
    begin_s = begin_s.where(numbers % 1 > 0)
    days = _ORIGIN + np.floor(numbers.to_numpy()).astype("timedelta64[D]")
    return _on_days(days, numbers.index).assign(
        begin_s=begin_s,
        end_s=begin_s,
        grain=begin_s.notna() * float(GRAINS["minute"]),
        marks=BITS["excel"],
    )


def _epochs(seconds: pd.Series, mark: str) -> pd.DataFrame:
    """Read seconds since 1970 as a date and a clock in Greenwich."""
    days = np.floor(seconds.to_numpy() / DAY_S)
    begin_s = (seconds - days * DAY_S).round(3)
    return _on_days(days.astype("datetime64[D]"), seconds.index).assign(
        begin_s=begin_s,
        end_s=begin_s,
        grain=float(GRAINS["minute"]),
        offset_min=0.0,
        marks=BITS[mark],
    )


def _on_days(days: NDArray[np.datetime64], index: pd.Index) -> pd.DataFrame:
    """Write days as year, month and day."""
    dates = pd.DatetimeIndex(days.astype("datetime64[s]"))
    return pd.DataFrame({"a": dates.year, "b": dates.month, "c": dates.day}, index).astype(float)
