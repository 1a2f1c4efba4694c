"""Files as they come -> the tables in them, whatever program has written them."""

from pathlib import Path

from data.errors import N_, AreaError
from data.ledger.file_kinds import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, WORKBOOKS, FileKind
from data.ledger.findings import Rule
from data.ledger.guards import check_file
from data.ledger.map_layers import read_layers
from data.ledger.table import LedgerTable
from data.ledger.text_files import read_text_table
from data.ledger.text_sources import TextSource
from data.ledger.workbooks import read_workbook

KIND_BY_CONTENT = Rule(
    "kind_by_content",
    N_("{n} files are of another kind than their name says and were read as what they are."),
    "assumed",
)

_TEXTS = frozenset({FileKind.TEXT, FileKind.GZIPPED_TEXT})


def read_tables(path: Path, *, sheet: str | None = None) -> list[LedgerTable]:
    r"""
    Read every table in a file: sheets, map layers or the one table of a text.

    Parameters
    ----------
    path
        CSV, TSV or other delimited text, also gzipped; a workbook (xlsx, xlsm, xls, et, ods); or a
        map layer (GeoJSON, GeoPackage, shapefile, also zipped, dbf, KML, KMZ, GPX). What it is
        shows in its content, not in its name.
    sheet
        Read this sheet or layer only, even if it is hidden; of no meaning where a file has one
        table only.

    Returns
    -------
    tables
        At least one, as `LedgerTable` describes them; its findings say what reading made of the
        file, in the rules that these modules declare.

    Raises
    ------
    AreaError
        If the file is refused (see `data.ledger.guards.check_file`), has no row of headers or
        cannot be made sense of. The error names the file and quotes nothing of it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ledger.csv"
    ...     _ = path.write_bytes("线索台账,\n序号,地址\n1,河边桥底下\n合计,1\n".encode("gbk"))
    ...     [table] = read_tables(path)
    >>> table.cells.to_dict("index"), table.encoding
    ({3: {'序号': '1', '地址': '河边桥底下'}}, 'gb18030')
    >>> table.findings.counts
    {'title_row': 1, 'total_row': 1}
    """
    kind = check_file(path)
    try:
        if kind in _TEXTS:
            tables = [read_text_table(TextSource(path, kind == FileKind.GZIPPED_TEXT))]
        elif kind in WORKBOOKS:
            tables = read_workbook(path, kind, sheet=sheet)
        else:
            tables = read_layers(path, kind, layer=sheet)
    except AreaError as error:
        raise AreaError(error.named(path.name)) from None
    tables[0].findings.note(KIND_BY_CONTENT, int(_is_misnamed(path, kind)))
    return tables


def _is_misnamed(path: Path, kind: FileKind) -> bool:
    """Tell whether a text is named as a workbook, or the other way round."""
    suffix = path.suffix.lower()
    if kind in _TEXTS:
        return suffix in WORKBOOK_SUFFIXES
    return kind in WORKBOOKS and suffix in TEXT_SUFFIXES
