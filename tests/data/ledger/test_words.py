import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.columns import CODES
from data.ledger.findings import Findings
from data.ledger.records import GEO_PRECISIONS
from data.ledger.words import CONTAINED, OUTCOMES, read_words


def read(column: str, *words: str, **others: str) -> tuple[list[str], dict[str, int]]:
    """Read words of one column, and return what was counted."""
    index = pd.RangeIndex(2, len(words) + 2)
    table = pd.DataFrame({column: words}, index, dtype=str).assign(**others)
    findings = Findings()
    codes = read_words(table, findings=findings)
    assert codes.index.equals(index)
    return codes[column].tolist(), findings.counts


@pytest.mark.parametrize("column", ["source", "type", "geo_precision"])
def test_words_of_the_list_and_codes(column: str) -> None:
    """The words of the list give their codes, and a code is itself; neither is remarkable."""
    words = list(CODES[column])
    expected = [CODES[column][word] for word in words]
    assert read(column, *words) == (expected, {})
    assert read(column, *expected) == (expected, {})


def test_outcomes_of_the_list() -> None:
    """The six outcomes of the list give their codes."""
    assert read("outcome", *OUTCOMES) == (list(OUTCOMES.values()), {})


@pytest.mark.parametrize(
    ("column", "word", "code"),
    [
        ("type", "站街收药", "street_soliciting"),
        ("type", "散发收药小广告", "leafleting"),
        ("type", "楼道内张贴小广告", "posting"),
        ("type", "收售药品聚集", "gathering_spot"),
        ("type", "窝点交易", "storage_den"),
        ("type", "药店收售", "pharmacy_violation"),
        ("type", "快递寄药", "courier"),
        ("type", "微信群收药", "online"),
        ("source", "天津12345便民热线", "order_12345"),
        ("source", "110指挥中心转办", "call_110"),
        ("source", "社区网络化监管", "grid"),
        ("source", "网格员上报", "grid"),
        ("source", "日常巡逻", "patrol_find"),
        ("source", "群众来信举报", "tip"),
        ("source", "市场监管所移交", "handover"),
        ("outcome", "当场取缔并劝离2人", "shut_down"),
        ("outcome", "批评教育后离开", "moved_on"),
        ("outcome", "经查未发现", "not_found"),
        ("outcome", "查无实据", "unfounded"),
        ("outcome", "罚款500元", "penalised"),
        ("outcome", "移交派出所处理", "referred"),
        ("geo_precision", "医院门口", "gate"),
        ("geo_precision", "所在小区", "community"),
    ],
)
def test_words_that_contain_the_sense(column: str, word: str, code: str) -> None:
    """A word is understood by the part of it that gives it away, and that is counted."""
    assert read(column, word) == ([code], {"word_contained": 1})


@pytest.mark.parametrize("column", ["source", "type"])
def test_unknown_words_stay(column: str) -> None:
    """The office's own words stay as they are, and are counted row by row."""
    assert read(column, "其他渠道甲", "其他渠道甲") == (["其他渠道甲"] * 2, {"word_kept": 2})


@pytest.mark.parametrize("word", ["已处理", "已办结。", "处理完毕", "正在办理中", "已回复"])
def test_outcomes_that_say_nothing(word: str) -> None:
    """An outcome that does not say what was done is unknown."""
    assert read("outcome", word) == ([""], {"outcome_vague": 1})


def test_unknown_exactness_is_unknown() -> None:
    """A word for the exactness of a place that is not known gives no exactness."""
    assert read("geo_precision", "东") == (["unknown"], {"geo_precision_unknown": 1})


@pytest.mark.parametrize(
    ("word", "summary", "code"),
    [
        ("", "北门有人站街设牌收药", "street_soliciting"),
        ("小广告", "楼道内张贴", "posting"),
        ("小广告", "有人散发卡片", "leafleting"),
        ("", "经查未发现窝点，门口有人散发小广告", "leafleting"),
    ],
)
def test_type_from_the_summary(word: str, summary: str, code: str) -> None:
    """A type that is empty or open is taken from the text; what the text denies does not count."""
    found, counts = read("type", word, summary=summary)
    assert found == [code]
    assert counts["type_from_summary"] == 1


def test_leaflets_without_more_stay_leaflets() -> None:
    """小广告 alone is neither scattered nor posted, and stays what the office wrote."""
    assert read("type", "小广告", summary="电线杆") == (["小广告"], {"word_kept": 1})


def test_a_stated_type_is_not_overruled() -> None:
    """What the office wrote as the type stands, whatever the text tells."""
    assert read("type", "其他", summary="站街设牌收药") == (["other"], {})


def test_table_without_words() -> None:
    """A table without these columns has the codes of empty cells."""
    codes = read_words(pd.DataFrame(index=[2]), findings=Findings())
    assert codes.iloc[0].tolist() == ["unknown", "other", "", "unknown"]


@given(
    st.lists(
        st.text("收药广告站街散发张贴窝点未发现无非法网络巡查12345110 ，", max_size=12), max_size=8
    )
)
def test_no_word_is_too_strange(words: list[str]) -> None:
    """Whatever stands in the cells, exactness is a known class and a type is never empty."""
    table = pd.DataFrame(dict.fromkeys((*CONTAINED, "summary"), words), dtype=str)
    codes = read_words(table, findings=Findings())
    assert codes["geo_precision"].isin(GEO_PRECISIONS).all()
    assert (codes["type"] != "").all()


def test_an_account_in_the_text_moves_nobody_to_the_net() -> None:
    """Who stands in the street and gives a WeChat id is met in the street, not on the net."""
    where = pd.DataFrame({"address": ["横1路口", "", "微信群", ""], "lon": ["", "", "", "117.9"]})
    table = where.assign(type="", summary="路口有人收药，加微信***")
    assert read_words(table, findings=Findings())["type"].tolist() == [
        *("gathering_spot", "online", "online", "gathering_spot"),
    ]


def test_dealt_with_is_no_fault_of_a_row() -> None:
    """Outcomes that leave open what was done are counted once, and listed under no row."""
    findings = Findings()
    read_words(pd.DataFrame({"outcome": ["已处理"] * 3}), findings=findings)
    assert findings.counts == {"outcome_vague": 3}
    assert findings.rules["outcome_vague"].effect == "noted"
    assert findings.table().empty
