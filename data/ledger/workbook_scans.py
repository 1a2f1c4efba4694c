"""The sheets of a workbook, looked through before a library opens them."""

import posixpath
import zipfile
from collections.abc import Sequence
from pathlib import Path

from data.ledger.binary_sheets import scan_binary_sheets
from data.ledger.compound_files import CompoundFile
from data.ledger.file_kinds import FileKind
from data.ledger.open_documents import scan_open_document
from data.ledger.sheet_extents import SheetExtent, scan_sheet_xml
from data.ledger.xml_files import check_xml
from data.ledger.zip_archives import open_archive, unpack


def scan_all_sheets(path: Path, kind: FileKind) -> list[SheetExtent]:
    """Scan the sheets of a workbook that the library opens all at once."""
    if kind == FileKind.XLS:
        book = CompoundFile(path.read_bytes())
        return scan_binary_sheets(book.read("Workbook") or book.read("Book"))
    if kind == FileKind.ODS:
        with open_archive(path) as archive:
            return scan_open_document(unpack(archive, archive.getinfo("content.xml")))
    return []


def scan_xlsx_sheets(path: Path, wanted: Sequence[str]) -> dict[str, SheetExtent]:
    """Scan the wanted sheets of an xlsx workbook."""
    with open_archive(path) as archive:
        parts = _find_parts(archive)
        return {
            name: scan_sheet_xml(unpack(archive, archive.getinfo(parts[name])))
            for name in wanted
            if name in parts
        }


def _find_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the member in which each sheet of an xlsx workbook stands, by the sheet's name."""
    sheets: dict[str, str] = {}
    parts: dict[str, str] = {}

    def take(element: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if element.rpartition(":")[2] == "sheet":
            sheets[plain.get("name", "")] = plain.get("id", "")
        elif element.rpartition(":")[2] == "Relationship":
            # a path from the root of the archive, or from the workbook's folder
            parts[plain.get("Id", "")] = posixpath.join("/xl", plain.get("Target", ""))

    for member in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        check_xml(unpack(archive, archive.getinfo(member)), on_start=take)
    members = {f"/{name}": name for name in archive.namelist()}
    found = {name: posixpath.normpath(parts.get(key, "")) for name, key in sheets.items()}
    return {name: members[part] for name, part in found.items() if part in members}
