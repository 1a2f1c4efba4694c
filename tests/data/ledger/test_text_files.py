import gzip
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from data.errors import AreaError
from data.ledger.files import read_tables
from data.ledger.table import LedgerTable
from tests.data.ledger.office_files import HEADERS, ROWS, delimited

LEDGER = delimited([HEADERS, *ROWS])


def read(path: Path, content: bytes | str, name: str = "台账.csv") -> LedgerTable:
    """Write a file and read its one table."""
    file = path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    [table] = read_tables(file)
    return table


def rows(table: LedgerTable) -> list[list[str]]:
    """Return the cells as lists."""
    return [list(map(str, cells)) for cells in table.cells.to_numpy().tolist()]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_encoding_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    """A ledger reads the same in every encoding that office programs write."""
    table = read(tmp_path, LEDGER.encode(encoding))
    assert table.encoding == found
    assert table.cells.columns.tolist() == HEADERS
    assert rows(table) == ROWS
    assert table.cells.index.tolist() == [2, 3, 4]
    assert table.cells.index.name == "row"


def test_rare_characters_are_read(tmp_path: Path) -> None:
    """Characters that GBK does not have, as in names of people and places, survive."""
    with pytest.raises(UnicodeEncodeError):
        "㤀䶮".encode("gbk")
    text = delimited([["编号", "地址", "描述"], ["1", "㤀家胡同", "䶮某经营的店门口"]])
    assert rows(read(tmp_path, text.encode("gb18030"))) == [["1", "㤀家胡同", "䶮某经营的店门口"]]


def test_traditional_and_western_texts_are_guessed(tmp_path: Path) -> None:
    """Big5 and Windows-1252 are told from GB 18030 by their characters, and it is said."""
    big5 = "編號,地址,時間,描述\n1,中正路與民生路口,2018-01-01,有人在此收購藥品\n"
    table = read(tmp_path, big5.encode("big5"))
    assert table.cells["描述"].tolist() == ["有人在此收購藥品"]
    assert table.findings.counts == {"encoding_assumed": 1}
    western = "id;nombre;fecha\n1;Medellín La América;2018-01-01\n2;José Peña;2018-01-02\n"
    table = read(tmp_path, western.encode("cp1252"))
    assert table.cells["nombre"].tolist() == ["Medellín La América", "José Peña"]


def test_lines_of_two_encodings_are_each_read_in_theirs(tmp_path: Path) -> None:
    """A file in which GBK lines were pasted into UTF-8 loses nothing, and the lines are counted."""
    lines = LEDGER.splitlines(keepends=True)
    content = b"".join(
        line.encode("gb18030" if at in {1, 2} else "utf-8") for at, line in enumerate(lines)
    )
    table = read(tmp_path, content)
    assert rows(table) == ROWS
    assert table.encoding == "utf-8+gb18030"
    assert table.findings.counts == {"mixed_encodings": 2}


