"""Invented records, as a reader hands them to the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.ledger.records import COLUMNS, RECORDS

AREA = "east"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
BY: dict[str, Any] = {"who": "办公室", "now": NOW}
WHY: dict[str, Any] = {"reason": "现场核对", **BY}
TYPES = np.array(["leafleting", "posting", "street_soliciting"])


def by(days: float) -> dict[str, Any]:
    """Say who does something some days later."""
    return {"who": "办公室", "now": NOW + timedelta(days=days)}


def told(**others: Any) -> dict[str, Any]:
    """Say what belongs to an import besides its records."""
    plain = {"file": "12345.csv", "file_hash": "ab12", "source": "order_12345"}
    return {**plain, "terms": {"datum": "wgs84"}, "counts": {"read": 3}, **BY, **others}


def invent(n: int = 3, *, first: int = 1, numbered: bool = True) -> pd.DataFrame:
    """Invent n records of a 12345 ledger, from row 2 on; each says something else."""
    number = np.arange(first, first + n)
    text = pd.Series(number).astype(str)
    occurred = pd.Timestamp(NOW) - pd.to_timedelta(number % 5000, unit="h")
    nothing = pd.DatetimeIndex([None] * n, tz="UTC")
    columns: dict[str, Any] = {
        **dict.fromkeys(COLUMNS, ""),
        "file": "12345.csv",
        "row": number + 1,
        "source": "order_12345",
        "source_ref": ("GD" + text).to_numpy() if numbered else "",
        "received_at": occurred + pd.Timedelta(minutes=40),
        "occurred_from": occurred,
        "occurred_to": nothing,
        "closed_at": nothing,
        "time_precision": "minute",
        "type": TYPES[number % 3],
        "summary": ("有人在拾穗路" + text + "号散发小广告").to_numpy(),
        "address": ("拾穗路" + text + "号").to_numpy(),
        "lon": 117.9 + number % 1000 * 1e-5,
        "lat": 38.85,
        "raw_x": 117.9 + number % 1000 * 1e-5,
        "raw_y": 38.85,
        "datum": "wgs84",
        "geo_precision": "door",
        "place_origin": "file",
        "persons": np.where(number % 2, 2.0, np.nan),
        "boxes": np.nan,
        "goods_value": np.nan,
    }
    return typed(pd.DataFrame(columns, index=pd.Index(number + 1, name="row")))


def typed(records: pd.DataFrame) -> pd.DataFrame:
    """Bring the columns to the types that readers give them."""
    kinds = {
        name: "datetime64[us, UTC]"
        if "datetime" in str(column.dtype)
        else (str if "str" in str(column.dtype) else str(column.dtype))
        for name, column in RECORDS.columns.items()
    }
    return records[list(COLUMNS)].astype(kinds)


def without_place(records: pd.DataFrame, row: int) -> pd.DataFrame:
    """Take a record's place away."""
    bare = records.copy()
    bare.loc[row, ["lon", "lat", "raw_x", "raw_y"]] = np.nan
    bare.loc[row, ["geo_precision", "place_origin", "status"]] = ["none", "", "no_place"]
    return bare
