import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from data.errors import AreaError
from data.ledger.compound_files import CompoundFile
from data.ledger.files import read_tables
from data.ledger.table import LedgerTable
from tests.data.ledger.office_files import (
    HEADERS,
    ROWS,
    compound,
    open_cell,
    write_ods,
    write_xls,
    write_xlsx,
)


def rows(table: LedgerTable) -> list[list[str]]:
    """Return the cells as lists."""
    return [list(map(str, cells)) for cells in table.cells.to_numpy().tolist()]


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.xlsm", "台账.et", "台账.xls", "台账.csv"])
@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_workbook_is_read_whatever_its_name(
    tmp_path: Path, write: type[write_xlsx], name: str
) -> None:
    """A workbook of either kind reads the same under every name; a .csv that is none is counted."""
    [table] = read_tables(write(tmp_path / name, {"台账": [HEADERS, *ROWS]}))
    assert table.cells.columns.tolist() == HEADERS
    assert rows(table) == ROWS
    assert table.cells.index.tolist() == [2, 3, 4]
    assert table.sheet == ""
    assert table.findings.counts == ({"kind_by_content": 1} if name.endswith("csv") else {})


VALUES = {
    "日期": (dt.datetime.fromisoformat("2018-01-15"), "2018-01-15"),
    "时间": (dt.datetime.fromisoformat("2018-01-15 09:20"), "2018-01-15 09:20:00"),
    "整数": (12, "12"),
    "经度": (117.2063, "117.2063"),
    "小数": (0.1 + 0.2, "0.3"),
    "很小": (1e-7, "0.0000001"),
    "网格编码": (120105001000123000, "1.20105001000123e+17"),
    "编号": (120105001000123, "120105001000123"),
    "负数": (-1.5, "-1.5"),
    "是否": (True, "是"),
    "否": (False, "否"),
    "文字": ("  ＝桥下\n", "＝桥下"),
    "公式样": ("@x", "@x"),
}


@pytest.mark.parametrize(("name", "write"), [("a.xlsx", write_xlsx), ("a.xls", write_xls)])
def test_values_become_texts(tmp_path: Path, name: str, write: type[write_xlsx]) -> None:
    """Dates are ISO, numbers are as the screen shows them, what Excel has rounded is visible."""
    values = [value for value, _ in VALUES.values()]
    [table] = read_tables(write(tmp_path / name, {"a": [list(VALUES), values]}))
    assert table.cells.iloc[0].to_dict() == {key: text for key, (_, text) in VALUES.items()}


