import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ledger.headers import find_header
from data.ledger.private_headers import private_headers


def find(*rows: str) -> tuple[int, int, tuple[str, ...]] | None:
    """Find the headers of rows whose cells are divided by commas, numbered from 1."""
    header = find_header((n, row.split(",")) for n, row in enumerate(rows, start=1))
    return (header.first, header.last, header.names) if header else None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("序号,来源,时间", "1,12345,8:10"), (1, 1, ("序号", "来源", "时间"))),
        (("某街道台账,,", "序号,来源,时间", "1,网格,8:10"), (2, 2, ("序号", "来源", "时间"))),
        # below a title of several cells and a line about the table itself
        (
            ("台账,,2018年", "填报单位：某街道,,日期：2018.1", "序号,来源,地址", "1,网格,甲路"),
            (3, 3, ("序号", "来源", "地址")),
        ),
        # a data row whose cells are header words is not the header
        (
            ("类型,定位精度,时间,网格", "网格,社区,8:10,地址"),
            (1, 1, ("类型", "定位精度", "时间", "网格")),
        ),
        # no usual word: texts above numbers
        (("甲,乙,丙", "x,1,2", "y,3,4"), (1, 1, ("甲", "乙", "丙"))),
        # years above columns of numbers
        (
            ("Land,Kürzel,1929,1930", "x,1,323,267", "y,4,600,520"),
            (1, 1, ("Land", "Kürzel", "1929", "1930")),
        ),
        # open data
        (("16,6,,", "id,y,z,wzz", "1,39,-6.4,7"), (2, 2, ("id", "y", "z", "wzz"))),
        (("Case Number,Date", "HZ1,04/27/2016 01:44:00 PM"), (1, 1, ("Case Number", "Date"))),
    ],
)
def test_header_is_found(rows: tuple[str, ...], expected: tuple[int, int, tuple[str, ...]]) -> None:
    """The headers are found below titles, with usual words or by the values below them."""
    assert find(*rows) == expected


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        # what a merged header becomes in CSV: blank cells beside and below
        (("序号,时间,,位置,", ",起,止,经度,纬度"), ("序号", "时间起", "时间止", "经度", "纬度")),
        # vertically merged cells repeat their text
        (("序号,时间,位置,", "序号,时间,经度,纬度"), ("序号", "时间", "经度", "纬度")),
        (("id,date,place,", ",,x,y"), ("id", "date", "x", "y")),
        (("编号,人数,,", ",男,女,合计"), ("编号", "人数男", "人数女", "人数合计")),
    ],
)
def test_two_lines_are_joined(rows: tuple[str, ...], names: tuple[str, ...]) -> None:
    """A group above and its columns below become one header each."""
    assert find("台账,,,,", *rows, "1,8:10,9:10,1,2") == (2, 3, names)


@pytest.mark.parametrize(
    "rows",
    [
        ("张某,13800000000,某路1号", "李某,13900000000,某路2号"),
        ("张某,甲路", "李某,乙路"),
        ("1,2018.1.5,甲路", "2,2018.1.6,乙路"),
        ("张某,未知,街道", "李某,3,乙路,5", "王某,4,丙路,6"),
        ("一段说明文字",),
        ("网格,8:10,117.2,39.1,社区", "网格,9:10,117.3,39.2,社区"),
        (),
    ],
)
def test_data_are_not_taken_for_headers(rows: tuple[str, ...]) -> None:
    """Rows of data, and texts that may be people's, are no headers: headers are shown."""
    assert find(*rows) is None


@given(st.lists(st.lists(st.text(max_size=6), max_size=6), max_size=8))
def test_any_rows_are_judged(rows: list[list[str]]) -> None:
    """Whatever the first rows hold, the answer is one of them or none."""
    header = find_header(enumerate(rows, start=1))
    if header:
        assert 1 <= header.first <= header.last <= header.first + 1 <= len(rows) + 1
        assert any(header.names)


def test_a_second_line_that_says_all_stands_alone() -> None:
    """时间 over 发现时间 and 处理时间 gives these two, and both are known columns."""
    upper, lower = ["编号", "时间", "", "地址"], ["", "发现时间", "处理时间", ""]
    row = ["1", "2026-11-03 09:10", "2026-11-03 10:10", "甲路3号"]
    header = find_header([(1, upper), (2, lower), (3, row)])
    assert header is not None
    assert header.names == ("编号", "发现时间", "处理时间", "地址")


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("事件信息,,,举报人,,", "受理时间,发生时间,内容,姓名,电话,地址"),
        ("事件信息,,,反映人,", "受理时间,发生时间,内容,姓名,地址"),
        ("事件信息,,,诉求人,", "受理时间,发生时间,内容,联系方式,详细地址"),
        ("事件信息,,,投诉人信息,", "受理时间,发生时间,内容,姓名,地点"),
    ],
)
def test_where_a_reporter_lives_is_no_place_of_incidents(upper: str, lower: str) -> None:
    """A column below a person's is named so that it is dropped, however its own line reads."""
    row = ",".join(f"某{at}" for at in range(len(lower.split(","))))
    found = find(upper, lower, row)
    assert found is not None
    below = {name for name in found[2] if name.endswith(("地址", "地点", "楼号"))}
    assert below
    assert set(private_headers(below)) == below
