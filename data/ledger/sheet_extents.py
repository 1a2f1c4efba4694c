"""How far the sheets of a workbook reach, before a library makes room for every cell of them."""

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data.errors import N_, AreaError, FaultList, Message

MOST_CELLS = 30_000_000
"""Rows times columns of a sheet, empty cells included."""
FEW_CELLS = 4_000_000
_MOST_LETTERS = 4
_SPARSE = 50
"""A sheet of many cells is refused if only one in so many is filled."""

_LONGEST_ROW = 1 << 24
_END_OF_ROW = b"row>"
_REF = rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']"
_FILLED = re.compile(_REF + rb"[^>]*(?<!/)>\s*<(?!/)")
"""A cell that holds something: those that only have a format reach far and take no room."""
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:\s(?:(?!\br\s*=)[^>])*)?(?<!/)>\s*<(?!/)")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_NUMBER = re.compile(rb"[^>]*?\br\s*=\s*[\"'](\d+)")
_ERROR = re.compile(rb"<(?:\w+:)?c\s(?=[^>]*\bt\s*=\s*[\"']e[\"'])[^>]*?" + _REF)
_UNKEPT = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?"
    + _REF
    + rb"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    + rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula without a kept result."""


Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each as row and column from 0."""


@dataclass
class SheetExtent:
    """The outermost cells of a sheet, and the cells in it that have no value to read."""

    last_row: int = 0
    """As a spreadsheet shows it."""
    last_column: int = 0
    """Counted from 1."""
    n_cells: int = 0
    errors: list[int] = field(default_factory=list)
    """Rows of cells that hold an error such as #N/A."""
    unkept: list[int] = field(default_factory=list)
    """Rows of formulas without a kept result."""
    merges: list[Merge] = field(default_factory=list)
    """Merged ranges, where the library does not tell them."""

    def take(self, row: int, column: int) -> None:
        """Count a cell; row and column from 1."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        self.n_cells += 1


def refuse_far_cells(extents: Iterable[SheetExtent]) -> None:
    """
    Refuse sheets whose rectangle of cells would not fit into memory.

    Raises
    ------
    AreaError
        If a cell lies far from all others, or there are too many.

    Examples
    --------
    >>> refuse_far_cells([SheetExtent(last_row=1_048_576, last_column=16_384, n_cells=2)])
    Traceback (most recent call last):
    data.errors.AreaError: row 1048576: A cell lies far away from the table. Delete the empty ...
    """
    faults = FaultList()
    n_room = 0
    for extent in extents:
        area = extent.last_row * extent.last_column
        n_room += area
        if area > max(FEW_CELLS, extent.n_cells * _SPARSE):
            faults.add(
                N_("A cell lies far away from the table."),
                N_("Delete the empty rows and columns behind the table, and save it again."),
                row=extent.last_row,
            )
    faults.raise_if_any(AreaError)
    if n_room > MOST_CELLS:
        raise AreaError(
            Message.of(N_("The sheets have more than {n} million cells."), n=MOST_CELLS // 10**6),
            N_("Save the sheet that is needed as CSV UTF-8."),
        )


def scan_sheet_xml(blocks: Iterable[bytes]) -> SheetExtent:
    """
    Find the extent of a sheet of an xlsx workbook.

    Parameters
    ----------
    blocks
        The sheet's XML piece by piece.

    Examples
    --------
    >>> extent = scan_sheet_xml([b'<row r="7"><c r="B7" t="e"><v>#N/A</v></c></row>'])
    >>> extent.last_row, extent.last_column, extent.errors
    (7, 2, [7])
    """
    extent = SheetExtent()
    for block in _whole_rows(blocks):
        for letters, digits in _FILLED.findall(block):
            extent.take(int(digits), _column(letters))
        if _UNPLACED.search(block):
            _take_unplaced(extent, block)
        if b'"e"' in block or b"'e'" in block:
            extent.errors += [int(digits) for _, digits in _ERROR.findall(block)]
        if b"<f" in block or b":f" in block:
            extent.unkept += [int(digits) for _, digits in _UNKEPT.findall(block)]
    return extent


def _take_unplaced(extent: SheetExtent, block: bytes) -> None:
    """Count cells that do not say where they stand: they follow one another in their row."""
    for row in _ROW.split(block):
        number, n_cells = _NUMBER.match(row), len(_UNPLACED.findall(row))
        if n_cells:
            extent.take(int(number[1]) if number else extent.last_row + 1, n_cells)
            extent.n_cells += n_cells - 1


def _whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a sheet, cut behind rows; a very long row is cut anywhere."""
    rest = b""
    for block in blocks:
        piece, separator, rest = (rest + block).rpartition(_END_OF_ROW)
        if separator or len(rest) > _LONGEST_ROW:
            yield piece + separator + (b"" if separator else rest)
            rest = rest if separator else b""
    yield rest


@functools.cache
def _column(letters: bytes) -> int:
    """Return the number of a column, 1 for A."""
    number = 0
    for letter in letters.upper()[:_MOST_LETTERS]:
        number = number * 26 + letter - ord("A") + 1
    return number
