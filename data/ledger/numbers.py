"""Counts, sums of money, and the numbers that files give to their records."""

import re
import unicodedata

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.blank_words import without_blanks
from data.ledger.chinese_numerals import to_digits
from data.ledger.findings import Findings, Rule
from data.ledger.text_groups import plain_numbers

COUNT_UNITS = {"persons": "人名个位", "boxes": "盒瓶支板袋", "goods_value": "元块"}
"""Column -> signs that follow the number that is meant where a cell holds several."""
LARGEST = {"persons": 100_000, "boxes": 10_000_000, "goods_value": 1e12}
"""Column -> what is larger is no such number, but perhaps a telephone's."""
_TIMES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "亿": 100_000_000,
    "k": 1_000,
    "w": 10_000,
}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:多|余|几|来)?([十百千万亿kw]?)(?:多|余|几|来)?(?=(.?))")
_COMPOUND = re.compile(r"(?:\d+(?:\.\d+)?[百千万亿]){2,}")
_PART = re.compile(r"(\d+(?:\.\d+)?)([百千万亿])")
_ASIDES = re.compile(r"\([^)]*\)|\s")
_RANGE = re.compile(r"(\d)\s*[-~—–至到]\s*\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ABOUT = re.compile(r"约|大概|左右|上下|余|多|几|来|近|不足|至少|以上|以下|[-~—–至到]")
_SEVERAL = "数"
_NOTHING = frozenset({"无", "没有", "零", "未收缴", "未查获", "未见"})

LOST = r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}"
"""How spreadsheets write a number of more than 11 digits: all but the first digits are gone."""
_PLAIN = r"[0-9A-Za-z_-]*"
"""A number as most systems write it, of which nothing need be cleaned."""
_KEPT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; it puts zeros in place of the others."""
_FIXED_WIDTH = 6
_MOST = 0.8

COUNT_IN_WORDS = Rule(
    "count_in_words", N_("{n} numbers stand with words or units and were read out."), "repaired"
)
COUNT_ABOUT = Rule(
    "count_about",
    N_("{n} numbers are given roughly; the number said, or the smaller of two, is taken."),
    "assumed",
)
COUNT_UNREAD = Rule(
    "count_unread",
    N_("{n} cells should hold a number and do not; they are left empty."),
    "dropped",
    N_("Write a plain number."),
)
NUMBER_CLEANED = Rule(
    "number_cleaned",
    N_("{n} record numbers had full-width signs, spaces or a decimal point added."),
    "repaired",
)
NUMBER_LOST_DIGITS = Rule(
    "number_lost_digits",
    N_("{n} record numbers lost digits in a spreadsheet (like 1.2E+14) and identify no record."),
    "dropped",
    N_("Format the column as text in the source program and export it again."),
)
NUMBER_SHORT = Rule(
    "number_short",
    N_("{n} record numbers are shorter than the others; zeros in front may have been lost."),
    "noted",
    N_("Format the column as text in the source program and export it again."),
)


def read_counts(
    texts: pd.Series, findings: Findings, column: str, *, header: str = ""
) -> pd.Series:
    """
    Read how many, or how much money.

    Of a rough number (十余人, 约5人) the number said is taken, of a range (3-5人) the smaller one,
    so that no total is too high. Where a cell holds several numbers, the one with the unit of the
    column counts; 数人 and 若干 stay empty.

    Parameters
    ----------
    texts
        Cells as they stand.
    findings
        Counts what was done.
    column
        `persons`, `boxes` or `goods_value` (yuan).
    header
        The file's header; 万元 in it means that the cells count ten thousands.

    Returns
    -------
    numbers
        On the index of `texts`; NaN where there is none.

    Examples
    --------
    >>> texts = pd.Series(["3人", "十余人", "3-5人", "数人", ""])
    >>> read_counts(texts, Findings(), "persons").tolist()
    [3.0, 10.0, 3.0, nan, nan]
    >>> read_counts(pd.Series(["1.2万元", "3,500"]), Findings(), "goods_value").tolist()
    [12000.0, 3500.0]
    """
    if (texts == "").all():
        return pd.Series(np.nan, texts.index)
    scale = 10_000 if "万" in header else 1
    said = texts.where(texts.isin(_NOTHING), without_blanks(texts))
    numbers = plain_numbers(said.where(~said.str.startswith("-"), "")) * scale
    rest = said[numbers.isna() & (said != "")]
    each = pd.Series(rest.unique(), dtype=str)
    values = pd.Series([_count(text, column, scale) for text in each], each, dtype=float)
    numbers = numbers.fillna(rest.map(values))
    numbers = numbers.mask(numbers > LARGEST[column])
    worded = rest[numbers[rest.index].notna()]
    rough = worded.str.contains(_ABOUT.pattern, regex=True).to_numpy(dtype=bool)
    findings.add(COUNT_IN_WORDS, worded[~rough], column=column, after=numbers)
    findings.add(COUNT_ABOUT, worded[rough], column=column, after=numbers)
    findings.add(COUNT_UNREAD, said[(said != "") & numbers.isna()], column=column)
    return numbers


def _count(text: str, column: str, scale: int) -> float | None:
    """Read one cell that is not a plain number, or give up."""
    if text in _NOTHING:
        return 0.0
    plain = _ASIDES.sub("", unicodedata.normalize("NFKC", text).casefold())
    plain = _RANGE.sub(r"\1", _THOUSANDS.sub("", _COMPOUND.sub(_summed, to_digits(plain))))
    found = _NUMBER.findall(plain)
    meant = [number for number in found if number[2] and number[2] in COUNT_UNITS[column]]
    if len(found) > 1 and len(meant) == 1:
        found = meant
    if len(found) != 1 or plain.startswith("-") or _SEVERAL in text:
        return None
    digits, times, unit = found[0]
    own = scale if not times and not unit else 1
    return float(digits[:_KEPT_DIGITS]) * _TIMES[times] * own


def _summed(run: re.Match[str]) -> str:
    """Write a sum in parts, such as 1万2千, as one number."""
    return f"{sum(float(digits) * _TIMES[times] for digits, times in _PART.findall(run[0])):f}"


def read_references(texts: pd.Series, findings: Findings, column: str = "source_ref") -> pd.Series:
    """
    Read the numbers that a source gives to its records, as texts.

    A number that lost digits would make different records look like one: it is left out, and
    listed as it stood.

    Parameters
    ----------
    texts
        Cells as they stand.
    findings
        Counts what was done.
    column
        Our name of the column, for the findings.

    Returns
    -------
    references
        On the index of `texts`; empty where there is none that can be relied on.

    Examples
    --------
    >>> texts = pd.Series(["ＴＪ 0012", "20180105001.0", "1.2E+14"])
    >>> read_references(texts, Findings()).tolist()
    ['TJ0012', '20180105001', '']
    """
    if (texts == "").all():
        return texts
    said = without_blanks(texts)
    odd = said[~said.str.fullmatch(_PLAIN).to_numpy(dtype=bool)]
    clean = said
    if len(odd):
        odd = odd.str.normalize("NFKC").str.replace(r"\s+|^'", "", regex=True)
        odd = odd.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
        clean = said.mask(said.index.isin(odd.index), odd)
    lost = clean.str.fullmatch(LOST).to_numpy(dtype=bool) | _rounded(clean)
    changed = ((clean != said) & ~lost).to_numpy(dtype=bool)
    findings.add(NUMBER_CLEANED, texts[changed], column=column, after=clean)
    findings.add(NUMBER_LOST_DIGITS, texts[lost], column=column)
    findings.add(NUMBER_SHORT, texts[_short(clean)], column=column)
    return clean.mask(lost, "")


def _rounded(numbers: pd.Series) -> pd.Series:
    """Mark long numbers, if each of them ends in zeros as those that a spreadsheet has rounded."""
    long = numbers.str.fullmatch(rf"\d{{{_KEPT_DIGITS + 1},}}").to_numpy(dtype=bool)
    tails = numbers[long].str[_KEPT_DIGITS:]
    # by chance each digit is a zero once in ten times: three and more zeros are none
    zeros = bool((tails.str.strip("0") == "").all()) and tails.str.len().sum() >= 3  # noqa: PLR2004
    return pd.Series(long & zeros, numbers.index)


def _short(numbers: pd.Series) -> pd.Series:
    """Mark whole numbers shorter than most, where most are long and of one length."""
    digits = numbers.str.fullmatch(r"\d+").to_numpy(dtype=bool)
    lengths = numbers.str.len().where(digits)
    usual = lengths.mode()
    if usual.empty or usual.iloc[0] < _FIXED_WIDTH:
        return pd.Series(data=False, index=numbers.index)
    few = (lengths == usual.iloc[0]).sum() >= _MOST * digits.sum()
    return (lengths < usual.iloc[0]) & bool(few)
