"""Rows of a sheet that are no records: repeated headers, totals, remarks, blanks."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_
from data.ledger.findings import Findings, Rule

BLANK_ROW = Rule("blank_row", N_("{n} blank rows between the rows were passed over."), "noted")
REPEATED_HEADER = Rule(
    "repeated_header", N_("{n} rows repeat the headers and were set aside."), "set_aside"
)
TOTAL_ROW = Rule("total_row", N_("{n} rows of totals were set aside."), "set_aside")
NOTE_ROW = Rule(
    "note_row",
    N_("{n} rows hold a single remark, not a record, and were set aside."),
    "set_aside",
    N_("If such a row is a record, fill in its other cells."),
)
NUMBERED_BLANK_ROW = Rule(
    "numbered_blank_row",
    N_("{n} rows hold a running number and nothing else, and were set aside."),
    "set_aside",
)

_SPACE = "[\\s\u00a0\u3000]*"
_SIGNS = "[\\s\u00a0\u3000:：()（）]*"
_TOTAL = (
    f"{_SIGNS}(?:(?:本[页月周日]|累计)?{_SPACE}(?:[合小总共累]{_SPACE}计|总{_SPACE}数)"
    f"|(?:[Gg]rand|[Ss]ub)?{_SPACE}(?:[Tt]otals?|TOTALS?)){_SIGNS}"
)
_MAY_BE_TOTAL = "[计数]|(?:otal|OTAL)"
"""Sought first, in all rows: it is quick."""
_LABELS = re.compile(
    r"备注|附注|注\d?[:：、]|说明|填表|制表|填报|审核|复核|统计人|报送|打印|数据来源|截止|截至|单位负责人|领导签|签字|经办"
)
_LAST_ROWS = 20
_TOTAL_COLUMNS = 3
_WIDE = 4
"""From so many columns on, a row with one filled cell is no record."""


def drop_other_rows(grid: pd.DataFrame, names: Sequence[str], findings: Findings) -> pd.DataFrame:
    """
    Return the rows that may be records, and count the others.

    Parameters
    ----------
    grid
        Trimmed texts below the headers; the columns are numbered from 0.
    names
        Header of each column, empty where it has none.
    findings
        Takes the counts. Of a remark nothing is quoted: it may name a person.

    Examples
    --------
    >>> grid = pd.DataFrame([["1", "桥下"], ["", ""], ["合 计", "1"]], index=[2, 3, 4], dtype=str)
    >>> findings = Findings()
    >>> drop_other_rows(grid, ["序号", "地址"], findings)[1].tolist(), findings.counts
    (['桥下'], {'blank_row': 1, 'total_row': 1})
    """
    n_filled = _count_filled(grid)
    used = np.flatnonzero(n_filled)
    grid = grid.iloc[: used[-1] + 1] if used.size else grid.iloc[:0]
    n_filled = n_filled[: len(grid)]
    findings.note(BLANK_ROW, int((n_filled == 0).sum()))
    grid, n_filled = grid[n_filled > 0], n_filled[n_filled > 0]
    for rule, find in _KINDS:
        found = find(grid, names, n_filled)
        findings.add(rule, pd.Series("", grid.index[found], dtype=str))
        grid, n_filled = grid[~found], n_filled[~found]
    return grid


def has_text(grid: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows have a filled cell."""
    filled: NDArray[np.bool_] = _count_filled(grid) > 0
    return filled


def _count_filled(grid: pd.DataFrame) -> NDArray[np.int64]:
    """Count the cells of each row that hold a text."""
    count = np.zeros(len(grid), dtype=np.int64)
    for column in grid:
        count += (grid[column] != "").to_numpy()
    return count


def _repeats(
    grid: pd.DataFrame, names: Sequence[str], n_filled: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which rows say nothing but the headers."""
    same = np.zeros(len(grid), dtype=np.int64)
    for column, name in zip(grid, names, strict=False):
        if name:
            same += (grid[column] == name).to_numpy()
    repeats: NDArray[np.bool_] = (same == n_filled) & (same > 0)
    return repeats


def _is_total(
    grid: pd.DataFrame, _names: Sequence[str], _n_filled: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which rows begin with a word for a total."""
    found = np.zeros(len(grid), dtype=bool)
    for column in list(grid)[:_TOTAL_COLUMNS]:
        maybe = grid[column].str.contains(_MAY_BE_TOTAL, regex=True).to_numpy()
        found[maybe] |= grid[column][maybe].str.fullmatch(_TOTAL).to_numpy(dtype=bool)
    return found


def _is_number_only(
    grid: pd.DataFrame, names: Sequence[str], n_filled: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which rows have a number in the first column and nothing else."""
    alone: NDArray[np.bool_] = (n_filled == 1) & (len(names) > 1)
    if alone.any():
        alone[alone] = grid[grid.columns[0]][alone].str.fullmatch(r"\d{1,7}").to_numpy(dtype=bool)
    return alone


def _is_note(
    grid: pd.DataFrame, names: Sequence[str], n_filled: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which rows hold one text in a wide table, or open with the label of a foot line."""
    found: NDArray[np.bool_] = (n_filled == 1) & (len(names) >= _WIDE)
    few = np.flatnonzero((n_filled * 2 <= len(names)) | (np.arange(len(grid)) >= len(grid) - 3))
    for at in few[-_LAST_ROWS:]:
        texts = (text for text in grid.iloc[at] if text)
        found[at] |= _LABELS.match(next(texts, "")) is not None
    return found


_KINDS = (
    (REPEATED_HEADER, _repeats),
    (TOTAL_ROW, _is_total),
    (NUMBERED_BLANK_ROW, _is_number_only),
    (NOTE_ROW, _is_note),
)
