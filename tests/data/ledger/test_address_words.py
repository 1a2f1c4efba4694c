import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.address_words import (
    closes_at,
    is_vague,
    normalise,
    opens_at,
    read_number,
    read_offset,
)

SIGNS = "建设路 十二号３＃（），12-零一no.第号栋~—[]二百a 釆醫"


@settings(max_examples=500)
@given(st.text(alphabet=SIGNS))
def test_a_plain_text_stays(text: str) -> None:
    """What is normalised once is not changed by doing it again."""
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("建设路１２号", "建设路12号"),
        ("建设路 12 号", "建设路12号"),
        ("建设路12#", "建设路12号"),
        ("建设路No.12号", "建设路12号"),
        ("建设路十二号", "建设路12号"),
        ("建设路100弄", "建设路一百弄"),
        ("釆菱路囗", "采菱路口"),
        ("⻄⻓路", "西长路"),
        ("某医院【北门】", "某医院(北门)"),
        ("甲路～乙道", "甲路-乙道"),
        ("河边;桥下", "河边,桥下"),
        ("建 设 路口", "建设路口"),
        ("  河边  建设路 ", "河边 建设路"),
    ],
)
def test_signs_have_one_form(written: str, plain: str) -> None:
    """Widths, brackets, dashes, spaces, numerals and look-alike signs do not tell names apart."""
    assert normalise(written) == normalise(plain)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("12号", (12, 12)),
        ("12号3号楼501室", (12, 12)),
        ("甲12号", (12, 12)),
        ("增12号增1号", (12, 12)),
        ("1515-1525号", (1515, 1525)),
        ("398-396号", (396, 398)),
        ("45、55号", (45, 55)),
        ("230-1号", (230, 230)),
        ("1002-05", (1002, 1002)),
        ("622弄7号", (622, 622)),
        ("666某某大厦", (666, 666)),
        ("139附近", (139, 139)),
        ("12号院", (12, 12)),
        ("50米", None),
        ("8路公交站", None),
        ("3号楼", None),
        ("10号线出口", None),
        ("2号门", None),
        ("8点", None),
        ("3人", None),
        ("0号", None),
        ("口", None),
        ("", None),
    ],
)
def test_door_numbers_are_told_from_other_numbers(
    words: str, numbers: tuple[int, int] | None
) -> None:
    """A number is a door's unless it counts metres, buses, buildings, gates, hours or persons."""
    assert read_number(words) == numbers


@pytest.mark.parametrize(
    ("words", "east_north"),
    [("以东50米", (50, 0)), ("向西南100米", (-70.7, -70.7)), ("北侧约30米", (0, 30))],
)
def test_directions_point_the_right_way(words: str, east_north: tuple[float, float]) -> None:
    """East is right and north is up; between two, each gets its share."""
    offset = read_offset(words)
    assert offset is not None
    assert (offset.east_m, offset.north_m) == east_north
    assert offset.known_side


def test_a_distance_without_a_side_moves_nothing() -> None:
    """约30米 says how far, and not where."""
    offset = read_offset("约30米处")
    assert offset is not None
    assert (offset.east_m, offset.north_m, offset.known_side) == (0, 0, False)
    assert read_offset("东侧") is None


def test_vague_words_are_noticed() -> None:
    """附近 and its like say less than 旁."""
    assert all(map(is_vague, ("附近", "周边", "一带")))
    assert not any(map(is_vague, ("旁", "对面", "门口")))


@pytest.mark.parametrize("before", ["新", "前", "小", "第十", "河北", "老", "东"])
def test_a_name_does_not_begin_inside_another(before: str) -> None:
    """建设路 is not found in 新建设路."""
    assert not opens_at(before + "建设路", len(before))


@pytest.mark.parametrize(
    "before", ["", "甲街道", "甲市乙区", "位于", "在", "12号", "(", "甲社区", "甲路与", "医院附近"]
)
def test_a_name_begins_after_a_word(before: str) -> None:
    """Towns, streets, small words and signs may stand before a name."""
    assert opens_at(before + "建设路", len(before))


@pytest.mark.parametrize("after", ["小学", "派出所", "社区", "菜市场", "东里", "桥", "站"])
def test_a_road_does_not_end_inside_another_name(after: str) -> None:
    """建设路 is not found in 建设路小学."""
    assert not closes_at("建设路" + after, 3, "road")


@pytest.mark.parametrize("after", ["", "口", "东侧", "东段", "12号", "与", "附近", "路边", "有人"])
def test_a_road_ends_before_a_word(after: str) -> None:
    """What is said of a road may follow its name."""
    assert closes_at("建设路" + after, 3, "road")


@pytest.mark.parametrize("after", ["家属院", "宿舍", "分院", "社区", "小区", "东院"])
def test_a_facility_does_not_end_inside_another_name(after: str) -> None:
    """A hospital is not its branch or its staff's dwellings."""
    assert not closes_at("某医院" + after, 3, "place")