def test_times_of_day_and_spans_are_written(tmp_path: Path) -> None:
    """A time of day and a span of more than a day are written in full, to the second."""
    path = write_xlsx(
        tmp_path / "a.xlsx",
        {
            "a": [
                ["时间", "时长", "日期"],
                [dt.time(8, 10), dt.timedelta(hours=30), dt.date(2018, 1, 5)],
            ]
        },
    )
    [table] = read_tables(path)
    assert rows(table) == [["08:10:00", "30:00:00", "2018-01-05"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_merged_cells_titles_and_two_header_lines(tmp_path: Path, name: str) -> None:
    """The usual ledger: a merged title, headers in two lines, one community for several rows."""
    table = [
        ["某街道台账", None, None, None, None],
        ["序号", "社区", "时间", "位置", None],
        [None, None, None, "经度", "纬度"],
        [1, "甲社区", "2018.1.5", 117.2, 39.1],
        [2, None, "2018.1.6", 117.3, 39.2],
        [3, "乙社区", "2018.1.7", 117.4, 39.3],
    ]
    path = tmp_path / name
    if name == "a.xls":
        spots = [(0, 0, 0, 4), (1, 2, 0, 0), (1, 2, 1, 1), (1, 2, 2, 2), (1, 1, 3, 4), (3, 4, 1, 1)]
        write_xls(path, {"a": table}, merged={"a": spots})
    elif name == "a.xlsx":
        merged = ["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "B4:B5"]
        write_xlsx(path, {"a": table}, merged={"a": merged})
    else:
        write_ods(path, {"a": _open_rows(table)})
    [read] = read_tables(path)
    assert read.cells.columns.tolist() == ["序号", "社区", "时间", "经度", "纬度"]
    assert read.cells["社区"].tolist() == ["甲社区", "甲社区", "乙社区"]
    assert read.cells.index.tolist() == [4, 5, 6]
    assert read.findings.counts == {"title_row": 1, "two_line_header": 1, "merged_cells": 1}


def _open_rows(table: list[list[object]]) -> str:
    """Write the merged table above in the way of ods: covered cells, spans, repetitions."""
    covered = "<table:covered-table-cell/>"
    texts = [[open_cell(str(cell)) for cell in row] for row in table]
    title = open_cell("某街道台账", columns_spanned=5, rows_spanned=1)
    lines = [
        title + '<table:covered-table-cell table:number-columns-repeated="4"/>',
        "".join(open_cell(str(cell), rows_spanned=2, columns_spanned=1) for cell in table[1][:3])
        + open_cell("位置", columns_spanned=2, rows_spanned=1)
        + covered,
        covered * 3 + texts[2][3] + texts[2][4],
        texts[3][0]
        + open_cell("甲社区", rows_spanned=2, columns_spanned=1)
        + "".join(texts[3][2:]),
        texts[4][0] + covered + "".join(texts[4][2:]),
        "".join(texts[5]),
    ]
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell'
    blank += ' table:number-columns-repeated="16384"/></table:table-row>'
    return "".join(f"<table:table-row>{line}</table:table-row>" for line in lines) + blank


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_sheets(tmp_path: Path, name: str) -> None:
    """Every visible sheet with a table is read; hidden, empty and headless ones are counted."""
    sheets = {
        "一月": [HEADERS, *ROWS],
        "说明": [["本表由某街道填报"]],
        "空": [],
        "二月": [HEADERS, ROWS[0]],
        "旧": [HEADERS, ROWS[1]],
    }
    path = tmp_path / name
    if name == "a.ods":
        cells = {
            title: "".join(
                f"<table:table-row>{''.join(open_cell(cell) for cell in row)}</table:table-row>"
                for row in rows_
            )
            for title, rows_ in sheets.items()
        }
        write_ods(path, cells, hidden=["旧"])
    else:
        (write_xls if name == "a.xls" else write_xlsx)(path, sheets, hidden=["旧"])
    first, second = read_tables(path)
    assert (first.sheet, len(first.cells), second.sheet, len(second.cells)) == (
        "一月",
        3,
        "二月",
        1,
    )
    assert first.findings.counts == {"hidden_sheet": 1, "sheet_without_table": 1}
    assert second.findings.counts == {}
    [hidden] = read_tables(path, sheet="旧")
    assert rows(hidden) == [ROWS[1]]
    assert hidden.findings.counts == {}
    with pytest.raises(AreaError, match="Choose one of: 一月, 说明, 空, 二月, 旧"):
        read_tables(path, sheet="三月")


def test_table_need_not_begin_at_a1(tmp_path: Path) -> None:
    """Rows keep their numbers where blank rows and columns stand before the table."""
    path = write_xlsx(
        tmp_path / "a.xlsx", {"a": [[], [], [None, None, "编号", "地址"], [None, None, 1, "甲路"]]}
    )
    [table] = read_tables(path)
    assert table.cells.index.tolist() == [4]
    assert table.cells.columns.tolist() == ["编号", "地址"]


def test_errors_are_empty_and_counted(tmp_path: Path) -> None:
    """A cell with #N/A is empty, and its row is listed."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编号", "地址", "时间"])
    sheet.append(["1", "#N/A", "2018"])
    sheet["B2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    old = xlwt.Workbook()
    page = old.add_sheet("a")
    for column, header in enumerate(["编号", "地址", "时间"]):
        page.write(0, column, header)
    page.row(1).set_cell_text(0, "1")
    page.row(1).set_cell_error(1, 42)
    page.row(1).set_cell_text(2, "2018")
    old.save(str(tmp_path / "a.xls"))
    for name in ("a.xlsx", "a.xls"):
        [table] = read_tables(tmp_path / name)
        assert rows(table) == [["1", "", "2018"]]
        assert table.findings.counts == {"error_cell": 1}
        assert table.findings.table()["row"].tolist() == [2]


def test_formulas_are_not_computed(tmp_path: Path) -> None:
    """A formula gives its kept result; without one it is empty and counted, never evaluated."""
    formula = "=cmd|'/C calc'!A0"
    path = write_xlsx(
        tmp_path / "a.xlsx", {"a": [["编号", "类型", "地址", "合计"], ["1", "x", formula, "=1+1"]]}
    )
    [table] = read_tables(path)
    assert rows(table) == [["1", "x", "", ""]]
    assert table.findings.counts == {"unkept_formula": 2}
    kept = tmp_path / "b.xlsx"
    _edit(path, kept, {"xl/worksheets/sheet1.xml": ("<f>1+1</f><v />", "<f>1+1</f><v>2</v>")})
    [table] = read_tables(kept)
    assert rows(table) == [["1", "x", "", "2"]]
    assert table.findings.counts == {"unkept_formula": 1}


def _edit(source: Path, target: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """Copy an archive and replace a text in some of its members."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            before, after = changes.get(name, ("", ""))
            assert before in content
            new.writestr(name, content.replace(before, after) if before else content)
    return target


def test_links_to_other_workbooks_are_not_followed(tmp_path: Path) -> None:
    """A workbook with external links is read for its kept values."""
    path = write_xlsx(tmp_path / "a.xlsx", {"a": [["编号", "地址"], ["1", "甲路"]]})
    linked = tmp_path / "b.xlsx"
    rels = "xl/_rels/workbook.xml.rels"
    link = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    link += 'relationships/externalLink" Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/>'
    _edit(path, linked, {rels: ("</Relationships>", link + "</Relationships>")})
    [table] = read_tables(linked)
    assert rows(table) == [["1", "甲路"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_far_cell_is_refused(tmp_path: Path, name: str) -> None:
    """A stray cell in the last corner of a sheet is refused: room for all cells would be taken."""
    path = tmp_path / name
    if name == "a.xlsx":
        book = openpyxl.Workbook()
        book.worksheets[0]["A1"] = "编号"
        book.worksheets[0]["XFD1048576"] = "x"
        book.save(path)
    elif name == "a.xls":
        old = xlwt.Workbook()
        page = old.add_sheet("a")
        page.write(0, 0, "x")
        page.write(65_535, 255, "x")
        old.save(str(path))
    else:
        gap = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/>'
        far = '<table:table-cell table:number-columns-repeated="16383"/>' + open_cell("x")
        line = f"<table:table-row>{far}</table:table-row>"
        near = f"<table:table-row>{open_cell('x')}</table:table-row>"
        sheet = f"{near}{gap}</table:table-row>{line}"
        write_ods(path, {"a": sheet})
    with pytest.raises(AreaError, match="A cell lies far away from the table"):
        read_tables(path)


def test_cells_need_not_say_where_they_stand(tmp_path: Path) -> None:
    """Some exports number rows only, or nothing: the table is read, a far row is refused."""
    path = write_xlsx(tmp_path / "a.xlsx", {"a": [HEADERS, *ROWS]})
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(name).decode()
    bare = re.sub(r'<c r="[A-Z]\d"', "<c", xml)
    far = bare.replace('<row r="4"', '<row r="1048000"')
    for number, content in enumerate((bare, re.sub(r'<row r="\d"', "<row", bare), far)):
        _edit(path, tmp_path / f"{number}.xlsx", {name: (xml, content)})
    for number in (0, 1):
        assert rows(read_tables(tmp_path / f"{number}.xlsx")[0]) == ROWS
    with pytest.raises(AreaError, match="A cell lies far away from the table"):
        read_tables(tmp_path / "2.xlsx")


def test_far_formats_do_no_harm(tmp_path: Path) -> None:
    """Cells that are only formatted, to the last row and column, are no cells."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["编号", "地址"], ["1", "甲路"]):
        sheet.append(row)
    sheet["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    [table] = read_tables(tmp_path / "a.xlsx")
    assert rows(table) == [["1", "甲路"]]


def test_repeated_cells_of_ods_are_refused_before_they_are_made(tmp_path: Path) -> None:
    """A cell that is written once and repeated through the whole sheet is refused."""
    line = open_cell("x", columns_repeated=16_384)
    path = write_ods(
        tmp_path / "a.ods",
        {"a": f'<table:table-row table:number-rows-repeated="1048576">{line}</table:table-row>'},
    )
    with pytest.raises(AreaError, match="million cells"):
        read_tables(path)


def test_short_streams_of_compound_files_are_found() -> None:
    """Streams of less than 4096 bytes lie in the root's stream, in small sectors."""
    streams = {"Workbook": b"x" * 100, "b": b"y" * 70, "c": b"z" * 600}
    book = CompoundFile(compound(streams))
    assert {name: book.read(name) for name in streams} == streams
    assert book.read("nothing") == b""


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_workbook_is_refused(tmp_path: Path, name: str, share: float) -> None:
    """A workbook that is cut off anywhere is refused in plain words."""
    write = write_xls if name == "a.xls" else write_xlsx
    path = write(tmp_path / name, {"a": [HEADERS, *ROWS * 300]})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(AreaError, match="damaged"):
        read_tables(path)


def test_locked_workbooks_are_refused(tmp_path: Path) -> None:
    """A password is named as the reason, for new and for old workbooks."""
    new = tmp_path / "a.xlsx"
    new.write_bytes(compound({"EncryptedPackage": b"x" * 99, "EncryptionInfo": b"y" * 99}))
    old = tmp_path / "a.xls"
    begin, password = bytes.fromhex("0908 0400 0006 0500"), bytes.fromhex("2f00 0200 0000")
    old.write_bytes(compound({"Workbook": begin + password + bytes(80)}))
    for path in (new, old):
        with pytest.raises(AreaError, match=r"locked with a password\. Remove the password"):
            read_tables(path)