@pytest.mark.parametrize(("encoding", "half"), [("utf-8", b"\xe6\xb2"), ("gb18030", b"\xba")])
def test_cut_character_is_shown(tmp_path: Path, encoding: str, half: bytes) -> None:
    """A character cut in half costs that cell one sign, is counted, and spares all other cells."""
    content = LEDGER.encode(encoding).replace("河边桥底下".encode(encoding), half)
    table = read(tmp_path, content)
    assert table.findings.counts["undecodable_bytes"] == 1
    assert rows(table)[:2] == ROWS[:2]
    assert table.cells.loc[4].tolist() == [*ROWS[2][:4], "�", *ROWS[2][5:]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    """The delimiter is found, decimal commas or not, and what stands in quotes is one cell."""
    table = [["编号", "经度", "描述"], ["1", "117,2063", 'a, "b"; c | d']]
    assert rows(read(tmp_path, delimited(table, delimiter))) == table[1:]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Blank lines and titles count; a record with quoted line breaks is one row."""
    text = '台账,\n\n编号,描述\n1,"两\n\n行"\n\n2,一行\n'
    table = read(tmp_path, text)
    assert table.cells.index.tolist() == [4, 6]
    assert table.cells.loc[4, "描述"] == "两\n\n行"
    assert table.findings.counts == {"title_row": 1, "blank_row": 1}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(tmp_path: Path, newline: str) -> None:
    """Files of all systems have the same rows."""
    assert rows(read(tmp_path, LEDGER.replace("\n", newline))) == ROWS


def test_rows_that_are_no_records_are_set_aside(tmp_path: Path) -> None:
    """An export has titles, totals, headers that come again, remarks and rows with a number."""
    text = (
        "某街道非法收售药品线索台账,,,,,,,\n"
        + LEDGER
        + delimited([HEADERS])
        + "4,,,,,,,\n"
        + "合 计,,,3起,,,,\n"
        + "填表人：张某,,,审核：李某,,,,\n"
        + "注：本表每日报送,,,,,,,\n"
    )
    table = read(tmp_path, text)
    assert rows(table) == ROWS
    assert table.cells.index.tolist() == [3, 4, 5]
    assert table.findings.counts == {
        "title_row": 1,
        "repeated_header": 1,
        "total_row": 1,
        "numbered_blank_row": 1,
        "note_row": 2,
    }
    listed = table.findings.table()
    assert listed["row"].tolist() == [6, 8, 7, 9, 10]
    assert not listed["before"].any()  # a foot line names people


def test_long_and_short_rows_are_counted(tmp_path: Path) -> None:
    """A row longer than the headers is set aside with its number; a short one is filled up."""
    text = "编号,地址,备注\n1,甲路1号,乙\n2,甲路,2号,丙\n3,丁路3号\n4,戊路,己,,\n"
    table = read(tmp_path, text)
    assert table.cells.index.tolist() == [2, 4, 5]
    assert table.cells.loc[4].tolist() == ["3", "丁路3号", ""]
    assert table.findings.counts == {"row_too_short": 1, "row_too_long": 1}
    assert table.findings.table().set_index("rule").loc["row_too_long", "row"] == 3


def test_shifted_table_is_refused(tmp_path: Path) -> None:
    """Where most rows have a cell more than there are headers, no cell's header is known."""
    with pytest.raises(AreaError, match="Most rows have more cells than there are headers"):
        read(tmp_path, "编号,地址\n1,甲路,x\n2,乙路,y\n")


def test_headers_are_made_unique(tmp_path: Path) -> None:
    """Headers that come twice are numbered; a column without one gets its place; blank ones go."""
    text = "编号,地址,地址,,地址(2),\n1,甲,乙,丙,丁,\n"
    table = read(tmp_path, text)
    assert table.cells.columns.tolist() == ["编号", "地址", "地址(3)", "列4", "地址(2)"]
    assert rows(table) == [["1", "甲", "乙", "丙", "丁"]]
    assert table.findings.counts == {"duplicate_header": 1, "unnamed_column": 1}


@pytest.mark.parametrize(
    "text",
    [
        '编号,地址,时间,描述\n1,甲路,2018,"没有关上\n2,乙路,2018,x\n',
        '编号,地址,时间,描述\n1,甲路,2018,"没有关上\n2,乙路,2018,x\n3,"丙路",2018,x\n',
        '编号,地址,时间,描述\n1,甲路,2018,"',
    ],
)
def test_open_quotation_mark_is_refused(tmp_path: Path, text: str) -> None:
    """A quotation mark that swallows rows is refused with the row in which it stands."""
    with pytest.raises(AreaError, match="quotation mark") as caught:
        read(tmp_path, text)
    assert [fault.row for fault in caught.value.faults] == [2]


def test_inch_signs_are_text(tmp_path: Path) -> None:
    """A quotation mark inside a cell is one of its characters."""
    assert rows(read(tmp_path, '编号,描述\n1,5" 屏幕\n')) == [["1", '5" 屏幕']]


def test_file_without_headers_says_nothing_of_its_content(tmp_path: Path) -> None:
    """Without headers a file is refused, and no word of it is quoted: it may name people."""
    for text in ("张某,13800000000,某路1号\n李某,13900000000,某路2号\n", "张某,甲路\n李某,乙路\n"):
        with pytest.raises(AreaError, match="No row of headers was found") as caught:
            read(tmp_path, text)
        assert not any(word in str(caught.value) for word in ("张某", "甲路", "1380"))


def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    """Nothing is evaluated, and nothing is taken away."""
    cells = ["=cmd|'/C calc'!A0", "+1", "-1", "@x"]
    table = read(tmp_path, delimited([["编号", "描述", "备注", "地址"], cells]))
    assert rows(table) == [cells]


def test_gzipped_text_is_read(tmp_path: Path) -> None:
    """A packed table reads as the table."""
    assert rows(read(tmp_path, gzip.compress(LEDGER.encode("gbk")), "a.csv.gz")) == ROWS


def test_tabbed_text_named_xls_is_read(tmp_path: Path) -> None:
    """Many platforms export tabbed text and call it .xls; it is read as what it is."""
    table = read(tmp_path, delimited([HEADERS, *ROWS], "\t").encode("gbk"), "导出.xls")
    assert rows(table) == ROWS
    assert table.findings.counts == {"kind_by_content": 1}


def test_irregular_rows_keep_their_place_among_many(tmp_path: Path) -> None:
    """In a file of several blocks, rows of unusual width have the number that they have."""
    lines = [f"{n},甲路{n}号,{'好' * 30}" for n in range(2, 60_000)]
    lines[40_000] = "短"
    lines[50_000] = '50002,"两\n行",好'
    table = read(tmp_path, "编号,地址,备注\n" + "\n".join(lines) + "\n")
    assert table.cells.loc[59_999, "编号"] == "59999"
    assert table.cells.loc[40_002, "编号"] == "短"
    assert table.cells.loc[50_002, "地址"] == "两\n行"
    assert len(table.cells) == 59_998


_SIGNS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\ufeff\ufffd"
)
_TEXT = st.text(st.one_of(st.sampled_from(',;\t|"\n 河边桥甲乙1.'), _SIGNS), max_size=12)
_COLUMNS = ["编号", "类型", "地址", "描述", "备注"]


@given(
    cells=st.lists(st.lists(_TEXT, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
@example(cells=[["", "", "\x85"]], delimiter=",", encoding="utf-8")
def test_tables_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[list[str]],
    delimiter: str,
    encoding: str,
) -> None:
    """Any texts come back as they were, trimmed, whatever the delimiter and the encoding."""
    table = [[f"R{number}", "其他", *row] for number, row in enumerate(cells, start=2)]
    # a cell with a line of as many delimiters as a row is refused: its quotes may be unclosed
    lines = (line for row in cells for cell in row for line in cell.split("\n")[1:])
    assume(max((line.count(delimiter) for line in lines), default=0) < len(_COLUMNS) - 1)
    content = delimited([_COLUMNS, *table], delimiter).encode(encoding)
    if encoding == "gb18030":
        assume(not _is_utf8(content))
    read_back = read(tmp_path_factory.mktemp("tables"), content)
    assert rows(read_back) == [[cell.strip() for cell in row] for row in table]
    assert read_back.cells.index.tolist() == list(range(2, len(table) + 2))
    assert read_back.cells.columns.tolist() == _COLUMNS


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
