"""Values of cells and fields -> texts as a clerk reads them."""

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

_EXACT_DIGITS = 15
_MOST_EXACT = 10**_EXACT_DIGITS
_HALF_SECOND = dt.timedelta(microseconds=500_000)


def write_number(value: float) -> str:
    """
    Write a number in full; one of more than 15 digits, which no spreadsheet keeps, with exponent.

    Examples
    --------
    >>> [write_number(value) for value in (12.0, 117.2063, 1e-7, 0.1 + 0.2, 120105001000123456.0)]
    ['12', '117.2063', '0.0000001', '0.3', '1.20105001000123e+17']
    """
    if not math.isfinite(value):
        return ""
    # as spreadsheets show it: what differs in the 16th digit is the binary fraction's doing
    shown = float(f"{value:.{_EXACT_DIGITS}g}")
    if abs(shown) >= _MOST_EXACT:
        return f"{shown:.{_EXACT_DIGITS}g}"
    return np.format_float_positional(shown + 0.0, trim="-")


def write_value(value: object) -> str:
    """
    Write a cell's value: dates and times in ISO form to the second, yes and no in Chinese.

    Examples
    --------
    >>> write_value(dt.datetime(2018, 1, 15, 9, 20)), write_value(dt.date(2018, 1, 15))
    ('2018-01-15 09:20:00', '2018-01-15')
    >>> write_value(dt.time(8, 10)), write_value(True), write_value(None), write_value(" 桥下 ")
    ('08:10:00', '是', '', '桥下')
    """
    if value is None:
        return ""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _write_moment(value: dt.datetime) -> str:
    """Round to the second: serial numbers of days are not exact."""
    return (value + _HALF_SECOND).replace(microsecond=0).isoformat(sep=" ")


def _write_clock(value: dt.time) -> str:
    """Round to the second, within the day."""
    moment = dt.datetime.combine(dt.date(1900, 1, 1), value)
    rounded = (moment + _HALF_SECOND).replace(microsecond=0)
    return "23:59:59" if rounded.date() != moment.date() else rounded.time().isoformat()


def _write_span(value: dt.timedelta) -> str:
    """Write hours, minutes and seconds; hours go beyond 24."""
    seconds = round(value.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else ''}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"


_WRITERS: Mapping[type, Callable[..., str]] = MappingProxyType(
    {
        str: str.strip,
        bool: lambda value: "是" if value else "否",
        int: str,
        float: write_number,
        dt.datetime: _write_moment,
        dt.date: dt.date.isoformat,
        dt.time: _write_clock,
        dt.timedelta: _write_span,
    }
)
