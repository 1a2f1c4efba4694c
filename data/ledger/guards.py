"""What is checked before a file is read: its size, what it would grow to, what it would do."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from data.errors import N_, AreaError, Message
from data.ledger.file_kinds import FileKind, find_kind
from data.ledger.map_texts import read_documents
from data.ledger.refusals import DAMAGED, EXPORT_AGAIN, TOO_LARGE
from data.ledger.shape_limits import (
    check_dbase,
    check_drawn_text,
    check_geopackage,
    check_shapefile,
    refuse_large_shapes,
)
from data.ledger.text_sources import TextSource
from data.ledger.xml_files import check_xml
from data.ledger.zip_archives import check_archive, open_archive

_MB = 1 << 20
MOST_BYTES: Mapping[FileKind, int] = MappingProxyType(
    {
        FileKind.TEXT: 1024 * _MB,
        FileKind.GZIPPED_TEXT: 512 * _MB,  # unpacked as well
        FileKind.XLSX: 100 * _MB,
        FileKind.XLS: 100 * _MB,
        FileKind.ODS: 100 * _MB,
        FileKind.GEOJSON: 100 * _MB,
        FileKind.KML: 100 * _MB,
        FileKind.KMZ: 100 * _MB,
        FileKind.GPX: 100 * _MB,
        FileKind.GEOPACKAGE: 500 * _MB,
        FileKind.SHAPEFILE: 500 * _MB,
        FileKind.ZIPPED_SHAPEFILE: 200 * _MB,
        FileKind.DBASE: 500 * _MB,
    }
)
"""Larger files are refused."""
_MOST_OF_ALL = max(MOST_BYTES.values())
_MOST_ZIPPED = 200 * _MB
"""Of a zipped shapefile, unpacked: it is unpacked in memory."""
_HARMLESS = 100 * _MB
_DENSEST = 30
"""Above `_HARMLESS` bytes, packed text of more than so many bytes out of one is a bomb."""
_DIVIDE = N_("Divide it, or export fewer columns or a shorter period.")


def check_file(path: Path) -> FileKind:
    """
    Refuse a file that would flood the memory, or is not what is read here; nothing is kept of it.

    Parameters
    ----------
    path
        Any file; it is looked through, never executed, and no address in it is followed.

    Returns
    -------
    kind
        By content first; a wrong ending of the name does no harm.

    Raises
    ------
    AreaError
        With one sentence on what is wrong, one on what to do, and the name of the file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ledger.csv"
    ...     _ = path.write_bytes(bytes(1000))
    ...     check_file(path)
    Traceback (most recent call last):
    data.errors.AreaError: ledger.csv: The file holds NUL bytes: it is damaged, or no text. ...
    """
    try:
        if path.is_file():
            _refuse_size(path.stat().st_size, _MOST_OF_ALL)
        kind = find_kind(path)
        _refuse_size(path.stat().st_size, MOST_BYTES[kind])
        _CHECKS[kind](path)
    except AreaError as error:
        raise AreaError(error.named(path.name)) from None
    return kind


def _refuse_size(n_bytes: int, most: int) -> None:
    """Refuse what is too large to be read."""
    if n_bytes > most:
        raise AreaError(Message.of(TOO_LARGE, n=most // _MB), _DIVIDE)


def _check_gzip(path: Path) -> None:
    """Unpack a text once, without keeping it, to learn its size."""
    n_packed, n_unpacked = path.stat().st_size, 0
    try:
        for block in TextSource(path, gzipped=True).blocks():
            n_unpacked += len(block)
            _refuse_size(n_unpacked, MOST_BYTES[FileKind.GZIPPED_TEXT])
            if n_unpacked > max(_HARMLESS, _DENSEST * n_packed):
                raise AreaError(
                    N_("It is packed so densely that unpacking it may flood the memory."),
                    N_("If you trust the file, unpack it and import what is in it."),
                )
    except (gzip.BadGzipFile, EOFError, OSError, zlib.error):
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None


def _check_geojson(path: Path) -> None:
    """Count the vertices of each shape, each in brackets."""
    check_drawn_text(TextSource(path).blocks(), b'"coordinates"', b"[", 1)


def _check_kml(path: Path) -> None:
    """Parse every document in the file, and count the vertices of each shape by their commas."""
    for content in read_documents(path):
        if check_xml(_blocks(content)) != "kml":
            raise AreaError(DAMAGED, EXPORT_AGAIN)
        check_drawn_text(_blocks(content), b"<coordinates", b",", 2)


def _check_kmz(path: Path) -> None:
    check_archive(path)
    _check_kml(path)


def _check_gpx(path: Path) -> None:
    """Parse the file, and count the points of each track."""
    for content in read_documents(path):
        if check_xml(_blocks(content)) != "gpx":
            raise AreaError(DAMAGED, EXPORT_AGAIN)
        check_drawn_text(_blocks(content), b"<trk>", b"<trkpt", 1)


def _check_zipped_shapefile(path: Path) -> None:
    """Look into the archive and at the index of each shapefile in it."""
    check_archive(path)
    with open_archive(path) as archive:
        _refuse_size(sum(member.file_size for member in archive.infolist()), _MOST_ZIPPED)
        for member in archive.infolist():
            if member.filename.lower().endswith(".shx"):
                refuse_large_shapes(archive.read(member))


def _blocks(content: bytes) -> Iterator[bytes]:
    """Yield a content piece by piece."""
    for start in range(0, len(content), _MB):
        yield content[start : start + _MB]


def _accept(_: Path) -> None:
    """Let a file pass: reading it looks at the rest."""


_CHECKS: Mapping[FileKind, Callable[[Path], None]] = MappingProxyType(
    {
        FileKind.TEXT: _accept,
        FileKind.GZIPPED_TEXT: _check_gzip,
        FileKind.XLSX: check_archive,
        FileKind.XLS: _accept,
        FileKind.ODS: check_archive,
        FileKind.GEOJSON: _check_geojson,
        FileKind.KML: _check_kml,
        FileKind.KMZ: _check_kmz,
        FileKind.GPX: _check_gpx,
        FileKind.GEOPACKAGE: check_geopackage,
        FileKind.SHAPEFILE: check_shapefile,
        FileKind.ZIPPED_SHAPEFILE: _check_zipped_shapefile,
        FileKind.DBASE: check_dbase,
    }
)
