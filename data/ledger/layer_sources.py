"""What the map library is to open of a file, and how."""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import AreaError
from data.ledger.file_kinds import FileKind
from data.ledger.layer_encodings import ENOUGH_BYTES, find_dbase_encoding
from data.ledger.map_texts import alias_fields, read_documents
from data.ledger.refusals import DAMAGED, EXPORT_AGAIN
from data.ledger.text_encodings import find_encoding, utf8_blocks
from data.ledger.text_sources import TextSource
from data.ledger.zip_archives import open_archive

XML_KINDS = frozenset({FileKind.KML, FileKind.KMZ, FileKind.GPX})
_COMMANDS = b"gdal_streamed_alg"
_PARTS = (".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class LayerSource:
    """What the library opens, and how."""

    data: str | bytes
    options: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Field in the data -> its true name."""
    encoding_assumed: bool = False


def list_sources(path: Path, kind: FileKind) -> Iterator[LayerSource]:
    """Yield what the library is to open."""
    if kind in XML_KINDS:
        for document in read_documents(path):
            content, names = (document, {}) if kind == FileKind.GPX else alias_fields(document)
            yield LayerSource(content, names=names)
    elif kind == FileKind.GEOJSON:
        yield _geojson_source(path)
    elif kind == FileKind.ZIPPED_SHAPEFILE:
        with open_archive(path) as archive:
            yield from _zipped_sources(archive)
    elif kind == FileKind.GEOPACKAGE:
        yield LayerSource(str(path.resolve()))
    else:
        table = path if kind == FileKind.DBASE else path.with_suffix(".dbf")
        said = path.with_suffix(".cpg").is_file()
        yield _table_source(str(path.resolve()), _head(table), said=said)


def _zipped_sources(archive: zipfile.ZipFile) -> Iterator[LayerSource]:
    """Yield each shapefile in an archive."""
    names = set(archive.namelist())
    for name in sorted(names):
        stem, suffix = posixpath.splitext(name)
        if suffix.lower() != ".shp":
            continue
        # plain names: those of Chinese programs are in no encoding that the archive names
        packed = io.BytesIO()
        beside = {part: f"{stem}{part}" for part in _PARTS if f"{stem}{part}" in names}
        with zipfile.ZipFile(packed, "w") as plain:
            for part, member in {".shp": name, **beside}.items():
                plain.writestr(f"layer{part}", archive.read(member))
        table = archive.read(beside[".dbf"]) if ".dbf" in beside else b""
        yield _table_source(packed.getvalue(), table, said=".cpg" in beside)


def _head(table: Path) -> bytes:
    """Return as much of a table as its encoding needs to be found; nothing if there is none."""
    if not table.is_file():
        return b""
    with table.open("rb") as file:
        return file.read(ENOUGH_BYTES)


def _table_source(data: str | bytes, table: bytes, *, said: bool) -> LayerSource:
    """Name the encoding of a table, for the library guesses none."""
    encoding, marked = find_dbase_encoding(table)
    options = {"ENCODING": encoding} if encoding else {}
    return LayerSource(data, options, encoding_assumed=bool(encoding) and not (said or marked))


def _geojson_source(path: Path) -> LayerSource:
    """Name the driver: others take JSON for a list of commands. What is no UTF-8 is made so."""
    options = {"DATE_AS_STRING": "YES"}
    source = TextSource(path)
    encoding = find_encoding(source)
    if encoding.name in {"utf-8", "utf-8-sig"}:
        return LayerSource(f"GeoJSON:{path.resolve()}", options)
    content = b"".join(utf8_blocks(source, encoding.name))
    if _COMMANDS in content:
        raise AreaError(DAMAGED, EXPORT_AGAIN)
    return LayerSource(content, options, encoding_assumed=True)
