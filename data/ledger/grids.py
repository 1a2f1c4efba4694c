"""A sheet as rows of texts -> the cells of a ledger: named columns, records only."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.errors import N_, AreaError
from data.ledger.findings import Findings, Rule
from data.ledger.headers import WRITE_HEADER, Header
from data.ledger.row_kinds import drop_other_rows, has_text

TITLE_ROW = Rule("title_row", N_("{n} title rows above the headers were passed over."), "noted")
TWO_LINE_HEADER = Rule(
    "two_line_header", N_("{n} headers take two lines and were joined."), "assumed"
)
DUPLICATE_HEADER = Rule(
    "duplicate_header",
    N_("{n} columns have the header of another column and got a number behind it."),
    "repaired",
)
UNNAMED_COLUMN = Rule(
    "unnamed_column",
    N_("{n} columns have no header and got their number for one."),
    "assumed",
    N_("Write a header above the column if it is needed."),
)
ROW_TOO_LONG = Rule(
    "row_too_long",
    N_("{n} rows have more cells than there are headers and were set aside."),
    "set_aside",
    N_("Put a text that holds the separator in quotation marks, or name every column."),
)
ROW_TOO_SHORT = Rule(
    "row_too_short", N_("{n} rows end early; their last cells are taken as empty."), "noted"
)


def lay_out(grid: pd.DataFrame, header: Header, findings: Findings) -> pd.DataFrame:
    """
    Return the cells of a ledger under unique headers.

    Parameters
    ----------
    grid
        Trimmed texts of the rows below the headers, indexed by row number; the columns are
        numbered from 0.
    header
        As found; columns beyond its names belong to no header.
    findings
        Takes the counts of what was set aside, passed over and assumed.

    Returns
    -------
    cells
        The columns with a header or a text, under unique headers; the rows that may be records.

    Raises
    ------
    AreaError
        If most rows have more cells than there are headers, because then no cell's header is known.

    Examples
    --------
    >>> grid = pd.DataFrame([["1", "桥下", ""]], index=[2], dtype=str)
    >>> findings = Findings()
    >>> lay_out(grid, Header(1, 1, ("序号", "地址", "地址"), 0), findings).columns.tolist()
    ['序号', '地址', '地址(2)']
    >>> findings.counts
    {'duplicate_header': 1}
    """
    findings.note(TITLE_ROW, header.titles)
    findings.note(TWO_LINE_HEADER, int(header.last > header.first))
    names = list(header.names)
    grid = grid.reindex(columns=range(max(len(names), grid.shape[1])), fill_value="")
    grid = _drop_long_rows(grid, len(names), findings)
    grid = drop_other_rows(grid, names, findings)
    kept = [at for at, name in enumerate(names) if name or (grid[at] != "").any()]
    cells = grid[kept]
    cells.columns = pd.Index(_name_columns(names, kept, findings), dtype=str)
    cells.index = pd.Index(cells.index, dtype=np.int64, name="row")
    return cells


def _drop_long_rows(grid: pd.DataFrame, width: int, findings: Findings) -> pd.DataFrame:
    """Set aside the rows that have a text beyond the last header."""
    beyond = has_text(grid[list(range(width, grid.shape[1]))])
    if beyond.sum() * 2 > has_text(grid).sum():
        raise AreaError(N_("Most rows have more cells than there are headers."), WRITE_HEADER)
    findings.add(ROW_TOO_LONG, pd.Series("", grid.index[beyond], dtype=str))
    return grid.loc[~beyond, list(range(width))]


def _name_columns(names: Sequence[str], kept: Sequence[int], findings: Findings) -> list[str]:
    """Return unique headers for the columns that are kept."""
    unique: list[str] = []
    taken = set(names)
    for at in kept:
        name = names[at] or f"列{at + 1}"
        findings.note(UNNAMED_COLUMN, int(not names[at]))
        if name in unique or (not names[at] and name in taken):
            findings.note(DUPLICATE_HEADER)
            name = _number(name, taken)
        taken.add(name)
        unique.append(name)
    return unique


def _number(name: str, taken: set[str]) -> str:
    """Return `name` with the first number behind it that makes it unlike all others."""
    n = 2
    while f"{name}({n})" in taken:
        n += 1
    return f"{name}({n})"
