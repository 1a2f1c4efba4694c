"""The columns of a record: what is kept of a row of a ledger, and nothing else is."""

import pandas as pd
import pandera.pandas as pa

PLACED = ""
"""Status of a record that is on the map."""
REASONS = ("no_place", "outside", "no_time", "duplicate", "datum_unsettled")
"""Why a record is not on the map: each has one reason, the first that applies in this order:
duplicate, no_time, datum_unsettled, no_place, outside."""
GEO_PRECISIONS = ("gate", "door", "segment", "community", "none", "unknown")
TIME_PRECISIONS = ("minute", "hour", "period", "day", "none")
PLACE_ORIGINS = ("file", "gazetteer", "hand", "")


def _text() -> pa.Column:
    return pa.Column(str, coerce=True)


def _number(check: pa.Check | None = None) -> pa.Column:
    return pa.Column(float, check, coerce=True, nullable=True)


def _time() -> pa.Column:
    return pa.Column("datetime64[us, UTC]", nullable=True)


RECORDS = pa.DataFrameSchema(
    {
        "file": _text(),  # where it stood: name of the file, sheet, row
        "sheet": _text(),
        "row": pa.Column(int),
        "source": _text(),  # code of data.columns.CODES["source"]
        "source_ref": _text(),  # number of the record in its source; empty if it has none
        "received_at": _time(),
        "occurred_from": _time(),
        "occurred_to": _time(),
        "time_precision": pa.Column(str, pa.Check.isin(TIME_PRECISIONS), coerce=True),
        "type": _text(),  # code of data.columns.CODES["type"], or the office's own word
        "summary": _text(),  # free text, masked
        "address": _text(),
        "place_note": _text(),
        "community": _text(),
        "grid_code": _text(),
        "near_facility": _text(),
        "lon": _number(pa.Check.in_range(-180, 180)),  # WGS 84
        "lat": _number(pa.Check.in_range(-90, 90)),
        "raw_x": _number(),  # as the file gave them, in the system `datum`
        "raw_y": _number(),
        "datum": _text(),  # wgs84, gcj02, bd09, cgcs2000, EPSG:n, local:<id>, or empty
        "geo_precision": pa.Column(str, pa.Check.isin(GEO_PRECISIONS), coerce=True),
        "place_origin": pa.Column(str, pa.Check.isin(PLACE_ORIGINS), coerce=True),
        "persons": _number(),
        "boxes": _number(),
        "goods_value": _number(),
        "outcome": _text(),
        "handler_org": _text(),
        "closed_at": _time(),
        "note": _text(),
        "contact_hash": _text(),  # keyed hash of a leaflet's telephone number, or empty
        "status": pa.Column(str, pa.Check.isin((PLACED, *REASONS)), coerce=True),
        "duplicate_of": _text(),  # record_id of the record that counts
    },
    index=pa.Index(str, name="record_id", unique=True),
    strict=True,
)
"""Records as the store gives them; before they are stored their index is `row` of the file."""

COLUMNS = tuple(RECORDS.columns)
CONTENT = tuple(
    name
    for name in COLUMNS
    if name not in {"file", "sheet", "row", "status", "duplicate_of", "place_origin", "datum"}
)
"""Columns that say whether a row that comes again is the same."""


def empty_records() -> pd.DataFrame:
    """Return records without a row.

    Examples
    --------
    >>> len(empty_records())
    0
    """
    columns = {
        name: pd.Series(
            dtype="datetime64[us, UTC]" if "datetime" in str(column.dtype) else str(column.dtype)
        )
        for name, column in RECORDS.columns.items()
    }
    return pd.DataFrame(columns, index=pd.Index([], dtype=str, name="record_id"))
