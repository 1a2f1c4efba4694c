"""From when until when something holds: days as lists of facilities and of areas write them."""

import re

import pandas as pd

from data.errors import N_
from data.ledger.blank_words import without_blanks
from data.ledger.findings import Findings, Rule
from data.times import parse_times

_OPEN_ENDED = frozenset({"至今", "长期", "永久", "现在", "长期有效"})
_SERIAL = r"[1-6]\d{4}(?:\.\d+)?"
_MONTH = r"((?:18|19|20)\d\d)\s*[-./年]?\s*(0?[1-9]|1[0-2])?\s*[年月]?"
_DAY_ZERO = pd.Timestamp("1899-12-30")
"""Of spreadsheets, which count 1900 as a leap year."""

DAY_FROM_SERIAL = Rule(
    "day_from_serial", N_("{n} days stand as the running number of a spreadsheet."), "repaired"
)
DAY_FROM_MONTH = Rule(
    "day_from_month",
    N_("{n} days name a month or a year only; its first day is taken."),
    "assumed",
)
DAY_UNREAD = Rule(
    "day_unread",
    N_("{n} days cannot be read and are left empty."),
    "dropped",
    N_("Write them like 2026-09-03."),
)
DAYS_REVERSED = Rule(
    "days_reversed",
    N_("{n} rows end before they begin; both days are left as they are."),
    "noted",
    N_("Correct one of the two days."),
)


def read_days(texts: pd.Series, *, column: str, findings: Findings) -> pd.Series:
    """
    Read days.

    Parameters
    ----------
    texts
        One text a row, indexed by row number.
    column
        Our name of the column, for the findings.
    findings
        Collects what was assumed or could not be read.

    Returns
    -------
    days
        `YYYY-MM-DD` on the index of `texts`; empty where there is none, or where it has no end.

    Examples
    --------
    >>> texts = pd.Series(["2018年1月5日", "43105", "2018.5", "至今"])
    >>> read_days(texts, column="valid_from", findings=Findings()).tolist()
    ['2018-01-05', '2018-01-05', '2018-05-01', '']
    """
    said = without_blanks(texts.str.normalize("NFKC").str.strip())
    said = said.where(~said.isin(_OPEN_ENDED), "")
    each = pd.Series(said.unique(), dtype=str)
    serial, month = each.str.fullmatch(_SERIAL), each.str.fullmatch(_MONTH)
    days = _plain_days(each.where(~serial & ~month, ""))
    days = days.where(~serial, _serial_days(each.where(serial)))
    days = days.where(~month, _month_days(each.where(month)))
    read = dict(zip(each, days, strict=True))
    made = said.map(read).astype(str)
    for rule, hit in (
        (DAY_FROM_SERIAL, each[serial]),
        (DAY_FROM_MONTH, each[month]),
        (DAY_UNREAD, each[(days == "") & (each != "")]),
    ):
        findings.add(rule, texts[said.isin(hit)], column=column, after=made)
    return made


def note_reversed(start: pd.Series, end: pd.Series, *, findings: Findings) -> None:
    """Note the rows whose last day comes before their first."""
    wrong = (start != "") & (end != "") & (end < start)
    findings.add(DAYS_REVERSED, end[wrong], column="valid_to", after=end)


def _plain_days(texts: pd.Series) -> pd.Series:
    if (texts == "").all():
        return texts
    times, _ = parse_times(texts, "UTC")
    return _write(times)


def _serial_days(texts: pd.Series) -> pd.Series:
    count = pd.to_numeric(texts, errors="coerce")
    return _write(_DAY_ZERO + pd.to_timedelta(count.floordiv(1), unit="D"))


def _month_days(texts: pd.Series) -> pd.Series:
    parts = texts.str.extract(re.compile(rf"^{_MONTH}$"))
    days = parts[0] + "-" + parts[1].fillna("1").str.zfill(2) + "-01"
    return days.fillna("").astype(str)


def _write(days: pd.Series) -> pd.Series:
    written: pd.Series = days.dt.strftime("%Y-%m-%d").fillna("").astype(str)
    return written
