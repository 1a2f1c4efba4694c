"""Delimited text in UTF-8 -> rows of texts, numbered, by Arrow's parser."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from data.errors import N_, AreaError
from data.ledger.findings import Findings
from data.ledger.grids import ROW_TOO_SHORT
from data.ledger.refusals import EXPORT_AGAIN, refuse_row

UNCLOSED = N_("A quotation mark in the table is not closed, or the table is cut off.")
CLOSE_IT = N_("Remove the single quotation mark in or above this row, or export the file again.")

_LONGEST_ROW = 1 << 24
"""Bytes; a shape written as text can be long."""
_WIDE = 4
_END = "\x1f"
"""Fills the row put behind the last one: an open quotation mark would swallow it."""


class _Stream(io.RawIOBase):
    """A file to read from, made of blocks of bytes."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a Buffer in general
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def parse_rows(
    blocks: Iterator[bytes], delimiter: str, skip: int, width: int, findings: Findings
) -> pd.DataFrame:
    r"""
    Split a text into trimmed cells.

    Parameters
    ----------
    blocks
        The text piece by piece, in UTF-8 without a mark.
    delimiter
        One sign.
    skip
        Rows at the top that are left out.
    width
        The usual number of cells in a row: others cost time.
    findings
        Takes the number of short rows.

    Returns
    -------
    grid
        Indexed by row number, the columns numbered from 0. What a row has beyond `width` stands
        together in one more column.

    Raises
    ------
    AreaError
        If a quotation mark is not closed, because then nobody knows where the row ends.

    Examples
    --------
    >>> parse_rows([b'a,b\n1,"2\n2"\n\n3,4\n'], ",", 1, 2, Findings()).to_dict("index")
    {2: {0: '1', 1: '2\n2'}, 3: {0: '', 1: ''}, 4: {0: '3', 1: '4'}, 5: {0: '', 1: ''}}
    """
    odd: list[pyarrow.csv.InvalidRow] = []

    def put_aside(row: pyarrow.csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    end = ("\n" + delimiter.join([_END] * width) + "\n").encode()
    stream = io.BufferedReader(_Stream(itertools.chain(blocks, [end])))
    names = [str(column) for column in range(width)]
    texts = dict.fromkeys(names, pa.large_string())
    try:
        table = pyarrow.csv.read_csv(
            pa.PythonFile(stream, "r"),
            # rows have a number only if they are read one after another
            pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=_LONGEST_ROW,
                column_names=names,
                skip_rows_after_names=skip,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=put_aside,
            ),
            pyarrow.csv.ConvertOptions(column_types=texts, strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # its words quote the row
        raise AreaError(UNCLOSED, EXPORT_AGAIN) from None
    numbers = np.arange(skip + 1, skip + 1 + table.num_rows + len(odd))
    _refuse_open_end(table, odd, numbers)
    usual = np.delete(numbers, [row.number - skip - 1 for row in odd])
    grid = _frame(table.columns, usual)[:-1]
    for others in _odd_rows(odd, delimiter, width, findings):
        grid = pd.concat([grid.reindex(columns=others.columns, fill_value=""), others])
    return grid.sort_index()


def _refuse_open_end(
    table: pa.Table, odd: list[pyarrow.csv.InvalidRow], numbers: NDArray[np.int64]
) -> None:
    """Refuse a text whose end row was swallowed by an open quotation mark."""
    swallowed = bool(odd) and odd[-1].number == numbers[-1]
    if swallowed or table.column(0)[-1].as_py() != _END:
        raise refuse_row(UNCLOSED, CLOSE_IT, int(numbers[-1]))


def _frame(columns: Iterable[pa.ChunkedArray], numbers: NDArray[np.int64]) -> pd.DataFrame:
    """Return trimmed texts under numbered columns."""
    trimmed = (pc.utf8_trim_whitespace(column) for column in columns)
    texts = {at: pd.array(column, dtype="str") for at, column in enumerate(trimmed)}
    return pd.DataFrame(texts, pd.Index(numbers, dtype=np.int64, name="row"))


def _odd_rows(
    odd: list[pyarrow.csv.InvalidRow], delimiter: str, width: int, findings: Findings
) -> Iterator[pd.DataFrame]:
    """Yield the rows with more or fewer cells than usual, what is beyond in one more cell."""
    if not odd:
        return
    rows = [_split(row.text, delimiter) for row in odd]
    numbers = [row.number for row in odd]
    short = [n for n, row in zip(numbers, rows, strict=True) if len(row) < width and any(row)]
    findings.add(ROW_TOO_SHORT, pd.Series("", short, dtype=str))
    filled_up = [[*row, *[""] * (width - len(row))] for row in rows]
    level = [[*row[:width], delimiter.join(filter(None, row[width:]))] for row in filled_up]
    columns = (pa.chunked_array([pa.array(column)]) for column in zip(*level, strict=True))
    yield _frame(columns, np.array(numbers, dtype=np.int64))


def _split(row: str, delimiter: str) -> list[str]:
    """Split one row into trimmed cells."""
    lines = csv.reader(io.StringIO(row, newline=""), delimiter=delimiter)
    return [cell.strip() for cell in next(lines, [])]


def refuse_swallowed_rows(grid: pd.DataFrame, delimiter: str, width: int) -> None:
    """Refuse a table in which a cell holds whole rows: its quotation mark is closed too late."""
    if width < _WIDE:
        return
    whole_row = rf"\n(?:[^\n{re.escape(delimiter)}]*{re.escape(delimiter)}){{{width - 1}}}"
    for column in grid:
        broken = grid[column][grid[column].str.contains("\n", regex=False).to_numpy()]
        for row in broken.index[broken.str.contains(whole_row, regex=True).to_numpy()]:
            raise refuse_row(UNCLOSED, CLOSE_IT, int(str(row)))
