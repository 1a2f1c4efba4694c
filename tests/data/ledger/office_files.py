"""Files as offices hand them over, made for tests; every name in them is invented."""

import datetime as dt
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import xlwt

HEADERS = ["序号", "来源", "受理时间", "类型", "地点", "经度", "纬度", "备注"]
ROWS = [
    ["1", "12345", "2018.1.15 9:20", "站街收药", "某医院北门公交站旁", "117.2063", "39.1410", ""],
    ["2", "巡查发现", "2018/1/16", "小广告", "甲路与乙道交口", "", "", "已处理"],
    ["3", "网格", "43117.3958", "交易聚集", "河边桥底下", "117.2128", "39.1469", ""],
]

Cells = Sequence[Sequence[object]]


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Write rows as a clerk's program does: quoted only where it must be."""
    return "".join(delimiter.join(_quote(cell, delimiter) for cell in row) + "\n" for row in rows)


def _quote(cell: str, delimiter: str) -> str:
    risky = any(sign in cell for sign in (delimiter, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if risky else cell


def write_xlsx(
    path: Path,
    sheets: Mapping[str, Cells],
    *,
    merged: Mapping[str, Sequence[str]] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    """Write a workbook; `None` is a blank cell, `merged` names ranges such as `A1:D1`."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in (merged or {}).get(name, ()):
            sheet.merge_cells(cells)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


def write_xls(
    path: Path,
    sheets: Mapping[str, Cells],
    *,
    merged: Mapping[str, Sequence[tuple[int, int, int, int]]] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    """Write an old workbook; `merged` holds first and last row and column, from 0."""
    book = xlwt.Workbook(encoding="utf-8")
    moment = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        joined = {spot[::2]: spot for spot in (merged or {}).get(name, ())}
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if (row, column) in joined:
                    sheet.write_merge(*joined[row, column], value)
                elif value is not None:
                    style = (moment,) if isinstance(value, dt.datetime) else ()
                    sheet.write(row, column, value, *style)
    book.save(path)
    return path


_OPEN_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "style", "text", "table")
)


_MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
    'm:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
)


def open_cell(text: str, **attributes: int | str) -> str:
    """Write a cell of an ods sheet; `columns_spanned=3` becomes `table:number-columns-spanned`."""
    more = "".join(f' table:number-{k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    text = f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="string"{more}>{text}</table:table-cell>'


def write_ods(path: Path, sheets: Mapping[str, str], *, hidden: Sequence[str] = ()) -> Path:
    """Write an ods workbook; each sheet is the XML of its rows."""
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{"no" if name in hidden else "yes"}">'
        f"{rows}</table:table>"
        for name, rows in sheets.items()
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("yes", "true"), ("no", "false"))
    )
    content = (
        f'<office:document-content {_OPEN_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return path


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file of short streams, which lie in its root's stream."""
    small = b"".join(
        content.ljust(-(-len(content) // 64) * 64, b"\0") for content in streams.values()
    )
    small_table, directory, start = [], [], 0
    for name, content in streams.items():
        n = -(-len(content) // 64)
        small_table += [*range(start + 1, start + n), 0xFFFFFFFE]
        directory.append(_entry(name, 2, start, len(content)))
        start += n
    n_small = -(-len(small) // 512)
    # sectors: 0 the table, 1 and on the directory, then the table of small sectors, then these
    listing = b"".join([_entry("Root Entry", 5, 0, len(small)), *directory])
    n_listing = -(-len(listing) // 512)
    at_small_table, at_small = 1 + n_listing, 2 + n_listing
    listing = _entry("Root Entry", 5, at_small, len(small)) + listing[128:]
    table = [
        0xFFFFFFFD,
        *range(2, 1 + n_listing),
        0xFFFFFFFE,
        0xFFFFFFFE,
        *range(at_small + 1, at_small + n_small),
        0xFFFFFFFE,
    ]
    head = struct.pack("<8s16s5H6x3I", _COMPOUND, b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    head += struct.pack("<6I", 0, 4096, at_small_table, 1, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + b"".join(
        part.ljust(-(-len(part) // 512) * 512, b"\xff")
        for part in (_longs(table), listing, _longs(small_table), small)
    )


_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    title = name.encode("utf-16-le")
    head = title.ljust(64, b"\0") + struct.pack("<HBB12x", len(title) + 2, kind, 1)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def _longs(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
