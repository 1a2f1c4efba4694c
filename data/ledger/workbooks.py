"""Workbooks (xlsx, xls, ods) -> ledgers: kept values only, nothing computed, no link followed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import python_calamine as calamine

from data.errors import N_, AreaError
from data.ledger.cell_texts import write_value
from data.ledger.file_kinds import FileKind
from data.ledger.findings import Findings, Rule
from data.ledger.grids import lay_out
from data.ledger.headers import NO_HEADER, WRITE_HEADER, find_header
from data.ledger.refusals import DAMAGED, SAVE_AGAIN, refuse_unknown_sheet
from data.ledger.sheet_extents import Merge, SheetExtent, refuse_far_cells
from data.ledger.table import LedgerTable
from data.ledger.workbook_scans import scan_all_sheets, scan_xlsx_sheets

HIDDEN_SHEET = Rule(
    "hidden_sheet",
    N_("{n} hidden sheets were not read."),
    "noted",
    N_("Name the sheet if it is to be read."),
)
SHEET_WITHOUT_TABLE = Rule(
    "sheet_without_table", N_("{n} sheets hold no table with headers and were not read."), "noted"
)
MERGED_CELLS = Rule(
    "merged_cells", N_("{n} cells merged with the one above got its text."), "assumed"
)
ERROR_CELL = Rule(
    "error_cell",
    N_("{n} cells hold an error such as #N/A and are taken as empty."),
    "dropped",
    N_("Correct the formula and save the file again."),
)
UNKEPT_FORMULA = Rule(
    "unkept_formula",
    N_("{n} formulas have no kept result; nothing is computed here, so they are empty."),
    "dropped",
    N_("Open the file in WPS or Excel and save it again."),
)

_BLOCK_ROWS = 20_000
_LOOKED_AT = 200
_WORKSHEET = calamine.SheetTypeEnum.WorkSheet
_VISIBLE = calamine.SheetVisibleEnum.Visible


def read_workbook(path: Path, kind: FileKind, *, sheet: str | None = None) -> list[LedgerTable]:
    """
    Read the sheets of a workbook that passed `data.ledger.guards.check_file`.

    Parameters
    ----------
    path
        The workbook.
    kind
        As `check_file` told: the name may say something else.
    sheet
        Read this one only, even if it is hidden.

    Returns
    -------
    tables
        One for each visible sheet with a row of headers. A text that begins with
        `=`, `+`, `-` or `@` stays a text: guard it where it is written into a spreadsheet.

    Raises
    ------
    AreaError
        If the workbook cannot be opened, has no such sheet, has a cell far from all others, or no
        sheet of it holds a table.
    """
    whole = scan_all_sheets(path, kind)
    refuse_far_cells(whole)
    with _refuse_damage(), path.open("rb") as file, _open(file) as book:
        sheets = [known for known in book.sheets_metadata if known.typ == _WORKSHEET]
        if sheet is not None:
            refuse_unknown_sheet(sheet, [known.name for known in sheets])
        shown = [known.name for known in sheets if known.visible == _VISIBLE]
        wanted = shown if sheet is None else [sheet]
        extents = dict(zip((known.name for known in book.sheets_metadata), whole, strict=False))
        if kind == FileKind.XLSX:
            extents = scan_xlsx_sheets(path, wanted)
            refuse_far_cells(extents.values())
        read = [
            _read_sheet(path, book.get_sheet_by_name(name), extents.get(name, SheetExtent()))
            for name in wanted
        ]
    tables = [table for table in read if table is not None]
    if not tables:
        raise AreaError(NO_HEADER, WRITE_HEADER)
    n_filled = sum(extents[name].n_cells > 0 for name in wanted if name in extents)
    tables[0].findings.note(HIDDEN_SHEET, len(sheets) - len(shown) if sheet is None else 0)
    tables[0].findings.note(SHEET_WITHOUT_TABLE, max(n_filled - len(tables), 0))
    return [replace(tables[0], sheet="")] if len(sheets) == 1 else tables


def _open(file: BinaryIO) -> calamine.CalamineWorkbook:
    """Open a workbook by its content; by its path, the library would believe the name."""
    return calamine.CalamineWorkbook.from_filelike(file)


@contextmanager
def _refuse_damage() -> Iterator[None]:
    """Say that a workbook is damaged where the library fails, or breaks down."""
    try:
        yield
    except AreaError:
        raise
    except (calamine.CalamineError, OSError, ValueError):
        raise AreaError(DAMAGED, SAVE_AGAIN) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # its class has no name to import
            raise
        raise AreaError(DAMAGED, SAVE_AGAIN) from None


def _read_sheet(
    path: Path, sheet: calamine.CalamineSheet, extent: SheetExtent
) -> LedgerTable | None:
    """Read a sheet; None if it has no row of headers."""
    if sheet.start is None:
        return None
    merges = sheet.merged_cell_ranges
    filled: list[int] = []
    grid = _stack(_fill_down(_rows(sheet), extent.merges if merges is None else merges, filled))
    top = grid.head(_LOOKED_AT)
    header = find_header(zip(top.index.tolist(), top.to_numpy().tolist(), strict=True))
    if header is None:
        return None
    findings = Findings()
    for rule, rows in (
        (MERGED_CELLS, filled),
        (ERROR_CELL, extent.errors),
        (UNKEPT_FORMULA, extent.unkept),
    ):
        below = [row for row in rows if row > header.last]
        findings.add(rule, pd.Series("", below, dtype=str))
    names = (*header.names, *[""] * (grid.shape[1] - len(header.names)))
    cells = lay_out(grid[grid.index > header.last], replace(header, names=names), findings)
    return LedgerTable(path.name, sheet.name, cells, None, findings)


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet with their numbers; columns count from A."""
    left = [""] * (sheet.start or (0, 0))[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        yield number, left + [write_value(value) for value in values]


def _fill_down(
    rows: Iterable[tuple[int, list[str]]], merges: Sequence[Merge], filled: list[int]
) -> Iterator[tuple[int, list[str]]]:
    """Repeat the text of merged cells in the rows below; note those rows in `filled`."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for (row, column), (last_row, _) in merges:
        if last_row > row:
            starts.setdefault(row + 1, []).append((column, last_row + 1))
    open_: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        open_ = {column: merge for column, merge in open_.items() if merge[0] >= number}
        for column, (_, text) in open_.items():
            if text and column < len(cells) and not cells[column]:
                cells[column] = text
                filled.append(number)
        for column, last in starts.get(number, ()):
            open_[column] = (last, cells[column] if column < len(cells) else "")
        yield number, cells


def _stack(rows: Iterator[tuple[int, list[str]]]) -> pd.DataFrame:
    """Gather rows of one width into columns of texts, numbered from 0."""
    blocks: list[list[pa.Array]] = []
    numbers: list[int] = []
    while block := list(islice(rows, _BLOCK_ROWS)):
        numbers += [number for number, _ in block]
        columns = zip(*(cells for _, cells in block), strict=True)
        blocks.append([pa.array(column, pa.large_string()) for column in columns])
    stacked = (pa.chunked_array(list(parts)) for parts in zip(*blocks, strict=True))
    texts = {at: pd.array(column, dtype="str") for at, column in enumerate(stacked)}
    return pd.DataFrame(texts, pd.Index(numbers, dtype=np.int64, name="row"))
