"""Text tables checked row by row: numbers, code words, yes and no, reference systems."""

import pandas as pd
import pandera.pandas as pa

from data.columns import CODES, NO, WGS84_NAMES, YES
from data.errors import N_, FaultList, Message

_MAX_LISTED = 20


def check_rows(table: pd.DataFrame, schema: pa.DataFrameSchema, faults: FaultList) -> pd.DataFrame:
    """Check a text table against its schema; return it typed, with every fault noted by row."""
    typed, unread = _read_numbers(table.where(table != "", None), schema)
    cases = unread
    try:
        typed = schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = pd.concat(
            [unread, error.failure_cases[["column", "index", "check", "failure_case"]]]
        )
    cases = cases.drop_duplicates(["column", "index"])
    for column, row, check, value in cases.head(_MAX_LISTED).itertuples(index=False, name=None):
        what, remedy = _explain(str(check))
        shown = None if pd.isna(value) else str(value)
        faults.add(what, remedy, row=None if pd.isna(row) else row, column=str(column), value=shown)
    if len(cases) > _MAX_LISTED:
        more = Message.of(N_("{n} more faults of this kind follow."), n=len(cases) - _MAX_LISTED)
        faults.add(more, N_("Correct the first ones and try again."))
    return typed.iloc[:0] if len(cases) else typed


def _read_numbers(
    table: pd.DataFrame, schema: pa.DataFrameSchema
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn the number columns of a schema into numbers, and list the cells that are none."""
    typed, unread = {}, []
    for name, column in schema.columns.items():
        if name in table and column.dtype is not None and str(column.dtype) == "float64":
            typed[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
            unread += [
                (name, row, "dtype", text)
                for row, text in table[name][typed[name].isna() & table[name].notna()].items()
            ]
    cases = pd.DataFrame(unread, columns=["column", "index", "check", "failure_case"], dtype=object)
    return table.assign(**typed), cases


def _explain(check: str) -> tuple[str | Message, str | Message]:
    """Say in words which check failed, and what would pass it."""
    if check.startswith(("coerce_dtype", "dtype")):
        return N_("This is not a number."), N_("Write a plain number.")
    if check.startswith("in_range"):
        bounds = check.removeprefix("in_range").strip("()")
        return N_("The number is out of range."), Message.of(
            N_("It must lie between {bounds}."), bounds=bounds.replace(",", " …")
        )
    if check.startswith("greater_than"):
        return N_("The number is too small."), N_("Write 0 or more.")
    if check == "field_uniqueness":
        return N_("The number stands in two rows."), N_("Give each row a number of its own.")
    return N_("This cell is empty."), N_("Fill it in.")


def read_codes(
    table: pd.DataFrame, column: str, faults: FaultList, *, closed: bool = False
) -> pd.Series:
    """Turn the words of a column into codes; unknown words stay, or are faults if `closed`."""
    words = table[column] if column in table else pd.Series("", table.index, dtype=str)
    known = CODES[column]
    codes = words.map(lambda word: known.get(word, word))
    if closed:
        allowed = set(known.values())
        for row, word in words[~codes.isin(allowed)].items():
            choice = Message.of(N_("Use one of: {names}."), names=", ".join(filter(None, known)))
            faults.add(N_("This word is not known."), choice, row=row, column=column, value=word)
    return codes.astype(str)


def read_flags(
    table: pd.DataFrame, column: str, default: pd.Series, faults: FaultList
) -> pd.Series:
    """Turn 是/否 into booleans, with `default` where the cell is empty."""
    if column not in table:
        return default
    words = table[column].str.lower()
    for row, word in words[~words.isin(YES | NO)].items():
        unclear = N_("This must be yes or no.")
        faults.add(unclear, N_("Write 是 or 否."), row=row, column=column, value=word)
    return words.isin(YES).where(words != "", default).astype(bool)


def check_datum(table: pd.DataFrame, faults: FaultList) -> None:
    """Refuse rows whose coordinates are in a system other than WGS 84 longitude and latitude."""
    if "crs" not in table:
        return
    for row, name in table["crs"][~table["crs"].str.upper().isin(WGS84_NAMES)].items():
        faults.add(
            N_("Coordinates in this system would lie some hundred metres off."),
            N_("Convert them to WGS84 and write WGS84 in the column crs."),
            row=row,
            column="crs",
            value=name,
        )
