"""What the records of an xls workbook (BIFF) tell of its sheets before it is opened."""

import struct
from collections.abc import Iterator

from data.errors import AreaError
from data.ledger.refusals import LOCKED, UNLOCK
from data.ledger.sheet_extents import SheetExtent

_BEGIN = 0x0809
_END = 0x000A
_PASSWORD = 0x002F
_SHEET = 0x0085
_ROW_OF_CELLS = 0x00BD
"""MULRK: row, first column, ..., last column."""
_BOOLERR = 0x0205
_FORMULA = 0x0006
_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _ROW_OF_CELLS, _BOOLERR, _FORMULA})
"""NUMBER, RK, LABELSST, LABEL, RSTRING and others: row and column come first."""


def scan_binary_sheets(stream: bytes) -> list[SheetExtent]:
    """
    Find the extent of every sheet of an xls workbook, in the order of its sheets.

    Parameters
    ----------
    stream
        The stream `Workbook` (BIFF 8) or `Book` (BIFF 5) of the compound file.

    Raises
    ------
    AreaError
        If the workbook is locked with a password or damaged.

    References
    ----------
    Microsoft, [MS-XLS] Excel Binary File Format, section 2.3.

    Examples
    --------
    >>> begin = bytes.fromhex("0908 0400 0006 1000")
    >>> number = bytes.fromhex("0302 0e00 0400 0100") + bytes(10)
    >>> [(sheet.last_row, sheet.last_column) for sheet in scan_binary_sheets(begin + number)]
    [(5, 2)]
    """
    places: list[int] = []
    found: dict[int, SheetExtent] = {}
    open_: list[SheetExtent] = []  # a chart inside a sheet is one more
    for at, kind, body in _records(stream):
        if kind == _PASSWORD:
            raise AreaError(LOCKED, UNLOCK)
        if kind == _SHEET:
            places.append(struct.unpack_from("<I", body.ljust(4, b"\0"))[0])
        elif kind == _BEGIN:
            open_.append(found.setdefault(at, SheetExtent()))
        elif kind == _END:
            open_ = open_[:-1]
        elif open_:
            _take(open_[-1], kind, body)
    return [found.get(place, SheetExtent()) for place in places] or list(found.values())


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield place, kind and body of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0 and size == 0:  # padding behind the last record
            return
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _take(extent: SheetExtent, kind: int, body: bytes) -> None:
    """Count the cells of a record."""
    if kind not in _CELLS:
        return
    row, column = struct.unpack_from("<HH", body.ljust(4, b"\0"))
    extent.take(row + 1, column + 1)
    if kind == _ROW_OF_CELLS:
        last = max(struct.unpack("<H", body[-2:].ljust(2, b"\0"))[0], column)
        extent.take(row + 1, last + 1)
        extent.n_cells += last - column - 1
    is_error = kind == _BOOLERR and body[7:8] == b"\x01"
    # a formula's result that is an error: kind 2 in its first byte, FFFF in its last two
    is_error |= kind == _FORMULA and body[6:7] == b"\x02" and body[12:14] == b"\xff\xff"
    if is_error:
        extent.errors.append(row + 1)
