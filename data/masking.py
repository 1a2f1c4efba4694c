"""Telephone and identity numbers, masked wherever a text is kept or shown."""

import re

TIME_COLUMNS = frozenset(
    {
        "occurred_from",
        "occurred_to",
        "received_at",
        "closed_at",
        "date",
        "clock",
        "arrived_at",
        "left_at",
    }
)
PLACE_COLUMNS = frozenset({"lon", "lat", "base_lon", "base_lat"})
COUNT_COLUMNS = frozenset(
    {"min_count", "max_count", "night_count", "outpatient_visits", "headcount", "enforcers"}
)

_RUN = re.compile(r"\d(?:[\W_]{0,3}\d){6,}[Xx]?")
"""Seven and more digits of any script; up to three signs, but no letter, stand between two."""

_DAY = (
    r"(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d"
    r"|\d{1,2}/\d{1,2}/\d\d"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[+-]\d\d:?\d\d)?"
_MOMENT = re.compile(rf"{_DAY}(?:\s{{1,3}}{_CLOCK})?|{_CLOCK}", re.ASCII)
_STAMPS = re.compile(r"(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-_~]?){1,2}")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{1,7}", re.ASCII)
_EXTENT = re.compile(r"-?\d{1,8}(?:\.\d+)?(?:, -?\d{1,8}(?:\.\d+)?){3}", re.ASCII)


def mask(text: str) -> str:
    """
    Mask every run of seven and more digits in a text, whatever signs stand between them.

    Examples
    --------
    >>> mask("北门 138.1234.5678，或 （022）2621–1234")
    '北门 ***，或 （***'
    >>> mask("建设路12号3栋1501室")
    '建设路12号3栋1501室'
    """
    return _RUN.sub("***", text)


def mask_but_moments(text: str) -> str:
    """
    Mask runs of digits that are not a date or a time.

    Examples
    --------
    >>> mask_but_moments("2026-13-45 08:00")
    '2026-13-45 08:00'
    >>> mask_but_moments("王五 138.1234.5678 昨晚")
    '王五 *** 昨晚'
    """
    return _RUN.sub(lambda run: run[0] if _is_moment(run[0]) else "***", text)


def _is_moment(run: str) -> bool:
    return bool(_MOMENT.fullmatch(run) or _STAMPS.fullmatch(run))


def mask_path(path: str) -> str:
    """
    Mask each part of a path by itself; the date in a file's name stays.

    Examples
    --------
    >>> mask_path("out/2026/11/20/ledger-20261120.csv")
    'out/2026/11/20/ledger-20261120.csv'
    >>> mask_path("张三13812345678.csv")
    '张三***.csv'
    """
    return "/".join(map(mask_but_moments, path.split("/")))


def mask_value(value: str, column: str | None) -> str:
    """
    Mask the content of one cell, knowing what its column is for.

    Examples
    --------
    >>> mask_value("117.1234567", "lat"), mask_value("13812345678.0", "lat")
    ('117.1234567', '***')
    """
    if column in TIME_COLUMNS:
        return mask_but_moments(value)
    if column in PLACE_COLUMNS and _DEGREES.fullmatch(value):
        return value
    if column is None and _EXTENT.fullmatch(value):  # of a whole layer
        return value
    return mask(value)
