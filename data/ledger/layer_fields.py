"""Fields of a map layer -> texts."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import N_
from data.ledger.cell_texts import write_number, write_value
from data.ledger.findings import Findings, Rule

BINARY_FIELD = Rule(
    "binary_field",
    N_("{n} columns hold pictures or other data, not texts, and were left out."),
    "dropped",
)

_NO_FRACTION = r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000(Z|[+-]\d\d:?\d\d|)$"


def read_fields(
    table: pa.Table, names: Mapping[str, str], index: pd.Index, findings: Findings
) -> pd.DataFrame:
    """Write every field as texts, under its true name."""
    cells: dict[str, pd.Series] = {}
    for field_name, column in zip(table.column_names, table.columns, strict=True):
        texts = _write_field(column)
        if texts is None:
            findings.note(BINARY_FIELD)
            continue
        name = names.get(field_name, field_name).strip()
        while name in cells:
            name += "(2)"
        cells[name] = pd.Series(pd.array(texts, dtype="str"), index)
    return pd.DataFrame(cells, index)


def _write_field(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Write a field as trimmed texts; None if it holds no texts or numbers."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.cast(kind.storage_type), kind.storage_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_integer(kind):
        texts = column.cast(pa.large_string())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        trimmed = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
        texts = pc.replace_substring_regex(trimmed, _NO_FRACTION, r"\1\2")
    else:
        if pa.types.is_float32(kind):  # in decimals as short as they were
            column = column.cast(pa.string()).cast(pa.float64())
        write = write_number if pa.types.is_floating(column.type) else write_value
        plain = ["" if value is None else write(value) for value in column.to_pylist()]
        texts = pa.chunked_array([pa.array(plain, pa.large_string())])
    return pc.fill_null(texts, "")
