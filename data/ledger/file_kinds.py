"""What a file is: by its content first, by its name where the content leaves it open."""

import mmap
import zlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from data.errors import N_, AreaError
from data.ledger.compound_files import MAGIC as COMPOUND
from data.ledger.compound_files import CompoundFile
from data.ledger.foreign_files import (
    ARCHIVE,
    DOCUMENT,
    OTHER,
    SLIDES,
    not_a_table,
    refuse_foreign,
)
from data.ledger.refusals import DAMAGED, EMPTY, EXPORT_AGAIN, LOCKED, SAVE_AGAIN, UNLOCK
from data.ledger.text_encodings import no_text
from data.ledger.text_sources import TextSource
from data.ledger.zip_archives import open_archive
from data.map_files import osm_format


class FileKind(StrEnum):
    """A kind of file that can be read."""

    TEXT = "text"
    GZIPPED_TEXT = "gzipped text"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    ZIPPED_SHAPEFILE = "zipped shp"
    DBASE = "dbf"
    KML = "kml"
    KMZ = "kmz"
    GPX = "gpx"


WORKBOOKS = frozenset({FileKind.XLSX, FileKind.XLS, FileKind.ODS})

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab", ""})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xls", ".xlt", ".et", ".ett", ".ods"})
_LAYER_SUFFIXES = frozenset({".kml", ".kmz", ".gpx", ".geojson", ".json", ".gpkg", ".shp", ".dbf"})

_IS_OSM = N_("This is a map of OpenStreetMap, not a ledger.")
_IMPORT_OSM = N_("Import it as facilities or as the street network.")
_IS_PAGE = N_("The file is a web page, whatever its name says.")
_IS_XML_WORKBOOK = N_("The file is an XML workbook of 2003, whatever its name says.")
_UNPACK = N_("Unpack it and import the files in it.")
_RENAME = N_("If it is a table with separators between its columns, rename it to .csv.")
_WHOLE_SET = N_("Choose the .shp file; those beside it are read with it.")
_BESIDE_SHAPES = frozenset({".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qix"})
_GEOPACKAGE_IDS = frozenset({b"GPKG", b"GP10", b"GP11"})
_DBASE_MARKS = frozenset(b"\x02\x03\x30\x31\x32\x43\x63\x83\x8b\xcb\xf5\xfb")
_HEAD = 1 << 16


def find_kind(path: Path) -> FileKind:
    """
    Return the kind of a file.

    Raises
    ------
    AreaError
        If it is of a kind that is not read, with the kind in words and what to do instead.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "export.xls"
    ...     _ = path.write_text("<html><table></table></html>")
    ...     find_kind(path)
    Traceback (most recent call last):
    data.errors.AreaError: The file is a web page, whatever its name says. Open it in WPS or ...
    """
    suffix = path.suffix.lower()
    if osm_format(path):
        raise AreaError(_IS_OSM, _IMPORT_OSM)
    if suffix in _BESIDE_SHAPES:
        raise AreaError(N_("The file is only a part of a shapefile."), _WHOLE_SET)
    head = _read_head(path)
    for magic, find in _BY_MAGIC.items():
        if head.startswith(magic):
            return find(path)
    if suffix == ".dbf" and head[0] in _DBASE_MARKS:
        return FileKind.DBASE
    refuse_foreign(head)
    return _find_text_kind(head, suffix)


def _read_head(path: Path) -> bytes:
    """Return the first bytes of a file that is one."""
    if path.is_dir():
        raise AreaError(N_("This is a folder, not a file."), N_("Choose the files in it."))
    try:
        head = TextSource(path).head(_HEAD)
    except FileNotFoundError:
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder.")) from None
    except OSError:
        what, remedy = N_("The file cannot be opened."), N_("Close it elsewhere and allow access.")
        raise AreaError(what, remedy) from None
    if not head:
        raise AreaError(EMPTY, EXPORT_AGAIN)
    return head


