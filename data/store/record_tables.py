"""Records as Arrow tables: the form in which many rows go into the store and come out of it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.ledger.records import COLUMNS, RECORDS

_KINDS = {name: str(column.dtype) for name, column in RECORDS.columns.items()}
MOMENTS = tuple(name for name in COLUMNS if "datetime" in _KINDS[name])
NUMBERS = tuple(name for name in COLUMNS if _KINDS[name] == "float64")
TEXTS = tuple(name for name in COLUMNS if "str" in _KINDS[name])
_MOMENT = pa.timestamp("us", "UTC")


def column_type(name: str) -> pa.DataType:
    """Return the type in which a column of records is kept: moments are whole microseconds."""
    if name in NUMBERS:
        return pa.float64()
    return pa.large_string() if name in TEXTS else pa.int64()


def to_table(records: pd.DataFrame) -> pa.Table:
    """
    Return records as a table, with nothing where they have NaN or NaT.

    Examples
    --------
    >>> from data.ledger.records import empty_records
    >>> table = to_table(empty_records())
    >>> str(table.schema.field("lon").type), str(table.schema.field("closed_at").type)
    ('double', 'int64')
    """
    columns = {}
    for name in COLUMNS:
        values = records[name]
        if name in MOMENTS:
            column = pa.array(values.astype("datetime64[us, UTC]"), type=_MOMENT).cast(pa.int64())
        elif name in NUMBERS:
            column = pa.array(values.to_numpy(float), from_pandas=True)
        elif name in TEXTS:
            column = _clean(pa.array(values.astype(str), type=pa.large_string()))
        else:
            column = pa.array(values.to_numpy(np.int64))
        columns[name] = column
    return pa.table(columns)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """
    Return a table as a frame: records on the index that they had, other columns beside them.

    Examples
    --------
    >>> from data.ledger.records import empty_records
    >>> to_frame(to_table(empty_records()))[["file", "lon", "closed_at"]].dtypes.map(str).tolist()
    ['str', 'float64', 'datetime64[us, UTC]']
    """
    schema = pa.schema(
        (field.name, _MOMENT if field.name in MOMENTS else field.type) for field in table.schema
    )
    frame: pd.DataFrame = table.cast(schema).to_pandas()
    if frame.empty:  # without a row, texts are read as objects
        texts = [field.name for field in schema if pa.types.is_large_string(field.type)]
        frame = frame.astype(dict.fromkeys(texts, str))
    return frame


def _clean(texts: pa.Array) -> pa.Array:
    """Write nothing as an empty text, and take out the one sign that PostgreSQL cannot keep."""
    texts = pc.fill_null(texts, "")
    holds_nul = pc.any(pc.match_substring(texts, "\x00")).as_py()
    return pc.replace_substring(texts, "\x00", "") if holds_nul else texts
