"""Column types that mean the same in SQLite and in PostgreSQL."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""A number that counts without end; in SQLite this spelling makes it the row's own number."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A moment, kept as whole microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Turn a moment with zone into a number."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """Turn the number back into a moment."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Json(TypeDecorator[Any]):
    """A value as JSON can hold it, kept as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write the value in its one canonical form."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read the value back."""
        return None if value is None else json.loads(value)


class Shape(TypeDecorator[BaseGeometry]):
    """A shape in longitude and latitude, kept as well-known binary."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: BaseGeometry | None, _dialect: Dialect) -> bytes | None:
        """Write the shape as WKB, little-endian and with two dimensions."""
        if value is None:
            return None
        written: bytes = shapely.to_wkb(shapely.force_2d(value), byte_order=1)
        return written

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> BaseGeometry | None:
        """Read the shape back."""
        return None if value is None else shapely.from_wkb(value)


def to_microseconds(moment: datetime) -> int:
    """
    Count the microseconds since 1970.

    Parameters
    ----------
    moment
        With zone.

    Raises
    ------
    ValueError
        If the moment has no zone: it would mean another time on another machine.

    Examples
    --------
    >>> to_microseconds(datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC))
    2000000
    """
    if moment.tzinfo is None:
        msg = "A moment without a zone is ambiguous: pass one with zone, such as datetime.now(UTC)."
        raise ValueError(msg)
    return (moment - _EPOCH) // _MICROSECOND


def to_json(value: Any) -> str:
    """
    Write a value as JSON in one form only: keys sorted, no blanks, no NaN.

    Examples
    --------
    >>> to_json({"b": np.int64(1), "a": float("nan"), "on": date(2026, 9, 3)})
    '{"a":null,"b":1,"on":"2026-09-03"}'
    """
    plain = to_plain(value)
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def to_plain(value: Any) -> Any:
    """
    Turn a value into what JSON can hold: moments and days become ISO texts, nothing becomes None.

    Examples
    --------
    >>> to_plain({"n": np.float64(2), "at": pd.NaT, "rows": (1, 2)})
    {'n': 2.0, 'at': None, 'rows': [1, 2]}
    """
    if isinstance(value, Mapping):
        return {str(key): to_plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [to_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