def _find_zip_kind(path: Path) -> FileKind:
    """Tell workbooks, packed map layers and other archives apart by the names in them."""
    with open_archive(path) as archive:
        names = [member.filename for member in archive.infolist()]
        if "mimetype" in names:
            with archive.open("mimetype") as file:
                if b"spreadsheet" in file.read(100):
                    return FileKind.ODS
    suffixes = {Path(name).suffix.lower() for name in names}
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        raise AreaError(N_("The workbook is of the kind xlsb, which is not read."), SAVE_AGAIN)
    for folder, kind in (("word/", DOCUMENT), ("ppt/", SLIDES)):
        if any(name.startswith(folder) for name in names):
            raise not_a_table(kind)
    if ".kml" in suffixes:
        return FileKind.KMZ
    if ".shp" in suffixes:
        return FileKind.ZIPPED_SHAPEFILE
    raise not_a_table(ARCHIVE, _UNPACK)


def _find_compound_kind(path: Path) -> FileKind:
    """Tell what an old office program, or a new one with a password, has written."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        names = CompoundFile(content).names
    if "EncryptedPackage" in names:
        raise AreaError(LOCKED, UNLOCK)
    if names & {"Workbook", "Book"}:
        return FileKind.XLS
    kind = DOCUMENT if "WordDocument" in names else OTHER
    raise not_a_table(kind)


def _find_database_kind(path: Path) -> FileKind:
    """Accept a GeoPackage, and no other database."""
    with path.open("rb") as file:
        head = file.read(72)
    if head[68:72] in _GEOPACKAGE_IDS:
        return FileKind.GEOPACKAGE
    raise not_a_table(N_("a database"))


def _find_gzip_kind(path: Path) -> FileKind:
    """Accept packed text."""
    try:
        head = TextSource(path, gzipped=True).head(_HEAD)
    except (OSError, EOFError, zlib.error):
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None
    if not head:
        raise AreaError(EMPTY, EXPORT_AGAIN)
    inner = Path(path.stem).suffix.lower()
    if head.startswith(tuple(_BY_MAGIC)) or _find_text_kind(head, inner) != FileKind.TEXT:
        raise not_a_table(ARCHIVE, _UNPACK)
    return FileKind.GZIPPED_TEXT


def _find_text_kind(head: bytes, suffix: str) -> FileKind:
    """Tell tables, XML and JSON apart."""
    text = _decode_head(head).lstrip().lower()
    if text.startswith("<"):
        return _find_xml_kind(text)
    if text.startswith("mime-version:"):
        raise AreaError(_IS_PAGE, SAVE_AGAIN)
    is_json = text.startswith(("{", "["))
    if is_json and (suffix in {".json", ".geojson"} or '"feature' in text):
        return FileKind.GEOJSON
    if suffix in _LAYER_SUFFIXES:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    if suffix not in TEXT_SUFFIXES | WORKBOOK_SUFFIXES:
        raise AreaError(N_("The ending of the file's name is not that of a table."), _RENAME)
    return FileKind.TEXT


def _decode_head(head: bytes) -> str:
    """Return the first bytes as text; refuse what holds NUL bytes and is not UTF-16."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not marked:
        plain = head.replace(b"\0", b"")
        if len(plain) * 3 < len(head) or head.count(b"\0\0") > len(head) // 100:
            raise no_text()
        head = plain
    return head.decode("utf-16" if marked else "utf-8", errors="ignore").removeprefix("\ufeff")


def _find_xml_kind(text: str) -> FileKind:
    """Tell map layers from the tables that are written as web pages or old XML workbooks."""
    for mark, kind in (("<kml", FileKind.KML), (":kml", FileKind.KML), ("<gpx", FileKind.GPX)):
        if mark in text:
            return kind
    if "<osm" in text:
        raise AreaError(_IS_OSM, _IMPORT_OSM)
    if "office:spreadsheet" in text:
        raise AreaError(_IS_XML_WORKBOOK, SAVE_AGAIN)
    if any(mark in text for mark in ("<html", "<table", "<!doctype html", "<head", "<body")):
        raise AreaError(_IS_PAGE, SAVE_AGAIN)
    raise not_a_table(N_("an XML file"))


_BY_MAGIC: Mapping[bytes, Callable[[Path], FileKind]] = MappingProxyType(
    {
        b"PK\x03\x04": _find_zip_kind,
        b"PK\x05\x06": _find_zip_kind,
        COMPOUND: _find_compound_kind,
        b"SQLite format 3\0": _find_database_kind,
        b"\x1f\x8b": _find_gzip_kind,
        b"\x00\x00\x27\x0a": lambda _: FileKind.SHAPEFILE,
    }
)
