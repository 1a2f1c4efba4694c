"""What the content of an ods workbook tells of its sheets before it is opened."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from data.ledger.sheet_extents import SheetExtent
from data.ledger.xml_files import check_xml

_NUMBER = re.compile(r"[0-9]{1,9}")
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def scan_open_document(blocks: Iterable[bytes]) -> list[SheetExtent]:
    """
    Find extent and merged ranges of every sheet, in the order of the sheets.

    Parameters
    ----------
    blocks
        The member `content.xml` piece by piece.

    Raises
    ------
    AreaError
        If the XML is damaged or defines a document type.

    References
    ----------
    OASIS, OpenDocument v1.3 part 3, section 9.1: rows and cells may be written once and repeated.

    Examples
    --------
    >>> [sheet] = scan_open_document([
    ...     b'<a xmlns:table="t" xmlns:office="o"><table:table><table:table-row>'
    ...     b'<table:table-cell table:number-columns-repeated="3" office:value-type="float"/>'
    ...     b'</table:table-row></table:table></a>'])
    >>> sheet.last_row, sheet.last_column
    (1, 3)
    """
    scan = _Scan()
    check_xml(blocks, on_start=scan.start)
    return scan.sheets


@dataclass
class _Scan:
    """Follows rows and columns through the elements."""

    sheets: list[SheetExtent] = field(default_factory=list)
    _row: int = 0
    _next_row: int = 0
    _column: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element."""
        kind = name.rpartition(":")[2]
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if kind == "table":
            self.sheets.append(SheetExtent())
            self._next_row = 0
        elif kind == "table-row":
            self._row = self._next_row
            self._next_row += _count(plain.get("number-rows-repeated"))
            self._column = 0
        elif kind in _CELLS and self.sheets:
            self._take(plain)

    def _take(self, cell: dict[str, str]) -> None:
        """Take a cell, perhaps repeated."""
        sheet, column = self.sheets[-1], self._column
        self._column += _count(cell.get("number-columns-repeated"))
        if "value-type" in cell or "formula" in cell:
            sheet.take(self._next_row, self._column)
            sheet.n_cells += (self._next_row - self._row) * (self._column - column) - 1
        if cell.get("value-type") == "error":
            sheet.errors.append(self._row + 1)
        last = (
            self._row + _count(cell.get("number-rows-spanned")) - 1,
            column + _count(cell.get("number-columns-spanned")) - 1,
        )
        if last != (self._row, column):
            sheet.merges.append(((self._row, column), last))


def _count(text: str | None) -> int:
    """Return a number of repetitions; one where none, or nonsense, is written."""
    return int(text) if text and _NUMBER.fullmatch(text) else 1
