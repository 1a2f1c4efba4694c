"""Shapes that no office draws: found by their size before a library builds them."""

import sqlite3
import struct
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np

from data.errors import N_, AreaError, Message
from data.ledger.refusals import DAMAGED, EXPORT_AGAIN

MOST_VERTICES = 1_000_000
"""Of one shape; the boundary of a province drawn in detail has a tenth of them."""
_BYTES_PER_VERTEX = 16
_MOST_SHAPE_BYTES = MOST_VERTICES * _BYTES_PER_VERTEX + 4096
_SHAPE_HEADER = 100
_INDEX_RECORD = 8
_TABLE_HEADER = 32
_QUERY_S = 3.0
_STEPS = 10_000


def _refusal() -> AreaError:
    return AreaError(
        Message.of(
            N_("A shape in it has more than {n} million vertices."), n=MOST_VERTICES // 10**6
        ),
        N_("Simplify the shape in a map program, or leave it out, and export the layer again."),
    )


def check_shapefile(path: Path) -> None:
    """
    Refuse a shapefile that is cut off or has a shape of very many vertices.

    Raises
    ------
    AreaError
        With the remedy; also if the index file that belongs to it is missing.
    """
    with path.open("rb") as file:
        head = file.read(_SHAPE_HEADER)
    if len(head) < _SHAPE_HEADER or struct.unpack_from(">i", head, 24)[0] * 2 > path.stat().st_size:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    index = _beside(path, ".shx")
    if index is None:
        raise AreaError(
            N_("The .shx file that belongs to the shapefile is missing."),
            N_("Copy all files of this name, whatever their ending, into one folder."),
        )
    refuse_large_shapes(index.read_bytes())
    table = _beside(path, ".dbf")
    if table is not None:
        check_dbase(table)


def refuse_large_shapes(index: bytes) -> None:
    """
    Refuse a shapefile whose index (.shx) is cut off or names a shape of very many bytes.

    Raises
    ------
    AreaError
        With the remedy.

    References
    ----------
    ESRI Shapefile Technical Description (1998), Organization of the Index File.

    Examples
    --------
    >>> refuse_large_shapes(bytes(100) + struct.pack(">ii", 50, 100_000_000))
    Traceback (most recent call last):
    data.errors.AreaError: A shape in it has more than 1 million vertices. Simplify the shape ...
    """
    if len(index) < _SHAPE_HEADER:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    n_records = (len(index) - _SHAPE_HEADER) // _INDEX_RECORD
    records = np.frombuffer(index, dtype=">i4", count=n_records * 2, offset=_SHAPE_HEADER)
    n_bytes = records[1::2].astype(np.int64) * 2
    if n_bytes.max(initial=0) > _MOST_SHAPE_BYTES:
        raise _refusal()


def _beside(path: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another ending, in either case."""
    named = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((other for other in named if other.is_file()), None)


def check_dbase(path: Path) -> None:
    """
    Refuse a dBASE table that is shorter than its header says.

    Raises
    ------
    AreaError
        If it is cut off.
    """
    with path.open("rb") as file:
        head = file.read(_TABLE_HEADER)
    if len(head) < _TABLE_HEADER:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    n_rows, start, width = struct.unpack_from("<IHH", head, 4)
    if start + n_rows * width > path.stat().st_size:
        raise AreaError(DAMAGED, EXPORT_AGAIN)


def check_geopackage(path: Path) -> None:
    """
    Refuse a GeoPackage that is cut off or has a shape of very many vertices.

    Raises
    ------
    AreaError
        With the remedy.
    """
    with path.open("rb") as file:
        head = file.read(32)
    page, n_pages = struct.unpack_from(">H", head, 16)[0], struct.unpack_from(">I", head, 28)[0]
    if n_pages * (1 << 16 if page == 1 else page) > path.stat().st_size:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    try:
        # read only: a database that is opened otherwise may leave files beside it
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            largest = _measure_shapes(database)
    except (sqlite3.Error, UnicodeDecodeError):
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None
    if largest > _MOST_SHAPE_BYTES:
        raise _refusal()


def _measure_shapes(database: sqlite3.Connection) -> int:
    """Return the bytes of the largest shape; a layer that computes without end is interrupted."""
    end_s = time.monotonic() + _QUERY_S
    database.set_progress_handler(lambda: time.monotonic() > end_s, _STEPS)
    layers = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
    largest = 0
    for layer, column in layers.fetchall():
        shape, table = ('"' + str(name).replace('"', '""') + '"' for name in (column, layer))
        query = f"SELECT max(length({shape})) FROM {table}"  # noqa: S608  # names, quoted
        largest = max(largest, database.execute(query).fetchone()[0] or 0)
    return largest


def check_drawn_text(blocks: Iterable[bytes], before: bytes, sign: bytes, per_vertex: int) -> None:
    """
    Refuse a text in which a shape has very many vertices.

    Parameters
    ----------
    blocks
        The content piece by piece.
    before
        What stands before each shape.
    sign
        What stands in a shape at each vertex.
    per_vertex
        How often it may stand there.

    Raises
    ------
    AreaError
        With the remedy.

    Examples
    --------
    >>> check_drawn_text([b'"coordinates": [1, 2]'], b'"coordinates"', b"[", 1)
    """
    count = 0
    for block in blocks:
        first, *others = block.split(before)
        for piece in (first, *others):
            count = piece.count(sign) + (count if piece is first else 0)
            if count > MOST_VERTICES * per_vertex:
                raise _refusal()
