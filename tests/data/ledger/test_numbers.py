import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ledger.findings import Findings
from data.ledger.numbers import LARGEST, read_counts, read_references


def count(texts: list[str], column: str, header: str = "") -> tuple[list[float], dict[str, int]]:
    """Read texts as numbers, and return what was counted."""
    findings = Findings()
    series = pd.Series(texts, index=pd.RangeIndex(2, len(texts) + 2), dtype=str)
    found = read_counts(series, findings, column, header=header)
    assert found.index.equals(series.index)
    return found.tolist(), findings.counts


@pytest.mark.parametrize(
    ("text", "persons", "rule"),
    [
        ("3", 3, None),
        ("3.0", 3, None),
        ("3人", 3, "count_in_words"),
        ("３人", 3, "count_in_words"),
        ("三人", 3, "count_in_words"),
        ("二十三", 23, "count_in_words"),
        ("两名", 2, "count_in_words"),
        ("3人（含2名老人）", 3, "count_in_words"),
        ("无", 0, "count_in_words"),
        ("约5人", 5, "count_about"),
        ("5人左右", 5, "count_about"),
        ("十余人", 10, "count_about"),
        ("十几人", 10, "count_about"),
        ("100多人", 100, "count_about"),
        ("3-5人", 3, "count_about"),
        ("3至5名", 3, "count_about"),
    ],
)
def test_persons(text: str, persons: int, rule: str | None) -> None:
    """A number in words is read out; of a rough one the number said, or the smaller, is taken."""
    found, counts = count([text], "persons")
    assert found == [persons]
    assert counts == ({rule: 1} if rule else {})


@pytest.mark.parametrize("text", ["数人", "数十人", "若干", "男2女3", "-1", "13812345678", "很多"])
def test_what_is_no_number_stays_empty(text: str) -> None:
    """A text that names no number, or several, is not guessed; a telephone number is no count."""
    found, counts = count([text], "persons")
    assert np.isnan(found).all()
    assert counts == {"count_unread": 1}


@pytest.mark.parametrize(
    ("text", "boxes"), [("35盒", 35), ("药品12种35盒", 35), ("1,200盒", 1200), ("200多盒", 200)]
)
def test_boxes(text: str, boxes: int) -> None:
    """Where a cell holds several numbers the one with the unit of the column counts."""
    assert count([text], "boxes")[0] == [boxes]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1.2万元", 12_000),
        ("1万2千元", 12_000),
        ("２万", 20_000),
        ("3,500.50元", 3500.5),
        ("¥1200", 1200),
        ("三千元", 3000),
        ("500余元", 500),
        ("1.5w", 15_000),
        ("2亿元", 200_000_000),
    ],
)
def test_money(text: str, yuan: float) -> None:
    """Money is in yuan, whatever its unit."""
    assert count([text], "goods_value")[0] == [yuan]


def test_unit_in_the_header() -> None:
    """A header in 万元 holds for bare numbers, and not for cells that name their own unit."""
    found, _ = count(["1.2", "3000元"], "goods_value", header="货值（万元）")
    assert found == [12_000, 3000]


def refer(*texts: str) -> tuple[list[str], dict[str, int]]:
    """Read texts as numbers of records, and return what was counted."""
    findings = Findings()
    found = read_references(pd.Series(texts, dtype=str), findings)
    return found.tolist(), findings.counts


def test_references_are_cleaned() -> None:
    """Full width, spaces, an apostrophe and a decimal point are no part of a number."""
    found, counts = refer("ＴＪ２０１８ 001", "20180105001.0", "'0012", "A-7")
    assert found == ["TJ2018001", "20180105001", "0012", "A-7"]
    assert counts == {"number_cleaned": 3}


@pytest.mark.parametrize(
    "texts",
    [
        ("1.2E+14", "1.20105E+14"),
        ("1,2e+14", "1.2E14"),
        ("120105001002003000", "120105001002004000"),
    ],
)
def test_references_that_lost_digits_identify_nothing(texts: tuple[str, str]) -> None:
    """A number that a spreadsheet has rounded is left out, for others may look the same."""
    found, counts = refer(*texts)
    assert found == ["", ""]
    assert counts == {"number_lost_digits": 2}


def test_long_references_that_are_whole() -> None:
    """Long numbers with digits to the end are kept, even if one ends in zeros."""
    texts = ("120105001002003123", "120105001002004000")
    assert refer(*texts) == (list(texts), {})


def test_short_references_are_noted() -> None:
    """Among numbers of one length the shorter ones are noted, and running numbers are not."""
    texts = [f"0120{n}" for n in range(10, 19)]
    assert refer(*texts, "12019")[1] == {"number_short": 1}
    assert refer(*map(str, range(1, 1200)))[1] == {}


@given(st.lists(st.text(max_size=12), max_size=8), st.sampled_from(sorted(LARGEST)))
def test_no_text_is_too_strange(texts: list[str], column: str) -> None:
    """Whatever stands in a cell, a count is never negative and a reference is a text."""
    series = pd.Series(texts, dtype=str)
    numbers = read_counts(series, Findings(), column).dropna()
    assert numbers.between(0, LARGEST[column]).all()
    assert all(isinstance(text, str) for text in read_references(series, Findings()))
